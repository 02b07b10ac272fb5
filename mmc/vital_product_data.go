package mmc

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/redbook-audio/redbook/scsi"
)

// VitalProductData is INQUIRY with EVPD (SPC). Many burners support no
// page at all and answer 5/24/00; the serial number is then in feature 0108h.
//
//	byte 0    12
//	     1    b0 EVPD = 1
//	     2    page code
//	     3-4  allocation length
type VitalProductData struct {
	Page byte // 00h list of pages, 80h unit serial number
}

const vpdAlloc = 254

// CDB gives the command descriptor block and its length.
func (c VitalProductData) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpInquiry
	cdb[1] = 0x01
	cdb[2] = c.Page
	binary.BigEndian.PutUint16(cdb[3:], vpdAlloc)
	return cdb, 6
}

// Do runs the command.
func (c VitalProductData) Do(ctx context.Context, t scsi.Transport) (VPDPage, error) {
	cdb, n := c.CDB()
	b, err := inquiry.in(ctx, t, cdb, n, make([]byte, vpdAlloc))
	if err != nil {
		return VPDPage{}, err
	}
	var p VPDPage
	if err := p.UnmarshalBinary(b); err != nil {
		return VPDPage{}, err
	}
	// SCSI-2 devices ignore EVPD and send standard data, whose byte 1 is RMB.
	if p.Page != c.Page {
		return VPDPage{}, fmt.Errorf("vital product data: page %02Xh came instead of %02Xh", p.Page, c.Page)
	}
	return p, nil
}

// VPDPage is a vital product data page.
type VPDPage struct {
	Page byte
	Data []byte // what follows the 4-byte header
}

// Text gives the data as text, for page 80h.
func (p VPDPage) Text() string { return ascii(p.Data) }

// UnmarshalBinary decodes the page; all that its length announces must be there.
func (p *VPDPage) UnmarshalBinary(b []byte) error {
	if len(b) < 4 {
		return shortReply("vital product data", len(b), 4)
	}
	total := 4 + int(binary.BigEndian.Uint16(b[2:]))
	if len(b) < min(total, vpdAlloc) {
		return shortReply("vital product data", len(b), total)
	}
	p.Page = b[1]
	p.Data = append([]byte(nil), trim(b, total)[4:]...)
	return nil
}
