package page

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

//go:embed page.css
var style markup

// markup is text that is written unescaped. Text from outside this package must not become
// markup.
type markup string

// writer writes HTML. html/template would add 1.5 MB to the program: a template calls methods
// by name, so the linker must keep every exported method.
type writer struct {
	w   io.Writer
	err error
}

// put writes a part of the page. Arguments are escaped for text and for attributes in
// quotes, unless they are numbers or markup.
func (w *writer) put(format markup, args ...any) {
	for i, arg := range args {
		switch v := arg.(type) {
		case int, float64, markup:
		default:
			args[i] = escape(fmt.Sprint(v))
		}
	}
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.w, string(format), args...)
	}
}

// escape escapes text for HTML and removes control characters and invalid UTF-8.
func escape(text string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, text))
}

// Write writes the page.
func (p *Page) Write(to io.Writer) error {
	w := &writer{w: to}
	title := p.Title
	if title == "" {
		title = "Audio CD"
	}
	p.head(w)
	w.put("<body>\n<main>\n<h1><bdi>%s</bdi></h1>\n", title)
	if p.Performer != "" {
		w.put("<p class=\"by\"><bdi>%s</bdi></p>\n", p.Performer)
	}
	w.put(`<div class="verdict %s"><p>%s</p>`, p.State, p.Headline)
	if p.Next != "" {
		w.put(`<p class="next">%s</p>`, p.Next)
	}
	w.put("</div>\n<div class=\"top\">\n")
	writeRing(w, p.ring())
	w.put("<dl>")
	for _, f := range p.Facts {
		w.put("<dt>%s</dt><dd>%s</dd>", f.Name, f.Value)
	}
	w.put("</dl>\n</div>\n")
	p.writeTracks(w)
	writePlots(w, p.plots())
	p.writeEvents(w)
	w.put("<footer>%s, %s</footer>\n</main>\n", p.Program, p.Date.Format("2 January 2006, 15:04"))
	p.writeSleeve(w, title)
	w.put("</body>\n</html>\n")
	return w.err
}

func (p *Page) head(w *writer) {
	title := p.Headline
	if p.Title != "" {
		title = p.Title + " - " + title
	}
	w.put(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>
%s</style>
</head>
`, title, style)
}

func writeRing(w *writer, ring []wedge) {
	if len(ring) == 0 {
		return
	}
	w.put(`<svg class="disc" viewBox="0 0 200 200" role="img" aria-label="Layout of the disc: one wedge for each track, in proportion to its length">
<circle class="ground" cx="100" cy="100" r="94"/>
`)
	for _, t := range ring {
		look := "odd"
		if t.Even {
			look = "even"
		}
		if t.Old {
			look = "old"
		}
		if !t.Shown {
			look += " slim"
		}
		title := fmt.Sprintf("%d: %s", t.Number, t.Title)
		if t.Old {
			title = fmt.Sprintf("%d, on the disc before", t.Number)
		}
		w.put("<path class=\"wedge %s s-%s\" d=\"%s\"><title>%s</title></path>\n", look, t.State, t.Path, title)
	}
	for _, t := range ring {
		if t.Shown && !t.Old {
			w.put("<text class=\"num\" x=\"%.1f\" y=\"%.1f\">%d</text>\n", t.X, t.Y, t.Number)
		}
	}
	w.put(`<circle class="hole" cx="100" cy="100" r="46"/><circle class="ground" cx="100" cy="100" r="30"/><circle class="hole" cx="100" cy="100" r="15"/>
</svg>
`)
}

func (p *Page) writeTracks(w *writer) {
	if len(p.Tracks) == 0 {
		return
	}
	w.put(`<h2>Tracks</h2>
<table class="tracks">
<thead><tr><th></th><th>Title</th><th>Length</th><th>Start</th><th>Result</th><th>Read back</th></tr></thead>
<tbody>
`)
	for i := range p.Tracks {
		t := &p.Tracks[i]
		w.put(`<tr><td class="n">%d</td><td class="title"><bdi>%s</bdi>`, t.Number, t.Title)
		for _, text := range []string{p.performer(t), t.Source} {
			if text != "" {
				w.put(`<span class="sub"><bdi>%s</bdi></span>`, text)
			}
		}
		for _, note := range t.Notes {
			w.put(`<span class="sub warn">%s</span>`, note)
		}
		w.put(`</td><td data-name="Length">%s</td><td data-name="Start">%s</td><td data-name="Result" class="%s">%s</td><td data-name="Read back">%s</td></tr>
`, t.Length, t.Start, t.State, t.Status, t.ReadBack)
	}
	w.put("</tbody></table>\n")
}

// performer is the performer of a track where it isn't that of the album.
func (p *Page) performer(t *Track) string {
	if t.Performer == p.Performer {
		return ""
	}
	return t.Performer
}

func writePlots(w *writer, plots []plot) {
	if len(plots) == 0 {
		return
	}
	w.put("<h2>Speed and buffers</h2>\n")
	for i := range plots {
		c := &plots[i]
		w.put(`<figure><figcaption><span>%s, 0 to %s</span><span>%s</span></figcaption>
<svg class="plot" viewBox="0 -4 720 98" preserveAspectRatio="none" role="img" aria-label="%s over time">
`, c.Name, c.Top, c.Lowest, c.Name)
		for _, m := range c.Marks {
			if m.Kind == Pause {
				w.put("<rect class=\"m-pause\" x=\"%.1f\" y=\"-4\" width=\"%.1f\" height=\"98\"><title>%s</title></rect>\n", m.X, m.Width, m.Text)
				continue
			}
			w.put("<line class=\"m-%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"-4\" y2=\"94\"><title>%s</title></line>\n", m.Kind, m.X, m.X, m.Text)
		}
		w.put(`<path class="curve" d="%s"/></svg>
<figcaption><span>0:00</span><span>%s</span></figcaption></figure>
`, c.Line, c.End)
	}
	w.put("<p class=\"key\"><span>shaded: nothing is written</span><span>dashed: a track starts</span><span>thick: a WRITE was sent again</span></p>\n")
}

func (p *Page) writeEvents(w *writer) {
	if len(p.Events) == 0 {
		return
	}
	w.put("<h2>Events</h2>\n<table><tbody>\n")
	for _, e := range p.Events {
		w.put("<tr><td class=\"n\">%s</td><td class=\"%s\"><bdi>%s</bdi></td></tr>\n", clock(e.At), e.State, e.Text)
	}
	w.put("</tbody></table>\n")
}

// sleeves are the rows of text that fit on a sleeve and the letters in each, for one, two and
// three columns of the list (page.css): 88 mm of 9, 7.5 and 5.5 points.
var sleeves = []struct{ rows, columns int }{{21, 48}, {46, 22}, {102, 18}}

// sleeveColumns is how many columns the list on the sleeve needs.
func (p *Page) sleeveColumns() int {
	for i, sleeve := range sleeves {
		need := 0
		for j := range p.Tracks {
			t := &p.Tracks[j]
			width := uniseg.StringWidth(t.Title)
			if by := p.performer(t); by != "" {
				width += 3 + uniseg.StringWidth(by)
			}
			need += max(1, (width+sleeve.columns-1)/sleeve.columns)
		}
		if need <= sleeve.rows {
			return i + 1
		}
	}
	return len(sleeves)
}

// writeSleeve writes the printed form: the list of tracks, in the size of a CD sleeve. A long
// list makes it longer; nothing is cut off.
func (p *Page) writeSleeve(w *writer, title string) {
	w.put("<section class=\"sleeve in%d\">\n<h1><bdi>%s</bdi></h1>\n<p class=\"by\"><bdi>%s</bdi></p>\n<ol>", p.sleeveColumns(), title, p.Performer)
	for i := range p.Tracks {
		t := &p.Tracks[i]
		w.put("<li><b>%d</b><i><bdi>%s</bdi>", t.Number, t.Title)
		if by := p.performer(t); by != "" {
			w.put(" - <bdi>%s</bdi>", by)
		}
		w.put("</i>%s</li>", t.Length)
	}
	w.put("</ol>\n</section>\n")
}
