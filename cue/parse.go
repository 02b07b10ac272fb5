package cue

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxSheet is the longest cue sheet that is read, in bytes: 99 tracks with 99
// indexes each and long titles take much less.
const maxSheet = 4 << 20

// Read reads a cue sheet from r. name is what messages call it. An error is an
// *Error that matches ErrSyntax, or the error of r.
func Read(name string, r io.Reader) (*Sheet, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSheet+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return Parse(name, text)
}

// Parse reads a cue sheet. name is what messages call it. An error is an *Error
// that matches ErrSyntax and names the line.
func Parse(name string, text []byte) (*Sheet, error) {
	p := &parser{name: name, sheet: &Sheet{}}
	if len(text) > maxSheet {
		return nil, p.fail("it is longer than %d bytes: not a cue sheet", maxSheet)
	}
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")) // byte order mark, from Windows editors
	for line := range bytes.Lines(text) {
		p.line++
		if !utf8.Valid(line) {
			return nil, p.fail("the text is not UTF-8")
		}
		line = bytes.TrimRight(line, "\r\n")
		if i := bytes.IndexFunc(line, control); i >= 0 {
			// A lone CR would be here, too: no line ends like that since Mac OS 9.
			r, _ := utf8.DecodeRune(line[i:])
			return nil, p.fail("the text contains a control character (%U)", r)
		}
		if err := p.parseLine(string(line)); err != nil {
			return nil, err
		}
	}
	if err := p.endTrack(); err != nil {
		return nil, err
	}
	if err := p.sheet.validate(name); err != nil {
		return nil, err
	}
	return p.sheet, nil
}

// parser holds the state between lines.
type parser struct {
	name  string
	line  int
	sheet *Sheet
	file  *File           // the one that FILE opened
	track *Track          // the one that TRACK opened
	at    int             // line of that TRACK
	seen  map[string]bool // commands that stood in this track, or before the first one
}

func (p *parser) fail(format string, args ...any) error {
	return p.because(nil, format, args...)
}

// because makes an error with a cause that errors.Is can find.
func (p *parser) because(cause error, format string, args ...any) error {
	return &Error{Name: p.name, Line: p.line, Reason: fmt.Sprintf(format, args...), Err: cause}
}

// parseLine handles one line. What a command means depends on whether a TRACK was
// opened before it: TITLE is that of the disc or that of the track.
func (p *parser) parseLine(line string) error {
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	// The command ends at a blank; it is upper case, as every program writes it.
	word, rest := line, ""
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		word, rest = line[:i], strings.TrimSpace(line[i:])
	}
	if word == "REM" { // not split into words: a remark may hold a lone quotation mark
		p.rem(rest)
		return nil
	}
	args, err := split(rest)
	if err != nil {
		return p.fail("%v", err)
	}
	if p.track == nil {
		return p.discCommand(word, args)
	}
	return p.trackCommand(word, args)
}

// rem keeps a comment with its position.
func (p *parser) rem(text string) {
	if p.track != nil {
		p.track.Comments = append(p.track.Comments, text)
		return
	}
	p.sheet.Comments = append(p.sheet.Comments, text)
}

// split takes the arguments of a line apart. Those with blanks stand in double
// quotes, which have no escape.
func split(text string) ([]string, error) {
	var args []string
	for text != "" {
		if text[0] != '"' {
			word := text
			if i := strings.IndexAny(text, " \t"); i >= 0 {
				word = text[:i]
			}
			if strings.ContainsRune(word, '"') {
				return nil, errors.New("a quotation mark inside a word")
			}
			args, text = append(args, word), strings.TrimSpace(text[len(word):])
			continue
		}
		end := strings.IndexByte(text[1:], '"')
		if end < 0 {
			return nil, errors.New("a quotation mark is not closed")
		}
		rest := text[end+2:]
		if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			return nil, errors.New("a closing quotation mark must end the word")
		}
		args, text = append(args, text[1:end+1]), strings.TrimSpace(rest)
	}
	return args, nil
}
