package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// The cue sheets that cdrdao 1.2.4 (driver generic-mmc:0x10), cdrskin 1.5.4 (-sao -text
// cuefile=) and wodim 1.1.11 (-dao -text cuefile=) sent through a Linux kernel for one
// album: a join, a pause of 75 sectors, index marks, codes, a copy bit, CD-TEXT. They
// differ in the lead-in entry, in the CTL of ISRC entries, and in the pauses: wodim marks
// the two seconds before a track that has no INDEX 00.
const (
	liveHead = "02 30 31 32 33 34 35 36  02 37 38 39 30 31 32 00  01 00 00 41 00 "
	liveOne  = " 01 55 53 41 42 43 31 "
	liveTail = "01 02 01 00 00 00 08 00  01 02 02 00 00 00 0A 00  01 02 03 00 00 00 0B 19  03 03 44 45 31 32 33 30  " +
		"03 03 30 31 32 33 34 35  01 03 00 00 00 00 0D 19  01 03 01 00 00 00 0E 19  01 AA 01 01 00 00 16 00"
	liveFirst = "21 01 00 00 00 00 00 00  21 01 01 00 00 00 02 00  03 02 47 42 58 59 5A 30  03 02 39 30 30 30 30 31  "

	sheetCdrdao  = liveHead + "61 1A 42  23" + liveOne + " 23 01 32 33 34 35 36 37  " + liveFirst + liveTail
	sheetCdrskin = liveHead + "00 00 00  23" + liveOne + " 23 01 32 33 34 35 36 37  " + liveFirst + liveTail
	sheetWodim   = liveHead + "00 00 00  03" + liveOne + " 03 01 32 33 34 35 36 37  " + liveFirst + "01 02 00 00 00 00 06 00  " + liveTail
)

func TestLoggedCueSheets(t *testing.T) {
	for name, c := range map[string]struct {
		sheet  string
		block  byte // data block type of page 05h
		pregap toc.Sectors
	}{
		"cdrdao": {sheetCdrdao, 3, 0}, "cdrskin": {sheetCdrskin, 0, 0}, "wodim": {sheetWodim, 0, 150},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, "", sim.CDR80)
			h.session(0x42, c.block)
			require.Equal(t, "ok", h.sheet(c.sheet))
			const leadIn, subBlock = -11634, 96 // 97:26:66
			require.Equal(t, "ok", h.blocks(leadIn, make([]byte, (-150-leadIn)*subBlock), subBlock, 300))
			audio := music(3, 1650)
			require.Equal(t, "ok", h.blocks(-150, audio, blockCD, 27))
			h.sync()
			requireSame(t, audio[150*blockCD:], h.readCD(0, 1500))
			assert.Equal(t, toc.MCN("0123456789012"), h.d.Disc().Summary().MCN)
			tracks := h.d.Disc().Tracks()
			require.Len(t, tracks, 3)
			assert.Equal(t, []toc.LBA{0, 450, 925}, []toc.LBA{tracks[0].Start, tracks[1].Start, tracks[2].Start})
			assert.Equal(t, []toc.Sectors{150, c.pregap, 75}, []toc.Sectors{tracks[0].Pregap, tracks[1].Pregap, tracks[2].Pregap})
			assert.Equal(t, []toc.LBA{600, 700}, tracks[1].Indexes)
			assert.Equal(t, []toc.Control{toc.CopyPermitted, 0, 0}, []toc.Control{tracks[0].Control, tracks[1].Control, tracks[2].Control})
			assert.Equal(t, []toc.ISRC{"USABC1234567", "GBXYZ0900001", "DE1230012345"}, []toc.ISRC{tracks[0].ISRC, tracks[1].ISRC, tracks[2].ISRC})
		})
	}
}
