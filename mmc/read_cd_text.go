package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
)

// ReadCDText reads the CD-TEXT packs of the lead-in (READ TOC/PMA/ATIP format 5). A
// disc without CD-TEXT gives no packs, or 5/24/00.
type ReadCDText struct{}

var readCDText = spec{"READ TOC (CD-TEXT)", timeoutDefault}

// CDB gives the command descriptor block of the first step, which asks for the
// header only.
func (c ReadCDText) CDB() (cdb [16]byte, n int) { return tocCDB(tocFormatCDText, 0, true, 4) }

// Do runs the command: header, then all of it.
func (c ReadCDText) Do(ctx context.Context, t scsi.Transport) (CDText, error) {
	b, err := tocFetch(ctx, t, readCDText, tocFormatCDText, 0, true)
	if err != nil {
		return CDText{}, err
	}
	var text CDText
	return text, text.UnmarshalBinary(b)
}

// CDTextPack is one pack as it is on the disc:
//
//	0 type (80h title .. 8Fh size info), 1 track, 2 sequence
//	3 b7 double byte, b6-4 block, b3-0 character position
//	4-15 text or data      16-17 CRC
type CDTextPack [18]byte

// Type is the pack type: 80h title, 81h performer, ... 8Fh size information.
func (p CDTextPack) Type() byte { return p[0] }

// Track is the track that the text begins with; 0 is the album.
func (p CDTextPack) Track() int { return int(p[1] & 0x7F) }

// Block is the language block, 0..7.
func (p CDTextPack) Block() int { return int(p[3] >> 4 & 0x07) }

// Text is the payload.
func (p CDTextPack) Text() []byte { return p[4:16] }

// Valid reports whether the CRC is right: CCITT polynomial 1021h from 0, inverted.
func (p CDTextPack) Valid() bool {
	var crc uint16
	for _, c := range p[:16] {
		crc ^= uint16(c) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			crc <<= 1
			if carry {
				crc ^= 0x1021
			}
		}
	}
	return ^crc == binary.BigEndian.Uint16(p[16:])
}

// CDText is a READ TOC format 5 reply.
type CDText struct {
	Packs []CDTextPack
}

// UnmarshalBinary decodes the reply.
func (c *CDText) UnmarshalBinary(b []byte) error {
	body, err := tocBody("CD-TEXT", b)
	if err != nil {
		return err
	}
	if len(body)%18 != 0 {
		return shortReply("CD-TEXT", len(b), 4+(len(body)+17)/18*18)
	}
	c.Packs = nil
	for ; len(body) > 0; body = body[18:] {
		c.Packs = append(c.Packs, CDTextPack(body[:18]))
	}
	return nil
}
