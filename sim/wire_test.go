package sim_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// wire is a host that only sends the bytes of a test and returns the reply.
type wire struct {
	testing.TB
	d     *sim.Drive
	quiet bool // fill writes silence, which needs no memory for a disc
}

// good is the result of send for status GOOD.
const good = "GOOD"

// plug makes a drive and waits until its disc is ready, as every host does. At the end it
// checks the drive's invariants.
func plug(t testing.TB, cfg sim.Config) *wire {
	t.Helper()
	w := raw(t, cfg)
	w.ready()
	return w
}

// raw is plug without the waiting.
func raw(t testing.TB, cfg sim.Config) *wire {
	t.Helper()
	w := &wire{TB: t, d: sim.New(cfg)}
	t.Cleanup(func() { require.NoError(t, w.d.Err()) })
	return w
}

// medium returns a medium of the catalog.
func medium(t testing.TB, name string) sim.Media {
	t.Helper()
	m, err := sim.MediaByName(name)
	require.NoError(t, err)
	return m
}

func blank(t testing.TB) *wire { return plug(t, sim.Config{Disc: sim.NewDisc(sim.CDR80)}) }

// send sends a CDB written in hex. The answer is "GOOD" or key/ASC/ASCQ, with "deferred "
// before it for a deferred error.
func (w *wire) send(cdb string, dir scsi.Direction, data []byte) (answer string, n int) {
	w.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(cdb, " ", ""))
	require.NoError(w, err, cdb)
	res, err := w.d.Do(context.Background(), request(b, dir, data))
	require.NoError(w, err, cdb)
	if res.Status == scsi.Good {
		return good, res.N
	}
	require.Equal(w, scsi.CheckCondition, res.Status, cdb)
	return triple(res.Sense), res.N
}

func request(cdb []byte, dir scsi.Direction, data []byte) *scsi.Request {
	req := &scsi.Request{CDBLen: len(cdb), Dir: dir, Data: data, Name: fmt.Sprintf("%02X", cdb[0])}
	copy(req.CDB[:], cdb)
	return req
}

// triple decodes sense data in either format.
func triple(b []byte) string {
	deferred := ""
	if b[0]&1 != 0 {
		deferred = "deferred "
	}
	if b[0]&0x7F >= 0x72 {
		return fmt.Sprintf("%s%X/%02X/%02X", deferred, b[1]&0x0F, b[2], b[3])
	}
	return fmt.Sprintf("%s%X/%02X/%02X", deferred, b[2]&0x0F, b[12], b[13])
}

// none sends a command without data and returns the answer.
func (w *wire) none(cdb string) string {
	w.Helper()
	answer, _ := w.send(cdb, scsi.NoData, nil)
	return answer
}

// ok sends a command without data that must be GOOD.
func (w *wire) ok(cdb string) {
	w.Helper()
	require.Equal(w, good, w.none(cdb), cdb)
}

// in sends a command that must return data, up to n bytes.
func (w *wire) in(cdb string, n int) []byte {
	w.Helper()
	b := make([]byte, n)
	answer, got := w.send(cdb, scsi.DataIn, b)
	require.Equal(w, good, answer, cdb)
	return b[:got]
}

// hex is in, as text.
func (w *wire) hex(cdb string, n int) string {
	w.Helper()
	return strings.ToUpper(hex.EncodeToString(w.in(cdb, n)))
}

// quoted formats a quotation of the reference like hex.
func quoted(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "|", "")
}

// refused sends a data-in command that must fail, and returns the answer.
func (w *wire) refused(cdb string, n int) string {
	w.Helper()
	answer, _ := w.send(cdb, scsi.DataIn, make([]byte, n))
	require.NotEqual(w, good, answer, cdb)
	return answer
}

// ready polls once a second until TEST UNIT READY is GOOD and READ DISC INFORMATION isn't
// busy either.
func (w *wire) ready() {
	w.Helper()
	for range 7200 {
		answer := w.none("00 00 00 00 00 00")
		if answer == good {
			info, _ := w.send("51 00 00 00 00 00 00 00 22 00", scsi.DataIn, make([]byte, 34))
			if info == good || !strings.HasPrefix(info, "2/04/") {
				return
			}
		} else if !strings.HasPrefix(answer, "2/") && !strings.HasPrefix(answer, "6/") {
			require.Fail(w, "not ready", answer)
		}
		if strings.HasPrefix(answer, "2/3A/") {
			return
		}
		w.sleep(time.Second)
	}
	require.Fail(w, "never ready")
}

func (w *wire) sleep(d time.Duration) {
	w.Helper()
	require.NoError(w, w.d.Sleep(context.Background(), d))
}

// tao05 is the page that cdrskin composes for an audio track (peers 1.5), with buffer
// underrun free recording, changed by edit.
func tao05(edit func(page []byte)) []byte {
	p := make([]byte, 52)
	copy(p, []byte{0x05, 0x32, 0x41, 0, 0})
	p[15] = 0x96
	if edit != nil {
		edit(p)
	}
	return p
}

// mode sends page 05h and returns the answer.
func (w *wire) mode(page []byte) string {
	w.Helper()
	list := append(make([]byte, 8), page...)
	answer, _ := w.send(fmt.Sprintf("55 10 00 00 00 00 00 00 %02X 00", len(list)), scsi.DataOut, list)
	return answer
}

// tao selects an audio track.
func (w *wire) tao() { w.taoWith(nil) }

func (w *wire) taoWith(edit func(page []byte)) {
	w.Helper()
	require.Equal(w, good, w.mode(tao05(edit)))
}

// write10 is the CDB of WRITE(10).
func write10(lba toc.LBA, blocks int) string {
	return fmt.Sprintf("2A 00 %08X 00 %04X 00", uint32(lba), blocks)
}

// write sends sectors of a stamped pattern and returns the answer.
func (w *wire) write(lba toc.LBA, blocks int) string {
	w.Helper()
	p := make([]byte, blocks*toc.SectorSize)
	stamp(p, lba)
	answer, _ := w.send(write10(lba, blocks), scsi.DataOut, p)
	return answer
}

// stamp makes each sector different; its bytes encode its address.
func stamp(p []byte, lba toc.LBA) {
	for i := 0; i < len(p); i += toc.SectorSize {
		for j := i; j < i+toc.SectorSize; j += 588 {
			binary.LittleEndian.PutUint32(p[j:], uint32(lba)*2654435761+uint32(j-i))
		}
		lba++
	}
}

// fill writes n sectors from lba on, 27 per command as wodim does. After 2/04/08 it sends
// the same command again.
func (w *wire) fill(lba toc.LBA, n int) {
	w.Helper()
	p := make([]byte, 27*toc.SectorSize)
	for n > 0 {
		part := min(n, 27)
		if !w.quiet {
			stamp(p[:part*toc.SectorSize], lba)
		}
		answer, _ := w.send(write10(lba, part), scsi.DataOut, p[:part*toc.SectorSize])
		if answer == "2/04/08" {
			w.sleep(27 * time.Millisecond)
			continue
		}
		require.Equal(w, good, answer, "WRITE at %d", lba)
		lba, n = lba+toc.LBA(part), n-part
	}
}

// track records one track of n sectors at the address that the drive reports, and returns
// it.
func (w *wire) track(n int) toc.LBA {
	w.Helper()
	return w.trackWith(n, nil)
}

func (w *wire) trackWith(n int, edit func(page []byte)) toc.LBA {
	w.Helper()
	w.taoWith(edit)
	start := w.invisible().nwa
	w.fill(start, n)
	w.ok("35 00 00 00 00 00 00 00 00 00")
	w.ready()
	return start
}

// closeSession closes with a multi-session field of page 05h: 0, 1 or 3.
func (w *wire) closeSession(field byte) {
	w.Helper()
	w.taoWith(func(p []byte) { p[3] |= field << 6 })
	w.ok("5B 00 02 00 00 00 00 00 00 00")
	w.ready()
}

// trackInfo is the reply to READ TRACK INFORMATION, decoded at fixed offsets.
type trackInfo struct {
	number, session    int
	control, flags     byte // bytes 5 and 6
	nwaValid           bool
	start, nwa         toc.LBA
	free, size         toc.Sectors
	damage, rt, blank_ bool
}

func parseTrackInfo(b []byte) trackInfo {
	return trackInfo{
		number: int(b[2]), session: int(b[3]), control: b[5], flags: b[6], nwaValid: b[7]&1 != 0,
		start:  toc.LBA(int32(binary.BigEndian.Uint32(b[8:]))),
		nwa:    toc.LBA(int32(binary.BigEndian.Uint32(b[12:]))),
		free:   toc.Sectors(binary.BigEndian.Uint32(b[16:])),
		size:   toc.Sectors(binary.BigEndian.Uint32(b[24:])),
		damage: b[5]&0x20 != 0, rt: b[6]&0x80 != 0, blank_: b[6]&0x40 != 0,
	}
}

// info asks for a track by number.
func (w *wire) info(number int) trackInfo {
	w.Helper()
	return parseTrackInfo(w.in(fmt.Sprintf("52 01 00 00 00 %02X 00 00 24 00", number), 36))
}

// invisible asks for track FFh, which must be writable.
func (w *wire) invisible() trackInfo {
	w.Helper()
	info := w.info(0xFF)
	require.True(w, info.nwaValid, "no next writable address: %+v", info)
	return info
}

// readCD is READ CD of audio, main channel only.
func (w *wire) readCD(lba toc.LBA, n int) []byte {
	w.Helper()
	return w.in(fmt.Sprintf("BE 04 %08X %06X 10 00 00", uint32(lba), n), n*toc.SectorSize)
}

// wantSectors checks that sectors read back are those of stamp.
func (w *wire) wantSectors(lba toc.LBA, n int) {
	w.Helper()
	p := make([]byte, 27*toc.SectorSize)
	for n > 0 {
		part := min(n, 27)
		stamp(p[:part*toc.SectorSize], lba)
		got := w.readCD(lba, part)
		require.True(w, string(got) == string(p[:part*toc.SectorSize]), "sectors at %d differ", lba)
		lba, n = lba+toc.LBA(part), n-part
	}
}

func hexOf(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
