package image

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/internal/cue"
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
	text := newTOCText(&w, d, list)
	text.disc()
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
		text.track(p.Number)
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

// tocWriter collects the lines.
type tocWriter struct{ bytes.Buffer }

func (w *tocWriter) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *tocWriter) flag(set bool, word string) {
	if !set {
		word = "NO " + word
	}
	w.line("%s", word)
}

// tocString quotes the name of a file: quotation marks and backslashes are escaped, and control
// characters become blanks.
func tocString(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
