package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// When a command is sent again, and when it is given up: a setting, a flush, CLOSE TRACK and
// CLOSE SESSION, each with a given series of answers.
func TestCommandIsSentUntilItIsSettled(t *testing.T) {
	const at = 0 // milliseconds
	attention, deferred, aborted := checkCondition(6, 0x2A, 1), deferredError(3, 0x0C, 0), checkCondition(0xB, 0x44, 0)
	for _, row := range []struct {
		name    string
		step    Step
		answers []reply
		at      []int64 // of the command
		immed   []bool
		want    error
		silent  bool
	}{
		{"good", StepFlush, []reply{good}, []int64{at}, []bool{true}, nil, false},
		{"an attention", StepFlush, []reply{attention, good}, []int64{0, 0}, []bool{true, true}, nil, false},
		{"a deferred error", StepFlush, []reply{deferred, good}, []int64{0, 0}, []bool{true, true}, nil, false},
		{"aborted for ever", StepFlush, []reply{aborted}, []int64{0, 0, 0, 0}, []bool{true, true, true, true}, scsi.KeyAbortedCommand, false},
		{"no answer for ever", StepFlush, []reply{unanswered}, []int64{0, 2000, 4000, 6000}, []bool{true, true, true, true}, errNoAnswer, true},
		{"not sent for ever", StepFlush, []reply{notSent}, []int64{0, 2000, 4000, 6000}, []bool{true, true, true, true}, errNoAnswer, false},
		{"gone", StepFlush, []reply{gone}, []int64{0}, []bool{true}, errNoAnswer, false},
		{"no answer once", StepFlush, []reply{unanswered, good}, []int64{0, 2000}, []bool{true, true}, nil, false},
		{"refused with IMMED", StepFlush, []reply{refusal, good}, []int64{0, 0}, []bool{true, false}, nil, false},
		{"refused in both forms", StepFlush, []reply{refusal}, []int64{0, 0}, []bool{true, false}, scsi.KeyIllegalRequest, false},
		{"failed", StepFlush, []reply{checkCondition(3, 0x0C, 0)}, []int64{0}, []bool{true}, asc.WriteError, false},
		{"busy", StepFlush, []reply{busy, full, working, good}, []int64{0, 380, 760, 1140}, []bool{true, true, true, true}, nil, false},
		{"CLOSE SESSION without an answer", StepCloseSession, []reply{unanswered}, []int64{0}, []bool{true}, errNoAnswer, true},
		{"CLOSE TRACK without an answer", StepCloseTrack, []reply{unanswered}, []int64{0}, []bool{true}, errNoAnswer, true},
		{"CLOSE TRACK that was not sent", StepCloseTrack, []reply{notSent, good}, []int64{0, 2000}, []bool{true, true}, nil, false},
		{"a setting of a busy drive", StepSet, []reply{busy, good}, []int64{0, 380}, []bool{true, true}, nil, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.name == "gone" {
				row.want = nil
			}
			j, s := onScript(t, nil, map[byte][]reply{command.OpSynchronizeCache: row.answers})
			began := s.now
			var times []int64
			var forms []bool
			err := j.Send(row.step, func(ctx context.Context, immed bool) error {
				times, forms = append(times, s.now.Sub(began).Milliseconds()), append(forms, immed)
				return command.SynchronizeCache{Immed: immed}.Do(ctx, j.Drive.Transport())
			})
			require.Equal(t, row.at, times)
			require.Equal(t, row.immed, forms)
			require.Equal(t, row.silent, j.Silent())
			switch {
			case row.name == "gone":
				require.True(t, inspect.Gone(err))
			case row.want == nil:
				require.NoError(t, err)
			default:
				require.ErrorIs(t, err, row.want)
			}
		})
	}
}

// After a question that the drive didn't answer, a command is sent once; any answer shows that
// the drive responds again.
func TestSilentDriveGetsACommandOnce(t *testing.T) {
	for name, row := range map[string]struct {
		answer reply
		silent bool
	}{"no answer": {unanswered, true}, "good": {good, false}} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpSynchronizeCache: {row.answer}})
		j.silent = true
		_ = j.Send(StepFlush, func(ctx context.Context, immed bool) error {
			return command.SynchronizeCache{Immed: immed}.Do(ctx, j.Drive.Transport())
		})
		require.Len(t, s.sent, 1, name)
		require.Equal(t, row.silent, j.Silent(), name)
	}
}

// A command that is refused while the drive is busy is repeated for a minute.
func TestBusyDriveIsAskedForAMinute(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpModeSelect10: {busy}})
	began := s.now
	err := j.hold.set(t.Context(), func(ctx context.Context) error {
		return j.parameters.Set(ctx, j.Drive, command.WriteParameters{})
	})
	require.Equal(t, ClassBusy, ClassOf(err))
	require.InDelta(t, 60, s.now.Sub(began).Seconds(), 0.4)
	require.Len(t, s.sent, 1+158, "60 s at intervals of 380 ms")
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	s.sent = nil
	err = j.hold.set(canceled, func(context.Context) error {
		return j.parameters.Set(t.Context(), j.Drive, command.WriteParameters{})
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, s.sent, 1)
}

// A question is repeated until it is answered. A drive that didn't answer the previous
// question is asked once, which is enough to learn whether it answers now.
func TestQuestionToASilentDrive(t *testing.T) {
	for _, row := range []struct {
		name    string
		silent  bool
		answers []reply
		sent    []string
		want    bool // answered
		after   bool // silent afterwards
	}{
		{"good", false, []reply{nwa(5)}, []string{"0 track 1"}, true, false},
		{"no answer", false, []reply{unanswered}, []string{"0 track 1", "2000 track 1", "4000 track 1"}, false, true},
		{"not sent", false, []reply{notSent}, []string{"0 track 1", "2000 track 1", "4000 track 1"}, false, true},
		{"no answer before", true, []reply{unanswered}, []string{"0 track 1"}, false, true},
		{"not sent before", true, []reply{notSent}, []string{"0 track 1"}, false, true},
		{"back", true, []reply{nwa(5)}, []string{"0 track 1"}, true, false},
		{"back, and fails", true, []reply{broken}, []string{"0 track 1", "0 track 1", "0 track 1", "0 track 1"}, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: row.answers})
			j.silent = row.silent
			ti, err := j.TrackInformation(t.Context(), 1)
			require.Equal(t, row.sent, s.sent)
			require.Equal(t, row.want, err == nil)
			if row.want {
				require.Equal(t, 1, ti.Track)
			}
			require.Equal(t, row.after, j.Silent())
		})
	}
}

// Hurry ends the wait for a busy drive, but the question is still asked.
func TestQuestionInAHurry(t *testing.T) {
	stop := make(chan struct{})
	j, s := onScript(t, &burn.Options{Hurry: stop}, map[byte][]reply{command.OpReadTrackInformation: {full}})
	began := s.now
	_, err := j.TrackInformation(j.calm, 1)
	require.ErrorIs(t, err, mmc.ErrNotReady)
	require.InDelta(t, 60, s.now.Sub(began).Seconds(), 1)
	close(stop)
	s.sent, began = nil, s.now
	_, err = j.TrackInformation(j.calm, 1)
	require.ErrorIs(t, err, asc.LongWriteInProgress)
	require.Less(t, s.now.Sub(began), time.Second)
	require.NotEmpty(t, s.sent)
	s.script[command.OpReadTrackInformation] = []reply{nwa(5)}
	ti, err := j.TrackInformation(j.calm, 1)
	require.NoError(t, err)
	require.Equal(t, 1, ti.Track)
	require.ErrorIs(t, j.Sleep(time.Second), errHurried)
	require.True(t, Hurried(j.Idle(time.Minute)) || j.Idle(time.Minute) == nil)
}

// Errors don't end a wait: a question with a transient error is repeated after a pause, and
// the error of an operation that has ended is returned once the drive is idle.
func TestWaitGoesPastSingleErrors(t *testing.T) {
	failed, refused := checkCondition(3, 0x0C, 0), checkCondition(5, 0x24, 0)
	for _, row := range []struct {
		name    string
		answers []reply // to TEST UNIT READY
		silent  bool
		at      []string
		want    error
		after   bool // silent
		stuck   bool
	}{
		{"idle", []reply{good}, false, []string{"0"}, nil, false, false},
		{"busy, then idle", []reply{full, good}, false, []string{"0", "380"}, nil, false, false},
		{"the operation failed", []reply{failed, good}, false, []string{"0", "0"}, asc.WriteError, false, false},
		{"a failure that stays", []reply{failed}, false, []string{"0", "0", "0"}, asc.WriteError, false, false},
		{"two failures, then idle", []reply{failed, broken, good}, false, []string{"0", "0", "0"}, scsi.KeyHardwareError, false, false},
		{"a deferred failure", []reply{deferredError(3, 0x0C, 0), good}, false, []string{"0", "0"}, nil, false, false},
		{"refused", []reply{refused, good}, false, []string{"0", "2000"}, nil, false, false},
		{"aborted", []reply{checkCondition(0xB, 0x44, 0), good}, false, []string{"0", "2000"}, nil, false, false},
		{"no answer, silent", []reply{unanswered}, true, []string{"0", "2000", "4000"}, errNoAnswer, true, false},
		{"gone", []reply{gone}, false, []string{"0"}, errGone, true, false},
		{"busy for ever", []reply{full}, false, nil, mmc.ErrNotReady, false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, map[byte][]reply{command.OpTestUnitReady: row.answers})
			j.silent = row.silent
			began := s.now
			err := j.Idle(time.Minute)
			var at []string
			for _, sent := range s.sent {
				at = append(at, strings.TrimSuffix(sent, " TEST UNIT READY"))
			}
			if row.stuck {
				require.InDelta(t, 60, s.now.Sub(began).Seconds(), 0.5)
			} else {
				require.Equal(t, row.at, at)
			}
			if row.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.want)
			}
			require.Equal(t, row.after, j.Silent())
			require.Equal(t, row.stuck, j.stuck)
		})
	}
}

// If the drive stays busy before a command can be repeated, or has another disc, the error
// contains both reasons.
func TestWaitForABusyDriveFails(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpSynchronizeCache: {full}, command.OpTestUnitReady: {full}})
	err := j.Send(StepFlush, func(ctx context.Context, immed bool) error {
		return command.SynchronizeCache{Immed: immed}.Do(ctx, j.Drive.Transport())
	})
	require.ErrorIs(t, err, mmc.ErrNotReady)
	require.ErrorContains(t, err, "SYNCHRONIZE CACHE")
	require.Equal(t, 1, s.times("SYNCHRONIZE CACHE"))

	for _, row := range []struct {
		step Step
		sent int
		want error
	}{{StepFlush, 2, nil}, {StepCueSheet, 2, nil}, {StepCloseTrack, 1, burn.ErrDiscChanged}, {StepReserve, 1, burn.ErrDiscChanged}} {
		j, s := guarding(t, pressed(t), false)
		j.Before.Tracks[0].Start++
		s.script[command.OpSynchronizeCache] = []reply{full, good}
		s.script[command.OpTestUnitReady] = []reply{attention28, good}
		err := j.Send(row.step, func(ctx context.Context, immed bool) error {
			return command.SynchronizeCache{Immed: immed}.Do(ctx, j.Drive.Transport())
		})
		require.Equal(t, row.sent, s.times("SYNCHRONIZE CACHE"), "step %d", row.step)
		if row.want == nil {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, row.want)
		}
	}
}

// A drive that has been stuck is given only a minute from then on.
func TestStuckDriveGetsAMinute(t *testing.T) {
	for _, row := range []struct {
		stuck bool
		limit time.Duration
		want  float64
	}{{false, 10 * time.Minute, 600}, {true, 10 * time.Minute, 60}, {true, 30 * time.Second, 30}} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpTestUnitReady: {full}})
		j.stuck = row.stuck
		began := s.now
		require.ErrorIs(t, j.Idle(row.limit), mmc.ErrNotReady)
		require.InDelta(t, row.want, s.now.Sub(began).Seconds(), 0.5)
	}
}

// A failure that is reported repeatedly is one error; two different failures are both kept.
func TestFailuresOfAWaitAreNamedOnce(t *testing.T) {
	j, _ := onScript(t, nil, map[byte][]reply{command.OpTestUnitReady: {checkCondition(3, 0x0C, 0)}})
	require.EqualError(t, j.Idle(time.Minute), "TEST UNIT READY: medium error, write error (3/0C/00)")
	j, _ = onScript(t, nil, map[byte][]reply{command.OpTestUnitReady: {checkCondition(3, 0x0C, 0), checkCondition(3, 0x0C, 0), broken}})
	err := j.Idle(time.Minute)
	require.ErrorIs(t, err, asc.WriteError)
	require.ErrorIs(t, err, scsi.KeyHardwareError)
}

// A drive that fails TEST UNIT READY is ready if it reports its disc. A drive that is not
// ready, or doesn't answer, isn't asked for its disc.
func TestReadyByTwoQuestions(t *testing.T) {
	for _, row := range []struct {
		name     string
		ready    []reply
		info     []reply
		want     error
		infos    int
		canceled bool
	}{
		{"both", []reply{good}, nil, nil, 1, false},
		{"its disc only", []reply{broken}, nil, nil, 1, false},
		{"neither", []reply{broken}, []reply{checkCondition(3, 0x11, 0)}, scsi.KeyHardwareError, 3, false},
		{"no disc", []reply{checkCondition(2, 0x3A, 0)}, []reply{checkCondition(2, 0x3A, 0)}, asc.FamilyMediumNotPresent, 3, false},
		{"never", []reply{full}, nil, mmc.ErrNotReady, 0, false},
		{"silent", []reply{unanswered}, nil, errNoAnswer, 0, false},
		{"canceled", []reply{broken}, nil, context.Canceled, 0, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			script := map[byte][]reply{command.OpTestUnitReady: row.ready, command.OpReadDiscInformation: row.info}
			info := make([]byte, 34)
			info[1], info[2] = 32, 0
			if row.info == nil {
				script[command.OpReadDiscInformation] = []reply{{data: info}}
			}
			j, s := onScript(t, nil, script)
			j.silent = row.name == "silent"
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if row.canceled {
				cancel()
			}
			err := j.Ready(ctx)
			if row.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.want)
			}
			require.Equal(t, row.infos, s.times("READ DISC INFORMATION"))
		})
	}
}

// During the pause between two questions to a busy drive, events are sent with the progress
// that the drive reports.
func TestEventsWhileADriveIsBusy(t *testing.T) {
	progress := fixedSense(0x70, 2, 0x04, 0x08)
	progress[15], progress[16] = 0x80, 0x40 // a quarter
	var seen []float64
	var at []int64
	var s *scripted
	o := &burn.Options{OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && s != nil {
			seen, at = append(seen, p.Done), append(at, s.now.Sub(time.Unix(1000, 0)).Milliseconds())
		}
	}}
	j, script := onScript(t, o, map[byte][]reply{command.OpTestUnitReady: {{sense: progress}, {sense: progress}, {sense: progress}, good}})
	s = script
	j.m.expect(1000)
	j.m.phase(burn.PhaseClose, burn.ActionFinishing, 1000)
	seen, at = nil, nil
	require.NoError(t, j.Idle(time.Minute))
	require.Equal(t, []int64{380, 760, 1140}, at)
	require.Equal(t, []float64{0.25, 0.25, 0.25}, seen)
}

// The failure of an earlier WRITE isn't an answer to a question; the witness records it.
func TestWitnessKeepsWhatAWaitPasses(t *testing.T) {
	j, _ := onScript(t, nil, map[byte][]reply{command.OpTestUnitReady: {deferredError(3, 0x0C, 0), good}})
	mark := j.seen.Now()
	require.NoError(t, j.Idle(time.Minute))
	require.ErrorIs(t, j.seen.Failed(mark), asc.WriteError)
	require.False(t, errors.Is(j.seen.Failed(j.seen.Now()), asc.WriteError))
}

// After a track ends, the engine waits until two reports of its size agree: some drives need a
// moment, and a WRITE before that ruins the disc.
func TestSizeOfAnEndedTrackSettles(t *testing.T) {
	size := func(n byte) reply {
		r := nwa(0)
		r.data[27] = n
		return r
	}
	for _, row := range []struct {
		name    string
		answers []reply
		asked   int
		took    time.Duration
	}{
		{"at once", []reply{size(100)}, 2, 400 * time.Millisecond},
		{"grows", []reply{size(50), size(99), size(100)}, 4, 1200 * time.Millisecond},
		{"no size for ever", []reply{size(0)}, 150, 60 * time.Second},
		{"refused", []reply{refusal}, 2, 0},
		{"fails", []reply{broken}, 3, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: row.answers})
			r := &resumer{conclusion: &conclusion{Job: j}}
			began := s.now
			require.NoError(t, r.ended(1))
			require.Equal(t, row.asked, s.times("track 1"))
			require.Equal(t, row.took, s.now.Sub(began))
		})
	}
	stop := make(chan struct{})
	close(stop)
	j, _ := onScript(t, &burn.Options{Hurry: stop}, map[byte][]reply{command.OpReadTrackInformation: {size(100)}})
	err := (&resumer{conclusion: &conclusion{Job: j}}).ended(1)
	require.True(t, Hurried(err))
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
}
