package main

import (
	"context"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/toc"
)

// driveSectors reads the audio of the disc in a drive; it is an image.SectorReader,
// which knows no context.
type driveSectors struct {
	ctx context.Context
	*disc.Reader
}

// ReadSectors fills p with the sectors from lba on.
func (s driveSectors) ReadSectors(lba toc.LBA, p []byte) error { return s.Read(s.ctx, lba, p) }
