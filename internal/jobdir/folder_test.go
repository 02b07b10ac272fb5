package jobdir_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/journal"
)

// Names are numbers. Jobs are listed; one in use can't be reopened or removed, and a
// finished one is gone.
func TestFolder(t *testing.T) {
	f := jobdir.At(filepath.Join(t.TempDir(), "new", "state"))
	jobs, broken := f.Jobs()
	require.Empty(t, jobs)
	require.Empty(t, broken)
	first, err := f.Create(&journal.Begin{Title: "one"})
	require.NoError(t, err)
	second, err := f.Create(&journal.Begin{Title: "two"})
	require.NoError(t, err)
	unused, err := f.Create(&journal.Begin{Title: "killed before it touched a disc"})
	require.NoError(t, err)
	for _, k := range []*journal.Keeper{first, second} {
		k.Event(burn.Planned{Plan: burn.Plan{Tracks: []burn.PlannedTrack{{Hash: "1"}}}})
	}
	require.NoError(t, os.WriteFile(filepath.Join(f.Dir(), "9.journal"), []byte("something"), 0o600))
	jobs, broken = f.Jobs()
	require.Len(t, jobs, 2)
	require.Len(t, broken, 1)
	require.ErrorIs(t, broken[0], journal.ErrNotJournal)
	require.Equal(t, []string{"1", "2"}, []string{jobs[0].Name, jobs[1].Name})
	require.Equal(t, "two", jobs[1].Begin.Title)
	require.True(t, jobs[0].Busy)
	require.FileExists(t, unused.Path())
	require.NoError(t, unused.Close())
	jobs, _ = f.Jobs()
	require.Len(t, jobs, 2)
	require.NoFileExists(t, unused.Path())
	_, _, err = journal.Reopen(first.Path(), "")
	require.ErrorIs(t, err, journal.ErrBusy)
	require.ErrorIs(t, jobdir.Remove(jobs[0]), journal.ErrBusy)
	require.NoError(t, first.Close())
	again, j, err := journal.Reopen(first.Path(), "/dev/sr1")
	require.NoError(t, err)
	require.Equal(t, "one", j.Begin.Title)
	require.Equal(t, []string{"1"}, j.Interrupted().Hashes)
	again.Event(burn.Finished{Report: burn.Report{Verdict: burn.VerdictSuccess}})
	kept, err := again.Finish()
	require.NoError(t, err)
	require.False(t, kept)
	_, err = f.Job("1")
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = f.Job("../2")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, second.Close())
	idle, err := f.Job("2")
	require.NoError(t, err)
	require.NoError(t, jobdir.Remove(idle))
}

// Only one process can lock a drive.
func TestLockDrive(t *testing.T) {
	f := jobdir.At(t.TempDir())
	release, err := f.LockDrive("/dev/sr0")
	require.NoError(t, err)
	_, err = f.LockDrive("/dev/sr0")
	require.ErrorIs(t, err, journal.ErrBusy)
	other, err := f.LockDrive("/dev/sr1")
	require.NoError(t, err)
	require.NoError(t, other())
	require.NoError(t, release())
	release, err = f.LockDrive("/dev/sr0")
	require.NoError(t, err)
	require.NoError(t, release())
}

// A folder that isn't writable is an error without other effects.
func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	f := jobdir.At(filepath.Join(path, "below"))
	_, err := f.Create(&journal.Begin{})
	require.Error(t, err)
	_, err = f.LockDrive("/dev/sr0")
	require.Error(t, err)
	require.NotErrorIs(t, err, journal.ErrBusy)
}

// The folder is where programs keep their state on this system.
func TestDefaultFolder(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the folders of Linux")
	}
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	for want, vars := range map[string]map[string]string{
		"/s/redbook":               {"XDG_STATE_HOME": "/s", "HOME": "/h"},
		"/h/.local/state/redbook":  {"XDG_STATE_HOME": "relative", "HOME": "/h"},
		"/h2/.local/state/redbook": {"HOME": "/h2"},
	} {
		f, err := jobdir.Default(env(vars))
		require.NoError(t, err)
		require.Equal(t, want, f.Dir())
	}
	_, err := jobdir.Default(env(nil))
	require.Error(t, err)
}
