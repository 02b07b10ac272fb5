package sim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// offers sends a sheet to a drive in page 05h for session-at-once.
func offers(t *testing.T, name, sheet string, blockType byte) (*host, string) {
	h := newHost(t, name, sim.CDR80)
	h.session(0x42, blockType)
	return h, h.sheet(sheet)
}

// claims reports whether feature 002Eh claims session-at-once.
func claims(h *host) bool { return h.get("46 02 00 2E 00 00 00 00 FF 00", 255)[12]&0x20 != 0 }

// The drive makes the first pregap: form 01h, and the host begins at LBA 0.
const (
	sheetByDrive = "01 00 00 01 00 00 00 00  01 01 00 01 00 00 00 00  01 01 01 00 00 00 02 00  01 AA 01 01 00 00 06 00"
	sheetLeadOut = "01 00 00 41 00 00 00 00  01 01 00 00 00 00 00 00  01 01 01 00 00 00 02 00  01 AA 01 00 00 00 12 00"
)

var sessionOddities = map[string]func(t *testing.T, name string){
	"sao-text-a": func(t *testing.T, name string) { variants(t, name, "ok", "5/26/00") },
	"sao-text-b": func(t *testing.T, name string) { variants(t, name, "5/26/00", "ok") },
	"sao-refused": func(t *testing.T, name string) {
		h, a := offers(t, name, sheetGapless, 0)
		assert.Equal(t, "5/26/00", a)
		assert.True(t, claims(h))
	},
	"sao-unknown": func(t *testing.T, name string) {
		h, a := offers(t, name, sheetGapless, 0)
		assert.Equal(t, "5/20/00", a)
		assert.False(t, claims(h))
	},
	"sao-no-jump": func(t *testing.T, name string) {
		h, a := offers(t, name, sheetByDrive, 0)
		require.Equal(t, "ok", a)
		assert.Equal(t, "5/21/02", h.blocks(0, music(1, 27), blockCD, 27))
		// Other drives make the pregap.
		h, a = offers(t, "", sheetByDrive, 0)
		require.Equal(t, "ok", a)
		require.Equal(t, "ok", h.blocks(0, music(1, 300), blockCD, 27))
		h.sync()
		requireSame(t, make([]byte, 150*blockCD), truth(t, h.d.Disc(), -150, 150))
		requireSame(t, music(1, 300), h.readCD(0, 300))
	},
	"sao-lead-out-00": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		textSession(t, h, sheetLeadOut, 0, ring(packsA, leadIn80))
		assert.Empty(t, h.cdText())
		h = newHost(t, name, sim.CDR80)
		textSession(t, h, sheetTextA, 0, ring(packsA, leadIn80))
		assert.Equal(t, packsA, h.cdText())
	},
	"sao-isrc-copy": func(t *testing.T, name string) {
		_, a := offers(t, name, sheetCodes, 0)
		assert.Equal(t, "5/26/00", a)
	},
	"sao-sheet-512": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.session(0x42, 0)
		assert.Equal(t, "5/24/00", first(h.do("5D 00 00 00 00 00 00 02 08 00", make([]byte, 520), 0)))
		assert.Equal(t, "5/26/00", first(h.do("5D 00 00 00 00 00 00 02 00 00", make([]byte, 512), 0)))
		assert.Equal(t, cdb("67 00 02 00"), h.get("46 02 00 2E 00 00 00 00 FF 00", 255)[12:])
	},
	"sao-one-index": func(t *testing.T, name string) {
		_, a := offers(t, name, sheetCodes, 0)
		assert.Equal(t, "5/26/00", a)
		_, a = offers(t, name, sheetPauses, 0)
		assert.Equal(t, "ok", a)
	},
	"sao-pregap": func(t *testing.T, name string) {
		_, a := offers(t, name, sheetEqual, 0)
		assert.Equal(t, "5/26/00", a)
		_, a = offers(t, name, sheetGapless, 0)
		assert.Equal(t, "ok", a, "a track without INDEX 0 is accepted")
		_, a = offers(t, name, sheetPauses, 0)
		assert.Equal(t, "ok", a)
	},
	"sao-nwa-0": func(t *testing.T, name string) {
		h, a := offers(t, name, sheetGapless, 0)
		require.Equal(t, "ok", a)
		assert.Equal(t, 0, h.nwa())
		assert.Equal(t, "5/21/02", h.blocks(0, music(1, 27), blockCD, 27))
		assert.Equal(t, "ok", h.blocks(-150, music(1, 27), blockCD, 27))
	},
	"sao-track-info": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.session(0x42, 0)
		assert.Equal(t, -150, h.nwa())
		require.Equal(t, "ok", h.sheet(sheetGapless))
		h.refuses("5/24/00", "52 01 00 00 00 FF 00 00 24 00")
		assert.Equal(t, "ok", h.blocks(-150, music(1, 27), blockCD, 27))
	},
	"sao-stale": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		textSession(t, h, sheetTextA, 0, ring(packsA, leadIn80))
		h.refuses("5/24/00", "43 00 05 00 00 00 00 08 00 00")
		h.must("1B 00 00 00 02 00")
		h.must("1B 00 00 00 03 00")
		h.ready()
		assert.Equal(t, packsA, h.cdText())
	},
	"sao-last-crc": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		textSession(t, h, sheetTextA, 0, ring(packsA, leadIn80))
		n := len(packsA)
		assert.Equal(t, packsA[:n-2], h.cdText()[:n-2])
		assert.Equal(t, []byte{0, 0}, h.cdText()[n-2:])
	},
}

// variants sends a sheet with CD-TEXT in both forms.
func variants(t *testing.T, name, a, b string) {
	_, got := offers(t, name, sheetTextA, 0)
	assert.Equal(t, a, got)
	_, got = offers(t, name, sheetTextB, 3)
	assert.Equal(t, b, got)
	_, got = offers(t, name, sheetGapless, 0)
	assert.Equal(t, "ok", got, "without CD-TEXT")
}

// A drive that holds off the first WRITE does so in session-at-once too, and only for the
// first.
func TestSessionHeldOff(t *testing.T) {
	h, a := offers(t, "first-write-held", sheetGapless, 0)
	require.Equal(t, "ok", a)
	began := h.d.Now()
	assert.Equal(t, "2/04/08", first(h.do("2A 00 FF FF FF 6A 00 00 1B 00", music(1, 27), 0)))
	assert.True(t, h.d.Disc().Summary().Blank, "the session isn't begun")
	require.Equal(t, "ok", h.blocks(-150, music(1, 1350), blockCD, 27))
	assert.Greater(t, h.d.Now().Sub(began), 13*time.Second)
	h.sync()
	assert.Equal(t, byte(0x0E), h.status())
}
