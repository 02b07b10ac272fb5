package wav

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bad is a file that must be refused, with position, reason and text of the error.
type bad struct {
	name   string
	data   []byte
	want   error
	offset int64
	text   string
	later  bool // a pipe can't detect it: only Open does
}

func malformed() []bad {
	long := bytes.Repeat([]byte("x"), 20)
	music100 := chunkOf("data", music(100))
	return []bad{
		// Not a WAV file.
		{"nothing", nil, ErrEmpty, 0, "the file is empty", false},
		{"one byte", []byte("R"), ErrNotWAV, 0, `begins with "R"`, false},
		{"zeros", make([]byte, 100), ErrNotWAV, 0, "instead of RIFF", false},
		{"text", []byte("hello, this is a letter"), ErrNotWAV, 0, `begins with "hell"`, false},
		{"FLAC", []byte("fLaC\x00\x00\x00\x22aaaaaaaa"), ErrNotWAV, 0, "(FLAC)", false},
		{"AIFF", []byte("FORM\x00\x00\x10\x00AIFFCOMM"), ErrNotWAV, 0, "(AIFF)", false},
		{"MP3 with tag", []byte("ID3\x04\x00\x00\x00\x00\x00\x00aaaaaaa"), ErrNotWAV, 0, "(MP3)", false},
		{"MP3 frame", []byte("\xFF\xFB\x90\x64aaaaaaaaaa"), ErrNotWAV, 0, "(MP3)", false},
		{"Ogg", []byte("OggS\x00\x02aaaaaaaaaaaa"), ErrNotWAV, 0, "(Ogg)", false},
		{"Wave64", []byte("riff\x2E\x91\xCF\x11aaaaaaaa"), ErrNotWAV, 0, "(Sony Wave64)", false},
		{"AVI", append([]byte("RIFF\x00\x01\x00\x00AVI "), long...), ErrNotWAV, 8, `holds "AVI " instead of WAVE`, false},
		{"a wrong size", riff(sized("fmt ", 18, fmtBody(1, 2, 44100, 16, 4)), sized("data", 0x1234FF0A, music(100)))[:], ErrMalformed, 38, "no chunk begins where one should", false},
		{"lower case", bytes.ToLower(riff(cd(), music100)[:12]), ErrNotWAV, 0, `"riff"`, false},

		// Cut off inside the header.
		{"RIFF only", []byte("RIFF"), ErrTruncated, 4, "inside the RIFF header: 4 of 12 bytes", false},
		{"eleven bytes", riff(cd(), music100)[:11], ErrTruncated, 11, "11 of 12", false},
		{"no chunks, size right", riff(), ErrMalformed, 12, "ends before the fmt chunk", false},
		{"no chunks, more declared", form("RIFF", 500), ErrTruncated, 12, "ends before the fmt chunk", false},
		{"half a chunk header", riff(cd(), music100)[:17], ErrTruncated, 12, "ends before the fmt chunk", false},
		{"inside fmt", riff(cd(), music100)[:30], ErrTruncated, 30, "inside the fmt chunk: 10 of 16 bytes", false},
		{"fmt only", riff(cd()), ErrMalformed, 36, "ends before the data chunk", false},
		{"fmt only, more declared", form("RIFF", 5000, cd()), ErrTruncated, 36, "before the data chunk", false},
		{"half a data header", riff(cd(), music100)[:42], ErrTruncated, 36, "before the data chunk", false},
		{"LIST cut off", riff(cd(), sized("LIST", 500, long)), ErrTruncated, 64, `chunk "LIST" at byte 36 declares 500 bytes, but the file ends after 20`, false},
		{"JUNK of 4 GiB", riff(sized("JUNK", 0xFFFFFFFF, long)), ErrTruncated, 40, "declares 4294967295 bytes", false},
		{"fmt longer than the file", riff(sized("fmt ", 0x7FFFFFFF, cd()[8:])), ErrTruncated, 36, "inside the fmt chunk: 16 of 40", false},

		// Cut off inside the audio.
		{"data cut off", riff(cd(), music100)[:100], ErrTruncated, 100, "declares 100 bytes of audio, but the file ends after 56", true},
		{"data header is the end", riff(cd(), music100)[:44], ErrTruncated, 44, "declares 100 bytes of audio, but the file ends after 0", true},
		{"one byte short", riff(cd(), music100)[:143], ErrTruncated, 143, "ends after 99", true},
		{"no size, but the file has one", form("RIFF", 5000, cd(), sized("data", 0, music(100))), ErrTruncated, 144, "the RIFF header states a file of 5008 bytes, but it ends after 144", true},
		{"declares 2 GiB", form("RIFF", 5000, cd(), sized("data", 0x7FFFF000, music(100))), ErrTruncated, 144, "declares 2147479552", true},
		{"declares 4 GiB less 4", form("RIFF", 5000, cd(), sized("data", 0xFFFFFFFC, music(100))), ErrTruncated, 144, "declares 4294967292", true},

		// Invalid audio.
		{"data empty", riff(cd(), chunkOf("data", nil)), ErrEmpty, 36, "data chunk is empty", true},
		{"data empty, LIST behind", riff(cd(), chunkOf("data", nil), chunkOf("LIST", []byte("INFO"))), ErrEmpty, 36, "empty", false},
		{"open end, nothing there", form("RIFF", 0xFFFFFFFF, cd(), sized("data", 0xFFFFFFFF, nil)), ErrEmpty, 36, "empty", true},
		{"one byte", riff(cd(), chunkOf("data", music(1))), ErrEmpty, 36, "1 bytes, less than one sample frame of 4", false},
		{"two files", append(riff(cd(), music100), riff(cd(), music100)...), ErrMalformed, 144, "another WAV file begins here", true},
		{"two data chunks and others between", riff(cd(), music100, chunkOf("LIST", long), sized("odd ", 3, []byte("abc\x00")), music100), ErrMalformed, 184, "a second data chunk", true},
		{"two data chunks", riff(cd(), music100, music100), ErrMalformed, 144, "a second data chunk", true},
		{"wave list", riff(cd(), chunkOf("LIST", append([]byte("wavl"), music100...))), ErrUnsupported, 36, "wave list", false},

		// fmt that contradicts itself or the file.
		{"data before fmt", riff(music100, cd()), ErrMalformed, 12, "comes before any fmt chunk", false},
		{"two fmt chunks", riff(cd(), fmtOf(1, 1, 44100, 16), music100), ErrMalformed, 36, "a second fmt chunk", false},
		{"fmt of 14 bytes", riff(chunkOf("fmt ", cd()[8:22]), music100), ErrMalformed, 12, "has 14 bytes, not 16", false},
		{"fmt of no bytes", riff(chunkOf("fmt ", nil), music100), ErrMalformed, 12, "has 0 bytes", false},
		{"no channels", riff(fmtOf(1, 0, 44100, 16), music100), ErrMalformed, 12, "0 channels", false},
		{"rate 0", riff(fmtOf(1, 2, 0, 16), music100), ErrMalformed, 12, "0 Hz", false},
		{"rate 4 GHz", riff(fmtOf(1, 2, 0xFFFFFFFF, 16), music100), ErrMalformed, 12, "4294967295 Hz", false},
		{"frame too large", riff(chunkOf("fmt ", fmtBody(1, 2, 44100, 24, 10)), music100), ErrMalformed, 12, "10 bytes per sample frame", false},
		{"65535 channels", riff(chunkOf("fmt ", fmtBody(1, 65535, 44100, 16, 4)), music100), ErrMalformed, 12, "65535 channels", false},
		{"valid bits above", riff(extensible(1, 2, 16, 24), music100), ErrMalformed, 12, "24 valid bits in samples of 16", false},
		{"extensible without extension", riff(fmtOf(0xFFFE, 2, 44100, 16), music100), ErrMalformed, 12, "extensible and has 16 bytes", false},

		// Unsupported codings.
		{"ADPCM", riff(fmtOf(2, 2, 44100, 4), music100), ErrUnsupported, 12, "Microsoft ADPCM (format tag 0002h)", false},
		{"A-law", riff(fmtOf(6, 1, 8000, 8), music100), ErrUnsupported, 12, "A-law", false},
		{"MP3 inside", riff(fmtOf(0x55, 2, 44100, 0), music100), ErrUnsupported, 12, "MP3", false},
		{"unknown coding", riff(fmtOf(0x1234, 2, 44100, 16), music100), ErrUnsupported, 12, "format tag 1234h", false},
		{"coding 0", riff(fmtOf(0, 2, 44100, 16), music100), ErrUnsupported, 12, "format tag 0000h", false},
		{"64-bit integers", riff(fmtOf(1, 2, 44100, 64), music100), ErrUnsupported, 12, "samples of 64 bits", false},
		{"4-bit integers", riff(fmtOf(1, 2, 44100, 4), music100), ErrUnsupported, 12, "samples of 4 bits", false},
		{"16-bit float", riff(fmtOf(3, 2, 44100, 16), music100), ErrUnsupported, 12, "floating point samples of 16 bits", false},
		{"extensible MP3", riff(extensible(0x55, 2, 16, 16), music100), ErrUnsupported, 12, "MP3", false},
		{"extensible ambisonic", riff(ambisonic(), music100), ErrUnsupported, 12, "sub-format that isn't PCM", false},

		// RF64.
		{"RF64 without ds64", form("RF64", 0xFFFFFFFF, cd(), sized("data", 0xFFFFFFFF, music(100))), ErrMalformed, 36, "RF64 file has no ds64", false},
		{"BW64 without ds64", form("BW64", 0xFFFFFFFF, cd(), sized("data", 0xFFFFFFFF, music(100))), ErrMalformed, 36, "BW64 file has no ds64", false},
		{"ds64 too short", form("RF64", 0xFFFFFFFF, chunkOf("ds64", make([]byte, 20)), cd()), ErrMalformed, 12, "ds64 chunk has 20 bytes", false},
		{"ds64 cut off", form("RF64", 0xFFFFFFFF, chunkOf("ds64", make([]byte, 28)))[:40], ErrTruncated, 40, "inside the ds64 chunk: 20 of 28", false},
		{"ds64 table cut off", form("RF64", 0xFFFFFFFF, sized("ds64", 1<<31, ds64Of(100, 1<<20))), ErrTruncated, 48, "inside the ds64 chunk", false},
		{"ds64 declares too much", form("RF64", 0xFFFFFFFF, chunkOf("ds64", ds64Of(1<<40, 0)), cd(), sized("data", 0xFFFFFFFF, music(100))), ErrTruncated, 180, "declares 1099511627776 bytes", true},
		{"ds64 declares 2^63", form("RF64", 0xFFFFFFFF, chunkOf("ds64", ds64Of(1<<63, 0)), cd(), sized("data", 0xFFFFFFFF, music(100))), nil, -1, "declares 9223372036854775808 bytes", false},

		// Endless headers.
		{"only empty chunks", riff(bytes.Repeat(chunkOf("JUNK", nil), maxChunks+10)), ErrMalformed, 12 + 8*maxChunks, "more than 4096 chunks", false},
	}
}

func ds64Of(data uint64, entries uint32) []byte {
	b := make([]byte, 28)
	for i := range 8 {
		b[8+i] = byte(data >> (8 * i))
	}
	for i := range 4 {
		b[24+i] = byte(entries >> (8 * i))
	}
	return b
}

func ambisonic() []byte {
	c := extensible(1, 2, 16, 16)
	copy(c[8+24:], []byte{1, 0, 0, 0, 0x21, 7, 0xD3, 0x11, 0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0})
	return c
}

func TestMalformedFiles(t *testing.T) {
	list := malformed()
	require.GreaterOrEqual(t, len(list), 40)
	for _, tc := range list {
		t.Run(tc.name, func(t *testing.T) {
			_, err := open(tc.data)
			checkError(t, tc, "in.wav", err)
			if tc.later {
				return
			}
			s, err := Decode("in.wav", bytes.NewReader(tc.data))
			if err == nil {
				_, err = io.ReadAll(s)
			}
			checkError(t, tc, "in.wav", err)
		})
	}
}

// checkError compares an error with the table: file, byte, reason, kind.
func checkError(t *testing.T, tc bad, name string, err error) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, name, e.Name)
	if tc.offset >= 0 {
		assert.Equal(t, tc.offset, e.Offset, err)
	}
	if tc.want != nil {
		assert.ErrorIs(t, err, tc.want)
	}
	assert.ErrorContains(t, err, fmt.Sprintf("%s: byte %d: ", name, e.Offset))
	assert.ErrorContains(t, err, tc.text)
}

// A fault that a pipe's header doesn't show is found at its end.
func TestMalformedStreams(t *testing.T) {
	for _, tc := range []bad{
		{"data cut off", riff(cd(), chunkOf("data", music(100)))[:100], ErrTruncated, 100, "declares 100 bytes of audio, but the stream ends after 56", false},
		{"header is the end", riff(cd(), chunkOf("data", music(100)))[:44], ErrTruncated, 44, "ends after 0", false},
		{"open end, nothing there", form("RIFF", 0xFFFFFFFF, cd(), sized("data", 0xFFFFFFFF, nil)), ErrEmpty, 44, "ends after its header", false},
		{"open end inside a frame", form("RIFF", 0, cd(), sized("data", 0, music(99))), ErrTruncated, 143, "inside a sample frame of 4 bytes", false},
	} {
		s, err := Decode("in.wav", bytes.NewReader(tc.data))
		require.NoError(t, err, tc.name)
		_, err = io.ReadAll(s)
		checkError(t, tc, "in.wav", err)
	}
}

// Every prefix of a valid file is refused, and none yields audio.
func TestEveryPrefixIsRefused(t *testing.T) {
	whole := riff(chunkOf("LIST", []byte("INFOabc")), extensible(1, 2, 24, 20), chunkOf("fact", make([]byte, 4)), chunkOf("data", music(60)))
	for n := range len(whole) {
		_, err := open(whole[:n])
		var e *Error
		require.ErrorAs(t, err, &e, "%d bytes", n)
		assert.LessOrEqual(t, e.Offset, int64(n))
	}
	_, err := open(whole)
	require.NoError(t, err)
}
