package mmc_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// featureTests holds every feature once with all bits that have a meaning, composed
// from the tables of MMC-5 chapter 5; bits that another feature of the same command
// set uses are left at 0, so that a wrong mask shows.
var featureTests = []struct {
	code mmc.FeatureCode
	data string
	want mmc.FeatureData
	need int // fewer bytes are an error; 0: none are needed
}{
	{0x0000, "00 0A 00 00 00 09 01 00", &mmc.ProfileList{Profiles: []mmc.ListedProfile{
		{Profile: mmc.ProfileCDRW}, {Profile: mmc.ProfileCDR, Current: true}}}, 0},
	{0x0001, "00 00 00 07 01 00 00 00", &mmc.Core{Interface: 7, DBE: true}, 4},
	{0x0001, "00 00 00 02", &mmc.Core{Interface: 2}, 4},
	{0x0002, "02 00 00 00", &mmc.Morphing{OCEvent: true}, 1},
	{0x0002, "01 00 00 00", &mmc.Morphing{Async: true}, 1},
	{0x0003, "39 00 00 00", &mmc.RemovableMedium{Mechanism: mmc.LoadTray, Load: true, Eject: true, Lock: true}, 1},
	{0x0003, "06 00 00 00", &mmc.RemovableMedium{PreventJumper: true, DBML: true}, 1},
	{0x0010, "00 00 08 00 00 01 01 00", &mmc.RandomReadable{BlockSize: 2048, Blocking: 1, PP: true}, 7},
	{0x001D, "", &mmc.MultiRead{}, 0},
	{0x001E, "82 00 00 00", &mmc.CDRead{DAP: true, C2: true}, 0},
	{0x001E, "01 00 00 00", &mmc.CDRead{CDText: true}, 0},
	{0x0021, "3F 01 05 02 07 10 00 00",
		&mmc.IncrementalStreaming{DataBlockTypes: 0x3F01, TRIO: true, BUF: true, LinkSizes: []byte{7, 16}}, 6},
	{0x0021, "3F 01 02 00", &mmc.IncrementalStreaming{DataBlockTypes: 0x3F01, ARSV: true}, 4},
	{0x0026, "", &mmc.RestrictedOverwrite{}, 0},
	{0x002D, "46 00 3F 01", &mmc.CDTrackAtOnce{BUF: true, TestWrite: true, CDRW: true, DataBlockTypes: 0x3F01}, 4},
	{0x002D, "19 00 00 01", &mmc.CDTrackAtOnce{RWRaw: true, RWPack: true, RWSubcode: true, DataBlockTypes: 1}, 4},
	{0x002E, "6B 00 0C 00",
		&mmc.CDMastering{BUF: true, SAO: true, Raw: true, CDRW: true, RW: true, MaxCueSheet: 3072}, 4},
	{0x002E, "14 00 00 00", &mmc.CDMastering{RawMultiSession: true, TestWrite: true}, 4},
	{0x0037, "00 07 00 00", &mmc.CDRWMediaWrite{SubTypes: 7}, 2},
	{0x0100, "", &mmc.PowerManagement{}, 0},
	{0x0103, "05 00 01 00", &mmc.CDAudioPlay{Scan: true, SeparateVolume: true, VolumeLevels: 256}, 4},
	{0x0103, "02 00 00 10", &mmc.CDAudioPlay{SeparateMute: true, VolumeLevels: 16}, 4},
	{0x0105, "01 00 00 20", &mmc.Timeout{Group3: true, UnitLength: 32}, 0},
	{0x0107, "15 00 00 00", &mmc.RealTimeStreaming{RBCB: true, MP2A: true, SW: true}, 0},
	{0x0107, "0A 00 00 00", &mmc.RealTimeStreaming{SCS: true, WSPD: true}, 0},
	{0x0108, "4B 30 31 32 33 20 20 20", &mmc.SerialNumber{Serial: "K0123"}, 0},
	{0x010A, "46 44 43 00 53 44 43 00", &mmc.DiscControlBlocks{Identifiers: []uint32{0x46444300, 0x53444300}}, 0},
	{0x010C, "32 30 30 36 31 31 32 32 30 39 33 30 30 30 00 00", &mmc.FirmwareInformation{Created: "20061122093000"}, 14},
	{0x1234, "DE AD BE EF", &mmc.UnknownFeature{Code: 0x1234, Data: unhex("DE AD BE EF")}, 0},
}

func TestFeatures(t *testing.T) {
	for _, tt := range featureTests {
		t.Run(tt.code.String()+" "+tt.data, func(t *testing.T) {
			got, err := mmc.Feature{Code: tt.code, Data: unhex(tt.data)}.Decode()
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.code, got.FeatureCode())
			for n := range tt.need {
				_, err := mmc.Feature{Code: tt.code, Data: unhex(tt.data)[:n]}.Decode()
				assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d bytes", n)
			}
		})
	}
}

// Lists that end in the middle of an item, and a time-out feature cut off.
func TestFeaturesCutOff(t *testing.T) {
	for _, code := range []mmc.FeatureCode{0x0000, 0x010A, 0x0105} {
		_, err := mmc.Feature{Code: code, Data: []byte{0}}.Decode()
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "%v", code)
	}
	got, err := mmc.Feature{Code: 0x0105}.Decode() // version 0
	require.NoError(t, err)
	assert.Equal(t, &mmc.Timeout{}, got)
}

func TestLookup(t *testing.T) {
	conf := decode[mmc.Configuration](t, unhex(configurationNEC))
	tao, current, ok := mmc.Lookup[mmc.CDTrackAtOnce](conf)
	require.True(t, ok)
	assert.True(t, current)
	assert.True(t, tao.BUF)
	list, _, ok := mmc.Lookup[mmc.ProfileList](conf)
	require.True(t, ok)
	assert.True(t, list.Has(mmc.ProfileCDRW))
	assert.False(t, list.Has(mmc.ProfileBDR))
	_, _, ok = mmc.Lookup[mmc.Timeout](conf)
	assert.False(t, ok, "the drive doesn't have it")
	conf.Features[8].Data = nil
	_, _, ok = mmc.Lookup[mmc.CDTrackAtOnce](conf)
	assert.False(t, ok, "the drive sent too little of it")
}

func TestFeatureNames(t *testing.T) {
	assert.Equal(t, "CD Track at Once", mmc.FeatureCDTrackAtOnce.String())
	assert.Equal(t, "feature 0040h", mmc.FeatureCode(0x40).String())
}
