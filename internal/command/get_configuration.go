package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpGetConfiguration is the operation code of GET CONFIGURATION.
const OpGetConfiguration = 0x46

// RequestType selects the features that GET CONFIGURATION returns.
type RequestType uint8

// The request types (MMC-5 6.6).
const (
	allFeatures RequestType = 0 // from the starting feature on
	OneFeature  RequestType = 2 // only the starting feature
)

// GetConfiguration asks for the abilities of the drive and the kind of disc in it
// (MMC-5 6.6). It is allowed at any time and never reports a unit attention. Drives
// from before MMC-2 reject it (5/20/00).
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

var getConfiguration = exchange.Spec{Name: "GET CONFIGURATION", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block and its length.
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
	return getConfiguration.In(ctx, t, cdb, n, make([]byte, binary.BigEndian.Uint16(cdb[7:])))
}

// configurationAlloc returns the allocation length for the whole reply. If a drive
// counts only the bytes just sent, its length is that of the header; then 1 KiB is
// requested, which is more than any known drive needs.
func configurationAlloc(claim uint32) uint16 {
	if claim <= 4 {
		return 1024
	}
	return uint16(even(int(min(claim, maxConfiguration)) + 4))
}

// maxConfiguration is many times the length of any known reply; a larger length is
// invalid.
const maxConfiguration = 8192

// Configuration is a GET CONFIGURATION reply.
type Configuration struct {
	CurrentProfile Profile
	Features       []Feature // ascending by code, as the drive sent them
	Cut            bool      // the drive has more than arrived: a feature not in the list may exist
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

// UnmarshalBinary decodes the reply: header, then descriptors. The header alone is
// enough, because it holds the current profile. A list that ends before its length or
// in the middle of a descriptor keeps the features that arrived and is Cut; so is one
// with an empty or a second descriptor 0000h, where zeros replaced features (SE-208GB).
//
//	0-3  length of what follows byte 3     6-7  current profile
func (c *Configuration) UnmarshalBinary(b []byte) error {
	const name = "configuration"
	if len(b) < 8 {
		return exchange.ShortReply(name, len(b), 8)
	}
	total := max(4+int(min(binary.BigEndian.Uint32(b[0:]), 0xFFFF)), 8)
	cut := len(b) < total
	b, err := exchange.Body(name, b, total, 8)
	if err != nil {
		return err
	}
	*c = Configuration{CurrentProfile: Profile(binary.BigEndian.Uint16(b[6:])), Cut: cut}
	for rest := b[8:]; len(rest) > 0; {
		if len(rest) < 4 || len(rest) < 4+int(rest[3]) {
			c.Cut = true
			return nil
		}
		f := newFeature(rest[:4+int(rest[3])])
		if f.Code == featureProfileList && (len(c.Features) > 0 || len(f.Data) == 0) {
			c.Cut = true
			return nil
		}
		c.Features = append(c.Features, f)
		rest = rest[4+len(f.Data):]
	}
	return nil
}

// newFeature decodes one complete descriptor:
//
//	0-1 code   2 b5-2 version, b1 persistent, b0 current   3 length of the data
func newFeature(d []byte) Feature {
	return Feature{
		Code:       FeatureCode(binary.BigEndian.Uint16(d[0:])),
		Version:    d[2] >> 2 & 0x0F,
		Persistent: d[2]&0x02 != 0,
		Current:    d[2]&0x01 != 0,
		Data:       append([]byte(nil), d[4:]...),
	}
}
