package sim

import (
	"errors"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/toc"
)

// pressed is a manufactured CD: without a groove, so it has neither ATIP nor PMA and
// can't be written. Only its sectors hold data. Its lead-in starts where that of most
// recordable discs does; no command shows it.
var pressed = Media{
	Name: "pressed", Summary: "pressed audio CD", Source: "Red Book: no pregroove",
	Pressed: true,
	LeadIn:  toc.MSF{M: 97, S: 30, F: 0}, LeadOut: toc.MSF{M: 79, S: 59, F: 74},
	Groove: 449700,
}

// PressedTrack is one track for Disc.Press and Disc.RecordAtOnce.
type PressedTrack struct {
	// Pregap is the pause before the track, 0 for music that runs on. The first track has
	// at least 150 sectors.
	Pregap toc.Sectors
	// Pause returns audio for the end of the pause, as far as it reaches; nil is silence.
	// In the first track it is a hidden track.
	Pause   func() (io.ReadCloser, error)
	Control toc.Control // copy permitted, pre-emphasis
	SCMS    bool        // the copy bit alternates
	ISRC    toc.ISRC
	Indexes []toc.Sectors // where indexes from 2 on begin, relative to index 1
	// Open returns the audio in the format of a disc. A last sector that isn't whole is
	// filled with silence.
	Open func() (io.ReadCloser, error)
}

// Press turns a blank disc of any medium into a pressed audio CD: the tracks one after
// the other with only the requested pauses, in one session, finalized. In a drive it has
// the profile 0008h; ATIP and PMA are 5/24/00, and commands that write or erase are
// 5/30/05.
//
// mcn may be "". text is the CD-TEXT, or nil: whole packs of 18 bytes, as READ TOC format 5
// returns them and cdtext.Encode makes them.
//
// The disc must not be in a drive. After an error it is still blank, but the file of one
// made with CreateDisc may have grown.
func (d *Disc) Press(mcn toc.MCN, text []byte, tracks []PressedTrack) error {
	return d.compose(pressed, pressed.Groove, mcn, text, tracks)
}

// RecordAtOnce records the tracks on a blank CD-R or CD-RW like session-at-once, with the
// same pauses, indexes and CD-TEXT as Press, in one finalized session. The lead-out must
// lie within the ATIP. Everything else is as for Press.
func (d *Disc) RecordAtOnce(mcn toc.MCN, text []byte, tracks []PressedTrack) error {
	media := d.Summary().Media
	return d.compose(media, media.LeadOut.LBA(), mcn, text, tracks)
}

// compose fills a blank disc, which becomes one of this medium.
func (d *Disc) compose(media Media, limit toc.LBA, mcn toc.MCN, text []byte, tracks []PressedTrack) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.held != nil:
		return errors.New("sim: the disc is in a drive")
	case !d.st.blank():
		return errors.New("sim: only a blank disc can be filled")
	case len(text)%len(textPack{}) != 0:
		return fmt.Errorf("sim: %d bytes of CD-TEXT are not whole packs of %d", len(text), len(textPack{}))
	case len(tracks) == 0 || len(tracks) > toc.MaxTracks:
		return fmt.Errorf("sim: an audio CD has 1 to %d tracks, not %d", toc.MaxTracks, len(tracks))
	}
	// If the program is killed, the sectors copied so far belong to no track.
	d.st.Erasing = []span{{From: storeFirst, End: storeEnd}}
	if err := d.commit(); err != nil {
		d.st.Erasing = nil
		return err
	}
	st, err := d.composed(media, limit, mcn, text, tracks)
	if err != nil {
		return errors.Join(fmt.Errorf("sim: %w", err), d.finishErasing())
	}
	blank := d.st
	d.st = *st
	if err := d.commit(); err != nil {
		d.st = blank
		return errors.Join(err, d.finishErasing())
	}
	return nil
}

// composed copies the tracks to their places and returns the state of the disc with them.
func (d *Disc) composed(media Media, limit toc.LBA, mcn toc.MCN, text []byte, tracks []PressedTrack) (*discState, error) {
	st := d.st.clone()
	st.Media, st.Erasing = media, nil
	end := toc.LBA(-toc.PregapSectors)
	for i, t := range tracks {
		pregap := t.Pregap
		if i == 0 { // its pause begins at -150
			pregap = max(pregap, toc.PregapSectors)
		}
		track := Track{
			Number: i + 1, Session: 1, State: trackComplete, Start: end + toc.LBA(pregap), Pregap: pregap,
			Control: t.Control, Copy: t.SCMS, ISRC: t.ISRC, MCN: mcn, AtOnce: true,
		}
		if err := d.pressTrack(&track, t, limit); err != nil {
			return nil, fmt.Errorf("track %d: %w", track.Number, err)
		}
		end = track.End()
		st.Tracks = append(st.Tracks, track)
	}
	st.Sessions = []Session{{Number: 1, First: 1, Last: len(tracks), LeadIn: media.LeadIn.LBA(), LeadOut: end, Text: text}}
	return st, st.check()
}

// pressTrack copies pause and audio of a track to their places and measures them.
func (d *Disc) pressTrack(t *Track, from PressedTrack, limit toc.LBA) error {
	if t.Pregap < 0 || !t.Control.Audio() {
		return fmt.Errorf("a pregap of %d sectors, %v: only audio is possible", t.Pregap, t.Control)
	}
	if from.Pause != nil {
		// The audio of a pause ends where the track begins.
		n, err := measure(from.Pause)
		if err == nil && n > t.Pregap {
			err = fmt.Errorf("a pause of %d sectors has %d of audio", t.Pregap, n)
		}
		if err == nil {
			_, err = d.pressAudio(t.Start-toc.LBA(n), from.Pause, limit)
		}
		if err != nil {
			return err
		}
	}
	n, err := d.pressAudio(t.Start, from.Open, limit)
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("it contains no audio")
	}
	t.Size, t.Recorded = n, n
	last := toc.Sectors(0)
	for _, at := range from.Indexes {
		if at <= last || at >= n {
			return fmt.Errorf("an index at sector %d; it must lie past %d and before %d", at, last, n)
		}
		last = at
		t.Indexes = append(t.Indexes, t.Start+toc.LBA(at))
	}
	return nil
}

// measure returns the number of sectors.
func measure(open func() (io.ReadCloser, error)) (n toc.Sectors, err error) {
	in, err := open()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	bytes, err := io.Copy(io.Discard, in)
	return toc.Sectors((bytes + toc.SectorSize - 1) / toc.SectorSize), err
}

// pressAudio copies audio to its place and returns how many sectors it fills.
func (d *Disc) pressAudio(lba toc.LBA, open func() (io.ReadCloser, error), limit toc.LBA) (total toc.Sectors, err error) {
	in, err := open()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	chunk := make([]byte, 16*toc.SectorSize)
	for {
		n, err := io.ReadFull(in, chunk)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return total, err
		}
		clear(chunk[n:])
		sectors := (n + toc.SectorSize - 1) / toc.SectorSize
		if lba+toc.LBA(sectors) > limit {
			return total, fmt.Errorf("it doesn't fit: the disc ends at %v", limit.MSF())
		}
		if sectors > 0 {
			if err := d.c.write(lba, chunk[:sectors*toc.SectorSize]); err != nil {
				return total, err
			}
		}
		lba, total = lba+toc.LBA(sectors), total+toc.Sectors(sectors)
		if last {
			return total, nil
		}
	}
}
