package cue

import (
	"slices"

	"github.com/redbook-audio/redbook/toc"
)

// FileType is how the file of a FILE line holds its audio.
type FileType string

// The file types.
const (
	Binary   FileType = "BINARY"   // sectors of 2352 bytes, little-endian, no header
	Motorola FileType = "MOTOROLA" // the same, big-endian
	Wave     FileType = "WAVE"     // a WAV file; many programs write it for any audio file

	aiff FileType = "AIFF"
	mp3  FileType = "MP3"
	flac FileType = "FLAC"
)

// known reports whether a file of this type can hold the audio of a disc.
func (t FileType) known() bool {
	return slices.Contains([]FileType{Binary, Motorola, Wave, aiff, mp3, flac}, t)
}

// CDText is the text of a disc or a track that CD-TEXT has besides title and performer:
// the lines SONGWRITER, COMPOSER, ARRANGER and MESSAGE.
type CDText struct {
	Songwriter string
	Composer   string
	Arranger   string
	Message    string
}

// cdTextWords are the commands of CDText, in the order in which they are written.
var cdTextWords = [...]string{"SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE"}

// at returns the place of what a command says, or nil for another command.
func (t *CDText) at(word string) *string {
	switch word {
	case "SONGWRITER":
		return &t.Songwriter
	case "COMPOSER":
		return &t.Composer
	case "ARRANGER":
		return &t.Arranger
	case "MESSAGE":
		return &t.Message
	}
	return nil
}

// Sheet is a cue sheet.
type Sheet struct {
	MCN        toc.MCN // CATALOG
	CDTextFile string  // CDTEXTFILE: a file of CD-TEXT packs, which counts more than the text here
	Title      string
	Performer  string
	CDText
	Comments []string // REM lines before the first track, without "REM "
	Files    []File
}

// File is a FILE line with the tracks that follow it.
type File struct {
	Name string // as written: usually relative to the folder of the sheet
	Type FileType
	// Tracks may be empty only if the first track of the next file begins here (Ahead):
	// that is a file with nothing but audio hidden before track 1.
	Tracks []Track
}

// Track is a TRACK line with what belongs to it. Only audio tracks exist here.
type Track struct {
	Number    int // 1..99
	Title     string
	Performer string
	CDText
	ISRC    toc.ISRC
	Control toc.Control // FLAGS: DCP, PRE, 4CH
	SCMS    bool        // FLAGS: SCMS, the alternate copy bit
	Pregap  toc.Sectors // silence before the track that is not in the file
	// Ahead is where in the file before this one index 0 begins, for the first track of a
	// file: rippers leave a pause at the end of the track before it. nil is nowhere.
	Ahead    *toc.Sectors
	Indexes  []Index     // ascending; index 1 is always there
	Postgap  toc.Sectors // silence after the track that is not in the file
	Comments []string    // REM lines of the track, without "REM "
}

// Index is an INDEX line: where in the file an index begins.
type Index struct {
	Number int         // 0 is the pause in front of the track, 1 its start, 2..99 marks
	At     toc.Sectors // from the start of the file
}

// Index returns the position of index n of the track.
func (t Track) Index(n int) (toc.Sectors, bool) {
	for _, i := range t.Indexes {
		if i.Number == n {
			return i.At, true
		}
	}
	return 0, false
}
