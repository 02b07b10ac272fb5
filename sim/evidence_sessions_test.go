package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// Multi-session field 00: no B0, another session can't follow. 01: B0 is FF:FF:FF,
// another session can't follow. 11: B0 has the address (section 7, page 05h byte 3).
func TestSessionCloseSettings(t *testing.T) {
	for _, c := range []struct {
		field  byte
		status byte
		b0     string
		next   bool
	}{
		{0, 0x0E, "", false},
		{1, 0x0E, "01 50 00 B0 FF FF FF 02 4F 3B 47", false},
		{3, 0x01, "", true}, // B0 = lead-out + 11250 (D43)
	} {
		t.Run(fmt.Sprintf("%02b", c.field), func(t *testing.T) {
			w := blank(t)
			w.track(600)
			w.closeSession(c.field)
			assert.Equal(t, c.status, w.in("51 00 00 00 00 00 00 00 22 00", 34)[2])
			full := w.hex("43 02 02 00 00 00 01 02 00 00", 512)
			switch c.field {
			case 0:
				assert.Equal(t, 4+4*11, len(full)/2, "A0, A1, A2, track 1")
			case 1:
				assert.Contains(t, full, quoted(c.b0))
			case 3:
				at := toc.LBA(602 + 11250).MSF()
				assert.Contains(t, full, fmt.Sprintf("015000B0%02X%02X%02X024F3B47", at.M, at.S, at.F))
			}
			if !c.next {
				assert.Equal(t, "5/24/00", w.refused("52 01 00 00 00 FF 00 00 24 00", 36))
				assert.Equal(t, "5/30/05", w.write(602+11400, 27))
				assert.True(t, w.d.Disc().Summary().Finalized)
				return
			}
			assert.EqualValues(t, 602+11400, w.track(300))
			w.wantSectors(602+11400, 300)
		})
	}
}

// A disc of three sessions and five tracks, finalized with the last one.
func TestThreeSessions(t *testing.T) {
	w := blank(t)
	starts := []toc.LBA{w.track(300), w.track(450)}
	w.closeSession(3)
	starts = append(starts, w.track(301))
	w.closeSession(3)
	starts = append(starts, w.track(302), w.track(303))
	w.closeSession(0)

	second := toc.LBA(452+450+2) + 11400
	third := second + 303 + 6900
	assert.Equal(t, []toc.LBA{0, 452, second, third, third + 302 + 152}, starts)
	disc := w.in("51 00 00 00 00 00 00 00 22 00", 34)
	assert.Equal(t, []byte{0x0E, 1, 3, 4, 5}, disc[2:7], "complete; first track, sessions, first and last of the last one")
	assert.Equal(t, quoted("00 0A 01 03 00 10 04 00")+fmt.Sprintf("%08X", third), w.hex("43 00 01 00 00 00 00 02 00 00", 512))
	for i, session := range []int{1, 1, 2, 3, 3} {
		info := w.info(i + 1)
		assert.Equal(t, session, info.session)
		assert.Equal(t, starts[i], info.start)
	}
	first := parseTrackInfo(w.in("52 02 00 00 00 03 00 00 24 00", 36))
	assert.Equal(t, 4, first.number, "a session number gives its first track")
	byAddress := parseTrackInfo(w.in(fmt.Sprintf("52 00 %08X 00 00 24 00", second+300), 36))
	assert.Equal(t, 3, byAddress.number, "the last user sector")
	for i, n := range []int{300, 450, 301, 302, 303} {
		w.wantSectors(starts[i], n)
	}
	assert.Equal(t, "5/21/00", w.refused(fmt.Sprintf("BE 04 %08X 000001 10 00 00", second-200), 2352), "between the sessions")
}

// Test write: the same protocol. The next writable address moves, and returns when page
// 05h is sent without the bit or after an eject.
func TestTestWriteStoresNothing(t *testing.T) {
	for _, back := range []string{"page 05h", "eject"} {
		w := blank(t)
		w.track(300)
		before, calibrations := w.state(), w.d.Disc().Summary().Calibrations
		test := func(p []byte) { p[2] |= 0x10 }
		assert.EqualValues(t, 452, w.trackWith(500, test))
		assert.EqualValues(t, 452+652, w.trackWith(700, test))
		w.taoWith(test)
		assert.EqualValues(t, 452+652+852, w.invisible().nwa)
		w.ok("5B 00 02 00 00 00 00 00 00 00")
		assert.Equal(t, before, w.state(), "the laser had no power")
		assert.Equal(t, calibrations, w.d.Disc().Summary().Calibrations)
		if back == "eject" {
			w.ok("1B 00 00 00 02 00")
			w.ok("1B 00 00 00 03 00")
			w.ready()
		} else {
			w.tao()
		}
		assert.EqualValues(t, 452, w.invisible().nwa, back)
		assert.EqualValues(t, 452, w.track(300), "and now without test write")
		w.wantSectors(452, 300)
	}
}

// A track shorter than four seconds is padded with silence (R8 manual p. 10).
func TestShortTracksArePadded(t *testing.T) {
	for _, n := range []int{1, 27, 299} {
		w := blank(t)
		w.track(n)
		assert.EqualValues(t, 300, w.info(1).size, "%d written", n)
		assert.EqualValues(t, 452, w.invisible().nwa)
		w.closeSession(0)
		w.wantSectors(0, n)
		assert.Equal(t, make([]byte, (300-n)*2352), readAll(w, toc.LBA(n), 300-n))
	}
}

func readAll(w *wire, lba toc.LBA, n int) []byte {
	var all []byte
	for n > 0 {
		part := min(n, 27)
		all = append(all, w.readCD(lba, part)...)
		lba, n = lba+toc.LBA(part), n-part
	}
	return all
}

// Pregap and run-out are silence, and READ CAPACITY counts the run-out.
func TestPregapAndRunOutAreSilence(t *testing.T) {
	w := blank(t)
	w.track(300)
	w.track(400)
	w.closeSession(0)
	assert.Equal(t, make([]byte, 27*2352), w.readCD(300, 27))
	assert.Equal(t, make([]byte, 25*2352), w.readCD(427, 25))
	w.wantSectors(452, 400)
	assert.Equal(t, make([]byte, 2*2352), w.readCD(852, 2))
	assert.Equal(t, "5/21/00", w.refused("BE 04 00 00 03 56 00 00 01 10 00 00", 2352), "the lead-out, 854")
	p := make([]byte, toc.SectorSize)
	require.NoError(t, w.d.Disc().ReadSectors(853, p))
	require.ErrorIs(t, w.d.Disc().ReadSectors(400000, p), sim.ErrUnrecorded)
}

// Sections 11 and vendor 3: reserved tracks.
func TestReservedTracks(t *testing.T) {
	w := blank(t)
	w.tao()
	w.ok("53 00 00 00 00 00 00 03 E8 00") // 1000 sectors
	info := w.info(1)
	assert.True(t, info.rt && info.blank_ && info.nwaValid, "empty reserved: RT 1, Blank 1 (R8 table 29)")
	assert.EqualValues(t, 1000, info.size)
	assert.EqualValues(t, 1000, info.free)
	assert.Zero(t, info.nwa)
	assert.Contains(t, w.hex("43 02 03 00 00 00 00 02 00 00", 512), quoted("00 10 00 01 00 0F 1B 00 00 02 00"),
		"the PMA has start 00:02:00 and stop 00:15:27 = LBA 1002")

	w.ok("53 00 00 00 00 00 00 01 2C 00") // a second one after it: 300
	assert.EqualValues(t, 1152, w.info(2).start, "the pregap comes after size + 2")

	w.fill(1152, 300) // in any order
	w.ok("35 00 00 00 00 00 00 00 00 00")
	assert.Equal(t, "5/72/03", w.none("5B 00 02 00 00 00 00 00 00 00"))
	w.fill(0, 400)
	w.ok("35 00 00 00 00 00 00 00 00 00")
	assert.Equal(t, "5/72/03", w.none("5B 00 02 00 00 00 00 00 00 00"), "400 of 1000")
	assert.EqualValues(t, 400, w.info(1).nwa)
	w.ok("5B 00 01 00 00 01 00 00 00 00")
	w.ready()
	w.closeSession(0)
	w.wantSectors(0, 400)
	assert.Equal(t, make([]byte, 600*2352), readAll(w, 400, 600), "padded to its end (R8 p. 10)")
	w.wantSectors(1152, 300)
}

func TestReservationsAreAtLeastFourSeconds(t *testing.T) {
	w := blank(t)
	w.tao()
	w.ok("53 00 00 00 00 00 00 00 01 00")
	assert.EqualValues(t, 300, w.info(1).size)
	assert.Equal(t, "5/24/00", w.none("53 00 00 00 00 00 00 00 00 00"), "a reservation of 0 sectors is refused")
}

// Ninety-nine tracks, and no hundredth.
func TestNinetyNineTracks(t *testing.T) {
	w := blank(t)
	for i := range 99 {
		require.EqualValues(t, i*452, w.track(300))
	}
	assert.Equal(t, "5/24/00", w.refused("52 01 00 00 00 FF 00 00 24 00", 36))
	assert.NotEqual(t, good, w.write(99*452, 27))
	assert.Equal(t, "5/72/05", w.none("53 00 00 00 00 00 00 01 2C 00"))
	w.closeSession(3)
	b := w.in("43 00 00 00 00 00 00 04 00 00", 1024)
	assert.Len(t, b, 4+100*8)
	assert.Equal(t, []byte{1, 99}, b[2:4])
}

// BLANK on CD-RW (section 11). Each type on a disc with a closed session of one track and
// an open session of two.
func TestBlankTypes(t *testing.T) {
	type outcome struct {
		answer           string
		tracks, sessions int
		nwa              toc.LBA
	}
	second := toc.LBA(302 + 11400)
	for _, c := range []struct {
		what, cdb string
		want      outcome
	}{
		{"0 whole disc", "A1 00 00 00 00 00 00 00 00 00 00 00", outcome{good, 0, 0, 0}},
		{"1 minimal", "A1 01 00 00 00 00 00 00 00 00 00 00", outcome{good, 0, 0, 0}},
		{"1 minimal, IMMED", "A1 11 00 00 00 00 00 00 00 00 00 00", outcome{good, 0, 0, 0}},
		{"2 a track of the incomplete session", "A1 02 00 00 00 03 00 00 00 00 00 00", outcome{good, 3, 1, second + 452}},
		{"2 a track of a closed session", "A1 02 00 00 00 01 00 00 00 00 00 00", outcome{"5/24/00", 3, 1, second + 904}},
		{"3 unreserve: the last track and its PMA item", "A1 03 00 00 00 00 00 00 00 00 00 00", outcome{good, 2, 1, second + 452}},
		{"4 tail of a packet track; not one: 5/24/00", "A1 04 00 00 00 00 00 00 00 00 00 00", outcome{"5/24/00", 3, 1, second + 904}},
		{"5 unclose; open non-empty session: GOOD", "A1 05 00 00 00 00 00 00 00 00 00 00", outcome{good, 3, 1, second + 904}},
		{"6 erase the last session", "A1 06 00 00 00 00 00 00 00 00 00 00", outcome{good, 1, 1, second}},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDRW80)})
			w.track(300)
			w.closeSession(3)
			w.track(300)
			w.track(300)
			assert.Equal(t, c.want.answer, w.none(c.cdb))
			w.ready()
			s := w.d.Disc().Summary()
			assert.Equal(t, c.want.tracks, s.Tracks)
			assert.Equal(t, c.want.sessions, s.Sessions)
			w.tao()
			assert.Equal(t, c.want.nwa, w.invisible().nwa)
			assert.Equal(t, c.want.tracks == 0, s.Blank)
		})
	}
}

// Sectors erased by BLANK are gone and can be written again.
func TestBlankedDiscIsLikeNew(t *testing.T) {
	for _, cdb := range []string{"A1 00 00 00 00 00 00 00 00 00 00 00", "A1 01 00 00 00 00 00 00 00 00 00 00"} {
		w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDRW74)})
		w.track(300)
		w.track(300)
		w.closeSession(0)
		w.ok(cdb)
		w.ready()
		assert.True(t, w.d.Disc().Summary().Blank)
		assert.Equal(t, byte(0x10), w.in("51 00 00 00 00 00 00 00 22 00", 34)[2])
		assert.Equal(t, "5/21/00", w.refused("BE 04 00 00 00 00 00 00 01 10 00 00", 2352))
		w.track(333)
		w.closeSession(0)
		w.wantSectors(0, 333)
		assert.EqualValues(t, 333, w.info(1).size)
	}
}

// Unclosing a closed session (5) lets tracks be added to it; erasing it (6) removes them.
func TestUncloseAndEraseAClosedSession(t *testing.T) {
	w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDRW80)})
	w.track(300)
	w.closeSession(0)
	w.ok("A1 05 00 00 00 00 00 00 00 00 00 00")
	w.ready()
	assert.Equal(t, byte(0x15), w.in("51 00 00 00 00 00 00 00 22 00", 34)[2])
	assert.EqualValues(t, 452, w.track(300))
	w.closeSession(0)
	assert.EqualValues(t, 2, w.d.Disc().Summary().Tracks)
	w.ok("A1 06 00 00 00 00 00 00 00 00 00 00")
	w.ready()
	assert.True(t, w.d.Disc().Summary().Blank)
}

// Full blanking takes about as long as writing; minimal blanking takes a minute or two.
func TestBlankingTakesItsTime(t *testing.T) {
	w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDRW80)})
	w.track(300)
	begin := w.d.Now()
	w.ok("A1 01 00 00 00 00 00 00 00 00 00 00")
	assert.InDelta(t, 60, w.d.Now().Sub(begin).Seconds(), 60)
	w.track(300)
	begin = w.d.Now()
	w.ok("A1 00 00 00 00 00 00 00 00 00 00 00")
	tenSpeed := 80 * 60 / 10 * time.Second
	assert.Greater(t, w.d.Now().Sub(begin), tenSpeed)
	assert.Less(t, w.d.Now().Sub(begin), 2*tenSpeed)
}
