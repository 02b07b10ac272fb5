package sim_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// A drive without raw writing doesn't claim it in feature 002Eh and refuses it in page 05h
// (write type 3 with data block types 1 to 3: MMC-5 chapter 7), with the position of the first
// wrong byte. The page stays unchanged: SEND CUE SHEET and WRITE still follow the previous
// write type.
func TestRawWritingIsRefused(t *testing.T) {
	for _, name := range append([]string{""}, slices.Sorted(slices.Values(sessionPersonalities()))...) {
		h := newHost(t, name, sim.CDR80)
		if _, b := h.do("46 02 00 2E 00 00 00 00 10 00", nil, 16); len(b) > 12 {
			require.Equal(t, []byte{0x00, 0x2E}, b[8:10], name)
			assert.Zero(t, b[12]&0x18, "%s: RAW and RAW multi-session", name)
		}
		for _, before := range []byte{0x41, 0x42} {
			h.selectPage(page05(before, 0))
			for block := range byte(16) {
				list := page05(before&0xF0|3, 0)
				list[8+4] = block
				assert.Equal(t, "5/26/00", h.page(list), "%s: block type %d", name, block)
			}
			for _, block := range []byte{1, 2, 4, 5, 6, 7} {
				list := page05(0x42, 0)
				list[8+4] = block
				assert.Equal(t, "5/26/00", h.page(list), "%s: session-at-once, block type %d", name, block)
				list = page05(0x41, 0)
				list[8+4] = block
				assert.Equal(t, "5/26/00", h.page(list), "%s: track-at-once, block type %d", name, block)
			}
			_, page := h.do("5A 00 05 00 00 00 00 00 40 00", nil, 64)
			assert.Equal(t, before, page[8+2], "%s: the page is the last good one", name)
		}
		assert.True(t, h.d.Disc().Summary().Blank, name)
	}
	h := newHost(t, "", sim.CDR80)
	sense := h.senseOf("55 10 00 00 00 00 00 00 3C 00", page05(0x43, 0))
	assert.Equal(t, []byte{0x80, 0, 8 + 2}, sense[15:18], "the write type is wrong")
	h.selectPage(page05(0x41, 0))
	assert.Equal(t, "5/2C/00", h.sheet(sheetGapless), "without session-at-once a sheet is refused")
	h.session(0x42, 0)
	// Data forms with sub-channel from the host, for a track or the lead-out (MMC-5 6.33.3).
	for form, want := range map[string]string{"00": "ok", "40": "5/26/00", "80": "5/26/00", "C0": "5/26/00"} {
		sheet := "01 00 00 01 00 00 00 00  01 01 00 " + form + " 00 00 00 00  01 01 01 " + form + " 00 00 02 00  01 AA 01 01 00 00 12 00"
		assert.Equal(t, want, h.sheet(sheet), "form %s", form)
	}
	h.sheet(sheetGapless)
	for _, size := range []int{2368, 2448} {
		assert.NotEqual(t, "ok", h.blocks(-150, make([]byte, size), size, 1), "blocks of %d bytes", size)
	}
	assert.True(t, h.d.Disc().Summary().Blank)
}

// page sends MODE SELECT.
func (h *host) page(list []byte) string {
	a, _ := h.do(fmt.Sprintf("55 10 00 00 00 00 00 00 %02X 00", len(list)), list, 0)
	return a
}

// sessionPersonalities are the drives that differ in session-at-once or in claiming it.
func sessionPersonalities() (names []string) {
	for _, p := range sim.Personalities() {
		if len(p.Name) > 4 && p.Name[:4] == "sao-" {
			names = append(names, p.Name)
		}
	}
	return names
}

// A recorded drive that has raw writing doesn't claim it in the simulator.
func TestRecordedRawWriting(t *testing.T) {
	const line = `{"msg":"scsi command","cdb":"%s","status":0,"in":"%x","n":%d}` + "\n"
	names := make([]byte, 36)
	features := cdb("00 00 00 0C 00 00 00 09  00 2E 01 04 7F 00 08 00")
	p, _, err := sim.LoadPersonality(archive(t, map[string][]byte{"01.jsonl": []byte(
		fmt.Sprintf(line, "120000006000", names, len(names)) + fmt.Sprintf(line, "46000000000000100000", features, len(features)))}))
	require.NoError(t, err)
	h := newHostOf(t, p, sim.NewDisc(sim.CDR80))
	_, b := h.do("46 02 00 2E 00 00 00 00 10 00", nil, 16)
	require.Len(t, b, 16)
	assert.Equal(t, []byte{0x67, 0x00, 0x08, 0x00}, b[12:])
}
