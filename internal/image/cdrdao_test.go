package image

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// concert is a disc with everything that a TOC file can describe.
func concert() *Disc {
	return &Disc{
		MCN: "4006381333931", Title: `The "Album" \ Größe`, Performer: "Band", Text: cue.CDText{Composer: "C"},
		Tracks: []Track{
			{TrackInfo: toc.TrackInfo{Title: "One", Performer: "X", ISRC: "USABC1234567", Control: toc.CopyPermitted},
				Text: cue.CDText{Composer: "Q"}, Number: 1, Session: 1, Start: 310, Pregap: 460, Length: 300},
			{TrackInfo: toc.TrackInfo{Control: toc.PreEmphasis, Indexes: []toc.IndexMark{{Index: 2, Offset: 100}, {Index: 3, Offset: 200}}},
				Text: cue.CDText{Composer: "R"}, Number: 2, Session: 1, Start: 642, Pregap: 32, Length: 331},
			{Text: cue.CDText{Composer: "S"}, Number: 3, Session: 1, Start: 973, Length: 305},
		},
		Sectors: &platter{end: 1278},
	}
}

func writeTOC(t testing.TB, dir string, d *Disc, o Options) string {
	t.Helper()
	o.Single, o.TOC, o.Name = true, true, "c"
	_, err := Write(context.Background(), dir, d, &o)
	require.NoError(t, err)
	return filepath.Join(dir, "c.toc")
}

func TestTOCRoundTrip(t *testing.T) {
	for _, o := range []Options{{Encoding: Binary, Hidden: true}, {Hidden: true}} {
		d := concert()
		img, err := Open(writeTOC(t, t.TempDir(), d, o), nil)
		require.NoError(t, err)
		expect(t, d, img)
		assert.Equal(t, d.Title, img.Title)
		assert.Equal(t, d.Text, img.Text)
		assert.Equal(t, d.Tracks[1].Indexes, img.Tracks[1].Indexes)
		require.NotNil(t, img.Tracks[0].Pause)
		assert.Equal(t, sectors(0, 310), readAll(t, img.Tracks[0].Pause))
		assert.Equal(t, sectors(610, 32), readAll(t, img.Tracks[1].Pause))
		assert.Equal(t, toc.LBA(1278), tocOf(img).LeadOut)
	}
	// Without the hidden audio, the area before track 1 is silence.
	img, err := Open(writeTOC(t, t.TempDir(), concert(), Options{}), nil)
	require.NoError(t, err)
	expect(t, concert(), img)
	assert.Nil(t, img.Tracks[0].Pause)
}

// cdrdao itself reads the written file, and sees the same disc.
func TestTOCForCdrdao(t *testing.T) {
	cdrdao, err := exec.LookPath("cdrdao")
	if err != nil {
		t.Skip("cdrdao is not installed")
	}
	for _, o := range []Options{{Encoding: Binary, Hidden: true}, {Hidden: true}, {}} {
		path := writeTOC(t, t.TempDir(), concert(), o)
		out, err := exec.Command(cdrdao, "show-toc", path).CombinedOutput()
		require.NoError(t, err, "%s", out)
		text := strings.Join(strings.Fields(string(out)), " ")
		assert.Contains(t, text, "CATALOG NUMBER: 4006381333931 TRACK 1 Mode AUDIO: ISRC US ABC 12 34567 COPY PERMITTED NO PRE-EMPHASIS TWO CHANNEL AUDIO "+
			"PREGAP 00:04:10( 310) START 00:04:10( 310) END 00:08:10( 610) TRACK 2 Mode AUDIO: COPY NOT PERMITTED PRE-EMPHASIS TWO CHANNEL AUDIO "+
			"PREGAP 00:00:32( 32) START 00:08:42( 642) INDEX 2 00:09:67( 742) INDEX 3 00:11:17( 842) END 00:12:73( 973) TRACK 3 Mode AUDIO: "+
			"COPY NOT PERMITTED NO PRE-EMPHASIS TWO CHANNEL AUDIO START 00:12:73( 973) END 00:17:03( 1278)", "%s", out)
	}
}

// TOC files of cdrdao for real discs (Q3 in docs/internals/golden.md): where their tracks start.
func TestForeignTOC(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "data.wav", wavOf(sectors(0, 60*75)))
	path := put(t, dir, "x.toc", []byte(`CD_DA

CATALOG "0000000000000"

// Track 1
TRACK AUDIO
NO COPY
NO PRE_EMPHASIS
TWO_CHANNEL_AUDIO
ISRC "000000000000"
SILENCE 00:00:32
FILE "data.wav" 0 00:10:10
START 00:00:32


// Track 2
TRACK AUDIO
NO COPY
NO PRE_EMPHASIS
TWO_CHANNEL_AUDIO
CD_TEXT {
  LANGUAGE_MAP { 0 : EN }
  LANGUAGE 0 {
    TITLE "Gr\366\337e \"2\""
    SIZE_INFO { 0, 1, 2 }
  }
}
FILE "data.wav" 00:10:10 00:08:25
START 00:00:45
INDEX 00:04:70

// Track 3
TRACK AUDIO
COPY
PREGAP 00:02:00
FILE "data.wav" 00:18:35
`))
	img, err := Open(path, nil)
	require.NoError(t, err)
	require.Len(t, img.Tracks, 3)
	one, two, three := img.Tracks[0], img.Tracks[1], img.Tracks[2]
	assert.Equal(t, []any{toc.LBA(32), toc.Sectors(182), toc.Sectors(760)}, []any{one.Start, one.Pregap, one.Length})
	assert.Nil(t, one.Pause)
	assert.Equal(t, sectors(0, 760), readAll(t, one.Source))
	assert.Equal(t, []any{toc.LBA(837), toc.Sectors(45), toc.Sectors(580)}, []any{two.Start, two.Pregap, two.Length})
	assert.Equal(t, sectors(760, 45), readAll(t, two.Pause))
	assert.Equal(t, []toc.IndexMark{{Index: 2, Offset: 370}}, two.Indexes)
	assert.Equal(t, `Größe "2"`, two.Title)
	assert.Equal(t, []any{toc.LBA(1567), toc.Sectors(150), toc.Sectors(4500 - 1385), toc.CopyPermitted}, []any{three.Start, three.Pregap, three.Length, three.Control})
	assert.Nil(t, three.Pause)
	assert.Empty(t, img.MCN)
}

// wavOf is a WAV file of CD audio.
func wavOf(data []byte) []byte {
	h := []byte("RIFF....WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x44\xAC\x00\x00\x10\xB1\x02\x00\x04\x00\x10\x00data....")
	n := len(data)
	for i, at := range []int{4, 40} {
		size := n + 36*(1-i)
		h[at], h[at+1], h[at+2], h[at+3] = byte(size), byte(size>>8), byte(size>>16), byte(size>>24)
	}
	return append(h, data...)
}

func TestTOCRefuses(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.wav", wavOf(sectors(0, 10)))
	for _, text := range []string{
		"CD_DA", "CD_DA TRACK MODE1 DATAFILE \"x\"", "CD_DA TRACK AUDIO", "FILE \"a.wav\" 0", "CD_DA TRACK AUDIO FILE a.wav 0",
		"CD_DA TRACK AUDIO FILE \"a.wav", "CD_DA TRACK AUDIO FILE \"a.wav\"", "CD_DA TRACK AUDIO FILE \"a.wav\" 0 1:0:0", "CD_DA TRACK AUDIO FILE \"a.wav\" 00:00:75",
		"CD_DA TRACK AUDIO FILE \"a.wav\" 0 START 0:0:10", "CD_DA TRACK AUDIO FILE \"a.wav\" 0 START 17", "CD_DA TRACK AUDIO FILE \"a.wav\" 0 INDEX 0:0:10",
		"CD_DA TRACK AUDIO PREGAP 0:0:1 FILE \"a.wav\" 0 START 0:0:1", "CD_DA TRACK AUDIO FILE \"a.wav\" #3 0", "CD_DA CATALOG \"12\" TRACK AUDIO FILE \"a.wav\" 0",
		"CD_DA TRACK AUDIO ISRC \"12\" FILE \"a.wav\" 0", "CD_DA CD_TEXT { LANGUAGE 0 { TITLE \"x\"", "CD_DA TRACK AUDIO NO FILE \"a.wav\" 0", "CD_DA TRACK AUDIO ZERO AUDIO 0:1:0",
		"CD_DA CD_TEXT { LANGUAGE_MAP { 0 : EN }", "CD_DA TRACK AUDIO FIFO \"x\" 0:1:0", "\"\"", "CD_DA CD_TEXT x", "CD_DA TRACK AUDIO SILENCE",
	} {
		_, err := Open(put(t, dir, "x.toc", []byte(text)), nil)
		assert.ErrorIs(t, err, ErrImage, text)
		if err != nil {
			assert.Contains(t, err.Error(), "x.toc: ", text)
		}
	}
	_, err := Open(put(t, dir, "x.toc", []byte("CD_DA TRACK AUDIO FILE \"none.wav\" 0")), nil)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzTOC(f *testing.F) {
	f.Add(`CD_DA CATALOG "4006381333931" CD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 { TITLE "\"" } } TRACK AUDIO SILENCE 0:0:5 START INDEX 1:0:0`)
	f.Fuzz(func(t *testing.T, text string) {
		img, err := openTOC("x.toc", []byte(text), nil)
		if err == nil {
			require.NotEmpty(t, img.Tracks)
			for _, tr := range img.Tracks {
				require.Positive(t, tr.Length)
				require.Equal(t, int64(tr.Length), pcm.Sectors(tr.Source))
			}
		}
	})
}

// Files per track, with sound in pauses and before track 1: every sample is in some file,
// in its place.
func TestTracksKeepSound(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		d := concert()
		hidden := rapid.Bool().Draw(rt, "hidden")
		for i := range d.Tracks {
			d.Tracks[i].Sound = rapid.Bool().Draw(rt, "sound")
		}
		var tapped toc.Sectors
		r, err := Write(context.Background(), dir, d, &Options{Hidden: hidden, Tap: func(_ toc.LBA, p []byte) { tapped += toc.Sectors(len(p) / toc.SectorSize) }})
		if err != nil {
			rt.Fatal(err)
		}
		img, err := Open(r.Sheet, nil)
		if err != nil {
			rt.Fatal(err)
		}
		expect(t, d, img)
		var sum toc.Sectors
		for _, f := range r.Files {
			sum += f.Sectors
		}
		assert.Equal(t, sum, tapped)
		for i, tr := range img.Tracks {
			kept := i == 0 && hidden || i == 1 && d.Tracks[0].Sound
			if !kept {
				assert.Nil(t, tr.Pause)
				continue
			}
			if assert.NotNil(t, tr.Pause) {
				n := toc.Sectors(pcm.Sectors(tr.Pause))
				assert.Equal(t, sectors(tr.Start-toc.LBA(n), n), readAll(t, tr.Pause))
			}
		}
	})
}

// A full disk, wherever it shows, leaves nothing, not even the folder.
func TestFullDisk(t *testing.T) {
	full := errors.New("no space left on device")
	for room := range 4 {
		n := 0
		e := Encoding{Ext: ".xyz", New: func(f *os.File, _ Tag) (io.WriteCloser, error) {
			if n++; n > room {
				return nil, full
			}
			return failing{f, full, room == 3 && n == 3}, nil
		}}
		dir := filepath.Join(t.TempDir(), "new")
		_, err := Write(context.Background(), dir, concert(), &Options{Encoding: e})
		assert.ErrorIs(t, err, full)
		_, err = os.Stat(dir)
		assert.ErrorIs(t, err, os.ErrNotExist)
	}
}

// failing writes, but closing it may fail.
type failing struct {
	io.Writer
	err   error
	fails bool
}

func (f failing) Close() error {
	if f.fails {
		return f.err
	}
	return nil
}

// CD-TEXT is in a file next to the sheet, which names it.
func TestPacksAreKept(t *testing.T) {
	dir, d := t.TempDir(), concert()
	d.Packs = []byte("packs")
	d.Comments = []string{"no pauses \n"}
	r, err := Write(context.Background(), dir, d, nil)
	require.NoError(t, err)
	img, err := Open(r.Sheet, nil)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "tracks.cdt"), img.CDTextFile)
	data, err := os.ReadFile(img.CDTextFile)
	require.NoError(t, err)
	assert.Equal(t, d.Packs, data)
	text, err := os.ReadFile(r.Sheet)
	require.NoError(t, err)
	assert.Contains(t, string(text), "REM no pauses\r\n")
	assert.Contains(t, string(text), "COMPOSER \"Q\"\r\n")

	require.NoError(t, os.Remove(r.Sheet))
	_, err = Write(context.Background(), dir, d, nil)
	assert.ErrorIs(t, err, os.ErrExist)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 4, "existing files stay, and no others are left")
}
