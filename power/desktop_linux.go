package power

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/godbus/dbus/v5"
)

// desktop is a program of the user's session that suspends an idle computer.
type desktop struct {
	service string
	path    dbus.ObjectPath
	method  string
	args    func(reason string) []any
}

// Flags of org.gnome.SessionManager.Inhibit (gnome-session's introspection data).
const (
	noLogout  = 1
	noSuspend = 4
	noIdle    = 8
)

// desktops are the two interfaces in use. Both keep the request as long as the connection
// lasts. Only Idle counts as blocked: another program can still do the rest without
// asking them.
//
//   - GNOME, Cinnamon and MATE ask their session manager, and not logind, before they
//     suspend (gsd-power-manager, idle_is_session_inhibited). It also asks before it
//     logs the user out.
//   - XFCE and older KDE have the second. Newer KDE looks at logind's locks as well.
var desktops = []desktop{
	{
		"org.gnome.SessionManager", "/org/gnome/SessionManager", "org.gnome.SessionManager.Inhibit",
		func(reason string) []any {
			return []any{"redbook", uint32(0), reason, uint32(noLogout | noSuspend | noIdle)}
		},
	},
	{
		"org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit", "org.freedesktop.PowerManagement.Inhibit.Inhibit",
		func(reason string) []any { return []any{"redbook", reason} },
	},
}

// askDesktop asks all services that exist, and keeps the connection. A missing session, or
// one without power management, is not an error: then logind alone decides. A service that
// refuses leaves the computer exposed to Idle, whatever logind has granted.
func askDesktop(ctx context.Context, reason string, l *Lock) error {
	address := sessionBus()
	if address == "" {
		return nil
	}
	asking, cancel := context.WithTimeout(ctx, busTimeout)
	defer cancel()
	// The connection outlives the requests, but the handshake must not.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(asking, end)
	conn, err := dbus.Connect(address, dbus.WithContext(life))
	if err != nil { // a session that has ended, or another user's: sudo -E
		end()
		return nil
	}
	granted := len(l.grants)
	var errs []error
	for _, d := range desktops {
		// A service that isn't running doesn't suspend the computer, and isn't started.
		call := conn.Object(d.service, d.path).CallWithContext(asking, d.method, dbus.FlagNoAutoStart, d.args(reason)...)
		var cookie uint32
		err := call.Store(&cookie)
		if err != nil {
			err = serviceError(asking, d.service, "sleep", err)
		}
		switch {
		case err == nil:
			l.hold(grant{By: d.service, Blocks: idle}, func() error { return nil })
		case !errors.Is(err, errors.ErrUnsupported):
			l.failed |= idle
			errs = append(errs, err)
		}
	}
	if !stop() || len(l.grants) == granted {
		l.grants, l.undo = l.grants[:granted], l.undo[:granted]
		end()
		return errors.Join(append(errs, conn.Close())...)
	}
	// Closing the connection returns the cookies.
	l.undo[granted] = func() error { defer end(); return conn.Close() }
	return errors.Join(errs...)
}

// sessionBus returns the address of the user's own bus, "" for none: from the
// environment, or the socket where systemd provides it for every login of the user,
// including ssh. No bus is started.
func sessionBus() string {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return address
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	}
	socket := filepath.Join(dir, "bus")
	if _, err := os.Stat(socket); err != nil {
		return ""
	}
	return "unix:path=" + dbus.EscapeBusAddressValue(socket)
}

// hasLid reports whether the kernel has a lid switch: bit 0, SW_LID, in the switches of
// an input device (input-event-codes.h). sysfs writes them as hexadecimal words, the
// lowest last.
func hasLid(inputs string) bool {
	found, _ := filepath.Glob(filepath.Join(inputs, "input*", "capabilities", "sw"))
	for _, name := range found {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		words := strings.Fields(string(text))
		if len(words) == 0 {
			continue
		}
		low, err := strconv.ParseUint(words[len(words)-1], 16, 64)
		if err == nil && low&1 != 0 {
			return true
		}
	}
	return false
}
