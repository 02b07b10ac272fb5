//go:build darwin || (linux && iokitfake)

package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/redbook-audio/redbook/internal/iokit"
	"github.com/redbook-audio/redbook/scsi"
)

// macCure is the remedy if macOS doesn't let a program burn. It requires the right
// system.burn. The documentation doesn't list the users and sessions that have it;
// programs in a Terminal window on the screen are known to burn.
const macCure = "run redbook in a Terminal window as the user who is logged in at the screen, not over ssh or in the background; " +
	"a managed Mac may forbid burning altogether (right system.burn)"

// macOpenError explains an error of opening, with a remedy if there is one.
// IOCreatePlugInInterfaceForService returns "no resources" for any cause that keeps the plug-in
// from starting; only the system's log has the reason.
func macOpenError(err error) error {
	plugIn := false
	if call, ok := errors.AsType[*iokit.CallError](err); ok {
		plugIn = call.Call == "IOCreatePlugInInterfaceForService"
	}
	switch {
	case plugIn && errors.Is(err, iokit.NoResources):
		return meaning(fmt.Sprintf("macOS doesn't let this program use the drive, or another driver has it: %s (%v)", macCure, err), err, fs.ErrPermission)
	case plugIn && errors.Is(err, iokit.Unsupported):
		return meaning(fmt.Sprintf("macOS has no plug-in for commands to this drive (%v)", err), err)
	case errors.Is(err, iokit.NotPermitted), errors.Is(err, iokit.NotPrivileged):
		return meaning(fmt.Sprintf("macOS doesn't let this program use the drive: %s (%v)", macCure, err), err, fs.ErrPermission)
	case macGone(err):
		return meaning(fmt.Sprintf("no drive answers there (%v)", err), err, fs.ErrNotExist)
	}
	return err
}

// macGone detects a drive that was unplugged.
func macGone(err error) bool {
	return errors.Is(err, iokit.NoDevice) || errors.Is(err, iokit.NotAttached) ||
		errors.Is(err, iokit.NotFound) || errors.Is(err, iokit.InvalidDest)
}

// refusal makes the error for a call that failed. Before the task was executed the
// drive can't have seen it; after that, a few codes also prove this.
func (n *macDrive) refusal(req *scsi.Request, err error) error {
	e := &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	call, _ := errors.AsType[*iokit.CallError](err)
	switch {
	case !n.excl && errors.Is(err, iokit.Unsupported):
		text := fmt.Sprintf("macOS sends opcode %02Xh only for a program with exclusive access", req.CDB[0])
		if s, _ := n.drive.Service(); len(n.m.mountsOf(s.BSDName)) > 0 {
			text += ": unmount the disc first (diskutil unmountDisk " + s.BSDName + ")"
		}
		e.Err = meaning(text, err, fs.ErrPermission)
	case errors.Is(err, iokit.ErrTOCFormat):
		e.Sent = scsi.SentUnknown
		e.Err = meaning("without exclusive access macOS asks for it in an old form that this drive doesn't know: "+err.Error(), err, errors.ErrUnsupported)
	case errors.Is(err, iokit.ExclusiveAccess):
		locked := &scsi.LockedError{Owner: n.owner()}
		e.Err = meaning(fmt.Sprintf("%v (%v)", locked, err), err, locked)
	case errors.Is(err, iokit.NotPermitted), errors.Is(err, iokit.NotPrivileged):
		e.Err = meaning(fmt.Sprintf("macOS doesn't let this command through (%v)", err), err, fs.ErrPermission)
	case errors.Is(err, iokit.CannotWire), errors.Is(err, iokit.VMError), errors.Is(err, iokit.NoMemory),
		errors.Is(err, iokit.NoResources), errors.Is(err, iokit.BadArgument): // before anything is sent
	case macGone(err):
		e.Err = meaning(fmt.Sprintf("the drive is gone (%v)", err), err, fs.ErrNotExist)
		e.Sent = macSent(call)
	case errors.Is(err, iokit.Timeout):
		e.Err = meaning(err.Error(), err, os.ErrDeadlineExceeded)
		e.Sent = macSent(call)
	default:
		e.Sent = macSent(call)
	}
	return e
}

// macSent derives from the failed call whether the command can have been sent.
func macSent(call *iokit.CallError) scsi.Sent {
	switch call.Call {
	case "CreateSCSITask", "SetCommandDescriptorBlock", "SetScatterGatherEntries", "SetTimeoutDuration":
		return scsi.SentNo
	}
	return scsi.SentUnknown
}

// macOutcome returns why no SCSI status was returned, or nil. The service response is
// checked first: after a delivery failure the status has other meanings, and 2 is not a
// CHECK CONDITION.
func macOutcome(a iokit.Answer) error {
	switch a.Response {
	case iokit.TaskComplete:
		return nil
	case iokit.DeliveryFailure:
	default:
		return fmt.Errorf("the task ended with service response %d", a.Response)
	}
	switch a.Status {
	case iokit.TaskTimeout:
		return meaning("the drive did not answer in time (task timeout)", os.ErrDeadlineExceeded)
	case iokit.ProtocolTimeout:
		return meaning("the drive did not answer in time (protocol timeout)", os.ErrDeadlineExceeded)
	case iokit.DeviceNotResponding:
		return meaning("the drive does not respond", fs.ErrNotExist)
	case iokit.DeviceNotPresent:
		return meaning("the drive is gone", fs.ErrNotExist)
	case iokit.FailedDelivery:
		return errors.New("the command or its data did not get through (delivery failure)")
	}
	return fmt.Errorf("delivery or target failure, status %02Xh", a.Status)
}
