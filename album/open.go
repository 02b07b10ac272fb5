package album

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/pool"
	"github.com/redbook-audio/redbook/toc"
)

// Open makes an album of audio files, folders, playlists and cue sheets, in the given
// order. It examines every file and checks that its format can be converted to CD audio;
// errors inside the audio are found by Album.Prepare. opts may be nil.
//
// The error covers every file, not only the first bad one: it is an Errors if there are
// several. It matches ErrNothing if no audio was found, ErrTooMany for more than 99 tracks,
// and the sentinels of package audio (*audio.Error) or the error of the file system, such as
// fs.ErrNotExist, for a bad file. A *TrackError names the track.
func Open(ctx context.Context, paths []string, opts *Options) (*Album, error) {
	o := &opener{files: map[string]*entryFile{}, several: len(paths) > 1}
	if opts != nil {
		o.opts = *opts
	}
	if o.opts.Raw {
		return o.raw(paths)
	}
	o.sheets = map[string]bool{}
	for _, path := range paths {
		if isSheet(path) {
			o.sheets[filepath.Clean(path)] = true
		}
	}
	if err := tooMany(count(paths)); err != nil {
		return nil, err
	}
	var albums []*Album
	var notes []Note
	var errs []error
	for _, path := range paths {
		a, err := o.open(ctx, path)
		if err != nil {
			errs = append(errs, split(err)...)
			continue
		}
		o.before += len(a.Tracks)
		if len(a.Tracks) == 0 {
			notes = append(notes, a.Notes...)
			continue
		}
		albums = append(albums, a)
	}
	if err := oneError(errs); err != nil {
		return nil, err
	}
	out := merge(albums)
	out.Notes = append(out.Notes, notes...)
	if len(out.Tracks) == 0 {
		return nil, ErrNothing
	}
	if err := tooMany(len(out.Tracks)); err != nil {
		return nil, err
	}
	return o.settle(out)
}

// tooMany returns an error for at least n tracks if that is more than a disc has. It is
// called as soon as names alone decide: examining hundreds of files takes minutes.
func tooMany(n int) error {
	if n <= toc.MaxTracks {
		return nil
	}
	return fmt.Errorf("%w: %d, and a disc has at most %d", ErrTooMany, n, toc.MaxTracks)
}

// count returns how many of the paths are certainly a track or several: files that are
// neither sheets nor playlists.
func count(paths []string) (n int) {
	for _, path := range paths {
		if isFile(path) && !isSheet(path) && !isPlaylist(path) {
			n++
		}
	}
	return n
}

// settle applies the options Level, LUFS and Spool to an album.
func (o *opener) settle(a *Album) (*Album, error) {
	a.level, a.lufs, a.folder = o.opts.Level, o.opts.LUFS, o.opts.Spool
	if loud := a.level == LoudAlbum || a.level == LoudTracks; loud && !(a.lufs >= minLUFS && a.lufs <= 0) {
		return nil, fmt.Errorf("a loudness of %v LUFS is not between %d and 0", a.lufs, minLUFS)
	}
	if a.level == LoudTracks {
		return a, a.divide()
	}
	return a, nil
}

// raw reads files without a header.
func (o *opener) raw(paths []string) (*Album, error) {
	if err := tooMany(len(paths)); err != nil {
		return nil, err
	}
	a := &Album{}
	var bad []error
	for i, path := range paths {
		o.opening(path)
		f, err := decode.OpenRaw(path)
		if err != nil {
			bad = append(bad, o.numbered(i+1, err))
			continue
		}
		a.add(fromAudio(f))
	}
	if err := oneError(bad); err != nil {
		return nil, err
	}
	return o.settle(a)
}

// add makes a track of a whole file.
func (a *Album) add(f *File) {
	a.Files = append(a.Files, f)
	a.Tracks = append(a.Tracks, Track{Name: f.Name(), Parts: []Part{{File: f, ToEnd: true}}})
}

// opener makes an album. It remembers the files, so that each is examined once.
type opener struct {
	opts  Options
	mu    sync.Mutex // of files and OnOpen
	files map[string]*entryFile

	sheets  map[string]bool // cue sheets among the arguments
	before  int             // number of tracks from the previous arguments
	several bool            // the album may have more than one track
}

type entryFile struct {
	once sync.Once
	f    *File
	err  error
}

// open makes an album of one path.
func (o *opener) open(ctx context.Context, path string) (*Album, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = fmt.Errorf("%s: %w", cmp.Or(path, `""`), pe.Err) // without the name of the system call
		}
		o.before++
		return nil, o.numbered(o.before, err)
	case info.IsDir():
		return o.folder(ctx, path)
	case !info.Mode().IsRegular():
		// Opening a pipe to detect its content would block. Package decode rejects it.
	case isSheet(path):
		return o.sheet(ctx, path)
	case isPlaylist(path):
		return o.playlist(ctx, path)
	}
	a, notes := o.beside(ctx, path)
	if a != nil {
		return a, nil
	}
	a, err = o.list(ctx, []item{{name: path}}, []string{path})
	if err == nil {
		a.Notes = append(a.Notes, notes...)
	}
	return a, err
}

// opening calls OnOpen.
func (o *opener) opening(path string) {
	if o.opts.OnOpen != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.opts.OnOpen(path)
	}
}

// text reads a sheet or playlist.
func (o *opener) text(path string) ([]byte, error) {
	o.opening(path)
	return readText(path)
}

// layout is how a file stores audio: with a header, or in one of two byte orders without.
type layout string

const (
	withHeader layout = ""
	bareLittle layout = "BINARY"
	bareBig    layout = "MOTOROLA"
)

// audio examines a file, or returns the result of the first time.
func (o *opener) audio(ctx context.Context, path string, how layout) (*File, error) {
	key := path + "\x00" + string(how)
	o.mu.Lock()
	e := o.files[key]
	if e == nil {
		e = &entryFile{}
		o.files[key] = e
	}
	o.mu.Unlock()
	e.once.Do(func() {
		o.opening(path)
		var f *decode.File
		switch how {
		case bareLittle:
			f, e.err = decode.OpenRaw(path)
		case bareBig:
			f, e.err = decode.OpenMotorola(path)
		default:
			if f, e.err = decode.OpenContext(ctx, path); e.err == nil {
				_, e.err = convert.ToCDDA(f) // fails for example if the sample rate can't be converted
			}
		}
		if e.err == nil {
			e.f = fromAudio(f)
		}
	})
	return e.f, e.err
}

// numbered returns the error of a track, with the track's number if there are several.
func (o *opener) numbered(track int, err error) error {
	if o.several {
		return &TrackError{track, err}
	}
	return err
}

// tracks examines files that are one track each.
func (o *opener) tracks(ctx context.Context, paths []string) ([]*File, error) {
	files, errs, err := o.all(ctx, paths, nil)
	if err != nil {
		return nil, err
	}
	o.several = o.several || len(paths) > 1
	for i, err := range errs {
		if err != nil {
			errs[i] = o.numbered(o.before+i+1, err)
		}
	}
	if err := oneError(errs); err != nil {
		o.before += len(paths)
		return nil, err
	}
	return files, nil
}

// all examines several files in parallel, since some must be decoded to determine their
// length. how, which may be nil, returns the layout of each. errs has one element per file;
// err is that of the context.
func (o *opener) all(ctx context.Context, paths []string, how func(i int) layout) (files []*File, errs []error, err error) {
	files = make([]*File, len(paths))
	errs = make([]error, len(paths))
	pool.Each(0, len(paths), func(i int) {
		as := withHeader
		if how != nil {
			as = how(i)
		}
		files[i], errs[i] = o.audio(ctx, paths[i], as)
	})
	return files, errs, ctx.Err()
}

// list makes tracks of files, several from a file with an embedded cue sheet.
func (o *opener) list(ctx context.Context, items []item, paths []string) (*Album, error) {
	files, err := o.tracks(ctx, paths)
	if err != nil {
		return nil, err
	}
	var albums []*Album
	for i, f := range files {
		a := o.embedded(f)
		if a == nil {
			a = fromFile(f, items[i].title)
		}
		albums = append(albums, a)
	}
	return merge(albums), nil
}

// sheet makes tracks of a cue sheet.
func (o *opener) sheet(ctx context.Context, path string) (*Album, error) {
	data, err := o.text(path)
	if err != nil {
		return nil, err
	}
	sheet, err := parseSheet(path, data)
	if err != nil {
		return nil, err
	}
	return o.fromSheet(ctx, path, sheet)
}

// fromSheet finds and opens the files of a sheet.
func (o *opener) fromSheet(ctx context.Context, path string, sheet *cue.Sheet) (*Album, error) {
	paths, notes, err := sheetFiles(path, sheet)
	if err != nil {
		return nil, err
	}
	if sheet, paths, err = joinRepeated(path, sheet, paths); err != nil {
		return nil, err
	}
	// BINARY and MOTOROLA mean that the file has no header, but many sheets say so wrongly.
	files, errs, err := o.all(ctx, paths, func(i int) layout {
		if how := layout(sheet.Files[i].Type); (how == bareLittle || how == bareBig) && !decode.Headed(paths[i]) {
			return how
		}
		return withHeader
	})
	if err != nil {
		return nil, err
	}
	if err := sheetErrors(path, sheet, errs); err != nil {
		return nil, err
	}
	a, err := fromSheet(path, sheet, files, o.opts.DropGaps)
	if err != nil {
		return nil, err
	}
	a.Notes = append(notes, a.Notes...)
	a.Notes = append(a.Notes, encodingNotes(path, sheet.Encoding)...)
	seen := map[*File]bool{}
	for _, f := range files {
		if !seen[f] {
			seen[f] = true
			a.Files = append(a.Files, f)
			a.Notes = append(a.Notes, fileNotes(f)...)
		}
	}
	return a, nil
}

// sheetErrors joins the errors of the files of a sheet without duplicates, and adds the
// number of the first track in each file.
func sheetErrors(path string, sheet *cue.Sheet, errs []error) error {
	var list []error
	for i, err := range errs {
		if err == nil || slices.Contains(errs[:i], err) {
			continue
		}
		n := slices.IndexFunc(sheet.Tracks, func(t cue.Track) bool {
			start, _ := t.Index(1)
			return start.File == i
		})
		if len(sheet.Files) > 1 && n >= 0 {
			err = &TrackError{n + 1, err}
		}
		list = append(list, fmt.Errorf("%s: %w", path, err))
	}
	return oneError(list)
}

// playlist makes tracks of a playlist.
func (o *opener) playlist(ctx context.Context, path string) (*Album, error) {
	data, err := o.text(path)
	if err != nil {
		return nil, err
	}
	items, err := parsePlaylist(path, data)
	if err != nil {
		return nil, err
	}
	var used []item
	var paths []string
	var notes []Note
	var missing []error
	for _, it := range items {
		found, how, err := it.locate(filepath.Dir(path))
		if it.maybe && (err != nil || how == otherName) {
			continue // a comment
		}
		used = append(used, it)
		if errors.Is(err, os.ErrNotExist) {
			err = fmt.Errorf("%q: %w", it.name, os.ErrNotExist)
		}
		if err != nil {
			missing = append(missing, fmt.Errorf("%s: line %d: %w", path, it.line, err))
			continue
		}
		if how == otherName {
			notes = append(notes, Note{Kind: noteOtherName, File: path, Line: it.line, Name: it.name, Used: filepath.Base(found)})
		}
		paths = append(paths, found)
	}
	if err := oneError(missing); err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: the playlist has no entries: %w", path, ErrNothing)
	}
	a, err := o.list(ctx, used, paths)
	if err != nil {
		list := split(err)
		for i, err := range list {
			list[i] = fmt.Errorf("%s: %w", path, err)
		}
		return nil, oneError(list)
	}
	a.Notes = append(append(encodingNotes(path, items[0].encoding), notes...), a.Notes...)
	return a, nil
}

// encodingNotes returns a note if the encoding of a sheet was guessed.
func encodingNotes(path, encoding string) []Note {
	if encoding == "UTF-8" || encoding == "UTF-16" {
		return nil
	}
	return []Note{{Kind: noteEncoding, File: path, Name: encoding}}
}
