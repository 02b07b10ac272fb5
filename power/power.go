package power

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// KeepAwake asks the operating system to neither sleep nor log the user out until
// release is called. reason is shown to people who want to know what keeps their
// machine awake, such as "writing an audio CD".
//
// release may be called more than once and from any goroutine; every call gives
// the result of the first. It is never nil, also when there is an error. The
// context limits only the asking: when it ends later the machine is kept awake all
// the same, because a cancelled burn still has a track to finish.
//
// An error means that nothing was granted. It matches errors.ErrUnsupported where
// there is nobody to ask (no such service here), fs.ErrPermission where the
// service refused, or the context's error. A part that was granted is success.
func KeepAwake(ctx context.Context, reason string) (release func() error, err error) {
	if err := ctx.Err(); err != nil {
		return noRelease, fmt.Errorf("keep the machine awake: %w", err)
	}
	undo, err := keepAwake(ctx, cleanReason(reason))
	if err != nil {
		return noRelease, fmt.Errorf("keep the machine awake: %w", err)
	}
	return sync.OnceValue(undo), nil
}

// Ending is closed when the system ends the user's session in spite of KeepAwake, since
// whoever sits at the machine insisted. Windows does so, and leaves a program about
// five seconds from then on: enough to stop in good order, if not to finish. On other
// systems a signal tells, and the channel stays open.
func Ending() <-chan struct{} { return ending }

// One session, one channel: it is the user's, whatever is being written how often.
var ending = make(chan struct{})

func noRelease() error { return nil }

// cleanReason makes text that D-Bus and UTF-16 APIs take: both refuse a NUL, and
// D-Bus drops the connection of whoever sends invalid UTF-8.
func cleanReason(reason string) string {
	reason = strings.ReplaceAll(strings.ToValidUTF8(reason, "?"), "\x00", " ")
	if strings.TrimSpace(reason) == "" {
		return "writing a disc"
	}
	return reason
}
