package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

const blockCD = toc.SectorSize

// Sessions: closed with 11b, another may follow, 11400 sectors after the first lead-out
// and 6900 after later ones; with 00b or 01b none can.
func TestSessions(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	starts := []int{}
	for _, field := range []byte{0xC0, 0xC0, 0x40} {
		h.selectPage(page05(1, field))
		starts = append(starts, h.burnTrack(music(1, 300)))
		h.closeSession()
	}
	assert.Equal(t, []int{0, 302 + 11400, 11702 + 302 + 6900}, starts)
	info := h.get("51 00 00 00 00 00 00 00 22 00", 34)
	assert.Equal(t, []byte{0x0E, 1, 3, 3, 3}, info[2:7])
	sessions := h.d.Disc().Sessions()
	require.Len(t, sessions, 3)
	assert.Equal(t, toc.LBA(18904+302), sessions[2].LeadOut)
	// Point B0 of the last session reports that no other may follow.
	full := h.get("43 02 02 00 00 00 03 01 00 00", 256)
	assert.Equal(t, cdb("03 50 00 B0 FF FF FF 01 4F 3B 47"), full[len(full)-11:])
	h.refuses("5/24/00", "52 01 00 00 00 FF 00 00 24 00")
	assert.True(t, h.d.Disc().Summary().Finalized)
}

// An open session continues where it ended, in another drive too.
func TestAppendInAnotherDrive(t *testing.T) {
	disc := sim.NewDisc(sim.CDR80)
	one := newHostOf(t, sim.Personality{}, disc)
	one.selectPage(page05(1, 0))
	one.burnTrack(music(1, 300))
	assert.ErrorContains(t, sim.New(sim.Config{}).Insert(disc), "another drive already holds")
	require.Same(t, disc, one.d.Eject())
	one.refuses("2/3A/02", "00 00 00 00 00 00")

	two := newHostOf(t, sim.Personality{}, disc)
	assert.ErrorContains(t, two.d.Insert(sim.NewDisc(sim.CDR74)), "the drive already holds")
	info := two.get("51 00 00 00 00 00 00 00 22 00", 34)
	assert.Equal(t, []byte{0x05, 1, 1, 1, 2}, info[2:7])
	two.selectPage(page05(1, 0))
	assert.Equal(t, 452, two.burnTrack(music(2, 300)))
	two.closeSession()
	requireSame(t, music(1, 300), two.readCD(0, 300))
}

// Test write: everything as in a real burn, nothing on the disc, and the address returns
// as soon as page 05h ends the test.
func TestTestWrite(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(0x11, 0))
	for _, want := range []int{0, 552} {
		require.Equal(t, want, h.nwa())
		require.Equal(t, "ok", h.write(want, music(1, 400)))
		h.sync()
	}
	h.must("5B 00 02 00 00 00 00 00 00 00")
	h.refuses("5/2C/00", "53 00 00 00 00 00 00 01 90 00")
	assert.Equal(t, 1104, h.nwa())
	assert.True(t, h.d.Disc().Summary().Blank)
	assert.Zero(t, h.d.Disc().Summary().Calibrations)
	h.selectPage(page05(0x01, 0))
	assert.Equal(t, 0, h.nwa())
	assert.Equal(t, byte(0), h.get("51 00 00 00 00 00 00 00 22 00", 34)[2])
}

// A reloaded disc shows its true state after a test write as well.
func TestTestWriteEndsWithEject(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(0x11, 0))
	h.burnTrack(music(1, 300))
	assert.Equal(t, 452, h.nwa())
	h.must("1B 00 00 00 02 00")
	h.must("1B 00 00 00 03 00")
	h.ready()
	assert.Equal(t, 0, h.nwa())
}

func TestPaddingIsSilence(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	h.burnTrack(music(1, 10))
	assert.Equal(t, 300, h.track(1).size)
	assert.Equal(t, 452, h.nwa())
	requireSame(t, append(music(1, 10), make([]byte, 290*blockCD)...), truth(t, h.d.Disc(), 0, 300))
}

// Codes and flags are those of page 05h when the track begins. They can be read back by
// command and in the sub-channel.
func TestCodesAndFlags(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	page := page05(1, 0x13) // SCMS copy, copy permitted, pre-emphasis
	page[8+16] = 0x80
	copy(page[8+17:], "4006381333931")
	page[8+32] = 0x80
	copy(page[8+33:], "DEABC2600001")
	h.selectPage(page)
	h.burnTrack(music(1, 300))
	h.selectPage(page05(1, 0))
	h.burnTrack(music(2, 300))
	h.closeSession()

	tracks := h.d.Disc().Tracks()
	assert.Equal(t, toc.ISRC("DEABC2600001"), tracks[0].ISRC)
	assert.Equal(t, toc.CopyPermitted|toc.PreEmphasis, tracks[0].Control)
	assert.True(t, tracks[0].Copy)
	assert.Equal(t, toc.MCN("4006381333931"), h.d.Disc().Summary().MCN)
	mcn := h.get("42 00 40 02 00 00 00 00 18 00", 24)
	assert.Equal(t, append([]byte{0x02, 0, 0, 0, 0x80}, "4006381333931"...), mcn[4:22])
	isrc := h.get("42 00 40 03 00 00 01 00 18 00", 24)
	assert.Equal(t, append([]byte{0x03, 0x13, 1, 0, 0x80}, "DEABC2600001"...), isrc[4:21])
	assert.Zero(t, h.get("42 00 40 03 00 00 02 00 18 00", 24)[8], "track 2 has none")
	h.refuses("5/24/00", "42 00 40 03 00 00 03 00 18 00")

	// Q of sector 0 with the audio: track 1 index 1, 00:00:00, 00:02:00.
	both := h.get("BE 04 00 00 00 00 00 00 01 F8 02 00", blockCD+16)
	requireSame(t, music(1, 300)[:blockCD], both[:blockCD])
	assert.Equal(t, []byte{0x31, 1, 1, 0, 0, 0, 0, 0, 2, 0}, both[blockCD:blockCD+10])
	// C2 and raw sub-channel follow the audio; the pause has P set.
	all := h.get("BE 04 00 00 01 2E 00 00 01 FA 01 00", blockCD+294+96)
	assert.Equal(t, make([]byte, 294), all[blockCD:blockCD+294])
	assert.Equal(t, byte(0x80), all[blockCD+294]&0x80)
	assert.Len(t, h.get("BE 04 00 00 00 00 00 00 02 00 02 00", 32), 32, "sub-channel alone")
}

func TestReadCDRules(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(0, music(1, 300)))
	h.refuses("5/2C/00", "BE 04 00 00 00 00 00 00 00 10 00 00")
	h.sync()
	h.selectPage(page05(1, 0))
	h.burnTrack(music(2, 300))
	h.closeSession()
	read := func(command string, n int) string {
		a, _ := h.do(command, nil, n)
		return a
	}
	for _, c := range []struct{ want, command string }{
		{"ok", "BE 00 00 00 00 00 00 00 01 10 00 00"},
		{"ok", "BE 04 00 00 01 2C 00 00 01 10 00 00"}, // run-out
		{"ok", "BE 04 00 00 01 2E 00 00 01 10 00 00"}, // pause
		{"5/64/00", "BE 08 00 00 00 00 00 00 01 10 00 00"},
		{"5/21/00", "BE 08 00 7F FF FF 00 00 01 10 00 00"},
		{"5/21/00", "BE 04 FF FF FF FF 00 00 01 10 00 00"},
		{"5/21/00", "BE 04 00 00 02 F2 00 00 01 10 00 00"}, // lead-out
		{"5/24/00", "BE 04 00 00 00 00 00 00 01 80 00 00"},
		{"5/24/00", "BE 04 00 00 00 00 00 00 01 16 00 00"},
		{"5/24/00", "BE 04 00 00 00 00 00 00 01 10 03 00"},
		{"5/4B/00", "BE 04 00 00 00 00 00 00 02 10 00 00"},
		{"ok", "B9 04 00 00 02 00 00 02 01 10 00 00"},
		{"ok", "B9 04 00 00 02 00 00 02 00 10 00 00"},
		{"5/24/00", "B9 04 00 00 02 01 00 02 00 10 00 00"},
		{"5/24/00", "B9 04 00 00 3C 01 00 02 00 10 00 00"},
		{"5/24/00", "B9 04 00 00 02 01 00 3C 00 10 00 00"},
		{"5/64/00", "28 00 00 00 00 00 00 00 80 00"}, // G18
		{"5/64/00", "A8 00 00 00 00 00 00 00 00 01 00 00"},
		{"5/21/00", "28 00 00 00 03 00 00 00 01 00"},
		{"ok", "28 00 00 00 00 00 00 00 00 00"},
	} {
		assert.Equal(t, c.want, read(c.command, blockCD), c.command)
	}
	// Sectors before an unreadable one are still transferred.
	a, b := h.do("BE 04 00 00 02 F0 00 00 04 10 00 00", nil, 4*blockCD)
	assert.Equal(t, "5/21/00", a)
	assert.Len(t, b, 2*blockCD)
}

// The read offset shifts the samples that READ CD returns relative to the sectors;
// silence fills in beyond the track, and the run-out can't be read as such.
func TestReadOffset(t *testing.T) {
	for _, offset := range []int{-582, 6, 667} {
		h := newHost(t, fmt.Sprintf("offset%+d", offset), sim.CDR80)
		h.selectPage(page05(1, 0))
		data := music(9, 300)
		h.burnTrack(data)
		h.closeSession()
		padded := append(make([]byte, 4*700), append(data, make([]byte, 4*700)...)...)
		from := 4 * (700 - offset)
		requireSame(t, padded[from:from+len(data)], h.readCD(0, 300))
		a, _ := h.do("BE 04 00 00 01 2C 00 00 01 10 00 00", nil, blockCD)
		assert.Equal(t, "3/11/06", a)
		requireSame(t, data, truth(t, h.d.Disc(), 0, 300))
	}
}

func TestWriteOffset(t *testing.T) {
	for _, offset := range []int{-30, 30, 700} {
		disc := sim.NewDisc(sim.CDR80)
		h := newHostOf(t, sim.Personality{Name: "x", Settings: sim.Settings{WriteOffset: offset}}, disc)
		h.selectPage(page05(1, 0))
		data := music(9, 300)
		h.burnTrack(data)
		h.closeSession()
		got := truth(t, disc, 0, 302)
		want := append(make([]byte, 4*700), append(data, make([]byte, 4*(700+1176))...)...)
		requireSame(t, want[4*(700-offset):4*(700-offset)+len(got)], got)
	}
}

func TestFinalizedAndFull(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	for n := range 99 {
		require.Equal(t, 452*n, h.burnTrack(make([]byte, 300*blockCD)))
	}
	h.refuses("5/24/00", "52 01 00 00 00 FF 00 00 24 00")
	h.refuses("5/72/05", "53 00 00 00 00 00 00 01 90 00")
	assert.Equal(t, "5/21/02", h.write(99*452, music(1, 1)))
	assert.Equal(t, 99, h.d.Disc().Summary().Tracks)
	h.closeSession()
	assert.Equal(t, byte(99), h.get("43 00 00 00 00 00 00 04 00 00", 1024)[3])
	h.refuses("5/24/00", "43 00 00 00 00 00 64 00 0C 00")
	assert.Len(t, h.get("43 00 00 00 00 00 AA 00 0C 00", 12), 12)
	h.refuses("5/30/05", "53 00 00 00 00 00 00 01 90 00")
	h.refuses("5/30/05", "54 01 00 00 00 00 00 00 00 00")
	h.refuses("5/72/04", "5B 00 02 00 00 00 00 00 00 00")
}

// The power calibration area has a hundred partitions.
func TestCalibration(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	for n := 1; n <= 100; n++ {
		a, _ := h.do("54 01 00 00 00 00 00 00 00 00", nil, 0)
		want := "ok"
		if n >= 95 {
			want = "1/73/01"
		}
		require.Equal(t, want, a, n)
	}
	h.refuses("3/73/02", "54 01 00 00 00 00 00 00 00 00")
	assert.Equal(t, 100, h.d.Disc().Summary().Calibrations)
	h.must("54 00 00 00 00 00 00 00 00 00")
	// A newly inserted disc must be calibrated before the first WRITE.
	disc := h.d.Eject()
	h = newHostOf(t, sim.Personality{}, disc)
	h.selectPage(page05(1, 0))
	assert.Equal(t, "3/73/02", h.write(0, music(1, 1)))
	assert.True(t, disc.Summary().Blank)
}

func TestTooSlowHost(t *testing.T) {
	for name, want := range map[string]string{"old": "5/21/02", "streaming-underrun": "3/0C/09", "modern": "ok"} {
		h := newHost(t, name, sim.CDR80)
		bufe := byte(0)
		if name == "modern" {
			bufe = 0x40
		}
		h.selectPage(page05(1|bufe, 0))
		require.Equal(t, "ok", h.write(0, music(1, 1080)))
		require.NoError(t, h.d.Sleep(context.Background(), 5*time.Minute))
		require.Equal(t, want, h.write(1080, music(2, 27)), name)
		if want == "ok" {
			h.sync()
			assert.Equal(t, 1107, h.track(1).size)
			continue
		}
		// The drive has ended the track; recording can continue after it.
		assert.Equal(t, 1080, h.track(1).size, name)
		assert.Equal(t, 1232, h.nwa(), name)
		assert.Equal(t, "ok", h.write(1232, music(2, 300)))
		h.sync()
		h.closeSession()
		requireSame(t, music(1, 1080), h.readCD(0, 1080))
	}
}

// When the buffer is full the drive blocks or answers 2/04/08, and by its clock a track
// takes as long as it lasts at the speed.
func TestBufferAndTime(t *testing.T) {
	for _, name := range []string{"blocks", "busy-2-04-08", "pioneer"} {
		h := newHost(t, name, sim.CDR80)
		h.must("BB 00 02 E9 02 E9 00 00 00 00 00 00") // 4x
		h.selectPage(page05(1, 0))
		begun := h.d.Now()
		require.Equal(t, "ok", h.write(0, make([]byte, 3000*blockCD)))
		b := h.get("5C 00 00 00 00 00 00 00 0C 00", 12)
		size, free := be32(b[4:]), be32(b[8:])
		assert.Less(t, free, size/4, name)
		h.sync()
		took := h.d.Now().Sub(begun)
		assert.InDelta(t, 10.0, took.Seconds(), 5, "%s: 3000 sectors at 300/s", name)
		b = h.get("5C 01 00 00 00 00 00 00 0C 00", 12)
		assert.Equal(t, size/blockCD, be32(b[8:]), name)
	}
}

func be32(b []byte) int { return int(b[0])<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3]) }

// sent sends a data-out command that must be GOOD and returns how much was transferred.
func (h *host) sent(command string, data []byte) int {
	h.t.Helper()
	b := cdb(command)
	req := scsi.Request{CDBLen: len(b), Dir: scsi.DataOut, Data: data}
	copy(req.CDB[:], b)
	res, err := h.d.Do(context.Background(), &req)
	require.NoError(h.t, err)
	require.Equal(h.t, scsi.Good, res.Status)
	return res.N
}

func TestFaults(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	h.d.AddFault(sim.Fault{Opcode: 0x2A, Nth: 2, Count: 2, Key: 3, ASC: 0x0C, ASCQ: 0x07})
	answers := []string{}
	for i := range 4 {
		lba := min(i, 1)
		a, _ := h.do(fmt.Sprintf("2A 00 %08X 00 00 01 00", lba), music(uint64(lba), 1), 0)
		answers = append(answers, a)
	}
	assert.Equal(t, []string{"ok", "3/0C/07", "3/0C/07", "ok"}, answers)

	h.d.AddFault(sim.Fault{Opcode: 0x2A, After: true, Deferred: true})
	assert.Equal(t, "d3/0C/00", h.write(2, music(2, 1)))
	assert.Equal(t, 3, h.track(0xFF).nwa, "it took effect")

	// Two of three sectors arrive, and the residual reports it; then it lies.
	h.d.AddFault(sim.Fault{Opcode: 0x2A, Kind: "take", Bytes: 2 * blockCD})
	require.Equal(t, 2*blockCD, h.sent("2A 00 00 00 00 03 00 00 03 00", music(3, 3)))
	assert.Equal(t, 5, h.track(0xFF).nwa)
	h.d.AddFault(sim.Fault{Opcode: 0x2A, Kind: "short", Bytes: 2 * blockCD, After: true})
	require.Equal(t, 2*blockCD, h.sent("2A 00 00 00 00 05 00 00 03 00", music(3, 3)))
	assert.Equal(t, 8, h.track(0xFF).nwa)
	h.d.AddFault(sim.Fault{Opcode: 0x2A, Kind: "good"})
	require.Equal(t, 3*blockCD, h.sent("2A 00 00 00 00 08 00 00 03 00", music(3, 3)))
	assert.Equal(t, 8, h.track(0xFF).nwa, "GOOD without effect")

	h.d.AddFault(sim.Fault{Opcode: 0x12, Kind: "short", Bytes: 9, After: true})
	assert.Equal(t, "R", string(h.get("12 00 00 00 24 00", 36)[8:]))
	h.d.AddFault(sim.Fault{Opcode: 0x12, Kind: "garbage"})
	noise := h.get("12 00 00 00 24 00", 36)
	assert.Len(t, noise, 36)
	assert.NotEqual(t, byte(5), noise[0])
	for _, c := range []struct {
		kind string
		want scsi.Status
	}{{"busy", scsi.Busy}, {"task-set-full", scsi.TaskSetFull}, {"conflict", scsi.ReservationConflict}} {
		h.d.AddFault(sim.Fault{Any: true, Kind: c.kind})
		res, err := h.d.Do(context.Background(), &scsi.Request{CDBLen: 6})
		require.NoError(t, err)
		assert.Equal(t, scsi.Result{Status: c.want}, res)
	}

	h.d.AddFault(sim.Fault{Any: true, Count: -1, Kind: "drop"})
	req := scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"}
	for range 3 {
		_, err := h.d.Do(context.Background(), &req)
		require.ErrorContains(t, err, "the command was dropped")
		var te *scsi.TransportError
		require.ErrorAs(t, err, &te)
		assert.Equal(t, scsi.SentUnknown, te.Sent)
	}
	h.d.ClearFaults()
	h.must("00 00 00 00 00 00")
}

func TestTimeout(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	req := scsi.Request{CDBLen: 10, Name: "SEND OPC INFORMATION", Timeout: time.Second}
	req.CDB[0], req.CDB[1] = 0x54, 1
	_, err := h.d.Do(context.Background(), &req)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	assert.Equal(t, 1, h.d.Disc().Summary().Calibrations, "the drive carried it out all the same")
}

func TestClosedDriveAndContext(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := h.d.Do(ctx, &scsi.Request{CDBLen: 6})
	require.ErrorIs(t, err, context.Canceled)
	disc := h.d.Disc()
	h.selectPage(page05(1, 0))
	h.burnTrack(music(1, 300))
	h.must("5B 01 02 00 00 00 00 00 00 00")
	require.NoError(t, h.d.Close())
	require.NoError(t, h.d.Close())
	assert.True(t, disc.Summary().Finalized, "the background operation completed")
	a, _ := h.do("00 00 00 00 00 00", nil, 0)
	assert.Contains(t, a, "closed")
	require.NoError(t, sim.New(sim.Config{}).Insert(disc), "the disc is free")
}

func TestExclusiveUse(t *testing.T) {
	var lock scsi.Locker = sim.New(sim.Config{})
	ctx := context.Background()
	require.NoError(t, lock.Lock(ctx, "one", false))
	require.NoError(t, lock.Lock(ctx, "one", false))
	err := lock.Lock(ctx, "two", true)
	require.ErrorIs(t, err, scsi.ErrLocked)
	assert.ErrorContains(t, err, "one")
	owner, err := lock.Owner()
	require.NoError(t, err)
	assert.Equal(t, "one", owner)
	require.NoError(t, lock.Unlock())
	require.ErrorIs(t, lock.Lock(ctx, "two", true), scsi.ErrLocked, "the same client has locked it twice")
	require.NoError(t, lock.Unlock())
	require.NoError(t, lock.Lock(ctx, "two", false))
	require.NoError(t, lock.Unlock())
	require.Error(t, lock.Unlock())
}

// A disc is in one drive at a time: a new drive takes it out of another, whose tray opens.
func TestNewDriveTakesTheDisc(t *testing.T) {
	disc := sim.NewDisc(sim.CDR80)
	one := newHostOf(t, sim.Personality{}, disc)
	two := newHostOf(t, sim.Personality{}, disc)
	assert.Nil(t, one.d.Disc())
	assert.True(t, one.d.TrayOpen())
	assert.Same(t, disc, two.d.Disc())
	require.NoError(t, one.d.Close())
	assert.Error(t, sim.New(sim.Config{}).Insert(disc), "closing the first drive doesn't free the disc")
}

// A closed disc is not silence.
func TestClosedDisc(t *testing.T) {
	disc := sim.NewDisc(sim.CDR80)
	require.NoError(t, disc.Press("", nil, []sim.PressedTrack{{Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(music(1, 300))), nil
	}}}))
	require.NoError(t, disc.ReadSectors(0, make([]byte, blockCD)))
	require.NoError(t, disc.Close())
	assert.ErrorIs(t, disc.ReadSectors(0, make([]byte, blockCD)), fs.ErrClosed)
}
