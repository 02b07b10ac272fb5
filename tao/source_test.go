package tao_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// rogue is a source that misbehaves from a certain reading: it panics, hangs, or returns false
// values.
type rogue struct {
	pcm.Source
	name, format, frames, open, read, shut func()
	reads                                  func(p []byte) (int, error) // in place of Read
	closeErr                               error
	less                                   int64 // bytes that are missing; negative: extra bytes

	from  int32         // the first reading that misbehaves; 1 is the check
	opens atomic.Int32  // so far
	over  chan struct{} // closing it ends a hang
}

func (s *rogue) do(f func()) {
	if f != nil && s.opens.Load() >= s.from {
		f()
	}
}

func (s *rogue) Name() string       { s.do(s.name); return "rogue.wav" }
func (s *rogue) Format() pcm.Format { s.do(s.format); return s.Source.Format() }
func (s *rogue) Frames() int64      { s.do(s.frames); return s.Source.Frames() }

func (s *rogue) Open() (io.ReadCloser, error) {
	s.opens.Add(1)
	s.do(s.open)
	r, err := s.Source.Open()
	if s.less != 0 && s.opens.Load() >= s.from {
		all := io.MultiReader(r, strings.NewReader("more"))
		r = io.NopCloser(io.LimitReader(all, s.Source.Frames()*4-s.less))
	}
	return &rogueReader{s: s, r: r, bad: s.opens.Load() >= s.from}, err
}

type rogueReader struct {
	s   *rogue
	r   io.ReadCloser
	at  int
	bad bool
}

func (r *rogueReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p[:min(len(p), 100_000)])
	if r.at += n; r.bad && r.at > 310*2352 {
		if r.s.reads != nil {
			return r.s.reads(p)
		}
		r.s.do(r.s.read)
	}
	return n, err
}

func (r *rogueReader) Close() error {
	if r.bad {
		r.s.do(r.s.shut)
		return r.s.closeErr
	}
	return nil
}

func boom() { panic("boom") }

// rogues are all kinds of misbehavior. Each modifies a new source.
func rogues() map[string]func(*rogue) {
	broken := errors.New("broken")
	return map[string]func(*rogue){
		"Name panics":       func(s *rogue) { s.name = boom },
		"Format panics":     func(s *rogue) { s.format = boom },
		"Frames panics":     func(s *rogue) { s.frames = boom },
		"Open panics":       func(s *rogue) { s.open = boom },
		"Read panics":       func(s *rogue) { s.read = boom },
		"Close panics":      func(s *rogue) { s.shut = boom },
		"Close fails":       func(s *rogue) { s.closeErr = broken },
		"Name hangs":        func(s *rogue) { s.name = s.hang },
		"Open hangs":        func(s *rogue) { s.open = s.hang },
		"Read hangs":        func(s *rogue) { s.read = s.hang },
		"Close hangs":       func(s *rogue) { s.shut = s.hang },
		"nothing for ever":  func(s *rogue) { s.reads = func([]byte) (int, error) { return 0, nil } },
		"negative counts":   func(s *rogue) { s.reads = func([]byte) (int, error) { return -1, nil } },
		"too large counts":  func(s *rogue) { s.reads = func(p []byte) (int, error) { return len(p) + 1, nil } },
		"another error":     func(s *rogue) { s.reads = func([]byte) (int, error) { return 0, broken } },
		"ends too early":    func(s *rogue) { s.reads = func([]byte) (int, error) { return 0, io.EOF } },
		"never ends":        func(s *rogue) { s.reads = func(p []byte) (int, error) { return len(p), nil } },
		"within a sample":   func(s *rogue) { s.less = 3 },
		"beyond the sample": func(s *rogue) { s.less = -1 },
	}
}

func (s *rogue) hang() { <-s.over }

// Whatever a source does, and at any time, the call returns within minutes, the drive is free,
// the error is that of this track with IMAPI's code, the previous track is on the disc, and
// the only goroutine left is the one that hangs.
func TestRogueSources(t *testing.T) {
	for name, make := range rogues() {
		for from := int32(1); from <= 2; from++ {
			t.Run(name+map[int32]string{1: ", checked", 2: ", burnt"}[from], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { rogueOnce(t, name, make, from) })
			})
		}
	}
}

func rogueOnce(t *testing.T, name string, make func(*rogue), from int32) {
	b := newBench(t, "modern", sim.CDR80)
	ev := b.events()
	bad := &rogue{Source: track("two.wav", 2, 700*588).Source, from: from, over: makeChan()}
	if strings.HasPrefix(name, "Name") || strings.HasPrefix(name, "Format") || strings.HasPrefix(name, "Frames") {
		bad.from = from - 1 // before the first Open
	}
	make(bad)
	began := time.Now()
	r, err := tao.Burn(context.Background(), b.drive,
		[]burn.Track{track("one.wav", 1, 300*588), {Source: bad}, track("three.wav", 3, 300*588)}, &burn.Options{OnEvent: ev.on})
	require.Less(t, time.Since(began), 5*time.Minute)
	require.False(t, b.trayLocked())
	owner, ownerErr := b.Owner()
	require.NoError(t, ownerErr)
	require.Empty(t, owner)
	ev.check(t)
	// A leaked goroutine panics at the end of synctest.Test.
	if strings.HasSuffix(name, "hangs") {
		close(bad.over)
	}
	// Name, Format and Frames are called once, before anything else.
	harmless := from == 2 && (strings.HasPrefix(name, "Close") || bad.from == 1)
	if harmless {
		require.NoError(t, err, "all of its audio is on the disc")
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		b.holds(t, r, []burn.Track{track("one.wav", 1, 300*588), track("two.wav", 2, 700*588), track("three.wav", 3, 300*588)})
		if strings.HasPrefix(name, "Close") {
			require.Equal(t, notekind.SourceUnclosed, r.Tracks[1].Notes[0].Kind)
		}
		return
	}
	is(t, err, burn.ErrStream, burn.ErrBadInput)
	code, hresult, _ := burn.HRESULT(err)
	require.Equal(t, uint32(0xC0AA050D), code)
	require.Equal(t, "E_IMAPI_DF2TAO_STREAM_NOT_SUPPORTED", hresult)
	require.Equal(t, hresult, r.HRESULT)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Regexp(t, "track 2", err.Error())
	if from == 1 {
		require.True(t, b.disc.Summary().Blank, "nothing is written before all sources were read")
		return
	}
	require.Equal(t, burn.TrackOK, r.Tracks[0].Status)
	require.Contains(t, []burn.TrackStatus{burn.TrackShort, burn.TrackChanged}, r.Tracks[1].Status)
	require.Equal(t, burn.TrackNotBegun, r.Tracks[2].Status)
	require.NoError(t, b.same(r.Tracks[0].Start, track("one.wav", 1, 300*588).Source, 300))
}

func makeChan() chan struct{} { return make(chan struct{}) }

// The same while a Writer reads the track back: the disc is good, and the report states that
// it could not be confirmed.
func TestRogueSourcesInVerification(t *testing.T) {
	for _, name := range []string{"Open panics", "Read panics", "Close panics", "Open hangs", "Read hangs", "Close hangs", "nothing for ever"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{Verify: disc.VerifyFull})
				bad := &rogue{Source: track("two.wav", 2, 700*588).Source, from: 3, over: makeChan()}
				rogues()[name](bad)
				_, err := w.AddAudioTrack(context.Background(), bad)
				require.NoError(t, err)
				began := time.Now()
				r, err := w.Release(context.Background())
				require.Less(t, time.Since(began), 10*time.Minute)
				close(bad.over)
				require.False(t, b.trayLocked())
				require.True(t, *r.Closed)
				require.True(t, b.disc.Summary().Finalized)
				if strings.HasPrefix(name, "Close") {
					require.NoError(t, err)
					return
				}
				is(t, err, burn.ErrUnconfirmed)
				require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
			})
		})
	}
}

// A Writer remains usable after a track with such a source.
func TestWriterAfterARogueSource(t *testing.T) {
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	for name, make := range rogues() {
		if strings.HasSuffix(name, "hangs") {
			continue
		}
		bad := &rogue{Source: track("bad", 2, 700*588).Source, over: makeChan()}
		make(bad)
		_, err := w.AddAudioTrack(ctx, bad)
		is(t, err, burn.ErrStream)
		n, err := w.NumberOfExistingTracks()
		require.NoError(t, err)
		require.Zero(t, n, name)
	}
	_, err := w.AddAudioTrack(ctx, track("good", 1, 300*588).Source)
	require.NoError(t, err)
	r, err := w.Release(ctx)
	require.NoError(t, err, "AddAudioTrack has told it")
	require.Equal(t, burn.VerdictFailed, r.Verdict, "not everything that was asked for is there")
	require.True(t, *r.Closed)
	require.False(t, b.trayLocked())
}
