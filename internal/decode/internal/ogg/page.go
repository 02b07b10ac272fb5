package ogg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Flags of a page.
const (
	Continued = 1 // the first packet began on an earlier page
	First     = 2 // of its logical stream
	Last      = 4 // page of its logical stream
)

// Page is one page. Segments and Body are good until the next one is read.
type Page struct {
	Start    int64 // byte of the file
	Size     int64
	Flags    byte
	Granule  int64 // position after the last packet that ends here; -1 if none ends
	Serial   uint32
	Sequence uint32
	Sum      uint32 // checksum
	Segments []byte
	Body     []byte
}

// Errors about pages, matched by errors.Is.
var (
	ErrDamaged   = errors.New("the Ogg stream is damaged")
	ErrTruncated = errors.New("the Ogg stream is cut off")
	ErrChained   = errors.New("several Ogg streams follow each other")
)

// PageError is what is wrong with a page, and at which byte of the file.
type PageError struct {
	Byte   int64
	Reason string
	Err    error
}

// Error returns the reason, without the place.
func (e *PageError) Error() string { return e.Reason }

// Unwrap returns the sentinel.
func (e *PageError) Unwrap() error { return e.Err }

func fail(at int64, err error, format string, args ...any) error {
	return &PageError{Byte: at, Reason: fmt.Sprintf(format, args...), Err: err}
}

// maxPage is the largest page there can be.
const maxPage = headBytes + 255 + 255*255

// pages reads pages one after the other.
type pages struct {
	r        io.ReaderAt
	at, size int64
	buf      []byte

	skipped int64 // bytes between pages that were stepped over
	broken  error // what was wrong where that happened last
	tries   int   // of places where a page might begin
}

// maxTries is how many places are looked at where a page might begin, in one file.
const maxTries = 10_000

// next reads the page that comes next, io.EOF at the end of the file. What isn't a page
// is stepped over if a whole one follows: old programs pad with zeros, and a page that
// is damaged is missed by its number.
func (s *pages) next() (Page, error) {
	page, err := s.read(s.at)
	var broken *PageError
	if !errors.As(err, &broken) {
		return page, err
	}
	from := s.at
	for at := from + 1; s.tries < maxTries; at++ {
		var found bool
		if at, found, err = s.find(at); err != nil {
			return Page{}, err
		}
		if !found {
			break
		}
		s.tries++
		if page, err = s.read(at); err == nil {
			s.skipped += at - from
			if s.broken = broken; errors.Is(broken, ErrTruncated) { // it isn't: a page follows
				s.broken = fail(from, ErrDamaged, "the header of an Ogg page is damaged")
			}
			return page, nil
		}
	}
	return Page{}, broken
}

// find looks for the next OggS from byte at on.
func (s *pages) find(at int64) (int64, bool, error) {
	const overlap = len("OggS") - 1
	for at < s.size {
		n, err := s.r.ReadAt(s.buf[:min(int64(len(s.buf)), s.size-at)], at)
		if err != nil && err != io.EOF {
			return 0, false, err
		}
		if i := bytes.Index(s.buf[:n], []byte("OggS")); i >= 0 {
			return at + int64(i), true, nil
		}
		if n <= overlap || at+int64(n) >= s.size {
			break
		}
		at += int64(n - overlap)
	}
	return 0, false, nil
}

// headBytes is the length of a page's header without the sizes of its segments.
const headBytes = 27

// header reads the header of the page that p begins with:
//
//	0-3 OggS  4 version 0  5 flags  6-13 granule  14-17 serial number
//	18-21 page number  22-25 CRC  26 number of segments, then their sizes
//
// size is that of the page. If p doesn't hold all of the header, ok is false; size is 0
// if it can't be one.
func header(p []byte) (page Page, size int, ok bool) {
	if string(p[:min(len(p), 4)]) != "OggS"[:min(len(p), 4)] || len(p) > 4 && p[4] != 0 {
		return page, 0, false
	}
	if len(p) < headBytes || len(p) < headBytes+int(p[26]) {
		return page, headBytes, false
	}
	le := binary.LittleEndian
	page = Page{
		Flags: p[5], Granule: int64(le.Uint64(p[6:])), Serial: le.Uint32(p[14:]), Sequence: le.Uint32(p[18:]),
		Segments: p[headBytes : headBytes+int(p[26])],
	}
	size = headBytes + len(page.Segments)
	for _, n := range page.Segments {
		size += int(n)
	}
	return page, size, true
}

// Peek returns the body of the page that p begins with, as far as it is there.
func Peek(p []byte) []byte {
	page, size, ok := header(p)
	if !ok {
		return nil
	}
	return p[headBytes+len(page.Segments) : min(size, len(p))]
}

// Codec names the coding of a stream of sound by its first packet: Vorbis, Opus, FLAC or
// Speex. "" is anything else.
func Codec(packet []byte) string {
	for _, c := range [...]struct{ begin, name string }{
		{"\x01vorbis", "Vorbis"}, {"OpusHead", "Opus"}, {"\x7FFLAC", "FLAC"}, {"Speex   ", "Speex"},
	} {
		if bytes.HasPrefix(packet, []byte(c.begin)) {
			return c.name
		}
	}
	return ""
}

// read reads the page at a byte and moves past it.
func (s *pages) read(at int64) (Page, error) {
	if s.buf == nil {
		s.buf = make([]byte, maxPage)
	}
	p := s.buf
	n, err := s.r.ReadAt(p[:min(maxPage, max(s.size-at, 0))], at)
	if err != nil && err != io.EOF {
		return Page{}, err
	}
	if n == 0 {
		return Page{}, io.EOF
	}
	page, size, ok := header(p[:n])
	page.Start = at
	switch {
	case !ok && size == 0:
		return Page{}, fail(at, ErrDamaged, "no Ogg page begins where one should")
	case !ok:
		return Page{}, fail(at, ErrTruncated, "the file ends inside the header of an Ogg page")
	case size > n:
		return Page{}, fail(at, ErrTruncated, "the file ends inside an Ogg page")
	}
	page.Body, page.Size = p[headBytes+len(page.Segments):size], int64(size)
	le := binary.LittleEndian
	want := le.Uint32(p[22:])
	clear(p[22:26])
	if have := crc(p[:size]); have != want {
		return Page{}, fail(at, ErrDamaged, "the checksum of an Ogg page is %08Xh, not %08Xh", have, want)
	}
	page.Sum = want
	s.at = at + page.Size
	return page, nil
}

// crcTable is for eight bytes at a time: crcTable[k][v] is the effect of v with k
// bytes after it.
var crcTable = func() (t [8][256]uint32) {
	for i := range 256 {
		c := uint32(i) << 24
		for range 8 {
			c = c<<1 ^ 0x04C11DB7*(c>>31)
		}
		t[0][i] = c
	}
	for i := range 256 {
		for k := 1; k < 8; k++ {
			t[k][i] = t[k-1][i]<<8 ^ t[0][t[k-1][i]>>24]
		}
	}
	return t
}()

// crc is the checksum of a page: polynomial 04C11DB7h, not reflected, from 0.
func crc(p []byte) uint32 {
	var c uint32
	for len(p) >= 8 {
		c ^= binary.BigEndian.Uint32(p)
		c = crcTable[7][c>>24] ^ crcTable[6][c>>16&255] ^ crcTable[5][c>>8&255] ^ crcTable[4][c&255] ^
			crcTable[3][p[4]] ^ crcTable[2][p[5]] ^ crcTable[1][p[6]] ^ crcTable[0][p[7]]
		p = p[8:]
	}
	for _, v := range p {
		c = c<<8 ^ crcTable[0][byte(c>>24)^v]
	}
	return c
}
