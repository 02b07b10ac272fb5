package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
)

func TestGetConfiguration(t *testing.T) {
	wantCDB(t, command.GetConfiguration{}, "46 00 00 00 00 00 00 00 08 00")
	wantCDB(t, command.GetConfiguration{RT: command.OneFeature, Start: command.FeatureCDTrackAtOnce, Alloc: 16},
		"46 02 00 2D 00 00 00 00 10 00")

	head, all := in("46 00 00 00 00 00 00 00 08 00", configurationNEC), in("46 00 00 00 00 00 00 00 94 00", configurationNEC)
	got, err := command.GetConfiguration{}.Do(t.Context(), play(t, head, all))
	require.NoError(t, err)
	assert.Equal(t, command.ProfileCDR, got.CurrentProfile)
	assert.Len(t, got.Features, 14)
	tao, ok := got.Feature(command.FeatureCDTrackAtOnce)
	require.True(t, ok)
	assert.Equal(t, command.Feature{Code: 0x2D, Version: 2, Current: true, Data: unhex("46 00 3F 01")}, tao)
	_, ok = got.Feature(0x0040)
	assert.False(t, ok)
	mmctest.WantFailures(t, "46 00 00 00 00 00 00 00 08 00", command.GetConfiguration{}.Do)
	mmctest.WantPrefixes[command.Configuration](t, unhex(configurationNEC), command.Configuration{})
}

func TestGetConfigurationSecondStepFails(t *testing.T) {
	head := in("46 00 00 00 00 00 00 00 08 00", "00 00 00 0C 00 00 00 09")
	tr := play(t, head, refused(in("46 00 00 00 00 00 00 00 10 00", ""), senseInvalidField))
	_, err := command.GetConfiguration{}.Do(t.Context(), tr)
	assert.Error(t, err)
}

// A drive that counts only the bytes just sent is asked for 1 KiB.
func TestGetConfigurationCountsOnlyWhatItSent(t *testing.T) {
	head := in("46 00 00 00 00 00 00 00 08 00", "00 00 00 04 00 00 00 09")
	all := in("46 00 00 00 00 00 00 04 00 00", "00 00 00 0C 00 00 00 09 | 00 2D 01 04 46 00 3F 01")
	got, err := command.GetConfiguration{}.Do(t.Context(), play(t, head, all))
	require.NoError(t, err)
	assert.Len(t, got.Features, 1)
}

// Features that arrived count; the others are not known to be missing.
func TestConfigurationCut(t *testing.T) {
	tao := []command.Feature{{Code: 0x2D, Version: 2, Current: true, Data: unhex("46 00 3F 01")}}
	for name, tt := range map[string]struct {
		reply string
		want  command.Configuration
	}{
		"header alone, length of the rest": {"00 00 00 90 00 00 00 09", command.Configuration{Cut: true}},
		"header alone, its own length":     {"00 00 00 04 00 00 00 09", command.Configuration{}},
		"header alone, no length":          {"00 00 00 00 00 00 00 09", command.Configuration{}},
		"an impossible length":             {"FF FF FF FF 00 00 00 09 00 2D 09 04 46 00 3F 01", command.Configuration{Features: tao, Cut: true}},
		"cut after a descriptor":           {"00 00 00 10 00 00 00 09 00 2D 09 04 46 00 3F 01", command.Configuration{Features: tao, Cut: true}},
		"cut in the next one":              {"00 00 00 14 00 00 00 09 00 2D 09 04 46 00 3F 01 00 2E 05 04 7F", command.Configuration{Features: tao, Cut: true}},
		"cut in its head":                  {"00 00 00 0E 00 00 00 09 00 2D 09 04 46 00 3F 01 00 2E", command.Configuration{Features: tao, Cut: true}},
		"longer than the reply":            {"00 00 00 10 00 00 00 09 00 2D 09 04 46 00 3F 01 00 2E 05 04", command.Configuration{Features: tao, Cut: true}},
		"zeros instead of features":        {"00 00 00 14 00 00 00 09 00 2D 09 04 46 00 3F 01 00*8", command.Configuration{Features: tao, Cut: true}},
		"only zeros":                       {"00 00 00 0C 00 00 00 09 00*8", command.Configuration{Cut: true}},
		"whole":                            {"00 00 00 0C 00 00 00 09 00 2D 09 04 46 00 3F 01 FF", command.Configuration{Features: tao}},
	} {
		tt.want.CurrentProfile = command.ProfileCDR
		assert.Equal(t, tt.want, mmctest.Decode[command.Configuration](t, unhex(tt.reply)), name)
	}
	var c command.Configuration
	assert.ErrorIs(t, c.UnmarshalBinary(unhex("00 00 00 0C 00 00 00")), exchange.ErrShortReply)
	assert.ErrorIs(t, c.UnmarshalBinary(unhex("00 00 00 04 55 53 42 53")), exchange.ErrImplausible)
}

// An absurd length isn't requested.
func TestGetConfigurationGarbageLength(t *testing.T) {
	tr := play(t, in("46 00 00 00 00 00 00 00 08 00", "FF FF FF FF 00 00 00 09"), in("46 00 00 00 00 00 00 20 04 00", configurationNEC))
	got, err := command.GetConfiguration{}.Do(t.Context(), tr)
	require.NoError(t, err)
	assert.Len(t, got.Features, 14)
}

func FuzzConfiguration(f *testing.F) {
	mmctest.FuzzReply[command.Configuration](f, command.Configuration{}, unhex(configurationNEC))
}
