package redbook_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// samples identifies the samples of a WAV file.
func samples(t *testing.T, name string) reading.Digest {
	t.Helper()
	src, err := wav.Open(name)
	require.NoError(t, err)
	d, err := reading.Check(t.Context(), src, nil)
	require.NoError(t, err)
	return d
}

// burned is a bench with its album on the disc.
func burned(t *testing.T, opts *redbook.Options) *bench {
	t.Helper()
	b := newBench(t)
	b.with(t, "", func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, b.load(t), opts)
		require.NoError(t, err)
	})
	return b
}

// Reading returns the burned audio, and no file is ever overwritten.
func TestRead(t *testing.T) {
	b := burned(t, nil)
	dir := filepath.Join(t.TempDir(), "new")
	b.with(t, "", func(d *redbook.Drive) {
		var plan *redbook.ReadPlan
		done := toc.Sectors(0)
		r, err := redbook.Read(t.Context(), d, &redbook.ReadOptions{
			Dir:        dir,
			Confirm:    func(_ context.Context, p *redbook.ReadPlan) error { plan = p; return nil },
			OnProgress: func(n, _ toc.Sectors) { done = n },
		})
		require.NoError(t, err)
		require.NotNil(t, plan)
		assert.False(t, plan.HiddenLeft)
		assert.Positive(t, done)
		require.Len(t, r.Tracks, 2)
		assert.FileExists(t, r.Sheet)
		assert.Equal(t, filepath.Join(dir, "track01.wav"), r.Tracks[0].File)
		assert.Equal(t, samples(t, b.files[0]), samples(t, r.Tracks[0].File))
		assert.NotZero(t, r.Tracks[0].Sums.CRC32)

		_, err = redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: dir})
		e, ok := errors.AsType[*redbook.ReadError](err)
		require.True(t, ok, err)
		assert.Equal(t, "audio", e.Step)
		assert.ErrorIs(t, err, fs.ErrExist)

		r, err = redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: filepath.Join(dir, "2"), Tracks: []int{2}, Format: redbook.FormatFLAC})
		require.NoError(t, err)
		require.Len(t, r.Tracks, 1)
		assert.Equal(t, "track02.flac", filepath.Base(r.Tracks[0].File))
	})
}

// A reading that did not happen leaves no files.
func TestReadRefused(t *testing.T) {
	b := burned(t, nil)
	dir := filepath.Join(t.TempDir(), "new")
	no := errors.New("no")
	b.with(t, "", func(d *redbook.Drive) {
		_, err := redbook.Read(t.Context(), d, &redbook.ReadOptions{
			Dir: dir, Confirm: func(context.Context, *redbook.ReadPlan) error { return no },
		})
		assert.Equal(t, no, err)
		_, err = redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: dir, Tracks: []int{3}})
		assert.ErrorIs(t, err, redbook.ErrNoAudio)
		for _, o := range []redbook.ReadOptions{{Offset: 5881}, {Offset: -5881}, {Single: true, Tracks: []int{1}}, {Format: 9}} {
			o.Dir = dir
			_, err = redbook.Read(t.Context(), d, &o)
			assert.ErrorIs(t, err, redbook.ErrOptions)
		}
		ctx, cancel := context.WithCancel(t.Context())
		_, err = redbook.Read(ctx, d, &redbook.ReadOptions{Dir: dir, OnProgress: func(_, _ toc.Sectors) { cancel() }})
		assert.ErrorIs(t, err, context.Canceled)
		assert.NoDirExists(t, dir)
		assert.Panics(t, func() {
			_, _ = redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: dir, OnProgress: func(_, _ toc.Sectors) { panic("boom") }})
		})
		assert.NoDirExists(t, dir)
	})
	blank := newBench(t)
	blank.with(t, "", func(d *redbook.Drive) {
		_, err := redbook.Read(t.Context(), d, nil)
		assert.ErrorIs(t, err, redbook.ErrNoAudio)
		_, err = redbook.ReadCopy(t.Context(), d, nil)
		assert.ErrorIs(t, err, redbook.ErrNoAudio)
	})
	d, err := redbook.Open(t.Context(), "sim:")
	require.NoError(t, err)
	_, err = redbook.Examine(t.Context(), d, nil)
	assert.ErrorIs(t, err, burn.ErrNoMedia)
	assert.NotContains(t, err.Error(), "\n", "the same answer twice")
	e, ok := errors.AsType[*redbook.ReadError](err)
	require.True(t, ok)
	assert.Equal(t, "look", e.Step)
	require.NoError(t, d.Close())
}

// A table of contents can be refused before the long search begins.
func TestExamine(t *testing.T) {
	b := burned(t, &redbook.Options{Mode: redbook.ModeSAO, Pause: 225, MCN: "4006381333931"})
	no := errors.New("no")
	b.with(t, "", func(d *redbook.Drive) {
		b.ops = nil
		_, err := redbook.Examine(t.Context(), d, &redbook.ExamineOptions{OnDisc: func(*disc.Disc) error { return no }})
		assert.Equal(t, no, err)
		assert.Zero(t, b.sent(command.OpReadSubChannel))
		tracks := 0
		l, err := redbook.Examine(t.Context(), d, &redbook.ExamineOptions{OnTrack: func(_, _ int) { tracks++ }})
		require.NoError(t, err)
		assert.Equal(t, 2, tracks)
		assert.Equal(t, toc.MCN("4006381333931"), l.MCN.Value)
		require.Len(t, l.Tracks, 2)
		assert.Equal(t, toc.Sectors(225), l.Tracks[1].Pause.Value)
	})
}

// A copy has the contents of its source, and the temporary file is removed.
func TestCopy(t *testing.T) {
	b := burned(t, &redbook.Options{Mode: redbook.ModeSAO, Pause: 225, MCN: "4006381333931"})
	spool := t.TempDir()
	b.with(t, "", func(d *redbook.Drive) {
		to := &bench{disc: "sim:" + filepath.Join(t.TempDir(), "copy.disc")}
		to.with(t, "", func(target *redbook.Drive) {
			s, err := redbook.ReadCopy(t.Context(), d, &redbook.CopySourceOptions{
				Dir: spool,
				Confirm: func(ctx context.Context, s *redbook.CopySource) error {
					p, err := redbook.PlanCopy(ctx, target, s, nil)
					assert.Equal(t, burn.ModeSAO, p.Mode)
					assert.ErrorIs(t, second(redbook.BurnCopy(ctx, target, s, nil)), burn.ErrStream, "it is silence still")
					return err
				},
			})
			require.NoError(t, err)
			report, err := redbook.BurnCopy(t.Context(), target, s, &redbook.CopyOptions{ReadBack: redbook.ReadBackFull})
			require.NoError(t, err)
			assert.Equal(t, burn.VerdictSuccess, report.Verdict)
			l, err := redbook.Examine(t.Context(), target, nil)
			require.NoError(t, err)
			assert.Equal(t, s.Layout.MCN.Value, l.MCN.Value)
			assert.Equal(t, toc.Sectors(225), l.Tracks[1].Pause.Value)
			assert.ErrorIs(t, second(redbook.PlanCopy(t.Context(), target, s, &redbook.CopyOptions{Mode: 9})), redbook.ErrOptions)
			require.NoError(t, s.Close())
			assert.NoError(t, s.Close())
			assert.ErrorIs(t, second(redbook.BurnCopy(t.Context(), target, s, nil)), burn.ErrStream)
		})
	})
	left, err := os.ReadDir(spool)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// The confirmed plan is the one carried out: track-at-once, once the drive has refused
// every cue sheet of session-at-once.
func TestConfirmAfterRefusal(t *testing.T) {
	b := newBench(t)
	b.with(t, "sao-refused", func(d *redbook.Drive) {
		var plans []redbook.Plan
		ended := 0
		report, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
			Gapless: true,
			Confirm: func(_ context.Context, p *redbook.Plan) error { plans = append(plans, *p); return nil },
			OnEvent: func(e burn.Event) {
				if _, ok := e.(burn.Finished); ok {
					ended++
				}
			},
		})
		require.NoError(t, err)
		require.Len(t, plans, 2)
		assert.Equal(t, 1, ended)
		assert.Equal(t, burn.ModeSAO, plans[0].Mode)
		assert.False(t, plans[0].Again)
		second := plans[1]
		assert.True(t, second.Again)
		assert.ErrorIs(t, second.Fallback, burn.ErrNoSAO)
		assert.Empty(t, second.Needs)
		assert.Equal(t, burn.ModeTAO, second.Mode)
		assert.Greater(t, second.Total, plans[0].Total, "with the pauses of track-at-once")
		assert.Equal(t, burn.ModeTAO, report.Mode)
	})
}

// An album that fits on the disc only without pauses ends with the refusal.
func TestDoesNotFitAfterRefusal(t *testing.T) {
	b := newBench(t)
	media := sim.CDR80
	media.LeadOut = toc.LBA(375 + 375 + 100).MSF()
	blank, err := sim.CreateDisc(strings.TrimPrefix(b.disc, "sim:"), media)
	require.NoError(t, err)
	require.NoError(t, blank.Close())
	b.with(t, "sao-refused", func(d *redbook.Drive) {
		asked, ended := 0, 0
		_, err = redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
			Gapless: true,
			OnEvent: func(e burn.Event) {
				if _, ok := e.(burn.Finished); ok {
					ended++
				}
			},
			Confirm: func(context.Context, *redbook.Plan) error { asked++; return nil },
		})
		assert.ErrorIs(t, err, burn.ErrDoesNotFit)
		assert.Equal(t, 1, asked)
		assert.Equal(t, 1, ended, "the burn that was refused is the last one")
		assert.Zero(t, b.sent(command.OpWrite10))
	})
}

// With Overburn session-at-once continues past the end reported by the disc.
func TestOverburn(t *testing.T) {
	b := newBench(t)
	media := sim.CDR80
	media.LeadOut = toc.LBA(700).MSF()
	blank, err := sim.CreateDisc(strings.TrimPrefix(b.disc, "sim:"), media)
	require.NoError(t, err)
	require.NoError(t, blank.Close())
	b.with(t, "overburns", func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{Mode: redbook.ModeSAO})
		require.ErrorIs(t, err, burn.ErrDoesNotFit)
		_, err = redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{Overburn: true})
		require.ErrorIs(t, err, redbook.ErrOptions)
		report, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{Mode: redbook.ModeSAO, Overburn: true})
		require.NoError(t, err)
		assert.Equal(t, burn.VerdictSuccess, report.Verdict)
	})
}
