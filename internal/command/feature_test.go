package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
)

// featureTests has one row for each bit with a meaning, composed from the tables of
// MMC-5 chapter 5; a wrong mask fails.
var featureTests = []struct {
	data string
	want command.FeatureData
	code command.FeatureCode
	need int // fewer bytes are an error
}{
	{"20 00 00 00", &command.RemovableMedium{Mechanism: command.LoadTray}, 0x0003, 1},
	{"E0 00 00 00", &command.RemovableMedium{Mechanism: 7}, 0x0003, 1},
	{"10 00 00 00", &command.RemovableMedium{Load: true}, 0x0003, 1},
	{"08 00 00 00", &command.RemovableMedium{Eject: true}, 0x0003, 1},
	{"07 00 00 00", &command.RemovableMedium{}, 0x0003, 1},
	{"80 00 00 00", &command.CDRead{DAP: true}, 0x001E, 0},
	{"02 00 00 00", &command.CDRead{C2: true}, 0x001E, 0},
	{"01 00 00 00", &command.CDRead{CDText: true}, 0x001E, 0},
	{"7C 00 00 00", &command.CDRead{}, 0x001E, 0},
	{"", &command.CDRead{}, 0x001E, 0},
	{"40 00 3F 01", &command.CDTrackAtOnce{BUF: true}, 0x002D, 4},
	{"04 00 3F 01", &command.CDTrackAtOnce{TestWrite: true}, 0x002D, 4},
	{"02 00 3F 01", &command.CDTrackAtOnce{CDRW: true}, 0x002D, 4},
	{"B9 00 3F 01", &command.CDTrackAtOnce{}, 0x002D, 4},
	{"40 00 00 00", &command.CDMastering{BUF: true}, 0x002E, 4},
	{"20 00 00 00", &command.CDMastering{SAO: true}, 0x002E, 4},
	{"10 00 00 00", &command.CDMastering{RawMultiSession: true}, 0x002E, 4},
	{"08 00 00 00", &command.CDMastering{Raw: true}, 0x002E, 4},
	{"04 00 00 00", &command.CDMastering{TestWrite: true}, 0x002E, 4},
	{"02 00 00 00", &command.CDMastering{CDRW: true}, 0x002E, 4},
	{"01 00 00 00", &command.CDMastering{RW: true}, 0x002E, 4},
	{"80 00 0C 00", &command.CDMastering{MaxCueSheet: 3072}, 0x002E, 4},
	{"00 FF FF FF", &command.CDMastering{MaxCueSheet: 0xFFFFFF}, 0x002E, 4},
	{"10 00 00 00", &command.RealTimeStreaming{RBCB: true}, 0x0107, 0},
	{"08 00 00 00", &command.RealTimeStreaming{SCS: true}, 0x0107, 0},
	{"04 00 00 00", &command.RealTimeStreaming{MP2A: true}, 0x0107, 0},
	{"02 00 00 00", &command.RealTimeStreaming{WSPD: true}, 0x0107, 0},
	{"01 00 00 00", &command.RealTimeStreaming{SW: true}, 0x0107, 0},
	{"E0 00 00 00", &command.RealTimeStreaming{}, 0x0107, 0},
	{"", &command.RealTimeStreaming{}, 0x0107, 0},
}

func TestFeatures(t *testing.T) {
	for _, tt := range featureTests {
		got := fresh(tt.want)
		require.NoError(t, got.UnmarshalBinary(unhex(tt.data)), "%04X %s", tt.code, tt.data)
		assert.Equal(t, tt.want, got)
		assert.Equal(t, tt.code, got.FeatureCode())
		for n := range tt.need {
			assert.ErrorIs(t, fresh(tt.want).UnmarshalBinary(unhex(tt.data)[:n]), exchange.ErrShortReply, "%d bytes", n)
		}
	}
	var tao command.CDTrackAtOnce
	assert.EqualError(t, tao.UnmarshalBinary(nil), "feature 002Dh: the reply has 0 bytes, 4 are needed")
}

// fresh is an empty feature of the same type.
func fresh(f command.FeatureData) command.FeatureData {
	switch f.(type) {
	case *command.RemovableMedium:
		return new(command.RemovableMedium)
	case *command.CDRead:
		return new(command.CDRead)
	case *command.CDTrackAtOnce:
		return new(command.CDTrackAtOnce)
	case *command.CDMastering:
		return new(command.CDMastering)
	}
	return new(command.RealTimeStreaming)
}

func TestLookup(t *testing.T) {
	conf := mmctest.Decode[command.Configuration](t, unhex(configurationNEC))
	tao, current, ok := command.Lookup[command.CDTrackAtOnce](conf)
	require.True(t, ok)
	assert.True(t, current)
	assert.True(t, tao.BUF)
	sao, _, ok := command.Lookup[command.CDMastering](conf)
	require.True(t, ok)
	assert.Equal(t, command.CDMastering{BUF: true, SAO: true, RawMultiSession: true, Raw: true, TestWrite: true, CDRW: true, RW: true,
		MaxCueSheet: 3072}, sao)
	conf.Features[8].Data = nil
	_, _, ok = command.Lookup[command.CDTrackAtOnce](conf)
	assert.False(t, ok, "the drive sent too few bytes")
	_, current, ok = command.Lookup[command.CDTrackAtOnce](command.Configuration{})
	assert.False(t, ok || current, "the drive lacks it")
}
