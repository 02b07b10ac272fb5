package sim_test

import "runtime/debug"

// The tests burn many small discs. Collecting garbage and returning memory to the system,
// which zeroes it again, would take a quarter of their time.
func init() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(512 << 20)
}
