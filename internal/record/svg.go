//go:build linux

package main

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

//go:embed film.css
var style string

// The drawing, in pixels. Text is stretched to whole cells, so columns stay aligned in every
// font.
const (
	cellWidth  = 8.4
	lineHeight = 19
	baseline   = 14
	margin     = 16
	bar        = 34
	width      = 2*margin + columns*cellWidth
	height     = bar + rows*lineHeight + 2*margin
)

// drawing is an SVG under construction. Lines are elements, each with its own keyframes; the
// styles outside of them are those of the last picture, for users who prefer no motion.
type drawing struct {
	*film
	body        strings.Builder
	base, moves strings.Builder // CSS: the last picture, and the animation
	appear      map[time.Duration]string
}

// draw writes the film as a self-contained SVG. about describes it for readers who can't
// see it.
func draw(f *film, about string) string {
	d := &drawing{film: f, appear: map[time.Duration]string{}}
	d.drawLines()
	d.drawScrolling()
	d.drawHaste()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %d" width="%g" height="%d" role="img" aria-labelledby="t">
<title id="t">%s</title>
<style>
%s%s@media (prefers-reduced-motion: no-preference) {
.m { animation: %.2fs step-end infinite; }
%s}
</style>
`, width, height, width, height, escape(about), style, d.base.String(), f.length.Seconds(), d.moves.String())
	fmt.Fprintf(&b, `<rect class="window" x=".5" y=".5" width="%g" height="%d" rx="8"/>
<text class="bar" x="%d" y="22">redbook, on a simulated drive</text>
<text class="bar fast m" x="%g" y="22" text-anchor="end">burning: shown %dx as fast</text>
<line class="rule" x1="1" x2="%g" y1="%d" y2="%d"/>
<svg x="%d" y="%d" width="%g" height="%d"><g class="roll m">
%s</g></svg>
</svg>
`, width-1, height-1, margin, width-margin, haste, width-1, bar, bar, margin, bar+margin, columns*cellWidth, rows*lineHeight, d.body.String())
	return b.String()
}

// drawLines draws each line as a reel of all its contents, one below the other, through a
// window of one line.
func (d *drawing) drawLines() {
	for i, versions := range d.lines {
		class := ""
		if d.typed[i] {
			class = ` class="typed"`
		}
		switch {
		case len(versions) == 1: // always empty
		case len(versions) == 2 && versions[1].text != "":
			fmt.Fprintf(&d.body, "<g class=\"%s m\"><g%s>%s</g></g>\n", d.appearance(versions[1].at), class, runs(versions[1].text, i*lineHeight+baseline))
		default:
			d.drawReel(i, class, versions)
		}
	}
}

// appearance is the class of lines that appear at a time and stay.
func (d *drawing) appearance(at time.Duration) string {
	name, ok := d.appear[at]
	if !ok {
		name = fmt.Sprintf("a%d", len(d.appear))
		d.appear[at] = name
		fmt.Fprintf(&d.moves, ".%s{animation-name:%s}@keyframes %s{0%%{visibility:hidden}%s{visibility:visible}}\n", name, name, name, d.percent(at))
	}
	return name
}

func (d *drawing) drawReel(line int, class string, versions []version) {
	name := fmt.Sprintf("r%d", line)
	var texts []string
	fmt.Fprintf(&d.moves, ".%s{animation-name:%s}@keyframes %s{", name, name, name)
	fmt.Fprintf(&d.body, "<svg y=\"%d\" width=\"%g\" height=\"%d\"><g class=\"%s m\"><g%s>", line*lineHeight, columns*cellWidth, lineHeight, name, class)
	place := 0
	for _, v := range versions {
		place = slices.Index(texts, v.text)
		if place < 0 {
			place = len(texts)
			texts = append(texts, v.text)
			d.body.WriteString(runs(v.text, place*lineHeight+baseline))
		}
		fmt.Fprintf(&d.moves, "%s{transform:translateY(%dpx)}", d.percent(v.at), -place*lineHeight)
	}
	d.moves.WriteString("}\n")
	d.body.WriteString("</g></g></svg>\n")
	fmt.Fprintf(&d.base, ".%s{transform:translateY(%dpx)}\n", name, -place*lineHeight)
}

func (d *drawing) drawScrolling() {
	d.moves.WriteString(".roll{animation-name:roll}@keyframes roll{")
	for _, s := range d.tops {
		fmt.Fprintf(&d.moves, "%s{transform:translateY(%dpx)}", d.percent(s.at), -s.top*lineHeight)
	}
	d.moves.WriteString("}\n")
	fmt.Fprintf(&d.base, ".roll{transform:translateY(%dpx)}\n", -d.tops[len(d.tops)-1].top*lineHeight)
}

func (d *drawing) drawHaste() {
	d.base.WriteString(".fast{visibility:hidden}\n")
	fmt.Fprintf(&d.moves, ".fast{animation-name:fast}@keyframes fast{0%%{visibility:hidden}%s{visibility:visible}%s{visibility:hidden}}\n",
		d.percent(d.fast), d.percent(d.slow))
}

// percent is a moment of the film in the form of keyframes.
func (d *drawing) percent(at time.Duration) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", 100*float64(at)/float64(d.length)), "0"), ".") + "%"
}

// wide separates parts of a line that are placed individually.
var wide = regexp.MustCompile(` {2,}`)

// runs draws a text. Parts separated by spans of blanks get their own positions, because SVG
// collapses blanks.
func runs(text string, y int) string {
	var b strings.Builder
	at := 0
	add := func(part string) {
		n := utf8.RuneCountInString(part)
		if part != "" {
			fmt.Fprintf(&b, `<text x="%.5g" y="%d" textLength="%.5g">%s</text>`, float64(at)*cellWidth, y, float64(n)*cellWidth, escape(part))
		}
		at += n
	}
	last := 0
	for _, gap := range wide.FindAllStringIndex(text, -1) {
		add(text[last:gap[0]])
		at += gap[1] - gap[0]
		last = gap[1]
	}
	rest := strings.TrimPrefix(text[last:], " ")
	at += len(text[last:]) - len(rest)
	add(rest)
	return b.String()
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder never fails
	return b.String()
}
