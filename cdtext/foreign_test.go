package cdtext_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// wantTabs compares packs in which repeated texts are TABs with another program's
// file, by its SHA-256.
func wantTabs(t *testing.T, d cdtext.Disc, packs int, sum string) {
	t.Helper()
	got, notes, err := cdtext.EncodeTabs(d)
	require.NoError(t, err)
	assert.Empty(t, notes)
	require.Len(t, got, packs*cdtext.PackSize)
	assert.Equal(t, sum, fmt.Sprintf("%x", sha256.Sum256(got)))
	back, notes := cdtext.Decode(got)
	assert.Empty(t, notes)
	assert.Equal(t, d, back)
}

// libburn's packs of nightcats_ii.v07t and katzenmusik_ii.v07t: libcdio's
// test/data/cdtext-libburnia.cdt, with the texts of test/cdtext-libburnia.right.
func TestLibburnFile(t *testing.T) {
	sheets := strings.NewReplacer(
		"Joyful Nights", "Night Cats II", "Humpty Dumpty", "The Hunt", "Mother Goose", "Mother Nature", "Pluck the goose", "",
		"Freudvolle Nächte", "Nachtkratz II", "Katzenhafte Klassik", "Klassische Katzenmusik", "Lied der Freude", "Freudenlied",
		"Rubbeldiekatz", "Die Jagd", "Katzengang Schönheiten", "Laufsteg Miezen", "Mutter Gans", "Mutter Natur",
		"Rupft die Gans", "").Replace(nightCatsSheets)
	d, err := cdtext.ParseSheet([]byte(sheets))
	require.NoError(t, err)
	wantTabs(t, d, 91, "284ba8e2654b9c2b85bd8a893523e623dfde1da5475ed32670c117280ffa1fca")
}

// A commercial disc that uses TABs: libcdio's test/data/cdtext-krosis.cdt, with the
// texts of test/cdtext-krosis.right.
func TestCommercialDisc(t *testing.T) {
	b := cdtext.Block{Language: cdtext.English, Album: cdtext.Text{Title: "A Memoir of Free Will", Performer: "Krosis"}}
	for i, title := range []string{
		"Gone But Not Forgotten", "Insanity A Moniker Of Me", "To Persist or Adhere", "An Elegy for a Man Alive", "Psychoticlysm",
		"An Intramural Madness", "Questions of a Holistic Divine", "With Virtue I Am Free", "Battles Are Won Within", "A Memior of Free Will",
	} {
		b.Tracks = append(b.Tracks, cdtext.Track{
			Text: cdtext.Text{Title: title, Performer: "Krosis", Songwriter: "Krosis", Composer: "Krosis", Arranger: "Krosis"},
			ISRC: fmt.Sprintf("QM72819052%02d", 4+i),
		})
	}
	wantTabs(t, cdtext.Disc{First: 1, Blocks: []cdtext.Block{b}}, 47, "3587b9ec9dc99d3824c9171bb5a7ad950e30e7c3617b5af4fe4c6ab2d71e8959")
}
