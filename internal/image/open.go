package image

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/cue"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
	"github.com/redbook-audio/redbook/wav"
)

// Image is a disc saved in files.
type Image struct {
	MCN        toc.MCN
	Title      string
	Performer  string
	Text       cue.CDText
	CDTextFile string // path of the file with the CD-TEXT of the disc, if the sheet names one
	Tracks     []SourceTrack
}

// SourceTrack is a track of an Image: its position on the disc, and its audio in the
// format of a disc, without pause and run-out.
type SourceTrack struct {
	Track
	Source pcm.Source
	Pause  pcm.Source // the part of the pause before it (INDEX 00) in the files; nil for none
}

// TOC returns the table of contents of the disc in the image.
func (m *Image) TOC() toc.TOC {
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

// Decoder returns the audio of a file that is neither WAV nor samples without a header.
type Decoder func(path string) (pcm.Source, error)

// Open reads a cue sheet, or a TOC file of cdrdao, and the headers of its files, which it
// expects in the folder of the sheet unless their names contain another one. decode may be
// nil. An error is a *cue.Error, a *wav.Error, one of decode, or matches
// pcm.ErrUnsupportedFormat or ErrImage.
func Open(cuePath string, decode Decoder) (*Image, error) {
	text, err := os.ReadFile(cuePath)
	if err != nil {
		return nil, err
	}
	if isTOC(cuePath, text) {
		return openTOC(cuePath, text, decode)
	}
	sheet, err := cue.Parse(cuePath, text)
	if err != nil {
		return nil, err
	}
	o := &opener{
		cuePath: cuePath, session: 1, decode: decode,
		img: &Image{MCN: sheet.MCN, Title: sheet.Title, Performer: sheet.Performer, Text: sheet.CDText},
	}
	if sheet.CDTextFile != "" {
		o.img.CDTextFile = o.path(sheet.CDTextFile)
	}
	for i, f := range sheet.Files {
		var next *toc.Sectors // where the first track of the next file begins in this one
		if i+1 < len(sheet.Files) && len(sheet.Files[i+1].Tracks) > 0 {
			next = sheet.Files[i+1].Tracks[0].Ahead
		}
		if err := o.file(f, next); err != nil {
			return nil, err
		}
	}
	return o.img, nil
}

// ErrImage matches errors about a cue sheet that doesn't match its files.
var ErrImage = errors.New("cue sheet and files don't fit together")

// opener reads the tracks of a cue sheet.
type opener struct {
	cuePath string
	img     *Image
	session int
	decode  Decoder
	lba     toc.LBA    // disc address of the next element of the sheet
	ahead   pcm.Source // the pause of the next track, which is in the previous file
}

// path returns the path of a file named in the sheet.
func (o *opener) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(o.cuePath), name)
}

// file opens one FILE and adds its tracks. next is where the pause of the next file's
// first track begins, if it is in this file.
func (o *opener) file(f cue.File, next *toc.Sectors) error {
	src, err := o.decode.open(o.path(f.Name), f.Type)
	if err != nil {
		return err
	}
	last := src.Frames()
	if next != nil {
		last = frames(*next)
	}
	// A track extends to the first index of the next one, which may be its pause.
	for i, t := range f.Tracks {
		end := last
		if i+1 < len(f.Tracks) {
			end = frames(f.Tracks[i+1].Indexes[0].At)
		}
		if err := o.track(t, src, end); err != nil {
			return err
		}
	}
	if next == nil {
		return nil
	}
	if o.ahead, err = pcm.Section(src.Name()+" (pause)", src, last, src.Frames()-last); err != nil {
		return fmt.Errorf("%s: %w: %w", o.cuePath, ErrImage, err)
	}
	return nil
}

// open opens a file of a sheet as CD audio.
func (decode Decoder) open(path string, kind cue.FileType) (pcm.Source, error) {
	open := wav.Open
	switch kind {
	case cue.Binary:
		open = wav.OpenRaw
	case cue.Motorola:
		open = wav.OpenMotorola
	}
	file, err := open(path)
	switch {
	case err == nil:
		return pcm.ToCDDA(file)
	case decode == nil || !errors.Is(err, wav.ErrNotWAV) && !errors.Is(err, wav.ErrUnsupported):
		return nil, err
	}
	src, err := decode(path)
	if err != nil {
		return nil, err
	}
	return pcm.ToCDDA(src)
}

// frames is a length in sample frames.
func frames(s toc.Sectors) int64 { return int64(s) * toc.SamplesPerSector }

// track adds the track t, which ends before frame end of src.
func (o *opener) track(t cue.Track, src pcm.Source, end int64) error {
	// The pause (index 00) is between first and start, followed by the audio and, if
	// redbook wrote the file, by the run-out up to end.
	first := t.Indexes[0].At
	start, _ := t.Index(1)
	runOut := o.remarks(t)
	length := end - frames(start+runOut)
	if length <= 0 {
		return fmt.Errorf("%s: %w: track %d has no audio in %s, which ends at %v",
			o.cuePath, ErrImage, t.Number, src.Name(), toc.Sectors(end/toc.SamplesPerSector).Position())
	}
	// Messages say which track of a file they mean, unless it is all of the file.
	name := src.Name()
	if first > 0 || end < src.Frames() || runOut > 0 {
		name = fmt.Sprintf("%s (track %d)", name, t.Number)
	}
	part := src
	if name != src.Name() || start > 0 {
		var err error
		if part, err = pcm.Section(name, src, frames(start), length); err != nil {
			return fmt.Errorf("%s: %w: %w", o.cuePath, ErrImage, err)
		}
	}
	track := Track{
		TrackInfo: toc.TrackInfo{Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control},
		Text:      t.CDText, SCMS: t.SCMS, Number: t.Number, Session: o.session,
		Pregap: t.Pregap + start - first,
		Length: toc.Sectors(pcm.Sectors(part)),
		RunOut: runOut + t.Postgap,
	}
	pause := o.ahead
	if o.ahead = nil; pause != nil {
		track.Pregap += toc.Sectors(pcm.Sectors(pause))
	}
	o.place(&track, t)
	for _, i := range t.Indexes {
		if i.Number > 1 {
			track.Indexes = append(track.Indexes, toc.IndexMark{Index: uint8(i.Number), Offset: i.At - start})
		}
	}
	if start > first {
		var err error
		if pause, err = pcm.Section(name+" (pause)", src, frames(first), frames(start-first)); err != nil {
			return fmt.Errorf("%s: %w: %w", o.cuePath, ErrImage, err)
		}
	}
	o.img.Tracks = append(o.img.Tracks, SourceTrack{Track: track, Source: part, Pause: pause})
	return nil
}

// place sets the address of a track and of what follows it. The first track's standard
// pause is before LBA 0 and in no sheet.
func (o *opener) place(track *Track, t cue.Track) {
	for _, c := range t.Comments {
		var session, lba int
		if n, _ := fmt.Sscanf(c, remSession, &session, &lba); n == 2 && session > o.session && lba >= 0 {
			// Lead-out and lead-in between sessions are not in the file.
			o.session, track.Session = session, session
			o.lba = toc.LBA(lba) - toc.LBA(track.Pregap)
		}
	}
	track.Start = o.lba + toc.LBA(track.Pregap)
	o.lba = track.Start + toc.LBA(track.Length+track.RunOut)
	if len(o.img.Tracks) == 0 && track.Session == 1 {
		track.Pregap += toc.PregapSectors
	}
}

// remarks returns the run-out that redbook noted for the track.
func (o *opener) remarks(t cue.Track) toc.Sectors {
	for _, c := range t.Comments {
		var n int
		if got, _ := fmt.Sscanf(c, remRunOut, &n); got == 1 && n >= 0 && n < int(toc.MaxLBA) {
			return toc.Sectors(n)
		}
	}
	return 0
}
