package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

func TestReadCapacity(t *testing.T) {
	const cdb = "25 00 00 00 00 00 00 00 00 00"
	wantCDB(t, mmc.ReadCapacity{}, cdb)
	// A disc with one track of 15980 sectors (G7): up to the lead-out at 15982.
	const reply = "00 00 3E 6D 00 00 08 00"
	got, err := mmc.ReadCapacity{}.Do(t.Context(), play(t, in(cdb, reply)))
	require.NoError(t, err)
	assert.Equal(t, mmc.Capacity{Last: 15981, BlockLength: 2048}, got)
	wantFailures(t, cdb, mmc.ReadCapacity{}.Do)
	wantPrefixes[mmc.Capacity](t, unhex(reply), mmc.Capacity{})
}

func FuzzCapacity(f *testing.F) {
	fuzzReply[mmc.Capacity](f, mmc.Capacity{}, unhex("00 00 3E 6D 00 00 08 00"))
}
