package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// mediaPressed is the value of --media for a pressed disc.
const mediaPressed = "pressed"

// simImportCommand is the reverse of sim export.
func simImportCommand(a *app) *cobra.Command {
	var medium string
	var exact bool
	cmd := a.command("import CUE DISC", "Make a simulated disc from a cue sheet or a cdrdao TOC file",
		"  redbook sim import album/first.cue copy.disc\n  redbook sim import --media pressed album/first.cue shop.disc",
		exactArgs(2, "a cue sheet or TOC file, and the file to make"), func(ctx context.Context, args []string) error {
			media, err := sim.CDR80, error(nil)
			if medium != mediaPressed {
				if media, err = mediaOf(medium, false); err != nil {
					return err
				}
			}
			return importDisc(ctx, a.talk, a.data, args[0], args[1], media, medium == mediaPressed, exact)
		})
	cmd.Flags().StringVar(&medium, "media", "80",
		"`MEDIUM` to make, as for sim new; or pressed: a pressed audio CD, which no drive can write to")
	cmd.Flags().BoolVar(&exact, "exact", false,
		"keep the pauses, index marks and CD-TEXT of the image, as session-at-once does")
	return cmd
}

// importDisc records the tracks of an image on a new disc.
func importDisc(ctx context.Context, t *talk, data *results, cue, file string, media sim.Media, press, exact bool) (err error) {
	dec := &decoder{map[string]*spool.Spool{}}
	defer func() { err = errors.Join(err, dec.close()) }()
	img, err := image.Open(cue, func(path string) (pcm.Source, error) { return dec.open(ctx, path) })
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled):
		return fail(exitCanceled, "", "canceled; no disc was made")
	case diskFull(err) || errors.Is(err, spool.ErrNoSpace):
		return fail(exitFailed, "", "%w", err)
	default:
		return fail(exitBadInput, "", "%w", err)
	}
	for _, n := range img.Notes {
		t.note("%s", remark{File: cue, Line: n.Line, Text: n.Text})
	}
	disc, err := sim.CreateDisc(file, media)
	if errors.Is(err, fs.ErrExist) {
		return fail(exitFailed, "Choose another name, or remove the file first.", "%s already exists", file)
	}
	if err != nil {
		return fail(exitFailed, "", "%w", err)
	}
	defer func() {
		if err = errors.Join(err, disc.Close()); err != nil {
			err = errors.Join(err, os.Remove(file)) // a partial copy is useless
		}
	}()
	switch {
	case press:
		for i := range img.Tracks {
			img.Tracks[i].RunOut = 0 // only recorded discs have one
		}
		err = placeImage(img, cue, disc.Press)
	case exact:
		err = placeImage(img, cue, disc.RecordAtOnce)
	default:
		err = burnImage(ctx, disc, img)
	}
	if err != nil {
		return err
	}
	t.note("Copied %s of %s to %s, a %s.", count(len(img.Tracks), "track"), cue, file, disc.Summary().Media.Summary)
	if t.flags.json {
		return data.document("disc", discDocOf(file, disc))
	}
	return nil
}

// decoder decodes the files of an image that are neither WAV nor headerless samples. It
// decodes each file once and as a whole: tracks are cut out of the result.
type decoder struct {
	kept map[string]*spool.Spool // by path
}

func (d *decoder) open(ctx context.Context, path string) (pcm.Source, error) {
	if s := d.kept[path]; s != nil {
		return s.Sources()[0], nil
	}
	f, err := decode.OpenContext(ctx, path)
	if err != nil {
		return nil, err
	}
	kept, err := spool.New(ctx, []pcm.Source{f}, nil)
	if err != nil {
		return nil, err
	}
	d.kept[path] = kept
	return kept.Sources()[0], nil
}

// close removes the decoded audio.
func (d *decoder) close() error {
	var errs []error
	for _, s := range d.kept {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// burnImage burns the tracks with the layout of track-at-once: two seconds of pause
// between them.
func burnImage(ctx context.Context, disc *sim.Disc, img *image.Image) error {
	drive := sim.New(sim.Config{Disc: disc})
	defer drive.Eject()
	d, err := mmc.Open(ctx, drive)
	if err != nil {
		return err
	}
	tracks := make([]burn.Track, len(img.Tracks))
	for i, t := range img.Tracks {
		tracks[i] = burn.Track{Source: t.Source}.WithInfo(t.TrackInfo)
	}
	_, err = tao.Burn(ctx, d, tracks, &burn.Options{MCN: img.MCN})
	return err
}

// textFile is the file with the CD-TEXT of a disc, next to its cue sheet: the packs
// unchanged.
func textFile(cue string) string { return strings.TrimSuffix(cue, filepath.Ext(cue)) + ".cdt" }

// placeImage makes a disc with the pauses of the cue sheet, the audio in them, the
// indexes, and the CD-TEXT next to the sheet.
func placeImage(img *image.Image, cue string, place func(toc.MCN, []byte, []sim.PressedTrack) error) error {
	tracks := make([]sim.PressedTrack, len(img.Tracks))
	for i, t := range img.Tracks {
		audio, err := withRunOut(&t)
		if err != nil {
			return fail(exitBadInput, "", "%w", err)
		}
		tracks[i] = sim.PressedTrack{Pregap: t.Pregap, Control: t.Control, SCMS: t.SCMS, ISRC: t.ISRC, Open: audio.Open}
		if t.Pause != nil {
			tracks[i].Pause = t.Pause.Open
		}
		for _, mark := range t.Indexes {
			tracks[i].Indexes = append(tracks[i].Indexes, mark.Offset)
		}
	}
	text, err := textOf(img, cue)
	if err != nil {
		return fail(exitBadInput, "", "%w", err)
	}
	if err := place(img.MCN, text, tracks); err != nil {
		return fail(exitBadInput, "", "%w", err)
	}
	return nil
}

// withRunOut returns the audio of a track and the silence between it and the next pause: a
// track recorded track-at-once has two sectors of it.
func withRunOut(t *image.SourceTrack) (pcm.Source, error) {
	if t.RunOut == 0 {
		return t.Source, nil
	}
	rest := int64(t.Length+t.RunOut)*toc.SamplesPerSector - t.Source.Frames()
	return pcm.Join(t.Source.Name(), t.Source, pcm.Silence("run-out", rest))
}

// maxCDText exceeds 8 blocks of 256 packs.
const maxCDText = 1 << 20

// textOf returns the CD-TEXT for a disc: from the file that the sheet names, from the file
// next to it, or made of the titles.
func textOf(img *image.Image, cue string) ([]byte, error) {
	file := img.CDTextFile
	if file == "" {
		file = textFile(cue)
	}
	data, err := readUpTo(file, maxCDText)
	if errors.Is(err, fs.ErrNotExist) && img.CDTextFile == "" {
		return img.EncodeText()
	}
	if err != nil {
		return nil, err
	}
	packs, _, err := cdtext.ParseFile(data)
	return packs, err
}
