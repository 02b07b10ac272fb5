package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// chunk is the number of sectors read at a time: as much as one command transfers on every
// system.
const chunk = 27

// Remarks in the cue sheet for what its format can't express. Other programs ignore them.
const (
	remRunOut  = "REDBOOK RUNOUT %d"         // sectors of the track, in the file, after its audio
	remSession = "REDBOOK SESSION %d LBA %d" // first track of a later session, and where it starts
)

// Progress is called with how many of the sectors have been written. It may be nil.
type Progress func(done, total toc.Sectors)

// Encoding is a kind of audio file.
type Encoding struct {
	Ext string // of the file's name, such as ".wav"
	// New begins a file for the audio described by Tag. Closing the result completes the
	// file and leaves f open.
	New  func(f *os.File, t Tag) (io.WriteCloser, error)
	kind cue.FileType
}

// Tag describes the content of a file, for formats that can hold it.
type Tag struct {
	Frames    int64 // samples of each channel
	Track     int   // 0 for hidden audio or the whole disc
	Tracks    int
	Title     string
	Performer string
	Album     string
	ISRC      toc.ISRC
}

// WAV is the encoding of WAV files.
var WAV = Encoding{Ext: ".wav", New: func(f *os.File, _ Tag) (io.WriteCloser, error) { return wav.NewWriter(f, pcm.CDDA, nil) }}

// Binary is the encoding of BIN files: sectors without a header.
var Binary = Encoding{Ext: ".bin", New: func(f *os.File, _ Tag) (io.WriteCloser, error) { return keepOpen{f}, nil }, kind: cue.Binary}

type keepOpen struct{ io.Writer }

func (keepOpen) Close() error { return nil }

// fileType returns the type of the encoding in a cue sheet. Sheets have no type for FLAC;
// rippers write WAVE.
func (e Encoding) fileType() cue.FileType {
	if e.kind == "" {
		return cue.Wave
	}
	return e.kind
}

// Options are the options of Write. The zero value writes one WAV file per track.
type Options struct {
	Encoding Encoding
	// Single writes all of the disc to one file.
	Single bool
	// Name is the name of the sheet, and with Single of the file, without extension; ""
	// is "tracks", or "disc" with Single.
	Name string
	// Hidden also writes the audio before track 1 from LBA 0 on: to track00, or with Single
	// at the beginning of the file. Otherwise the sheet has it as a PREGAP, which is
	// silence.
	Hidden bool
	// Loose writes no cue sheet: then the tracks need not be numbered consecutively, as a
	// sheet requires. Not with Single.
	Loose    bool
	TOC      bool // with Single: also write Name.toc for cdrdao
	Progress Progress
	// Tap receives every sector read, with the address of the first.
	Tap func(lba toc.LBA, p []byte)
}

// Result lists what Write has written.
type Result struct {
	Sheet string // path of the cue sheet; "" with Loose
	Packs string // path of the CD-TEXT; "" without
	Files []File // in the order of the disc
	made  []string
}

// Remove removes everything that was written, for callers that can't complete their work.
func (r Result) Remove() error {
	var errs []error
	for _, path := range r.made {
		errs = append(errs, os.Remove(path))
	}
	return errors.Join(errs...)
}

// File is an audio file.
type File struct {
	Path    string
	Track   int     // 0 for hidden audio; of several the first
	Start   toc.LBA // of its first sector
	Sectors toc.Sectors
}

// Write saves the disc in the folder dir, which is created if it doesn't exist: its
// audio, a cue sheet, and the CD-TEXT, if any, as Name.cdt. Existing files are never
// overwritten (fs.ErrExist, before anything is read). After an error, or if ctx has ended, no files remain.
//
// With one file per track, each holds only the track's audio; the sheet states the pauses
// as PREGAP and POSTGAP. Sound between two tracks stays at the end of the previous file.
//
// An error matches ErrDisc if the disc can't be saved like this.
func Write(ctx context.Context, dir string, d *Disc, o *Options) (r Result, err error) {
	w, err := newJob(dir, d, o)
	if err != nil {
		return Result{}, err
	}
	if err := w.free(); err != nil {
		return Result{}, err
	}
	complete := false // still false if Progress panics
	defer func() {
		if !complete {
			w.cleanUp(&err)
		}
	}()
	for _, f := range w.files {
		if err := w.file(ctx, f); err != nil {
			return Result{}, err
		}
	}
	if err := w.texts(&r); err != nil {
		return Result{}, err
	}
	if w.sheet != nil {
		if r.Sheet, err = w.text(w.o.Name+".cue", w.sheet); err != nil {
			return Result{}, err
		}
	}
	for _, f := range w.files {
		r.Files = append(r.Files, f.File)
	}
	r.made, complete = w.made, true
	return r, nil
}

// Sheet returns the cue sheet that Write writes for a single BIN file of that name, for
// callers that need the positions but not the audio. d.Sectors is not used.
func Sheet(d *Disc, bin string) ([]byte, error) {
	list, err := places(d, false)
	if err != nil {
		return nil, err
	}
	return marshal(oneSheet(d, list, plain(bin), cue.Binary))
}

func marshal(s *cue.Sheet) ([]byte, error) {
	text, err := s.MarshalText()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDisc, err)
	}
	return text, nil
}

// trackName returns the name of the file of track n: "track01.wav".
func trackName(n int, ext string) string { return fmt.Sprintf("track%02d%s", n, ext) }

// part is a range of the disc that goes into a file.
type part struct {
	lba   toc.LBA
	n     toc.Sectors
	track int // 0 for hidden audio
}

// plannedFile is a file to be written.
type plannedFile struct {
	File
	name  string
	parts []part
	tag   Tag
}

// job is one Write.
type job struct {
	dir         string
	o           Options
	d           *Disc
	list        []place
	files       []plannedFile
	sheet       []byte
	toc         []byte
	done, total toc.Sectors
	made        []string // paths, to be removed on an error
	madeDir     bool     // the folder too
}

// newJob plans everything that doesn't need the audio. The sheet comes first: if it can't
// be written, no time is spent on reading.
func newJob(dir string, d *Disc, o *Options) (*job, error) {
	list, err := places(d, o != nil && o.Loose && !o.Single)
	if err == nil && d.Sectors == nil {
		err = fmt.Errorf("%w: its sectors have no source", ErrDisc)
	}
	if err != nil {
		return nil, err
	}
	w := &job{dir: dir, d: d, list: list}
	if o != nil {
		w.o = *o
	}
	if w.o.Encoding.New == nil {
		w.o.Encoding = WAV
	}
	if w.o.Name == "" {
		w.o.Name = "tracks"
		if w.o.Single {
			w.o.Name = "disc"
		}
	}
	if n := w.o.Name; n != filepath.Base(n) || strings.Trim(n, ".") == "" || strings.ContainsAny(n, `"\/`) {
		// A path in it would end up in the sheet, relative to the wrong folder.
		return nil, fmt.Errorf("%w: %q can't be a file name", ErrDisc, n)
	}
	if w.o.Hidden = w.o.Hidden && list[0].inBin > 0; !w.o.Hidden {
		list[0].leaveOut(list)
	}
	var sheet *cue.Sheet
	if w.o.Single {
		sheet = w.single()
	} else {
		sheet = w.tracks()
	}
	if len(d.Packs) > 0 {
		sheet.CDTextFile = w.o.Name + ".cdt"
	}
	for i := range w.files {
		f := &w.files[i]
		f.Path = filepath.Join(dir, f.name)
		for _, p := range f.parts {
			f.Sectors += p.n
		}
		f.tag.Frames, f.tag.Tracks, f.tag.Album = int64(f.Sectors)*toc.SamplesPerSector, len(list), d.Title
		w.total += f.Sectors
	}
	if w.o.Loose {
		return w, nil
	}
	w.sheet, err = marshal(sheet)
	return w, err
}

// single plans one file.
func (w *job) single() *cue.Sheet {
	f := plannedFile{name: w.o.Name + w.o.Encoding.Ext, tag: Tag{Title: w.d.Title, Performer: w.d.Performer}}
	f.Track = w.list[0].Number
	for _, p := range w.list {
		f.parts = append(f.parts, part{p.Start - toc.LBA(p.inBin), p.inBin + p.Length + p.tail, p.Number})
	}
	f.Start = f.parts[0].lba
	w.files = []plannedFile{f}
	if w.o.TOC && w.list[len(w.list)-1].Session == 1 {
		w.toc = tocFile(w.d, w.list, f.name, w.o.Encoding)
	}
	return oneSheet(w.d, w.list, f.name, w.o.Encoding.fileType())
}

// tracks plans a file per track.
func (w *job) tracks() *cue.Sheet {
	name := func(n int) string { return trackName(n, w.o.Encoding.Ext) }
	if w.o.Hidden {
		w.files = append(w.files, plannedFile{name: name(0), parts: []part{{0, w.list[0].pause, 0}}})
	}
	for i, p := range w.list {
		n := p.Length
		if p.Sound {
			n += p.tail
			if i+1 < len(w.list) && p.holdsNext(w.list[i+1]) {
				n += w.list[i+1].pause
			}
		}
		f := plannedFile{name: name(p.Number), parts: []part{{p.Start, n, p.Number}}}
		f.File = File{Track: p.Number, Start: p.Start}
		f.tag = Tag{Track: p.Number, Title: p.Title, Performer: p.Performer, ISRC: p.ISRC}
		w.files = append(w.files, f)
	}
	return trackSheet(w.d, w.list, name, w.o.Hidden)
}

// free returns an error if a file of any of the names exists. Reading a disc takes minutes,
// and the last name would otherwise be tried at their end.
func (w *job) free() error {
	names := []string{}
	for _, f := range w.files {
		names = append(names, f.name)
	}
	if w.sheet != nil {
		names = append(names, w.o.Name+".cue")
		if len(w.d.Packs) > 0 {
			names = append(names, w.o.Name+".cdt")
		}
	}
	if w.toc != nil {
		names = append(names, w.o.Name+".toc")
	}
	for _, name := range names {
		path := filepath.Join(w.dir, name)
		if _, err := os.Lstat(path); err == nil {
			return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
		}
	}
	return nil
}

// create makes a file that doesn't exist yet.
func (w *job) create(name string) (*os.File, error) {
	if _, err := os.Lstat(w.dir); errors.Is(err, fs.ErrNotExist) {
		w.madeDir = true
	}
	if err := os.MkdirAll(w.dir, 0o777); err != nil {
		return nil, err
	}
	path := filepath.Join(w.dir, name)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		w.made = append(w.made, path)
	}
	return f, err
}

// cleanUp removes the files made so far if *err isn't nil.
func (w *job) cleanUp(err *error) {
	for _, path := range w.made {
		*err = errors.Join(*err, os.Remove(path))
	}
	if w.madeDir {
		_ = os.Remove(w.dir) // another program may have put files there meanwhile
	}
}

// file writes an audio file.
func (w *job) file(ctx context.Context, p plannedFile) error {
	f, err := w.create(p.name)
	if err != nil {
		return err
	}
	out, err := w.o.Encoding.New(f, p.tag)
	if err == nil {
		for _, part := range p.parts {
			if err = w.copy(ctx, out, part.lba, part.n); err != nil {
				err = fmt.Errorf("track %d: %w", part.track, err)
				break
			}
		}
		if cerr := out.Close(); err == nil { // otherwise it only reports that the file is incomplete
			err = cerr
		}
	}
	return errors.Join(err, f.Close())
}

// copy reads n sectors from lba on and writes them.
func (w *job) copy(ctx context.Context, to io.Writer, lba toc.LBA, n toc.Sectors) error {
	buf := make([]byte, min(n, chunk).Bytes())
	for n > 0 {
		// Only between reads: a read that the drive has begun is completed.
		if err := ctx.Err(); err != nil {
			return err
		}
		now := min(n, chunk)
		p := buf[:now.Bytes()]
		if err := w.d.Sectors.ReadSectors(ctx, lba, p); err != nil {
			return fmt.Errorf("sectors %d to %d: %w", lba, lba+toc.LBA(now)-1, err)
		}
		if w.o.Tap != nil {
			w.o.Tap(lba, p)
		}
		if _, err := to.Write(p); err != nil {
			return err
		}
		lba, n, w.done = lba+toc.LBA(now), n-now, w.done+now
		if w.o.Progress != nil {
			w.o.Progress(w.done, w.total)
		}
	}
	return nil
}

// texts writes the files next to the sheet.
func (w *job) texts(r *Result) (err error) {
	if len(w.d.Packs) > 0 && w.sheet != nil {
		if r.Packs, err = w.text(w.o.Name+".cdt", w.d.Packs); err != nil {
			return err
		}
	}
	if w.toc != nil {
		if _, err := w.text(w.o.Name+".toc", w.toc); err != nil {
			return err
		}
	}
	return nil
}

// text writes a small file. The sheet is written last: if it exists, the image is
// complete.
func (w *job) text(name string, data []byte) (string, error) {
	f, err := w.create(name)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	return f.Name(), errors.Join(err, f.Close())
}
