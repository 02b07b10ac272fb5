package sim_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// pressedDrive holds a disc with a pause, an MCN, two ISRCs and CD-TEXT.
func pressedDrive(t *testing.T, name string) *host {
	disc := sim.NewDisc(sim.CDR80)
	require.NoError(t, disc.Press("4006381333931", packsA, []sim.PressedTrack{
		{Open: reader(master(4000*toc.SectorSize, 1)), ISRC: "USABC1234567"},
		{Open: reader(master(400*toc.SectorSize, 2)), Pregap: 150, ISRC: "DEAB31200001"},
	}))
	return newHostOf(t, personality(t, name), disc)
}

// q is the sub-channel of a sector in hexadecimal: sub 1 is 96 bytes, 2 is 16.
func (h *host) q(lba, sub int) string {
	h.t.Helper()
	size := []int{0, 96, 16}[sub]
	b := h.get("BE 04 "+hex32(lba)+" 00 00 01 10 0"+[]string{"0", "1", "2"}[sub]+" 00", blockCD+size)
	return hex.EncodeToString(b[blockCD:])
}

func (h *host) noQ(sub string) {
	h.t.Helper()
	a, _ := h.do("BE 04 00 00 03 E8 00 00 01 10 0"+sub+" 00", nil, blockCD+96)
	assert.Equal(h.t, "5/24/00", a)
	assert.Len(h.t, h.get("BE 04 00 00 03 E8 00 00 01 10 00 00", blockCD), blockCD, "the audio can be read")
}

// isrc is what READ SUB-CHANNEL returns for a track.
func (h *host) isrc(track string) string {
	return string(h.get("42 00 40 03 00 00 "+track+" 00 18 00", 24)[9:21])
}

// LBA 3010 is 40:10 in track 1 and 42:10 on the disc. The CRC was computed with Python's
// crc_hqx.
const (
	q3010       = "010101004010000042102b9f00000000"
	q3010NoCRC  = "010101004010000042100000" + "00000000"
	q3010Binary = "01010100280a00002a0a0000" + "00000000"
)

// The forms of Q that drives return, from the tables of cdrdao.
var readOddities = map[string]func(t *testing.T, name string){
	"q-none": func(t *testing.T, name string) {
		h := pressedDrive(t, name)
		h.noQ("1")
		h.noQ("2")
	},
	"q-formatted": func(t *testing.T, name string) {
		h := pressedDrive(t, name)
		h.noQ("1")
		assert.Equal(t, q3010NoCRC, h.q(3010, 2))
		assert.Equal(t, q3010, pressedDrive(t, "").q(3010, 2), "other drives return the CRC")
	},
	"q-binary": func(t *testing.T, name string) {
		h := pressedDrive(t, name)
		h.noQ("1")
		assert.Equal(t, q3010Binary, h.q(3010, 2))
	},
	"q-raw": func(t *testing.T, name string) {
		h := pressedDrive(t, name)
		h.noQ("2")
		assert.Equal(t, pressedDrive(t, "").q(3010, 1), h.q(3008, 1), "the Q of two sectors later")
	},
	"q-errors": func(t *testing.T, name string) {
		h, sound := pressedDrive(t, name), pressedDrive(t, "")
		assert.NotEqual(t, sound.q(3010, 2), h.q(3010, 2))
		assert.Equal(t, sound.q(3010, 2)[20:], h.q(3010, 2)[20:], "the CRC stays")
		assert.Equal(t, sound.q(3011, 2), h.q(3011, 2))
	},
	"q-zeros": func(t *testing.T, name string) {
		h := pressedDrive(t, name)
		assert.Equal(t, hex.EncodeToString(make([]byte, 96)), h.q(3010, 1))
		assert.Equal(t, hex.EncodeToString(make([]byte, 16)), h.q(3010, 2))
		h.refuses("5/20/00", "42 00 40 02 00 00 00 00 18 00")
	},
	"no-cd-text": func(t *testing.T, name string) {
		h := pressedDrive(t, name)
		h.refuses("5/24/00", "43 00 05 00 00 00 00 00 04 00")
		assert.Equal(t, cdb("02"), h.get("46 02 00 1E 00 00 00 00 10 00", 16)[12:13], "feature 001Eh: C2, no CD-TEXT")
		assert.Equal(t, cdb("03"), pressedDrive(t, "").get("46 02 00 1E 00 00 00 00 10 00", 16)[12:13])
	},
	"isrc-stale": func(t *testing.T, name string) {
		h := pressedDrive(t, name)
		assert.Equal(t, "USABC1234567", h.isrc("01"))
		assert.Equal(t, "USABC1234567", h.isrc("02"), "that of track 1")
		assert.Equal(t, "DEAB31200001", h.isrc("02"))
	},
}
