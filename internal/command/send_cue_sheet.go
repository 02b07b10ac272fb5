package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpSendCueSheet is the operation code of SEND CUE SHEET.
const OpSendCueSheet = 0x5D

// SendCueSheet defines the layout of a session-at-once recording (MMC-5 6.33). Page 05h
// must select session at once first; changing it discards the sheet. The drive writes
// nothing, so after a refusal (usually 5/26/00) another sheet may be sent, and a new
// sheet replaces the old one until the first WRITE.
//
//	byte 0    5D
//	     6-8  size of the sheet in bytes
type SendCueSheet struct {
	Sheet []byte // entries of 8 bytes; CDMastering.MaxCueSheet is the limit
}

var sendCueSheet = exchange.Spec{Name: "SEND CUE SHEET", Timeout: exchange.TimeoutWrite}

// CDB returns the command descriptor block and its length.
func (c SendCueSheet) CDB() (cdb [16]byte, n int) {
	size := len(c.Sheet)
	cdb[0] = OpSendCueSheet
	cdb[6], cdb[7], cdb[8] = byte(size>>16), byte(size>>8), byte(size)
	return cdb, 10
}

// Do runs the command.
func (c SendCueSheet) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return sendCueSheet.Out(ctx, t, cdb, n, c.Sheet)
}
