package toc

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The two scales meet at the points that MMC-6 table 1 and logs of real drives give.
func TestLBAAndMSFGolden(t *testing.T) {
	for _, tc := range []struct {
		lba LBA
		msf MSF
		src string
	}{
		{-45150, MSF{90, 0, 0}, "MMC-6 table 1"},
		{-151, MSF{99, 59, 74}, "MMC-6 table 1"},
		{-150, MSF{0, 0, 0}, "MMC-6 table 1"},
		{-1, MSF{0, 1, 74}, "MMC-6 table 1"},
		{0, MSF{0, 2, 0}, "MMC-6 table 1"},
		{404849, MSF{89, 59, 74}, "MMC-6 table 1"},
		{-11634, MSF{97, 26, 66}, "G6: CMC blank, last start of lead in"},
		{359846, MSF{79, 59, 71}, "G6: last start of lead out"},
		{-12508, MSF{97, 15, 17}, "G7: Ritek blank, lead in"},
		{359845, MSF{79, 59, 70}, "G7: lead out"},
		{-11526, MSF{97, 28, 24}, "G12: Traxdata blank, lead in"},
		{359849, MSF{79, 59, 74}, "G12: lead out"},
		{-12369, MSF{97, 17, 6}, "G17b: MBI blank, lead in"},
		{157935, MSF{35, 7, 60}, "G30: lead-out of a Plextor's table of contents"},
		{15982, MSF{3, 35, 7}, "lead-out after one track of 15980 sectors"},
	} {
		assert.Equal(t, tc.msf, tc.lba.MSF(), tc.src)
		assert.Equal(t, tc.lba, tc.msf.LBA(), tc.src)
	}
}

func TestEveryAddressRoundTrips(t *testing.T) {
	seen := make(map[MSF]bool, 450000)
	for lba := MinLBA; lba <= MaxLBA; lba++ {
		m := lba.MSF()
		if !m.Valid() || m.LBA() != lba || seen[m] {
			t.Fatalf("LBA %d -> %v -> %d (seen before: %v)", lba, m, m.LBA(), seen[m])
		}
		seen[m] = true
	}
	require.Len(t, seen, 100*60*75, "every MSF there is has an LBA")
}

// Beyond the scale the minutes wrap; nothing panics and the parts stay in range.
func TestMSFBeyondTheScale(t *testing.T) {
	for _, lba := range []LBA{-1 << 31, -450151, MinLBA - 1, MaxLBA + 1, 450000, 1<<31 - 1} {
		assert.True(t, lba.MSF().Valid(), "LBA %d", lba)
	}
	assert.Equal(t, MSF{90, 0, 0}, (MaxLBA + 1).MSF())
}

func TestMSFValid(t *testing.T) {
	assert.True(t, MSF{99, 59, 74}.Valid())
	for _, m := range []MSF{{100, 0, 0}, {0, 60, 0}, {0, 0, 75}} {
		assert.False(t, m.Valid(), m)
	}
}

func TestSectors(t *testing.T) {
	assert.Equal(t, 2*time.Second, Sectors(150).Duration())
	assert.Equal(t, 13333333*time.Nanosecond, Sectors(1).Duration())
	assert.Equal(t, int64(352800), Sectors(150).Bytes())
	for s, want := range map[Sectors]string{
		0: "0:00", 37: "0:00", 38: "0:01", 16107: "3:35", 359844: "79:58", -2902: "-0:39", 450000: "100:00",
	} {
		assert.Equal(t, want, s.String())
	}
	for s, want := range map[Sectors]string{0: "00:00:00", 16107: "03:34:57", -76: "-00:01:01", 450075: "100:01:00"} {
		assert.Equal(t, want, s.Position())
	}
}

func TestMSFAsText(t *testing.T) {
	for text, want := range map[string]MSF{"62:13:07": {62, 13, 7}, "0:0:0": {}, "99:99:255": {99, 99, 255}} {
		var m MSF
		require.NoError(t, m.UnmarshalText([]byte(text)))
		assert.Equal(t, want, m)
		text, err := want.MarshalText()
		require.NoError(t, err)
		var again MSF
		require.NoError(t, again.UnmarshalText(text))
		assert.Equal(t, want, again)
	}
	for _, bad := range []string{"", "1:2", "1:2:3:4", "256:00:00", "-1:00:00", "a:b:c", "1::2", "1:2:3x"} {
		var m MSF
		assert.ErrorContains(t, m.UnmarshalText([]byte(bad)), "is not minutes:seconds:frames", bad)
	}
}
