package engine

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// looked returns a job on a scripted drive that has inspected its disc.
func looked(t *testing.T, on *sim.Disc, o *burn.Options, script map[byte][]reply) (*conclusion, *scripted) {
	t.Helper()
	j, s := onScriptWith(t, on, o, nil)
	var err error
	j.Before, err = inspect.Look(j.calm, j.Drive, nil)
	require.NoError(t, err)
	j.watch()
	s.script = script
	return &conclusion{Job: j, last: j.Before, known: true, fresh: true}, s
}

// begun returns a track of which the given number of sectors was sent, with its row.
func (c *conclusion) begun(sent toc.Sectors) *Task {
	k := silent(sent)
	k.tried, k.audio, k.music = sent > 0, sent, sent
	c.Tasks, c.List = []*Task{k}, []*Task{k}
	c.rep.Tracks[0] = burn.TrackReport{Number: 1, Sent: sent, Status: burn.TrackOK}
	return k
}

// A job that wrote nothing doesn't close the disc, even if its laser was on. A single accepted
// sector counts as written.
func TestNothingIsClosedWithoutATrack(t *testing.T) {
	c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
	c.laser = laserOn
	k := c.begun(0)
	require.NoError(t, c.wrapUp(t.Context(), nil))
	require.Equal(t, laserOn, c.laser)
	require.Zero(t, c.rep.Closing)
	require.Empty(t, c.written())
	k.tried = true
	require.Empty(t, c.written(), "its first WRITE failed")
	k.Sent = 1
	require.Equal(t, []*Task{k}, c.written())
	k.tried = false
	require.Empty(t, c.written())
}

// SessionClosed is sent only if the disc shows the session as closed. A disc that is still
// blank doesn't.
func TestSessionClosedIsNotSentForABlankDisc(t *testing.T) {
	closed := 0
	c, _ := looked(t, sim.NewDisc(sim.CDR80), &burn.Options{OnEvent: func(e burn.Event) {
		if _, is := e.(burn.SessionClosed); is {
			closed++
		}
	}}, nil)
	c.laser = laserOn
	c.begun(300)
	err := c.close()
	require.ErrorIs(t, err, burn.ErrTrackMissing)
	require.Zero(t, closed)
	require.True(t, c.known)
}

// A drive that answers can close the session, even if it reports that it isn't ready.
func TestClosableThoughNotReady(t *testing.T) {
	c, s := looked(t, sim.NewDisc(sim.CDR80), nil, map[byte][]reply{command.OpTestUnitReady: {broken}, command.OpReadDiscInformation: {broken}})
	require.Error(t, c.Ready(c.calm))
	require.False(t, c.Silent())
	require.NoError(t, c.closable())
	s.dead = true
	require.ErrorIs(t, c.closable(), burn.ErrDriveLost)
}

// A test write that was faster than any drive has tested nothing. The possible content of the
// drive's buffer doesn't count if the end of a track wasn't seen.
func TestTestWriteThatWasTooFast(t *testing.T) {
	for _, row := range []struct {
		name    string
		sent    toc.Sectors
		writing time.Duration
		told    error
		note    burn.NoteKind
		want    error
	}{
		{"as fast as a drive can be", 4800, time.Second, nil, "", nil},
		{"faster", 4800, time.Second - time.Millisecond, nil, "", burn.ErrTooFast},
		{"all of it in the buffer", 3566, 0, errNoAnswer, "", nil},
		{"more than the buffer", 3567, 0, errNoAnswer, "", burn.ErrTooFast},
		{"little, and its end was seen", 300, time.Millisecond, nil, "", burn.ErrTooFast},
		{"little, and its end was not seen", 300, time.Millisecond, errNoAnswer, "", nil},
		{"little, and an error at its end", 300, time.Millisecond, nil, notekind.EndError, nil},
		{"little, and another note", 300, time.Millisecond, nil, notekind.WriteTaken, burn.ErrTooFast},
	} {
		c, _ := looked(t, sim.NewDisc(sim.CDR80), &burn.Options{TestWrite: true}, nil)
		c.laser, c.rep.Writing = laserOn, row.writing
		c.begun(row.sent).EndErr = row.told
		c.rep.Tracks[0].Notes = []burn.Note{{Kind: row.note}}
		err := testEnd{c}.endTest()
		require.True(t, c.Options.TestWrite, "the option is as it was")
		if row.want == nil {
			require.NoError(t, err, row.name)
			continue
		}
		require.ErrorIs(t, err, row.want, row.name)
		var at *burn.Error
		require.ErrorAs(t, err, &at)
		require.Equal(t, burn.PhaseConfirm, at.Phase)
	}
}

// After a torn stream the disc is inspected again only if it is shown as blank.
func TestOnlyABlankDiscIsDoubted(t *testing.T) {
	for _, row := range []struct {
		name  string
		set   func(c *conclusion)
		doubt bool
	}{
		{"blank", func(*conclusion) {}, true},
		{"begun", func(c *conclusion) { c.last.Status.Value = mmc.DiscIncomplete }, false},
		{"unknown", func(c *conclusion) { c.known = false }, false},
		{"not torn", func(c *conclusion) { c.torn = false }, false},
		{"no WRITE", func(c *conclusion) { c.Tasks[0].tried = false }, false},
	} {
		c, s := looked(t, sim.NewDisc(sim.CDR80), nil, map[byte][]reply{command.OpStartStopUnit: {good}})
		c.begun(300)
		c.torn = true
		row.set(c)
		c.doubtBlank()
		require.Equal(t, row.doubt, s.times("START STOP UNIT") > 0, row.name)
	}
}

// If the disc no longer shows a track, the burn isn't confirmed, and the error names the first
// such track.
func TestRevokedTrackEndsASuccess(t *testing.T) {
	c := concluded(true, []toc.Sectors{400, 400, 400})
	require.Equal(t, 2, settler{c}.settleRows(false))
	require.Equal(t, burn.TrackUnshown, c.rep.Tracks[2].Status)
	require.Zero(t, settler{c}.settleRows(false), "it was revoked before")

	c, _ = looked(t, sim.NewDisc(sim.CDR80), nil, nil)
	c.method = stub{true}
	c.begun(300)
	r, err := c.conclude(nil)
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	var at *burn.Error
	require.ErrorAs(t, err, &at)
	require.Equal(t, burn.Error{Phase: burn.PhaseConfirm, Track: 1}, burn.Error{Phase: at.Phase, Track: at.Track, LBA: at.LBA})
	require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
	require.Equal(t, burn.TrackUnshown, r.Tracks[0].Status)
	require.Zero(t, r.SpeedMean, "no time was measured")
}

// The work of reading back counts only if something will be read back.
func TestWorkOfReadingBack(t *testing.T) {
	for _, row := range []struct {
		level disc.VerifyLevel
		test  bool
		want  toc.Sectors
	}{
		{disc.VerifyNone, false, 0}, {disc.VerifyQuick, false, 150}, {disc.VerifyFull, false, 150 + 400}, {disc.VerifyFull, true, 0},
	} {
		c := concluded(false, []toc.Sectors{400, 400})
		c.Options.Verify, c.Options.TestWrite = row.level, row.test
		require.Equal(t, row.want, c.toVerify(), "%v", row)
		c.rep.Tracks[1].Status = burn.TrackFailed
		require.Equal(t, row.want/2, c.toVerify(), "%v", row)
	}
}

// A drive is given ten seconds to show a disc as blank after BLANK.
func TestHowLongADiscMayStayFull(t *testing.T) {
	c, s := looked(t, pressed(t), nil, nil)
	began := s.now
	require.ErrorIs(t, eraser{c}.untilBlank(), burn.ErrUnconfirmed)
	require.InDelta(t, 10.2, s.now.Sub(began).Seconds(), 0.2)
	c, s = looked(t, sim.NewDisc(sim.CDR80), nil, nil)
	began = s.now
	require.NoError(t, eraser{c}.untilBlank())
	require.Equal(t, began, s.now)
}

// If a handler panics at the last event, the report notes it, once.
func TestPanicAtTheLastEvent(t *testing.T) {
	m := newMeter(func(burn.Event) { panic("no") }, &tickClock{})
	r := m.finished(burn.Report{}, nil)
	require.Equal(t, []burn.Note{{Kind: notekind.EventPanic, Cause: burn.Cause{Err: m.broken}}}, r.Notes)
	require.Empty(t, m.finished(burn.Report{}, nil).Notes, "it had panicked before")
	require.Empty(t, newMeter(nil, &tickClock{}).finished(burn.Report{}, nil).Notes)
}

// A disc that can't be inspected ends the preparation.
func TestSurveyOfADriveThatDoesNotAnswer(t *testing.T) {
	j, s := onScript(t, nil, nil)
	s.dead = true
	require.ErrorIs(t, preflight{j}.survey(context.Background()), errNoAnswer)
}
