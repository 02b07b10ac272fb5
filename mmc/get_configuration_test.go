package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// configurationNEC is a GET CONFIGURATION reply with the profile order of a _NEC
// CB1100B with a CD-R in it (G24), the track-at-once, mastering and streaming features
// of an HP GH40L RB12 (G24: BUF, CD-RW, test write, data types 0 and 8 to 13, cue
// sheets up to 3072 bytes), and one unknown feature.
const configurationNEC = `00 00 00 90 00 00 00 09 |
	00 00 03 14 00 0A 00 00 00 09 01 00 00 08 00 00 00 02 00 00 00 10 00 00 |
	00 01 0B 08 00 00 00 02 00 00 00 00 |
	00 02 07 04 02 00 00 00 |
	00 03 07 04 39 00 00 00 |
	00 10 00 08 00 00 08 00 00 01 01 00 |
	00 1D 00 00 |
	00 1E 09 04 03 00 00 00 |
	00 21 0D 08 3F 01 01 01 07 00 00 00 |
	00 2D 09 04 46 00 3F 01 |
	00 2E 05 04 7F 00 0C 00 |
	00 37 00 04 00 07 00 00 |
	01 07 11 04 1F 00 00 00 |
	01 08 03 08 4B 30 31 32 33 20 20 20 |
	12 34 00 04 DE AD BE EF`

func TestGetConfiguration(t *testing.T) {
	wantCDB(t, mmc.GetConfiguration{}, "46 00 00 00 00 00 00 00 08 00")
	wantCDB(t, mmc.GetConfiguration{RT: mmc.OneFeature, Start: mmc.FeatureCDTrackAtOnce, Alloc: 16},
		"46 02 00 2D 00 00 00 00 10 00")

	head, all := in("46 00 00 00 00 00 00 00 08 00", configurationNEC), in("46 00 00 00 00 00 00 00 94 00", configurationNEC)
	got, err := mmc.GetConfiguration{}.Do(t.Context(), play(t, head, all))
	require.NoError(t, err)
	assert.Equal(t, mmc.ProfileCDR, got.CurrentProfile)
	assert.Len(t, got.Features, 14)
	tao, ok := got.Feature(mmc.FeatureCDTrackAtOnce)
	require.True(t, ok)
	assert.Equal(t, mmc.Feature{Code: 0x2D, Version: 2, Current: true, Data: unhex("46 00 3F 01")}, tao)
	_, ok = got.Feature(0x0040)
	assert.False(t, ok)
	wantFailures(t, "46 00 00 00 00 00 00 00 08 00", mmc.GetConfiguration{}.Do)
	wantPrefixes[mmc.Configuration](t, unhex(configurationNEC), mmc.Configuration{})
}

func TestGetConfigurationSecondStepFails(t *testing.T) {
	head := in("46 00 00 00 00 00 00 00 08 00", "00 00 00 0C 00 00 00 09")
	tr := play(t, head, refused(in("46 00 00 00 00 00 00 00 10 00", ""), senseInvalidField))
	_, err := mmc.GetConfiguration{}.Do(t.Context(), tr)
	assert.Error(t, err)
}

// A drive that counts only the bytes just sent is asked for 1 KiB.
func TestGetConfigurationCountsOnlyWhatItSent(t *testing.T) {
	head := in("46 00 00 00 00 00 00 00 08 00", "00 00 00 04 00 00 00 09")
	all := in("46 00 00 00 00 00 00 04 00 00", "00 00 00 0C 00 00 00 09 | 00 2D 01 04 46 00 3F 01")
	got, err := mmc.GetConfiguration{}.Do(t.Context(), play(t, head, all))
	require.NoError(t, err)
	assert.Len(t, got.Features, 1)
}

// Features that arrived count; the others are not known to be missing.
func TestConfigurationCut(t *testing.T) {
	tao := []mmc.Feature{{Code: 0x2D, Version: 2, Current: true, Data: unhex("46 00 3F 01")}}
	for name, tt := range map[string]struct {
		reply string
		want  mmc.Configuration
	}{
		"header alone, length of the rest": {"00 00 00 90 00 00 00 09", mmc.Configuration{Cut: true}},
		"header alone, its own length":     {"00 00 00 04 00 00 00 09", mmc.Configuration{}},
		"header alone, no length":          {"00 00 00 00 00 00 00 09", mmc.Configuration{}},
		"an impossible length":             {"FF FF FF FF 00 00 00 09 00 2D 09 04 46 00 3F 01", mmc.Configuration{Features: tao, Cut: true}},
		"cut after a descriptor":           {"00 00 00 10 00 00 00 09 00 2D 09 04 46 00 3F 01", mmc.Configuration{Features: tao, Cut: true}},
		"cut in the next one":              {"00 00 00 14 00 00 00 09 00 2D 09 04 46 00 3F 01 00 2E 05 04 7F", mmc.Configuration{Features: tao, Cut: true}},
		"cut in its head":                  {"00 00 00 0E 00 00 00 09 00 2D 09 04 46 00 3F 01 00 2E", mmc.Configuration{Features: tao, Cut: true}},
		"longer than the reply":            {"00 00 00 10 00 00 00 09 00 2D 09 04 46 00 3F 01 00 2E 05 04", mmc.Configuration{Features: tao, Cut: true}},
		"zeros instead of features":        {"00 00 00 14 00 00 00 09 00 2D 09 04 46 00 3F 01 00*8", mmc.Configuration{Features: tao, Cut: true}},
		"only zeros":                       {"00 00 00 0C 00 00 00 09 00*8", mmc.Configuration{Cut: true}},
		"whole":                            {"00 00 00 0C 00 00 00 09 00 2D 09 04 46 00 3F 01 FF", mmc.Configuration{Features: tao}},
	} {
		tt.want.CurrentProfile = mmc.ProfileCDR
		assert.Equal(t, tt.want, decode[mmc.Configuration](t, unhex(tt.reply)), name)
	}
	var c mmc.Configuration
	assert.ErrorIs(t, c.UnmarshalBinary(unhex("00 00 00 0C 00 00 00")), mmc.ErrShortReply)
	assert.ErrorIs(t, c.UnmarshalBinary(unhex("00 00 00 04 55 53 42 53")), mmc.ErrImplausible)
}

// An absurd length isn't requested.
func TestGetConfigurationGarbageLength(t *testing.T) {
	tr := play(t, in("46 00 00 00 00 00 00 00 08 00", "FF FF FF FF 00 00 00 09"), in("46 00 00 00 00 00 00 20 04 00", configurationNEC))
	got, err := mmc.GetConfiguration{}.Do(t.Context(), tr)
	require.NoError(t, err)
	assert.Len(t, got.Features, 14)
}

func FuzzConfiguration(f *testing.F) {
	fuzzReply[mmc.Configuration](f, mmc.Configuration{}, unhex(configurationNEC))
}
