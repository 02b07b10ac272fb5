package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

func TestGetEventStatusNotification(t *testing.T) {
	c := mmc.GetEventStatusNotification{Classes: mmc.EventMedia.Mask()}
	const cdb = "4A 01 00 00 10 00 00 00 08 00"
	wantCDB(t, c, cdb)
	// Pioneer DVR-108: classes 1, 2 and 4 (16h).
	tests := []struct {
		reply         string
		code          mmc.MediaEvent
		present, open bool
	}{
		{"00 06 04 16 00 02 00 00", mmc.MediaNoChange, true, false},
		{"00 06 04 16 02 02 00 00", mmc.MediaNew, true, false},
		{"00 06 04 16 00 01 00 00", mmc.MediaNoChange, false, true},
		{"00 06 04 16 01 02 00 00", mmc.MediaEjectRequest, true, false},
	}
	for _, tt := range tests {
		got, err := c.Do(t.Context(), play(t, in(cdb, tt.reply)))
		require.NoError(t, err)
		assert.Equal(t, byte(0x16), got.Supported)
		code, present, open, ok := got.Media()
		assert.True(t, ok)
		assert.Equal(t, tt.code, code)
		assert.Equal(t, tt.present, present)
		assert.Equal(t, tt.open, open)
		wantPrefixes[mmc.EventStatus](t, unhex(tt.reply), mmc.EventStatus{})
	}
	wantFailures(t, cdb, c.Do)
}

// NEA: none of the classes is supported, and nothing but the header comes.
func TestGetEventStatusNotificationNEA(t *testing.T) {
	got := decode[mmc.EventStatus](t, unhex("00 02 80 16"))
	assert.Equal(t, mmc.EventNone, got.Class)
	_, _, _, ok := got.Media()
	assert.False(t, ok)
}

func FuzzEventStatus(f *testing.F) {
	fuzzReply[mmc.EventStatus](f, mmc.EventStatus{}, unhex("00 06 04 16 02 02 00 00"), unhex("00 02 80 16"))
}
