package power

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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

// fakeLogind is the other side of Inhibit: it refuses by policy, remembers what it
// was asked, and gives one end of a pipe as the lock.
type fakeLogind struct {
	policy func(what, mode string) (errorName string) // "" grants

	mu    sync.Mutex
	asked []string
	who   []string
	locks []*os.File // our ends of the pipes
	sent  []*os.File // copies of the other ends that went over the bus
}

func (f *fakeLogind) lock(what, who, why, mode string) (*os.File, *dbus.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, what+" "+mode+" "+why)
	f.who = append(f.who, who)
	if name := f.policy(what, mode); name != "" {
		return nil, dbus.NewError(name, []any{"no"})
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, dbus.MakeFailedError(err)
	}
	f.locks = append(f.locks, ours)
	return theirs, nil
}

// Inhibit is the method on the bus, with logind's signature ssss -> h.
func (f *fakeLogind) Inhibit(what, who, why, mode string) (dbus.UnixFD, *dbus.Error) {
	theirs, refusal := f.lock(what, who, why, mode)
	if refusal != nil {
		return 0, refusal
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, theirs)
	return dbus.UnixFD(theirs.Fd()), nil
}

// inhibit is the same without a bus.
func (f *fakeLogind) inhibit(ctx context.Context, what, why, mode string) (io.Closer, error) {
	theirs, refusal := f.lock(what, "redbook", why, mode)
	if refusal != nil {
		return nil, logindError(ctx, what, *refusal)
	}
	return theirs, nil
}

// released waits until every copy of the lock is closed.
func released(t *testing.T, lock *os.File) bool {
	t.Helper()
	require.NoError(t, lock.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, err := lock.Read(make([]byte, 1))
	return errors.Is(err, io.EOF)
}

func held(t *testing.T, lock *os.File) bool {
	t.Helper()
	require.NoError(t, lock.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
	_, err := lock.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded)
}

var policies = []struct {
	name   string
	policy func(what, mode string) string
	asked  []string // what and mode, in order
	is     error    // nil: granted
}{
	{
		"grants everything", func(string, string) string { return "" },
		[]string{"shutdown:sleep:idle:handle-lid-switch block"}, nil,
	}, {
		"older than the lid switch", func(what, _ string) string {
			if strings.Contains(what, "lid") {
				return invalidArgs
			}
			return ""
		},
		[]string{"shutdown:sleep:idle:handle-lid-switch block", "shutdown:sleep:idle block"}, nil,
	}, {
		"inactive session", func(what, mode string) string {
			if strings.Contains(what, "shutdown") {
				return needsAuth
			}
			return ""
		},
		[]string{"shutdown:sleep:idle:handle-lid-switch block", "shutdown:sleep:idle block", "sleep:idle block"}, nil,
	}, {
		"idle only", func(what, mode string) string {
			if what != "idle" {
				return accessDenied
			}
			return ""
		},
		[]string{
			"shutdown:sleep:idle:handle-lid-switch block", "shutdown:sleep:idle block", "sleep:idle block",
			"idle block",
		}, nil,
	}, {
		"delay only", func(_, mode string) string {
			if mode != "delay" {
				return accessDenied
			}
			return ""
		},
		[]string{
			"shutdown:sleep:idle:handle-lid-switch block", "shutdown:sleep:idle block", "sleep:idle block",
			"idle block", "shutdown:sleep delay",
		}, nil,
	}, {
		"grants nothing", func(string, string) string { return accessDenied },
		[]string{
			"shutdown:sleep:idle:handle-lid-switch block", "shutdown:sleep:idle block", "sleep:idle block",
			"idle block", "shutdown:sleep delay",
		}, fs.ErrPermission,
	}, {
		"broken: asking again is no use", func(string, string) string { return lowOnMemory },
		[]string{"shutdown:sleep:idle:handle-lid-switch block"}, errOther,
	},
}

var errOther = errors.New("neither refused nor unsupported")

func checkPolicy(t *testing.T, fake *fakeLogind, asked []string, is error, release func() error, err error) {
	t.Helper()
	fake.mu.Lock()
	defer fake.mu.Unlock()
	for _, sent := range fake.sent {
		require.NoError(t, sent.Close())
	}
	var want []string
	for _, a := range asked {
		want = append(want, a+" burning Abbey Road")
	}
	assert.Equal(t, want, fake.asked)
	for _, who := range fake.who {
		assert.Equal(t, "redbook", who)
	}
	switch {
	case is == errOther:
		require.Error(t, err)
		assert.NotErrorIs(t, err, fs.ErrPermission)
		assert.NotErrorIs(t, err, errors.ErrUnsupported)
		return
	case is != nil:
		assert.ErrorIs(t, err, is)
		assert.ErrorContains(t, err, "logind refuses shutdown:sleep:idle:handle-lid-switch")
		return
	}
	require.NoError(t, err)
	require.Len(t, fake.locks, 1)
	assert.True(t, held(t, fake.locks[0]), "the lock is gone before release")
	assert.NoError(t, release())
	assert.True(t, released(t, fake.locks[0]), "the lock is still held after release")
}

func TestTakeLockFallsBack(t *testing.T) {
	for _, tt := range policies {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeLogind{policy: tt.policy}
			lock, err := takeLock(t.Context(), fake, "burning Abbey Road")
			release := func() error { return nil }
			if err == nil {
				release = lock.Close
			}
			checkPolicy(t, fake, tt.asked, tt.is, release, err)
		})
	}
}

// TestKeepAwakeOnBus runs the same policies over a real bus daemon of our own.
func TestKeepAwakeOnBus(t *testing.T) {
	bus := dbustest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.Address)
	for _, tt := range policies {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeLogind{policy: tt.policy}
			serve(t, bus, fake)
			release, err := KeepAwake(t.Context(), "burning Abbey Road")
			checkPolicy(t, fake, tt.asked, tt.is, release, err)
			assert.NoError(t, release(), "release must be idempotent")
		})
	}
	t.Run("no logind", func(t *testing.T) {
		release, err := KeepAwake(t.Context(), "burning Abbey Road")
		assert.ErrorIs(t, err, errors.ErrUnsupported)
		assert.ErrorContains(t, err, "no logind")
		assert.NoError(t, release())
	})
	t.Run("logind hangs", func(t *testing.T) {
		hanging := make(chan struct{})
		fake := &fakeLogind{policy: func(string, string) string { <-hanging; return accessDenied }}
		serve(t, bus, fake)
		t.Cleanup(func() { close(hanging) })
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := KeepAwake(ctx, "burning Abbey Road")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, errors.ErrUnsupported)
	})
}

func TestKeepAwakeWithoutBus(t *testing.T) {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	release, err := KeepAwake(t.Context(), "burning Abbey Road")
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "no system bus")
	assert.NoError(t, release())
}

func TestLogindError(t *testing.T) {
	tests := []struct {
		name string
		is   error
	}{
		{accessDenied, fs.ErrPermission},
		{needsAuth, fs.ErrPermission},
		{invalidArgs, fs.ErrPermission},
		{"org.freedesktop.DBus.Error.ServiceUnknown", errors.ErrUnsupported},
		{"org.freedesktop.DBus.Error.NameHasNoOwner", errors.ErrUnsupported},
		{"org.freedesktop.DBus.Error.UnknownMethod", errors.ErrUnsupported},
		{"org.freedesktop.DBus.Error.UnknownObject", errors.ErrUnsupported},
		{"org.freedesktop.DBus.Error.UnknownInterface", errors.ErrUnsupported},
		{"org.freedesktop.DBus.Error.NotSupported", errors.ErrUnsupported},
		{"org.freedesktop.DBus.Error.Spawn.ExecFailed", errors.ErrUnsupported},
	}
	for _, tt := range tests {
		err := logindError(t.Context(), "sleep", dbus.Error{Name: tt.name})
		assert.ErrorIs(t, err, tt.is, tt.name)
		var named dbus.Error
		assert.ErrorAs(t, err, &named, tt.name)
	}
	other := logindError(t.Context(), "sleep", io.ErrUnexpectedEOF)
	assert.ErrorIs(t, other, io.ErrUnexpectedEOF)
	assert.NotErrorIs(t, other, fs.ErrPermission)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, logindError(ended, "sleep", dbus.Error{Name: accessDenied}), context.Canceled)
}

// serve puts a logind on the bus for as long as the test runs.
func serve(t *testing.T, bus dbustest.Bus, fake *fakeLogind) {
	t.Helper()
	bus.Serve(t, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", fake)
}
