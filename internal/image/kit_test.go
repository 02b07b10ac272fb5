package image

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// writeBinCue calls Write for base.bin and base.cue, and returns the path of the cue
// sheet. The file contains all sectors from LBA 0 on.
func writeBinCue(ctx context.Context, dir, base string, d *Disc, progress Progress) (cuePath string, err error) {
	if base == "" {
		return "", fmt.Errorf("%w: the files have no name", ErrDisc)
	}
	r, err := Write(ctx, dir, d, &Options{Encoding: Binary, Single: true, Hidden: true, Name: base, Progress: progress})
	return r.Sheet, err
}

// writeTracks calls Write for track01.wav, track02.wav ... and tracks.cue, and returns
// the path of the cue sheet.
func writeTracks(ctx context.Context, dir string, d *Disc, progress Progress) (cuePath string, err error) {
	r, err := Write(ctx, dir, d, &Options{Progress: progress})
	return r.Sheet, err
}

// tocOf returns the table of contents of the disc in the image.
func tocOf(m *Image) toc.TOC {
	var t toc.TOC
	for _, track := range m.Tracks {
		t.Entries = append(t.Entries, toc.Entry{
			Number: track.Number, Session: track.Session, Control: track.Control, Start: track.Start,
		})
		t.LeadOut = track.Start + toc.LBA(track.Length+track.RunOut)
	}
	if n := len(m.Tracks); n > 0 {
		t.First, t.Last = m.Tracks[0].Number, m.Tracks[n-1].Number
	}
	return t
}
