package power

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Danger is a set of ways in which a computer stops under a running burn.
type Danger uint8

const (
	// Idle is sleep because the computer was not used for a while.
	Idle Danger = 1 << iota
	// Sleep is sleep that someone asks for: in a menu, by a key, from another program.
	Sleep
	// Shutdown is switching off, restarting and, where the system counts it as one of
	// these, logging out.
	Shutdown
	// Lid is closing the lid of a laptop.
	Lid
)

// Grant is what one service of the operating system agreed to hold off.
type Grant struct {
	By     string // the service, such as "logind" or "org.gnome.SessionManager"
	Blocks Danger // until Release
	Delays Danger // for a moment only, after which it happens: seconds on Linux, half a minute on macOS
}

// Lock keeps the computer awake until Release. A nil Lock and the zero value hold nothing.
type Lock struct {
	grants  []Grant
	offered Danger  // what the system has a lock for
	failed  Danger  // not held off, whatever was granted besides
	errs    []error // why something wasn't granted
	undo    []func() error
	release func() error // undo, once
}

// Grants returns who granted what, in the order in which they were asked.
func (l *Lock) Grants() []Grant {
	if l == nil {
		return nil
	}
	return append([]Grant(nil), l.grants...)
}

// Blocked is what can't happen until Release, as far as the services that were asked
// have a say in it.
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

// Delayed is what is put off for a moment but not blocked.
func (l *Lock) Delayed() Danger {
	var delayed Danger
	if l != nil {
		for _, g := range l.grants {
			delayed |= g.Delays
		}
	}
	return delayed &^ l.Blocked()
}

// Exposed is what this system can hold off and did not, such as everything but Idle for
// a user who is logged in by ssh. What is delayed is exposed; Lid is only on a machine
// that has one. What no program can hold off on this system is left out.
func (l *Lock) Exposed() Danger {
	if l == nil {
		return 0
	}
	return l.offered &^ l.Blocked()
}

// Refusals returns why Exposed is not empty: the answers of the services, joined; nil if all
// was granted.
func (l *Lock) Refusals() error {
	if l == nil {
		return nil
	}
	return errors.Join(l.errs...)
}

// Release releases everything. It may be called more than once and from any
// goroutine; every call gives the result of the first.
func (l *Lock) Release() error {
	if l == nil || l.release == nil {
		return nil
	}
	return l.release()
}

// hold adds a grant and what gives it back.
func (l *Lock) hold(g Grant, undo func() error) {
	l.grants = append(l.grants, g)
	l.undo = append(l.undo, undo)
}

// giveBack runs every undo, the last first.
func (l *Lock) giveBack() error {
	var errs []error
	for i := len(l.undo) - 1; i >= 0; i-- {
		errs = append(errs, l.undo[i]())
	}
	return errors.Join(errs...)
}

// KeepAwake asks the operating system to neither sleep nor log the user out until
// Release is called. reason is shown to people who want to know what keeps their
// machine awake, such as "writing an audio CD". The context limits only the asking:
// when it ends later the machine is kept awake all the same, because a canceled burn
// still has a track to finish.
//
// An error means that nothing was granted, and the Lock is nil. It matches
// errors.ErrUnsupported where there is no such service, fs.ErrPermission where the
// service refused, or the context's error. A part that was granted is success; Exposed
// is what is missing.
func KeepAwake(ctx context.Context, reason string) (*Lock, error) {
	l := &Lock{}
	err := ctx.Err()
	if err == nil {
		err = keepAwake(ctx, cleanReason(reason), l)
	}
	if err != nil {
		return nil, fmt.Errorf("keep the machine awake: %w", err)
	}
	l.release = sync.OnceValue(l.giveBack)
	return l, nil
}

// Ending is closed when the system ends the user's session in spite of KeepAwake, since
// the user at the computer insisted. Windows does so, and leaves a program about
// five seconds from then on: enough to stop in good order, if not to finish. On other
// systems a signal tells, and the channel stays open.
func Ending() <-chan struct{} { return ending }

// One channel per session: it belongs to the user, however many burns there are.
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
