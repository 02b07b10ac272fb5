package sao_test

import "runtime/debug"

// The tests burn one small disc after another. Collecting garbage, and returning memory to the
// system only to get it zeroed again, would take a quarter of their time.
func init() {
	debug.SetGCPercent(200)
	debug.SetMemoryLimit(512 << 20)
}
