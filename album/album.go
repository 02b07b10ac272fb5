package album

import (
	"fmt"
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

// Album is the content of a disc to burn: its tracks, and the files they are cut from.
// Before Prepare and the burn, tracks may be removed, reordered, and added from other
// albums: only the files of Tracks are read.
type Album struct {
	Title     string
	Performer string
	MCN       toc.MCN
	// CDTextFile is the path of the CD-TEXT file that the cue sheet names, whether it
	// exists or not; "" unless the album is exactly one cue sheet.
	CDTextFile string
	Text       Text // the texts besides title and performer
	Tracks     []Track
	Files      []*File // all that Open found, in the order of first use, without duplicates
	Notes      []Note
	// Adjustments are the changes of level, set by Prepare.
	Adjustments []Adjustment

	level   Level
	lufs    float64
	folder  string  // for the spool; "" chooses one
	stream  *stream // a pipe that Prepare has yet to read
	kept    []*spool.Spool
	leveled bool // Adjustments are complete
}

// Track is one track: parts of files, one after the other, and silence. Its title,
// performer, codes and texts may be changed before the burn.
type Track struct {
	toc.TrackInfo
	// FileTitle is the title made from the name of the file if no other was found. While it
	// is the Title, the track counts as untitled.
	FileTitle string

	Text    Text
	Name    string // for messages: the file, or the sheet and the track number in it
	Parts   []Part
	Silence toc.Sectors // after the last part, in addition to the two seconds of track-at-once

	// Pregap, Pause and RunOut matter only to session-at-once. Pregap is the length of the
	// audio with index 0 before the track: it ends the previous track or, as hidden audio,
	// begins the first one. Pause is the silence between the previous track and this one
	// that the previous track's Silence doesn't contain. RunOut is silence after the last
	// track of a sheet: the two sectors that track-at-once records by itself, or less.
	Pregap, Pause, RunOut toc.Sectors
}

// Text is the text of an album or a track for CD-TEXT besides title and performer.
type Text struct {
	Songwriter string
	Composer   string
	Arranger   string
	Message    string
}

// Part is a piece of a file. Its limits count in sectors of 1/75 s, as in cue sheets, at
// every sample rate.
type Part struct {
	File  *File
	From  toc.Sectors
	To    toc.Sectors // 0 if ToEnd
	ToEnd bool        // the piece ends with the last sample

	cutFrom []Part // what File was cut from, after divide
}

// whole reports whether the part is the file from its first to its last sample.
func (p Part) whole() bool { return p.From == 0 && p.ToEnd }

// exists reports whether the part has audio: the zero value, in a track of the caller's own,
// has none.
func (p Part) exists() bool { return p.File != nil && p.File.source != nil }

// frames returns the first frame and the number of frames in a source with the given
// sample rate and length in frames.
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

// Sectors returns the length of the track on the disc, including Silence. The last sector
// is padded with silence.
func (t Track) Sectors() toc.Sectors {
	var n int64 // frames at the disc's rate
	for _, p := range t.Parts {
		if !p.exists() {
			continue // Source reports it
		}
		rate := int64(p.File.Format().SampleRate)
		_, frames := p.frames(int(rate), p.File.Frames())
		n += (frames*int64(pcm.CDDA.SampleRate) + rate/2) / rate
	}
	return sectorsOf(n) + t.Silence
}

// sectorsOf returns the number of sectors that hold n frames of CD audio.
func sectorsOf(n int64) toc.Sectors {
	return toc.Sectors((n + toc.SamplesPerSector - 1) / toc.SamplesPerSector)
}

// Source returns the track as CD audio: the result of Album.Prepare or, before that, a
// source of the same length that converts while it is read. It is a
// pcm.Changer. burn.Track{Source: src}.WithInfo(t.TrackInfo) is the track for packages
// tao and sao. The error matches ErrNothing for a track without parts.
func (t *Track) Source() (pcm.Source, error) {
	src, err := t.cut((*File).cdda)
	if err != nil {
		return nil, err
	}
	return convert.WithConversion(src, t.conversion()), nil
}

// conversion describes how the samples of the parts are changed; "" if they aren't.
func (t *Track) conversion() string {
	var steps []string
	for _, p := range t.Parts { // cut has checked them
		if text := p.File.Conversion(); text != "" && !slices.Contains(steps, text) {
			steps = append(steps, text)
		}
	}
	return strings.Join(steps, "; ")
}

// cut makes the audio of the track. of returns what to cut instead of each file: a
// conversion of the same duration, at any sample rate. All conversions for one track must
// have the same format. If of is nil, the files themselves are cut.
func (t *Track) cut(of func(*File) (pcm.Source, error)) (pcm.Source, error) {
	var list []pcm.Source
	for _, p := range t.Parts {
		if !p.exists() {
			return nil, fmt.Errorf("%s: %w: a part has no file", t.Name, ErrNothing)
		}
		src := p.File.source
		if of != nil {
			var err error
			if src, err = of(p.File); err != nil {
				return nil, err
			}
		}
		if !p.whole() {
			from, n := p.frames(src.Format().SampleRate, src.Frames())
			if from+n > src.Frames() && src != p.File.source {
				n = src.Frames() - from // a conversion may round differently
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
	// DropGaps leaves out recorded pauses, the audio between INDEX 00 and INDEX 01 of a
	// track in a cue sheet: the two seconds of track-at-once replace them. Otherwise they
	// stay at the end of the previous track, and nothing is lost.
	DropGaps bool
	// IgnoreCue ignores cue sheets embedded in audio files or stored next to them. A sheet
	// that is named is still used.
	IgnoreCue bool
	// OrderByName sorts the files of a folder by name, comparing numbers by value: 2 before
	// 10. Otherwise the track numbers in the tags decide if all files have distinct ones.
	OrderByName bool
	// Raw reads every file as headerless CD audio (pcm.CDDA). Cue sheets, playlists and
	// folders are not recognized.
	Raw bool
	// Level selects how loud the tracks become.
	Level Level
	// LUFS is the integrated loudness (ITU-R BS.1770-4) for LoudAlbum and LoudTracks, such as
	// -14. Anything outside of -60 to 0 is an error. No gain makes samples clip.
	LUFS float64
	// Spool is the folder for converted audio. "" selects the folder for temporary files
	// or, if that is too full, the user's cache folder.
	Spool string
	// OnOpen, if not nil, is called before each file is examined, including cue sheets
	// and playlists. Calls don't overlap.
	OnOpen func(path string)
}

// numbered matches a name that begins with a track number. If only a space follows, the
// number must be below 20: "99 Luftballons" keeps its number.
var numbered = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\d{1,3} *[-._)]+ *|[01]\d +)(\S.*)$`)
})

// trackName returns the title for a file without tags: its name without the extension and
// the track number.
func trackName(path string) string {
	name := filepath.Base(path)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if m := numbered().FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}

// Follows reports whether track i, counted from 0, starts exactly where the previous track
// ends in the same file.
func (a *Album) Follows(i int) bool {
	if i < 1 || i >= len(a.Tracks) || len(a.Tracks[i-1].Parts) == 0 || len(a.Tracks[i].Parts) == 0 {
		return false
	}
	before, after := a.Tracks[i-1].Parts, a.Tracks[i].Parts
	if cut := before[0].cutFrom; cut != nil {
		before, after = cut, after[0].cutFrom
	}
	last, first := before[len(before)-1], after[0]
	return last.File == first.File && !last.ToEnd && last.To == first.From
}
