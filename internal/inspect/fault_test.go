package inspect_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A fault that a drive may answer any question with.
type fault struct {
	name string
	scsitest.Fault
	before bool // the command doesn't reach the drive
}

func senseFault(key scsi.SenseKey, code scsi.Code, deferred bool) scsitest.Fault {
	return scsitest.SenseFault(scsitest.FixedSense(scsi.Sense{Key: key, Code: code, Deferred: deferred}))
}

// faults are the kinds, each before the command takes effect.
func faults() []fault {
	list := []fault{
		{"BUSY", scsitest.StatusFault(scsi.Busy), true},
		{"TASK SET FULL", scsitest.StatusFault(scsi.TaskSetFull), true},
		{"RESERVATION CONFLICT", scsitest.StatusFault(scsi.ReservationConflict), true},
		{"no status, not sent", scsitest.TransportFault(scsi.SentNo, nil), true},
		{"no status", scsitest.TransportFault(scsi.SentUnknown, nil), true},
		{"no status, carried out", scsitest.TransportFault(scsi.SentUnknown, nil), false},
		{"no sense data", scsitest.SenseFault(nil), true},
		{"descriptor 2/04/07", scsitest.SenseFault(scsitest.DescriptorSense(scsi.Sense{Key: scsi.KeyNotReady, Code: asc.OperationInProgress})), true},
		{"recovered", senseFault(scsi.KeyRecoveredError, asc.RecoveredWithRetries, false), false},
	}
	for _, s := range []scsi.Sense{
		{Key: scsi.KeyNoSense}, {Key: scsi.KeyNoSense, Code: asc.BecomingReady},
		{Key: scsi.KeyNotReady, Code: asc.NotReadyNoReasonGiven}, {Key: scsi.KeyNotReady, Code: asc.BecomingReady},
		{Key: scsi.KeyNotReady, Code: asc.OperationInProgress}, {Key: scsi.KeyNotReady, Code: asc.LongWriteInProgress},
		{Key: scsi.KeyNotReady, Code: asc.MediumNotPresent}, {Key: scsi.KeyMediumError, Code: asc.UnrecoveredReadError},
		{Key: scsi.KeyHardwareError, Code: asc.TimeOutOnLogicalUnit}, {Key: scsi.KeyIllegalRequest, Code: asc.InvalidFieldInCDB},
		{Key: scsi.KeyUnitAttention, Code: asc.PowerOnOrReset}, {Key: scsi.KeyUnitAttention, Code: asc.MediumMayHaveChanged},
		{Key: scsi.KeyUnitAttention, Code: asc.ModeParametersChanged}, {Key: scsi.KeyAbortedCommand},
		{Key: scsi.KeyMediumError, Code: asc.WriteError, Deferred: true}, {Key: scsi.KeyUnitAttention, Code: asc.PowerOnOrReset, Deferred: true},
	} {
		list = append(list, fault{"sense " + s.Triple() + fmt.Sprint(s.Deferred), scsitest.SenseFault(scsitest.FixedSense(s)), true})
	}
	for _, n := range []int{0, 1, 2, 3, 4, 7, 12, 19, 23, 27, 33} {
		list = append(list, fault{fmt.Sprintf("%d bytes", n), scsitest.ShortFault(n), false})
	}
	return list
}

// states are drives with a disc, in every state of a disc.
func states() map[string]func(testing.TB) *bench {
	recorded := func(media sim.Media, ends ...ending) func(testing.TB) *bench {
		return func(t testing.TB) *bench {
			b := newBench(t, "modern", sim.NewDisc(media))
			for i, end := range ends {
				b.record(t, end, source(uint64(2*i), 300), source(uint64(2*i+1), 301))
			}
			return b
		}
	}
	return map[string]func(testing.TB) *bench{
		"blank":        recorded(sim.CDR80),
		"open":         recorded(sim.CDR80, open),
		"appendable":   recorded(sim.CDRW80, multi),
		"two sessions": recorded(sim.CDR80, multi, open),
		"finalized":    recorded(sim.CDR80, multi, final),
		"pressed": func(t testing.TB) *bench {
			d := sim.NewDisc(sim.CDR80)
			require.NoError(t, d.Press("", nil, []sim.PressedTrack{
				{Open: source(1, 400).Open}, {Open: source(2, 301).Open, Pregap: 30}, {Open: source(3, 302).Open, Pregap: toc.PregapSectors},
			}))
			return newBench(t, "modern", d)
		},
	}
}

// facts removes the errors, which may differ between looks, and the additional
// information of an ATIP, which nothing uses.
func facts(d disc.Disc) disc.Disc {
	d.ATIP.Value = mmc.ATIP{
		LeadIn: d.ATIP.Value.LeadIn, LastLeadOut: d.ATIP.Value.LastLeadOut, Rewritable: d.ATIP.Value.Rewritable,
	}
	d.NotReady = nil
	d.Media.Err, d.Status.Err, d.LastSession.Err, d.Sessions.Err = nil, nil, nil, nil
	d.LeadOuts.Err, d.Next.Err, d.TOC.Err, d.Capacity.Err, d.ATIP.Err = nil, nil, nil, nil, nil
	for i := range d.Tracks {
		d.Tracks[i].Err = nil
	}
	d.TOC.Value.Entries = slices.Clone(d.TOC.Value.Entries)
	for i := range d.TOC.Value.Entries {
		d.TOC.Value.Entries[i].Session = 0 // only the lead-in contains it
	}
	return d
}

// A single fault at any command of a look doesn't change what it finds.
func TestLookSurvivesEverySingleFault(t *testing.T) {
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			b := make(t)
			before := len(b.tap.cdbs)
			want := facts(b.look(t))
			commands := len(b.tap.cdbs) - before
			for n := 1; n <= commands; n++ {
				for _, f := range faults() {
					b.faults.Clear()
					b.faults.Add(scsitest.Rule{Skip: n - 1, Fault: f.Fault, After: !f.before})
					got, err := inspect.Look(t.Context(), b.drive, nil)
					require.NoError(t, err, "%s at command %d", f.name, n)
					require.Equal(t, want, facts(got), "%s at command %d", f.name, n)
				}
			}
		})
	}
}

// If all commands of a kind fail from some time on, everything else is still found, and
// no fact is false.
func TestLookGivesWhatTheDriveAnswersFor(t *testing.T) {
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			b := make(t)
			want := facts(b.look(t))
			for _, op := range []byte{command.OpTestUnitReady, command.OpGetConfiguration, command.OpReadDiscInformation, command.OpReadTOC, command.OpReadTrackInformation} {
				for _, f := range faults() {
					about := fmt.Sprintf("%s to every %02Xh", f.name, op)
					b.faults.Clear()
					b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(op), Sticky: true, Fault: f.Fault, After: !f.before})
					got, err := inspect.Look(t.Context(), b.drive, nil)
					if op == command.OpTestUnitReady && errors.Is(err, asc.FamilyMediumNotPresent) {
						continue // the drive reports no disc
					}
					require.NoError(t, err, about)
					checkPart(t, want, facts(got), op, about)
				}
			}
		})
	}
}

// checkPart asserts that got has the facts of want, except those that only op returns,
// and that no fact is false.
func checkPart(t *testing.T, want, got disc.Disc, op byte, about string) {
	t.Helper()
	fact(t, want.Media, got.Media, op != command.OpGetConfiguration, about+": media")
	fact(t, want.Status, got.Status, op != command.OpReadDiscInformation, about+": status")
	fact(t, want.LastSession, got.LastSession, op != command.OpReadDiscInformation, about+": last session")
	fact(t, want.Sessions, got.Sessions, op != command.OpReadDiscInformation, about+": sessions")
	fact(t, want.TOC, got.TOC, op != command.OpReadTOC, about+": TOC")
	fact(t, want.ATIP, got.ATIP, op != command.OpReadTOC, about+": ATIP")
	fact(t, want.Next, got.Next, op != command.OpReadTrackInformation, about+": next")
	for _, w := range want.Tracks {
		g, ok := got.Track(w.Number)
		if op == command.OpReadTrackInformation && !w.InTOC && !ok {
			continue // no other reply has it, and disc information counts the next track too
		}
		require.True(t, ok, "%s: track %d", about, w.Number)
		if op == command.OpReadTrackInformation && !w.InTOC && g.Origin == disc.Unknown {
			continue
		}
		assert.Equal(t, w.Start, g.Start, about)
		assert.Equal(t, disc.TrackComplete, g.State, about)
		assert.GreaterOrEqual(t, g.Sectors, w.Sectors, about)
	}
	for _, g := range got.Tracks {
		_, ok := want.Track(g.Number)
		assert.True(t, ok || g.Origin == disc.Unknown, "%s: track %d is missing", about, g.Number)
	}
}

// fact asserts that a fact isn't false, and that it is known if it must be.
func fact[T any](t *testing.T, want, got disc.Fact[T], must bool, about string) {
	t.Helper()
	if must {
		assert.Equal(t, want.Known(), got.Known(), about)
	}
	if want.Known() && got.Known() {
		assert.Equal(t, want.Value, got.Value, about)
	}
}

// A drive that stops answering ends the conversation soon, and the facts found until then
// are kept.
func TestLookEndsWithTheDrive(t *testing.T) {
	b := states()["finalized"](t)
	before := len(b.tap.cdbs)
	want := b.look(t)
	commands := len(b.tap.cdbs) - before
	for n := 1; n <= commands; n++ {
		for _, sent := range []scsi.Sent{scsi.SentNo, scsi.SentUnknown} {
			b.faults.Clear()
			b.faults.Add(scsitest.Rule{Skip: n - 1, Sticky: true, Fault: scsitest.TransportFault(sent, nil)})
			before := len(b.tap.cdbs)
			got, err := inspect.Look(t.Context(), b.drive, nil)
			require.Error(t, err)
			var lost *scsi.TransportError
			require.ErrorAs(t, err, &lost)
			assert.Less(t, len(b.tap.cdbs)-before, 1000, "five minutes of WaitReady")
			fact(t, want.Media, got.Media, false, "media")
			fact(t, want.Status, got.Status, false, "status")
			fact(t, want.Sessions, got.Sessions, false, "sessions")
			fact(t, want.TOC, got.TOC, n > commands-2, "TOC")
		}
	}
}

// A canceled context ends the look before the next command, wherever that is.
func TestLookIsCanceled(t *testing.T) {
	b := states()["finalized"](t)
	before := len(b.tap.cdbs)
	b.look(t)
	commands := len(b.tap.cdbs) - before
	for n := range commands {
		ctx, cancel := context.WithCancel(t.Context())
		sent := 0
		drive, err := mmc.Open(t.Context(), &tapped{b.Drive, func() {
			if sent++; sent == n+2 { // INQUIRY is the first
				cancel()
			}
		}})
		require.NoError(t, err)
		if n == 0 {
			cancel()
		}
		_, err = inspect.Look(ctx, drive, nil)
		if n < commands-1 {
			require.ErrorIs(t, err, context.Canceled, "at command %d", n)
			assert.LessOrEqual(t, sent, n+2)
		}
		cancel()
	}
}

// tapped calls a function before each command.
type tapped struct {
	*sim.Drive
	before func()
}

func (t *tapped) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	t.before()
	return t.Drive.Do(ctx, req)
}

// Without a disc the error says so, after a moment for drives that have just loaded one.
func TestLookAtAnEmptyTray(t *testing.T) {
	drive, err := mmc.Open(t.Context(), sim.New(sim.Config{}))
	require.NoError(t, err)
	d, err := inspect.Look(t.Context(), drive, nil)
	require.ErrorIs(t, err, asc.FamilyMediumNotPresent)
	assert.ErrorIs(t, d.Media.Err, disc.ErrNotAsked)
	assert.Empty(t, d.Tracks)
	_, err = inspect.Look(t.Context(), nil, nil)
	require.ErrorIs(t, err, inspect.ErrNoDrive)
}
