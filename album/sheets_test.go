package album

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sheetOf is a cue sheet with a track for each file.
func sheetOf(head string, files ...string) string {
	for _, f := range files {
		head += "FILE \"" + f + "\" WAVE\nTRACK 01 AUDIO\nTITLE \"" + f + "\"\nINDEX 01 00:00:00\n"
	}
	return head
}

// Sheets for different files follow one another.
func TestSheetsOfSides(t *testing.T) {
	files := map[string]string{
		"a1.wav": second(0, 5), "a2.wav": second(10, 5), "b1.wav": second(20, 5), "extra.wav": second(30, 5),
		"side 2.cue": sheetOf("TITLE Album\n", "a1.wav", "a2.wav"), "side 10.cue": sheetOf("TITLE Album\n", "b1.wav"),
		// Variants of one side, and one that covers less.
		"side 2b.cue": sheetOf("", "a1.wav", "A2.WAV"), "z.cue": sheetOf("", "a2.wav"),
	}
	a := open(t, nil, folder(t, files))
	assert.Equal(t, []string{"a1.wav", "a2.wav", "b1.wav"}, titles(a))
	assert.Equal(t, "Album", a.Title)
	assert.Equal(t, `sheets 2`, texts(a)[0])
	assert.Contains(t, texts(a), `sheet-variant "side 2b.cue" "side 2.cue"`)
	assert.Contains(t, texts(a), `sheet-variant "z.cue" "side 2.cue"`)
	assert.Contains(t, texts(a), `sheet-leaves "extra.wav" 2`)

	// A sheet for both sides replaces them.
	files["all.cue"] = sheetOf("", "b1.wav", "a1.wav", "a2.wav")
	a = open(t, nil, folder(t, files))
	assert.Equal(t, []string{"b1.wav", "a1.wav", "a2.wav"}, titles(a))
	assert.NotContains(t, texts(a), `sheets 2`)

	// A sheet of which only some files exist is refused if nothing else uses those.
	files["all.cue"] = sheetOf("", "a1.wav", "gone.wav")
	assert.Contains(t, texts(open(t, nil, folder(t, files))), `sheet-missing "all.cue"`)
	files["all.cue"] = sheetOf("", "extra.wav", "gone.wav")
	_, err := Open(context.Background(), []string{folder(t, files)}, nil)
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, `all.cue: line 5: "gone.wav": file does not exist (to burn without this cue sheet, name the others)`)

	files["all.cue"] = sheetOf("", "b1.wav", "a1.wav", "extra.wav")
	_, err = Open(context.Background(), []string{folder(t, files)}, nil)
	assert.ErrorContains(t, err, `the cue sheets "all.cue" and "side 2.cue" share "a1.wav" but not all of their files: name the sheet`)
}

// An image and a file per track hold the same album.
func TestSheetsForOneAlbum(t *testing.T) {
	const image = "FILE disc.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:05:00\n"
	files := map[string]string{
		"1.wav": second(0, 5), "2.wav": second(5, 5), "disc.wav": second(0, 10),
		"disc.cue": "REM DISCID 1200ab02\n" + image, "files.cue": sheetOf("REM DISCID \"1200AB02\"\n", "1.wav", "2.wav"),
	}
	a := open(t, nil, folder(t, files))
	assert.Equal(t, []string{"1.wav", "2.wav"}, titles(a))
	assert.Contains(t, texts(a), `sheet-variant "disc.cue" "files.cue"`)
	assert.Contains(t, texts(a), `sheet-leaves "disc.wav"`)
	files["disc.cue"] = "REM DISCID 1300ab02\n" + image
	assert.Len(t, open(t, nil, folder(t, files)).Tracks, 4, "another disc")
}

// The files of a sheet need no header.
func TestFolderOfBIN(t *testing.T) {
	const bin = "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
	files := map[string]string{"a.bin": string(make([]byte, 5*176400)), "a.cue": bin, "sub/x": ""}
	dir := folder(t, files)
	assert.Len(t, open(t, nil, dir).Tracks, 1)
	_, err := Open(context.Background(), []string{dir}, &Options{IgnoreCue: true})
	assert.ErrorIs(t, err, ErrNothing)
	files["a.cue"] = "FILE b.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
	_, err = Open(context.Background(), []string{folder(t, files)}, nil)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// FILE lines may repeat a file in another spelling.
func TestFileRepeated(t *testing.T) {
	line := func(name, at string) string {
		return "FILE " + name + " WAVE\nTRACK 02 AUDIO\nINDEX 01 " + at + "\n"
	}
	tests := []struct {
		name, sheet string
		want        [][3]int
		err         string
	}{
		{"same name", line("a.wav", "00:00:00") + line("a.wav", "00:05:00"), [][3]int{{0, 220499, 220500}, {220500, 440999, 220500}}, ""},
		{"other case", line("a.wav", "00:00:00") + line("A.WAV", "00:05:00"), [][3]int{{0, 220499, 220500}, {220500, 440999, 220500}}, ""},
		{"other folder", line("a.wav", "00:00:00") + line(`C:\rip\a.wav`, "00:05:00"), [][3]int{{0, 220499, 220500}, {220500, 440999, 220500}}, ""},
		{"played twice", line("a.wav", "00:00:00") + line("b.wav", "00:00:00") + line("a.wav", "00:00:00"), [][3]int{{0, 440999, 441000}, {0, 220499, 220500}, {0, 440999, 441000}}, ""},
		{"same place", line("a.wav", "00:00:00") + line("a.wav", "00:00:00"), nil, `line 2: track 2 has no length: track 2 begins at the same place, 00:00:00 of "a.wav"`},
		{"backward", line("a.wav", "00:05:00") + line("A.wav", "00:00:00"), nil, `index 01 is at 00:00:00 of "a.wav", before the previous index, at 00:05:00`},
		{"in between", line("a.wav", "00:00:00") + line("b.wav", "00:00:00") + line("a.wav", "00:05:00"), nil, `line 8: track 2 begins at 00:05:00 of "a.wav", other tracks of which are before another file`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, map[string]string{"a.wav": second(0, 10), "b.wav": second(0, 5), "x.cue": tt.sheet})
			a, err := Open(context.Background(), []string{dir + "/x.cue"}, nil)
			if tt.err != "" {
				assert.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, spans(t, a))
		})
	}
}
