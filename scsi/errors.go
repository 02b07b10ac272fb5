package scsi

import (
	"errors"
	"fmt"
)

// Sent reports whether a device can have seen a command that got no status.
type Sent uint8

const (
	// SentUnknown means that the device may have carried out the command. If that was a
	// WRITE, read the next writable address; never send the WRITE again.
	SentUnknown Sent = iota
	// SentNo means that the device did not see the command: the context had ended, or
	// the operating system refused it (a command filter, a transfer that is too long, a
	// busy device).
	SentNo
)

// String returns "no" or "unknown".
func (s Sent) String() string {
	if s == SentNo {
		return "no"
	}
	return "unknown"
}

// TransportError means that no SCSI status came back for a command.
//
// It matches its cause, such as fs.ErrPermission, fs.ErrNotExist, fs.ErrClosed,
// os.ErrDeadlineExceeded, errors.ErrUnsupported, context.Canceled or ErrLocked.
type TransportError struct {
	Op   string // the Request's name
	Sent Sent   // whether the device can have seen the command
	Err  error  // why
}

// Error returns the name of the command and the cause.
func (e *TransportError) Error() string {
	if e.Sent == SentNo {
		return fmt.Sprintf("%s: not sent: %v", opName(e.Op), e.Err)
	}
	return fmt.Sprintf("%s: no answer from the device: %v", opName(e.Op), e.Err)
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// ErrLocked matches (errors.Is) every error that means that another program has
// exclusive use of the device.
var ErrLocked = errors.New("the device is in use by another program")

// errShortTransfer is the cause of the error of a command that ended in GOOD although the
// device received only a part of its data.
var errShortTransfer = errors.New("the device received only a part of the data")

// LockedError is ErrLocked with the name of the owner.
type LockedError struct {
	Owner string // client name, "" if unknown
}

// Error names the owner.
func (e *LockedError) Error() string {
	if e.Owner == "" {
		return ErrLocked.Error()
	}
	return fmt.Sprintf("the device is in use by %q", e.Owner)
}

// Is makes errors.Is(err, ErrLocked) true.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// StatusError means that the device ended a command with a status other than GOOD and
// CHECK CONDITION, and therefore without sense data.
type StatusError struct {
	Op     string // the Request's name
	Status Status // such as Busy or ReservationConflict
}

// Error names the command and the status.
func (e *StatusError) Error() string { return fmt.Sprintf("%s: %v", opName(e.Op), e.Status) }

// opName returns a name for a Request without one.
func opName(op string) string {
	if op == "" {
		return "SCSI command"
	}
	return op
}
