package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/scsi"
)

// refusal makes the error for an SG_IO that failed with errno. In nearly all cases the
// kernel refused the command before the drive could see it.
func refusal(req *scsi.Request, errno error) error {
	e := &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: errno}
	switch {
	case errors.Is(errno, unix.EPERM):
		// The command filter of /dev/srN, by opcode: vendor commands, MECHANISM STATUS,
		// WRITE BUFFER and a few more.
		e.Err = meaning(fmt.Sprintf("Linux lets only root send opcode %02Xh (capability CAP_SYS_RAWIO); run this command as root if you need it",
			req.CDB[0]), errno, fs.ErrPermission)
	case (errors.Is(errno, unix.EIO) || errors.Is(errno, unix.EINVAL)) && len(req.Data) > 0:
		// More than the queue accepts: EIO on an sr node, EINVAL on an sg node.
		e.Err = meaning(fmt.Sprintf("%d bytes are more than the kernel accepts for this drive in one command (%v)", len(req.Data), errno), errno, errTooLong)
	case errors.Is(errno, unix.EINVAL), errors.Is(errno, unix.EMSGSIZE):
		e.Err = meaning(fmt.Sprintf("the kernel rejects the command (%v)", errno), errno)
	case errors.Is(errno, unix.ENOMEM):
		e.Err = meaning(fmt.Sprintf("no memory for a transfer of %d bytes", len(req.Data)), errno)
	case errors.Is(errno, unix.ENODEV), errors.Is(errno, unix.ENXIO):
		e.Err = meaning(fmt.Sprintf("the drive is gone, or being reset (%v)", errno), errno, fs.ErrNotExist)
	case errors.Is(errno, unix.ENOTTY):
		e.Err = meaning("the device takes no SCSI commands", errno, errors.ErrUnsupported)
	case errors.Is(errno, unix.EBUSY), errors.Is(errno, unix.EAGAIN), errors.Is(errno, unix.EDOM):
		e.Err = meaning(fmt.Sprintf("the drive is in use (%v)", errno), errno, scsi.ErrLocked)
	default: // EIO without data, EINTR, EFAULT: it may have been carried out
		e.Sent = scsi.SentUnknown
	}
	return e
}

// readOnlyRefusal is the refusal of a command that needs a descriptor open for writing.
func readOnlyRefusal(req *scsi.Request, errno error) error {
	text := fmt.Sprintf("the disc is mounted and this Linux allows only looking at it: unmount it to send opcode %02Xh", req.CDB[0])
	return &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: meaning(text, errno, fs.ErrPermission)}
}

// host_status, from the kernel's <scsi/scsi_status.h>: why no SCSI status was returned.
var hostStatus = map[uint16]string{
	0x01: "no connection to the drive",
	0x02: "bus busy",
	0x03: "the drive did not answer in time",
	0x04: "the adapter no longer knows the drive",
	0x05: "aborted",
	0x06: "parity error",
	0x07: "internal error of the adapter",
	0x08: "the bus was reset",
	0x09: "unexpected interrupt",
	0x0A: "passed through",
	0x0B: "soft error",
	0x0C: "retry at once",
	0x0D: "requeued",
	0x0E: "the connection to the drive was disrupted",
	0x0F: "the connection to the drive is lost",
}

const (
	hostNoConnect = 0x01
	hostTimeout   = 0x03
	hostBadTarget = 0x04 // the drive or its port was removed: libburn gives up here too
	hostLost      = 0x0F

	driverTimeout = 0x06
	driverSense   = 0x08 // no failure: there is sense data
)

// outcome returns why no SCSI status was returned, or nil. host_status and
// driver_status come first: with either of them set a status of 0 has no meaning.
func (h *sgHeader) outcome() error {
	if h.hostStatus != 0 {
		text, known := hostStatus[h.hostStatus]
		if !known {
			text = "the adapter reports a failure"
		}
		text = fmt.Sprintf("%s (host status %d)", text, h.hostStatus)
		switch h.hostStatus {
		case hostTimeout:
			return meaning(text, os.ErrDeadlineExceeded)
		case hostNoConnect, hostBadTarget, hostLost:
			return meaning(text, fs.ErrNotExist)
		}
		return errors.New(text)
	}
	// Kernels before 5.14 set other values here; the upper half was a suggestion.
	switch driver := h.driverStatus & 0x0F; driver {
	case 0, driverSense:
		return nil
	case driverTimeout:
		return meaning("the drive did not answer in time (driver status 6)", os.ErrDeadlineExceeded)
	default:
		return fmt.Errorf("the driver reports failure %d", driver)
	}
}
