package wav

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// chunkOf makes a chunk with its pad byte.
func chunkOf(id string, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(body)))
	b = append(b, body...)
	if len(body)%2 != 0 {
		b = append(b, 0)
	}
	return b
}

// sized is a chunk that declares a size other than its own.
func sized(id string, size uint32, body []byte) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte(id), size), body...)
}

// fmtOf makes a plain fmt chunk.
func fmtOf(tag, channels int, rate uint32, bits int) []byte {
	return chunkOf("fmt ", fmtBody(tag, channels, rate, bits, channels*((bits+7)/8)))
}

func fmtBody(tag, channels int, rate uint32, bits, frame int) []byte {
	le := binary.LittleEndian
	b := le.AppendUint16(nil, uint16(tag))
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, rate*uint32(frame))
	b = le.AppendUint16(b, uint16(frame))
	return le.AppendUint16(b, uint16(bits))
}

// extensible makes a WAVE_FORMAT_EXTENSIBLE chunk with the GUID of a format tag.
func extensible(tag, channels int, bits, valid int) []byte {
	b := fmtBody(0xFFFE, channels, 44100, bits, channels*((bits+7)/8))
	le := binary.LittleEndian
	b = le.AppendUint16(b, 22)
	b = le.AppendUint16(b, uint16(valid))
	b = le.AppendUint32(b, 3)
	// KSDATAFORMAT_SUBTYPE_PCM is 00000001-0000-0010-8000-00AA00389B71.
	return chunkOf("fmt ", append(le.AppendUint16(b, uint16(tag)), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71))
}

// riff puts chunks into a RIFF form of the correct size.
func riff(chunks ...[]byte) []byte { return form("RIFF", -1, chunks...) }

// form is a form of any name; size -1 means the correct one.
func form(id string, size int64, chunks ...[]byte) []byte {
	body := bytes.Join(chunks, nil)
	if size < 0 {
		size = int64(len(body)) + 4
	}
	b := binary.LittleEndian.AppendUint32([]byte(id), uint32(size))
	return append(append(b, "WAVE"...), body...)
}

// cd is the fmt chunk of the disc's format.
func cd() []byte { return fmtOf(1, 2, 44100, 16) }

// music returns n bytes that aren't silence.
func music(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*31 + i>>7 + 1)
	}
	return b
}

// open opens a WAV file in memory.
func open(data []byte) (*File, error) {
	return openAt("in.wav", bytes.NewReader(data), int64(len(data)))
}

// openAt is Open for a file of size bytes outside the file system.
func openAt(name string, r io.ReaderAt, size int64) (*File, error) {
	h, err := parseAt(name, r, 0, size)
	if err != nil {
		return nil, err
	}
	return &File{name: name, h: h, at: r}, nil
}

// samples reads all of a valid file.
func samples(t *testing.T, data []byte) (*File, []byte) {
	t.Helper()
	f, err := open(data)
	require.NoError(t, err)
	r, err := f.Open()
	require.NoError(t, err)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, f.Frames()*int64(f.Format().FrameBytes()), int64(len(got)))
	return f, got
}

// streamed reads the same through a pipe.
func streamed(t *testing.T, data []byte) (*Stream, []byte) {
	t.Helper()
	s, err := Decode("pipe", bytes.NewReader(data))
	require.NoError(t, err)
	got, err := io.ReadAll(s)
	require.NoError(t, err)
	return s, got
}

// bigEndian converts a RIFF file to the RIFX file with the same meaning. Samples are
// width bytes long.
func bigEndian(t *testing.T, data []byte, width int) []byte {
	t.Helper()
	b := bytes.Clone(data)
	copy(b, "RIFX")
	reverse(b[4:8])
	for at := 12; at+8 <= len(b); {
		size := int(binary.LittleEndian.Uint32(b[at+4:]))
		reverse(b[at+4 : at+8])
		body := b[at+8 : at+8+size]
		switch string(b[at : at+4]) {
		case "fmt ":
			for _, field := range [][2]int{{0, 2}, {2, 4}, {4, 8}, {8, 12}, {12, 14}, {14, 16}, {16, 18}, {18, 20}, {20, 24}} {
				if field[1] <= len(body) {
					reverse(body[field[0]:field[1]])
				}
			}
		case "data":
			for i := 0; i+width <= len(body); i += width {
				reverse(body[i : i+width])
			}
		}
		at += 8 + size + size%2
	}
	return b
}
