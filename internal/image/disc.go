package image

import (
	"context"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/toc"
)

// SectorReader reads the audio of a disc.
type SectorReader interface {
	// ReadSectors fills p, a multiple of 2352 bytes, with the sectors from lba on.
	ReadSectors(ctx context.Context, lba toc.LBA, p []byte) error
}

// Disc describes a disc to be saved in files.
type Disc struct {
	MCN       toc.MCN
	Title     string
	Performer string
	Text      cue.CDText // the rest of CD-TEXT that a cue sheet supports
	Packs     []byte     // CD-TEXT as on the disc, saved next to the sheet; empty for none
	Comments  []string   // remarks for the sheet
	Tracks    []Track    // ascending by number
	// Partial means that the first of Tracks isn't the first of the disc: the audio before
	// it belongs to other tracks.
	Partial     bool
	HiddenSound bool // the audio before track 1 from LBA 0 on is not silent
	Sectors     SectorReader
}

// Track is one audio track on a Disc.
type Track struct {
	toc.TrackInfo
	Text    cue.CDText
	SCMS    bool        // the copy bit alternates
	Number  int         // 1..99
	Session int         // 1..; 0 means 1
	Start   toc.LBA     // index 1
	Pregap  toc.Sectors // pause before Start (index 0); 0 for none
	Length  toc.Sectors // audio from Start on, without run-out
	RunOut  toc.Sectors // sectors of the track after its audio: 2 after track-at-once
	// Sound means that the part between the audio and the next track, run-out and pause, is
	// not silent; it is then kept in the track's file.
	Sound bool
}
