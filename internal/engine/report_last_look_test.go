package engine

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// The last look is repeated only if a track that was whole is missing or torn in it, and if the
// drive still answers and may be waited for.
func TestWhichLastLookIsSurprising(t *testing.T) {
	for _, row := range []struct {
		name  string
		shown disc.Track
		set   func(c *conclusion)
		want  bool
	}{
		{"whole", on(2, 400, disc.TrackComplete), nil, false},
		{"unknown", on(2, 400, disc.TrackUnknown), nil, false},
		{"missing", on(3, 400, disc.TrackComplete), nil, true},
		{"torn", on(2, 400, disc.TrackIncomplete), nil, true},
		{"damaged", on(2, 400, disc.TrackDamaged), nil, true},
		{"torn as before", on(2, 400, disc.TrackIncomplete), func(c *conclusion) { c.rep.Tracks[0].Status = burn.TrackFailed }, false},
		{"torn, in a test write", on(2, 400, disc.TrackIncomplete), func(c *conclusion) { c.Options.TestWrite = true }, false},
		{"torn, on another disc", on(2, 400, disc.TrackIncomplete), func(c *conclusion) { c.otherDisc = true }, false},
		{"no look", disc.Track{}, func(c *conclusion) { c.last = disc.Disc{} }, false},
		{"torn, and no answer", on(2, 400, disc.TrackIncomplete), func(c *conclusion) { c.silent = true }, false},
	} {
		c := concluded(false, []toc.Sectors{400}, row.shown)
		c.line = &line{calm: t.Context(), hurry: t.Context()}
		if row.set != nil {
			row.set(c)
		}
		require.Equal(t, row.want, c.surprising(), row.name)
	}
}

// A torn track is at most as long as what was sent and what the drive shows. Of a damaged one
// the drive's own figure counts.
func TestLimitOfATornTrack(t *testing.T) {
	for _, row := range []struct {
		state        disc.TrackState
		sectors      toc.Sectors
		shown        toc.Sectors
		sent, unsure toc.Sectors
		want         toc.Sectors
	}{
		{disc.TrackIncomplete, 300, 350, 400, 0, 300}, {disc.TrackIncomplete, 0, 300, 400, 0, 400}, {disc.TrackIncomplete, 500, 500, 400, 27, 427},
		{disc.TrackDamaged, 300, 350, 400, 0, 350}, {disc.TrackDamaged, 0, 300, 400, 0, 300}, {disc.TrackDamaged, 300, 0, 400, 27, 427},
	} {
		k := on(2, row.sectors, row.state)
		k.Shown.Sectors = row.shown
		c := concluded(false, []toc.Sectors{row.sent}, k)
		c.Tasks[0].unsure, c.rep.Tracks[0].Status = row.unsure, burn.TrackFailed
		settler{c}.settleRows(true)
		require.Equal(t, row.want, c.rep.Tracks[0].AtMost, "%+v", row)
		require.Zero(t, c.rep.Tracks[0].Sectors)
	}
}

// The work of a burn is its audio, closing the disc, and reading it back.
func TestWorkOfABurn(t *testing.T) {
	plan := burn.Plan{Tracks: []burn.PlannedTrack{{Number: 1, Audio: 300, Length: 300}}, Music: 300}
	for _, row := range []struct {
		close burn.CloseKind
		mode  burn.Mode
		want  toc.Sectors
	}{
		{burn.CloseNone, burn.ModeTAO, 300}, {burn.CloseFinal, burn.ModeTAO, 300 + closeWork}, {burn.CloseMulti, burn.ModeTAO, 300 + closeWork},
		{burn.CloseNone, burn.ModeSAO, 300 + closeWork}, {burn.CloseFinal, burn.ModeSAO, 300 + closeWork},
	} {
		j, _ := onScript(t, nil, nil)
		plan.Close, plan.Mode = row.close, row.mode
		preflight{j}.expect(plan)
		require.InDelta(t, float64(row.want), j.m.work, 1e-9, "%+v", row)
	}
}

// A drive that doesn't report its speed isn't a failing one.
func TestSpeedThatIsNotReported(t *testing.T) {
	for err, want := range map[error]bool{
		sense(5, 0x20, 0): true, errors.ErrUnsupported: true, fmt.Errorf("page: %w", io.ErrUnexpectedEOF): true,
		sense(4, 0x44, 0): false, errNoAnswer: false,
	} {
		require.Equal(t, want, notReported(err), "%v", err)
	}
}

// openless is a source that can't be opened, or that opens nothing.
type openless struct {
	pcm.Source
	err error
}

func (o openless) Open() (io.ReadCloser, error) { return nil, o.err }

// A source that can't be opened is blamed for its own error, and one that opens nothing for
// that. A reader that hung or fails returns nothing beside its error.
func TestErrorOfAGuardedSource(t *testing.T) {
	own := errors.New("no such share")
	_, err := guardTrack(burn.Track{Source: openless{numbered(588), own}}, 1).Source.Open()
	require.Equal(t, own, err)
	_, err = guardTrack(burn.Track{Source: openless{numbered(588), nil}}, 1).Source.Open()
	require.ErrorContains(t, err, "opened nothing")
	n, err := (&guardedReader{g: &guarded{}, over: own}).Read(make([]byte, 8))
	require.Zero(t, n)
	require.Equal(t, own, err)
}

// If another disc is in the drive at the end, nothing about this job's disc is known: a track
// that failed may still be on it.
func TestNothingIsKnownOfADiscThatIsGone(t *testing.T) {
	j, _ := guarding(t, sim.NewDisc(sim.CDR80), false)
	c := &conclusion{Job: j}
	require.NoError(t, c.look())
	require.True(t, c.known())
	c.otherDisc = true
	c.finalLook()
	require.False(t, c.known())
	require.ErrorIs(t, c.gone, burn.ErrDiscChanged)
	require.ErrorIs(t, c.rep.LookError.Err, burn.ErrDiscChanged)
	require.Empty(t, c.rep.OnDisc)
	require.Nil(t, c.rep.Closed)
}
