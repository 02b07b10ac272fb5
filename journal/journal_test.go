package journal_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// A journal cut off at any byte yields its whole records: never less than at an earlier
// byte, and never anything that isn't in it.
func TestCutAtEveryByte(t *testing.T) {
	l := scenes["plain"].run(t, "", 0)
	require.NoError(t, l.err)
	all := l.file.Bytes
	require.Equal(t, 13, bytes.Count(all, []byte("\n")), "%s", all) // header, begin, plan, two for each track, closed, end
	began, whole := false, 0
	for n := range len(all) + 1 {
		j, err := journal.JobIn(all[:n])
		if err != nil {
			require.ErrorIs(t, err, journal.ErrNotJournal)
			require.False(t, began, "readable before byte %d", n)
			continue
		}
		began = true
		require.LessOrEqual(t, j.Torn, int64(n))
		require.Equal(t, all[:int64(n)-j.Torn], append([]byte(nil), all[:bytes.LastIndexByte(all[:n], '\n')+1]...))
		now, _ := j.Tracks()
		require.GreaterOrEqual(t, now, whole)
		whole = now
	}
	require.True(t, began)
	require.Equal(t, 4, whole)
}

// Reading ends at a changed byte.
func TestDamagedByte(t *testing.T) {
	l := scenes["plain"].run(t, "", 0)
	for at := 0; at < len(l.file.Bytes); at += 41 {
		b := bytes.Clone(l.file.Bytes)
		b[at] ^= 1
		j, err := journal.JobIn(b)
		if err == nil {
			require.Positive(t, j.Torn, "byte %d", at)
			require.LessOrEqual(t, len(b)-int(j.Torn), at, "byte %d", at)
		}
	}
}

// A disk that is full at any byte doesn't harm the burn, and the journal has the records
// before.
func TestFullDisk(t *testing.T) {
	s := scenes["plain"]
	clean := s.run(t, "", 0)
	for cut := 200; cut < len(clean.file.Bytes); cut += 97 {
		file := &journal.Memory{Cut: cut}
		k, err := journal.KeepIn(file, &journal.Begin{Device: "sim:"})
		require.NoError(t, err)
		disc := sim.NewDisc(sim.CDR80)
		d, err := mmc.Open(context.Background(), sim.New(sim.Config{Disc: disc}))
		require.NoError(t, err)
		rep, err := tao.Burn(context.Background(), d, s.tracks, &burn.Options{OnEvent: k.Event, FIFO: 256 << 10})
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, rep.Verdict)
		require.Error(t, k.Err())
		j, err := journal.JobIn(file.Bytes)
		require.NoError(t, err)
		require.Zero(t, j.Torn, "a partial record is removed")
	}
}

// What is left to finish, depending on how a burn ended.
func TestUnfinished(t *testing.T) {
	row := func(s burn.TrackStatus) []burn.TrackReport { return []burn.TrackReport{{Status: s}} }
	for name, c := range map[string]struct {
		report burn.Report
		want   bool
	}{
		"success":           {burn.Report{Verdict: burn.VerdictSuccess, Tracks: row(burn.TrackOK)}, false},
		"test write":        {burn.Report{Verdict: burn.VerdictCanceled, TestWrite: true, Tracks: row(burn.TrackCanceled)}, false},
		"canceled":          {burn.Report{Verdict: burn.VerdictCanceled, Tracks: row(burn.TrackCanceled)}, true},
		"failed at the end": {burn.Report{Verdict: burn.VerdictFailed, Tracks: row(burn.TrackOK)}, true},
		"nothing written":   {burn.Report{Verdict: burn.VerdictFailed, Tracks: row(burn.TrackNotBegun)}, false},
		"session-at-once":   {burn.Report{Verdict: burn.VerdictFailed, Mode: burn.ModeSAO, Tracks: row(burn.TrackLost)}, false},
	} {
		k, err := journal.KeepIn(&journal.Memory{}, &journal.Begin{})
		require.NoError(t, err)
		require.False(t, k.Unfinished(), "nothing is planned")
		k.Event(burn.Planned{})
		require.True(t, k.Unfinished(), "before the end")
		k.Event(burn.Finished{Report: c.report})
		require.Equal(t, c.want, k.Unfinished(), name)
	}
	m := &journal.Memory{}
	k, err := journal.KeepIn(m, &journal.Begin{})
	require.NoError(t, err)
	k.Event(burn.Planned{})
	k, _, err = journal.ReopenIn(m)
	require.NoError(t, err)
	k.Event(burn.Finished{Report: burn.Report{Verdict: burn.VerdictFailed, Tracks: row(burn.TrackChanged)}})
	require.True(t, k.Unfinished(), "a resumption that did nothing changes nothing")
	var none *journal.Keeper
	none.Event(burn.Finished{})
	require.NoError(t, none.Err())
	kept, err := none.Finish()
	require.NoError(t, err)
	require.False(t, kept)
}

// A job fits only the disc that it was begun on.
func TestFits(t *testing.T) {
	s := scenes["plain"]
	l := s.run(t, killAfter, 150)
	j, err := journal.JobIn(l.file.Bytes)
	require.NoError(t, err)
	whole, all := j.Tracks()
	require.Equal(t, 4, all)
	require.Positive(t, whole)
	require.True(t, j.Fits(lookAt(t, l)))
	require.False(t, j.Fits(lookAt(t, &left{drive: sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})})), "a blank one")
	other := *s
	other.tracks = []burn.Track{s.tracks[3], s.tracks[0], s.tracks[1]}
	require.False(t, j.Fits(lookAt(t, other.run(t, killAfter, 150))), "another album")
	require.False(t, j.Fits(lookAt(t, scenes["cd-rw"].run(t, killAfter, 150))), "another kind of disc")
	require.Equal(t, toc.LBA(0), j.Begun[0].Start)
}

// The journal of an interrupted job is opened again by one process at a time, and is gone
// once nothing is left to finish.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.journal")
	k, err := journal.Create(path, &journal.Begin{Title: "one"})
	require.NoError(t, err)
	_, err = journal.Create(path, &journal.Begin{})
	require.ErrorIs(t, err, fs.ErrExist)
	_, _, err = journal.Reopen(path, "")
	require.ErrorIs(t, err, journal.ErrBusy)
	k.Event(burn.Planned{Plan: burn.Plan{Tracks: []burn.PlannedTrack{{Hash: "1"}}}})
	require.NoError(t, k.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(whole, "torn"...), 0o600))

	k, j, err := journal.Reopen(path, "/dev/sr1")
	require.NoError(t, err)
	require.Equal(t, path, k.Path())
	require.Equal(t, []any{"one", int64(4), []string{"1"}}, []any{j.Begin.Title, j.Torn, j.Interrupted().Hashes})
	k.Event(burn.Finished{Report: burn.Report{Verdict: burn.VerdictSuccess}})
	kept, err := k.Finish()
	require.NoError(t, err)
	require.False(t, kept)
	require.NoFileExists(t, path)
	_, _, err = journal.Reopen(path, "")
	require.ErrorIs(t, err, fs.ErrNotExist)

	k, err = journal.Create(path, &journal.Begin{})
	require.NoError(t, err)
	kept, err = k.Finish() // nothing was planned
	require.NoError(t, err)
	require.False(t, kept)
	require.NoFileExists(t, path)
	require.NoError(t, os.WriteFile(path, []byte("music"), 0o600))
	_, _, err = journal.Reopen(path, "")
	require.ErrorIs(t, err, journal.ErrNotJournal)
	_, err = journal.Read(filepath.Dir(path))
	require.ErrorIs(t, err, journal.ErrNotJournal)
}

// Without a journal, a Keeper does nothing.
func TestNoKeeper(t *testing.T) {
	var k *journal.Keeper
	k.Event(burn.Finished{})
	kept, err := k.Finish()
	require.NoError(t, err)
	require.False(t, kept)
	require.NoError(t, k.Close())
	require.NoError(t, k.Err())
	require.Empty(t, k.Path())
	k = new(journal.Keeper)
	k.Event(burn.Planned{})
	kept, err = k.Finish()
	require.NoError(t, err)
	require.False(t, kept)
}

// After Finish the path may be that of another journal, which a second call leaves alone.
func TestFinishTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.journal")
	k, err := journal.Create(path, &journal.Begin{})
	require.NoError(t, err)
	kept, err := k.Finish()
	require.NoError(t, err)
	require.False(t, kept)
	other, err := journal.Create(path, &journal.Begin{Title: "another"})
	require.NoError(t, err)
	require.NoError(t, other.Close())
	for range 2 {
		k.Event(burn.Planned{})
		kept, err = k.Finish()
		require.NoError(t, err)
		require.False(t, kept)
		require.NoError(t, k.Close())
		kept, err = other.Finish()
		require.NoError(t, err)
		require.True(t, kept, "closed, so it is kept")
	}
	j, err := journal.Read(path)
	require.NoError(t, err)
	require.Equal(t, "another", j.Begin.Title)
	require.Nil(t, j.Plan)
}
