//go:build linux && iokitfake

package host

import (
	"context"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iokit/iokittest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// macBench is a simulated Mac with one simulated drive.
type macBench struct {
	*iokittest.Mac
	t       *testing.T
	m       *mac
	id      uint64
	path    string
	sim     *sim.Drive
	disc    *sim.Disc
	mounts  []macMount // while the knob is set, the disc is mounted
	mmcOnly bool       // the drive doesn't support READ TOC in the form of SFF-8020i
	slept   time.Duration
	onSleep func()
	lie     func(x *iokittest.Exchange) uint32 // after the drive has answered
}

func newMacBench(t *testing.T, disc *sim.Disc) *macBench {
	t.Helper()
	b := &macBench{Mac: iokittest.New(t), t: t, disc: disc, sim: sim.New(sim.Config{Disc: disc})}
	b.mounts = []macMount{{"/dev/disk4s1", "/Volumes/Audio CD"}, {"/dev/disk40", "/Volumes/Backup"}}
	bsd := "disk4"
	if disc == nil {
		bsd = ""
	}
	b.id = b.Drive("PIONEER ", "DVD-RW  DVR-111 ", "1.23", bsd)
	b.path = macPath(b.id)
	b.m = &mac{
		lib: b.Library, mounts: b.mountTable, sleep: b.sleep, pid: testPID(),
		exists: func(path string) bool { return path == "/dev/disk1" },
	}
	b.Answer(b.answer)
	return b
}

func (b *macBench) mountTable() ([]macMount, error) {
	if b.Get(b.id, "mounted") != 0 {
		return b.mounts, nil
	}
	return b.mounts[1:], nil
}

func (b *macBench) sleep(ctx context.Context, d time.Duration) error {
	b.slept += d
	if b.onSleep != nil {
		b.onSleep()
	}
	return ctx.Err()
}

// answer carries out a command in the simulated drive.
func (b *macBench) answer(x *iokittest.Exchange) uint32 {
	req := &scsi.Request{
		CDB: x.CDB, CDBLen: int(x.CDBLength), Dir: scsi.NoData,
		Timeout: time.Duration(x.Timeout) * time.Millisecond, Name: "from the fake",
	}
	switch x.Direction {
	case 1:
		req.Dir = scsi.DataOut
	case 2:
		req.Dir = scsi.DataIn
	}
	if x.Length > 0 {
		req.Data = unsafe.Slice(x.Data, int(x.Length))
	}
	if old := req.CDB[9] >> 6; req.CDB[0] == 0x43 && req.CDB[2] == 0 && old != 0 {
		if req.CDB[9] = 0; !b.mmcOnly {
			req.CDB[2] = old
		}
	}
	res, err := b.sim.Do(context.Background(), req)
	if err != nil {
		x.Response, x.Status = 1, 5 // the command got lost
	} else {
		x.Response, x.Status, x.Count = 2, uint32(res.Status), uint64(res.N)
		copy(x.Sense[:18], res.Sense)
	}
	if b.lie != nil {
		return b.lie(x)
	}
	return 0
}

// open opens the drive as Open does.
func (b *macBench) open(opts *Options) (*Device, error) {
	if opts == nil {
		opts = &Options{}
	}
	n, err := b.m.open(b.t.Context(), b.path, opts)
	if err != nil {
		return nil, err
	}
	return &Device{node: n}, nil
}

func (b *macBench) mustOpen(opts *Options) *Device {
	b.t.Helper()
	d, err := b.open(opts)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { require.NoError(b.t, d.Close()) })
	return d
}

// timed is a Device with the simulated drive's clock.
type timed struct {
	*Device
	scsi.Clock
}
