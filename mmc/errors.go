package mmc

import (
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/internal/exchange"
)

// ErrBadReply matches the error for a reply that arrived with status GOOD and cannot be used,
// even after two more requests. Either it ends before its required fields (the error then also
// matches io.ErrUnexpectedEOF), or it has a number that no CD and no drive can have, such as track
// 21761; the text names the field and the number. The answer to the question is then unknown.
var ErrBadReply = exchange.ErrBadReply

// ErrNotReady matches the error of an operation that waited too long for the drive
// (*NotReadyError).
var ErrNotReady = errors.New("the drive did not become ready in time")

// NotReadyError is the error of a wait that timed out. It matches ErrNotReady and what
// the drive reported last.
type NotReadyError struct {
	After time.Duration // how long the wait took, by the drive's clock
	Err   error         // what the drive reported last
}

// Error returns for example "the drive did not become ready within 5:00: TEST UNIT READY:
// BUSY".
func (e *NotReadyError) Error() string {
	if e.After < time.Second {
		return fmt.Sprintf("the drive is busy: %v", e.Err) // the wait never started
	}
	seconds := int(e.After.Seconds())
	return fmt.Sprintf("the drive did not become ready within %d:%02d: %v", seconds/60, seconds%60, e.Err)
}

// Is reports whether target is ErrNotReady.
func (e *NotReadyError) Is(target error) bool { return target == ErrNotReady }

// Unwrap returns what the drive reported last.
func (e *NotReadyError) Unwrap() error { return e.Err }

// ErrCannotLoad matches the error of loading a disc with a drive that can't pull the
// disc in, as in laptops: the user has to push the tray in.
var ErrCannotLoad = errors.New("the drive can't load the disc by itself")
