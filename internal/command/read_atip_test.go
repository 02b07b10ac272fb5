package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/toc"
)

func TestATIPBits(t *testing.T) {
	for _, tt := range []struct {
		value   byte
		rw      bool
		subType byte
	}{{0xC0, true, 0}, {0xB8, false, 7}, {0x88, false, 1}, {0x87, false, 0}, {0xFF, true, 7}} {
		got := mmctest.Decode[command.ATIP](t, withByte(atipCMC, 6, tt.value))
		assert.Equal(t, tt.rw, got.Rewritable, "%02X", tt.value)
		assert.Equal(t, tt.subType, got.SubType, "%02X", tt.value)
		assert.True(t, got.Plausible())
	}
	for _, tt := range []struct {
		at    int
		value byte
		ok    bool
	}{
		{4, 0x80, true}, {4, 0x7F, false}, {5, 0x7F, true}, {5, 0x80, false}, {6, 0x80, true}, {6, 0x7F, false},
		{8, 90, true}, {8, 89, false}, {8, 100, false}, {12, 1, true},
	} {
		assert.Equal(t, tt.ok, mmctest.Decode[command.ATIP](t, withByte(atipCMC, tt.at, tt.value)).Plausible(), "byte %d = %02X", tt.at, tt.value)
	}
	b := unhex(atipCMC)
	for text, ok := range map[string]bool{"00 02 00": false, "00 02 01": true, "00 02 02": true, "5A 00 00": false} {
		copy(b[12:], unhex(text))
		assert.Equal(t, ok, mmctest.Decode[command.ATIP](t, b).Plausible(), "a lead-out at %s", text)
	}
}

func TestReadATIP(t *testing.T) {
	wantCDB(t, command.ReadATIP{}, atipCDB)
	got, err := command.ReadATIP{}.Do(t.Context(), play(t, in(atipCDB, atipCMC)))
	require.NoError(t, err)
	assert.Equal(t, toc.MSF{M: 97, S: 26, F: 66}, got.LeadIn)
	assert.Equal(t, toc.LBA(359846), got.LastLeadOut.LBA())
	assert.Equal(t, byte(3), got.SubType, "type A+")
	assert.False(t, got.Rewritable)
	assert.True(t, got.Plausible())
	assert.Equal(t, "reported as CMC Magnetics", got.Manufacturer())
	mmctest.WantFailures(t, atipCDB, command.ReadATIP{}.Do)
	mmctest.WantPrefixes[command.ATIP](t, unhex(atipCMC), command.ATIP{})
}

// What the length in bytes 0 and 1 doesn't cover is not part of the reply: 15 bytes are needed.
func TestLengthOfATIP(t *testing.T) {
	for length, ok := range map[byte]bool{26: true, 13: true, 12: false, 2: false} {
		var got command.ATIP
		err := got.UnmarshalBinary(withByte(atipCMC, 1, length))
		assert.Equal(t, ok, err == nil, "length %d: %v", length, err)
	}
}

func TestReadATIPRewritable(t *testing.T) {
	got := mmctest.Decode[command.ATIP](t, unhex(atipTDK))
	assert.True(t, got.Rewritable)
	assert.Equal(t, byte(1), got.SubType, "high speed")
	mmctest.WantPrefixes[command.ATIP](t, unhex(atipTDK), command.ATIP{})
}

// LITE-ON LTR-48125S invents an ATIP for pressed discs.
func TestATIPNotPlausible(t *testing.T) {
	for at, value := range map[int]byte{4: 0x50, 5: 0x80, 6: 0x18, 8: 0x00, 9: 60, 12: 99, 14: 75} {
		b := unhex(atipCMC)
		b[at] = value
		assert.False(t, mmctest.Decode[command.ATIP](t, b).Plausible(), "byte %d = %02X", at, value)
	}
}

func FuzzATIP(f *testing.F) {
	mmctest.FuzzReply[command.ATIP](f, command.ATIP{}, unhex(atipCMC), unhex(atipTDK))
}
