package host

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/scsi"
)

func owner(t *testing.T, d *Device) string {
	t.Helper()
	name, err := d.Owner()
	require.NoError(t, err)
	return name
}

// A drive opened exclusively is already ours; Lock adds the name, and counts.
func TestLockCounts(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	assert.Empty(t, owner(t, d))
	assert.Error(t, d.Lock(t.Context(), "", false))
	require.NoError(t, d.Lock(t.Context(), "my player", false))
	require.NoError(t, d.Lock(t.Context(), "my player", false))
	assert.Equal(t, "my player", owner(t, d))
	err := d.Lock(t.Context(), "another", true)
	require.ErrorIs(t, err, scsi.ErrLocked)
	contains(t, err, "my player")
	require.NoError(t, d.Unlock())
	assert.Equal(t, "my player", owner(t, d))
	require.NoError(t, d.Unlock())
	assert.Empty(t, owner(t, d))
	assert.Error(t, d.Unlock())
	require.NoError(t, d.Lock(t.Context(), "another", false))
	for _, f := range m.files {
		assert.NotZero(t, f.flags&unix.O_EXCL)
	}
}

// Lock makes a shared drive exclusive without closing the last descriptor, and Unlock
// shares it again: where udev doesn't keep the tray locked, the last close of an sr
// node unlocks it.
func TestLockASharedDrive(t *testing.T) {
	for _, name := range []string{"sr0", "sg1"} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			sr, sg := m.drive(0, "V", "M", "1")
			m.only(name)
			a := &attach{drive: cdDrive(), buffer: make([]byte, 512)}
			sr.sgIO, sg.sgIO = a.sgIO, a.sgIO
			d := m.openDrive(name, Options{Shared: true})
			fewest := 1
			closeFile := m.close
			m.close = func(fd int) error { err := closeFile(fd); fewest = min(fewest, len(m.files)); return err }
			exclusive := func() (n int) {
				require.Len(t, m.files, 1)
				for _, f := range m.files {
					n += f.flags & unix.O_EXCL
				}
				return n
			}
			assert.Zero(t, exclusive())
			require.NoError(t, d.Lock(t.Context(), "me", false))
			assert.NotZero(t, exclusive())
			_, err := d.Do(t.Context(), inquiry(36))
			require.NoError(t, err)
			require.NoError(t, d.Unlock())
			assert.Zero(t, exclusive())
			_, err = d.Do(t.Context(), inquiry(36))
			require.NoError(t, err)
			if name == "sr0" {
				assert.Equal(t, 1, fewest, "at least one descriptor stays open")
			}
		})
	}
}

func TestLockHeldByAnotherProgram(t *testing.T) {
	for _, name := range []string{"sr0", "sg1"} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			sr, sg := m.drive(0, "V", "M", "1")
			m.only(name)
			a := &attach{drive: cdDrive(), buffer: make([]byte, 512)}
			sr.sgIO, sg.sgIO = a.sgIO, a.sgIO
			m.process(77, "cdrskin", "/dev/"+name)
			m.process(os.Getpid(), "ourselves", "/dev/"+name)
			m.write("proc/locks", fmt.Sprintf("1: FLOCK  ADVISORY  WRITE 77 00:06:%d 0 EOF\n", m.nodes[name].ino))
			d := m.openDrive(name, Options{Shared: true, Wait: -1})
			assert.Equal(t, "cdrskin (process 77)", owner(t, d))
			assert.Equal(t, []Holder{{PID: 77, Name: "cdrskin", Locked: true}}, d.Holders(), "not ourselves")
			sr.errs, sg.errs = []error{unix.EBUSY}, []error{unix.EBUSY}
			err := d.Lock(t.Context(), "me", false)
			require.ErrorIs(t, err, scsi.ErrLocked)
			contains(t, err, "lock ", "cdrskin")
			_, err = d.Do(t.Context(), inquiry(36))
			require.NoError(t, err, "still open next to the other")
			assert.Error(t, d.Unlock())
		})
	}
}

// An sg node must be closed before it can be opened exclusively, and may be lost in
// between.
func TestLockLosesGenericNode(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	m.only("sg1")
	n, err := m.openDevice(t.Context(), m.at("dev/sg1"), &Options{Shared: true, Wait: -1})
	require.NoError(t, err)
	m.nodes["sg1"].always = unix.ENODEV
	d := &Device{node: n}
	require.ErrorIs(t, d.Lock(t.Context(), "me", false), os.ErrNotExist)
	_, err = d.Do(t.Context(), testUnitReady())
	transportError(t, err, scsi.SentUnknown, unix.EBADF)
}

// A mounted disc is locked only with force, which unmounts it.
func TestLockMounted(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	m.write("proc/self/mountinfo", "36 21 11:0 / /media/x ro - iso9660 /dev/sr0 ro\n")
	d := m.openDrive("sr0", Options{Shared: true})
	sr.errs = []error{unix.EBUSY}
	err := d.Lock(t.Context(), "me", false)
	_, mounted := errors.AsType[*MountedError](err)
	require.True(t, mounted)

	sr.errs = []error{unix.EBUSY}
	err = d.Lock(t.Context(), "me", true)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	contains(t, err, "unmount", "no D-Bus")

	service := startUDisks(t, m, "sr0")
	service.on(func() { m.write("proc/self/mountinfo", "") })
	sr.errs = []error{unix.EBUSY}
	require.NoError(t, d.Lock(t.Context(), "me", true))
	assert.Equal(t, []string{"Unmount"}, service.wasAsked())
	assert.Equal(t, "me", owner(t, d))
}

func noBus(...dbus.ConnOption) (*dbus.Conn, error) { return nil, errors.New("no bus in this machine") }
