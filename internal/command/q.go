package command

import (
	"fmt"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/toc"
)

// QForm is a form in which READ CD sends the Q sub-channel of a sector. Many drives
// support only one of them, and no feature reports which.
type QForm uint8

// The forms.
const (
	// QRaw is sub-channel 1: 96 bytes, one for each bit of P to W, with Q in bit 6. Its
	// CRC is reliable.
	QRaw QForm = iota + 1
	// QFormatted is sub-channel 2: 16 bytes, numbers in BCD as on the disc. Most drives
	// send no CRC or a wrong one (cdrdao ignores it).
	QFormatted
	// QBinary is sub-channel 2 with every byte converted from BCD to binary. cdrdao knows
	// such drives as PQ_HEX. An ISRC does not survive the conversion.
	QBinary
)

var qFormNames = [...]string{"none", "raw P-W", "formatted Q", "formatted Q in binary"}

// String returns a name such as "raw P-W".
func (f QForm) String() string {
	if int(f) < len(qFormNames) {
		return qFormNames[f]
	}
	return fmt.Sprintf("QForm(%d)", uint8(f))
}

// SubChannel is the sub-channel selection that asks READ CD for the form.
func (f QForm) SubChannel() SubChannel {
	if f == QRaw {
		return SubRaw
	}
	return SubQ
}

// Size is the length of one sector's sub-channel in bytes.
func (f QForm) Size() int {
	if f == QRaw {
		return 96
	}
	return 16
}

// The values of Q.ADR that audio discs use in the program area.
const (
	ADRPosition = 1
	ADRMCN      = 2
	ADRISRC     = 3
)

// Q is the Q sub-channel of one sector (IEC 60908 17.5; MMC-6 table 463).
type Q struct {
	Control toc.Control
	ADR     byte
	// Checked reports that the CRC is valid. Compare an unchecked frame with its
	// neighbors before you rely on it.
	Checked bool

	// For ADRPosition.
	Track    int         // 1..99, 0 in the lead-in, command.LeadOutTrack in the lead-out
	Index    int         // 0 is the pause before the track
	Relative toc.Sectors // from index 1; in the pause it counts down to it
	Absolute toc.LBA

	MCN   toc.MCN  // for ADRMCN; "" if it holds none
	ISRC  toc.ISRC // for ADRISRC; "" if it holds none
	Frame int      // for ADRMCN and ADRISRC: the frame of the absolute address, 0..74
}

// qLength is the part of a frame that is on the disc: control and ADR, nine bytes, CRC.
const qLength = 12

// Parse decodes the sub-channel of one sector:
//
//	0 b7-4 CONTROL, b3-0 ADR
//	1: 1 track, 2 index, 3-5 relative time, 7-9 absolute time
//	2: 1-7 thirteen digits, 9 frame
//	3: 1-4 five characters of six bits, 5-8 seven digits, 9 frame
//	10-11 CRC, inverted
//
// An error matches exchange.ErrShortReply, or exchange.ErrImplausible for an invalid number,
// another ADR, or a wrong CRC in a form whose CRC is reliable.
func (f QForm) Parse(b []byte) (Q, error) {
	if len(b) < f.Size() {
		return Q{}, exchange.ShortReply("Q sub-channel", len(b), f.Size())
	}
	var raw [qLength]byte
	switch f {
	case QRaw:
		for i := range raw {
			for _, c := range b[8*i : 8*i+8] {
				raw[i] = raw[i]<<1 | c>>6&1
			}
		}
	case QBinary:
		copy(raw[:], b)
		for i, c := range raw[1:10] {
			if c > 99 {
				return Q{}, exchange.Implausible("Q sub-channel", "number", c)
			}
			raw[i+1] = c/10<<4 | c%10
		}
	default:
		copy(raw[:], b)
	}
	q := Q{Control: toc.Control(raw[0] >> 4), ADR: raw[0] & 0x0F}
	crc := ^qCRC(raw[:10])
	q.Checked = raw[10] == byte(crc>>8) && raw[11] == byte(crc)
	if f == QRaw && !q.Checked {
		return Q{}, exchange.Implausible("Q sub-channel", "CRC", fmt.Sprintf("%04X", uint16(raw[10])<<8|uint16(raw[11])))
	}
	var err error
	switch q.ADR {
	case ADRPosition:
		err = q.position(raw[:])
	case ADRMCN:
		err = q.mcn(raw[:])
	case ADRISRC:
		if f == QBinary {
			return Q{}, exchange.Implausible("Q sub-channel", "ISRC in binary", raw[1:9])
		}
		err = q.isrc(raw[:])
	default:
		err = exchange.Implausible("Q sub-channel", "ADR", q.ADR)
	}
	return q, err
}

// position decodes ADR 1. The lead-out has a number that is not BCD.
func (q *Q) position(b []byte) error {
	q.Track = LeadOutTrack
	if b[1] != LeadOutTrack {
		track, ok := unBCD(b[1])
		if !ok {
			return exchange.Implausible("Q sub-channel", "track", b[1])
		}
		q.Track = track
	}
	index, ok := unBCD(b[2])
	if !ok {
		return exchange.Implausible("Q sub-channel", "index", b[2])
	}
	relative, ok1 := qTime(b[3:])
	absolute, ok2 := qTime(b[7:])
	if !ok1 || !ok2 {
		return exchange.Implausible("Q sub-channel", "time", b[3:10])
	}
	q.Index, q.Absolute = index, absolute.LBA()
	q.Relative = toc.Sectors((int(relative.M)*60+int(relative.S))*75 + int(relative.F))
	return nil
}

// mcn decodes ADR 2. Discs without a number may carry zeros.
func (q *Q) mcn(b []byte) error {
	var digits [13]byte
	for i := range digits {
		d := b[1+i/2] >> (4 * (1 - i%2)) & 0x0F
		if d > 9 {
			return exchange.Implausible("Q sub-channel", "MCN", b[1:8])
		}
		digits[i] = '0' + d
	}
	if string(digits[:]) != "0000000000000" {
		q.MCN = toc.MCN(digits[:])
	}
	return q.frame(b)
}

// isrc decodes ADR 3: five characters of six bits and two bits without meaning (some discs
// set them), then seven digits. Anything but a well-formed code counts as none: discs
// carry zeros.
func (q *Q) isrc(b []byte) error {
	letters := uint32(b[1])<<24 | uint32(b[2])<<16 | uint32(b[3])<<8 | uint32(b[4])
	var code [12]byte
	for i := range 5 {
		c := byte(letters >> (26 - 6*i) & 0x3F)
		switch {
		case c <= 9:
			code[i] = '0' + c
		case c >= 0x11 && c <= 0x2A:
			code[i] = 'A' + c - 0x11
		}
	}
	for i := range 7 {
		code[5+i] = '0' + b[5+i/2]>>(4*(1-i%2))&0x0F
	}
	if isrc, err := toc.ParseISRC(string(code[:])); err == nil {
		q.ISRC = isrc
	}
	return q.frame(b)
}

func (q *Q) frame(b []byte) error {
	n, ok := unBCD(b[9])
	if !ok || n > 74 {
		return exchange.Implausible("Q sub-channel", "frame", b[9])
	}
	q.Frame = n
	return nil
}

// qTime decodes three bytes of BCD.
func qTime(b []byte) (toc.MSF, bool) {
	m, ok1 := unBCD(b[0])
	s, ok2 := unBCD(b[1])
	f, ok3 := unBCD(b[2])
	t := toc.MSF{M: uint8(m), S: uint8(s), F: uint8(f)}
	return t, ok1 && ok2 && ok3 && t.Valid()
}

// unBCD returns the number of two digits.
func unBCD(b byte) (n int, ok bool) { return int(b>>4)*10 + int(b&0x0F), b>>4 <= 9 && b&0x0F <= 9 }

// qCRC is the CRC of the Q sub-channel before it is inverted: x^16+x^12+x^5+1, from zero.
func qCRC(b []byte) uint16 {
	var crc uint16
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			high := crc&0x8000 != 0
			if crc <<= 1; high {
				crc ^= 0x1021
			}
		}
	}
	return crc
}
