package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadATIP reads the ATIP of a CD-R or CD-RW, which is coded into its groove: maker and
// length (READ TOC/PMA/ATIP format 4). Pressed discs refuse it (5/24/00), but some
// drives invent one (LITE-ON LTR-48125S): see ATIP.Plausible.
type ReadATIP struct{}

var readATIP = exchange.Spec{Name: "READ TOC (ATIP)", Timeout: exchange.TimeoutDefault}

// atipAlloc holds the longest reply, with S4.
const atipAlloc = 32

// CDB returns the command descriptor block and its length.
func (c ReadATIP) CDB() (cdb [16]byte, n int) { return tocCDB(tocFormatATIP, 0, true, atipAlloc) }

// Do runs the command.
func (c ReadATIP) Do(ctx context.Context, t scsi.Transport) (ATIP, error) {
	cdb, n := c.CDB()
	b, err := readATIP.In(ctx, t, cdb, n, make([]byte, atipAlloc))
	if err != nil {
		return ATIP{}, err
	}
	var a ATIP
	return a, a.UnmarshalBinary(b)
}

// ATIP is the reply of ReadATIP.
type ATIP struct {
	mmc.ATIP
	markersAsSpec bool
}

// UnmarshalBinary decodes the reply. 15 bytes are needed. The additional information
// that may follow is not decoded: the contents of its invalid fields differ by drive.
//
//	0-1 length of what follows byte 1     4 b7=1     5 b7=0
//	6  b7=1, b6 disc type, b5-3 sub-type    8-10 lead-in    12-14 last lead-out
func (a *ATIP) UnmarshalBinary(b []byte) error {
	b, err := exchange.Body("ATIP", b, exchange.Total16(b, 0, 2), 15)
	if err != nil {
		return err
	}
	a.ATIP = mmc.ATIP{
		Rewritable:  b[6]&0x40 != 0,
		SubType:     b[6] >> 3 & 0x07,
		LeadIn:      toc.MSF{M: b[8], S: b[9], F: b[10]},
		LastLeadOut: toc.MSF{M: b[12], S: b[13], F: b[14]},
	}
	a.markersAsSpec = b[4]&0x80 != 0 && b[5]&0x80 == 0 && b[6]&0x80 != 0
	return nil
}

// Plausible reports whether the ATIP can be real: the marker bits are correct, the
// lead-in lies before the disc and the lead-out on it.
func (a ATIP) Plausible() bool {
	return a.markersAsSpec && a.LeadIn.Valid() && a.LeadIn.M >= 90 &&
		a.LastLeadOut.Valid() && a.LastLeadOut.LBA() > 0
}
