package command

import (
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/toc"
)

// WriteType is how a track is recorded (Write Parameters mode page).
type WriteType uint8

// The write types; 0 is packet, the default of most drives.
const (
	WriteTAO WriteType = 1 // track at once
	WriteSAO WriteType = 2 // session at once
)

// MultiSession selects whether another session can follow CLOSE SESSION.
type MultiSession uint8

// The multi-session values; 2 is reserved.
const (
	SessionFinal MultiSession = 0 // no B0 pointer, no further session
	SessionOpen  MultiSession = 3 // B0 pointer with the address of the next session
)

// DataBlockType is the content of a block of a WRITE.
type DataBlockType uint8

// The data block types for audio. 8 to 13 are data sectors.
const (
	BlockRaw   DataBlockType = 0 // 2352 bytes: PCM
	BlockRawPW DataBlockType = 3 // 2448 bytes: with P-W sub-channel, raw
)

// UsualPageLength is the page length of almost every drive (MMC-1 to MMC-6);
// some add four vendor bytes (36h).
const UsualPageLength = 0x32

// WriteParameters is mode page 05h (MMC-5 chapter 7). It applies to tracks that start
// later; its multi-session field applies to the session that is closed next.
//
//	 2  b6 BUFE, b4 test write, b3-0 write type
//	 3  b7-6 multi-session, b4 copy, b3-0 track mode
//	 4  b3-0 data block type      8  session format = 00      14-15 audio pause length
//	16-31 MCN: b7 MCVAL, 13 digits, 0, AFRAME
//	32-47 ISRC: b7 TCVAL, 12 characters, 0, AFRAME, 0
type WriteParameters struct {
	BUFE          bool // buffer underrun free recording
	TestWrite     bool // laser at read power
	WriteType     WriteType
	MultiSession  MultiSession
	Copy          bool // SCMS: this is a copy; some drives ignore it (Pioneer DVR-108)
	Control       toc.Control
	DataBlockType DataBlockType
	AudioPause    uint16  // sectors with index 0 before the track; 0 is composed as 150
	MCN           toc.MCN // for the whole disc; "" is none
	ISRC          toc.ISRC
}

// Page composes the page from zeros, with the drive's own page length (the byte after
// the page code). Reading, changing and writing back would preserve illegal defaults:
// LG drives have a wrong audio pause, Matsushita drives a wrong session format. A
// length below 14 or above 254 is replaced by 32h.
//
// MCN and ISRC are left out if the page is too short for them.
func (p WriteParameters) Page(length int) []byte {
	if length < 14 || length > 254 {
		length = UsualPageLength
	}
	b := make([]byte, 2+length)
	b[0] = PageWriteParameters
	b[1] = byte(length)
	b[2] = bit(p.BUFE, 0x40) | bit(p.TestWrite, 0x10) | byte(p.WriteType)&0x0F
	b[3] = byte(p.MultiSession)<<6 | bit(p.Copy, 0x10) | byte(p.Control)&0x0F
	b[4] = byte(p.DataBlockType) & 0x0F
	binary.BigEndian.PutUint16(b[14:], p.AudioPause)
	if p.AudioPause == 0 {
		binary.BigEndian.PutUint16(b[14:], toc.PregapSectors)
	}
	if length >= 30 && len(p.MCN) == 13 {
		b[16] = 0x80
		copy(b[17:30], p.MCN)
	}
	if length >= 46 && len(p.ISRC) == 12 {
		b[32] = 0x80
		copy(b[33:45], p.ISRC)
	}
	return b
}

// UnmarshalBinary decodes the page from its page code on. 16 bytes are needed; MCN and
// ISRC are optional.
func (p *WriteParameters) UnmarshalBinary(b []byte) error {
	b, err := pageBytes("write parameters page", b, PageWriteParameters, 16)
	if err != nil {
		return err
	}
	*p = WriteParameters{
		BUFE:          b[2]&0x40 != 0,
		TestWrite:     b[2]&0x10 != 0,
		WriteType:     WriteType(b[2] & 0x0F),
		MultiSession:  MultiSession(b[3] >> 6),
		Copy:          b[3]&0x10 != 0,
		Control:       toc.Control(b[3] & 0x0F),
		DataBlockType: DataBlockType(b[4] & 0x0F),
		AudioPause:    binary.BigEndian.Uint16(b[14:]),
	}
	if len(b) >= 30 && b[16]&0x80 != 0 {
		p.MCN = toc.MCN(exchange.ASCII(b[17:30]))
	}
	if len(b) >= 45 && b[32]&0x80 != 0 {
		p.ISRC = toc.ISRC(exchange.ASCII(b[33:45]))
	}
	return nil
}
