package cdtext

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// Encode converts text to packs, in the order in which they are written. The notes
// name every text that is not written as given; a program should show them before
// it burns the disc.
//
// A block is written if it has any text, and a field if the album or any track has it.
// If a block is too long, texts that repeat the track before become a TAB (which some
// players do not know), and then fields are dropped in this order: Closed, Message,
// Arranger, Composer, Songwriter, UPC and ISRCs. Of several blocks, one whose texts are all
// unwritable is left out.
//
// An error matches ErrNoText, ErrInvalid (number of tracks or blocks, character code),
// or ErrTooLong if the titles and performers of a block alone need more packs than it can
// have.
func Encode(d Disc) (packs []byte, notes []Note, err error) {
	packs, notes, err = d.encode(false)
	return packs, inLanguages(notes, d.Blocks), err
}

// encode is Encode. With tabs, repeated texts become TABs even if there is room.
func (d Disc) encode(tabs bool) (packs []byte, notes []Note, err error) {
	first, tracks, err := d.check()
	if err != nil {
		return nil, nil, err
	}
	var w writer
	for i := range d.Blocks {
		lines, more := d.lines(i, first, tracks)
		notes = append(notes, more...)
		if len(lines) == 0 {
			continue
		}
		lines, tabs, dropped, err := fit(lines, i, tabs)
		if e, ok := errors.AsType[*sizeError](err); ok {
			e.Language, e.Charset = d.Blocks[i].language(), d.Blocks[i].Charset
		}
		if err != nil {
			return nil, notes, err
		}
		notes = append(notes, dropped...)
		w.begin(&d.Blocks[i])
		for _, l := range lines {
			w.line(l, first, tabs)
		}
		w.reserve()
	}
	if len(w.blocks) == 0 {
		return nil, notes, ErrNoText
	}
	w.sizes(first, tracks)
	for i := range w.packs {
		w.packs[i].seal()
		packs = append(packs, w.packs[i][:]...)
	}
	return packs, notes, nil
}

// check returns the number of the first track, and how many tracks there are in the
// longest block.
func (d Disc) check() (first, tracks int, err error) {
	if len(d.Blocks) == 0 {
		return 0, 0, ErrNoText
	}
	if len(d.Blocks) > maxBlocks {
		return 0, 0, fmt.Errorf("%w: %d blocks, and a disc can have %d", ErrInvalid, len(d.Blocks), maxBlocks)
	}
	first = max(d.First, 1)
	for i, b := range d.Blocks {
		tracks = max(tracks, len(b.Tracks))
		if b.Charset != Latin1 && b.Charset != ASCII && b.Charset != MSJIS {
			return 0, 0, fmt.Errorf("%w: block %d is in %v, which cannot be written", ErrInvalid, i, b.Charset)
		}
	}
	if d.First < 0 || tracks == 0 || first+tracks-1 > toc.MaxTracks {
		return 0, 0, fmt.Errorf("%w: %d tracks from track %d on, and a disc can have 1 to %d",
			ErrInvalid, tracks, first, toc.MaxTracks)
	}
	return first, tracks, nil
}

// line is all text of one field: that of the album, then that of the tracks.
type line struct {
	field  field
	double bool
	head   []byte // the genre code, in front of the text
	texts  [][]byte
}

// language returns the language that the block is written with.
func (b *Block) language() Language {
	if b.Language == Unknown {
		return English
	}
	return b.Language
}

// lines encodes the texts of block i. A block without lines is left out.
func (d Disc) lines(i, first, tracks int) ([]line, []Note) {
	lines, notes := d.Blocks[i].lines(first, tracks)
	if len(lines) == 0 && len(notes) > 0 && len(d.Blocks) > 1 {
		return nil, []Note{{Kind: noteLeftOut, Block: i}}
	}
	for n := range notes {
		notes[n].Block = i
	}
	return lines, notes
}

// lines encodes the fields that have any text, in the order of their packs. Absent
// tracks get empty texts: a field with fewer texts than tracks makes readers shift
// titles, or drop them all.
func (b *Block) lines(first, tracks int) (lines []line, notes []Note) {
	add := func(l line, charset Charset, texts ...string) {
		used := len(l.head) > 0
		for i, text := range texts {
			e := charset.encode(text)
			if e.kind != "" {
				notes = append(notes, Note{Kind: e.kind, Track: number(i, first), Field: l.field.String(), From: text, To: e.text})
			}
			used = used || len(e.bytes) > 0
			l.texts = append(l.texts, e.bytes)
		}
		if used {
			lines = append(lines, l)
		}
	}
	for f := fieldTitle; f <= fieldMessage; f++ {
		texts := make([]string, 1+tracks)
		texts[0] = *b.Album.at(f)
		for i := range b.Tracks {
			texts[1+i] = *b.Tracks[i].at(f)
		}
		add(line{field: f, double: b.Charset == MSJIS}, b.Charset, texts...)
	}
	add(line{field: fieldDiscID}, ASCII, b.DiscID)
	genre := line{field: fieldGenre}
	if b.Genre != 0 || tidy(b.GenreText) != "" {
		genre.head = []byte{byte(b.Genre >> 8), byte(b.Genre)}
	}
	add(genre, ASCII, b.GenreText)
	add(line{field: fieldClosed}, Latin1, b.Closed)
	codes := make([]string, 1+tracks)
	codes[0] = b.UPC
	for i := range b.Tracks {
		codes[1+i] = b.Tracks[i].ISRC
	}
	add(line{field: fieldCodes}, ASCII, codes...)
	return lines, notes
}

// number returns the number on the disc of text i of a line: 0 is the album's.
func number(i, first int) int {
	if i == 0 {
		return 0
	}
	return first + i - 1
}

// dropOrder lists the dispensable fields, the least important first: players show
// titles and performers, and the codes are in the Q sub-channel as well.
var dropOrder = []field{fieldClosed, fieldMessage, fieldArranger, fieldComposer, fieldSongwriter, fieldCodes}

// fit makes the lines short enough for one block, and decides about TABs.
func fit(lines []line, block int, tabs bool) (left []line, _ bool, dropped []Note, err error) {
	const most = maxPacks - sizePacks
	count := func() (n int) {
		for _, l := range lines {
			n += l.packs(tabs)
		}
		return n
	}
	tabs = tabs || count() > most
	for _, field := range dropOrder {
		if count() <= most {
			break
		}
		var rest []line
		for _, l := range lines {
			if l.field == field {
				dropped = append(dropped, Note{Kind: noteDropped, Block: block, Field: field.String()})
				continue
			}
			rest = append(rest, l)
		}
		lines = rest
	}
	if n := count(); n > most {
		return nil, false, nil, &sizeError{Block: block, Packs: n, Most: most}
	}
	return lines, tabs, dropped, nil
}

// packs returns how many packs the line takes.
func (l line) packs(tabs bool) int {
	n := len(l.head)
	for i := range l.texts {
		n += len(l.text(i, tabs)) + len(l.end())
	}
	return (n + payload - 1) / payload
}

// text returns text i without its NUL. With tabs, a text that equals that of the track
// before becomes a TAB; the album is not a track.
func (l line) text(i int, tabs bool) []byte {
	text := l.texts[i]
	if !tabs || i < 2 || len(text) == 0 || !bytes.Equal(text, l.texts[i-1]) {
		return text
	}
	return l.tab()
}

// end returns the NUL that ends a text.
func (l line) end() []byte { return make([]byte, l.width()) }

// tab returns the text that means "as the track before".
func (l line) tab() []byte { return bytes.Repeat([]byte{'\t'}, l.width()) }

// width is the number of bytes of a character.
func (l line) width() int {
	if l.double {
		return 2
	}
	return 1
}

// writer composes packs.
type writer struct {
	packs  []pack
	blocks []written
}

// written is a block being composed.
type written struct {
	*Block
	start  int // index of its first pack
	last   int // number in the block of its last pack
	counts [16]byte
}

func (w *writer) begin(b *Block) { w.blocks = append(w.blocks, written{Block: b, start: len(w.packs)}) }

// add appends an empty pack to the last block.
func (w *writer) add(f field, track, position int, double bool) *pack {
	number := len(w.blocks) - 1
	b := &w.blocks[number]
	b.last = len(w.packs) - b.start
	b.counts[f-fieldTitle]++
	p := pack{byte(f), byte(track), byte(b.last), byte(number<<4 | min(position, capped))}
	if double {
		p[3] |= 0x80
	}
	w.packs = append(w.packs, p)
	return &w.packs[len(w.packs)-1]
}

// line writes one field. It starts in a new pack, and its texts continue through
// packs.
func (w *writer) line(l line, first int, tabs bool) {
	var p *pack
	free := 0
	put := func(c byte, track, position int) {
		if free == 0 {
			p, free = w.add(l.field, track, position, l.double), payload
		}
		p[4+payload-free] = c
		free--
	}
	for _, c := range l.head { // it does not count as text
		put(c, 0, 0)
	}
	for i := range l.texts {
		for at, c := range append(bytes.Clone(l.text(i, tabs)), l.end()...) {
			put(c, number(i, first), at/l.width())
		}
	}
}

// reserve adds the packs of size information, which every block has at its end. They
// name the last pack of every block, so they are filled in when all blocks are done.
func (w *writer) reserve() {
	for i := range sizePacks {
		w.add(size, i, 0, false)
	}
}

// sizes fills in the size information: a record of 36 bytes over three packs.
//
//	 0 character code   1 first track   2 last track   3 copyright
//	 4-19 packs of each type in this block
//	20-27 number of the last pack of each block     28-35 language of each block
func (w *writer) sizes(first, tracks int) {
	var record [sizePacks * payload]byte
	record[1], record[2] = byte(first), byte(first+tracks-1)
	for i, b := range w.blocks {
		record[20+i] = byte(b.last)
		record[28+i] = byte(b.language())
	}
	for _, b := range w.blocks {
		record[0], record[3] = byte(b.Charset), 0
		if b.Protected {
			record[3] = 3 // titles and names, as Sony's software has it
		}
		copy(record[4:20], b.counts[:])
		for i := range sizePacks {
			copy(w.packs[b.start+b.last-sizePacks+1+i].text(), record[i*payload:])
		}
	}
}
