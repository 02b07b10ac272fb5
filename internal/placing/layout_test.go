package placing

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/toc"
)

// Burns of real drives, from public logs: where the track following the last one
// began.
func TestPlanTAOGolden(t *testing.T) {
	for _, tc := range []struct {
		drive   string
		lengths []toc.Sectors
		next    toc.LBA
	}{
		{"G4: ATAPI CD-R/RW 16X10", []toc.Sectors{31902}, 32054},
		{"G7: MATSHITA UJ-840D", []toc.Sectors{15980}, 16132},
		{"G5: AOPEN CRW4852", []toc.Sectors{20594, 22290, 17840, 17619, 17619, 23499, 16039, 27520, 22517, 14416, 21526}, 223151},
		{"G16: HL-DT-ST GH22NS50", []toc.Sectors{18517, 15480, 12428, 16762, 7598, 10122, 13935, 7915}, 103973},
		{"G25: SAMSUNG SW-240B", []toc.Sectors{15333, 19136, 20110}, 55035},
	} {
		l, err := PlanTAO(0, 1, append(tc.lengths, MinTrack))
		require.NoError(t, err)
		last := l.Tracks[len(l.Tracks)-1]
		assert.Equal(t, tc.next, last.Start, tc.drive)
		assert.Equal(t, tc.next+MinTrack+RunOutSectors, l.LeadOut, tc.drive)
	}
}

func TestPlanTAO(t *testing.T) {
	l, err := PlanTAO(-150, 3, []toc.Sectors{300, 1000})
	require.NoError(t, err)
	assert.Equal(t, []PlannedTrack{{3, 0, 300, 150}, {4, 452, 1000, 150}}, l.Tracks)
	assert.Equal(t, toc.LBA(1454), l.LeadOut)
	assert.Equal(t, toc.LBA(0), l.Tracks[0].Start, "a blank disc that says -150 means 0")
	assert.Equal(t, toc.Sectors(1300), l.Audio())
	assert.Equal(t, toc.Sectors(1452), l.Used())
	n, length := l.Pauses()
	assert.Equal(t, 1, n)
	assert.Equal(t, toc.Sectors(152), length)

	want := toc.TOC{First: 3, Last: 4, LeadOut: 1454, Entries: []toc.Entry{
		{Number: 3, Session: 1, Control: toc.CopyPermitted}, {Number: 4, Session: 1, Start: 452},
	}}
	assert.Equal(t, want, l.TOC(1, []toc.Control{toc.CopyPermitted}))

	var none Layout
	n, length = none.Pauses()
	assert.Zero(t, n)
	assert.Zero(t, length)
	assert.Zero(t, none.Used())
	assert.Equal(t, toc.TOC{}, none.TOC(1, nil))
}

func TestRedBookRules(t *testing.T) {
	hundred := make([]toc.Sectors, 100)
	for i := range hundred {
		hundred[i] = MinTrack
	}
	for _, tc := range []struct {
		first   int
		lengths []toc.Sectors
		want    error
		text    string
	}{
		{1, nil, ErrNoTracks, "no tracks"},
		{1, hundred, ErrTrackCount, "tracks 1 to 100"},
		{1, hundred[:99], nil, ""},
		{2, hundred[:99], ErrTrackCount, "tracks 2 to 100"},
		{99, hundred[:1], nil, ""},
		{0, hundred[:1], ErrTrackCount, "tracks 0 to 0"},
		{5, []toc.Sectors{300, 299}, ErrTrackLength, "track 6 lasts 3.99 seconds"},
		{1, []toc.Sectors{0}, ErrTrackLength, "track 1 lasts 0.00 seconds"},
		{1, []toc.Sectors{-1}, ErrTrackLength, "track 1"},
		{1, []toc.Sectors{1 << 30, 1 << 30, 1 << 30}, ErrTrackLength, "track 2 makes it longer"},
	} {
		_, err := PlanTAO(0, tc.first, tc.lengths)
		if tc.want == nil {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorIs(t, err, tc.want)
		assert.ErrorContains(t, err, tc.text)
	}
	assert.Equal(t, toc.Sectors(300), Raise(1))
	assert.Equal(t, toc.Sectors(301), Raise(301))
}

// Whatever the lengths: tracks ascend without overlap, pauses are 152 sectors, and
// what is used is what lies between the first sector and the last.
func TestPlanTAOProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nwa := toc.LBA(rapid.Int32Range(0, 400000).Draw(t, "nwa"))
		lengths := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) toc.Sectors {
			return toc.Sectors(rapid.Int32Range(300, 360000).Draw(t, "length"))
		}), 1, 99).Draw(t, "lengths")
		l, err := PlanTAO(nwa, 1, lengths)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(l.Tracks); i++ {
			if gap := l.Tracks[i].Start - l.Tracks[i-1].End(); gap != 152 {
				t.Fatalf("gap of %d before track %d", gap, i+1)
			}
		}
		if end := l.Tracks[len(l.Tracks)-1].End(); toc.Sectors(end-nwa) != l.Used() || l.LeadOut != end+2 {
			t.Fatalf("used %d, from %d to %d, lead-out %d", l.Used(), nwa, end, l.LeadOut)
		}
	})
}

func TestUsableSectors(t *testing.T) {
	// G6: a blank with last lead-out 359846 reported 359844 free blocks.
	assert.Equal(t, toc.Sectors(359844), UsableSectors(0, 359846))
	assert.Equal(t, toc.Sectors(343712), UsableSectors(16132, 359846))
	assert.Zero(t, UsableSectors(359845, 359846))
	assert.Equal(t, toc.Sectors(1), UsableSectors(359843, 359846))
	assert.Equal(t, toc.Sectors(359844), UsableSectors(-150, 359846), "a blank disc that says -150 means 0")
}

// 24 tracks that make 79:10 fit on an 80-minute disc, 79:50 are 0:39 too long.
func TestFitOf24Tracks(t *testing.T) {
	plan := func(minutes, seconds toc.Sectors) Layout {
		total := (minutes*60 + seconds) * toc.SectorsPerSecond
		lengths := make([]toc.Sectors, 24)
		for i := range lengths {
			lengths[i] = total / 24
		}
		lengths[23] += total % 24
		l, err := PlanTAO(0, 1, lengths)
		require.NoError(t, err)
		return l
	}
	fit := Fit{plan(79, 10).Used(), 359844}
	assert.True(t, fit.OK())
	assert.Zero(t, fit.Over())
	assert.Equal(t, toc.Sectors(98), fit.Left())

	over := plan(79, 50)
	fit = Fit{over.Used(), 359844}
	assert.False(t, fit.OK())
	assert.Zero(t, fit.Left())
	assert.Equal(t, "0:39", fit.Over().String())
	n, pauses := over.Pauses()
	assert.Equal(t, 23, n)
	assert.Equal(t, "0:47", pauses.String())
}

// The very last sector: it fits, one more doesn't.
func TestFitAtTheEdge(t *testing.T) {
	for need, over := range map[toc.Sectors]toc.Sectors{359843: 0, 359844: 0, 359845: 1} {
		l, err := PlanTAO(0, 1, []toc.Sectors{need})
		require.NoError(t, err)
		fit := Fit{l.Used(), 359844}
		assert.Equal(t, over == 0, fit.OK())
		assert.Equal(t, over, fit.Over())
		assert.Equal(t, max(359844-need, 0), fit.Left())
	}
}

// A layout begins where its first track does, also in a later session.
func TestLayoutBeginsWithItsFirstTrack(t *testing.T) {
	l, err := PlanTAO(11400, 4, []toc.Sectors{300, 400})
	require.NoError(t, err)
	require.Equal(t, toc.LBA(11400), l.Tracks[0].Start)
}

func TestLayoutTOCOfOneTrack(t *testing.T) {
	l, err := PlanTAO(0, 7, []toc.Sectors{300})
	assert.NoError(t, err)
	table := l.TOC(1, nil)
	assert.Equal(t, []int{7, 7}, []int{table.First, table.Last})
}
