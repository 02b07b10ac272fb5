package mmc

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/scsi"
)

// OpRequestSense is the operation code of REQUEST SENSE.
const OpRequestSense = 0x03

// RequestSense fetches sense data that no command has carried (MMC-5 6.30). During
// a background operation they hold its progress; with nothing to say the key is 0.
//
//	byte 0  03
//	     1  b0 DESC: descriptor format instead of fixed
//	     4  allocation length
type RequestSense struct {
	Desc bool // ask for descriptor format; most drives answer in fixed format all the same
}

var requestSense = spec{"REQUEST SENSE", timeoutDefault}

// senseAlloc is the most that one byte of allocation length can ask for and that
// the standards allow (252).
const senseAlloc = 252

// CDB gives the command descriptor block and its length.
func (c RequestSense) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpRequestSense
	cdb[1] = bit(c.Desc, 0x01)
	cdb[4] = senseAlloc
	if !c.Desc {
		cdb[4] = 18 // what every drive knows; more has no fields that a host needs
	}
	return cdb, 6
}

// Do runs the command. The sense data are the reply, not an error.
func (c RequestSense) Do(ctx context.Context, t scsi.Transport) (scsi.Sense, error) {
	cdb, n := c.CDB()
	b, err := requestSense.in(ctx, t, cdb, n, make([]byte, cdb[4]))
	if err != nil {
		return scsi.Sense{}, err
	}
	sense, err := scsi.ParseSense(b)
	if err != nil {
		return scsi.Sense{}, fmt.Errorf("request sense: %w", err)
	}
	return sense, nil
}
