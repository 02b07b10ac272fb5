package power

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Danger is a set of events that stop a computer during a burn.
type Danger uint8

const (
	// Idle is sleep because the computer was not used for a while.
	Idle Danger = 1 << iota
	// Sleep is sleep on request: from a menu, by a key, from another program.
	Sleep
	// Shutdown is power-off, restart and, on some systems, log-off.
	Shutdown
	// Lid is closing the lid of a laptop.
	Lid
)

// Grant lists what one service of the operating system agreed to hold off.
type Grant struct {
	By     string // the service, such as "logind" or "org.gnome.SessionManager"
	Blocks Danger // until Release
	Delays Danger // for a moment only: seconds on Linux, half a minute on macOS
}

// Lock keeps the computer awake until Release. A nil Lock and the zero value have no
// effect.
type Lock struct {
	grants  []Grant
	offered Danger  // the dangers for which the system has a lock
	failed  Danger  // not held off, whatever else was granted
	errs    []error // why a lock wasn't granted
	undo    []func() error
	release func() error // undo, once
}

// Grants returns the grants of each service, in the order in which they were asked.
func (l *Lock) Grants() []Grant {
	if l == nil {
		return nil
	}
	return append([]Grant(nil), l.grants...)
}

// Blocked returns the dangers that the services block until Release.
func (l *Lock) Blocked() Danger {
	var blocked Danger
	if l != nil {
		for _, g := range l.grants {
			blocked |= g.Blocks
		}
		blocked &^= l.failed
	}
	return blocked
}

// Delayed returns the dangers that are delayed for a moment but not blocked.
func (l *Lock) Delayed() Danger {
	var delayed Danger
	if l != nil {
		for _, g := range l.grants {
			delayed |= g.Delays
		}
	}
	return delayed &^ l.Blocked()
}

// Exposed returns the dangers that this system can hold off and did not, such as
// everything except Idle for a user who is logged in by ssh. Delayed dangers are exposed;
// Lid is included only on a machine with a lid. Dangers that no program can hold off on
// this system are left out.
func (l *Lock) Exposed() Danger {
	if l == nil {
		return 0
	}
	return l.offered &^ l.Blocked()
}

// Refusals returns why Exposed is not empty: the answers of the services, joined; nil if
// everything was granted.
func (l *Lock) Refusals() error {
	if l == nil {
		return nil
	}
	return errors.Join(l.errs...)
}

// Release releases everything. It may be called repeatedly and from any goroutine; every
// call returns the result of the first.
func (l *Lock) Release() error {
	if l == nil || l.release == nil {
		return nil
	}
	return l.release()
}

// hold adds a grant and the function that releases it.
func (l *Lock) hold(g Grant, undo func() error) {
	l.grants = append(l.grants, g)
	l.undo = append(l.undo, undo)
}

// undoAll runs every undo function, the last first.
func (l *Lock) undoAll() error {
	var errs []error
	for i := len(l.undo) - 1; i >= 0; i-- {
		errs = append(errs, l.undo[i]())
	}
	return errors.Join(errs...)
}

// KeepAwake asks the operating system neither to sleep nor to log the user out until
// Release is called. reason is shown to users who look up what keeps their computer
// awake, such as "writing an audio CD". The context limits only the requests: if it ends
// later the computer is still kept awake, because a canceled burn has to finish a track.
//
// An error means that nothing was granted, and the Lock is nil. It matches
// errors.ErrUnsupported if the system has no such service, fs.ErrPermission if the
// service refused, or the context's error. A partial grant is success; Exposed returns
// the rest.
func KeepAwake(ctx context.Context, reason string) (*Lock, error) {
	l := &Lock{}
	err := ctx.Err()
	if err == nil {
		err = keepAwake(ctx, cleanReason(reason), l)
	}
	if err != nil {
		return nil, fmt.Errorf("keep the machine awake: %w", err)
	}
	l.release = sync.OnceValue(l.undoAll)
	return l, nil
}

// Ending returns a channel that is closed when the system ends the user's session in
// spite of KeepAwake, because the user at the computer insisted. Windows does so, and
// leaves a program about five seconds: enough to stop in good order, but not to finish.
// Other systems send a signal instead, and the channel stays open.
func Ending() <-chan struct{} { return ending }

// One channel per session: it belongs to the user, not to a burn.
var ending = make(chan struct{})

// cleanReason makes text that D-Bus and UTF-16 APIs accept: both reject a NUL, and D-Bus
// drops the connection of a client that sends invalid UTF-8.
func cleanReason(reason string) string {
	reason = strings.ReplaceAll(strings.ToValidUTF8(reason, "?"), "\x00", " ")
	if strings.TrimSpace(reason) == "" {
		return "writing a disc"
	}
	return reason
}
