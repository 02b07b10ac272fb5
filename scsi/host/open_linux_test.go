package host

import (
	"context"
	"errors"
	"io/fs"
	"os"
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
			m.only(name)
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

// A claim on an sg node protects nothing: if the drive has an sr node, that one is
// opened.
func TestOpenGenericTakesBlockNode(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	m.drive(1, "V", "M", "1")
	m.link("dev/burner", "sg2")
	for path, want := range map[string][2]string{
		"dev/sg1": {"sr0", "sg1"}, "dev/burner": {"sr1", "sg2"}, "dev/sr1": {"sr1", "sr1"},
	} {
		n, err := m.openDevice(t.Context(), m.at(path), &Options{})
		require.NoError(t, err)
		d := &Device{node: n}
		assert.Equal(t, m.dev(want[0]), d.Path())
		assert.Equal(t, m.dev(want[1]), d.Requested())
		for _, f := range m.files {
			assert.Equal(t, n.rdev, f.node.rdev)
			assert.NotZero(t, f.flags&unix.O_EXCL)
		}
		_, err = m.openDevice(t.Context(), m.at("dev", want[0]), &Options{Wait: -1})
		require.ErrorIs(t, err, scsi.ErrLocked, "other programs, which use the sr node, are kept out")
		require.NoError(t, d.Close())
		assert.Empty(t, d.Requested())
		assert.Nil(t, d.Holders())
	}
	// Not by a name that now belongs to another drive.
	m.nodes["sr0"].rdev = unix.Mkdev(11, 5)
	assert.Equal(t, m.dev("sg1"), m.openDrive("sg1", Options{}).Path())
	// And not if sr isn't bound to the drive.
	require.NoError(t, os.RemoveAll(m.at("sys/bus/scsi/devices/1:0:0:0/block")))
	assert.Equal(t, m.dev("sg2"), m.openDrive("sg2", Options{}).Path())
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
	m.only("sg")
	m.openDrive("sg1", Options{})
	m.drive(2, "V", "M", "1")

	// The node is replaced between stat and open.
	m.open = func(path string, flags int) (int, error) {
		fd, err := m.fakeOpen(m.at("dev/sda"), flags)
		return fd, err
	}
	_, err := m.openDevice(t.Context(), m.at("dev/sr2"), &Options{})
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

// udev's programs have the drive open for a moment after a disc is inserted.
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
	// A lock identifies the user better than an open file.
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
	assert.Len(t, m.files, 2, "the descriptors of the failed attempts are closed")
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
		m.only(name)
		_, err := m.openDevice(t.Context(), m.at("dev", name), &Options{})
		mounted, ok := errors.AsType[*MountedError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, []string{"/media/me/NEW DISC"}, mounted.Mounts)
		require.ErrorIs(t, err, scsi.ErrLocked)
		contains(t, err, "/media/me/NEW DISC", "udisksctl unmount -b")
	}
	assert.Zero(t, m.slept)
}

// Linux 6.8 and later can refuse to open a mounted disc for writing: the disc can still be
// looked at, but not written.
func TestOpenMountedRestricted(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	const mountinfo = "36 21 11:0 / /media/x ro - iso9660 /dev/sr0 ro\n"
	m.write("proc/self/mountinfo", mountinfo)
	sr.restricted = true
	filter := func(h *sgHeader) error { // block/scsi_ioctl.c, without CAP_SYS_RAWIO
		if *(*byte)(h.cdb) == 0x1E {
			return unix.EPERM
		}
		return nil
	}
	sr.sgIO = filter
	lock := &scsi.Request{CDB: [16]byte{0x1E, 4: 1}, CDBLen: 6, Name: "PREVENT ALLOW MEDIUM REMOVAL"}

	_, err := m.openDevice(t.Context(), m.at("dev/sr0"), &Options{})
	_, mounted := errors.AsType[*MountedError](err)
	require.True(t, mounted, "exclusive access must not count as a look: %v", err)

	d := m.openDrive("sr0", Options{Shared: true})
	for _, f := range m.files {
		assert.Equal(t, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, f.flags)
		assert.False(t, f.locked)
	}
	assert.Zero(t, m.slept)
	_, err = d.Do(t.Context(), inquiry(36))
	require.NoError(t, err)
	_, err = d.Do(t.Context(), lock)
	transportError(t, err, scsi.SentNo, fs.ErrPermission)
	contains(t, err, "the disc is mounted", "1Eh")

	require.ErrorIs(t, d.Lock(t.Context(), "me", false), scsi.ErrLocked)
	_, err = d.Do(t.Context(), lock)
	contains(t, err, "the disc is mounted") // still the read-only descriptor

	m.write("proc/self/mountinfo", "")
	sr.restricted = false
	require.NoError(t, d.Lock(t.Context(), "me", false))
	_, err = d.Do(t.Context(), lock)
	contains(t, err, "lets only root send") // the filter's own refusal
	require.NoError(t, d.Unlock())

	// A drive that is busy for another reason isn't opened read-only: that wouldn't
	// help.
	sr.always = unix.EBUSY
	_, err = m.openDevice(t.Context(), m.at("dev/sr0"), &Options{Shared: true, Wait: -1})
	require.ErrorIs(t, err, scsi.ErrLocked)
	// A node that can't be opened at all isn't opened read-only either.
	m.write("proc/self/mountinfo", mountinfo)
	sr.always, sr.errs = unix.EACCES, []error{unix.EBUSY}
	_, err = m.openDevice(t.Context(), m.at("dev/sr0"), &Options{Shared: true})
	require.ErrorIs(t, err, fs.ErrPermission)
}

// The public functions, on the machine that runs the test.
func TestOpenForReal(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "sr0"), nil)
	require.ErrorIs(t, err, fs.ErrNotExist)
	contains(t, err, "open ", "sr0")
	_, err = Open(t.Context(), "/dev/null", nil)
	require.ErrorIs(t, err, ErrNotOptical)
	_, err = Open(t.Context(), t.TempDir(), &Options{Shared: true})
	require.ErrorIs(t, err, ErrNotOptical)
	_, err = List(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, Unmount(t.Context(), "/dev/null"), ErrNotOptical)
	require.ErrorIs(t, Rescan(t.Context(), "/dev/null"), ErrNotOptical)
	require.ErrorIs(t, Rescan(t.Context(), filepath.Join(t.TempDir(), "sr0")), fs.ErrNotExist)
	require.ErrorIs(t, Unmount(t.Context(), filepath.Join(t.TempDir(), "sr0")), fs.ErrNotExist)
}

// The system calls themselves, as far as they work on a file.
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
	transportError(t, err, scsi.SentNo, errors.ErrUnsupported, unix.ENOTTY) // SG_IO fails on a file
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
