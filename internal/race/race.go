//go:build race

package race

// Enabled reports whether the race detector is in this program. It slows long tests down
// tenfold, so they take fewer rows then.
const Enabled = true
