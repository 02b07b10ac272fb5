package mmc

import (
	"encoding/binary"
	"time"
)

// TimeoutAndProtect is mode page 1Dh (MMC-5 chapter 7): how long the drive thinks its
// commands may take, and soft write protection.
//
//	4  b3 G3En, b2 TMOE, b1 DISP, b0 SWPP
//	6-7 group 1, 8-9 group 2, 10-11 group 3 minimum time-out in seconds
type TimeoutAndProtect struct {
	G3En   bool // group 3 time-outs count
	TMOE   bool // the drive ends commands that take longer
	DISP   bool // not available until power-off
	SWPP   bool // write-protected until power-off
	Group1 time.Duration
	Group2 time.Duration // formatting, blanking, closing
	Group3 time.Duration // length 0Ah only
}

// Page composes the page; length is the drive's page length, 08h or 0Ah.
func (p TimeoutAndProtect) Page(length int) []byte {
	b := newPage(PageTimeoutAndProtect, length, 0x08)
	b[4] = bit(p.G3En, 0x08) | bit(p.TMOE, 0x04) | bit(p.DISP, 0x02) | bit(p.SWPP, 0x01)
	binary.BigEndian.PutUint16(b[6:], wholeSeconds(p.Group1))
	binary.BigEndian.PutUint16(b[8:], wholeSeconds(p.Group2))
	if len(b) >= 12 {
		binary.BigEndian.PutUint16(b[10:], wholeSeconds(p.Group3))
	}
	return b
}

func wholeSeconds(d time.Duration) uint16 {
	return uint16(min(max(d/time.Second, 0), 0xFFFF))
}

// UnmarshalBinary decodes the page from its page code on.
func (p *TimeoutAndProtect) UnmarshalBinary(b []byte) error {
	b, err := pageBytes("timeout and protect page", b, PageTimeoutAndProtect, 10)
	if err != nil {
		return err
	}
	*p = TimeoutAndProtect{
		G3En:   b[4]&0x08 != 0,
		TMOE:   b[4]&0x04 != 0,
		DISP:   b[4]&0x02 != 0,
		SWPP:   b[4]&0x01 != 0,
		Group1: time.Duration(binary.BigEndian.Uint16(b[6:])) * time.Second,
		Group2: time.Duration(binary.BigEndian.Uint16(b[8:])) * time.Second,
	}
	if b[1] < 0x0A {
		return nil
	}
	if len(b) < 12 {
		return shortReply("timeout and protect page", len(b), 12)
	}
	p.Group3 = time.Duration(binary.BigEndian.Uint16(b[10:])) * time.Second
	return nil
}
