package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// featureTests has one row for each bit with a meaning, composed from the tables of
// MMC-5 chapter 5; a wrong mask fails.
var featureTests = []struct {
	data string
	want mmc.FeatureData
	code mmc.FeatureCode
	need int // fewer bytes are an error
}{
	{"20 00 00 00", &mmc.RemovableMedium{Mechanism: mmc.LoadTray}, 0x0003, 1},
	{"E0 00 00 00", &mmc.RemovableMedium{Mechanism: 7}, 0x0003, 1},
	{"10 00 00 00", &mmc.RemovableMedium{Load: true}, 0x0003, 1},
	{"08 00 00 00", &mmc.RemovableMedium{Eject: true}, 0x0003, 1},
	{"07 00 00 00", &mmc.RemovableMedium{}, 0x0003, 1},
	{"80 00 00 00", &mmc.CDRead{DAP: true}, 0x001E, 0},
	{"02 00 00 00", &mmc.CDRead{C2: true}, 0x001E, 0},
	{"01 00 00 00", &mmc.CDRead{CDText: true}, 0x001E, 0},
	{"7C 00 00 00", &mmc.CDRead{}, 0x001E, 0},
	{"", &mmc.CDRead{}, 0x001E, 0},
	{"40 00 3F 01", &mmc.CDTrackAtOnce{BUF: true}, 0x002D, 4},
	{"04 00 3F 01", &mmc.CDTrackAtOnce{TestWrite: true}, 0x002D, 4},
	{"02 00 3F 01", &mmc.CDTrackAtOnce{CDRW: true}, 0x002D, 4},
	{"B9 00 3F 01", &mmc.CDTrackAtOnce{}, 0x002D, 4},
	{"40 00 00 00", &mmc.CDMastering{BUF: true}, 0x002E, 4},
	{"20 00 00 00", &mmc.CDMastering{SAO: true}, 0x002E, 4},
	{"10 00 00 00", &mmc.CDMastering{RawMultiSession: true}, 0x002E, 4},
	{"08 00 00 00", &mmc.CDMastering{Raw: true}, 0x002E, 4},
	{"04 00 00 00", &mmc.CDMastering{TestWrite: true}, 0x002E, 4},
	{"02 00 00 00", &mmc.CDMastering{CDRW: true}, 0x002E, 4},
	{"01 00 00 00", &mmc.CDMastering{RW: true}, 0x002E, 4},
	{"80 00 0C 00", &mmc.CDMastering{MaxCueSheet: 3072}, 0x002E, 4},
	{"00 FF FF FF", &mmc.CDMastering{MaxCueSheet: 0xFFFFFF}, 0x002E, 4},
	{"10 00 00 00", &mmc.RealTimeStreaming{RBCB: true}, 0x0107, 0},
	{"08 00 00 00", &mmc.RealTimeStreaming{SCS: true}, 0x0107, 0},
	{"04 00 00 00", &mmc.RealTimeStreaming{MP2A: true}, 0x0107, 0},
	{"02 00 00 00", &mmc.RealTimeStreaming{WSPD: true}, 0x0107, 0},
	{"01 00 00 00", &mmc.RealTimeStreaming{SW: true}, 0x0107, 0},
	{"E0 00 00 00", &mmc.RealTimeStreaming{}, 0x0107, 0},
	{"", &mmc.RealTimeStreaming{}, 0x0107, 0},
}

func TestFeatures(t *testing.T) {
	for _, tt := range featureTests {
		got := fresh(tt.want)
		require.NoError(t, got.UnmarshalBinary(unhex(tt.data)), "%04X %s", tt.code, tt.data)
		assert.Equal(t, tt.want, got)
		assert.Equal(t, tt.code, got.FeatureCode())
		for n := range tt.need {
			assert.ErrorIs(t, fresh(tt.want).UnmarshalBinary(unhex(tt.data)[:n]), mmc.ErrShortReply, "%d bytes", n)
		}
	}
	var tao mmc.CDTrackAtOnce
	assert.EqualError(t, tao.UnmarshalBinary(nil), "feature 002Dh: the reply has 0 bytes, 4 are needed")
}

// fresh is an empty feature of the same type.
func fresh(f mmc.FeatureData) mmc.FeatureData {
	switch f.(type) {
	case *mmc.RemovableMedium:
		return new(mmc.RemovableMedium)
	case *mmc.CDRead:
		return new(mmc.CDRead)
	case *mmc.CDTrackAtOnce:
		return new(mmc.CDTrackAtOnce)
	case *mmc.CDMastering:
		return new(mmc.CDMastering)
	}
	return new(mmc.RealTimeStreaming)
}

func TestLookup(t *testing.T) {
	conf := decode[mmc.Configuration](t, unhex(configurationNEC))
	tao, current, ok := mmc.Lookup[mmc.CDTrackAtOnce](conf)
	require.True(t, ok)
	assert.True(t, current)
	assert.True(t, tao.BUF)
	sao, _, ok := mmc.Lookup[mmc.CDMastering](conf)
	require.True(t, ok)
	assert.Equal(t, mmc.CDMastering{BUF: true, SAO: true, RawMultiSession: true, Raw: true, TestWrite: true, CDRW: true, RW: true,
		MaxCueSheet: 3072}, sao)
	conf.Features[8].Data = nil
	_, _, ok = mmc.Lookup[mmc.CDTrackAtOnce](conf)
	assert.False(t, ok, "the drive sent too few bytes")
	_, current, ok = mmc.Lookup[mmc.CDTrackAtOnce](mmc.Configuration{})
	assert.False(t, ok || current, "the drive lacks it")
}
