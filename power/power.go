package power

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// danger is a set of events that stop a computer during a burn.
type danger uint8

const (
	// idle is sleep because the computer was not used for a while.
	idle danger = 1 << iota
	// sleep is sleep on request: from a menu, by a key, from another program.
	sleep
	// shutdown is power-off, restart and, on some systems, log-off.
	shutdown
	// lid is closing the lid of a laptop.
	lid
)

// grant is what one service of the operating system agreed to hold off.
type grant struct {
	By     string // the service, such as "logind" or "org.gnome.SessionManager"
	Blocks danger // until Release
	Delays danger // for a moment only: seconds on Linux, half a minute on macOS
}

// Lock keeps the computer awake until Release. A nil Lock and the zero value have no
// effect.
type Lock struct {
	grants  []grant // in the order in which the services were asked
	offered danger  // the dangers for which the system has a lock
	failed  danger  // not held off, whatever else was granted
	errs    []error // why a lock wasn't granted
	undo    []func() error
	release func() error // undo, once
}

// String returns which service holds off which danger, such as "logind blocks sleep when idle
// and delays shutdown for a moment only"; "" if nothing is held off.
func (l *Lock) String() string {
	if l == nil {
		return ""
	}
	return describe(l.grants)
}

// Exposed returns nil if the services block every danger that this system can hold off until
// Release. Otherwise the error describes what they hold off and which dangers remain, such as
// closing the lid, for a user who is logged in by ssh. Dangers that are delayed for a moment
// only remain; those that no program can hold off on this system are not mentioned. The error
// wraps the refusals of the services: it matches fs.ErrPermission if one was for lack of
// permission.
func (l *Lock) Exposed() error {
	exposed := l.exposed()
	if exposed == 0 {
		return nil
	}
	return &exposedError{grants: l.grants, exposed: exposed, refusals: l.errs}
}

// exposed are the dangers that the system can hold off and doesn't block.
func (l *Lock) exposed() danger {
	if l == nil {
		return 0
	}
	return l.offered &^ l.blocked()
}

// blocked are the dangers that the services block until Release.
func (l *Lock) blocked() danger {
	var blocked danger
	for _, g := range l.grants {
		blocked |= g.Blocks
	}
	return blocked &^ l.failed
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
func (l *Lock) hold(g grant, undo func() error) {
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
// service refused, or the context's error. A partial grant is success; Lock.Exposed
// returns the rest.
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
