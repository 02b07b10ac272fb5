package extract_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// piece is what one READ CD with Q asked for.
type piece struct {
	lba toc.LBA
	n   int
}

// pieces returns the READ CD commands with Q since a track was begun, without the four for
// its codes.
func (b *bench) pieces(since int) (list []piece) {
	for _, e := range b.tap.Exchanges()[since:] {
		if e.CDB[0] != command.OpReadCD || e.CDB[10] == 0 {
			continue
		}
		p := piece{toc.LBA(int32(binary.BigEndian.Uint32(e.CDB[2:]))), int(e.CDB[6])<<16 | int(e.CDB[7])<<8 | int(e.CDB[8])}
		if p.n < 25 {
			list = append(list, p)
		}
	}
	return list
}

// unreadable makes READ CD of the sectors from..to fail.
func unreadable(from, to toc.LBA) scsitest.Rule {
	return scsitest.Rule{Sticky: true, Fault: scsitest.SenseFault([]byte{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x11, 5, 0, 0, 0, 0}), Match: touches(from, to)}
}

// Where a track of 1000 sectors is searched: its last eight, then half of what lies between
// two places with different indexes, again and again. Without pause and marks nothing else
// is read; a pause of two seconds takes one more reading.
func TestWhatIsSearched(t *testing.T) {
	plain := sim.PressedTrack{Open: noise(1, 1000)}
	marked, early, late := plain, plain, plain
	marked.Indexes, early.Indexes, late.Indexes = []toc.Sectors{500}, []toc.Sectors{3}, []toc.Sectors{991}
	for name, row := range map[string]struct {
		first, second sim.PressedTrack
		bad           [2]toc.LBA // unreadable from..to
		want          []piece
		marks         []toc.IndexMark
		unknown       bool
	}{
		"no pause":      {first: plain, second: plain, want: []piece{{992, 8}}},
		"two seconds":   {first: plain, second: sim.PressedTrack{Open: noise(2, 300), Pregap: 150}, want: []piece{{1142, 8}, {996, 8}}},
		"in the middle": {first: marked, second: plain, want: []piece{{992, 8}, {492, 8}, {741, 8}}, marks: []toc.IndexMark{{Index: 2, Offset: 500}}},
		"early":         {first: early, second: plain, marks: []toc.IndexMark{{Index: 2, Offset: 3}}},
		"late":          {first: late, second: plain, marks: []toc.IndexMark{{Index: 2, Offset: 991}}},
		"end lost":      {first: plain, second: plain, bad: [2]toc.LBA{976, 999}, want: []piece{{992, 8}, {984, 8}, {976, 8}, {968, 8}}},
		"more lost":     {first: plain, second: plain, bad: [2]toc.LBA{968, 999}, want: []piece{{992, 8}, {984, 8}, {976, 8}, {968, 8}}, unknown: true},
		"all lost":      {first: marked, second: plain, bad: [2]toc.LBA{1, 991}, want: []piece{{992, 8}, {492, 8}, {244, 8}, {740, 8}, {1, 7}, {984, 8}}, unknown: true},
		"a few lost": {first: marked, second: plain, bad: [2]toc.LBA{499, 501}, marks: []toc.IndexMark{{Index: 2, Offset: 497}}, want: []piece{
			{992, 8}, {492, 8}, {244, 8}, {617, 8}, {430, 8}, {523, 8}, {476, 8}, {499, 8}, {489, 8}, {505, 8}, // down to 496 and 505
			{497, 7}, {497, 5}, {498, 7}, {497, 7}, {497, 8}, // each includes the three
		}},
		"only the start": {first: marked, second: plain, bad: [2]toc.LBA{8, 991}, want: []piece{{992, 8}, {492, 8}, {244, 8}, {740, 8}, {1, 7}}, unknown: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := benchOf(t, "", pressed(t, "", nil, row.first, row.second))
			on, err := inspect.Look(t.Context(), b.Drive, nil)
			require.NoError(t, err)
			var sent []piece
			since := 0
			l, err := extract.Scan(t.Context(), b.Drive, on, &extract.ScanOptions{OnProgress: func(track, tracks int) {
				assert.Equal(t, 2, tracks)
				if track == 2 {
					sent = b.pieces(since)
					return
				}
				since = len(b.tap.Exchanges())
				if row.bad[1] > 0 {
					b.faults.Add(unreadable(row.bad[0], row.bad[1]))
				}
			}})
			require.NoError(t, err)
			require.NoError(t, l.NoQ)
			first := slices.Compact(slices.Clone(sent)) // what can't be read is sent again
			if row.want != nil {
				require.GreaterOrEqual(t, len(first), len(row.want))
				assert.Equal(t, row.want, first[:len(row.want)])
			}
			if row.unknown {
				assert.ErrorIs(t, l.Tracks[0].Indexes.Err, extract.ErrNoFrames)
				return
			}
			assert.Equal(t, disc.Fact[[]toc.IndexMark]{Value: row.marks, Origin: disc.Reported}, l.Tracks[0].Indexes)
			if row.marks == nil {
				assert.Len(t, first, len(row.want), "nothing else is read")
			}
			assert.LessOrEqual(t, len(first), 15)
		})
	}
}
