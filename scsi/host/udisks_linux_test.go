package host

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/dbustest"
	"github.com/redbook-audio/redbook/scsi"
)

// udisks is UDisks2 with the object of one drive, on a private bus.
type udisks struct {
	mu      sync.Mutex
	asked   []string
	answer  string // the name of the error; "" carries out the request
	onAsked func()
}

// startUDisks adds a system bus with UDisks2 to the machine.
func startUDisks(t *testing.T, m *machine, drive string) *udisks {
	t.Helper()
	bus := dbustest.Start(t)
	m.bus = bus.Connect
	u := &udisks{}
	object := dbus.ObjectPath("/org/freedesktop/UDisks2/block_devices/" + drive)
	conn := bus.Serve(t, "org.freedesktop.UDisks2", object, "org.freedesktop.UDisks2.Filesystem", u)
	require.NoError(t, conn.Export(u, object, "org.freedesktop.UDisks2.Block"))
	return u
}

// Rescan is that of org.freedesktop.UDisks2.Block, a{sv} -> nothing.
func (u *udisks) Rescan(map[string]dbus.Variant) *dbus.Error { return u.do("Rescan") }

// Unmount is that of org.freedesktop.UDisks2.Filesystem.
func (u *udisks) Unmount(map[string]dbus.Variant) *dbus.Error { return u.do("Unmount") }

func (u *udisks) do(method string) *dbus.Error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked = append(u.asked, method)
	if u.onAsked != nil {
		u.onAsked()
	}
	if u.answer == "" {
		return nil
	}
	return dbus.NewError(u.answer, []any{"no"})
}

func (u *udisks) will(answer string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.answer = answer
}

// on runs f for every request.
func (u *udisks) on(f func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.onAsked = f
}

func (u *udisks) wasAsked() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.asked)
}

var udisksAnswers = []struct {
	name string
	is   error // nil: unmounted
	text string
}{
	{"", nil, ""},
	{"org.freedesktop.UDisks2.Error.NotMounted", nil, ""},
	{"org.freedesktop.UDisks2.Error.NotAuthorized", fs.ErrPermission, "sudo umount /dev/sr0"},
	{"org.freedesktop.UDisks2.Error.NotAuthorizedCanObtain", fs.ErrPermission, "sudo umount /dev/sr0"},
	{"org.freedesktop.UDisks2.Error.DeviceBusy", scsi.ErrLocked, "fuser -vm /dev/sr0"},
	{"org.freedesktop.DBus.Error.AccessDenied", fs.ErrPermission, "sudo umount"},
	{"org.freedesktop.DBus.Error.ServiceUnknown", errors.ErrUnsupported, "UDisks2 is not available"},
	{"org.freedesktop.DBus.Error.UnknownMethod", errors.ErrUnsupported, "sudo umount /dev/sr0"},
}

func check(t *testing.T, is error, text string, err error) {
	t.Helper()
	if is == nil {
		assert.NoError(t, err)
		return
	}
	require.ErrorIs(t, err, is)
	contains(t, err, text)
}

// mountedMachine has a mounted disc in sr0.
func mountedMachine(t *testing.T) *machine {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	m.write("proc/self/mountinfo", "36 21 11:0 / /media/x ro - iso9660 /dev/sr0 ro\n")
	return m
}

func TestUnmount(t *testing.T) {
	m := mountedMachine(t)
	service := startUDisks(t, m, "sr0")
	for i, c := range udisksAnswers {
		service.will(c.name)
		check(t, c.is, c.text, m.unmount(t.Context(), "/dev/sr0", "11:0"))
		assert.Len(t, service.wasAsked(), i+1)
	}
	service.will("org.freedesktop.UDisks2.Error.Failed")
	err := m.unmount(t.Context(), "/dev/sr0", "11:0")
	contains(t, err, "UDisks2")
	assert.NotErrorIs(t, err, errors.ErrUnsupported)
}

// The object belongs to the sr node, also for a drive opened by its sg node.
func TestUnmountByGenericNode(t *testing.T) {
	m := mountedMachine(t)
	service := startUDisks(t, m, "sr0")
	for _, path := range []string{"dev/sg1", "dev/sr0"} {
		n, err := m.find(m.at(path))
		require.NoError(t, err)
		require.NoError(t, n.unmount(t.Context()))
	}
	m.only("sg1")
	n, err := m.find(m.at("dev/sg1"))
	require.NoError(t, err)
	require.NoError(t, n.unmount(t.Context()))
	assert.Equal(t, []string{"Unmount", "Unmount", "Unmount"}, service.wasAsked())
}

// A program that may write to sysfs does so itself; others ask UDisks2.
func TestRescan(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	require.ErrorIs(t, m.rescan(t.Context(), "sr0"), errors.ErrUnsupported, "no bus")

	service := startUDisks(t, m, "sr0")
	require.NoError(t, m.rescan(t.Context(), "sr0"))
	assert.Equal(t, []string{"Rescan"}, service.wasAsked())
	for name, is := range map[string]error{
		"org.freedesktop.UDisks2.Error.NotAuthorizedCanObtain": fs.ErrPermission,
		"org.freedesktop.DBus.Error.AccessDenied":              fs.ErrPermission,
		"org.freedesktop.DBus.Error.UnknownMethod":             errors.ErrUnsupported,
	} {
		service.will(name)
		err := m.rescan(t.Context(), "sr0")
		require.ErrorIs(t, err, is, name)
		assert.NotContains(t, err.Error(), "umount", "no remedy for another error")
	}
	service.will("org.freedesktop.UDisks2.Error.Failed")
	require.ErrorContains(t, m.rescan(t.Context(), "sr0"), "UDisks2")
	asked := len(service.wasAsked())

	m.write("sys/class/block/sr0/uevent", "MAJOR=11\n")
	require.NoError(t, m.rescan(t.Context(), "sr0"))
	assert.Len(t, service.wasAsked(), asked)
	assert.Contains(t, m.line("sys/class/block/sr0/uevent"), "change")

	m.bus = dbustest.Start(t).Connect
	require.ErrorIs(t, m.rescan(t.Context(), "sr7"), errors.ErrUnsupported, "no UDisks2")
}

func TestUnmountNothing(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	require.NoError(t, m.unmount(t.Context(), "/dev/sr0", "11:0"))
}

func TestUnmountWithoutUDisks(t *testing.T) {
	m := mountedMachine(t)
	m.bus = dbustest.Start(t).Connect
	check(t, errors.ErrUnsupported, "UDisks2 is not available", m.unmount(t.Context(), "/dev/sr0", "11:0"))
}

// A UDisks2 that never answers doesn't block the caller forever.
func TestUnmountCanceled(t *testing.T) {
	m := mountedMachine(t)
	service := startUDisks(t, m, "sr0")
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan bool)
	defer close(release)
	service.on(func() { cancel(); <-release })
	assert.Error(t, m.unmount(ctx, "/dev/sr0", "11:0"))
}
