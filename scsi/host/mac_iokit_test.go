//go:build linux && iokitfake

package host

import (
	"bytes"
	"context"
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
	"github.com/redbook-audio/redbook/internal/iokit"
	"github.com/redbook-audio/redbook/internal/iokit/iokittest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/scsitest"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

func testPID() int { return os.Getpid() }

// What happens on the thread of a run loop is waited for.
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

// noiseTracks makes tracks that don't end with a sector.
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

// TestMacBurn goes the whole way: three tracks, closed, every sector read back. The
// garbage collector runs all the time: nothing that C looks at may be its to take.
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

// holdsSequence looks at the calls of a burn: claimed before anything, a task made and
// released for each command, everything given back at the end.
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

// A WRITE gets lost in the middle of a burn. It is never sent again.
func TestMacBurnFails(t *testing.T) {
	tests := []struct {
		name string
		fail func(b *macBench, x *iokittest.Exchange)
		want error
	}{
		{"protocol timeout", func(_ *macBench, x *iokittest.Exchange) { x.Response, x.Status = 1, 2 }, os.ErrDeadlineExceeded},
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
			tracks, _ := noiseTracks(8)
			_, err = tao.Burn(t.Context(), drive, tracks, nil)
			assert.ErrorIs(t, err, tt.want)
			assert.GreaterOrEqual(t, len(written), 5)
			for cdb, times := range written {
				assert.Equal(t, 1, times, "WRITE % X", cdb)
			}
		})
	}
}

// A look takes nothing away from anybody.
func TestMacLookAside(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(&Options{Look: true})
	drive, err := mmc.Open(t.Context(), timed{d, b.sim})
	require.NoError(t, err)
	on, err := disc.Look(t.Context(), drive, nil)
	require.NoError(t, err)
	require.True(t, on.Status.Known())
	assert.Equal(t, mmc.DiscEmpty, on.Status.Value)
	for _, line := range b.Log() {
		assert.True(t, strings.HasPrefix(line, "look "), line)
	}
}

func TestMacList(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	empty := b.Drive("PLEXTOR", "CD-R   PX-W1210A", "1.10", "")
	b.Set(b.id, "mounted", 1)
	found, err := b.m.list()
	require.NoError(t, err)
	assert.Equal(t, []Info{
		{
			Path: "ioreg:1000004a2", Vendor: "PIONEER", Model: "DVD-RW  DVR-111", Revision: "1.23",
			Generic: "/dev/disk4", Mounts: []string{"/Volumes/Audio CD"},
		},
		{Path: macPath(empty), Vendor: "PLEXTOR", Model: "CD-R   PX-W1210A", Revision: "1.10"},
	}, found)
	assert.NotContains(t, b.Log(), "obtain")

	b.Set(empty, "removed", 1)
	found, err = b.m.list()
	require.NoError(t, err)
	assert.Len(t, found, 1)
}

func TestMacNames(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	for _, name := range []string{b.path, "ioreg:0x1000004a2", "/dev/disk4", "/dev/rdisk4", "disk4", "/dev/disk4s1"} {
		n, err := b.m.open(t.Context(), name, &Options{})
		require.NoError(t, err, name)
		assert.Equal(t, "ioreg:1000004a2", n.path(), name)
		require.NoError(t, n.close())
	}
	for name, want := range map[string]error{
		"ioreg:1000004a3": fs.ErrNotExist, "ioreg:x": fs.ErrNotExist, "/dev/disk5": fs.ErrNotExist,
		"diskette": fs.ErrNotExist, "": fs.ErrNotExist, "/dev/disk1": ErrNotOptical,
	} {
		_, err := b.m.open(t.Context(), name, &Options{})
		assert.ErrorIs(t, err, want, name)
	}
}

// A disc that is mounted stands in the way until it is unmounted.
func TestMacMounted(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "mounted", 1)
	_, err := b.open(nil)
	mounted, ok := errors.AsType[*MountedError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, []string{"/Volumes/Audio CD"}, mounted.Mounts)
	assert.ErrorContains(t, err, "diskutil unmountDisk disk4")
	assert.Zero(t, b.slept, "no use in waiting")

	require.NoError(t, b.m.unmount(t.Context(), b.path))
	require.NoError(t, b.m.unmount(t.Context(), b.path), "nothing is mounted")
	b.mustOpen(nil)
}

// Mounted between our look at the table and exclusive access.
func TestMacMountedMeanwhile(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	looks := 0
	table := b.m.mounts
	b.m.mounts = func() ([]macMount, error) {
		if looks++; looks == 1 {
			b.Set(b.id, "mounted", 1)
			return nil, nil
		}
		return table()
	}
	_, err := b.open(nil)
	_, ok := errors.AsType[*MountedError](err)
	assert.True(t, ok, "%v", err)
	assert.Contains(t, b.Log(), "unclaim disk4")
}

func TestMacUnmountRefused(t *testing.T) {
	for status, want := range map[uint32]error{
		0xF8DA0002: scsi.ErrLocked, 0xF8DA0004: scsi.ErrLocked,
		0xF8DA0008: fs.ErrPermission, 0xF8DA0009: fs.ErrPermission,
	} {
		b := newMacBench(t, sim.NewDisc(sim.CDR80))
		b.Set(b.id, "mounted", 1)
		b.Set(b.id, "unmount", int64(status))
		err := b.m.unmount(t.Context(), b.path)
		assert.ErrorIs(t, err, want, "%X", status)
	}
	b := newMacBench(t, nil)
	assert.NoError(t, b.m.unmount(t.Context(), b.path), "without a disc")
}

// Nobody calls back: the context ends the waiting.
func TestMacUnmountHangs(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "mounted", 1)
	b.Set(b.id, "silent", 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, b.m.unmount(ctx, b.path), context.Canceled)
}

// What ObtainExclusiveAccess and its forerunners can say.
func TestMacRefused(t *testing.T) {
	tests := []struct {
		name, knob string
		code       uint32
		want       error
		text       string
		waits      bool
	}{
		{"exclusive access", "obtain", 0xE00002C5, scsi.ErrLocked, `"Toast (process 4711)"`, true},
		{"busy", "obtain", 0xE00002D5, scsi.ErrLocked, "busy", true},
		{"not permitted", "obtain", 0xE00002E2, fs.ErrPermission, "Terminal", false},
		{"not privileged", "obtain", 0xE00002C1, fs.ErrPermission, "Terminal", false},
		{"gone", "obtain", 0xE00002C0, fs.ErrNotExist, "no such device", false},
		{"plug-in not permitted", "plugIn", 0xE00002E2, fs.ErrPermission, "system.burn", false},
		{"plug-in unsupported", "plugIn", 0xE00002C7, iokit.Unsupported, "IOCreatePlugInInterfaceForService: unsupported", false},
		{"plug-in gone", "plugIn", 0xE00002C0, fs.ErrNotExist, "there is no drive", false},
		{"wrong IID", "query", 0x80000004, nil, "QueryInterface: code 80000004", false},
		{"no device interface", "noDevice", 1, nil, "GetSCSITaskDeviceInterface", false},
		{"claimed by another", "claim", 0xF8DA0004, scsi.ErrLocked, "claimed", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newMacBench(t, sim.NewDisc(sim.CDR80))
			b.Other(b.id, "pid 4711, Toast")
			b.Set(b.id, tt.knob, int64(tt.code))
			b.Set(b.id, "obtainTimes", -1)
			_, err := b.open(nil)
			require.Error(t, err)
			assert.ErrorContains(t, err, tt.text)
			if tt.want != nil {
				assert.ErrorIs(t, err, tt.want)
			}
			assert.Equal(t, tt.waits, b.slept >= defaultWait, "slept %v", b.slept)
		})
	}
}

// A drive that was busy for a moment.
func TestMacWaits(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "obtain", 0xE00002C5)
	b.Set(b.id, "obtainTimes", 3)
	b.mustOpen(nil)
	assert.Equal(t, 3*macRetry, b.slept)
}

func TestMacWaitsUntilCancelled(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "obtain", 0xE00002C5)
	b.Set(b.id, "obtainTimes", -1)
	ctx, cancel := context.WithCancel(t.Context())
	b.onSleep = cancel
	_, err := b.m.open(ctx, b.path, &Options{})
	assert.ErrorIs(t, err, context.Canceled)
	_, err = b.m.open(ctx, b.path, &Options{})
	assert.ErrorIs(t, err, context.Canceled)
}

// DiskArbitration that doesn't work is no reason not to burn.
func TestMacClaimFails(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "claim", 0xF8DA000C) // unsupported
	d := b.mustOpen(nil)
	require.Len(t, d.Warnings(), 1)
	assert.Contains(t, d.Warnings()[0], "F8DA000C")
}

// While we have the disc nobody else gets it.
func TestMacClaimIsDefended(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.mustOpen(nil)
	b.Want("disk4")
	require.Eventually(t, func() bool { return b.Get(b.id, "asked") != 0 }, waitLimit, waitTick)
	assert.Equal(t, uint32(0xF8DA0004), uint32(b.Get(b.id, "asked")))
}

func TestMacLock(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(&Options{Shared: true})
	b.Other(b.id, "pid 4711, Toast")
	owner, err := d.Owner()
	require.NoError(t, err)
	assert.Empty(t, owner, "connected, but not alone")

	b.Set(b.id, "mounted", 1)
	err = d.Lock(t.Context(), "test", false)
	assert.ErrorIs(t, err, scsi.ErrLocked)
	require.NoError(t, d.Lock(t.Context(), "test", true), "unmounts")
	owner, err = d.Owner()
	require.NoError(t, err)
	assert.Equal(t, "test", owner)
	require.NoError(t, d.Unlock())
	assert.Contains(t, b.Log(), "give back")

	b.Set(b.id, "obtain", 0xE00002C5)
	b.Set(b.id, "obtainTimes", -1)
	owner, err = d.Owner()
	require.NoError(t, err)
	assert.Equal(t, "Toast (process 4711)", owner)
}

// Everything that can happen to a command.
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

// Sense data that didn't come with the status are fetched.
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

func TestMacTooLong(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(nil)
	assert.Equal(t, scsi.Limits{MaxTransfer: 65536, Alignment: 1}, d.Limits())
	req := inquiry(65537)
	_, err := d.Do(t.Context(), req)
	assert.ErrorIs(t, err, ErrTooLong)
	te, _ := errors.AsType[*scsi.TransportError](err)
	require.NotNil(t, te)
	assert.Equal(t, scsi.SentNo, te.Sent)
}

// The drive is unplugged in the middle of it all: nothing is left behind.
func TestMacUnplugged(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d, err := b.open(nil)
	require.NoError(t, err)
	b.Set(b.id, "removed", 1)
	assert.NoError(t, d.Close())
	found, err := b.m.list()
	require.NoError(t, err)
	assert.Empty(t, found)
}

// A mounted disc can be looked at beside others, by the calls of MMCDeviceInterface.
func TestMacShared(t *testing.T) {
	cd := sim.NewDisc(sim.CDR80)
	b := newMacBench(t, cd)
	tracks, _ := noiseTracks(4)
	{
		d := b.mustOpen(nil)
		drive, err := mmc.Open(t.Context(), timed{d, b.sim})
		require.NoError(t, err)
		_, err = tao.Burn(t.Context(), drive, tracks, nil)
		require.NoError(t, err)
		require.NoError(t, d.Close())
	}
	b.Set(b.id, "mounted", 1)
	for _, code := range []int64{0, 0xE00002BC} { // TestUnitReady fails on some Macs
		b.Set(b.id, "testUnitReady", code)
		d := b.mustOpen(&Options{Shared: true})
		drive, err := mmc.Open(t.Context(), timed{d, b.sim})
		require.NoError(t, err)
		on, err := disc.Look(t.Context(), drive, nil)
		require.NoError(t, err)
		assert.Equal(t, mmc.DiscFinalized, on.Status.Value)
		assert.Len(t, on.TOC.Value.Entries, 1)

		// READ CD needs the drive to oneself.
		_, err = d.Do(t.Context(), &scsi.Request{CDB: [16]byte{0xBE}, CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, 2352)})
		te, ok := errors.AsType[*scsi.TransportError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, scsi.SentNo, te.Sent)
		assert.ErrorIs(t, err, fs.ErrPermission)
		assert.ErrorContains(t, err, "diskutil unmountDisk disk4")
		require.NoError(t, d.Close())
	}
	assert.NotContains(t, b.Log()[len(b.Log())-3:], "obtain")
}

// Somebody burns: the looking calls are refused too.
func TestMacSharedLocked(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.mustOpen(nil)
	look := b.mustOpen(&Options{Shared: true})
	_, err := look.Do(t.Context(), inquiry(36))
	assert.ErrorIs(t, err, scsi.ErrLocked)
	b.Other(b.id, "pid 4711, Toast")
	_, err = look.Do(t.Context(), inquiry(36))
	assert.ErrorContains(t, err, `in use by "Toast (process 4711)"`)
}
