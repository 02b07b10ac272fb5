package image

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// platter is a disc on which every sample encodes its position.
type platter struct {
	end   toc.LBA // nothing is readable from here on
	fails toc.LBA // this sector is unreadable; 0: all are readable
	most  int     // sectors of the largest read
}

var errScratch = errors.New("a scratch")

func (d *platter) ReadSectors(_ context.Context, lba toc.LBA, p []byte) error {
	n := toc.LBA(len(p) / toc.SectorSize)
	d.most = max(d.most, int(n))
	if lba < 0 || lba+n > d.end || len(p)%toc.SectorSize != 0 {
		return errors.New("outside of the disc")
	}
	if d.fails > 0 && lba <= d.fails && d.fails < lba+n {
		return errScratch
	}
	for i := range n {
		stamp(p[int(i)*toc.SectorSize:], lba+i)
	}
	return nil
}

// stamp fills a sector with its address and the place in it.
func stamp(p []byte, lba toc.LBA) {
	for i := 0; i < toc.SectorSize; i += 4 {
		binary.LittleEndian.PutUint32(p[i:], uint32(lba)<<10|uint32(i/4))
	}
}

// sectors returns the contents of n sectors from lba on.
func sectors(lba toc.LBA, n toc.Sectors) []byte {
	p := make([]byte, n.Bytes())
	for i := range n {
		stamp(p[i.Bytes():], lba+toc.LBA(i))
	}
	return p
}

// album is a disc of three tracks, as written by track-at-once.
func album() *Disc {
	return &Disc{
		MCN: "4006381333931", Title: `The "Album"`, Performer: "The\nBand",
		Tracks: []Track{
			{TrackInfo: toc.TrackInfo{Title: "One", Performer: "X", ISRC: "USABC1234567", Control: toc.CopyPermitted},
				Number: 1, Start: 0, Pregap: 150, Length: 300, RunOut: 2},
			{TrackInfo: toc.TrackInfo{Control: toc.PreEmphasis, Indexes: []toc.IndexMark{{Index: 3, Offset: 200}, {Index: 2, Offset: 100}}},
				Number: 2, Start: 452, Pregap: 150, Length: 331, RunOut: 2},
			{Number: 3, Start: 935, Pregap: 150, Length: 305, RunOut: 2},
		},
		Sectors: &platter{end: 1242},
	}
}

// readAll reads a track's audio to its end.
func readAll(t *testing.T, src pcm.Source) []byte {
	t.Helper()
	r, err := pcm.Open(src)
	require.NoError(t, err)
	defer r.Close()
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	return data
}

// expect compares an image with the disc that it was made from.
func expect(t *testing.T, d *Disc, img *Image) {
	t.Helper()
	assert.Equal(t, d.MCN, img.MCN)
	require.Len(t, img.Tracks, len(d.Tracks))
	for i, want := range d.Tracks {
		have := img.Tracks[i]
		want.Session = max(want.Session, 1)
		want.Indexes, want.Sound = have.Indexes, false // compared where relevant
		assert.Equal(t, want, have.Track)
		assert.Equal(t, pcm.CDDA, have.Source.Format())
		assert.Equal(t, sectors(want.Start, want.Length), readAll(t, have.Source), "track %d: every sample", want.Number)
	}
}

func TestBinCueRoundTrip(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "for it")
	d := album()
	var steps []toc.Sectors
	path, err := writeBinCue(context.Background(), dir, "album", d, func(done, total toc.Sectors) {
		assert.Equal(t, toc.Sectors(1242), total)
		steps = append(steps, done)
	})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "album.cue"), path)
	assert.Equal(t, toc.Sectors(1242), steps[len(steps)-1])
	assert.IsIncreasing(t, steps)
	assert.Equal(t, chunk, d.Sectors.(*platter).most)

	// Byte n*2352 of the BIN file is LBA n: pauses and run-outs are in it.
	bin, err := os.ReadFile(filepath.Join(dir, "album.bin"))
	require.NoError(t, err)
	assert.Equal(t, sectors(0, 1242), bin)

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	alone := album()
	alone.Sectors = nil // the sheet doesn't need the audio, which can't be read
	sheet, err := Sheet(alone, "album.bin")
	require.NoError(t, err)
	assert.Equal(t, string(text), string(sheet))
	_, err = writeBinCue(context.Background(), dir, "nothing", alone, nil)
	assert.ErrorIs(t, err, ErrDisc)
	_, err = Sheet(&Disc{}, "album.bin")
	assert.ErrorIs(t, err, ErrDisc)
	assert.Equal(t, "CATALOG 4006381333931\r\nTITLE \"The 'Album'\"\r\nPERFORMER \"The Band\"\r\nFILE \"album.bin\" BINARY\r\n"+
		"  TRACK 01 AUDIO\r\n    REM REDBOOK RUNOUT 2\r\n    TITLE \"One\"\r\n    PERFORMER \"X\"\r\n    ISRC USABC1234567\r\n    FLAGS DCP\r\n    INDEX 01 00:00:00\r\n"+
		"  TRACK 02 AUDIO\r\n    REM REDBOOK RUNOUT 2\r\n    FLAGS PRE\r\n    INDEX 00 00:04:02\r\n    INDEX 01 00:06:02\r\n    INDEX 02 00:07:27\r\n    INDEX 03 00:08:52\r\n"+
		"  TRACK 03 AUDIO\r\n    REM REDBOOK RUNOUT 2\r\n    INDEX 00 00:10:35\r\n    INDEX 01 00:12:35\r\n", string(text))

	img, err := Open(path, nil)
	require.NoError(t, err)
	expect(t, d, img)
	assert.Equal(t, "The 'Album'", img.Title)
	assert.Equal(t, []toc.IndexMark{{Index: 2, Offset: 100}, {Index: 3, Offset: 200}}, img.Tracks[1].Indexes)
	assert.Equal(t, toc.TOC{First: 1, Last: 3, LeadOut: 1242, Entries: []toc.Entry{
		{Number: 1, Session: 1, Control: toc.CopyPermitted, Start: 0},
		{Number: 2, Session: 1, Control: toc.PreEmphasis, Start: 452},
		{Number: 3, Session: 1, Start: 935},
	}}, tocOf(img))
	_, ok := img.Tracks[0].Source.(pcm.Changer)
	assert.True(t, ok, "changes of the file are noticed")
}

func TestTracksRoundTrip(t *testing.T) {
	dir, d := t.TempDir(), album()
	path, err := writeTracks(context.Background(), dir, d, nil)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "tracks.cue"), path)
	for _, tr := range d.Tracks {
		f, err := wav.Open(filepath.Join(dir, trackName(tr.Number, WAV.Ext)))
		require.NoError(t, err)
		assert.Equal(t, sectors(tr.Start, tr.Length), readAll(t, f))
	}
	img, err := Open(path, nil)
	require.NoError(t, err)
	expect(t, d, img)
	assert.Equal(t, toc.LBA(1242), tocOf(img).LeadOut)
}

// Three sessions: the area between them isn't in the file, but their starts are recorded.
func TestSessions(t *testing.T) {
	d := &Disc{Tracks: []Track{
		{Number: 1, Session: 1, Start: 0, Pregap: 150, Length: 300, RunOut: 2},
		{Number: 2, Session: 2, Start: 11702, Pregap: 150, Length: 310, RunOut: 2},
		{Number: 3, Session: 2, Start: 12164, Pregap: 150, Length: 320, RunOut: 2},
		{Number: 4, Session: 3, Start: 19386, Pregap: 150, Length: 330},
	}, Sectors: &platter{end: 20000}}
	dir := t.TempDir()
	for _, write := range []func() (string, error){
		func() (string, error) { return writeBinCue(context.Background(), dir, "s", d, nil) },
		func() (string, error) { return writeTracks(context.Background(), dir, d, nil) },
	} {
		path, err := write()
		require.NoError(t, err)
		img, err := Open(path, nil)
		require.NoError(t, err)
		expect(t, d, img)
		assert.Equal(t, toc.LBA(19716), tocOf(img).LeadOut)
	}
	info, err := os.Stat(filepath.Join(dir, "s.bin"))
	require.NoError(t, err)
	assert.Equal(t, toc.Sectors(302+312+150+322+330).Bytes(), info.Size())
}

// Sound hidden before track 1 is in the BIN file, as index 0 of track 1.
func TestHiddenAudio(t *testing.T) {
	d := &Disc{Tracks: []Track{{Number: 1, Start: 500, Pregap: 650, Length: 300}}, Sectors: &platter{end: 800}}
	dir := t.TempDir()
	path, err := writeBinCue(context.Background(), dir, "h", d, nil)
	require.NoError(t, err)
	img, err := Open(path, nil)
	require.NoError(t, err)
	expect(t, d, img)
	bin, err := os.ReadFile(filepath.Join(dir, "h.bin"))
	require.NoError(t, err)
	assert.Equal(t, sectors(0, 800), bin)
}

// Whatever the lengths and gaps, the image reads back unchanged, in both forms.
func TestAnyDisc(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		d := &Disc{}
		var next toc.LBA
		first := rapid.IntRange(1, 90).Draw(rt, "first")
		for i := range rapid.IntRange(1, 5).Draw(rt, "tracks") {
			pause := toc.Sectors(rapid.SampledFrom([]int{0, 1, 2, 15}).Draw(rt, "pause"))
			tr := Track{
				Number: first + i, Session: 1, Start: next + toc.LBA(pause), Pregap: pause,
				Length: toc.Sectors(rapid.IntRange(1, 12).Draw(rt, "length")),
				RunOut: toc.Sectors(rapid.IntRange(0, 3).Draw(rt, "run-out")),
			}
			if i == 0 {
				tr.Pregap += toc.PregapSectors
			}
			next = tr.Start + toc.LBA(tr.Length+tr.RunOut)
			d.Tracks = append(d.Tracks, tr)
		}
		d.Sectors = &platter{end: next}
		bin, err1 := writeBinCue(context.Background(), dir, "x", d, nil)
		tracks, err2 := writeTracks(context.Background(), dir, d, nil)
		if err1 != nil || err2 != nil {
			rt.Fatal(err1, err2)
		}
		for _, path := range []string{bin, tracks} {
			img, err := Open(path, nil)
			if err != nil {
				rt.Fatal(err)
			}
			expect(t, d, img)
		}
	})
}

// Descriptions from drives that leave a few sectors unassigned: every sector between two
// tracks is in the file, and the samples keep their places.
func TestUnnamedSectorsCountAsRunOut(t *testing.T) {
	d := &Disc{Tracks: []Track{
		{Number: 1, Start: 0, Length: 300},
		{Number: 2, Start: 452, Pregap: 150, Length: 300},
		{Number: 3, Start: 800, Pregap: 150, Length: 300, RunOut: 2}, // overlaps: only 48 sectors are left
	}, Sectors: &platter{end: 1102}}
	path, err := writeBinCue(context.Background(), t.TempDir(), "x", d, nil)
	require.NoError(t, err)
	img, err := Open(path, nil)
	require.NoError(t, err)
	var runOut, pregap []toc.Sectors
	for i, tr := range img.Tracks {
		runOut, pregap = append(runOut, tr.RunOut), append(pregap, tr.Pregap)
		assert.Equal(t, d.Tracks[i].Start, tr.Start)
		assert.Equal(t, sectors(tr.Start, 300), readAll(t, tr.Source))
	}
	assert.Equal(t, []toc.Sectors{2, 0, 2}, runOut)
	assert.Equal(t, []toc.Sectors{150, 150, 48}, pregap)
}

func TestDiscsThatAreNone(t *testing.T) {
	good := func() *Disc { return album() }
	for name, spoil := range map[string]func(d *Disc){
		"no tracks":    func(d *Disc) { d.Tracks = nil },
		"no reader":    func(d *Disc) { d.Sectors = nil },
		"track 0":      func(d *Disc) { d.Tracks[0].Number = 0 },
		"track 100":    func(d *Disc) { d.Tracks = d.Tracks[:1]; d.Tracks[0].Number = 100 },
		"data track":   func(d *Disc) { d.Tracks[1].Control = toc.DataTrack },
		"no length":    func(d *Disc) { d.Tracks[1].Length = 0 },
		"before 0":     func(d *Disc) { d.Tracks[0].Start = -150 },
		"pregap":       func(d *Disc) { d.Tracks[1].Pregap = -1 },
		"a gap":        func(d *Disc) { d.Tracks[2].Number = 4 },
		"overlap":      func(d *Disc) { d.Tracks[1].Start = 299 },
		"session back": func(d *Disc) { d.Tracks[1].Session = 2; d.Tracks[2].Session = 1 },
		"MCN":          func(d *Disc) { d.MCN = "12" },
		"too long":     func(d *Disc) { d.Tracks[1].Start, d.Tracks[2].Start = 452, 460000 },
	} {
		dir := filepath.Join(t.TempDir(), "none")
		d := good()
		spoil(d)
		_, err := writeBinCue(context.Background(), dir, "x", d, nil)
		assert.ErrorIs(t, err, ErrDisc, name)
		if name != "too long" {
			_, err = writeTracks(context.Background(), dir, d, nil)
			assert.ErrorIs(t, err, ErrDisc, name)
		}
		if name != "too long" {
			_, err = os.Stat(dir)
			assert.ErrorIs(t, err, fs.ErrNotExist, name)
		}
	}
	for _, base := range []string{"", "a/b", `a"b`, "..", "."} {
		_, err := writeBinCue(context.Background(), t.TempDir(), base, good(), nil)
		assert.ErrorIs(t, err, ErrDisc, base)
	}
}

// After an error, and after a cancellation, no files are left.
func TestNothingIsLeftBehind(t *testing.T) {
	for _, write := range []func(context.Context, string, *Disc, Progress) (string, error){
		writeTracks,
		func(ctx context.Context, dir string, d *Disc, p Progress) (string, error) {
			return writeBinCue(ctx, dir, "x", d, p)
		},
	} {
		dir, d := t.TempDir(), album()
		d.Sectors = &platter{end: 1242, fails: 1000}
		_, err := write(context.Background(), dir, d, nil)
		assert.ErrorIs(t, err, errScratch)
		assert.ErrorContains(t, err, "track 3: sectors ")

		ctx, cancel := context.WithCancel(context.Background())
		_, err = write(ctx, dir, album(), func(done, _ toc.Sectors) {
			if done > 500 {
				cancel()
			}
		})
		assert.ErrorIs(t, err, context.Canceled)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Empty(t, left)

		// Existing files are neither overwritten nor removed.
		_, err = write(context.Background(), dir, album(), nil)
		require.NoError(t, err)
		before, err := os.ReadDir(dir)
		require.NoError(t, err)
		_, err = write(context.Background(), dir, album(), nil)
		assert.ErrorIs(t, err, fs.ErrExist)
		after, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Len(t, after, len(before))

		file := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(file, nil, 0o666))
		_, err = write(context.Background(), file, album(), nil)
		assert.Error(t, err, "a file has the name of the folder")
	}
}

// put writes a file of a test image.
func put(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, data, 0o666))
	return path
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.bin", sectors(0, 10))
	put(t, dir, "odd.bin", make([]byte, 2351))
	w, err := wav.Create(filepath.Join(dir, "500hz.wav"), pcm.Format{SampleRate: 500, Channels: 2}, nil)
	require.NoError(t, err)
	_, err = w.Write(make([]byte, 400))
	require.NoError(t, err)
	require.NoError(t, w.Close())

	_, err = Open(filepath.Join(dir, "missing.cue"), nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	for text, want := range map[string]error{
		"FILE x.bin\n": cue.ErrSyntax,
		"FILE missing.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n":                                    fs.ErrNotExist,
		"FILE odd.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n":                                        wav.ErrTruncated,
		"FILE a.bin WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n":                                            wav.ErrNotWAV,
		"FILE 500hz.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n":                                        pcm.ErrUnsupportedFormat,
		"FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:10\n":                                          ErrImage,
		"FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:11\n":       ErrImage,
		"FILE \"\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n":                                           ErrImage,
		"FILE a.bin BINARY\nTRACK 01 AUDIO\nREM REDBOOK RUNOUT 10\nINDEX 01 00:00:00\n":                   ErrImage,
		"FILE a.bin BINARY\nTRACK 01 AUDIO\nREM REDBOOK RUNOUT 999999999999999999\nINDEX 01 00:00:10\n":   ErrImage,
		"FILE a.bin BINARY\nTRACK 01 AUDIO\nREM REDBOOK RUNOUT 400000\nINDEX 00 00:00:00\nINDEX 01 9:0:0": ErrImage,
	} {
		_, err := Open(put(t, dir, "x.cue", []byte(text)), nil)
		assert.ErrorIs(t, err, want, text)
	}
}

// A sheet as other programs write it: one file, no remarks, an absolute name.
func TestForeignSheet(t *testing.T) {
	dir := t.TempDir()
	bin := put(t, dir, "a.bin", sectors(0, 1000))
	path := put(t, t.TempDir(), "a.cue", []byte("FILE \""+bin+"\" BINARY\n"+
		"TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 00:05:00\nINDEX 01 00:06:00\nTRACK 03 AUDIO\nPREGAP 00:01:00\nINDEX 01 00:10:00\n"))
	img, err := Open(path, nil)
	require.NoError(t, err)
	var starts []toc.LBA
	for _, tr := range img.Tracks {
		starts = append(starts, tr.Start)
	}
	assert.Equal(t, []toc.LBA{0, 450, 825}, starts, "PREGAP moves the following audio")
	assert.Equal(t, sectors(0, 375), readAll(t, img.Tracks[0].Source))
	assert.Equal(t, sectors(450, 300), readAll(t, img.Tracks[1].Source))
	assert.Equal(t, sectors(750, 250), readAll(t, img.Tracks[2].Source))
	assert.Contains(t, img.Tracks[1].Source.Name(), "a.bin (track 2)")
	assert.Equal(t, toc.TOC{}, tocOf(&Image{}))
}
