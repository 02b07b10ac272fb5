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

// Phase is what a burn was doing.
type Phase string

// The phases, in the order of a burn.
const (
	PhaseCheck   Phase = "check"         // reading the sources, nothing sent yet
	PhasePlan    Phase = "plan"          // asking drive and disc what is possible
	PhasePrepare Phase = "prepare"       // locking, speed, write parameters, OPC
	PhaseReserve Phase = "reserve"       // RESERVE TRACK and what it showed
	PhaseStart   Phase = "start"         // write parameters and NWA of a track
	PhaseWrite   Phase = "write"         // WRITE
	PhaseFlush   Phase = "finish"        // SYNCHRONIZE CACHE, and is the track there
	PhaseClose   Phase = "close session" // CLOSE SESSION, lead-in and lead-out
	PhaseConfirm Phase = "confirm"       // disc information and TOC against what was written
	PhaseVerify  Phase = "verify"        // reading the audio back
	PhaseRelease Phase = "release"       // unlocking
	PhaseBlank   Phase = "blank"         // BLANK
	PhaseRead    Phase = "read"          // READ CD for its own sake
)

// Error is a burn that can't go on: where it was, and why. errors.Is reaches the
// sentinels of this package and what the drive said (scsi.SenseError,
// scsi.TransportError).
type Error struct {
	Phase Phase
	Track int     // number on the disc, 0 when it isn't about one
	LBA   toc.LBA // for PhaseWrite, PhaseVerify and PhaseRead with a Track: where
	Err   error
}

// Error gives for example
// "tao: write track 3 at LBA 45012: WRITE(10): medium error, write error (3/0C/00)".
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

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// joined is one cause under several names: its text is the cause's, and it
// matches the names as well. Names come first so that HRESULT finds theirs.
type joined struct {
	cause error
	names []error
}

func (j *joined) Error() string   { return j.cause.Error() }
func (j *joined) Unwrap() []error { return append(append([]error(nil), j.names...), j.cause) }

// join gives cause more names; names that it matches already are left out.
func join(cause error, names ...error) error {
	if cause == nil {
		return nil
	}
	j := &joined{cause: cause}
	for _, name := range names {
		if name != nil && !errors.Is(cause, name) {
			j.names = append(j.names, name)
		}
	}
	if len(j.names) == 0 {
		return cause
	}
	return j
}

// writes reports whether the laser may have started: an error in such a phase
// leaves something on the disc.
func (p Phase) writes() bool {
	switch p {
	case PhaseReserve, PhaseWrite, PhaseFlush, PhaseClose:
		return true
	}
	return false
}

// fail is the error of a phase: classified, and never wrapped twice.
func fail(phase Phase, track int, lba toc.LBA, err error) error {
	if err == nil {
		return nil
	}
	var done *Error
	if errors.As(err, &done) {
		return err
	}
	err = categorize(classify(err))
	if phase == PhaseConfirm && !errors.Is(err, ErrWriteFailed) {
		err = join(err, ErrUnconfirmed)
	}
	if phase.writes() && !errors.Is(err, ErrCancelled) && !errors.Is(err, ErrUnconfirmed) && !errors.Is(err, ErrVerify) {
		err = join(err, ErrWriteFailed)
	}
	return &Error{Phase: phase, Track: track, LBA: lba, Err: err}
}

// categorize joins a category to what a drive or a transport reported, where its code
// has none of its own: an error that reaches a program always has one.
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
		return join(err, ErrCancelled)
	}
	return join(err, ErrNoDrive)
}

// Wrap is the error of a phase: it gets the sentinel that IMAPI would have returned,
// and is never wrapped twice. nil stays nil.
func Wrap(phase Phase, track int, lba toc.LBA, err error) error { return fail(phase, track, lba, err) }

// Name gives cause more names: the result has its text and matches (errors.Is) the
// names as well. nil stays nil.
func Name(cause error, names ...error) error { return join(cause, names...) }

// clock gives a duration in minutes and seconds, such as "3:20".
func clock(d time.Duration) string {
	seconds := int(d.Seconds())
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// Canceled is the error of what ctx has ended: ErrCancelled, and context.Canceled with
// the cause.
func Canceled(ctx context.Context) error { return cancelled(ctx) }

// classify joins to what the drive or the system said the sentinel that IMAPI
// would have returned for it.
func classify(err error) error {
	if s := nameOf(err); s != nil {
		return join(err, s)
	}
	return err
}

// Category gives the one of ErrCancelled, ErrWriteFailed, ErrVerify,
// ErrUnconfirmed, ErrDoesNotFit, ErrBadInput, ErrUnsuitableDisc and ErrNoDrive
// that says most about err: what a program makes its exit code from. It is nil
// for nil and for any other error.
func Category(err error) error {
	for _, c := range []error{
		ErrCancelled, ErrWriteFailed, ErrVerify, ErrUnconfirmed,
		ErrDoesNotFit, ErrBadInput, ErrUnsuitableDisc, ErrNoDrive,
	} {
		if errors.Is(err, c) {
			return c
		}
	}
	return nil
}

// nameOf finds the sentinel for what a drive or a transport said; nil if there is
// none.
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
		return ErrCancelled
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

// fills are the commands that need room on the disc: 5/63/00 (end of user area) from any
// other has another reason.
var fills = []string{"WRITE(10)", "RESERVE TRACK", "SEND CUE SHEET", "SYNCHRONIZE CACHE", "CLOSE TRACK", "CLOSE SESSION"}

// nameOfSense is the mapping of sense data to IMAPI's codes. Where the key
// matters (2/30 and 5/30 alike, 04 only as NOT READY) it is looked at, and where the
// command does, that is.
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

// cancelled is the error of a burn that the caller's context or CancelAddTrack
// ended.
func cancelled(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == nil {
		cause = context.Canceled
	}
	if errors.Is(cause, context.Canceled) {
		return join(ErrCancelled, context.Canceled)
	}
	return join(fmt.Errorf("%w: %w", ErrCancelled, cause), context.Canceled)
}
