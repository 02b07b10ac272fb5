package album

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Album is what will be burned.
type Album struct {
	Title     string
	Performer string
	MCN       toc.MCN
	// CDTextFile is the path of the file with the CD-TEXT of all tracks, which may not
	// exist; "" unless one cue sheet is the whole album and names it.
	CDTextFile string
	Text       Text // the texts besides title and performer
	Tracks     []Track
	Files      []*File // each once, in the order of first use
	Notes      []Note
	// Adjustments are the changes of level that Prepare makes.
	Adjustments []Adjustment

	levels  Levels
	folder  string  // for the spool; "" chooses one
	stream  *stream // audio that Prepare has to read first
	kept    []*spool.Spool
	leveled bool // Adjustments are complete
}

// Track is one track: parts of files, one after the other, and silence.
type Track struct {
	toc.TrackInfo
	Text    Text
	Name    string // for messages: the file, or the sheet and its track number
	Unnamed bool   // no source has a title: that of TrackInfo is the file name
	Parts   []Part
	Silence toc.Sectors // after the last part, beyond the two seconds of track-at-once

	// For session-at-once. Pregap is how much of the audio before the track has index 0:
	// at the end of the previous track, or for the first track at its own beginning,
	// where it is hidden audio. Pause is the silence between the previous track and this
	// one, not including the Silence of the previous one.
	Pregap, Pause toc.Sectors
}

// Text is the text of an album or a track for CD-TEXT besides title and performer.
type Text struct {
	Songwriter string
	Composer   string
	Arranger   string
	Message    string
}

// Part is a piece of a file. A cue sheet counts in sectors of 1/75 s, independent of the
// sample rate.
type Part struct {
	File  *File
	From  toc.Sectors
	To    toc.Sectors // 0 if ToEnd
	ToEnd bool        // the piece goes up to the last sample

	cutFrom []Part // if each track has its own file: the parts it is cut from
}

// whole reports whether the part is the file from its first to its last sample.
func (p Part) whole() bool { return p.From == 0 && p.ToEnd }

// frames returns the piece in frames of a source of that rate and length.
func (p Part) frames(rate int, length int64) (from, n int64) {
	at := func(s toc.Sectors) int64 {
		return (int64(s)*int64(rate) + toc.SectorsPerSecond/2) / toc.SectorsPerSecond
	}
	from, to := at(p.From), at(p.To)
	if p.ToEnd {
		to = length
	}
	return from, to - from
}

// Sectors returns the length of the track on the disc in whole sectors, the last of which
// is filled with silence.
func (t Track) Sectors() toc.Sectors {
	var n int64 // frames at the disc's rate
	for _, p := range t.Parts {
		rate := int64(p.File.Format().SampleRate)
		_, frames := p.frames(int(rate), p.File.Frames())
		n += (frames*int64(pcm.CDDA.SampleRate) + rate/2) / rate
	}
	return toc.SectorsOf(n*int64(pcm.CDDA.FrameBytes())) + t.Silence
}

// Source returns the track as CD audio: the result of Album.Prepare or, before that, a
// stand-in of the same length that converts while it is read. It is a convert.Converted and a
// pcm.Changer.
func (t *Track) Source() (pcm.Source, error) {
	src, err := t.cut((*File).cdda)
	if err != nil {
		return nil, err
	}
	return convert.WithConversion(src, t.conversion()), nil
}

// conversion describes how the samples of the parts are changed.
func (t *Track) conversion() string {
	var steps []string
	for _, p := range t.Parts {
		if text := p.File.Conversion(); text != "" && !slices.Contains(steps, text) {
			steps = append(steps, text)
		}
	}
	return strings.Join(steps, "; ")
}

// cut makes the audio of the track. of, which may be nil, returns for each file what the
// track is cut from: the file itself or its conversion, of the same duration at any
// sample rate. All sources that it returns for one track must have the same format.
func (t *Track) cut(of func(*File) (pcm.Source, error)) (pcm.Source, error) {
	var list []pcm.Source
	for _, p := range t.Parts {
		var src pcm.Source = p.File
		if of != nil {
			var err error
			if src, err = of(p.File); err != nil {
				return nil, err
			}
		}
		if !p.whole() {
			from, n := p.frames(src.Format().SampleRate, src.Frames())
			if from+n > src.Frames() && src != pcm.Source(p.File) {
				n = src.Frames() - from // the rounding of a conversion may differ
			}
			var err error
			if src, err = pcm.Section(t.Name, src, from, n); err != nil {
				return nil, err
			}
		}
		list = append(list, src)
	}
	if t.Silence > 0 {
		list = append(list, quiet(list, int64(t.Silence)))
	}
	return join(t.Name, list)
}

// Options are the options of Open. The zero value is usable.
type Options struct {
	// DropGaps leaves out the audio before a track that a cue sheet marks as pause (INDEX
	// 00): the two seconds of track-at-once replace it. Otherwise it stays at the end of
	// the previous track, and nothing is lost.
	DropGaps bool
	// IgnoreCue ignores cue sheets that are embedded in audio files or beside them in a
	// folder.
	IgnoreCue bool
	// OrderByName sorts the files of a folder by name, and numbers in names count as
	// numbers. Otherwise the track numbers in their tags decide if all have one.
	OrderByName bool
	// Raw reads files as samples in the format of a disc without a header. Cue sheets,
	// playlists and folders aren't examined then.
	Raw bool
	// Levels selects how loud the tracks become.
	Levels Levels
	// Spool is the folder for converted audio; "" is the folder for temporary files, or
	// the user's cache folder if only that has room.
	Spool string
	// OnOpen, if not nil, is called with each file before it is examined, cue sheets and
	// playlists too; never concurrently.
	OnOpen func(path string)
}

// numbered matches a name that begins with a track number. If only a blank follows, the
// number must be possible on a disc: "99 Luftballons" keeps its number.
var numbered = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\d{1,3} *[-._)]+ *|[01]\d +)(\S.*)$`)
})

// trackName is the title of a file without tags: its name without extension and track
// number.
func trackName(path string) string {
	name := filepath.Base(path)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if m := numbered().FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}

// Follows reports whether track i (from 0) begins in its file where the previous one
// ends, so that the music runs on.
func (a *Album) Follows(i int) bool {
	if i < 1 || len(a.Tracks[i-1].Parts) == 0 || len(a.Tracks[i].Parts) == 0 {
		return false
	}
	before, after := a.Tracks[i-1].Parts, a.Tracks[i].Parts
	if cut := before[0].cutFrom; cut != nil {
		before, after = cut, after[0].cutFrom
	}
	last, first := before[len(before)-1], after[0]
	return last.File == first.File && !last.ToEnd && last.To == first.From
}
