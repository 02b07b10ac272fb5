package wav

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

func TestGoodFiles(t *testing.T) {
	audio := music(240)
	data := chunkOf("data", audio)
	list := chunkOf("LIST", []byte("INFOISFT\x05\x00\x00\x00Lavf\x00\x00"))
	odd := chunkOf("bext", music(33))
	unpaddedOdd := odd[:len(odd)-1]
	rf64 := func(name string, chunks ...[]byte) []byte { return form(name, 0xFFFFFFFF, chunks...) }
	open0 := sized("data", 0, audio)
	openF := sized("data", 0xFFFFFFFF, audio)
	for _, tc := range []struct {
		name  string
		data  []byte
		f     pcm.Format
		valid int
	}{
		{"the disc's own", riff(cd(), data), pcm.CDDA, 16},
		{"LIST before data", riff(cd(), list, data), pcm.CDDA, 16},
		{"LIST before fmt", riff(list, cd(), data), pcm.CDDA, 16},
		{"odd chunk, padded", riff(odd, cd(), data), pcm.CDDA, 16},
		{"odd chunk, pad forgotten", riff(unpaddedOdd, cd(), data), pcm.CDDA, 16},
		{"odd chunk before data, pad forgotten", riff(cd(), unpaddedOdd, data), pcm.CDDA, 16},
		{"odd chunk, pad not zero", riff(append(bytes.Clone(unpaddedOdd), 'A'), cd(), data), pcm.CDDA, 16},
		{"fmt of 18 bytes", riff(chunkOf("fmt ", append(cd()[8:], 0, 0)), data), pcm.CDDA, 16},
		{"fmt of 17 bytes", riff(chunkOf("fmt ", append(cd()[8:], 0)), data), pcm.CDDA, 16},
		{"fmt of 60 bytes", riff(chunkOf("fmt ", append(extensible(1, 2, 16, 16)[8:], make([]byte, 20)...)), data), pcm.CDDA, 16},
		{"bytes per second wrong", riff(wrongRate(), data), pcm.CDDA, 16},
		{"mono 8", riff(fmtOf(1, 1, 11025, 8), data), pcm.Format{SampleRate: 11025, Channels: 1, Encoding: pcm.U8}, 8},
		{"mono 16", riff(fmtOf(1, 1, 44100, 16), data), pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.S16}, 16},
		{"12 in 16", riff(fmtOf(1, 2, 44100, 12), data), pcm.CDDA, 12},
		{"24", riff(fmtOf(1, 2, 48000, 24), data), pcm.Format{SampleRate: 48000, Channels: 2, Encoding: pcm.S24}, 24},
		{"20 in 24", riff(extensible(1, 2, 24, 20), data), pcm.Format{SampleRate: 44100, Channels: 2, Encoding: pcm.S24}, 20},
		{"20 plain", riff(fmtOf(1, 2, 44100, 20), data), pcm.Format{SampleRate: 44100, Channels: 2, Encoding: pcm.S24}, 20},
		{"24 in 32", riff(extensible(1, 2, 32, 24), data), pcm.Format{SampleRate: 44100, Channels: 2, Encoding: pcm.S32}, 24},
		{"valid bits not said", riff(extensible(1, 2, 16, 0), data), pcm.CDDA, 16},
		{"32", riff(fmtOf(1, 2, 96000, 32), data), pcm.Format{SampleRate: 96000, Channels: 2, Encoding: pcm.S32}, 32},
		{"float", riff(fmtOf(3, 2, 44100, 32), data), pcm.Format{SampleRate: 44100, Channels: 2, Encoding: pcm.F32}, 32},
		{"double", riff(fmtOf(3, 1, 44100, 64), data), pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.F64}, 64},
		{"extensible float", riff(extensible(3, 2, 32, 32), data), pcm.Format{SampleRate: 44100, Channels: 2, Encoding: pcm.F32}, 32},
		{"six channels", riff(fmtOf(1, 6, 44100, 16), data), pcm.Format{SampleRate: 44100, Channels: 6, Encoding: pcm.S16}, 16},
		{"pipe: sizes FFFFFFFF", form("RIFF", 0xFFFFFFFF, cd(), list, openF), pcm.CDDA, 16},
		{"pipe: sizes 0", form("RIFF", 0, cd(), open0), pcm.CDDA, 16},
		{"pipe: RIFF size of the header alone", form("RIFF", 36, cd(), open0), pcm.CDDA, 16},
		{"pipe: RIFF size right, data open", riff(cd(), openF), pcm.CDDA, 16},
		{"pipe: SoX", form("RIFF", 0x7FFFF024, cd(), sized("data", 0x7FFFF000, audio)), pcm.CDDA, 16},
		{"pipe: 80000000", form("RIFF", 0x80000024, cd(), sized("data", 0x80000000, audio)), pcm.CDDA, 16},
		{"RF64", rf64("RF64", chunkOf("ds64", ds64Of(240, 0)), cd(), openF), pcm.CDDA, 16},
		{"BW64", rf64("BW64", chunkOf("ds64", ds64Of(240, 0)), cd(), list, openF), pcm.CDDA, 16},
		{"RF64 with plain data size", rf64("RF64", chunkOf("ds64", ds64Of(9, 0)), cd(), data), pcm.CDDA, 16},
		{"RF64, ds64 left open", rf64("RF64", chunkOf("ds64", ds64Of(0, 0)), cd(), openF), pcm.CDDA, 16},
		{"RF64, ds64 all ones", rf64("RF64", chunkOf("ds64", ds64Of(1<<64-1, 0)), cd(), openF), pcm.CDDA, 16},
		{"RF64 with a table", rf64("RF64", tabled(), cd(), sized("axml", 0xFFFFFFFF, music(64)), openF), pcm.CDDA, 16},
		{"RIFF with a stray ds64", riff(chunkOf("ds64", make([]byte, 8)), cd(), data), pcm.CDDA, 16},
		{"RIFF size too small", form("RIFF", 100, cd(), data), pcm.CDDA, 16},
		{"RIFF size too large", form("RIFF", 100000, cd(), data), pcm.CDDA, 16},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, got := samples(t, tc.data)
			assert.Equal(t, tc.f, f.Format())
			assert.Equal(t, tc.valid, f.ValidBits())
			assert.Equal(t, audio, got)
			s, got := streamed(t, tc.data)
			assert.Equal(t, tc.f, s.Format())
			assert.Equal(t, audio, got)
		})
	}
}

func wrongRate() []byte {
	c := bytes.Clone(cd())
	copy(c[16:20], []byte{1, 2, 3, 4})
	return c
}

// tabled is a ds64 chunk whose table has the size of an axml chunk.
func tabled() []byte {
	b := append(ds64Of(240, 1), "axml"...)
	return chunkOf("ds64", append(b, 64, 0, 0, 0, 0, 0, 0, 0))
}

// Chunks after the audio don't become part of it.
func TestChunksBehindTheAudio(t *testing.T) {
	for name, tail := range map[string][]byte{
		"LIST":       chunkOf("LIST", []byte("INFO")),
		"id3":        chunkOf("id3 ", music(31)),
		"cut off":    sized("LIST", 5000, []byte("INFO")),
		"junk":       music(50),
		"zeros":      make([]byte, 50),
		"half chunk": []byte("LIS"),
	} {
		_, got := samples(t, riff(cd(), chunkOf("data", music(100)), tail))
		assert.Equal(t, music(100), got, name)
	}
	// Audio of odd length has a pad byte, which the search after it skips.
	_, err := open(riff(fmtOf(1, 1, 44100, 8), chunkOf("data", music(33)), chunkOf("data", music(33))))
	assert.ErrorIs(t, err, ErrMalformed)
	assert.ErrorContains(t, err, "a second data chunk")
}

// Bytes after the last whole frame are left out, and a placeholder size is taken for the
// rest of the file; both are noted.
func TestAssumptionsAreNoted(t *testing.T) {
	const unknown = "its header states no length"
	for _, tc := range []struct {
		name   string
		data   []byte
		frames int64
		note   string
	}{
		{"whole", riff(cd(), chunkOf("data", music(100))), 25, ""},
		{"one byte more", riff(cd(), chunkOf("data", music(101))), 25, "1 bytes after the last whole sample frame"},
		{"two bytes more", riff(cd(), chunkOf("data", music(102))), 25, "2 bytes after the last whole sample frame"},
		{"three bytes more, then a chunk", riff(cd(), chunkOf("data", music(103)), chunkOf("LIST", []byte("INFO"))), 25, "3 bytes after"},
		{"pad byte counted, and there", riff(fmtOf(1, 1, 44100, 24), sized("data", 34, music(34))), 11, "1 bytes after"},
		{"pad byte counted, and missing", riff(fmtOf(1, 1, 44100, 24), sized("data", 34, music(33))), 11, "counts a pad byte that is not there"},
		{"FFFFFFFFh", form("RIFF", 0xFFFFFFFF, cd(), sized("data", 0xFFFFFFFF, music(99))), 24, unknown},
		{"FFFFFFFFh less the header", form("RIFF", 0xFFFFFFFF, cd(), sized("data", 0xFFFFFFFF-36, music(100))), 25, unknown},
		{"FFFFFFFFh less all headers", form("RIFF", 0xFFFFFFFF-8, cd(), sized("data", 0xFFFFFFFF-44, music(100))), 25, unknown},
		{"7FFFFFFFh less the header", form("RIFF", 0x7FFFFFFF, cd(), sized("data", 0x7FFFFFFF-36, music(100))), 25, unknown},
		{"SoX", form("RIFF", 0x7FFFF024, cd(), sized("data", 0x7FFFF000, music(100))), 25, unknown},
		{"no size at all", form("RIFF", 0, cd(), sized("data", 0, music(100))), 25, unknown},
		{"no size, but for the file", riff(cd(), sized("data", 0, music(100))), 25, unknown},
		{"SoX's size, but that of the file is right", riff(cd(), sized("data", 0x7FFFF000, music(100))), 25, "but the file has the size that its RIFF header states, with 100"},
		{"four bytes too many, but the file is right", riff(cd(), sized("data", 104, music(100))), 25, "declares 104 bytes of audio"},
		{"three bytes too many", form("RIFF", 0xFFFF, cd(), sized("data", 103, music(100))), 25, "declares 3 bytes more than there are"},
		{"fmt twice", riff(cd(), cd(), chunkOf("data", music(100))), 25, ""},
		{"frame of 0 bytes", riff(chunkOf("fmt ", fmtBody(1, 2, 44100, 16, 0)), chunkOf("data", music(100))), 25, "states 0 bytes in a sample frame, which must be 4"},
		{"frame of 2 bytes, 176400 a second", riff(append(cd()[:20], append([]byte{2, 0}, cd()[22:]...)...), chunkOf("data", music(100))), 25, "states 2 bytes"},
		{"48 kHz, bytes per second for 44.1", riff(append(fmtOf(1, 2, 48000, 16)[:16], cd()[16:]...), chunkOf("data", music(100))), 25, "a sample rate of 48000 Hz, and bytes per second for 44100 Hz"},
		{"bytes per second that say nothing", riff(append(cd()[:16], append([]byte{1, 2, 0, 0}, cd()[20:]...)...), chunkOf("data", music(100))), 25, ""},
		{"text after it", append(riff(cd(), chunkOf("data", music(100))), "readable text"...), 25, "13 bytes after the end"},
		{"no size for the file only", form("RIFF", 0, cd(), sized("data", 0xFFFFFFFF-36, music(100))), 25, unknown},
	} {
		f, err := open(tc.data)
		require.NoError(t, err, tc.name)
		assert.Equal(t, tc.frames, f.Frames(), tc.name)
		if tc.note == "" {
			assert.Empty(t, f.Notes(), tc.name)
			continue
		}
		require.NotEmpty(t, f.Notes(), tc.name)
		assert.Contains(t, f.Notes()[0], tc.note, tc.name)
	}
}

func TestBigEndian(t *testing.T) {
	for _, tc := range []struct {
		chunk []byte
		width int
		enc   pcm.Encoding
	}{
		{fmtOf(1, 2, 44100, 16), 2, pcm.S16},
		{fmtOf(1, 2, 44100, 8), 1, pcm.U8},
		{fmtOf(1, 2, 44100, 24), 3, pcm.S24},
		{fmtOf(1, 2, 44100, 32), 4, pcm.S32},
		{fmtOf(3, 2, 44100, 64), 8, pcm.F64},
		{extensible(3, 2, 32, 32), 4, pcm.F32},
	} {
		audio := music(48 * 2000)
		data := bigEndian(t, riff(chunkOf("LIST", []byte("INFO")), tc.chunk, chunkOf("data", audio)), tc.width)
		f, got := samples(t, data)
		assert.Equal(t, pcm.Format{SampleRate: 44100, Channels: 2, Encoding: tc.enc}, f.Format())
		assert.True(t, bytes.Equal(audio, got), "delivered little-endian")
		s, got := streamed(t, data)
		assert.Equal(t, f.Format(), s.Format())
		assert.True(t, bytes.Equal(audio, got))

		part, err := pcm.Section("part", f, 7, 100)
		require.NoError(t, err)
		r, err := part.Open()
		require.NoError(t, err)
		got, err = io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, audio[7*2*tc.width:107*2*tc.width], got)
	}
	// A GUID whose numbers are swapped as well.
	data := bigEndian(t, riff(extensible(1, 2, 16, 16), chunkOf("data", music(40))), 2)
	copy(data[12+8+24:], []byte{0, 0, 0, 1, 0, 0, 0, 0x10})
	_, got := samples(t, data)
	assert.Equal(t, music(40), got)
	// A second data chunk is found there, too.
	_, err := open(bigEndian(t, riff(cd(), chunkOf("data", music(40)), chunkOf("data", music(40))), 2))
	assert.ErrorIs(t, err, ErrMalformed)
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o666))
	return path
}

func TestOpenPath(t *testing.T) {
	path := write(t, "a.wav", riff(cd(), chunkOf("data", music(400))))
	f, err := Open(path)
	require.NoError(t, err)
	assert.Equal(t, path, f.Name())
	assert.Equal(t, int64(100), f.Frames())
	d, err := reading.Check(context.Background(), f, nil)
	require.NoError(t, err)
	assert.Equal(t, int64(100), d.Frames)
	require.NoError(t, f.Changed())

	part, err := pcm.Section("part", f, 50, 10)
	require.NoError(t, err)
	r, err := part.Open()
	require.NoError(t, err)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	assert.Equal(t, music(400)[200:240], got)
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(dir)
	assert.ErrorContains(t, err, "a folder, not a file")
	missing := filepath.Join(dir, "missing.wav")
	for _, open := range []func(string) (*File, error){Open, OpenRaw} {
		_, err = open(missing)
		assert.ErrorIs(t, err, os.ErrNotExist)
		var e *Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, missing, e.Name)
		assert.Equal(t, missing+": no such file or directory", unix(err.Error()))
	}
	if null, err := os.Stat(os.DevNull); err == nil && !null.Mode().IsRegular() {
		_, err = Open(os.DevNull)
		assert.ErrorContains(t, err, "not a regular file")
	}
}

// the Unix message, which Windows words differently.
func unix(text string) string {
	const windows = "The system cannot find the file specified."
	if i := len(text) - len(windows); i > 0 && text[i:] == windows {
		return text[:i] + "no such file or directory"
	}
	return text
}

func TestOpenRaw(t *testing.T) {
	f, err := OpenRaw(write(t, "a.bin", music(2352)))
	require.NoError(t, err)
	assert.Equal(t, pcm.CDDA, f.Format())
	assert.Equal(t, int64(588), f.Frames())
	assert.Equal(t, 16, f.ValidBits())
	r, err := f.Open()
	require.NoError(t, err)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	assert.Equal(t, music(2352), got)

	_, err = OpenRaw(write(t, "b.bin", nil))
	assert.ErrorIs(t, err, ErrEmpty)
	_, err = OpenRaw(write(t, "c.bin", music(2351)))
	assert.ErrorIs(t, err, ErrTruncated)
	assert.ErrorContains(t, err, "byte 2348: ")
}

// Every change of a file between the plan and the burn is noticed.
func TestChanged(t *testing.T) {
	good := riff(cd(), chunkOf("data", music(400)))
	for name, change := range map[string]func(path string) error{
		"longer":   func(path string) error { return os.WriteFile(path, append(bytes.Clone(good), 0), 0o666) },
		"shorter":  func(path string) error { return os.Truncate(path, 100) },
		"touched":  func(path string) error { return os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)) },
		"removed":  os.Remove,
		"replaced": replaceKeepingTime,
	} {
		path := write(t, "a.wav", good)
		f, err := Open(path)
		require.NoError(t, err)
		require.NoError(t, change(path), name)
		err = f.Changed()
		assert.ErrorIs(t, err, pcm.ErrChanged, name)
		assert.ErrorContains(t, err, path, name)
		_, err = f.Open()
		assert.Error(t, err, name)
		_, err = reading.Check(context.Background(), f, nil)
		assert.ErrorIs(t, err, pcm.ErrChanged, name)
	}
}

// replaceKeepingTime puts another file of the same size and time in its place.
func replaceKeepingTime(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	other := path + ".new"
	return errors.Join(os.WriteFile(other, data, 0o666), os.Chtimes(other, info.ModTime(), info.ModTime()), os.Rename(other, path))
}

// A file cut while it is read ends with an error, never early or with silence.
func TestCutWhileReading(t *testing.T) {
	path := write(t, "a.wav", riff(cd(), chunkOf("data", music(400))))
	f, err := Open(path)
	require.NoError(t, err)
	r, err := f.Open()
	require.NoError(t, err)
	defer r.Close()
	_, err = io.ReadFull(r, make([]byte, 100))
	require.NoError(t, err)
	if err := os.Truncate(path, 244); err != nil {
		t.Log("this system doesn't cut files that are open:", err)
		return
	}
	rest, err := io.ReadAll(r)
	assert.Equal(t, music(400)[100:200], rest)
	assert.ErrorIs(t, err, ErrTruncated)
	assert.ErrorContains(t, err, "byte 244: ")
	assert.ErrorContains(t, err, "200 bytes before its audio does")
}

func TestConcurrentReadings(t *testing.T) {
	f, err := Open(write(t, "a.wav", riff(cd(), chunkOf("data", music(40000)))))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := f.Open()
			if assert.NoError(t, err) {
				got, err := io.ReadAll(r)
				assert.NoError(t, err)
				assert.True(t, bytes.Equal(music(40000), got))
				assert.NoError(t, r.Close())
			}
		})
	}
	wg.Wait()
}

func TestSeek(t *testing.T) {
	f, err := open(riff(cd(), chunkOf("data", music(400))))
	require.NoError(t, err)
	r, err := f.Open()
	require.NoError(t, err)
	s := r.(io.Seeker)
	for _, tc := range []struct {
		offset int64
		whence int
		want   int64
	}{{100, io.SeekStart, 100}, {20, io.SeekCurrent, 120}, {-4, io.SeekEnd, 396}, {0, io.SeekStart, 0}} {
		at, err := s.Seek(tc.offset, tc.whence)
		require.NoError(t, err)
		assert.Equal(t, tc.want, at)
	}
	_, err = s.Seek(-1, io.SeekStart)
	assert.Error(t, err)
	_, err = s.Seek(10, io.SeekEnd)
	require.NoError(t, err)
	n, err := r.Read(make([]byte, 4))
	assert.Zero(t, n)
	assert.Equal(t, io.EOF, err)
}

// brokenAt fails to read from a certain byte on.
type brokenAt struct {
	data []byte
	at   int64
}

var errCable = errors.New("the cable is out")

func (b brokenAt) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.at {
		n := copy(p, b.data[min(off, b.at):b.at])
		return n, errCable
	}
	return copy(p, b.data[off:]), nil
}

func (b brokenAt) Read(p []byte) (int, error) { return 0, errCable }

// An unreadable file is an error with its name, wherever it happens.
func TestReadErrors(t *testing.T) {
	good := riff(chunkOf("LIST", []byte("INFOabc")), cd(), chunkOf("data", music(400)))
	for at := range int64(len(good)) {
		f, err := New("net.wav", brokenAt{good, at}, int64(len(good)))
		if err == nil {
			_, err = reading.Check(context.Background(), f, nil)
		}
		require.ErrorIs(t, err, errCable, "at byte %d", at)
		require.ErrorContains(t, err, "net.wav: byte ")

		_, err = Decode("net.wav", io.MultiReader(bytes.NewReader(good[:at]), brokenAt{}))
		if err != nil {
			require.ErrorIs(t, err, errCable, "stream, at byte %d", at)
			continue
		}
		s, err := Decode("net.wav", io.MultiReader(bytes.NewReader(good[:at]), brokenAt{}))
		require.NoError(t, err)
		_, err = io.ReadAll(s)
		require.ErrorIs(t, err, errCable)
	}
}

func TestStreamFrames(t *testing.T) {
	s, _ := streamed(t, riff(cd(), chunkOf("data", music(400)), music(77)))
	assert.Equal(t, int64(100), s.Frames())
	s, _ = streamed(t, form("RIFF", 0xFFFFFFFF, cd(), sized("data", 0xFFFFFFFF, music(400))))
	assert.Equal(t, int64(-1), s.Frames())
}
