package host

import (
	"context"
	"errors"
	"io/fs"
	"os/user"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/scsi"
)

func TestOpenFlags(t *testing.T) {
	for _, name := range []string{"sr0", "sg1"} {
		for _, shared := range []bool{false, true} {
			m := newMachine(t)
			m.drive(0, "V", "M", "1")
			d := m.openDrive(name, Options{Shared: shared})
			require.Len(t, m.files, 1)
			for _, f := range m.files {
				want := unix.O_RDWR | unix.O_NONBLOCK | unix.O_CLOEXEC
				if !shared {
					want |= unix.O_EXCL
				}
				assert.Equal(t, want, f.flags)
				assert.Equal(t, !shared, f.locked)
			}
			assert.Equal(t, m.dev(name), d.Path())
		}
	}
}

func TestOpenByLink(t *testing.T) {
	m := newMachine(t)
	m.drive(1, "V", "M", "1")
	m.link("dev/disk/by-id/ata-DRIVE_123", "../../sr1")
	m.link("dev/cdrom", "disk/by-id/ata-DRIVE_123")
	n, err := m.openDevice(t.Context(), m.at("dev/cdrom"), &Options{})
	require.NoError(t, err)
	assert.Equal(t, m.dev("sr1"), n.path())
	require.NoError(t, n.close())
}

func TestOpenWhatIsNoDrive(t *testing.T) {
	m := newMachine(t)
	m.node("sda", &fakeNode{mode: unix.S_IFBLK, rdev: unix.Mkdev(8, 0)})
	m.node("null", &fakeNode{mode: unix.S_IFCHR, rdev: unix.Mkdev(1, 3)})
	m.node("file", &fakeNode{mode: unix.S_IFREG, rdev: unix.Mkdev(11, 0)})
	m.node("wrong", &fakeNode{mode: unix.S_IFCHR, rdev: unix.Mkdev(11, 0)})
	_, sg := m.drive(0, "V", "M", "1")
	m.write("sys/bus/scsi/devices/0:0:0:0/type", "0\n") // the sg node of a disk
	for _, name := range []string{"sda", "null", "file", "wrong", "sg1"} {
		_, err := m.openDevice(t.Context(), m.at("dev", name), &Options{})
		assert.ErrorIs(t, err, ErrNotOptical, name)
	}
	assert.Empty(t, m.files)
	m.write("sys/bus/scsi/devices/0:0:0:0/type", "4\n") // an old WORM
	m.openDrive("sg1", Options{})

	// The node is replaced between stat and open.
	m.write("sys/bus/scsi/devices/0:0:0:0/type", "5\n")
	m.open = func(path string, flags int) (int, error) {
		fd, err := m.fakeOpen(m.at("dev/sda"), flags)
		return fd, err
	}
	_, err := m.openDevice(t.Context(), m.at("dev/sr0"), &Options{})
	assert.ErrorIs(t, err, ErrNotOptical)
	assert.Len(t, m.files, 1, "closed again")
	_ = sg
}

func TestOpenMissing(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	_, err := m.openDevice(t.Context(), m.at("dev/sr7"), &Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	contains(t, err, "no such drive")
	m.link("dev/cdrom", "sr7")
	_, err = m.openDevice(t.Context(), m.at("dev/cdrom"), &Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	for _, errno := range []error{unix.ENODEV, unix.ENXIO, unix.ENOENT} {
		sr.errs = []error{errno}
		_, err = m.openDevice(t.Context(), m.at("dev/sr0"), &Options{})
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.ErrorIs(t, err, errno)
	}
	sr.errs = []error{unix.EIO}
	_, err = m.openDevice(t.Context(), m.at("dev/sr0"), &Options{})
	require.ErrorIs(t, err, unix.EIO)
	assert.NotErrorIs(t, err, fs.ErrNotExist)
}

func TestOpenWithoutPermission(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	sr.always = unix.EACCES
	_, err := m.openDevice(t.Context(), m.at("dev/sr0"), &Options{})
	require.ErrorIs(t, err, fs.ErrPermission)
	group := "24"
	if g, err := user.LookupGroupId("24"); err == nil {
		group = g.Name // cdrom, on Debian
	}
	contains(t, err, "the drive belongs to group "+group, "sudo usermod -aG "+group)
	assert.Zero(t, m.slept, "no use in waiting")

	sr.gid = 0
	_, err = m.openDevice(t.Context(), m.at("dev/sr0"), &Options{})
	contains(t, err, "group root", "udev rule")
	sr.gid = 4294967
	_, err = m.openDevice(t.Context(), m.at("dev/sr0"), &Options{})
	contains(t, err, "group 4294967")
}

// udev's programs have the drive for a moment after a disc was put in.
func TestOpenRetries(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	sr.errs = []error{unix.EBUSY, unix.EBUSY, unix.EBUSY}
	m.openDrive("sr0", Options{})
	assert.Equal(t, 600*time.Millisecond, m.slept)
}

func TestOpenBusy(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	m.process(4711, "wodim", "/dev/null", "/dev/sr0")
	m.process(4712, "player", "/dev/sg1")
	sr.always = unix.EBUSY
	for wait, slept := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Second: time.Second, -1: 0} {
		m.slept = 0
		_, err := m.openDevice(t.Context(), m.at("dev/sr0"), &Options{Wait: wait})
		require.ErrorIs(t, err, scsi.ErrLocked)
		assert.Equal(t, "the device is in use by \"wodim (process 4711)\"", err.Error())
		assert.Equal(t, slept, m.slept)
	}
	// A lock says more than an open file.
	m.write("proc/locks", "1: POSIX  ADVISORY  WRITE 1 00:06:400 0 EOF\n2: FLOCK  ADVISORY  WRITE 4712 00:06:300 0 EOF\n")
	_, err := m.openDevice(t.Context(), m.at("dev/sr0"), &Options{Wait: -1})
	contains(t, err, "player (process 4712)")
}

func TestOpenBusyOwnerUnknown(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	sr.always = unix.EBUSY
	_, err := m.openDevice(t.Context(), m.at("dev/sr0"), &Options{Wait: -1})
	locked, ok := errors.AsType[*scsi.LockedError](err)
	require.True(t, ok)
	assert.Empty(t, locked.Owner)
}

func TestOpenLockedByFlock(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	holder := m.openDrive("sr0", Options{Shared: true})
	for _, f := range m.files {
		f.locked = true // udev holds the node while it probes
	}
	rounds := 0
	m.onSleep = func() {
		if rounds++; rounds == 4 {
			for _, f := range m.files {
				f.locked = false
			}
		}
	}
	m.openDrive("sr0", Options{})
	assert.Equal(t, 4, rounds)
	assert.Len(t, m.files, 2, "no descriptor of the failed attempts is left")
	_ = holder
}

func TestOpenCanceled(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	sr.always = unix.EBUSY
	ctx, cancel := context.WithCancel(t.Context())
	m.onSleep = cancel
	_, err := m.openDevice(ctx, m.at("dev/sr0"), &Options{})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, retryEvery, m.slept)
	_, err = m.openDevice(ctx, m.at("dev/sr0"), &Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestOpenMounted(t *testing.T) {
	m := newMachine(t)
	sr, sg := m.drive(0, "V", "M", "1")
	m.write("proc/self/mountinfo", "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"+
		`36 21 11:0 / /media/me/NEW\040DISC ro,nosuid - iso9660 /dev/sr0 ro`+"\n")
	sr.always, sg.always = unix.EBUSY, unix.EBUSY
	for _, name := range []string{"sr0", "sg1"} {
		_, err := m.openDevice(t.Context(), m.at("dev", name), &Options{})
		mounted, ok := errors.AsType[*MountedError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, []string{"/media/me/NEW DISC"}, mounted.Mounts)
		require.ErrorIs(t, err, scsi.ErrLocked)
		contains(t, err, "/media/me/NEW DISC", "udisksctl unmount -b")
	}
	assert.Zero(t, m.slept)
}

// The public functions, on the machine that the test runs on.
func TestOpenForReal(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "sr0"), nil)
	require.ErrorIs(t, err, fs.ErrNotExist)
	contains(t, err, "open ", "sr0")
	_, err = Open(t.Context(), "/dev/null", nil)
	require.ErrorIs(t, err, ErrNotOptical)
	_, err = Open(t.Context(), t.TempDir(), &Options{Shared: true})
	require.ErrorIs(t, err, ErrNotOptical)
	_, err = List()
	require.NoError(t, err)
	require.NoError(t, Unmount(t.Context(), "/dev/null"), "nothing of it is mounted")
	require.ErrorIs(t, Unmount(t.Context(), filepath.Join(t.TempDir(), "sr0")), fs.ErrNotExist)
}

// The system calls themselves, as far as a file can show them.
func TestRealKernel(t *testing.T) {
	k := linux()
	path := filepath.Join(t.TempDir(), "file")
	fd, err := k.open(path, unix.O_RDWR|unix.O_CREAT)
	require.NoError(t, err)
	st, err := k.fstat(fd)
	require.NoError(t, err)
	again, err := k.stat(path)
	require.NoError(t, err)
	assert.Equal(t, st.Ino, again.Ino)
	require.NoError(t, k.flock(fd, unix.LOCK_EX|unix.LOCK_NB))
	other, err := k.open(path, unix.O_RDWR)
	require.NoError(t, err)
	require.ErrorIs(t, k.flock(other, unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK)
	n := &sgNode{k: k, fd: fd}
	_, err = n.do(testUnitReady())
	transportError(t, err, scsi.SentNo, errors.ErrUnsupported, unix.ENOTTY) // a file takes no SG_IO
	n.generic = true
	_, err = n.do(testUnitReady())
	transportError(t, err, scsi.SentNo, errors.ErrUnsupported)
	assert.Contains(t, k.lockers(st), unix.Getpid())
	assert.Contains(t, k.line("proc/self/comm"), "host")
	require.NoError(t, k.close(other))
	require.NoError(t, k.close(fd))
	calls := 0
	require.NoError(t, retryEINTR(func() error {
		if calls++; calls < 3 {
			return unix.EINTR
		}
		return nil
	}))
	assert.Equal(t, 3, calls)
}
