package tao_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// fixedSense returns sense data in fixed format.
func fixedSense(key, asc, ascq byte, deferred bool) []byte {
	b := make([]byte, 18)
	b[0], b[2], b[7], b[12], b[13] = 0x70, key, 10, asc, ascq
	if deferred {
		b[0] = 0x71
	}
	return b
}

// faultKind is a way in which a command can fail.
type faultKind struct {
	name  string
	after bool // the command takes effect first
	fault func() (scsi.Result, error)
}

func senseKind(name string, sense []byte, after bool) faultKind {
	return faultKind{name, after, func() (scsi.Result, error) {
		return scsi.Result{Status: scsi.CheckCondition, Sense: sense}, nil
	}}
}

func lostKind(name string, sent scsi.Sent, after bool) faultKind {
	return faultKind{name, after, func() (scsi.Result, error) {
		return scsi.Result{}, &scsi.TransportError{Op: name, Sent: sent, Err: errors.New("cable")}
	}}
}

var faultKinds = []faultKind{
	senseKind("3-0C-00", fixedSense(3, 0x0C, 0x00, false), false),
	senseKind("3-0C-00 after", fixedSense(3, 0x0C, 0x00, false), true),
	senseKind("deferred 3-0C-00", fixedSense(3, 0x0C, 0x00, true), false),
	senseKind("5-24-00", fixedSense(5, 0x24, 0x00, false), false),
	senseKind("2-3A-00", fixedSense(2, 0x3A, 0x00, false), false),
	senseKind("2-04-08", fixedSense(2, 0x04, 0x08, false), false),
	senseKind("2-04-07", fixedSense(2, 0x04, 0x07, false), false),
	senseKind("2-04-07 after", fixedSense(2, 0x04, 0x07, false), true),
	senseKind("6-29-00", fixedSense(6, 0x29, 0x00, false), false),
	lostKind("not sent", scsi.SentNo, false),
	lostKind("unknown", scsi.SentUnknown, false),
	lostKind("unknown after", scsi.SentUnknown, true),
	{"good without effect", false, func() (scsi.Result, error) { return scsi.Result{}, nil }},
}

// sweepAlbum is short, so that the sweep has few WRITEs.
func sweepAlbum() []burn.Track {
	return []burn.Track{
		track("one.wav", 11, 300*588-5),
		track("two.wav", 12, 100*588),
		track("three.wav", 13, 301*588),
	}
}

// Every command of a burn fails in every way, once and permanently. In all cases: no false
// success, the drive is free again, Finished is sent once and last, and no WRITE is sent twice
// unless the drive reported that it didn't accept it.
func TestFaultSweep(t *testing.T) {
	tracks := sweepAlbum()
	clean := newBench(t, "modern", sim.CDR80)
	_, err := tao.Burn(context.Background(), clean.drive, tracks, &burn.Options{Verify: disc.VerifyQuick})
	require.NoError(t, err)
	total := len(clean.tap.ops)
	before := runtime.NumGoroutine()
	var wg sync.WaitGroup
	slots := make(chan struct{}, 2)
	rare := 3 // the kinds from here fail only at every other command
	if race.Enabled || testing.Short() {
		rare = 6
	}
	for i, kind := range faultKinds {
		for _, sticky := range []bool{false, true} {
			for n := 1; n < total; n++ { // command 0 is INQUIRY, which opened the drive
				if !worth(clean.tap.ops, n, sticky) || i >= rare && (n+i)%2 != 0 {
					continue
				}
				slots <- struct{}{}
				wg.Go(func() {
					defer func() { <-slots }()
					sweepOne(t, tracks, kind, n, sticky, clean.tap.ops[n])
				})
			}
		}
	}
	wg.Wait()
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 5*time.Second, 10*time.Millisecond)
}

// worth skips commands in the middle of a sequence of equal ones and, with -short or the race
// detector, most of the others.
func worth(ops []byte, n int, sticky bool) bool {
	if n > 1 && n+1 < len(ops) && ops[n] == ops[n-1] && ops[n] == ops[n+1] {
		return false
	}
	switch {
	case race.Enabled || testing.Short():
		return n%23 == 0
	case sticky:
		return n%3 == 0
	}
	return true
}

func sweepOne(t *testing.T, tracks []burn.Track, kind faultKind, at int, sticky bool, op byte) {
	name := fmt.Sprintf("%s at command %d (%02Xh), sticky %v", kind.name, at, op, sticky)
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(n int, _ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if n != at && (!sticky || n < at) {
			return next()
		}
		if kind.after {
			if _, err := next(); err != nil {
				return scsi.Result{}, err
			}
		}
		return kind.fault()
	}
	ev := b.events()
	r, err := tao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick, OnEvent: ev.on})
	if complaint := b.complaint(r, err, tracks, ev, sticky, kind.name == "good without effect" && op == command.OpPreventAllowMediumRemoval || kind.name == "2-04-07 after" && sticky); complaint != "" {
		t.Errorf("%s: %s\nerror: %v\nreport: %v %v", name, complaint, err, r, r.Notes)
	}
}

// complaint checks the invariants at the end of a burn and returns the first violation.
func (b *bench) complaint(r burn.Report, err error, tracks []burn.Track, ev *events, sticky, lied bool) string {
	switch {
	case ev.finished != 1:
		return fmt.Sprintf("Finished came %d times", ev.finished)
	case (err == nil || onlyRelease(err)) != (r.Verdict == burn.VerdictSuccess):
		return "verdict and error don't agree"
	case err != nil && !onlyRelease(err) && burn.Category(err) == nil && b.tap.count(command.OpWrite10) > 0:
		return "the error has no category although the laser was on"
	case err != nil && r.Failure == "":
		return "no failure"
	case b.Err() != nil:
		return b.Err().Error()
	}
	if _, ok := ev.list[len(ev.list)-1].(burn.Finished); !ok {
		return "Finished isn't last"
	}
	if owner, _ := b.Owner(); owner != "" {
		return "the drive is still taken by " + owner
	}
	if !sticky && !lied && b.trayLocked() {
		return "the tray is locked"
	}
	if r.Verdict == burn.VerdictSuccess {
		for i, tr := range tracks {
			if err := b.same(r.Tracks[i].Start, tr.Source, r.Tracks[i].Sectors); err != nil {
				return fmt.Sprintf("false success: track %d: %v", i+1, err)
			}
		}
		if !b.disc.Summary().Finalized {
			return "false success: the disc isn't closed"
		}
	}
	if lied {
		return "" // the drive reported that it didn't accept what it did accept
	}
	return b.tap.repeated()
}

// onlyRelease reports whether the error occurred after all work was done.
func onlyRelease(err error) bool {
	var e *burn.Error
	return errors.As(err, &e) && e.Phase == burn.PhaseRelease
}

// repeated returns a WRITE that was sent again although the drive hadn't reported that it
// didn't accept it.
func (t *tap) repeated() string {
	for i, w := range t.writes {
		for _, earlier := range t.writes[:i] {
			overlap := w.lba < earlier.lba+1 && earlier.lba < w.lba+1
			if overlap && earlier.taken {
				return fmt.Sprintf("WRITE at LBA %d was sent again", w.lba)
			}
		}
	}
	return ""
}

// trayLocked queries the simulated drive directly, without faults.
func (b *bench) trayLocked() bool {
	b.tap.hook = nil
	caps, err := unit.Capabilities(context.Background(), b.drive)
	if errors.Is(err, scsi.KeyUnitAttention) {
		caps, err = unit.Capabilities(context.Background(), b.drive)
	}
	return err == nil && caps.Locked
}
