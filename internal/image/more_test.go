package image

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Every track notices if a BIN file changes after the image was opened.
func TestChangedFile(t *testing.T) {
	dir := t.TempDir()
	path, err := writeBinCue(context.Background(), dir, "x", album(), nil)
	require.NoError(t, err)
	img, err := Open(path, nil)
	require.NoError(t, err)
	for _, tr := range img.Tracks {
		_, err := reading.Check(context.Background(), tr.Source, nil)
		require.NoError(t, err)
	}
	later := time.Now().Add(time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "x.bin"), later, later))
	for _, tr := range img.Tracks {
		_, err := reading.Check(context.Background(), tr.Source, nil)
		assert.ErrorIs(t, err, pcm.ErrChanged)
		assert.ErrorContains(t, err, "x.bin")
	}
}

// A truncated BIN file is an error when the image is opened, or when the affected track is
// read; it never becomes silence.
func TestCutFile(t *testing.T) {
	dir := t.TempDir()
	path, err := writeBinCue(context.Background(), dir, "x", album(), nil)
	require.NoError(t, err)
	bin := filepath.Join(dir, "x.bin")
	for _, size := range []int64{0, 3, 4, 452 * toc.SectorSize, 934 * toc.SectorSize} {
		require.NoError(t, os.Truncate(bin, size))
		_, err := Open(path, nil)
		assert.Error(t, err, "%d bytes", size)
		require.NoError(t, os.WriteFile(bin, sectors(0, 1242), 0o666))
	}
	img, err := Open(path, nil)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(bin, 1000*toc.SectorSize))
	_, err = reading.Check(context.Background(), img.Tracks[2].Source, nil)
	assert.ErrorIs(t, err, pcm.ErrChanged)
}

// All tracks of one file can be read at once, as in a burn with verification.
func TestTracksAtOnce(t *testing.T) {
	d := album()
	path, err := writeBinCue(context.Background(), t.TempDir(), "x", d, nil)
	require.NoError(t, err)
	img, err := Open(path, nil)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 3 {
		for i, tr := range img.Tracks {
			wg.Go(func() {
				want, err1 := reading.Check(context.Background(), pcm.FromBytes("want", pcm.CDDA, sectors(d.Tracks[i].Start, d.Tracks[i].Length)), nil)
				have, err2 := reading.Check(context.Background(), tr.Source, nil)
				assert.NoError(t, err1)
				assert.NoError(t, err2)
				assert.Equal(t, want, have)
			})
		}
	}
	wg.Wait()
}

// WAV files of another format are converted if possible, and lengths other than whole
// sectors stay as they are in the source.
func TestForeignWAV(t *testing.T) {
	dir := t.TempDir()
	format := pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.U8}
	w, err := wav.Create(filepath.Join(dir, "memo.wav"), format, nil)
	require.NoError(t, err)
	_, err = w.Write(bytes.Repeat([]byte{128, 255}, 588+100))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	path := put(t, dir, "memo.cue", []byte("FILE memo.wav WAVE\nTRACK 07 AUDIO\nPREGAP 00:00:10\nINDEX 01 00:00:00\nINDEX 02 00:00:01\nTRACK 08 AUDIO\nINDEX 01 00:00:02\n"))
	img, err := Open(path, nil)
	require.NoError(t, err)
	require.Len(t, img.Tracks, 2)
	assert.Equal(t, pcm.CDDA, img.Tracks[0].Source.Format())
	assert.Equal(t, int64(1176), img.Tracks[0].Source.Frames())
	assert.Equal(t, int64(200), img.Tracks[1].Source.Frames())
	assert.Equal(t, toc.Sectors(1), img.Tracks[1].Length, "a part of a sector takes a whole one")
	assert.Equal(t, toc.LBA(10), img.Tracks[0].Start)
	assert.Equal(t, toc.LBA(12), img.Tracks[1].Start)
	assert.Equal(t, toc.Sectors(160), img.Tracks[0].Pregap, "PREGAP and the first two seconds")
	assert.Equal(t, []toc.IndexMark{{Index: 2, Offset: 1}}, img.Tracks[0].Indexes)
	assert.Equal(t, bytes.Repeat([]byte{0, 0, 0, 0, 0, 0x7F, 0, 0x7F}, 100), readAll(t, img.Tracks[1].Source))
}

// Invalid marks are left out of the sheet, which must be readable.
func TestIndexMarks(t *testing.T) {
	p := place{Track: Track{Length: 100, TrackInfo: toc.TrackInfo{Indexes: []toc.IndexMark{
		{Index: 2, Offset: 10}, {Index: 3, Offset: 10}, {Index: 4, Offset: 50}, {Index: 3, Offset: 20}, {Index: 1, Offset: 5}, {Index: 4, Offset: 100},
	}}}}
	var got [][2]int
	for _, i := range indexes(p, cue.Index{At: 1000}) {
		got = append(got, [2]int{i.Number, int(i.At)})
	}
	assert.Equal(t, [][2]int{{1, 1000}, {2, 1010}, {3, 1020}, {4, 1050}}, got)
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"":            "",
		"plain":       "plain",
		`a "b" c`:     "a 'b' c",
		"two\nlines":  "two lines",
		"bad \xFF":    "bad \uFFFD",
		"größer 音楽":   "größer 音楽",
		"\x00\u0085x": "  x",
	} {
		assert.Equal(t, want, plain(text))
	}
}
