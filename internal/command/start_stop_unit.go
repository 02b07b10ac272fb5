package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpStartStopUnit is the operation code of START STOP UNIT.
const OpStartStopUnit = 0x1B

// StartStopUnit controls spindle and tray (MMC-5 6.40). The zero value stops the
// spindle.
//
//	byte 0  1B
//	     1  b0 IMMED: status before the work is done
//	     4  b1 LoEj, b0 Start
//
//	LoEj Start   0 0 stop   0 1 start and read the disc again   1 0 eject   1 1 load
type StartStopUnit struct {
	Immed bool
	LoEj  bool
	Start bool
}

var startStopUnit = exchange.Spec{Name: "START STOP UNIT", Timeout: exchange.TimeoutLoad}

// CDB returns the command descriptor block and its length.
func (c StartStopUnit) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpStartStopUnit
	cdb[1] = bit(c.Immed, 0x01)
	cdb[4] = bit(c.LoEj, 0x02) | bit(c.Start, 0x01)
	return cdb, 6
}

// Do runs the command.
func (c StartStopUnit) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return startStopUnit.None(ctx, t, cdb, n)
}
