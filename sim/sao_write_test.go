package sim_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A is a minimal set of seven packs, composed by hand and checked by a script; B is
// libburn's NIGHTCATS.CUE, 22 packs (S2).
var (
	packsA = cdb("80 00 00 00 41 6C 62 75 6D 00 46 69 72 73 74 20 3E 60  80 01 01 06 74 75 6E 65 00 53 65 63 6F 6E 64 00 F8 30" +
		"81 00 02 00 42 61 6E 64 00 42 61 6E 64 00 47 75 0A 84  81 02 03 02 65 73 74 00 00 00 00 00 00 00 00 00 19 8B" +
		"8F 00 04 00 01 01 02 00 02 02 00 00 00 00 00 00 99 C2  8F 01 05 00 00 00 00 00 00 00 00 03 06 00 00 00 6F E7" +
		"8F 02 06 00 00 00 00 00 09 00 00 00 00 00 00 00 91 23")
	packsB = cdb("80 00 00 00 4A 6F 79 66 75 6C 20 4E 69 67 68 74 F0 F7  80 00 01 0C 73 00 53 6F 6E 67 20 6F 66 20 4A 6F 43 1C" +
		"80 01 02 0A 79 00 48 75 6D 70 74 79 20 44 75 6D 43 F9  80 02 03 0A 70 74 79 00 4D 65 65 20 4F 77 77 77 24 72" +
		"80 03 04 08 77 00 00 00 00 00 00 00 00 00 00 00 6E AF  81 00 05 00 00 46 65 6C 69 78 20 61 6E 64 20 54 4D 51" +
		"81 01 06 0B 68 65 20 50 75 72 72 73 00 43 61 74 A7 40  81 02 07 03 77 61 6C 6B 20 42 65 61 75 74 69 65 59 80" +
		"81 02 08 0F 73 00 4D 69 61 20 4B 69 74 74 65 6E 30 C9  81 03 09 0A 00 00 00 00 00 00 00 00 00 00 00 00 AD 19" +
		"82 00 0A 00 00 46 72 69 65 64 72 69 63 68 20 53 70 8F  82 01 0B 0B 63 68 69 6C 6C 65 72 00 4D 6F 74 68 33 43" +
		"82 02 0C 04 65 72 20 47 6F 6F 73 65 00 4D 69 61 D6 F5  82 03 0D 03 20 4B 69 74 74 65 6E 00 00 00 00 00 F5 83" +
		"8E 00 0E 00 31 32 33 34 35 36 37 38 39 30 31 32 92 3E  8E 00 0F 0C 33 00 58 59 42 4C 47 31 31 30 31 32 C0 2B" +
		"8E 01 10 0A 33 34 00 58 59 42 4C 47 31 31 30 30 BB B3  8E 02 11 09 30 30 35 00 58 59 42 4C 47 31 31 30 F3 BF" +
		"8E 03 12 08 30 30 30 36 00 00 00 00 00 00 00 00 5B 5C  8F 00 13 00 00 01 03 00 05 05 04 00 00 00 00 00 9B FE" +
		"8F 01 14 00 00 00 00 00 00 00 05 03 15 00 00 00 11 0B  8F 02 15 00 00 00 00 00 09 00 00 00 00 00 00 00 DA 77")
)

// symbols are packs as a host writes them: six bits per byte.
func symbols(packs []byte) []byte {
	var out []byte
	for ; len(packs) >= 3; packs = packs[3:] {
		a, b, c := packs[0], packs[1], packs[2]
		out = append(out, a>>2, a<<4&0x30|b>>4, b<<2&0x3C|c>>6, c&0x3F)
	}
	return out
}

// ring fills a lead-in of this many blocks of 96 bytes.
func ring(packs []byte, blocks int) []byte {
	one := symbols(packs)
	return bytes.Repeat(one, blocks*96/len(one)+1)[:blocks*96]
}

// libburn's vector (S2), and the first block of A.
func TestSymbolsOfTheTest(t *testing.T) {
	assert.Equal(t, cdb("23 30 00 2A 00 00 04 01 00 30 00 06 01 10 10 05 01 30 18 01 00 24 21 25"),
		symbols(cdb("8F 00 2A 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65")))
	assert.Equal(t, cdb("3F 30 03 3F"), symbols(cdb("FF 00 FF")))
	assert.Equal(t, cdb("20 00 00 00 00 04 05 2C 18 27 15 2D 00 04 19 29 1C 27 0D 34 08 03 39 20"+
		"20 00 04 01 01 27 11 35 1B 26 14 00 14 36 15 23 1B 36 39 24 00 0F 20 30"+
		"20 10 00 02 00 04 09 21 1B 26 10 00 10 26 05 2E 19 00 01 07 1D 10 2A 04"+
		"20 10 08 03 00 26 15 33 1D 00 00 00 00 00 00 00 00 00 00 00 00 01 26 0B"), ring(packsA, 1))
}

const leadIn80 = 11484 // blocks of the lead-in from 97:26:66 to -151

// textSession burns a session with a lead-in.
func textSession(t *testing.T, h *host, sheet string, blockType byte, leadIn []byte) {
	t.Helper()
	h.session(0x42, blockType)
	require.Equal(t, "ok", h.sheet(sheet))
	require.Equal(t, "ok", h.blocks(-11634, leadIn, 96, 341))
	require.Equal(t, "ok", h.blocks(-150, music(3, 1350), blockCD, 27))
	h.sync()
	requireSame(t, music(3, 1350)[150*blockCD:], h.readCD(0, 1200))
}

func (h *host) cdText() []byte {
	h.t.Helper()
	b := h.get("43 00 05 00 00 00 00 08 00 00", 2048)
	require.Equal(h.t, len(b)-2, int(b[0])<<8|int(b[1]))
	return b[4:]
}

// READ TOC format 5 returns the packs that a host writes into the lead-in.
func TestTextComesBack(t *testing.T) {
	for name, c := range map[string]struct {
		sheet     string
		blockType byte
		leadIn    []byte
		want      []byte
	}{
		"A":                          {sheetTextA, 0, ring(packsA, leadIn80), packsA},
		"B, 22 packs":                {sheetTextB, 3, ring(packsB, leadIn80), packsB},
		"begins elsewhere":           {sheetTextA, 0, ring(append(append([]byte{}, packsB[18*9:]...), packsB[:18*9]...), leadIn80), packsB},
		"with P and Q from the host": {sheetTextA, 0, withPQ(ring(packsA, leadIn80)), packsA},
		"one copy":                   {sheetTextA, 0, append(ring(packsB, 5), make([]byte, (leadIn80-5)*96)...), nil},
		"bytes, not symbols":         {sheetTextA, 0, bytes.Repeat(packsA, leadIn80*96/len(packsA)+1)[:leadIn80*96], nil},
		"a phase of one byte":        {sheetTextA, 0, append([]byte{0}, ring(packsA, leadIn80)[:leadIn80*96-1]...), nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, "", sim.CDR80)
			textSession(t, h, c.sheet, c.blockType, c.leadIn)
			assert.Equal(t, len(c.want), len(h.cdText()))
			assert.True(t, bytes.Equal(c.want, h.cdText()))
		})
	}
	assert.Empty(t, odd(t, "", sim.CDR80).d.Disc().Sessions())
}

func withPQ(b []byte) []byte {
	for i := range b {
		b[i] |= byte(i) << 6
	}
	return b
}

// A WRITE is accepted only at the next address, in the right form, and never past the
// end.
func TestWhereASessionIsWritten(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	chunk := music(1, 27)
	h.session(0x42, 0)
	assert.Equal(t, "5/2C/00", h.blocks(-150, chunk, blockCD, 27), "no sheet")
	require.Equal(t, "ok", h.sheet(sheetGapless))
	for lba, want := range map[int]string{0: "5/21/02", -149: "5/21/02", -151: "5/21/00", -11634: "5/21/00", 300: "5/21/02"} {
		assert.Equal(t, want, h.blocks(lba, chunk, blockCD, 27), "%d", lba)
	}
	assert.Equal(t, "5/4B/00", h.blocks(-150, chunk[:96*27], 96, 27))
	assert.True(t, h.d.Disc().Summary().Blank, "nothing is written yet")
	require.Equal(t, "ok", h.sheet(sheetGapless), "another sheet takes its place")
	require.Equal(t, "ok", h.blocks(-150, chunk, blockCD, 27))
	assert.Equal(t, -123, h.nwa())
	assert.Equal(t, "5/21/02", h.blocks(-150, chunk, blockCD, 27))
	assert.Equal(t, "5/21/02", h.blocks(-96, chunk, blockCD, 27))
	assert.Equal(t, "5/2C/00", h.sheet(sheetGapless), "too late")
	assert.Equal(t, "5/2C/00", first(h.do("55 10 00 00 00 00 00 00 3C 00", page05(0x41, 0), 0)))
	h.refuses("5/2C/00", closeIt)
	require.Equal(t, "ok", h.blocks(-123, music(2, 1323-5), blockCD, 27))
	assert.Equal(t, "5/21/00", h.blocks(1195, chunk, blockCD, 27), "past the lead-out")
	require.Equal(t, "ok", h.blocks(1195, chunk[:5*blockCD], blockCD, 27))
	h.sync()
	assert.Equal(t, byte(0x0E), h.status())
}

func TestWhereALeadInIsWritten(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	text := ring(packsA, leadIn80)
	h.session(0x42, 0)
	require.Equal(t, "ok", h.sheet(sheetTextA))
	assert.Equal(t, "5/21/02", h.blocks(-150, music(1, 27), blockCD, 27), "the lead-in comes first")
	assert.Equal(t, "5/21/02", h.blocks(-11633, text[:96*100], 96, 100))
	require.Equal(t, "ok", h.blocks(-11634, text[:96*11400], 96, 341))
	assert.Equal(t, "5/64/00", h.blocks(-234, make([]byte, 96*100), 96, 100), "over its end")
	assert.Equal(t, "5/21/02", h.blocks(-150, music(1, 27), blockCD, 27), "it isn't complete")
	require.Equal(t, "ok", h.blocks(-234, text[96*11400:], 96, 341))
	assert.Equal(t, "ok", h.blocks(-150, music(1, 27), blockCD, 27))
}

// A change of page 05h or of the tray discards the sheet; the same page again doesn't.
func TestWhatDropsASheet(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(h *host)
		want string
	}{
		"nothing":   {func(*host) {}, "ok"},
		"same page": {func(h *host) { h.session(0x42, 0) }, "ok"},
		"page":      {func(h *host) { h.session(0x52, 0) }, "5/2C/00"},
		"tray": {func(h *host) {
			h.must("1B 00 00 00 02 00")
			h.must("1B 00 00 00 03 00")
			h.ready()
			h.session(0x42, 0)
		}, "5/2C/00"},
		"reset": {func(h *host) { h.d.Reset(); h.ready(); h.session(0x42, 0) }, "5/2C/00"},
	} {
		h := newHost(t, "", sim.CDR80)
		h.session(0x42, 0)
		require.Equal(t, "ok", h.sheet(sheetGapless))
		c.do(h)
		assert.Equal(t, c.want, h.blocks(-150, music(1, 27), blockCD, 27), name)
	}
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	assert.Equal(t, "5/2C/00", h.sheet(sheetGapless), "track-at-once")
	list := cdb(sheetGapless)
	h.session(0x42, 0)
	for command, want := range map[string]string{
		"5D 00 00 00 00 00 00 00 00 00": "5/24/00", "5D 00 00 00 00 00 00 00 2F 00": "5/24/00",
		"5D 00 00 00 00 00 00 0C 08 00": "5/24/00", "5D 00 00 00 00 00 00 00 38 00": "5/4B/00",
	} {
		assert.Equal(t, want, first(h.do(command, list, 0)), command)
	}
	assert.Equal(t, cdb("00 2E 01 04 67 00 0C 00"), h.get("46 02 00 2E 00 00 00 00 FF 00", 255)[8:])
}

// A test write runs all of it, and afterwards the disc is blank.
func TestSessionTestWrite(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.session(0x52, 0)
	require.Equal(t, "ok", h.sheet(sheetTextA))
	require.Equal(t, "ok", h.blocks(-11634, ring(packsA, leadIn80), 96, 341))
	require.Equal(t, "ok", h.blocks(-150, music(3, 1350), blockCD, 27))
	h.sync()
	assert.Equal(t, byte(0), h.status())
	assert.Equal(t, -150, h.nwa())
	assert.True(t, h.d.Disc().Summary().Blank)
	assert.Zero(t, h.d.Disc().Summary().Calibrations)
	assert.Equal(t, "5/2C/00", h.blocks(-150, music(1, 27), blockCD, 27), "a new sheet for the real one")
}

// A session that ends early is lost for good: by a loss of power, a flush, a forced tray,
// a killed program. A CD-RW can be blanked.
func TestSessionCutShort(t *testing.T) {
	for name, cut := range map[string]func(h *host){
		"power": func(h *host) { h.d.PowerCycle() },
		"reset": func(h *host) { h.d.Reset() },
		"flush": func(h *host) { h.refuses("5/2C/00", "35 00 00 00 00 00 00 00 00 00") },
		"tray":  func(h *host) { require.NoError(h.t, h.d.Insert(h.d.Eject())) },
		"eject": func(h *host) { h.refuses("5/2C/00", "1B 00 00 00 02 00") },
		"underrun": func(h *host) {
			h.wait(time.Minute)
			assert.Equal(h.t, "3/0C/09", h.blocks(750, music(1, 27), blockCD, 27))
		},
	} {
		for _, media := range []sim.Media{sim.CDR80, sim.CDRW80} {
			h := newHost(t, "", media)
			h.session(0x02, 0)
			require.Equal(t, "ok", h.sheet(sheetGapless))
			require.Equal(t, "ok", h.blocks(-150, music(1, 900), blockCD, 27))
			cut(h)
			h.ready()
			assert.Equal(t, byte(0x05), h.status()&0x0F, name)
			h.refuses("5/24/00", "43 00 00 00 00 00 00 00 FF 00")
			h.refuses("5/24/00", "52 01 00 00 00 FF 00 00 24 00")
			h.refuses("5/30/05", closeIt)
			assert.Equal(t, sim.DiscSummary{Media: media, Finalized: true, Lost: true, Calibrations: h.d.Disc().Summary().Calibrations}, h.d.Disc().Summary(), name)
			h.session(0x02, 0)
			assert.Equal(t, "5/30/05", h.sheet(sheetGapless), name)
			h.selectPage(page05(1, 0))
			assert.Equal(t, "5/30/05", h.write(0, music(1, 27)), name)
			if media.Erasable {
				h.refuses("5/24/00", "A1 03 00 00 00 00 00 00 00 00 00 00")
				h.must("A1 01 00 00 00 00 00 00 00 00 00 00")
				assert.True(t, h.d.Disc().Summary().Blank, name)
				assert.Equal(t, 0, h.burnTrack(music(1, 300)))
			}
		}
	}
}

// The same for a killed program, from the file.
func TestSessionOfAKilledProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.disc")
	disc, err := sim.CreateDisc(path, sim.CDRW80)
	require.NoError(t, err)
	h := newHostOf(t, sim.Personality{}, disc)
	h.session(0x42, 0)
	require.Equal(t, "ok", h.sheet(sheetGapless))
	require.Equal(t, "ok", h.blocks(-150, music(1, 900), blockCD, 27))
	copyFile(t, path, path+".left")
	left, err := sim.OpenDisc(path + ".left")
	require.NoError(t, err)
	assert.True(t, left.Summary().Lost)
	require.ErrorIs(t, left.ReadSectors(0, make([]byte, blockCD)), sim.ErrUnrecorded)
	require.NoError(t, left.Close())
	require.Equal(t, "ok", h.blocks(750, music(1, 450), blockCD, 27))
	h.sync()
	h.d.Eject()
	require.NoError(t, disc.Close())
	disc, err = sim.OpenDisc(path)
	require.NoError(t, err)
	assert.True(t, disc.Summary().Finalized && !disc.Summary().Lost)
	require.NoError(t, disc.Close())
}

// A second session, where the page allows one; then a third by track-at-once.
func TestSessionsAfterEachOther(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	list := page05(0x42, 0xC0)
	h.selectPage(list)
	require.Equal(t, "ok", h.sheet(sheetGapless))
	require.Equal(t, "ok", h.blocks(-150, music(1, 1350), blockCD, 27))
	h.sync()
	assert.Equal(t, byte(0x01), h.status())
	h.selectPage(list)
	start := 1200 + 11400
	assert.Equal(t, start-150, h.nwa())
	msf := func(lba int) string { m := toc.LBA(lba).MSF(); return fmt.Sprintf("%02X %02X %02X", m.M, m.S, m.F) }
	second := "01 00 00 01 00 00 00 00  01 04 00 00 00 " + msf(start-150) + " 01 04 01 00 00 " + msf(start) + " 01 AA 01 01 00 " + msf(start+500)
	assert.Equal(t, "5/26/00", h.sheet(sheetGapless), "the first session's addresses")
	require.Equal(t, "ok", h.sheet(second))
	require.Equal(t, "ok", h.blocks(start-150, music(2, 650), blockCD, 27))
	h.sync()
	requireSame(t, music(2, 650)[150*blockCD:], h.readCD(start, 500))
	h.selectPage(page05(1, 0))
	third := h.burnTrack(music(3, 300))
	assert.Equal(t, start+500+6900, third)
	h.closeSession()
	assert.Len(t, h.d.Disc().Sessions(), 3)
	assert.Equal(t, byte(0x0E), h.status())
}
