package spool

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

var errDisk = errors.New("the disk is gone")

// music returns samples of 16 bits without repetition.
func music(seed, frames, channels int) []byte {
	var b []byte
	for i := range frames * channels {
		b = binary.LittleEndian.AppendUint16(b, uint16(i*seed*37%20011))
	}
	return b
}

// mixed is an album of several formats.
func mixed() []pcm.Source {
	return []pcm.Source{
		pcm.FromBytes("cd.flac", pcm.CDDA, music(1, 100000, 2)),
		pcm.FromBytes("studio.flac", pcm.Format{SampleRate: 96000, Channels: 2}, music(2, 192000, 2)),
		pcm.FromBytes("mono.mp3", pcm.Format{SampleRate: 48000, Channels: 1}, music(3, 48000, 1)),
		pcm.FromBytes("film.wav", pcm.Format{SampleRate: 48000, Channels: 6}, music(4, 48000, 6)),
		pcm.FromBytes("empty.wav", pcm.Format{SampleRate: 32000, Channels: 2}, nil),
	}
}

// leftovers fails if dir isn't empty.
func leftovers(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

// A spool holds the result of the conversion.
func TestSpoolHoldsWhatWasConverted(t *testing.T) {
	dir := t.TempDir()
	for _, workers := range []int{0, 1, 3} {
		s, err := New(context.Background(), mixed(), &Options{Dir: dir, Workers: workers})
		require.NoError(t, err)
		sources, digests := s.Sources(), s.Digests()
		require.Len(t, sources, 5)
		var size int64
		for i, src := range mixed() {
			want, err := convert.ToCDDA(src)
			require.NoError(t, err)
			d, err := reading.Check(context.Background(), want, nil)
			require.NoError(t, err)
			assert.Equal(t, d, digests[i])
			for range 2 { // more than once
				got, err := reading.Check(context.Background(), sources[i], nil)
				require.NoError(t, err)
				assert.Equal(t, d, got, src.Name())
			}
			assert.Equal(t, src.Name(), sources[i].Name())
			assert.Equal(t, pcm.CDDA, sources[i].Format())
			assert.Equal(t, want.Frames(), sources[i].Frames())
			size += 4 * want.Frames()
		}
		assert.Equal(t, size, s.Size())
		part, err := pcm.Section("part", sources[1], 20000, 588)
		require.NoError(t, err)
		d, err := reading.Check(context.Background(), part, nil)
		require.NoError(t, err)
		assert.Equal(t, int64(588), d.Frames)
		require.NoError(t, s.Close())
		require.NoError(t, s.Close(), "again")
		leftovers(t, dir)
	}
}

func TestSpoolIsReadByManyAtOnce(t *testing.T) {
	s, err := New(context.Background(), mixed(), &Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer s.Close()
	var group sync.WaitGroup
	for i, src := range slices.Repeat(s.Sources(), 4) {
		group.Go(func() {
			d, err := reading.Check(context.Background(), src, nil)
			assert.NoError(t, err)
			assert.Equal(t, s.Digests()[i%5], d)
		})
	}
	group.Wait()
}

func TestClosedSpool(t *testing.T) {
	s, err := New(context.Background(), mixed()[:1], &Options{Dir: t.TempDir()})
	require.NoError(t, err)
	src := s.Sources()[0]
	r, err := src.Open()
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = r.Read(make([]byte, 4))
	assert.ErrorIs(t, err, fs.ErrClosed)
	require.NoError(t, r.Close())
	_, err = src.Open()
	assert.ErrorIs(t, err, pcm.ErrChanged)
	assert.ErrorContains(t, src.(pcm.Changer).Changed(), "its spool is closed")
}

func TestProgress(t *testing.T) {
	var mu sync.Mutex
	last := map[int]Progress{}
	var all int64
	s, err := New(context.Background(), mixed(), &Options{Dir: t.TempDir(), OnProgress: func(p Progress) {
		assert.True(t, mu.TryLock(), "one at a time")
		defer mu.Unlock()
		assert.Greater(t, p.AllDone, all)
		assert.Greater(t, p.Done, last[p.Source].Done)
		assert.Equal(t, mixed()[p.Source].Name(), p.Name)
		last[p.Source], all = p, p.AllDone
	}})
	require.NoError(t, err)
	defer s.Close()
	assert.Equal(t, s.Size()/4, all)
	for i, d := range s.Digests()[:4] {
		assert.Equal(t, d.Frames, last[i].Done)
		assert.Equal(t, d.Frames, last[i].Total)
		assert.Equal(t, all, last[i].AllTotal)
	}
}

func TestGainAndClipping(t *testing.T) {
	loud := pcm.FromBytes("loud.wav", pcm.CDDA, []byte{0, 0x60, 0, 0xA0})
	louder, err := convert.Convert(loud, convert.Options{Gain: 2})
	require.NoError(t, err)
	s, err := New(context.Background(), []pcm.Source{louder}, &Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer s.Close()
	assert.Equal(t, int64(2), s.Digests()[0].Clipped)
	d, err := reading.Check(context.Background(), s.Sources()[0], nil)
	require.NoError(t, err)
	assert.Equal(t, int64(2), d.Clipped, "known when it is read again")
}

// broken is a source that ends early.
type broken struct {
	pcm.Source
	err    error
	before int
	change error
}

func (b broken) Changed() error { return b.change }

func (b broken) Open() (io.ReadCloser, error) {
	r := io.Reader(bytes.NewReader(make([]byte, b.before)))
	if b.err != nil {
		r = io.MultiReader(r, iotest.ErrReader(b.err))
	}
	return io.NopCloser(r), nil
}

// All bad sources are reported, with the position; no files remain.
func TestBadSources(t *testing.T) {
	dir := t.TempDir()
	sources := mixed()
	sources[1] = broken{Source: sources[1], before: 400000}
	sources[3] = broken{Source: sources[3], before: 1200, err: errDisk}
	_, err := New(context.Background(), sources, &Options{Dir: dir})
	require.ErrorIs(t, err, pcm.ErrShort)
	require.ErrorIs(t, err, errDisk)
	assert.Regexp(t, "^studio.flac: byte 400000 of the audio: .*\nfilm.wav: byte 1200 of the audio: the disk is gone$", err.Error())
	leftovers(t, dir)

	_, err = New(context.Background(), []pcm.Source{pcm.FromBytes("slow.wav", pcm.Format{SampleRate: 10, Channels: 1}, nil)}, &Options{Dir: dir})
	assert.ErrorIs(t, err, pcm.ErrUnsupportedFormat)
	assert.ErrorContains(t, err, "slow.wav")
}

// A file that changes while it is converted is noticed.
func TestSourceChanges(t *testing.T) {
	dir := t.TempDir()
	src := &broken{Source: pcm.FromBytes("x.wav", pcm.CDDA, make([]byte, 400)), before: 400}
	_, err := New(context.Background(), []pcm.Source{src}, &Options{Dir: dir, OnProgress: func(Progress) { src.change = pcm.ErrChanged }})
	assert.ErrorIs(t, err, pcm.ErrChanged)
	assert.ErrorContains(t, err, "x.wav: byte 400")
	leftovers(t, dir)
	src.change = pcm.ErrChanged
	_, err = New(context.Background(), []pcm.Source{src}, &Options{Dir: dir})
	assert.ErrorIs(t, err, pcm.ErrChanged)
}

func TestCancel(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := New(ctx, mixed(), &Options{Dir: dir, OnProgress: func(Progress) { cancel() }})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "context canceled", err.Error(), "said once")
	leftovers(t, dir)
	_, err = Capture(ctx, "pipe", pcm.CDDA, bytes.NewReader(nil), &Options{Dir: dir})
	assert.ErrorIs(t, err, context.Canceled)
	leftovers(t, dir)
}

// A decoder that panics leaves no files, and the panic reaches the caller.
func TestPanic(t *testing.T) {
	dir := t.TempDir()
	var closed int
	opts := &Options{Dir: dir, system: realSystem()}
	opts.system.create = func(dir string) (file, error) {
		f, err := createTemp(dir)
		return counted{f, &closed}, err
	}
	opts.OnProgress = func(p Progress) {
		if p.Source == 1 || p.Total == 0 {
			panic("index out of range")
		}
	}
	assert.PanicsWithError(t, "index out of range", func() {
		defer func() {
			v := recover()
			require.NotNil(t, v)
			assert.ErrorContains(t, v.(error), "TestPanic", "with the stack")
			panic(errors.New("index out of range"))
		}()
		_, _ = New(context.Background(), mixed(), opts)
	})
	assert.Positive(t, closed)
	leftovers(t, dir)
	assert.Panics(t, func() {
		_, _ = Capture(context.Background(), "pipe", pcm.CDDA, bytes.NewReader(make([]byte, 40)), opts)
	})
	leftovers(t, dir)
}

// counted counts how often files are closed.
type counted struct {
	file
	n *int
}

func (c counted) Close() error {
	*c.n++
	return c.file.Close()
}

// full is a file on a disk with room for this many bytes.
type full struct {
	file
	room *int
	err  error
}

func (f full) Write(p []byte) (int, error) {
	if *f.room -= len(p); *f.room < 0 {
		return 0, f.err
	}
	return f.file.Write(p)
}

func TestDiskGetsFull(t *testing.T) {
	if !isFull(syscall.ENOSPC) {
		t.Log("the error of a full disk differs on this system")
	}
	for _, tc := range []struct {
		err  error
		full bool
	}{{&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, isFull(syscall.ENOSPC)}, {errDisk, false}} {
		dir := t.TempDir()
		room := 500000
		opts := &Options{Dir: dir, Workers: 1, system: realSystem()}
		opts.system.create = func(dir string) (file, error) {
			f, err := createTemp(dir)
			return full{f, &room, tc.err}, err
		}
		_, err := New(context.Background(), mixed(), opts)
		require.ErrorIs(t, err, tc.err)
		assert.Equal(t, tc.full, errors.Is(err, ErrNoSpace))
		assert.ErrorContains(t, err, "spool of ")
		if tc.full {
			assert.ErrorContains(t, err, "not enough room on the disk: "+dir+" is full: make room or name another folder")
			assert.NotErrorIs(t, err, context.Canceled, "the others stopped, which isn't reported")
		}
		leftovers(t, dir)
	}
}

func TestRoomIsAskedForFirst(t *testing.T) {
	free := map[string]int64{"/memory": 1000000, "/small": 300000, "/disk": 1 << 40}
	created := ""
	opts := &Options{Workers: 1, system: system{
		create: func(dir string) (file, error) { created = dir; return nil, errDisk },
		free:   func(dir string) (int64, bool) { n, ok := free[dir]; return n, ok },
		dirs:   func() []string { return []string{"/memory", "/small"} },
	}}
	_, err := New(context.Background(), mixed(), opts)
	require.ErrorIs(t, err, ErrNoSpace)
	assert.EqualError(t, err, "not enough room on the disk: the converted audio takes 2 MB until the disc is written, "+
		"but /memory has 1 MB and /small has 0 MB: make room or name another folder")
	assert.Empty(t, created, "no conversion started")

	opts.system.dirs = func() []string { return []string{"/memory", "/disk"} }
	_, err = New(context.Background(), mixed(), opts)
	assert.ErrorIs(t, err, errDisk)
	assert.Equal(t, "/disk", created, "the first with room")

	for _, dir := range []string{"/nobody knows", "/disk"} {
		opts.Dir = dir
		_, err = New(context.Background(), mixed(), opts)
		assert.ErrorIs(t, err, errDisk)
		assert.Equal(t, dir, created)
	}
	opts.Dir = "/small"
	_, err = New(context.Background(), mixed(), opts)
	assert.ErrorContains(t, err, "/small has 0 MB")
	_, err = Capture(context.Background(), "pipe", pcm.CDDA, bytes.NewReader(nil), opts)
	assert.ErrorIs(t, err, errDisk, "the need of a pipe is unknown")
}

func TestRealSystem(t *testing.T) {
	dirs := tempDirs()
	require.NotEmpty(t, dirs)
	assert.Equal(t, os.TempDir(), dirs[0])
	n, ok := freeBytes(dirs[0])
	assert.True(t, !ok || n > 0)
	_, ok = freeBytes("/no/such/folder\x00")
	assert.False(t, ok)
	_, err := createTemp("/no/such/folder")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.False(t, isFull(errDisk))
	s, err := New(context.Background(), mixed()[:1], nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

func TestCapture(t *testing.T) {
	dir := t.TempDir()
	f := pcm.Format{SampleRate: 96000, Channels: 2, Encoding: pcm.S24}
	data := music(5, 300000, 3)
	var steps []Progress
	s, err := Capture(context.Background(), "stdin", f, iotest.HalfReader(bytes.NewReader(data)), &Options{Dir: dir, OnProgress: func(p Progress) { steps = append(steps, p) }})
	require.NoError(t, err)
	src := s.Sources()[0]
	assert.Equal(t, "stdin", src.Name())
	assert.Equal(t, f, src.Format())
	assert.Equal(t, int64(300000), src.Frames())
	r, err := src.Open()
	require.NoError(t, err)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(data, got))
	assert.Greater(t, len(steps), 3)
	assert.Zero(t, steps[0].Total)
	want, err := reading.Check(context.Background(), pcm.FromBytes("", f, data), nil)
	require.NoError(t, err)
	assert.Equal(t, want, s.Digests()[0])
	require.NoError(t, s.Close())

	_, err = Capture(context.Background(), "stdin", f, bytes.NewReader(data[:601]), &Options{Dir: dir})
	require.ErrorIs(t, err, pcm.ErrShort)
	assert.ErrorContains(t, err, "stdin: byte 601 of the audio: the audio ends early: the last frame has 1 of 6 bytes")
	_, err = Capture(context.Background(), "stdin", f, io.MultiReader(bytes.NewReader(data[:600]), iotest.ErrReader(errDisk)), &Options{Dir: dir})
	require.ErrorIs(t, err, errDisk)
	assert.ErrorContains(t, err, "stdin: byte 600 of the audio")
	_, err = Capture(context.Background(), "stdin", pcm.Format{}, bytes.NewReader(nil), nil)
	assert.ErrorIs(t, err, pcm.ErrUnsupportedFormat)
	leftovers(t, dir)
}

// A truncated spool file is noticed.
func TestSpoolFileChanges(t *testing.T) {
	s, err := New(context.Background(), mixed()[:1], &Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer s.Close()
	tr := s.tracks[0]
	tr.size++
	_, err = tr.Open()
	assert.ErrorIs(t, err, pcm.ErrChanged)
	assert.ErrorContains(t, err, "has 400000 bytes instead of 400001")
	require.NoError(t, tr.file.Close())
	assert.ErrorIs(t, tr.Changed(), fs.ErrClosed)
	tr.closed = true
}
