package power

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/dbustest"
)

const (
	accessDenied = "org.freedesktop.DBus.Error.AccessDenied"
	invalidArgs  = "org.freedesktop.DBus.Error.InvalidArgs"
	needsAuth    = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
	lowOnMemory  = "org.freedesktop.DBus.Error.NoMemory"
)

// session is polkit's view of a caller's login.
type session int

const (
	remote   session = iota // allow_any: ssh, cron, a service
	inactive                // local, but another session is active
	active
)

// login1 are the default grants of systemd's org.freedesktop.login1.policy, per kind of
// session. logind checks one action for each class and mode of a lock.
var login1 = map[string][3]bool{
	"inhibit-block-shutdown":    {false, true, true},
	"inhibit-delay-shutdown":    {true, true, true},
	"inhibit-block-sleep":       {false, true, true},
	"inhibit-delay-sleep":       {true, true, true},
	"inhibit-block-idle":        {true, true, true},
	"inhibit-handle-lid-switch": {false, true, true},
}

// policyOf is logind with that policy. A lock of several classes is checked with the
// action for the lid: that is the last branch of method_inhibit in logind-dbus.c, and the
// behavior of logind 252 in the guest of internal/vm.
func policyOf(s session) func(what, mode string) string {
	return func(what, mode string) string {
		if mode == "delay" && (strings.Contains(what, "idle") || strings.Contains(what, "handle-")) {
			return invalidArgs
		}
		action := "inhibit-" + mode + "-" + what
		if strings.Contains(what, ":") || strings.HasPrefix(what, "handle-") {
			action = "inhibit-handle-lid-switch"
		}
		if !login1[action][s] {
			return accessDenied
		}
		return ""
	}
}

// fakeLogind implements Inhibit: it refuses by policy, records the requests, and returns
// one end of a pipe as the lock.
type fakeLogind struct {
	policy func(what, mode string) (errorName string) // "" grants

	mu    sync.Mutex
	asked []string
	locks []*os.File // our ends of the pipes
	sent  []*os.File // copies of the other ends, sent over the bus
}

// Inhibit is the method on the bus, with logind's signature ssss -> h.
func (f *fakeLogind) Inhibit(what, who, why, mode string) (dbus.UnixFD, *dbus.Error) {
	name := f.policy(what, mode)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, strings.Join([]string{what, mode, who, why}, " "))
	if name != "" {
		return 0, dbus.NewError(name, []any{"no"})
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	f.locks = append(f.locks, ours)
	f.sent = append(f.sent, theirs)
	return dbus.UnixFD(theirs.Fd()), nil
}

func (f *fakeLogind) serve(t *testing.T, bus dbustest.Bus) {
	t.Helper()
	bus.Serve(t, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", f)
}

func (f *fakeLogind) wasAsked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// taken returns the locks, each now held only by the caller.
func (f *fakeLogind) taken(t *testing.T) []*os.File {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, sent := range f.sent {
		require.NoError(t, sent.Close())
	}
	f.sent = nil
	return f.locks
}

func (f *fakeLogind) held(t *testing.T, locks int) {
	t.Helper()
	taken := f.taken(t)
	assert.Len(t, taken, locks)
	for _, lock := range taken {
		require.NoError(t, lock.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
		_, err := lock.Read(make([]byte, 1))
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded, "the lock is released early")
	}
}

func (f *fakeLogind) released(t *testing.T, locks int) {
	t.Helper()
	taken := f.taken(t)
	assert.Len(t, taken, locks)
	for _, lock := range taken {
		require.NoError(t, lock.SetReadDeadline(time.Now().Add(5*time.Second)))
		_, err := lock.Read(make([]byte, 1))
		assert.ErrorIs(t, err, io.EOF, "the lock is still held after release")
	}
}

const allClasses = "shutdown:sleep:idle:handle-lid-switch block"

func TestLogind(t *testing.T) {
	eachClass := []string{allClasses, "shutdown block", "sleep block", "idle block", "handle-lid-switch block"}
	delayed := []string{allClasses, "shutdown block", "shutdown delay", "sleep block", "sleep delay", "idle block", "handle-lid-switch block"}
	refuse := func(name string, class ...string) func(what, mode string) string {
		return func(what, _ string) string {
			for _, c := range class {
				if strings.Contains(what, c) {
					return name
				}
			}
			return ""
		}
	}
	errOther := errors.New("neither refused nor unsupported")
	for _, tt := range []struct {
		name             string
		policy           func(what, mode string) string
		asked            []string // what and mode, in order
		blocked, delayed danger
		is               error // of the classes that aren't granted
	}{
		{"active session", policyOf(active), []string{allClasses}, idle | sleep | shutdown | lid, 0, nil},
		{"inactive session", policyOf(inactive), []string{allClasses}, idle | sleep | shutdown | lid, 0, nil},
		{"ssh", policyOf(remote), delayed, idle, shutdown | sleep, fs.ErrPermission},
		{"older than the lid switch", refuse(invalidArgs, "lid"), eachClass, idle | sleep | shutdown, 0, fs.ErrPermission},
		{
			"shutdown is reserved for the administrator", refuse(needsAuth, "shutdown"), append(delayed[:4:4], "idle block", "handle-lid-switch block"),
			idle | sleep | lid, 0, fs.ErrPermission,
		},
		{
			"only the lid", refuse(accessDenied, "shutdown", "sleep", "idle"), delayed,
			lid, 0, fs.ErrPermission,
		},
		{
			"nothing", func(string, string) string { return accessDenied }, delayed,
			0, 0, fs.ErrPermission,
		},
		{"broken: a second request is useless", func(string, string) string { return lowOnMemory }, []string{allClasses}, 0, 0, errOther},
		{"none there", nil, nil, 0, 0, errors.ErrUnsupported},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bus := dbustest.Start(t)
			t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.Address)
			fake := &fakeLogind{policy: tt.policy}
			if tt.policy != nil {
				fake.serve(t, bus)
			}
			l := &Lock{offered: idle | sleep | shutdown | lid}
			err := askLogind(t.Context(), "burning Abbey Road", l)
			var want []string
			for _, a := range tt.asked {
				want = append(want, a+" redbook burning Abbey Road")
			}
			assert.Equal(t, want, fake.wasAsked())
			assert.Equal(t, tt.blocked, l.blocked())
			assert.Equal(t, tt.delayed, l.delayed())
			assert.Equal(t, l.offered&^tt.blocked, l.exposed())
			switch tt.is {
			case nil:
				require.NoError(t, err)
			case errOther:
				require.Error(t, err)
				assert.NotErrorIs(t, err, fs.ErrPermission)
				assert.NotErrorIs(t, err, errors.ErrUnsupported)
			default:
				require.ErrorIs(t, err, tt.is)
			}
			fake.held(t, len(l.grants))
			require.NoError(t, l.undoAll())
			fake.released(t, len(l.grants))
		})
	}
}

func TestServiceError(t *testing.T) {
	for name, is := range map[string]error{
		accessDenied: fs.ErrPermission,
		needsAuth:    fs.ErrPermission,
		invalidArgs:  fs.ErrPermission,
		"org.freedesktop.DBus.Error.ServiceUnknown":   errors.ErrUnsupported,
		"org.freedesktop.DBus.Error.NameHasNoOwner":   errors.ErrUnsupported,
		"org.freedesktop.DBus.Error.UnknownMethod":    errors.ErrUnsupported,
		"org.freedesktop.DBus.Error.UnknownObject":    errors.ErrUnsupported,
		"org.freedesktop.DBus.Error.UnknownInterface": errors.ErrUnsupported,
		"org.freedesktop.DBus.Error.NotSupported":     errors.ErrUnsupported,
		"org.freedesktop.DBus.Error.Spawn.ExecFailed": errors.ErrUnsupported,
	} {
		err := serviceError(t.Context(), "logind", "sleep", dbus.Error{Name: name})
		assert.ErrorIs(t, err, is, name)
		var named dbus.Error
		assert.ErrorAs(t, err, &named, name)
	}
	other := serviceError(t.Context(), "logind", "sleep", io.ErrUnexpectedEOF)
	assert.ErrorIs(t, other, io.ErrUnexpectedEOF)
	assert.NotErrorIs(t, other, fs.ErrPermission)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, serviceError(ended, "logind", "sleep", dbus.Error{Name: accessDenied}), context.Canceled)
}
