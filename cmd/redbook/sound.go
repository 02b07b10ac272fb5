package main

import (
	"bytes"
	"context"

	"github.com/redbook-audio/redbook/image"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// audioOf describes the audio tracks of a disc that set asks for: where each one's
// sound begins and how long it is.
func audioOf(ctx context.Context, d *device, set trackSet) (*image.Disc, error) {
	tracks, err := tao.AudioTracks(ctx, d.drive)
	if err != nil {
		return nil, err
	}
	if len(tracks) == 0 {
		return nil, fail(exitNoDisc, "", "there is no audio track on the disc")
	}
	if countedRunOut(tracks) && !hasRunOut(ctx, d, tracks) {
		for i := range tracks {
			tracks[i].Sectors += tracks[i].RunOut
			tracks[i].RunOut = 0
		}
	}
	disc := &image.Disc{}
	for _, t := range tracks {
		if set.has(t.Number) {
			disc.Tracks = append(disc.Tracks, image.Track{
				TrackInfo: toc.TrackInfo{Control: t.Control},
				Number:    t.Number, Session: t.Session, Start: t.Start, Length: t.Sectors, RunOut: t.RunOut,
			})
		}
	}
	return disc, nil
}

// countedRunOut reports whether two sectors were taken off any track's length
// because they look like run-out.
func countedRunOut(tracks []tao.AudioTrack) bool {
	for _, t := range tracks {
		if t.RunOut > 0 {
			return true
		}
	}
	return false
}

// hasRunOut asks whether what was taken for run-out can be that. On a drive that
// counts it the last track reaches up to the lead-out; and run-out is silent or
// unreadable. Some drives let the next track start 150 sectors behind the last
// sample, which looks the same by distance alone, and there it is music.
func hasRunOut(ctx context.Context, d *device, tracks []tao.AudioTrack) bool {
	table, err := mmc.ReadTOC{}.Do(ctx, d.drive.Transport())
	last := tracks[len(tracks)-1]
	if err == nil && last.RunOut > 0 && last.Number == table.Last &&
		table.LeadOut != last.Start+toc.LBA(last.Sectors+last.RunOut) {
		return false
	}
	sectors := newDriveSectors(ctx, d.drive)
	for _, t := range tracks {
		// The second sector counts: drives read a few samples off, so the first may
		// begin with the end of the music.
		if t.RunOut > 0 && !sectors.silent(t.Start+toc.LBA(t.Sectors)+1) {
			return false
		}
	}
	return true
}

// silent reports whether a sector holds digital silence, or can't be read.
func (s *driveSectors) silent(lba toc.LBA) bool {
	var sector [toc.SectorSize]byte
	if err := s.read(lba, sector[:]); err != nil {
		return true
	}
	return len(bytes.Trim(sector[:], "\x00")) == 0
}
