package cue

import "github.com/redbook-audio/redbook/toc"

// Album is the content of a cue sheet of any program, in any dialect. Where Sheet is
// exact, so that it can be written again, Album is lenient: what was odd, dropped or
// guessed is in Notes.
type Album struct {
	MCN        toc.MCN
	CDTextFile string // CDTEXTFILE: a file of CD-TEXT packs
	Title      string
	Performer  string
	CDText
	Date     string   // REM DATE
	Genre    string   // REM GENRE, or GENRE
	Comments []string // all REM lines before the first track, without "REM "
	Files    []AlbumFile
	Tracks   []AlbumTrack // numbered from 1 on, whatever the sheet has
	Notes    []Note
	Encoding string // of the text, as Text names it
}

// AlbumFile is a FILE line. Neither name nor type can be relied on: sheets outlive
// the renaming and converting of the files they came with.
type AlbumFile struct {
	Name string
	Type string // upper case; "" if the sheet does not contain it
	Line int
}

// AlbumTrack is a TRACK with what belongs to it.
type AlbumTrack struct {
	Number    int // as written
	Title     string
	Performer string
	CDText
	ISRC     toc.ISRC
	Control  toc.Control
	SCMS     bool        // FLAGS SCMS: the alternate copy bit
	Pregap   toc.Sectors // silence before the track that is in no file
	Postgap  toc.Sectors // silence after it that is in no file
	Marks    []Mark      // ascending; index 1 is always there
	Comments []string    // REM lines, without "REM "
	Line     int
}

// Mark is an INDEX line. The indexes of one track may lie in different files: some
// rippers leave the pause before a track at the end of the file before.
type Mark struct {
	Index int // 0 is the pause in front of the track, 1 its start, 2..99 marks
	File  int // in Album.Files
	At    toc.Sectors
}

// Note is something in a cue sheet that was not used as written.
type Note struct {
	Line int // 0 if it is about the whole sheet
	Text string
}

// Mark returns index n of the track.
func (t AlbumTrack) Mark(n int) (Mark, bool) {
	for _, m := range t.Marks {
		if m.Index == n {
			return m, true
		}
	}
	return Mark{}, false
}
