//go:build linux && iokitfake

package host

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iokit"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

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

// A mounted disc blocks exclusive access until it is unmounted.
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

// A file system under a name in the mount table other than the disc's: macOS is asked
// to unmount the disc all the same.
func TestMacMountedUnseen(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.mounts[0].device = "fskit://audio"
	b.Set(b.id, "mounted", 1)
	_, err := b.open(nil)
	mounted, ok := errors.AsType[*MountedError](err)
	require.True(t, ok, "%v", err)
	assert.Empty(t, mounted.Mounts)
	assert.ErrorContains(t, err, "diskutil unmountDisk disk4")
	assert.Equal(t, defaultWait, b.slept, "it may be the kernel looking at the disc")
	require.NoError(t, b.m.unmount(t.Context(), b.path))
	assert.Contains(t, b.Log(), "unmount disk4")
	require.NoError(t, b.mustOpen(nil).Close())

	// By Lock, which also waits.
	b.Set(b.id, "mounted", 1)
	d := b.mustOpen(&Options{Shared: true, Wait: -1})
	require.ErrorIs(t, d.Lock(t.Context(), "me", false), scsi.ErrLocked)
	require.NoError(t, d.Lock(t.Context(), "me", true))
	require.NoError(t, d.Unlock())

	// Nothing is mounted, and a program has the disc open: unmounting has no effect.
	b.Set(b.id, "opened", 1)
	require.ErrorIs(t, d.Lock(t.Context(), "me", true), scsi.ErrLocked)
	b.Set(b.id, "opened", 0)
	require.NoError(t, d.Lock(t.Context(), "me", true))
}

// Mounted between our check of the table and exclusive access.
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
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	require.NoError(t, b.m.unmount(t.Context(), b.path), "nothing is mounted")
	assert.Contains(t, b.Log(), "unmount disk4", "asked all the same")
	b = newMacBench(t, nil)
	assert.NoError(t, b.m.unmount(t.Context(), b.path), "without a disc")
}

// The callback never comes: the context ends the wait.
func TestMacUnmountHangs(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "mounted", 1)
	b.Set(b.id, "silent", 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, b.m.unmount(ctx, b.path), context.Canceled)
}

// The results of ObtainExclusiveAccess and of the calls before it.
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
		{"right refused", "plugIn", 0xE00002E2, fs.ErrPermission, "system.burn", false},
		{"another driver has it", "plugIn", 0xE00002C5, fs.ErrPermission, "another driver", false},
		{"no plug-in", "noPlugIn", 1, iokit.Unsupported, "no plug-in", false},
		{"wrong IID", "query", 0x80000004, nil, "QueryInterface: code 80000004", false},
		{"no device interface", "noDevice", 1, nil, "GetSCSITaskDeviceInterface", false},
		{"claimed by another", "claim", 0xF8DA0004, scsi.ErrLocked, "claimed", true},
		{"claimed by another permanently", "otherClaim", 1, scsi.ErrLocked, "another program has claimed", true},
		{"opened by another", "opened", 1, scsi.ErrLocked, "or a program has the disc open", true},
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

// "no resources" of another call is not a refused right.
func TestMacNoResources(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "obtain", 0xE00002BE)
	b.Set(b.id, "obtainTimes", -1)
	_, err := b.open(nil)
	assert.ErrorIs(t, err, iokit.NoResources)
	assert.NotErrorIs(t, err, fs.ErrPermission)
}

// A drive that was busy for a moment.
func TestMacWaits(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "obtain", 0xE00002C5)
	b.Set(b.id, "obtainTimes", 3)
	b.mustOpen(nil)
	assert.Equal(t, 3*macRetry, b.slept)
}

func TestMacWaitsUntilCanceled(t *testing.T) {
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

// A failing DiskArbitration must not prevent a burn.
func TestMacClaimFails(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.Set(b.id, "claim", 0xF8DA000C) // unsupported
	d := b.mustOpen(nil)
	require.Len(t, d.Warnings(), 1)
	assert.Contains(t, d.Warnings()[0], "F8DA000C")
}

// While redbook has the disc other programs can't claim it.
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
	assert.Empty(t, owner, "connected, but not exclusively")

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

// The drive is unplugged during use: every object is released.
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
