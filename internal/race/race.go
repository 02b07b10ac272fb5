//go:build race

package race

// Enabled reports whether the race detector is enabled. It slows long tests down tenfold,
// so they use fewer rows then.
const Enabled = true
