package mmc

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadATIP reads what is coded into the groove of a CD-R or CD-RW: its maker and
// its length (READ TOC/PMA/ATIP format 4). Pressed discs refuse it (5/24/00),
// except that some drives make something up (LITE-ON LTR-48125S): see ATIP.Plausible.
type ReadATIP struct{}

var readATIP = spec{"READ TOC (ATIP)", timeoutDefault}

// atipAlloc holds the longest reply, with S4.
const atipAlloc = 32

// CDB gives the command descriptor block and its length.
func (c ReadATIP) CDB() (cdb [16]byte, n int) { return tocCDB(tocFormatATIP, 0, true, atipAlloc) }

// Do runs the command.
func (c ReadATIP) Do(ctx context.Context, t scsi.Transport) (ATIP, error) {
	cdb, n := c.CDB()
	b, err := readATIP.in(ctx, t, cdb, n, make([]byte, atipAlloc))
	if err != nil {
		return ATIP{}, err
	}
	var a ATIP
	return a, a.UnmarshalBinary(b)
}

// ATIP is a READ TOC format 4 reply (Absolute Time In Pregroove).
type ATIP struct {
	WritingPower    byte // indicative target writing power, 0..7
	ReferenceSpeed  byte // CD-RW only
	DDCD            bool // double density
	UnrestrictedUse bool // URU
	Rewritable      bool // CD-RW
	SubType         byte // 0..7: see DiscKind

	LeadIn      toc.MSF // start of the lead-in, which also codes the maker
	LastLeadOut toc.MSF // last possible start of the lead-out

	A1, A2, A3    [3]byte // additional information
	S4            [3]byte
	A1Valid       bool
	A2Valid       bool
	A3Valid       bool
	S4Valid       bool
	markersAsSpec bool
}

// UnmarshalBinary decodes the reply. 15 bytes are needed; the additional
// information is valid where its flag says so and its bytes came.
//
//	0-1 length of what follows byte 1
//	4  b7=1, b6-4 ITWP, b3 DDCD, b2-0 reference speed     5  b7=0, b6 URU
//	6  b7=1, b6 disc type, b5-3 sub-type, b2-0 A1, A2, A3 valid
//	8-10 lead-in   12-14 last lead-out   16-18 A1   20-22 A2   24-26 A3   28-30 S4
func (a *ATIP) UnmarshalBinary(b []byte) error {
	b, err := body("ATIP", b, total16(b, 0, 2), 15)
	if err != nil {
		return err
	}
	*a = ATIP{
		WritingPower:    b[4] >> 4 & 0x07,
		DDCD:            b[4]&0x08 != 0,
		ReferenceSpeed:  b[4] & 0x07,
		UnrestrictedUse: b[5]&0x40 != 0,
		Rewritable:      b[6]&0x40 != 0,
		SubType:         b[6] >> 3 & 0x07,
		LeadIn:          toc.MSF{M: b[8], S: b[9], F: b[10]},
		LastLeadOut:     toc.MSF{M: b[12], S: b[13], F: b[14]},
		markersAsSpec:   b[4]&0x80 != 0 && b[5]&0x80 == 0 && b[6]&0x80 != 0,
	}
	a.A1, a.A1Valid = atipExtra(b, 16, b[6]&0x04 != 0)
	a.A2, a.A2Valid = atipExtra(b, 20, b[6]&0x02 != 0)
	a.A3, a.A3Valid = atipExtra(b, 24, b[6]&0x01 != 0)
	a.S4, a.S4Valid = atipExtra(b, 28, true)
	return nil
}

func atipExtra(b []byte, at int, flag bool) ([3]byte, bool) {
	if !flag || len(b) < at+3 {
		return [3]byte{}, false
	}
	return [3]byte(b[at : at+3]), true
}

// Plausible reports whether this can be a real ATIP: the marker bits are as they
// must be, the lead-in lies before the disc and the lead-out on it.
func (a ATIP) Plausible() bool {
	return a.markersAsSpec && a.LeadIn.Valid() && a.LeadIn.M >= 90 &&
		a.LastLeadOut.Valid() && a.LastLeadOut.LBA() > 0
}

// Capacity is the longest program that the disc is made for, in sectors from LBA 0
// to the last possible lead-out. Track-at-once can use two less, for the run-out.
// Discs sold as 90 or 99 minutes code 80 here.
func (a ATIP) Capacity() toc.Sectors { return toc.Sectors(a.LastLeadOut.LBA()) }

// discKinds names the sub-types of CD-R and CD-RW (Orange Book parts II and III).
var discKinds = [2][8]string{
	{"normal speed", "high speed", "type A-", "type A+", "type B-", "type B+", "type C-", "type C+"},
	{"standard speed (1x-4x)", "high speed", "ultra speed", "ultra speed+", "sub-type 4", "sub-type 5", "sub-type 6", "sub-type 7"},
}

// DiscKind gives disc type and sub-type in words, such as "CD-R type A+".
func (a ATIP) DiscKind() string {
	if a.Rewritable {
		return "CD-RW " + discKinds[1][a.SubType&7]
	}
	return "CD-R " + discKinds[0][a.SubType&7]
}
