package pcm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The hash is xxHash64 with seed 0: the values are from the test of its Go port
// (cespare/xxhash), which took them from the original program.
func TestDigestIsXXHash64(t *testing.T) {
	for text, want := range map[string]uint64{
		"":     0xef46db3751d8e999,
		"abcd": 0xde0327b0d25d92cc,
	} {
		d, err := Check(context.Background(), FromBytes("x", format(44100, 1, U8), []byte(text)), nil)
		require.NoError(t, err)
		assert.Equal(t, int64(len(text)), d.Frames)
		assert.Equal(t, want, d.Hash, text)
	}
}

func TestCheckTellsSourcesApart(t *testing.T) {
	data := ramp(400000)
	one, err := Check(context.Background(), FromBytes("x", CDDA, data), nil)
	require.NoError(t, err)
	again, err := Check(context.Background(), &fake{format: CDDA, frames: 100000, data: data, small: true}, nil)
	require.NoError(t, err)
	assert.Equal(t, one, again, "the size of the reads doesn't matter")
	data[399999] ^= 1
	other, err := Check(context.Background(), FromBytes("x", CDDA, data), nil)
	require.NoError(t, err)
	assert.NotEqual(t, one.Hash, other.Hash, "one bit does")
}

func TestCheckRefusesWrongLengths(t *testing.T) {
	for _, tc := range []struct {
		name   string
		src    *fake
		want   error
		offset int64
		text   string
	}{
		{"short", &fake{frames: 100, data: ramp(399)}, ErrShort, 399, "fake.wav: byte 399 of the audio: the audio ends early: 399 of 400"},
		{"empty", &fake{frames: 100}, ErrShort, 0, "0 of 400"},
		{"long", &fake{frames: 100, data: ramp(401)}, ErrLong, 400, "byte 400 of the audio: the audio continues"},
		{"unexpected", &fake{frames: 100, data: ramp(200), tail: io.ErrUnexpectedEOF}, ErrShort, 200, "200 of 400"},
		{"broken", &fake{frames: 100, data: ramp(200), tail: errDisk}, errDisk, 200, "byte 200 of the audio: the disk is gone"},
		{"broken end", &fake{frames: 100, data: ramp(400), tail: errDisk}, errDisk, 400, "byte 400"},
		{"not there", &fake{frames: 100, openErr: errDisk}, errDisk, 0, "byte 0"},
		{"changed", &fake{frames: 100, data: ramp(400), change: ErrChanged}, ErrChanged, 0, "has changed"},
	} {
		for _, small := range []bool{false, true} {
			tc.src.format, tc.src.small = CDDA, small
			_, err := Check(context.Background(), tc.src, nil)
			assert.ErrorIs(t, err, tc.want, tc.name)
			assert.ErrorContains(t, err, tc.text, tc.name)
			var re *ReadError
			require.ErrorAs(t, err, &re, tc.name)
			assert.Equal(t, tc.offset, re.Offset, tc.name)
			assert.Equal(t, "fake.wav", re.Name)
		}
	}
	_, err := Check(context.Background(), FromBytes("x", CDDA, ramp(401)), nil)
	assert.ErrorIs(t, err, ErrLong, "a part of a frame at the end")
	_, err = Check(context.Background(), FromBytes("x", Format{}, nil), nil)
	assert.ErrorIs(t, err, ErrUnsupportedFormat)
}

// A source can't promise more than it has.
func TestOpenRefusesImpossibleLengths(t *testing.T) {
	for _, frames := range []int64{-1, math.MinInt64, math.MaxInt64/4 + 1, math.MaxInt64} {
		_, err := Open(&fake{format: CDDA, frames: frames})
		require.ErrorIs(t, err, ErrShort)
		assert.ErrorContains(t, err, "fake.wav: byte 0 of the audio")
	}
}

// A file that changes while it is read is noticed at the end.
func TestCheckLooksAgainAtTheEnd(t *testing.T) {
	src := &fake{format: CDDA, frames: 200000, data: ramp(800000)}
	_, err := Check(context.Background(), src, func(done, _ int64) {
		if done == 200000 {
			src.change = ErrChanged
		}
	})
	assert.ErrorIs(t, err, ErrChanged)
}

func TestCheckProgressAndCancel(t *testing.T) {
	src := Silence("s", 588*1000)
	var steps []int64
	_, err := Check(context.Background(), src, func(done, total int64) {
		assert.Equal(t, int64(588*1000), total)
		steps = append(steps, done)
	})
	require.NoError(t, err)
	assert.Greater(t, len(steps), 3)
	assert.IsIncreasing(t, steps)
	assert.Equal(t, int64(588*1000), steps[len(steps)-1])

	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err = Check(ctx, src, func(_, _ int64) { n++; cancel() })
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, n, "stops at once")
}

// A Reader that has failed keeps failing, and never returns more than was promised.
func TestReaderErrorsStay(t *testing.T) {
	closed := 0
	r, err := Open(&fake{format: CDDA, frames: 10, data: ramp(20), closed: &closed})
	require.NoError(t, err)
	n, err := r.Read(nil)
	assert.Zero(t, n)
	require.NoError(t, err)
	_, err = io.ReadAll(r)
	require.ErrorIs(t, err, ErrShort)
	_, again := r.Read(make([]byte, 1))
	assert.Equal(t, err, again)
	require.NoError(t, r.Close())
	assert.Equal(t, 1, closed)

	r, err = Open(FromBytes("x", CDDA, ramp(40)))
	require.NoError(t, err)
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, ramp(40), data)
	_, err = r.Read(make([]byte, 1))
	assert.Equal(t, io.EOF, err)
}

type failingClose struct{ *fake }

func (f failingClose) Open() (io.ReadCloser, error) {
	r, err := f.fake.Open()
	return struct {
		io.Reader
		io.Closer
	}{r, badCloser{}}, err
}

type badCloser struct{}

func (badCloser) Close() error { return errDisk }

func TestCheckReportsAFailingClose(t *testing.T) {
	_, err := Check(context.Background(), failingClose{&fake{format: CDDA, frames: 1, data: ramp(4)}}, nil)
	assert.ErrorIs(t, err, errDisk)
	_, err = Check(context.Background(), failingClose{&fake{format: CDDA, frames: 2, data: ramp(4)}}, nil)
	assert.ErrorIs(t, err, ErrShort, "the first cause stays first")
}

// Reading in pieces of any size returns the same bytes and the same digest.
func TestReaderInPieces(t *testing.T) {
	data := ramp(10000)
	want, err := Check(context.Background(), FromBytes("x", CDDA, data), nil)
	require.NoError(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		r, err := Open(FromBytes("x", CDDA, data))
		if err != nil {
			rt.Fatal(err)
		}
		var got []byte
		for {
			p := make([]byte, rapid.IntRange(1, 3000).Draw(rt, "size"))
			n, err := r.Read(p)
			got = append(got, p[:n]...)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		if string(got) != string(data) || r.Digest() != want {
			rt.Fatalf("%d bytes, %v, want %v", len(got), r.Digest(), want)
		}
	})
}

// seeking is a fake whose readers can seek, and count the bytes read.
type seeking struct {
	*fake
	read *int
}

func (f seeking) Open() (io.ReadCloser, error) { return &seeker{bytes.NewReader(f.data), f.read}, nil }

type seeker struct {
	*bytes.Reader
	read *int
}

func (s *seeker) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	*s.read += n
	return n, err
}

func (s *seeker) Close() error { return nil }

func TestReaderSkips(t *testing.T) {
	data, read := ramp(4000), 0
	f := &fake{format: CDDA, frames: 1000, data: data}
	for _, src := range []Source{f, seeking{f, &read}} {
		r, err := Open(src)
		require.NoError(t, err)
		require.NoError(t, r.Skip(0))
		require.NoError(t, r.Skip(1000))
		p := make([]byte, 8)
		_, err = io.ReadFull(r, p)
		require.NoError(t, err)
		assert.Equal(t, data[1000:1008], p)
		require.ErrorIs(t, r.Skip(2993), ErrShort, "not beyond the promised end")
		require.ErrorIs(t, r.Skip(-1), ErrShort)
		require.NoError(t, r.Skip(2992))
		_, err = r.Read(p)
		assert.Equal(t, io.EOF, err)
	}
	assert.Equal(t, 8, read, "what can seek isn't read")

	r, err := Open(&fake{format: CDDA, frames: 1000, data: data[:2000]})
	require.NoError(t, err)
	require.ErrorIs(t, r.Skip(3000), ErrShort)
	require.ErrorIs(t, r.Skip(4), ErrShort, "and stays so")
}
