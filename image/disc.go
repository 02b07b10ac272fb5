package image

import (
	"github.com/redbook-audio/redbook/cue"
	"github.com/redbook-audio/redbook/toc"
)

// SectorReader gives the audio on a disc.
type SectorReader interface {
	// ReadSectors fills p, a multiple of 2352 bytes, with the sectors from lba on.
	ReadSectors(lba toc.LBA, p []byte) error
}

// Disc is a disc to be kept in files.
type Disc struct {
	MCN       toc.MCN
	Title     string
	Performer string
	Text      cue.CDText // the rest of CD-TEXT that a cue sheet can hold
	Packs     []byte     // CD-TEXT as it is on the disc, to be kept beside the sheet; empty for none
	Comments  []string   // remarks for the sheet
	Tracks    []Track    // ascending by number
	// Partial says that the first of Tracks isn't that of the disc: what lies before it
	// belongs to others.
	Partial     bool
	HiddenSound bool // what lies before track 1 from LBA 0 on is not silent
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
	Pregap  toc.Sectors // pause in front of Start (index 0); 0 if there is none
	Length  toc.Sectors // audio from Start on, without run-out
	RunOut  toc.Sectors // sectors of the track after its audio: 2 after track-at-once
	// Sound says that what lies between the audio and the next track, run-out and pause, is
	// not silent: it is then kept in the track's file.
	Sound bool
}
