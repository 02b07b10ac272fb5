package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpSendOPCInformation is the operation code of SEND OPC INFORMATION.
const OpSendOPCInformation = 0x54

// SendOPCInformation makes the drive calibrate its laser on this disc now (MMC-5 6.36).
// It takes up to half a minute and uses one of about 100 areas for power calibration.
// Without it, drives calibrate at the first WRITE.
//
//	byte 0    54
//	     1    b0 DoOPC = 1
//	     7-8  list length = 0
type SendOPCInformation struct{}

var sendOPCInformation = exchange.Spec{Name: "SEND OPC INFORMATION", Timeout: exchange.TimeoutOPC}

// CDB returns the command descriptor block and its length.
func (c SendOPCInformation) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpSendOPCInformation
	cdb[1] = 0x01
	return cdb, 10
}

// Do runs the command. Unlike all other commands it returns a recovered error (see
// exchange.Recovered): 1/73/01 means that the calibration succeeded, but its area is almost
// full.
func (c SendOPCInformation) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return sendOPCInformation.Plain(ctx, t, cdb, n)
}
