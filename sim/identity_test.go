package sim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

func TestInquiryAndVitalProductData(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	b := h.get("12 00 00 00 60 00", 96)
	assert.Equal(t, []byte{0x05, 0x80}, b[:2], "CD/DVD device, removable")
	assert.Equal(t, byte(91), b[4])
	assert.Equal(t, "REDBOOK SIMULATED CD-RW 1.00", string(b[8:36]))
	assert.Equal(t, cdb("05 00 00 02 00 80"), h.get("12 01 00 00 FF 00", 255))
	assert.Equal(t, "0000000000000001", string(h.get("12 01 80 00 FF 00", 255)[4:]))
	h.refuses("5/24/00", "12 01 83 00 FF 00")
	h.refuses("5/24/00", "12 00 80 00 FF 00")
	assert.Equal(t, "modern", h.d.Personality().Name)
}

// Features by profile: a blank CD-R, a CD-RW, a closed disc, no disc.
func TestConfiguration(t *testing.T) {
	current := func(h *host) (profile int, features []int) {
		b := h.get("46 01 00 00 00 00 00 04 00 00", 1024)
		require.Equal(t, len(b)-4, be32(b))
		for at := 8; at < len(b); at += 4 + int(b[at+3]) {
			features = append(features, int(b[at])<<8|int(b[at+1]))
			require.Zero(t, b[at+3]%4)
		}
		return int(b[6])<<8 | int(b[7]), features
	}
	profile, features := current(newHost(t, "", sim.CDR80))
	assert.Equal(t, 0x0009, profile)
	assert.Equal(t, []int{0, 1, 2, 3, 0x2D, 0x2E, 0x100, 0x104, 0x105, 0x107, 0x108}, features)
	profile, features = current(newHost(t, "", sim.CDRW80))
	assert.Equal(t, 0x000A, profile)
	assert.Contains(t, features, 0x37)

	h := odd(t, "", sim.CDR80)
	_, features = current(h)
	assert.Equal(t, []int{0, 1, 2, 3, 0x10, 0x1D, 0x1E, 0x2D, 0x2E, 0x100, 0x103, 0x104, 0x105, 0x107, 0x108}, features)
	h.closeSession()
	_, features = current(h)
	assert.NotContains(t, features, 0x2D)
	h.d.Eject()
	profile, features = current(h)
	assert.Zero(t, profile)
	assert.Equal(t, []int{0, 1, 2, 3, 0x100, 0x104, 0x105, 0x108}, features)
	h.refuses("5/24/00", "46 03 00 00 00 00 00 00 08 00")
	assert.Equal(t, cdb("00 2D 09 04 46 00 00 01"), newHost(t, "", sim.CDR80).get("46 02 00 2D 00 00 00 00 10 00", 16)[8:])
}

// Bytes of real drives (I1 to I3): the profile list of a LITE-ON LH-20A1H with a CD-R,
// which needs 68 bytes, four more than some hosts ask for; the features of a TSSTcorp
// SE-208GB in their order; 0105h of a PLEXTOR PX-755A.
func TestIdentityOfARealDrive(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	b := h.get("46 02 00 00 00 00 00 00 40 00", 64)
	assert.Equal(t, cdb("00 00 00 40 00 00 00 09"), b[:8])
	assert.Len(t, b, 64)
	b = h.get("46 02 00 00 00 00 00 04 00 00", 1024)
	assert.Equal(t, cdb("00 00 03 38 00 2B 00 00 00 1B 00 00 00 1A 00 00 00 16 00 00 00 15 00 00 00 14 00 00 00 13 00 00 "+
		"00 12 00 00 00 11 00 00 00 10 00 00 00 0A 00 00 00 09 01 00 00 08 00 00 00 02 00 00"), b[8:])
	b = h.get("46 00 00 00 00 00 00 04 00 00", 1024)
	var codes []int
	for at := 8; at < len(b); at += 4 + int(b[at+3]) {
		codes = append(codes, int(b[at])<<8|int(b[at+1]))
	}
	assert.Equal(t, []int{
		0, 1, 2, 3, 4, 0x10, 0x1D, 0x1E, 0x1F, 0x20, 0x21, 0x23, 0x24, 0x26, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x33, 0x37,
	}, codes[:22])
	assert.Len(t, codes, 31)
	assert.Equal(t, cdb("01 00 0D 04"), h.get("46 02 01 05 00 00 00 04 00 00", 1024)[12:])
	assert.Equal(t, cdb("05 80 00 32 5B 00 00 00"), h.get("12 00 00 00 60 00", 96)[:8])
	// A CyberDrv CW038D: four profiles, and 0002h current with a disc in.
	old := newHost(t, "old", sim.CDR80)
	assert.Equal(t, cdb("00 00 03 10 00 0A 00 00 00 09 01 00 00 08 00 00 00 02 01 00"), old.get("46 02 00 00 00 00 00 04 00 00", 1024)[8:])
	assert.Less(t, len(old.get("5A 00 2A 00 00 00 00 00 FF 00", 255)), 44)
}

func TestModePages(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	all := h.get("5A 00 3F 00 00 00 00 04 00 00", 1024)
	require.Equal(t, len(all)-2, int(all[0])<<8|int(all[1]))
	codes := []byte{}
	for at := 8; at < len(all); at += 2 + int(all[at+1]) {
		codes = append(codes, all[at])
	}
	assert.Equal(t, []byte{0x01, 0x05, 0x08, 0x0D, 0x0E, 0x1A, 0x9C, 0x1D, 0x20, 0x2A}, codes)
	// HL-DT-ST BU40N: 1Ch with PS set; 20h is vendor-specific. The drive accepts its own
	// pages back.
	assert.Equal(t, cdb("9C 0A 00 04 00 00 02 58 00 00 00 00"), h.get("5A 00 1C 00 00 00 00 00 FF 00", 255)[8:])
	assert.Equal(t, cdb("20 0A 01 00 00 64 00 03 00 00 00 00"), h.get("5A 00 20 00 00 00 00 00 FF 00", 255)[8:])
	h.selectPage(append(make([]byte, 8), cdb("1C 0A 00 04 00 00 02 58 00 00 00 00")...))
	assert.Equal(t, byte(0x9C), h.get("5A 00 1C 00 00 00 00 00 FF 00", 255)[8])
	// The bytes of page 2Ah other than speeds: TSSTcorp SE-S204N TS00, tray unlocked, BURN-free
	// and so on.
	assert.Equal(t, cdb("2A 42 3F 37 F1 7F 29 23 1B 90 01 00 08 00 1B 90"), h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8:24])
	// Current, changeable, default, saved.
	h.selectPage(page05(1, 0))
	assert.Equal(t, byte(0x01), h.get("5A 00 05 00 00 00 00 00 3C 00", 60)[10])
	assert.Equal(t, byte(0x7F), h.get("5A 00 45 00 00 00 00 00 3C 00", 60)[10])
	assert.Equal(t, byte(0x41), h.get("5A 00 85 00 00 00 00 00 3C 00", 60)[10])
	h.refuses("5/39/00", "5A 00 C5 00 00 00 00 00 3C 00")
	h.refuses("5/24/00", "5A 00 30 00 00 00 00 00 3C 00")
	h.refuses("5/24/00", "5A 00 05 01 00 00 00 00 3C 00")
	assert.Zero(t, h.get("5A 00 6A 00 00 00 00 00 FF 00", 255)[10], "page 2Ah can't be changed")
	// Page 2Ah shows the lock.
	assert.Zero(t, h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8+6]&2)
	h.must("1E 00 00 00 01 00")
	assert.NotZero(t, h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8+6]&2)
	h.must("1E 00 00 00 03 00")
	h.must("1E 00 00 00 00 00")
	h.refuses("5/2C/06", "1E 00 00 00 01 00")
	h.refuses("5/53/02", "1B 00 00 00 02 00")
}

func TestPerformance(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	b := h.get("AC 00 00 00 00 00 00 00 00 10 03 00", 1024)
	require.Equal(t, len(b)-4, be32(b))
	speeds := []int{}
	for at := 8; at < len(b); at += 16 {
		assert.Equal(t, 359845, be32(b[at+4:]), "one less than the last lead-out")
		speeds = append(speeds, be32(b[at+12:]))
	}
	assert.Equal(t, []int{8467, 7056, 5645, 4234, 2822, 1411, 706}, speeds)
	// The length field covers the whole list, whatever was asked for.
	assert.Equal(t, 4+7*16, be32(h.get("AC 00 00 00 00 00 00 00 00 01 03 00", 24)))
	b = h.get("AC 14 00 00 00 00 00 00 00 01 00 00", 24)
	assert.Equal(t, byte(2), b[4])
	assert.Equal(t, 8467, be32(b[20:]))
	assert.Less(t, be32(b[12:]), be32(b[20:]), "CAV is slower inside")
	assert.Len(t, h.get("AC 11 00 00 00 00 00 00 00 01 00 00", 24), 8, "exceptions: header only")
	h.refuses("5/24/00", "AC 00 00 00 00 00 00 00 00 01 02 00")
	h.refuses("5/24/00", "AC 04 00 00 00 00 00 00 00 01 03 00")
	h.refuses("5/24/00", "BB 02 FF FF FF FF 00 00 00 00 00 00")
	// A slower medium has fewer speeds.
	b = newHost(t, "", sim.CDR74).get("AC 00 00 00 00 00 00 00 00 10 03 00", 1024)
	assert.Equal(t, 5645, be32(b[8+12:]))
	b = newHost(t, "", sim.CDRW80).get("AC 00 00 00 00 00 00 00 00 10 03 00", 1024)
	assert.Equal(t, 1764, be32(b[8+12:]))
}

func TestSmallCommands(t *testing.T) {
	h := odd(t, "", sim.CDR80)
	assert.Equal(t, make([]byte, 8), h.get("BD 00 00 00 00 00 00 00 00 08 00 00", 8))
	assert.Equal(t, cdb("00 00 00 08 00 05 7D A6 01 00 08 00"), h.get("23 00 00 00 00 00 00 00 0C 00", 12))
	assert.Equal(t, cdb("00 00 00 00 00 00 08 00"), h.get("25 00 00 00 00 00 00 00 00 00", 8), "no closed session")
	h.must("2B 00 00 00 00 10 00 00 00 00")
	h.refuses("5/21/00", "2B 00 FF FF FF FF 00 00 00 00")
	h.must("01 00 00 00 00 00")
	h.refuses("5/30/02", "AD 00 00 00 00 00 00 00 00 04 00 00")
	assert.Equal(t, cdb("00 01 00 00"), h.get("3C 00 00 00 00 00 01 00 00 00", 4)[:4])
	assert.Len(t, h.get("3C 02 00 00 00 00 00 10 00 00", 4096), 4096)
	assert.Equal(t, cdb("00 01 00 00"), h.get("3C 03 00 00 00 00 00 00 04 00", 4))
	h.refuses("5/24/00", "3C 1F 00 00 00 00 00 00 04 00")
	assert.Equal(t, cdb("00 15 00 00"), h.get("42 00 00 01 00 00 00 00 04 00", 4))
	assert.Equal(t, cdb("00 15 00 0C 01 10 01 01 00 00 00 00"), h.get("42 00 40 01 00 00 00 00 0C 00", 12))
	assert.Equal(t, cdb("00 00 02 00"), h.get("42 02 40 01 00 00 00 00 0C 00", 12)[8:])
	h.refuses("5/24/00", "42 00 40 04 00 00 00 00 0C 00")
	a, _ := h.do("AA 00 00 00 02 28 00 00 00 1B 00 00", music(1, 27), 0)
	assert.Equal(t, "ok", a, "WRITE(12) at 552")
	h.refuses("5/24/00", "AA 00 00 00 02 28 7F 00 00 1B 00 00")
	assert.Equal(t, "5/4B/00", first(h.do("2A 00 00 00 02 43 00 00 02 00", music(1, 1), 0)))
	h.sync()
	h.selectPage(page05(2, 0))
	assert.Equal(t, 854, h.nwa(), "session-at-once: the pregap is the host's")
	assert.Equal(t, "5/2C/00", h.write(854, music(1, 1)))
	h.refuses("5/2C/00", "53 00 00 00 00 00 00 01 90 00")
	h.d.Eject()
	assert.Equal(t, byte(0x10), h.get("BD 00 00 00 00 00 00 00 00 08 00 00", 8)[1])
	assert.Equal(t, byte(3), h.get("23 00 00 00 00 00 00 00 0C 00", 12)[8])
}

func first(a string, _ []byte) string { return a }

func TestTrackInformationByAddress(t *testing.T) {
	h := odd(t, "", sim.CDR80)
	for _, c := range []struct {
		kind, number, want int
	}{
		{0, 0, 1}, {0, 399, 1}, {0, 401, 1}, {0, 402, 2}, {0, 552, 2}, {0, 300000, 2},
		{1, 1, 1}, {1, 2, 2}, {1, 0xFF, 2}, {2, 1, 1},
	} {
		b := h.get(fmt.Sprintf("52 %02X %08X 00 00 24 00", c.kind, c.number), 36)
		assert.Equal(t, c.want, int(b[2]), "%+v", c)
	}
	for _, c := range []string{
		"52 00 7F FF FF FF 00 00 24 00", "52 01 00 00 00 00 00 00 24 00", "52 01 00 00 00 03 00 00 24 00",
		"52 02 00 00 00 02 00 00 24 00", "52 03 00 00 00 01 00 00 24 00", "52 04 00 00 00 00 00 00 24 00",
	} {
		h.refuses("5/24/00", c)
	}
	h.selectPage(page05(1, 0xC0))
	h.closeSession()
	assert.Equal(t, byte(2), h.get("52 02 00 00 00 02 00 00 24 00", 36)[2])
}
