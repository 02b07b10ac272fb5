package mmc

import (
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/toc"
)

// ATIP is a READ TOC format 4 reply (Absolute Time In Pregroove).
type ATIP struct {
	Rewritable  bool    `json:"rewritable"`    // CD-RW
	SubType     byte    `json:"sub_type"`      // 0..7: how fast and of which kind (Orange Book parts II and III)
	LeadIn      toc.MSF `json:"lead_in"`       // start of the lead-in, which also codes the maker
	LastLeadOut toc.MSF `json:"last_lead_out"` // last possible start of the lead-out

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
	*a = ATIP{
		Rewritable:    b[6]&0x40 != 0,
		SubType:       b[6] >> 3 & 0x07,
		LeadIn:        toc.MSF{M: b[8], S: b[9], F: b[10]},
		LastLeadOut:   toc.MSF{M: b[12], S: b[13], F: b[14]},
		markersAsSpec: b[4]&0x80 != 0 && b[5]&0x80 == 0 && b[6]&0x80 != 0,
	}
	return nil
}

// Plausible reports whether the ATIP can be real: the marker bits are correct, the
// lead-in lies before the disc and the lead-out on it.
func (a ATIP) Plausible() bool {
	return a.markersAsSpec && a.LeadIn.Valid() && a.LeadIn.M >= 90 &&
		a.LastLeadOut.Valid() && a.LastLeadOut.LBA() > 0
}

// Capacity is the length of the longest program in sectors, from LBA 0 to the last
// possible lead-out. Track-at-once can use two less, for the run-out. Discs sold as 90
// or 99 minutes code 80 minutes.
func (a ATIP) Capacity() toc.Sectors { return toc.Sectors(a.LastLeadOut.LBA()) }
