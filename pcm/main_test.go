package pcm

import (
	"os"
	"runtime/debug"
	"testing"
)

// The tests make many signals and drop them: collecting them at every doubling took a
// fifth of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
