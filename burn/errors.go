package burn

import (
	"errors"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// Phase is a phase of a burn.
type Phase string

// The phases, in the order of a burn.
const (
	PhaseCheck   Phase = "check"         // reading the sources, nothing sent yet
	PhasePlan    Phase = "plan"          // asking the drive and the disc what is possible
	PhasePrepare Phase = "prepare"       // locking, speed, write parameters, OPC
	PhaseReserve Phase = "reserve"       // RESERVE TRACK and its effect
	PhaseStart   Phase = "start"         // write parameters and NWA of a track
	PhaseWrite   Phase = "write"         // WRITE
	PhaseFlush   Phase = "finish"        // SYNCHRONIZE CACHE, and checking that the track exists
	PhaseClose   Phase = "close session" // CLOSE SESSION, lead-in and lead-out
	PhaseConfirm Phase = "confirm"       // comparing disc information and TOC with what was written
	PhaseVerify  Phase = "verify"        // reading the audio back
	PhaseRelease Phase = "release"       // unlocking
	PhaseBlank   Phase = "blank"         // BLANK
	PhaseRead    Phase = "read"          // READ CD outside a verification
)

// Error is the error that ended a burn, and where it happened. errors.Is finds the
// sentinels of this package, errors.As what the drive reported (*scsi.SenseError,
// *scsi.TransportError).
type Error struct {
	Phase Phase
	Track int     // number on the disc; 0 if the error isn't about a track
	LBA   toc.LBA // with a Track, the address in PhaseWrite, PhaseVerify and PhaseRead
	Err   error
}

// Error formats the error, for example "write track 3 at LBA 45012: WRITE(10): medium
// error, write error (3/0C/00)".
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", e.Phase)
	if e.Track > 0 {
		fmt.Fprintf(&b, " track %d", e.Track)
		if e.Phase == PhaseWrite || e.Phase == PhaseVerify || e.Phase == PhaseRead {
			fmt.Fprintf(&b, " at LBA %d", e.LBA)
		}
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Category returns the first of ErrCanceled, ErrWriteFailed, ErrVerify, ErrUnconfirmed,
// ErrDoesNotFit, ErrBadInput, ErrUnsuitableDisc and ErrNoDrive that err matches; programs
// derive their exit code from it. It returns nil for nil and for any other error.
func Category(err error) error {
	for _, c := range []error{
		ErrCanceled, ErrWriteFailed, ErrVerify, ErrUnconfirmed,
		ErrDoesNotFit, ErrBadInput, ErrUnsuitableDisc, ErrNoDrive,
	} {
		if errors.Is(err, c) {
			return c
		}
	}
	return nil
}
