package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/sim"
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
	assert.Contains(t, holdsText(job, &disc.Disc{}), "in its first track")
}

// The disc decides how much of an album it holds.
func TestHoldsText(t *testing.T) {
	job := &journal.Job{Begun: []burn.BegunTrack{{Row: 0, Number: 1, Whole: true}, {Row: 1, Number: 2, Whole: true}, {Row: 2, Number: 3}}}
	on := func(states ...disc.TrackState) *disc.Disc {
		d := &disc.Disc{}
		for i, s := range states {
			d.Tracks = append(d.Tracks, disc.Track{Number: i + 1, State: s})
		}
		return d
	}
	assert.Contains(t, holdsText(job, on(disc.TrackComplete, disc.TrackUnknown)), "holds 2 of")
	assert.Contains(t, holdsText(job, on(disc.TrackComplete, disc.TrackDamaged)), "holds 1 of")
	assert.Contains(t, holdsText(job, on(disc.TrackDamaged, disc.TrackIncomplete)), "the disc has no complete track")
}

// A simulated disc that another program has open is a drive in use.
func TestDiscFileInUse(t *testing.T) {
	err := discFileError("a.disc", fmt.Errorf("a.disc: %w by redbook", sim.ErrHeld))
	code, next := verdict(err)
	assert.Equal(t, exitNoDrive, code)
	assert.NotEmpty(t, next)
	assert.Equal(t, topic("drive-in-use"), topicOf(err))
}
