package sim_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// wait advances the drive's time.
func (h *host) wait(d time.Duration) {
	h.t.Helper()
	require.NoError(h.t, h.d.Sleep(context.Background(), d))
}

func personality(t *testing.T, name string) sim.Personality {
	p, err := sim.PersonalityByName(name)
	require.NoError(t, err)
	return p
}

// word is a big-endian number of two bytes.
func word(b []byte) int { return int(b[0])<<8 | int(b[1]) }

const (
	flush     = "35 02 00 00 00 00 00 00 00 00"
	closeIt   = "5B 01 02 00 00 00 00 00 00 00"
	unitReady = "00 00 00 00 00 00"
)

// status is byte 2 of READ DISC INFORMATION.
func (h *host) status() byte {
	h.t.Helper()
	return h.get("51 00 00 00 00 00 00 00 22 00", 34)[2]
}

// chunk writes 27 sectors at an address.
func (h *host) chunk(lba int) string {
	h.t.Helper()
	a, _ := h.do("2A 00 "+hex32(lba)+" 00 00 1B 00", music(1, 27), 0)
	return a
}

// The oddities of drives that other projects described.
var fieldOddities = map[string]func(t *testing.T, name string){
	"next-nwa-2": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		assert.Equal(t, 402, h.nwa())
		assert.Equal(t, "5/21/02", h.write(552, music(2, 27)))
		require.Equal(t, "ok", h.write(402, music(2, 300)))
		h.sync()
		h.closeSession()
		assert.Equal(t, cdb("00 10 02 00 00 00 01 92"), h.get("43 00 00 00 00 00 02 00 FF 00", 255)[4:12])
	},
	"long-lists": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		b := h.get("46 02 00 00 00 00 00 04 00 00", 1024)
		assert.Equal(t, cdb("00 00 03 40 00 40 00 00 00 50 00 00 00 12 00 00 00 11 00 00 00 15 00 00 00 16 00 00 00 14 00 00 00 13 00 00 "+
			"00 1A 00 00 00 1B 00 00 00 2B 00 00 00 10 00 00 00 09 01 00 00 0A 00 00 00 08 00 00 00 02 00 00"), b[8:])
		all := h.get("46 00 00 00 00 00 00 08 00 00", 2048)
		assert.Equal(t, len(all)-4, be32(all))
		assert.Equal(t, make([]byte, 27*4), all[len(all)-27*4:])
		assert.Equal(t, cdb("FF 10 01 18 00 0A 00 06 10 8A 06 E4 02 C2 00 09 00 0A 21 13 16 0D 0B 06 05 83 02 C2"), all[len(all)-27*4-28:len(all)-27*4])
		assert.Equal(t, cdb("FF 02 01 00"), h.get("46 02 FF 02 00 00 00 00 FF 00", 255)[8:])
	},
	"track-size-zero":  func(t *testing.T, name string) { tooEarly(t, name, flush, 0) },
	"track-size-grows": func(t *testing.T, name string) { tooEarly(t, name, flush, 200) },
	"close-track-async": func(t *testing.T, name string) {
		tooEarly(t, name, "5B 00 01 00 00 01 00 00 00 00", 200)
	},
	"atip-ff": func(t *testing.T, name string) {
		assert.Equal(t, cdb("00 1A 00 00 D0 00 98 00 61 1A 42 00 4F 3B 47 00 FF FF FF 00 FF FF FF 00 FF FF FF 00"),
			newHost(t, name, sim.CDR80).get("43 02 04 00 00 00 00 00 1C 00", 28))
		// Everything valid is as on any drive.
		assert.Equal(t, cdb("24 1A D8 00 26 B2 48 00 FF FF FF 00"), newHost(t, name, sim.CDRW80).get("43 02 04 00 00 00 00 00 1C 00", 28)[16:])
	},
	"atip-80": func(t *testing.T, name string) {
		assert.Equal(t, cdb("00 00 80 00 00 80 00 00 00 80 80 00"), newHost(t, name, sim.CDR80).get("43 02 04 00 00 00 00 00 1C 00", 28)[16:])
	},
	"buffer-988416": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		assert.Equal(t, cdb("00 0A 00 00 00 0F 15 00 00 0F 15 00"), h.get("5C 00 00 00 00 00 00 00 0C 00", 12))
		assert.Equal(t, 2048, word(h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8+12:]))
	},
	"buffer-audio": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		assert.Equal(t, cdb("00 0A 00 00 00 49 48 E0 00 49 48 E0"), h.get("5C 00 00 00 00 00 00 00 0C 00", 12))
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.chunk(0))
		assert.Equal(t, 2015*2352, be32(h.get("5C 00 00 00 00 00 00 00 0C 00", 12)[8:]), "to the byte")
	},
	"usbs-tails": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		spoiled, last := 0, ""
		for range 14 {
			if last = string(h.get("5C 00 00 00 00 00 00 00 0C 00", 12)[8:]); last == "USBS" {
				spoiled++
			}
		}
		assert.Equal(t, 2, spoiled)
	},
	"performance-lun": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.refuses("5/25/00", "AC 00 00 00 00 00 00 00 00 10 03 00")
		assert.Zero(t, word(h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8+30:]))
	},
	"profile-after-test": func(t *testing.T, name string) {
		profile := func(h *host) int { return word(h.get("46 02 00 00 00 00 00 00 08 00", 8)[6:]) }
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(0x11, 0))
		assert.Equal(t, 9, profile(h))
		require.Equal(t, "ok", h.write(0, music(1, 300)))
		h.sync()
		assert.Equal(t, 2, profile(h))
		assert.True(t, h.d.Disc().Summary().Blank)
		h.must("1B 00 00 00 02 00")
		h.must("1B 00 00 00 03 00")
		h.ready()
		assert.Equal(t, 9, profile(h))
	},
	"first-write-held": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		began, held := h.d.Now(), 0
		for h.chunk(0) == "2/04/08" {
			h.wait(40 * time.Millisecond)
			held++
		}
		assert.Greater(t, held, 300, "repeats 40 ms apart")
		assert.InDelta(t, 13.3, h.d.Now().Sub(began).Seconds(), 0.2)
		assert.Equal(t, "ok", h.chunk(27))
	},
	"close-at-once": func(t *testing.T, name string) { quietClose(t, name, "ok") },
	"close-5-72-03": func(t *testing.T, name string) { quietClose(t, name, "5/72/03") },
	"close-2-04-07": func(t *testing.T, name string) { saidToFail(t, name, "2/04/07") },
	"close-2-04-08": func(t *testing.T, name string) { saidToFail(t, name, "2/04/08") },
	"close-6-2e":    func(t *testing.T, name string) { saidToFail(t, name, "6/2E/00") },
	"changed-after-flush": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		require.Equal(t, "ok", h.write(h.nwa(), music(1, 300)))
		h.must(flush)
		h.wait(time.Minute)
		h.refuses("6/28/00", unitReady)
		h.must(unitReady)
		h.closeSession()
		h.must(unitReady)
	},
	"changed-after-close": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.must(closeIt)
		h.wait(10 * time.Minute)
		h.refuses("6/28/00", "51 00 00 00 00 00 00 00 22 00")
		assert.Equal(t, byte(0x0E), h.status())
	},
	"info-last-small": func(t *testing.T, name string) { lastTrack(t, name, 2, 3) },
	"toc-last-small":  func(t *testing.T, name string) { lastTrack(t, name, 3, 2) },
	"busy-status": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		taken, busy := 0, 0
		for range 40 {
			req := scsi.Request{CDBLen: 10, Dir: scsi.DataOut, Data: music(1, 27)}
			copy(req.CDB[:], cdb("2A 00 "+hex32(27*taken)+" 00 00 1B 00"))
			res, err := h.d.Do(context.Background(), &req)
			require.NoError(t, err)
			if res.Status == scsi.Busy {
				assert.Empty(t, res.Sense)
				busy++
				continue
			}
			taken++
		}
		assert.Positive(t, busy)
		assert.Equal(t, 27*taken, h.nwa())
	},
	"busy-2-04-07": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(0x41, 0))
		lba := 0
		for ; h.chunk(lba) == "ok"; lba += 27 {
		}
		assert.Equal(t, "2/04/07", h.chunk(lba))
		h.refuses("2/04/07", "52 01 00 00 00 FF 00 00 24 00")
		h.must(unitReady)
		h.wait(time.Minute)
		assert.Equal(t, lba, h.nwa(), "the buffer is empty")
	},
	"free-zero": func(t *testing.T, name string) {
		info := newHost(t, name, sim.CDR80).track(0xFF)
		assert.Equal(t, track{number: 1, session: 1, blank: true, nwaValid: true, size: 359844, length: 36}, info)
	},
	"free-huge": func(t *testing.T, name string) {
		assert.Equal(t, 0x7FFFFFFF, newHost(t, name, sim.CDR80).track(0xFF).free)
	},
	"forgets-speed": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.must("BB 00 FF FF 02 C2 00 00 00 00 00 00")
		kBps, _ := h.current()
		assert.Equal(t, 706, kBps)
		h.selectPage(page05(1, 0))
		h.burnTrack(music(1, 300))
		kBps, _ = h.current()
		assert.Equal(t, 8467, kBps)
	},
	"stuck": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		lba := 0
		for ; h.chunk(lba) == "ok"; lba += 27 {
		}
		assert.Equal(t, 297, lba)
		h.wait(time.Hour)
		assert.Equal(t, "2/04/08", h.chunk(lba))
		h.refuses("2/04/08", flush)
		h.wait(time.Hour)
		h.refuses("2/04/08", unitReady)
		h.d.PowerCycle()
		h.ready()
		assert.True(t, h.d.Disc().Summary().Blank, "the laser never started")
	},
	"tray-locked": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.refuses("5/53/02", "1B 00 00 00 02 00")
		h.must("1E 00 00 00 00 00")
		h.must("1B 00 00 00 02 00")
	},
	"configuration-cut": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		b := h.get("46 00 00 00 00 00 00 04 00 00", 1024)
		assert.Len(t, b, 250)
		assert.Greater(t, be32(b), 300)
	},
	"never-ready": func(t *testing.T, name string) {
		h := &host{t: t, d: sim.New(sim.Config{Personality: personality(t, name), Disc: sim.NewDisc(sim.CDR80)})}
		h.wait(time.Minute)
		h.refuses("6/29/00", unitReady)
		h.refuses("6/28/00", unitReady)
		h.refuses("2/04/00", unitReady)
		h.wait(time.Hour)
		h.refuses("2/04/00", unitReady)
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.write(h.nwa(), music(1, 300)))
		h.must("35 00 00 00 00 00 00 00 00 00")
		h.must("5B 00 02 00 00 00 00 00 00 00")
		assert.Equal(t, byte(0x0E), h.status())
	},
	"ready-early": func(t *testing.T, name string) {
		h := &host{t: t, d: sim.New(sim.Config{Personality: personality(t, name), Disc: sim.NewDisc(sim.CDR80)})}
		for first(h.do(unitReady, nil, 0)) != "ok" {
			h.wait(100 * time.Millisecond)
		}
		h.refuses("2/04/01", "51 00 00 00 00 00 00 00 22 00")
		h.refuses("2/04/01", "52 01 00 00 00 FF 00 00 24 00")
		h.must(unitReady)
		h.wait(4 * time.Second)
		assert.Equal(t, byte(0), h.status())
	},
	"flush-busy": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(0x41, 0))
		require.Equal(t, "ok", h.write(0, music(1, 300)))
		h.refuses("2/04/08", flush)
		h.must(unitReady)
		h.refuses("5/72/03", closeIt)
		h.wait(time.Minute)
		h.must(flush)
		h.ready()
		h.closeSession()
	},
	"hangs-below-0": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.closeSession()
		a, _ := h.do("BE 04 FF FF FF FF 00 00 02 10 00 00", nil, 2*blockCD)
		assert.Contains(t, a, "error: ")
		assert.Len(t, h.readCD(0, 2), 2*blockCD)
	},
	"modes-changed": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		h.refuses("6/2A/01", unitReady)
		h.must(unitReady)
		h.must("BB 00 FF FF FF FF 00 00 00 00 00 00")
		h.refuses("6/2A/01", "52 01 00 00 00 FF 00 00 24 00")
		assert.Equal(t, 0, h.nwa())
	},
	"blanks-all-only": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDRW80)
		h.refuses("5/24/00", "A1 01 00 00 00 00 00 00 00 00 00 00")
		h.must("A1 00 00 00 00 00 00 00 00 00 00 00")
		assert.True(t, h.d.Disc().Summary().Blank)
	},
	"no-immed":      func(t *testing.T, name string) { noImmed(t, name, "5/24/00") },
	"immed-2-00-00": func(t *testing.T, name string) { noImmed(t, name, "2/00/00") },
}

// tooEarly ends a track with a command that returns at once. The drive shows in each way
// but one when it is done; a second track that is written before is lost.
func tooEarly(t *testing.T, name, end string, size int) {
	finish := func() *host {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.write(0, music(1, 400)))
		if end != flush {
			h.sync()
		}
		h.must(end)
		h.must(unitReady)
		h.wait(11500 * time.Millisecond)
		assert.InDelta(t, size, h.track(1).size, 30)
		h.must(unitReady)
		assert.Equal(t, byte(0x05), h.status())
		assert.Equal(t, 552, h.nwa())
		return h
	}
	h := finish()
	h.refuses("5/72/03", closeIt)
	h.wait(time.Minute)
	assert.Equal(t, 400, h.track(1).size)
	require.Equal(t, "ok", h.write(552, music(2, 300)))
	h.must(flush)
	if end != flush {
		h.ready()
		h.must("5B 00 01 00 00 02 00 00 00 00")
	}
	h.wait(time.Minute)
	h.closeSession()
	requireSame(t, music(2, 300), truth(t, h.d.Disc(), 552, 300))

	h = finish()
	var answers strings.Builder
	for i := range 4 {
		answers.WriteString(h.chunk(552+27*i) + " ")
	}
	assert.Equal(t, "ok ok ok 6/29/00 ", answers.String())
	assert.Equal(t, "complete", h.d.Disc().Tracks()[0].State)
	for _, lost := range h.d.Disc().Tracks()[1:] {
		assert.True(t, lost.Damaged)
	}

	// Power that fails before the end leaves the track damaged.
	h = finish()
	h.d.PowerCycle()
	require.Len(t, h.d.Disc().Tracks(), 1)
	assert.True(t, h.d.Disc().Tracks()[0].Damaged)
}

// quietClose closes a session on a drive where only READ DISC INFORMATION shows the
// progress.
func quietClose(t *testing.T, name, says string) {
	h := odd(t, name, sim.CDR80)
	h.refuses(says, closeIt)
	for range 100 {
		h.must(unitReady)
		assert.Equal(t, byte(0x05), h.status(), "still open")
		h.refuses("5/72/03", "5B 00 02 00 00 00 00 00 00 00")
		h.wait(time.Second)
	}
	h.refuses("2/04/08", "1B 00 00 00 02 00")
	h.wait(time.Minute)
	assert.Equal(t, byte(0x0E), h.status())
	assert.Len(t, h.d.Disc().Sessions(), 1)
}

// saidToFail closes a session with a command that is answered with an error but takes
// effect.
func saidToFail(t *testing.T, name, says string) {
	h := odd(t, name, sim.CDR80)
	h.refuses(says, "5B 00 02 00 00 00 00 00 00 00")
	h.refuses("2/04/08", unitReady)
	h.ready()
	assert.Equal(t, byte(0x0E), h.status())
}

// lastTrack reads both tables of a closed disc of three tracks for the last track.
func lastTrack(t *testing.T, name string, info, table int) {
	h := odd(t, name, sim.CDR80)
	h.burnTrack(music(2, 300))
	h.burnTrack(music(3, 300))
	h.closeSession()
	assert.Equal(t, info, int(h.get("51 00 00 00 00 00 00 00 22 00", 34)[6]))
	b := h.get("43 00 00 00 00 00 01 00 FF 00", 255)
	assert.Equal(t, table, int(b[3]))
	assert.Len(t, b, 4+4*8, "no track is missing")
}

// noImmed checks that only commands without IMMED are carried out.
func noImmed(t *testing.T, name, says string) {
	h := newHost(t, name, sim.CDRW80)
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(0, music(1, 400)))
	h.refuses(says, flush)
	assert.Equal(t, "open", h.d.Disc().Tracks()[0].State)
	h.must("35 00 00 00 00 00 00 00 00 00")
	h.refuses(says, closeIt)
	h.must("5B 00 02 00 00 00 00 00 00 00")
	h.refuses(says, "A1 11 00 00 00 00 00 00 00 00 00 00")
	h.must("A1 01 00 00 00 00 00 00 00 00 00 00")
	assert.True(t, h.d.Disc().Summary().Blank)
}

// A flush that never ends takes until the host's timeout.
func TestStuckFlushWithoutImmed(t *testing.T) {
	h := newHost(t, "stuck", sim.CDR80)
	h.selectPage(page05(1, 0))
	for lba := 0; h.chunk(lba) == "ok"; lba += 27 {
	}
	req := scsi.Request{CDBLen: 10, Timeout: time.Minute}
	copy(req.CDB[:], cdb("35 00 00 00 00 00 00 00 00 00"))
	_, err := h.d.Do(context.Background(), &req)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded, fmt.Sprint(err))
}
