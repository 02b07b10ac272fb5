package flac

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Info is the STREAMINFO block (RFC 9639 8.2).
type Info struct {
	MinBlock, MaxBlock int
	Rate               int
	Channels           int
	Bits               int
	Frames             int64    // samples of each channel; 0 if the writer didn't know
	MD5                [16]byte // of all samples; zeros if the writer didn't compute it
}

// Kinds of metadata blocks.
const (
	BlockStreamInfo    = 0
	BlockVorbisComment = 4
	BlockCueSheet      = 5
)

// Block is where a metadata block is.
type Block struct {
	Kind   int
	Start  int64 // byte of the file
	Length int64
}

// Layout is what precedes the audio.
type Layout struct {
	Info   Info
	Found  bool // there is a STREAMINFO
	Blocks []Block
	Audio  int64 // byte of the file after the last block
	Cut    bool  // the last block reaches past the end of the file, or is invalid
}

// maxBlocks is how many metadata blocks are read: a hostile file has millions.
const maxBlocks = 4096

// ReadLayout reads the metadata of the file whose fLaC is at byte at. A block that reaches
// past the end of the file ends the metadata, with Audio after its header.
func ReadLayout(r io.ReaderAt, at, size int64) (Layout, error) {
	l := Layout{Audio: at + 4}
	for range maxBlocks {
		var head [4]byte
		if _, err := r.ReadAt(head[:], l.Audio); err != nil {
			return l, fmt.Errorf("the file ends inside its metadata: %w", noEOF(err))
		}
		b := Block{
			Kind: int(head[0] & 0x7F), Start: l.Audio + 4,
			Length: int64(binary.BigEndian.Uint32(head[:]) & 0xFFFFFF),
		}
		l.Audio += 4
		// Not followed: the first frame is searched in the bytes after it.
		if b.Kind == 127 || b.Length > size-b.Start {
			l.Cut = true
			return l, nil
		}
		l.Audio += b.Length
		l.Blocks = append(l.Blocks, b)
		if b.Kind == BlockStreamInfo && !l.Found && b.Length >= 34 {
			if err := l.readInfo(r, b); err != nil {
				return l, err
			}
		}
		if head[0]&0x80 != 0 {
			return l, nil
		}
	}
	return l, FormatError(fmt.Sprintf("more than %d blocks of metadata", maxBlocks))
}

// readInfo reads STREAMINFO:
//
//	0-1 smallest block  2-3 largest block  4-9 sizes of frames
//	10-17 sample rate (20 bits), channels - 1 (3), bits - 1 (5), samples (36)
//	18-33 MD5
func (l *Layout) readInfo(r io.ReaderAt, b Block) error {
	var p [34]byte
	if _, err := r.ReadAt(p[:], b.Start); err != nil {
		return noEOF(err)
	}
	v := binary.BigEndian.Uint64(p[10:])
	l.Found = true
	l.Info = Info{
		MinBlock: int(binary.BigEndian.Uint16(p[0:])), MaxBlock: int(binary.BigEndian.Uint16(p[2:])),
		Rate: int(v >> 44), Channels: int(v>>41&7) + 1, Bits: int(v>>36&31) + 1, Frames: int64(v & (1<<36 - 1)),
	}
	copy(l.Info.MD5[:], p[18:])
	return nil
}

// FindFrame returns the first byte from at on, within limit bytes, that starts a frame
// header that a decoder can read completely.
func FindFrame(r io.ReaderAt, at, size, limit int64, bits int) (int64, Header, bool) {
	const window = 64 << 10
	buf := make([]byte, window+maxHeader)
	end := min(at+limit, size)
	for at < end {
		n, _ := r.ReadAt(buf, at)
		for i := range min(n, window) {
			if buf[i] != 0xFF || int64(i)+at >= end {
				continue
			}
			h, err := ParseHeader(buf[i:min(i+maxHeader, n)])
			if err != nil {
				continue
			}
			// Eight bits of a checksum can be right by chance; sixteen more hardly.
			d := NewDecoder(io.NewSectionReader(r, at+int64(i), size), at+int64(i), bits)
			if _, err := d.Next(); err == nil {
				return at + int64(i), h, true
			}
		}
		if n <= window {
			break
		}
		at += window
	}
	return 0, Header{}, false
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
