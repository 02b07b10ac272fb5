package toc

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Burns of real drives, from public logs: where the track behind the last one
// began.
func TestPlanTAOGolden(t *testing.T) {
	for _, tc := range []struct {
		drive   string
		lengths []Sectors
		next    LBA
	}{
		{"G4: ATAPI CD-R/RW 16X10", []Sectors{31902}, 32054},
		{"G7: MATSHITA UJ-840D", []Sectors{15980}, 16132},
		{"G5: AOPEN CRW4852", []Sectors{20594, 22290, 17840, 17619, 17619, 23499, 16039, 27520, 22517, 14416, 21526}, 223151},
		{"G16: HL-DT-ST GH22NS50", []Sectors{18517, 15480, 12428, 16762, 7598, 10122, 13935, 7915}, 103973},
		{"G25: SAMSUNG SW-240B", []Sectors{15333, 19136, 20110}, 55035},
	} {
		l, err := PlanTAO(0, 1, append(tc.lengths, MinTrack))
		require.NoError(t, err)
		last := l.Tracks[len(l.Tracks)-1]
		assert.Equal(t, tc.next, last.Start, tc.drive)
		assert.Equal(t, tc.next+MinTrack+RunOutSectors, l.LeadOut, tc.drive)
	}
}

func TestPlanTAO(t *testing.T) {
	l, err := PlanTAO(-150, 3, []Sectors{300, 1000})
	require.NoError(t, err)
	assert.Equal(t, []PlannedTrack{{3, 0, 300, 150}, {4, 452, 1000, 150}}, l.Tracks)
	assert.Equal(t, LBA(1454), l.LeadOut)
	assert.Equal(t, LBA(0), l.Start(), "a blank disc that says -150 means 0")
	assert.Equal(t, Sectors(1300), l.Audio())
	assert.Equal(t, Sectors(1452), l.Used())
	n, length := l.Pauses()
	assert.Equal(t, 1, n)
	assert.Equal(t, Sectors(152), length)

	want := TOC{First: 3, Last: 4, LeadOut: 1454, Entries: []Entry{{3, 1, CopyPermitted, 0}, {4, 1, 0, 452}}}
	assert.Equal(t, want, l.TOC(1, []Control{CopyPermitted}))

	var none Layout
	n, length = none.Pauses()
	assert.Zero(t, n)
	assert.Zero(t, length)
	assert.Zero(t, none.Used())
	assert.Zero(t, none.Start())
	assert.Equal(t, TOC{}, none.TOC(1, nil))
}

func TestRedBookRules(t *testing.T) {
	hundred := make([]Sectors, 100)
	for i := range hundred {
		hundred[i] = MinTrack
	}
	for _, tc := range []struct {
		first   int
		lengths []Sectors
		want    error
		text    string
	}{
		{1, nil, ErrNoTracks, "no tracks"},
		{1, hundred, ErrTrackCount, "tracks 1 to 100"},
		{1, hundred[:99], nil, ""},
		{2, hundred[:99], ErrTrackCount, "tracks 2 to 100"},
		{99, hundred[:1], nil, ""},
		{0, hundred[:1], ErrTrackCount, "tracks 0 to 0"},
		{5, []Sectors{300, 299}, ErrTrackLength, "track 6 has 299 sectors"},
		{1, []Sectors{0}, ErrTrackLength, "track 1 has 0 sectors"},
		{1, []Sectors{-1}, ErrTrackLength, "track 1"},
		{1, []Sectors{1 << 30, 1 << 30, 1 << 30}, ErrTrackLength, "track 2 makes it longer"},
	} {
		_, err := PlanTAO(0, tc.first, tc.lengths)
		if tc.want == nil {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorIs(t, err, tc.want)
		assert.ErrorContains(t, err, tc.text)
	}
	assert.Equal(t, Sectors(300), Raise(1))
	assert.Equal(t, Sectors(301), Raise(301))
}

// Whatever the lengths: tracks ascend without overlap, pauses are 152 sectors, and
// what is used is what lies between the first sector and the last.
func TestPlanTAOProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nwa := LBA(rapid.Int32Range(0, 400000).Draw(t, "nwa"))
		lengths := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Sectors {
			return Sectors(rapid.Int32Range(300, 360000).Draw(t, "length"))
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
		if end := l.Tracks[len(l.Tracks)-1].End(); Sectors(end-nwa) != l.Used() || l.LeadOut != end+2 {
			t.Fatalf("used %d, from %d to %d, lead-out %d", l.Used(), nwa, end, l.LeadOut)
		}
	})
}

func TestUsableSectors(t *testing.T) {
	// G6: a blank with last lead-out 359846 reported 359844 free blocks.
	assert.Equal(t, Sectors(359844), UsableSectors(0, 359846))
	assert.Equal(t, Sectors(343712), UsableSectors(16132, 359846))
	assert.Zero(t, UsableSectors(359845, 359846))
	assert.Equal(t, Sectors(1), UsableSectors(359843, 359846))
	assert.Equal(t, Sectors(359844), UsableSectors(-150, 359846), "a blank disc that says -150 means 0")
}

// 24 tracks that make 79:10 fit on an 80-minute disc, 79:50 are 0:39 too long.
func TestFitOf24Tracks(t *testing.T) {
	plan := func(minutes, seconds Sectors) Layout {
		total := (minutes*60 + seconds) * SectorsPerSecond
		lengths := make([]Sectors, 24)
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
	assert.Equal(t, Sectors(98), fit.Left())

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
	for need, over := range map[Sectors]Sectors{359843: 0, 359844: 0, 359845: 1} {
		l, err := PlanTAO(0, 1, []Sectors{need})
		require.NoError(t, err)
		fit := Fit{l.Used(), 359844}
		assert.Equal(t, over == 0, fit.OK())
		assert.Equal(t, over, fit.Over())
		assert.Equal(t, max(359844-need, 0), fit.Left())
	}
}
