package sim_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// The first sheet is a trace of cdrskin; the others follow the rules of other burners
// (S1).
const (
	sheetTrace = "01 00 00 01 00 00 00 00  01 01 00 00 00 00 00 00  01 01 01 00 00 00 02 00  01 02 01 00 00 00 07 19  " +
		"01 03 01 00 00 00 0C 01  01 AA 01 01 00 00 14 01"
	gaplessTail = "  01 01 00 00 00 00 00 00  01 01 01 00 00 00 02 00  01 02 01 00 00 00 06 00  " +
		"01 03 01 00 00 00 0B 19  01 AA 01 01 00 00 12 00"
	sheetGapless = "01 00 00 01 00 00 00 00" + gaplessTail
	sheetEqual   = "01 00 00 01 00 00 00 00  01 01 00 00 00 00 00 00  01 01 01 00 00 00 02 00  01 02 00 00 00 00 06 00  " +
		"01 02 01 00 00 00 06 00  01 03 00 00 00 00 0B 19  01 03 01 00 00 00 0B 19  01 AA 01 01 00 00 12 00"
	sheetPauses = "01 00 00 01 00 00 00 00  01 01 00 00 00 00 00 00  01 01 01 00 00 00 02 00  01 02 00 00 00 00 06 00  " +
		"01 02 01 00 00 00 08 00  01 03 00 00 00 00 0D 19  01 03 01 00 00 00 0F 19  01 AA 01 01 00 00 16 00"
	sheetHidden = "01 00 00 01 00 00 00 00  01 01 00 00 00 00 00 00  01 01 01 00 00 00 0F 19  01 02 01 00 00 00 16 00  01 AA 01 01 00 00 1E 00"
	sheetCodes  = "02 34 30 30 36 33 38 31  02 33 33 33 39 33 31 00  01 00 00 01 00 00 00 00  23 01 44 45 41 42 33 31  " +
		"23 01 32 30 30 30 30 31  21 01 00 00 00 00 00 00  21 01 01 00 00 00 02 00  21 01 02 00 00 00 05 00  " +
		"23 02 44 45 41 42 33 31  23 02 32 30 30 30 30 32  21 02 00 00 00 00 06 00  21 02 01 00 00 00 08 00  21 AA 01 01 00 00 0D 19"
	sheetTextA = "01 00 00 41 00 00 00 00" + gaplessTail
	sheetTextB = "01 00 00 41 00 61 1A 42" + gaplessTail // 97:26:66
)

// sheet sends SEND CUE SHEET.
func (h *host) sheet(text string) string {
	h.t.Helper()
	list := cdb(text)
	a, _ := h.do(fmt.Sprintf("5D 00 00 00 00 00 %06X 00", len(list)), list, 0)
	return a
}

// senseOf sends a command with data that must be refused, and returns its sense data.
func (h *host) senseOf(command string, out []byte) []byte {
	h.t.Helper()
	b := cdb(command)
	req := scsi.Request{CDBLen: len(b), Dir: scsi.DataOut, Data: out}
	copy(req.CDB[:], b)
	res, err := h.d.Do(context.Background(), &req)
	require.NoError(h.t, err)
	require.Equal(h.t, scsi.CheckCondition, res.Status)
	return res.Sense
}

// session is page 05h for session-at-once with that data block type.
func (h *host) session(byte2, blockType byte) {
	h.t.Helper()
	list := page05(byte2, 0)
	list[8+4] = blockType
	h.selectPage(list)
}

// sectorsAt writes blocks of a size from an address on, n per WRITE.
func (h *host) blocks(lba int, data []byte, size, n int) string {
	h.t.Helper()
	for len(data) > 0 {
		part := data[:min(len(data), n*size)]
		command := fmt.Sprintf("2A 00 %08X 00 %04X 00", uint32(lba), len(part)/size)
		switch a, _ := h.do(command, part, 0); a {
		case "2/04/08":
			h.wait(40 * time.Millisecond)
			continue
		case "ok":
		default:
			return a
		}
		data, lba = data[len(part):], lba+len(part)/size
	}
	return "ok"
}

func TestCueSheetsOfOthers(t *testing.T) {
	type row struct {
		number, start, pregap, size int
		isrc                        string
		indexes                     []toc.LBA
	}
	for name, c := range map[string]struct {
		sheet   string
		leadOut int
		rows    []row
	}{
		"trace of cdrskin":  {sheetTrace, 1351, []row{{1, 0, 150, 400, "", nil}, {2, 400, 0, 351, "", nil}, {3, 751, 0, 600, "", nil}}},
		"gapless":           {sheetGapless, 1200, []row{{1, 0, 150, 300, "", nil}, {2, 300, 0, 400, "", nil}, {3, 700, 0, 500, "", nil}}},
		"index 0 = index 1": {sheetEqual, 1200, []row{{1, 0, 150, 300, "", nil}, {2, 300, 0, 400, "", nil}, {3, 700, 0, 500, "", nil}}},
		"pauses":            {sheetPauses, 1500, []row{{1, 0, 150, 300, "", nil}, {2, 450, 150, 400, "", nil}, {3, 1000, 150, 500, "", nil}}},
		"hidden track":      {sheetHidden, 2100, []row{{1, 1000, 1150, 500, "", nil}, {2, 1500, 0, 600, "", nil}}},
		"codes":             {sheetCodes, 850, []row{{1, 0, 150, 300, "DEAB31200001", []toc.LBA{225}}, {2, 450, 150, 400, "DEAB31200002", nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, "", sim.CDR80)
			h.session(0x42, 0)
			require.Equal(t, -150, h.nwa())
			require.Equal(t, "ok", h.sheet(c.sheet))
			audio := music(7, c.leadOut+150)
			require.Equal(t, "ok", h.blocks(-150, audio, blockCD, 27))
			h.sync()
			assert.Equal(t, byte(0x0E), h.status())
			h.refuses("5/30/05", closeIt)
			tracks := h.d.Disc().Tracks()
			require.Len(t, tracks, len(c.rows))
			for i, want := range c.rows {
				got := tracks[i]
				assert.Equal(t, want, row{got.Number, int(got.Start), int(got.Pregap), int(got.Size), string(got.ISRC), got.Indexes})
			}
			b := h.get("43 00 00 00 00 00 AA 00 FF 00", 255)
			assert.Equal(t, c.leadOut, be32(b[8:]))
			requireSame(t, audio[150*blockCD:], h.readCD(0, c.leadOut))
			requireSame(t, audio[:150*blockCD], truth(t, h.d.Disc(), -150, 150))
			assert.Len(t, h.get("43 00 03 00 00 00 00 04 00 00", 1024), 4, "no items in the PMA")
		})
	}
}

// The Q sub-channel follows the sheet: indexes, counting down in pauses, codes.
func TestQOfASheet(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.session(0x42, 0)
	require.Equal(t, "ok", h.sheet(sheetCodes))
	require.Equal(t, "ok", h.blocks(-150, music(1, 1000), blockCD, 27))
	h.sync()
	q := func(lba int) string {
		return strings.ToUpper(fmt.Sprintf("%x", h.get(fmt.Sprintf("BE 04 %08X 000001 00 02 00", uint32(lba)), 16)[:10]))
	}
	assert.Equal(t, "21010100000000000200", q(0))
	assert.Equal(t, "21010100025600000456", q(206), "two seconds and 56 frames into the track")
	assert.Equal(t, "21010200030000000500", q(225), "index 2")
	assert.Equal(t, "21020000010200000672", q(372), "the pause counts down: 77 sectors to go")
	assert.Equal(t, "21020100000000000800", q(450))
	assert.Equal(t, "4006381333931", string(h.get("42 00 40 02 00 00 00 00 18 00", 24)[9:22]))
	assert.Equal(t, "DEAB31200002", string(h.get("42 00 40 03 00 00 02 00 18 00", 24)[9:21]))
}

func TestWrongSheets(t *testing.T) {
	const in, first = "01 00 00 01 00 00 00 00", "01 01 00 00 00 00 00 00  01 01 01 00 00 00 02 00"
	const out = "01 AA 01 01 00 00 0A 00"
	for sheet, at := range map[string]int{
		first + out:            1,  // no lead-in: TNO
		in + out:               9,  // no track
		in + first:             24, // no lead-out
		in + first + out + out: 32, // an entry after it
		in + "01 02 00 00 00 00 00 00  01 02 01 00 00 00 02 00" + out:                                  9,  // begins with track 2
		in + "01 01 01 00 00 00 02 00" + out:                                                           10, // no index 0
		in + "01 01 00 00 00 00 00 01  01 01 01 00 00 00 02 01" + out:                                  13, // doesn't begin at 0
		in + "01 01 00 00 00 00 00 00  01 01 01 00 00 00 01 4A" + out:                                  21, // a pregap of 149
		in + "01 01 00 00 00 00 00 00" + out:                                                           17, // no index 1
		in + first + "01 01 03 00 00 00 03 00" + out:                                                   26, // index 3 after 1
		in + first + "01 01 02 00 00 00 02 00" + out:                                                   29, // index 2 at the place of 1
		in + first + "01 03 01 00 00 00 07 00" + out:                                                   25, // track 3 after 1
		in + first + "01 02 01 00 00 00 05 00" + out:                                                   29, // 225 sectors
		in + first + "01 02 01 00 00 00 01 00" + out:                                                   29, // backwards
		in + first + "01 02 01 00 00 00 07 4B" + out:                                                   29, // 75 frames
		in + first + "01 02 01 00 00 00 3C 00" + out:                                                   29, // 60 seconds
		in + first + "01 02 01 10 00 00 07 00" + out:                                                   27, // data
		in + first + "01 02 01 40 00 00 07 00" + out:                                                   27, // with sub-channel
		in + first + "01 02 01 01 00 00 07 00" + out:                                                   27, // made by the drive, not in the first pregap
		in + first + "41 02 01 00 00 00 07 00" + out:                                                   24, // CONTROL says data
		in + first + "01 02 01 00 01 00 07 00" + out:                                                   28, // SCMS bit 0
		in + first + "01 02 00 00 00 00 07 00  21 02 01 00 00 00 09 00" + out:                          32, // CONTROL changes within the track
		in + first + "05 02 01 00 00 00 07 00" + out:                                                   24, // ADR 5
		in + first + "03 02 44 45 41 42 33 31  01 02 01 00 00 00 07 00" + out:                          32, // half an ISRC
		in + first + "03 02 44 45 41 42 33 31  03 02 32 30 30 30 41 32  01 02 01 00 00 00 07 00" + out: 34, // a letter among its digits
		in + first + "01 AA 01 00 00 00 0A 00":                                                         27, // lead-out of form 00h
		in + first + "01 AA 00 01 00 00 0A 00":                                                         26, // its index 0
		in + first + "01 AA 01 01 00 00 05 00":                                                         29, // 225 sectors
		in + first + "01 AA 01 01 00 4F 3B 4A":                                                         29, // 79:59:74, beyond 79:59:71
		in + first + "01 AA 01 01 00 00 10 80":                                                         29, // BCD
		"01 00 00 00 00 00 00 00" + first + out:                                                        3,  // lead-in of form 00h
		"01 00 00 C1 00 00 00 00" + first + out:                                                        3,
		"01 00 00 01 00 61 1A 42" + first + out:                                                        5, // an address without 41h
		"01 00 00 41 00 61 1A 42" + first + out:                                                        5, // with data block type 0
		"02 34 30 30 36 33 38 31" + in + first + out:                                                   8, // half a catalog number
		"02 34 30 30 36 33 38 31  02 33 33 33 39 33 3A 00" + in + first + out:                          9,
		"02 34 30 30 36 33 38 31  02 33 33 33 39 33 31 01" + in + first + out:                          15,
	} {
		h := newHost(t, "", sim.CDR80)
		h.session(0x42, 0)
		require.Equal(t, "5/26/00", h.sheet(sheet), sheet)
		list := cdb(sheet)
		b := h.senseOf(fmt.Sprintf("5D 00 00 00 00 00 %06X 00", len(list)), list)
		assert.Equal(t, []byte{0x80, byte(at >> 8), byte(at)}, b[15:18], "%s: byte %d", sheet, int(b[16])<<8|int(b[17]))
		assert.Equal(t, "5/2C/00", h.blocks(-150, music(1, 27), blockCD, 27), "no sheet, no WRITE")
		assert.True(t, h.d.Disc().Summary().Blank)
	}
}
