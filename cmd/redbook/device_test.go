package main

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"github.com/redbook-audio/redbook/journal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Ctrl-C while the drive is opened leaves no new, empty disc file.
func TestCanceledOpenLeavesNoDisc(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.disc")
	a := (&app{err: io.Discard, env: func(string) string { return "" }}).connect()
	a.flags.device = simPrefix + path
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := opening{access: a.drives, mode: makeMissing}.open(ctx)
	require.Error(t, err)
	code, _ := verdict(err)
	assert.Equal(t, exitCanceled, code)
	assert.NoFileExists(t, path)
}

// A job without a complete track belongs to its own simulated disc, as long as that exists.
func TestOfOtherFile(t *testing.T) {
	dir := t.TempDir()
	here, other := filepath.Join(dir, "here.disc"), filepath.Join(dir, "other.disc")
	require.NoError(t, writeNew(here, nil))
	job := &journal.Job{Begin: journal.Begin{Device: simPrefix + here}}
	assert.False(t, ofOtherFile(job, simPrefix+here))
	assert.True(t, ofOtherFile(job, simPrefix+other))
	assert.True(t, ofOtherFile(job, "/dev/sr0"))
	job.Begin.Device = simPrefix + other // it may have been renamed
	assert.False(t, ofOtherFile(job, simPrefix+here))
	job.Begin.Device = "/dev/sr0"
	assert.False(t, ofOtherFile(job, "/dev/sr1"))
	assert.Contains(t, holdsText(job), "in its first track")
}
