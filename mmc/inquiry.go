package mmc

import (
	"bytes"
	"context"
	"strings"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// opInquiry is the operation code of INQUIRY.
const opInquiry = 0x12

// deviceTypeMMC is the peripheral device type of every drive that this package
// talks to (SPC).
const deviceTypeMMC = 0x05

// inquiry identifies the device (MMC-5 6.9). It does not need a disc and never clears a
// unit attention.
//
//	byte 0    12
//	     1    b0 EVPD = 0
//	     2    page code = 0
//	     3-4  allocation length: 36, since some drives hang on odd sizes
type inquiry struct{}

var inquirySpec = exchange.Spec{Name: "INQUIRY", Timeout: exchange.TimeoutDefault}

const inquiryAlloc = 36

// CDB returns the command descriptor block and its length.
func (c inquiry) CDB() (cdb [16]byte, n int) {
	cdb[0] = opInquiry
	cdb[4] = inquiryAlloc
	return cdb, 6
}

// Do runs the command.
func (c inquiry) Do(ctx context.Context, t scsi.Transport) (InquiryData, error) {
	cdb, n := c.CDB()
	b, err := inquirySpec.In(ctx, t, cdb, n, make([]byte, inquiryAlloc))
	if err != nil {
		return InquiryData{}, err
	}
	var r inquiryReply
	err = r.UnmarshalBinary(b)
	return r.InquiryData, err
}

// InquiryData is what a drive reports about itself (standard INQUIRY data, MMC-5 6.9).
type InquiryData struct {
	Qualifier  byte   // peripheral qualifier; 0: the device is present
	DeviceType byte   // peripheral device type; 5: CD, DVD or BD drive
	Version    byte   // 0 ATAPI, 2 SCSI-2, 3 SPC, 4 SPC-2, 5 SPC-3
	Vendor     string // without the padding
	Product    string
	Revision   string // also "" if a USB bridge corrupted it
}

// String returns vendor, product and revision, as in "HL-DT-ST DVDRAM GH24NSD1 LG00".
func (d InquiryData) String() string {
	return strings.Join(strings.Fields(d.Vendor+" "+d.Product+" "+d.Revision), " ")
}

// inquiryReply is the reply of inquiry.
type inquiryReply struct{ InquiryData }

// UnmarshalBinary decodes standard INQUIRY data. 36 bytes are needed; the additional
// length is ignored, because old drives often have a wrong one.
func (d *inquiryReply) UnmarshalBinary(b []byte) error {
	if len(b) < inquiryAlloc {
		return exchange.ShortReply("inquiry data", len(b), inquiryAlloc)
	}
	d.InquiryData = InquiryData{
		Qualifier:  b[0] >> 5,
		DeviceType: b[0] & 0x1F,
		Version:    b[2],
		Vendor:     exchange.ASCII(b[8:16]),
		Product:    exchange.ASCII(b[16:32]),
		Revision:   exchange.ASCII(b[32:36]),
	}
	if bytes.Equal(b[32:36], exchange.StatusMark) {
		d.Revision = ""
	}
	return nil
}
