package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// disc80 is an 80-minute CD-R with an ATIP other than the catalog's.
func disc80(leadIn, leadOut toc.MSF) sim.Media {
	m := sim.CDR80
	m.LeadIn, m.LeadOut = leadIn, leadOut
	return m
}

// Burns of real drives from published logs: tracks of these lengths were followed by a
// track at this address (MMC reference section 12). If the log shows a WRITE further in
// that track, its CDB is sent unchanged.
func TestLoggedBurns(t *testing.T) {
	for _, c := range []struct {
		log    string
		media  sim.Media
		tracks []int
		next   toc.LBA // start of the track after them
		more   int     // sectors of it accepted before
		then   string  // the WRITE at next+more
		long   bool
	}{
		{
			log: "G4: ATAPI CD-R/RW 16X10 G.DF, Lead Data 97:26/54", media: disc80(toc.MSF{M: 97, S: 26, F: 54}, toc.MSF{M: 79, S: 59, F: 74}),
			tracks: []int{31902}, next: 32054,
		},
		{
			log: "G5: AOPEN CRW4852 1.02", media: sim.CDR80,
			tracks: []int{20594, 22290, 17840, 17619, 17619, 23499, 16039, 27520, 22517, 14416, 21526},
			next:   223151, more: 648, then: "2A 00 00 03 6A 37 00 00 1B 00", long: true,
		},
		{
			log: "G7: MATSHITA UJ-840D 1.02, Ritek 97:15/17 - 79:59/70", media: disc80(toc.MSF{M: 97, S: 15, F: 17}, toc.MSF{M: 79, S: 59, F: 70}),
			tracks: []int{15980}, next: 16132, more: 2133, then: "2A 00 00 00 47 59 00 00 1B 00", // the WRITE of G8
		},
		{
			log: "G16: HL-DT-ST GH22NS50 TN02", media: sim.CDR80,
			tracks: []int{18517, 15480, 12428, 16762, 7598, 10122, 13935, 7915},
			next:   103973, more: 17199, then: "2A 00 00 01 D9 54 00 00 15 00", long: true,
		},
		{
			log: "G25: SAMSUNG SW-240B R403", media: sim.CDR80,
			tracks: []int{15333, 19136, 20110},
			next:   55035, more: 8424, then: "2A 00 00 00 F7 E3 00 00 1B 00",
		},
	} {
		if c.long && race.Enabled {
			continue
		}
		t.Run(c.log, func(t *testing.T) {
			w := plug(t, sim.Config{Disc: sim.NewDisc(c.media)})
			w.quiet = true // only the addresses matter
			for _, n := range c.tracks {
				w.track(n)
			}
			next := w.invisible()
			assert.Equal(t, len(c.tracks)+1, next.number)
			assert.Equal(t, c.next, next.start)
			assert.Equal(t, c.next, next.nwa)
			assert.Equal(t, toc.Sectors(c.media.LeadOut.LBA()-2-c.next), next.free)
			w.fill(c.next, c.more)
			if c.then != "" {
				var blocks int
				_, err := fmt.Sscanf(c.then[24:26], "%X", &blocks)
				require.NoError(t, err)
				answer, _ := w.send(c.then, scsi.DataOut, make([]byte, blocks*toc.SectorSize))
				assert.Equal(t, good, answer, c.then)
			}
		})
	}
}

// U836: a CD-R with two closed sessions and a third begun: sizes 608 and 5888, starts 0,
// 12010 and 24800, all as a real drive reported them. The log lacks the ATIP; the size of
// the third track implies a limit of 359845.
func TestSessionsOfU836(t *testing.T) {
	w := plug(t, sim.Config{Disc: sim.NewDisc(disc80(sim.CDR80.LeadIn, toc.MSF{M: 79, S: 59, F: 72}))})
	assert.EqualValues(t, 0, w.track(608))
	w.closeSession(3)
	assert.EqualValues(t, 12010, w.track(5888))
	w.closeSession(3)

	assert.Equal(t, byte(0x01), w.in("51 00 00 00 00 00 00 00 22 00", 34)[2], "appendable, last session empty")
	assert.Equal(t, byte(3), w.in("51 00 00 00 00 00 00 00 22 00", 34)[4], "three sessions")
	for number, want := range map[int]trackInfo{
		1: {start: 0, size: 608, session: 1},
		2: {start: 12010, size: 5888, session: 2},
		3: {start: 24800, size: 335045, session: 3, nwaValid: true, nwa: 24800, free: 335045},
	} {
		got := w.info(number)
		assert.Equal(t, number, got.number)
		assert.Equal(t, want.session, got.session)
		assert.Equal(t, want.start, got.start)
		assert.Equal(t, want.size, got.size)
		assert.Equal(t, want.nwaValid, got.nwaValid, "closed tracks report no next writable address")
		assert.Equal(t, want.nwa, got.nwa)
		assert.Equal(t, want.free, got.free)
	}
	// Lead-outs 610 and 17900: 11400 and 6900 before the next start.
	toc2 := w.hex("43 02 02 00 00 00 00 02 00 00", 512)
	assert.Contains(t, toc2, quoted("01 10 00 A2 00 00 00 00 00 0A 0A"), "lead-out 610 = 00:10:10")
	assert.Contains(t, toc2, quoted("02 10 00 A2 00 00 00 00 04 00 32"), "lead-out 17900 = 04:00:50")
}

// A200: session 1 is blocks 0-301 and session 2 starts at 11702, as cdrecord -msinfo also
// reports for a minimal session. G33: 2434 + 2 blocks, then 13836.
func TestSecondSessionsOfRealDiscs(t *testing.T) {
	for _, c := range []struct {
		n    int
		next toc.LBA
	}{{300, 11702}, {2434, 13836}} {
		w := blank(t)
		w.track(c.n)
		w.closeSession(3)
		assert.Equal(t, c.next, w.invisible().nwa)
	}
}

// D43: the lead-in of a Taiyo Yuden 97:24:01 - 74:43:01 with a lead-out at 08:43:13. The
// pregap of a second session would start at 11:13:13: lead-out + 11250.
func TestFullTOCOfD43(t *testing.T) {
	w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDR74)})
	w.track(39088 - 2)
	w.closeSession(3)
	b := w.in("43 02 02 00 00 00 00 02 00 00", 512)
	var points strings.Builder
	for i := 4; i < len(b); i += 11 {
		points.WriteString(fmt.Sprintf("%02X ", b[i+3]))
		switch b[i+3] {
		case 0xA2:
			assert.Equal(t, []byte{8, 43, 13}, b[i+8:i+11])
		case 0xB0:
			assert.Equal(t, byte(0x50), b[i+1], "ADR 5")
			assert.Equal(t, []byte{11, 13, 13}, b[i+4:i+7])
			assert.Equal(t, byte(2), b[i+7], "two mode-5 pointers")
			assert.Equal(t, []byte{74, 43, 1}, b[i+8:i+11], "the outermost lead-out, from ATIP")
		case 0xC0:
			assert.Equal(t, []byte{97, 24, 1}, b[i+8:i+11], "the first lead-in, from ATIP")
		}
	}
	assert.Equal(t, "A0 A1 A2 01 B0 C0 ", points.String(), "the order of that disc")
	assert.EqualValues(t, 39088+11400, w.invisible().nwa, "B0 and the pregap of 150")
}

// A469: the stop time of the only track in the PMA is the lead-out of the TOC.
func TestPMAOfA469(t *testing.T) {
	w := blank(t)
	end := toc.MSF{M: 0, S: 25, F: 35}.LBA()
	w.track(int(end) - 2)
	assert.Equal(t, quoted("00 0D 00 00 | 00 10 00 01 00 19 23 00 00 02 00"), w.hex("43 02 03 00 00 00 00 02 00 00", 512))
	w.closeSession(0)
	assert.Equal(t, quoted("00 0A 01 01 | 00 10 AA 00 00 00 19 23"), w.hex("43 02 00 00 00 00 AA 02 00 00", 512))
}

// G6: the output of cdrecord -minfo for a blank 80-minute disc (97:26/66).
func TestBlankDiscOfG6(t *testing.T) {
	w := blank(t)
	w.tao()
	info := w.invisible()
	assert.Equal(t, trackInfo{
		number: 1, session: 1, flags: 0x4F, nwaValid: true, start: 0, nwa: 0, free: 359844, size: 359844, blank_: true,
	}, info)
	disc := w.in("51 00 00 00 00 00 00 00 22 00", 34)
	assert.EqualValues(t, -11634, toc.MSF{M: disc[17], S: disc[18], F: disc[19]}.LBA(), "last start of lead in")
	assert.EqualValues(t, 359846, toc.MSF{M: disc[21], S: disc[22], F: disc[23]}.LBA(), "last start of lead out")
}

// G12: a "90 minute" disc that codes 79:59:74, in a drive that respects it. All LBAs up
// to 359816 were accepted, and a WRITE of 359817..359847 was refused because of its last
// block. A long reservation gets there without writing all of it.
func TestCapacityOfG12(t *testing.T) {
	p := modern(t)
	p.Overburn = "never"
	w := plug(t, sim.Config{Personality: p, Disc: sim.NewDisc(medium(t, "90"))})
	w.tao()
	const reserved = 359000
	w.ok(fmt.Sprintf("53 00 00 00 00 %08X 00", reserved))
	const start = reserved + 152
	w.fill(start, 359817-start)

	refused, _ := w.send("2A 00 00 05 7D 89 00 00 1F 00", scsi.DataOut, make([]byte, 31*toc.SectorSize))
	assert.Equal(t, "5/63/00", refused)
	assert.Equal(t, good, w.write(359817, 30), "up to 359846, followed by the run-out")
	assert.Equal(t, "5/63/00", w.write(359847, 1))
	w.ok("35 00 00 00 00 00 00 00 00 00")
	if race.Enabled {
		return // padding the reservation takes a whole disc of sectors
	}
	w.ok("5B 00 01 00 00 01 00 00 00 00")
	w.ready()
	w.closeSession(0)
	assert.Equal(t, quoted("00 0A 01 02 | 00 10 AA 00 00 05 7D A9"), w.hex("43 00 00 00 00 00 AA 02 00 00", 512), "lead-out 359849, the last possible")
}

// The audio variant of G12 was burned by a drive that overburns such discs: a second
// track from 206528 on, accepted until 404789.
func TestDiscsThatTakeMoreThanTheySay(t *testing.T) {
	w := plug(t, sim.Config{Disc: sim.NewDisc(medium(t, "90"))})
	w.tao()
	assert.Greater(t, w.invisible().free, toc.Sectors(404789-2*152))
	w = plug(t, sim.Config{Disc: sim.NewDisc(medium(t, "99"))})
	w.tao()
	assert.Greater(t, w.invisible().free, toc.Sectors(98*60*75))
	w = plug(t, sim.Config{Disc: sim.NewDisc(sim.CDR74)})
	w.tao()
	assert.EqualValues(t, 336076-2, w.invisible().free, "an ordinary disc ends at its ATIP")
}

func modern(t testing.TB) sim.Personality {
	t.Helper()
	p, err := sim.PersonalityByName("")
	require.NoError(t, err)
	return p
}
