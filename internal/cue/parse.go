package cue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/redbook-audio/redbook/toc"
)

// maxNotes is how many notes are kept; a file with more is not a cue sheet.
const maxNotes = 100

// maxSheet is the length limit of a cue sheet in bytes: 99 tracks with 99 indexes each
// and long titles take much less.
const maxSheet = 4 << 20

// Parse reads a cue sheet of any program: in any encoding that Text detects, with commands
// in any case and order, text without quotation marks, an index of a track in the previous
// file, wrong types of files. name is its name in messages. Sheet.Notes lists everything
// that is unusual, dropped or guessed: a caller that needs an exact sheet rejects one with
// notes.
//
// An error is an *Error that matches ErrSyntax. It means that the sheet can't be burned:
// no tracks, a track that holds data or has no start, times that decrease.
func Parse(name string, text []byte) (*Sheet, error) {
	return ParseFitting(name, text, nil)
}

// ParseFitting is Parse with the help of fits, as in TextFitting.
func ParseFitting(name string, text []byte, fits func(text string) int) (*Sheet, error) {
	p := &parser{name: name, sheet: &Sheet{}, file: -1}
	if len(text) > maxSheet {
		return nil, p.fail("it is longer than %d bytes: not a cue sheet", maxSheet)
	}
	body, encoding := TextFitting(text, fits)
	p.sheet.Encoding = encoding
	for line := range strings.Lines(body) {
		p.line++
		p.raw = line
		if err := p.parse(clean(line)); err != nil {
			return nil, err
		}
		if len(p.sheet.Notes) > maxNotes {
			return nil, p.fail("not a cue sheet: %d lines make no sense", maxNotes)
		}
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	return p.sheet, nil
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

// parser holds the state between lines.
type parser struct {
	name  string
	line  int
	raw   string // the line as written
	sheet *Sheet
	file  int // in sheet.Files; -1 before the first
	track *Track
}

func (p *parser) fail(format string, args ...any) error {
	return &Error{Name: p.name, Line: p.line, Reason: fmt.Sprintf(format, args...)}
}

func (p *parser) note(format string, args ...any) {
	p.sheet.Notes = append(p.sheet.Notes, Note{p.line, fmt.Sprintf(format, args...)})
}

// parse handles one line.
func (p *parser) parse(line string) error {
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
		p.text(rest, &p.sheet.Title, func(t *Track) *string { return &t.Title })
	case "PERFORMER":
		p.text(rest, &p.sheet.Performer, func(t *Track) *string { return &t.Performer })
	case "CATALOG", "MCN": // cyanrip's name for it
		p.catalog(unquote(rest))
	case "ISRC":
		p.isrc(unquote(rest))
	case "FLAGS":
		p.flags(rest)
	case "SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE":
		p.cdText(strings.ToUpper(word), rest)
	case "GENRE":
		p.text(rest, &p.sheet.Genre, func(*Track) *string { return new(string) })
	case "DISC_ID", "UPC_EAN": // the error for the catalog number contains more
	case "CDTEXTFILE":
		p.sheet.CDTextFile = unquote(rest)
	default:
		p.note("%q is not a command of a cue sheet and is left out", short(word))
	}
	return nil
}

// short shortens quoted text for messages.
func short(word string) string {
	if r := []rune(word); len(r) > 20 {
		return string(r[:20]) + "..."
	}
	return word
}

// unquote returns text with or without quotation marks. A missing mark at the end, and
// marks inside, are accepted.
func unquote(text string) string {
	if inner, ok := strings.CutPrefix(text, `"`); ok {
		text = strings.TrimSuffix(inner, `"`)
	}
	return strings.TrimSpace(text)
}

// text handles TITLE and PERFORMER, which are the disc's before the first TRACK.
func (p *parser) text(rest string, disc *string, of func(*Track) *string) {
	if p.track != nil {
		disc = of(p.track)
	}
	if value := unquote(rest); *disc == "" {
		*disc = value
	}
}

// cdText handles SONGWRITER and the like.
func (p *parser) cdText(word, rest string) {
	p.text(rest, p.sheet.at(word), func(t *Track) *string { return t.at(word) })
}

// rem keeps a comment, and handles those with a meaning in other programs.
func (p *parser) rem(rest string) {
	word, value, _ := strings.Cut(rest, " ")
	if word = strings.ToUpper(word); word == "COMPOSER" || word == "SONGWRITER" || word == "ARRANGER" { // foobar2000
		p.cdText(word, strings.TrimSpace(value))
	}
	if p.track != nil {
		p.track.Comments = append(p.track.Comments, rest)
		return
	}
	p.sheet.Comments = append(p.sheet.Comments, rest)
	switch word {
	case "DATE":
		p.sheet.Date = unquote(strings.TrimSpace(value))
	case "GENRE":
		p.sheet.Genre = unquote(strings.TrimSpace(value))
	}
}

// openFile handles FILE "name" TYPE. It doesn't end the track, whose next INDEX may be in
// this file.
func (p *parser) openFile(rest string) {
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
	// Names may begin or end with blanks, or contain other white space.
	if from, to := strings.Index(p.raw, `"`), strings.LastIndex(p.raw, `"`); from >= 0 && to > from+1 && name != "" {
		name = p.raw[from+1 : to]
	}
	f := File{Name: name, Type: FileType(strings.ToUpper(kind)), Line: p.line}
	// Some programs repeat the line for every track.
	if p.file >= 0 && p.sheet.Files[p.file].Name == name {
		return
	}
	p.sheet.Files = append(p.sheet.Files, f)
	p.file = len(p.sheet.Files) - 1
}

// openTrack handles TRACK nn AUDIO.
func (p *parser) openTrack(rest string) error {
	if p.resumed() {
		return nil
	}
	if err := p.endTrack(); err != nil {
		return err
	}
	if p.file < 0 {
		return p.fail("TRACK is before the first FILE")
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
	n := len(p.sheet.Tracks) + 1
	switch {
	case kind != "AUDIO":
		return p.fail("track %d holds data (%s): redbook burns audio only", n, short(kind))
	case n > toc.MaxTracks:
		return p.fail("a disc has at most %d tracks", toc.MaxTracks)
	}
	p.track = &Track{Number: number, Line: p.line}
	return nil
}

// resumed reports whether a TRACK continues the current one: cyanrip writes a track once
// for its pause, in the previous file, and once more for the rest.
func (p *parser) resumed() bool {
	if p.track == nil || len(p.track.Indexes) != 1 || p.track.Indexes[0].Number != 0 || p.file <= p.track.Indexes[0].File {
		return false
	}
	p.note("track %d is listed twice, for its pause and for its audio: both are treated as one", len(p.sheet.Tracks)+1)
	return true
}

// endTrack puts the current track into the sheet.
func (p *parser) endTrack() error {
	if p.track == nil {
		return nil
	}
	t := *p.track
	if _, ok := t.Index(1); !ok {
		return &Error{Name: p.name, Line: t.Line, Reason: fmt.Sprintf("track %d has no INDEX 01", t.Number)}
	}
	p.sheet.Tracks = append(p.sheet.Tracks, t)
	p.track = nil
	return nil
}

// index handles INDEX nn mm:ss:ff.
func (p *parser) index(rest string) error {
	fields := strings.Fields(rest)
	if p.track == nil {
		return p.fail("INDEX is before the first TRACK")
	}
	if len(fields) < 2 {
		return p.fail("INDEX takes a number and a time: INDEX 01 00:00:00")
	}
	n, err := number(fields[0], 0, 99)
	if err != nil {
		return p.fail("INDEX %v", err)
	}
	at, err := ParseTime(fields[1])
	if err != nil {
		return &Error{Name: p.name, Line: p.line, Reason: fmt.Sprintf("INDEX: %v", err), Err: ErrTime}
	}
	m := Index{Number: n, File: p.file, At: at}
	if last, ok := p.lastIndex(); ok && last.File == m.File && m.At < last.At {
		return p.fail("index %02d at %s is before the previous index, at %s", n, fields[1], last.At.Position())
	}
	if k := len(p.track.Indexes); k > 0 {
		switch last := p.track.Indexes[k-1].Number; {
		case n <= last:
			return p.fail("index %02d follows index %02d", n, last)
		case last > 0 && n > last+1: // on a disc the indexes of a track are consecutive
			p.note("index %02d follows index %02d: it becomes index %02d", n, last, last+1)
			m.Number = last + 1
		}
	}
	p.track.Indexes = append(p.track.Indexes, m)
	return nil
}

// lastIndex returns the previous index, in this track or the previous one.
func (p *parser) lastIndex() (Index, bool) {
	list := p.track.Indexes
	if len(list) == 0 && len(p.sheet.Tracks) > 0 {
		list = p.sheet.Tracks[len(p.sheet.Tracks)-1].Indexes
	}
	if len(list) == 0 {
		return Index{}, false
	}
	return list[len(list)-1], true
}

// gap handles PREGAP and POSTGAP.
func (p *parser) gap(word, rest string) error {
	if p.track == nil {
		return p.fail("%s is before the first TRACK", word)
	}
	length, err := ParseTime(unquote(rest))
	if err != nil {
		return &Error{Name: p.name, Line: p.line, Reason: fmt.Sprintf("%s: %v", word, err), Err: ErrTime}
	}
	if word == "PREGAP" {
		p.track.Pregap = length
	} else {
		p.track.Postgap = length
	}
	return nil
}

// catalog handles CATALOG. Rippers write zeros for a disc without a number.
func (p *parser) catalog(text string) {
	if strings.Trim(text, "0") == "" {
		return
	}
	mcn, err := toc.ParseMCN(text)
	if err != nil {
		p.note("CATALOG is left out: %v", err)
		return
	}
	p.sheet.MCN = mcn
}

// isrc handles ISRC.
func (p *parser) isrc(text string) {
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
func (p *parser) flags(rest string) {
	if p.track == nil {
		return
	}
	for word := range strings.FieldsSeq(strings.ToUpper(rest)) {
		i := slices.IndexFunc(flags, func(f flag) bool { return f.name == word })
		switch {
		case i >= 0:
			p.track.Control |= flags[i].bit
		case word == "SCMS":
			p.track.SCMS = true
		case word != "NONE":
			p.note("FLAGS %s is left out: only DCP, PRE, 4CH and SCMS are supported", short(word))
		}
	}
}

// finish checks the whole sheet.
func (p *parser) finish() error {
	if err := p.endTrack(); err != nil {
		return err
	}
	p.line = 0
	a := p.sheet
	if len(a.Tracks) == 0 {
		return p.fail("it has no TRACK")
	}
	for i, t := range a.Tracks {
		if t.Number != i+a.Tracks[0].Number || t.Number < 1 || t.Number > toc.MaxTracks {
			p.note("the track numbers are not consecutive; the tracks are used in the order in which they are listed")
			break
		}
	}
	// Files after the last track are not used.
	list := a.Tracks[len(a.Tracks)-1].Indexes
	if last := list[len(list)-1].File; last < len(a.Files)-1 {
		p.note("no track begins in %q: it is left out", a.Files[last+1].Name)
		a.Files = a.Files[:last+1]
	}
	return nil
}

// flag is a word of FLAGS for a bit of the control field.
type flag struct {
	name string
	bit  toc.Control
}

// flags are the flags in the order in which they are written.
var flags = []flag{{"DCP", toc.CopyPermitted}, {"PRE", toc.PreEmphasis}, {"4CH", toc.FourChannel}}

// number parses a number of one or two digits. ParseUint accepts no signs.
func number(text string, low, high int) (int, error) {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || len(text) > 2 || int(n) < low || int(n) > high {
		return 0, fmt.Errorf("%q is not a number from %d to %d", text, low, high)
	}
	return int(n), nil
}
