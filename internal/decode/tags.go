package decode

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tags are the tags of a file, unchanged: redbook judges neither titles nor codes. Empty
// and 0 mean that the file does not have the tag.
type Tags struct {
	Title          string
	Performer      string // of the track
	Album          string
	AlbumPerformer string
	Date           string
	Genre          string
	Track, Tracks  int // number of the track, and how many there are; 101 for A1 on a record
	Disc, Discs    int
	ISRC           string // without dashes and blanks, upper case
	MCN            string // bar code, digits only
	CueSheet       string // the text of an embedded cue sheet
	TrackGain      Gain   // ReplayGain
	AlbumGain      Gain
}

// Gain is the change of volume that ReplayGain requires for a file. Its reference is about
// -18 LUFS.
type Gain struct {
	Known bool
	DB    float64
	Peak  float64 // the highest sample, 1 is full scale; 0 if unknown
}

// Limits on tags: what is longer is dropped.
const (
	maxTagText = 1 << 12
	maxCueText = 1 << 20
	maxTags    = 1 << 12 // that are looked at in one file
	maxTagsAll = 1 << 22 // bytes of all that are kept
)

// tagValues collects tags by the names that Vorbis comments have, lower case.
type tagValues struct {
	names  []string
	values []string
	bytes  int // of both
}

// add keeps a value, cleaned; an empty or endless one is dropped.
func (t *tagValues) add(name, value string) {
	name = strings.ToLower(strings.TrimSpace(name))
	limit := maxTagText
	if name == "cuesheet" {
		limit = maxCueText
	} else {
		value = oneLine(value)
	}
	if len(value) <= limit {
		t.keep(name, value)
	}
}

// keep adds a value while there is room.
func (t *tagValues) keep(name, value string) {
	n := len(name) + len(value)
	if value == "" || t.full() || t.bytes+n > maxTagsAll {
		return
	}
	t.names, t.values, t.bytes = append(t.names, name), append(t.values, value), t.bytes+n
}

// full reports whether nothing more is kept.
func (t *tagValues) full() bool { return len(t.names) >= maxTags }

// addRaw keeps a value as it is.
func (t *tagValues) addRaw(name, value string) {
	if len(value) <= maxCueText {
		t.keep(name, value)
	}
}

// merge adds the values of other after the existing ones.
func (t *tagValues) merge(other tagValues) {
	for i, name := range other.names {
		t.keep(name, other.values[i])
	}
}

// first returns the first value that has one of the names, in the order of names.
func (t *tagValues) first(names ...string) string {
	for _, name := range names {
		if i := slices.Index(t.names, name); i >= 0 {
			return t.values[i]
		}
	}
	return ""
}

// all joins the different values of a name, as several performers are written.
func (t *tagValues) all(name string) string {
	var out []string
	for i, n := range t.names {
		if n == name && !slices.Contains(out, t.values[i]) && len(out) < 16 {
			out = append(out, t.values[i])
		}
	}
	return strings.Join(out, "; ")
}

// tags picks what redbook uses.
func (t *tagValues) tags() Tags {
	out := Tags{
		Title: t.first("title"), Performer: t.all("artist"), Album: t.first("album"),
		AlbumPerformer: t.first("albumartist", "album artist", "album_artist", "ensemble"),
		Date:           t.first("date", "year", "originaldate"), Genre: t.first("genre"),
		CueSheet: t.first("cuesheet"),
	}
	if out.Performer == "" {
		out.Performer = t.first("performer")
	}
	track := t.first("tracknumber", "track")
	out.Track, out.Tracks = ofNumbers(track, t.first("tracktotal", "totaltracks"))
	if out.Track == 0 {
		out.Track = onSide(track)
	}
	out.Disc, out.Discs = ofNumbers(t.first("discnumber", "disc"), t.first("disctotal", "totaldiscs"))
	out.ISRC = code(t.first("isrc"), 12, isAlnum)
	for _, name := range []string{"mcn", "barcode", "upc", "ean", "ean/upc", "upc/ean", "catalog"} {
		if mcn := code(t.first(name), 13, isDigit); out.MCN == "" && (len(mcn) == 13 || len(mcn) == 12) {
			out.MCN = mcn
		}
	}
	out.TrackGain = t.gain("track")
	out.AlbumGain = t.gain("album")
	return out
}

// gain reads the tags of ReplayGain 2.0, such as "-7.89 dB" with a peak of "0.988", or
// those of Opus (RFC 7845 5.2.1), in 1/256 dB to a reference that is 5 dB lower.
func (t *tagValues) gain(of string) (g Gain) {
	number := func(name string) (float64, bool) {
		text := strings.TrimSpace(strings.ToLower(t.first(name)))
		text = strings.TrimSpace(strings.TrimSuffix(text, "db"))
		v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	if v, ok := number("replaygain_" + of + "_gain"); ok && math.Abs(v) <= 64 {
		g = Gain{Known: true, DB: v}
		if peak, ok := number("replaygain_" + of + "_peak"); ok && peak > 0 {
			g.Peak = peak
		}
		return g
	}
	if v, ok := number("r128_" + of + "_gain"); ok && math.Abs(v) <= 1<<15 {
		return Gain{Known: true, DB: v/256 + 5}
	}
	return g
}

// ofNumbers reads "3", "3/12" and "03" with its total.
func ofNumbers(text, total string) (n, of int) {
	text, after, _ := strings.Cut(text, "/")
	if after == "" {
		after = total
	}
	number := func(s string) int {
		v, err := strconv.ParseUint(strings.TrimSpace(s), 10, 16)
		if err != nil {
			return 0
		}
		return int(v)
	}
	return number(text), number(after)
}

// onSide reads the place of a track on a record, such as A1 or B12: 101, 212. It returns 0
// for anything else.
func onSide(text string) int {
	if len(text) < 2 || len(text) > 3 || text[0]&^0x20 < 'A' || text[0]&^0x20 > 'Z' {
		return 0
	}
	n, _ := ofNumbers(text[1:], "")
	if n == 0 {
		return 0
	}
	return 100*int(text[0]&^0x20-'A'+1) + n
}

// code removes separators between the letters of a code; a code that is too long, or
// contains anything else, counts as none.
func code(text string, length int, is func(byte) bool) string {
	text = strings.ToUpper(strings.NewReplacer("-", "", " ", "", ".", "").Replace(text))
	for i := range len(text) {
		if !is(text[i]) {
			return ""
		}
	}
	if len(text) > length {
		return ""
	}
	return text
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isAlnum(c byte) bool { return isDigit(c) || c >= 'A' && c <= 'Z' }

// oneLine makes text that can be printed: no control characters, no blanks at the
// ends, valid UTF-8. What ends at a zero ends there.
func oneLine(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || r == '\uFEFF':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// cp1252 is what Windows has at 80h to 9Fh, where Latin-1 has control characters;
// 0 where it has nothing.
var cp1252 = [32]rune{
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
}

// text decodes text of unknown encoding: UTF-8 if it is that, otherwise what
// Windows programs write and call Latin-1.
func text(p []byte) string {
	if utf8.Valid(p) {
		return string(p)
	}
	var out strings.Builder
	for _, c := range p {
		out.WriteRune(rune(c))
	}
	return windows(out.String())
}

// windows replaces control characters by the letters that Windows has in their place.
func windows(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r < 0xA0 && cp1252[r-0x80] != 0 {
			return cp1252[r-0x80]
		}
		return r
	}, s)
}

// Limits on Vorbis comments.
const (
	maxComment  = maxCueText + 64 // bytes of one that is read; pictures are longer
	longComment = 16 * maxTagText // above, it can only be a cue sheet
	maxComments = 1 << 16         // that are looked at
)

var cueComment = []byte("cuesheet=")

// comments reads Vorbis comments (Vorbis I 5): little-endian sizes in front of the name of
// the encoder, and of each NAME=value. A beginning of them is enough.
func comments(r *skipper) (t tagValues) {
	number := func() (n uint32, ok bool) {
		p, err := r.Peek(4)
		if err != nil {
			return 0, false
		}
		_, err = r.Discard(4)
		return binary.LittleEndian.Uint32(p), err == nil
	}
	encoder, ok := number()
	if !ok || !r.skip(int64(encoder)) {
		return t
	}
	count, _ := number()
	for range min(count, maxComments) {
		n, ok := number()
		if !ok {
			return t
		}
		if n > maxComment {
			if !r.skip(int64(n)) {
				return t
			}
			continue
		}
		c := make([]byte, n)
		if _, err := io.ReadFull(r, c); err != nil || t.full() {
			return t
		}
		if n > longComment && !bytes.EqualFold(c[:len(cueComment)], cueComment) {
			continue
		}
		// The standard requires UTF-8; some programs use another encoding.
		if name, value, ok := strings.Cut(text(c), "="); ok {
			t.add(name, value)
		}
	}
	return t
}

// readSome reads text of a claimed length, as far as it is there and sensible.
func readSome(in input, at, size int64) []byte {
	return readUpTo(in, at, size, maxTagText)
}

// readUpTo is readSome with another limit.
func readUpTo(in input, at, size, limit int64) []byte {
	if size < 0 || size > limit {
		return nil
	}
	p := make([]byte, size)
	n, _ := in.r.ReadAt(p, at)
	return p[:n]
}
