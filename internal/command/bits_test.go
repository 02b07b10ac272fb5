package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// These tests go through the byte tables of the standard bit by bit: each bit with a
// meaning sets one field, and the other bits of its byte set none.

func TestCapabilitiesBits(t *testing.T) {
	const empty = "2A 20 00*26 00 00 00 00 00 00"
	for _, tt := range []struct {
		at    int
		value byte
		want  command.Capabilities
	}{
		{3, 0x01, command.Capabilities{WriteCDR: true}},
		{3, 0x02, command.Capabilities{WriteCDRW: true}},
		{3, 0x04, command.Capabilities{TestWrite: true}},
		{3, 0xF8, command.Capabilities{}},
		{4, 0x80, command.Capabilities{BUF: true}},
		{4, 0x7F, command.Capabilities{}},
		{6, 0x02, command.Capabilities{Locked: true}},
		{6, 0x08, command.Capabilities{Eject: true}},
		{6, 0x20, command.Capabilities{Mechanism: command.LoadTray}},
		{6, 0xE0, command.Capabilities{Mechanism: 7}},
		{6, 0x15, command.Capabilities{}},
		{14, 1, command.Capabilities{CurrentReadKBps: 256}},
		{15, 1, command.Capabilities{CurrentReadKBps: 1}},
		{18, 1, command.Capabilities{MaxWriteKBps: 256}},
		{19, 1, command.Capabilities{MaxWriteKBps: 1}},
		{20, 1, command.Capabilities{CurrentWriteKBps: 256}},
		{21, 1, command.Capabilities{CurrentWriteKBps: 1}},
		{27, 0x01, command.Capabilities{CurrentRotation: command.RotationPureCAV}},
		{27, 0x02, command.Capabilities{CurrentRotation: 2}},
		{27, 0xFC, command.Capabilities{}},
		{28, 1, command.Capabilities{CurrentWriteKBps: 256}},
		{29, 1, command.Capabilities{CurrentWriteKBps: 1}},
	} {
		tt.want.Length = 0x20
		assert.Equal(t, tt.want, mmctest.Decode[command.Capabilities](t, withByte(empty, tt.at, tt.value)), "byte %d = %02X", tt.at, tt.value)
	}
}

// A page may end after each field that a standard added. Bytes after the page, and
// bytes announced but not sent, are not read.
func TestCapabilitiesLengths(t *testing.T) {
	page := func(length byte, text string) []byte { return withByte(text, 1, length) }
	const mmc2 = "2A 00 00*16 01 02 03 04 00 00 00 00" // maximum 258, current 772
	assert.Zero(t, mmctest.Decode[command.Capabilities](t, page(19, mmc2)).CurrentWriteKBps)
	assert.Equal(t, 0x0304, mmctest.Decode[command.Capabilities](t, page(20, mmc2)).CurrentWriteKBps)
	assert.Equal(t, 0x0102, mmctest.Decode[command.Capabilities](t, page(18, mmc2)).MaxWriteKBps)

	// One speed in the page, two in its count, and more bytes following the page.
	const mmc3 = "2A 22 00*28 00 02 | 00 01 02 C2 | 00 00 05 83 00 00"
	assert.Equal(t, []mmc.WriteSpeed{{KBps: 706, PureCAV: true}}, mmctest.Decode[command.Capabilities](t, unhex(mmc3)).WriteSpeeds)
	var c command.Capabilities
	for length, need := range map[byte]int{0x22: 36, 0x26: 40} {
		b := page(length, mmc3)[:35]
		assert.Equal(t, need, needed(t, c.UnmarshalBinary(b)))
	}
	assert.Equal(t, 32, needed(t, c.UnmarshalBinary(page(0x22, mmc3)[:31])))
	assert.NoError(t, c.UnmarshalBinary(page(0x1E, mmc3)[:32]), "a page without room for a speed")
	assert.Empty(t, c.WriteSpeeds)
	// Slots of 0 kB/s are empty; 1 kB/s is a speed.
	assert.Len(t, mmctest.Decode[command.Capabilities](t, unhex("2A 26 00*28 00 02 | 00 00 00 00 | 00 00 00 01")).WriteSpeeds, 1)
}

func TestWriteParametersBits(t *testing.T) {
	const empty = "05 32 00*50"
	for _, tt := range []struct {
		at    int
		value byte
		want  command.WriteParameters
	}{
		{2, 0x40, command.WriteParameters{BUFE: true}},
		{2, 0x10, command.WriteParameters{TestWrite: true}},
		{2, 0x0F, command.WriteParameters{WriteType: 15}},
		{2, 0xA0, command.WriteParameters{}},
		{3, 0xC0, command.WriteParameters{MultiSession: command.SessionOpen}},
		{3, 0x40, command.WriteParameters{MultiSession: 1}},
		{3, 0x10, command.WriteParameters{Copy: true}},
		{3, 0x0F, command.WriteParameters{Control: 15}},
		{3, 0x20, command.WriteParameters{}},
		{4, 0x0F, command.WriteParameters{DataBlockType: 15}},
		{4, 0xF0, command.WriteParameters{}},
		{14, 1, command.WriteParameters{AudioPause: 256}},
		{15, 1, command.WriteParameters{AudioPause: 1}},
	} {
		got := mmctest.Decode[command.WriteParameters](t, withByte(empty, tt.at, tt.value))
		assert.Equal(t, tt.want, got, "byte %d = %02X", tt.at, tt.value)
		if got != (command.WriteParameters{}) {
			got.AudioPause = max(got.AudioPause, 1) // 0 is composed as 150
			page := withByte(empty, tt.at, tt.value)
			page[15] |= byte(got.AudioPause)
			assert.Equal(t, page, got.Page(0x32), "byte %d = %02X", tt.at, tt.value)
		}
	}
	got := command.WriteParameters{WriteType: 0xFF, MultiSession: 0xFF, Control: 0xFF, DataBlockType: 0xFF}.Page(0x32)
	assert.Equal(t, unhex("0F CF 0F"), got[2:5], "the bits outside the field are ignored")
	assert.Equal(t, byte(254), command.WriteParameters{}.Page(254)[1])

	// The codes count if their flag is set and they arrived completely.
	const codes = `05 32 00*14 | 80 34 30 30 36 33 38 31 33 33 33 39 33 31 00 00 |
		80 55 53 41 42 43 31 32 33 34 35 36 37 00 00 00 | 00*4`
	whole := mmctest.Decode[command.WriteParameters](t, unhex(codes))
	assert.Equal(t, toc.MCN("4006381333931"), whole.MCN)
	assert.Equal(t, toc.ISRC("USABC1234567"), whole.ISRC)
	assert.Empty(t, mmctest.Decode[command.WriteParameters](t, withByte(codes, 16, 0x7F)).MCN)
	assert.Empty(t, mmctest.Decode[command.WriteParameters](t, withByte(codes, 32, 0x7F)).ISRC)
	for length, want := range map[byte][2]bool{27: {}, 28: {true, false}, 42: {true, false}, 43: {true, true}} {
		got := mmctest.Decode[command.WriteParameters](t, withByte(codes, 1, length))
		assert.Equal(t, want, [2]bool{got.MCN != "", got.ISRC != ""}, "page length %d", length)
	}
}

func TestTrackInformationBits(t *testing.T) {
	const empty = "00 22 00*34"
	base := command.TrackInformation{Len: 36, FreeValid: true, SizeValid: true}
	for _, tt := range []struct {
		at    int
		value byte
		set   func(*command.TrackInformation)
	}{
		{2, 99, func(ti *command.TrackInformation) { ti.Track = 99 }},
		{3, 99, func(ti *command.TrackInformation) { ti.Session = 99 }},
		{5, 0x20, func(ti *command.TrackInformation) { ti.Damage = true }},
		{5, 0x10, func(ti *command.TrackInformation) { ti.Copy = true }},
		{5, 0x0F, func(ti *command.TrackInformation) { ti.Control = 15 }},
		{5, 0xC0, func(*command.TrackInformation) {}},
		{6, 0x80, func(ti *command.TrackInformation) { ti.RT = true }},
		{6, 0x40, func(ti *command.TrackInformation) { ti.Blank = true }},
		{6, 0x20, func(ti *command.TrackInformation) { ti.Packet = true }},
		{6, 0x1F, func(*command.TrackInformation) {}},
		{7, 0x01, func(ti *command.TrackInformation) { ti.NWAValid = true }},
		{7, 0xFE, func(*command.TrackInformation) {}},
		{11, 1, func(ti *command.TrackInformation) { ti.Start = 1 }},
		{15, 1, func(*command.TrackInformation) {}}, // not marked as valid
		{19, 1, func(ti *command.TrackInformation) { ti.Free = 1 }},
		{27, 1, func(ti *command.TrackInformation) { ti.Size = 1 }},
	} {
		want := base
		tt.set(&want)
		assert.Equal(t, want, mmctest.Decode[command.TrackInformation](t, withByte(empty, tt.at, tt.value)), "byte %d = %02X", tt.at, tt.value)
	}
	// The high bytes are there from byte 34 on.
	var ti command.TrackInformation
	for _, at := range []int{32, 33} {
		b := withByte(empty, at, 1)
		assert.NoError(t, ti.UnmarshalBinary(b[:33]))
		assert.ErrorIs(t, ti.UnmarshalBinary(b[:34]), exchange.ErrImplausible)
	}
	assert.True(t, command.TrackInformation{Blank: true}.Invisible() && command.TrackInformation{Blank: true, RT: true}.Reserved())
	assert.False(t, command.TrackInformation{}.Invisible() || command.TrackInformation{RT: true}.Reserved())
}

func TestDiscInformationBits(t *testing.T) {
	const empty = "00 20 00*32"
	for _, tt := range []struct {
		at    int
		value byte
		want  command.DiscInformation
	}{
		{2, 0x03, command.DiscInformation{Status: mmc.DiscOther}},
		{2, 0x0C, command.DiscInformation{LastSession: mmc.SessionComplete}},
		{2, 0x10, command.DiscInformation{Erasable: true}},
		{2, 0xE0, command.DiscInformation{}},
		{3, 1, command.DiscInformation{FirstTrack: 1}},
		{4, 1, command.DiscInformation{Sessions: 1}},
		{5, 1, command.DiscInformation{FirstTrackLastSession: 1}},
		{6, 1, command.DiscInformation{LastTrackLastSession: 1}},
		{7, 0xFF, command.DiscInformation{}},
		{16, 1, command.DiscInformation{}},
		{17, 1, command.DiscInformation{LastLeadIn: toc.MSF{M: 1}, LastLeadInValid: true}},
		{18, 1, command.DiscInformation{LastLeadIn: toc.MSF{S: 1}, LastLeadInValid: true}},
		{19, 1, command.DiscInformation{LastLeadIn: toc.MSF{F: 1}, LastLeadInValid: true}},
		{21, 1, command.DiscInformation{LastLeadOut: toc.MSF{M: 1}, LastLeadOutValid: true}},
		{23, 74, command.DiscInformation{LastLeadOut: toc.MSF{F: 74}, LastLeadOutValid: true}},
		{23, 75, command.DiscInformation{}},
		{20, 0xFF, command.DiscInformation{}},
	} {
		if tt.want.Status == "" {
			tt.want.Status = mmc.DiscEmpty
		}
		if tt.want.LastSession == "" {
			tt.want.LastSession = mmc.SessionEmpty
		}
		assert.Equal(t, tt.want, mmctest.Decode[command.DiscInformation](t, withByte(empty, tt.at, tt.value)), "byte %d = %02X", tt.at, tt.value)
	}
}

// Features, codes and sub-channel: fields that no whole reply covers.
func TestOtherBits(t *testing.T) {
	const feature = "00 00 00 0C 00 00 00 09 | 00 2D 00 04 46 00 3F 01"
	for value, want := range map[byte]command.Feature{
		0x01: {Current: true}, 0x02: {Persistent: true}, 0x3C: {Version: 15}, 0x04: {Version: 1}, 0xC0: {},
	} {
		want.Code, want.Data = 0x2D, unhex("46 00 3F 01")
		got, ok := mmctest.Decode[command.Configuration](t, withByte(feature, 10, value)).Feature(0x2D)
		assert.True(t, ok)
		assert.Equal(t, want, got, "%02X", value)
	}
	assert.Empty(t, mmctest.Decode[command.MCNData](t, withByte(mcnReply, 8, 0x7F)).MCN)
	assert.Empty(t, mmctest.Decode[command.ISRCData](t, withByte(isrcReply, 8, 0x7F)).ISRC)
	assert.NotEmpty(t, mmctest.Decode[command.ISRCData](t, withByte(isrcReply, 8, 0xFF)).ISRC)
	assert.Equal(t, command.BufferCapacity{Block: true, Free: 0x131800}, mmctest.Decode[command.BufferCapacity](t, withByte(bufferR8, 3, 0x01)))
	assert.Equal(t, command.BufferCapacity{Size: 0x131800, Free: 0x131800}, mmctest.Decode[command.BufferCapacity](t, withByte(bufferR8, 3, 0xFE)))
	_, ok := command.BufferCapacity{Size: 1, Block: true}.Fill()
	assert.False(t, ok)
	_, ok = command.BufferCapacity{}.Fill()
	assert.False(t, ok)
	fill, ok := command.BufferCapacity{Size: 1}.Fill()
	assert.True(t, ok)
	assert.Equal(t, 1.0, fill)

	table, err := command.ParseTOC(withByte(tocPlextor, 4+1, 0xF5), false)
	require.NoError(t, err)
	assert.Equal(t, toc.Control(5), table.Entries[0].Control)
	full := mmctest.Decode[command.FullTOC](t, withByte(fullTOCDone, 4+1, 0x25))
	assert.Equal(t, byte(2), full.Entries[0].ADR)
	assert.Equal(t, toc.Control(5), full.Entries[0].Control)
}
