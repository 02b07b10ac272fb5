package power

import (
	"context"
	"errors"
	"time"
)

// busTimeout is how long the services of one bus may take to answer. A burn shouldn't
// wait longer for something that it can do without.
const busTimeout = 5 * time.Second

// keepAwake asks logind, which decides for the computer, and the programs that manage
// power in the user's session: desktops suspend by themselves, and some don't look at
// logind's locks.
func keepAwake(ctx context.Context, reason string, l *Lock) error {
	l.offered = Idle | Sleep | Shutdown
	if hasLid("/sys/class/input") {
		l.offered |= Lid
	}
	for _, ask := range []func(context.Context, string, *Lock) error{askLogind, askDesktop} {
		if err := ask(ctx, reason, l); err != nil {
			l.errs = append(l.errs, err)
		}
	}
	if len(l.grants) == 0 {
		return errors.Join(l.errs...)
	}
	return nil
}
