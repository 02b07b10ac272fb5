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

// Tags are the tags of a file. Titles are not interpreted and codes not validated. "" and 0
// mean that the file doesn't have the tag.
type Tags struct {
	Title          string
	Performer      string // of the track
	Album          string
	AlbumPerformer string
	Date           string
	Genre          string
	Track, Tracks  int // number and total; the number is 101 for A1 on a record, 201 for B1
	Disc, Discs    int
	ISRC           string // upper case, without separators
	MCN            string // bar code, digits only
	CueSheet       string // text of an embedded cue sheet
	TrackGain      Gain   // ReplayGain
	AlbumGain      Gain
}

// Gain is the change of level that the ReplayGain 2.0 tags of a file ask for, relative to a
// loudness of -18 LUFS.
type Gain struct {
	Known bool
	DB    float64
	Peak  float64 // highest sample as a fraction of full scale; 0 if unknown
}

// Limits on tags. Longer ones are dropped.
const (
	maxTagText = 1 << 12
	maxCueText = 1 << 20
	maxTags    = 1 << 12 // kept from one file
	maxTagsAll = 1 << 22 // bytes of all tags kept from one file
)

// tagValues collects tags under the names of Vorbis comments in lower case.
type tagValues struct {
	names  []string
	values []string
	bytes  int // total length of names and values
}

// add keeps a value as one printable line (a cue sheet unchanged), unless it is empty or too
// long.
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

// keep adds a value unless it is empty or a limit is reached.
func (t *tagValues) keep(name, value string) {
	n := len(name) + len(value)
	if value == "" || t.full() || t.bytes+n > maxTagsAll {
		return
	}
	t.names, t.values, t.bytes = append(t.names, name), append(t.values, value), t.bytes+n
}

// full reports whether the limit on the number of tags is reached.
func (t *tagValues) full() bool { return len(t.names) >= maxTags }

// addRaw keeps a value unchanged.
func (t *tagValues) addRaw(name, value string) {
	if len(value) <= maxCueText {
		t.keep(name, value)
	}
}

// merge appends the values of other.
func (t *tagValues) merge(other tagValues) {
	for i, name := range other.names {
		t.keep(name, other.values[i])
	}
}

// first returns the first value of the first name that has one.
func (t *tagValues) first(names ...string) string {
	for _, name := range names {
		if i := slices.Index(t.names, name); i >= 0 {
			return t.values[i]
		}
	}
	return ""
}

// all joins the distinct values of a name, such as several performers.
func (t *tagValues) all(name string) string {
	var out []string
	for i, n := range t.names {
		if n == name && !slices.Contains(out, t.values[i]) && len(out) < 16 {
			out = append(out, t.values[i])
		}
	}
	return strings.Join(out, "; ")
}

// tags returns the tags that redbook uses.
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

// gain reads ReplayGain 2.0 tags, such as "-7.89 dB" with a peak of "0.988", or the R128 tags
// of Opus (RFC 7845 5.2.1), which are in 1/256 dB with a reference 5 dB lower.
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

// ofNumbers parses "3", "03" and "3/12"; total is used if text has none.
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

// onSide parses the position of a track on a record: A1 is 101, B12 is 212. It returns 0 for
// any other text.
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

// code returns a code in upper case without separators, or "" if it is too long or contains
// other characters.
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

// oneLine makes text printable: valid UTF-8 up to the first zero, without control characters
// and surrounding spaces.
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

// cp1252 are the characters of Windows-1252 at 80h to 9Fh, where Latin-1 has control
// characters; 0 is undefined.
var cp1252 = [32]rune{
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
}

// text decodes text as UTF-8 or, if it isn't valid, as Windows-1252, which many programs call
// Latin-1.
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

// windows replaces the control characters 80h to 9Fh by those of Windows-1252.
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
	maxComment  = maxCueText + 64 // bytes of a comment; longer ones, such as pictures, are skipped
	longComment = 16 * maxTagText // a longer comment counts only if it is a cue sheet
	maxComments = 1 << 16         // comments that are examined
)

var cueComment = []byte("cuesheet=")

// comments reads Vorbis comments (Vorbis I 5): the name of the encoder, then each NAME=value,
// all preceded by little-endian sizes. It returns what it has read if the input ends early.
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

// readSome is readUpTo with the limit maxTagText.
func readSome(in input, at, size int64) []byte {
	return readUpTo(in, at, size, maxTagText)
}

// readUpTo reads size bytes at byte at, or fewer if the file ends. It returns nil if size
// exceeds limit.
func readUpTo(in input, at, size, limit int64) []byte {
	if size < 0 || size > limit {
		return nil
	}
	p := make([]byte, size)
	n, _ := in.r.ReadAt(p, at)
	return p[:n]
}
