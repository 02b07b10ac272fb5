package convert

import (
	"os"
	"runtime/debug"
	"testing"
)

// The tests make many signals and drop them: collecting garbage at every doubling of the
// heap took a fifth of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
