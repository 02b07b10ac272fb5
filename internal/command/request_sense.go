package command

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpRequestSense is the operation code of REQUEST SENSE.
const OpRequestSense = 0x03

// RequestSense reads sense data that no command has returned (MMC-5 6.30). During a
// background operation they hold its progress; without anything to report the key is 0.
//
//	byte 0  03
//	     1  b0 DESC = 0: fixed format
//	     4  allocation length: 18, which every drive supports
type RequestSense struct{}

var requestSense = exchange.Spec{Name: "REQUEST SENSE", Timeout: exchange.TimeoutDefault}

const senseAlloc = 18

// CDB returns the command descriptor block and its length.
func (c RequestSense) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpRequestSense
	cdb[4] = senseAlloc
	return cdb, 6
}

// Do runs the command. The sense data are the reply, not an error.
func (c RequestSense) Do(ctx context.Context, t scsi.Transport) (scsi.Sense, error) {
	cdb, n := c.CDB()
	b, err := requestSense.In(ctx, t, cdb, n, make([]byte, senseAlloc))
	if err != nil {
		return scsi.Sense{}, err
	}
	sense, err := scsi.ParseSense(b)
	if err != nil {
		return scsi.Sense{}, fmt.Errorf("request sense: %w", err)
	}
	return sense, nil
}
