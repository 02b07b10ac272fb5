package main

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/image"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// driveSectors reads the audio of the disc in a drive; it is an image.SectorReader.
//
// Drives read audio a few samples off, each model by its own number. With offset,
// the drive's read offset correction as AccurateRip lists it, the samples come out
// where they belong. A few of each track then lie in the pause or run-out beside it;
// what can't be read there is silence, and lost counts those samples.
type driveSectors struct {
	ctx    context.Context
	drive  *mmc.Drive
	most   int           // sectors of one command
	offset int           // samples
	tracks []image.Track // what has to be readable, for offset
	lost   int
	buf    []byte
}

// newDriveSectors reads in pieces that the transport can carry.
func newDriveSectors(ctx context.Context, d *mmc.Drive) *driveSectors {
	most := 27
	if limit := d.Transport().Limits().MaxTransfer / toc.SectorSize; limit > 0 {
		most = min(most, limit)
	}
	return &driveSectors{ctx: ctx, drive: d, most: most}
}

// ReadSectors fills p with the sectors from lba on.
func (s *driveSectors) ReadSectors(lba toc.LBA, p []byte) error {
	shift := s.offset * frameBytes
	if shift == 0 {
		return s.read(lba, p)
	}
	// In what the drive gives, the samples wanted begin shift bytes behind the
	// sector's start: whole sectors around them are read and cut.
	before, cut := shift/toc.SectorSize, shift%toc.SectorSize
	if cut < 0 {
		before, cut = before-1, cut+toc.SectorSize
	}
	need := len(p)
	if cut > 0 {
		need += toc.SectorSize
	}
	if cap(s.buf) < need {
		s.buf = make([]byte, need)
	}
	buf := s.buf[:need]
	lba += toc.LBA(before)
	if err := s.read(lba, buf); err != nil {
		if err := s.readSingly(lba, buf, cut, cut+len(p)); err != nil {
			return err
		}
	}
	copy(p, buf[cut:])
	return nil
}

// frameBytes is the size of a stereo sample.
const frameBytes = 4

// read reads sectors, all of which have to be readable.
func (s *driveSectors) read(lba toc.LBA, p []byte) error {
	for len(p) > 0 {
		n := min(len(p)/toc.SectorSize, s.most)
		part := p[:n*toc.SectorSize]
		got, err := mmc.ReadCD{
			LBA: lba, Blocks: n, ExpectedType: mmc.SectorCDDA, Flags: mmc.ReadUser, Data: part,
		}.Do(s.ctx, s.drive.Transport())
		if err != nil {
			return err
		}
		if got != len(part) {
			return fmt.Errorf("READ CD at %v gave %d bytes, not %d", lba.MSF(), got, len(part))
		}
		lba, p = lba+toc.LBA(n), p[len(part):]
	}
	return nil
}

// readSingly reads sector by sector and makes silence of those outside the tracks
// that can't be read. The bytes from..to of p are wanted: what is silent among them
// is lost.
func (s *driveSectors) readSingly(lba toc.LBA, p []byte, from, to int) error {
	for at := 0; at < len(p); at, lba = at+toc.SectorSize, lba+1 {
		sector := p[at : at+toc.SectorSize]
		err := s.read(lba, sector)
		if err == nil {
			continue
		}
		if s.ctx.Err() != nil || s.inTrack(lba) {
			return err
		}
		clear(sector)
		s.lost += (min(to, at+toc.SectorSize) - max(from, at)) / frameBytes
	}
	return nil
}

// inTrack reports whether a sector holds sound of a track.
func (s *driveSectors) inTrack(lba toc.LBA) bool {
	for _, t := range s.tracks {
		if lba >= t.Start && lba < t.Start+toc.LBA(t.Length) {
			return true
		}
	}
	return false
}
