package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/mmc"
)

const (
	// page2AUSBX is G23: 68 bytes from a public USB device-class firmware, with the
	// values of a 24x writer.
	page2AUSBX = "2A 42 3F 37 F1 77 29 23 10 89 01 00 02 00 05 84 00 10 10 89 00 00 00 01 00*44"
	// page2APlextor is G21, PLEXTOR PX-W4824A 1.04, encoded by hand: eight speeds,
	// current and maximum write 8467, buffer 4096 KiB.
	page2APlextor = `2A 3E 07 07 F1 FF 29 23 1B 90 01 00 10 00 1B 90 00 00 21 13 21 13 00 01
		00 00 00 00 21 13 00 08 |
		00 00 21 13 00 00 1B 90 00 00 16 0D 00 00 10 8A 00 00 0D C8 00 00 0B 06 00 00 05 83 00 00 02 C2`
	// page2ASony is G22, SONY CRX215E5, encoded by hand: an MMC-2 page of length 18h.
	page2ASony = "2A 18 07 07 F1 EF 29 23 21 13 00 FF 08 00 21 13 00 00 21 13 21 13 00 00 00 00"
	// page2AMMC1 ends with the maximum write speed, as in MMC-1: 4x, length 12h.
	page2AMMC1 = "2A 12 07 07 71 63 29 03 0D C8 00 FF 04 00 0D C8 00 00 02 C2"
)

func speedsOf(speeds []mmc.WriteSpeed) (kBps []int) {
	for _, s := range speeds {
		kBps = append(kBps, s.KBps)
	}
	return kBps
}

func TestCapabilitiesPlextor(t *testing.T) {
	got := decode[mmc.Capabilities](t, unhex(page2APlextor))
	assert.True(t, got.WriteCDR && got.WriteCDRW && got.TestWrite && got.BUF && got.Eject)
	assert.Equal(t, mmc.LoadTray, got.Mechanism)
	assert.Equal(t, 0x3E, got.Length)
	assert.Equal(t, 7056, got.CurrentReadKBps)
	assert.Equal(t, 8467, got.MaxWriteKBps)
	assert.Equal(t, 8467, got.CurrentWriteKBps)
	assert.Equal(t, []int{8467, 7056, 5645, 4234, 3528, 2822, 1411, 706}, speedsOf(got.WriteSpeeds))
	wantPrefixes[mmc.Capabilities](t, unhex(page2APlextor), mmc.Capabilities{})
}

// G23: iHAS124 F offers its top speed as pure CAV and the others as CLV.
func TestCapabilitiesRotation(t *testing.T) {
	b := unhex(page2APlextor)
	b[27], b[28], b[29], b[32+1] = 1, 0x16, 0x0D, 1
	got := decode[mmc.Capabilities](t, b)
	assert.Equal(t, mmc.RotationPureCAV, got.CurrentRotation)
	assert.Equal(t, 5645, got.CurrentWriteKBps, "bytes 28-29 win over 20-21")
	assert.Equal(t, "48x CAV", got.WriteSpeeds[0].String())
	assert.Equal(t, "40x", got.WriteSpeeds[1].String())
}

func TestCapabilitiesOlderPages(t *testing.T) {
	sony := decode[mmc.Capabilities](t, unhex(page2ASony))
	assert.Equal(t, 8467, sony.CurrentWriteKBps)
	assert.Equal(t, mmc.RotationUnknown, sony.CurrentRotation)
	assert.Empty(t, sony.WriteSpeeds)
	wantPrefixes[mmc.Capabilities](t, unhex(page2ASony), mmc.Capabilities{})

	old := decode[mmc.Capabilities](t, unhex(page2AMMC1))
	assert.Equal(t, 706, old.MaxWriteKBps)
	assert.Zero(t, old.CurrentWriteKBps)
	assert.True(t, old.WriteCDR)
	assert.False(t, old.BUF)
	wantPrefixes[mmc.Capabilities](t, unhex(page2AMMC1), mmc.Capabilities{})

	usbx := decode[mmc.Capabilities](t, unhex(page2AUSBX))
	assert.Equal(t, 4233, usbx.MaxWriteKBps)
	assert.Empty(t, usbx.WriteSpeeds)
	wantPrefixes[mmc.Capabilities](t, unhex(page2AUSBX), mmc.Capabilities{})
}

// A count of speeds beyond the page is cut to the page, and empty slots are skipped.
func TestCapabilitiesWrongCount(t *testing.T) {
	b := unhex(page2APlextor)
	b[31] = 99
	b[62], b[63] = 0, 0
	assert.Len(t, decode[mmc.Capabilities](t, b).WriteSpeeds, 7)
}

func TestLoadingMechanismString(t *testing.T) {
	var names []string
	for m := range mmc.LoadingMechanism(6) {
		names = append(names, m.String())
	}
	assert.Equal(t, []string{"caddy or slot", "tray", "pop-up", "unknown", "changer", "changer"}, names)
}

func FuzzCapabilities(f *testing.F) {
	fuzzReply[mmc.Capabilities](f, mmc.Capabilities{}, unhex(page2APlextor), unhex(page2ASony), unhex(page2AMMC1), unhex(page2AUSBX))
}
