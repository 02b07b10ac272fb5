package engine_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A session whose tracks are all whole is closed without ending any of them.
func TestWholeTracksAreOnlyClosed(t *testing.T) {
	for _, multi := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		b.burn(t, &burn.Options{NoClose: true})
		b.tap.Reset()
		r, err := engine.CloseDisc(t.Context(), b.drive, &burn.CloseOptions{MultiSession: multi}, trackatonce.Method())
		require.NoError(t, err)
		require.True(t, *r.Closed)
		require.Equal(t, multi, *r.Appendable)
		require.Len(t, r.OnDisc, 2)
		require.Equal(t, !multi, b.disc.Summary().Finalized)
		require.Len(t, b.cdbs(command.OpCloseTrackSession), 1)
		require.Empty(t, kinds(r.Notes))
	}
}

// BLANK is sent with the type that was asked for.
func TestTypeOfBlank(t *testing.T) {
	for opts, want := range map[*burn.BlankOptions]byte{nil: 0, {}: 0, {Type: mmc.BlankMinimal}: 1} {
		b := newBench(t, "modern", sim.CDRW80)
		b.burn(t, nil)
		_, err := engine.Blank(t.Context(), b.drive, opts)
		require.NoError(t, err)
		require.Equal(t, want, b.cdbs(command.OpBlank)[0][1]&7)
		require.True(t, b.disc.Summary().Blank)
	}
}

// A track that was reserved and then not begun is on the disc, and its row shows so.
func TestReservedTrackThatIsNotBegun(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ctx, cancel := context.WithCancel(t.Context())
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpReserveTrack {
			cancel()
		}
		return false
	}})
	r, err := engine.Burn(ctx, b.drive, album(), &burn.Options{Reserve: burn.ReserveAlways}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.Zero(t, b.sent(command.OpWrite10))
	on := b.disc.Tracks()
	require.Len(t, on, 1)
	require.Equal(t, on[0].Size, max(r.Tracks[0].Sectors, r.Tracks[0].AtMost))
	require.Equal(t, 1, r.Tracks[0].Number)
	require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
	require.Equal(t, burn.TrackCanceled, r.Tracks[0].Status)
}

// A speed that the drive doesn't report at once is asked for again, and the plan has the one
// that will be set.
func TestSpeedOfAPlanIsAskedForAgain(t *testing.T) {
	for name, fault := range map[string]scsitest.Fault{"an attention": says(6, 0x29, 0), "becoming ready": says(2, 4, 1)} {
		plan := func(b *bench) burn.Plan {
			p, err := engine.MakePlan(t.Context(), b.drive, album(), &burn.Options{Speed: mmc.SpeedX(9)}, trackatonce.Method())
			require.NoError(t, err, name)
			return p
		}
		want := plan(newBench(t, "modern", sim.CDR80))
		require.Less(t, want.Speed.SectorsPerSecond(), mmc.SpeedX(9).SectorsPerSecond(), "the drive doesn't have it")
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpGetPerformance), Fault: fault})
		require.Equal(t, want.Speed, plan(b).Speed, name)
		require.Equal(t, 1, b.faults.Fired(), name)
	}
}

// A drive that fails to report its speeds, or the one that it set, isn't taken for one that
// can't report them: the burn ends before the laser starts.
func TestSpeedThatFails(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpGetPerformance, command.OpModeSense10), Sticky: true, Fault: says(4, 0x44, 0)})
	_, _, err := engine.SetSpeed(t.Context(), b.drive, mmc.SpeedX(8), false)
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.Zero(t, b.sent(command.OpSetCDSpeed))

	b = newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, nil)
	b.tap.Reset()
	_, _, err = s.Job().SetSpeed(t.Context(), mmc.SpeedX(8), false)
	require.NoError(t, err)
	b.faults.Add(scsitest.Rule{Match: func(*scsi.Request) bool { return true }, Skip: len(b.tap.Opcodes()) - 1, Sticky: true, Fault: says(4, 0x44, 0)})
	_, _, err = s.Job().SetSpeed(t.Context(), mmc.SpeedX(8), false)
	require.ErrorIs(t, err, scsi.KeyHardwareError, "the last answer is the speed")
	b.faults.Clear()
	_, err = s.Release(t.Context())
	require.NoError(t, err)
}

// failing is a source that can't be opened.
type failing struct {
	pcm.Source
	fails error
}

func (f failing) Open() (io.ReadCloser, error) { return nil, f.fails }

// A track whose source can't be read isn't begun, and its row and its error show why.
func TestAddedTrackWhoseSourceFails(t *testing.T) {
	why := errors.New("no such share")
	b := newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, nil)
	bad := album()[0]
	bad.Source = failing{bad.Source, why}
	row, err := s.Add(t.Context(), bad)
	require.ErrorIs(t, err, why)
	require.Zero(t, b.sent(command.OpWrite10))
	require.Equal(t, burn.TrackShort, row.Status)
	good, err := s.Add(t.Context(), album()[0])
	require.NoError(t, err)
	require.Equal(t, burn.TrackOK, good.Status)
	require.Greater(t, good.Elapsed, time.Duration(0))
	r, err := s.Release(t.Context())
	require.NoError(t, err, "Add has returned the error of the track")
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Len(t, b.disc.Tracks(), 1)
}

// The time of a track is that of its preparation, its WRITEs and its end.
func TestElapsedOfEachTrack(t *testing.T) {
	for _, m := range []engine.Method{trackatonce.Method(), sessionatonce.Method(nil, false)} {
		b := newBench(t, "modern", sim.CDR80)
		var at []time.Duration
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Speed: mmc.SpeedX(8), OnEvent: func(e burn.Event) {
			switch e := e.(type) {
			case burn.TrackFinished:
				at = append(at, e.Report.Elapsed)
			}
		}}, m)
		require.NoError(t, err)
		require.Equal(t, []time.Duration{r.Tracks[0].Elapsed, r.Tracks[1].Elapsed}, at)
		for _, d := range at {
			require.Greater(t, d, time.Duration(0))
			require.Less(t, d, r.Elapsed)
		}
	}
}
