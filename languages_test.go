package redbook_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/extract"
)

// nightCatsSum is the SHA-256 of the 96 packs that another program made from
// cdtext/testdata/nightcats.txt: libcdio's test/data/cdtext.cdt (commit 6fba48cf) without
// the NUL at its end.
const nightCatsSum = "da2c613e2b0db9093f9ded0faa5f61acc83d6b5bfba6363ce7e5aca9c4c9c0d0"

// Text in two languages is burned, read back, saved and copied exactly as another program
// made it.
func TestTwoLanguagesOnADisc(t *testing.T) {
	files, _ := noisy(t)
	dir := t.TempDir()
	original, copied := "sim:"+filepath.Join(dir, "a.disc"), "sim:"+filepath.Join(dir, "b.disc")
	var source *redbook.CopySource
	foreign := func(packs []byte, what string) {
		t.Helper()
		require.Equal(t, nightCatsSum, fmt.Sprintf("%x", sha256.Sum256(packs)), what)
	}
	offsetDrive(t, original, 0, 0, func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, loaded(t, files), &redbook.Options{
			CDTextFile: filepath.Join("cdtext", "testdata", "nightcats.txt"),
			Confirm: func(_ context.Context, p *redbook.Plan) error {
				require.Len(t, p.CDText, 2)
				assert.Equal(t, cdtext.English, p.CDText[0].Language)
				assert.Equal(t, cdtext.German, p.CDText[1].Language)
				assert.Equal(t, "Mia Kätzchen", p.CDText[1].Tracks[2].Performer)
				assert.Empty(t, p.TextNotes)
				return nil
			},
		})
		require.NoError(t, err)
		r, err := redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: dir})
		require.NoError(t, err)
		foreign(r.Layout.Text.Value, "disc")
		saved, err := os.ReadFile(r.CDText)
		require.NoError(t, err)
		foreign(saved, "file")
		source, err = redbook.ReadCopy(t.Context(), d, nil)
		require.NoError(t, err)
		foreign(source.Packs, "source of a copy")
	})
	defer func() { assert.NoError(t, source.Close()) }()
	offsetDrive(t, copied, 0, 0, func(d *redbook.Drive) {
		_, err := redbook.BurnCopy(t.Context(), d, source, nil)
		require.NoError(t, err)
		l, err := redbook.Examine(t.Context(), d, nil)
		require.NoError(t, err)
		foreign(l.Text.Value, "copy")
		assert.Empty(t, extract.Compare(&source.Layout, &l))
	})
}

// A burn of the cue sheet that Read wrote has the same text, without a file name.
func TestCueSheetNamesTheText(t *testing.T) {
	files, _ := noisy(t)
	dir := t.TempDir()
	offsetDrive(t, "sim:"+filepath.Join(dir, "a.disc"), 0, 0, func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, loaded(t, files), &redbook.Options{CDTextFile: filepath.Join("cdtext", "testdata", "nightcats.txt")})
		require.NoError(t, err)
		_, err = redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: dir})
		require.NoError(t, err)
	})
	a, err := redbook.Load(t.Context(), filepath.Join(dir, "tracks.cue"))
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "tracks.cdt"), a.CDTextFile)
	offsetDrive(t, "sim:"+filepath.Join(dir, "b.disc"), 0, 0, func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, a, &redbook.Options{CDText: true})
		require.NoError(t, err)
		l, err := redbook.Examine(t.Context(), d, nil)
		require.NoError(t, err)
		assert.Equal(t, nightCatsSum, fmt.Sprintf("%x", sha256.Sum256(l.Text.Value)))
	})
	a.Tracks = a.Tracks[:2]
	offsetDrive(t, "sim:"+filepath.Join(dir, "c.disc"), 0, 0, func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, a, &redbook.Options{CDText: true})
		var text *redbook.TextError
		require.ErrorAs(t, err, &text)
		assert.True(t, text.CueSheet)
	})
}
