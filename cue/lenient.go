package cue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/redbook-audio/redbook/toc"
)

// maxNotes is how many oddities are noted; a file that is no cue sheet has more.
const maxNotes = 100

// ParseAlbum reads a cue sheet as it is found in the wild: any encoding that Text
// knows, commands in any case and order, text without quotation marks, an index of
// a track in the file before, wrong types of files. name is what messages call it.
//
// An error is an *Error that matches ErrSyntax. It is given only where nothing
// sensible can be burned: no tracks, a track that holds data or has no start, times
// that run backwards.
func ParseAlbum(name string, text []byte) (*Album, error) {
	return ParseAlbumFitting(name, text, nil)
}

// ParseAlbumFitting is ParseAlbum with the help that TextFitting gets.
func ParseAlbumFitting(name string, text []byte, fits func(text string) int) (*Album, error) {
	p := &lenient{name: name, album: &Album{}, file: -1}
	if len(text) > maxSheet {
		return nil, p.fail("it is longer than %d bytes: that is no cue sheet", maxSheet)
	}
	body, encoding := TextFitting(text, fits)
	p.album.Encoding = encoding
	for line := range strings.Lines(body) {
		p.line++
		p.raw = line
		if err := p.parse(clean(line)); err != nil {
			return nil, err
		}
		if len(p.album.Notes) > maxNotes {
			return nil, p.fail("this is no cue sheet: %d lines make no sense", maxNotes)
		}
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	return p.album, nil
}

// clean drops control characters and blanks at the ends.
func clean(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\u00A0':
			return ' '
		case unicode.IsControl(r) || r == '\uFEFF':
			return -1
		}
		return r
	}, line)
	return strings.TrimSpace(line)
}

// lenient holds the state between lines.
type lenient struct {
	name  string
	line  int
	raw   string // the line as it is written
	album *Album
	file  int // in album.Files; -1 before the first
	track *AlbumTrack
}

func (p *lenient) fail(format string, args ...any) error {
	return &Error{Name: p.name, Line: p.line, Reason: fmt.Sprintf(format, args...)}
}

func (p *lenient) note(format string, args ...any) {
	p.album.Notes = append(p.album.Notes, Note{p.line, fmt.Sprintf(format, args...)})
}

// parse handles one line.
func (p *lenient) parse(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToUpper(word) {
	case "":
		return nil
	case "REM":
		p.rem(rest)
	case "FILE":
		p.openFile(rest)
	case "TRACK":
		return p.openTrack(rest)
	case "INDEX":
		return p.index(rest)
	case "PREGAP", "POSTGAP":
		return p.gap(strings.ToUpper(word), rest)
	case "TITLE":
		p.text(rest, &p.album.Title, func(t *AlbumTrack) *string { return &t.Title })
	case "PERFORMER":
		p.text(rest, &p.album.Performer, func(t *AlbumTrack) *string { return &t.Performer })
	case "CATALOG", "MCN": // as cyanrip calls it
		p.catalog(unquote(rest))
	case "ISRC":
		p.isrc(unquote(rest))
	case "FLAGS":
		p.flags(rest)
	case "SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE":
		p.cdText(strings.ToUpper(word), rest)
	case "GENRE":
		p.text(rest, &p.album.Genre, func(*AlbumTrack) *string { return new(string) })
	case "DISC_ID", "UPC_EAN": // the catalog number says more
	case "CDTEXTFILE":
		p.album.CDTextFile = unquote(rest)
	default:
		p.note("%q means nothing in a cue sheet and is left out", short(word))
	}
	return nil
}

// short keeps what is quoted readable.
func short(word string) string {
	if r := []rune(word); len(r) > 20 {
		return string(r[:20]) + "..."
	}
	return word
}

// unquote returns text that stands in quotation marks, or without. A mark that is
// missing at the end, and those inside, are forgiven.
func unquote(text string) string {
	if inner, ok := strings.CutPrefix(text, `"`); ok {
		text = strings.TrimSuffix(inner, `"`)
	}
	return strings.TrimSpace(text)
}

// text handles TITLE and PERFORMER, which are the disc's before the first TRACK.
func (p *lenient) text(rest string, disc *string, of func(*AlbumTrack) *string) {
	if p.track != nil {
		disc = of(p.track)
	}
	if value := unquote(rest); *disc == "" {
		*disc = value
	}
}

// cdText handles SONGWRITER and the like.
func (p *lenient) cdText(word, rest string) {
	p.text(rest, p.album.at(word), func(t *AlbumTrack) *string { return t.at(word) })
}

// rem keeps a comment, and those that other programs give a meaning to.
func (p *lenient) rem(rest string) {
	word, value, _ := strings.Cut(rest, " ")
	if word = strings.ToUpper(word); word == "COMPOSER" || word == "SONGWRITER" || word == "ARRANGER" { // foobar2000
		p.cdText(word, strings.TrimSpace(value))
	}
	if p.track != nil {
		p.track.Comments = append(p.track.Comments, rest)
		return
	}
	p.album.Comments = append(p.album.Comments, rest)
	switch word {
	case "DATE":
		p.album.Date = unquote(strings.TrimSpace(value))
	case "GENRE":
		p.album.Genre = unquote(strings.TrimSpace(value))
	}
}

// openFile handles FILE "name" TYPE. It doesn't end the track: the next INDEX may
// belong to it and lie in this file.
func (p *lenient) openFile(rest string) {
	name, kind := rest, ""
	if strings.HasPrefix(rest, `"`) {
		if end := strings.LastIndex(rest, `"`); end > 0 {
			name, kind = rest[1:end], strings.TrimSpace(rest[end+1:])
		} else if i := strings.LastIndex(rest, " "); i > 0 && !strings.Contains(rest[i:], ".") { // the mark at the end is missing
			name, kind = rest[1:i], rest[i+1:]
		}
	} else if i := strings.LastIndex(rest, " "); i > 0 && !strings.Contains(rest[i:], ".") {
		name, kind = rest[:i], rest[i+1:]
	}
	name = unquote(name)
	// Names may begin or end with blanks, or hold those that are no spaces.
	if from, to := strings.Index(p.raw, `"`), strings.LastIndex(p.raw, `"`); from >= 0 && to > from+1 && name != "" {
		name = p.raw[from+1 : to]
	}
	f := AlbumFile{Name: name, Type: strings.ToUpper(kind), Line: p.line}
	// Some programs repeat the line for every track.
	if p.file >= 0 && p.album.Files[p.file].Name == name {
		return
	}
	if p.track != nil && len(p.track.Marks) > 0 && p.track.Marks[len(p.track.Marks)-1].Index == 0 {
		p.note("the pause before track %d lies in another file than the track", p.track.Number)
	}
	p.album.Files = append(p.album.Files, f)
	p.file = len(p.album.Files) - 1
}

// openTrack handles TRACK nn AUDIO.
func (p *lenient) openTrack(rest string) error {
	if p.resumed() {
		return nil
	}
	if err := p.endTrack(); err != nil {
		return err
	}
	if p.file < 0 {
		return p.fail("TRACK stands before any FILE")
	}
	fields := strings.Fields(rest)
	kind := "AUDIO"
	if len(fields) > 1 {
		kind = strings.ToUpper(fields[1])
	}
	number := 0
	if len(fields) > 0 {
		number, _ = strconv.Atoi(fields[0])
	}
	n := len(p.album.Tracks) + 1
	switch {
	case kind != "AUDIO":
		return p.fail("track %d holds data (%s): redbook burns audio only", n, short(kind))
	case n > toc.MaxTracks:
		return p.fail("a disc has at most %d tracks", toc.MaxTracks)
	}
	p.track = &AlbumTrack{Number: number, Line: p.line}
	return nil
}

// resumed reports whether a TRACK goes on with the one that is being read: cyanrip
// writes it for the pause, in the file before, and once more for the rest.
func (p *lenient) resumed() bool {
	if p.track == nil || len(p.track.Marks) != 1 || p.track.Marks[0].Index != 0 || p.file <= p.track.Marks[0].File {
		return false
	}
	p.note("track %d is there twice, for its pause and for its sound: both are taken for one", len(p.album.Tracks)+1)
	return true
}

// endTrack puts the track that is being read into the album.
func (p *lenient) endTrack() error {
	if p.track == nil {
		return nil
	}
	t := *p.track
	if _, ok := t.Mark(1); !ok {
		return &Error{Name: p.name, Line: t.Line, Reason: fmt.Sprintf("track %d has no INDEX 01", t.Number)}
	}
	p.album.Tracks = append(p.album.Tracks, t)
	p.track = nil
	return nil
}

// index handles INDEX nn mm:ss:ff.
func (p *lenient) index(rest string) error {
	fields := strings.Fields(rest)
	if p.track == nil {
		return p.fail("INDEX stands before any TRACK")
	}
	if len(fields) < 2 {
		return p.fail("INDEX takes a number and a time: INDEX 01 00:00:00")
	}
	n, err := number(fields[0], 0, 99)
	if err != nil {
		return p.fail("INDEX %v", err)
	}
	at, err := toc.ParsePosition(fields[1])
	if err != nil {
		return &Error{Name: p.name, Line: p.line, Reason: fmt.Sprintf("INDEX: %v", err), Err: toc.ErrTime}
	}
	m := Mark{Index: n, File: p.file, At: at}
	if last, ok := p.lastMark(); ok && last.File == m.File && m.At < last.At {
		return p.fail("index %02d at %s lies before the index above it, at %s", n, fields[1], last.At.Position())
	}
	if k := len(p.track.Marks); k > 0 && n <= p.track.Marks[k-1].Index {
		return p.fail("index %02d follows index %02d", n, p.track.Marks[k-1].Index)
	}
	p.track.Marks = append(p.track.Marks, m)
	return nil
}

// lastMark is the mark before, in this track or the one before.
func (p *lenient) lastMark() (Mark, bool) {
	marks := p.track.Marks
	if len(marks) == 0 && len(p.album.Tracks) > 0 {
		marks = p.album.Tracks[len(p.album.Tracks)-1].Marks
	}
	if len(marks) == 0 {
		return Mark{}, false
	}
	return marks[len(marks)-1], true
}

// gap handles PREGAP and POSTGAP.
func (p *lenient) gap(word, rest string) error {
	if p.track == nil {
		return p.fail("%s stands before any TRACK", word)
	}
	length, err := toc.ParsePosition(unquote(rest))
	if err != nil {
		return &Error{Name: p.name, Line: p.line, Reason: fmt.Sprintf("%s: %v", word, err), Err: toc.ErrTime}
	}
	if word == "PREGAP" {
		p.track.Pregap = length
	} else {
		p.track.Postgap = length
	}
	return nil
}

// catalog handles CATALOG. Rippers write zeros where a disc has no number.
func (p *lenient) catalog(text string) {
	if strings.Trim(text, "0") == "" {
		return
	}
	mcn, err := toc.ParseMCN(text)
	if err != nil {
		p.note("CATALOG is left out: %v", err)
		return
	}
	p.album.MCN = mcn
}

// isrc handles ISRC.
func (p *lenient) isrc(text string) {
	if p.track == nil || strings.Trim(text, "0-") == "" {
		return
	}
	isrc, err := toc.ParseISRC(text)
	if err != nil {
		p.note("ISRC is left out: %v", err)
		return
	}
	p.track.ISRC = isrc
}

// flags handles FLAGS.
func (p *lenient) flags(rest string) {
	if p.track == nil {
		return
	}
	for word := range strings.FieldsSeq(strings.ToUpper(rest)) {
		i := slices.IndexFunc(flags, func(f struct {
			name string
			bit  toc.Control
		}) bool {
			return f.name == word
		})
		switch {
		case i >= 0:
			p.track.Control |= flags[i].bit
		case word == "SCMS":
			p.track.SCMS = true
		case word != "NONE":
			p.note("FLAGS %s is left out: only DCP, PRE, 4CH and SCMS are known", short(word))
		}
	}
}

// finish judges the whole.
func (p *lenient) finish() error {
	if err := p.endTrack(); err != nil {
		return err
	}
	p.line = 0
	a := p.album
	if len(a.Tracks) == 0 {
		return p.fail("there is no TRACK in it")
	}
	for i, t := range a.Tracks {
		if t.Number != i+a.Tracks[0].Number || t.Number < 1 {
			p.note("the tracks are not numbered one after the other; they are burned in the order in which they stand")
			break
		}
	}
	// Files behind the last track belong to nothing.
	marks := a.Tracks[len(a.Tracks)-1].Marks
	if last := marks[len(marks)-1].File; last < len(a.Files)-1 {
		p.note("no track begins in %q: it is left out", a.Files[last+1].Name)
		a.Files = a.Files[:last+1]
	}
	return nil
}
