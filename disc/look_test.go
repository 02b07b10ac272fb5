package disc_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// On every kind of drive, and in every state that a disc goes through, a look finds
// what is really on it. Drives whose tables are stale may contradict themselves, but
// no fact may be false.
func TestLookOnEveryPersonality(t *testing.T) {
	for _, p := range sim.Personalities() {
		t.Run(p.Name, func(t *testing.T) {
			if p.Verdict != sim.Success && p.Verdict != sim.VerifyFailed {
				t.Skip("a burn on this drive leaves no disc")
			}
			b := newBench(t, p.Name, sim.NewDisc(sim.CDR80))
			checkTruth(t, b, "blank")
			b.record(t, open, source(1, 310), source(2, 320))
			checkTruth(t, b, "open session")
			b.record(t, multi)
			checkTruth(t, b, "closed session")
			b.record(t, final, source(3, 305))
			checkTruth(t, b, "finalized")
		})
	}
}

// checkTruth compares a look with what the simulator knows.
func checkTruth(t *testing.T, b *bench, when string) {
	t.Helper()
	d := b.look(t)
	about := fmt.Sprintf("%s: %+v", when, d)
	truth, tracks := b.disc.Summary(), b.disc.Tracks()
	stale := b.Personality().StaleTOC

	assert.Equal(t, mmc.MediaCDR, d.Media.Value, about)
	want := mmc.DiscIncomplete
	switch {
	case truth.Blank:
		want = mmc.DiscEmpty
	case truth.Finalized:
		want = mmc.DiscFinalized
	}
	if d.Status.Known() || !stale {
		assert.Equal(t, want, d.Status.Value, about)
	}
	if d.Sessions.Known() && !b.Personality().StaleInfo {
		assert.Equal(t, truth.Sessions, d.Sessions.Value, about)
	}
	require.Len(t, d.Tracks, len(tracks), about)
	for i, want := range tracks {
		got := d.Tracks[i]
		assert.Equal(t, want.Number, got.Number, about)
		assert.Equal(t, want.Start, got.Start, about)
		assert.GreaterOrEqual(t, got.Sectors, want.Size, about)
		assert.LessOrEqual(t, got.Sectors, want.Size+toc.RunOutSectors, about)
		assert.Equal(t, disc.TrackComplete, got.State, about)
		assert.Equal(t, want.Session, got.Session, about)
		assert.True(t, got.InTOC || stale || want.Session > truth.Sessions, about)
	}
	if truth.Finalized {
		assert.False(t, d.Next.Known(), about)
	} else {
		require.True(t, d.Next.Known(), about)
		assert.Equal(t, len(tracks)+1, d.Next.Value.Track, about)
		assert.False(t, d.Next.Value.Unfinished, about)
		assert.EqualValues(t, 359844, toc.Sectors(d.Next.Value.NWA)+d.Next.Value.Free, about)
	}
	assert.Equal(t, toc.Sectors(359844), d.Capacity.Value, about)
}
