package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// simExportCommand writes a disc as files for other programs.
func simExportCommand(a *app) *cobra.Command {
	var output string
	cmd := a.command("export DISC", "Write a disc as BIN+CUE and as one WAV file per track",
		"  redbook sim export --output album first.disc", exactArgs(1, "the disc's file"),
		func(ctx context.Context, args []string) error {
			if output == "" {
				return usage("name the folder for the files: --output FOLDER")
			}
			return exportDisc(ctx, a.talk, a.data, args[0], output)
		})
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FOLDER` for the files; created if it does not exist")
	return cmd
}

// exportDoc is redbook sim export --json.
type exportDoc struct {
	File   string `json:"file"`
	Bin    string `json:"bin_cue"`
	Tracks string `json:"tracks_cue"`
	Count  int    `json:"tracks"`
}

// exportDisc writes what is really on a disc, not what a drive would read.
func exportDisc(ctx context.Context, t *talk, data *results, file, folder string) (err error) {
	disc, err := sim.OpenDisc(strings.TrimPrefix(file, simPrefix))
	if err != nil {
		return discFileError(file, err)
	}
	defer func() { err = errors.Join(err, disc.Close()) }()
	d := imageOf(disc)
	if len(d.Tracks) == 0 {
		return fail(exitNoDisc, "", "%s has no finished track to export", file)
	}
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	whole, err := image.Write(ctx, folder, d, &image.Options{Encoding: image.Binary, Single: true, Hidden: true, TOC: true, Name: base})
	if err != nil {
		return writeError(err)
	}
	tracks, err := image.Write(ctx, folder, d, nil)
	if err != nil {
		return writeError(errors.Join(err, whole.Remove())) // everything or nothing
	}
	t.note("Wrote %s of %s to %s.", count(len(d.Tracks), "track"), file, folder)
	if t.flags.json {
		return data.document("export", exportDoc{file, whole.Sheet, tracks.Sheet, len(d.Tracks)})
	}
	return nil
}

// writeError is the failure to write files.
func writeError(err error) error {
	if errors.Is(err, context.Canceled) {
		return fail(exitCanceled, "", "canceled; no partial file was left")
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrExist) {
		return fail(exitFailed, "Choose another folder, or remove the file first.", "%s already exists", path.Path)
	}
	return fail(exitFailed, "", "%w", err)
}

// marksOf returns the indexes of a track from 2 on.
func marksOf(t sim.Track) []toc.IndexMark {
	var marks []toc.IndexMark
	for i, at := range t.Indexes {
		marks = append(marks, toc.IndexMark{Index: uint8(i + 2), Offset: toc.Sectors(at - t.Start)})
	}
	return marks
}

// imageOf describes the finished tracks of a simulated disc.
func imageOf(disc *sim.Disc) *image.Disc {
	d := &image.Disc{MCN: disc.Summary().MCN, Sectors: platter{disc}}
	for _, s := range disc.Sessions() {
		if len(d.Packs) == 0 {
			d.Packs = s.Text
		}
	}
	album, texts := rip.Titles(d.Packs)
	d.Title, d.Performer, d.Text = album.Title, album.Performer, image.Rest(album)
	for _, t := range disc.Tracks() {
		if t.State != "complete" {
			continue
		}
		d.Tracks = append(d.Tracks, image.Track{
			TrackInfo: toc.TrackInfo{
				Title: texts[t.Number].Title, Performer: texts[t.Number].Performer, ISRC: t.ISRC, Control: t.Control, Indexes: marksOf(t),
			},
			Text: image.Rest(texts[t.Number]), SCMS: t.Copy,
			Number: t.Number, Session: t.Session, Start: t.Start,
			Pregap: t.Pregap, Length: t.Size, RunOut: t.RunOut,
		})
	}
	return d
}

// platter reads a simulated disc without a drive.
type platter struct{ disc *sim.Disc }

// ReadSectors is that of image.SectorReader.
func (p platter) ReadSectors(_ context.Context, lba toc.LBA, b []byte) error {
	return p.disc.ReadSectors(lba, b)
}
