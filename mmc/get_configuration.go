package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
)

// OpGetConfiguration is the operation code of GET CONFIGURATION.
const OpGetConfiguration = 0x46

// RequestType says which features GET CONFIGURATION shall tell.
type RequestType uint8

// The request types (MMC-5 6.6).
const (
	AllFeatures     RequestType = 0 // from the starting feature on
	CurrentFeatures RequestType = 1 // only those that hold for the disc that is in
	OneFeature      RequestType = 2 // only the starting feature
)

// GetConfiguration asks what the drive can do and what kind of disc is in it
// (MMC-5 6.6). It is allowed at any time and never reports a unit attention. Drives
// from before MMC-2 don't have it (5/20/00).
//
//	byte 0    46
//	     1    b1-0 RT
//	     2-3  starting feature number
//	     7-8  allocation length
type GetConfiguration struct {
	RT    RequestType
	Start FeatureCode
	Alloc uint16 // bytes to ask for; 0: the header first, then all of it
}

var getConfiguration = spec{"GET CONFIGURATION", timeoutDefault}

// CDB gives the command descriptor block and its length.
func (c GetConfiguration) CDB() (cdb [16]byte, n int) {
	alloc := c.Alloc
	if alloc == 0 {
		alloc = 8
	}
	cdb[0] = OpGetConfiguration
	cdb[1] = byte(c.RT) & 0x03
	binary.BigEndian.PutUint16(cdb[2:], uint16(c.Start))
	binary.BigEndian.PutUint16(cdb[7:], alloc)
	return cdb, 10
}

// Do runs the command, twice if Alloc is 0 and there are features to read.
func (c GetConfiguration) Do(ctx context.Context, t scsi.Transport) (Configuration, error) {
	b, err := c.fetch(ctx, t)
	if err != nil {
		return Configuration{}, err
	}
	if c.Alloc == 0 && len(b) >= 8 {
		c.Alloc = configurationAlloc(binary.BigEndian.Uint32(b[0:]))
		if b, err = c.fetch(ctx, t); err != nil {
			return Configuration{}, err
		}
	}
	var conf Configuration
	return conf, conf.UnmarshalBinary(b)
}

func (c GetConfiguration) fetch(ctx context.Context, t scsi.Transport) ([]byte, error) {
	cdb, n := c.CDB()
	return getConfiguration.in(ctx, t, cdb, n, make([]byte, binary.BigEndian.Uint16(cdb[7:])))
}

// configurationAlloc gives the allocation length for the whole reply. A drive that
// counts only what it has just sent claims no more than the header; then 1 KiB is
// asked for, which is more than any known drive needs.
func configurationAlloc(claim uint32) uint16 {
	if claim <= 4 {
		return 1024
	}
	return uint16(even(int(min(claim, 0xFFF8)) + 4))
}

// Configuration is a GET CONFIGURATION reply.
type Configuration struct {
	CurrentProfile Profile
	Features       []Feature // ascending by code, as the drive sent them
}

// Feature finds a feature by its code.
func (c Configuration) Feature(code FeatureCode) (Feature, bool) {
	for _, f := range c.Features {
		if f.Code == code {
			return f, true
		}
	}
	return Feature{}, false
}

// UnmarshalBinary decodes the reply: header, then descriptors. A descriptor that is
// cut off is an error, for a missing feature would read as a missing ability.
//
//	0-3  length of what follows byte 3     6-7  current profile
func (c *Configuration) UnmarshalBinary(b []byte) error {
	if len(b) < 8 {
		return shortReply("configuration", len(b), 8)
	}
	total := 4 + int(min(binary.BigEndian.Uint32(b[0:]), 0xFFFF))
	if len(b) < min(total, 0xFFFF) {
		return shortReply("configuration", len(b), total)
	}
	*c = Configuration{CurrentProfile: Profile(binary.BigEndian.Uint16(b[6:]))}
	for rest := trim(b, total)[min(8, total):]; len(rest) > 0; {
		if len(rest) < 4 || len(rest) < 4+int(rest[3]) {
			return shortReply("feature descriptor", len(rest), 4+int(lastByte(rest, 3)))
		}
		n := 4 + int(rest[3])
		c.Features = append(c.Features, Feature{
			Code:       FeatureCode(binary.BigEndian.Uint16(rest[0:])),
			Version:    rest[2] >> 2 & 0x0F,
			Persistent: rest[2]&0x02 != 0,
			Current:    rest[2]&0x01 != 0,
			Data:       append([]byte(nil), rest[4:n]...),
		})
		rest = rest[n:]
	}
	return nil
}

// lastByte gives b[i], or 0 where b ends before.
func lastByte(b []byte, i int) byte {
	if i < len(b) {
		return b[i]
	}
	return 0
}
