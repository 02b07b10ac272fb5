package sim_test

import (
	"testing"

	"github.com/redbook-audio/redbook/sim"
	"github.com/stretchr/testify/require"
)

func TestTrackAtOnce(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(0x41, 0))
	a, b := music(1, 400), music(2, 351)
	first := h.burnTrack(a)
	h.selectPage(page05(0x41, 0))
	second := h.burnTrack(b)
	require.Equal(t, 0, first)
	require.Equal(t, 552, second, "400 + run-out 2 + pregap 150")
	h.closeSession()

	require.Equal(t, cdb("00 1A 01 02 00 10 01 00 00 00 00 00 00 10 02 00 00 00 02 28 00 10 AA 00 00 00 03 89"),
		h.get("43 00 00 00 00 00 00 00 64 00", 100))
	require.Equal(t, byte(0x0E), h.get("51 00 00 00 00 00 00 00 22 00", 34)[2])
	requireSame(t, a, h.readCD(first, 400))
	requireSame(t, b, h.readCD(second, 351))
	requireSame(t, a, truth(t, h.d.Disc(), first, 400))
	require.Equal(t, "5/30/05", h.write(second+353+150, music(3, 1)))
}
