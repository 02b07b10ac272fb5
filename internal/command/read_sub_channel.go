package command

import (
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
)

// OpReadSubChannel is the operation code of READ SUB-CHANNEL.
const OpReadSubChannel = 0x42

// The parameters of READ SUB-CHANNEL.
const (
	subParamMCN  = 0x02
	subParamISRC = 0x03
)

// subChannelCDB is the CDB that ReadMCN and ReadISRC share (MMC-3):
//
//	byte 0    42
//	     1    b1 MSF = 0
//	     2    b6 SubQ
//	     3    parameter: 02 MCN, 03 ISRC
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
