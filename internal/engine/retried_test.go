package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/sim"
)

// A fragment as long as its track precedes a second attempt whose end wasn't seen. The later
// one is the track, even on a drive that doesn't read an open session.
func TestResumeTakesTheLaterOfTwoAttempts(t *testing.T) {
	tracks := []burn.Track{music("one", 1, 300), music("two", 2, 400)}
	for _, name := range []string{"modern", unreadableOpen(t)} {
		b := newBench(t, name, sim.CDR80)
		blank, err := inspect.Look(t.Context(), b.drive, nil)
		require.NoError(t, err)
		_, err = engine.Burn(t.Context(), b.drive, []burn.Track{tracks[0], cut(t, "two", 2, 50, 400), tracks[1]}, &burn.Options{NoClose: true}, trackatonce.Method())
		require.NoError(t, err)
		on := b.disc.Tracks()
		was := &burn.Interrupted{Mode: burn.ModeTAO, Disc: blank, Hashes: make([]string, len(tracks)), Begun: []burn.BegunTrack{
			{Row: 0, Number: 1, Start: on[0].Start, Sectors: 300, Whole: true},
			{Row: 1, Number: 2, Start: on[1].Start, Sectors: 400},
			{Row: 1, Number: 3, Start: on[2].Start, Sectors: 400},
		}}
		r, err := engine.Resume(t.Context(), b.drive, tracks, nil, was, trackatonce.Method())
		require.NoError(t, err, name)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Len(t, b.disc.Tracks(), 3, "nothing is written a third time")
		require.Equal(t, 3, r.Tracks[1].Number)
		require.Contains(t, kinds(r.Notes), notekind.Fragment)
	}
}

// unreadableOpen is a personality that doesn't read audio from an open session.
func unreadableOpen(t *testing.T) string {
	t.Helper()
	for _, p := range sim.Personalities() {
		if p.OpenUnreadable {
			return p.Name
		}
	}
	t.Fatal("no such drive")
	return ""
}
