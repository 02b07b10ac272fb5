package sim_test

import (
	"testing"

	"github.com/redbook-audio/redbook/sim"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// current is the write speed in page 2Ah: kB/s and whether it is CAV.
func (h *host) current() (kBps int, cav bool) {
	h.t.Helper()
	b := h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8:]
	require.Equal(h.t, b[20:22], b[28:30])
	return int(b[28])<<8 | int(b[29]), b[27]&3 == 1
}

// The drive turns the disc as requested where it can, and page 2Ah reports it.
func TestRotation(t *testing.T) {
	for _, c := range []struct {
		media   sim.Media
		command string
		kBps    int
		cav     bool
	}{
		{sim.CDR80, "", 8467, true}, // after power-on: as the list of speeds has it
		{sim.CDR80, "BB 00 FF FF FF FF 00 00 00 00 00 00", 8467, false},
		{sim.CDR80, "BB 01 FF FF FF FF 00 00 00 00 00 00", 8467, true},
		{sim.CDR80, "BB 00 FF FF 0B 06 00 00 00 00 00 00", 2822, false},
		{sim.CDR80, "BB 01 FF FF 0B 06 00 00 00 00 00 00", 2822, true},
		{sim.CDRW80, "BB 01 FF FF FF FF 00 00 00 00 00 00", 1764, false}, // no CAV for CD-RW
	} {
		h := newHost(t, "", c.media)
		if c.command != "" {
			h.must(c.command)
		}
		kBps, cav := h.current()
		assert.Equal(t, c.kBps, kBps, c.command)
		assert.Equal(t, c.cav, cav, c.command)
	}
}

// SET STREAMING: kilobytes per milliseconds, rotation, defaults, exactness.
func TestSetStreaming(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	const command = "B6 00 00 00 00 00 00 00 00 00 1C 00"
	row := func(text string) []byte { return cdb(text) }
	set := func(list []byte) string { a, _ := h.do(command, list, 0); return a }
	for _, c := range []struct {
		list, answer string
		kBps         int
		cav          bool
	}{
		{"00 00 00 00 00000000 00057DA3 00001B90 000003E8 00000B06 000003E8", "ok", 2822, false},
		{"08 00 00 00 00000000 00057DA3 00001B90 000003E8 00002113 000003E8", "ok", 8467, true},
		{"00 00 00 00 00000000 00057DA3 00000000 00000000 00000583 000001F4", "ok", 2822, false}, // 1411 in half a second
		{"04 00 00 00 00000000 00057DA3 00000000 00000000 00000000 00000000", "ok", 8467, true},  // defaults
		{"02 00 00 00 00000000 00057DA3 00000000 00000000 00000583 000003E8", "ok", 1411, false},
		{"02 00 00 00 00000000 00057DA3 00000000 00000000 00000584 000003E8", "5/26/00", 1411, false},
		{"10 00 00 00 00000000 00057DA3 00000000 00000000 00000583 000003E8", "5/26/00", 1411, false},
		{"00 00 00 00 00000001 00000000 00000000 00000000 00000583 000003E8", "5/26/00", 1411, false},
		{"00 00 00 00 00000000 00057DA3 00000001 00000000 00000583 000003E8", "5/26/00", 1411, false},
		{"00 00 00 00 00000000 00057DA3 00000000 00000000 00000583 00000000", "5/26/00", 1411, false},
		{"00 00 00 00 00000000 00057DA3 00000000 00000000 00000000 000003E8", "ok", 8467, false}, // a request for nothing is the maximum (PX-716A)
	} {
		assert.Equal(t, c.answer, set(row(c.list)), c.list)
		kBps, cav := h.current()
		assert.Equal(t, c.kBps, kBps, c.list)
		assert.Equal(t, c.cav, cav, c.list)
	}
	h.must("B6 00 00 00 00 00 00 00 00 00 00 00")
	assert.Equal(t, "5/1A/00", first(h.do("B6 00 00 00 00 00 00 00 00 00 10 00", make([]byte, 28), 0)))
	assert.Equal(t, "5/4B/00", set(make([]byte, 12)))
	assert.Equal(t, "5/24/00", first(h.do("B6 00 00 00 00 00 00 00 05 00 1C 00", make([]byte, 28), 0)))
	newHost(t, "old", sim.CDR80).refuses("5/20/00", "B6 00 00 00 00 00 00 00 00 00 00 00")
}
