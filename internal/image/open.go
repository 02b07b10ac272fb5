package image

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/regular"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Image is a disc saved in files.
type Image struct {
	MCN        toc.MCN
	Title      string
	Performer  string
	Text       cue.CDText
	CDText     []cdtext.Block // of a TOC file, one for each language; its tracks are those of Tracks
	CDTextFile string         // path of the file with the CD-TEXT of the disc, if the sheet names one
	Tracks     []SourceTrack
	Notes      []cue.Note // what was not used as written in the sheet
}

// SourceTrack is a track of an Image: its position on the disc, and its audio in the
// format of a disc, without pause and run-out.
type SourceTrack struct {
	Track
	Source pcm.Source
	Pause  pcm.Source // the part of the pause before it (INDEX 00) in the files; nil for none
}

// maxText is the size in bytes that no sheet exceeds.
const maxText = 4 << 20

// Decoder returns the audio of a file that is neither WAV nor samples without a header.
type Decoder func(path string) (pcm.Source, error)

// Open reads a cue sheet, or a TOC file of cdrdao, and the headers of its files, which it
// expects in the folder of the sheet unless their names contain another one. decode may be
// nil. An error is a *cue.Error, a *wav.Error, one of decode, or matches
// pcm.ErrUnsupportedFormat or ErrImage.
func Open(cuePath string, decode Decoder) (*Image, error) {
	text, err := regular.Read(cuePath, maxText)
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
		img: &Image{MCN: sheet.MCN, Title: sheet.Title, Performer: sheet.Performer, Text: sheet.CDText, Notes: sheet.Notes},
	}
	if sheet.CDTextFile != "" {
		o.img.CDTextFile = o.path(sheet.CDTextFile)
	}
	for _, f := range sheet.Files {
		if f.Name == "" { // only a sheet inside a file needs no name
			return nil, fmt.Errorf("%s: %w: line %d: FILE has no name", cuePath, ErrImage, f.Line)
		}
		src, err := o.decode.open(o.path(f.Name), f.Type)
		if err != nil {
			return nil, err
		}
		o.files = append(o.files, src)
	}
	for i, t := range sheet.Tracks {
		var next *cue.Index // where the following track begins
		if i+1 < len(sheet.Tracks) {
			next = &sheet.Tracks[i+1].Indexes[0]
		}
		if t.Number != sheet.Tracks[0].Number+i || t.Number < 1 || t.Number > toc.MaxTracks { // Parse has noted it
			t.Number = i + 1
		}
		if err := o.track(t, next); err != nil {
			return nil, err
		}
	}
	return o.img, nil
}

// ErrImage matches errors about a cue sheet that doesn't match its files.
var ErrImage = errors.New("cue sheet and files don't fit together")

// opener opens the tracks of a cue sheet.
type opener struct {
	cuePath string
	img     *Image
	session int
	decode  Decoder
	files   []pcm.Source // by Sheet.Files
	lba     toc.LBA      // disc address of the next element of the sheet
}

// path returns the path of a file named in the sheet.
func (o *opener) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(o.cuePath), name)
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
		return convert.ToCDDA(file)
	case decode == nil || !errors.Is(err, wav.ErrNotWAV) && !errors.Is(err, wav.ErrUnsupported):
		return nil, err
	}
	src, err := decode(path)
	if err != nil {
		return nil, err
	}
	return convert.ToCDDA(src)
}

// frames is a length in sample frames.
func frames(s toc.Sectors) int64 { return int64(s) * toc.SamplesPerSector }

// track adds the track t. It extends to the first index of the next one, which may be its
// pause, or to the end of its file.
func (o *opener) track(t cue.Track, next *cue.Index) error {
	start, _ := t.Index(1)
	src := o.files[start.File]
	end := src.Frames()
	if next != nil && next.File == start.File {
		if frames(next.At) > end {
			return fmt.Errorf("%s: %w: the track after track %d starts at %v of %s, which ends at %v", o.cuePath, ErrImage,
				t.Number, next.At.Position(), src.Name(), toc.Sectors(end/toc.SamplesPerSector).Position())
		}
		end = frames(next.At)
	}
	// The audio is followed, if redbook wrote the file, by the run-out up to end.
	runOut := o.remarks(t)
	length := end - frames(start.At+runOut)
	if length <= 0 {
		return fmt.Errorf("%s: %w: track %d has no audio in %s, which ends at %v",
			o.cuePath, ErrImage, t.Number, src.Name(), toc.Sectors(end/toc.SamplesPerSector).Position())
	}
	// Messages say which track of a file they mean, unless it is all of the file.
	name := src.Name()
	if start.At > 0 || end < src.Frames() || runOut > 0 {
		name = fmt.Sprintf("%s (track %d)", name, t.Number)
	}
	part, err := o.section(src, name, frames(start.At), length)
	if err != nil {
		return err
	}
	pause, err := o.pause(t, start)
	if err != nil {
		return err
	}
	track := Track{
		TrackInfo: toc.TrackInfo{Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control},
		Text:      t.CDText, SCMS: t.SCMS, Number: t.Number, Session: o.session,
		Pregap: t.Pregap,
		Length: toc.Sectors(pcm.Sectors(part)),
		RunOut: runOut + t.Postgap,
	}
	if pause != nil {
		track.Pregap += toc.Sectors(pcm.Sectors(pause))
	}
	o.place(&track, t)
	for _, i := range t.Indexes {
		if i.File != start.File && i.Number > 1 {
			return fmt.Errorf("%s: %w: track %d goes on in another file", o.cuePath, ErrImage, t.Number)
		}
		if i.Number > 1 {
			track.Indexes = append(track.Indexes, toc.IndexMark{Index: uint8(i.Number), Offset: i.At - start.At})
		}
	}
	o.img.Tracks = append(o.img.Tracks, SourceTrack{Track: track, Source: part, Pause: pause})
	return nil
}

// pause returns the part of the pause before a track that is in the files; nil for none.
func (o *opener) pause(t cue.Track, start cue.Index) (pcm.Source, error) {
	first := t.Indexes[0]
	src := o.files[first.File]
	from, end := frames(first.At), frames(start.At)
	if first.File != start.File {
		end = src.Frames()
		if start.At > 0 || start.File > first.File+1 {
			return nil, fmt.Errorf("%s: %w: the pause before track %d is in more than one file", o.cuePath, ErrImage, t.Number)
		}
	}
	if from == end {
		return nil, nil
	}
	name := fmt.Sprintf("%s (track %d) (pause)", src.Name(), t.Number)
	return o.section(src, name, from, end-from)
}

// section is a part of a source, or the source itself if that is all of it.
func (o *opener) section(src pcm.Source, name string, from, length int64) (pcm.Source, error) {
	if from == 0 && length == src.Frames() {
		return src, nil
	}
	part, err := pcm.Section(name, src, from, length)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", o.cuePath, ErrImage, err)
	}
	return part, nil
}

// place sets the address of a track and of the area after it. The first track's standard
// pause is before LBA 0 and never in a sheet.
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
