package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/sim"
)

// The constructed replies of docs/internals/golden.md for a CMC 97:26/66 - 79:59/71, byte for
// byte, with the track size corrected by Pioneer's manuals (15980, without run-out).

func TestConstructedRepliesOfABlankDisc(t *testing.T) {
	w := blank(t)
	w.tao()
	assert.Equal(t, quoted("00 20 00 01 01 01 01 00 FF 00 00 00 00 00 00 00 00 61 1A 42 00 4F 3B 47 00 00 00 00 00 00 00 00 00 00"),
		w.hex("51 00 00 00 00 00 00 00 22 00", 34), "READ DISC INFORMATION")
	assert.Equal(t, quoted("00 22 01 01 00 00 4F 01 00 00 00 00 00 00 00 00 00 05 7D A4 00 00 00 00 00 05 7D A4 00 00 00 00 00 00 00 00"),
		w.hex("52 01 00 00 00 FF 00 00 24 00", 36), "READ TRACK INFORMATION FFh")
	assert.Equal(t, quoted("00 1A 00 00 D0 00 98 00 61 1A 42 00 4F 3B 47 00 00 00 00 00 00 00 00 00 00 00 00 00"),
		w.hex("43 02 04 00 00 00 00 00 1C 00", 28), "ATIP")
	assert.Equal(t, quoted("00 00 00 00 00 00 08 00"), w.hex("25 00 00 00 00 00 00 00 00 00", 8), "READ CAPACITY: 0 (R8 manual p. 37)")
	assert.Equal(t, quoted("00 02 00 00"), w.hex("43 02 03 00 00 00 00 02 00 00", 512), "PMA without an item")
}

func TestConstructedRepliesOfOneTrack(t *testing.T) {
	w := blank(t)
	w.track(15980)
	assert.Equal(t, quoted("00 22 02 01 00 00 4F 01 00 00 3F 04 00 00 3F 04 00 05 3E A0 00 00 00 00 00 05 3E A0 00 00 00 00 00 00 00 00"),
		w.hex("52 01 00 00 00 FF 00 00 24 00", 36), "FFh: track 2 at 16132, 343712 free")
	assert.Equal(t, quoted("00 22 01 01 00 00 0F 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 3E 6C 00 00 00 00 00 00 00 00"),
		w.hex("52 01 00 00 00 01 00 00 24 00", 36), "track 1: 15980 sectors")
	assert.Equal(t, byte(0x05), w.in("51 00 00 00 00 00 00 00 22 00", 34)[2], "appendable, session open")

	w.closeSession(0)
	assert.Equal(t, quoted("00 20 0E 01 01 01 01 00 00 00 00 00 00 00 00 00 FF FF FF FF FF FF FF FF 00 00 00 00 00 00 00 00 00 00"),
		w.hex("51 00 00 00 00 00 00 00 22 00", 34), "READ DISC INFORMATION")
	assert.Equal(t, quoted("00 2E 01 01 | 01 10 00 A0 00 00 00 00 01 00 00 | 01 10 00 A1 00 00 00 00 01 00 00 |"+
		"01 10 00 A2 00 00 00 00 03 23 07 | 01 10 00 01 00 00 00 00 00 02 00"),
		w.hex("43 02 02 00 00 00 01 02 00 00", 512), "full TOC: lead-out 15982")
	assert.Equal(t, quoted("00 12 01 01 00 10 01 00 00 00 00 00 00 10 AA 00 00 00 3E 6E"),
		w.hex("43 00 00 00 00 00 00 02 00 00", 512), "TOC in LBAs")
	assert.Equal(t, quoted("00 12 01 01 00 10 01 00 00 00 02 00 00 10 AA 00 00 03 23 07"),
		w.hex("43 02 00 00 00 00 01 02 00 00", 512), "TOC in MSF")
	assert.Equal(t, quoted("00 0A 01 01 00 10 01 00 00 00 00 00"), w.hex("43 00 01 00 00 00 00 02 00 00", 512), "session information")
	assert.Equal(t, quoted("00 00 3E 6D 00 00 08 00"), w.hex("25 00 00 00 00 00 00 00 00 00", 8), "READ CAPACITY counts the run-out")
}

func TestConstructedFullTOCOfAnOpenDisc(t *testing.T) {
	w := blank(t)
	w.track(15980)
	w.closeSession(3)
	assert.Contains(t, w.hex("43 02 02 00 00 00 01 02 00 00", 512),
		quoted("01 50 00 B0 06 05 07 02 4F 3B 47 01 50 00 C0 D0 00 98 00 61 1A 42"))
	assert.EqualValues(t, 27382, w.invisible().nwa)
}

// The ATIP of a CD-RW as DiscImageCreator decoded it (G29).
func TestATIPOfG29(t *testing.T) {
	w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDRW80)})
	b := w.in("43 02 04 00 00 00 00 00 1C 00", 28)
	assert.Equal(t, quoted("A3 00 CE 00 61 0A 00 00 4F 3B 4A 00 24 1A D8 00 26 B2 48 00"), quoted(hexOf(b[4:24])))
	assert.Equal(t, byte(0x10), w.in("51 00 00 00 00 00 00 00 22 00", 34)[2], "erasable and blank")
}

// Replies are cut at the allocation length; their length field still covers the whole
// reply (section 0: conventions).
func TestEveryAllocationLength(t *testing.T) {
	w := blank(t)
	w.track(300)
	w.closeSession(3)
	for _, c := range []struct {
		name string
		cdb  []byte // the allocation length is in the two bytes before the last
		at   int
	}{
		{"GET CONFIGURATION", []byte{0x46, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 7},
		{"READ DISC INFORMATION", []byte{0x51, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 7},
		{"READ TRACK INFORMATION", []byte{0x52, 1, 0, 0, 0, 1, 0, 0, 0, 0}, 7},
		{"full TOC", []byte{0x43, 2, 2, 0, 0, 0, 1, 0, 0, 0}, 7},
		{"MODE SENSE 3Fh", []byte{0x5A, 0, 0x3F, 0, 0, 0, 0, 0, 0, 0}, 7},
		{"INQUIRY", []byte{0x12, 0, 0, 0, 0, 0}, 3},
		{"READ BUFFER CAPACITY", []byte{0x5C, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 7},
		{"GET EVENT STATUS NOTIFICATION", []byte{0x4A, 1, 0, 0, 2, 0, 0, 0, 0, 0}, 7},
	} {
		c.cdb[c.at], c.cdb[c.at+1] = 4, 0
		whole := w.in(hexOf(c.cdb), 1024)
		assert.NotEmpty(t, whole, c.name)
		for n := range min(len(whole)+3, 200) {
			c.cdb[c.at], c.cdb[c.at+1] = 0, byte(n)
			assert.Equal(t, whole[:min(n, len(whole))], w.in(hexOf(c.cdb), 1024), "%s with %d", c.name, n)
		}
	}
}
