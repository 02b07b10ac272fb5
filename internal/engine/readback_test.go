package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/toc"
)

// Which notes of a track and of the burn call for reading back: an error whose harmlessness only
// the audio shows.
func TestNotesThatCallForReadingBack(t *testing.T) {
	for kind, want := range map[burn.NoteKind][2]bool{
		notekind.CloseError: {true, false}, notekind.Attention: {true, false},
		notekind.EndError: {false, true}, notekind.NoSize: {false, true}, notekind.WriteTaken: {false, true}, notekind.SettingsLost: {false, true},
		notekind.ISRCNotKept: {false, false}, notekind.NoTrayLock: {false, false},
	} {
		c := concluded(false, []toc.Sectors{400})
		require.False(t, verifier{c}.suspect())
		c.rep.Notes = []burn.Note{{Kind: kind}}
		require.Equal(t, want[0], verifier{c}.suspect(), kind)
		c.rep.Notes, c.rep.Tracks[0].Notes = nil, []burn.Note{{Kind: kind}}
		require.Equal(t, want[1], verifier{c}.suspect(), kind)
	}
	c := concluded(false, []toc.Sectors{400})
	c.Tasks[0].doubt = errNoAnswer
	require.True(t, verifier{c}.suspect())
}
