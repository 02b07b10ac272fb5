package sim_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/require"
)

// writer sends WRITE(10) commands of 27 sectors without allocating.
type writer struct {
	d    *sim.Drive
	req  scsi.Request
	next int
}

func newWriter(t testing.TB, media sim.Media) *writer {
	h := newHost(t, "", media)
	h.selectPage(page05(0x41, 0))
	return writerOf(h, 0)
}

// writerOf returns a writer that begins at lba.
func writerOf(h *host, next int) *writer {
	w := &writer{d: h.d, next: next}
	w.req = scsi.Request{CDBLen: 10, Dir: scsi.DataOut, Data: music(1, 27), Name: "WRITE(10)"}
	w.req.CDB[0], w.req.CDB[8] = 0x2A, 27
	return w
}

func (w *writer) write(t testing.TB) {
	binary.BigEndian.PutUint32(w.req.CDB[2:], uint32(int32(w.next)))
	res, err := w.d.Do(context.Background(), &w.req)
	if err != nil || res.Status != scsi.Good {
		t.Fatalf("WRITE at %d: %v %s", w.next, err, answer(res))
	}
	w.next += 27
}

// BenchmarkWrite10 measures a drive that accepts audio and records it in memory, with its
// checks on. The memory is reused: a first use would measure the kernel as well.
func BenchmarkWrite10(b *testing.B) {
	b.SetBytes(27 * toc.SectorSize)
	b.ReportAllocs()
	var w *writer
	for i := range b.N {
		if i%13000 == 0 { // a disc is full after 13327 commands
			b.StopTimer()
			if w == nil {
				w = newWriter(b, sim.CDR80)
				for range 13000 {
					w.write(b)
				}
			}
			require.NoError(b, w.d.Eject().Close())
			w = newWriter(b, sim.CDR80)
			b.StartTimer()
		}
		w.write(b)
	}
}

// BenchmarkReadCD measures reading the audio back.
func BenchmarkReadCD(b *testing.B) {
	h := newHost(b, "", sim.CDR80)
	h.selectPage(page05(0x41, 0))
	h.burnTrack(music(1, 2700))
	h.closeSession()
	buf := make([]byte, 27*toc.SectorSize)
	req := scsi.Request{CDBLen: 12, Dir: scsi.DataIn, Data: buf, Name: "READ CD"}
	req.CDB[0], req.CDB[8], req.CDB[9] = 0xBE, 27, 0x10
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for i := range b.N {
		binary.BigEndian.PutUint32(req.CDB[2:], uint32(i%99*27))
		if res, err := h.d.Do(context.Background(), &req); err != nil || res.Status != scsi.Good {
			b.Fatal(err, answer(res))
		}
	}
}

func TestWriteAllocatesNothing(t *testing.T) {
	atOnce := newHost(t, "", sim.CDR80)
	atOnce.session(0x42, 0)
	require.Equal(t, "ok", atOnce.sheet(sheetPauses))
	for name, w := range map[string]*writer{
		"track-at-once": newWriter(t, sim.CDR80), "session-at-once": writerOf(atOnce, -150),
	} {
		w.write(t)
		// Memory for the disc is allocated 1024 sectors at a time; stay within one chunk.
		if n := testing.AllocsPerRun(20, func() { w.write(t) }); n != 0 {
			t.Errorf("%s: %v allocations for each WRITE", name, n)
		}
	}
}
