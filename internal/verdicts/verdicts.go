// Package verdicts defines how a burn must end on each personality of the simulated drive.
// A personality describes drives; its verdict is redbook's promise with its default
// options, so it is defined here and not in package sim. The tests of the engine, of the
// command line and of the iSCSI target check it, and "redbook sim personalities" shows it.
package verdicts

// Verdict is how a burn ends.
type Verdict string

// The verdicts of a burn.
const (
	Success      Verdict = "success"       // everything was accepted, and the audio read back agrees
	Failed       Verdict = "failed"        // the burn stops, or the disc turns out not to contain it
	Unconfirmed  Verdict = "unconfirmed"   // accepted, but the drive can't show the result
	VerifyFailed Verdict = "verify-failed" // the tables are right, the audio is not
	Refused      Verdict = "refused"       // before the first WRITE: the disc is still blank
)

// Expectation is how burns must end on one personality: an album of a few tracks on a
// blank disc, with the default options and the quick verification.
type Expectation struct {
	Plain      Verdict // on a CD-R
	Reserve    Verdict // on a CD-R with RESERVE TRACK sent for each track (--reserve always)
	Rewritable Verdict // on a CD-RW, where it always is
	AtOnce     Verdict // on a CD-R by session-at-once, with CD-TEXT
	Note       string  // the reason, if it isn't obvious
}

// On returns how a burn must end on a blank CD-R or CD-RW, with RESERVE TRACK or not.
func (e Expectation) On(erasable, reserve bool) Verdict {
	switch {
	case erasable && reserve:
		return e.Rewritable
	case reserve:
		return e.Reserve
	}
	return e.Plain
}

// Of returns the expectation for a personality by its name: success, unless the table
// contains another.
func Of(name string) Expectation {
	if e, ok := table[name]; ok {
		return e
	}
	return Expectation{Plain: Success, Reserve: Success, Rewritable: Success, AtOnce: Success}
}

// table holds the personalities on which some burn does not succeed, or whose success
// needs an explanation.
var table = map[string]Expectation{
	"open-for-good": {
		Plain: Failed, Reserve: Success, Rewritable: Success, AtOnce: Success,
		Note: "no command ends the track, so no session can be closed; a reserved one ends when it is full",
	},
	"reserves-other-size": {
		Plain: Success, Reserve: Failed, Rewritable: Success, AtOnce: Success,
		Note: "a reservation that isn't as asked stops the burn before the first WRITE; on a CD-RW it is undone",
	},
	"accepts-reserve-refuses-write": {
		Plain: Success, Reserve: Failed, Rewritable: Failed, AtOnce: Success,
		Note: "the first WRITE to a reserved track is 5/64/00",
	},
	"deferred-write-error": {
		Plain: Failed, Reserve: Failed, Rewritable: Failed, AtOnce: Failed,
		Note: "deferred 3/0C/00; what lies past it is lost",
	},
	"stale-toc-no-load": {
		Plain: Unconfirmed, Reserve: Unconfirmed, Rewritable: Unconfirmed, AtOnce: Unconfirmed,
		Note: "nothing that a program can do brings the new table of contents",
	},
	"streaming-underrun": {
		Plain: Success, Reserve: Success, Rewritable: Success, AtOnce: Success,
		Note: "as long as the host is fast enough",
	},
	"stuck": {
		Plain: Failed, Reserve: Failed, Rewritable: Failed, AtOnce: Failed,
		Note: "nothing but switching the drive off ends it",
	},
	"sao-refused": {
		Plain: Success, Reserve: Success, Rewritable: Success, AtOnce: Refused,
		Note: "session-at-once is refused before anything is written",
	},
	"sao-unknown": {
		Plain: Success, Reserve: Success, Rewritable: Success, AtOnce: Refused,
		Note: "session-at-once is refused before anything is written",
	},
	"liar": {
		Plain: Failed, Reserve: Failed, Rewritable: Failed, AtOnce: Failed,
		Note: "the track isn't there afterwards",
	},
	"swaps-bytes": {
		Plain: VerifyFailed, Reserve: VerifyFailed, Rewritable: VerifyFailed, AtOnce: VerifyFailed,
		Note: "the tables are right, the audio is noise",
	},
}
