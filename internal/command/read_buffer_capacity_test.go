package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
)

// bufferR8 is an empty buffer of a Pioneer DVR-108 with a CD: 131800h bytes.
const bufferR8 = "00 0A 00 00 00 13 18 00 00 13 18 00"

func TestReadBufferCapacity(t *testing.T) {
	const cdb = "5C 00 00 00 00 00 00 00 0C 00" // as cdrskin sends it
	wantCDB(t, command.ReadBufferCapacity{}, cdb)
	got, err := command.ReadBufferCapacity{}.Do(t.Context(), play(t, in(cdb, bufferR8)))
	require.NoError(t, err)
	assert.Equal(t, command.BufferCapacity{Size: 0x131800, Free: 0x131800}, got)
	fill, ok := got.Fill()
	assert.True(t, ok)
	assert.Zero(t, fill)
	mmctest.WantFailures(t, cdb, command.ReadBufferCapacity{}.Do)
	mmctest.WantPrefixes[command.BufferCapacity](t, unhex(bufferR8), command.BufferCapacity{})
}

func TestReadBufferCapacityBlocks(t *testing.T) {
	got := mmctest.Decode[command.BufferCapacity](t, unhex("00 0A 00 01 FF FF FF FF 00 00 02 63"))
	assert.Equal(t, command.BufferCapacity{Block: true, Free: 611}, got)
	_, ok := got.Fill()
	assert.False(t, ok)
}

func TestBufferCapacityFill(t *testing.T) {
	fill, ok := command.BufferCapacity{Size: 1000, Free: 250}.Fill()
	assert.True(t, ok)
	assert.Equal(t, 0.75, fill)
	_, ok = command.BufferCapacity{Size: 1000, Free: 1001}.Fill()
	assert.False(t, ok, "more free space than buffer")
}

func FuzzBufferCapacity(f *testing.F) {
	mmctest.FuzzReply[command.BufferCapacity](f, command.BufferCapacity{}, unhex(bufferR8))
}
