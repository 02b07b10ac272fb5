package mmc

import (
	"encoding/binary"
	"fmt"
)

// FeatureCode is the number of a feature (MMC-5 chapter 5).
type FeatureCode uint16

// The features that this package uses; a drive has some 30.
const (
	featureProfileList       FeatureCode = 0x0000
	FeatureCore              FeatureCode = 0x0001
	featureRemovableMedium   FeatureCode = 0x0003
	featureCDRead            FeatureCode = 0x001E
	featureCDTrackAtOnce     FeatureCode = 0x002D
	featureCDMastering       FeatureCode = 0x002E
	featureRealTimeStreaming FeatureCode = 0x0107
)

// Feature is one descriptor of GET CONFIGURATION, as the drive sent it.
type Feature struct {
	Code       FeatureCode
	Version    uint8
	Persistent bool // always current
	Current    bool // applies to the current disc; not stable during a write
	Data       []byte
}

// featureDecoder is the decoded form of a Feature: a pointer to cdTrackAtOnce and so on.
type featureDecoder interface {
	FeatureCode() FeatureCode
	// UnmarshalBinary decodes the Data of a Feature. Data that are too short are
	// ErrShortReply.
	UnmarshalBinary(data []byte) error
}

// lookup finds a feature and decodes it:
//
//	tao, current, ok := lookup[cdTrackAtOnce](conf)
//
// ok is false when the drive doesn't have the feature or sent too little of it.
func lookup[T any, P interface {
	*T
	featureDecoder
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

// featureData checks that a feature has enough data.
func featureData(code FeatureCode, b []byte, need int) error {
	if len(b) < need {
		return shortReply(fmt.Sprintf("feature %04Xh", uint16(code)), len(b), need)
	}
	return nil
}

// removableMedium is feature 0003h. Data: 0 b7-5 loading mechanism, b4 Load
// (version 1), b3 Eject.
type removableMedium struct {
	Mechanism loadingMechanism
	Load      bool // can load the disc; not in version 0
	Eject     bool
}

// FeatureCode is 0003h.
func (*removableMedium) FeatureCode() FeatureCode { return featureRemovableMedium }

// UnmarshalBinary decodes the feature data.
func (f *removableMedium) UnmarshalBinary(b []byte) error {
	if err := featureData(featureRemovableMedium, b, 1); err != nil {
		return err
	}
	*f = removableMedium{Mechanism: loadingMechanism(b[0] >> 5), Load: b[0]&0x10 != 0, Eject: b[0]&0x08 != 0}
	return nil
}

// cdRead is feature 001Eh. Data: 0 b7 DAP (version 2), b1 C2 flags, b0 CD-TEXT.
type cdRead struct {
	DAP    bool // READ CD supports digital audio play
	C2     bool // READ CD returns C2 error pointers
	CDText bool // READ TOC format 5
}

// FeatureCode is 001Eh.
func (*cdRead) FeatureCode() FeatureCode { return featureCDRead }

// UnmarshalBinary decodes the feature data. MMC-1 drives send none.
func (f *cdRead) UnmarshalBinary(b []byte) error {
	flags := firstByte(b)
	*f = cdRead{flags&0x80 != 0, flags&0x02 != 0, flags&0x01 != 0}
	return nil
}

// cdTrackAtOnce is feature 002Dh. Data: 0 b6 BUF, b2 test write, b1 CD-RW; 2-3 data
// block types.
type cdTrackAtOnce struct {
	BUF       bool // buffer underrun free recording
	TestWrite bool
	CDRW      bool
}

// FeatureCode is 002Dh.
func (*cdTrackAtOnce) FeatureCode() FeatureCode { return featureCDTrackAtOnce }

// UnmarshalBinary decodes the feature data.
func (f *cdTrackAtOnce) UnmarshalBinary(b []byte) error {
	if err := featureData(featureCDTrackAtOnce, b, 4); err != nil {
		return err
	}
	*f = cdTrackAtOnce{BUF: b[0]&0x40 != 0, TestWrite: b[0]&0x04 != 0, CDRW: b[0]&0x02 != 0}
	return nil
}

// cdMastering is feature 002Eh: session at once and raw. Data: 0 b6 BUF, b5 SAO, b4
// raw multi-session, b3 raw, b2 test write, b1 CD-RW, b0 R-W; 1-3 cue sheet length.
type cdMastering struct {
	BUF             bool
	SAO             bool
	RawMultiSession bool
	Raw             bool
	TestWrite       bool
	CDRW            bool
	RW              bool // R-W sub-channel
	MaxCueSheet     int  // bytes
}

// FeatureCode is 002Eh.
func (*cdMastering) FeatureCode() FeatureCode { return featureCDMastering }

// UnmarshalBinary decodes the feature data.
func (f *cdMastering) UnmarshalBinary(b []byte) error {
	if err := featureData(featureCDMastering, b, 4); err != nil {
		return err
	}
	*f = cdMastering{
		BUF: b[0]&0x40 != 0, SAO: b[0]&0x20 != 0, RawMultiSession: b[0]&0x10 != 0, Raw: b[0]&0x08 != 0,
		TestWrite: b[0]&0x04 != 0, CDRW: b[0]&0x02 != 0, RW: b[0]&0x01 != 0,
		MaxCueSheet: int(binary.BigEndian.Uint32(b) & 0xFFFFFF),
	}
	return nil
}

// realTimeStreaming is feature 0107h: which speed commands the drive supports. Data: 0
// b4 RBCB, b3 SCS, b2 MP2A, b1 WSPD, b0 SW.
type realTimeStreaming struct {
	RBCB bool // READ BUFFER CAPACITY in blocks
	SCS  bool // SET CD SPEED
	MP2A bool // write speeds in mode page 2Ah
	WSPD bool // write speeds by GET PERFORMANCE, type 03h
	SW   bool // stream writing
}

// FeatureCode is 0107h.
func (*realTimeStreaming) FeatureCode() FeatureCode { return featureRealTimeStreaming }

// UnmarshalBinary decodes the feature data. Version 0 may have none.
func (f *realTimeStreaming) UnmarshalBinary(b []byte) error {
	flags := firstByte(b)
	*f = realTimeStreaming{flags&0x10 != 0, flags&0x08 != 0, flags&0x04 != 0, flags&0x02 != 0, flags&0x01 != 0}
	return nil
}

// firstByte returns b[0], or 0 if b is empty.
func firstByte(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[0]
}
