package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/internal/unit"
)

// Mode page 2Ah of drives in the field. Fields that the logs lack are 00.
const (
	page2ASES204N = `2A 32 3F 37 F1 7F 2B 23 1B 90 01 00 08 00 1B 90 00 00 21 14 00 00 00 01
		00 00 00 00 21 14 00 05 00 00 21 14 00 00 1B 90 00 00 16 0D 00 00 10 8A 00 00 0B 07`
	page2AGU10N = `2A 2E 3F 37 F1 73 29 23 10 8A 01 00 04 00 10 8A 00 00 10 8A 00 00 00 01
		00 00 00 00 10 8A 00 04 00 00 10 8A 00 00 0B 06 00 00 06 E4 00 00 02 C2`
	page2AGH80N = `2A 2E 3F 37 F1 73 2B 23 40 EC 01 00 08 00 40 EC 00 00 2B 48 00 00 00 01
		00 00 00 00 2B 48 00 04 00 00 2B 48 00 00 20 76 00 00 15 A4 00 00 0C FC`
	// page2ABDR203 is from the command manual: bytes 2 to 7, 256 volumes, 4000 KiB.
	page2ABDR203 = "2A 42 3F 37 F1 63 29 23 00 00 01 00 0F A0 00*8 00 01 00*44"
)

func goldenPages() []golden {
	return []golden{
		{"SE-S204N, page 2Ah", page2ASES204N, capabilitiesReply, nil},
		{"GU10N, page 2Ah", page2AGU10N, capabilitiesReply, nil},
		{"GH80N, page 2Ah", page2AGH80N, capabilitiesReply, nil},
		{"BDR-203, page 2Ah", page2ABDR203, capabilitiesReply, nil},
		{"PX-W4824A, page 2Ah (G21)", page2APlextor, capabilitiesReply, nil},
		{"CRX215E5, page 2Ah (G22)", page2ASony, capabilitiesReply, nil},
		{"MMC-1, page 2Ah", page2AMMC1, capabilitiesReply, nil},
	}
}

func TestGoldenCapabilities(t *testing.T) {
	s204 := mmctest.Decode[command.Capabilities](t, unhex(page2ASES204N))
	assert.Equal(t, []int{8468, 7056, 5645, 4234, 2823}, speedsOf(s204.WriteSpeeds), "48x is 8468 here and 8467 elsewhere")
	assert.Equal(t, 8468, s204.MaxWriteKBps)
	assert.Equal(t, 8468, s204.CurrentWriteKBps)
	assert.Equal(t, 7056, s204.CurrentReadKBps)
	assert.True(t, s204.BUF && s204.Eject && s204.Locked && s204.Mechanism == command.LoadTray)

	laptop := mmctest.Decode[command.Capabilities](t, unhex(page2AGU10N))
	assert.Equal(t, []int{4234, 2822, 1764, 706}, speedsOf(laptop.WriteSpeeds))

	assert.False(t, laptop.Locked)

	bdr := mmctest.Decode[command.Capabilities](t, unhex(page2ABDR203))
	assert.Empty(t, bdr.WriteSpeeds)
	assert.True(t, bdr.BUF && bdr.WriteCDR && bdr.WriteCDRW && bdr.TestWrite)
}

// With a DVD in the drive, the page lists the DVD's speeds; those faster than any CD
// are dropped.
func TestWriteSpeedsOfADVD(t *testing.T) {
	reply := "00 36 00 00 00 00 00 00" + page2AGH80N
	page := join(in(mode2AHead, reply), in("5A 00 2A 00 00 00 00 00 38 00", reply))
	d, _ := open(t, join(noFeatures("01 07"), page, page)...)
	got, err := unit.WriteSpeeds(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, []int{8310, 5540, 3324}, speedsOf(got))
	now, err := unit.CurrentWriteSpeed(t.Context(), d)
	require.NoError(t, err)
	assert.Zero(t, now.KBps, "11080 kB/s")
}

// All pages of a GSA-4040B begin like this; a PX-755A puts the medium type into its
// header; a BU40N sends page 1Ch with the PS bit.
func TestGoldenModeHeaders(t *testing.T) {
	all := mmctest.Decode[command.ModeData](t, unhex("00 F4 41 00 00 00 00 00 01 0A 80 13 00 00 00 00 03 00 00 00"))
	page, ok := all.Page(0x01)
	assert.True(t, ok)
	assert.Equal(t, unhex("01 0A 80 13 00 00 00 00 03 00 00 00"), page)
	assert.Empty(t, mmctest.Decode[command.ModeData](t, unhex("00 CC 11 00 00 00 00 00")).Pages)

	bu40 := mmctest.Decode[command.ModeData](t, unhex("00 1E 00 00 00 00 00 00 9C 0A 00 04 00 00 02 58 00 00 00 00 20 0A 01 00 00 64 00 03 00 00 00 00"))
	for code, first := range map[byte]byte{0x1C: 0x9C, 0x20: 0x20} {
		page, ok := bu40.Page(code)
		require.True(t, ok, "%02Xh", code)
		assert.Len(t, page, 12)
		assert.Equal(t, first, page[0])
	}
}
