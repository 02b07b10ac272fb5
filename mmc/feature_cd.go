package mmc

import "encoding/binary"

// RandomReadable is feature 0010h. Data: 0-3 block size, 4-5 blocking, 6 b0 PP.
type RandomReadable struct {
	BlockSize uint32 // bytes
	Blocking  uint16 // blocks that belong together; 1 on CD
	PP        bool   // mode page 01h is there
}

// FeatureCode is 0010h.
func (*RandomReadable) FeatureCode() FeatureCode { return FeatureRandomReadable }

// UnmarshalBinary decodes the feature data.
func (f *RandomReadable) UnmarshalBinary(b []byte) error {
	if len(b) < 7 {
		return featureShort(FeatureRandomReadable, len(b), 8)
	}
	*f = RandomReadable{binary.BigEndian.Uint32(b), binary.BigEndian.Uint16(b[4:]), b[6]&0x01 != 0}
	return nil
}

// MultiRead is feature 001Dh: reads every kind of CD. It has no data.
type MultiRead struct{}

// FeatureCode is 001Dh.
func (*MultiRead) FeatureCode() FeatureCode { return FeatureMultiRead }

// UnmarshalBinary takes any data: later standards may add some.
func (*MultiRead) UnmarshalBinary([]byte) error { return nil }

// CDRead is feature 001Eh. Data: 0 b7 DAP (version 2), b1 C2 flags, b0 CD-TEXT.
type CDRead struct {
	DAP    bool // READ CD knows digital audio play
	C2     bool // READ CD gives C2 error pointers
	CDText bool // READ TOC format 5
}

// FeatureCode is 001Eh.
func (*CDRead) FeatureCode() FeatureCode { return FeatureCDRead }

// UnmarshalBinary decodes the feature data. MMC-1 drives send none.
func (f *CDRead) UnmarshalBinary(b []byte) error {
	flags := lastByte(b, 0)
	*f = CDRead{flags&0x80 != 0, flags&0x02 != 0, flags&0x01 != 0}
	return nil
}

// IncrementalStreaming is feature 0021h: packet writing. Data: 0-1 data block types,
// 2 b2 TRIO, b1 ARSV, b0 BUF, 3 number of link sizes, then these.
type IncrementalStreaming struct {
	DataBlockTypes uint16 // bit n: data block type n
	TRIO           bool   // READ TRACK INFORMATION's next-open-track bit
	ARSV           bool   // RESERVE TRACK by address
	BUF            bool   // buffer underrun free recording
	LinkSizes      []byte
}

// FeatureCode is 0021h.
func (*IncrementalStreaming) FeatureCode() FeatureCode { return FeatureIncrementalStreaming }

// UnmarshalBinary decodes the feature data.
func (f *IncrementalStreaming) UnmarshalBinary(b []byte) error {
	if len(b) < 4 {
		return featureShort(FeatureIncrementalStreaming, len(b), 4)
	}
	n := int(b[3])
	if len(b) < 4+n {
		return featureShort(FeatureIncrementalStreaming, len(b), 4+n)
	}
	*f = IncrementalStreaming{
		DataBlockTypes: binary.BigEndian.Uint16(b),
		TRIO:           b[2]&0x04 != 0, ARSV: b[2]&0x02 != 0, BUF: b[2]&0x01 != 0,
		LinkSizes: append([]byte(nil), b[4:4+n]...),
	}
	return nil
}

// RestrictedOverwrite is feature 0026h: CD-RW in fixed packets. It has no data.
type RestrictedOverwrite struct{}

// FeatureCode is 0026h.
func (*RestrictedOverwrite) FeatureCode() FeatureCode { return FeatureRestrictedOverwrite }

// UnmarshalBinary takes any data: later standards may add some.
func (*RestrictedOverwrite) UnmarshalBinary([]byte) error { return nil }

// CDTrackAtOnce is feature 002Dh. Data: 0 b6 BUF, b4 R-W raw, b3 R-W pack, b2 test
// write, b1 CD-RW, b0 R-W sub-code; 2-3 data block types.
type CDTrackAtOnce struct {
	BUF            bool // buffer underrun free recording
	RWRaw          bool
	RWPack         bool
	TestWrite      bool
	CDRW           bool
	RWSubcode      bool
	DataBlockTypes uint16 // bit n: data block type n
}

// FeatureCode is 002Dh.
func (*CDTrackAtOnce) FeatureCode() FeatureCode { return FeatureCDTrackAtOnce }

// UnmarshalBinary decodes the feature data.
func (f *CDTrackAtOnce) UnmarshalBinary(b []byte) error {
	if len(b) < 4 {
		return featureShort(FeatureCDTrackAtOnce, len(b), 4)
	}
	*f = CDTrackAtOnce{
		BUF: b[0]&0x40 != 0, RWRaw: b[0]&0x10 != 0, RWPack: b[0]&0x08 != 0,
		TestWrite: b[0]&0x04 != 0, CDRW: b[0]&0x02 != 0, RWSubcode: b[0]&0x01 != 0,
		DataBlockTypes: binary.BigEndian.Uint16(b[2:]),
	}
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
	if len(b) < 4 {
		return featureShort(FeatureCDMastering, len(b), 4)
	}
	*f = CDMastering{
		BUF: b[0]&0x40 != 0, SAO: b[0]&0x20 != 0, RawMultiSession: b[0]&0x10 != 0, Raw: b[0]&0x08 != 0,
		TestWrite: b[0]&0x04 != 0, CDRW: b[0]&0x02 != 0, RW: b[0]&0x01 != 0,
		MaxCueSheet: int(binary.BigEndian.Uint32(b) & 0xFFFFFF),
	}
	return nil
}

// CDRWMediaWrite is feature 0037h. Data: 1 sub-types: b0 multi-speed, b1 high, b2
// ultra, b3 ultra+.
type CDRWMediaWrite struct {
	SubTypes byte // bit n: CD-RW sub-type n
}

// FeatureCode is 0037h.
func (*CDRWMediaWrite) FeatureCode() FeatureCode { return FeatureCDRWMediaWrite }

// UnmarshalBinary decodes the feature data.
func (f *CDRWMediaWrite) UnmarshalBinary(b []byte) error {
	if len(b) < 2 {
		return featureShort(FeatureCDRWMediaWrite, len(b), 4)
	}
	f.SubTypes = b[1]
	return nil
}

// CDAudioPlay is feature 0103h: the analogue output. Data: 0 b2 Scan, b1 SCM, b0 SV;
// 2-3 volume levels.
type CDAudioPlay struct {
	Scan           bool
	SeparateMute   bool // SCM
	SeparateVolume bool // SV
	VolumeLevels   uint16
}

// FeatureCode is 0103h.
func (*CDAudioPlay) FeatureCode() FeatureCode { return FeatureCDAudioPlay }

// UnmarshalBinary decodes the feature data.
func (f *CDAudioPlay) UnmarshalBinary(b []byte) error {
	if len(b) < 4 {
		return featureShort(FeatureCDAudioPlay, len(b), 4)
	}
	*f = CDAudioPlay{b[0]&0x04 != 0, b[0]&0x02 != 0, b[0]&0x01 != 0, binary.BigEndian.Uint16(b[2:])}
	return nil
}

// RealTimeStreaming is feature 0107h: which speed commands are there. Data: 0 b4
// RBCB, b3 SCS, b2 MP2A, b1 WSPD, b0 SW.
type RealTimeStreaming struct {
	RBCB bool // READ BUFFER CAPACITY in blocks
	SCS  bool // SET CD SPEED
	MP2A bool // write speeds in mode page 2Ah
	WSPD bool // write speeds by GET PERFORMANCE, type 03h
	SW   bool // stream writing
}

// FeatureCode is 0107h.
func (*RealTimeStreaming) FeatureCode() FeatureCode { return FeatureRealTimeStreaming }

// UnmarshalBinary decodes the feature data. Version 0 may come without any.
func (f *RealTimeStreaming) UnmarshalBinary(b []byte) error {
	flags := lastByte(b, 0)
	*f = RealTimeStreaming{flags&0x10 != 0, flags&0x08 != 0, flags&0x04 != 0, flags&0x02 != 0, flags&0x01 != 0}
	return nil
}
