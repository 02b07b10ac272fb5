package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A disc of session-at-once or a pressed one survives sim export and sim import: pauses and
// the sound in them, indexes, codes, CD-TEXT.
func TestExportKeepsAllOfADisc(t *testing.T) {
	dir := t.TempDir()
	noise := func(seed uint64, sectors int) func() (io.ReadCloser, error) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := make([]byte, sectors*toc.SectorSize)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	}
	// A pack of the minimal set in the CD-TEXT reference, as on a pressed disc.
	text := []byte{0x8F, 0x02, 0x06, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0x91, 0x23}
	disc, err := sim.CreateDisc(filepath.Join(dir, "a.disc"), sim.CDR80)
	require.NoError(t, err)
	require.NoError(t, disc.Press("4006381333931", text, []sim.PressedTrack{
		{Open: noise(1, 400), Pregap: 150 + 300, Pause: noise(2, 300), Indexes: []toc.Sectors{100, 222}, ISRC: "DEAB31200001"},
		{Open: noise(3, 350), Pregap: 50, Pause: noise(4, 20), Control: toc.CopyPermitted},
		{Open: noise(5, 333)},
	}))
	require.NoError(t, disc.Close())

	out := filepath.Join(dir, "out")
	code, _, stderr := run(t, "sim", "export", filepath.Join(dir, "a.disc"), "--output", out)
	require.Equal(t, exitDone, code, stderr)
	kept, err := os.ReadFile(filepath.Join(out, "a.cdt"))
	require.NoError(t, err)
	assert.Equal(t, text, kept)
	a := openedDisc(t, filepath.Join(dir, "a.disc"))
	want := make([]byte, int(a.Sessions()[0].LeadOut)*toc.SectorSize)
	require.NoError(t, a.ReadSectors(0, want))
	for name, flags := range map[string][]string{
		"pressed": {"--media", "pressed"}, "recorded": {"--exact"}, "rewritable": {"--exact", "--media", "cdrw"},
	} {
		file := filepath.Join(dir, name+".disc")
		code, _, stderr = run(t, append([]string{"sim", "import", filepath.Join(out, "a.cue"), file}, flags...)...)
		require.Equal(t, exitDone, code, stderr)
		b := openedDisc(t, file)
		assert.Equal(t, a.Tracks(), b.Tracks(), name)
		assert.Equal(t, text, b.Sessions()[0].Text, name)
		got := make([]byte, len(want))
		require.NoError(t, b.ReadSectors(0, got))
		assert.True(t, bytes.Equal(want, got), name)
		assert.Equal(t, name == "pressed", b.Summary().Media.Pressed)
	}
}

func openedDisc(t *testing.T, path string) *sim.Disc {
	d, err := sim.OpenDisc(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}
