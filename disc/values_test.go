package disc_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
)

func known[T any](v T) disc.Fact[T] { return disc.Fact[T]{Value: v, Origin: disc.Reported} }

// Whether players can play the disc.
func TestClosedDisc(t *testing.T) {
	for _, row := range []struct {
		status        disc.Fact[mmc.DiscStatus]
		session       disc.Fact[mmc.SessionStatus]
		closed, known bool
	}{
		{known(mmc.DiscFinalized), disc.Fact[mmc.SessionStatus]{}, true, true},
		{known(mmc.DiscEmpty), known(mmc.SessionEmpty), false, true},
		{known(mmc.DiscIncomplete), known(mmc.SessionEmpty), true, true},
		{known(mmc.DiscIncomplete), known(mmc.SessionComplete), true, true},
		{known(mmc.DiscIncomplete), known(mmc.SessionIncomplete), false, true},
		{known(mmc.DiscIncomplete), known(mmc.SessionDamaged), false, true},
		{disc.Fact[mmc.DiscStatus]{}, known(mmc.SessionComplete), false, false},
	} {
		closed, told := disc.Disc{Status: row.status, LastSession: row.session}.Closed()
		require.Equal(t, [2]bool{row.closed, row.known}, [2]bool{closed, told}, "%+v", row)
	}
	_, ok := disc.Disc{Status: known(mmc.DiscIncomplete)}.Closed()
	require.False(t, ok, "no reply gives the state of the session")
}

func TestTracksOfADisc(t *testing.T) {
	d := disc.Disc{
		Tracks: []disc.Track{{Number: 3, Start: 100, Sectors: 400}, {Number: 4, Start: 652, Sectors: 300}},
	}
	track, ok := d.Track(3)
	assert.True(t, ok)
	assert.EqualValues(t, 500, track.End())
	_, ok = d.Track(5)
	assert.False(t, ok)
}

func TestTextOfADifference(t *testing.T) {
	require.Equal(t, "disc blank", disc.Difference{Kind: "disc blank"}.String())
	require.Equal(t, "track 1: track missing", disc.Difference{Kind: "track missing", Track: 1}.String())
	require.Contains(t, disc.Difference{Kind: "start differs", Track: 2, Want: 450, Got: 452}.String(), "(452 instead of 450)")
}

// The levels are those of IMAPI_BURN_VERIFICATION_LEVEL.
func TestLevels(t *testing.T) {
	require.EqualValues(t, []int{0, 1, 2}, []int{int(disc.VerifyNone), int(disc.VerifyQuick), int(disc.VerifyFull)})
}

func TestVerificationInJSON(t *testing.T) {
	for level := range disc.VerifyLevel(3) {
		for result := range disc.VerifyResult(6) {
			v := disc.Verification{Asked: level, Done: level, Result: result, Tracks: []disc.TrackVerification{{Number: 1, Result: result}}}
			b, err := json.Marshal(v)
			require.NoError(t, err)
			var back disc.Verification
			require.NoError(t, json.Unmarshal(b, &back))
			require.Equal(t, v, back)
		}
	}
	for i, want := range []string{"none", "quick", "full"} { // IMAPI_BURN_VERIFICATION_LEVEL
		require.Equal(t, want, fmt.Sprint(disc.VerifyLevel(i)))
	}
	var l disc.VerifyLevel
	require.Error(t, l.UnmarshalText([]byte("loud")))
}

func TestDifferenceInJSON(t *testing.T) {
	want := disc.Difference{Kind: "start differs", Track: 2, Want: 450, Got: 452}
	b, err := json.Marshal(want)
	require.NoError(t, err)
	require.JSONEq(t, `{"kind":"start differs","track":2,"want":450,"got":452}`, string(b))
	var back disc.Difference
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, want, back)
}
