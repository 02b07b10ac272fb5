package redbook_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/sim"
)

// offsetDrive is a drive that records and reads audio this many samples late and early.
func offsetDrive(t *testing.T, name string, write, read int, do func(d *redbook.Drive)) {
	t.Helper()
	o := &redbook.Opener{Create: true}
	o.Sim.Personality = sim.Personality{Name: "offsets", Settings: sim.Settings{WriteOffset: write, ReadOffset: read, UnreadableRunOut: true}}
	d, err := o.Open(t.Context(), name)
	require.NoError(t, err)
	do(d)
	require.NoError(t, d.Close())
}

// noisy are three tracks of noise without silence in between, each in a file.
func noisy(t *testing.T) (files []string, sound [][]byte) {
	t.Helper()
	dir := t.TempDir()
	for i, frames := range []int{320 * 588, 301 * 588, 444 * 588} {
		name := filepath.Join(dir, string(rune('1'+i))+".wav")
		writeWAV(t, name, 44100, frames)
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		_, _ = rand.NewChaCha8([32]byte{byte(i)}).Read(data[44:])
		require.NoError(t, os.WriteFile(name, data, 0o600))
		files, sound = append(files, name), append(sound, data[44:])
	}
	return files, sound
}

func loaded(t *testing.T, files []string) *redbook.Album {
	t.Helper()
	a, err := redbook.Load(t.Context(), files...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, a.Close()) })
	for i := range a.Tracks {
		a.Tracks[i].Title = "Title"
	}
	return a
}

// A good disc is reported as good whatever the offsets of the drives are. The offset is
// reported unless those of writing and reading cancel.
func TestSessionAtOnceWithOffsets(t *testing.T) {
	files, _ := noisy(t)
	for _, c := range []struct{ write, read, other int }{
		{0, 667, -582}, {-30, 30, 6}, {-30, 667, 0}, {6, 6, 667}, {-582, -582, 1776}, {667, 1164, 1776}, {1776, 0, 1776}, {-1164, -582, -1164},
	} {
		name := "sim:" + filepath.Join(t.TempDir(), "a.disc")
		want := func(v *disc.Verification, read int) {
			t.Helper()
			assert.Equal(t, disc.VerifyEqual, v.Result, "%+v: %+v", c, v)
			assert.True(t, v.OffsetKnown)
			assert.Equal(t, -c.write-read, v.Offset, "%+v", c)
			assert.LessOrEqual(t, v.Unverifiable, max(v.Offset, -v.Offset), "%+v: only parts outside of the session", c)
		}
		offsetDrive(t, name, c.write, c.read, func(d *redbook.Drive) {
			r, err := redbook.Burn(t.Context(), d, loaded(t, files), &redbook.Options{Mode: redbook.ModeSAO, CDText: true, ReadBack: redbook.ReadBackFull})
			require.NoError(t, err, "%+v", c)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			want(&r.Verified, c.read)
			l, err := redbook.Examine(t.Context(), d, nil)
			require.NoError(t, err)
			_, texts := rip.Titles(l.Text.Value)
			assert.Equal(t, "Title", texts[3].Title)
		})
		offsetDrive(t, name, 0, c.other, func(d *redbook.Drive) {
			r, err := redbook.Verify(t.Context(), d, loaded(t, files), nil)
			require.NoError(t, err, "%+v", c)
			want(&r.Verified, c.other)
		})
	}
}

// A disc with a track shifted against the others differs, even by one sample, and so does
// one with the samples of another album.
func TestSlippedTrackDiffers(t *testing.T) {
	files, _ := noisy(t)
	name := "sim:" + filepath.Join(t.TempDir(), "a.disc")
	offsetDrive(t, name, -30, 667, func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, loaded(t, files), &redbook.Options{Mode: redbook.ModeSAO})
		require.NoError(t, err)
	})
	for _, slip := range []int{1, -1, 588} {
		other := filepath.Join(t.TempDir(), "2.wav")
		data, err := os.ReadFile(files[1])
		require.NoError(t, err)
		sound := data[44:]
		moved := append(bytes.Clone(sound[(4*slip+len(sound))%len(sound):]), sound[:(4*slip+len(sound))%len(sound)]...)
		require.NoError(t, os.WriteFile(other, append(data[:44:44], moved...), 0o600))
		offsetDrive(t, name, 0, 667, func(d *redbook.Drive) {
			r, err := redbook.Verify(t.Context(), d, loaded(t, []string{files[0], other, files[2]}), nil)
			require.Error(t, err, "%d", slip)
			assert.Equal(t, disc.VerifyDiffers, r.Verified.Result)
			assert.Equal(t, []disc.VerifyResult{disc.VerifyEqual, disc.VerifyDiffers, disc.VerifyEqual},
				[]disc.VerifyResult{r.Verified.Tracks[0].Result, r.Verified.Tracks[1].Result, r.Verified.Tracks[2].Result}, "%d", slip)
		})
	}
}

// Files and checksums are those of the source only if the offset corrects both drives: the
// reader's read offset alone leaves the burner's write offset.
func TestReadWithOffsets(t *testing.T) {
	files, sound := noisy(t)
	const write, read = -30, 667
	name := "sim:" + filepath.Join(t.TempDir(), "a.disc")
	offsetDrive(t, name, write, 0, func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, loaded(t, files), &redbook.Options{Mode: redbook.ModeSAO})
		require.NoError(t, err)
	})
	sums := map[int]rip.Sums{}
	for _, offset := range []int{0, read, read + write} {
		dir := t.TempDir()
		offsetDrive(t, name, 0, read, func(d *redbook.Drive) {
			r, err := redbook.Read(t.Context(), d, &redbook.ReadOptions{Dir: dir, Offset: offset})
			require.NoError(t, err)
			sums[offset] = r.Tracks[1].Sums
			got, err := os.ReadFile(filepath.Join(dir, "track02.wav"))
			require.NoError(t, err)
			assert.Equal(t, offset == read+write, bytes.HasPrefix(got[44:], sound[1]), "%d", offset)
		})
	}
	assert.NotEqual(t, sums[0], sums[read])
	assert.NotEqual(t, sums[read], sums[read+write])
}

// On a drive with an offset, a first track that differs doesn't make the others differ.
func TestOnlyTheFirstTrackDiffers(t *testing.T) {
	files, _ := noisy(t)
	name := "sim:" + filepath.Join(t.TempDir(), "a.disc")
	offsetDrive(t, name, -30, 667, func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, loaded(t, files), &redbook.Options{Mode: redbook.ModeSAO})
		require.NoError(t, err)
	})
	data, err := os.ReadFile(files[0])
	require.NoError(t, err)
	data[50] ^= 1
	other := filepath.Join(t.TempDir(), "1.wav")
	require.NoError(t, os.WriteFile(other, data, 0o600))
	offsetDrive(t, name, 0, 667, func(d *redbook.Drive) {
		r, err := redbook.Verify(t.Context(), d, loaded(t, append([]string{other}, files[1:]...)), nil)
		require.Error(t, err)
		require.Len(t, r.Verified.Tracks, 3)
		assert.Equal(t, disc.VerifyDiffers, r.Verified.Tracks[0].Result)
		assert.Equal(t, disc.VerifyEqual, r.Verified.Tracks[1].Result)
		assert.Equal(t, disc.VerifyEqual, r.Verified.Tracks[2].Result)
		assert.Equal(t, -637, r.Verified.Offset)
		assert.True(t, r.Verified.OffsetKnown)
	})
}
