package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// checkTOC checks --toc before anything is burned.
func checkTOC(b *burnFlags) error {
	if b.toc != "" && b.append {
		return usage("--toc lists a whole disc, and --append adds to one: use only one of them")
	}
	return nil
}

// writeTOC writes the table of contents of a burned disc, with the titles and performers
// that track-at-once can't record. The addresses are those of the image that redbook sim
// export writes.
func (m *material) writeTOC(path string, force bool, r *burn.Report) error {
	if path == "" || r.TestWrite || len(r.OnDisc) == 0 {
		return nil
	}
	end := toc.LBA(-toc.PregapSectors)
	left := slices.ContainsFunc(r.Notes, func(n burn.Note) bool { return n.Kind == notekind.IndexesLeft })
	disc := &image.Disc{MCN: r.MCN, Title: m.title(), Performer: m.performer()}
	for i, t := range r.Tracks {
		if t.Status != burn.TrackOK {
			break
		}
		var marks []toc.IndexMark
		pregap, runOut := toc.Sectors(toc.PregapSectors), toc.Sectors(placing.RunOutSectors)
		if r.Mode == burn.ModeSAO { // the pause is the gap between them
			pregap, runOut = toc.Sectors(t.Start-end), 0
			if !left {
				marks = m.Tracks[i].Indexes
			}
		}
		end = t.Start + toc.LBA(t.Sectors)
		disc.Tracks = append(disc.Tracks, image.Track{
			TrackInfo: toc.TrackInfo{Title: m.Tracks[i].Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control, Indexes: marks},
			Number:    t.Number, Start: t.Start, Pregap: pregap, Length: t.Sectors, RunOut: runOut,
		})
	}
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	sheet, err := image.Sheet(disc, base+".bin")
	if err == nil {
		err = writeFile(path, force, sheet)
	}
	if err != nil {
		return fail(exitFailed, "The disc is burned; only the table of contents is missing.", "--toc: %w", err)
	}
	return nil
}

// writeNew writes a new file; after an error it is removed.
func writeNew(path string, data []byte) error { return writeFile(path, false, data) }

// writeFile writes a new file, or with force replaces an existing one. After an error the
// file is removed.
func writeFile(path string, force bool, data []byte) error {
	f, err := create(path, force)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s already exists", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
