package verdicts

// pendingRead lists the personalities on which a burn ends correctly, but "redbook read"
// doesn't return the audio on the disc. A test fails as soon as an entry is no longer needed.
var pendingRead = map[string]string{
	"next-nwa-2": "keeps the two sectors of run-out of each track: no reply proves that they are not music",
}

// PendingRead returns the known failure of "redbook read" on a personality, or "".
func PendingRead(name string) string { return pendingRead[name] }
