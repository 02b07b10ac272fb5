package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
)

// OpModeSense10 is the operation code of MODE SENSE(10).
const OpModeSense10 = 0x5A

// PageControl says which values of a mode page are wanted (SPC).
type PageControl uint8

// The page controls.
const (
	CurrentValues    PageControl = 0
	ChangeableValues PageControl = 1 // a mask: 1 bits can be changed
	DefaultValues    PageControl = 2
	SavedValues      PageControl = 3 // 5/39/00 where nothing is saved
)

// The mode pages that this package knows.
const (
	PageReadWriteErrorRecovery = 0x01
	PageWriteParameters        = 0x05
	PagePowerCondition         = 0x1A
	PageTimeoutAndProtect      = 0x1D
	PageCapabilities           = 0x2A
	PageAll                    = 0x3F
)

// ModeSense10 reads mode pages (MMC-5 6.13). An unsupported page is 5/24/00.
//
//	byte 0    5A
//	     1    b3 DBD: no block descriptors
//	     2    b7-6 page control, b5-0 page code
//	     7-8  allocation length
type ModeSense10 struct {
	Page        byte
	PageControl PageControl
	DBD         bool
	Alloc       uint16 // bytes to ask for; 0: a short reply first, then all of it
}

var modeSense10 = spec{"MODE SENSE(10)", timeoutDefault}

// modeFirstAlloc covers header, a block descriptor and the first fields of a page;
// 30 is what libburn asks for first, and no drive is known to mind.
const modeFirstAlloc = 30

// CDB gives the command descriptor block and its length.
func (c ModeSense10) CDB() (cdb [16]byte, n int) {
	alloc := c.Alloc
	if alloc == 0 {
		alloc = modeFirstAlloc
	}
	cdb[0] = OpModeSense10
	cdb[1] = bit(c.DBD, 0x08)
	cdb[2] = byte(c.PageControl)<<6 | c.Page&0x3F
	binary.BigEndian.PutUint16(cdb[7:], alloc)
	return cdb, 10
}

// Do runs the command, twice if Alloc is 0 and the page is longer than a first look.
func (c ModeSense10) Do(ctx context.Context, t scsi.Transport) (ModeData, error) {
	b, err := c.fetch(ctx, t)
	if err != nil {
		return ModeData{}, err
	}
	if want := modeNeeds(b); c.Alloc == 0 && want > len(b) {
		c.Alloc = uint16(min(even(want), 0xFFFE))
		if b, err = c.fetch(ctx, t); err != nil {
			return ModeData{}, err
		}
	}
	var d ModeData
	return d, d.UnmarshalBinary(b)
}

func (c ModeSense10) fetch(ctx context.Context, t scsi.Transport) ([]byte, error) {
	cdb, n := c.CDB()
	return modeSense10.in(ctx, t, cdb, n, make([]byte, binary.BigEndian.Uint16(cdb[7:])))
}

// modeNeeds gives how long the whole reply is. Some drives put the length of the
// shortened reply into the header, so the first page's own length counts as well.
func modeNeeds(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	total := 2 + int(binary.BigEndian.Uint16(b[0:]))
	page := 8 + int(binary.BigEndian.Uint16(b[6:]))
	if page+2 <= len(b) {
		total = max(total, page+2+int(b[page+1]))
	}
	return total
}

// ModeData is a MODE SENSE(10) reply: header, block descriptors, pages.
type ModeData struct {
	MediumType       byte   // obsolete; old drives code the kind of disc here
	DeviceSpecific   byte   //
	BlockDescriptors []byte // empty on most drives
	Pages            []byte // one page after the other
}

// Page gives a page, from its page code on, as far as it was sent.
func (d ModeData) Page(code byte) ([]byte, bool) {
	rest := d.Pages
	for len(rest) >= 2 {
		n := 2 + int(rest[1])
		if rest[0]&0x40 != 0 { // sub-page format: a length of two bytes
			if len(rest) < 4 {
				break
			}
			n = 4 + int(binary.BigEndian.Uint16(rest[2:]))
		}
		page := trim(rest, n)
		if page[0]&0x7F == code {
			return page, true
		}
		rest = rest[len(page):]
	}
	return nil, false
}

// UnmarshalBinary decodes the reply. The block descriptors must be complete.
//
//	0-1  length of what follows    2 medium type    3 device specific
//	6-7  length of the block descriptors
func (d *ModeData) UnmarshalBinary(b []byte) error {
	b, err := body("mode data", b, max(8, total16(b, 0, 2)), 8)
	if err != nil {
		return err
	}
	start := 8 + int(binary.BigEndian.Uint16(b[6:]))
	if len(b) < start {
		return shortReply("mode data", len(b), start)
	}
	*d = ModeData{
		MediumType:       b[2],
		DeviceSpecific:   b[3],
		BlockDescriptors: append([]byte(nil), b[8:start]...),
		Pages:            append([]byte(nil), b[start:]...),
	}
	return nil
}
