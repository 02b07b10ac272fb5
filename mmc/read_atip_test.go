package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

const (
	atipCDB = "43 02 04 00 00 00 00 00 20 00"
	// atipCMC: constructed for CMC 97:26/66 - 79:59/71, power 5, sub-type 3 (G29).
	atipCMC = "00 1A 00 00 D0 00 98 00 61 1A 42 00 4F 3B 47 00*13"
	// atipTDK is G29 encoded by hand: CD-RW 97:10/00 - 79:59/74, power 2, reference
	// speed 3, sub-type 1, A1 and A2.
	atipTDK = "00 1A 00 00 A3 00 CE 00 61 0A 00 00 4F 3B 4A 00 24 1A D8 00 26 B2 48 00 00*4"
)

func TestReadATIP(t *testing.T) {
	wantCDB(t, mmc.ReadATIP{}, atipCDB)
	got, err := mmc.ReadATIP{}.Do(t.Context(), play(t, in(atipCDB, atipCMC)))
	require.NoError(t, err)
	assert.Equal(t, toc.MSF{M: 97, S: 26, F: 66}, got.LeadIn)
	assert.Equal(t, toc.Sectors(359846), got.Capacity())
	assert.Equal(t, byte(3), got.SubType, "type A+")
	assert.False(t, got.Rewritable)
	assert.True(t, got.Plausible())
	assert.Equal(t, "reported as CMC Magnetics", got.Manufacturer())
	wantFailures(t, atipCDB, mmc.ReadATIP{}.Do)
	wantPrefixes[mmc.ATIP](t, unhex(atipCMC), mmc.ATIP{})
}

func TestReadATIPRewritable(t *testing.T) {
	got := decode[mmc.ATIP](t, unhex(atipTDK))
	assert.True(t, got.Rewritable)
	assert.Equal(t, byte(1), got.SubType, "high speed")
	wantPrefixes[mmc.ATIP](t, unhex(atipTDK), mmc.ATIP{})
}

// LITE-ON LTR-48125S invents an ATIP for pressed discs.
func TestATIPNotPlausible(t *testing.T) {
	for at, value := range map[int]byte{4: 0x50, 5: 0x80, 6: 0x18, 8: 0x00, 9: 60, 12: 99, 14: 75} {
		b := unhex(atipCMC)
		b[at] = value
		assert.False(t, decode[mmc.ATIP](t, b).Plausible(), "byte %d = %02X", at, value)
	}
}

func FuzzATIP(f *testing.F) { fuzzReply[mmc.ATIP](f, mmc.ATIP{}, unhex(atipCMC), unhex(atipTDK)) }
