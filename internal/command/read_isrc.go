package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadISRC asks for the recording code of a track (READ SUB-CHANNEL, parameter 03).
// The drive searches 100 sectors for it. A track that does not exist is 5/24/00.
type ReadISRC struct {
	Track byte
}

var readISRC = exchange.Spec{Name: "READ SUB-CHANNEL (ISRC)", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block and its length.
func (c ReadISRC) CDB() (cdb [16]byte, n int) {
	return subChannelCDB(subParamISRC, c.Track, codeLength)
}

// Do runs the command. found is false if the track has no code.
func (c ReadISRC) Do(ctx context.Context, t scsi.Transport) (isrc toc.ISRC, found bool, err error) {
	cdb, n := c.CDB()
	b, err := readISRC.In(ctx, t, cdb, n, make([]byte, codeLength))
	if err != nil {
		return "", false, err
	}
	var d ISRCData
	err = d.UnmarshalBinary(b)
	return d.ISRC, d.ISRC != "", err
}

// ISRCData is the reply to ReadISRC.
type ISRCData struct {
	ISRC toc.ISRC // "" is none
}

// UnmarshalBinary decodes the reply:
//
//	8 b7 TCVal, 9-20 code, 21 zero, 22 AFRAME
//
// A malformed code counts as none: some drives set TCVal and send zeros.
func (d *ISRCData) UnmarshalBinary(b []byte) error {
	b, err := subChannelBody("ISRC", b, subParamISRC, 21)
	if err != nil {
		return err
	}
	*d = ISRCData{}
	if b[8]&0x80 == 0 {
		return nil
	}
	if code, err := toc.ParseISRC(string(b[9:21])); err == nil {
		d.ISRC = code
	}
	return nil
}
