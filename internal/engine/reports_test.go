package engine_test

import (
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// where is the position in an error.
type where struct {
	phase burn.Phase
	track int
	lba   toc.LBA
}

func placeOf(t *testing.T, err error) where {
	t.Helper()
	var e *burn.Error
	require.True(t, errors.As(err, &e), "%v", err)
	return where{e.Phase, e.Track, e.LBA}
}

// Without a drive, a disc or tracks, the error contains the phase but neither a track nor an
// address.
func TestErrorsBeforeTheFirstTrack(t *testing.T) {
	ctx := t.Context()
	method := trackatonce.Method()
	drive := func(media sim.Media) *mmc.Drive { return newBench(t, "modern", media).drive }
	finished := func() *mmc.Drive {
		b := newBench(t, "modern", sim.CDR80)
		b.burn(t, nil)
		return b.drive
	}
	empty := func() *mmc.Drive {
		d, err := mmc.Open(ctx, sim.New(sim.Config{}))
		require.NoError(t, err)
		return d
	}
	long := []burn.Track{{Source: pcm.Silence("long.wav", 81*60*44100)}}
	many := slices.Repeat([]burn.Track{{Source: pcm.Silence("short.wav", 4*44100)}}, 100)
	for _, row := range []struct {
		name string
		do   func() error
		is   error
		at   burn.Phase
	}{
		{"burn without a drive", func() error { _, err := engine.Burn(ctx, nil, album(), nil, method); return err }, burn.ErrNoRecorder, burn.PhasePrepare},
		{"plan without a drive", func() error { _, err := engine.MakePlan(ctx, nil, album(), nil, method); return err }, burn.ErrNoRecorder, burn.PhasePlan},
		{"blank without a drive", func() error { _, err := engine.Blank(ctx, nil, nil); return err }, burn.ErrNoRecorder, burn.PhaseBlank},
		{"close without a drive", func() error { _, err := engine.CloseDisc(ctx, nil, nil, method); return err }, burn.ErrNoRecorder, burn.PhasePrepare},
		{"verify without a drive", func() error { _, err := engine.Verify(ctx, nil, album(), nil); return err }, burn.ErrNoRecorder, burn.PhaseVerify},
		{"burn without tracks", func() error { _, err := engine.Burn(ctx, drive(sim.CDR80), nil, nil, method); return err }, burn.ErrNoTracks, burn.PhaseCheck},
		{"plan without tracks", func() error { _, err := engine.MakePlan(ctx, drive(sim.CDR80), nil, nil, method); return err }, burn.ErrNoTracks, burn.PhasePlan},
		{"verify without tracks", func() error { _, err := engine.Verify(ctx, drive(sim.CDR80), nil, nil); return err }, burn.ErrNoTracks, burn.PhaseVerify},
		{"burn without a disc", func() error { _, err := engine.Burn(ctx, empty(), album(), nil, method); return err }, burn.ErrNoMedia, burn.PhasePrepare},
		{"plan without a disc", func() error { _, err := engine.MakePlan(ctx, empty(), album(), nil, method); return err }, burn.ErrNoMedia, burn.PhasePlan},
		{"client name of a plan", func() error {
			_, err := engine.MakePlan(ctx, drive(sim.CDR80), album(), &burn.Options{ClientName: "*"}, method)
			return err
		}, burn.ErrClientName, burn.PhasePlan},
		{"client name of BLANK", func() error {
			_, err := engine.Blank(ctx, drive(sim.CDRW80), &burn.BlankOptions{ClientName: "*"})
			return err
		}, burn.ErrClientName, burn.PhasePrepare},
		{"client name", func() error {
			_, err := engine.Burn(ctx, drive(sim.CDR80), album(), &burn.Options{ClientName: "*"}, method)
			return err
		}, burn.ErrClientName, burn.PhasePrepare},
		{"burn onto a finished disc", func() error { _, err := engine.Burn(ctx, finished(), album(), nil, method); return err }, burn.ErrFinalized, burn.PhasePlan},
		{"too long", func() error { _, err := engine.MakePlan(ctx, drive(sim.CDR80), long, nil, method); return err }, burn.ErrNoSpace, burn.PhasePlan},
		{"100 tracks", func() error { _, err := engine.MakePlan(ctx, drive(sim.CDR80), many, nil, method); return err }, burn.ErrTrackLimit, burn.PhasePlan},
		{"settings that are refused", func() error {
			b := newBench(t, "modern", sim.CDR80)
			o := &burn.Options{OnEvent: func(e burn.Event) {
				if _, planned := e.(burn.Planned); planned {
					b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpModeSelect10), Sticky: true, Fault: says(5, 0x26, 0)})
				}
			}}
			_, err := engine.Burn(ctx, b.drive, album(), o, method)
			require.Zero(t, b.sent(command.OpWrite10))
			return err
		}, burn.ErrModeParams, burn.PhasePrepare},
		{"close a finished disc", func() error { _, err := engine.CloseDisc(ctx, finished(), nil, method); return err }, burn.ErrNothingToClose, burn.PhasePlan},
		{"close a blank disc", func() error { _, err := engine.CloseDisc(ctx, drive(sim.CDR80), nil, method); return err }, burn.ErrNothingToClose, burn.PhasePlan},
		{"blank a CD-R", func() error { _, err := engine.Blank(ctx, drive(sim.CDR80), nil); return err }, burn.ErrNotErasable, burn.PhaseBlank},
		{"verify a blank disc", func() error { _, err := engine.Verify(ctx, drive(sim.CDR80), album(), nil); return err }, burn.ErrUnsuitableDisc, burn.PhaseVerify},
		{"verify more than there is", func() error { _, err := engine.Verify(ctx, finished(), append(album(), album()...), nil); return err }, burn.ErrVerify, burn.PhaseVerify},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := row.do()
			require.ErrorIs(t, err, row.is)
			require.Equal(t, where{phase: row.at}, placeOf(t, err))
		})
	}
}

// An error of CLOSE SESSION is only a remark if the disc is closed nevertheless. Samples are
// then read back even if this wasn't requested.
func TestCloseErrorThatMeansNothing(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpCloseTrackSession), After: true, Fault: says(4, 0x3E, 0x02)})
	r := b.burn(t, nil)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, []burn.NoteKind{notekind.CloseError, notekind.VerifyAnyway}, kinds(r.Notes))
	require.ErrorIs(t, r.Notes[0].Cause.Err, scsi.KeyHardwareError)
	require.Equal(t, disc.VerifyEqual, r.Verified.Result)
	require.Equal(t, disc.VerifyQuick, r.Verified.Done)
	require.Equal(t, disc.VerifyNone, r.Verified.Asked)

	b = newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpCloseTrackSession), After: true, Fault: says(4, 0x3E, 0x02)})
	r = b.burn(t, &burn.Options{Verify: disc.VerifyQuick})
	require.Equal(t, []burn.NoteKind{notekind.CloseError}, kinds(r.Notes), "they were asked for")
}

// If the drive reports a failed WRITE only when its tray is unlocked and nothing can be read
// back, the burn fails in its last phase. The error names no track, because the drive doesn't.
func TestFailedWriteReportedAtTheVeryEnd(t *testing.T) {
	unlock := func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpPreventAllowMediumRemoval && req.CDB[4] == 0
	}
	for _, row := range []struct {
		o    burn.Options
		last burn.Phase
	}{
		{burn.Options{}, burn.PhaseConfirm}, {burn.Options{NoClose: true}, burn.PhaseFlush}, {burn.Options{Verify: disc.VerifyQuick}, burn.PhaseVerify},
	} {
		b := newBench(t, "modern", sim.CDR80)
		told := false
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			told = told || unlock(req)
			return told && req.CDB[0] == command.OpReadCD
		}, Sticky: true, Fault: says(5, 0x20, 0)})
		b.faults.Add(scsitest.Rule{Match: unlock, Fault: saysOfBefore(3, 0x0C, 0)})
		r, err := engine.Burn(t.Context(), b.drive, album(), &row.o, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.ErrorIs(t, err, asc.WriteError)
		require.Equal(t, where{phase: row.last}, placeOf(t, err))
		require.Equal(t, burn.VerdictFailed, r.Verdict)
		require.Contains(t, r.Failure, "(3/0C/00)")
		require.Equal(t, !row.o.NoClose, *r.Closed, "the disc is what it is")
	}
}

// An error reported by a poll after the flush is only a remark if the track is complete.
func TestErrorOfAPoll(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	r := b.burn(t, &burn.Options{OnEvent: at(burn.PhaseFlush, 1, func() {
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpTestUnitReady), Fault: says(3, 0x0C, 0)})
	})})
	require.Equal(t, []burn.NoteKind{notekind.EndError}, kinds(r.Tracks[0].Notes))
	require.ErrorIs(t, r.Tracks[0].Notes[0].Cause.Err, asc.WriteError)
	require.Empty(t, r.Tracks[1].Notes)
	require.Equal(t, []burn.NoteKind{notekind.VerifyAnyway}, kinds(r.Notes))
}

// A drive belongs to one job at a time. The error of another job names the holder.
func TestDriveBelongsToOneJob(t *testing.T) {
	b := newBench(t, "modern", sim.CDRW80)
	var second error
	b.burn(t, &burn.Options{ClientName: "first", OnEvent: at(burn.PhaseWrite, 1, func() {
		d, err := mmc.Open(t.Context(), b.Drive)
		require.NoError(t, err)
		_, second = engine.Blank(t.Context(), d, &burn.BlankOptions{ClientName: "second"})
	})})
	require.ErrorIs(t, second, burn.ErrLocked)
	var locked *scsi.LockedError
	require.ErrorAs(t, second, &locked)
	require.Equal(t, "first", locked.Owner)
	_, err := engine.Blank(t.Context(), b.drive, nil)
	require.NoError(t, err, "the first has given it back")
}

// counted is a source that counts how often it is opened and closed.
type counted struct {
	pcm.Source
	opened, closed *int
}

func (c counted) Open() (io.ReadCloser, error) {
	*c.opened++
	r, err := c.Source.Open()
	return closeCounter{r, c.closed}, err
}

type closeCounter struct {
	io.ReadCloser
	n *int
}

func (c closeCounter) Close() error {
	*c.n++
	return c.ReadCloser.Close()
}

// Every opened source is closed. Sources are read twice, and twice more for a full
// verification (which includes a quick one).
func TestSourcesAreClosed(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	opened, closed := 0, 0
	tracks := album()
	tracks[0].Source = counted{tracks[0].Source, &opened, &closed}
	_, err := engine.Burn(t.Context(), b.drive, tracks, &burn.Options{Verify: disc.VerifyFull}, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, 4, opened)
	require.Equal(t, opened, closed)
}

// An error of BLANK is only a remark if the disc is blank, and an error if it isn't. A drive
// that reports success and does nothing causes an error, too.
func TestBlankByWhatTheDiscShows(t *testing.T) {
	blank := scsitest.Opcode(command.OpBlank)
	for _, row := range []struct {
		name    string
		rule    scsitest.Rule
		want    []error
		verdict burn.Verdict
		notes   []burn.NoteKind
		looks   bool // the disc was stopped, started and reloaded
	}{
		{"an error, although it worked", scsitest.Rule{Match: blank, After: true, Fault: says(4, 0x3E, 0x02)}, nil, burn.VerdictSuccess, []burn.NoteKind{notekind.BlankError}, false},
		{"no status, although it worked", scsitest.Rule{Match: blank, After: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)}, nil, burn.VerdictSuccess, []burn.NoteKind{notekind.BlankError}, false},
		{"an error, and nothing happened", scsitest.Rule{Match: blank, Fault: says(3, 0x51, 0)}, []error{burn.ErrEraseFailed, burn.ErrWriteFailed}, burn.VerdictFailed, []burn.NoteKind{notekind.StillOld}, true},
		{"good, and nothing happened", scsitest.Rule{Match: blank, Fault: scsitest.GoodFault()}, []error{burn.ErrEraseFailed}, burn.VerdictFailed, []burn.NoteKind{notekind.StillOld}, true},
		{"another disc, perhaps", scsitest.Rule{Match: blank, Fault: says(6, 0x28, 0)}, []error{burn.ErrEraseFailed}, burn.VerdictFailed, []burn.NoteKind{notekind.StillOld}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDRW80)
			b.burn(t, nil)
			b.tap.Reset()
			b.faults.Add(row.rule)
			r, err := engine.Blank(t.Context(), b.drive, nil)
			for _, want := range row.want {
				require.ErrorIs(t, err, want)
			}
			if len(row.want) == 0 {
				require.NoError(t, err)
			} else {
				require.Equal(t, where{phase: burn.PhaseBlank}, placeOf(t, err))
			}
			require.Equal(t, row.verdict, r.Verdict)
			require.Equal(t, row.notes, kinds(r.Notes))
			require.Equal(t, row.looks, b.sent(command.OpStartStopUnit) > 0)
			require.Equal(t, b.disc.Summary().Blank, r.After.Status.Value == mmc.DiscEmpty)
			require.Equal(t, mmc.DiscFinalized, r.Disc.Status.Value, "the report has the disc before, too")
			require.Equal(t, 1, b.sent(command.OpBlank), "it is sent once")
		})
	}
}

// If a drive shows an old table of contents after BLANK, it is made to read the disc again in
// the gentlest way that works.
func TestBlankOnADriveThatShowsTheOldDisc(t *testing.T) {
	b := newBench(t, "modern", sim.CDRW80)
	b.burn(t, nil)
	old := b.information(t)
	b.tap.Reset()
	stopped := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		stopped = stopped || req.CDB[0] == command.OpStartStopUnit && req.CDB[4]&1 == 1
		return !stopped && req.CDB[0] == command.OpReadDiscInformation
	}, Sticky: true, Fault: scsitest.DataFault(old)})
	r, err := engine.Blank(t.Context(), b.drive, nil)
	require.NoError(t, err)
	require.Equal(t, []burn.NoteKind{notekind.StillOld}, kinds(r.Notes))
	require.Equal(t, 2, b.sent(command.OpStartStopUnit), "stop and start; no reload")
}
