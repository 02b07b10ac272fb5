package sim_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/require"
)

// host is a program that sends CDBs as bytes.
type host struct {
	t testing.TB
	d *sim.Drive
}

// newHost makes a drive with that personality and a blank disc, and waits until it is ready.
func newHost(t testing.TB, personality string, media sim.Media) *host {
	p, err := sim.PersonalityByName(personality)
	require.NoError(t, err)
	return newHostOf(t, p, sim.NewDisc(media))
}

func newHostOf(t testing.TB, p sim.Personality, disc *sim.Disc) *host {
	h := &host{t: t, d: sim.New(sim.Config{Personality: p, Disc: disc})}
	t.Cleanup(func() { require.NoError(t, h.d.Err()) })
	h.ready()
	return h
}

// cdb turns "2A 00 .." into bytes.
func cdb(text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// do sends a command; the answer is "ok" or key/ASC/ASCQ, with "d" before it for a
// deferred error.
func (h *host) do(command string, out []byte, in int) (string, []byte) {
	h.t.Helper()
	b := cdb(command)
	req := scsi.Request{CDBLen: len(b), Name: fmt.Sprintf("%02X", b[0])}
	copy(req.CDB[:], b)
	var buf []byte
	switch {
	case out != nil:
		req.Dir, req.Data = scsi.DataOut, out
	case in > 0:
		buf = make([]byte, in)
		req.Dir, req.Data = scsi.DataIn, buf
	}
	res, err := h.d.Do(context.Background(), &req)
	if err != nil {
		return "error: " + err.Error(), nil
	}
	if in > 0 {
		buf = buf[:res.N]
	}
	return answer(res), buf
}

func answer(res scsi.Result) string {
	if res.Status == scsi.Good {
		return "ok"
	}
	if res.Status == scsi.Busy {
		return "busy"
	}
	s := res.Sense
	deferred := ""
	if s[0]&1 != 0 {
		deferred = "d"
	}
	if s[0]&0x7F >= 0x72 {
		return fmt.Sprintf("%s%X/%02X/%02X", deferred, s[1]&0x0F, s[2], s[3])
	}
	return fmt.Sprintf("%s%X/%02X/%02X", deferred, s[2]&0x0F, s[12], s[13])
}

// must sends a command without data that must be GOOD.
func (h *host) must(command string) {
	h.t.Helper()
	a, _ := h.do(command, nil, 0)
	require.Equal(h.t, "ok", a, command)
}

// refuses sends a command that must be answered with this sense.
func (h *host) refuses(want, command string) {
	h.t.Helper()
	a, _ := h.do(command, nil, 0)
	require.Equal(h.t, want, a, command)
}

// get sends a data-in command that must be GOOD.
func (h *host) get(command string, n int) []byte {
	h.t.Helper()
	a, b := h.do(command, nil, n)
	require.Equal(h.t, "ok", a, command)
	return b
}

// ready polls until the drive is ready, whatever the reason for the delay.
func (h *host) ready() {
	h.t.Helper()
	for i := range 100000 {
		a, _ := h.do("00 00 00 00 00 00", nil, 0)
		if a == "2/04/00" && i > 600 {
			return // a bridge that never gives a better answer
		}
		if a == "ok" {
			// Some drives are ready while they still close, but READ DISC INFORMATION
			// isn't.
			a, _ = h.do("51 00 00 00 00 00 00 00 00 00", nil, 0)
		}
		switch {
		case a == "ok":
			return
		case strings.HasPrefix(a, "6/"), strings.HasPrefix(a, "2/04"):
			require.NoError(h.t, h.d.Sleep(context.Background(), 100*time.Millisecond))
		default:
			h.t.Fatalf("not ready: %s", a)
		}
	}
	h.t.Fatal("never ready")
}

// page05 is mode page 05h for track-at-once audio, as cdrskin sends it.
func page05(byte2, byte3 byte) []byte {
	list := make([]byte, 60)
	copy(list[8:], []byte{0x05, 0x32, byte2, byte3})
	list[8+15] = 0x96
	return list
}

func (h *host) selectPage(list []byte) {
	h.t.Helper()
	a, _ := h.do(fmt.Sprintf("55 10 00 00 00 00 00 00 %02X 00", len(list)), list, 0)
	require.Equal(h.t, "ok", a, "MODE SELECT")
}

// track is what READ TRACK INFORMATION reports.
type track struct {
	number, session                int
	rt, blank, damage, nwaValid    bool
	start, nwa, free, size, length int
}

func (h *host) track(n int) track {
	h.t.Helper()
	b := h.get(fmt.Sprintf("52 01 00 00 00 %02X 00 00 24 00", n), 36)
	return parseTrack(b)
}

func parseTrack(b []byte) track {
	word := func(i int) int { return int(int32(binary.BigEndian.Uint32(b[i:]))) }
	return track{
		number: int(b[2]), session: int(b[3]), damage: b[5]&0x20 != 0,
		rt: b[6]&0x80 != 0, blank: b[6]&0x40 != 0, nwaValid: b[7]&1 != 0,
		start: word(8), nwa: word(12), free: word(16), size: word(24), length: len(b),
	}
}

func (h *host) nwa() int {
	h.t.Helper()
	info := h.track(0xFF)
	require.True(h.t, info.nwaValid)
	return info.nwa
}

// write sends WRITE(10) with 27 sectors each, and waits while the drive is busy, at most
// half a minute.
func (h *host) write(lba int, data []byte) string {
	h.t.Helper()
	for busy := 0; len(data) > 0; {
		n := min(len(data), 27*toc.SectorSize)
		command := fmt.Sprintf("2A 00 %08X 00 %04X 00", uint32(lba), n/toc.SectorSize)
		a, _ := h.do(command, data[:n], 0)
		switch a {
		case "2/04/08", "busy":
			if busy++; busy > 6000 {
				return a
			}
			require.NoError(h.t, h.d.Sleep(context.Background(), 5*time.Millisecond))
			continue
		case "ok":
		default:
			return a
		}
		busy, data, lba = 0, data[n:], lba+n/toc.SectorSize
	}
	return "ok"
}

// sync flushes and waits.
func (h *host) sync() {
	h.t.Helper()
	h.must("35 02 00 00 00 00 00 00 00 00")
	h.ready()
}

// closeSession closes the session and waits.
func (h *host) closeSession() {
	h.t.Helper()
	h.must("5B 01 02 00 00 00 00 00 00 00")
	h.ready()
}

// burnTrack records a track at the address that the drive reports and returns that
// address.
func (h *host) burnTrack(data []byte) int {
	h.t.Helper()
	nwa := h.nwa()
	require.Equal(h.t, "ok", h.write(nwa, data))
	h.sync()
	return nwa
}

// music is noise that differs for each sector and each seed.
func music(seed uint64, sectors int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, sectors*toc.SectorSize)
	for i := 0; i < len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return b
}

// readCD reads audio with READ CD.
func (h *host) readCD(lba, sectors int) []byte {
	h.t.Helper()
	var all []byte
	for sectors > 0 {
		n := min(sectors, 27)
		all = append(all, h.get(fmt.Sprintf("BE 04 %08X %06X 10 00 00", uint32(lba), n), n*toc.SectorSize)...)
		lba, sectors = lba+n, sectors-n
	}
	return all
}

// truth is the audio on the disc.
func truth(t testing.TB, disc *sim.Disc, lba, sectors int) []byte {
	b := make([]byte, sectors*toc.SectorSize)
	require.NoError(t, disc.ReadSectors(toc.LBA(lba), b))
	return b
}

func requireSame(t testing.TB, want, got []byte) {
	t.Helper()
	require.Equal(t, len(want), len(got))
	require.True(t, bytes.Equal(want, got), "the audio differs")
}

func hex32(n int) string { return fmt.Sprintf("%08X", uint32(n)) }
