package burn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
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

// Error is the error that ended a burn: where, and why. errors.Is finds the sentinels of
// this package and what the drive reported (scsi.SenseError, scsi.TransportError).
type Error struct {
	Phase Phase
	Track int     // number on the disc; 0 if the error isn't about a track
	LBA   toc.LBA // with a Track, the address in PhaseWrite, PhaseVerify and PhaseRead
	Err   error
}

// Error formats the error, for example "tao: write track 3 at LBA 45012: WRITE(10):
// medium error, write error (3/0C/00)".
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

// writes reports whether the laser may have started, so that an error in this phase
// leaves something on the disc.
func (p Phase) writes() bool {
	switch p {
	case PhaseReserve, PhaseWrite, PhaseFlush, PhaseClose:
		return true
	}
	return false
}

// fail returns the error of a phase, classified and never wrapped twice.
func fail(phase Phase, track int, lba toc.LBA, err error) error {
	if err == nil {
		return nil
	}
	var done *Error
	if errors.As(err, &done) {
		return err
	}
	err = categorize(classify(bareCancel(err)))
	if phase == PhaseConfirm && !errors.Is(err, ErrWriteFailed) {
		err = join(err, ErrUnconfirmed)
	}
	if phase.writes() && !errors.Is(err, ErrCanceled) && !errors.Is(err, ErrUnconfirmed) && !errors.Is(err, ErrVerify) {
		err = join(err, ErrWriteFailed)
	}
	return &Error{Phase: phase, Track: track, LBA: lba, Err: err}
}

// bareCancel returns the error of a cancel without the command that was to be sent next. An
// error that holds anything else stays as it is.
func bareCancel(err error) error {
	var se *scsi.SenseError
	var named *Sentinel
	if !errors.Is(err, context.Canceled) || errors.As(err, &se) || errors.As(err, &named) || Hurried(err) || errors.Is(err, mmc.ErrNotReady) {
		return err
	}
	return join(ErrCanceled, context.Canceled)
}

// categorize adds a category to an error of a drive or a transport whose code has none:
// an error that reaches a program always has one.
func categorize(err error) error {
	if Category(err) != nil {
		return err
	}
	switch ClassOf(err) {
	case ClassDone:
		return err
	case ClassFailed:
		var se *scsi.SenseError
		if !errors.As(err, &se) {
			return err // a caller's own error
		}
		if se.Key == scsi.KeyMediumError || se.Key == scsi.KeyBlankCheck || se.Key == scsi.KeyDataProtect {
			return join(err, ErrUnsuitableDisc)
		}
	case ClassStopped:
		return join(err, ErrCanceled)
	}
	return join(err, ErrNoDrive)
}

// Wrap returns err as the error of a phase, with the sentinel that IMAPI would have
// returned. It never wraps twice; nil stays nil.
func Wrap(phase Phase, track int, lba toc.LBA, err error) error { return fail(phase, track, lba, err) }

// Name returns an error with the text of cause that also matches (errors.Is) names. nil
// stays nil.
func Name(cause error, names ...error) error { return join(cause, names...) }

// clock formats a duration in minutes and seconds, such as "3:20".
func clock(d time.Duration) string {
	seconds := int(d.Seconds())
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// Canceled returns the error of an operation that ctx ended: it matches ErrCanceled,
// context.Canceled and the cause.
func Canceled(ctx context.Context) error { return canceled(ctx) }

// classify adds the sentinel that IMAPI would have returned to an error of the drive or
// the system.
func classify(err error) error {
	if s := nameOf(err); s != nil {
		return join(err, s)
	}
	return err
}

// Category returns the one of ErrCanceled, ErrWriteFailed, ErrVerify, ErrUnconfirmed,
// ErrDoesNotFit, ErrBadInput, ErrUnsuitableDisc and ErrNoDrive that describes err best;
// programs derive their exit code from it. It returns nil for nil and for any other
// error.
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

// nameOf returns the sentinel for an error of a drive or a transport, or nil.
func nameOf(err error) error {
	var have *Sentinel
	if err == nil || errors.As(err, &have) {
		return nil // it has a name already
	}
	var se *scsi.SenseError
	if errors.As(err, &se) {
		if s := nameOfSense(se); s != nil {
			return s
		}
		return nil
	}
	switch {
	case errors.Is(err, context.Canceled):
		return ErrCanceled
	case errors.Is(err, scsi.ErrLocked):
		return ErrLocked
	case errors.Is(err, mmc.ErrShortReply), errors.Is(err, mmc.ErrImplausible):
		return ErrBadResponse
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return ErrTimeout
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		return ErrNoDrive
	}
	var te *scsi.TransportError
	if errors.As(err, &te) {
		return ErrDriveLost
	}
	return nil
}

// fills lists the commands that need room on the disc: 5/63/00 (end of user area) from
// any other command has another reason.
var fills = []string{"WRITE(10)", "RESERVE TRACK", "SEND CUE SHEET", "SYNCHRONIZE CACHE", "CLOSE TRACK", "CLOSE SESSION"}

// nameOfSense maps sense data to IMAPI's codes. It looks at the sense key (2/30 and 5/30
// are alike, 04 counts only as NOT READY) and at the command only where they matter.
func nameOfSense(s *scsi.SenseError) *Sentinel {
	switch s.Code {
	case scsi.CodeBecomingReady:
		return ErrBecomingReady
	case scsi.CodeFormatInProgress:
		return ErrFormatting
	case scsi.CodeOperationInProgress, scsi.CodeLongWriteInProgress:
		return ErrBusy
	case scsi.CodeWriteErrorLossOfStreaming:
		return ErrUnderrun
	case scsi.CodeInvalidOpcode:
		return ErrNoFeature
	case scsi.CodeTimeOutOnLogicalUnit, scsi.CodeCommunicationTimeOut:
		return ErrTimeout
	}
	switch s.Code.Family() {
	case scsi.FamilyMediumNotPresent:
		return ErrNoMedia
	case scsi.FamilyIncompatibleMedium:
		return ErrMediaIncompatible
	case scsi.FamilyInvalidParameter:
		return ErrModeParams
	case scsi.FamilyWriteProtected:
		return ErrWriteProtected
	case scsi.FamilyMediumChanged, scsi.FamilyReset:
		return ErrDriveLost
	case scsi.FamilyEndOfUserArea:
		if slices.Contains(fills, s.Op) {
			return ErrNoSpace
		}
	case scsi.FamilyWriteError, scsi.FamilyCDControl, scsi.FamilySessionFixation:
		return ErrUnexpected
	}
	return nil
}

// canceled is the error of a burn ended by the caller's context or by CancelAddTrack.
func canceled(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == nil {
		cause = context.Canceled
	}
	if errors.Is(cause, context.Canceled) {
		return join(ErrCanceled, context.Canceled)
	}
	return join(fmt.Errorf("%w: %w", ErrCanceled, cause), context.Canceled)
}

// errHurried is the error of a wait that Options.Hurry ended. The drive continues its
// operation.
var errHurried = errors.New("the drive was not waited for, as asked")

// notWaited is the same where the context of the wait was noticed first: it also matches
// context.Canceled.
var notWaited = join(errHurried, context.Canceled)

// Hurried reports whether err is a wait that Options.Hurry ended.
func Hurried(err error) bool { return errors.Is(err, errHurried) }
