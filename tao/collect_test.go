package tao_test

import "runtime/debug"

// The tests burn one small disc after another: collecting garbage and returning memory to
// the system, to get it zeroed again, would be a quarter of their time.
func init() {
	debug.SetGCPercent(200)
	debug.SetMemoryLimit(512 << 20)
}
