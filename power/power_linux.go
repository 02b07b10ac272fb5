package power

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// busTimeout is how long logind may take to answer. A burn shouldn't wait longer
// for something that it can do without.
const busTimeout = 10 * time.Second

func keepAwake(ctx context.Context, reason string) (func() error, error) {
	ctx, cancel := context.WithTimeout(ctx, busTimeout)
	defer cancel()
	// A connection of our own: the shared one of the process belongs to others.
	// The context closes it when it ends, also in the middle of the handshake.
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("system bus: %w", ctx.Err())
		}
		return nil, &unavailableError{"no system bus", err}
	}
	// The lock is the file descriptor alone; logind doesn't look at the connection.
	defer conn.Close()
	lock, err := takeLock(ctx, logind{conn}, reason)
	if err != nil {
		return nil, err
	}
	return lock.Close, nil
}

// inhibitor is logind's Inhibit: it gives the lock, which Close gives back.
type inhibitor interface {
	inhibit(ctx context.Context, what, why, mode string) (io.Closer, error)
}

// lockKinds are the locks worth having, the best first. Policy may refuse some
// classes to a user without a local session, and older logind doesn't know all of
// them. Mode delay only holds a sleep up for some seconds, but lets a WRITE end.
var lockKinds = []struct{ what, mode string }{
	{"shutdown:sleep:idle:handle-lid-switch", "block"},
	{"shutdown:sleep:idle", "block"},
	{"sleep:idle", "block"},
	{"idle", "block"},
	{"shutdown:sleep", "delay"},
}

// takeLock takes the first lock that isn't refused.
func takeLock(ctx context.Context, by inhibitor, reason string) (io.Closer, error) {
	var refusals []error
	for _, kind := range lockKinds {
		lock, err := by.inhibit(ctx, kind.what, reason, kind.mode)
		if err == nil {
			return lock, nil
		}
		if _, refused := errors.AsType[*refusedError](err); !refused {
			return nil, err
		}
		refusals = append(refusals, err)
	}
	// All say the same; the best lock's refusal is the one to show.
	return nil, refusals[0]
}

// logind is systemd-logind, or elogind, on a bus.
type logind struct{ conn *dbus.Conn }

func (l logind) inhibit(ctx context.Context, what, why, mode string) (io.Closer, error) {
	manager := l.conn.Object("org.freedesktop.login1", "/org/freedesktop/login1")
	var fd dbus.UnixFD
	err := manager.CallWithContext(ctx, "org.freedesktop.login1.Manager.Inhibit", 0,
		what, "redbook", why, mode).Store(&fd)
	if err != nil {
		return nil, logindError(ctx, what, err)
	}
	return os.NewFile(uintptr(fd), "logind inhibitor lock"), nil
}

// logindError sorts what Inhibit answers by the name of the D-Bus error.
func logindError(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("logind: %w", ctx.Err())
	}
	named, ok := errors.AsType[dbus.Error](err)
	if !ok {
		return fmt.Errorf("logind: %w", err)
	}
	// The bus starts logind on demand; containers have the bus and no logind.
	if strings.HasPrefix(named.Name, "org.freedesktop.DBus.Error.Spawn.") {
		return &unavailableError{"logind can't be started", err}
	}
	switch named.Name {
	case "org.freedesktop.DBus.Error.AccessDenied",
		"org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
		"org.freedesktop.DBus.Error.InvalidArgs": // a class that this logind doesn't know
		return &refusedError{what, err}
	case "org.freedesktop.DBus.Error.ServiceUnknown",
		"org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.UnknownMethod",
		"org.freedesktop.DBus.Error.UnknownObject",
		"org.freedesktop.DBus.Error.UnknownInterface",
		"org.freedesktop.DBus.Error.NotSupported":
		return &unavailableError{"no logind on the system bus", err}
	}
	return fmt.Errorf("logind: %w", err)
}

// unavailableError means that there is nobody to ask.
type unavailableError struct {
	what string
	err  error
}

func (e *unavailableError) Error() string        { return fmt.Sprintf("%s: %v", e.what, e.err) }
func (e *unavailableError) Unwrap() error        { return e.err }
func (e *unavailableError) Is(target error) bool { return target == errors.ErrUnsupported }

// refusedError means that logind won't give this lock.
type refusedError struct {
	what string
	err  error
}

func (e *refusedError) Error() string        { return fmt.Sprintf("logind refuses %s: %v", e.what, e.err) }
func (e *refusedError) Unwrap() error        { return e.err }
func (e *refusedError) Is(target error) bool { return target == fs.ErrPermission }
