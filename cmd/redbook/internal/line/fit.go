package line

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Width is how many columns text takes: two for Chinese and Japanese letters and most
// emoji, none for combining marks.
func Width(text string) int { return uniseg.StringWidth(text) }

// Cut shortens text to at most columns. Letters stay whole, with their accents.
func Cut(text string, columns int) string {
	end, used, state := 0, 0, -1
	for rest := text; rest != ""; {
		var cluster string
		var width int
		cluster, rest, width, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += width; used > columns {
			return text[:end]
		}
		end += len(cluster)
	}
	return text
}

// Shorten is Cut with an ellipsis in place of what is left out.
func Shorten(text string, columns int) string {
	if Width(text) <= columns {
		return text
	}
	return strings.TrimRight(Cut(text, columns-1), " ") + "…"
}

// Part is a part of a line. The first of Forms is the whole text; the others are shorter
// versions. Parts of the lowest Rank are shortened and omitted first.
type Part struct {
	Rank  int
	Forms []string
	// Bar, if it is more than 0, is the width of a bar that shows the share Done. It
	// shrinks down to minBar before a part is shortened, and has no Forms.
	Bar  int
	Done float64
}

// Text is a part with its forms, the longest first.
func Text(rank int, forms ...string) Part { return Part{Rank: rank, Forms: forms} }

const (
	between = "  "
	minBar  = 6 // cells, without the brackets: below that a bar shows nothing
)

// Fit makes a line of parts that takes at most columns. Bars shrink first. Then, from the
// lowest rank up, parts take their next form and are omitted after their last one. A line
// that is still too long is cut.
func Fit(columns int, parts ...Part) string {
	list := make([]Part, 0, len(parts))
	for _, p := range parts {
		if p.Bar > 0 || len(p.Forms) > 0 && p.Forms[0] != "" {
			list = append(list, p)
		}
	}
	for {
		over := total(list) - columns
		if over <= 0 {
			break
		}
		if shrink(list, over) {
			continue
		}
		i := lowest(list)
		if i < 0 {
			break
		}
		if len(list[i].Forms) > 1 {
			list[i].Forms = list[i].Forms[1:]
			continue
		}
		if len(list) == 1 {
			break
		}
		list = append(list[:i], list[i+1:]...)
	}
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.text()
	}
	return Cut(strings.Join(texts, between), max(columns, 0))
}

// shrink takes up to over cells from the bar; false if the bar has none left.
func shrink(list []Part, over int) bool {
	for i := range list {
		if take := min(over, list[i].Bar-minBar); take > 0 {
			list[i].Bar -= take
			return true
		}
	}
	return false
}

// lowest is the part of the lowest rank, the last of several.
func lowest(list []Part) int {
	found := -1
	for i := range list {
		if found < 0 || list[i].Rank <= list[found].Rank {
			found = i
		}
	}
	return found
}

func total(list []Part) int {
	sum := len(between) * (len(list) - 1)
	for _, p := range list {
		sum += Width(p.text())
	}
	return sum
}

func (p Part) text() string {
	if p.Bar <= 0 {
		return p.Forms[0]
	}
	full := int(min(max(p.Done, 0), 1)*float64(p.Bar) + 1e-9)
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", p.Bar-full) + "]"
}

// Wrap breaks lines that are wider than columns between words. Continuation lines are aligned
// with the last column of a table row, or indented like their line, or less if a word needs the room. Wrap doesn't break lines
// with tabs, or commands of redbook: users copy them, and a terminal copies a line that it has
// wrapped itself as one line.
func Wrap(text string, columns int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = wrapLine(l, columns)
	}
	return strings.Join(lines, "\n")
}

func wrapLine(text string, columns int) string {
	rest := strings.TrimLeft(text, " ")
	if strings.Contains(text, "\t") || Width(text) <= columns {
		return text
	}
	first := text[:len(text)-len(rest)]
	indent := first
	head, typed := rowHead(text), first != "" && strings.HasPrefix(rest, "redbook ")
	switch {
	case head != "" && Width(head) <= columns*3/5:
		first, rest, indent = head, text[len(head):], strings.Repeat(" ", Width(head))
	case typed && head == "":
		return text
	case typed, first != "" && head != "" && !strings.Contains(strings.TrimSpace(head), "  "):
		first = first[:max(min(len(first), columns-longest(strings.Fields(text[len(head):]), columns)-4), 0)] + "    "
		rest = wrapLine(text[len(head):], columns-len(first))
		return strings.TrimRight(head, " ") + "\n" + first + strings.ReplaceAll(rest, "\n", "\n"+first)
	}
	command := ""
	if at := strings.Index(rest, ": redbook "); at >= 0 {
		rest, command = rest[:at+1], rest[at+2:]
	}
	words := strings.SplitAfter(rest, " ") // a table's columns keep their distance
	indent = indent[:max(min(len(indent), columns-longest(words, columns)), 0)]
	if first != head && Width(first+strings.TrimRight(words[0], " ")) > columns {
		first = first[:min(len(first), len(indent))]
	}
	if command != "" {
		words = append(words[:len(words)-1], words[len(words)-1]+" ", command)
	}
	var lines []string
	now, begun := first, first == head && head != ""
	for _, word := range words {
		if begun && Width(now)+Width(strings.TrimRight(word, " ")) > columns {
			lines = append(lines, strings.TrimRight(now, " "))
			now = indent
		}
		now += word
		begun = true
	}
	return strings.Join(append(lines, now), "\n")
}

// longest is the width of the widest word that fits in the columns.
func longest(words []string, columns int) (width int) {
	for _, word := range words {
		if w := Width(strings.TrimRight(word, " ")); w <= columns {
			width = max(width, w)
		}
	}
	return width
}

// rowHead returns the text before the last column of a table row; "" for other lines.
func rowHead(text string) string {
	at := strings.LastIndex(strings.TrimRight(text, " "), "  ")
	if at < 0 || strings.TrimSpace(text[:at]) == "" {
		return ""
	}
	return text[:at+2]
}
