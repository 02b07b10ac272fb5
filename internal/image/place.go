package image

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// ErrDisc matches errors about a Disc that can't be saved in files.
var ErrDisc = errors.New("disc can't be kept in an image")

// place is the position of a track on the disc and in a BIN file.
type place struct {
	Track
	opens bool        // first track of its session
	pause toc.Sectors // index 0 to index 1 on the disc
	tail  toc.Sectors // from the end of the audio to the next pause: the run-out
	at    toc.Sectors // of index 0 in the BIN file, or of index 1 if the file doesn't contain the pause
	inBin toc.Sectors // how much of the pause is in the BIN file
}

// places assigns every sector of a session to exactly one track. A few sectors that
// drives or their descriptions leave between a track's run-out and the next pause count
// as run-out. loose allows tracks to be missing in between.
func places(d *Disc, loose bool) ([]place, error) {
	if err := check(d, loose); err != nil {
		return nil, err
	}
	list := make([]place, len(d.Tracks))
	for i, t := range d.Tracks {
		t.Session = max(t.Session, 1)
		p := place{Track: t, opens: i == 0 || t.Session != list[i-1].Session, tail: t.RunOut}
		switch {
		case i == 0 && t.Session == 1 && !d.Partial:
			// LBA -150 to -1 is implied; sound before the first track is kept.
			p.pause = toc.Sectors(t.Start)
			p.inBin = p.pause
		case p.opens || t.Number != list[i-1].Number+1:
			p.opens = true
			p.pause = t.Pregap // between sessions, and not in the file
		default:
			before := &list[i-1]
			gap := toc.Sectors(t.Start - before.Start - toc.LBA(before.Length))
			p.pause = min(t.Pregap, gap) // a drive may report more than is present
			p.inBin = p.pause
			before.tail = gap - p.pause
		}
		list[i] = p
	}
	var at toc.Sectors
	for i := range list {
		p := &list[i]
		p.at = at
		at += p.inBin + p.Length + p.tail
	}
	return list, nil
}

// leaveOut removes the audio before the first track from the file: the sheet contains it as
// PREGAP.
func (p *place) leaveOut(list []place) {
	gone := p.inBin
	p.inBin = 0
	for i := range list {
		list[i].at -= gone
	}
	p.at = 0
}

// holdsNext reports whether the file of the track also contains the pause of the next one.
func (p place) holdsNext(next place) bool { return p.Sound && !next.opens }

// check rejects discs that are inconsistent or contain anything but audio.
func check(d *Disc, loose bool) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrDisc, fmt.Sprintf(format, args...))
	}
	if len(d.Tracks) == 0 {
		return fail("the disc has no tracks")
	}
	for i, t := range d.Tracks {
		switch {
		case t.Number < 1 || t.Number > toc.MaxTracks:
			return fail("the disc has a track %d", t.Number)
		case !t.Control.Audio():
			return fail("track %d is a data track", t.Number)
		case t.Length < 1 || t.Start < 0 || t.Pregap < 0 || t.RunOut < 0:
			return fail("track %d begins at LBA %d and is %d sectors long", t.Number, t.Start, t.Length)
		}
		if i == 0 {
			continue
		}
		before := d.Tracks[i-1]
		switch {
		case t.Number <= before.Number, !loose && t.Number != before.Number+1:
			return fail("track %d follows track %d", t.Number, before.Number)
		case t.Session < before.Session:
			return fail("track %d is in session %d, the one before in %d", t.Number, t.Session, before.Session)
		case t.Start < before.Start+toc.LBA(before.Length):
			return fail("track %d begins at LBA %d, inside track %d", t.Number, t.Start, before.Number)
		}
	}
	return nil
}
