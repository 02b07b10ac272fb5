package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/redbook-audio/redbook/scsi"
)

func tooLong(length, most int) error {
	return meaning(fmt.Sprintf("%d bytes are more than the adapter takes at once (%d)", length, most), errTooLong)
}

// refusal makes the error for a pass-through that the system failed. It is scsi.SentNo only
// if Windows refuses before it sends the command.
func (n *sptNode) refusal(req *scsi.Request, err error) error {
	e := &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	code, _ := errors.AsType[winError](err)
	switch code {
	case winAccessDenied:
		e.Err = n.denied(err)
	case winSharingViolation, winBusy:
		e.Err = meaning(fmt.Sprintf("the drive is in use: %v", err), err, scsi.ErrLocked)
	case winInvalidParameter:
		if len(req.Data) > 0 {
			e.Err = meaning(fmt.Sprintf("%d bytes are more than Windows takes for this drive at once, or not aligned: %v", len(req.Data), err), err, errTooLong)
		}
	case winNotEnoughMemory, winNoResources:
		e.Err = meaning(fmt.Sprintf("no memory for a transfer of %d bytes: %v", len(req.Data), err), err)
	case winInvalidFunction, winNotSupported:
		e.Err = meaning(fmt.Sprintf("the device takes no SCSI commands: %v", err), err, errors.ErrUnsupported)
	case winInvalidHandle:
		e.Err = meaning(fmt.Sprintf("the drive isn't open: %v", err), err)
	case winRevisionMismatch: // of sptHeader.length
		e.Err = meaning(fmt.Sprintf("Windows doesn't know the form of the request; this is a bug in redbook: %v", err), err)
	case winSemTimeout, winTimeout:
		e.Sent, e.Err = scsi.SentUnknown, meaning(fmt.Sprintf("the drive did not answer in time: %v", err), err, os.ErrDeadlineExceeded)
	default: // 21, 31, 1117 and others: it may have been carried out
		e.Sent = scsi.SentUnknown
		if unplugged(err) { // perhaps while the command was carried out
			e.Err = meaning(fmt.Sprintf("the drive is gone: %v", err), err, fs.ErrNotExist)
		}
	}
	return e
}

// unplugged reports errors of a drive that no longer exists.
func unplugged(err error) bool {
	code, _ := errors.AsType[winError](err)
	switch code {
	case winFileNotFound, winDevNotExist, winNoSuchDevice, winDeviceNotConnect, winDeviceRemoved:
		return true
	}
	return false
}

// denied returns why Windows refuses access to the drive: another program has it, or
// the user may not use it.
func (h *sptHold) denied(err error) error {
	if owner, locked := h.owner(); locked && !h.excl {
		return &scsi.LockedError{Owner: owner}
	}
	return meaning(deniedAdvice(err), err, fs.ErrPermission)
}

// deniedAdvice is the remedy if Windows reports only "access denied", which may also
// mean that another program has locked the volume. The policies have the names shown in
// Windows' policy editors.
func deniedAdvice(err error) string {
	return fmt.Sprintf("%v: another program has exclusive access to the drive, or Windows doesn't let you use it: "+
		"end other burning programs, log on at the computer itself and not remotely, or run this command as administrator; "+
		`the policies "Devices: Restrict CD-ROM access to locally logged-on user only" and "Removable Storage Access" can forbid it too`, err)
}

// openError explains an error of CreateFile, with a remedy if there is one.
func openError(err error) error {
	code, _ := errors.AsType[winError](err)
	switch code {
	case winAccessDenied:
		return meaning(deniedAdvice(err), err, fs.ErrPermission)
	case winFileNotFound, winPathNotFound, winInvalidDrive, winBadUnit, winInvalidName,
		winDevNotExist, winNoSuchDevice, winDeviceNotConnect, winDeviceRemoved:
		return meaning(fmt.Sprintf("no such drive: %v", err), err, fs.ErrNotExist)
	}
	return err
}
