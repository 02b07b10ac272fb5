package verdicts

// pending lists the personalities on which today's engine ends a burn in another way than
// it must, and how. Tests skip them; one of package tao fails as soon as an entry isn't
// needed any more.
var pending = map[string]string{}

// Pending returns what the engine gets wrong on a personality, or "".
func Pending(name string) string { return pending[name] }

// pendingRead lists those on which a burn ends as it must, but "redbook read" doesn't
// return what is on the disc.
var pendingRead = map[string]string{
	"next-nwa-2": "keeps the two sectors of run-out of each track: no reply proves that they are not music",
}

// PendingRead returns what "redbook read" gets wrong on a personality, or "".
func PendingRead(name string) string { return pendingRead[name] }
