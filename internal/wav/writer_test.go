package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// memory is a file in memory that may fail.
type memory struct {
	b     []byte
	at    int64
	fails int // at the n-th call; 0 never
	calls int
}

var errFull = errors.New("no space left")

func (m *memory) fail() error {
	m.calls++
	if m.calls == m.fails {
		return errFull
	}
	return nil
}

func (m *memory) Write(p []byte) (int, error) {
	if err := m.fail(); err != nil {
		return 0, err
	}
	if need := int(m.at) + len(p); need > len(m.b) {
		m.b = append(m.b, make([]byte, need-len(m.b))...)
	}
	n := copy(m.b[m.at:], p)
	m.at += int64(n)
	return n, nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	if err := m.fail(); err != nil {
		return 0, err
	}
	if whence == io.SeekCurrent {
		offset += m.at
	}
	m.at = offset
	return offset, nil
}

// The classic header, byte by byte as the RIFF specification of 1991 lays it out.
func TestClassicHeader(t *testing.T) {
	var m memory
	w, err := NewWriter(&m, pcm.CDDA, nil)
	require.NoError(t, err)
	_, err = w.Write([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	want := []byte("RIFF\x2C\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x44\xAC\x00\x00\x10\xB1\x02\x00\x04\x00\x10\x00data\x08\x00\x00\x00" +
		"\x01\x02\x03\x04\x05\x06\x07\x08")
	assert.Equal(t, want, m.b)
	assert.Equal(t, int64(len(want)), m.at, "the writer stands behind the file")
	require.NoError(t, w.Close(), "twice does nothing")
	_, err = w.Write([]byte{1})
	assert.ErrorIs(t, err, os.ErrClosed)
}

// The reader reads the output of the writer, in every format and with any division into
// Writes; pipes read it as well.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		format := pcm.Format{
			SampleRate: rapid.SampledFrom([]int{8000, 44100, 48000, 192000}).Draw(rt, "rate"),
			Channels:   rapid.IntRange(1, 9).Draw(rt, "channels"),
			Encoding:   rapid.SampledFrom([]pcm.Encoding{pcm.U8, pcm.S16, pcm.S24, pcm.S32, pcm.F32, pcm.F64}).Draw(rt, "encoding"),
		}
		audio := music(rapid.IntRange(1, 500).Draw(rt, "frames") * format.FrameBytes())
		before := rapid.IntRange(0, 10).Draw(rt, "before")
		m := memory{b: make([]byte, before), at: int64(before)}
		w, err := NewWriter(&m, format, &WriterOptions{Large: rapid.Bool().Draw(rt, "large")})
		if err != nil {
			rt.Fatal(err)
		}
		for rest := audio; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "write")
			if got, err := w.Write(rest[:n]); got != n || err != nil {
				rt.Fatal(got, err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		data := m.b[before:]
		f, err := open(data)
		if err != nil {
			rt.Fatal(err)
		}
		r, _ := f.Open()
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, audio) || f.Format() != format {
			rt.Fatalf("%v: %v, %d of %d bytes", f.Format(), err, len(got), len(audio))
		}
		if len(data)%2 != 0 || int(binary.LittleEndian.Uint32(data[4:]))+8 != len(data) {
			rt.Fatalf("%d bytes, RIFF size %d", len(data), binary.LittleEndian.Uint32(data[4:]))
		}
		s, err := Decode("pipe", bytes.NewReader(data))
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := io.ReadAll(s); err != nil || !bytes.Equal(got, audio) {
			rt.Fatal(err)
		}
	})
}

// endless is a file without contents: it stores only the beginning.
type endless struct {
	head [200]byte
	at   int64
}

func (e *endless) Write(p []byte) (int, error) {
	if e.at < int64(len(e.head)) {
		copy(e.head[e.at:], p)
	}
	e.at += int64(len(p))
	return len(p), nil
}

func (e *endless) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		offset += e.at
	}
	e.at = offset
	return offset, nil
}

// ReadAt reads the stored beginning, followed by zeros.
func (e *endless) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if off < int64(len(e.head)) {
		copy(p, e.head[off:])
	}
	return len(p), nil
}

// Beyond 4 GiB the file becomes RF64 with its sizes in ds64 (EBU Tech 3306), and can be
// read back.
func TestRF64(t *testing.T) {
	var e endless
	w, err := NewWriter(&e, pcm.CDDA, &WriterOptions{Large: true})
	require.NoError(t, err)
	block := make([]byte, 1<<26)
	for range 65 {
		_, err := w.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	const size = 65 << 26
	le := binary.LittleEndian
	assert.Equal(t, "RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\x00\x00\x00", string(e.head[:20]))
	assert.Equal(t, uint64(size+80-8), le.Uint64(e.head[20:]))
	assert.Equal(t, uint64(size), le.Uint64(e.head[28:]))
	assert.Equal(t, uint64(size/4), le.Uint64(e.head[36:]))
	assert.Equal(t, "data\xFF\xFF\xFF\xFF", string(e.head[72:80]))

	f, err := openAt("big.wav", &e, size+80)
	require.NoError(t, err)
	assert.Equal(t, int64(size/4), f.Frames())
}

func TestTooLongForRIFF(t *testing.T) {
	var e endless
	w, err := NewWriter(&e, pcm.CDDA, nil)
	require.NoError(t, err)
	w.limit = 1000
	_, err = w.Write(make([]byte, 960))
	require.NoError(t, err)
	_, err = w.Write(make([]byte, 8))
	assert.ErrorIs(t, err, ErrTooLong)
	_, err = w.Write(make([]byte, 1))
	assert.ErrorIs(t, err, ErrTooLong, "it stays")
	assert.ErrorIs(t, w.Close(), ErrTooLong)
}

// With room for RF64 a short file stays a RIFF, with a JUNK chunk in that room.
func TestLargeButShort(t *testing.T) {
	var m memory
	w, err := NewWriter(&m, pcm.CDDA, &WriterOptions{Large: true})
	require.NoError(t, err)
	_, err = w.Write(music(40))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	assert.Equal(t, "RIFF", string(m.b[:4]))
	assert.Equal(t, "JUNK", string(m.b[12:16]))
	assert.Len(t, m.b, 80+40)
}

func TestWriterRefuses(t *testing.T) {
	for _, f := range []pcm.Format{{}, {SampleRate: 44100, Channels: 2, Encoding: 77}, {SampleRate: 0, Channels: 2}, {SampleRate: 44100, Channels: 40000}} {
		_, err := NewWriter(&memory{}, f, nil)
		assert.ErrorIs(t, err, ErrUnsupported)
	}
	var m memory
	w, err := NewWriter(&m, pcm.CDDA, nil)
	require.NoError(t, err)
	_, err = w.Write(music(6))
	require.NoError(t, err)
	err = w.Close()
	assert.ErrorIs(t, err, ErrTruncated)
	assert.ErrorContains(t, err, "output: byte 50: ")
}

// A full disk is reported wherever it happens, with the name of the file.
func TestWriterErrors(t *testing.T) {
	for n := 1; ; n++ {
		m := memory{fails: n}
		err := func() error {
			w, err := NewWriter(&m, pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.U8}, nil)
			if err != nil {
				return err
			}
			_, werr := w.Write(music(33))
			if cerr := w.Close(); werr != nil {
				require.ErrorIs(t, cerr, errFull)
				return werr
			} else {
				return cerr
			}
		}()
		if m.calls < n {
			require.NoError(t, err)
			require.Greater(t, n, 6)
			return
		}
		require.ErrorIs(t, err, errFull, "call %d", n)
		require.EqualError(t, err, "output: "+errFull.Error(), "a byte would say nothing")
	}
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.wav")
	w, err := Create(path, pcm.CDDA, nil)
	require.NoError(t, err)
	_, err = w.Write(music(400))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	f, err := Open(path)
	require.NoError(t, err)
	assert.Equal(t, int64(100), f.Frames())

	_, err = Create(path, pcm.CDDA, nil)
	assert.ErrorIs(t, err, os.ErrExist, "nothing is overwritten")
	_, err = Create(path+"2", pcm.Format{}, nil)
	assert.ErrorIs(t, err, ErrUnsupported)
	_, err = os.Stat(path + "2")
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing is left behind")
}
