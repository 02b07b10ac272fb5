package album

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
	"pgregory.net/rapid"
)

// sectorFrames is one sector in frames.
const sectorFrames = toc.SamplesPerSector

// disc is a random set of files and a sheet over them; sample n of file f is f<<24 + n.
type disc struct {
	lengths []toc.Sectors
	sheet   strings.Builder
	starts  [][2]int // file and sector of each index 1
	pauses  map[int][2]int
	silence map[int]toc.Sectors // after track n
}

func drawDisc(t *rapid.T) *disc {
	d := &disc{pauses: map[int][2]int{}, silence: map[int]toc.Sectors{}}
	at := 0
	newFile := func() {
		fmt.Fprintf(&d.sheet, "FILE \"%d.wav\" WAVE\n", len(d.lengths))
		d.lengths = append(d.lengths, 0)
		at = 0
	}
	grow := func() {
		at += rapid.IntRange(1, 30).Draw(t, "sectors")
		d.lengths[len(d.lengths)-1] = toc.Sectors(at)
	}
	newFile()
	for n := range rapid.IntRange(1, 6).Draw(t, "tracks") {
		if n > 0 && rapid.Bool().Draw(t, "file per track") {
			newFile()
		}
		fmt.Fprintf(&d.sheet, "TRACK %02d AUDIO\n", n+1)
		if n > 0 && rapid.IntRange(0, 3).Draw(t, "silence") == 0 {
			gap := rapid.SampledFrom([]toc.Sectors{10, 150, 160, 400}).Draw(t, "pregap")
			fmt.Fprintf(&d.sheet, "PREGAP %s\n", gap.Position())
			d.silence[n-1] = max(gap-150, 0)
		}
		if n > 0 && rapid.Bool().Draw(t, "pause") {
			fmt.Fprintf(&d.sheet, "INDEX 00 %s\n", toc.Sectors(at).Position())
			d.pauses[n] = [2]int{len(d.lengths) - 1, at}
			grow()
			if rapid.Bool().Draw(t, "file after the pause") {
				newFile()
			}
		}
		fmt.Fprintf(&d.sheet, "INDEX 01 %s\n", toc.Sectors(at).Position())
		d.starts = append(d.starts, [2]int{len(d.lengths) - 1, at})
		grow()
	}
	return d
}

// write puts the files into a folder and returns the path of the sheet.
func (d *disc) write(dir string) (string, error) {
	for f, n := range d.lengths {
		data := wave(f<<24, int(n)*sectorFrames, 44100)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(f, ".wav")), data, 0o666); err != nil {
			return "", err
		}
	}
	path := filepath.Join(dir, "x.cue")
	return path, os.WriteFile(path, []byte(d.sheet.String()), 0o666)
}

// expect returns the samples of all tracks one after the other. Without the pauses those
// between INDEX 00 and INDEX 01 are missing.
func (d *disc) expect(dropGaps bool) (out []uint32) {
	file, at := d.starts[0][0], d.starts[0][1]
	upTo := func(to [2]int) {
		for ; file < to[0]; file, at = file+1, 0 {
			for s := at * sectorFrames; s < int(d.lengths[file])*sectorFrames; s++ {
				out = append(out, uint32(file<<24+s))
			}
		}
		for s := at * sectorFrames; s < to[1]*sectorFrames; s++ {
			out = append(out, uint32(file<<24+s))
		}
		at = to[1]
	}
	for n := 1; n <= len(d.starts); n++ {
		end := [2]int{len(d.lengths) - 1, int(d.lengths[len(d.lengths)-1])}
		if n < len(d.starts) {
			end = d.starts[n]
			if pause, ok := d.pauses[n]; ok && dropGaps {
				upTo(pause)
				file, at = end[0], end[1]
			}
		}
		upTo(end)
		for range int(d.silence[n-1]) * sectorFrames {
			out = append(out, 0xFFFFFFFF) // marked, see below
		}
	}
	return out
}

// However files and tracks are arranged: every sample is burned exactly once and in order,
// and only recorded pauses are left out, if requested.
func TestEverySampleOnce(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		d := drawDisc(rt)
		path, err := d.write(dir)
		if err != nil {
			rt.Fatal(err)
		}
		dropGaps := rapid.Bool().Draw(rt, "drop gaps")
		a, err := Open(context.Background(), []string{path}, &Options{DropGaps: dropGaps})
		if err != nil {
			rt.Fatalf("%v\n%s", err, d.sheet.String())
		}
		want, i := d.expect(dropGaps), 0
		for n, tr := range a.Tracks {
			src, err := tr.cut(nil)
			if err != nil {
				rt.Fatal(err)
			}
			if toc.Sectors(pcm.Sectors(src)) != tr.Sectors() {
				rt.Fatalf("track %d: %v, not %v", n+1, pcm.Sectors(src), tr.Sectors())
			}
			r, err := pcm.Open(src)
			if err != nil {
				rt.Fatal(err)
			}
			data, err := io.ReadAll(r)
			if err != nil {
				rt.Fatal(err)
			}
			for k := 0; k < len(data); k, i = k+4, i+1 {
				have := binary.LittleEndian.Uint32(data[k:])
				if i < len(want) && want[i] == 0xFFFFFFFF && have == 0 {
					continue // silence that was added
				}
				if i >= len(want) || have != want[i] {
					rt.Fatalf("track %d, sample %d: %#x\n%s", n+1, k/4, have, d.sheet.String())
				}
			}
		}
		if i != len(want) {
			rt.Fatalf("%d samples, not %d\n%s", i, len(want), d.sheet.String())
		}
	})
}
