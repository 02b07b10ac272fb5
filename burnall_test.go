package redbook_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/journal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drivesWith opens simulated drives.
func drivesWith(t *testing.T, names ...string) (list []*redbook.Drive) {
	t.Helper()
	for _, name := range names {
		d, err := redbook.Open(t.Context(), name)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, d.Close()) })
		list = append(list, d)
	}
	return list
}

// The album is decoded once, and each drive ends independently.
func TestBurnAll(t *testing.T) {
	dir := t.TempDir()
	drives := drivesWith(t, "sim:"+filepath.Join(dir, "a.disc"), "sim:", "sim:"+filepath.Join(dir, "b.disc"))
	album, err := redbook.Load(t.Context(), "examples/album")
	require.NoError(t, err)
	var mu sync.Mutex
	finished := map[int]int{}
	results := redbook.BurnAll(t.Context(), drives, album, &redbook.AllOptions{
		Each: func(i int, o *redbook.Options) {
			assert.Nil(t, o.OnEvent)
			assert.Nil(t, o.Journal)
			o.OnEvent = func(e burn.Event) {
				if _, ok := e.(burn.Finished); ok {
					mu.Lock()
					defer mu.Unlock()
					finished[i]++
				}
			}
		},
		Options: redbook.Options{Journal: new(journal.Keeper)},
		ConfirmAll: func(_ context.Context, plans []*redbook.Plan, errs []error) error {
			assert.NotNil(t, plans[0])
			assert.Nil(t, plans[1])
			assert.NotNil(t, plans[2])
			assert.ErrorIs(t, errs[1], burn.ErrNoMedia)
			return nil
		},
	})
	require.Len(t, results, 3)
	assert.NoError(t, results[0].Err)
	assert.ErrorIs(t, results[1].Err, burn.ErrNoMedia)
	assert.NoError(t, results[2].Err)
	assert.Equal(t, map[int]int{0: 1, 2: 1}, finished)
	for _, i := range []int{0, 2} {
		assert.Equal(t, burn.VerdictSuccess, results[i].Report.Verdict)
		_, err := redbook.Verify(t.Context(), drives[i], album, nil)
		assert.NoError(t, err)
	}
}

func TestBurnAllRefuses(t *testing.T) {
	album, err := redbook.Load(t.Context(), "examples/album")
	require.NoError(t, err)
	drives := drivesWith(t, "sim:"+filepath.Join(t.TempDir(), "a.disc"))
	for _, r := range redbook.BurnAll(t.Context(), []*redbook.Drive{drives[0], drives[0]}, album, nil) {
		assert.ErrorIs(t, r.Err, redbook.ErrOptions)
	}
	results := redbook.BurnAll(t.Context(), []*redbook.Drive{nil, drives[0]}, album, nil)
	assert.ErrorIs(t, results[0].Err, burn.ErrNoRecorder)
	assert.NoError(t, results[1].Err)
	assert.Empty(t, redbook.BurnAll(t.Context(), nil, album, nil))

	declined := errors.New("no")
	for _, r := range redbook.BurnAll(t.Context(), drives, album, &redbook.AllOptions{
		ConfirmAll: func(context.Context, []*redbook.Plan, []error) error { return declined },
	}) {
		assert.Error(t, r.Err)
	}
}

// A panic of a drive's own function ends neither the program nor the other burns.
func TestBurnAllSurvivesAPanic(t *testing.T) {
	b := newBench(t)
	other := drivesWith(t, "sim:"+filepath.Join(t.TempDir(), "a.disc"))[0]
	b.with(t, "sao-unknown", func(d *redbook.Drive) {
		results := redbook.BurnAll(t.Context(), []*redbook.Drive{d, other}, b.load(t), &redbook.AllOptions{
			Options: redbook.Options{Gapless: true},
			Each: func(i int, o *redbook.Options) {
				o.OnFallback = func(error, []redbook.Need) { panic("boom") }
			},
		})
		assert.ErrorContains(t, results[0].Err, "panicked: boom")
		assert.NoError(t, results[1].Err)
	})
}

func ExampleBurnAll() {
	ctx := context.Background()
	first, err := redbook.Open(ctx, "/dev/sr0")
	if err != nil {
		return
	}
	defer first.Close()
	second, err := redbook.Open(ctx, "/dev/sr1")
	if err != nil {
		return
	}
	defer second.Close()
	album, err := redbook.Load(ctx, "album/")
	if err != nil {
		return
	}
	for _, r := range redbook.BurnAll(ctx, []*redbook.Drive{first, second}, album, nil) {
		if r.Err != nil {
			println(r.Err.Error())
		}
	}
}
