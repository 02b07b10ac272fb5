package cdtext_test

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// unhex turns "8F 00 | 2A" into bytes.
func unhex(text string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(strings.ReplaceAll(text, "|", " ")), ""))
	if err != nil {
		panic(err)
	}
	return b
}

// nightCats are libburn's packs of NIGHTCATS.CUE (doc/cdtext.txt): 22 packs. The album
// has no performer and no songwriter, hence the NULs at the start of 81h and 82h.
const nightCats = `
80 00 00 00 4A 6F 79 66 75 6C 20 4E 69 67 68 74 F0 F7 80 00 01 0C 73 00 53 6F 6E 67 20 6F 66 20 4A 6F 43 1C
80 01 02 0A 79 00 48 75 6D 70 74 79 20 44 75 6D 43 F9 80 02 03 0A 70 74 79 00 4D 65 65 20 4F 77 77 77 24 72
80 03 04 08 77 00 00 00 00 00 00 00 00 00 00 00 6E AF 81 00 05 00 00 46 65 6C 69 78 20 61 6E 64 20 54 4D 51
81 01 06 0B 68 65 20 50 75 72 72 73 00 43 61 74 A7 40 81 02 07 03 77 61 6C 6B 20 42 65 61 75 74 69 65 59 80
81 02 08 0F 73 00 4D 69 61 20 4B 69 74 74 65 6E 30 C9 81 03 09 0A 00 00 00 00 00 00 00 00 00 00 00 00 AD 19
82 00 0A 00 00 46 72 69 65 64 72 69 63 68 20 53 70 8F 82 01 0B 0B 63 68 69 6C 6C 65 72 00 4D 6F 74 68 33 43
82 02 0C 04 65 72 20 47 6F 6F 73 65 00 4D 69 61 D6 F5 82 03 0D 03 20 4B 69 74 74 65 6E 00 00 00 00 00 F5 83
8E 00 0E 00 31 32 33 34 35 36 37 38 39 30 31 32 92 3E 8E 00 0F 0C 33 00 58 59 42 4C 47 31 31 30 31 32 C0 2B
8E 01 10 0A 33 34 00 58 59 42 4C 47 31 31 30 30 BB B3 8E 02 11 09 30 30 35 00 58 59 42 4C 47 31 31 30 F3 BF
8E 03 12 08 30 30 30 36 00 00 00 00 00 00 00 00 5B 5C 8F 00 13 00 00 01 03 00 05 05 04 00 00 00 00 00 9B FE
8F 01 14 00 00 00 00 00 00 00 05 03 15 00 00 00 11 0B 8F 02 15 00 00 00 00 00 09 00 00 00 00 00 00 00 DA 77`

// nightCatsText is the text of NIGHTCATS.CUE.
func nightCatsText() cdtext.Disc {
	track := func(title, performer, songwriter, isrc string) cdtext.Track {
		return cdtext.Track{Text: cdtext.Text{Title: title, Performer: performer, Songwriter: songwriter}, ISRC: isrc}
	}
	return cdtext.Disc{First: 1, Blocks: []cdtext.Block{{
		Language: cdtext.English,
		Album:    cdtext.Text{Title: "Joyful Nights"},
		UPC:      "1234567890123",
		Tracks: []cdtext.Track{
			track("Song of Joy", "Felix and The Purrs", "Friedrich Schiller", "XYBLG1101234"),
			track("Humpty Dumpty", "Catwalk Beauties", "Mother Goose", "XYBLG1100005"),
			track("Mee Owwww", "Mia Kitten", "Mia Kitten", "XYBLG1100006"),
		},
	}}}
}

func TestNightCats(t *testing.T) {
	packs, notes, err := cdtext.Encode(nightCatsText())
	require.NoError(t, err)
	assert.Empty(t, notes)
	wantPacks(t, unhex(nightCats), packs)

	d, notes := cdtext.Decode(unhex(nightCats))
	assert.Empty(t, notes)
	assert.Equal(t, nightCatsText(), d)
}

// wantPacks compares pack by pack: a failure names the first that differs.
func wantPacks(t *testing.T, want, got []byte) {
	t.Helper()
	for i := 0; i < len(want) && i < len(got); i += cdtext.PackSize {
		require.Equal(t, fmt.Sprintf("% X", want[i:i+cdtext.PackSize]), fmt.Sprintf("% X", got[i:i+cdtext.PackSize]), "pack %d", i/cdtext.PackSize)
	}
	require.Equal(t, len(want), len(got))
}

// Packs from other sources and their checksums: the start of Sony's own example with
// its tables of contents (libburn's doc/cdtext.txt), the size information of a
// commercial disc (comment in cdrtools' cdtext.c), and packs of libcdio's test discs.
func TestChecksums(t *testing.T) {
	packs := unhex(`88 00 23 00 01 0E 00 3F 02 12 00 00 00 00 00 00 12 00 | 88 01 24 00 00 02 00 04 0B 19 08 02 32 0B 2F 3E 67 2D
		88 0D 27 00 35 18 19 39 03 19 00 00 00 00 00 00 EA AF | 89 01 28 00 01 04 00 00 00 00 02 29 30 02 34 3A F3 0C
		89 06 29 00 02 04 00 00 00 00 17 0E 19 17 1D 3C 73 92 | 89 07 2A 00 03 04 00 00 00 00 1C 1E 27 1C 2A 1E 72 20
		89 0D 2B 00 04 04 00 00 00 00 37 0D 1A 37 1F 32 0B 62 | 8F 00 2A 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65
		8F 01 2B 00 00 00 00 00 00 00 06 03 2C 00 00 00 C0 20 | 8F 02 2C 00 00 00 00 00 09 00 00 00 00 00 00 00 11 45
		8F 00 2B 00 01 01 0D 03 0C 0C 00 00 00 00 01 00 7B 3D | 8F 01 2C 00 00 00 00 00 00 00 12 03 2D 00 00 00 DA B7
		8F 02 2D 00 00 00 00 00 09 00 00 00 00 00 00 00 6A 24 | 81 00 07 1F 74 65 72 00 46 65 6C 69 78 20 75 6E 75 CD
		85 01 1D 0F 00 50 6C 75 63 6B 20 74 68 65 20 67 D0 45 | 80 08 11 0F 00 42 61 74 74 6C 65 73 20 41 72 65 A5 B9`)
	for i := 0; i < len(packs); i += cdtext.PackSize {
		p := packs[i : i+cdtext.PackSize]
		assert.Equal(t, binary.BigEndian.Uint16(p[16:]), cdtext.CRC(p[:16]), "% X", p)
	}
}

// nightCatsSheets are NIGHTCATS.TXT of libburn's doc/cdtext.txt, and its German
// counterpart with the texts of libcdio's test/data/cdtext.cdt.
//
//go:embed testdata/nightcats.txt
var nightCatsSheets string

// Another program made 96 packs of these texts: libcdio's test/data/cdtext.cdt (commit
// 6fba48cf), without the NUL that Sony's software appends to the file.
func TestTwoLanguages(t *testing.T) {
	d, err := cdtext.ParseSheet([]byte(nightCatsSheets))
	require.NoError(t, err)
	packs, notes, err := cdtext.Encode(d)
	require.NoError(t, err)
	assert.Empty(t, notes)
	require.Len(t, packs, 96*cdtext.PackSize)
	for _, golden := range []string{
		"8F 00 2B 00 01 01 03 00 05 06 06 05 03 06 01 02 62 42", "8F 00 2F 10 00 01 03 00 05 08 06 06 04 06 01 02 07 51",
		"8F 01 2C 00 00 00 00 00 00 04 05 03 2D 31 00 00 3B 21", "8F 01 30 10 00 00 00 00 00 04 05 03 2D 31 00 00 FD AC",
		"8F 02 2D 00 00 00 00 00 09 08 00 00 00 00 00 00 F9 89", "8F 02 31 10 00 00 00 00 09 08 00 00 00 00 00 00 3F 04",
		"87 00 20 00 00 05 46 65 6C 69 6E 65 20 63 6C 61 23 C0", "87 00 21 0A 73 73 69 63 20 6D 75 73 69 63 00 00 BE 33",
		"81 00 07 1F 74 65 72 00 46 65 6C 69 78 20 75 6E 75 CD", "85 01 1D 0F 00 50 6C 75 63 6B 20 74 68 65 20 67 D0 45",
		"84 03 1C 1C 00 00 00 00 00 00 00 00 00 00 00 00 5C 03",
	} {
		assert.True(t, bytes.Contains(packs, unhex(golden)), golden)
	}
	assert.Equal(t, "da2c613e2b0db9093f9ded0faa5f61acc83d6b5bfba6363ce7e5aca9c4c9c0d0", fmt.Sprintf("%x", sha256.Sum256(packs)), "all of the file")
	back, notes := cdtext.Decode(packs)
	assert.Empty(t, notes)
	assert.Equal(t, d, back)
}
