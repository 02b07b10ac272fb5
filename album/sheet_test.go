package album

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// One file for the album: every sample is in exactly one track.
func TestOneFileSheet(t *testing.T) {
	dir := folder(t, map[string]string{
		"album.wav": second(0, 30),
		"album.cue": "PERFORMER \"Band\"\nTITLE \"Album\"\nCATALOG 4006381333931\nCDTEXTFILE \"album.cdt\"\nFILE \"album.wav\" WAVE\n" +
			"TRACK 01 AUDIO\nTITLE One\nISRC USABC1234567\nINDEX 01 00:00:00\n" +
			"TRACK 02 AUDIO\nTITLE Two\nPERFORMER Guest\nFLAGS PRE\nINDEX 00 00:09:00\nINDEX 01 00:10:01\nINDEX 02 00:12:00\nINDEX 03 00:13:00\n" +
			"TRACK 03 AUDIO\nTITLE Three\nINDEX 01 00:20:00\n",
	})
	a := open(t, nil, filepath.Join(dir, "album.cue"))
	assert.Equal(t, "Album", a.Title)
	assert.Equal(t, "Band", a.Performer)
	assert.Equal(t, toc.MCN("4006381333931"), a.MCN)
	assert.Equal(t, []string{"album.wav"}, names(a.Files))
	const s = 44100
	assert.Equal(t, [][3]int{{0, 10*s + 588 - 1, 10*s + 588}, {10*s + 588, 20*s - 1, 10*s - 588}, {20 * s, 30*s - 1, 10 * s}}, spans(t, a))
	assert.Equal(t, toc.TrackInfo{Title: "One", Performer: "Band", ISRC: "USABC1234567"}, a.Tracks[0].TrackInfo)
	assert.Equal(t, toc.TrackInfo{Title: "Two", Performer: "Guest", Control: toc.PreEmphasis,
		Indexes: []toc.IndexMark{{Index: 2, Offset: 149}, {Index: 3, Offset: 224}}}, a.Tracks[1].TrackInfo)
	assert.Equal(t, toc.Sectors(751), a.Tracks[0].Sectors())
	assert.Equal(t, []string{"joins", "gaps-kept 1", `cd-text-file "album.cdt"`, "indexes 2"}, texts(a))
	assert.Equal(t, []bool{true, true, false, true}, []bool{a.Notes[0].TrackAtOnce(), a.Notes[1].TrackAtOnce(), a.Notes[2].TrackAtOnce(), a.Notes[3].TrackAtOnce()})

	a = open(t, &Options{DropGaps: true}, filepath.Join(dir, "album.cue"))
	assert.Equal(t, [][3]int{{0, 9*s - 1, 9 * s}, {10*s + 588, 20*s - 1, 10*s - 588}, {20 * s, 30*s - 1, 10 * s}}, spans(t, a))
	assert.Equal(t, "gaps-left 1", texts(a)[1])

	// The folder finds the sheet, and notes if it isn't used.
	assert.Len(t, open(t, nil, dir).Tracks, 3)
	assert.Len(t, open(t, &Options{IgnoreCue: true}, dir).Tracks, 1)
}

// A file per track, with the pause at the end of the previous file (EAC's "non-compliant"
// form), at the beginning of its own ("gaps prepended"), and a file without any mark.
func TestFilesPerTrack(t *testing.T) {
	const s = 44100
	files := map[string]string{"1.wav": second(0, 10), "2.wav": second(100, 10), "3.wav": second(200, 5)}
	sheet := func(text string) string {
		files["x.cue"] = text
		return filepath.Join(folder(t, files), "x.cue")
	}
	a := open(t, nil, sheet("FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 00:08:00\nFILE 2.wav WAVE\nINDEX 01 00:00:00\n"))
	assert.Equal(t, [][3]int{{0, 10*s - 1, 10 * s}, {100 * s, 110*s - 1, 10 * s}}, spans(t, a))
	assert.True(t, a.Tracks[0].Parts[0].whole())

	path := sheet("FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE 2.wav WAVE\nTRACK 02 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:03:00\n")
	a = open(t, nil, path)
	assert.Equal(t, [][3]int{{0, 103*s - 1, 13 * s}, {103 * s, 110*s - 1, 7 * s}}, spans(t, a))
	assert.Len(t, a.Tracks[0].Parts, 2)
	assert.Equal(t, toc.Sectors(975), a.Tracks[0].Sectors())
	a = open(t, &Options{DropGaps: true}, path)
	assert.Equal(t, [][3]int{{0, 10*s - 1, 10 * s}, {103 * s, 110*s - 1, 7 * s}}, spans(t, a))

	a = open(t, nil, sheet("FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE 2.wav WAVE\nFILE 3.wav WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n"))
	assert.Equal(t, [][3]int{{0, 110*s - 1, 20 * s}, {200 * s, 205*s - 1, 5 * s}}, spans(t, a))
	assert.Equal(t, []string{"1.wav", "2.wav", "3.wav"}, names(a.Files))
}

// Audio before the first track, and pauses that are in no file.
func TestGaps(t *testing.T) {
	const s = 44100
	sheet := func(text string) string {
		return filepath.Join(folder(t, map[string]string{"a.wav": second(0, 30), "x.cue": "FILE a.wav WAVE\n" + text}), "x.cue")
	}
	hidden := sheet("TRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:10:00\nTRACK 02 AUDIO\nINDEX 01 00:20:00\n")
	a := open(t, nil, hidden)
	assert.Equal(t, [][3]int{{0, 20*s - 1, 20 * s}, {20 * s, 30*s - 1, 10 * s}}, spans(t, a))
	assert.Equal(t, "hidden 00:10:00", texts(a)[0])
	a = open(t, &Options{DropGaps: true}, hidden)
	assert.Equal(t, [3]int{10 * s, 20*s - 1, 10 * s}, spans(t, a)[0])
	assert.Equal(t, "hidden-left 00:10:00", texts(a)[0])

	a = open(t, nil, sheet("TRACK 01 AUDIO\nINDEX 01 00:00:33\nTRACK 02 AUDIO\nINDEX 01 00:20:00\n"))
	assert.Equal(t, 33*588, spans(t, a)[0][0])
	assert.Equal(t, "pregap-left 00:00:33", texts(a)[0])

	// 1 s and 4 s of silence around a join: track-at-once adds 2 s anyway, 3 are added
	// here.
	a = open(t, nil, sheet("TRACK 01 AUDIO\nINDEX 01 00:00:00\nPOSTGAP 00:01:00\nTRACK 02 AUDIO\nPREGAP 00:04:00\nINDEX 01 00:10:00\n"+
		"TRACK 03 AUDIO\nPREGAP 00:02:00\nINDEX 01 00:15:00\nTRACK 04 AUDIO\nPREGAP 00:01:00\nINDEX 01 00:20:00\nPOSTGAP 00:01:00\n"))
	assert.Equal(t, []toc.Sectors{225, 0, 0, 75}, []toc.Sectors{a.Tracks[0].Silence, a.Tracks[1].Silence, a.Tracks[2].Silence, a.Tracks[3].Silence})
	assert.Equal(t, [][3]int{{0, 0, 13 * s}, {10 * s, 15*s - 1, 5 * s}, {15 * s, 20*s - 1, 5 * s}, {20 * s, 0, 11 * s}}, spans(t, a))
	assert.Equal(t, toc.Sectors(975), a.Tracks[0].Sectors())
	assert.Equal(t, "silences 2", texts(a)[1])

	// A single track has no joins.
	assert.Empty(t, open(t, nil, sheet("TRACK 01 AUDIO\nINDEX 01 00:00:00\n")).Notes)
}

// At other sample rates a cue sheet still counts 1/75 s; tracks are cut out of the caller's
// conversion of the whole file.
func TestOtherRates(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.wav": string(wave(0, 480000, 48000)),
		"b.wav": string(wave(0, 39000, 39000)),
		"x.cue": "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:05:01\n",
		"y.cue": "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE b.wav WAVE\nTRACK 02 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:00:25\n",
	})
	a := open(t, nil, filepath.Join(dir, "x.cue"))
	assert.Equal(t, [][3]int{{0, 240639, 240640}, {240640, 479999, 239360}}, spans(t, a))
	assert.Equal(t, []toc.Sectors{376, 374}, []toc.Sectors{a.Tracks[0].Sectors(), a.Tracks[1].Sectors()})
	asked := 0
	half := func(f *File) (pcm.Source, error) { // a conversion to 24 kHz that rounds down
		asked++
		return pcm.FromBytes("half", pcm.Format{SampleRate: 24000, Channels: 2, Encoding: pcm.S16}, make([]byte, 4*239999)), nil
	}
	var total int64
	for _, tr := range a.Tracks {
		src, err := tr.cut(half)
		require.NoError(t, err)
		assert.Equal(t, 24000, src.Format().SampleRate)
		total += src.Frames()
	}
	assert.Equal(t, 2, asked)
	assert.Equal(t, int64(239999), total)

	a = open(t, nil, filepath.Join(dir, "y.cue"))
	_, err := a.Tracks[0].cut(nil)
	require.ErrorIs(t, err, pcm.ErrUnsupportedFormat)
	assert.ErrorContains(t, err, "parts in different formats, 48 kHz, 16 bit, stereo")
	_, err = a.Tracks[0].cut(func(*File) (pcm.Source, error) { return nil, os.ErrClosed })
	assert.ErrorIs(t, err, os.ErrClosed)
	_, err = (&Track{}).cut(nil)
	assert.ErrorIs(t, err, ErrNothing)
}

// Files that were renamed or converted since the sheet was written.
func TestFindingFiles(t *testing.T) {
	audio := second(0, 5)
	end := "\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
	for _, tc := range []struct {
		name, sheet string
		files       []string
		want, note  string
	}{
		{"as written", `FILE "a b.wav" WAVE`, []string{"a b.wav"}, "a b.wav", ""},
		{"other extension", `FILE "a.wav" WAVE`, []string{"a.flac", "a.jpg"}, "a.flac", `line 1: other-name "a.wav" "a.flac"`},
		{"wrong type", `FILE "a.flac" MP3`, []string{"a.flac"}, "a.flac", ""},
		{"other case", `FILE "ALBUM.WAV" WAVE`, []string{"Album.wav"}, "Album.wav", ""},
		{"composed", "FILE \"Zo\u00eb.wav\" WAVE", []string{"Zoe\u0308.wav"}, "Zoe\u0308.wav", ""},
		{"of Windows", `FILE "C:\Music\Band\a.wav" WAVE`, []string{"a.wav"}, "a.wav", ""},
		{"in a folder", `FILE "cd1\A.wav" WAVE`, []string{"CD1/a.wav"}, "CD1/a.wav", ""},
		{"not in a folder", `FILE "sub/a.wav" WAVE`, []string{"a.wav"}, "a.wav", ""},
		{"absolute", `FILE "/nowhere/a.wav" WAVE`, []string{"a.wav"}, "a.wav", ""},
		{"converted together", `FILE "CDImage.ape" WAVE`, []string{"x.flac"}, "x.flac", `line 1: other-name "CDImage.ape" "x.flac"`},
		{"backslash in the name", `FILE "AC\DC.wav" WAVE`, []string{`AC\DC.wav`}, `AC\DC.wav`, ""},
		{"quotation marks", `FILE "7" Mix.wav" WAVE`, []string{`7" Mix.wav`}, `7" Mix.wav`, ""},
		{"two dots", `FILE "Vol. 2.wav" WAVE`, []string{"Vol. 2.flac"}, "Vol. 2.flac", `line 1: other-name "Vol. 2.wav" "Vol. 2.flac"`},
		{"upwards", `FILE "..\a.wav" WAVE`, []string{"a.wav"}, "a.wav", ""},
		{"missing", `FILE "a.wav" WAVE`, []string{"b.wav"}, "", ""},
		{"a text of that name", `FILE "a.wav" WAVE`, []string{"a.txt"}, "", ""},
	} {
		if runtime.GOOS == "windows" && strings.Contains(tc.want, `"`) {
			continue // no such name there
		}
		files := map[string]string{"x.cue": tc.sheet + end}
		for _, f := range tc.files {
			files[f] = audio
		}
		dir := folder(t, files)
		a, err := Open(context.Background(), []string{filepath.Join(dir, "x.cue")}, nil)
		if tc.want == "" {
			require.ErrorIs(t, err, os.ErrNotExist, tc.name)
			assert.ErrorContains(t, err, `x.cue: line 1: "a.wav": file does not exist`, tc.name)
			continue
		}
		require.NoError(t, err, tc.name)
		// File systems that ignore case find the file under either name.
		assert.Equal(t, fold(filepath.Join(dir, filepath.FromSlash(tc.want))), fold(a.Files[0].Name()), tc.name)
		if tc.note == "" {
			assert.Empty(t, texts(a), tc.name)
		} else {
			assert.Equal(t, []string{tc.note}, texts(a), tc.name)
		}
	}
}

// Sheets that don't match their files.
func TestSheetErrors(t *testing.T) {
	files := map[string]string{"a.wav": second(0, 10), "b.wav": "PK\x03\x04 not a WAV file at all"}
	for text, want := range map[string]string{
		"FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:10:00\n":                           "track 2, index 01 is at 00:10:00, but",
		"FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 01:10:00\nINDEX 01 01:10:00\n":        "is this the right file?",
		"FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n":                           "line 2: track 1 has no length",
		"FILE b.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n":                                                              "this is a ZIP archive",
		"FILE a.wav WAVE\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n":                                                         "holds data",
		"FILE c.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE d.wav WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n":          `line 4: "d.wav": file does not exist`,
		"FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nINDEX 02 00:40:00\nTRACK 02 AUDIO\nINDEX 01 00:50:00\nREM x\n": "track 1, index 02 is at 00:40:00",
	} {
		files["x.cue"] = text
		_, err := Open(context.Background(), []string{filepath.Join(folder(t, files), "x.cue")}, nil)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "x.cue")
	}
}

// A pause of the next track that begins where the file ends has no length.
func TestPauseAtTheEnd(t *testing.T) {
	dir := folder(t, map[string]string{"1.wav": second(0, 10), "2.wav": second(20, 5),
		"x.cue": "FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 00:10:00\nFILE 2.wav WAVE\nINDEX 01 00:00:00\n"})
	assert.Len(t, open(t, nil, filepath.Join(dir, "x.cue")).Tracks, 2)
}

func TestNoteText(t *testing.T) {
	assert.Equal(t, "a: line 3: sheet-line: b", Note{Kind: noteSheetLine, File: "a", Line: 3, Reason: "b"}.String())
	assert.Equal(t, "joins", Note{Kind: noteJoins}.String())
}
