package image

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// polyglot is a disc with CD-TEXT in three languages.
func polyglot(t testing.TB, japanese bool) (*Disc, cdtext.Disc) {
	t.Helper()
	text := cdtext.Disc{First: 1, Blocks: []cdtext.Block{
		{
			Language: cdtext.English, DiscID: "XY12345", Genre: 27, GenreText: "Rock", UPC: "4006381333931",
			Album:  cdtext.Text{Title: `The "Album" \123`, Performer: "Band"},
			Tracks: []cdtext.Track{{Text: cdtext.Text{Title: "One"}, ISRC: "USABC1234567"}, {Text: cdtext.Text{Title: "Two", Message: "hi"}}, {}},
		},
		{
			Language: cdtext.German, Album: cdtext.Text{Title: "Größe", Performer: "Band"},
			Tracks: []cdtext.Track{{Text: cdtext.Text{Title: "Eins"}}, {Text: cdtext.Text{Title: "Zwölf"}}, {Text: cdtext.Text{Title: "Drei"}}},
		},
	}}
	if japanese {
		text.Blocks = append(text.Blocks, cdtext.Block{
			Language: cdtext.Japanese, Charset: cdtext.MSJIS, Album: cdtext.Text{Title: "日本", Performer: "バンド"},
			Tracks: []cdtext.Track{{Text: cdtext.Text{Title: "一"}}, {Text: cdtext.Text{Title: "能"}}, {Text: cdtext.Text{Title: "三"}}},
		})
	}
	packs, notes, err := cdtext.Encode(text)
	require.NoError(t, err)
	require.Empty(t, notes)
	d := concert()
	d.Packs = packs
	return d, text
}

func TestTOCHoldsAllLanguages(t *testing.T) {
	d, text := polyglot(t, true)
	path := writeTOC(t, t.TempDir(), d, Options{Encoding: Binary, Hidden: true})
	img, err := Open(path, nil)
	require.NoError(t, err)
	assert.Equal(t, text.Blocks, img.CDText)
	assert.Equal(t, text.Blocks[0].Album.Title, img.Title)
	assert.Equal(t, "Two", img.Tracks[1].Title)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(file), `TITLE "\223\372\226{"`) // 日本 in Shift-JIS
	for _, c := range file {
		require.Less(t, c, byte(0x80), "the texts are escapes, which every version of cdrdao reads")
	}
}

// What cdrdao's parser accepts: its manual's example, and the bytes of 日本 and é as
// jmfontaine/tocparser has them in its tests against cdrdao 1.2.6.
func TestForeignLanguages(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "data.wav", wavOf(sectors(0, 600)))
	img, err := Open(put(t, dir, "x.toc", []byte(`CD_DA
CD_TEXT {
  LANGUAGE_MAP { 0 : EN 1 : 105 }
  LANGUAGE 0 { TITLE "CD Title" PERFORMER "caf\351" DISC_ID "XY12345" UPC_EAN "" GENRE { 0, 27, 0 } SIZE_INFO { 0, 1, 2 } }
  LANGUAGE 1 { ENCODING_MS_JIS TITLE "\223\372\226\173" PERFORMER "日本" }
}
TRACK AUDIO
CD_TEXT {
  LANGUAGE 0 { TITLE "Track Title" PERFORMER "Performer" ISRC "DE-XXX-98-00001" }
  LANGUAGE 1 { TITLE "\223\372" PERFORMER "" }
}
FILE "data.wav" 0
`)), nil)
	require.NoError(t, err)
	assert.Equal(t, []cdtext.Block{
		{
			Language: cdtext.English, DiscID: "XY12345", Genre: 27, Album: cdtext.Text{Title: "CD Title", Performer: "café"},
			Tracks: []cdtext.Track{{Text: cdtext.Text{Title: "Track Title", Performer: "Performer"}, ISRC: "DEXXX9800001"}},
		},
		{
			Language: cdtext.Japanese, Charset: cdtext.MSJIS, Album: cdtext.Text{Title: "日本", Performer: "日本"},
			Tracks: []cdtext.Track{{Text: cdtext.Text{Title: "日"}}},
		},
	}, img.CDText)
}

// cdrdao reads several languages. Its version 1.2.4 has no ENCODING_MS_JIS.
func TestTOCLanguagesForCdrdao(t *testing.T) {
	cdrdao, err := exec.LookPath("cdrdao")
	if err != nil {
		t.Skip("cdrdao is not installed")
	}
	d, _ := polyglot(t, false)
	out, err := exec.Command(cdrdao, "show-toc", writeTOC(t, t.TempDir(), d, Options{Encoding: Binary, Hidden: true})).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.NotContains(t, string(out), "WARNING")
	assert.NotContains(t, string(out), "ERROR")
}
