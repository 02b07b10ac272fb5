package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpPreventAllowMediumRemoval is the operation code of PREVENT ALLOW MEDIUM REMOVAL.
const OpPreventAllowMediumRemoval = 0x1E

// PreventAllowMediumRemoval locks or unlocks the tray (MMC-5 6.14). The zero value
// unlocks it. While it is locked the button has no effect, and START STOP UNIT with
// eject fails (5/53/02; some drives 2/53/02).
//
//	byte 0  1E
//	     4  b1 persistent, b0 prevent
type PreventAllowMediumRemoval struct {
	Prevent    bool
	Persistent bool // survives a reset; the button then only raises an event
}

var preventAllow = exchange.Spec{Name: "PREVENT ALLOW MEDIUM REMOVAL", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block and its length.
func (c PreventAllowMediumRemoval) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpPreventAllowMediumRemoval
	cdb[4] = bit(c.Persistent, 0x02) | bit(c.Prevent, 0x01)
	return cdb, 6
}

// Do runs the command.
func (c PreventAllowMediumRemoval) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return preventAllow.None(ctx, t, cdb, n)
}
