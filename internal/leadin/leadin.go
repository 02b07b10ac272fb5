// Package leadin converts CD-TEXT packs to the form in which a host writes them: symbols of six
// bits in blocks of 96 bytes, which repeat the packs until the lead-in is full.
package leadin

import (
	"fmt"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/toc"
)

// BlockSize is the number of bytes that a host writes for one sector of the lead-in:
// four packs as 96 symbols.
const BlockSize = 96

// Symbols converts packs to the symbols of the R to W sub-channels: three bytes become
// four symbols of six bits, the most significant first, each in the lower bits of one
// byte. The P and Q bits are 0; the drive generates those sub-channels from the cue
// sheet. len(packs) must be a multiple of cdtext.PackSize.
func Symbols(packs []byte) []byte {
	out := make([]byte, 0, len(packs)/3*4)
	for ; len(packs) >= 3; packs = packs[3:] {
		a, b, c := packs[0], packs[1], packs[2]
		out = append(out, a>>2, a&3<<4|b>>4, b&0xF<<2|c>>6, c&0x3F)
	}
	return out
}

// Packs converts symbols to packs, the inverse of Symbols. The P and Q bits are
// ignored, and so is a partial pack at the end.
func Packs(symbols []byte) []byte {
	out := make([]byte, 0, len(symbols)/4*3)
	for ; len(symbols) >= 4; symbols = symbols[4:] {
		a, b, c, d := symbols[0]&0x3F, symbols[1]&0x3F, symbols[2]&0x3F, symbols[3]&0x3F
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	return out[:len(out)/cdtext.PackSize*cdtext.PackSize]
}

// Ring is the sub-channel data of a lead-in: the packs, repeated, four in each
// sector. Drives can't read packs that are on a disc only once.
type Ring struct {
	ring []byte // sectors until the packs begin a sector again
}

// maxBytes is the size of eight blocks of 256 packs.
const maxBytes = 8 * 256 * cdtext.PackSize

// New prepares the lead-in for packs, as cdtext.Encode or cdtext.ParseFile returns them.
// An error matches cdtext.ErrNoText or cdtext.ErrInvalid.
func New(packs []byte) (*Ring, error) {
	if len(packs) == 0 {
		return nil, cdtext.ErrNoText
	}
	if len(packs)%cdtext.PackSize != 0 || len(packs) > maxBytes {
		return nil, fmt.Errorf("%w: a lead-in of %d bytes", cdtext.ErrInvalid, len(packs))
	}
	l := &Ring{}
	for once := Symbols(packs); len(l.ring) == 0 || len(l.ring)%BlockSize != 0; {
		l.ring = append(l.ring, once...)
	}
	return l, nil
}

// Distinct returns the number of sectors after which the lead-in repeats itself.
func (l *Ring) Distinct() int { return len(l.ring) / BlockSize }

// Read fills dst with the sectors from number first on, counted from the start of the
// lead-in. len(dst) must be a multiple of BlockSize. Read doesn't allocate.
func (l *Ring) Read(dst []byte, first toc.Sectors) {
	at := int(first) % l.Distinct() * BlockSize
	for len(dst) > 0 {
		n := copy(dst, l.ring[at:])
		dst, at = dst[n:], 0
	}
}
