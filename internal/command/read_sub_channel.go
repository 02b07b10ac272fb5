package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpReadSubChannel is the operation code of READ SUB-CHANNEL.
const OpReadSubChannel = 0x42

// The parameters of READ SUB-CHANNEL.
const (
	subParamPosition = 0x01
	subParamMCN      = 0x02
	subParamISRC     = 0x03
)

// subChannelCDB is the CDB that the three forms share (MMC-3):
//
//	byte 0    42
//	     1    b1 MSF = 0
//	     2    b6 SubQ
//	     3    parameter: 01 position, 02 MCN, 03 ISRC
//	     6    track, for the ISRC
//	     7-8  allocation length
func subChannelCDB(param, track byte, alloc int) (cdb [16]byte, n int) {
	cdb[0] = OpReadSubChannel
	cdb[2] = 0x40
	cdb[3] = param
	cdb[6] = track
	binary.BigEndian.PutUint16(cdb[7:], uint16(alloc))
	return cdb, 10
}

// subChannelBody checks the header and the format code:
//
//	2-3 length of what follows byte 3    4 format code
func subChannelBody(name string, b []byte, param byte, need int) ([]byte, error) {
	b, err := exchange.Body(name, b, exchange.Total16(b, 2, 4), need)
	if err != nil {
		return nil, err
	}
	if b[4] != param {
		return nil, exchange.Implausible(name, "format code", b[4])
	}
	return b, nil
}

// ReadSubChannel reads the current position of the drive on the disc. ReadMCN and
// ReadISRC are the other forms of the command.
type ReadSubChannel struct{}

var readSubChannel = exchange.Spec{Name: "READ SUB-CHANNEL", Timeout: exchange.TimeoutDefault}

const positionLength = 16

// CDB returns the command descriptor block and its length.
func (c ReadSubChannel) CDB() (cdb [16]byte, n int) {
	return subChannelCDB(subParamPosition, 0, positionLength)
}

// Do runs the command.
func (c ReadSubChannel) Do(ctx context.Context, t scsi.Transport) (SubChannelPosition, error) {
	cdb, n := c.CDB()
	b, err := readSubChannel.In(ctx, t, cdb, n, make([]byte, positionLength))
	if err != nil {
		return SubChannelPosition{}, err
	}
	var p SubChannelPosition
	return p, p.UnmarshalBinary(b)
}

// SubChannelPosition is the reply to ReadSubChannel.
type SubChannelPosition struct {
	ADR      byte
	Control  toc.Control
	Track    int
	Index    int
	Absolute toc.LBA
	Relative int32 // sectors from index 1 of the track; negative in its pregap
}

// UnmarshalBinary decodes the reply:
//
//	5 ADR<<4 | CONTROL, 6 track, 7 index, 8-11 absolute, 12-15 relative address
func (p *SubChannelPosition) UnmarshalBinary(b []byte) error {
	b, err := subChannelBody("sub-channel position", b, subParamPosition, positionLength)
	if err != nil {
		return err
	}
	*p = SubChannelPosition{
		ADR: b[5] >> 4, Control: toc.Control(b[5] & 0x0F), Track: int(b[6]), Index: int(b[7]),
		Absolute: toc.LBA(binary.BigEndian.Uint32(b[8:])),
		Relative: int32(binary.BigEndian.Uint32(b[12:])),
	}
	return exchange.Within("sub-channel position", exchange.Bound{Field: "track", Value: p.Track, High: toc.LeadOutTrack}, exchange.Bound{Field: "index", Value: p.Index, High: 99},
		exchange.Address("address", p.Absolute), exchange.Address("relative address", toc.LBA(p.Relative)))
}
