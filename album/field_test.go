package album

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/cue"
)

// field returns a folder of the corpus of problematic files; "" without it.
func field(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("REDBOOK_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpus")
	}
	dir = filepath.Join(dir, "field", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("there is no %s", dir)
		return ""
	}
	return dir
}

// notes returns all notes as text.
func notes(a *Album) string {
	var b strings.Builder
	for _, n := range a.Notes {
		b.WriteString(n.String() + "\n")
	}
	return b.String()
}

func TestFieldDiscNumberMissing(t *testing.T) {
	if dir := field(t, "folder-disc-number-missing"); dir != "" {
		a := open(t, nil, dir)
		assert.Equal(t, []string{"01.flac", "02.flac"}, names(a.Files))
	}
}

func TestFieldCodePage(t *testing.T) {
	if dir := field(t, "cue-code-page"); dir != "" {
		a := open(t, nil, filepath.Join(dir, "album.cue"))
		assert.Equal(t, []string{"Первая песня"}, titles(a))
		assert.Equal(t, "Альбом", a.Title)
		assert.Equal(t, "Певец", a.Performer)
		assert.Contains(t, notes(a), `encoding "Windows-1251"`)
	}
}

// A disc number that some files lack doesn't make two discs, and a number shared by all
// files is not an order.
func TestDiscNumbers(t *testing.T) {
	song := func(first int, track, disc string) string {
		tags := []string{"ITRK", track}
		data := tagged(wave(first, 3000, 44100), tags...)
		if disc != "" {
			data = id3(data, disc)
		}
		return string(data)
	}
	dir := folder(t, map[string]string{"a.wav": song(0, "2", ""), "b.wav": song(1, "1", "1/2"), "c.wav": song(2, "3", "1/2")})
	a := open(t, nil, dir)
	assert.Equal(t, []string{"b.wav", "a.wav", "c.wav"}, names(a.Files))
	assert.Contains(t, notes(a), string(noteOrderTags))

	dir = folder(t, map[string]string{"a.wav": song(0, "2", ""), "b.wav": song(1, "1", "1"), "c.wav": song(2, "3", "2")})
	a = open(t, nil, dir)
	assert.Equal(t, []string{"a.wav", "b.wav", "c.wav"}, names(a.Files))
	assert.Contains(t, notes(a), string(noteOrderNames))
}

// id3 adds an ID3v2.3 tag with a disc number as a chunk.
func id3(p []byte, disc string) []byte {
	frame := append([]byte("TPOS\x00\x00\x00"), byte(len(disc)+1), 0, 0, 0)
	frame = append(frame, disc...)
	tag := append([]byte("ID3\x03\x00\x00\x00\x00\x00"), byte(len(frame)))
	tag = append(tag, frame...)
	if len(tag)%2 == 1 {
		tag[9]++
		tag = append(tag, 0)
	}
	p = append(p, "id3 "...)
	p = append(p, byte(len(tag)), 0, 0, 0)
	p = append(p, tag...)
	p[4], p[5], p[6] = byte(len(p)-8), byte((len(p)-8)>>8), byte((len(p)-8)>>16)
	return p
}

// A name that begins with # is an entry if such a file exists.
func TestPlaylistHash(t *testing.T) {
	dir := folder(t, map[string]string{
		"#1 Hit.wav": second(0, 5), "two.wav": second(1, 5),
		"x.m3u8": "#EXTM3U\n#EXTINF:5,Band - First\n#1 Hit.wav\n# a comment\n#two\n#EXTINF:5,Second\ntwo.wav\n#EXTALB:x\n",
	})
	a := open(t, nil, filepath.Join(dir, "x.m3u8"))
	assert.Equal(t, []string{"First", "Second"}, titles(a))
	assert.Equal(t, []string{"#1 Hit.wav", "two.wav"}, names(a.Files))
}

const twoTracks = "FILE \"x.wav\" WAVE\nTRACK 01 AUDIO\nTITLE One\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE Two\nINDEX 01 00:04:00\n"

// The cue sheet next to a file cuts it, and a sheet that doesn't fit is reported.
func TestSheetBeside(t *testing.T) {
	dir := folder(t, map[string]string{"x.wav": second(0, 10), "x.cue": twoTracks, "y.wav": second(0, 10), "Y.cue": twoTracks, "z.wav": second(0, 10), "z.cue": "nonsense"})
	a := open(t, nil, filepath.Join(dir, "x.wav"))
	assert.Equal(t, []string{"One", "Two"}, titles(a))
	assert.Contains(t, notes(a), `x.wav: sheet-cuts "x.cue" 2`)
	a = open(t, &Options{IgnoreCue: true}, filepath.Join(dir, "x.wav"))
	assert.Equal(t, []string{"x"}, titles(a))
	a = open(t, nil, filepath.Join(dir, "y.wav"))
	assert.Equal(t, []string{"y"}, titles(a))
	assert.Contains(t, notes(a), `sheet-foreign "Y.cue"`)
	a = open(t, nil, filepath.Join(dir, "z.wav"))
	assert.Contains(t, notes(a), `sheet-unused "z.cue": it has no TRACK`)
	a = open(t, nil, filepath.Join(dir, "x.cue"), filepath.Join(dir, "x.wav"))
	assert.Equal(t, []string{"One", "Two"}, titles(a), "once is enough")
	assert.Contains(t, notes(a), string(noteSheetNamed))
}

// Cue sheets and playlists of other countries find their files: names that are Unicode
// today, and names that still have the bytes in the sheet.
func TestNationalNames(t *testing.T) {
	for _, tc := range []struct{ encoding, name string }{
		{"Windows-1251", "Кино - Группа крови"}, {"GBK", "邓丽君 - 月亮"}, {"EUC-KR", "아이유 - 밤편지"}, {"Shift-JIS", "中島みゆき - 糸"},
		{"Windows-1250", "čas"}, {"Windows-1252", "Größe"}, {"KOI8-R", "Город"}, {"Big5", "吻別"},
	} {
		sheet, ok := cue.Encode(strings.ReplaceAll(twoTracks, "x.wav", tc.name+".wav"), tc.encoding)
		require.True(t, ok)
		list, ok := cue.Encode(tc.name+".wav\r\n", tc.encoding)
		require.True(t, ok)
		dir := folder(t, map[string]string{tc.name + ".wav": second(0, 10), "a.cue": string(sheet), "a.m3u": string(list)})
		assert.Len(t, open(t, nil, filepath.Join(dir, "a.cue")).Tracks, 2, tc.name)
		a := open(t, &Options{IgnoreCue: true}, filepath.Join(dir, "a.m3u"))
		assert.Equal(t, []string{trackName(tc.name + ".wav")}, titles(a))
		if runtime.GOOS != "linux" { // other systems have only Unicode names
			continue
		}
		raw, _ := cue.Encode(tc.name+".wav", tc.encoding)
		dir = folder(t, map[string]string{string(raw): second(0, 10), "a.cue": string(sheet), "a.m3u": string(list)})
		assert.Len(t, open(t, nil, filepath.Join(dir, "a.cue")).Tracks, 2, "raw %s", tc.name)
		assert.Len(t, open(t, &Options{IgnoreCue: true}, filepath.Join(dir, "a.m3u")).Tracks, 1, "raw %s", tc.name)
	}
}

// MOTOROLA files have their bytes swapped.
func TestMotorola(t *testing.T) {
	little := wave(0, 4*588*75, 44100)[44:]
	big := make([]byte, len(little))
	for i := range little {
		big[i] = little[i^1]
	}
	sheet := strings.ReplaceAll(strings.ReplaceAll(twoTracks, `"x.wav" WAVE`, `"x.img" MOTOROLA`), "00:04:00", "00:02:00")
	dir := folder(t, map[string]string{"x.img": string(big), "x.cue": sheet})
	a := open(t, nil, filepath.Join(dir, "x.cue"))
	require.Len(t, a.Tracks, 2)
	assert.Equal(t, little, readFile(t, a))
}

// readFile reads the first file of an album.
func readFile(t *testing.T, a *Album) []byte {
	t.Helper()
	r, err := a.Files[0].source.Open()
	require.NoError(t, err)
	defer r.Close()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return []byte(b.String())
		}
	}
}

// Blanks at the ends of names, and other white space, are part of them.
func TestNamesWithBlanks(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{" lead.wav", "no\u00A0break.wav"} {
		data, err := os.ReadFile(filepath.Join("..", "internal", "decode", "testdata", "signal.wav"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
		for list, text := range map[string]string{
			"x.m3u": name + "\r\n", "x.pls": "[playlist]\nFile1=" + name + "\n", "x.cue": "FILE \"" + name + "\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
			"y.cue": "FILE \"" + strings.ReplaceAll(strings.TrimSpace(name), "\u00A0", " ") + "\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
		} {
			path := filepath.Join(dir, list)
			require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			a, err := Open(t.Context(), []string{path}, nil)
			require.NoError(t, err, "%q in %s", name, list)
			assert.Equal(t, filepath.Join(dir, name), a.Files[0].Name())
		}
	}
}

// Entries of playlists as other programs write them.
func TestPlaylistEntries(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	data, err := os.ReadFile(filepath.Join("..", "internal", "decode", "testdata", "signal.wav"))
	require.NoError(t, err)
	song := filepath.Join(other, "a b.wav")
	require.NoError(t, os.WriteFile(song, data, 0o644))
	path := filepath.Join(dir, "x.m3u")
	slashed := filepath.ToSlash(song)
	for _, line := range []string{"file:" + strings.ReplaceAll(slashed, " ", "%20") + "\n", `"` + song + `"` + "\n", song + "\r\n\x1A"} {
		require.NoError(t, os.WriteFile(path, []byte(line), 0o644))
		a, err := Open(t.Context(), []string{path}, nil)
		require.NoError(t, err, line)
		assert.Len(t, a.Tracks, 1)
	}
	require.NoError(t, os.WriteFile(path, []byte("..\n"), 0o644))
	_, err = Open(t.Context(), []string{path}, nil)
	assert.ErrorContains(t, err, `".." is a folder`)
}

// A note names the assumed encoding of a playlist that isn't UTF-8.
func TestPlaylistEncodingIsNoted(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile(filepath.Join("..", "internal", "decode", "testdata", "signal.wav"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Песня.wav"), data, 0o644))
	path := filepath.Join(dir, "x.m3u")
	require.NoError(t, os.WriteFile(path, []byte("\xCF\xE5\xF1\xED\xFF.wav\n"), 0o644))
	a, err := Open(t.Context(), []string{path}, nil)
	require.NoError(t, err)
	assert.Contains(t, a.Notes, Note{Kind: noteEncoding, File: path, Name: "Windows-1251"})
}
