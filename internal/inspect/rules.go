package inspect

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// Limits and pauses of repeated questions.
const (
	maxAttentions = 16 // a drive that raises more is defective
	maxTries      = 3  // what most rippers do before they give up on a sector
	maxLost       = 3  // in a row, without any status
	maxRefusals   = 2  // a refusal is checked once

	busyPause = 400 * time.Millisecond // between two questions to a busy drive
	lostPause = 2 * time.Second        // a USB port reset takes about that long
)

// defaultPatience is how long a busy drive is asked again: at 1x READ TRACK INFORMATION
// may return 2/04/07 until the drive's buffer is empty.
const defaultPatience = 60 * time.Second

// reaction is what Asker does after an answer that isn't GOOD.
type reaction uint8

const (
	giveUp    reaction = iota // the answer is final
	done                      // the command was carried out nevertheless
	atOnce                    // ask again immediately, at most maxAttentions times
	whileBusy                 // ask again until the patience ends
	fewTimes                  // ask again, maxTries in all
	untilBack                 // ask again, maxLost in a row
	onceMore                  // ask again, maxRefusals in all
)

// answer is the decoded error of a question.
type answer struct {
	err       error
	ended     bool                 // the caller's context has ended
	transport *scsi.TransportError // no status
	status    *scsi.StatusError    // a status without sense data
	sense     *scsi.SenseError     // decoded sense data
	garbled   bool                 // sense data that could not be decoded
}

func takeApart(ctx context.Context, err error) answer {
	a := answer{err: err, ended: ctx.Err() != nil}
	errors.As(err, &a.transport)
	errors.As(err, &a.status)
	if errors.As(err, &a.sense) && a.sense.Unwrap() != nil {
		a.sense, a.garbled = nil, true
	}
	return a
}

// current reports whether the error is a current one with one of the keys.
func (a *answer) current(keys ...scsi.SenseKey) bool {
	if a.sense == nil || a.sense.Deferred {
		return false
	}
	return slices.Contains(keys, a.sense.Key)
}

func (a *answer) family(f scsi.ASC) bool { return a.sense != nil && a.sense.Code.ASC() == f }

// rule is a row of the table.
type rule struct {
	name  string
	is    func(*answer) bool
	does  reaction
	pause time.Duration
	why   string // source of the rule
}

// rules defines the meaning of every answer to a question that changes nothing. The first
// matching row decides.
var rules = []rule{
	{
		name: "the caller's context has ended", does: giveUp,
		is: func(a *answer) bool {
			return errors.Is(a.err, context.Canceled) || errors.Is(a.err, context.DeadlineExceeded) || a.ended && a.transport != nil
		},
		why: "the command was never sent (scsi.Exec)",
	}, {
		name: "the drive is gone", does: giveUp,
		is:  func(a *answer) bool { return Gone(a.err) },
		why: "ENODEV, ENXIO, device not connected, as scsi/host marks them",
	}, {
		name: "the system refuses the command", does: giveUp,
		is: func(a *answer) bool {
			return a.transport != nil && (errors.Is(a.err, fs.ErrPermission) || errors.Is(a.err, scsi.ErrLocked) || errors.Is(a.err, errors.ErrUnsupported))
		},
		why: "the command filter and exclusive access don't change their mind",
	}, {
		name: "no status", does: untilBack, pause: lostPause,
		is:  func(a *answer) bool { return a.transport != nil },
		why: "usb-storage resets the port after a hiccup and reports DID_ERROR for one command; libburn repeats SOFT_ERROR",
	}, {
		name: "never ready", does: giveUp,
		is:  func(a *answer) bool { return errors.Is(a.err, mmc.ErrNotReady) },
		why: "mmc.Drive.WaitReady has waited already",
	}, {
		name: "status BUSY or TASK SET FULL", does: whileBusy, pause: busyPause,
		is: func(a *answer) bool {
			return a.status != nil && (a.status.Status == scsi.Busy || a.status.Status == scsi.TaskSetFull)
		},
		why: "SAM-5 5.3.1: the command was not accepted",
	}, {
		name: "another status", does: fewTimes, pause: busyPause,
		is:  func(a *answer) bool { return a.status != nil },
		why: "RESERVATION CONFLICT, TASK ABORTED, ACA ACTIVE: SAM-5 5.3.1",
	}, {
		name: "CHECK CONDITION without usable sense data", does: fewTimes,
		is:  func(a *answer) bool { return a.garbled },
		why: "bridges that lose the sense data",
	}, {
		name: "deferred error", does: atOnce,
		is:  func(a *answer) bool { return a.sense != nil && a.sense.Deferred },
		why: "SPC-4 4.5.7: the command that carries it was not carried out",
	}, {
		name: "unit attention", does: atOnce,
		is:  func(a *answer) bool { return a.current(scsi.KeyUnitAttention) },
		why: "SAM-5 5.14: reported once, the command was not carried out",
	}, {
		name: "recovered error", does: done,
		is:  func(a *answer) bool { return a.current(scsi.KeyRecoveredError) },
		why: "SPC-4 4.5.6: the command was carried out",
	}, {
		name: "2/04/02 or 2/04/03", does: fewTimes, pause: busyPause,
		is: func(a *answer) bool {
			return a.current(scsi.KeyNotReady) &&
				(a.sense.Code == asc.InitializingCommandRequired || a.sense.Code == asc.ManualInterventionNeeded)
		},
		why: "it doesn't pass by itself: START UNIT, or a hand, is needed",
	}, {
		name: "2/04/xx or 0/04/xx", does: whileBusy, pause: busyPause,
		is: func(a *answer) bool {
			return a.current(scsi.KeyNotReady, scsi.KeyNoSense) && a.family(asc.FamilyNotReady)
		},
		why: "Pioneer DVR-108 command manual: 2/04/07 while it writes or closes; libburn takes all of 2/04/xx for busy",
	}, {
		name: "no disc, 2/3A", does: fewTimes, pause: busyPause,
		is:  func(a *answer) bool { return a.current(scsi.KeyNotReady) && a.family(asc.FamilyMediumNotPresent) },
		why: "LG GSA-4082B reports no disc for a moment after loading",
	}, {
		name: "refused, key 5", does: onceMore,
		is:  func(a *answer) bool { return a.current(scsi.KeyIllegalRequest) },
		why: "an answer; asked once more because a drive in trouble refuses what it knows (5/24/00 after a reset)",
	}, {
		name: "the reply doesn't contain it", does: giveUp,
		is:  func(a *answer) bool { return errors.Is(a.err, errors.ErrUnsupported) },
		why: "a mode page that the drive doesn't have",
	}, {
		name: "any other error", does: fewTimes,
		is:  func(*answer) bool { return true },
		why: "0/00/00 of bridges, 3/xx, 4/xx, B/xx, replies that are short or can't be true",
	},
}

// judge returns the row for an answer.
func judge(a *answer) *rule {
	for i := range rules {
		if rules[i].is(a) {
			return &rules[i]
		}
	}
	return &rules[len(rules)-1]
}

// Gone reports whether err means that the drive no longer exists: the system reports that
// the device is missing, or the transport is closed.
func Gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrClosed)
}
