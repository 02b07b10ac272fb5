package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// ReadATIP reads the ATIP of a CD-R or CD-RW, which is coded into its groove: maker and
// length (READ TOC/PMA/ATIP format 4). Pressed discs refuse it (5/24/00), but some
// drives invent one (LITE-ON LTR-48125S): see mmc.ATIP.Plausible.
type ReadATIP struct{}

var readATIP = exchange.Spec{Name: "READ TOC (ATIP)", Timeout: exchange.TimeoutDefault}

// atipAlloc holds the longest reply, with S4.
const atipAlloc = 32

// CDB returns the command descriptor block and its length.
func (c ReadATIP) CDB() (cdb [16]byte, n int) { return tocCDB(tocFormatATIP, 0, true, atipAlloc) }

// Do runs the command.
func (c ReadATIP) Do(ctx context.Context, t scsi.Transport) (mmc.ATIP, error) {
	cdb, n := c.CDB()
	b, err := readATIP.In(ctx, t, cdb, n, make([]byte, atipAlloc))
	if err != nil {
		return mmc.ATIP{}, err
	}
	var a mmc.ATIP
	return a, a.UnmarshalBinary(b)
}
