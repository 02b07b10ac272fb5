package cdtext

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/redbook-audio/redbook/toc"
)

// Decode converts packs to text. It accepts what real discs and drives deliver: packs
// without size information, packs of blocks in any order or more than once, checksums
// of zero, texts that are not closed, and texts of single bytes in a block of double
// ones. The notes name what was left out or guessed.
//
// Packs without any text give a Disc without blocks. Tables of contents (88h, 89h) are
// ignored; to copy a disc exactly, copy its packs.
func Decode(packs []byte) (Disc, []Note) {
	r := reader{seen: map[[PackSize - 2]byte]bool{}}
	for i := 0; len(packs) >= PackSize; i, packs = i+1, packs[PackSize:] {
		r.add(i, pack(packs[:PackSize]))
	}
	var blocks []*texts
	for b := range r.blocks {
		if len(r.blocks[b]) == 0 {
			continue
		}
		r.sort(b)
		if t := r.texts(b, len(blocks)); !t.empty() {
			blocks = append(blocks, t)
		}
	}
	if len(blocks) == 0 {
		return Disc{}, r.notes
	}
	first, last := tracks(blocks)
	d := Disc{First: first}
	for _, t := range blocks {
		d.Blocks = append(d.Blocks, t.block(first, last))
	}
	for _, t := range blocks {
		r.notes = append(r.notes, inLanguages(t.notes, d.Blocks)...)
	}
	return d, r.notes
}

// reader sorts packs into blocks.
type reader struct {
	blocks [maxBlocks][]pack
	sizes  [maxBlocks][sizePacks]*pack
	// numbers are those of all packs that arrived, to find missing ones.
	numbers [maxBlocks][maxPacks]bool
	seen    map[[PackSize - 2]byte]bool
	notes   []Note
}

// add puts a pack into its block, if it is usable.
func (r *reader) add(i int, p pack) {
	note := func(kind NoteKind) {
		r.notes = append(r.notes, Note{Kind: kind, Block: p.block(), Field: p.field().String(), Pack: i})
	}
	switch {
	case p == pack{}: // drives pad short replies with zeros
		return
	case p.sum() == crc(p[:16]):
	case p.sum() == 0:
		note(noteZeroCRC)
	default:
		note(noteBadCRC)
		return
	}
	r.numbers[p.block()][p.number()] = true
	_, known := fieldNames[p.field()]
	if !known || p.extended() {
		note(noteUnknownPack)
		return
	}
	b := p.block()
	switch p.field() {
	case size:
		if p.track() < sizePacks {
			r.sizes[b][p.track()] = &p
		}
	case tocField, secondField:
	default:
		// The lead-in repeats the packs, and some drives return more than one round.
		if key := [PackSize - 2]byte(p[:16]); !r.seen[key] {
			r.seen[key] = true
			r.blocks[b] = append(r.blocks[b], p)
		}
	}
}

// sort restores the order of a block's packs if their numbers show it. Programs that
// let the number wrap around have written some of them twice.
func (r *reader) sort(b int) {
	var seen [maxPacks]bool
	for _, p := range r.blocks[b] {
		if seen[p.number()] {
			return
		}
		seen[p.number()] = true
	}
	slices.SortFunc(r.blocks[b], func(p, q pack) int { return cmp.Compare(p.number(), q.number()) })
}

// textRights are the bits of the copyright byte for texts: messages, names and
// titles. Two others are for the program area.
const textRights = 0x07

// record is the size information of one block.
type record struct {
	known       bool
	charset     Charset
	protected   bool
	first, last int
	language    Language
}

// usable reports whether the track numbers make sense.
func (r record) usable() bool {
	return r.known && r.first >= 1 && r.last >= r.first && r.last <= toc.MaxTracks
}

// start returns the number of the first track, as far as it is known.
func (r record) start() int {
	if r.usable() {
		return r.first
	}
	return 1
}

// record decodes the size information of block b. Every block names the languages
// of all, so another block's can replace it.
func (r *reader) record(b int) record {
	var out record
	if p := r.sizes[b][0]; p != nil {
		out.known = true
		out.charset, out.protected = Charset(p.text()[0]), p.text()[3]&textRights != 0
		out.first, out.last = int(p.text()[1]), int(p.text()[2])
	}
	for _, i := range append([]int{b}, 0, 1, 2, 3, 4, 5, 6, 7) {
		if p := r.sizes[i][2]; p != nil {
			out.language = Language(p.text()[4+b])
			break
		}
	}
	return out
}

// texts are the decoded fields of one block.
type texts struct {
	index   int // in Disc.Blocks
	size    record
	charset Charset
	fields  map[field]*[toc.MaxTracks + 1]string
	genre   Genre
	notes   []Note
}

// tracks returns the numbers of the first and last track: those of the size
// information, and those of other tracks that have text.
func tracks(blocks []*texts) (first, last int) {
	first = toc.MaxTracks + 1
	for _, t := range blocks {
		if s := t.size; s.usable() {
			first, last = min(first, s.first), max(last, s.last)
		}
		for _, field := range t.fields {
			for i, text := range field {
				if i > 0 && text != "" {
					first, last = min(first, i), max(last, i)
				}
			}
		}
	}
	return min(first, max(last, 1)), last
}

// texts decodes the packs of block b.
func (r *reader) texts(b, index int) *texts {
	t := &texts{index: index, size: r.record(b), fields: map[field]*[toc.MaxTracks + 1]string{}}
	t.charset = t.size.charset
	byField := map[field][]pack{}
	double := false
	for _, p := range r.blocks[b] {
		byField[p.field()] = append(byField[p.field()], p)
		double = double || (p.double() && p.field() <= fieldMessage)
	}
	if !t.size.known {
		t.notes = append(t.notes, Note{Kind: noteNoSize, Block: index})
	}
	if double { // even if the size information specifies another code
		t.charset = MSJIS
	}
	for f := fieldTitle; f <= fieldCodes; f++ {
		if len(byField[f]) == 0 {
			continue
		}
		if f == fieldGenre {
			t.genre = genreCode(byField[f])
		}
		t.fields[f] = &[toc.MaxTracks + 1]string{}
		t.read(f, byField[f], &r.numbers[b])
	}
	return t
}

// empty reports whether no field has text.
func (t *texts) empty() bool {
	for _, field := range t.fields {
		if *field != [toc.MaxTracks + 1]string{} {
			return false
		}
	}
	return t.genre == 0
}

// genreCode removes the code from the packs. It is in the first one; some programs
// repeat it in the others.
func genreCode(packs []pack) Genre {
	code := bytes.Clone(packs[0].text()[:2])
	for i := range packs {
		text := packs[i].text()
		if i > 0 && (!bytes.Equal(text[:2], code) || bytes.Equal(code, []byte{0, 0})) {
			continue
		}
		// The text continues after it, so removing it must not leave a gap.
		copy(text, text[2:])
		text[10], text[11] = filler, filler
	}
	return Genre(binary.BigEndian.Uint16(code))
}

// filler replaces a removed genre code. It is not a character of any code, and is
// skipped.
const filler = 0xFF

// piece is a text of one field as it is collected from packs.
type piece struct {
	track int
	bytes []byte
	cut   bool // a part of it was in a lost pack
}

// read decodes the packs of one field.
func (t *texts) read(f field, packs []pack, numbers *[maxPacks]bool) {
	width := 1
	if f <= fieldMessage && t.charset == MSJIS && pairs(packs) {
		width = 2
	}
	first := t.size.start()
	pieces := collect(packs, width, first, numbers)
	tab := bytes.Repeat([]byte{'\t'}, width)
	out := t.fields[f][:]
	if f > fieldMessage && f != fieldCodes {
		out = out[:1] // the album's only
	}
	for i := range out {
		for _, p := range pieces {
			if p.track != i || len(p.bytes) == 0 {
				continue
			}
			if bytes.Equal(p.bytes, tab) {
				if i == first { // some programs treat the album as the previous track
					out[i] = out[0]
				} else if i > 0 {
					out[i] = out[i-1]
				}
				continue
			}
			charset := t.charset
			if f > fieldMessage {
				charset = Latin1
			}
			text, kind := charset.decode(p.bytes)
			out[i] = text
			if kind != "" {
				t.notes = append(t.notes, Note{Kind: kind, Block: t.index, Track: i, Field: f.String(), To: text})
			}
			if p.cut {
				t.notes = append(t.notes, Note{Kind: noteIncomplete, Block: t.index, Track: i, Field: f.String(), From: text, To: text})
			}
		}
	}
}

// pairs reports whether text consists of two-byte characters and NULs. Discs exist
// that declare double bytes and contain single ones.
func pairs(packs []pack) bool {
	for _, p := range packs {
		if !p.double() {
			return false
		}
		for i := 0; i < payload; i += 2 {
			if (p.text()[i] == 0) != (p.text()[i+1] == 0) {
				return false
			}
		}
	}
	return true
}

// collect splits the payload of the packs of one field into texts. A pack names the
// track of its first byte; from there every NUL leads to the next track, and from the
// album to the first one. Padding looks like empty texts, so empty texts are ignored.
func collect(packs []pack, width, first int, numbers *[maxPacks]bool) []piece {
	var done []piece
	now := piece{track: packs[0].track()}
	end := func() {
		if len(now.bytes) > 0 {
			done = append(done, now)
		}
		now = piece{track: max(now.track+1, first)}
	}
	constant := !slices.ContainsFunc(packs, func(p pack) bool { return p.track() != packs[0].track() })
	for _, p := range packs {
		lost := p.number() > 0 && !numbers[p.number()-1]
		begins := p.position() == 0
		switch {
		case lost:
			now.cut = true
			if p.track() != now.track || begins {
				end()
				now = piece{track: p.track()}
			}
			now.cut = !begins
		case constant: // written by a program that omits the number
		case p.track() != now.track && begins:
			end()
			now.track = p.track()
		default:
			now.track = p.track()
		}
		for j := 0; j < payload; j += width {
			char := p.text()[j : j+width]
			switch {
			case char[0] == filler && p.field() == fieldGenre:
			case bytes.Count(char, []byte{0}) == width:
				end()
			default:
				now.bytes = append(now.bytes, char...)
			}
		}
	}
	end()
	return done
}

// block stores the texts in their fields.
func (t *texts) block(first, last int) Block {
	b := Block{
		Language: t.size.language, Charset: t.charset, Protected: t.size.protected, Genre: t.genre,
		Tracks: make([]Track, max(last-first+1, 0)),
	}
	for f, text := range t.fields {
		switch f {
		case fieldDiscID:
			b.DiscID = text[0]
		case fieldGenre:
			b.GenreText = text[0]
		case fieldClosed:
			b.Closed = text[0]
		case fieldCodes:
			b.UPC = text[0]
			for i := range b.Tracks {
				b.Tracks[i].ISRC = text[first+i]
			}
		default:
			*b.Album.at(f) = text[0]
			for i := range b.Tracks {
				*b.Tracks[i].at(f) = text[first+i]
			}
		}
	}
	return b
}
