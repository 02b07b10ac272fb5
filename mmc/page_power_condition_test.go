package mmc_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/mmc"
)

func TestPowerCondition(t *testing.T) {
	// Pioneer DVR-108: idle after 258h, standby after 12C0h, in steps of 100 ms.
	const page = "1A 0A 00 03 00 00 02 58 00 00 12 C0"
	got := decode[mmc.PowerCondition](t, unhex(page))
	want := mmc.PowerCondition{Idle: true, Standby: true, IdleTimer: time.Minute, StandbyTimer: 8 * time.Minute}
	assert.Equal(t, want, got)
	assert.Equal(t, unhex(page), want.Page(0))
	assert.Equal(t, unhex("1A 0A 00 00 00 00 00 00 FF FF FF FF"),
		mmc.PowerCondition{IdleTimer: -1, StandbyTimer: 1 << 62}.Page(0))
	wantPrefixes[mmc.PowerCondition](t, unhex(page), mmc.PowerCondition{})
}

func FuzzPowerCondition(f *testing.F) {
	fuzzReply[mmc.PowerCondition](f, mmc.PowerCondition{}, unhex("1A 0A 00 03 00 00 02 58 00 00 12 C0"))
}
