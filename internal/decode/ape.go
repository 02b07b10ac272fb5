package decode

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// apeNames are the items of APEv2 tags whose names differ from those of Vorbis
// comments.
var apeNames = map[string]string{
	"year": "date", "ean/upc": "ean/upc", "catalog": "catalog", "album artist": "albumartist", "mixartist": "performer",
}

// maxAPETag is how much of an APE tag is read.
const maxAPETag = 8 << 20

// apeTags reads the APEv2 tag of a file: at its end, before an ID3v1 tag or a Lyrics3
// tag, or at its beginning.
func apeTags(in input) tagValues {
	end := in.size
	var p [128]byte
	if end >= 128 {
		if _, err := in.r.ReadAt(p[:], end-128); err == nil && string(p[:3]) == "TAG" {
			end -= 128
		}
	}
	if t, ok := apeBefore(in, end); ok {
		return t
	}
	if n := lyricsSize(in, end); n > 0 {
		if t, ok := apeBefore(in, end-n); ok {
			return t
		}
	}
	// Its header, which has the same 32 bytes as its footer, at the beginning.
	if h, ok := readAPEHead(in, 0); ok && h.flags&apeIsHeader != 0 {
		return apeItems(readUpTo(in, apeHeadBytes, h.size, maxAPETag), h.count)
	}
	return tagValues{}
}

// What a header and a footer have in common.
const (
	apeHeadBytes = 32
	apeIsHeader  = 1 << 29 // in its flags
)

// apeHead is a header or footer: 0-7 APETAGEX  8-11 version  12-15 bytes of items and
// footer  16-19 items  20-23 flags, bit 29: this is the header.
type apeHead struct {
	size  int64
	count uint32
	flags uint32
}

func readAPEHead(in input, at int64) (h apeHead, ok bool) {
	var p [32]byte
	if at < 0 {
		return h, false
	}
	if _, err := in.r.ReadAt(p[:], at); err != nil || string(p[:8]) != "APETAGEX" {
		return h, false
	}
	le := binary.LittleEndian
	return apeHead{int64(le.Uint32(p[12:])), le.Uint32(p[16:]), le.Uint32(p[20:])}, true
}

// apeBefore reads the tag that ends before byte end.
func apeBefore(in input, end int64) (tagValues, bool) {
	h, ok := readAPEHead(in, end-32)
	if !ok || h.size < 32 || h.size > end {
		return tagValues{}, false
	}
	return apeItems(readUpTo(in, end-h.size, h.size-32, maxAPETag), h.count), true
}

// lyricsSize is the length of a Lyrics3v2 tag before byte end: LYRICS200 after its size
// in six digits, which counts neither itself nor that.
func lyricsSize(in input, end int64) (n int64) {
	var p [15]byte
	if end < 15 {
		return 0
	}
	if _, err := in.r.ReadAt(p[:], end-15); err != nil || string(p[6:]) != "LYRICS200" {
		return 0
	}
	for _, c := range p[:6] {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n + 15
}

// apeItems reads the items: 0-3 bytes of the value  4-7 flags, bits 1-2: 0 for text
// 8- name, 0, value. Values of a list have zeros between them.
func apeItems(p []byte, count uint32) (t tagValues) {
	for range min(count, maxTags) {
		if len(p) < 9 {
			return t
		}
		size, flags := binary.LittleEndian.Uint32(p), binary.LittleEndian.Uint32(p[4:])
		end := bytes.IndexByte(p[8:min(len(p), 8+256)], 0)
		if end < 0 || uint64(size) > uint64(len(p)-9-end) {
			return t
		}
		name, value := strings.ToLower(string(p[8:8+end])), p[9+end:][:size]
		p = p[9+end+int(size):]
		if flags>>1&3 != 0 {
			continue
		}
		if other, ok := apeNames[name]; ok {
			name = other
		}
		if name == "cuesheet" && !utf8.Valid(value) {
			t.addRaw(name, string(value)) // package cue knows more encodings
			continue
		}
		for v := range bytes.SplitSeq(value, []byte{0}) {
			t.add(name, text(v))
		}
	}
	return t
}
