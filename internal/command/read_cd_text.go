package command

import (
	"bytes"
	"context"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// ReadCDText reads the CD-TEXT packs of the lead-in (READ TOC/PMA/ATIP format 5). For a
// disc without CD-TEXT the reply has no packs, or the drive answers 5/24/00.
type ReadCDText struct{}

var readCDText = exchange.Spec{Name: "READ TOC (CD-TEXT)", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block of the first step, which asks for the
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

// CDText is a READ TOC format 5 reply.
type CDText struct {
	// Packs are the packs of 18 bytes, one after the other, as recorded on the disc.
	// Package cdtext decodes them and checks their CRC.
	Packs []byte
}

// UnmarshalBinary decodes the reply. A partial pack at the end is dropped: some drives
// report odd lengths.
func (c *CDText) UnmarshalBinary(b []byte) error {
	const packSize = 18
	body, err := tocBody("CD-TEXT", b)
	if err != nil {
		return err
	}
	c.Packs = bytes.Clone(body[:len(body)/packSize*packSize])
	return nil
}
