package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/image"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// simExportCommand writes a disc as files that other programs read.
func simExportCommand(a *app) *cobra.Command {
	var output string
	cmd := a.command("export DISC", "Write a disc as BIN+CUE and as one WAV file per track",
		"  redbook sim export --output album first.disc", exactArgs(1, "the disc's file"),
		func(ctx context.Context, args []string) error {
			if output == "" {
				return usage("--output: say which folder the files go to")
			}
			return a.exportDisc(ctx, args[0], output)
		})
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FOLDER` for the files; it is made if it isn't there")
	return cmd
}

// exportDisc writes what is on a disc, by the truth and not as a drive would read it.
func (a *app) exportDisc(ctx context.Context, file, folder string) (err error) {
	disc, err := sim.OpenDisc(strings.TrimPrefix(file, simPrefix))
	if err != nil {
		return discFileError(file, err)
	}
	defer func() { err = errors.Join(err, disc.Close()) }()
	d := imageOf(disc)
	if len(d.Tracks) == 0 {
		return fail(exitNoDisc, "", "%s has no finished track: there is nothing to export", file)
	}
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	bin, err := image.WriteBinCue(ctx, folder, base, d, nil)
	if err != nil {
		return writeError(err)
	}
	tracks, err := image.WriteTracks(ctx, folder, d, nil)
	if err != nil {
		return writeError(err)
	}
	a.note("%s of %s are in %s.", count(len(d.Tracks), "track"), file, folder)
	if a.flags.json {
		return a.document("export", struct {
			File   string `json:"file"`
			Bin    string `json:"bin_cue"`
			Tracks string `json:"tracks_cue"`
			Count  int    `json:"tracks"`
		}{file, bin, tracks, len(d.Tracks)})
	}
	return nil
}

// writeError is the failure to write files.
func writeError(err error) error {
	if errors.Is(err, context.Canceled) {
		return fail(exitCancelled, "", "cancelled; no file was left half written")
	}
	if errors.Is(err, fs.ErrExist) {
		return fail(exitFailed, "Choose another folder, or remove the file first.", "%w", err)
	}
	return fail(exitFailed, "", "%w", err)
}

// imageOf describes the finished tracks of a simulated disc.
func imageOf(disc *sim.Disc) *image.Disc {
	d := &image.Disc{MCN: disc.MCN(), Sectors: disc}
	for _, t := range disc.Tracks() {
		if t.State != sim.TrackComplete {
			continue
		}
		d.Tracks = append(d.Tracks, image.Track{
			TrackInfo: toc.TrackInfo{ISRC: t.ISRC, Control: t.Control},
			Number:    t.Number, Session: t.Session, Start: t.Start,
			Pregap: t.Pregap, Length: t.Size, RunOut: t.RunOut,
		})
	}
	return d
}

// simImportCommand is the way back.
func simImportCommand(a *app) *cobra.Command {
	return a.command("import CUE DISC", "Make a simulated disc of a cue sheet and its files",
		"  redbook sim import album/first.cue copy.disc", exactArgs(2, "a cue sheet and the file to make"),
		func(ctx context.Context, args []string) error { return a.importDisc(ctx, args[0], args[1]) })
}

// importDisc burns the tracks of an image onto a new disc: its layout is what
// track-at-once makes, with two seconds of pause between tracks.
func (a *app) importDisc(ctx context.Context, cue, file string) (err error) {
	img, err := image.Open(cue)
	if err != nil {
		return fail(exitBadInput, "", "%w", err)
	}
	disc, err := sim.CreateDisc(file, sim.CDR80)
	if errors.Is(err, fs.ErrExist) {
		return fail(exitFailed, "Take another name, or remove the file first.", "%s is there already", file)
	}
	if err != nil {
		return fail(exitFailed, "", "%w", err)
	}
	drive := sim.New(sim.Config{Disc: disc})
	defer func() {
		drive.Eject()
		if err = errors.Join(err, disc.Close()); err != nil {
			err = errors.Join(err, os.Remove(file)) // half a copy is none
		}
	}()
	d, err := mmc.Open(ctx, drive)
	if err != nil {
		return err
	}
	tracks := make([]tao.Track, len(img.Tracks))
	for i, t := range img.Tracks {
		tracks[i] = tao.Track{TrackInfo: t.TrackInfo, Source: t.Source}
	}
	if _, err := tao.Burn(ctx, d, tracks, &tao.Options{MCN: img.MCN}); err != nil {
		return err
	}
	a.note("%s of %s are on %s.", count(len(tracks), "track"), cue, file)
	if a.flags.json {
		return a.document("disc", discDocOf(file, disc))
	}
	return nil
}
