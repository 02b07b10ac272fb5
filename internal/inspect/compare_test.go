package inspect_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A disc as it was written has no differences, and each kind of difference is found.
func TestCompare(t *testing.T) {
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	b.record(t, open, source(1, 300), source(2, 301))
	want := []inspect.Expected{{Number: 1, Sectors: 300}, {Number: 2, Start: 452, Sectors: 301}}
	assert.Empty(t, inspect.Compare(want, b.look(t)))
	want[0].InTOC, want[1].InTOC = true, true
	assert.Equal(t, []disc.Difference{{Kind: inspect.TOCNotShown}}, inspect.Compare(want, b.look(t)))
	b.record(t, final)
	right := b.look(t)
	require.Empty(t, inspect.Compare(want, right))

	for _, row := range []struct {
		change func(*disc.Disc)
		kind   string
		track  int
		nums   [2]int
	}{
		{func(d *disc.Disc) { d.Status.Value = mmc.DiscEmpty }, inspect.DiscBlank, 0, [2]int{}},
		{func(d *disc.Disc) { d.Tracks = d.Tracks[:1] }, inspect.TrackMissing, 2, [2]int{}},
		{func(d *disc.Disc) { d.Tracks = d.Tracks[:1]; d.Status = disc.Fact[mmc.DiscStatus]{} }, inspect.TrackNotShown, 2, [2]int{}},
		{func(d *disc.Disc) { d.Tracks[0].Origin = disc.Unknown }, inspect.TrackNotShown, 1, [2]int{}},
		{func(d *disc.Disc) { d.TOC = disc.Fact[toc.TOC]{Err: errors.New("busy")} }, inspect.TOCNotShown, 0, [2]int{}},
		{func(d *disc.Disc) {
			d.Tracks[1].InTOC = false
			d.TOC.Value.Last, d.TOC.Value.Entries, d.TOC.Value.LeadOut = 1, d.TOC.Value.Entries[:1], 302
		}, inspect.TrackNotInTOC, 2, [2]int{}},
		{func(d *disc.Disc) { d.Tracks[1].State = disc.TrackDamaged }, inspect.TrackUnfinished, 2, [2]int{0, int(disc.TrackDamaged)}},
		{func(d *disc.Disc) { d.TOC.Value.Entries[1].Start++ }, inspect.StartDiffers, 2, [2]int{452, 453}},
		{func(d *disc.Disc) { d.Tracks[0].Sectors = 297 }, inspect.TrackShort, 1, [2]int{300, 297}},
		{func(d *disc.Disc) { d.TOC.Value.Entries[0].Control = toc.DataTrack }, inspect.NotAudio, 1, [2]int{0, 4}},
		{func(d *disc.Disc) { d.TOC.Value.Entries[0].Control = toc.CopyPermitted }, inspect.ControlDiffers, 1, [2]int{0, 2}},
		{func(d *disc.Disc) { d.TOC.Value.LeadOut = 752 }, inspect.LeadOutTooEarly, 0, [2]int{753, 752}},
	} {
		d := b.look(t)
		row.change(&d)
		assert.Equal(t, []disc.Difference{{Kind: row.kind, Track: row.track, Want: row.nums[0], Got: row.nums[1]}}, inspect.Compare(want, d), "%v", row.kind)
		text, err := json.Marshal(row.kind)
		require.NoError(t, err)
		var back string
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, row.kind, back)
	}
	d := b.look(t)
	d.Tracks[0].Sectors = 298 // Pioneer's session-at-once
	assert.Empty(t, inspect.Compare(want, d))
}
