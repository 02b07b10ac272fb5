package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpTestUnitReady is the operation code of TEST UNIT READY.
const OpTestUnitReady = 0x00

// TestUnitReady asks whether the drive would accept a medium-access command (MMC-5
// 6.42). GOOD does not prove that a close or flush has ended: some drives answer it
// throughout (Pioneer DVR-108 command manual), see unit.WaitIdle.
//
//	00 | 00 00 00 00 | 00
type TestUnitReady struct{}

var testUnitReady = exchange.Spec{Name: "TEST UNIT READY", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block and its length.
func (c TestUnitReady) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpTestUnitReady
	return cdb, 6
}

// Do runs the command. nil means ready.
func (c TestUnitReady) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return testUnitReady.None(ctx, t, cdb, n)
}
