package cdtext

import "encoding/binary"

// PackSize is the length of a pack in bytes.
const PackSize = 18

const (
	payload   = 12  // bytes of text in a pack
	maxBlocks = 8   // blocks of a disc
	maxPacks  = 256 // packs of a block: their numbers are bytes
	sizePacks = 3   // of these hold size information
	maxField  = 254 // bytes of one text: libcdio drops all CD-TEXT of a disc that has a longer one
	capped    = 15  // highest character position that a pack can name
)

// pack is one pack:
//
//	0 type     1 b7 extension, b6-0 track     2 number in the block
//	3 b7 double byte, b6-4 block, b3-0 character position
//	4-15 payload     16-17 CRC
//
// The track is the one that owns the first byte of the payload, even if that is the
// NUL that ends a text. The position counts the characters of that text in earlier
// packs.
type pack [PackSize]byte

func (p *pack) field() field   { return field(p[0]) }
func (p *pack) extended() bool { return p[1]&0x80 != 0 }
func (p *pack) track() int     { return int(p[1] & 0x7F) }
func (p *pack) number() byte   { return p[2] }
func (p *pack) double() bool   { return p[3]&0x80 != 0 }
func (p *pack) block() int     { return int(p[3] >> 4 & 7) }
func (p *pack) position() int  { return int(p[3] & 0x0F) }
func (p *pack) text() []byte   { return p[4:16] }
func (p *pack) sum() uint16    { return binary.BigEndian.Uint16(p[16:]) }

// seal computes the checksum.
func (p *pack) seal() { binary.BigEndian.PutUint16(p[16:], crc(p[:16])) }

// crc is CRC-16/GSM: polynomial 1021h, starting at 0, inverted.
func crc(b []byte) uint16 {
	var sum uint16
	for _, c := range b {
		sum ^= uint16(c) << 8
		for range 8 {
			carry := sum&0x8000 != 0
			sum <<= 1
			if carry {
				sum ^= 0x1021
			}
		}
	}
	return ^sum
}
