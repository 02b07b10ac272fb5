package sweep

// limit is how many violations of a class are still allowed: in the sample of go test, and
// in the whole sweep.
type limit struct{ sample, all int }

// The limits should become zero. A class that is missing here allows none. Lower a number
// as soon as the sweep finds fewer; never raise one.
//
// The rest are a good disc that is reported as unconfirmed because the drive refused to read
// it again, and a test write that can't be ended. docs/internals/faults.md names the points.
var limits = map[string]limit{
	"perfect-unconfirmed": {all: 1},
	"track-invented":      {all: 1},
}
