package sim

import (
	"github.com/redbook-audio/redbook/toc"
)

// writeParameters is mode page 05h (MMC-6 7.5, in the form of MMC-3 5.5.8).
type writeParameters []byte

// The write types of page 05h.
const (
	typePacket = 0
	typeTAO    = 1
	typeSAO    = 2
	typeRAW    = 3
)

func (w writeParameters) burnFree() bool       { return w[2]&0x40 != 0 }
func (w writeParameters) test() bool           { return w[2]&0x10 != 0 }
func (w writeParameters) writeType() byte      { return w[2] & 0x0F }
func (w writeParameters) multiSession() byte   { return w[3] >> 6 }
func (w writeParameters) copyBit() bool        { return w[3]&0x10 != 0 }
func (w writeParameters) control() toc.Control { return toc.Control(w[3] & 0x0F) }
func (w writeParameters) blockType() byte      { return w[4] & 0x0F }

// audio reports whether the next track is audio in blocks of 2352 bytes.
func (w writeParameters) audio() bool { return w.control().Audio() && w.blockType() == 0 }

// mcn and isrc are empty where the valid bit is off or the page too short for them.
func (w writeParameters) mcn() toc.MCN {
	if len(w) < 30 || w[16]&0x80 == 0 {
		return ""
	}
	return toc.MCN(w[17:30])
}

func (w writeParameters) isrc() toc.ISRC {
	if len(w) < 45 || w[32]&0x80 == 0 {
		return ""
	}
	return toc.ISRC(w[33:45])
}

func page05Length(p *Personality) int {
	if p.ShortPage05 > 0 {
		return p.ShortPage05
	}
	return 0x32
}

// parameters is the current page 05h.
func (m *modes) parameters() writeParameters { return m.pages[0x05].current }

// checkWriteParameters returns the offset of the first byte of a page 05h that the drive
// doesn't support, or 0. Drives without SEND CUE SHEET also accept session-at-once,
// because hosts ask for its address; data block type 3 is for the lead-in of CD-TEXT.
// Packet and raw writing are not accepted.
func (m *modes) checkWriteParameters(page []byte) int {
	w := writeParameters(page)
	switch w.writeType() {
	case typeTAO:
		if !taoBlocks(w) {
			return 4
		}
		if w.control()&^(toc.DataTrack|toc.CopyPermitted) != 0 && !w.control().Audio() {
			return 3 // incremental data are for packets
		}
	case typeSAO:
		if t := w.blockType(); t != 0 && t != 3 && (t < 8 || t == 14 || t == 15) {
			return 4
		}
	default:
		return 2
	}
	switch {
	case w.multiSession() == 2 || page[3]&0x20 != 0:
		return 3
	case page[8] != 0x00 && page[8] != 0x10 && page[8] != 0x20:
		return 8
	case len(page) >= 30 && page[16]&0x80 != 0 && !digits(page[17:30]):
		return 17
	case len(page) >= 45 && page[32]&0x80 != 0 && !isrcCode(page[33:45]):
		return 33
	}
	return 0
}

// taoBlocks reports whether track mode and data block type are compatible (MMC-3 table
// 358).
func taoBlocks(w writeParameters) bool {
	if w.control().Audio() {
		return w.blockType() == 0
	}
	t := w.blockType()
	return t == 8 || t >= 10 && t <= 13
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func isrcCode(b []byte) bool {
	for i, c := range b {
		letter := c >= 'A' && c <= 'Z'
		if !letter && (i < 2 || c < '0' || c > '9') || letter && i >= 5 {
			return false
		}
	}
	return true
}
