package decode

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"hash"
	"io"

	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
)

// FLACTags are the tags of a FLAC file: pairs of a name and a text, in their order. Empty
// texts are left out.
type FLACTags [][2]string

// FLACWriter writes CD audio (44.1 kHz, 16 bits, stereo) to a FLAC file, without loss.
type FLACWriter struct {
	w      io.WriterAt
	at     int64
	info   [34]byte
	frames int64
	done   int64
	e      *flac.Encoder
	md5    hash.Hash
	block  []byte
	min    int // bytes of the shortest and the longest frame
	max    int
	err    error
}

// flacInfoAt is where STREAMINFO begins: past the mark and the header of the block.
const flacInfoAt = 8

// NewFLACWriter begins a FLAC file with the audio of frames samples of each channel.
func NewFLACWriter(w io.WriterAt, frames int64, tags FLACTags) (*FLACWriter, error) {
	f := &FLACWriter{w: w, frames: frames, e: flac.NewEncoder(), md5: md5.New(), block: make([]byte, 0, flac.BlockSize*4)}
	binary.BigEndian.PutUint16(f.info[0:], flac.BlockSize)
	binary.BigEndian.PutUint16(f.info[2:], flac.BlockSize)
	// 20 bits rate, 3 bits channels - 1, 5 bits size - 1, 36 bits length (RFC 9639 8.2).
	binary.BigEndian.PutUint64(f.info[10:], 44100<<44|1<<41|15<<36|uint64(frames))
	head := append([]byte("fLaC\x00\x00\x00\x22"), f.info[:]...)
	comments := tagBlock(tags)
	head = append(head, 0x84, byte(len(comments)>>16), byte(len(comments)>>8), byte(len(comments)))
	head = append(head, comments...)
	return f, f.write(head)
}

// tagBlock is the block of tags: lengths in little-endian, texts in UTF-8.
func tagBlock(tags FLACTags) []byte {
	const vendor = "redbook"
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(vendor)))
	b = append(b, vendor...)
	at, n := len(b), uint32(0)
	b = binary.LittleEndian.AppendUint32(b, 0)
	for _, tag := range tags {
		if tag[1] == "" {
			continue
		}
		text := tag[0] + "=" + tag[1]
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(text))), text...)
		n++
	}
	binary.LittleEndian.PutUint32(b[at:], n)
	return b
}

// write appends to the file.
func (f *FLACWriter) write(p []byte) error {
	n, err := f.w.WriteAt(p, f.at)
	f.at += int64(n)
	return err
}

// Write encodes audio: little-endian samples of 16 bits, left and right.
func (f *FLACWriter) Write(p []byte) (int, error) {
	n := len(p)
	for f.err == nil && len(p) > 0 {
		room := min(cap(f.block)-len(f.block), len(p))
		f.block, p = append(f.block, p[:room]...), p[room:]
		if len(f.block) == cap(f.block) {
			f.frame()
		}
	}
	return n - len(p), f.err
}

// frame encodes the block.
func (f *FLACWriter) frame() {
	f.md5.Write(f.block)
	frame := f.e.Frame(f.block)
	if f.min == 0 || len(frame) < f.min {
		f.min = len(frame)
	}
	f.max = max(f.max, len(frame))
	f.done += int64(len(f.block) / 4)
	f.block, f.err = f.block[:0], f.write(frame)
}

// Close completes the file: its last frame, and the MD5 of the samples in its header. The
// file stays open. Audio of another length than was announced is an error.
func (f *FLACWriter) Close() error {
	if len(f.block)%4 != 0 {
		return fmt.Errorf("FLAC: a part of a sample at the end: %w", io.ErrUnexpectedEOF)
	}
	if f.err == nil && len(f.block) > 0 {
		f.frame()
	}
	if f.err != nil {
		return f.err
	}
	if f.done != f.frames {
		return fmt.Errorf("FLAC: %d samples instead of %d: %w", f.done, f.frames, io.ErrUnexpectedEOF)
	}
	put24 := func(b []byte, v int) { b[0], b[1], b[2] = byte(v>>16), byte(v>>8), byte(v) }
	put24(f.info[4:], f.min)
	put24(f.info[7:], f.max)
	f.md5.Sum(f.info[18:18])
	_, err := f.w.WriteAt(f.info[:], flacInfoAt)
	return err
}
