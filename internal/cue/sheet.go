package cue

import (
	"slices"

	"github.com/redbook-audio/redbook/toc"
)

// FileType is how the file of a FILE line stores its audio.
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

// CDText is the text of a disc or a track for CD-TEXT besides title and performer: the
// lines SONGWRITER, COMPOSER, ARRANGER and MESSAGE.
type CDText struct {
	Songwriter string
	Composer   string
	Arranger   string
	Message    string
}

// cdTextWords are the commands of CDText, in the order in which they are written.
var cdTextWords = [...]string{"SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE"}

// at returns a pointer to the value of a command, or nil for another command.
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

// Sheet is a cue sheet: the files of a disc, and where in them its tracks begin.
type Sheet struct {
	MCN        toc.MCN // CATALOG
	CDTextFile string  // CDTEXTFILE: a file of CD-TEXT packs, which takes precedence over the text here
	Title      string
	Performer  string
	CDText
	Comments []string // REM lines before the first track, without "REM "
	Files    []File
	Tracks   []Track // in the order of the disc

	// Parse sets the following fields, and Write ignores them.
	Date     string // of REM DATE
	Genre    string // of GENRE or REM GENRE
	Notes    []Note // what was not used as written; empty for the output of Write
	Encoding string // of the text, named as by Text
}

// File is a FILE line. Neither name nor type of a sheet that was read is reliable: files
// are renamed and converted without their sheets.
type File struct {
	Name string   // as written: usually relative to the folder of the sheet
	Type FileType // upper case; "" if the sheet does not contain it
	Line int      // where Parse found it
}

// Track is a TRACK line with the lines that belong to it. Only audio tracks are supported.
type Track struct {
	Number    int // as written
	Title     string
	Performer string
	CDText
	ISRC     toc.ISRC
	Control  toc.Control // FLAGS: DCP, PRE, 4CH
	SCMS     bool        // FLAGS: SCMS, the alternate copy bit
	Pregap   toc.Sectors // silence before the track that is not in a file
	Postgap  toc.Sectors // silence after it that is not in a file
	Indexes  []Index     // ascending; index 1 is always present
	Comments []string    // REM lines of the track, without "REM "
	Line     int         // where Parse found it
}

// Index is an INDEX line. The indexes of one track may be in different files: rippers
// leave the pause before a track at the end of the previous file.
type Index struct {
	Number int         // 0 is the pause before the track, 1 its start, 2..99 marks
	File   int         // in Sheet.Files
	At     toc.Sectors // from the start of the file
}

// Index returns index n of the track.
func (t Track) Index(n int) (Index, bool) {
	for _, i := range t.Indexes {
		if i.Number == n {
			return i, true
		}
	}
	return Index{}, false
}

// Note describes a part of a cue sheet that was not used as written.
type Note struct {
	Line int // 0 if it is about the whole sheet
	Text string
}
