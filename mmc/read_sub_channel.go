package mmc

import (
	"context"
	"encoding/binary"
	"fmt"

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
//	     1    b1 MSF
//	     2    b6 SubQ
//	     3    parameter: 01 position, 02 MCN, 03 ISRC
//	     6    track, for the ISRC
//	     7-8  allocation length
func subChannelCDB(param, track byte, msf bool, alloc int) (cdb [16]byte, n int) {
	cdb[0] = OpReadSubChannel
	cdb[1] = bit(msf, 0x02)
	cdb[2] = 0x40
	cdb[3] = param
	cdb[6] = track
	binary.BigEndian.PutUint16(cdb[7:], uint16(alloc))
	return cdb, 10
}

// subChannelBody checks the header and the format code:
//
//	1 audio status    2-3 length of what follows byte 3    4 format code
func subChannelBody(name string, b []byte, param byte, need int) ([]byte, error) {
	b, err := body(name, b, total16(b, 2, 4), need)
	if err != nil {
		return nil, err
	}
	if b[4] != param {
		return nil, implausible(name, "format code", b[4])
	}
	return b, nil
}

// AudioStatus is what the drive's player does.
type AudioStatus uint8

// The audio states.
const (
	AudioNotSupported AudioStatus = 0x00
	AudioPlaying      AudioStatus = 0x11
	AudioPaused       AudioStatus = 0x12
	AudioCompleted    AudioStatus = 0x13
	AudioError        AudioStatus = 0x14
	AudioNone         AudioStatus = 0x15
)

// ReadSubChannel asks where the drive is on the disc. ReadMCN and ReadISRC are the
// other forms of the command.
type ReadSubChannel struct {
	MSF bool // addresses as MSF in the reply; the result is the same
}

var readSubChannel = spec{"READ SUB-CHANNEL", timeoutDefault}

const positionLength = 16

// CDB gives the command descriptor block and its length.
func (c ReadSubChannel) CDB() (cdb [16]byte, n int) {
	return subChannelCDB(subParamPosition, 0, c.MSF, positionLength)
}

// Do runs the command.
func (c ReadSubChannel) Do(ctx context.Context, t scsi.Transport) (SubChannelPosition, error) {
	cdb, n := c.CDB()
	b, err := readSubChannel.in(ctx, t, cdb, n, make([]byte, positionLength))
	if err != nil {
		return SubChannelPosition{}, err
	}
	p := SubChannelPosition{MSF: c.MSF}
	return p, p.UnmarshalBinary(b)
}

// SubChannelPosition is the reply to ReadSubChannel.
type SubChannelPosition struct {
	MSF      bool // form of the addresses; set it before UnmarshalBinary
	Status   AudioStatus
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
		MSF: p.MSF, Status: AudioStatus(b[1]),
		ADR: b[5] >> 4, Control: toc.Control(b[5] & 0x0F), Track: int(b[6]), Index: int(b[7]),
		Absolute: toc.LBA(binary.BigEndian.Uint32(b[8:])),
		Relative: int32(binary.BigEndian.Uint32(b[12:])),
	}
	const name = "sub-channel position"
	if p.MSF { // a relative time is a length and knows no pregap of two seconds
		abs, rel := toc.MSF{M: b[9], S: b[10], F: b[11]}, toc.MSF{M: b[13], S: b[14], F: b[15]}
		if !abs.Valid() || !rel.Valid() {
			return implausible(name, "time", fmt.Sprintf("%v, %v", abs, rel))
		}
		p.Absolute, p.Relative = abs.LBA(), int32(rel.Sectors())
	}
	return within(name, address("address", p.Absolute), bound{"index", p.Index, 0, 99},
		bound{"relative address", int(p.Relative), int(toc.MinLBA), int(toc.MaxLBA)})
}
