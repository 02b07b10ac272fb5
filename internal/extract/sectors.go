package extract

import (
	"bytes"
	"context"

	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// Sectors reads the audio of a disc. An unreadable sector of a track is an error. One
// between the tracks becomes silence and is counted, because drives don't read the
// run-out of a track-at-once track. It is an image.SectorReader.
type Sectors struct {
	tracks []rip.Track
	music  *inspect.Reader
	gaps   *inspect.Reader
}

// NewSectors returns a reader. offset is the drive's read offset correction in samples.
func NewSectors(d *mmc.Drive, l *rip.Layout, offset int) *Sectors {
	return &Sectors{
		tracks: l.Tracks,
		music:  inspect.NewReader(d, l.Disc, &inspect.ReaderOptions{Offset: offset}),
		gaps:   inspect.NewReader(d, l.Disc, &inspect.ReaderOptions{Offset: offset, Skip: true}),
	}
}

// ReadSectors fills p with the sectors from lba on. Errors are those of inspect.Reader.Read.
func (s *Sectors) ReadSectors(ctx context.Context, lba toc.LBA, p []byte) error {
	for len(p) > 0 {
		n, music := s.part(lba, toc.LBA(len(p)/toc.SectorSize))
		r := s.gaps
		if music {
			r = s.music
		}
		if err := r.Read(ctx, lba, p[:n*toc.SectorSize]); err != nil {
			return err
		}
		lba, p = lba+n, p[n*toc.SectorSize:]
	}
	return nil
}

// part returns how many of n sectors lie in a track, or how many lie in none.
func (s *Sectors) part(lba, n toc.LBA) (toc.LBA, bool) {
	for i := range s.tracks {
		t := &s.tracks[i]
		switch {
		case lba >= t.Start && lba < t.End():
			return min(n, t.End()-lba), true
		case lba < t.Start:
			return min(n, t.Start-lba), false
		}
	}
	return n, false
}

// Lost returns how many samples at the ends of the tracks, or next to them, are silence
// because the offset moves them to where nothing can be read: many drives can't read past
// the lead-out, or the two sectors after each track that was recorded track-at-once.
func (s *Sectors) Lost() int { return s.music.Lost() + s.gaps.Lost() }

// Unreadable returns how many unreadable sectors between the tracks became silence.
func (s *Sectors) Unreadable() toc.Sectors { return s.gaps.Unreadable() }

// FindSound reads the audio between the tracks and before the first to find out whether
// it is silent. Errors are those of ReadSectors.
func (s *Sectors) FindSound(ctx context.Context, l *rip.Layout) (rip.Sound, error) {
	found := rip.Sound{After: map[int]bool{}}
	var err error
	if found.Hidden, err = s.sounds(ctx, 0, l.Hidden()); err != nil {
		return found, err
	}
	for i := range l.Tracks {
		t := &l.Tracks[i]
		from, _ := l.AudioEnd(i)
		if found.After[t.Number], err = s.sounds(ctx, from, toc.Sectors(t.Next-from)); err != nil {
			return found, err
		}
	}
	return found, nil
}

// sounds reports whether any of the sectors holds sound.
func (s *Sectors) sounds(ctx context.Context, lba toc.LBA, n toc.Sectors) (bool, error) {
	const chunk = 25
	var buf, zero [chunk * toc.SectorSize]byte
	for n > 0 {
		now := min(n, chunk)
		p := buf[:now.Bytes()]
		if err := s.ReadSectors(ctx, lba, p); err != nil {
			return false, err
		}
		if !bytes.Equal(p, zero[:len(p)]) {
			return true, nil
		}
		lba, n = lba+toc.LBA(now), n-now
	}
	return false, nil
}
