package mmc

import (
	"encoding/binary"
)

// ProfileList is feature 0000h: the profiles of the drive, most capable first.
// Data: per profile number (2), b0 current, 0.
type ProfileList struct {
	Profiles []ListedProfile
}

// ListedProfile is one entry of a ProfileList.
type ListedProfile struct {
	Profile Profile
	Current bool // more than one may be
}

// FeatureCode is 0000h.
func (*ProfileList) FeatureCode() FeatureCode { return FeatureProfileList }

// Has reports whether the drive knows the profile.
func (f ProfileList) Has(p Profile) bool {
	for _, listed := range f.Profiles {
		if listed.Profile == p {
			return true
		}
	}
	return false
}

// UnmarshalBinary decodes the feature data.
func (f *ProfileList) UnmarshalBinary(b []byte) error {
	if len(b)%4 != 0 {
		return featureShort(FeatureProfileList, len(b), (len(b)+3)/4*4)
	}
	f.Profiles = nil
	for ; len(b) >= 4; b = b[4:] {
		f.Profiles = append(f.Profiles, ListedProfile{Profile(binary.BigEndian.Uint16(b)), b[2]&0x01 != 0})
	}
	return nil
}

// Core is feature 0001h. Data: 0-3 physical interface; version 2: 4 b1 INQ2, b0 DBE.
type Core struct {
	Interface uint32 // 1 SCSI, 2 ATAPI, 3-6 IEEE 1394 and Fibre Channel, 7 SATA, 8 USB
	INQ2      bool
	DBE       bool // GET EVENT STATUS NOTIFICATION knows device busy events
}

// FeatureCode is 0001h.
func (*Core) FeatureCode() FeatureCode { return FeatureCore }

// UnmarshalBinary decodes the feature data.
func (f *Core) UnmarshalBinary(b []byte) error {
	if len(b) < 4 {
		return featureShort(FeatureCore, len(b), 4)
	}
	flags := lastByte(b, 4)
	*f = Core{binary.BigEndian.Uint32(b), flags&0x02 != 0, flags&0x01 != 0}
	return nil
}

// Morphing is feature 0002h. Data: 0 b1 OCEvent, b0 ASYNC.
type Morphing struct {
	OCEvent bool // operational change events
	Async   bool // asynchronous GET EVENT STATUS NOTIFICATION
}

// FeatureCode is 0002h.
func (*Morphing) FeatureCode() FeatureCode { return FeatureMorphing }

// UnmarshalBinary decodes the feature data.
func (f *Morphing) UnmarshalBinary(b []byte) error {
	if len(b) < 1 {
		return featureShort(FeatureMorphing, len(b), 4)
	}
	*f = Morphing{b[0]&0x02 != 0, b[0]&0x01 != 0}
	return nil
}

// RemovableMedium is feature 0003h. Data: 0 b7-5 loading mechanism, b4 Load
// (version 1), b3 Eject, b2 prevent jumper, b1 DBML, b0 Lock.
type RemovableMedium struct {
	Mechanism     LoadingMechanism
	Load          bool // can pull the disc in; not said by version 0
	Eject         bool
	PreventJumper bool
	DBML          bool
	Lock          bool
}

// FeatureCode is 0003h.
func (*RemovableMedium) FeatureCode() FeatureCode { return FeatureRemovableMedium }

// UnmarshalBinary decodes the feature data.
func (f *RemovableMedium) UnmarshalBinary(b []byte) error {
	if len(b) < 1 {
		return featureShort(FeatureRemovableMedium, len(b), 4)
	}
	*f = RemovableMedium{
		Mechanism: LoadingMechanism(b[0] >> 5), Load: b[0]&0x10 != 0, Eject: b[0]&0x08 != 0,
		PreventJumper: b[0]&0x04 != 0, DBML: b[0]&0x02 != 0, Lock: b[0]&0x01 != 0,
	}
	return nil
}

// PowerManagement is feature 0100h. It has no data.
type PowerManagement struct{}

// FeatureCode is 0100h.
func (*PowerManagement) FeatureCode() FeatureCode { return FeaturePowerManagement }

// UnmarshalBinary takes any data: later standards may add some.
func (*PowerManagement) UnmarshalBinary([]byte) error { return nil }

// Timeout is feature 0105h. Data, version 1 only: 0 b0 group 3, 2-3 unit length.
type Timeout struct {
	Group3     bool
	UnitLength uint16
}

// FeatureCode is 0105h.
func (*Timeout) FeatureCode() FeatureCode { return FeatureTimeout }

// UnmarshalBinary decodes the feature data; version 0 has none.
func (f *Timeout) UnmarshalBinary(b []byte) error {
	*f = Timeout{}
	if len(b) == 0 {
		return nil
	}
	if len(b) < 4 {
		return featureShort(FeatureTimeout, len(b), 4)
	}
	*f = Timeout{b[0]&0x01 != 0, binary.BigEndian.Uint16(b[2:])}
	return nil
}

// SerialNumber is feature 0108h: the drive's serial number as text.
type SerialNumber struct {
	Serial string
}

// FeatureCode is 0108h.
func (*SerialNumber) FeatureCode() FeatureCode { return FeatureSerialNumber }

// UnmarshalBinary decodes the feature data.
func (f *SerialNumber) UnmarshalBinary(b []byte) error {
	f.Serial = ascii(b)
	return nil
}

// DiscControlBlocks is feature 010Ah: the identifiers of the blocks that the drive
// can read or write (DVD).
type DiscControlBlocks struct {
	Identifiers []uint32
}

// FeatureCode is 010Ah.
func (*DiscControlBlocks) FeatureCode() FeatureCode { return FeatureDiscControlBlocks }

// UnmarshalBinary decodes the feature data.
func (f *DiscControlBlocks) UnmarshalBinary(b []byte) error {
	if len(b)%4 != 0 {
		return featureShort(FeatureDiscControlBlocks, len(b), (len(b)+3)/4*4)
	}
	f.Identifiers = nil
	for ; len(b) >= 4; b = b[4:] {
		f.Identifiers = append(f.Identifiers, binary.BigEndian.Uint32(b))
	}
	return nil
}

// FirmwareInformation is feature 010Ch: when the firmware was made. Data: century,
// year, month, day, hour, minute, second as two ASCII digits each.
type FirmwareInformation struct {
	Created string // "20061122093000", or what the drive has in place of it
}

// FeatureCode is 010Ch.
func (*FirmwareInformation) FeatureCode() FeatureCode { return FeatureFirmwareInformation }

// UnmarshalBinary decodes the feature data.
func (f *FirmwareInformation) UnmarshalBinary(b []byte) error {
	if len(b) < 14 {
		return featureShort(FeatureFirmwareInformation, len(b), 14)
	}
	f.Created = ascii(b[:14])
	return nil
}
