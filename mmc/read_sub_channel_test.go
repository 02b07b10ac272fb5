package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// The replies are put together from the byte tables of MMC-3, with the addresses of
// G30: in track 11, which starts at 130156, 100 sectors on.
const (
	position    = "00 15 00 0C 01 10 0B 01 00 01 FC D0 00 00 00 64"
	positionMSF = "00 12 00 0C 01 10 0B 01 00 1C 3A 38 00 00 01 19"
)

func TestReadSubChannel(t *testing.T) {
	const cdb = "42 00 40 01 00 00 00 00 10 00"
	wantCDB(t, mmc.ReadSubChannel{}, cdb)
	want := mmc.SubChannelPosition{Status: mmc.AudioNone, ADR: 1, Track: 11, Index: 1, Absolute: 130256, Relative: 100}
	got, err := mmc.ReadSubChannel{}.Do(t.Context(), play(t, in(cdb, position)))
	require.NoError(t, err)
	assert.Equal(t, want, got)

	want.MSF, want.Status = true, mmc.AudioPaused
	got, err = mmc.ReadSubChannel{MSF: true}.Do(t.Context(), play(t, in("42 02 40 01 00 00 00 00 10 00", positionMSF)))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	wantFailures(t, cdb, mmc.ReadSubChannel{}.Do)
	wantPrefixes[mmc.SubChannelPosition](t, unhex(position), mmc.SubChannelPosition{})
}

func FuzzSubChannelPosition(f *testing.F) {
	fuzzReply[mmc.SubChannelPosition](f, mmc.SubChannelPosition{MSF: true}, unhex(position), unhex(positionMSF))
}
