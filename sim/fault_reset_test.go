package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// A reset between two commands, with its unit attention (SAM-5 5.14, 6.3.2) and without
// it.
func TestFaultReset(t *testing.T) {
	for _, row := range []struct {
		fault       sim.Fault
		write, next string
	}{
		{sim.Fault{Opcode: 0x2A, Kind: "reset"}, "6/29/00", "5/64/00"},
		{sim.Fault{Opcode: 0x2A, Kind: "reset", After: true}, "ok", "6/29/00"},
		{sim.Fault{Opcode: 0x2A, Kind: "quiet-reset"}, "5/64/00", "5/64/00"},
		{sim.Fault{Opcode: 0x2A, Kind: "quiet-reset", After: true}, "ok", "5/64/00"},
	} {
		h := newHost(t, "", sim.CDR80)
		before := h.get("5A 00 05 00 00 00 00 00 FF 00", 255)
		h.selectPage(page05(1, 0))
		h.must("1E 00 00 00 01 00")
		h.d.AddFault(row.fault)
		require.Equal(t, row.write, h.write(0, music(1, 27)))
		assert.Equal(t, row.next, h.write(27, music(2, 27)))
		assert.Equal(t, before, h.get("5A 00 05 00 00 00 00 00 FF 00", 255), "page 05h")
		h.must("1B 00 00 00 02 00") // the tray is no longer locked
		assert.NoError(t, h.d.Err())
	}
}
