package pcm

import (
	"bytes"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenRefusesWrongLengths(t *testing.T) {
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
			err := readExactly(tc.src)
			assert.ErrorIs(t, err, tc.want, tc.name)
			assert.ErrorContains(t, err, tc.text, tc.name)
			var re *ReadError
			require.ErrorAs(t, err, &re, tc.name)
			assert.Equal(t, tc.offset, re.Offset, tc.name)
			assert.Equal(t, "fake.wav", re.Name)
		}
	}
	err := readExactly(FromBytes("x", CDDA, ramp(401)))
	assert.ErrorIs(t, err, ErrLong, "a part of a frame at the end")
	err = readExactly(FromBytes("x", Format{}, nil))
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

// A reader that has failed keeps failing, and never returns more than was promised.
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
		require.NoError(t, advance(r, 0))
		require.NoError(t, advance(r, 1000))
		p := make([]byte, 8)
		_, err = io.ReadFull(r, p)
		require.NoError(t, err)
		assert.Equal(t, data[1000:1008], p)
		require.ErrorIs(t, advance(r, 2993), ErrShort, "not beyond the promised end")
		require.ErrorContains(t, advance(r, -1), "forward only")
		_, err = r.Seek(0, io.SeekStart)
		require.ErrorContains(t, err, "byte 1008 of the audio: the audio is read forward only")
		require.NoError(t, advance(r, 2992))
		_, err = r.Read(p)
		assert.Equal(t, io.EOF, err)
	}
	assert.Equal(t, 8, read, "what can seek isn't read")

	r, err := Open(&fake{format: CDDA, frames: 1000, data: data[:2000]})
	require.NoError(t, err)
	require.ErrorIs(t, advance(r, 3000), ErrShort)
	require.ErrorIs(t, advance(r, 4), ErrShort, "and stays so")
}

// readExactly reads a source to its end.
func readExactly(src Source) error {
	r, err := Open(src)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	return err
}

// advance skips n bytes.
func advance(r io.Seeker, n int64) error {
	_, err := r.Seek(n, io.SeekCurrent)
	return err
}
