package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/image"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// readDoc is what `redbook read --json` prints.
type readDoc struct {
	Device string      `json:"device"`
	Folder string      `json:"folder"`
	Cue    string      `json:"cue"`
	Tracks []readTrack `json:"tracks"`
	Lost   int         `json:"unreadable_samples,omitempty"` // at the edges, with --offset
}

// readTrack is one track that was read.
type readTrack struct {
	Number  int         `json:"number"`
	File    string      `json:"file"`
	Sectors toc.Sectors `json:"sectors"`
}

// readCommand reads audio back. The files are made by package image, all of them or
// none, and never over existing ones: a disc may be the only copy of what a careless
// name would overwrite.
func readCommand(a *app) *cobra.Command {
	var output, only string
	var offset int
	cmd := a.command("read", "Read the tracks of a disc into WAV files",
		"  redbook read --output album\n  redbook read --output album --tracks 2,5", noArgs,
		func(ctx context.Context, _ []string) error {
			if output == "" {
				return usage("--output: say which folder the files go to")
			}
			set, err := parseTracks("--tracks", only)
			if err != nil {
				return err
			}
			set.all = set.all || only == ""
			if offset < -5880 || offset > 5880 {
				return usage("--offset %d: drives read up to ten sectors off, -5880 to 5880 samples", offset)
			}
			return a.withDevice(ctx, justLook, func(ctx context.Context, d *device) error {
				return a.readDisc(ctx, d, output, set, offset)
			})
		})
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FOLDER` for track01.wav, track02.wav ...; it is made if it isn't there")
	cmd.Flags().StringVar(&only, "tracks", "all", "`TRACKS` to read: all, or such as 2,5-7")
	cmd.Flags().IntVar(&offset, "offset", 0, "the drive's read offset correction in `SAMPLES`, as AccurateRip lists it")
	return cmd
}

// readDisc writes the audio tracks of set to files.
func (a *app) readDisc(ctx context.Context, d *device, folder string, set trackSet, offset int) error {
	on, img, err := a.audioOf(ctx, d, set)
	if err != nil {
		return err
	}
	if len(img.Tracks) == 0 {
		return fail(exitNoDisc, "", "the disc has no such audio track")
	}
	sectors := disc.NewReader(d.drive, on, &disc.ReaderOptions{Offset: offset})
	img.Sectors = driveSectors{ctx, sectors}
	tenths := 0
	cue, err := image.WriteTracks(ctx, folder, img, func(done, total toc.Sectors) {
		part := share(int64(done), int64(total))
		a.console.live("Reading  " + bar(part))
		if t := int(part * 10); t > tenths && !a.screen.live && !a.flags.json {
			tenths = t
			a.note("Reading: %d %%", t*10)
		}
	})
	a.console.clear()
	if err != nil {
		return a.readError(&on, err)
	}
	return a.tellRead(d, folder, cue, img, sectors.Lost())
}

// readError tells a disc that can't be read from files that can't be written. Many
// drives read nothing of a session, or of a track, that isn't ended.
func (a *app) readError(on *disc.Disc, err error) error {
	if _, sense := errors.AsType[*scsi.SenseError](err); sense && on.Status.Value == mmc.DiscIncomplete {
		return fail(exitNoDisc, "To close it: redbook close"+a.deviceFlag(),
			"the disc is open, and the drive doesn't read it until it is closed: %w", err)
	}
	if code := classify(err); code != exitFailed {
		return &failure{code: code, err: err, next: a.adviceFor(err)}
	}
	if drives(err) {
		return a.adviseBurn(burn.Wrap(burn.PhaseRead, 0, 0, err), nil, nil)
	}
	return writeError(err)
}

// tellRead says what was read.
func (a *app) tellRead(d *device, folder, cue string, img *image.Disc, lost int) error {
	doc := readDoc{Device: d.name, Folder: folder, Cue: cue, Lost: lost}
	for _, t := range img.Tracks {
		file := filepath.Join(folder, image.TrackName(t.Number))
		doc.Tracks = append(doc.Tracks, readTrack{t.Number, file, t.Length})
	}
	if lost > 0 {
		a.warn("%d samples before or after the tracks can't be read; they are silence in the files", lost)
	}
	if a.flags.json {
		return a.document("read", doc)
	}
	for _, t := range doc.Tracks {
		if err := a.print("%s\t%v\n", t.File, t.Sectors); err != nil {
			return err
		}
	}
	return nil
}
