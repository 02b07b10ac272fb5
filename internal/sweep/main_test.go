package sweep

import (
	"os"
	"runtime/debug"
	"testing"
)

// Each run makes a drive and a disc and drops them: collecting garbage at every doubling of
// the heap took a tenth of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
