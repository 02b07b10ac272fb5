package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// jobOf returns a job whose source has been checked.
func jobOf(t require.TestingT, src pcm.Source) job {
	d, err := reading.Check(context.Background(), src, nil)
	require.NoError(t, err)
	return newTask(burn.Track{Source: src}, 0, d).job()
}

// samples returns n numbered samples: sample i of the stream has the value i.
func samples(first, n int) []byte {
	b := make([]byte, 0, n*4)
	for i := range n {
		b = binary.LittleEndian.AppendUint32(b, uint32(first+i))
	}
	return b
}

func numbered(frames int) pcm.Source {
	return pcm.FromBytes("numbered", pcm.CDDA, samples(1, frames))
}

// Buffers are page-aligned, use the available size, and don't overlap.
func TestFIFOBuffers(t *testing.T) {
	for _, row := range []struct{ size, sectors, chunks int }{
		{burn.DefaultFIFO, 27, 256}, {1, 27, 2}, {1 << 20, 13, 32}, {1 << 20, 1, 256},
	} {
		f := newFIFO(row.size, row.sectors)
		require.Equal(t, row.chunks, f.chunks)
		require.Equal(t, row.chunks*row.sectors*toc.SectorSize, f.bytes())
		seen := map[uintptr]*chunk{} // keeps the buffers from being collected
		for range row.chunks {
			c := <-f.free
			c.reset(row.sectors)
			at := uintptr(unsafe.Pointer(unsafe.SliceData(c.buf)))
			require.Zero(t, at%pageSize)
			require.NotContains(t, seen, at)
			seen[at] = c
			require.Len(t, c.buf, row.sectors*toc.SectorSize)
			require.Equal(t, len(c.buf), cap(c.buf), "a write past the end would hit the next buffer")
		}
	}
}

// The output equals the input in order, with padding, for every length and chunk size.
func TestFIFOPassesEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFIFO(rapid.SampledFrom([]int{1, 1 << 18, 1 << 20}).Draw(t, "size"), rapid.IntRange(1, 27).Draw(t, "chunk"))
		var jobs []job
		for range rapid.IntRange(1, 3).Draw(t, "tracks") {
			jobs = append(jobs, jobOf(t, numbered(rapid.IntRange(1, 350*588).Draw(t, "frames"))))
		}
		r := f.start(jobs)
		for i, j := range jobs {
			want := samples(1, int(j.source.Frames()))
			got, audio := drain(t, r, i)
			require.Equal(t, j.audio, audio)
			require.Equal(t, max(j.audio, 300).Bytes(), int64(len(got)))
			require.Equal(t, want, got[:len(want)])
			require.Empty(t, bytes.Trim(got[len(want):], "\x00"), "silence behind the audio")
		}
		var bytes int64
		for _, j := range jobs {
			bytes += (j.audio + j.padding).Bytes()
		}
		require.Equal(t, bytes, r.stats.Bytes)
		require.True(t, r.close())
		require.Len(t, f.free, f.chunks, "all buffers are back")
	})
}

// drain reads one track.
func drain(t require.TestingT, r *feeder, track int) (data []byte, audio toc.Sectors) {
	for {
		c, err := r.next(context.Background(), func() {})
		require.NoError(t, err)
		require.NoError(t, c.err)
		require.Equal(t, track, c.track)
		data = append(data, c.data...)
		audio += c.audio
		last := c.last
		r.put(c)
		if last {
			return data, audio
		}
	}
}

// A reader can be stopped at any moment, and all buffers are returned.
func TestFIFOStops(t *testing.T) {
	for taken := range 20 {
		f := newFIFO(1<<20, 27)
		r := f.start([]job{jobOf(t, numbered(2000*588))})
		if taken%2 == 0 {
			require.NoError(t, r.primed(context.Background(), func() {}))
			require.Empty(t, f.free)
			require.Positive(t, f.used())
		}
		for range taken {
			c, err := r.next(context.Background(), func() {})
			require.NoError(t, err)
			r.put(c)
		}
		require.True(t, r.close())
		require.Len(t, f.free, f.chunks)
	}
}

// A stopped reader doesn't open another source.
func TestFIFOStopsBeforeTheNextSource(t *testing.T) {
	f := newFIFO(1<<20, 27)
	second := &badSource{Source: numbered(100), open: errors.New("broken")}
	first := jobOf(t, numbered(2000*588))
	r := f.start([]job{first, {source: second, audio: 1}})
	require.NoError(t, r.primed(t.Context(), func() {}))
	require.True(t, r.close())
	require.Zero(t, second.opens)
}

// A canceled context ends a wait.
func TestFIFOWaitEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	f := newFIFO(1<<20, 27)
	stuck := &stuckSource{Source: numbered(100), release: make(chan struct{})}
	r := f.start([]job{{source: stuck, audio: 1}})
	_, err := r.next(ctx, func() {})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, r.primed(ctx, func() {}), context.DeadlineExceeded)
	close(stuck.release)
	require.True(t, r.close())
}

type stuckSource struct {
	pcm.Source
	release chan struct{}
}

func (s *stuckSource) Open() (io.ReadCloser, error) {
	<-s.release
	return s.Source.Open()
}

// Sources that can't be opened, fail, are longer than before, or have changed.
func TestFIFOFailures(t *testing.T) {
	good := numbered(400 * 588)
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		src     pcm.Source
		want    []error
		sectors int
	}{
		"can't be opened": {&badSource{Source: good, open: broken}, []error{burn.ErrSourceShort, broken}, 0},
		"has changed":     {&badSource{Source: good, open: pcm.ErrChanged}, []error{burn.ErrSourceChanged, pcm.ErrChanged}, 0},
		"fails":           {&badSource{Source: good, left: 55*toc.SectorSize + 7, read: broken}, []error{burn.ErrSourceShort, broken}, 55},
		"ends early":      {&badSource{Source: good, left: 55 * toc.SectorSize, read: io.EOF}, []error{burn.ErrSourceShort, pcm.ErrShort}, 55},
		"is longer":       {&badSource{Source: good, more: true}, []error{burn.ErrSourceChanged, pcm.ErrLong}, 400},
		"is another":      {pcm.FromBytes("other", pcm.CDDA, samples(2, 400*588)), []error{burn.ErrSourceChanged}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFIFO(1<<20, 27)
			j := jobOf(t, good)
			j.source = row.src
			r := f.start([]job{j, jobOf(t, good)})
			got := 0
			for {
				c, err := r.next(context.Background(), func() {})
				require.NoError(t, err)
				require.Equal(t, 0, c.track, "the next track isn't begun")
				got += int(c.sectors())
				failed, last := c.err, c.last
				r.put(c)
				if failed != nil {
					require.True(t, last)
					for _, want := range row.want {
						require.ErrorIs(t, failed, want)
					}
					break
				}
				require.False(t, last)
			}
			require.Equal(t, row.sectors, got)
			_, err := r.next(context.Background(), func() {})
			require.ErrorIs(t, err, errFeederEnded)
			require.True(t, r.close())
		})
	}
}

type badSource struct {
	pcm.Source
	open, read error
	left       int
	more       bool
	opens      int
}

func (s *badSource) Open() (io.ReadCloser, error) {
	s.opens++
	if s.open != nil {
		return nil, s.open
	}
	r, err := s.Source.Open()
	switch {
	case s.more:
		return struct {
			io.Reader
			io.Closer
		}{io.MultiReader(r, zeros{}), r}, err
	case s.read != nil:
		return struct {
			io.Reader
			io.Closer
		}{io.MultiReader(io.LimitReader(r, int64(s.left)), fails{s.read}), r}, err
	}
	return r, err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type fails struct{ err error }

func (f fails) Read([]byte) (int, error) { return 0, f.err }

// Written chunks return to the reader in batches, or immediately if it is waiting for one.
func TestFIFOWakesTheReaderForAShare(t *testing.T) {
	f := newFIFO(burn.DefaultFIFO, 27)
	r := f.start([]job{jobOf(t, numbered(400*27*588))})
	require.NoError(t, r.primed(t.Context(), func() {}))
	share := f.chunks / refillPart
	for range share - 1 {
		c, err := r.next(t.Context(), func() {})
		require.NoError(t, err)
		r.put(c)
		require.Empty(t, f.free)
	}
	require.Len(t, r.spare, share-1)
	require.NoError(t, r.primed(t.Context(), func() {}), "the reader has them all before the next track begins")
	require.Empty(t, r.spare)
	require.Len(t, f.full, f.chunks)
	for range share {
		c, err := r.next(t.Context(), func() {})
		require.NoError(t, err)
		r.put(c)
	}
	require.Empty(t, r.spare)
	require.True(t, r.close())
	require.Len(t, f.free, f.chunks, "all buffers are back")
}
