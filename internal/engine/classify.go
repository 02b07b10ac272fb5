package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// mayWrite reports whether an error in this phase may leave something on the disc.
func mayWrite(p burn.Phase) bool {
	switch p {
	case burn.PhaseReserve, burn.PhaseWrite, burn.PhaseFlush, burn.PhaseClose:
		return true
	}
	return false
}

// Wrap returns err as the error of a phase, with the sentinel that corresponds to IMAPI's
// error. It never wraps twice; nil stays nil.
func Wrap(phase burn.Phase, track int, lba toc.LBA, err error) error {
	if err == nil {
		return nil
	}
	var done *burn.Error
	if errors.As(err, &done) {
		return err
	}
	err = categorize(classify(bareCancel(err)))
	if phase == burn.PhaseConfirm && !errors.Is(err, burn.ErrWriteFailed) {
		err = Name(err, burn.ErrUnconfirmed)
	}
	if mayWrite(phase) && !errors.Is(err, burn.ErrCanceled) && !errors.Is(err, burn.ErrUnconfirmed) && !errors.Is(err, burn.ErrVerify) {
		err = Name(err, burn.ErrWriteFailed)
	}
	return &burn.Error{Phase: phase, Track: track, LBA: lba, Err: err}
}

// bareCancel removes the command that was to be sent next from the error of a cancel. It
// returns any other error unchanged.
func bareCancel(err error) error {
	var se *scsi.SenseError
	var named *burn.Sentinel
	if !errors.Is(err, context.Canceled) || errors.As(err, &se) || errors.As(err, &named) || Hurried(err) || errors.Is(err, mmc.ErrNotReady) {
		return err
	}
	return Name(burn.ErrCanceled, context.Canceled)
}

// categorize adds a category to an error of a drive or a transport whose code has none, so
// every error returned to a program has one.
func categorize(err error) error {
	if burn.Category(err) != nil {
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
			return Name(err, burn.ErrUnsuitableDisc)
		}
	case ClassStopped:
		return Name(err, burn.ErrCanceled)
	}
	return Name(err, burn.ErrNoDrive)
}

// clock formats a duration in minutes and seconds, such as "3:20".
func clock(d time.Duration) string {
	seconds := int(d.Seconds())
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// classify adds the sentinel that corresponds to IMAPI's error to an error of the drive or
// the system.
func classify(err error) error {
	if s := nameOf(err); s != nil {
		return Name(err, s)
	}
	return err
}

// nameOf returns the sentinel for an error of a drive or a transport, or nil.
func nameOf(err error) error {
	var have *burn.Sentinel
	if err == nil || errors.As(err, &have) {
		return nil // it has a sentinel already
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
		return burn.ErrCanceled
	case errors.Is(err, scsi.ErrLocked):
		return burn.ErrLocked
	case errors.Is(err, mmc.ErrBadReply):
		return burn.ErrBadResponse
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return burn.ErrTimeout
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		return burn.ErrNoDrive
	}
	var te *scsi.TransportError
	if errors.As(err, &te) {
		return burn.ErrDriveLost
	}
	return nil
}

// fills lists the commands that need room on the disc: 5/63/00 (end of user area) from any
// other command doesn't mean that the disc is full.
var fills = []string{"WRITE(10)", "RESERVE TRACK", "SEND CUE SHEET", "SYNCHRONIZE CACHE", "CLOSE TRACK", "CLOSE SESSION"}

// nameOfSense maps sense data to IMAPI's codes. It uses the sense key (2/30 and 5/30 are
// equivalent, 04 counts only with NOT READY) and the command only where they matter.
func nameOfSense(s *scsi.SenseError) *burn.Sentinel {
	switch s.Code {
	case asc.BecomingReady:
		return burn.ErrBecomingReady
	case asc.FormatInProgress:
		return burn.ErrFormatting
	case asc.OperationInProgress, asc.LongWriteInProgress:
		return burn.ErrBusy
	case asc.WriteErrorLossOfStreaming:
		return burn.ErrUnderrun
	case asc.InvalidOpcode:
		return burn.ErrNoFeature
	case asc.TimeOutOnLogicalUnit, asc.CommunicationTimeOut:
		return burn.ErrTimeout
	}
	switch s.Code.ASC() {
	case asc.FamilyMediumNotPresent:
		return burn.ErrNoMedia
	case asc.FamilyIncompatibleMedium:
		return burn.ErrMediaIncompatible
	case asc.FamilyInvalidParameter:
		return burn.ErrModeParams
	case asc.FamilyWriteProtected:
		return burn.ErrWriteProtected
	case asc.FamilyMediumChanged, asc.FamilyReset:
		return burn.ErrDriveLost
	case asc.FamilyEndOfUserArea:
		if slices.Contains(fills, s.Op) {
			return burn.ErrNoSpace
		}
	case asc.FamilyWriteError, asc.FamilyCDControl, asc.FamilySessionFixation:
		return burn.ErrUnexpected
	}
	return nil
}

// Canceled returns the error of an operation that ctx or CancelAddTrack ended. It matches
// burn.ErrCanceled, context.Canceled and the cause.
func Canceled(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == nil {
		cause = context.Canceled
	}
	if errors.Is(cause, context.Canceled) {
		return Name(burn.ErrCanceled, context.Canceled)
	}
	return Name(fmt.Errorf("%w: %w", burn.ErrCanceled, cause), context.Canceled)
}

// errHurried is the error of a wait that burn.Options.Hurry ended. The drive completes its
// operation.
var errHurried = errors.New("the drive was not waited for, as asked")

// notWaited is errHurried for a wait that ended with its context: it also matches
// context.Canceled.
var notWaited = Name(errHurried, context.Canceled)

// Hurried reports whether err is a wait that burn.Options.Hurry ended.
func Hurried(err error) bool { return errors.Is(err, errHurried) }

// wrongf returns an error with its own text that matches the sentinel.
func wrongf(s error, format string, args ...any) error {
	return Name(fmt.Errorf(format, args...), s)
}

// joined is a cause that also matches other errors; its text is the cause's. The names come
// first, because HRESULT returns the first code that it finds.
type joined struct {
	cause error
	names []error
}

func (j *joined) Error() string { return j.cause.Error() }

func (j *joined) Unwrap() []error { return append(append([]error(nil), j.names...), j.cause) }

// Name returns an error with the text of cause that also matches (errors.Is) names,
// leaving out those that it already matches. nil stays nil.
func Name(cause error, names ...error) error {
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
