package power

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/dbustest"
)

// fakeDesktop is a program that manages power in a session. It keeps a request as long as
// its connection, as gnome-session and xfce4-power-manager do.
type fakeDesktop struct {
	refuses string // the name of an error
	hanging chan struct{}

	mu     sync.Mutex
	sender string
	asked  []any
}

func (f *fakeDesktop) inhibit(from dbus.Sender, args ...any) (uint32, *dbus.Error) {
	if f.hanging != nil {
		<-f.hanging
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sender, f.asked = string(from), args
	if f.refuses != "" {
		return 0, dbus.NewError(f.refuses, []any{"no"})
	}
	return 4711, nil
}

// gnomeSession has the signature of org.gnome.SessionManager.Inhibit, susu -> u, from
// gnome-session/org.gnome.SessionManager.xml.
type gnomeSession struct{ *fakeDesktop }

func (g gnomeSession) Inhibit(from dbus.Sender, app string, window uint32, reason string, flags uint32) (uint32, *dbus.Error) {
	return g.inhibit(from, app, window, reason, flags)
}

// xfcePower has that of org.freedesktop.PowerManagement.Inhibit, ss -> u, from
// xfce4-power-manager/src/org.freedesktop.PowerManagement.Inhibit.xml.
type xfcePower struct{ *fakeDesktop }

func (x xfcePower) Inhibit(from dbus.Sender, app, reason string) (uint32, *dbus.Error) {
	return x.inhibit(from, app, reason)
}

func (f *fakeDesktop) serve(t *testing.T, bus dbustest.Bus, d desktop) {
	t.Helper()
	if d.service == "org.gnome.SessionManager" {
		bus.Serve(t, d.service, "/org/gnome/SessionManager", "org.gnome.SessionManager", gnomeSession{f})
		return
	}
	bus.Serve(t, "org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit",
		"org.freedesktop.PowerManagement.Inhibit", xfcePower{f})
}

func (f *fakeDesktop) wasAsked() []any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// connected asks the bus whether the program that inhibited is still connected.
func (f *fakeDesktop) connected(t *testing.T, bus dbustest.Bus) bool {
	t.Helper()
	conn, err := bus.Connect()
	require.NoError(t, err)
	defer conn.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	require.NotEmpty(t, f.sender, "was not asked")
	var there bool
	require.NoError(t, conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, f.sender).Store(&there))
	return there
}

func (f *fakeDesktop) held(t *testing.T, bus dbustest.Bus) {
	t.Helper()
	assert.True(t, f.connected(t, bus), "the connection must stay open")
}

func (f *fakeDesktop) released(t *testing.T, bus dbustest.Bus) {
	t.Helper()
	assert.Eventually(t, func() bool { return !f.connected(t, bus) }, 5*time.Second, 5*time.Millisecond)
}

// The request to each service: GNOME's flags are log out 1, suspend 4, idle 8.
func TestDesktops(t *testing.T) {
	for i, asked := range [][]any{
		{"redbook", uint32(0), "burning Abbey Road", uint32(13)},
		{"redbook", "burning Abbey Road"},
	} {
		d := desktops[i]
		t.Run(d.service, func(t *testing.T) {
			bus := dbustest.Start(t)
			t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
			fake := &fakeDesktop{}
			fake.serve(t, bus, d)
			l := &Lock{offered: idle}
			require.NoError(t, askDesktop(t.Context(), "burning Abbey Road", l))
			assert.Equal(t, asked, fake.wasAsked())
			assert.Equal(t, []grant{{By: d.service, Blocks: idle}}, l.grants)
			fake.held(t, bus)
			require.NoError(t, l.undoAll())
			fake.released(t, bus)
		})
	}
	t.Run("both", func(t *testing.T) { // KDE with the session manager of another desktop
		bus := dbustest.Start(t)
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
		gnome, xfce := &fakeDesktop{refuses: lowOnMemory}, &fakeDesktop{}
		gnome.serve(t, bus, desktops[0])
		xfce.serve(t, bus, desktops[1])
		l := &Lock{offered: idle}
		require.ErrorContains(t, askDesktop(t.Context(), "burning Abbey Road", l), "org.gnome.SessionManager")
		assert.Len(t, l.grants, 1)
		assert.Equal(t, idle, l.exposed(), "one of them suspends")
		require.NoError(t, l.undoAll())
		xfce.released(t, bus)
	})
	t.Run("neither", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", dbustest.Start(t).Address)
		l := &Lock{offered: idle}
		require.NoError(t, askDesktop(t.Context(), "burning Abbey Road", l))
		assert.Empty(t, l.grants)
		assert.Empty(t, l.undo)
	})
}

// The environment's address takes precedence over systemd's socket; no bus is started.
func TestSessionBus(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	assert.Empty(t, sessionBus())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bus"), nil, 0o600))
	assert.Equal(t, "unix:path="+dir+"/bus", sessionBus())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "autolaunch:")
	assert.Equal(t, "unix:path="+dir+"/bus", sessionBus())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x")
	assert.Equal(t, "unix:path=/x", sessionBus())
}

// The switches of real machines' input devices: a lid is bit 0, a tablet's hinge bit 1, a
// headphone jack bit 2.
func TestHasLid(t *testing.T) {
	dir := t.TempDir()
	assert.False(t, hasLid(dir))
	write := func(device, sw string) {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, device, "capabilities"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, device, "capabilities", "sw"), []byte(sw), 0o600))
	}
	write("input0", "0\n")
	write("input1", "2\n")
	write("input2", "4\n")
	write("input3", "1 0\n")
	write("input4", "\n")
	write("input5", "lid\n")
	assert.False(t, hasLid(dir))
	write("input6", "0 1\n")
	assert.True(t, hasLid(dir))
	write("input6", "21\n")
	assert.True(t, hasLid(dir))
}
