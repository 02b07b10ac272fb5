package mp3

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// tagPeek is the number of bytes that tagStarts needs.
const tagPeek = 32

const (
	id3v1Bytes  = 128
	id3v1Plus   = 227 // "TAG+", which extends it
	apeBytes    = 32  // header or footer of an APE tag
	id3v2Bytes  = 10  // header or footer of ID3v2
	lyricsEnd   = 9   // "LYRICS200" or "LYRICSEND"
	lyricsMax   = 5100
	maxTailTags = 32
)

var (
	lyricsBegin = []byte("LYRICSBEGIN")
	apeMagic    = []byte("APETAGEX")
)

// tagStarts reports whether a tag starts here rather than a frame.
func tagStarts(b []byte) bool { return tagSize(b) > 0 }

// tagSize is the length of the tag that starts with b, or 0. Tags before or between
// frames are ID3v2, APEv2 with a header, and ID3v1 where files were joined.
func tagSize(b []byte) int64 {
	switch {
	case len(b) >= id3v2Bytes && string(b[:3]) == "ID3" && b[3] < 0xFF && b[4] < 0xFF:
		n, ok := syncSafe(b[6:])
		if !ok {
			return 0
		}
		n += id3v2Bytes
		if b[5]&0x10 != 0 { // a footer too
			n += id3v2Bytes
		}
		return n
	case len(b) >= apeBytes && bytes.HasPrefix(b, apeMagic) && b[23]&0x20 != 0: // this is its header
		return apeBytes + int64(binary.LittleEndian.Uint32(b[12:]))
	case len(b) >= 3 && string(b[:3]) == "TAG":
		if len(b) >= 4 && b[3] == '+' {
			return id3v1Plus
		}
		return id3v1Bytes
	}
	return 0
}

// syncSafe reads 28 bits from four bytes below 80h.
func syncSafe(b []byte) (int64, bool) {
	v := int64(0)
	for _, c := range b[:4] {
		if c >= 0x80 {
			return 0, false
		}
		v = v<<7 | int64(c)
	}
	return v, true
}

// skipTags moves over tags before the next frame.
func (f *framer) skipTags() error {
	for f.pos < f.end {
		b, err := f.v.at(f.pos, tagPeek)
		if err != nil {
			return err
		}
		n := tagSize(b)
		if n == 0 {
			return nil
		}
		f.pos = min(f.pos+n, f.end)
	}
	return nil
}

// trimTail moves the end of the audio before the tags that are appended.
func (f *framer) trimTail() error {
	for range maxTailTags {
		n, err := f.tailTag()
		if err != nil {
			return err
		}
		if n <= 0 || n > f.end {
			return nil
		}
		f.end -= n
	}
	return nil
}

// tailTag is the length of the tag before the end, or 0.
func (f *framer) tailTag() (int64, error) {
	peek := func(back int64, n int) ([]byte, error) {
		if back > f.end {
			return nil, nil
		}
		return f.v.at(f.end-back, n)
	}
	for _, size := range []int64{id3v1Bytes, id3v1Plus} {
		b, err := peek(size, 4)
		if err != nil {
			return 0, err
		}
		if len(b) == 4 && string(b[:3]) == "TAG" && (b[3] == '+' || size == id3v1Bytes) {
			return size, nil
		}
	}
	b, err := peek(apeBytes, apeBytes)
	if err != nil {
		return 0, err
	}
	if bytes.HasPrefix(b, apeMagic) {
		return f.apeTag(b)
	}
	if b, err = peek(id3v2Bytes, id3v2Bytes); err != nil {
		return 0, err
	}
	if len(b) == id3v2Bytes && string(b[:3]) == "3DI" {
		if n, ok := syncSafe(b[6:]); ok {
			return n + 2*id3v2Bytes, nil
		}
	}
	return f.lyrics(peek)
}

// apeTag is the length of the APE tag that ends with a footer. One whose length is too
// long would take frames with it: then it is the footer alone.
func (f *framer) apeTag(footer []byte) (int64, error) {
	n := int64(binary.LittleEndian.Uint32(footer[12:])) // with this footer, without the header
	if n <= apeBytes || n > f.end {
		return apeBytes, nil
	}
	if footer[23]&0x80 != 0 && n+apeBytes <= f.end {
		b, err := f.v.at(f.end-n-apeBytes, len(apeMagic))
		if err != nil || bytes.Equal(b, apeMagic) {
			return n + apeBytes, err
		}
	}
	b, err := f.v.at(f.end-n, apeItemPeek)
	if err != nil || !apeItem(b, n-apeBytes) {
		return apeBytes, err
	}
	return n, nil
}

// apeItemPeek is how much apeItem looks at: the longest name with what surrounds it.
const apeItemPeek = 8 + 255 + 1

// apeItem reports whether an item of at most size bytes starts with b: 0-3 bytes of the
// value, 4-7 flags, 8 name of 2 to 255 printable letters, 0.
func apeItem(b []byte, size int64) bool {
	if len(b) < 8 {
		return false
	}
	end := bytes.IndexByte(b[8:], 0)
	if end < 1 || int64(binary.LittleEndian.Uint32(b))+8+int64(end)+1 > size {
		return false
	}
	for _, c := range b[8 : 8+end] {
		if c < 0x20 || c > 0x7E {
			return false
		}
	}
	return true
}

// lyrics is the length of a Lyrics3 tag before the end: version 2 states it in six
// digits, version 1 has to be searched for.
func (f *framer) lyrics(peek func(int64, int) ([]byte, error)) (int64, error) {
	b, err := peek(lyricsEnd+6, lyricsEnd+6)
	if err != nil || len(b) < lyricsEnd+6 {
		return 0, err
	}
	switch string(b[6:]) {
	case "LYRICS200":
		n, err := strconv.ParseUint(string(b[:6]), 10, 32)
		if err != nil {
			return 0, nil
		}
		size := int64(n) + lyricsEnd + 6
		b, err = peek(size, len(lyricsBegin))
		if !bytes.Equal(b, lyricsBegin) {
			size = 0
		}
		return size, err
	case "LYRICSEND":
		back := min(lyricsMax+lyricsEnd, f.end)
		b, err = peek(back, int(back))
		if at := bytes.LastIndex(b, lyricsBegin); at >= 0 {
			return back - int64(at), err
		}
		return 0, err
	}
	return 0, nil
}

// maxID3Search limits the search for iTunes' comment; pictures come after it.
const maxID3Search = 16 << 20

// smpb is the content of the comment iTunSMPB of an ID3v2 tag.
type smpb struct {
	delay, padding, frames int64
	ok                     bool
}

// findSMPB looks for the comment in an ID3v2 tag: as ISO 8859-1 and UTF-16 text.
func (f *framer) findSMPB(from, size int64) (smpb, error) {
	const step = ahead / 2
	end := min(from+min(size, maxID3Search), f.v.size)
	for ; from < end; from += step {
		b, err := f.v.at(from, ahead)
		if err != nil {
			return smpb{}, err
		}
		b = b[:min(int64(len(b)), end-from)]
		for _, name := range []string{"iTunSMPB", "i\x00T\x00u\x00n\x00S\x00M\x00P\x00B"} {
			if at := bytes.Index(b, []byte(name)); at >= 0 {
				if s := parseSMPB(b[at+len(name):]); s.ok {
					return s, nil
				}
			}
		}
	}
	return smpb{}, nil
}

// parseSMPB reads "00000000 00000210 00000A2C 000000000017F274 ...": hexadecimal, a
// zero, delay, padding, length.
func parseSMPB(b []byte) (s smpb) {
	b = b[:min(len(b), 512)]
	text := strings.Map(func(r rune) rune {
		if r == ' ' || r > ' ' && r < 0x7F {
			return r
		}
		return -1 // NUL, byte order marks, the upper bytes of UTF-16
	}, string(b))
	words := strings.Fields(text)
	if len(words) < 4 {
		return s
	}
	var v [4]int64
	for i := range v {
		n, err := strconv.ParseUint(words[i], 16, 48)
		if err != nil {
			return smpb{}
		}
		v[i] = int64(n)
	}
	s = smpb{delay: v[1], padding: v[2], frames: v[3], ok: v[3] > 0}
	return s
}
