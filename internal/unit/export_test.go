package unit

// Internals for the external tests.
const (
	DefaultIdleTimeout  = defaultIdleTimeout
	DefaultReadyTimeout = defaultReadyTimeout
	MaxSpeedKBps        = maxSpeedKBps
)

var (
	ImmedFirst = immedFirst
	ProgressOf = progressOf
)
