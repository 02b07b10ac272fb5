package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// bufferR8 is an empty buffer of a Pioneer DVR-108 with a CD: 131800h bytes.
const bufferR8 = "00 0A 00 00 00 13 18 00 00 13 18 00"

func TestReadBufferCapacity(t *testing.T) {
	const cdb = "5C 00 00 00 00 00 00 00 0C 00" // as cdrskin sends it
	wantCDB(t, mmc.ReadBufferCapacity{}, cdb)
	got, err := mmc.ReadBufferCapacity{}.Do(t.Context(), play(t, in(cdb, bufferR8)))
	require.NoError(t, err)
	assert.Equal(t, mmc.BufferCapacity{Size: 0x131800, Free: 0x131800}, got)
	fill, ok := got.Fill()
	assert.True(t, ok)
	assert.Zero(t, fill)
	wantFailures(t, cdb, mmc.ReadBufferCapacity{}.Do)
	wantPrefixes[mmc.BufferCapacity](t, unhex(bufferR8), mmc.BufferCapacity{})
}

func TestReadBufferCapacityBlocks(t *testing.T) {
	got := decode[mmc.BufferCapacity](t, unhex("00 0A 00 01 FF FF FF FF 00 00 02 63"))
	assert.Equal(t, mmc.BufferCapacity{Block: true, Free: 611}, got)
	_, ok := got.Fill()
	assert.False(t, ok)
}

func TestBufferCapacityFill(t *testing.T) {
	fill, ok := mmc.BufferCapacity{Size: 1000, Free: 250}.Fill()
	assert.True(t, ok)
	assert.Equal(t, 0.75, fill)
	_, ok = mmc.BufferCapacity{Size: 1000, Free: 1001}.Fill()
	assert.False(t, ok, "more free space than buffer")
}

func FuzzBufferCapacity(f *testing.F) {
	fuzzReply[mmc.BufferCapacity](f, mmc.BufferCapacity{}, unhex(bufferR8))
}
