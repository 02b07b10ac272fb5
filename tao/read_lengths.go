package tao

import (
	"bytes"
	"context"
	"errors"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// trimPregap corrects the tracks of a drive that counts the pregap to them. The
// table of contents knows better. A session that is still open isn't in it, but
// where one track is shown with its pregap all are; and no track begins before LBA 0.
func trimPregap(list []AudioTrack, table toc.TOC) {
	counted := len(list) > 0 && list[0].Start < 0
	for i := range list {
		a := &list[i]
		e, listed := table.Track(a.Number)
		switch {
		case listed && e.Start > a.Start && e.Start <= a.Start+toc.PregapSectors:
			counted = true
			a.Sectors -= toc.Sectors(e.Start - a.Start)
			a.Start = e.Start
		case !listed && counted:
			a.Sectors -= toc.PregapSectors
			a.Start += toc.PregapSectors
		}
	}
}

// trimRunOut corrects the tracks of a drive that counts the two run-out sectors of
// a track-at-once track to it. Such a track ends where the next one's pause begins,
// 150 sectors before it, or at the lead-out. The lead-out is the better witness:
// some drives leave only 150 sectors altogether between two tracks. What looks like
// run-out by its place may still be music, on a pressed disc with two seconds of
// pause for one: in the end the sectors themselves are looked at.
func trimRunOut(ctx context.Context, t scsi.Transport, list []AudioTrack, table toc.TOC) {
	if len(list) == 0 {
		return
	}
	final := list[len(list)-1]
	_, closed := table.Track(final.Number)
	if closed && table.LeadOut != final.end() {
		return // the drive leaves the run-out out
	}
	paused := map[int]bool{} // sessions whose tracks all end 150 sectors before the next
	for i := range len(list) - 1 {
		if a, next := list[i], list[i+1]; a.Session == next.Session {
			before, seen := paused[a.Session]
			paused[a.Session] = (before || !seen) && a.end()+toc.PregapSectors == next.Start
		}
	}
	var perhaps []*AudioTrack
	for i := range list {
		pause, several := paused[list[i].Session]
		if list[i].Sectors > toc.RunOutSectors && (pause || !several) {
			perhaps = append(perhaps, &list[i])
		}
	}
	if !allRunOut(ctx, t, perhaps) {
		return
	}
	for _, a := range perhaps {
		a.Sectors, a.RunOut = a.Sectors-toc.RunOutSectors, toc.RunOutSectors
	}
}

// end is the first sector behind what the drive shows of the track.
func (a AudioTrack) end() toc.LBA { return a.Start + toc.LBA(a.Sectors) }

// allRunOut reports whether every one of the tracks ends in what may be run-out: a
// drive counts it to all of its tracks or to none, and a single one that ends in
// music settles it.
func allRunOut(ctx context.Context, t scsi.Transport, list []*AudioTrack) bool {
	// A single track that is followed by the next writable address 152 sectors
	// later is settled too.
	if n := len(list); n > 0 {
		next, err := mmc.ReadTrackInformation{Type: mmc.AddressTrack, Number: mmc.InvisibleTrack}.Do(ctx, t)
		nwa, ok := next.NextWritable()
		if err == nil && ok && nwa == list[n-1].end()+toc.RunOutSectors+toc.PregapSectors {
			return false
		}
	}
	for _, a := range list {
		if !mayBeRunOut(ctx, t, a.end()-1) {
			return false
		}
	}
	return true
}

// mayBeRunOut reports whether a sector is silent or can't be read. The second one
// of the two is asked for: drives read a few samples off, so that the first may
// begin with the end of the music.
func mayBeRunOut(ctx context.Context, t scsi.Transport, lba toc.LBA) bool {
	var sector [toc.SectorSize]byte
	if err := readAudio(ctx, t, lba, sector[:]); err != nil {
		return errors.Is(err, ErrUnreadable)
	}
	return len(bytes.Trim(sector[:], "\x00")) == 0
}
