package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// These tests go through the byte tables of the standard bit by bit: each bit with a
// meaning sets one field, and the other bits of its byte set none.

// withByte returns a reply with one byte changed.
func withByte(text string, at int, value byte) []byte {
	b := unhex(text)
	b[at] = value
	return b
}

func TestCapabilitiesBits(t *testing.T) {
	const empty = "2A 20 00*26 00 00 00 00 00 00"
	for _, tt := range []struct {
		at    int
		value byte
		want  mmc.Capabilities
	}{
		{3, 0x01, mmc.Capabilities{WriteCDR: true}},
		{3, 0x02, mmc.Capabilities{WriteCDRW: true}},
		{3, 0x04, mmc.Capabilities{TestWrite: true}},
		{3, 0xF8, mmc.Capabilities{}},
		{4, 0x80, mmc.Capabilities{BUF: true}},
		{4, 0x7F, mmc.Capabilities{}},
		{6, 0x02, mmc.Capabilities{Locked: true}},
		{6, 0x08, mmc.Capabilities{Eject: true}},
		{6, 0x20, mmc.Capabilities{Mechanism: mmc.LoadTray}},
		{6, 0xE0, mmc.Capabilities{Mechanism: 7}},
		{6, 0x15, mmc.Capabilities{}},
		{14, 1, mmc.Capabilities{CurrentReadKBps: 256}},
		{15, 1, mmc.Capabilities{CurrentReadKBps: 1}},
		{18, 1, mmc.Capabilities{MaxWriteKBps: 256}},
		{19, 1, mmc.Capabilities{MaxWriteKBps: 1}},
		{20, 1, mmc.Capabilities{CurrentWriteKBps: 256}},
		{21, 1, mmc.Capabilities{CurrentWriteKBps: 1}},
		{27, 0x01, mmc.Capabilities{CurrentRotation: mmc.RotationPureCAV}},
		{27, 0x02, mmc.Capabilities{CurrentRotation: 2}},
		{27, 0xFC, mmc.Capabilities{}},
		{28, 1, mmc.Capabilities{CurrentWriteKBps: 256}},
		{29, 1, mmc.Capabilities{CurrentWriteKBps: 1}},
	} {
		tt.want.Length = 0x20
		assert.Equal(t, tt.want, decode[mmc.Capabilities](t, withByte(empty, tt.at, tt.value)), "byte %d = %02X", tt.at, tt.value)
	}
}

// A page may end after each field that a standard added. Bytes after the page, and
// bytes announced but not sent, are not read.
func TestCapabilitiesLengths(t *testing.T) {
	page := func(length byte, text string) []byte { return withByte(text, 1, length) }
	const mmc2 = "2A 00 00*16 01 02 03 04 00 00 00 00" // maximum 258, current 772
	assert.Zero(t, decode[mmc.Capabilities](t, page(19, mmc2)).CurrentWriteKBps)
	assert.Equal(t, 0x0304, decode[mmc.Capabilities](t, page(20, mmc2)).CurrentWriteKBps)
	assert.Equal(t, 0x0102, decode[mmc.Capabilities](t, page(18, mmc2)).MaxWriteKBps)

	// One speed in the page, two in its count, and more bytes following the page.
	const mmc3 = "2A 22 00*28 00 02 | 00 01 02 C2 | 00 00 05 83 00 00"
	assert.Equal(t, []mmc.WriteSpeed{{KBps: 706, Rotation: mmc.RotationPureCAV}}, decode[mmc.Capabilities](t, unhex(mmc3)).WriteSpeeds)
	var c mmc.Capabilities
	for length, need := range map[byte]int{0x22: 36, 0x26: 40} {
		b := page(length, mmc3)[:35]
		assert.Equal(t, need, needed(t, c.UnmarshalBinary(b)))
	}
	assert.Equal(t, 32, needed(t, c.UnmarshalBinary(page(0x22, mmc3)[:31])))
	assert.NoError(t, c.UnmarshalBinary(page(0x1E, mmc3)[:32]), "a page without room for a speed")
	assert.Empty(t, c.WriteSpeeds)
	// Slots of 0 kB/s are empty; 1 kB/s is a speed.
	assert.Len(t, decode[mmc.Capabilities](t, unhex("2A 26 00*28 00 02 | 00 00 00 00 | 00 00 00 01")).WriteSpeeds, 1)
}

func TestWriteParametersBits(t *testing.T) {
	const empty = "05 32 00*50"
	for _, tt := range []struct {
		at    int
		value byte
		want  mmc.WriteParameters
	}{
		{2, 0x40, mmc.WriteParameters{BUFE: true}},
		{2, 0x10, mmc.WriteParameters{TestWrite: true}},
		{2, 0x0F, mmc.WriteParameters{WriteType: 15}},
		{2, 0xA0, mmc.WriteParameters{}},
		{3, 0xC0, mmc.WriteParameters{MultiSession: mmc.SessionOpen}},
		{3, 0x40, mmc.WriteParameters{MultiSession: 1}},
		{3, 0x10, mmc.WriteParameters{Copy: true}},
		{3, 0x0F, mmc.WriteParameters{Control: 15}},
		{3, 0x20, mmc.WriteParameters{}},
		{4, 0x0F, mmc.WriteParameters{DataBlockType: 15}},
		{4, 0xF0, mmc.WriteParameters{}},
		{14, 1, mmc.WriteParameters{AudioPause: 256}},
		{15, 1, mmc.WriteParameters{AudioPause: 1}},
	} {
		got := decode[mmc.WriteParameters](t, withByte(empty, tt.at, tt.value))
		assert.Equal(t, tt.want, got, "byte %d = %02X", tt.at, tt.value)
		if got != (mmc.WriteParameters{}) {
			got.AudioPause = max(got.AudioPause, 1) // 0 is composed as 150
			page := withByte(empty, tt.at, tt.value)
			page[15] |= byte(got.AudioPause)
			assert.Equal(t, page, got.Page(0x32), "byte %d = %02X", tt.at, tt.value)
		}
	}
	got := mmc.WriteParameters{WriteType: 0xFF, MultiSession: 0xFF, Control: 0xFF, DataBlockType: 0xFF}.Page(0x32)
	assert.Equal(t, unhex("0F CF 0F"), got[2:5], "the bits outside the field are ignored")
	assert.Equal(t, byte(254), mmc.WriteParameters{}.Page(254)[1])

	// The codes count if their flag is set and they arrived completely.
	const codes = `05 32 00*14 | 80 34 30 30 36 33 38 31 33 33 33 39 33 31 00 00 |
		80 55 53 41 42 43 31 32 33 34 35 36 37 00 00 00 | 00*4`
	whole := decode[mmc.WriteParameters](t, unhex(codes))
	assert.Equal(t, toc.MCN("4006381333931"), whole.MCN)
	assert.Equal(t, toc.ISRC("USABC1234567"), whole.ISRC)
	assert.Empty(t, decode[mmc.WriteParameters](t, withByte(codes, 16, 0x7F)).MCN)
	assert.Empty(t, decode[mmc.WriteParameters](t, withByte(codes, 32, 0x7F)).ISRC)
	for length, want := range map[byte][2]bool{27: {}, 28: {true, false}, 42: {true, false}, 43: {true, true}} {
		got := decode[mmc.WriteParameters](t, withByte(codes, 1, length))
		assert.Equal(t, want, [2]bool{got.MCN != "", got.ISRC != ""}, "page length %d", length)
	}
}

func TestATIPBits(t *testing.T) {
	for _, tt := range []struct {
		value   byte
		rw      bool
		subType byte
	}{{0xC0, true, 0}, {0xB8, false, 7}, {0x88, false, 1}, {0x87, false, 0}, {0xFF, true, 7}} {
		got := decode[mmc.ATIP](t, withByte(atipCMC, 6, tt.value))
		assert.Equal(t, tt.rw, got.Rewritable, "%02X", tt.value)
		assert.Equal(t, tt.subType, got.SubType, "%02X", tt.value)
		assert.True(t, got.Plausible())
	}
	for _, tt := range []struct {
		at    int
		value byte
		ok    bool
	}{
		{4, 0x80, true}, {4, 0x7F, false}, {5, 0x7F, true}, {5, 0x80, false}, {6, 0x80, true}, {6, 0x7F, false},
		{8, 90, true}, {8, 89, false}, {8, 100, false}, {12, 1, true},
	} {
		assert.Equal(t, tt.ok, decode[mmc.ATIP](t, withByte(atipCMC, tt.at, tt.value)).Plausible(), "byte %d = %02X", tt.at, tt.value)
	}
	b := unhex(atipCMC)
	for text, ok := range map[string]bool{"00 02 00": false, "00 02 01": true, "00 02 02": true, "5A 00 00": false} {
		copy(b[12:], unhex(text))
		assert.Equal(t, ok, decode[mmc.ATIP](t, b).Plausible(), "a lead-out at %s", text)
	}
}

func TestTrackInformationBits(t *testing.T) {
	const empty = "00 22 00*34"
	base := mmc.TrackInformation{Len: 36, FreeValid: true, SizeValid: true}
	for _, tt := range []struct {
		at    int
		value byte
		set   func(*mmc.TrackInformation)
	}{
		{2, 99, func(ti *mmc.TrackInformation) { ti.Track = 99 }},
		{3, 99, func(ti *mmc.TrackInformation) { ti.Session = 99 }},
		{5, 0x20, func(ti *mmc.TrackInformation) { ti.Damage = true }},
		{5, 0x10, func(ti *mmc.TrackInformation) { ti.Copy = true }},
		{5, 0x0F, func(ti *mmc.TrackInformation) { ti.Control = 15 }},
		{5, 0xC0, func(*mmc.TrackInformation) {}},
		{6, 0x80, func(ti *mmc.TrackInformation) { ti.RT = true }},
		{6, 0x40, func(ti *mmc.TrackInformation) { ti.Blank = true }},
		{6, 0x20, func(ti *mmc.TrackInformation) { ti.Packet = true }},
		{6, 0x1F, func(*mmc.TrackInformation) {}},
		{7, 0x01, func(ti *mmc.TrackInformation) { ti.NWAValid = true }},
		{7, 0xFE, func(*mmc.TrackInformation) {}},
		{11, 1, func(ti *mmc.TrackInformation) { ti.Start = 1 }},
		{15, 1, func(*mmc.TrackInformation) {}}, // not marked as valid
		{19, 1, func(ti *mmc.TrackInformation) { ti.Free = 1 }},
		{27, 1, func(ti *mmc.TrackInformation) { ti.Size = 1 }},
	} {
		want := base
		tt.set(&want)
		assert.Equal(t, want, decode[mmc.TrackInformation](t, withByte(empty, tt.at, tt.value)), "byte %d = %02X", tt.at, tt.value)
	}
	// The high bytes are there from byte 34 on.
	var ti mmc.TrackInformation
	for _, at := range []int{32, 33} {
		b := withByte(empty, at, 1)
		assert.NoError(t, ti.UnmarshalBinary(b[:33]))
		assert.ErrorIs(t, ti.UnmarshalBinary(b[:34]), mmc.ErrImplausible)
	}
	assert.True(t, mmc.TrackInformation{Blank: true}.Invisible() && mmc.TrackInformation{Blank: true, RT: true}.Reserved())
	assert.False(t, mmc.TrackInformation{}.Invisible() || mmc.TrackInformation{RT: true}.Reserved())
}

func TestDiscInformationBits(t *testing.T) {
	const empty = "00 20 00*32"
	for _, tt := range []struct {
		at    int
		value byte
		want  mmc.DiscInformation
	}{
		{2, 0x03, mmc.DiscInformation{Status: mmc.DiscOther}},
		{2, 0x0C, mmc.DiscInformation{LastSession: mmc.SessionComplete}},
		{2, 0x10, mmc.DiscInformation{Erasable: true}},
		{2, 0xE0, mmc.DiscInformation{}},
		{3, 1, mmc.DiscInformation{FirstTrack: 1}},
		{4, 1, mmc.DiscInformation{Sessions: 1}},
		{5, 1, mmc.DiscInformation{FirstTrackLastSession: 1}},
		{6, 1, mmc.DiscInformation{LastTrackLastSession: 1}},
		{7, 0xFF, mmc.DiscInformation{}},
		{16, 1, mmc.DiscInformation{}},
		{17, 1, mmc.DiscInformation{LastLeadIn: toc.MSF{M: 1}, LastLeadInValid: true}},
		{18, 1, mmc.DiscInformation{LastLeadIn: toc.MSF{S: 1}, LastLeadInValid: true}},
		{19, 1, mmc.DiscInformation{LastLeadIn: toc.MSF{F: 1}, LastLeadInValid: true}},
		{21, 1, mmc.DiscInformation{LastLeadOut: toc.MSF{M: 1}, LastLeadOutValid: true}},
		{23, 74, mmc.DiscInformation{LastLeadOut: toc.MSF{F: 74}, LastLeadOutValid: true}},
		{23, 75, mmc.DiscInformation{}},
		{20, 0xFF, mmc.DiscInformation{}},
	} {
		assert.Equal(t, tt.want, decode[mmc.DiscInformation](t, withByte(empty, tt.at, tt.value)), "byte %d = %02X", tt.at, tt.value)
	}
}

// Features, codes and sub-channel: fields that no whole reply covers.
func TestOtherBits(t *testing.T) {
	const feature = "00 00 00 0C 00 00 00 09 | 00 2D 00 04 46 00 3F 01"
	for value, want := range map[byte]mmc.Feature{
		0x01: {Current: true}, 0x02: {Persistent: true}, 0x3C: {Version: 15}, 0x04: {Version: 1}, 0xC0: {},
	} {
		want.Code, want.Data = 0x2D, unhex("46 00 3F 01")
		got, ok := decode[mmc.Configuration](t, withByte(feature, 10, value)).Feature(0x2D)
		assert.True(t, ok)
		assert.Equal(t, want, got, "%02X", value)
	}
	assert.Empty(t, decode[mmc.MCNData](t, withByte(mcnReply, 8, 0x7F)).MCN)
	assert.Empty(t, decode[mmc.ISRCData](t, withByte(isrcReply, 8, 0x7F)).ISRC)
	assert.NotEmpty(t, decode[mmc.ISRCData](t, withByte(isrcReply, 8, 0xFF)).ISRC)
	assert.Equal(t, mmc.BufferCapacity{Block: true, Free: 0x131800}, decode[mmc.BufferCapacity](t, withByte(bufferR8, 3, 0x01)))
	assert.Equal(t, mmc.BufferCapacity{Size: 0x131800, Free: 0x131800}, decode[mmc.BufferCapacity](t, withByte(bufferR8, 3, 0xFE)))
	_, ok := mmc.BufferCapacity{Size: 1, Block: true}.Fill()
	assert.False(t, ok)
	_, ok = mmc.BufferCapacity{}.Fill()
	assert.False(t, ok)
	fill, ok := mmc.BufferCapacity{Size: 1}.Fill()
	assert.True(t, ok)
	assert.Equal(t, 1.0, fill)

	got := decode[mmc.SubChannelPosition](t, withByte(position, 5, 0xA5))
	assert.Equal(t, byte(10), got.ADR)
	assert.Equal(t, toc.Control(5), got.Control)
	table, err := mmc.ParseTOC(withByte(tocPlextor, 4+1, 0xF5), false)
	require.NoError(t, err)
	assert.Equal(t, toc.Control(5), table.Entries[0].Control)
	full := decode[mmc.FullTOC](t, withByte(fullTOCDone, 4+1, 0x25))
	assert.Equal(t, byte(2), full.Entries[0].ADR)
	assert.Equal(t, toc.Control(5), full.Entries[0].Control)
}
