package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// ending is a method that records why a track ended, and whose Close returns a given result.
type ending struct {
	stub
	why    error
	ended  int
	during func() // what happens while a session is closed
	closed error
}

func (e *ending) End(_ *Job, _ *Task, cause error) error {
	e.why = cause
	e.ended++
	return nil
}

func (e *ending) Close(*Job) error {
	if e.during != nil {
		e.during()
	}
	return e.closed
}

// If an earlier WRITE failed, a stream ends with that error, because nothing after it counts.
// A single track ends normally, and a known cause isn't replaced.
func TestWhyATrackIsEnded(t *testing.T) {
	for _, row := range []struct {
		name   string
		stream bool
		failed bool // the drive reported a failed WRITE
		cause  error
		want   error
	}{
		{"a stream", true, false, nil, nil},
		{"a stream, and a WRITE has failed", true, true, nil, asc.WriteError},
		{"a canceled stream", true, false, burn.ErrCanceled, burn.ErrCanceled},
		{"a track, and a WRITE has failed", false, true, nil, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			answers := []reply{good}
			if row.failed {
				answers = []reply{deferredError(3, 0x0C, 0), good}
			}
			j, _ := onScript(t, nil, map[byte][]reply{command.OpTestUnitReady: answers})
			m := &ending{stub: stub{row.stream}}
			j.method = m
			task := silent(300)
			j.Tasks, j.List, task.mark = []*Task{task}, []*Task{task}, j.seen.Now()
			if row.stream && row.failed {
				j.List = append(j.List, silent(300)) // the last track is read back once the session is closed
			}
			_ = j.Ready(j.calm)
			err := (&recorder{Job: j}).end(task, row.cause)
			if row.failed {
				var at *burn.Error
				require.ErrorAs(t, err, &at)
				require.Equal(t, []any{burn.PhaseFlush, 1, toc.LBA(0)}, []any{at.Phase, at.Track, at.LBA})
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, row.stream && !row.failed, j.m.part > 0, "only the end of a stream closes its session")
			require.Equal(t, 1, m.ended)
			if row.want == nil {
				require.NoError(t, m.why)
			} else {
				require.ErrorIs(t, m.why, row.want)
			}
		})
	}
}

// If another disc is found at the end of a track, nothing is known about the track. The text
// of the track's error is kept only if it may be about the right disc.
func TestErrorOfATrackWhoseDiscChanged(t *testing.T) {
	own := errors.New("the flush failed")
	recording := func(t *testing.T) (*recorder, *scripted) {
		j, s := guarding(t, pressed(t), true)
		j.Before.Tracks[1].Start++
		return &recorder{Job: j}, s
	}
	r, _ := recording(t)
	err := r.changed(nil)
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.ErrorIs(t, err, burn.ErrDiscChanged)
	require.EqualError(t, err, r.SameDisc().Error(), "no other error is named")

	r, _ = recording(t)
	err = r.changed(own)
	require.ErrorIs(t, err, burn.ErrDiscChanged)
	require.ErrorContains(t, err, own.Error())
	require.NotErrorIs(t, err, own, "it is about the other disc")

	r, s := recording(t)
	s.dead = true
	require.ErrorIs(t, r.changed(nil), burn.ErrUnconfirmed)
	err = r.changed(own)
	require.ErrorIs(t, err, own)
	require.ErrorIs(t, err, burn.ErrDriveLost)
	require.NotErrorIs(t, err, burn.ErrUnconfirmed)

	r, s = recording(t)
	r.method = stub{true}
	s.sent = nil
	require.NoError(t, r.changed(nil), "a stream hasn't ended yet")
	require.Empty(t, s.sent)
	require.ErrorIs(t, r.changed(own), burn.ErrDiscChanged)
}

// The error of a close that wasn't awaited has neither a track nor an address.
func TestPlaceOfACloseThatIsNotWaitedFor(t *testing.T) {
	j, _ := guarding(t, pressed(t), false)
	j.method = &ending{closed: errHurried}
	c := &conclusion{Job: j, fresh: true}
	err := c.close()
	require.False(t, c.fresh, "the disc is inspected for the report")
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.ErrorIs(t, err, burn.ErrCanceled)
	var at *burn.Error
	require.ErrorAs(t, err, &at)
	require.Equal(t, []any{burn.PhaseClose, 0, toc.LBA(0)}, []any{at.Phase, at.Track, at.LBA})
}

// A disc that the drive shows as blank after closing is reported as blank only if the drive
// has read it again. With hurry, it isn't read again.
func TestBlankDiscThatWasNotReadAgain(t *testing.T) {
	for _, hurry := range []bool{false, true} {
		stop := make(chan struct{})
		if hurry {
			close(stop)
		}
		j, _ := onScript(t, &burn.Options{Hurry: stop}, nil)
		c := &conclusion{Job: j}
		err := c.confirm(nil)
		require.Equal(t, []disc.Difference{{Kind: inspect.DiscBlank}}, c.differences())
		if hurry {
			require.ErrorIs(t, err, burn.ErrUnconfirmed)
			require.NotErrorIs(t, err, burn.ErrTrackMissing)
		} else {
			require.ErrorIs(t, err, burn.ErrTrackMissing)
		}
	}
}

// If a track is shown shorter than it was sent, the missing sectors at its end are read back,
// provided that an earlier track was shown in full.
func TestWhichSectorsOfAShortTrackAreReadBack(t *testing.T) {
	shown := func(n int, start toc.LBA, size toc.Sectors) command.TrackInformation {
		return command.TrackInformation{Track: n, Start: start, Size: size, SizeValid: true}
	}
	j, _ := onScript(t, nil, nil)
	first := &Task{Number: 1, Sent: 300, audio: 300, Shown: shown(1, 0, 300)}
	short := &Task{Number: 2, Start: 452, Sent: 400, audio: 400, Shown: shown(2, 452, 398)}
	j.Tasks = []*Task{first, short}
	evidence{j}.doubtLength(short)
	require.ErrorIs(t, short.doubt, burn.ErrUnconfirmed)
	require.Equal(t, [][2]toc.LBA{{850, 852}}, j.writing.doubts.ranges)
}

// A track in doubt that wasn't read back is the place of the error: its number and no address.
func TestPlaceOfATrackInDoubt(t *testing.T) {
	c := concluded(false, []toc.Sectors{400})
	c.Tasks[0].doubt = errNoAnswer
	err := settler{c}.settleDoubts(nil)
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.Equal(t, burn.TrackUnshown, c.rep.Tracks[0].Status)
	var at *burn.Error
	require.ErrorAs(t, err, &at)
	require.Equal(t, []any{burn.PhaseVerify, 2, toc.LBA(0)}, []any{at.Phase, at.Track, at.LBA})
}

// A drive may show a whole stream as one track. Otherwise a track isn't longer than the
// sectors sent for it.
func TestTrackAsLongAsAllOfAStream(t *testing.T) {
	for _, stream := range []bool{true, false} {
		o := concluded(stream, []toc.Sectors{400, 400}).discIdentity()
		o.before = &disc.Disc{}
		require.True(t, o.owns(on(2, 400+placing.PauseSectors, disc.TrackComplete)))
		require.Equal(t, stream, o.owns(on(2, 800+placing.PauseSectors, disc.TrackComplete)))
		require.False(t, o.owns(on(2, 801+placing.PauseSectors, disc.TrackComplete)))
	}
}

// The only track is the last one; an empty list has none.
func TestLastTrackOfARecording(t *testing.T) {
	first, second := &Task{}, &Task{}
	require.False(t, (&Job{}).Last(first))
	require.True(t, (&Job{List: []*Task{first}}).Last(first))
	both := &Job{List: []*Task{first, second}}
	require.False(t, both.Last(first))
	require.True(t, both.Last(second))
}

// The remaining time is estimated with the speed that was set last.
func TestEstimateByTheSelectedSpeed(t *testing.T) {
	j, _ := onScript(t, nil, nil)
	for _, x := range []float64{8, 16} {
		_, _, err := j.SetSpeed(context.Background(), mmc.SpeedX(x), false)
		require.NoError(t, err)
		require.InDelta(t, x*toc.SectorsPerSecond, j.m.nominal, 1)
	}
}

// The speed of a track isn't measured over the time of the previous track.
func TestSpeedIsMeasuredAnewForEachTrack(t *testing.T) {
	b := newMeterBench()
	b.track(1, 0, 7500)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 7500)
	b.cur.LastWritten += 6000
	b.after(4 * time.Second)
	require.Equal(t, mmc.SpeedX(20), b.last.Speed)
	b.track(2, 7500, 7500)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 7500)
	b.cur.LastWritten += 1500
	b.after(time.Second)
	require.Equal(t, mmc.SpeedX(20), b.last.Speed)
}

// The first track of a stream is queried by the number that it will get.
func TestNumbersOfTheFirstTrackOfAStream(t *testing.T) {
	j := &recording{Before: nextAt(blankDisc(), 3, 0), method: stub{true}}
	require.Equal(t, []int{3, command.InvisibleTrack, 3}, j.aliases(&Task{Number: 3}))
	j.Tasks = []*Task{{Number: 3}}
	require.Equal(t, []int{3, command.InvisibleTrack, 3}, j.aliases(j.Tasks[0]))
	j.Tasks = append(j.Tasks, &Task{Number: 4})
	require.Equal(t, []int{4, command.InvisibleTrack, 3}, j.aliases(j.Tasks[1]))
}

// Nothing is closed on another disc. A stream is closed already, so only its state is unknown.
func TestAnotherDiscBeforeClosing(t *testing.T) {
	for _, stream := range []bool{true, false} {
		j, _ := guarding(t, pressed(t), true)
		j.Before.Tracks[1].Start++
		j.method = stub{stream}
		err := (&conclusion{Job: j}).closable()
		require.ErrorIs(t, err, burn.ErrDiscChanged)
		require.Equal(t, stream, errors.Is(err, burn.ErrUnconfirmed))
	}
}

// A session that the drive shows as closed is reported as closed, even if its tracks differ
// from what was written. A failed WRITE that is part of the error of closing isn't reported
// twice.
func TestSessionThatIsClosedAndDiffers(t *testing.T) {
	closed := 0
	j, s := onScriptWith(t, pressed(t), &burn.Options{OnEvent: func(e burn.Event) {
		if _, is := e.(burn.SessionClosed); is {
			closed++
		}
	}}, map[byte][]reply{command.OpTestUnitReady: {good}})
	m := &ending{closed: Name(errors.New("a write error"), burn.ErrWriteFailed)}
	m.during = func() {
		s.script[command.OpTestUnitReady] = []reply{deferredError(3, 0x0C, 0), good}
		_ = j.Ready(j.calm)
	}
	j.method = m
	j.Tasks = []*Task{{Number: 2, Start: 7, Sent: 400, audio: 400, tried: true}}
	mark := j.seen.Now()
	err := (&conclusion{Job: j}).close()
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.ErrorIs(t, j.seen.Failed(mark), asc.WriteError)
	require.NotErrorIs(t, err, asc.WriteError)
	require.Equal(t, 1, closed)
}

// If an inspection found another disc, it is still another one for the next command, even if
// the drive reports nothing new, until the right disc is back.
func TestDiscThatALookFound(t *testing.T) {
	j, _ := guarding(t, pressed(t), true)
	c := &conclusion{Job: j}
	c.Before.Tracks[1].Start++
	require.NoError(t, c.look())
	require.True(t, c.otherDisc)
	for range 2 {
		err := c.SameDisc()
		require.ErrorIs(t, err, burn.ErrDiscChanged)
		require.EqualError(t, err, "the disc was changed (6/28/00)")
		require.True(t, c.otherDisc)
	}
	c.Before.Tracks[1].Start--
	require.NoError(t, c.SameDisc())
	require.False(t, c.otherDisc || c.changeReported)
}
