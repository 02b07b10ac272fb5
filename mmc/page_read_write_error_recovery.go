package mmc

import "encoding/binary"

// ReadWriteErrorRecovery is mode page 01h (MMC-5 chapter 7). Many drives ignore most of
// it (Pioneer DVR-108: all but PER).
//
//	2  b7 AWRE, b6 ARRE, b5 TB, b4 RC, b2 PER, b1 DTE, b0 DCR
//	3  read retry count     7  b1-0 EMCDR     8  write retry count
//	10-11 recovery time limit in ms
type ReadWriteErrorRecovery struct {
	AWRE, ARRE        bool // reassign bad blocks when writing, reading
	TB                bool // transfer a block that could not be corrected
	RC                bool // read continuously, send whatever there is
	PER               bool // report recovered errors
	DTE               bool // end the transfer at a recovered error
	DCR               bool // no correction
	ReadRetries       byte
	EMCDR             byte // which recovered errors PER reports on CD
	WriteRetries      byte
	RecoveryTimeLimit uint16 // ms; 0: the drive's own
}

// Page composes the page; length is the drive's page length, at least 0Ah.
func (p ReadWriteErrorRecovery) Page(length int) []byte {
	b := newPage(PageReadWriteErrorRecovery, length, 0x0A)
	b[2] = bit(p.AWRE, 0x80) | bit(p.ARRE, 0x40) | bit(p.TB, 0x20) | bit(p.RC, 0x10) |
		bit(p.PER, 0x04) | bit(p.DTE, 0x02) | bit(p.DCR, 0x01)
	b[3] = p.ReadRetries
	b[7] = p.EMCDR & 0x03
	b[8] = p.WriteRetries
	binary.BigEndian.PutUint16(b[10:], p.RecoveryTimeLimit)
	return b
}

// UnmarshalBinary decodes the page from its page code on. A read-only drive's page
// (length 06h) ends before the write retry count, which is then 0.
func (p *ReadWriteErrorRecovery) UnmarshalBinary(b []byte) error {
	b, err := pageBytes("read/write error recovery page", b, PageReadWriteErrorRecovery, 8)
	if err != nil {
		return err
	}
	*p = ReadWriteErrorRecovery{
		AWRE:        b[2]&0x80 != 0,
		ARRE:        b[2]&0x40 != 0,
		TB:          b[2]&0x20 != 0,
		RC:          b[2]&0x10 != 0,
		PER:         b[2]&0x04 != 0,
		DTE:         b[2]&0x02 != 0,
		DCR:         b[2]&0x01 != 0,
		ReadRetries: b[3],
		EMCDR:       b[7] & 0x03,
	}
	if b[1] < 0x0A {
		return nil
	}
	if len(b) < 12 {
		return shortReply("read/write error recovery page", len(b), 12)
	}
	p.WriteRetries = b[8]
	p.RecoveryTimeLimit = binary.BigEndian.Uint16(b[10:])
	return nil
}
