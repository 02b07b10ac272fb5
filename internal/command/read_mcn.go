package command

import (
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadMCN asks for the media catalog number (READ SUB-CHANNEL, parameter 02). The drive
// searches 100 sectors for it.
type ReadMCN struct{}

var readMCN = exchange.Spec{Name: "READ SUB-CHANNEL (MCN)", Timeout: exchange.TimeoutDefault}

const codeLength = 24 // bytes of an MCN or ISRC reply

// CDB returns the command descriptor block and its length.
func (c ReadMCN) CDB() (cdb [16]byte, n int) {
	return subChannelCDB(subParamMCN, 0, codeLength)
}

// Do runs the command. found is false if the disc has no number.
func (c ReadMCN) Do(ctx context.Context, t scsi.Transport) (mcn toc.MCN, found bool, err error) {
	cdb, n := c.CDB()
	b, err := readMCN.In(ctx, t, cdb, n, make([]byte, codeLength))
	if err != nil {
		return "", false, err
	}
	var d MCNData
	err = d.UnmarshalBinary(b)
	return d.MCN, d.MCN != "", err
}

// MCNData is the reply to ReadMCN.
type MCNData struct {
	MCN toc.MCN // "" is none; digits as recorded, check digit unchecked
}

// UnmarshalBinary decodes the reply: 8 b7 MCVal, 9-21 digits, 22 zero, 23 AFRAME.
// Drives that find no number set MCVal to 0 or send 13 zeros; both are none.
func (d *MCNData) UnmarshalBinary(b []byte) error {
	b, err := subChannelBody("MCN", b, subParamMCN, 22)
	if err != nil {
		return err
	}
	*d = MCNData{}
	if code := string(b[9:22]); b[8]&0x80 != 0 && allIn(code, '0', '9') && code != "0000000000000" {
		d.MCN = toc.MCN(code)
	}
	return nil
}

// allIn reports whether every character lies between low and high.
func allIn(text string, low, high byte) bool {
	for i := range len(text) {
		if text[i] < low || text[i] > high {
			return false
		}
	}
	return true
}
