package sim_test

import (
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

// The situations of the error matrix.
var situations = map[string]func(t testing.TB) *wire{
	"no disc":   func(t testing.TB) *wire { return plug(t, sim.Config{}) },
	"tray open": func(t testing.TB) *wire { w := plug(t, sim.Config{}); w.d.Eject(); return w },
	"plain no disc": func(t testing.TB) *wire {
		return plug(t, sim.Config{Personality: sim.Personality{Name: "test", Settings: sim.Settings{PlainNoMedium: true}}})
	},
	"spinning up": func(t testing.TB) *wire {
		w := raw(t, sim.Config{Disc: sim.NewDisc(sim.CDR80)})
		require.Equal(t, "6/29/00", w.none("00 00 00 00 00 00"))
		return w
	},
	"just switched on": func(t testing.TB) *wire { return raw(t, sim.Config{Disc: sim.NewDisc(sim.CDR80)}) },
	"blank":            func(t testing.TB) *wire { w := blank(t); w.tao(); return w },
	"blank, page 05h as switched on": func(t testing.TB) *wire {
		return blank(t)
	},
	"blank, page 05h for data": func(t testing.TB) *wire {
		w := blank(t)
		w.taoWith(func(p []byte) { p[3], p[4] = 0x04, 0x08 })
		return w
	},
	"blank, page 05h for SAO": func(t testing.TB) *wire {
		w := blank(t)
		w.taoWith(func(p []byte) { p[2] = 0x42 })
		return w
	},
	"small blank": func(t testing.TB) *wire { // 1348 sectors
		m := sim.CDR80
		m.LeadOut, m.Groove = toc.MSF{S: 20}, 1350+6750
		w := plug(t, sim.Config{Disc: sim.NewDisc(m)})
		w.tao()
		return w
	},
	"small disc, 1340 written": func(t testing.TB) *wire {
		m := sim.CDR80
		m.LeadOut, m.Groove = toc.MSF{S: 20}, 1350+6750
		w := plug(t, sim.Config{Disc: sim.NewDisc(m)})
		w.tao()
		w.fill(0, 1340)
		return w
	},
	"one track": func(t testing.TB) *wire { w := blank(t); w.track(300); return w },
	"400 written": func(t testing.TB) *wire {
		w := blank(t)
		w.tao()
		w.fill(0, 400)
		return w
	},
	"reserved": func(t testing.TB) *wire {
		w := blank(t)
		w.tao()
		w.ok("53 00 00 00 00 00 00 04 00 00")
		return w
	},
	"new session": func(t testing.TB) *wire { w := blank(t); w.track(300); w.closeSession(3); return w },
	"finalized":   func(t testing.TB) *wire { w := blank(t); w.track(300); w.closeSession(0); w.tao(); return w },
	"locked":      func(t testing.TB) *wire { w := blank(t); w.ok("1E 00 00 00 01 00"); return w },
	"locked for good": func(t testing.TB) *wire {
		w := blank(t)
		w.ok("1E 00 00 00 03 00")
		return w
	},
	"blank CD-RW": func(t testing.TB) *wire { w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDRW80)}); w.tao(); return w },
	"calibrated a hundred times": func(t testing.TB) *wire {
		w := blank(t)
		for range 100 {
			w.none("54 01 00 00 00 00 00 00 00 00")
		}
		return w
	},
	"calibrated 94 times": func(t testing.TB) *wire {
		w := blank(t)
		for range 94 {
			w.ok("54 01 00 00 00 00 00 00 00 00")
		}
		return w
	},
}

// The error matrix: the answer to a command in a situation. "13" is the section of the
// MMC reference with the table "situation, preferred sense, also seen"; a drive without
// oddities gives the preferred one. Other numbers are its other sections. R8, R11 and
// B203 are Pioneer's command manuals, which take precedence.
var errorMatrix = []struct {
	row, situation, cdb string
	out, in             int // bytes to send, or size of the reply buffer
	want                string
}{
	{"13 WRITE to finalized CD-R: 5/30/05 (G13)", "finalized", "2A 00 00 00 00 00 00 00 01 00", 2352, 0, "5/30/05"},
	{"13 WRITE at wrong LBA: 5/21/02, too far", "blank", "2A 00 00 00 00 01 00 00 01 00", 2352, 0, "5/21/02"},
	{"13 WRITE at wrong LBA: 5/21/02, in the pregap", "blank", "2A 00 FF FF FF 6A 00 00 01 00", 2352, 0, "5/21/02"},
	{"13 WRITE at wrong LBA: 5/21/02, over what is recorded", "one track", "2A 00 00 00 00 00 00 00 01 00", 2352, 0, "5/21/02"},
	{"12 NWA is start + N + 152, not + 150", "one track", "2A 00 00 00 01 C2 00 00 01 00", 2352, 0, "5/21/02"},
	{"12 NWA is start + N + 152", "one track", "2A 00 00 00 01 C4 00 00 01 00", 2352, 0, good},
	{"13 WRITE at wrong LBA: 5/21/02, one sector repeated", "400 written", "2A 00 00 00 01 8F 00 00 01 00", 2352, 0, "5/21/02"},
	{"13 WRITE at wrong LBA: 5/21/02, one left out", "400 written", "2A 00 00 00 01 91 00 00 01 00", 2352, 0, "5/21/02"},
	{"13 WRITE beyond capacity: 5/63/00 (G12)", "small disc, 1340 written", "2A 00 00 00 05 3C 00 00 09 00", 9 * 2352, 0, "5/63/00"},
	{"1 usable = lastLeadOut - 2", "small disc, 1340 written", "2A 00 00 00 05 3C 00 00 08 00", 8 * 2352, 0, good},
	{"13 data block type and audio: 5/64/00 (G18)", "blank, page 05h for data", "2A 00 00 00 00 00 00 00 1B 00", 27 * 2352, 0, "5/64/00"},
	{"13 host transfer of the wrong byte count: 5/4B/00", "blank", "2A 00 00 00 00 00 00 00 02 00", 2352, 0, "5/4B/00"},
	{"11 SAO without accepted cue sheet: 5/2C/00", "blank, page 05h for SAO", "2A 00 FF FF FF 6A 00 00 01 00", 2352, 0, "5/2C/00"},
	{"11 transfer length 0: GOOD, nothing written", "blank", "2A 00 00 00 00 00 00 00 00 00", 0, 0, good},

	{"13 no disc: 2/3A/01", "no disc", "00 00 00 00 00 00", 0, 0, "2/3A/01"},
	{"13 no disc, tray open: 2/3A/02", "tray open", "00 00 00 00 00 00", 0, 0, "2/3A/02"},
	{"R8 p. 43: only 3A/00", "plain no disc", "00 00 00 00 00 00", 0, 0, "2/3A/00"},
	{"2 any media-access command: READ DISC INFORMATION", "no disc", "51 00 00 00 00 00 00 00 22 00", 0, 34, "2/3A/01"},
	{"2 any media-access command: READ CD", "no disc", "BE 04 00 00 00 00 00 00 01 10 00 00", 0, 2352, "2/3A/01"},
	{"2 any media-access command: WRITE", "no disc", "2A 00 00 00 00 00 00 00 01 00", 2352, 0, "2/3A/01"},
	{"2 any media-access command: CLOSE", "tray open", "5B 00 02 00 00 00 00 00 00 00", 0, 0, "2/3A/02"},
	{"2 becoming ready: 2/04/01", "spinning up", "00 00 00 00 00 00", 0, 0, "2/04/01"},
	{"2 becoming ready: 2/04/01, READ TOC", "spinning up", "43 00 00 00 00 00 00 02 00 00", 0, 512, "2/04/01"},
	{"2 after power-on: 6/29/00", "just switched on", "00 00 00 00 00 00", 0, 0, "6/29/00"},
	{"2 after power-on: INQUIRY works", "just switched on", "12 00 00 00 24 00", 0, 36, good},
	{"2 after power-on: GET CONFIGURATION works", "just switched on", "46 00 00 00 00 00 00 00 08 00", 0, 8, good},
	{"2 after power-on: GET EVENT works", "just switched on", "4A 01 00 00 10 00 00 00 08 00", 0, 8, good},

	{"13 READ on blank disc: 5/21/00 [?]", "blank", "BE 04 00 00 00 00 00 00 01 10 00 00", 0, 2352, "5/21/00"},
	{"13 READ on blank disc: 5/21/00 [?], READ(10)", "blank", "28 00 00 00 00 00 00 00 01 00", 0, 2048, "5/21/00"},
	{"13 READ TOC on blank disc: 5/24/00 [?]", "blank", "43 02 00 00 00 00 00 02 00 00", 0, 512, "5/24/00"},
	{"9 blank disc: format 1 as well", "blank", "43 02 01 00 00 00 00 02 00 00", 0, 512, "5/24/00"},
	{"9 blank disc: format 2 as well", "blank", "43 02 02 00 00 00 00 02 00 00", 0, 512, "5/24/00"},
	{"9 blank disc: format 5 as well", "blank", "43 02 05 00 00 00 00 02 00 00", 0, 512, "5/24/00"},
	{"9 open session without any closed one: like blank", "one track", "43 02 00 00 00 00 00 02 00 00", 0, 512, "5/24/00"},
	{"9 formats > 5: 5/24/00", "finalized", "43 02 06 00 00 00 00 02 00 00", 0, 512, "5/24/00"},
	{"9 first track wanted > last track: 5/24/00", "finalized", "43 02 00 00 00 00 02 02 00 00", 0, 512, "5/24/00"},
	{"13 READ(10) on audio: 5/64/00 (G18)", "finalized", "28 00 00 00 00 00 00 00 01 00", 0, 2048, "5/64/00"},
	{"13 READ(12) on audio: 5/64/00", "finalized", "A8 00 00 00 00 00 00 00 00 01 00 00", 0, 2048, "5/64/00"},
	{"10 READ CD, sector type mismatch: 5/64/00", "finalized", "BE 08 00 00 00 00 00 00 01 10 00 00", 0, 2352, "5/64/00"},
	{"10 READ CD, illegal flag mix: 5/24/00", "finalized", "BE 04 00 00 00 00 00 00 01 16 00 00", 0, 2352, "5/24/00"},
	{"10 READ CD, reserved sub-channel: 5/24/00", "finalized", "BE 04 00 00 00 00 00 00 01 10 03 00", 0, 2352, "5/24/00"},
	{"10 READ CD, byte 9 = F8h gives 2352 too", "finalized", "BE 00 00 00 00 00 00 00 01 F8 00 00", 0, 2352, good},
	{"10 READ CD past lead-out: 5/21/00", "finalized", "BE 04 00 00 01 2E 00 00 01 10 00 00", 0, 2352, "5/21/00"},
	{"10 LBA -150..-1 readable on few drives (else 5/21/00)", "finalized", "BE 04 FF FF FF FF 00 00 01 10 00 00", 0, 2352, "5/21/00"},
	{"10 READ CD MSF, end < start: 5/24/00", "finalized", "B9 04 00 00 02 05 00 02 04 10 00 00", 0, 2352, "5/24/00"},
	{"10 READ CD MSF, equal: no data", "finalized", "B9 04 00 00 02 05 00 02 05 10 00 00", 0, 2352, good},
	{"10 READ SUB-CHANNEL, bad track: 5/24/00", "finalized", "42 02 40 03 00 00 02 00 18 00", 0, 24, "5/24/00"},
	{"13 READ while a track is open: 5/2C/00", "400 written", "BE 04 00 00 00 00 00 00 01 10 00 00", 0, 2352, "5/2C/00"},
	{"13 READ TRACK INFORMATION must work between WRITEs", "400 written", "52 01 00 00 00 01 00 00 24 00", 0, 36, good},
	{"13 READ DISC INFORMATION must work between WRITEs", "400 written", "51 00 00 00 00 00 00 00 22 00", 0, 34, good},
	{"13 READ BUFFER CAPACITY must work between WRITEs", "400 written", "5C 00 00 00 00 00 00 00 0C 00", 0, 12, good},
	{"13 READ TRACK INFO FFh on finalized: 5/24/00 (G10)", "finalized", "52 01 00 00 00 FF 00 00 1C 00", 0, 28, "5/24/00"},
	{"8 no such track: 5/24/00", "one track", "52 01 00 00 00 03 00 00 24 00", 0, 36, "5/24/00"},
	{"8 no such LBA: 5/24/00", "finalized", "52 00 00 01 00 00 00 00 24 00", 0, 36, "5/24/00"},
	{"8 no such session: 5/24/00", "one track", "52 02 00 00 00 02 00 00 24 00", 0, 36, "5/24/00"},
	{"8 READ DISC INFORMATION types 001, 010: 5/24/00", "blank", "51 01 00 00 00 00 00 00 22 00", 0, 34, "5/24/00"},

	{"13 speed unsupported: GOOD, rounded", "blank", "BB 00 00 01 00 01 00 00 00 00 00 00", 0, 0, good},
	{"13 close with an incomplete track: 5/72/03 (G2, R11 p. 11)", "400 written", "5B 00 02 00 00 00 00 00 00 00", 0, 0, "5/72/03"},
	{"R11 p. 11: 5/72/03 for any track not closed, reserved too", "reserved", "5B 00 02 00 00 00 00 00 00 00", 0, 0, "5/72/03"},
	{"13 close empty session: 5/72/04", "new session", "5B 00 02 00 00 00 00 00 00 00", 0, 0, "5/72/04"},
	{"13 close empty session: 5/72/04, blank", "blank", "5B 00 02 00 00 00 00 00 00 00", 0, 0, "5/72/04"},
	{"11 CLOSE functions 100 and up: 5/24/00 on CD", "one track", "5B 00 06 00 00 00 00 00 00 00", 0, 0, "5/24/00"},
	{"R8 p. 10: function 011 is not valid for CD-R", "one track", "5B 00 03 00 00 00 00 00 00 00", 0, 0, "5/24/00"},
	{"R8 p. 10: function 000 is not valid for CD-R", "one track", "5B 00 00 00 00 00 00 00 00 00", 0, 0, "5/24/00"},
	{"11 CLOSE TRACK, already closed: GOOD", "one track", "5B 00 01 00 00 01 00 00 00 00", 0, 0, good},
	{"R8 p. 10: CLOSE TRACK on the invisible track does nothing", "one track", "5B 00 01 00 00 02 00 00 00 00", 0, 0, good},
	{"11 CLOSE TRACK of a track that isn't there", "one track", "5B 00 01 00 00 09 00 00 00 00", 0, 0, "5/24/00"},
	{"11 REPAIR TRACK, not damaged: GOOD or 5/24/00", "one track", "58 00 00 00 00 01 00 00 00 00", 0, 0, good},
	{"11 SYNCHRONIZE CACHE with nothing cached: GOOD", "blank", "35 00 00 00 00 00 00 00 00 00", 0, 0, good},
	{"13 PCA full: 3/73/02", "calibrated a hundred times", "54 01 00 00 00 00 00 00 00 00", 0, 0, "3/73/02"},
	{"13 PCA nearly full: 1/73/01", "calibrated 94 times", "54 01 00 00 00 00 00 00 00 00", 0, 0, "1/73/01"},
	{"13 eject locked: 5/53/02", "locked", "1B 00 00 00 02 00", 0, 0, "5/53/02"},
	{"3 persistent prevent locks as well", "locked for good", "1B 00 00 00 02 00", 0, 0, "5/53/02"},
	{"3 persistent conflict: 5/2C/06", "locked for good", "1E 00 00 00 01 00", 0, 0, "5/2C/06"},
	{"13 BLANK on CD-R: 5/30/05 (G13)", "one track", "A1 01 00 00 00 00 00 00 00 00 00 00", 0, 0, "5/30/05"},
	{"11 unsupported type of BLANK: 5/24/00", "blank CD-RW", "A1 07 00 00 00 00 00 00 00 00 00 00", 0, 0, "5/24/00"},
	{"11 SEND CUE SHEET: forty zeros are not a sheet", "blank, page 05h for SAO", "5D 00 00 00 00 00 00 00 28 00", 40, 0, "5/26/00"},
	{"11 FORMAT UNIT: 5/20/00", "blank CD-RW", "04 11 00 00 00 00", 12, 0, "5/20/00"},

	{"11 RESERVE TRACK with an open track: 5/2C/00", "400 written", "53 00 00 00 00 00 00 04 00 00", 0, 0, "5/2C/00"},
	{"11 RESERVE TRACK above free: 5/63/00", "small blank", "53 00 00 00 00 00 00 05 45 00", 0, 0, "5/63/00"},
	{"11 RESERVE TRACK of all that is free", "small blank", "53 00 00 00 00 00 00 05 44 00", 0, 0, good},
	{"vendor 8: refused when page 05h says SAO", "blank, page 05h for SAO", "53 00 00 00 00 00 00 04 00 00", 0, 0, "5/2C/00"},
	{"11 RESERVE TRACK on a finalized disc", "finalized", "53 00 00 00 00 00 00 04 00 00", 0, 0, "5/30/05"},
	{"11 WRITE beyond a reservation: 5/63/00", "reserved", "2A 00 00 00 00 00 00 04 01 00", 0, 0, "5/63/00"},

	{"2 unknown opcode: 5/20/00", "blank", "FE 00 00 00 00 00", 0, 0, "5/20/00"},
	{"3 MODE SENSE(6) on ATAPI: 5/20/00", "blank", "1A 00 2A 00 FF 00", 0, 255, "5/20/00"},
	{"3 LOAD/UNLOAD MEDIUM on a plain tray: 5/20/00", "blank", "A6 00 00 00 02 00 00 00 00 00 00 00", 0, 0, "5/20/00"},
	{"2 reserved CDB bit: 5/24/00", "blank", "00 00 01 00 00 00", 0, 0, "5/24/00"},
	{"2 reserved CDB bit: 5/24/00, Control", "blank", "51 00 00 00 00 00 00 00 22 80", 0, 34, "5/24/00"},
	{"11 RelAdr must be 0", "blank", "2A 01 00 00 00 00 00 00 01 00", 2352, 0, "5/24/00"},
	{"2 LUN != 0: 5/25/00", "blank", "00 20 00 00 00 00", 0, 0, "5/25/00"},
	{"3 INQUIRY, page without EVPD: 5/24/00", "blank", "12 00 80 00 24 00", 0, 36, "5/24/00"},
	{"3 INQUIRY, unsupported page: 5/24/00", "blank", "12 01 B0 00 24 00", 0, 36, "5/24/00"},
	{"3 MODE SENSE, unsupported page: 5/24/00", "blank", "5A 00 30 00 00 00 00 00 FF 00", 0, 255, "5/24/00"},
	{"3 MODE SENSE, saved values: 5/39/00", "blank", "5A 00 C5 00 00 00 00 00 FF 00", 0, 255, "5/39/00"},
	{"3 MODE SELECT, PF 0: 5/24/00", "blank", "55 00 00 00 00 00 00 00 3C 00", 60, 0, "5/24/00"},
	{"3 MODE SELECT, SP 1: 5/24/00", "blank", "55 11 00 00 00 00 00 00 3C 00", 60, 0, "5/24/00"},
	{"3 MODE SELECT, list length 0", "blank", "55 10 00 00 00 00 00 00 00 00", 0, 0, good},
	{"3 MODE SELECT, list cuts the header: 5/1A/00", "blank", "55 10 00 00 00 00 00 00 07 00", 7, 0, "5/1A/00"},
	{"4 GET CONFIGURATION, RT 11: 5/24/00", "blank", "46 03 00 00 00 00 00 00 08 00", 0, 8, "5/24/00"},
	{"5 GET EVENT STATUS, asynchronous: 5/24/00", "blank", "4A 00 00 00 10 00 00 00 08 00", 0, 8, "5/24/00"},
	{"6 GET PERFORMANCE, unknown type: 5/24/00", "blank", "AC 00 00 00 00 00 00 00 00 01 09 00", 0, 24, "5/24/00"},
}

func TestErrorMatrix(t *testing.T) {
	for _, row := range errorMatrix {
		t.Run(row.row, func(t *testing.T) {
			w := situations[row.situation](t)
			before := w.state()
			dir, data := scsi.NoData, []byte(nil)
			switch {
			case row.out > 0:
				dir, data = scsi.DataOut, make([]byte, row.out)
			case row.in > 0:
				dir, data = scsi.DataIn, make([]byte, row.in)
			case strings.HasPrefix(row.cdb, "2A 00 00 00 00 00 00 04 01"):
				// 1025 sectors exceed any single transfer. With 16-bit counts the drive
				// must check the end of the disc before it looks at the data.
				dir, data = scsi.DataOut, make([]byte, 1)
			}
			got, n := w.send(row.cdb, dir, data)
			assert.Equal(t, row.want, got)
			if row.want != good {
				assert.Zero(t, n, "an error comes without data")
				if !strings.HasPrefix(row.want, "1/") && !strings.HasPrefix(row.want, "6/") {
					assert.Equal(t, before, w.state(), "a refused command changes nothing")
				}
			}
		})
	}
}

// state is the true contents of the disc, as text.
func (w *wire) state() string {
	disc := w.d.Disc()
	if disc == nil {
		return "no disc"
	}
	return fmt.Sprintf("%+v %+v %+v", disc.Summary(), disc.Tracks(), disc.Sessions())
}

// If a WRITE has several faults, the first in section 11's list is reported.
func TestOrderOfChecks(t *testing.T) {
	m := sim.CDR80
	m.LeadOut, m.Groove = toc.MSF{S: 20}, 1350+6750
	w := plug(t, sim.Config{Disc: sim.NewDisc(m)})
	const (
		wrongAddress = "2A 00 00 00 77 77 00 00 1B 00" // and beyond the disc
		beyond       = "2A 00 00 00 00 00 00 06 00 00" // and of the wrong byte count
	)
	send := func(cdb string) string {
		answer, _ := w.send(cdb, scsi.DataOut, make([]byte, 2000))
		return answer
	}
	w.taoWith(func(p []byte) { p[3], p[4] = 0x04, 0x08 })
	assert.Equal(t, "5/64/00", send(wrongAddress), "mode before address")
	w.tao()
	assert.Equal(t, "5/21/02", send(wrongAddress), "address before capacity")
	assert.Equal(t, "5/63/00", send(beyond), "capacity before amount")
	w.track(300)
	w.closeSession(0)
	w.taoWith(func(p []byte) { p[3], p[4] = 0x04, 0x08 })
	assert.Equal(t, "5/30/05", send(wrongAddress), "a disc that can't be written before all of them")
	w.d.Eject()
	assert.Equal(t, "2/3A/02", send(wrongAddress), "no disc before anything")
}

// Parameter lists of MODE SELECT with one fault each (sections 3, 7).
func TestBadPages(t *testing.T) {
	w := blank(t)
	list := func(change func(p []byte)) []byte {
		l := append(make([]byte, 8), tao05(nil)...)
		change(l)
		return l
	}
	for _, c := range []struct {
		what string
		list []byte
		want string
	}{
		{"valid", list(func([]byte) {}), good},
		{"list length cutting a page: 5/1A/00", list(func([]byte) {})[:50], "5/1A/00"},
		{"unknown page: 5/26/00", list(func(l []byte) { l[8] = 0x30 }), "5/26/00"},
		{"read only page: 5/26/00", list(func(l []byte) { l[8] = 0x2A }), "5/26/00"},
		{"PS bit set: 5/26/00", list(func(l []byte) { l[8] |= 0x80 }), "5/26/00"},
		{"wrong page length: 5/26/00", list(func(l []byte) { l[9] = 0x30 }), "5/26/00"},
		{"block descriptor: 5/26/00", list(func(l []byte) { l[7] = 8 }), "5/26/00"},
		{"reserved bit: 5/26/00", list(func(l []byte) { l[10] |= 0x80 }), "5/26/00"},
		{"write type 4, layer jump: 5/26/00 on CD", list(func(l []byte) { l[10] = 0x44 }), "5/26/00"},
		{"multi-session 10 is reserved", list(func(l []byte) { l[11] = 0x80 }), "5/26/00"},
		{"data block type 4 is reserved", list(func(l []byte) { l[12] = 0x04 }), "5/26/00"},
		{"audio with mode 1 blocks", list(func(l []byte) { l[12] = 0x08 }), "5/26/00"},
		{"session format 30h", list(func(l []byte) { l[16] = 0x30 }), "5/26/00"},
		{"G28: packet page of pktsetup", list(func(l []byte) {
			copy(l[10:], []byte{0x20, 0x27, 0x0A, 0, 0, 0, 0x20, 0, 0, 0, 0, 0x20})
		}), "5/26/00"},
		{"MCN with letters", list(func(l []byte) { l[24] = 0x80; copy(l[25:], "40063813339XX") }), "5/26/00"},
		{"ISRC with digits for the country", list(func(l []byte) { l[40] = 0x80; copy(l[41:], "12ABC1234567") }), "5/26/00"},
	} {
		answer, _ := w.send(fmt.Sprintf("55 10 00 00 00 00 00 00 %02X 00", len(c.list)), scsi.DataOut, c.list)
		assert.Equal(t, c.want, answer, c.what)
	}
	assert.Equal(t, quoted("05 32 41 00 00 00 00 00 00 00 00 00 00 00 00 96"), w.hex("5A 00 05 00 00 00 00 00 18 00", 24)[16:],
		"the page is the last good one")
}

// Section 7: the page can change while a track is open; the test write bit can't.
func TestTestWriteIsFixedInsideATrack(t *testing.T) {
	w := blank(t)
	w.tao()
	w.fill(0, 400)
	assert.Equal(t, "5/2C/00", w.mode(tao05(func(p []byte) { p[2] |= 0x10 })))
	assert.Equal(t, good, w.mode(tao05(func(p []byte) { p[3] = 0xC0 })))
	assert.Equal(t, good, w.write(400, 27))
}

// Section 2: "INQUIRY, GET CONFIGURATION, GET EVENT STATUS NOTIFICATION, REQUEST SENSE,
// READ BUFFER CAPACITY" work during a background operation.
func TestWhatWorksMeanwhile(t *testing.T) {
	w := blank(t)
	w.track(300)
	w.tao()
	w.ok("5B 01 02 00 00 00 00 00 00 00")
	for cdb, n := range map[string]int{
		"12 00 00 00 24 00": 36, "46 00 00 00 00 00 00 00 08 00": 8, "4A 01 00 00 10 00 00 00 08 00": 8,
		"03 00 00 00 12 00": 18, "5C 00 00 00 00 00 00 00 0C 00": 12,
	} {
		w.in(cdb, n)
	}
	for cdb, n := range map[string]int{
		"BE 04 00 00 00 00 00 00 01 10 00 00": 2352, "43 02 00 00 00 00 00 02 00 00": 512,
	} {
		assert.Equal(t, "2/04/08", w.refused(cdb, n), cdb)
	}
	assert.Equal(t, "2/04/08", w.write(452, 1))
	assert.Equal(t, "2/04/08", w.none("1B 00 00 00 02 00"), "the tray stays shut")
	w.sleep(time.Hour)
	assert.Equal(t, good, w.none("00 00 00 00 00 00"))
}
