package power

import (
	"context"
	"errors"
	"time"
)

// busTimeout is how long the services of one bus may take to answer. A burn shouldn't
// wait longer, because it is possible without them.
const busTimeout = 5 * time.Second

// keepAwake asks logind, which decides for the computer, and the programs that manage
// power in the user's session: desktops suspend the computer themselves, and some ignore
// logind's locks.
func keepAwake(ctx context.Context, reason string, l *Lock) error {
	l.offered = idle | sleep | shutdown
	if hasLid("/sys/class/input") {
		l.offered |= lid
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
