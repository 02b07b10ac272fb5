//go:build linux && iokitfake

package host

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/iokit/iokittest"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

func testPID() int { return os.Getpid() }

// Calls on the thread of a run loop are waited for.
const (
	waitLimit = 30 * time.Second
	waitTick  = time.Millisecond
)

func TestMacConformance(t *testing.T) {
	for _, disc := range []*sim.Disc{nil, sim.NewDisc(sim.CDR80)} {
		b := newMacBench(t, disc)
		scsitest.TestTransport(t, func() scsi.Transport {
			d, err := b.open(nil)
			require.NoError(t, err)
			return d
		})
		assert.Equal(t, slices.Contains(b.Log(), "claim disk4"), disc != nil)
	}
}

// noiseTracks makes tracks that don't end on a sector boundary.
func noiseTracks(seconds ...float64) (tracks []burn.Track, data [][]byte) {
	random := rand.NewChaCha8([32]byte{1})
	for _, s := range seconds {
		p := make([]byte, int(s*44100)*4)
		_, _ = random.Read(p)
		data = append(data, p)
		tracks = append(tracks, burn.Track{Source: pcm.FromBytes("noise", pcm.CDDA, p)})
	}
	return tracks, data
}

// TestMacBurn burns and closes three tracks and reads every sector back. The garbage
// collector runs all the time: it must not free memory that C still uses.
func TestMacBurn(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(nil)
	assert.Empty(t, d.Warnings())
	drive, err := mmc.Open(t.Context(), timed{d, b.sim})
	require.NoError(t, err)
	tracks, data := noiseTracks(4.01, 5.5, 4.7)
	report, err := tao.Burn(t.Context(), drive, tracks, &burn.Options{Verify: disc.VerifyFull})
	require.NoError(t, err)
	assert.Equal(t, burn.VerdictSuccess, report.Verdict)
	require.NoError(t, d.Close())

	require.Len(t, report.Tracks, 3)
	assert.True(t, b.disc.Summary().Finalized)
	for i, row := range report.Tracks {
		got := make([]byte, int(row.Sectors)*toc.SectorSize)
		require.NoError(t, b.disc.ReadSectors(row.Start, got))
		want := make([]byte, len(got)) // padded with silence
		copy(want, data[i])
		assert.True(t, bytes.Equal(want, got), "track %d", row.Number)
	}
	holdsSequence(t, b.Log())
}

// holdsSequence checks the calls of a burn: the claim first, a task made and released
// for each command, everything released at the end.
func holdsSequence(t *testing.T, log []string) {
	t.Helper()
	require.Greater(t, len(log), 20)
	assert.Equal(t, []string{"claim disk4", "obtain"}, log[:2])
	assert.Equal(t, []string{"give back", "unclaim disk4"}, log[len(log)-2:])
	commands := log[2 : len(log)-2]
	require.Zero(t, len(commands)%3)
	for i := 0; i < len(commands); i += 3 {
		require.Equal(t, "create task", commands[i])
		require.True(t, strings.HasPrefix(commands[i+1], "execute "))
		require.Equal(t, "release task", commands[i+2])
	}
}

// The answer of a WRITE is lost in the middle of a burn. It is never sent again: if the
// next writable address shows that the drive accepted it, the burn continues.
func TestMacBurnFails(t *testing.T) {
	tests := []struct {
		name string
		fail func(b *macBench, x *iokittest.Exchange)
		want error
	}{
		{"protocol timeout", func(_ *macBench, x *iokittest.Exchange) { x.Response, x.Status = 1, 2 }, nil},
		{"unplugged", func(b *macBench, x *iokittest.Exchange) { b.Set(b.id, "removed", 1); x.Response, x.Status = 1, 4 }, fs.ErrNotExist},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newMacBench(t, sim.NewDisc(sim.CDR80))
			written := map[[6]byte]int{}
			b.lie = func(x *iokittest.Exchange) uint32 {
				if x.CDB[0] == 0x2A {
					if written[[6]byte(x.CDB[:6])]++; len(written) == 5 {
						tt.fail(b, x)
					}
				}
				return 0
			}
			d := b.mustOpen(nil)
			drive, err := mmc.Open(t.Context(), timed{d, b.sim})
			require.NoError(t, err)
			tracks, data := noiseTracks(8)
			report, err := tao.Burn(t.Context(), drive, tracks, nil)
			require.ErrorIs(t, err, tt.want)
			if tt.want == nil {
				assert.Equal(t, burn.VerdictSuccess, report.Verdict)
				require.NotEmpty(t, report.Tracks[0].Notes)
				assert.Equal(t, notekind.WriteTaken, report.Tracks[0].Notes[0].Kind)
				got := make([]byte, len(data[0])/toc.SectorSize*toc.SectorSize)
				require.NoError(t, b.disc.ReadSectors(0, got))
				assert.True(t, bytes.Equal(data[0][:len(got)], got))
			}
			assert.GreaterOrEqual(t, len(written), 5)
			for cdb, times := range written {
				assert.Equal(t, 1, times, "WRITE % X", cdb)
			}
		})
	}
}

// Every possible outcome of a command.
func TestMacCommandFails(t *testing.T) {
	answers := func(response, status uint32) func(*iokittest.Exchange) uint32 {
		return func(x *iokittest.Exchange) uint32 { x.Response, x.Status = response, status; return 0 }
	}
	tests := []struct {
		name string
		knob string
		code int64
		lie  func(*iokittest.Exchange) uint32
		sent scsi.Sent
		want error
	}{
		{"no task", "noTask", 1, nil, scsi.SentNo, nil},
		{"CDB", "setCDB", 0xE00002C2, nil, scsi.SentNo, nil},
		{"entries", "setEntries", 0xE00002BD, nil, scsi.SentNo, nil},
		{"timeout value", "setTimeout", 0xE00002BC, nil, scsi.SentNo, nil},
		{"can't wire", "execute", 0xE00002DE, nil, scsi.SentNo, nil},
		{"not permitted", "execute", 0xE00002E2, nil, scsi.SentNo, fs.ErrPermission},
		{"lost the drive", "execute", 0xE00002C5, nil, scsi.SentNo, scsi.ErrLocked},
		{"error", "execute", 0xE00002BC, nil, scsi.SentUnknown, nil},
		{"timeout", "execute", 0xE00002D6, nil, scsi.SentUnknown, os.ErrDeadlineExceeded},
		{"removed", "removed", 1, nil, scsi.SentUnknown, fs.ErrNotExist},
		{"connection gone", "execute", 0x10000003, nil, scsi.SentUnknown, fs.ErrNotExist},
		{"no response", "getResponse", 0xE00002BC, nil, scsi.SentUnknown, nil},
		{"still in process", "", 0, answers(0, 0), scsi.SentUnknown, nil},
		{"function rejected", "", 0, answers(5, 0), scsi.SentUnknown, nil},
		{"task timeout", "", 0, answers(1, 1), scsi.SentUnknown, os.ErrDeadlineExceeded},
		{"protocol timeout, not CHECK CONDITION", "", 0, answers(1, 2), scsi.SentUnknown, os.ErrDeadlineExceeded},
		{"not responding", "", 0, answers(1, 3), scsi.SentUnknown, fs.ErrNotExist},
		{"not present", "", 0, answers(1, 4), scsi.SentUnknown, fs.ErrNotExist},
		{"delivery failure", "", 0, answers(1, 5), scsi.SentUnknown, nil},
		{"no status", "", 0, answers(1, 0xFF), scsi.SentUnknown, nil},
		{"failure in the call", "", 0, func(*iokittest.Exchange) uint32 { return 0xE00002ED }, scsi.SentUnknown, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newMacBench(t, sim.NewDisc(sim.CDR80))
			d := b.mustOpen(nil)
			b.lie = tt.lie
			if tt.knob != "" {
				b.Set(b.id, tt.knob, tt.code)
			}
			_, err := d.Do(t.Context(), inquiry(36))
			te, ok := errors.AsType[*scsi.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, tt.sent, te.Sent, "%v", err)
			assert.Equal(t, "INQUIRY", te.Op)
			if tt.want != nil {
				assert.ErrorIs(t, err, tt.want)
			}
		})
	}
}

// A status that is neither GOOD nor CHECK CONDITION is an answer.
func TestMacOtherStatus(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(nil)
	b.lie = func(x *iokittest.Exchange) uint32 { x.Status = 0x08; x.Count = 1 << 40; return 0 }
	res, err := d.Do(t.Context(), inquiry(36))
	require.NoError(t, err)
	assert.Equal(t, scsi.Busy, res.Status)
	assert.Equal(t, 36, res.N, "clamped")
}

// Sense data that weren't returned with the status are fetched.
func TestMacSenseFetched(t *testing.T) {
	b := newMacBench(t, nil)
	d := b.mustOpen(nil)
	unknown := &scsi.Request{CDB: [16]byte{0x1F}, CDBLen: 6}
	b.lie = func(x *iokittest.Exchange) uint32 { x.Sense = [20]byte{}; return 0 }
	var res scsi.Result
	for range 4 { // unit attentions
		var err error
		res, err = d.Do(t.Context(), unknown)
		require.NoError(t, err)
	}
	assert.Equal(t, scsi.CheckCondition, res.Status)
	assert.Equal(t, 2, strings.Count(strings.Join(b.Log()[len(b.Log())-6:], "\n"), "execute"))
	assert.Contains(t, b.Log(), "execute 03")
}

// Sense data with GOOD, on a Mac that passes them on.
func TestMacSenseWithGood(t *testing.T) {
	for i, tt := range goodSense {
		b := newMacBench(t, sim.NewDisc(sim.CDR80))
		d := b.mustOpen(nil)
		b.Set(b.id, "senseAlways", 1)
		b.lie = func(x *iokittest.Exchange) uint32 {
			x.Response, x.Status, x.Count, x.Sense = 2, 0, x.Length, [20]byte{}
			copy(x.Sense[:18], unhexed(t, tt.sense))
			return 0
		}
		goodWith(t, d, i)
		require.NoError(t, d.Close())
	}
	// In shared mode this is the only way to find out.
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	look := b.mustOpen(&Options{Shared: true})
	b.Set(b.id, "senseAlways", 1)
	b.lie = func(x *iokittest.Exchange) uint32 {
		x.Response, x.Status = 2, 0
		copy(x.Sense[:18], unhexed(t, goodSense[1].sense))
		return 0
	}
	_, err := scsi.Exec(t.Context(), look, inquiry(36))
	sense, ok := errors.AsType[*scsi.SenseError](err)
	require.True(t, ok, "%v", err)
	assert.True(t, sense.Deferred)
}

// A WRITE that was accepted in part reports it.
func TestMacShortWrite(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(nil)
	for _, count := range []uint64{0, 1, 2352, 63503, 63504, 1 << 40} {
		b.lie = func(x *iokittest.Exchange) uint32 { x.Response, x.Status, x.Count = 2, 0, count; return 0 }
		res, err := d.Do(t.Context(), &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 63504)})
		require.NoError(t, err)
		assert.Equal(t, int(min(count, 63504)), res.N)
	}
}

func TestMacTooLong(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(nil)
	assert.Equal(t, scsi.Limits{MaxTransfer: 65536, Alignment: 1}, d.Limits())
	req := inquiry(65537)
	_, err := d.Do(t.Context(), req)
	assert.ErrorIs(t, err, errTooLong)
	te, _ := errors.AsType[*scsi.TransportError](err)
	require.NotNil(t, te)
	assert.Equal(t, scsi.SentNo, te.Sent)
}
