package verdicts

// pending is the table "engine not there yet": the personalities on which today's engine
// ends a burn with the wrong verdict, and why. Tests skip them; one of package tao
// fails as soon as an entry is no longer needed.
var pending = map[string]string{
	"track-size-zero":     "writes the next track before the last one is over, and loses it",
	"track-size-grows":    "writes the next track before the last one is over, and loses it",
	"close-track-async":   "writes the next track before the last one is over, and loses it",
	"usbs-tails":          "condemns a good disc because of one reply with a spoiled tail",
	"close-5-72-03":       "believes the error although the session is closed",
	"close-2-04-07":       "believes the error although the session is closed",
	"close-2-04-08":       "believes the error although the session is closed",
	"close-6-2e":          "believes the error although the session is closed",
	"changed-after-flush": "believes that the disc was changed without looking at it",
	"changed-after-close": "believes that the disc was changed without looking at it",
	"busy-status":         "fails at status BUSY instead of waiting",
	"ready-early":         "gives up when READ DISC INFORMATION answers 2/04/01 after TEST UNIT READY was GOOD",
	"modes-changed":       "stops at a unit attention 6/2A/01 for its own MODE SELECT",
	"immed-2-00-00":       "doesn't try again without IMMED",
}

// Pending says what the engine gets wrong on a personality, "" if it gets all of it right.
func Pending(name string) string { return pending[name] }

// pendingRead holds the personalities on which "redbook read" does not bring back what is
// on the disc.
var pendingRead = map[string]string{
	"info-last-small": "loses the tracks past the last one that READ DISC INFORMATION reports",
}

// PendingRead says what "redbook read" gets wrong on a personality, "" if nothing.
func PendingRead(name string) string { return pendingRead[name] }
