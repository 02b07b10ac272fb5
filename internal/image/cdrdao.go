package image

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/cue"
	"github.com/redbook-audio/redbook/toc"
)

// tocFile describes an image in one file in cdrdao's format (its manual, "TOC file
// format"). Raw samples are big-endian there unless SWAP is given.
func tocFile(d *Disc, list []place, name string, e Encoding) []byte {
	var w tocWriter
	w.line("CD_DA")
	if d.MCN != "" {
		w.line("CATALOG %q", string(d.MCN))
	}
	text := hasText(d, list)
	if text {
		w.line("CD_TEXT {\n  LANGUAGE_MAP { 0 : EN }\n  LANGUAGE 0 {")
		w.texts(d.Title, d.Performer, d.Text)
		w.line("  }\n}")
	}
	swap := ""
	if e.kind == cue.Binary {
		swap = " SWAP"
	}
	for _, p := range list {
		w.line("\n// Track %d", p.Number)
		w.line("TRACK AUDIO")
		w.flag(p.Control&toc.CopyPermitted != 0, "COPY")
		w.flag(p.Control&toc.PreEmphasis != 0, "PRE_EMPHASIS")
		if p.Control&toc.FourChannel != 0 {
			w.line("FOUR_CHANNEL_AUDIO")
		} else {
			w.line("TWO_CHANNEL_AUDIO")
		}
		if p.ISRC != "" {
			w.line("ISRC %q", string(p.ISRC))
		}
		if text {
			w.line("CD_TEXT {\n  LANGUAGE 0 {")
			w.texts(p.Title, p.Performer, p.Text)
			w.line("  }\n}")
		}
		if silence := p.pause - p.inBin; silence > 0 {
			w.line("SILENCE %s", silence.Position())
		}
		w.line("FILE %s%s %s %s", tocString(name), swap, p.at.Position(), (p.inBin + p.Length + p.tail).Position())
		if p.pause > 0 {
			w.line("START %s", p.pause.Position())
		}
		for _, i := range indexes(p, cue.Index{})[1:] {
			w.line("INDEX %s", i.At.Position())
		}
	}
	return w.Bytes()
}

// hasText reports whether there is text for CD_TEXT. cdrdao then requires a title of
// every track, which may be empty.
func hasText(d *Disc, list []place) bool {
	any := d.Title != "" || d.Performer != "" || d.Text != (cue.CDText{})
	for _, p := range list {
		any = any || p.Title != "" || p.Performer != "" || p.Text != (cue.CDText{})
	}
	return any
}

// tocWriter collects the lines.
type tocWriter struct{ bytes.Buffer }

func (w *tocWriter) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *tocWriter) flag(set bool, word string) {
	if !set {
		word = "NO " + word
	}
	w.line("%s", word)
}

// texts writes the texts of a block. Title and performer are always present: cdrdao
// rejects a field that only some of the tracks have.
func (w *tocWriter) texts(title, performer string, t cue.CDText) {
	w.line("    TITLE %s", tocString(title))
	w.line("    PERFORMER %s", tocString(performer))
	for _, f := range []struct{ word, text string }{
		{"SONGWRITER", t.Songwriter}, {"COMPOSER", t.Composer}, {"ARRANGER", t.Arranger}, {"MESSAGE", t.Message},
	} {
		if f.text != "" {
			w.line("    %s %s", f.word, tocString(f.text))
		}
	}
}

// tocString quotes a string: quotation marks and backslashes are escaped, and control
// characters, which no title has, become blanks.
func tocString(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
