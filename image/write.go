package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
	"github.com/redbook-audio/redbook/wav"
)

// chunk is the number of sectors that are read at a time: as much as fits in one
// command on every system.
const chunk = 27

// Remarks in the cue sheet for what its format has no word for. Other programs
// pass over them.
const (
	remRunOut  = "REDBOOK RUNOUT %d"         // sectors of the track, in the file, behind its audio
	remSession = "REDBOOK SESSION %d LBA %d" // first track of a later session, and where it starts
)

// Progress is called with how many of the sectors have been written. It may be nil.
type Progress func(done, total toc.Sectors)

// WriteBinCue writes base.bin and base.cue to the folder dir, which is made if it
// doesn't exist, and gives the path of the cue sheet. Existing files are never
// overwritten (fs.ErrExist). On an error, or when ctx is done, nothing is left.
//
// An error matches ErrDisc if the disc isn't one that can be kept like this.
func WriteBinCue(ctx context.Context, dir, base string, d *Disc, progress Progress) (cuePath string, err error) {
	list, err := readable(d)
	if err != nil {
		return "", err
	}
	if base != filepath.Base(base) || strings.Trim(base, ".") == "" || strings.ContainsAny(base, `"\/`) {
		// A path in base would end up in the sheet, relative to the wrong folder.
		return "", fmt.Errorf("%w: %q is no name for a file", ErrDisc, base)
	}
	// The sheet first: if it can't be written, no time is spent on the audio.
	sheet, err := binSheet(d, list, base+".bin").MarshalText()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrDisc, err)
	}
	out := &output{ctx: ctx, dir: dir, sectors: d.Sectors, progress: progress, total: list[len(list)-1].end()}
	defer out.cleanUp(&err)
	bin, err := out.create(base + ".bin")
	if err != nil {
		return "", err
	}
	for _, p := range list {
		if err := out.copy(bin, p.Start-toc.LBA(p.inBin), p.inBin+p.Length+p.tail); err != nil {
			return "", errors.Join(fmt.Errorf("track %d: %w", p.Number, err), bin.Close())
		}
	}
	if err := bin.Close(); err != nil {
		return "", err
	}
	return out.sheet(base+".cue", sheet)
}

// Sheet gives the cue sheet that WriteBinCue writes beside a BIN file of that name,
// for callers that keep the positions but not the audio. d.Sectors is not used.
func Sheet(d *Disc, bin string) ([]byte, error) {
	list, err := places(d)
	if err != nil {
		return nil, err
	}
	text, err := binSheet(d, list, plain(bin)).MarshalText()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDisc, err)
	}
	return text, nil
}

// readable gives the places of a disc that can be read.
func readable(d *Disc) ([]place, error) {
	list, err := places(d)
	if err == nil && d.Sectors == nil {
		err = fmt.Errorf("%w: there is nothing to read its sectors from", ErrDisc)
	}
	return list, err
}

// WriteTracks writes the audio of each track to track01.wav, track02.wav ... in the
// folder dir, and tracks.cue with what a WAV file has no place for. It gives the
// path of the cue sheet. Folder, existing files and errors are as for WriteBinCue.
// Sound in the pauses, or hidden before the first track, is in the BIN file only.
func WriteTracks(ctx context.Context, dir string, d *Disc, progress Progress) (cuePath string, err error) {
	list, err := readable(d)
	if err != nil {
		return "", err
	}
	sheet, err := trackSheet(d, list).MarshalText()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrDisc, err)
	}
	out := &output{ctx: ctx, dir: dir, sectors: d.Sectors, progress: progress}
	defer out.cleanUp(&err)
	for _, p := range list {
		out.total += p.Length
	}
	for _, p := range list {
		if err := out.track(p); err != nil {
			return "", fmt.Errorf("track %d: %w", p.Number, err)
		}
	}
	return out.sheet("tracks.cue", sheet)
}

// TrackName is the name of the WAV file of track n: "track01.wav".
func TrackName(n int) string { return fmt.Sprintf("track%02d.wav", n) }

// output is a set of files being written: all of them or none.
type output struct {
	ctx         context.Context
	dir         string
	sectors     SectorReader
	progress    Progress
	done, total toc.Sectors
	made        []string // paths, to be removed on an error
}

// create makes a file that doesn't exist yet.
func (o *output) create(name string) (*os.File, error) {
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return nil, err
	}
	path := filepath.Join(o.dir, name)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		o.made = append(o.made, path)
	}
	return f, err
}

// cleanUp removes what was made if *err isn't nil.
func (o *output) cleanUp(err *error) {
	if *err == nil {
		return
	}
	for _, path := range o.made {
		*err = errors.Join(*err, os.Remove(path))
	}
}

// copy reads n sectors from lba on and writes them to w.
func (o *output) copy(w io.Writer, lba toc.LBA, n toc.Sectors) error {
	buf := make([]byte, chunk*toc.SectorSize)
	for n > 0 {
		// Between readings only: one that the drive has begun is let finish.
		if err := o.ctx.Err(); err != nil {
			return err
		}
		now := min(n, chunk)
		p := buf[:now.Bytes()]
		if err := o.sectors.ReadSectors(lba, p); err != nil {
			return fmt.Errorf("sectors %d to %d: %w", lba, lba+toc.LBA(now)-1, err)
		}
		if _, err := w.Write(p); err != nil {
			return err
		}
		lba, n, o.done = lba+toc.LBA(now), n-now, o.done+now
		if o.progress != nil {
			o.progress(o.done, o.total)
		}
	}
	return nil
}

// track writes the WAV file of one track.
func (o *output) track(p place) error {
	f, err := o.create(TrackName(p.Number))
	if err != nil {
		return err
	}
	w, err := wav.NewWriter(f, pcm.CDDA, nil)
	if err == nil {
		err = o.copy(w, p.Start, p.Length)
		err = errors.Join(err, w.Close())
	}
	return errors.Join(err, f.Close())
}

// sheet writes the cue sheet, last of all: where one is, the image is complete.
func (o *output) sheet(name string, text []byte) (string, error) {
	f, err := o.create(name)
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	return f.Name(), errors.Join(err, f.Close())
}
