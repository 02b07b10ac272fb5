package engine

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// slow is a source that takes some time for each Read, and hangs after a number of them.
type slow struct {
	pcm.Source
	each time.Duration
	good int // number of Reads before it hangs; 0: never
	stop chan struct{}
}

func (s *slow) Open() (io.ReadCloser, error) {
	r, err := s.Source.Open()
	return &slowReader{r, s, 0}, err
}

type slowReader struct {
	io.ReadCloser
	s *slow
	n int
}

func (r *slowReader) Read(p []byte) (int, error) {
	if r.n++; r.s.good > 0 && r.n > r.s.good {
		<-r.s.stop
	}
	time.Sleep(r.s.each)
	return r.ReadCloser.Read(p)
}

// Progress of checking is reported at the beginning, every 8 MiB, and at the end of each
// source. It counts the bytes of all sources.
func TestCheckingIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const first, second = 20 << 18, 1 << 18 // frames: 20 MiB and 1 MiB
		var seen []burn.Checking
		tracks := []burn.Track{
			{Source: &slow{Source: pcm.Silence("one", first), each: time.Millisecond}},
			{Source: &slow{Source: pcm.Silence("two", second), each: time.Millisecond}},
		}
		_, err := checkSources(t.Context(), guardTracks(tracks), func(e burn.Event) { seen = append(seen, e.(burn.Checking)) })
		require.NoError(t, err)
		require.Len(t, seen, 4+2)
		for i, e := range seen {
			track, name := 1, "one"
			if i >= 4 {
				track, name = 2, "two"
			}
			require.Equal(t, burn.Checking{Track: track, Tracks: 2, Name: name, Done: e.Done, Total: (first + second) * 4}, e)
		}
		read := seen[0].Done // bytes of one Read
		require.LessOrEqual(t, read, int64(1<<20))
		require.InDelta(t, read+8<<20, seen[1].Done, float64(read))
		require.GreaterOrEqual(t, seen[1].Done, read+8<<20)
		require.GreaterOrEqual(t, seen[2].Done, seen[1].Done+8<<20)
		require.Equal(t, int64(first*4), seen[3].Done)
		require.Equal(t, int64(first*4)+read, seen[4].Done, "the sources before count")
		require.Equal(t, int64((first+second)*4), seen[5].Done)
	})
}

// The engine gives up on a source that hangs after two minutes, or five seconds after a
// cancel. As long as the source delivers anything, the engine waits.
func TestHowLongAHangingSourceIsWaitedFor(t *testing.T) {
	for _, row := range []struct {
		name     string
		each     time.Duration
		good     int
		canceled time.Duration // 0: never
		took     time.Duration
		want     []error
	}{
		{"slow all the way", 50 * time.Second, 0, 0, 0, nil},
		{"hangs at once", 0, -1, 0, 2 * time.Minute, []error{burn.ErrSourceShort, burn.ErrBadInput}},
		{"hangs later", time.Minute, 2, 0, 4 * time.Minute, []error{burn.ErrSourceShort}},
		{"hangs, and is canceled", 0, -1, 10 * time.Second, 15 * time.Second, []error{burn.ErrCanceled, context.Canceled}},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if row.canceled > 0 {
					time.AfterFunc(row.canceled, cancel)
				}
				stop := make(chan struct{})
				src := &slow{Source: numbered(100000), each: row.each, good: row.good, stop: stop}
				if row.good < 0 {
					src.good = 1
					src.Source = hangingAt{&badSource{Source: numbered(100000), left: 1, read: io.EOF}, stop}
				}
				began := time.Now()
				_, err := checkSource(ctx, src, func(int64) {})
				if row.want == nil {
					require.NoError(t, err)
				}
				for _, want := range row.want {
					require.ErrorIs(t, err, want)
				}
				if row.took > 0 {
					require.Equal(t, row.took, time.Since(began))
				}
				close(stop)
				time.Sleep(time.Hour) // its goroutine ends
			})
		})
	}
}

// nameless is a source whose name panics.
type nameless struct{ pcm.Source }

func (nameless) Name() string { panic("no name") }

// If the Name method of a source panics, the source is named by its number.
func TestSourceThatCanNotBeNamed(t *testing.T) {
	good := numbered(400 * 588)
	err := checkTracks(guardTracks([]burn.Track{{Source: good}, {Source: nameless{good}}}), resolve(nil))
	require.ErrorIs(t, err, burn.ErrStream)
	require.EqualError(t, err, "track 2: track 2: the source panicked: no name")
}

// A verification closes every source that it opens, even one that fails, and waits for one
// that hangs as long as a burn does.
func TestHangingSourceInAVerification(t *testing.T) {
	broken := errors.New("broken")
	closed := 0
	src := closeCounting{&badSource{Source: numbered(400 * 588), left: 3 * toc.SectorSize, read: broken}, &closed}
	g := guardTrack(burn.Track{Source: src}, 1).Source
	r, err := withTimeout(t.Context(), g).Open()
	require.NoError(t, err)
	n, err := io.ReadFull(r, make([]byte, 4*toc.SectorSize))
	require.ErrorIs(t, err, broken)
	require.Equal(t, 3*toc.SectorSize, n)
	require.NoError(t, r.Close())
	require.Equal(t, 1, closed)
	require.Same(t, src.Source, withTimeout(t.Context(), src.Source), "not a guarded source")

	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		g := guardTrack(burn.Track{Source: &slow{Source: numbered(400 * 588), good: 1, stop: stop}}, 1).Source
		r, err := withTimeout(t.Context(), g).Open()
		require.NoError(t, err)
		buf := make([]byte, 1000)
		_, err = r.Read(buf)
		require.NoError(t, err)
		require.Equal(t, samples(1, 250), buf)
		began := time.Now()
		_, err = r.Read(buf)
		require.ErrorIs(t, err, burn.ErrSourceShort)
		require.Equal(t, 2*time.Minute, time.Since(began))
		_, again := r.Read(buf)
		require.Equal(t, err, again, "it isn't waited for twice")
		require.NoError(t, r.Close())
		require.Equal(t, 2*time.Minute, time.Since(began))
		close(stop)
	})
}

// closeCounting counts how often its readers are closed.
type closeCounting struct {
	pcm.Source
	n *int
}

func (c closeCounting) Open() (io.ReadCloser, error) {
	r, err := c.Source.Open()
	return closeCountingReader{r, c.n}, err
}

type closeCountingReader struct {
	io.ReadCloser
	n *int
}

func (r closeCountingReader) Close() error {
	*r.n++
	return r.ReadCloser.Close()
}

// described is a source with a conversion.
type described struct{ pcm.Source }

func (described) Conversion() string { return "mono to stereo" }

// A guarded source keeps its conversion.
func TestConversionOfAGuardedSource(t *testing.T) {
	k := guardTrack(burn.Track{Source: described{pcm.Silence("s", 588)}}, 1)
	require.Equal(t, "mono to stereo", convert.Conversion(k.Source))
}

// hangingAt is a source whose reader hangs at its end until it is released.
type hangingAt struct {
	pcm.Source
	release chan struct{}
}

func (h hangingAt) Open() (io.ReadCloser, error) {
	r, err := h.Source.Open()
	return hangingReader{r, h.release}, err
}

type hangingReader struct {
	io.ReadCloser
	release chan struct{}
}

func (h hangingReader) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	if err != nil {
		<-h.release
	}
	return n, err
}
