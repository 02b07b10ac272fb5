package mmc

import "fmt"

// FeatureCode numbers a feature (MMC-5 chapter 5).
type FeatureCode uint16

// The features that this package decodes.
const (
	FeatureProfileList          FeatureCode = 0x0000
	FeatureCore                 FeatureCode = 0x0001
	FeatureMorphing             FeatureCode = 0x0002
	FeatureRemovableMedium      FeatureCode = 0x0003
	FeatureRandomReadable       FeatureCode = 0x0010
	FeatureMultiRead            FeatureCode = 0x001D
	FeatureCDRead               FeatureCode = 0x001E
	FeatureIncrementalStreaming FeatureCode = 0x0021
	FeatureRestrictedOverwrite  FeatureCode = 0x0026
	FeatureCDTrackAtOnce        FeatureCode = 0x002D
	FeatureCDMastering          FeatureCode = 0x002E
	FeatureCDRWMediaWrite       FeatureCode = 0x0037
	FeaturePowerManagement      FeatureCode = 0x0100
	FeatureCDAudioPlay          FeatureCode = 0x0103
	FeatureTimeout              FeatureCode = 0x0105
	FeatureRealTimeStreaming    FeatureCode = 0x0107
	FeatureSerialNumber         FeatureCode = 0x0108
	FeatureDiscControlBlocks    FeatureCode = 0x010A
	FeatureFirmwareInformation  FeatureCode = 0x010C
)

// knownFeatures gives each decoded feature its name and its type.
var knownFeatures = map[FeatureCode]struct {
	name string
	make func() FeatureData
}{
	FeatureProfileList:          {"Profile List", func() FeatureData { return new(ProfileList) }},
	FeatureCore:                 {"Core", func() FeatureData { return new(Core) }},
	FeatureMorphing:             {"Morphing", func() FeatureData { return new(Morphing) }},
	FeatureRemovableMedium:      {"Removable Medium", func() FeatureData { return new(RemovableMedium) }},
	FeatureRandomReadable:       {"Random Readable", func() FeatureData { return new(RandomReadable) }},
	FeatureMultiRead:            {"Multi-Read", func() FeatureData { return new(MultiRead) }},
	FeatureCDRead:               {"CD Read", func() FeatureData { return new(CDRead) }},
	FeatureIncrementalStreaming: {"Incremental Streaming Writable", func() FeatureData { return new(IncrementalStreaming) }},
	FeatureRestrictedOverwrite:  {"Restricted Overwrite", func() FeatureData { return new(RestrictedOverwrite) }},
	FeatureCDTrackAtOnce:        {"CD Track at Once", func() FeatureData { return new(CDTrackAtOnce) }},
	FeatureCDMastering:          {"CD Mastering", func() FeatureData { return new(CDMastering) }},
	FeatureCDRWMediaWrite:       {"CD-RW Media Write Support", func() FeatureData { return new(CDRWMediaWrite) }},
	FeaturePowerManagement:      {"Power Management", func() FeatureData { return new(PowerManagement) }},
	FeatureCDAudioPlay:          {"CD Audio External Play", func() FeatureData { return new(CDAudioPlay) }},
	FeatureTimeout:              {"Timeout", func() FeatureData { return new(Timeout) }},
	FeatureRealTimeStreaming:    {"Real Time Streaming", func() FeatureData { return new(RealTimeStreaming) }},
	FeatureSerialNumber:         {"Logical Unit Serial Number", func() FeatureData { return new(SerialNumber) }},
	FeatureDiscControlBlocks:    {"Disc Control Blocks", func() FeatureData { return new(DiscControlBlocks) }},
	FeatureFirmwareInformation:  {"Firmware Information", func() FeatureData { return new(FirmwareInformation) }},
}

// String gives the feature's name, or its number.
func (c FeatureCode) String() string {
	if known, ok := knownFeatures[c]; ok {
		return known.name
	}
	return fmt.Sprintf("feature %04Xh", uint16(c))
}

// Feature is one descriptor of GET CONFIGURATION, as the drive sent it.
type Feature struct {
	Code       FeatureCode
	Version    uint8
	Persistent bool // always current
	Current    bool // holds for the disc that is in; not stable while a write runs
	Data       []byte
}

// FeatureData is the decoded form of a Feature: a pointer to Core, CDTrackAtOnce
// and so on, or to UnknownFeature.
type FeatureData interface {
	FeatureCode() FeatureCode
	// UnmarshalBinary decodes the Data of a Feature.
	UnmarshalBinary(data []byte) error
}

// UnknownFeature is a feature that this package has no type for.
type UnknownFeature struct {
	Code FeatureCode
	Data []byte
}

// FeatureCode is the code of the feature.
func (f *UnknownFeature) FeatureCode() FeatureCode { return f.Code }

// UnmarshalBinary keeps the data.
func (f *UnknownFeature) UnmarshalBinary(data []byte) error {
	f.Data = append([]byte(nil), data...)
	return nil
}

// Decode gives the feature as its type. Data that are too short are an error that
// matches io.ErrUnexpectedEOF.
func (f Feature) Decode() (FeatureData, error) {
	var d FeatureData = &UnknownFeature{Code: f.Code}
	if known, ok := knownFeatures[f.Code]; ok {
		d = known.make()
	}
	if err := d.UnmarshalBinary(f.Data); err != nil {
		return nil, err
	}
	return d, nil
}

// Lookup finds a feature and decodes it:
//
//	tao, current, ok := mmc.Lookup[mmc.CDTrackAtOnce](conf)
//
// ok is false when the drive doesn't have the feature or sent too little of it.
func Lookup[T any, P interface {
	*T
	FeatureData
}](c Configuration) (value T, current, ok bool) {
	f, ok := c.Feature(P(&value).FeatureCode())
	if !ok {
		return value, false, false
	}
	if err := P(&value).UnmarshalBinary(f.Data); err != nil {
		return value, false, false
	}
	return value, f.Current, true
}

// featureShort is the error for a feature with too few bytes of data.
func featureShort(code FeatureCode, got, want int) error {
	return shortReply(code.String()+" feature", got, want)
}
