package sweep

// limit is how many violations of a class are still allowed: in the sample that go
// test runs, and in the whole sweep.
type limit struct{ sample, all int }

// limits are to be driven to zero. A class that is missing here allows none. Lower a
// number as soon as the sweep finds fewer; never raise one.
//
// What is left are good discs that are called unconfirmed because the reload failed, and a
// test write that can't be ended.
// docs/internals/faults.md names the points.
var limits = map[string]limit{
	"perfect-unconfirmed": {all: 2},
	"track-invented":      {all: 1},
}
