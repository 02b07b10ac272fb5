package tao_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// After a cancel before any command of a burn, the track being written is ended properly, the
// report matches the disc, the session can be continued and closed, and the drive is free.
func TestCancelAtEveryCommand(t *testing.T) {
	for _, test := range []struct {
		personality string
		media       sim.Media
		opts        burn.Options
	}{
		{"modern", sim.CDR80, burn.Options{Verify: disc.VerifyQuick}},
		{"modern", sim.CDR80, burn.Options{CloseOnCancel: true}},
		{"modern", sim.CDRW80, burn.Options{}},
		{"modern", sim.CDR80, burn.Options{Reserve: burn.ReserveAlways}},
		{"close-no-pad", sim.CDR80, burn.Options{Reserve: burn.ReserveAlways}},
		{"sync-leaves-open", sim.CDR80, burn.Options{}},
		{"pioneer", sim.CDRW80, burn.Options{}},
	} {
		t.Run(fmt.Sprintf("%s/%s/%v", test.personality, test.media.Name, test.opts.CloseOnCancel), func(t *testing.T) {
			t.Parallel()
			tracks := sweepAlbum()
			clean := newBench(t, test.personality, test.media)
			o := test.opts
			_, err := tao.Burn(context.Background(), clean.drive, tracks, &o)
			require.NoError(t, err)
			var wg sync.WaitGroup
			for n := 1; n < len(clean.tap.ops); n++ {
				if !worth(clean.tap.ops, n, false) {
					continue
				}
				if complaint := cancelOne(t, test.personality, test.media, test.opts, tracks, n); complaint != "" {
					t.Errorf("cancel at command %d (%02Xh): %s", n, clean.tap.ops[n], complaint)
				}
			}
			wg.Wait()
		})
	}
}

func cancelOne(t *testing.T, personality string, media sim.Media, o burn.Options, tracks []burn.Track, at int) string {
	b := newBench(t, personality, media)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b.tap.hook = func(n int, _ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if n == at {
			cancel()
		}
		return next()
	}
	ev := b.events()
	o.OnEvent = ev.on
	r, err := tao.Burn(ctx, b.drive, tracks, &o)
	b.tap.hook = nil
	switch {
	case ev.finished != 1:
		return fmt.Sprintf("Finished came %d times", ev.finished)
	case b.trayLocked():
		return "the tray is locked"
	case err == nil:
		if r.Verdict != burn.VerdictSuccess {
			return "no error, but " + string(r.Verdict)
		}
		return b.wrongTracks(r, tracks)
	case !errors.Is(err, context.Canceled) || !errors.Is(err, burn.ErrCanceled):
		return fmt.Sprintf("%v isn't a cancel", err)
	case r.Verdict != burn.VerdictCanceled:
		return fmt.Sprintf("verdict %s (%v)", r.Verdict, err)
	}
	if complaint := b.wrongTracks(r, tracks); complaint != "" {
		return complaint
	}
	if again := b.tap.repeated(); again != "" {
		return again
	}
	return b.finishLater(r, o)
}

// wrongTracks compares the report of each track with the disc and returns the first
// difference.
func (b *bench) wrongTracks(r burn.Report, tracks []burn.Track) string {
	begun := 0
	for i, row := range r.Tracks {
		if row.Sectors == 0 {
			continue
		}
		begun++
		if err := b.sameAudio(row, tracks[i].Source); err != nil {
			return fmt.Sprintf("track %d (%s): %v", row.Number, row.Status, err)
		}
		if row.Status == burn.TrackOK && row.Sectors < placing.Raise(row.Asked) {
			return fmt.Sprintf("track %d is reported whole with %d sectors", row.Number, row.Sectors)
		}
		if row.Sectors < placing.MinTrack {
			return fmt.Sprintf("track %d has only %d sectors", row.Number, row.Sectors)
		}
	}
	for _, tr := range b.disc.Tracks() {
		if tr.State != "complete" {
			return fmt.Sprintf("track %d is left %v on the disc", tr.Number, tr.State)
		}
	}
	if got := len(b.disc.Tracks()); got != begun {
		return fmt.Sprintf("%d tracks on the disc, %d in the report", got, begun)
	}
	return ""
}

// sameAudio checks that row.Audio sectors equal the source, and that the rest is silence.
func (b *bench) sameAudio(row burn.TrackReport, src pcm.Source) error {
	if row.Audio == row.Asked {
		return b.same(row.Start, src, row.Sectors)
	}
	cut, err := pcm.Section(src.Name(), src, 0, int64(row.Audio)*toc.SamplesPerSector)
	if err != nil {
		if row.Audio == 0 {
			cut = pcm.Silence(src.Name(), 1)
		} else {
			return err
		}
	}
	return b.same(row.Start, cut, row.Sectors)
}

// finishLater continues the disc and closes it, as the report advises.
func (b *bench) finishLater(r burn.Report, o burn.Options) string {
	sum := b.disc.Summary()
	if sum.Tracks == 0 {
		if !sum.Blank {
			return "nothing was written, but the disc isn't blank"
		}
		return ""
	}
	if *r.Closed {
		if !sum.Finalized {
			return "reported closed, but it isn't"
		}
		return ""
	}
	if o.CloseOnCancel || sum.Finalized {
		return "not reported as closed"
	}
	if _, err := tao.CloseDisc(context.Background(), b.drive, nil); err != nil {
		return fmt.Sprintf("can't be closed afterwards: %v", err)
	}
	return ""
}

// A source that fails or ends early leads to a failed track and a correct report. The silence
// after the failure doesn't count as audio.
func TestSourceFailsMidway(t *testing.T) {
	for _, test := range []struct {
		name   string
		after  int64 // number of bytes until the second reading fails
		fail   error
		status burn.TrackStatus
		audio  toc.Sectors
	}{
		{"at once", 0, errors.New("disk error"), burn.TrackShort, 0},
		{"in the first sectors", 100 * toc.SectorSize, errors.New("disk error"), burn.TrackShort, 100},
		{"in the middle of a sector", 350*toc.SectorSize + 1000, errors.New("disk error"), burn.TrackShort, 350},
		{"ends early", 399 * toc.SectorSize, io.EOF, burn.TrackShort, 399},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			ev := b.events()
			good, bad := track("one.wav", 1, 300*588), track("two.wav", 2, 400*588)
			bad.Source = &flaky{Source: bad.Source, good: 1, after: test.after, fail: test.fail}
			r, err := tao.Burn(context.Background(), b.drive, []burn.Track{good, bad, good}, &burn.Options{OnEvent: ev.on})
			is(t, err, burn.ErrSourceShort, burn.ErrBadInput, burn.ErrWriteFailed)
			require.Equal(t, burn.ErrWriteFailed, burn.Category(err))
			ev.check(t)
			require.Equal(t, burn.VerdictFailed, r.Verdict)
			require.Equal(t, burn.TrackOK, r.Tracks[0].Status)
			require.Equal(t, test.status, r.Tracks[1].Status)
			require.Equal(t, burn.TrackNotBegun, r.Tracks[2].Status)
			require.Equal(t, test.audio, r.Tracks[1].Audio)
			require.Empty(t, b.wrongTracks(r, []burn.Track{good, {Source: bad.Source.(*flaky).Source}, good}))
			require.False(t, b.trayLocked())
			require.False(t, b.disc.Summary().Finalized)
			require.False(t, *r.Closed)
		})
	}
}

// flaky is a source whose first readings succeed and whose later ones fail.
type flaky struct {
	pcm.Source
	mu    sync.Mutex
	opens int
	good  int   // number of readings that succeed
	after int64 // number of bytes until the failure
	fail  error
	other pcm.Source // returned by later readings instead
	stale error      // result of later calls of Changed
}

func (f *flaky) Open() (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opens++
	src := f.Source
	if f.opens > f.good && f.other != nil {
		src = f.other
	}
	r, err := src.Open()
	if err != nil || f.opens <= f.good || f.fail == nil {
		return r, err
	}
	return &failing{r: r, left: f.after, fail: f.fail}, nil
}

func (f *flaky) Changed() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.opens >= f.good {
		return f.stale
	}
	return nil
}

type failing struct {
	r    io.ReadCloser
	left int64
	fail error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, f.fail
	}
	n, err := f.r.Read(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	return n, err
}

func (f *failing) Close() error { return f.r.Close() }

// A source that changed after it was checked is rejected: before its track if it reports the
// change, otherwise by its hash.
func TestSourceChanges(t *testing.T) {
	t.Run("says so", func(t *testing.T) {
		b := newBench(t, "modern", sim.CDR80)
		bad := track("two.wav", 2, 400*588)
		bad.Source = &flaky{Source: bad.Source, good: 1, stale: pcm.ErrChanged}
		// The check calls Changed at its end, and would already fail there.
		r, err := tao.Burn(context.Background(), b.drive, []burn.Track{bad}, nil)
		is(t, err, burn.ErrSourceChanged, pcm.ErrChanged, burn.ErrBadInput)
		require.Equal(t, burn.ErrBadInput, burn.Category(err))
		require.True(t, b.disc.Summary().Blank)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
		require.Equal(t, 1, len(b.tap.ops), "only INQUIRY was sent")
	})
	t.Run("other bytes", func(t *testing.T) {
		b := newBench(t, "modern", sim.CDR80)
		bad := track("two.wav", 2, 400*588)
		other := track("two.wav", 99, 400*588)
		bad.Source = &flaky{Source: bad.Source, good: 1, other: other.Source}
		r, err := tao.Burn(context.Background(), b.drive, []burn.Track{track("one.wav", 1, 300*588), bad}, nil)
		is(t, err, burn.ErrSourceChanged, burn.ErrBadInput)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
		require.Equal(t, burn.TrackChanged, r.Tracks[1].Status)
		require.Contains(t, err.Error(), "two.wav")
		require.Empty(t, b.wrongTracks(r, []burn.Track{track("one.wav", 1, 300*588), other}))
	})
}

// A cancel during the last WRITE of a track comes too late: the track is complete.
func TestCancelAddTrackAtItsEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	src := track("x", 7, 540*588).Source
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] == byte(command.OpWrite10) && req.CDB[5] == 513&0xFF && req.CDB[4] == 513>>8 {
			cancel()
		}
		return next()
	}
	row, err := w.AddAudioTrack(ctx, src)
	require.Error(t, ctx.Err())
	require.NoError(t, err)
	require.Equal(t, burn.TrackOK, row.Status)
	r, err := w.Release(context.Background())
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.NoError(t, b.sameAudio(row, src))
}

// A Writer's track that is canceled before its first WRITE, while its source is checked or the
// drive prepares, isn't begun. The verdict is a cancel, not a failure, and the row has the reason.
func TestCancelBeforeTheFirstWrite(t *testing.T) {
	for name, at := range map[string]burn.Event{"while checking": burn.Checking{}, "while preparing": burn.Progress{}} {
		ctx, cancel := context.WithCancel(t.Context())
		armed := false
		b := newBench(t, "modern", sim.CDR80)
		w := tao.NewWriter(&burn.Options{OnEvent: func(e burn.Event) {
			if armed && reflect.TypeOf(e) == reflect.TypeOf(at) {
				cancel()
			}
		}})
		require.NoError(t, w.SetRecorder(t.Context(), b.drive))
		require.NoError(t, w.Prepare(t.Context()))
		armed = true
		row, err := w.AddAudioTrack(ctx, track("a", 1, 800*588).Source)
		is(t, err, burn.ErrCanceled)
		require.Equal(t, burn.TrackNotBegun, row.Status, name)
		r, err := w.Release(t.Context())
		require.NoError(t, err)
		require.Equal(t, burn.VerdictCanceled, r.Verdict, name)
		require.ErrorIs(t, r.Tracks[0].Notes[0].Cause.Err, burn.ErrCanceled, name)
		require.True(t, b.disc.Summary().Blank)
		cancel()
	}
}
