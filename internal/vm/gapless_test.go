//go:build linux

package vm_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// gaplessFrames are the lengths of twelve files of continuous music, in sample frames:
// hardly any of them ends on a sector boundary.
func gaplessFrames() []int {
	frames := make([]int, 12)
	for i := range frames {
		frames[i] = 4*44100 + 588*i + 97*i + 13
	}
	return frames
}

// flacs encodes songs with the reference encoder.
func flacs(t *testing.T, g *guest, songs []song) (names string, music []byte) {
	t.Helper()
	for _, s := range songs {
		wav := filepath.Join(g.shared, filepath.Dir(s.file[len("/vm/"):]), filepath.Base(s.file))
		out, err := exec.Command("flac", "--silent", "--fast", "--delete-input-file", wav).CombinedOutput()
		require.NoError(t, err, "%s", out)
		names += " " + s.file[:len(s.file)-len("wav")] + "flac"
		music = append(music, s.samples[:s.length]...)
	}
	return names, music
}

// gaplessRow burns twelve FLAC files without gaps and reads them as one stream: no sample
// between the tracks is added or lost.
func gaplessRow(t *testing.T, g *guest) {
	songs := g.album(t, "gapless", gaplessFrames()...)
	names, music := flacs(t, g, songs)
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	r := g.run(t, "redbook burn --yes --gapless --device "+s.device+names)
	padded := append(bytes.Clone(music), make([]byte, (sector-len(music)%sector)%sector)...)
	for _, reader := range []string{
		"cdparanoia -q -r -d " + s.device + " 1- all",
		"cd-paranoia -q -c -r -d " + s.device + " 1- all",
		"icedax -D " + s.device + " -q -O raw -E little -t 1+12 all",
	} {
		got := g.run(t, "dir=$(mktemp -d); cd $dir; "+reader+"; sha256sum all*; rm -rf $dir")
		assert.Contains(t, got.out, sum(padded), "%s\n%s", reader, got.both())
	}
	s.stop(t)
	d := truth(t, s.disc)
	assert.True(t, d.Summary().Finalized, r.both())
	tracks := d.Tracks()
	require.Len(t, tracks, len(songs))
	at := 0
	for i, tr := range tracks {
		if i > 0 {
			assert.Zero(t, tr.Pregap, "track %d", i+1)
		}
		assert.Equal(t, at/sector, int(tr.Start), "track %d begins in the sector in which its music does", i+1)
		at += songs[i].length
	}
	got := make([]byte, len(padded))
	require.NoError(t, d.ReadSectors(0, got))
	same(t, padded, got, "the whole disc")
	assert.Equal(t, len(padded)/sector, int(d.Sessions()[0].LeadOut))
}
