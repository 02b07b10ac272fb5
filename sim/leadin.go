package sim

import (
	"cmp"
	"slices"
)

// textPack is a pack of CD-TEXT: type, track, sequence, block and position, 12 bytes, CRC.
type textPack [18]byte

// whole reports whether the CRC is right: that of Q, inverted.
func (p *textPack) whole() bool {
	crc := ^crc16(p[:16])
	return p[16] == byte(crc>>8) && p[17] == byte(crc)
}

// leadInText is the CD-TEXT in the R to W channels of a lead-in while it is written: each
// block has 96 symbols of six bits, and four symbols are three bytes of a pack. The packs
// repeat through the whole lead-in; readers need more than one copy.
type leadInText struct {
	packs []foundPack // each once, in order of arrival
	index map[textPack]int
	next  int // index of the pack that should be repeated next
}

// foundPack is a pack and how many copies of it were received.
type foundPack struct {
	textPack
	copies int
}

func newLeadInText() *leadInText { return &leadInText{index: map[textPack]int{}} }

// add takes whole blocks of 96 bytes. The two high bits of a byte are P and Q, which the
// drive generates.
func (l *leadInText) add(symbols []byte) {
	for ; len(symbols) >= 24; symbols = symbols[24:] {
		var p textPack
		for i := range 6 {
			s := symbols[4*i:]
			bits := uint32(s[0]&0x3F)<<18 | uint32(s[1]&0x3F)<<12 | uint32(s[2]&0x3F)<<6 | uint32(s[3]&0x3F)
			p[3*i], p[3*i+1], p[3*i+2] = byte(bits>>16), byte(bits>>8), byte(bits)
		}
		l.enter(p)
	}
}

// enter counts a pack. A lead-in repeats the same few packs thousands of times, so a pack
// that follows the previous one as before is not checked again.
func (l *leadInText) enter(p textPack) {
	at := l.next
	if at >= len(l.packs) || l.packs[at].textPack != p {
		if p[0]&0x80 == 0 || !p.whole() {
			return
		}
		known := false
		if at, known = l.index[p]; !known {
			at = len(l.packs)
			l.index[p] = at
			l.packs = append(l.packs, foundPack{textPack: p})
		}
	}
	l.packs[at].copies++
	l.next = (at + 1) % len(l.packs)
}

// text returns what a reader finds: the packs that occur more than once, by block and
// sequence number, 18 bytes each.
func (l *leadInText) text() []byte {
	found := slices.DeleteFunc(slices.Clone(l.packs), func(p foundPack) bool { return p.copies < 2 })
	slices.SortStableFunc(found, func(a, b foundPack) int {
		return cmp.Or(cmp.Compare(a.textPack[3]>>4&7, b.textPack[3]>>4&7), cmp.Compare(a.textPack[2], b.textPack[2]))
	})
	var out []byte
	for _, p := range found {
		out = append(out, p.textPack[:]...)
	}
	return out
}
