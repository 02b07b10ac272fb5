package redbook_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/journal"
)

// A burn is canceled in its second track. Its journal is kept, and Resume burns the rest.
func ExampleResume() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	album, err := redbook.Load(ctx, "examples/album")
	if err != nil {
		fmt.Println(err)
		return
	}
	drive, err := redbook.Open(ctx, "sim:"+filepath.Join(dir, "first.disc"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer drive.Close()
	keeper, err := journal.Create(filepath.Join(dir, "first.journal"), &journal.Begin{Title: album.Title, Args: []string{"examples/album"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, _ := redbook.Burn(ctx, drive, album, &redbook.Options{
		Mode: redbook.ModeTAO, Journal: keeper,
		OnEvent: func(e burn.Event) {
			if s, ok := e.(burn.TrackStarted); ok && s.Track == 2 {
				cancel()
			}
		},
	})
	fmt.Println(report)
	if kept, err := keeper.Finish(); !kept || err != nil {
		fmt.Println("nothing to resume", err)
		return
	}

	keeper, job, err := journal.Reopen(keeper.Path(), drive.Name())
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err = redbook.Resume(context.Background(), drive, album, job.Interrupted(), &redbook.Options{Journal: keeper})
	fmt.Println(report, err)
	kept, err := keeper.Finish()
	fmt.Println(kept, err)
	// Output:
	// canceled: 1 of 3 tracks, 0:05, session open
	// success: 3 of 3 tracks, 0:15, disc closed <nil>
	// false <nil>
}

// Resume decodes the burn's files again, and shows a plan that may be refused.
func TestResumeConfirms(t *testing.T) {
	b := newBench(t)
	folder := jobdir.At(t.TempDir())
	k, err := folder.Create(&journal.Begin{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	b.with(t, "", func(d *redbook.Drive) {
		_, err := redbook.Burn(ctx, d, b.load(t), &redbook.Options{Journal: k, OnEvent: func(e burn.Event) {
			if s, ok := e.(burn.TrackStarted); ok && s.Track == 2 {
				cancel()
			}
		}})
		require.ErrorIs(t, err, burn.ErrCanceled)
	})
	require.NoError(t, k.Close())
	k, j, err := journal.Reopen(k.Path(), "")
	require.NoError(t, err)
	b.with(t, "", func(d *redbook.Drive) {
		var plan *redbook.Plan
		o := &redbook.Options{Journal: k, Confirm: func(_ context.Context, p *redbook.Plan) error {
			plan = p
			return context.Canceled
		}}
		_, err := redbook.Resume(t.Context(), d, b.load(t), j.Interrupted(), o)
		require.ErrorIs(t, err, context.Canceled)
		require.NotNil(t, plan)
		require.NotNil(t, plan.Resume)
		require.False(t, plan.Resume.Complete())
		assert.Equal(t, burn.FateKept, plan.Resume.Album[0].Fate)
		assert.Len(t, plan.Tracks, 1)
		o.Confirm = nil
		rep, err := redbook.Resume(t.Context(), d, b.load(t), j.Interrupted(), o)
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, rep.Verdict)
	})
	kept, err := k.Finish()
	require.NoError(t, err)
	require.False(t, kept)
}
