//go:build linux

package vm_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

const sector = 2352

// song is a source: its samples, and its WAV file.
type song struct {
	file    string // in the guest
	samples []byte // padded to whole sectors, as on a disc
	length  int    // bytes of them in the file
}

// album writes WAV files of the given lengths, in sample frames of 1/44100 s, to a new
// shared folder. They contain noise: a missing or doubled sample is noticed.
func (g *guest) album(t *testing.T, name string, frames ...int) []song {
	t.Helper()
	dir := filepath.Join(g.shared, name)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	var songs []song
	for i, n := range frames {
		samples := samples(i, n)
		file := fmt.Sprintf("%02d.wav", i+1)
		f, err := os.Create(filepath.Join(dir, file))
		require.NoError(t, err)
		_, err = f.Write(header(len(samples)))
		require.NoError(t, err)
		_, err = f.Write(samples)
		require.NoError(t, errors.Join(err, f.Close()))
		padded := append(samples, make([]byte, (sector-len(samples)%sector)%sector)...)
		songs = append(songs, song{"/vm/" + name + "/" + file, padded, n * 4})
	}
	return songs
}

// samples is noise of n sample frames, for track i.
func samples(i, n int) []byte {
	b := make([]byte, n*4)
	noise := rand.New(rand.NewPCG(uint64(i), uint64(n)))
	for j := 0; j < len(b); j += 2 {
		binary.LittleEndian.PutUint16(b[j:], uint16(noise.Uint32()))
	}
	return b
}

// header is that of a WAV file: 44.1 kHz, 16 bit, stereo.
func header(data int) []byte {
	h := []byte("RIFF    WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x44\xac\x00\x00\x10\xb1\x02\x00\x04\x00\x10\x00data    ")
	binary.LittleEndian.PutUint32(h[4:], uint32(data+36))
	binary.LittleEndian.PutUint32(h[40:], uint32(data))
	return h
}

// files are the names of songs, for a command line.
func files(songs []song) string {
	var names []string
	for _, s := range songs {
		names = append(names, s.file)
	}
	return strings.Join(names, " ")
}

// newDisc makes a disc file that isn't in a drive yet.
func newDisc(t *testing.T, media sim.Media) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "disc")
	d, err := sim.CreateDisc(path, media)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	return path
}

// truth opens a disc file; its drive must have been stopped.
func truth(t *testing.T, path string) *sim.Disc {
	t.Helper()
	d, err := sim.OpenDisc(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// holds checks that a disc has exactly these songs, sample for sample.
func holds(t *testing.T, d *sim.Disc, songs []song) {
	t.Helper()
	tracks := d.Tracks()
	require.Len(t, tracks, len(songs))
	next := toc.LBA(0)
	for i, tr := range tracks {
		assert.Equal(t, "complete", tr.State, "track %d", i+1)
		assert.False(t, tr.Damaged, "track %d", i+1)
		if i > 0 && tr.Session == tracks[i-1].Session {
			// Two sectors of run-out and 150 of pause: G5, G7 of docs/internals/golden.md.
			assert.Equal(t, next+152, tr.Start, "track %d", i+1)
		}
		next = tr.Start + toc.LBA(tr.Recorded)
		same(t, songs[i].samples, onDisc(t, d, tr), "track %d", i+1)
	}
	assert.Zero(t, tracks[0].Start)
}

// onDisc is the recorded audio of a track.
func onDisc(t *testing.T, d *sim.Disc, tr sim.Track) []byte {
	t.Helper()
	b := make([]byte, int(tr.Recorded)*sector)
	require.NoError(t, d.ReadSectors(tr.Start, b))
	return b
}

// same compares audio without printing it.
func same(t *testing.T, want, got []byte, format string, args ...any) {
	t.Helper()
	if bytes.Equal(want, got) {
		return
	}
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	assert.Failf(t, "not the same audio", "%s: %d bytes, want %d; the first difference is at %d",
		fmt.Sprintf(format, args...), len(got), len(want), at)
}
