package album

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

func TestFiles(t *testing.T) {
	dir := folder(t, map[string]string{
		"01 - One & only.wav": second(0, 5),
		"b.wav":               string(tagged(wave(0, 3000, 44100), "INAM", "Bee", "IART", "Band", "IPRD", "Album", "ISRC", "USABC1234567")),
	})
	var seen []string
	a := open(t, &Options{OnOpen: func(path string) { seen = append(seen, filepath.Base(path)) }},
		filepath.Join(dir, "01 - One & only.wav"), filepath.Join(dir, "b.wav"), filepath.Join(dir, "01 - One & only.wav"))
	assert.Equal(t, []string{"One & only", "Bee", "One & only"}, titles(a))
	assert.Equal(t, []string{"01 - One & only.wav", "b.wav"}, names(a.Files), "each once")
	assert.Equal(t, []string{"01 - One & only.wav", "b.wav"}, seen)
	assert.Equal(t, toc.TrackInfo{Title: "Bee", Performer: "Band", ISRC: "USABC1234567"}, a.Tracks[1].TrackInfo)
	assert.Empty(t, a.Title, "the files don't agree")
	assert.Empty(t, a.Notes)
	src, err := a.Tracks[1].cut(nil)
	require.NoError(t, err)
	assert.Same(t, a.Files[1].source, src, "a whole file is unchanged")
}

// All errors are reported at once.
func TestErrorsOfAllFiles(t *testing.T) {
	dir := folder(t, map[string]string{"1.wav": second(0, 5), "2.flac": "PK\x03\x04 zip", "3.wav": second(0, 5)[:3000], "4.wav": second(1, 5)})
	_, err := Open(context.Background(), []string{dir}, nil)
	require.ErrorIs(t, err, audio.ErrNotAudio)
	assert.ErrorContains(t, err, "2.flac: this is a ZIP archive, not audio: unpack it first")
	assert.ErrorContains(t, err, "3.wav: ")
	assert.NotContains(t, err.Error(), "4.wav")
	_, err = Open(context.Background(), []string{filepath.Join(dir, "none.wav"), filepath.Join(dir, "2.flac")}, nil)
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorIs(t, err, audio.ErrNotAudio)
	_, err = Open(context.Background(), nil, nil)
	assert.ErrorIs(t, err, ErrNothing)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Open(ctx, []string{dir}, nil)
	assert.ErrorIs(t, err, context.Canceled)
	many := make([]string, 100)
	for i := range many {
		many[i] = filepath.Join(dir, "1.wav")
	}
	_, err = Open(context.Background(), many, nil)
	assert.ErrorIs(t, err, ErrTooMany)
}

// More files than a disc has tracks are refused before the first is opened.
func TestTooManyAreRefusedUnopened(t *testing.T) {
	files, list, names := map[string]string{}, "", []string(nil)
	for i := range 100 {
		name := fmt.Sprintf("d/%d.m4a", i)
		files[name] = "not examined"
		list += name + "\n"
		names = append(names, name)
	}
	files["l.m3u"] = list
	dir := folder(t, files)
	for i := range names {
		names[i] = filepath.Join(dir, names[i])
	}
	for _, paths := range [][]string{{filepath.Join(dir, "d")}, {filepath.Join(dir, "l.m3u")}, names} {
		for _, raw := range []bool{false, len(paths) > 1} {
			opened := 0
			_, err := Open(t.Context(), paths, &Options{Raw: raw, OnOpen: func(string) { opened++ }})
			require.ErrorIs(t, err, ErrTooMany)
			assert.ErrorContains(t, err, "100")
			assert.LessOrEqual(t, opened, 1, "the playlist")
		}
	}
	_, err := Open(t.Context(), names[:99], &Options{Raw: true})
	assert.NotErrorIs(t, err, ErrTooMany)
}

// A folder that has only cue sheets reports what is wrong with each.
func TestFolderOfSheetsAlone(t *testing.T) {
	dir := folder(t, map[string]string{
		"gone/a.cue": "FILE gone.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
		"bad/a.cue":  "FILE gone.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:99:00\n",
		"both/a.cue": "FILE gone.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:99:00\n",
		"both/b.cue": "FILE gone.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
	})
	for name, want := range map[string][]string{
		"gone": {`a.cue: line 1: "gone.wav": file does not exist`}, "bad": {"a.cue: line 3: "},
		"both": {"a.cue: line 3: ", `b.cue: line 1: "gone.wav": file does not exist`},
	} {
		_, err := Open(t.Context(), []string{filepath.Join(dir, name)}, nil)
		for _, text := range want {
			assert.ErrorContains(t, err, text, name)
		}
		_, err = Open(t.Context(), []string{filepath.Join(dir, name)}, &Options{IgnoreCue: true})
		assert.ErrorIs(t, err, ErrNothing, name)
	}
}

// If the album has several tracks, errors contain the track's number.
func TestErrorsAreNumbered(t *testing.T) {
	dir := folder(t, map[string]string{
		"good.wav": second(0, 5), "bad.flac": "PK\x03\x04 zip", "odd.wav": string(wave(0, 5, 7)),
		"d/1.wav": second(0, 5), "d/2.wav": second(0, 5)[:3000], "d/10.wav": "this is no sound at all",
		"l.m3u": "good.wav\nbad.flac\n", "one.m3u": "bad.flac\n",
		"s.cue": "FILE good.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE d/2.wav WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n",
	})
	for _, c := range []struct {
		names  []string
		tracks []int
	}{
		{[]string{"bad.flac"}, nil},
		{[]string{"good.wav", "bad.flac"}, []int{2}},
		{[]string{"good.wav", "odd.wav", "none.wav", "good.wav", "bad.flac"}, []int{2, 3, 5}},
		{[]string{"d"}, []int{2, 3}},
		{[]string{"good.wav", "d", "bad.flac"}, []int{3, 4, 5}},
		{[]string{"l.m3u"}, []int{2}},
		{[]string{"one.m3u"}, nil},
		{[]string{"s.cue"}, []int{2}},
	} {
		paths := make([]string, len(c.names))
		for i, name := range c.names {
			paths[i] = filepath.Join(dir, name)
		}
		_, err := Open(context.Background(), paths, nil)
		require.Error(t, err, c.names)
		var tracks []int
		for _, e := range split(err) {
			var te *TrackError
			if errors.As(e, &te) {
				tracks = append(tracks, te.Track)
			}
		}
		assert.Equal(t, c.tracks, tracks, "%v: %v", c.names, err)
	}
}

func TestFolders(t *testing.T) {
	dir := folder(t, map[string]string{
		"Track 10.wav": second(0, 4), "Track 9.wav": second(0, 4), "track 1.wav": second(0, 4), "cover.jpg": "\xFF\xD8\xFF\xE0 picture", "info.txt": "hello",
		"list.m3u": "x.mp3", "._Track 1.wav": "\x00\x05\x16\x07", ".hidden.flac": "x", "noext": second(0, 4), "sub/a.wav": second(0, 4),
	})
	a := open(t, nil, dir)
	assert.Equal(t, []string{"noext", "track 1", "Track 9", "Track 10"}, titles(a))
	assert.Empty(t, a.Notes)

	// By tags: the second disc after the first.
	info := func(track, title string) string {
		return string(tagged(wave(0, 3000, 44100), "ITRK", track, "INAM", title, "IPRD", "Album", "IART", title))
	}
	dir = folder(t, map[string]string{"a.wav": info("2/3", "two"), "b.wav": info("3/3", "three"), "c.wav": info("1/3", "one")})
	a = open(t, nil, dir)
	assert.Equal(t, []string{"one", "two", "three"}, titles(a))
	assert.Equal(t, "Album", a.Title)
	assert.Equal(t, "Various", a.Performer)
	assert.Equal(t, []string{string(noteOrderTags)}, texts(a))
	assert.Equal(t, []string{"two", "three", "one"}, titles(open(t, &Options{OrderByName: true}, dir)))
	for _, c := range []string{info("2", "twice"), second(0, 4)} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "c.wav"), []byte(c), 0o666))
		a = open(t, nil, dir)
		assert.Equal(t, []string{"two", "three"}, titles(a)[:2])
		assert.Equal(t, string(noteOrderNames), texts(a)[0])
	}

	dir = folder(t, map[string]string{"CD 10/a.wav": "x", "CD 2/a.wav": "x", "x.txt": "y"})
	_, err := Open(context.Background(), []string{dir}, nil)
	require.ErrorIs(t, err, ErrNothing)
	assert.ErrorContains(t, err, `name one, such as "CD 2"`)
	_, err = Open(context.Background(), []string{t.TempDir()}, nil)
	assert.ErrorContains(t, err, "the folder has no audio files")
}

// Of several sheets in a folder the matching one is used.
func TestFolderWithSheets(t *testing.T) {
	const one = "FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
	files := map[string]string{
		"1.wav": second(0, 5), "2.wav": second(10, 5), "bonus.wav": second(20, 5),
		"a.cue": one, "b.cue": one + "FILE 2.wav WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n", "c.cue": "FILE none.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n", "d.cue": "what is this",
	}
	a := open(t, nil, folder(t, files))
	assert.Len(t, a.Tracks, 2)
	assert.Contains(t, texts(a), `sheet-leaves "bonus.wav"`)
	assert.Contains(t, texts(a), `sheet-missing "c.cue"`)
	assert.Contains(t, texts(a), `sheet-unused "d.cue": it has no TRACK`)
	delete(files, "a.cue")
	delete(files, "b.cue")
	a = open(t, nil, folder(t, files))
	assert.Len(t, a.Tracks, 3)
	assert.Len(t, a.Notes, 2)
}

func TestPlaylists(t *testing.T) {
	files := map[string]string{"a b.wav": second(0, 4), "sub/Zoë.wav": second(10, 4), "c'd.wav": second(20, 4), "50%.wav": second(30, 4)}
	dir := folder(t, files)
	list := func(name, text string) (*Album, error) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
		return Open(context.Background(), []string{path}, nil)
	}
	uri := "file://" + strings.ReplaceAll(filepath.ToSlash(dir), " ", "%20")
	if strings.HasPrefix(uri, "file://C:") {
		uri = "file:///" + uri[7:]
	}
	for name, text := range map[string]string{
		"x.m3u8": "\xEF\xBB\xBF#EXTM3U\r\n#EXTINF:4,Band - First\r\na b.wav\r\n\r\n#EXTINF:-1,Second\r\nsub/Zoë.wav\r\n# a remark\r\n./c'd.wav\r\n50%.wav\r\n",
		"y.m3u":  "a b.wav\nsub\\Zo\xEB.wav\nc'd.wav\n50%25.wav",
		"z.pls":  "[playlist]\nNumberOfEntries=4\nFile2=sub/zoë.wav\nFile10=50%.wav\nFile1=a b.wav\nTitle1=Band - First\nLength1=4\nFile3=c'd.wav\nVersion=2\n",
		"u.m3u":  uri + "/a%20b.wav\n" + uri + "/sub/Zo%C3%AB.wav\nfile://localhost" + uri[7:] + "/c'd.wav\n" + uri + "/50%25.wav\n",
		"n.txt":  "#EXTM3U\nA B.WAV\nsub/Zoë.flac\nc'd.mp3\n50%.wav\n",
	} {
		a, err := list(name, text)
		require.NoError(t, err, name)
		assert.Equal(t, []string{"a b.wav", "Zoë.wav", "c'd.wav", "50%.wav"}, names(a.Files), name)
		if name == "x.m3u8" {
			assert.Equal(t, []string{"First", "Second", "c'd", "50%"}, titles(a))
			assert.Equal(t, "Band", a.Tracks[0].Performer)
		}
		if name == "n.txt" {
			assert.Equal(t, []string{`line 3: other-name "sub/Zoë.flac" "Zoë.wav"`, `line 4: other-name "c'd.mp3" "c'd.wav"`}, texts(a))
		}
	}
	for text, want := range map[string]string{
		"":                                  "the playlist has no entries",
		"#EXTM3U\n":                         "the playlist has no entries",
		"http://example.org/a.mp3\n":        "line 1: http://example.org/a.mp3 is on the network: download it first",
		"a b.wav\nnone.wav\nnor this.mp3\n": `line 2: "none.wav": file does not exist`,
		strings.Repeat("x\n", 10001):        "10001 entries",
		strings.Repeat("x", 1<<20+1):        "too long for a playlist",
		strings.Repeat("x", 5<<20):          "too long for a cue sheet or playlist",
	} {
		_, err := list("e.m3u", text)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "e.m3u")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bad.wav"), []byte("PK\x03\x04 zip"), 0o666))
	_, err := list("e.m3u", "bad.wav")
	assert.ErrorContains(t, err, "e.m3u: ")
	assert.ErrorContains(t, err, "ZIP archive")
}

// A FLAC file with its cue sheet inside, in a comment or in a separate block.
func TestEmbeddedSheet(t *testing.T) {
	if _, err := exec.LookPath("flac"); err != nil {
		t.Skip("flac is not installed")
	}
	dir := folder(t, map[string]string{
		"a.wav": second(0, 30),
		"a.cue": "CATALOG 4006381333931\nFILE \"CDImage.wav\" WAVE\nTRACK 01 AUDIO\nTITLE \"One\"\nISRC USABC1234567\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE \"Two\"\nINDEX 01 00:10:00\n",
		"b.cue": "FILE \"a.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:10:00\n",
	})
	p := func(name string) string { return filepath.Join(dir, name) }
	flac := func(out string, args ...string) {
		text, err := exec.Command("flac", append(args, "-sf", "-0", p("a.wav"), "-o", p(out))...).CombinedOutput()
		if err != nil {
			t.Skipf("skipped: flac %v: %v: %s", args, err, text)
		}
	}
	flac("block.flac", "--cuesheet="+p("a.cue"), "-T", "ALBUM=Tagged", "-T", "ARTIST=Band")
	flac("text.flac", "--tag-from-file=CUESHEET="+p("a.cue"), "-T", "ALBUM=Tagged")
	flac("wrong.flac", "--tag-from-file=CUESHEET="+p("b.cue"))
	flac("plain.flac")
	const s = 44100
	for _, name := range []string{"block.flac", "text.flac"} {
		a := open(t, nil, p(name))
		assert.Equal(t, [][3]int{{0, 10*s - 1, 10 * s}, {10 * s, 30*s - 1, 20 * s}}, spans(t, a), name)
		assert.Equal(t, "Tagged", a.Title)
		assert.Equal(t, toc.MCN("4006381333931"), a.MCN)
		assert.Equal(t, toc.ISRC("USABC1234567"), a.Tracks[0].ISRC)
		assert.Len(t, open(t, &Options{IgnoreCue: true}, p(name)).Tracks, 1)
	}
	assert.Equal(t, []string{"One", "Two"}, titles(open(t, nil, p("text.flac"))))
	a := open(t, nil, p("wrong.flac"))
	assert.Len(t, a.Tracks, 1)
	assert.Contains(t, texts(a)[0], string(noteSheetUnused))
	assert.Len(t, open(t, nil, p("plain.flac")).Tracks, 1)
}

func TestTrackName(t *testing.T) {
	for path, want := range map[string]string{
		"01 - One.flac": "One", "01. One.mp3": "One", "1-One.wav": "One", "07_One.wav": "One", "12 One.wav": "One", "001 - One.wav": "One", "3) One.wav": "One",
		"One.wav": "One", "99 Luftballons.mp3": "99 Luftballons", "01.wav": "01", "7.wav": "7", "1984 (live).wav": "1984 (live)", "2-1.wav": "1",
		"No. 5 in C.wav": "No. 5 in C", "a.b.wav": "a.b", "01 - 99 Luftballons.flac": "99 Luftballons",
	} {
		assert.Equal(t, want, trackName(filepath.Join("x", path)), path)
	}
}

func TestNatural(t *testing.T) {
	want := []string{"01.wav", "1.wav", "2.wav", "10 B.wav", "10 b.wav", "a1b2.wav", "a1b10.wav", "a01b11.wav", "b.wav", "B2.wav", "é.wav"}
	for range 5 {
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, natural)
		for i := range want {
			assert.Equal(t, want[i], got[i])
		}
	}
	for _, a := range want {
		assert.Zero(t, natural(a, a))
		for _, b := range want {
			assert.Equal(t, natural(a, b) < 0, natural(b, a) > 0)
		}
	}
}

// A joined source reports everything about its parts.
func TestJoined(t *testing.T) {
	format := pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.U8}
	part := func(n int) pcm.Source { return pcm.FromBytes("part", format, make([]byte, n)) }
	src, err := join("x", []pcm.Source{part(5), part(3), quiet([]pcm.Source{part(1)}, 1)})
	require.NoError(t, err)
	assert.Equal(t, "x", src.Name())
	assert.Equal(t, int64(8+588), src.Frames())
	d, err := reading.Check(context.Background(), src, nil)
	require.NoError(t, err)
	assert.Equal(t, int64(596), d.Frames)
	assert.NoError(t, src.(pcm.Changer).Changed())
	assert.Equal(t, pcm.CDDA, quiet(nil, 1).Format())
	assert.Equal(t, "silence", quiet(nil, 1).Name())

	loud := make([]byte, 8)
	binary.LittleEndian.PutUint32(loud, 0x40000000) // 2.0
	float, err := convert.ToCDDA(pcm.FromBytes("f", pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.F32}, loud))
	require.NoError(t, err)
	src, err = join("x", []pcm.Source{float, float})
	require.NoError(t, err)
	d, err = reading.Check(context.Background(), src, nil)
	require.NoError(t, err)
	assert.Equal(t, int64(2), d.Clipped)

	broken := &bad{Source: part(5)}
	src, err = join("x", []pcm.Source{part(1), broken})
	require.NoError(t, err)
	assert.ErrorIs(t, src.(pcm.Changer).Changed(), errBad)
	_, err = reading.Check(context.Background(), src, nil)
	assert.ErrorIs(t, err, errBad)
	r, err := src.Open()
	require.NoError(t, err)
	require.NoError(t, r.Close())
}

var errBad = errors.New("bad")

type bad struct{ pcm.Source }

func (*bad) Changed() error { return errBad }

func FuzzPlaylist(f *testing.F) {
	f.Add([]byte("#EXTM3U\n#EXTINF:1,a - b\nc.wav\n"))
	f.Add([]byte("[playlist]\nFile1=a\nTitle1=b\n"))
	f.Add([]byte("file:///%41%\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parsePlaylist("x", data)
		if err != nil {
			return
		}
		for _, it := range list {
			if it.name == "" {
				t.Fatal("an entry without a name")
			}
		}
		_, _, _ = list[0].locate(dir)
	})
}

func FuzzNatural(f *testing.F) {
	f.Add("a01", "A1")
	f.Fuzz(func(t *testing.T, a, b string) {
		if x, y := natural(a, b), natural(b, a); (x < 0) != (y > 0) || (x == 0) != (a == b) {
			t.Fatalf("%q %q: %d %d", a, b, x, y)
		}
	})
}
