package redbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// ErrNoAudio is the error of Read and ReadCopy for a disc without a complete audio track,
// and of Read for one that has none of ReadOptions.Tracks. It matches burn.ErrUnsuitableDisc
// too.
var ErrNoAudio = engine.Name(errors.New("the disc has no such audio track"), burn.ErrUnsuitableDisc)

// maxOffset is the largest read offset correction, in samples: ten sectors.
const maxOffset = 10 * toc.SamplesPerSector

// The steps of reading.
const (
	readLook  = "look"
	readScan  = "scan"
	readAudio = "audio"
)

// ReadError reports a disc that can't be read, or files that can't be written. It matches
// burn.ErrNoMedia, burn.ErrCanceled, burn.ErrUnreadable for a sector that can't be read, or
// the errors of the drive (*scsi.SenseError) and of the system (fs.ErrExist).
type ReadError struct {
	// Step is "look" (asking what is on the disc), "scan" (looking for pauses, index marks
	// and codes) or "audio" (reading audio, and writing files).
	Step string
	Disc disc.Disc // as far as known
	Err  error
}

// Error returns the text of the cause.
func (e *ReadError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// failedRead makes a ReadError.
func failedRead(step string, on disc.Disc, err error) error {
	if errors.Is(err, inspect.ErrUnreadable) {
		err = engine.Name(err, burn.ErrUnreadable)
	}
	return &ReadError{step, on, categorized(err, nil)}
}

// ExamineOptions are the options of Examine. The zero value is valid.
type ExamineOptions struct {
	// RunOut reads the ends of the tracks too: only that distinguishes music from the two
	// sectors that a drive adds to each track in track-at-once.
	RunOut bool
	// OnDisc, if not nil, receives the drive's report of the disc before the search for
	// pauses. Its error ends Examine and is returned unchanged.
	OnDisc func(*disc.Disc) error
	// OnTrack, if not nil, is called before each track.
	OnTrack func(track, tracks int)
}

// Examine determines everything that an audio disc contains besides its samples: the table
// of contents, pauses, index marks, codes and CD-TEXT. opts may be nil. Facts that the drive
// does not report are unknown in the layout, which is not an error. An error is a
// *ReadError.
func Examine(ctx context.Context, d *Drive, opts *ExamineOptions) (rip.Layout, error) {
	if opts == nil {
		opts = &ExamineOptions{}
	}
	if err := given(d, true); err != nil {
		return rip.Layout{}, err
	}
	on, err := inspect.Look(ctx, d.drive, nil)
	if err != nil {
		if err = withReason(err, &on); noDisc(err) {
			err = engine.Name(err, burn.ErrNoMedia)
		}
		return rip.Layout{Disc: on}, failedRead(readLook, on, err)
	}
	if opts.OnDisc != nil {
		if err := opts.OnDisc(&on); err != nil {
			return rip.Layout{Disc: on}, err
		}
	}
	if opts.RunOut {
		if err := inspect.Settle(ctx, d.drive, &on, nil); err != nil {
			return rip.Layout{Disc: on}, failedRead(readLook, on, err)
		}
	}
	l, err := extract.Scan(ctx, d.drive, on, &extract.ScanOptions{OnProgress: opts.OnTrack})
	if err != nil {
		return l, failedRead(readScan, on, err)
	}
	return l, nil
}

// ReadFormat is the type of files that Read writes.
type ReadFormat uint8

// The formats.
const (
	FormatWAV  ReadFormat = iota
	FormatFLAC            // with titles, performers and ISRCs as tags
)

// ReadOptions are the options of Read. The zero value reads all tracks into WAV files in
// the current folder.
type ReadOptions struct {
	Dir    string // created if it doesn't exist
	Tracks []int  // their numbers; empty is all. Numbers that the disc lacks are ignored
	Format ReadFormat
	Single bool // one file with all of the disc instead of one per track; not with Tracks
	// Hidden keeps the audio before track 1 too: as track00, or at the beginning of the
	// single file.
	Hidden bool
	// Offset is the drive's read offset correction in samples, -5880 to 5880, as
	// AccurateRip lists it.
	Offset int

	// Confirm, if not nil, receives the plan, and may reject it: its error ends Read before a
	// file is created, and is returned unchanged.
	Confirm func(ctx context.Context, p *ReadPlan) error
	// OnTrack, if not nil, is called before the search for the pauses and codes of each track,
	// OnProgress while the audio is read.
	OnTrack    func(track, tracks int)
	OnProgress func(done, total toc.Sectors)
	// KeepAwake is as in Options, and is called after Confirm.
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
}

// ReadPlan describes what Read will do.
type ReadPlan struct {
	Layout rip.Layout
	Sound  rip.Sound // where audio outside the tracks isn't silent
	// HiddenLeft reports that the cue sheet has silence in place of the audio before track 1:
	// ReadOptions.Hidden would keep it.
	HiddenLeft bool
}

// ReadResult is the result of Read.
type ReadResult struct {
	Layout rip.Layout
	Sheet  string     // path of the cue sheet; "" if tracks are missing in between
	CDText string     // path of the CD-TEXT in all languages; "" if the disc has none, or not all tracks were read
	Files  []ReadFile // in the order of the disc
	Tracks []ReadTrack
	// Lost is how many samples at the ends of the tracks, or next to them, are silence
	// because Offset moves them to where nothing can be read.
	Lost       int
	Unreadable toc.Sectors // between the tracks; silence in the files
}

// ReadFile is an audio file written by Read.
type ReadFile struct {
	Path    string
	Track   int     // 0 for the audio before track 1; of several in one file the first
	Start   toc.LBA // of its first sector
	Sectors toc.Sectors
}

// ReadTrack is a track read by Read.
type ReadTrack struct {
	Number  int
	File    string      // its path; with ReadOptions.Single that of the whole disc
	Sectors toc.Sectors // of the file, or of the track's audio with ReadOptions.Single
	Sums    rip.Sums
}

// Read reads the audio tracks of a disc into files, with a cue sheet that keeps pauses,
// index marks, titles and codes, and the CD-TEXT. opts may be nil.
//
// Existing files are never overwritten (fs.ErrExist), and after an error no files are
// left. A track that can't be read to its end is an error. The error is a *ReadError or
// that of Confirm, or matches ErrNoAudio or ErrOptions.
func Read(ctx context.Context, d *Drive, opts *ReadOptions) (ReadResult, error) {
	var o ReadOptions
	if opts != nil {
		o = *opts
	}
	if err := o.conflict(); err != nil {
		return ReadResult{}, err
	}
	l, err := examineAudio(ctx, d, o.OnTrack)
	r := ReadResult{Layout: l}
	if err != nil {
		return r, err
	}
	sectors := extract.NewSectors(d.drive, &l, o.Offset)
	sound, err := sectors.FindSound(ctx, &l)
	if err != nil {
		return r, failedRead(readAudio, l.Disc, err)
	}
	img := image.Of(&l, o.wants, sound)
	img.Sectors = sectors
	if len(img.Tracks) == 0 {
		return r, ErrNoAudio
	}
	if o.Confirm != nil {
		if err := o.Confirm(ctx, &ReadPlan{Layout: l, Sound: sound, HiddenLeft: sound.Hidden && !o.Hidden && !img.Partial}); err != nil {
			return r, err
		}
	}
	defer d.awakeToRead(ctx, o.KeepAwake)()
	sums := extract.NewSumming(&l)
	files, err := image.Write(ctx, o.dir(), img, &image.Options{
		Encoding: o.Format.encoding(), Single: o.Single, Hidden: o.Hidden && img.HiddenSound, Loose: loose(img),
		Progress: o.OnProgress, Tap: sums.Tap,
	})
	if err != nil {
		return r, failedRead(readAudio, l.Disc, err)
	}
	r.CDText = files.Packs
	r.Sheet, r.Lost, r.Unreadable = files.Sheet, sectors.Lost(), sectors.Unreadable()
	for _, f := range files.Files {
		r.Files = append(r.Files, ReadFile(f))
	}
	r.list(sums, o.Single)
	return r, nil
}

// examineAudio is Examine for a disc whose audio is read afterwards.
func examineAudio(ctx context.Context, d *Drive, onTrack func(track, tracks int)) (rip.Layout, error) {
	l, err := Examine(ctx, d, &ExamineOptions{RunOut: true, OnTrack: onTrack})
	if err == nil && len(l.Tracks) == 0 {
		err = ErrNoAudio
	}
	return l, err
}

// conflict returns an error for contradictory options.
func (o *ReadOptions) conflict() error {
	if o.Single && len(o.Tracks) > 0 || !offsetOK(o.Offset) || o.Format > FormatFLAC {
		return ErrOptions
	}
	return nil
}

// offsetOK reports whether a read offset correction is within the range of real drives.
func offsetOK(samples int) bool { return -maxOffset <= samples && samples <= maxOffset }

func (o *ReadOptions) wants(n int) bool { return len(o.Tracks) == 0 || slices.Contains(o.Tracks, n) }

func (o *ReadOptions) dir() string {
	if o.Dir == "" {
		return "."
	}
	return o.Dir
}

// loose reports whether tracks are missing in between: no cue sheet can describe that.
func loose(img *image.Disc) bool {
	for i, t := range img.Tracks {
		if t.Number != img.Tracks[0].Number+i {
			return true
		}
	}
	return false
}

// list adds the tracks and their checksums.
func (r *ReadResult) list(sums *extract.Summing, single bool) {
	for _, file := range r.Files {
		for i := range r.Layout.Tracks {
			t := &r.Layout.Tracks[i]
			sum, ok := sums.Track(t.Number)
			if !ok || !single && t.Number != file.Track {
				continue
			}
			read := ReadTrack{Number: t.Number, File: file.Path, Sectors: file.Sectors, Sums: sum}
			if single {
				read.Sectors = t.Sectors
			}
			r.Tracks = append(r.Tracks, read)
		}
	}
}

// encoding returns the format for package image, which has no codecs.
func (f ReadFormat) encoding() image.Encoding {
	if f != FormatFLAC {
		return image.WAV
	}
	return image.Encoding{Ext: ".flac", New: func(f *os.File, t image.Tag) (io.WriteCloser, error) {
		tags := decode.FLACTags{{"TITLE", t.Title}, {"ARTIST", t.Performer}, {"ALBUM", t.Album}, {"ISRC", string(t.ISRC)}}
		if t.Track > 0 {
			tags = append(tags, [2]string{"TRACKNUMBER", fmt.Sprint(t.Track)}, [2]string{"TRACKTOTAL", fmt.Sprint(t.Tracks)})
		}
		return decode.NewFLACWriter(f, t.Frames, tags)
	}}
}
