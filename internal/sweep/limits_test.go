package sweep

// limit is how many violations of a class are still allowed: in the sample that go
// test runs, and in the whole sweep.
type limit struct{ sample, all int }

// limits are to be driven to zero. A class that is missing here allows none. Lower a
// number as soon as the sweep finds fewer; never raise one.
//
// Most of what is left is another disc of the same make that is put in during the job and
// isn't noticed. The others are one false reply that nothing contradicts, and good discs that
// are called unconfirmed.
// docs/internals/faults.md names the points.
var limits = map[string]limit{
	"ok-but-not-there":        {all: 3},
	"other-disc":              {all: 1},
	"perfect-unconfirmed":     {all: 2},
	"success-wrong-disc":      {all: 1},
	"track-invented":          {all: 1},
	"track-state":             {all: 1},
	"sao/denies-writing":      {all: 6},
	"sao/ok-but-not-there":    {all: 3},
	"sao/perfect-unconfirmed": {all: 2},
}
