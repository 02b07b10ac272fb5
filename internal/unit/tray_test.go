package unit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
)

const (
	ejectCDB   = "1B 00 00 00 02 00"
	loadCDB    = "1B 00 00 00 03 00"
	stopCDB    = "1B 00 00 00 00 00"
	restartCDB = "1B 00 00 00 01 00"
)

// tray is a drive with a motorized tray: feature 0003h, version 1.
func tray() []scsitest.Exchange { return feature("00 03", "00 03 07 04 39 00 00 00") }

func TestLockUnlock(t *testing.T) {
	d, _ := open(t, none("1E 00 00 00 01 00"), none("1E 00 00 00 00 00"))
	require.NoError(t, unit.Lock(t.Context(), d))
	require.NoError(t, unit.Unlock(t.Context(), d))
}

func TestEject(t *testing.T) {
	locked := unhex("70 00 05 00 00 00 00 0A 00 00 00 00 53 02 00 00")
	d, _ := open(t, refused(none(ejectCDB), senseChanged), none(ejectCDB), refused(none(ejectCDB), locked))
	require.NoError(t, unit.Eject(t.Context(), d))
	assert.ErrorIs(t, unit.Eject(t.Context(), d), asc.MediumRemovalPrevented)
}

func TestLoad(t *testing.T) {
	d, _ := open(t, join(none(loadCDB), turs(senseTrayOpen, senseBecomingReady, senseChanged), ready())...)
	require.NoError(t, unit.Load(t.Context(), d))
	d, _ = open(t, refused(none(loadCDB), senseInvalidField))
	err := unit.Load(t.Context(), d)
	assert.ErrorIs(t, err, mmc.ErrCannotLoad)
	assert.ErrorIs(t, err, asc.InvalidFieldInCDB)
	d, _ = open(t, refused(none(loadCDB), senseNoDisc))
	assert.ErrorIs(t, unit.Load(t.Context(), d), asc.FamilyMediumNotPresent)
}

func TestCanLoad(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script []scsitest.Exchange
		want   bool
	}{
		{"tray, version 1", tray(), true},
		{"laptop, version 1", feature("00 03", "00 03 07 04 29 00 00 00"), false},
		{"tray, version 0", feature("00 03", "00 03 03 04 29 00 00 00"), true},
		{"pop-up, version 0", feature("00 03", "00 03 03 04 49 00 00 00"), false},
		{"page 2Ah, tray", join(noFeatures("00 03"), page2A()), true},
		{"page 2Ah, laptop", join(noFeatures("00 03"), in(mode2AHead, "00 1A 00*6 "+strings.Replace(page2AMMC1, "63 29", "63 49", 1))), false},
		{"page 2Ah, no eject", join(noFeatures("00 03"), in(mode2AHead, "00 1A 00*6 "+strings.Replace(page2AMMC1, "63 29", "63 21", 1))), false},
		{"tray without eject, version 0", feature("00 03", "00 03 03 04 21 00 00 00"), false},
		{"tray without load, version 1", feature("00 03", "00 03 07 04 28 00 00 00"), false},
		{"tray without eject, version 1", feature("00 03", "00 03 07 04 30 00 00 00"), false},
		{"page 2Ah, tray, short page", join(feature("00 03", ""), page2AOld()), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			got, err := unit.CanLoad(t.Context(), d)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	for _, script := range [][]scsitest.Exchange{
		join(refused(in("46 02 00 03 00 00 00 00 08 00", ""), senseNoDisc)),
		join(noFeatures("00 03"), refused(in(mode2AHead, ""), senseInvalidField)),
		join(in("46 02 00 03 00 00 00 00 08 00", "00 00 00 08 00 00 00 09"),
			in("46 02 00 03 00 00 00 00 0C 00", "00 00 00 08 00 00 00 09 00 03 07 00")),
	} {
		d, _ := open(t, script...)
		_, err := unit.CanLoad(t.Context(), d)
		assert.Error(t, err)
	}
}

func TestRefreshByStop(t *testing.T) {
	d, _ := open(t, join(none(stopCDB), none(restartCDB), turs(senseBecomingReady), ready())...)
	require.NoError(t, unit.RefreshByStop(t.Context(), d))
	d, _ = open(t, refused(none(stopCDB), senseInvalidField))
	assert.Error(t, unit.RefreshByStop(t.Context(), d))
	d, _ = open(t, none(stopCDB), refused(none(restartCDB), senseInvalidField))
	assert.Error(t, unit.RefreshByStop(t.Context(), d))
}

func TestReload(t *testing.T) {
	d, _ := open(t, join(tray(), none(ejectCDB), none(loadCDB), turs(senseChanged), ready())...)
	require.NoError(t, unit.Reload(t.Context(), d))
}

func TestReloadCannot(t *testing.T) {
	// The drive reports that it can't load: nothing moves.
	d, _ := open(t, feature("00 03", "00 03 07 04 29 00 00 00")...)
	assert.ErrorIs(t, unit.Reload(t.Context(), d), mmc.ErrCannotLoad)
	// It reports that it can, and the tray stays open.
	d, _ = open(t, join(tray(), none(ejectCDB), none(loadCDB), slices.Repeat(turs(senseTrayOpen), 21))...)
	err := unit.Reload(t.Context(), d)
	assert.ErrorIs(t, err, mmc.ErrCannotLoad)
	assert.ErrorContains(t, err, "pushed in by hand")
	// Locked.
	d, _ = open(t, join(tray(), refused(none(ejectCDB), unhex("70 00 02 00 00 00 00 0A 00 00 00 00 53 02 00 00")))...)
	assert.ErrorIs(t, unit.Reload(t.Context(), d), asc.MediumRemovalPrevented)
	d, _ = open(t, join(noFeatures("00 03"), refused(in(mode2AHead, ""), senseInvalidField))...)
	assert.Error(t, unit.Reload(t.Context(), d))
}
