package engine

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// pressed returns a finalized CD-R with two tracks.
func pressed(t *testing.T) *sim.Disc {
	t.Helper()
	d := sim.NewDisc(sim.CDR80)
	require.NoError(t, d.RecordAtOnce("", nil, []sim.PressedTrack{{Open: pcm.Silence("a", 400*588).Open}, {Open: pcm.Silence("b", 400*588).Open}}))
	return d
}

// guarding returns a job that has inspected its disc. With reported, the drive has since
// reported a change of disc.
func guarding(t *testing.T, on *sim.Disc, reported bool) (*Job, *scripted) {
	t.Helper()
	answers := []reply{attention28, good}
	j, s := onScriptWith(t, on, nil, map[byte][]reply{command.OpTestUnitReady: {good}})
	var err error
	j.Before, err = inspect.Look(j.calm, j.Drive, nil)
	require.NoError(t, err)
	j.watch()
	if reported {
		s.script[command.OpTestUnitReady] = answers
		require.NoError(t, j.Ready(j.calm))
	}
	s.sent = nil
	return j, s
}

var attention28 = checkCondition(6, 0x28, 0)

// After "the medium may have changed" the disc is inspected once. A disc that can't be
// distinguished from another one counts as another one from then on.
func TestReportOfAnotherDisc(t *testing.T) {
	t.Run("not guarded", func(t *testing.T) {
		j, s := guarding(t, pressed(t), true)
		j.guarded = false
		require.NoError(t, j.SameDisc())
		require.Empty(t, s.sent)
	})
	t.Run("nothing reported", func(t *testing.T) {
		j, s := guarding(t, pressed(t), false)
		require.NoError(t, j.SameDisc())
		require.Empty(t, s.sent)
	})
	t.Run("the same tracks", func(t *testing.T) {
		j, s := guarding(t, pressed(t), true)
		require.NoError(t, j.SameDisc())
		require.Equal(t, []burn.NoteKind{notekind.Attention}, kindsOf(j.rep.Notes))
		require.ErrorIs(t, j.rep.Notes[0].Cause.Err, burn.ErrDiscChanged)
		require.EqualError(t, j.rep.Notes[0].Cause.Err, "the drive reports another disc (6/28/00)")
		require.False(t, j.changeReported || j.otherDisc)
		s.sent = nil
		require.NoError(t, j.SameDisc())
		require.Empty(t, s.sent, "it was looked at")
		s.script[command.OpTestUnitReady] = []reply{attention28, good}
		require.NoError(t, j.Ready(j.calm))
		s.sent = nil
		require.NoError(t, j.SameDisc())
		require.NotEmpty(t, s.sent, "it is looked at each time")
		require.Len(t, j.rep.Notes, 1, "but noted once")
	})
	t.Run("blank, like any other", func(t *testing.T) {
		j, s := guarding(t, sim.NewDisc(sim.CDR80), true)
		for range 2 { // even if nothing new is reported
			require.ErrorIs(t, j.SameDisc(), burn.ErrDiscChanged)
			require.NotEmpty(t, s.sent)
			require.True(t, j.changeReported)
			require.False(t, j.otherDisc, "it may be the same")
			s.sent = nil
		}
		require.Empty(t, j.rep.Notes)
	})
	t.Run("other tracks", func(t *testing.T) {
		j, _ := guarding(t, pressed(t), true)
		j.Before.Tracks[1].Start++
		err := j.SameDisc()
		require.ErrorIs(t, err, burn.ErrDiscChanged)
		require.ErrorContains(t, err, "(6/28/00)")
		require.True(t, j.changeReported && j.otherDisc)
	})
	t.Run("no answer", func(t *testing.T) {
		j, s := guarding(t, pressed(t), true)
		s.dead = true
		require.ErrorIs(t, j.SameDisc(), burn.ErrDriveLost)
	})
	t.Run("no answer, and then other tracks", func(t *testing.T) {
		j, s := guarding(t, pressed(t), true)
		j.Before.Tracks[1].Start++
		s.dead = true
		require.ErrorIs(t, j.SameDisc(), burn.ErrDriveLost)
		s.dead = false
		require.ErrorIs(t, j.SameDisc(), burn.ErrDiscChanged, "the report isn't settled")

		j, s = guarding(t, pressed(t), true)
		j.Before.Tracks[1].Start++
		c := &conclusion{Job: j}
		s.dead = true
		require.Error(t, c.look())
		s.dead = false
		require.NoError(t, c.look())
		require.True(t, c.otherDisc)
	})
}

// While a stream is written, only a disc that is certainly another one ends it: many drives
// show nothing of an unfinished stream.
func TestReportOfAnotherDiscAmidAStream(t *testing.T) {
	midStream := func(t *testing.T, on *sim.Disc, reported bool) (*Job, *scripted) {
		j, s := guarding(t, on, reported)
		j.method = stub{true}
		return j, s
	}
	j, s := midStream(t, sim.NewDisc(sim.CDR80), true)
	require.NoError(t, j.stillThere())
	require.NotEmpty(t, s.sent)
	require.False(t, j.otherDisc)
	require.Empty(t, j.rep.Notes)
	s.sent = nil
	require.NoError(t, j.stillThere())
	require.Empty(t, s.sent, "it was looked at")

	j, s = midStream(t, sim.NewDisc(sim.CDR80), false)
	require.NoError(t, j.stillThere())
	require.Empty(t, s.sent)

	j, _ = midStream(t, pressed(t), true)
	j.Before.Tracks[0].Start++
	require.ErrorIs(t, j.stillThere(), burn.ErrDiscChanged)
	require.True(t, j.otherDisc)

	j, s = midStream(t, pressed(t), true)
	s.dead = true
	require.ErrorIs(t, j.stillThere(), burn.ErrDriveLost)

	for _, method := range []Method{nil, stub{false}} {
		j, _ = guarding(t, sim.NewDisc(sim.CDR80), true)
		j.method = method
		require.ErrorIs(t, j.stillThere(), burn.ErrDiscChanged, "no stream: a blank disc may be another one")
	}
	j, s = midStream(t, sim.NewDisc(sim.CDR80), true)
	j.guarded = false
	require.NoError(t, j.stillThere())
	require.Empty(t, s.sent)
}

// A track that this job wrote may be shown up to a pause longer or shorter than it was sent,
// because of run-out and pregap. Until it is complete, its size means nothing.
func TestLengthByWhichATrackIsRecognized(t *testing.T) {
	for _, row := range []struct {
		shown toc.Sectors
		state disc.TrackState
		want  bool
	}{
		{400, disc.TrackComplete, true}, {552, disc.TrackComplete, true}, {553, disc.TrackComplete, false},
		{248, disc.TrackComplete, true}, {247, disc.TrackComplete, false}, {0, disc.TrackComplete, true},
		{200000, disc.TrackIncomplete, true}, {1, disc.TrackDamaged, true},
	} {
		c := concluded(false, []toc.Sectors{400})
		now := c.last
		now.Tracks = []disc.Track{on(2, row.shown, row.state)}
		require.Equal(t, row.want, c.discIdentity().recognize(now), "%+v", row)
	}
}

// A disc is certainly another one if it is of another kind, lacks earlier tracks, is blank
// although something was written, or has a track that this job didn't write.
func TestWhichDiscIsCertainlyAnotherOne(t *testing.T) {
	there := leftOpen(on(1, 300, disc.TrackComplete))
	mine := leftOpen(on(1, 300, disc.TrackComplete), on(2, 400, disc.TrackComplete))
	silence := blankDisc()
	silence.Status = disc.Fact[mmc.DiscStatus]{Err: errors.New("no reply")}
	rewritable := there
	rewritable.Media = fact(mmc.MediaCDRW)
	moved := leftOpen(on(1, 300, disc.TrackComplete))
	moved.Tracks[0].Start = 7
	for _, row := range []struct {
		name     string
		before   disc.Disc
		sent     []toc.Sectors
		reserved bool
		test     bool
		now      disc.Disc
		want     bool
	}{
		{"the same", there, nil, false, false, there, false},
		{"what was there and what was written", there, []toc.Sectors{400}, false, false, mine, false},
		{"what was written isn't shown", there, []toc.Sectors{400}, false, false, there, false},
		{"another kind", there, nil, false, false, rewritable, true},
		{"what was there is missing", there, nil, false, false, blankDisc(), true},
		{"what was there lies elsewhere", there, nil, false, false, moved, true},
		{"what was there isn't shown, nor is anything", there, nil, false, false, silence, false},
		{"a track that wasn't written", there, nil, false, false, mine, true},
		{"blank, and nothing was written", blankDisc(), []toc.Sectors{0}, false, false, blankDisc(), false},
		{"blank, and something was written", blankDisc(), []toc.Sectors{1}, false, false, blankDisc(), true},
		{"blank, and something was reserved", blankDisc(), nil, true, false, blankDisc(), true},
		{"nothing is shown, and something was written", blankDisc(), []toc.Sectors{400}, false, false, silence, false},
		{"a test write, shown like a real one", blankDisc(), []toc.Sectors{400}, false, true, leftOpen(on(2, 400, disc.TrackComplete)), false},
		{"a test write, and another track", blankDisc(), []toc.Sectors{400}, false, true, leftOpen(on(3, 400, disc.TrackComplete)), true},
		{"a test write, and still blank", blankDisc(), []toc.Sectors{400}, false, true, blankDisc(), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, row.sent)
			c.Before, c.Options.TestWrite = row.before, row.test
			if row.reserved {
				c.List = []*Task{{Number: 1, Reserved: true}}
			}
			require.Equal(t, row.want, c.discIdentity().certainlyOther(row.now))
		})
	}
	long := leftOpen(on(1, 300, disc.TrackComplete), on(2, 551, disc.TrackComplete))
	c := concluded(false, []toc.Sectors{400})
	c.Before = there
	require.False(t, c.discIdentity().certainlyOther(long), "with pregap and run-out")
	long.Tracks[1].Sectors++
	require.False(t, c.discIdentity().certainlyOther(long))
	long.Tracks[1].Sectors++
	require.True(t, c.discIdentity().certainlyOther(long), "longer than what was written")
	c = concluded(true, []toc.Sectors{0})
	c.Before = blankDisc()
	require.False(t, c.discIdentity().certainlyOther(blankDisc()))
	c.Tasks[0].before = 1
	require.True(t, c.discIdentity().certainlyOther(blankDisc()), "the pregap was written")
	stream := concluded(true, []toc.Sectors{400}).discIdentity()
	stream.before = &disc.Disc{}
	require.True(t, stream.owns(on(9, 800, disc.TrackIncomplete)), "a stream may be shown as one track")
	require.False(t, stream.owns(on(9, 800, disc.TrackComplete)))
	stream.begun = nil
	require.False(t, stream.owns(on(9, 800, disc.TrackIncomplete)), "nothing of it was written")
}
