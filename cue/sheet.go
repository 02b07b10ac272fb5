package cue

import "github.com/redbook-audio/redbook/toc"

// FileType says how the file of a FILE line holds its audio.
type FileType string

// The file types.
const (
	Binary FileType = "BINARY" // sectors of 2352 bytes, little-endian, no header
	Wave   FileType = "WAVE"   // a WAV file
)

// Sheet is a cue sheet.
type Sheet struct {
	MCN       toc.MCN // CATALOG
	Title     string
	Performer string
	Comments  []string // REM lines before the first track, without "REM "
	Files     []File
}

// File is a FILE line with the tracks that follow it.
type File struct {
	Name   string // as written: usually relative to the folder of the sheet
	Type   FileType
	Tracks []Track
}

// Track is a TRACK line with what belongs to it. Only audio tracks exist here.
type Track struct {
	Number    int // 1..99
	Title     string
	Performer string
	ISRC      toc.ISRC
	Control   toc.Control // FLAGS: DCP, PRE, 4CH
	Pregap    toc.Sectors // silence before the track that is not in the file
	Indexes   []Index     // ascending; index 1 is always there
	Postgap   toc.Sectors // silence after the track that is not in the file
	Comments  []string    // REM lines of the track, without "REM "
}

// Index is an INDEX line: where in the file an index begins.
type Index struct {
	Number int         // 0 is the pause in front of the track, 1 its start, 2..99 marks
	At     toc.Sectors // from the start of the file
}

// Index gives the position of index n of the track.
func (t Track) Index(n int) (toc.Sectors, bool) {
	for _, i := range t.Indexes {
		if i.Number == n {
			return i.At, true
		}
	}
	return 0, false
}
