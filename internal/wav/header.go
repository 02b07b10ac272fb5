package wav

import (
	"encoding/binary"
	"fmt"

	"github.com/redbook-audio/redbook/pcm"
)

// header describes a file up to its audio.
type header struct {
	format    pcm.Format
	bigEndian bool // RIFX
	start     int64
	size      int64 // bytes of audio; unknownSize if only the end of the stream determines it
	coding    Coding
	roomy     int   // bits of samples that occupy four bytes, 0 if they fill them
	lift      uint  // by how much such samples must be shifted up
	frame     int64 // bytes of a sample frame, or of a block of coded audio
	declared  int64 // bytes of the data chunk, including a partial frame at its end
	open      bool  // the file doesn't show how long it should be
	notes     []string
}

// note adds an unusual property, in words.
func (h *header) note(format string, args ...any) {
	h.notes = append(h.notes, fmt.Sprintf(format, args...))
}

const unknownSize = -1

// Limits on the work that a header may cause.
const (
	maxChunks    = 4096 // before the audio
	maxDS64Table = 64   // sizes of chunks beyond 4 GiB
)

// ds64 holds the 64-bit sizes of RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088).
type ds64 struct {
	data  uint64
	table map[string]uint64
}

// parser walks the chunks up to the audio.
type parser struct {
	name     string
	in       cursor
	base     int64 // where the file begins: after a tag
	coded    bool  // any coding is accepted
	order    binary.ByteOrder
	form     string // RIFF, RIFX, RF64 or BW64
	riffSize uint32
	ds64     *ds64
	h        header
	haveFmt  bool
	fmt      []byte // content of the fmt chunk
}

// parse reads the header that begins at the cursor and leaves the cursor at the
// first byte of audio.
func parse(name string, in cursor, coded bool) (header, error) {
	p := &parser{name: name, in: in, base: in.offset(), coded: coded}
	if err := p.riff(); err != nil {
		return header{}, err
	}
	// Bounded, because a chunk can be as short as eight bytes and a hostile file may have
	// millions.
	for range maxChunks {
		done, err := p.chunk()
		if err != nil {
			return header{}, err
		}
		if done {
			return p.h, nil
		}
	}
	return header{}, p.fail(ErrMalformed, "more than %d chunks precede the audio", maxChunks)
}

// fail makes an error at the cursor.
func (p *parser) fail(sentinel error, format string, args ...any) error {
	return p.failAt(p.in.offset(), sentinel, format, args...)
}

func (p *parser) failAt(at int64, sentinel error, format string, args ...any) error {
	return &Error{Name: p.name, Offset: at, Reason: fmt.Sprintf(format, args...), Err: sentinel}
}

// take returns the next n bytes and advances past them.
func (p *parser) take(n int, what string) ([]byte, error) {
	b, err := p.in.peek(n)
	if err != nil {
		return nil, &Error{Name: p.name, Offset: p.in.offset(), Reason: "reading " + what, Err: err}
	}
	if len(b) < n {
		return nil, p.failAt(p.in.offset()+int64(len(b)), ErrTruncated,
			"the file ends inside %s: %d of %d bytes are there", what, len(b), n)
	}
	b = append([]byte(nil), b...) // peek returns a buffer that the next call reuses
	if _, err := p.in.skip(int64(n)); err != nil {
		return nil, &Error{Name: p.name, Offset: p.in.offset(), Reason: "reading " + what, Err: err}
	}
	return b, nil
}

// riff reads the twelve bytes that every WAV file begins with:
//
//	0-3  RIFF, RIFX (all numbers big-endian), RF64 or BW64 (sizes in ds64)
//	4-7  bytes that follow
//	8-11 WAVE
func (p *parser) riff() error {
	b, err := p.in.peek(12)
	if err != nil {
		return &Error{Name: p.name, Offset: p.in.offset(), Reason: "reading the header", Err: err}
	}
	if len(b) == 0 {
		return p.fail(ErrEmpty, "the file is empty")
	}
	form := string(b[:min(len(b), 4)])
	switch form {
	case "RIFF", "RF64", "BW64":
		p.order = binary.LittleEndian
	case "RIFX":
		p.order, p.h.bigEndian = binary.BigEndian, true
	default:
		return p.fail(ErrNotWAV, "it begins with %q%s instead of RIFF", form, otherFormat(b))
	}
	if b, err = p.take(12, "the RIFF header"); err != nil {
		return err
	}
	p.form, p.riffSize = form, p.order.Uint32(b[4:])
	if kind := string(b[8:12]); kind != "WAVE" {
		return p.failAt(p.in.offset()-4, ErrNotWAV, "the %s file holds %q instead of WAVE", form, kind)
	}
	return nil
}

// otherFormat names file formats that are mistaken for WAV.
func otherFormat(b []byte) string {
	for _, known := range []struct{ magic, name string }{
		{"FORM", "AIFF"}, {"fLaC", "FLAC"}, {"OggS", "Ogg"}, {"ID3", "MP3"}, {"\xFF\xFB", "MP3"},
		{"riff", "Sony Wave64"}, {".snd", "AU"}, {"caff", "CAF"}, {"MAC ", "Monkey's Audio"}, {"wvpk", "WavPack"},
	} {
		if len(b) >= len(known.magic) && string(b[:len(known.magic)]) == known.magic {
			return " (" + known.name + ")"
		}
	}
	return ""
}

// chunk reads one chunk; done means that it was the audio.
func (p *parser) chunk() (done bool, err error) {
	at := p.in.offset()
	if b, err := p.in.peek(8); err == nil && len(b) < 8 {
		return false, p.missing(len(b))
	}
	b, err := p.take(8, "a chunk header")
	if err != nil {
		return false, err
	}
	id, size := string(b[:4]), int64(p.order.Uint32(b[4:]))
	if id == "data" {
		return true, p.data(at, uint32(size))
	}
	// In RF64 any chunk beyond 4 GiB declares FFFFFFFFh and has its size in ds64.
	if p.ds64 != nil && size == 0xFFFFFFFF {
		if big, ok := p.ds64.table[id]; ok {
			size = int64(min(big, 1<<62))
		}
	}
	// Chunks that aren't needed (bext, cue ...) are skipped.
	switch id {
	case "ds64":
		err = p.readDS64(at, size)
	case "fmt ":
		err = p.readFmt(at, size)
	case "fact":
		err = p.readFact(size)
	case "LIST":
		err = p.readList(at, size)
	}
	if err != nil {
		return false, err
	}
	return false, p.leave(at, id, size)
}

// riffEnd is the end of the file by its RIFF size.
func (p *parser) riffEnd() int64 { return p.base + 8 + int64(p.riffSize) }

// missing returns the error of a file that ends where a chunk should start.
func (p *parser) missing(rest int) error {
	// A RIFF size that extends further distinguishes a truncated file from one that never had the
	// chunk.
	sentinel := ErrMalformed
	if p.riffEnd() > p.in.offset()+int64(rest) && p.riffSize != 0xFFFFFFFF {
		sentinel = ErrTruncated
	}
	what := "data"
	if !p.haveFmt {
		what = "fmt"
	}
	return p.fail(sentinel, "the file ends before the %s chunk", what)
}

// leave moves the cursor past the chunk that started at byte at, and past its pad byte:
// chunks begin at even offsets.
func (p *parser) leave(at int64, id string, size int64) error {
	end := at + 8 + size
	rest := end - p.in.offset()
	skipped, err := p.in.skip(rest)
	if err != nil {
		return &Error{Name: p.name, Offset: p.in.offset(), Reason: fmt.Sprintf("reading chunk %q", id), Err: err}
	}
	if skipped < rest && !chunkName([]byte(id)) {
		return p.failAt(at, ErrMalformed, "no chunk begins where one should: a size before it is wrong, or the header is damaged")
	}
	if skipped < rest {
		return p.fail(ErrTruncated, "chunk %q at byte %d declares %d bytes, but the file ends after %d",
			id, at, size, p.in.offset()-at-8)
	}
	if size%2 == 0 {
		return nil
	}
	b, err := p.in.peek(9)
	if err == nil && !unpadded(b) {
		_, err = p.in.skip(1)
	}
	if err != nil {
		return &Error{Name: p.name, Offset: p.in.offset(), Reason: fmt.Sprintf("reading past chunk %q", id), Err: err}
	}
	return nil
}

// unpadded detects writers that omit the pad byte after an odd chunk: a chunk begins here
// and none begins one byte later.
func unpadded(b []byte) bool {
	if len(b) < 8 || b[0] == 0 || !chunkName(b[:4]) {
		return false
	}
	return len(b) < 9 || !chunkName(b[1:5]) || known[string(b[:4])]
}

// chunkName reports whether b looks like the name of a chunk.
func chunkName(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// known names the usual chunks of a WAV file.
var known = map[string]bool{
	"fmt ": true, "data": true, "fact": true, "LIST": true, "bext": true, "JUNK": true, "junk": true,
	"PAD ": true, "cue ": true, "smpl": true, "inst": true, "iXML": true, "_PMX": true, "PEAK": true,
	"id3 ": true, "ID3 ": true, "ds64": true, "axml": true, "chna": true, "cart": true, "acid": true,
	"plst": true, "note": true, "labl": true, "ltxt": true, "FLLR": true, "minf": true, "elm1": true,
	"regn": true, "umid": true, "DGDA": true, "levl": true, "afsp": true, "DISP": true, "slnt": true,
}

// readDS64 reads the sizes that don't fit in 32 bits:
//
//	0-7   size of the RIFF form    8-15 size of the data chunk
//	16-23 samples (unused here)    24-27 entries that follow: name (4), size (8)
func (p *parser) readDS64(at, size int64) error {
	if p.form != "RF64" && p.form != "BW64" {
		return nil // harmless there: their sizes aren't used
	}
	if size < 28 {
		return p.failAt(at, ErrMalformed, "the ds64 chunk has %d bytes, not 28 or more", size)
	}
	b, err := p.take(28, "the ds64 chunk")
	if err != nil {
		return err
	}
	// Little-endian always: there is no big-endian RF64.
	p.ds64 = &ds64{data: binary.LittleEndian.Uint64(b[8:]), table: map[string]uint64{}}
	entries := min(int64(binary.LittleEndian.Uint32(b[24:])), (size-28)/12, maxDS64Table)
	for range entries {
		b, err := p.take(12, "the ds64 chunk")
		if err != nil {
			return err
		}
		p.ds64.table[string(b[:4])] = binary.LittleEndian.Uint64(b[4:])
	}
	return nil
}

// readFact decodes how many sample frames coded audio has.
func (p *parser) readFact(size int64) error {
	b, err := p.in.peek(4)
	if err == nil && size >= 4 && len(b) == 4 {
		p.h.coding.Samples = int64(p.order.Uint32(b))
	}
	return err
}

// readList detects the one kind of LIST that holds audio: a wave list.
func (p *parser) readList(at, size int64) error {
	b, err := p.in.peek(4)
	if err == nil && size >= 4 && string(b) == "wavl" {
		return p.failAt(at, ErrUnsupported, "the audio is in a wave list (LIST wavl)")
	}
	return nil
}
