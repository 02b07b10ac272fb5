package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// at overwrites bytes in a copy.
func at(data []byte, off int, bytes_ ...byte) []byte {
	data = bytes.Clone(data)
	copy(data[off:], bytes_)
	return data
}

func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }

// Errors in a file are found before anything is burned, and the message contains the file
// and the position.
func TestCorrupt(t *testing.T) {
	without(t)
	lossless, ogg, opus, mp3, aiff, wave := fixture(t, "signal.flac"), fixture(t, "signal.ogg"), fixture(t, "signal.opus"),
		fixture(t, "signal.mp3"), fixture(t, "signal.aiff"), fixture(t, "signal.wav")
	head := bytes.Index(lossless, []byte{0xFF, 0xF8}) // first frame
	page := func(data []byte, n int) (at int) {       // where an Ogg page begins
		for range n {
			at = at + 4 + bytes.Index(data[at+4:], []byte("OggS"))
		}
		return at
	}
	setup := bytes.Index(ogg, []byte("\x05vorbis"))
	opusTail := page(opus, 2)
	comm, ssnd := bytes.Index(aiff, []byte("COMM")), bytes.Index(aiff, []byte("SSND"))
	for i, tc := range []struct {
		name string
		data []byte
		err  error
		text string
	}{
		{"empty", nil, audio.ErrNotAudio, "the file is empty"},
		{"zip.flac", []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00" + string(make([]byte, 200))), audio.ErrNotAudio, "this is a ZIP archive, not audio: unpack it first"},
		{"rar.mp3", []byte("Rar!\x1A\x07\x01\x00aaaaaaaaaaaaa"), audio.ErrNotAudio, "RAR archive"},
		{"7z.wav", []byte("7z\xBC\xAF\x27\x1C\x00\x04aaaaaaaaaaa"), audio.ErrNotAudio, "7-Zip archive"},
		{"cover.mp3", []byte("\xFF\xD8\xFF\xE0\x00\x10JFIF" + string(make([]byte, 100))), audio.ErrNotAudio, "JPEG picture"},
		{"cover.flac", []byte("\x89PNG\r\n\x1A\n" + string(make([]byte, 100))), audio.ErrNotAudio, "PNG picture"},
		{"page.mp3", []byte("<!DOCTYPE html><html><body>404 not found</body></html>"), audio.ErrNotAudio, "this is a text file"},
		{"book.pdf", []byte("%PDF-1.7 aaaaaaaaaaaaaaaaaaaaa"), audio.ErrNotAudio, "PDF document"},
		{"text16.txt", []byte("\xFF\xFEa\x00b\x00c\x00d\x00e\x00f\x00g\x00"), audio.ErrNotAudio, "UTF-16"},
		{"midi.mid", []byte("MThd\x00\x00\x00\x06\x00\x01aaaaaaaa"), audio.ErrNotAudio, "MIDI file"},
		{"tar", append(make([]byte, 257), "ustar\x0000aaaaaa"...), audio.ErrNotAudio, "tar archive"},
		{"noise.mp3", bytes.Repeat([]byte{0, 7, 1, 0xFE, 0x80}, 4000), audio.ErrNotAudio, "not an audio file that redbook can decode"},
		{"m4a", []byte("\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00aaaaaaaaaa"), audio.ErrUnsupported, "M4A (MP4): redbook needs ffmpeg to decode this"},
		{"wma", []byte("\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"), audio.ErrUnsupported, "WMA (ASF)"},
		{"ape", []byte("MAC \x96\x0F\x00\x00aaaaaaaaaaaaaaaaaaa"), audio.ErrUnsupported, "Monkey's Audio"},
		{"aac", []byte("\xFF\xF1\x50\x80\x2E\x7F\xFCaaaaaaaaaaaaaaaa"), audio.ErrUnsupported, "AAC"},
		{"only an ID3 tag", mp3[:100], audio.ErrTruncated, "inside its ID3 tag"},

		{"FLAC cut in the middle", lossless[:9000], audio.ErrTruncated, "the file ends inside the FLAC stream"},
		{"FLAC cut after a frame", lossless[:frameEnd(t, lossless)], audio.ErrTruncated, "the audio ends early: 0:00.150 were promised, that is 0:00.0"},
		{"FLAC cut in the first block", lossless[:20], audio.ErrTruncated, "the file ends inside its metadata"},
		{"FLAC without audio", lossless[:head], audio.ErrTruncated, "the file ends before its audio"},
		{"FLAC bit", flip(lossless, 9000, 4), audio.ErrCorrupt, "the checksum of the frame is"},
		{"FLAC frame header", flip(lossless, head+4, 1), audio.ErrCorrupt, "the beginning of the FLAC audio is damaged up to byte"},
		{"FLAC MD5", flip(lossless, 8+18, 1), audio.ErrCorrupt, "the checksum (MD5) of all samples"},
		{"FLAC promises more", at(flip(lossless, 8+17, 8), 8+18, make([]byte, 16)...), audio.ErrTruncated, "the audio ends early"},
		{"FLAC promises less", flip(at(lossless, 8+16, 0x11), 8+18, 1), pcm.ErrLong, "continues past its end: 0:00.103 were promised"},
		{"FLAC of 0 Hz", at(lossless, 8+10, 0, 0, 0x02), audio.ErrCorrupt, "0 Hz"},
		{"FLAC other bits", flip(lossless, 8+13, 0x10), audio.ErrCorrupt, "the stream info states 15 bits, but the first frame 16"},
		{"FLAC with garbage in the middle", at(lossless, 9000, make([]byte, 400)...), audio.ErrCorrupt, "of the file, 0:00."},
		{"FLAC then zeros", append(lossless[:9000:9000], make([]byte, 9000)...), audio.ErrTruncated, ""},

		{"Ogg cut in a page", ogg[:7000], audio.ErrTruncated, "the file ends inside an Ogg page"},
		{"Ogg cut in a page header", ogg[:page(ogg, 2)+20], audio.ErrTruncated, "inside the header of an Ogg page"},
		{"Ogg cut after a page", ogg[:page(ogg, 2)], audio.ErrTruncated, "the Ogg stream ends before its audio"},
		{"Ogg bit", flip(ogg, 7000, 1), audio.ErrCorrupt, "the checksum of an Ogg page is"},
		{"Ogg without a page", append(ogg[:page(ogg, 1):page(ogg, 1)], ogg[page(ogg, 2):]...), audio.ErrCorrupt, "page 2 follows page 0"},
		{"Ogg without a beginning", ogg[page(ogg, 1):], audio.ErrUnsupported, "Ogg: redbook"},
		{"Ogg garbage", append(ogg[:page(ogg, 2):page(ogg, 2)], "garbage in between"...), audio.ErrCorrupt, "no Ogg page begins"},
		{"Ogg chained", append(bytes.Clone(ogg), opus...), audio.ErrUnsupported, "the coding changes from Ogg Vorbis to Ogg Opus in the middle of the file"},
		{"Vorbis setup", oggFix(flip(ogg, setup+20, 0xFF)), audio.ErrCorrupt, "codebook 0"},
		{"Vorbis block sizes", oggFix(at(ogg, 28+28, 0x0F)), audio.ErrCorrupt, "blocks of 2^15"},
		{"Vorbis without channels", oggFix(at(ogg, 28+11, 0)), audio.ErrCorrupt, "the Vorbis stream has no channels"},
		{"Vorbis with 6 channels", oggFix(at(ogg, 28+11, 6)), audio.ErrUnsupported, "Ogg Vorbis with 6 channels (redbook decodes one or two)"},
		{"Vorbis packet", oggFix(flip(ogg, page(ogg, 2)+27+int(ogg[page(ogg, 2)+26]), 1)), audio.ErrCorrupt, "a packet of the stream is damaged"},
		{"Vorbis promises more", oggFix(flip(ogg, bytes.LastIndex(ogg, []byte("OggS"))+7, 0x80)), pcm.ErrShort, "the audio ends early"},

		{"Opus version", oggFix(at(opus, 28+8, 0x21)), audio.ErrCorrupt, "header of version 1"},
		{"Opus with 3 channels", oggFix(at(opus, 28+9, 3)), audio.ErrUnsupported, "Ogg Opus with 3 channels"},
		{"Opus packet", oggFix(at(opus, opusTail+27+int(opus[opusTail+26]), 3, 0)), audio.ErrCorrupt, "a packet of the stream is damaged"},
		{"Opus cut", opus[:3000], audio.ErrTruncated, "the file ends inside an Ogg page"},
		{"Opus granule", oggFix(flip(opus, bytes.LastIndex(opus, []byte("OggS"))+7, 0x80)), pcm.ErrShort, ""},

		{"MP3 cut", mp3[:4000], audio.ErrTruncated, "MP3 file is cut off"},

		{"AIFF cut in the audio", aiff[:20000], audio.ErrTruncated, "the file ends 6548 bytes before its audio does"},
		{"AIFF cut in COMM", aiff[:comm+12], audio.ErrTruncated, "inside the COMM chunk"},
		{"AIFF cut before SSND", aiff[:ssnd], audio.ErrTruncated, "the SSND chunk is missing"},
		{"AIFF short COMM", at(aiff, comm+4, be32(10)...), audio.ErrCorrupt, "the COMM chunk has 10 bytes"},
		{"AIFF without channels", at(aiff, comm+8, 0, 0), audio.ErrUnsupported, "0 channels"},
		{"AIFF with 65535 channels", at(aiff, comm+8, 0xFF, 0xFF), audio.ErrUnsupported, "65535 channels"},
		{"AIFF of 99 bits", at(aiff, comm+14, 0, 99), audio.ErrUnsupported, "99 bits"},
		{"AIFF without rate", at(aiff, comm+16, make([]byte, 10)...), audio.ErrUnsupported, "0 Hz"},
		{"AIFF negative rate", flip(aiff, comm+16, 0x80), audio.ErrUnsupported, "0 Hz"},
		{"AIFF huge chunk", at(aiff, comm+4, 0xFF, 0xFF, 0xFF, 0xFF), audio.ErrCorrupt, "the SSND chunk is missing"},
		{"AIFF offset", at(aiff, ssnd+8, 0xFF, 0, 0, 0), audio.ErrCorrupt, "the audio begins"},
		{"AIFF small SSND", at(aiff, ssnd+4, 0, 0, 0, 4), audio.ErrCorrupt, "the SSND chunk has 4 bytes"},
		{"AIFC of an unknown kind", aifc("zork", 1, 16, 0, nil), audio.ErrUnsupported, `AIFC ("zork")`},

		{"WAV cut", wave[:20000], audio.ErrTruncated, "byte 20000 of the file: the file is cut off: the data chunk declares"},
		{"WAV without data", wave[:40], audio.ErrTruncated, "the file ends before the data chunk"},
		{"WAV without channels", at(wave, 22, 0, 0), audio.ErrCorrupt, ""},
		{"WAV of ADPCM", at(wave, 20, 2), audio.ErrUnsupported, "WAV ("},
	} {
		path := write(t, fmt.Sprintf("%02d %s", i, filepath.Base(tc.name)), tc.data)
		err := check(path)
		require.Error(t, err, tc.name)
		assert.ErrorIs(t, err, tc.err, tc.name)
		assert.ErrorContains(t, err, path+": ", tc.name)
		assert.ErrorContains(t, err, tc.text, tc.name)
	}
}

// frameEnd is where the second frame of a FLAC file begins.
func frameEnd(t *testing.T, data []byte) int {
	for at := bytes.Index(data, []byte{0xFF, 0xF8}) + 1; at < len(data)-16; at++ {
		if h, err := flac.ParseHeader(data[at : at+16]); err == nil && h.Number == 1 {
			return at
		}
	}
	t.Fatal("there is no second frame")
	return 0
}

// oggFix recomputes the checksums of all pages.
func oggFix(data []byte) []byte {
	data = bytes.Clone(data)
	for at := 0; at+27 <= len(data); {
		end := at + 27 + int(data[at+26])
		if end > len(data) {
			break
		}
		for _, n := range data[at+27 : end] {
			end += int(n)
		}
		if end > len(data) {
			break
		}
		copy(data[at+22:], []byte{0, 0, 0, 0})
		var crc uint32
		for _, v := range data[at:end] {
			crc ^= uint32(v) << 24
			for range 8 {
				crc = crc<<1 ^ 0x04C11DB7*(crc>>31)
			}
		}
		binary.LittleEndian.PutUint32(data[at+22:], crc)
		at = end
	}
	return data
}

// Every cut of every fixture is an error, never a shorter track; only tags after the audio
// may be missing.
func TestEveryCut(t *testing.T) {
	without(t)
	for _, name := range []string{"signal.flac", "signal.ogg", "signal.opus", "signal.mp3", "signal.aiff", "s24.flac", "mono.ogg"} {
		data := fixture(t, name)
		path := write(t, name, nil)
		end := len(data)
		if name == "signal.mp3" {
			end -= 128 // an ID3v1 tag
		}
		step := 1 + len(data)/150
		if testing.Short() {
			step *= 10
		}
		for n := 0; n < end; n += step {
			require.NoError(t, os.WriteFile(path, data[:n], 0o666))
			assert.Error(t, check(path), "%s: %d of %d bytes", name, n, len(data))
		}
	}
}

// Errors contain name, byte, time and meaning.
func TestErrorSaysWhere(t *testing.T) {
	path := write(t, "a b.flac", fixture(t, "signal.flac")[:12000])
	f := open(t, path)
	_, err := reading.Check(context.Background(), f, nil)
	var re *pcm.ReadError
	require.ErrorAs(t, err, &re)
	assert.Equal(t, path, re.Name)
	assert.Equal(t, int64(4*4096), re.Offset, "one frame was complete")
	var e *audio.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, path, e.Name)
	assert.Positive(t, e.Byte)
	assert.Equal(t, duration(4096, 44100), e.At)
	assert.Equal(t, fmt.Sprintf("%s: byte 16384 of the audio: byte %d of the file, 0:00.092 into the audio: the file ends inside the FLAC stream", path, e.Byte), err.Error())

	assert.Equal(t, "x: byte 7 of the file: why", (&audio.Error{Name: "x", InFile: true, Byte: 7, Reason: "why"}).Error())
	assert.Equal(t, "x: 62:03.500 into the audio: the file is cut off", (&audio.Error{Name: "x", InAudio: true, At: duration(3723_5, 10), Err: audio.ErrTruncated}).Error())

	_, err = Open(filepath.Join(t.TempDir(), "not there"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = Open(t.TempDir())
	assert.ErrorIs(t, err, audio.ErrNotAudio)
	assert.ErrorContains(t, err, "a folder, not a file")
	if _, err := os.Stat(os.DevNull); err == nil && runtime.GOOS != "windows" {
		_, err = Open(os.DevNull)
		assert.ErrorContains(t, err, "not a regular file")
	}
}

// scripted is a decoder with scripted behavior.
type scripted struct{ steps []func() ([]byte, error) }

func (s *scripted) at() int64 { return 99 }

func (s *scripted) decode() ([]byte, error) {
	step := s.steps[0]
	if len(s.steps) > 1 {
		s.steps = s.steps[1:]
	}
	return step()
}

// The reader enforces the file's promises on any decoder.
func TestReaderGuards(t *testing.T) {
	file := write(t, "x", []byte("x"))
	info, err := os.Stat(file)
	require.NoError(t, err)
	give := func(n int) func() ([]byte, error) {
		return func() ([]byte, error) { return make([]byte, n), nil }
	}
	end := func(err error) func() ([]byte, error) { return func() ([]byte, error) { return nil, err } }
	boom := errors.New("boom")
	for _, tc := range []struct {
		name  string
		steps []func() ([]byte, error)
		want  error
		text  string
		bytes int
	}{
		{"right", []func() ([]byte, error){give(200), give(200), end(fs.ErrClosed)}, fs.ErrClosed, "", 400},
		{"more", []func() ([]byte, error){give(300)}, pcm.ErrLong, "0:00.100 were promised", 400},
		{"panic", []func() ([]byte, error){give(8), func() ([]byte, error) { panic("index out of range") }}, audio.ErrCorrupt, "the decoder failed: index out of range", 8},
		{"hang", []func() ([]byte, error){give(12), give(0)}, audio.ErrCorrupt, "makes no progress", 12},
		{"error", []func() ([]byte, error){give(4), end(boom)}, boom, "byte 99 of the file, 0:00.001 into the audio: boom", 4},
	} {
		f := &File{name: file, info: info, opened: opened{format: pcm.Format{SampleRate: 1000, Channels: 2, Encoding: pcm.S16}, frames: 100}}
		f.opened.start = func(input) (decoder, error) { return &scripted{tc.steps}, nil }
		r, err := f.Open()
		require.NoError(t, err)
		n, total := 0, 0
		for err == nil {
			n, err = r.Read(make([]byte, 7))
			total += n
		}
		assert.ErrorIs(t, err, tc.want, tc.name)
		assert.ErrorContains(t, err, tc.text, tc.name)
		assert.Equal(t, tc.bytes, total, tc.name)
		n, again := r.Read(make([]byte, 1))
		assert.Zero(t, n)
		assert.Equal(t, err, again, "stays")
		require.NoError(t, r.Close())
	}
	f := &File{name: file, info: info, opened: opened{start: func(input) (decoder, error) { panic("no") }}}
	_, err = f.Open()
	assert.ErrorIs(t, err, audio.ErrCorrupt)
	f.opened.start = func(input) (decoder, error) { return nil, boom }
	_, err = f.Open()
	assert.ErrorIs(t, err, boom)
}

// failing is a file whose reading panics.
type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { panic("out of range") }

// A panic while a file is examined is an error as well.
func TestLookGuards(t *testing.T) {
	for _, kind := range []Kind{AIFF, FLAC, Vorbis, Opus, MP3} {
		_, err := lookAt(context.Background(), input{name: "x", r: failing{}, size: 1000}, 0, kind)
		assert.ErrorIs(t, err, audio.ErrCorrupt, kind)
		assert.ErrorContains(t, err, "x: the decoder failed: out of range", kind)
	}
}

// Counting ends with its context, also in an endless file.
func TestCount(t *testing.T) {
	f := pcm.Format{SampleRate: 1000, Channels: 1, Encoding: pcm.S16}
	endless := func(input) (decoder, error) {
		return &scripted{[]func() ([]byte, error){func() ([]byte, error) { return make([]byte, 20), nil }}}, nil
	}
	_, err := count(context.Background(), input{name: "x"}, f, endless, 1000)
	assert.ErrorIs(t, err, audio.ErrCorrupt)
	assert.ErrorContains(t, err, "far more audio")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = count(ctx, input{name: "x"}, f, endless, 1000)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = OpenContext(ctx, testdata("signal.ogg"))
	assert.ErrorIs(t, err, context.Canceled)
	_, err = OpenContext(ctx, write(t, "x.flac", at(fixture(t, "signal.flac"), 8+14, 0, 0, 0, 0)))
	assert.ErrorIs(t, err, context.Canceled)
}

// A stream without a known length is counted.
func TestUnknownLength(t *testing.T) {
	data := fixture(t, "signal.flac")
	data[8+13] &= 0xF0
	path := write(t, "x.flac", at(data, 8+14, 0, 0, 0, 0))
	f := open(t, path)
	assert.Equal(t, int64(6615), f.Frames())
	same(t, wave(t, testdata("signal.wav")), f)
	for _, tail := range []string{"TAG" + string(make([]byte, 125)), "APETAGEX" + string(make([]byte, 30)), string(make([]byte, 40))} {
		full := write(t, "x.flac", append(bytes.Clone(fixture(t, "signal.flac")), tail...))
		assert.NoError(t, check(full), "known length")
		part, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.NoError(t, check(write(t, "x.flac", append(part, tail...))), "unknown length")
	}
}

// A file without its header, in the middle of a tag, and after ID3 tags.
func TestFLACWithoutHeader(t *testing.T) {
	data := fixture(t, "signal.flac")
	head := bytes.Index(data, []byte{0xFF, 0xF8})
	f := open(t, write(t, "x", data[head:]))
	assert.Equal(t, FLAC, f.Kind())
	assert.Contains(t, f.Note(), "it has no header")
	same(t, wave(t, testdata("signal.wav")), f)
	assert.ErrorContains(t, check(write(t, "x", data[head:head+500])), "the first frame of the FLAC stream is damaged")

	// In the middle of a frame: the rest of that frame is lost, which is noted.
	f = open(t, write(t, "x", append(bytes.Repeat([]byte{0x12, 0xFF, 0xF8, 0x34}, 300), data[head:]...)))
	assert.Equal(t, FLAC, f.Kind())
	assert.Equal(t, "it has no header: its first whole frame was found at byte 1200, and nothing shows whether the file is complete", f.Note())
	same(t, wave(t, testdata("signal.wav")), f)
	f = open(t, write(t, "x", data[head+500:]))
	assert.Equal(t, int64(6615-4096), f.Frames())
	whole := wave(t, testdata("signal.wav"))
	assert.Equal(t, readAll(t, whole)[4*4096:], readAll(t, f))

	// No STREAMINFO: one block of padding instead.
	f = open(t, write(t, "x", append([]byte("fLaC\x81\x00\x00\x04abcd"), data[head:]...)))
	assert.Contains(t, f.Note(), "it has no stream info")
	same(t, wave(t, testdata("signal.wav")), f)

	id3 := append([]byte("ID3\x04\x00\x10\x00\x00\x00\x05hello"), make([]byte, 10)...)
	same(t, wave(t, testdata("signal.wav")), open(t, write(t, "x", append(id3, data...))))
}

// mutations are kinds of damage at byte i of a file; n is the amount.
var mutations = map[string]func(data []byte, i, n int) []byte{
	"bit":   func(data []byte, i, n int) []byte { return flip(data, i, 1<<(n%8)) },
	"zeros": func(data []byte, i, n int) []byte { return at(data, i, make([]byte, min(n, len(data)-i))...) },
	"ones": func(data []byte, i, n int) []byte {
		return at(data, i, bytes.Repeat([]byte{0xFF}, min(n, len(data)-i))...)
	},
	"left":  func(data []byte, i, n int) []byte { return slices.Concat(data[:i], data[min(i+n, len(data)):]) },
	"twice": func(data []byte, i, n int) []byte { return slices.Concat(data[:min(i+n, len(data))], data[i:]) },
	"foreign": func(data []byte, i, n int) []byte {
		return slices.Concat(data[:i], bytes.Repeat([]byte("OggS\xFF\xFB"), n/6+1), data[i:])
	},
	"cut": func(data []byte, i, _ int) []byte { return data[:i] },
}

// Damage anywhere, of any kind, gives an error that names the file, or the promised length;
// and the right samples if the format has checksums of its audio. It never takes much
// memory or time.
func TestMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes hundreds of damaged files")
	}
	without(t)
	for name, checked := range map[string]bool{"signal.flac": true, "s24.flac": true, "signal.ogg": true, "mono.ogg": true,
		"signal.opus": true, "signal.mp3": false, "signal.aiff": false, "signal.wav": false} {
		data := fixture(t, name)
		path := write(t, name, data)
		want := readAll(t, open(t, path))
		for kind, mutate := range mutations {
			rng := rand.New(rand.NewPCG(uint64(len(data)), uint64(kind[0]))) // the same every time
			for n := range 40 {
				i := rng.IntN(len(data))
				if n%2 == 0 { // headers contain the claims
					i = rng.IntN(min(len(data), 400))
				}
				require.NoError(t, os.WriteFile(path, mutate(data, i, 1+rng.IntN(300)), 0o666))
				var got []byte
				var err error
				used := memory(func() { got, err = samplesOf(path) })
				assert.Less(t, used, uint64(32<<20), "%s: %s at byte %d", name, kind, i)
				switch {
				case err != nil:
					assert.ErrorContains(t, err, path, "%s: %s at byte %d", name, kind, i)
				case checked && len(got) != len(want) && bytes.HasPrefix(want, got):
					t.Errorf("%s: %s at byte %d: %d of %d bytes without an error", name, kind, i, len(got), len(want))
				case checked && !bytes.Equal(got, want):
					t.Errorf("%s: %s at byte %d: other samples without an error", name, kind, i)
				}
			}
		}
	}
}

// samplesOf returns the samples that check reads.
func samplesOf(path string) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
