package cdtext_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// Any bytes can be decoded, and text that can be encoded again stays the same from then
// on.
func FuzzDecode(f *testing.F) {
	f.Add(unhex(nightCats), true)
	f.Add(unhex("80 00 00 80 41 6C 62 75 6D 00 46 69 72 73 74 20 00 00"), false)
	f.Add(unhex("87 00 01 8A 00 05 00 05 00 05 FF FF 00 00 00 00 00 00"), false)
	f.Fuzz(func(t *testing.T, packs []byte, sealed bool) {
		if sealed { // checksums would reject almost all input
			for _, p := range cut(packs) {
				if len(p) == cdtext.PackSize {
					copy(p, seal(append([]byte{}, p[:16]...)))
				}
			}
		}
		d, _ := cdtext.Decode(packs)
		require.LessOrEqual(t, len(d.Blocks), 8)
		clean, notes, err := cdtext.Encode(d)
		if err != nil {
			return
		}
		back, more := cdtext.Decode(clean)
		require.Empty(t, more)
		if len(notes) > 0 {
			return
		}
		require.Equal(t, len(d.Blocks), len(back.Blocks))
		require.Equal(t, d.First, back.First)
		again, _, err := cdtext.Encode(back)
		require.NoError(t, err)
		require.Equal(t, clean, again)
	})
}

func FuzzParseSheet(f *testing.F) {
	f.Add([]byte(nightCatsSheets))
	f.Add([]byte("Text Code = MS-JIS\nTrack 01 Title = \x93\xFA\nISRC 01 = X"))
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := cdtext.ParseSheet(file)
		if err != nil {
			require.ErrorIs(t, err, cdtext.ErrInvalid)
			return
		}
		text, notes, err := cdtext.FormatSheet(d)
		require.NoError(t, err)
		if len(notes) > 0 {
			return
		}
		back, err := cdtext.ParseSheet(text)
		require.NoError(t, err)
		require.Len(t, back.Blocks, len(d.Blocks))
		require.Equal(t, len(d.Blocks[0].Tracks), len(back.Blocks[0].Tracks))
	})
}

func FuzzParseFile(f *testing.F) {
	f.Add(unhex(nightCats))
	f.Fuzz(func(t *testing.T, file []byte) {
		packs, _, err := cdtext.ParseFile(file)
		if err != nil {
			return
		}
		again, notes, err := cdtext.ParseFile(packs)
		require.NoError(t, err)
		require.Empty(t, notes)
		require.Equal(t, packs, again)
		require.NotEmpty(t, packs)
		require.Zero(t, len(packs)%cdtext.PackSize)
		require.LessOrEqual(t, len(packs), 8*256*cdtext.PackSize, "what a lead-in repeats")
	})
}
