package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/mmc"
)

// The replies are composed from the byte tables of MMC-3, with the addresses of G30: in
// track 11, which starts at 130156, 100 sectors on.
const position = "00 15 00 0C 01 10 0B 01 00 01 FC D0 00 00 00 64"

func TestReadSubChannel(t *testing.T) {
	const cdb = "42 00 40 01 00 00 00 00 10 00"
	wantCDB(t, command.ReadSubChannel{}, cdb)
	want := command.SubChannelPosition{ADR: 1, Track: 11, Index: 1, Absolute: 130256, Relative: 100}
	got, err := command.ReadSubChannel{}.Do(t.Context(), play(t, in(cdb, position)))
	require.NoError(t, err)
	assert.Equal(t, want, got)

	mmctest.WantFailures(t, cdb, command.ReadSubChannel{}.Do)
	mmctest.WantPrefixes[command.SubChannelPosition](t, unhex(position), command.SubChannelPosition{})
}

func TestSubChannelPositionImplausible(t *testing.T) {
	for _, tt := range []struct {
		at        int
		good, bad string
	}{
		{6, "AA", "AB"}, {7, "63", "64"},
		{8, "00 06 2D 71", "00 06 2D 72"}, {8, "FF FF 4F A2", "FF FF 4F A1"},
		{12, "00 06 2D 71", "00 06 2D 72"}, {12, "FF FF 4F A2", "FF FF 4F A1"},
	} {
		b := unhex(position)
		copy(b[tt.at:], unhex(tt.good))
		var p command.SubChannelPosition
		assert.NoError(t, p.UnmarshalBinary(b), tt.good)
		copy(b[tt.at:], unhex(tt.bad))
		assert.ErrorIs(t, p.UnmarshalBinary(b), mmc.ErrImplausible, tt.bad)
	}
	zero := unhex(position)
	zero[6], zero[7] = 0, 0
	var lead command.SubChannelPosition
	assert.NoError(t, lead.UnmarshalBinary(zero), "track 0 is the lead-in, index 0 the pregap")
	b := unhex(position)
	b[4] = 2
	var p command.SubChannelPosition
	assert.EqualError(t, p.UnmarshalBinary(b), "sub-channel position: impossible format code: 2")
}

func FuzzSubChannelPosition(f *testing.F) {
	mmctest.FuzzReply[command.SubChannelPosition](f, command.SubChannelPosition{}, unhex(position))
}
