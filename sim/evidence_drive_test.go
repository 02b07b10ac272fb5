package sim_test

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// Every personality fulfills the contract of a Transport, with a disc and without.
func TestConformance(t *testing.T) {
	for _, p := range sim.Personalities() {
		t.Run(p.Name, func(t *testing.T) {
			if p.TailEvery > 0 {
				t.Skip("this bridge corrupts replies on purpose and so breaks the contract")
			}
			scsitest.TestTransport(t, func() scsi.Transport { return sim.New(sim.Config{Personality: p}) })
			scsitest.TestTransport(t, func() scsi.Transport {
				return sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDRW80)})
			})
		})
	}
}

// Section 2: 6/29/00 once after power-on; after a disc is inserted 2/04/01 until it
// spins, then 6/28/00 once.
func TestUnitAttentions(t *testing.T) {
	const tur = "00 00 00 00 00 00"
	w := raw(t, sim.Config{})
	w.in("12 00 00 00 24 00", 36)
	assert.Equal(t, "6/29/00", w.none(tur), "INQUIRY leaves it pending")
	assert.Equal(t, "2/3A/01", w.none(tur))
	require.NoError(t, w.d.Insert(sim.NewDisc(sim.CDR80)))
	assert.Equal(t, "2/04/01", w.none(tur))
	w.sleep(20 * time.Second)
	assert.Equal(t, "6/28/00", w.none(tur))
	assert.Equal(t, good, w.none(tur))

	w.d.PowerCycle()
	b := w.in("03 00 00 00 12 00", 18)
	assert.Equal(t, "6/29/00", triple(b), "REQUEST SENSE returns it")
	assert.Equal(t, "2/04/01", w.none(tur))
	w.sleep(20 * time.Second)
	assert.Equal(t, "6/28/00", w.none("51 00 00 00 00 00 00 00 22 00"), "the command isn't carried out")
	assert.Equal(t, good, w.none(tur))
	b = w.in("03 00 00 00 12 00", 18)
	assert.Equal(t, "0/00/00", triple(b))
	b = w.in("03 01 00 00 12 00", 18)
	assert.Equal(t, []byte{0x72, 0, 0, 0, 0, 0, 0, 0}, b, "descriptor format if asked for")
}

// Section 5: typical replies.
func TestMediaEvents(t *testing.T) {
	const media = "4A 01 00 00 10 00 00 00 08 00"
	event := func(w *wire) string {
		b := w.in(media, 8)
		require.Equal(t, []byte{0, 6, 4}, b[:3])
		require.NotZero(t, b[3]&0x10, "media is a supported class")
		return hexOf(b[4:])
	}
	w := blank(t)
	assert.Equal(t, "02020000", event(w), "just inserted")
	assert.Equal(t, "00020000", event(w), "idle with disc, reported once")
	w.ok("1E 00 00 00 01 00")
	w.d.PressEject()
	assert.Equal(t, "01020000", event(w), "eject requested: the button of a locked tray")
	w.ok("1E 00 00 00 00 00")
	w.d.PressEject()
	assert.Equal(t, "03010000", event(w), "removal, tray open")
	assert.Equal(t, "00010000", event(w), "open tray")
	w.d.PressEject()
	w.ready()
	assert.Equal(t, "02020000", event(w))

	assert.Equal(t, "0002", hexOf(w.in("4A 01 00 00 20 00 00 00 08 00", 8)[:2]), "multi-initiator isn't supported: header only")
	assert.Equal(t, byte(0x80), w.in("4A 01 00 00 20 00 00 00 08 00", 8)[2]&0x80, "NEA")
	assert.Equal(t, byte(1), w.in("4A 01 00 00 02 00 00 00 08 00", 8)[2], "operational change")
	assert.Equal(t, quoted("02 56 00 01 00 00")[:2], hexOf(w.in("4A 01 00 00 04 00 00 00 08 00", 8)[2:3]), "power")
}

// Section 3: PREVENT ALLOW and START STOP.
func TestTrayAndLock(t *testing.T) {
	w := blank(t)
	lockState := func() byte { return w.in("5A 00 2A 00 00 00 00 00 40 00", 64)[8+6] & 0x02 }
	assert.Zero(t, lockState())
	w.ok("1E 00 00 00 01 00")
	assert.NotZero(t, lockState(), "page 2Ah follows")
	assert.Equal(t, "5/53/02", w.none("1B 00 00 00 02 00"))
	w.d.PressEject()
	assert.Equal(t, good, w.none("00 00 00 00 00 00"), "the button does nothing")
	w.ok("1E 00 00 00 00 00")
	w.ok("1B 01 00 00 02 00")
	assert.Equal(t, "2/3A/02", w.none("00 00 00 00 00 00"))
	w.ok("1B 00 00 00 03 00")
	w.ready()

	w.ok("1E 00 00 00 01 00")
	w.d.PowerCycle()
	w.ready()
	assert.Zero(t, lockState(), "a reset unlocks")

	first, second := w.d.Disc(), sim.NewDisc(sim.CDR74)
	require.ErrorContains(t, w.d.Insert(second), "the drive already holds")
	other := raw(t, sim.Config{})
	require.ErrorContains(t, other.d.Insert(first), "another drive already holds", "a disc is in one drive at a time")
	require.Same(t, first, w.d.Eject())
	require.NoError(t, w.d.Insert(second))
	assert.Same(t, second, w.d.Disc())
	require.NoError(t, other.d.Insert(first))
}

// Ejecting by command first flushes the buffer (section 3).
func TestEjectFlushes(t *testing.T) {
	w := blank(t)
	w.tao()
	w.fill(0, 400)
	w.ok("1B 00 00 00 02 00")
	track := w.d.Disc().Tracks()[0]
	assert.Equal(t, "complete", track.State)
	assert.EqualValues(t, 400, track.Size)
}

// Section 2: REQUEST SENSE reports the progress of a background operation.
func TestProgressOfClose(t *testing.T) {
	w := blank(t)
	w.track(300)
	w.tao()
	begin := w.d.Now()
	w.ok("5B 01 02 00 00 00 00 00 00 00")
	assert.Less(t, w.d.Now().Sub(begin), time.Second, "IMMED returns at once")
	last := -1
	for w.none("00 00 00 00 00 00") != good {
		b := w.in("03 00 00 00 12 00", 18)
		if triple(b) == "0/00/00" {
			break
		}
		require.Equal(t, "2/04/08", triple(b))
		require.NotZero(t, b[15]&0x80, "SKSV")
		progress := int(binary.BigEndian.Uint16(b[16:]))
		require.Greater(t, progress, last)
		last = progress
		require.False(t, w.d.Disc().Summary().Finalized, "not before the end")
		w.sleep(500 * time.Millisecond)
	}
	assert.Greater(t, last, 50000)
	took := w.d.Now().Sub(begin)
	assert.Greater(t, took, 8*time.Second, "15 to 60 seconds on real drives (section 11)")
	assert.Less(t, took, time.Minute)
	w.ready()
	assert.True(t, w.d.Disc().Summary().Finalized)
}

// By the drive's clock a burn takes as long as on a real drive.
func TestBurnTakesRealTime(t *testing.T) {
	for _, c := range []struct {
		kBps string
		x    float64
	}{{"02C2", 4}, {"0583", 8}, {"0B06", 16}} {
		w := blank(t)
		w.ok("BB 00 FF FF " + c.kBps + " 00 00 00 00 00 00")
		assert.Equal(t, quoted(c.kBps), w.hex("5A 00 2A 00 00 00 00 00 40 00", 64)[2*(8+28):2*(8+30)])
		begin := w.d.Now()
		const n = 4 * 60 * 75
		w.track(n)
		took := w.d.Now().Sub(begin).Seconds()
		assert.InDelta(t, 240/c.x, took, 12, "4 minutes at %vx, spin-up, pregap and the end of the track", c.x)
		assert.Greater(t, took, 240/c.x)
	}
}

// Sections 10 and 11: the buffer fills at the host's pace and drains at the laser's; READ
// BUFFER CAPACITY reports it in bytes and in blocks.
func TestBufferFill(t *testing.T) {
	w := blank(t)
	capacity := func() (size, free int) {
		b := w.in("5C 00 00 00 00 00 00 00 0C 00", 12)
		assert.Equal(t, []byte{0, 10}, b[:2])
		return int(binary.BigEndian.Uint32(b[4:])), int(binary.BigEndian.Uint32(b[8:]))
	}
	size, free := capacity()
	assert.Equal(t, 2048<<10, size)
	assert.Equal(t, size, free)
	w.ok("BB 00 FF FF 02 C2 00 00 00 00 00 00") // 4x
	w.tao()
	w.fill(0, 400)
	_, free = capacity()
	assert.InDelta(t, size-400*2352, free, 2352)
	blocks := w.in("5C 01 00 00 00 00 00 00 0C 00", 12)
	assert.InDelta(t, (size-400*2352)/2352, binary.BigEndian.Uint32(blocks[8:]), 1)

	w.fill(400, 4000) // more than the buffer holds: the commands wait for the laser
	_, free = capacity()
	assert.Less(t, free, 27*2352)
	w.sleep(time.Second)
	_, after := capacity()
	assert.InDelta(t, 4*176400, after-free, 3*2352, "4x drains 705600 bytes a second")
}

// Section 13 and R8 p. 37: some drives answer 2/04/08 while the buffer is full; the same
// WRITE is accepted a little later, and nothing is lost.
func TestBusyWhenFull(t *testing.T) {
	p := modern(t)
	p.WhenFull = "2/04/08"
	w := plug(t, sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
	w.ok("BB 00 FF FF 02 C2 00 00 00 00 00 00")
	w.tao()
	busy, lba := 0, toc.LBA(0)
	for lba < 3000 {
		switch answer := w.write(lba, 27); answer {
		case good:
			lba += 27
		case "2/04/08":
			busy++
			assert.EqualValues(t, lba, w.invisible().nwa)
			w.sleep(27 * time.Millisecond)
		default:
			require.Fail(t, answer)
		}
	}
	assert.Greater(t, busy, 20)
	w.ok("35 00 00 00 00 00 00 00 00 00")
	w.closeSession(0)
	w.wantSectors(0, int(lba))
}

// Sections 12 and 10: ISRC and MCN of page 05h are in the Q sub-channel, and READ
// SUB-CHANNEL returns them.
func TestCodesComeBack(t *testing.T) {
	const mcn, isrc = "4006381333931", "USABC1234567"
	w := blank(t)
	w.trackWith(400, func(p []byte) {
		p[16], p[32] = 0x80, 0x80
		copy(p[17:], mcn)
		copy(p[33:], isrc)
		p[3] = 0x02
	})
	w.trackWith(400, func(p []byte) { p[16] = 0x80; copy(p[17:], mcn); p[3] = 0x01 })
	w.closeSession(0)

	b := w.in("42 02 40 02 00 00 00 00 18 00", 24)
	assert.Equal(t, byte(0x80), b[8])
	assert.Equal(t, mcn, string(b[9:22]))
	b = w.in("42 02 40 03 00 00 01 00 18 00", 24)
	assert.Equal(t, byte(0x80), b[8])
	assert.Equal(t, isrc, string(b[9:21]))
	assert.Equal(t, byte(0x12), b[5], "ADR 1, copy permitted")
	assert.Equal(t, []byte{1, 0}, b[6:8])
	b = w.in("42 02 40 03 00 00 02 00 18 00", 24)
	assert.Zero(t, b[8], "track 2 has none")
	assert.Len(t, w.in("42 02 00 01 00 00 00 00 04 00", 4), 4, "without SubQ the header alone")

	disc := w.d.Disc()
	assert.EqualValues(t, mcn, disc.Summary().MCN)
	assert.EqualValues(t, isrc, disc.Tracks()[0].ISRC)
	assert.Equal(t, toc.PreEmphasis, disc.Tracks()[1].Control)
	assert.Contains(t, w.hex("43 00 00 00 00 00 00 02 00 00", 512), "0012010000000000"+"00110200")

	kinds := map[byte]int{}
	for lba := range toc.LBA(400) {
		q := w.q(lba)
		kinds[q[0]&0x0F]++
		assert.Equal(t, byte(0x20), q[0]&0xF0, "CONTROL at %d", lba)
	}
	assert.GreaterOrEqual(t, kinds[2], 4, "the MCN once in 100 sectors")
	assert.GreaterOrEqual(t, kinds[3], 4, "the ISRC too")
	assert.GreaterOrEqual(t, kinds[1], 360)
}

// q reads one sector's Q with READ CD (sub-channel 2) and checks its CRC and address.
func (w *wire) q(lba toc.LBA) []byte {
	w.Helper()
	b := w.in(fmt.Sprintf("BE 04 %08X 000001 10 02 00", uint32(lba)), 2352+16)
	require.Len(w, b, 2352+16)
	q := b[2352:]
	crc := uint16(0)
	for _, c := range q[:10] {
		for bit := 7; bit >= 0; bit-- {
			top := crc>>15 ^ uint16(c>>bit&1)
			crc <<= 1
			if top != 0 {
				crc ^= 0x1021
			}
		}
	}
	require.Equal(w, ^crc, binary.BigEndian.Uint16(q[10:]), "CRC of Q at %d", lba)
	if q[0]&0x0F == 1 {
		at := lba.MSF()
		want := fmt.Sprintf("%02d%02d%02d", at.M, at.S, at.F)
		require.Equal(w, want, hexOf(q[7:10]), "absolute time at %d", lba)
	}
	return q
}

func TestQOfTracksAndPauses(t *testing.T) {
	w := blank(t)
	w.track(300)
	w.track(300)
	w.closeSession(0)
	for _, c := range []struct {
		lba  toc.LBA
		want string // track, index, relative time; P
		p    byte
	}{
		{0, "0101000000", 0}, {299, "0101000374", 0},
		{302, "0200000174", 0x80}, {451, "0200000000", 0x80}, {452, "0201000000", 0}, {751, "0201000374", 0},
	} {
		q := w.q(c.lba)
		assert.Equal(t, c.want, hexOf(q[1:6]), "LBA %d", c.lba)
		assert.Equal(t, c.p, q[15], "P at %d", c.lba)
	}
	all := w.in("BE 04 00 00 01 C4 00 00 02 10 01 00", 2*(2352+96))
	assert.Len(t, all, 2*(2352+96))
	var q [12]byte
	for i, b := range all[2352 : 2352+96] {
		q[i/8] |= b >> 6 & 1 << (7 - i%8)
	}
	assert.Equal(t, w.q(452)[:12], q[:], "the raw form says the same")
	sub := w.in("BE 04 00 00 01 C4 00 00 01 00 02 00", 16)
	assert.Equal(t, w.q(452), sub, "Q without audio")
}

// Discs are stored in files, and separate runs of a program see the same disc.
func TestDiscFileBetweenPrograms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "album.disc")
	disc, err := sim.CreateDisc(path, sim.CDR80)
	require.NoError(t, err)
	_, err = sim.CreateDisc(path, sim.CDR80)
	require.Error(t, err)
	_, err = sim.OpenDisc(path)
	require.ErrorIs(t, err, sim.ErrHeld)

	w := plug(t, sim.Config{Disc: disc})
	w.track(333)
	state := w.state()
	w.d.Eject()
	require.NoError(t, disc.Close())

	disc, err = sim.OpenDisc(path)
	require.NoError(t, err)
	w = plug(t, sim.Config{Disc: disc})
	assert.Equal(t, state, w.state())
	assert.EqualValues(t, 485, w.track(444))
	w.closeSession(0)
	w.d.Eject()
	require.NoError(t, disc.Close())

	disc, err = sim.OpenDisc(path)
	require.NoError(t, err)
	w = plug(t, sim.Config{Disc: disc})
	assert.True(t, disc.Summary().Finalized)
	w.wantSectors(0, 333)
	w.wantSectors(485, 444)
	w.d.Eject()
	require.NoError(t, disc.Close())
}

// Commands, manual operations and faults arrive concurrently. The drive answers each
// command and stays consistent.
func TestHandsAndCommandsTogether(t *testing.T) {
	w := blank(t)
	var all sync.WaitGroup
	again := func(f func()) {
		all.Go(func() {
			for range 200 {
				f()
			}
		})
	}
	send := func(cdb string, dir scsi.Direction, n int) func() {
		return func() { w.send(cdb, dir, make([]byte, n)) }
	}
	list := append(make([]byte, 8), tao05(nil)...)
	again(func() { w.send("55 10 00 00 00 00 00 00 3C 00", scsi.DataOut, list) })
	again(func() {
		b := make([]byte, 36)
		if answer, _ := w.send("52 01 00 00 00 FF 00 00 24 00", scsi.DataIn, b); answer == good {
			w.send(write10(parseTrackInfo(b).nwa, 27), scsi.DataOut, make([]byte, 27*2352))
		}
	})
	again(send("51 00 00 00 00 00 00 00 22 00", scsi.DataIn, 34))
	again(send("35 02 00 00 00 00 00 00 00 00", scsi.NoData, 0))
	again(send("5B 01 02 00 00 00 00 00 00 00", scsi.NoData, 0))
	again(func() {
		if disc := w.d.Eject(); disc != nil {
			disc.Summary()
			_ = w.d.Insert(disc) // another goroutine may have come first
		}
		w.sleep(time.Minute)
	})
	again(func() { w.d.PowerCycle(); w.sleep(10 * time.Minute) })
	again(func() { w.d.PressEject(); w.sleep(time.Minute) })
	again(func() { w.d.AddFault(sim.Fault{Opcode: 0x2A, After: true}); w.d.ClearFaults(); w.sleep(time.Minute) })
	all.Wait()
}
