package verdicts

// pending lists the personalities on which the engine currently ends a burn differently
// from its verdict, and how. Tests skip them; a test of package tao fails as soon as an
// entry is no longer needed.
var pending = map[string]string{}

// Pending returns the known engine failure on a personality, or "".
func Pending(name string) string { return pending[name] }

// pendingRead lists those on which a burn ends correctly, but "redbook read" doesn't return
// the audio on the disc.
var pendingRead = map[string]string{
	"next-nwa-2": "keeps the two sectors of run-out of each track: no reply proves that they are not music",
}

// PendingRead returns the known failure of "redbook read" on a personality, or "".
func PendingRead(name string) string { return pendingRead[name] }
