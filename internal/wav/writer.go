package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/redbook-audio/redbook/pcm"
)

// maxRIFF is the largest RIFF form: its size has 32 bits, of which FFFFFFFFh and similar
// values are placeholders.
const maxRIFF = 0xFFFFFF00

// WriterOptions are the options of a Writer. The zero value is valid.
type WriterOptions struct {
	// Large reserves room in the header for 64-bit sizes (36 bytes more): a file that
	// grows beyond 4 GiB becomes RF64. Without it, such a file is ErrTooLong.
	Large bool
}

// Writer writes a WAV file. The sizes in its header are valid only after Close.
type Writer struct {
	w      io.WriteSeeker
	c      io.Closer // the file that Create made, or nil
	name   string
	format pcm.Format
	large  bool
	begin  int64 // where in w the file begins
	start  int64 // bytes before the audio
	limit  int64 // bytes that a RIFF form may have
	size   int64 // bytes of audio written
	err    error // sticky
	closed bool
}

// NewWriter writes the header of a WAV file with samples of the given format to w. opts may be
// nil. Close doesn't close w. For 16 bits in up to two channels the header has the classic 44
// bytes. Errors contain the file's name if w has a method Name, as *os.File has.
func NewWriter(w io.WriteSeeker, format pcm.Format, opts *WriterOptions) (*Writer, error) {
	name := "output"
	if named, ok := w.(interface{ Name() string }); ok {
		name = named.Name()
	}
	return newWriter(name, w, format, opts)
}

// Create makes a WAV file at path, which must not exist yet. Closing the Writer
// closes the file.
func Create(path string, format pcm.Format, opts *WriterOptions) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, asError(path, err)
	}
	w, err := newWriter(path, f, format, opts)
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	w.c = f
	return w, nil
}

func newWriter(name string, ws io.WriteSeeker, format pcm.Format, opts *WriterOptions) (*Writer, error) {
	if opts == nil {
		opts = &WriterOptions{}
	}
	frame := format.FrameBytes()
	if frame <= 0 || frame > 0xFFFF || format.SampleRate <= 0 || int64(format.SampleRate) > 0xFFFFFFFF {
		return nil, &Error{Name: name, Reason: format.String(), Err: ErrUnsupported}
	}
	begin, err := ws.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, asError(name, err)
	}
	w := &Writer{w: ws, name: name, format: format, large: opts.Large, begin: begin, limit: maxRIFF}
	head := w.header()
	w.start = int64(len(head))
	if _, err := ws.Write(head); err != nil {
		return nil, asError(name, err)
	}
	return w, nil
}

// Write adds bytes of audio, little-endian samples.
func (w *Writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, &Error{Name: w.name, Offset: w.start + w.size, Err: os.ErrClosed}
	}
	if w.err != nil {
		return 0, w.err
	}
	// Refused before anything is written: the sizes could not be patched.
	if !w.large && w.start+w.size+int64(len(p))+1-8 > w.limit {
		w.err = &Error{Name: w.name, Offset: w.start + w.size, Err: ErrTooLong,
			Reason: "more than 4 GiB need RF64 (WriterOptions.Large)"}
		return 0, w.err
	}
	n, err := w.w.Write(p)
	w.size += int64(n)
	if err != nil {
		w.err = asError(w.name, err)
	}
	return n, w.err
}

// Close writes the pad byte after an odd number of bytes, and then the sizes into the
// header. Audio that ends inside a sample frame is an error, but the file is completed.
// Further calls have no effect.
func (w *Writer) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	err := w.err
	if err == nil {
		err = w.finish()
	}
	if w.c != nil {
		if cerr := w.c.Close(); cerr != nil && err == nil {
			err = asError(w.name, cerr)
		}
	}
	return err
}

func (w *Writer) finish() error {
	if w.size%2 != 0 {
		if _, err := w.w.Write([]byte{0}); err != nil {
			return asError(w.name, err)
		}
	}
	if _, err := w.w.Seek(w.begin, io.SeekStart); err != nil {
		return asError(w.name, err)
	}
	if _, err := w.w.Write(w.header()); err != nil {
		return asError(w.name, err)
	}
	if _, err := w.w.Seek(w.begin+w.start+w.size+w.size%2, io.SeekStart); err != nil {
		return asError(w.name, err)
	}
	if frame := int64(w.format.FrameBytes()); w.size%frame != 0 {
		return &Error{Name: w.name, Offset: w.start + w.size, Err: ErrTruncated,
			Reason: fmt.Sprintf("%d bytes of audio are not a whole number of sample frames of %d bytes", w.size, frame)}
	}
	return nil
}

// header composes everything before the audio with the current sizes. Its length is
// always the same.
func (w *Writer) header() []byte {
	fmtBody := w.fmtChunk()
	fact := w.format.Encoding == pcm.F32 || w.format.Encoding == pcm.F64
	length := 12 + 8 + len(fmtBody) + 8
	if w.large {
		length += 8 + 28
	}
	if fact {
		length += 8 + 4
	}
	riff := int64(length) - 8 + w.size + w.size%2
	big := w.large && riff > w.limit
	le := binary.LittleEndian
	b := make([]byte, 0, length)
	if big {
		b = append(b, "RF64\xFF\xFF\xFF\xFFWAVE"...)
	} else {
		b = append(le.AppendUint32(append(b, "RIFF"...), uint32(riff)), "WAVE"...)
	}
	// ds64 or the JUNK chunk that holds its place must be the first chunk.
	frames := w.size / int64(w.format.FrameBytes())
	if w.large {
		b = appendDS64(b, big, riff, w.size, frames)
	}
	b = append(le.AppendUint32(append(b, "fmt "...), uint32(len(fmtBody))), fmtBody...)
	if fact { // required for everything except PCM: the number of sample frames
		b = le.AppendUint32(append(b, "fact"...), 4)
		b = le.AppendUint32(b, uint32(min(frames, 0xFFFFFFFF)))
	}
	size := uint32(w.size)
	if big {
		size = 0xFFFFFFFF
	}
	return le.AppendUint32(append(b, "data"...), size)
}

// appendDS64 adds the ds64 chunk of an RF64, or a JUNK chunk that reserves its place (EBU
// Tech 3306).
func appendDS64(b []byte, big bool, riff, data, frames int64) []byte {
	le := binary.LittleEndian
	if !big {
		b = le.AppendUint32(append(b, "JUNK"...), 28)
		return append(b, make([]byte, 28)...)
	}
	b = le.AppendUint32(append(b, "ds64"...), 28)
	b = le.AppendUint64(b, uint64(riff))
	b = le.AppendUint64(b, uint64(data))
	b = le.AppendUint64(b, uint64(frames))
	return le.AppendUint32(b, 0) // no table
}

// fmtChunk composes the body of the fmt chunk. More than two channels or more than 16
// bits of integer need WAVE_FORMAT_EXTENSIBLE.
func (w *Writer) fmtChunk() []byte {
	f := w.format
	bits := 8 * f.Encoding.Bytes()
	float := f.Encoding == pcm.F32 || f.Encoding == pcm.F64
	tag := uint16(tagPCM)
	if float {
		tag = tagFloat
	}
	extensible := f.Channels > 2 || (!float && bits > 16)
	le := binary.LittleEndian
	b := make([]byte, 0, 40)
	if extensible {
		b = le.AppendUint16(b, tagExtensible)
	} else {
		b = le.AppendUint16(b, tag)
	}
	b = le.AppendUint16(b, uint16(f.Channels))
	b = le.AppendUint32(b, uint32(f.SampleRate))
	b = le.AppendUint32(b, uint32(int64(f.SampleRate)*int64(f.FrameBytes())))
	b = le.AppendUint16(b, uint16(f.FrameBytes()))
	b = le.AppendUint16(b, uint16(bits))
	switch {
	case extensible:
		b = le.AppendUint16(b, 22)
		b = le.AppendUint16(b, uint16(bits))
		b = le.AppendUint32(b, speakers(f.Channels))
		b = append(le.AppendUint16(b, tag), guidTail...)
	case float:
		b = le.AppendUint16(b, 0) // no extra bytes; the field itself is required
	}
	return b
}

// speakers is the channel mask of the usual arrangements, or 0: not assigned.
func speakers(channels int) uint32 {
	switch channels {
	case 1:
		return 0x4 // center
	case 2:
		return 0x3 // left, right
	case 4:
		return 0x33 // and back left, back right
	case 6:
		return 0x3F // 5.1
	case 8:
		return 0x63F // 7.1
	}
	return 0
}
