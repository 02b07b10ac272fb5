package sim_test

import (
	"bytes"
	"context"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// odd is a drive with that personality that has recorded one track of 400 sectors; the
// session is open.
func odd(t *testing.T, name string, media sim.Media) *host {
	h := newHost(t, name, media)
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(0, music(1, 400)))
	h.do("35 02 00 00 00 00 00 00 00 00", nil, 0)
	h.ready()
	return h
}

// Every oddity has the described effect, and the disc is valid.
var oddities = map[string]func(t *testing.T, name string){
	"blocks": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		for i := range 40 { // one and a half megabytes more than the buffer holds
			a, _ := h.do("2A 00 "+hex32(27*i)+" 00 00 1B 00", music(1, 27), 0)
			require.Equal(t, "ok", a)
		}
	},
	"busy-2-04-08": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		answers := map[string]int{}
		for i := range 40 {
			a, _ := h.do("2A 00 "+hex32(27*answers["ok"])+" 00 00 1B 00", music(uint64(i), 27), 0)
			answers[a]++
		}
		assert.Len(t, answers, 2)
		assert.Positive(t, answers["2/04/08"])
		assert.Equal(t, 27*answers["ok"], h.nwa(), "a refused WRITE was not taken")
	},
	"descriptor-sense": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		assert.Equal(t, byte(0x72), h.get("03 00 00 00 FC 00", 252)[0])
		h.refuses("5/24/00", "43 00 00 00 00 00 00 00 0C 00")
	},
	"short-2a": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		assert.Equal(t, []byte{0x2A, 0x12}, h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8:10])
		assert.Len(t, h.get("5A 00 2A 00 00 00 00 00 FF 00", 255), 8+2+0x12)
		h.refuses("5/20/00", "AC 00 00 00 00 00 00 00 00 01 03 00")
	},
	"short-05": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		assert.Equal(t, []byte{0x05, 0x0E}, h.get("5A 00 05 00 00 00 00 00 FF 00", 255)[8:10])
		a, _ := h.do("55 10 00 00 00 00 00 00 3C 00", page05(1, 0), 0)
		assert.Equal(t, "5/26/00", a, "a page of another length")
		short := page05(1, 0)[:24]
		short[9] = 0x0E
		h.selectPage(short)
		h.burnTrack(music(1, 300))
		assert.Empty(t, h.d.Disc().Tracks()[0].ISRC)
	},
	"bad-05": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		page := h.get("5A 00 05 00 00 00 00 00 3C 00", 60)
		page[0], page[1], page[10], page[11], page[12] = 0, 0, 0x01, 0, 0
		a, _ := h.do("55 10 00 00 00 00 00 00 3C 00", page, 0)
		assert.Equal(t, "5/26/00", a, "the drive's own value")
		h.selectPage(page05(1, 0))
	},
	"block-descriptor": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		assert.Equal(t, cdb("00 42 11 00 00 00 00 08 00 00 00 00 00 00 08 00 05 32"), h.get("5A 00 05 00 00 00 00 00 FF 00", 255)[:18])
		assert.Equal(t, cdb("00 3A 11 00 00 00 00 00 05 32"), h.get("5A 08 05 00 00 00 00 00 FF 00", 255)[:10])
		// wodim sends the block length back as it got it.
		list := append(cdb("00 00 00 00 00 00 00 08 00 00 00 00 00 00 08 00"), page05(1, 0)[8:]...)
		a, _ := h.do("55 10 00 00 00 00 00 00 44 00", list, 0)
		assert.Equal(t, "ok", a)
		assert.Equal(t, byte(1), h.get("5A 08 05 00 00 00 00 00 FF 00", 255)[10]&0x0F)
		// And for a track it selects the track's sector size.
		list[14], list[15] = 0x09, 0x30
		a, _ = h.do("55 10 00 00 00 00 00 00 44 00", list, 0)
		assert.Equal(t, "ok", a)
		assert.Equal(t, cdb("00 00 09 30 05 32"), h.get("5A 00 05 00 00 00 00 00 FF 00", 255)[12:18])
		h.burnTrack(music(1, 300))
		list[14], list[15] = 0x01, 0x00
		a, _ = h.do("55 10 00 00 00 00 00 00 44 00", list, 0)
		assert.Equal(t, "5/26/00", a, "not a block length of a CD")
		a, _ = newHost(t, "", sim.CDR80).do("55 10 00 00 00 00 00 00 44 00", list, 0)
		assert.Equal(t, "5/26/00", a, "other drives")
	},
	"refuses-speed": func(t *testing.T, name string) {
		newHost(t, name, sim.CDR80).refuses("5/24/00", "BB 00 FF FF FF FF 00 00 00 00 00 00")
	},
	"mmc1": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.refuses("5/20/00", "46 00 00 00 00 00 00 00 08 00")
		h.refuses("5/20/00", "5C 00 00 00 00 00 00 00 0C 00")
		assert.Len(t, h.get("52 01 00 00 00 01 00 00 24 00", 36), 28)
	},
	"old": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		a, _ := h.do("55 10 00 00 00 00 00 00 3C 00", page05(0x41, 0), 0)
		assert.Equal(t, "5/26/00", a, "BURN-free")
		assert.Zero(t, h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8+4]&0x80)
	},
	"no-feature-2d": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		assert.Len(t, h.get("46 02 00 2D 00 00 00 00 FF 00", 255), 8)
		assert.Len(t, newHost(t, "", sim.CDR80).get("46 02 00 2D 00 00 00 00 FF 00", 255), 16)
	},
	"nwa-minus-150": func(t *testing.T, name string) {
		assert.Equal(t, -150, newHost(t, name, sim.CDR80).track(0xFF).nwa)
		assert.Equal(t, 552, odd(t, name, sim.CDR80).nwa())
	},
	"next-nwa-150": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		assert.Equal(t, 550, h.nwa())
		h.selectPage(page05(1, 0))
		h.burnTrack(music(2, 300))
		h.closeSession()
		requireSame(t, music(2, 300), h.readCD(550, 300))
	},
	"track-size-n2": func(t *testing.T, name string) {
		assert.Equal(t, 402, odd(t, name, sim.CDR80).track(1).size)
	},
	"start-with-pregap": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		h.burnTrack(music(2, 300))
		info := h.track(2)
		assert.Equal(t, []int{402, 450}, []int{info.start, info.size})
	},
	"rt0-finished": func(t *testing.T, name string) { assert.False(t, odd(t, name, sim.CDR80).track(1).rt) },
	"rt1-finished": func(t *testing.T, name string) { assert.True(t, odd(t, name, sim.CDR80).track(1).rt) },
	"sync-leaves-open": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		info := h.track(0xFF)
		assert.Equal(t, []int{1, 0, 400}, []int{info.number, info.start, info.nwa})
		h.refuses("5/72/03", "5B 00 02 00 00 00 00 00 00 00")
		require.Equal(t, "ok", h.write(400, music(2, 100)), "the track goes on")
		h.must("35 00 00 00 00 00 00 00 00 00")
		h.must("5B 01 01 00 00 FF 00 00 00 00")
		h.ready()
		assert.Equal(t, 500, h.track(1).size)
		assert.Equal(t, 652, h.nwa())
	},
	"open-for-good": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.refuses("5/24/00", "5B 01 01 00 00 FF 00 00 00 00")
		h.refuses("5/72/03", "5B 00 02 00 00 00 00 00 00 00")
	},
	"refuses-close-track": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.refuses("5/24/00", "5B 01 01 00 00 01 00 00 00 00")
		h.closeSession()
	},
	"refuses-reserve": func(t *testing.T, name string) {
		newHost(t, name, sim.CDR80).refuses("5/20/00", "53 00 00 00 00 00 00 01 90 00")
	},
	"ignores-reserve": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		h.must("53 00 00 00 00 00 00 01 90 00")
		assert.False(t, h.track(0xFF).rt)
		assert.True(t, h.d.Disc().Summary().Blank)
	},
	"reserves-other-size": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDRW80)
		h.selectPage(page05(1, 0))
		h.must("53 00 00 00 00 00 00 01 90 00")
		assert.Equal(t, 416, h.track(1).size)
		h.must("A1 03 00 00 00 00 00 00 00 00 00 00")
		assert.True(t, h.d.Disc().Summary().Blank)
	},
	"ffh-after-reservation": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		h.must("53 00 00 00 00 00 00 01 90 00")
		assert.Equal(t, []int{2, 552}, []int{h.track(0xFF).number, h.track(0xFF).nwa})
		assert.Equal(t, 0, h.track(1).nwa)
		assert.Equal(t, 1, func() int {
			m := newHost(t, "modern", sim.CDR80)
			m.selectPage(page05(1, 0))
			m.must("53 00 00 00 00 00 00 01 90 00")
			return m.track(0xFF).number
		}())
	},
	"accepts-reserve-refuses-write": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		h.must("53 00 00 00 00 00 00 01 90 00")
		assert.Equal(t, "5/64/00", h.write(0, music(1, 27)))
	},
	"close-no-pad":           func(t *testing.T, name string) { closeReservation(t, name, "5/72/04") },
	"close-pads-reservation": func(t *testing.T, name string) { closeReservation(t, name, "ok") },
	"deferred-write-error": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		assert.Equal(t, "d3/0C/00", h.write(0, music(1, 20000)))
		assert.True(t, h.track(0xFF).damage)
		requireSame(t, music(1, 200), truth(t, h.d.Disc(), 0, 200))
		assert.ErrorIs(t, h.d.Disc().ReadSectors(200, make([]byte, blockCD)), sim.ErrUnrecorded)
		// A short track fits into the buffer; its flush reports the error.
		h = newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.write(0, music(1, 300)))
		h.refuses("3/0C/00", "35 00 00 00 00 00 00 00 00 00")
		h = newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.write(0, music(1, 300)))
		h.must("35 02 00 00 00 00 00 00 00 00")
		require.NoError(t, h.d.Sleep(context.Background(), time.Minute))
		h.refuses("d3/0C/00", "00 00 00 00 00 00")
	},
	"sync-error-though-fine": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.write(0, music(1, 400)))
		h.refuses("3/02/FF", "35 00 00 00 00 00 00 00 00 00")
		assert.Equal(t, 400, h.track(1).size)
		h.closeSession()
		requireSame(t, music(1, 400), h.readCD(0, 400))
	},
	"stale-toc":         func(t *testing.T, name string) { stale(t, name, 0x0E, true) },
	"stale-info":        func(t *testing.T, name string) { stale(t, name, 0x00, true) },
	"stale-toc-no-load": func(t *testing.T, name string) { stale(t, name, 0x0E, false) },
	"busy-info": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.must("5B 01 02 00 00 00 00 00 00 00")
		h.must("00 00 00 00 00 00")
		h.refuses("2/04/07", "51 00 00 00 00 00 00 00 22 00")
		h.refuses("2/04/07", "52 01 00 00 00 01 00 00 24 00")
		h.refuses("2/04/08", "43 00 00 00 00 00 00 00 0C 00")
		assert.False(t, h.d.Disc().Summary().Finalized)
		h.ready()
		assert.True(t, h.d.Disc().Summary().Finalized)
	},
	"speed-steps": func(t *testing.T, name string) {
		for _, c := range []struct {
			who         string
			asked, want int
		}{
			// BDR-203 manual p. 37: limits 1763, 2822, 4233, 5644.
			{name, 2816, 1764}, {name, 2822, 2822}, {name, 1763, 1764}, {name, 1762, 706}, {name, 0xFFFF, 5644}, {name, 5643, 4233}, {name, 1, 706},
			{"modern", 2816, 2822}, {"modern", 0xFFFF, 8467}, {"modern", 2815, 1411},
		} {
			h := newHost(t, c.who, sim.CDR80)
			h.must("BB 00 FF FF " + hex32(c.asked)[4:] + " 00 00 00 00 00 00")
			page := h.get("5A 00 2A 00 00 00 00 00 FF 00", 255)[8:]
			assert.Equal(t, c.want, int(page[28])<<8|int(page[29]), "%s asked for %d", c.who, c.asked)
		}
	},
	"streaming-underrun": func(t *testing.T, name string) { odd(t, name, sim.CDR80).closeSession() },
	"open-unreadable": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		a, _ := h.do("BE 04 00 00 00 00 00 00 01 10 00 00", nil, blockCD)
		assert.Equal(t, "5/21/00", a)
		h.closeSession()
		requireSame(t, music(1, 400), h.readCD(0, 400))
	},
	"offset-582": func(t *testing.T, name string) { odd(t, name, sim.CDR80).closeSession() },
	"offset+6":   func(t *testing.T, name string) { odd(t, name, sim.CDR80).closeSession() },
	"offset+667": func(t *testing.T, name string) { odd(t, name, sim.CDR80).closeSession() },
	"no-test-write": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDR80)
		a, _ := h.do("55 10 00 00 00 00 00 00 3C 00", page05(0x11, 0), 0)
		assert.Equal(t, "5/26/00", a)
		assert.Zero(t, h.get("46 02 00 2D 00 00 00 00 FF 00", 255)[12]&0x04)
	},
	"overburns": func(t *testing.T, name string) {
		assert.Equal(t, int(sim.CDR80.Groove)-2, newHost(t, name, sim.CDR80).track(0xFF).free)
	},
	"liar": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		h.must("5B 01 02 00 00 00 00 00 00 00")
		h.ready()
		assert.Equal(t, 0, h.nwa())
		assert.True(t, h.d.Disc().Summary().Blank)
	},
	"swaps-bytes": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		got, want := truth(t, h.d.Disc(), 0, 1), music(1, 1)
		assert.Equal(t, []byte{want[1], want[0], want[3], want[2]}, got[:4])
	},
	"pioneer": func(t *testing.T, name string) {
		h := newHost(t, name, sim.CDRW80)
		h.must("5B 00 02 00 00 00 00 00 00 00")
		h.refuses("5/24/00", "A1 05 00 00 00 00 00 00 00 00 00 00")
		assert.Len(t, h.get("52 01 00 00 00 FF 00 00 30 00", 48), 48)
		h.d.Eject()
		h.refuses("2/3A/00", "00 00 00 00 00 00")
	},
	"modern": func(t *testing.T, name string) {
		h := odd(t, name, sim.CDR80)
		assert.Equal(t, []int{400, 552}, []int{h.track(1).size, h.nwa()})
		h.closeSession()
		requireSame(t, music(1, 400), h.readCD(0, 400))
	},
}

func TestPersonalities(t *testing.T) {
	maps.Copy(oddities, fieldOddities)
	maps.Copy(oddities, sessionOddities)
	maps.Copy(oddities, readOddities)
	for _, p := range sim.Personalities() {
		t.Run(p.Name, func(t *testing.T) {
			require.Contains(t, oddities, p.Name, "no test describes this drive")
			oddities[p.Name](t, p.Name)
		})
	}
	assert.Len(t, oddities, len(sim.Personalities()))
}

// closeReservation sends CLOSE TRACK for a reservation of 400 sectors that holds 100.
func closeReservation(t *testing.T, name, want string) {
	h := newHost(t, name, sim.CDR80)
	h.selectPage(page05(1, 0))
	h.must("53 00 00 00 00 00 00 01 90 00")
	require.Equal(t, "ok", h.write(0, music(1, 100)))
	h.sync()
	info := h.track(1)
	assert.True(t, info.rt && !info.blank && info.nwaValid && info.nwa == 100, "%+v", info)
	h.refuses("5/72/03", "5B 00 02 00 00 00 00 00 00 00")
	h.refuses(want, "5B 00 01 00 00 01 00 00 00 00")
	if want != "ok" {
		require.Equal(t, "ok", h.write(100, music(2, 300)))
		h.sync()
	}
	assert.Equal(t, "complete", h.d.Disc().Tracks()[0].State)
	got := truth(t, h.d.Disc(), 0, 400)
	requireSame(t, music(1, 100), got[:100*blockCD])
	assert.Equal(t, want == "ok", bytes.Equal(make([]byte, 300*blockCD), got[100*blockCD:]))
	h.closeSession()
}

// stale closes a session: the table of contents stays the old one until the disc is
// loaded again, which some drives can't do.
func stale(t *testing.T, name string, status byte, loads bool) {
	h := odd(t, name, sim.CDR80)
	h.closeSession()
	assert.Equal(t, status, h.get("51 00 00 00 00 00 00 00 22 00", 34)[2])
	h.refuses("5/24/00", "43 00 00 00 00 00 00 00 0C 00")
	h.must("1B 00 00 00 00 00")
	h.must("1B 00 00 00 01 00")
	h.refuses("5/24/00", "43 00 00 00 00 00 00 00 0C 00")
	h.must("1B 00 00 00 02 00")
	if !loads {
		h.refuses("5/24/00", "1B 00 00 00 03 00")
		h.refuses("2/3A/02", "00 00 00 00 00 00")
		return
	}
	h.must("1B 00 00 00 03 00")
	h.ready()
	assert.Equal(t, byte(0x0E), h.get("51 00 00 00 00 00 00 00 22 00", 34)[2])
	assert.Len(t, h.get("43 00 00 00 00 00 00 00 FF 00", 255), 20)
}
