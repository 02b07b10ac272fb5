package power

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/godbus/dbus/v5"
)

// class is a kind of logind lock, and the danger that it holds off.
type class struct {
	name string
	held danger
}

// classes are in the order of systemd-inhibit. A lock on sleep doesn't cover the lid:
// LidSwitchIgnoreInhibited is on by default (logind.conf), so only handle-lid-switch
// counts.
var classes = []class{
	{"shutdown", shutdown}, {"sleep", sleep}, {"idle", idle}, {"handle-lid-switch", lid},
}

// askLogind takes the locks of systemd-logind, or elogind. A lock is a file descriptor:
// logind ignores the connection, and the kernel closes the descriptor when the program
// dies.
//
// Its policy (org.freedesktop.login1.policy) grants a local user everything. A user of
// ssh or cron may block idle and delay shutdown and sleep, which only lets the current
// WRITE end.
func askLogind(ctx context.Context, reason string, l *Lock) error {
	ctx, cancel := context.WithTimeout(ctx, busTimeout)
	defer cancel()
	// A separate connection: the shared one of the process belongs to others. The context
	// closes it when it ends, even during the handshake.
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("system bus: %w", ctx.Err())
		}
		return &unavailableError{"no D-Bus", err}
	}
	defer conn.Close()
	return logind{conn, reason}.take(ctx, l)
}

// logind is the service on a bus.
type logind struct {
	conn   *dbus.Conn
	reason string
}

// take requests all classes in one lock. If that is refused it requests each of them
// alone, and then a delay of each that can be delayed: a policy may grant any of them,
// older versions don't support all, and logind checks a lock of several classes with the
// policy for the lid (method_inhibit of logind-dbus.c, the last branch), which refuses it
// to users who aren't at the machine.
func (b logind) take(ctx context.Context, l *Lock) error {
	err := b.inhibit(ctx, l, "block", classes...)
	if _, refused := errors.AsType[*refusedError](err); !refused {
		return err
	}
	for _, c := range classes {
		one := b.inhibit(ctx, l, "block", c)
		if _, refused := errors.AsType[*refusedError](one); refused && (c.held == shutdown || c.held == sleep) {
			one = b.inhibit(ctx, l, "delay", c)
		}
		if _, refused := errors.AsType[*refusedError](one); one != nil && !refused {
			return one
		}
	}
	// All refusals are the same; report that of the best lock.
	return err
}

// inhibit takes one lock.
func (b logind) inhibit(ctx context.Context, l *Lock, mode string, of ...class) error {
	names, g := make([]string, len(of)), grant{By: "logind"}
	for i, c := range of {
		names[i] = c.name
		if mode == "block" {
			g.Blocks |= c.held
		} else {
			g.Delays |= c.held
		}
	}
	what := strings.Join(names, ":")
	manager := b.conn.Object("org.freedesktop.login1", "/org/freedesktop/login1")
	var fd dbus.UnixFD
	err := manager.CallWithContext(ctx, "org.freedesktop.login1.Manager.Inhibit", 0,
		what, "redbook", b.reason, mode).Store(&fd)
	if err != nil {
		return serviceError(ctx, "logind", what, err)
	}
	l.hold(g, os.NewFile(uintptr(fd), "logind inhibitor lock").Close)
	return nil
}
