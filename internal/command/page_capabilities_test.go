package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
)

func TestCapabilitiesPlextor(t *testing.T) {
	got := mmctest.Decode[command.Capabilities](t, unhex(page2APlextor))
	assert.True(t, got.WriteCDR && got.WriteCDRW && got.TestWrite && got.BUF && got.Eject)
	assert.Equal(t, command.LoadTray, got.Mechanism)
	assert.Equal(t, 0x3E, got.Length)
	assert.Equal(t, 7056, got.CurrentReadKBps)
	assert.Equal(t, 8467, got.MaxWriteKBps)
	assert.Equal(t, 8467, got.CurrentWriteKBps)
	assert.Equal(t, []int{8467, 7056, 5645, 4234, 3528, 2822, 1411, 706}, speedsOf(got.WriteSpeeds))
	mmctest.WantPrefixes[command.Capabilities](t, unhex(page2APlextor), command.Capabilities{})
}

// G23: iHAS124 F offers its top speed as pure CAV and the others as CLV.
func TestCapabilitiesRotation(t *testing.T) {
	b := unhex(page2APlextor)
	b[27], b[28], b[29], b[32+1] = 1, 0x16, 0x0D, 1
	got := mmctest.Decode[command.Capabilities](t, b)
	assert.Equal(t, command.RotationPureCAV, got.CurrentRotation)
	assert.Equal(t, 5645, got.CurrentWriteKBps, "bytes 28-29 win over 20-21")
	assert.Equal(t, "48x CAV", got.WriteSpeeds[0].String())
	assert.Equal(t, "40x", got.WriteSpeeds[1].String())
}

func TestCapabilitiesOlderPages(t *testing.T) {
	sony := mmctest.Decode[command.Capabilities](t, unhex(page2ASony))
	assert.Equal(t, 8467, sony.CurrentWriteKBps)
	assert.Equal(t, command.RotationUnknown, sony.CurrentRotation)
	assert.Empty(t, sony.WriteSpeeds)
	mmctest.WantPrefixes[command.Capabilities](t, unhex(page2ASony), command.Capabilities{})

	old := mmctest.Decode[command.Capabilities](t, unhex(page2AMMC1))
	assert.Equal(t, 706, old.MaxWriteKBps)
	assert.Zero(t, old.CurrentWriteKBps)
	assert.True(t, old.WriteCDR)
	assert.False(t, old.BUF)
	mmctest.WantPrefixes[command.Capabilities](t, unhex(page2AMMC1), command.Capabilities{})

	usbx := mmctest.Decode[command.Capabilities](t, unhex(page2AUSBX))
	assert.Equal(t, 4233, usbx.MaxWriteKBps)
	assert.Empty(t, usbx.WriteSpeeds)
	mmctest.WantPrefixes[command.Capabilities](t, unhex(page2AUSBX), command.Capabilities{})
}

// A count of speeds beyond the page is cut to the page, and empty slots are skipped.
func TestCapabilitiesWrongCount(t *testing.T) {
	b := unhex(page2APlextor)
	b[31] = 99
	b[62], b[63] = 0, 0
	assert.Len(t, mmctest.Decode[command.Capabilities](t, b).WriteSpeeds, 7)
}

func TestLoadingMechanismString(t *testing.T) {
	var names []string
	for m := range command.LoadingMechanism(6) {
		names = append(names, m.String())
	}
	assert.Equal(t, []string{"caddy or slot", "tray", "pop-up", "unknown", "changer", "changer"}, names)
}

func FuzzCapabilities(f *testing.F) {
	mmctest.FuzzReply[command.Capabilities](f, command.Capabilities{}, unhex(page2APlextor), unhex(page2ASony), unhex(page2AMMC1), unhex(page2AUSBX))
}
