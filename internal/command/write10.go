package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpWrite10 is the operation code of WRITE(10).
const OpWrite10 = 0x2A

// Write10 sends sectors to be recorded (MMC-5 6.44). The first WRITE goes to the next
// writable address, each further one to where the previous one ended; any other address
// is 5/21/02. GOOD means that the data are in the drive's buffer.
//
// A full buffer is 2/04/08 on some drives: the data were not accepted, and the same
// command may be sent again (a current 2/04/08). After any other error it must not.
//
//	byte 0    2A
//	     2-5  LBA (signed)
//	     7-8  number of blocks
type Write10 struct {
	LBA    toc.LBA
	Blocks uint16
	Data   []byte // Blocks times the block size of mode page 05h: 2352 for audio
}

var write10 = exchange.Spec{Name: "WRITE(10)", Timeout: exchange.TimeoutWrite}

// CDB returns the command descriptor block and its length.
func (c Write10) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpWrite10
	binary.BigEndian.PutUint32(cdb[2:], uint32(c.LBA))
	binary.BigEndian.PutUint16(cdb[7:], c.Blocks)
	return cdb, 10
}

// Do runs the command. It never retries and does not allocate.
func (c Write10) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return write10.Send(ctx, t, cdb, n, c.Data)
}
