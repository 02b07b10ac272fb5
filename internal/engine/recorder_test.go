package engine

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// resetting is a method whose first calls of Begin find the drive reset and fail.
type resetting struct {
	stub
	drive *scripted
	fails int
	begun *int
}

func (m resetting) Begin(ctx context.Context, j *Job, _ *Task) error {
	if *m.begun++; *m.begun > m.fails {
		return nil
	}
	m.drive.script[command.OpTestUnitReady] = []reply{checkCondition(6, 0x29, 0), good}
	return command.TestUnitReady{}.Do(ctx, j.Drive.Transport())
}

// An error together with a reset isn't final: the first WRITE is prepared up to three times in
// all. If the disc has a reservation, it isn't prepared again.
func TestErrorThatComesWithAReset(t *testing.T) {
	for _, row := range []struct {
		fails    int
		reserved bool
		begun    int
		want     error
	}{
		{0, false, 1, nil}, {1, false, 2, nil}, {2, false, 3, nil}, {3, false, 3, asc.FamilyReset}, {1, true, 1, asc.FamilyReset},
	} {
		c, s := looked(t, sim.NewDisc(sim.CDR80), nil, map[byte][]reply{})
		begun := 0
		c.method = resetting{drive: s, fails: row.fails, begun: &begun}
		k := silent(0)
		k.Reserved = row.reserved
		c.hold.since = c.seen.Now()
		err := (&recorder{Job: c.Job}).ready(t.Context(), k)
		require.Equal(t, row.begun, begun, "%+v", row)
		if row.want == nil {
			require.NoError(t, err, "%+v", row)
		} else {
			require.ErrorIs(t, err, row.want, "%+v", row)
		}
	}
}

// unopenable is a source that can no longer be opened.
type unopenable struct{ pcm.Source }

func (unopenable) Open() (io.ReadCloser, error) { return nil, io.ErrClosedPipe }

// A source that fails before its first sector leaves all buffers to the next track, and the
// row of its track contains the reason.
func TestSourceThatFailsAtOnce(t *testing.T) {
	c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
	f := newFIFO(1, 27) // two buffers
	j := jobOf(t, numbered(300*588))
	j.source = unopenable{j.source}
	r := &recorder{Job: c.Job, feed: f.start([]job{j})}
	first, err := r.begin(t.Context(), silent(0))
	require.True(t, first == nil)
	require.ErrorIs(t, err, burn.ErrSourceShort)
	require.True(t, r.feed.close())
	require.Len(t, f.free, f.chunks)

	for _, row := range []struct {
		err  error
		want burn.TrackStatus
	}{{err, burn.TrackShort}, {burn.ErrSourceChanged, burn.TrackChanged}, {burn.ErrNoSpace, burn.TrackNotBegun}} {
		c.rep.Tracks[0] = burn.TrackReport{}
		require.ErrorIs(t, r.notBegun(silent(0), row.err), row.err)
		require.Equal(t, row.want, c.rep.Tracks[0].Status)
	}
}

// refusing is a method that never starts a track.
type refusing struct{ stub }

func (refusing) Begin(context.Context, *Job, *Task) error { return burn.ErrNoSpace }

// A track that can't be started leaves all buffers to the next one, and so does a track that
// is canceled before its first WRITE.
func TestBuffersOfATrackThatIsNotBegun(t *testing.T) {
	c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, row := range []struct {
		method Method
		ctx    context.Context
		want   error
	}{{refusing{}, t.Context(), burn.ErrNoSpace}, {stub{}, canceled, context.Canceled}} {
		c.method = row.method
		f := newFIFO(1, 27)
		r := &recorder{Job: c.Job, feed: f.start([]job{jobOf(t, numbered(300*588))})}
		_, err := r.begin(row.ctx, silent(0))
		require.ErrorIs(t, err, row.want)
		require.True(t, r.feed.close())
		require.Len(t, f.free, f.chunks)
	}
}

// After a WRITE that failed, a deferred error at the end of its track changes nothing. Otherwise it
// is an error.
func TestDeferredErrorAtTheEndOfATrack(t *testing.T) {
	c, s := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
	k := c.begun(300)
	k.mark = c.seen.Now()
	s.script = map[byte][]reply{command.OpSynchronizeCache: {deferredError(3, 0x0C, 0)}}
	require.Error(t, command.SynchronizeCache{}.Do(t.Context(), c.Drive.Transport()))
	r := &recorder{Job: c.Job}
	require.NoError(t, r.end(k, burn.ErrWriteFailed))
	require.Empty(t, c.rep.Tracks[0].Notes)
	require.ErrorIs(t, r.end(k, nil), asc.WriteError)
}

// Without a limit of the transport a WRITE has 64 KiB; with a tiny limit it has one sector.
func TestSectorsOfAWrite(t *testing.T) {
	for limit, want := range map[int]int{-1: 27, 0: 27, 1: 1, 2352: 1, 2 * 2352: 2, 65536: 27, 1 << 20: 27} {
		require.Equal(t, want, chunkSectors(scsi.Limits{MaxTransfer: limit}), "%d", limit)
	}
}

// A rotation requested between two tracks stays requested, and the plan contains the rotation
// that the drive offers.
func TestRotationThatIsAskedFor(t *testing.T) {
	for _, cav := range []bool{true, false} {
		j, _ := onScript(t, nil, nil)
		_, _, err := j.SetSpeed(t.Context(), mmc.SpeedX(8), cav)
		require.NoError(t, err)
		require.Equal(t, cav, j.Options.PureCAV)
		require.Equal(t, mmc.SpeedX(8), j.Options.Speed)
	}
}
