package mmc

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
)

// ReadPMA reads the program memory area: the tracks of a session that has no
// lead-in yet (READ TOC/PMA/ATIP format 3). Pressed discs refuse it (5/24/00).
type ReadPMA struct{}

var readPMA = spec{"READ TOC (PMA)", timeoutDefault}

// CDB gives the command descriptor block of the first step, which asks for the
// header only.
func (c ReadPMA) CDB() (cdb [16]byte, n int) { return tocCDB(tocFormatPMA, 0, true, 4) }

// Do runs the command: header, then all of it.
func (c ReadPMA) Do(ctx context.Context, t scsi.Transport) (PMA, error) {
	b, err := tocFetch(ctx, t, readPMA, tocFormatPMA, 0, true)
	if err != nil {
		return PMA{}, err
	}
	var p PMA
	return p, p.UnmarshalBinary(b)
}

// PMA is a READ TOC format 3 reply. In an entry with ADR 1, Point is the track, P
// its start and Time its stop, run-out included; ADR 2 holds the disc
// identification, the others skip and unskip tracks and intervals.
type PMA struct {
	Entries []QEntry
}

// UnmarshalBinary decodes the reply; a blank disc has no entries.
func (p *PMA) UnmarshalBinary(b []byte) error {
	entries, err := parseQEntries("PMA", b)
	if err != nil {
		return err
	}
	p.Entries = entries
	return nil
}
