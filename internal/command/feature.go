package command

import (
	"encoding/binary"
	"fmt"

	"github.com/redbook-audio/redbook/internal/exchange"
)

// FeatureCode is the number of a feature (MMC-5 chapter 5).
type FeatureCode uint16

// The features that this package uses; a drive has some 30.
const (
	featureProfileList       FeatureCode = 0x0000
	FeatureCore              FeatureCode = 0x0001
	FeatureRemovableMedium   FeatureCode = 0x0003
	FeatureCDRead            FeatureCode = 0x001E
	FeatureCDTrackAtOnce     FeatureCode = 0x002D
	FeatureCDMastering       FeatureCode = 0x002E
	FeatureRealTimeStreaming FeatureCode = 0x0107
)

// Feature is one descriptor of GET CONFIGURATION, as the drive sent it.
type Feature struct {
	Code       FeatureCode
	Version    uint8
	Persistent bool // always current
	Current    bool // applies to the current disc; not stable during a write
	Data       []byte
}

// featureDecoder is the decoded form of a Feature: a pointer to CDTrackAtOnce and so on.
type featureDecoder interface {
	FeatureCode() FeatureCode
	// UnmarshalBinary decodes the Data of a Feature. Data that are too short are
	// exchange.ErrShortReply.
	UnmarshalBinary(data []byte) error
}

// Lookup finds a feature and decodes it:
//
//	tao, current, ok := Lookup[CDTrackAtOnce](conf)
//
// ok is false when the drive doesn't have the feature or sent too little of it.
func Lookup[T any, P interface {
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
		return exchange.ShortReply(fmt.Sprintf("feature %04Xh", uint16(code)), len(b), need)
	}
	return nil
}

// RemovableMedium is feature 0003h. Data: 0 b7-5 loading mechanism, b4 Load
// (version 1), b3 Eject.
type RemovableMedium struct {
	Mechanism loadingMechanism
	Load      bool // can load the disc; not in version 0
	Eject     bool
}

// FeatureCode is 0003h.
func (*RemovableMedium) FeatureCode() FeatureCode { return FeatureRemovableMedium }

// UnmarshalBinary decodes the feature data.
func (f *RemovableMedium) UnmarshalBinary(b []byte) error {
	if err := featureData(FeatureRemovableMedium, b, 1); err != nil {
		return err
	}
	*f = RemovableMedium{Mechanism: loadingMechanism(b[0] >> 5), Load: b[0]&0x10 != 0, Eject: b[0]&0x08 != 0}
	return nil
}

// CDRead is feature 001Eh. Data: 0 b7 DAP (version 2), b1 C2 flags, b0 CD-TEXT.
type CDRead struct {
	DAP    bool // READ CD supports digital audio play
	C2     bool // READ CD returns C2 error pointers
	CDText bool // READ TOC format 5
}

// FeatureCode is 001Eh.
func (*CDRead) FeatureCode() FeatureCode { return FeatureCDRead }

// UnmarshalBinary decodes the feature data. MMC-1 drives send none.
func (f *CDRead) UnmarshalBinary(b []byte) error {
	flags := firstByte(b)
	*f = CDRead{flags&0x80 != 0, flags&0x02 != 0, flags&0x01 != 0}
	return nil
}

// CDTrackAtOnce is feature 002Dh. Data: 0 b6 BUF, b2 test write, b1 CD-RW; 2-3 data
// block types.
type CDTrackAtOnce struct {
	BUF       bool // buffer underrun free recording
	TestWrite bool
	CDRW      bool
}

// FeatureCode is 002Dh.
func (*CDTrackAtOnce) FeatureCode() FeatureCode { return FeatureCDTrackAtOnce }

// UnmarshalBinary decodes the feature data.
func (f *CDTrackAtOnce) UnmarshalBinary(b []byte) error {
	if err := featureData(FeatureCDTrackAtOnce, b, 4); err != nil {
		return err
	}
	*f = CDTrackAtOnce{BUF: b[0]&0x40 != 0, TestWrite: b[0]&0x04 != 0, CDRW: b[0]&0x02 != 0}
	return nil
}

// CDMastering is feature 002Eh: session at once and raw. Data: 0 b6 BUF, b5 SAO, b4
// raw multi-session, b3 raw, b2 test write, b1 CD-RW, b0 R-W; 1-3 cue sheet length.
type CDMastering struct {
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
func (*CDMastering) FeatureCode() FeatureCode { return FeatureCDMastering }

// UnmarshalBinary decodes the feature data.
func (f *CDMastering) UnmarshalBinary(b []byte) error {
	if err := featureData(FeatureCDMastering, b, 4); err != nil {
		return err
	}
	*f = CDMastering{
		BUF: b[0]&0x40 != 0, SAO: b[0]&0x20 != 0, RawMultiSession: b[0]&0x10 != 0, Raw: b[0]&0x08 != 0,
		TestWrite: b[0]&0x04 != 0, CDRW: b[0]&0x02 != 0, RW: b[0]&0x01 != 0,
		MaxCueSheet: int(binary.BigEndian.Uint32(b) & 0xFFFFFF),
	}
	return nil
}

// RealTimeStreaming is feature 0107h: which speed commands the drive supports. Data: 0
// b4 RBCB, b3 SCS, b2 MP2A, b1 WSPD, b0 SW.
type RealTimeStreaming struct {
	RBCB bool // READ BUFFER CAPACITY in blocks
	SCS  bool // SET CD SPEED
	MP2A bool // write speeds in mode page 2Ah
	WSPD bool // write speeds by GET PERFORMANCE, type 03h
	SW   bool // stream writing
}

// FeatureCode is 0107h.
func (*RealTimeStreaming) FeatureCode() FeatureCode { return FeatureRealTimeStreaming }

// UnmarshalBinary decodes the feature data. Version 0 may have none.
func (f *RealTimeStreaming) UnmarshalBinary(b []byte) error {
	flags := firstByte(b)
	*f = RealTimeStreaming{flags&0x10 != 0, flags&0x08 != 0, flags&0x04 != 0, flags&0x02 != 0, flags&0x01 != 0}
	return nil
}

// firstByte returns b[0], or 0 if b is empty.
func firstByte(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[0]
}
