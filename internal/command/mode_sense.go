package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpModeSense10 is the operation code of MODE SENSE(10).
const OpModeSense10 = 0x5A

// The mode pages that this package uses.
const (
	PageWriteParameters = 0x05
	PageCapabilities    = 0x2A
)

// ModeSense10 reads the current values of a mode page (MMC-5 6.13). An unsupported
// page is 5/24/00.
//
//	byte 0    5A
//	     2    b7-6 page control = 00, b5-0 page code
//	     7-8  allocation length
type ModeSense10 struct {
	Page byte
}

var modeSense10 = exchange.Spec{Name: "MODE SENSE(10)", Timeout: exchange.TimeoutDefault}

// modeFirstAlloc covers header, a block descriptor and the first fields of a page;
// 30 is what libburn asks for first, and no drive is known to reject it.
const modeFirstAlloc = 30

// CDB returns the command descriptor block of the first command, and its length.
func (c ModeSense10) CDB() (cdb [16]byte, n int) { return c.cdb(modeFirstAlloc) }

func (c ModeSense10) cdb(alloc int) (cdb [16]byte, n int) {
	cdb[0] = OpModeSense10
	cdb[2] = c.Page & 0x3F
	binary.BigEndian.PutUint16(cdb[7:], uint16(alloc))
	return cdb, 10
}

// Do runs the command, twice if the page is longer than the first reply.
func (c ModeSense10) Do(ctx context.Context, t scsi.Transport) (ModeData, error) {
	b, err := c.fetch(ctx, t, modeFirstAlloc)
	if err != nil {
		return ModeData{}, err
	}
	if want := modeNeeds(b); want > len(b) {
		if b, err = c.fetch(ctx, t, min(even(want), 0xFFFE)); err != nil {
			return ModeData{}, err
		}
	}
	var d ModeData
	return d, d.UnmarshalBinary(b)
}

func (c ModeSense10) fetch(ctx context.Context, t scsi.Transport, alloc int) ([]byte, error) {
	cdb, n := c.cdb(alloc)
	return modeSense10.In(ctx, t, cdb, n, make([]byte, alloc))
}

// modeNeeds returns the length of the whole reply. Some drives report the length of the
// shortened reply in the header, so the first page's own length counts as well.
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

// ModeData is a MODE SENSE(10) reply.
type ModeData struct {
	Pages []byte // one page after the other
}

// Page returns a page, from its page code on, as far as it was sent.
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
		page := exchange.Trim(rest, n)
		if page[0]&0x7F == code {
			return page, true
		}
		rest = rest[len(page):]
	}
	return nil, false
}

// UnmarshalBinary decodes the reply. The block descriptors must be complete.
//
//	0-1  length of what follows    6-7  length of the block descriptors
func (d *ModeData) UnmarshalBinary(b []byte) error {
	b, err := exchange.Body("mode data", b, max(8, exchange.Total16(b, 0, 2)), 8)
	if err != nil {
		return err
	}
	start := 8 + int(binary.BigEndian.Uint16(b[6:]))
	if len(b) < start {
		return exchange.ShortReply("mode data", len(b), start)
	}
	d.Pages = append([]byte(nil), b[start:]...)
	return nil
}
