package engine

import (
	"io"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
)

// The wait for the reader ends when the FIFO is full or the source is read completely. Waits
// of the drive for the reader are counted.
func TestHowLongTheReaderIsWaitedFor(t *testing.T) {
	for _, row := range []struct {
		name   string
		frames int
		slow   bool          // the source takes a second for each buffer
		took   time.Duration // until the FIFO is as full as possible
	}{
		{"a source longer than the FIFO", 100 * 27 * 588, false, 0},
		{"a slow one", 100 * 27 * 588, true, 15200 * time.Millisecond}, // the last buffer is being filled
		{"a slow one, shorter than the FIFO", 300 * 588, true, 12 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := numbered(row.frames)
				k := jobOf(t, src)
				if row.slow {
					k.source = &perChunk{src}
				}
				f := newFIFO(1<<20, 27) // 16 buffers
				r := f.start([]job{k})
				began, ticks := time.Now(), 0
				require.NoError(t, r.primed(t.Context(), func() { ticks++ }))
				require.Equal(t, row.took, time.Since(began))
				require.InDelta(t, row.took.Seconds()/0.38, float64(ticks), 1, "events are sent meanwhile")
				require.Zero(t, r.stats.Empty)
				require.True(t, r.close())
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		src := numbered(300 * 588)
		k := jobOf(t, src)
		k.source = &perChunk{src}
		r := newFIFO(1<<20, 27).start([]job{k})
		began := time.Now()
		drain(t, r, 0)
		require.Equal(t, 12, r.stats.Empty, "the drive is faster than the source")
		require.Equal(t, 12*time.Second, time.Since(began))
		require.Zero(t, r.stats.MinFill)
		require.True(t, r.close())
	})
}

// perChunk is a source that takes a second for each Read of more than a sector.
type perChunk struct{ pcm.Source }

func (p *perChunk) Open() (io.ReadCloser, error) {
	r, err := p.Source.Open()
	return perChunkReader{r}, err
}

type perChunkReader struct{ io.ReadCloser }

func (p perChunkReader) Read(b []byte) (int, error) {
	if len(b) > 2352 {
		time.Sleep(time.Second)
	}
	return p.ReadCloser.Read(b)
}

// If an event handler ends its goroutine, as t.FailNow does, tray and drive are released once,
// and the handler isn't called again.
func TestHandlerThatEndsItsGoroutine(t *testing.T) {
	back := 0
	m := newMeter(func(burn.Event) { runtime.Goexit() }, &tickClock{})
	m.releaseDrive = func() { back++ }
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, end := m.guardEvents(t.Context())
		defer end()
		m.send(burn.Checking{})
	}()
	<-ended
	require.Equal(t, 1, back)
	require.True(t, m.exited)
	require.ErrorContains(t, m.broken, "runtime.Goexit")
	m.send(burn.Checking{})

	m = newMeter(nil, &tickClock{})
	m.releaseDrive = func() { back++ }
	_, end := m.guardEvents(t.Context())
	require.True(t, m.active)
	m.send(burn.Checking{})
	end()
	require.False(t, m.active)
	require.Equal(t, 1, back, "the job itself gives it back")
	m.exited, m.releaseDrive = true, nil
	end()
}
