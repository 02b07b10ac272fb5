package cue

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// Write writes the sheet as UTF-8 with CRLF line endings, the tradition of burning
// programs. If the sheet can't be written, the error is an *Error that matches ErrSyntax,
// and nothing is written. Parse reads back an equal sheet.
func (s *Sheet) Write(w io.Writer) error {
	text, err := s.MarshalText()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// MarshalText returns the output of Write.
func (s *Sheet) MarshalText() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	var out sheetWriter
	for _, c := range s.Comments {
		out.line("REM %s", c)
	}
	if s.MCN != "" {
		out.line("CATALOG %s", s.MCN)
	}
	out.text("CDTEXTFILE", s.CDTextFile)
	out.text("TITLE", s.Title)
	out.text("PERFORMER", s.Performer)
	out.cdText("", s.CDText)
	file := -1
	open := func(to int) {
		for ; file < to; file++ {
			out.line(`FILE "%s" %s`, s.Files[file+1].Name, s.Files[file+1].Type)
		}
	}
	for _, t := range s.Tracks {
		open(t.Indexes[0].File)
		out.head(t)
		for _, i := range t.Indexes {
			open(i.File)
			out.line("    INDEX %02d %s", i.Number, i.At.Position())
		}
		if t.Postgap > 0 {
			out.line("    POSTGAP %s", t.Postgap.Position())
		}
	}
	return out.Bytes(), nil
}

// sheetWriter collects the lines.
type sheetWriter struct{ bytes.Buffer }

func (w *sheetWriter) line(format string, args ...any) {
	line := fmt.Appendf(nil, format, args...)
	w.Write(bytes.TrimRight(line, " ")) // "REM " of an empty comment
	w.WriteString("\r\n")
}

// text writes a line of text, if not empty.
func (w *sheetWriter) text(word, text string) {
	if text = strings.TrimSpace(text); text != "" { // readers remove blanks at the ends
		w.line(`%s "%s"`, word, text)
	}
}

func (w *sheetWriter) cdText(indent string, t CDText) {
	for _, word := range cdTextWords {
		w.text(indent+word, *t.at(word))
	}
}

// head writes a TRACK and the lines that belong to it, in the order of the format: FLAGS
// and PREGAP before the first INDEX.
func (w *sheetWriter) head(t Track) {
	w.line("  TRACK %02d AUDIO", t.Number)
	for _, c := range t.Comments {
		w.line("    REM %s", c)
	}
	w.text("    TITLE", t.Title)
	w.text("    PERFORMER", t.Performer)
	w.cdText("    ", t.CDText)
	if t.ISRC != "" {
		w.line("    ISRC %s", t.ISRC)
	}
	if words := flagWords(t.Control, t.SCMS); words != "" {
		w.line("    FLAGS%s", words)
	}
	if t.Pregap > 0 {
		w.line("    PREGAP %s", t.Pregap.Position())
	}
}

// flagWords returns the flags with a blank before each.
func flagWords(c toc.Control, scms bool) string {
	var words strings.Builder
	for _, flag := range flags {
		if c&flag.bit != 0 {
			words.WriteString(" " + flag.name)
		}
	}
	if scms {
		words.WriteString(" SCMS")
	}
	return words.String()
}
