package engine

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// A track belongs to a stretch if at least one of its sectors is in it.
func TestTracksOfAStretch(t *testing.T) {
	for _, row := range []struct {
		start   toc.LBA
		sectors toc.Sectors
		want    bool
	}{
		{0, 99, false}, {0, 100, false}, {0, 101, true}, {0, 500, true}, {150, 10, true},
		{199, 10, true}, {200, 10, false}, {201, 10, false}, {100, 0, false}, {150, 0, true},
	} {
		s := stretch{from: 100, to: 200}
		s.add(inspect.Written{Number: 3, Start: row.start, Sectors: row.sectors})
		require.Equal(t, row.want, len(s.tracks) == 1, "%+v", row)
	}
}

// readingBack returns a job that has ended a track of 300 sectors, on a drive whose answers to
// READ CD are scripted.
func readingBack(t *testing.T, o *burn.Options, answers ...reply) (*Job, *scripted, *Task) {
	t.Helper()
	j, s := onScript(t, o, map[byte][]reply{command.OpReadCD: answers})
	k := silent(300)
	k.Source, k.audio, k.music, k.ended = pcm.Silence("silence.wav", 300*588), 300, 300, true
	j.Tasks = []*Task{k}
	j.rep.Tracks[0].Status = burn.TrackOK
	return j, s, k
}

// Nothing is read back in a test write, in a hurry, from a drive that doesn't answer, or
// without a track; then nothing is settled and no disc is taken for another one.
func TestWhenNothingIsReadBack(t *testing.T) {
	ended := make(chan struct{})
	close(ended)
	for _, row := range []struct {
		name    string
		options *burn.Options
		prepare func(*Job)
		read    bool
	}{
		{"a burn", nil, func(*Job) {}, true},
		{"a test write", &burn.Options{TestWrite: true}, func(*Job) {}, false},
		{"in a hurry", &burn.Options{Hurry: ended}, func(*Job) {}, false},
		{"silent", nil, func(j *Job) { j.silent = true }, false},
		{"no track", nil, func(j *Job) { j.Tasks = nil }, false},
	} {
		j, s, k := readingBack(t, row.options, broken)
		k.Source = numbered(300 * 588)
		row.prepare(j)
		now := disc.Disc{Tracks: []disc.Track{on(1, 300, disc.TrackComplete)}}
		st := stretch{to: 300, last: k}
		if len(j.Tasks) > 0 {
			st = (evidence{j}).sent(k)
		}
		v, err := (evidence{j}).read(st)
		require.Error(t, err, row.name)
		require.NotEqual(t, disc.VerifyEqual, v.Result, row.name)
		require.Equal(t, row.read, len(s.sent) > 0, row.name)
		s.sent = nil
		require.False(t, (evidence{j}).disproves(st, errNoAnswer), row.name)
		require.Equal(t, row.read, len(s.sent) > 0, row.name)
		require.Empty(t, j.rep.Notes, row.name)
		s.sent = nil
		require.False(t, (evidence{j}).soundsOther(&now), row.name)
		require.Equal(t, row.read, len(s.sent) > 0, row.name)
	}
}

// A drive that stops answering while audio is read back counts as silent.
func TestDriveThatIsLostWhileReadingBack(t *testing.T) {
	j, _, k := readingBack(t, nil, unanswered)
	_, err := (evidence{j}).read((evidence{j}).sent(k))
	require.ErrorIs(t, err, errNoAnswer)
	require.True(t, j.Silent())
}

// Each reading back that the drive disturbs with another deferred error is repeated, five
// times in all. What then reads equal settles all of them.
func TestHowOftenAudioIsReadBack(t *testing.T) {
	for disturbed, want := range map[int]bool{0: true, 4: true, 5: false} {
		answers := make([]reply, 0, disturbed+1)
		for range disturbed {
			answers = append(answers, deferredError(3, 0x0C, 0))
		}
		j, _, k := readingBack(t, nil, append(answers, reply{data: make([]byte, 27*toc.SectorSize)})...)
		begun := j.seen.Now()
		require.Equal(t, want, (evidence{j}).disproves((evidence{j}).sent(k), errNoAnswer), "%d", disturbed)
		require.Equal(t, !want, j.seen.Failed(begun) != nil, "%d", disturbed)
	}
}

// A track's result is its own; in an open session that the drive doesn't read no track has one.
func TestResultOfATrack(t *testing.T) {
	v := disc.Verification{Result: disc.VerifyDiffers, Tracks: []disc.TrackVerification{
		{Number: 1, Result: disc.VerifyDiffers}, {Number: 2, Result: disc.VerifyEqual},
	}}
	require.Equal(t, disc.VerifyDiffers, resultOf(v, 1))
	require.Equal(t, disc.VerifyEqual, resultOf(v, 2))
	require.Equal(t, disc.VerifyNotDone, resultOf(v, 3))
	v.Result = disc.VerifyOpenSession
	require.Equal(t, disc.VerifyNotDone, resultOf(v, 1))
}

// After a deferred error only rows that were good are in question.
func TestEarlierRowsInQuestion(t *testing.T) {
	j, _, k := readingBack(t, nil, broken)
	j.rep.Tracks = append(j.rep.Tracks, burn.TrackReport{Number: 2, Status: burn.TrackFailed}, burn.TrackReport{Number: 3})
	failed := *k
	failed.Number, failed.Start, failed.row = 2, 450, 1
	now := *k
	now.Number, now.Start, now.row, now.mark = 3, 900, 2, j.seen.Now()
	j.Tasks = []*Task{k, &failed, &now}
	j.seen.failed++
	j.seen.failures = append(j.seen.failures, failure{err: errNoAnswer})
	(&recorder{Job: j}).suspectEarlier(&now)
	require.Equal(t, burn.TrackUnshown, j.rep.Tracks[0].Status)
	require.Equal(t, []burn.NoteKind{notekind.TrackError}, kindsOf(j.rep.Tracks[0].Notes))
	require.Equal(t, burn.TrackFailed, j.rep.Tracks[1].Status)
	require.Empty(t, j.rep.Tracks[1].Notes)
	require.Empty(t, j.rep.Tracks[2].Notes)
}

// The last track of the album that the disc shows as complete decides whether it sounds like
// another disc: of this burn, or of an earlier one. While a track is being written nothing is
// read.
func TestWhichTrackShowsAnotherDisc(t *testing.T) {
	sound := make([]byte, 300*toc.SectorSize)
	for i := range sound {
		sound[i] = byte(i%251) + 1
	}
	shows := func(state disc.TrackState, numbers ...int) *disc.Disc {
		d := &disc.Disc{}
		for _, n := range numbers {
			d.Tracks = append(d.Tracks, on(n, 300, state))
		}
		return d
	}
	kept := inspect.Written{Number: 1, Sectors: 300, Audio: 300, Source: numbered(300 * 588)}
	for _, row := range []struct {
		name    string
		now     *disc.Disc
		prepare func(*Job)
		want    bool
	}{
		{"of this burn", shows(disc.TrackComplete, 1), func(*Job) {}, true},
		{"of an earlier burn", shows(disc.TrackComplete, 1), func(j *Job) { j.Tasks, j.others = nil, []inspect.Written{kept} }, true},
		{"as long as its lead-in", shows(disc.TrackComplete, 1), func(j *Job) { j.Tasks[0].before = 300 }, true},
		{"not complete", shows(disc.TrackIncomplete, 1), func(*Job) {}, false},
		{"not there", shows(disc.TrackComplete, 2), func(*Job) {}, false},
		{"none", shows(disc.TrackComplete, 1), func(j *Job) { j.Tasks = nil }, false},
		{"none, and a track 0", shows(disc.TrackComplete, 0), func(j *Job) { j.Tasks = nil }, false},
		{"being written", shows(disc.TrackComplete, 1), func(j *Job) { j.Tasks[0].ended = false }, false},
		{"only its lead-in", shows(disc.TrackComplete, 1), func(j *Job) {
			j.Tasks[0].Sent, j.Tasks[0].before, j.Tasks[0].ended = 0, 1, false
			j.others = []inspect.Written{kept}
		}, false},
		{"nothing of the next one", shows(disc.TrackComplete, 1), func(j *Job) { j.Tasks = append(j.Tasks, &Task{Number: 2}) }, true},
	} {
		j, s, k := readingBack(t, nil, reply{data: sound})
		k.Source = numbered(300 * 588)
		row.prepare(j)
		require.Equal(t, row.want, (evidence{j}).soundsOther(row.now), row.name)
		require.Equal(t, row.want, len(s.sent) > 0, row.name)
	}
}

// The note is in the row of the last track that was written; if none was, it is in the report.
func TestWhereADenialIsNoted(t *testing.T) {
	equal := reply{data: make([]byte, 300*toc.SectorSize)}
	j, _, k := readingBack(t, nil, equal)
	require.True(t, (evidence{j}).disproves((evidence{j}).sent(k), scsi.KeyMediumError))
	require.Equal(t, []burn.NoteKind{notekind.WriteDenied}, kindsOf(j.rep.Tracks[0].Notes))
	require.Empty(t, j.rep.Notes)

	j, _, k = readingBack(t, nil, equal)
	j.Tasks, j.others = nil, []inspect.Written{k.written()}
	require.True(t, (evidence{j}).disproves((evidence{j}).kept(), scsi.KeyMediumError))
	require.Equal(t, []burn.NoteKind{notekind.WriteDenied}, kindsOf(j.rep.Notes))
	require.Empty(t, j.rep.Tracks[0].Notes)
}

// A source that hangs while audio is read back is given up after two minutes, and settles nothing.
func TestSourceThatHangsWhileReadingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		j, _, k := readingBack(t, nil, reply{data: make([]byte, 300*toc.SectorSize)})
		k.Source = guardTrack(burn.Track{Source: &slow{Source: k.Source, good: 1, stop: stop}}, 1).Source
		began := time.Now()
		require.False(t, (evidence{j}).disproves((evidence{j}).sent(k), errNoAnswer))
		require.Equal(t, 2*time.Minute, time.Since(began))
		close(stop)
	})
}
