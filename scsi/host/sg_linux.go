package host

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/scsi"
)

// ioctlSGIO is SG_IO of <scsi/sg.h>, the same number on every architecture.
const ioctlSGIO = 0x2285

// Values of sgHeader.
const (
	interfaceID   = 'S'
	transferNone  = -1
	transferToDev = -2
	transferFrom  = -3
	senseLength   = 64 // the kernel keeps 96; drives send 18, some 32
)

// sgHeader is struct sg_io_hdr of <scsi/sg.h>: 88 bytes with pointers of 8 bytes, 64
// with pointers of 4. The pointers are Go pointers, which keep their targets from being
// garbage collected.
type sgHeader struct {
	interfaceID   int32
	direction     int32
	cdbLength     uint8
	senseCapacity uint8
	iovecCount    uint16
	dataLength    uint32
	data          unsafe.Pointer
	cdb           unsafe.Pointer
	sense         unsafe.Pointer
	timeout       uint32 // milliseconds; 0 would be the kernel's 60 s
	flags         uint32
	packID        int32
	userPointer   unsafe.Pointer
	status        uint8
	maskedStatus  uint8
	messageStatus uint8
	senseLength   uint8
	hostStatus    uint16
	driverStatus  uint16
	residual      int32
	duration      uint32
	info          uint32
}

// The layout is checked at compile time, on every architecture.
const pointerSize = unsafe.Sizeof(uintptr(0))

var (
	_ [40 + 6*pointerSize]byte = [unsafe.Sizeof(sgHeader{})]byte{}
	_ [16]byte                 = [unsafe.Offsetof(sgHeader{}.data)]byte{}
	_ [16 + 3*pointerSize]byte = [unsafe.Offsetof(sgHeader{}.timeout)]byte{}
	_ [24 + 5*pointerSize]byte = [unsafe.Offsetof(sgHeader{}.status)]byte{}
)

// fill sets up a header for req, with room for sense data. The header must be on the
// heap: when a stack moves, pointers to it become invalid.
func (h *sgHeader) fill(req *scsi.Request, sense *[senseLength]byte) {
	*h = sgHeader{
		interfaceID: interfaceID, direction: transferNone,
		cdbLength: uint8(req.CDBLen), cdb: unsafe.Pointer(&req.CDB[0]),
		senseCapacity: senseLength, sense: unsafe.Pointer(&sense[0]),
		timeout: milliseconds(req.Timeout),
	}
	if len(req.Data) == 0 {
		return
	}
	h.data, h.dataLength = unsafe.Pointer(&req.Data[0]), uint32(len(req.Data))
	switch req.Dir {
	case scsi.DataIn:
		h.direction = transferFrom
	case scsi.DataOut:
		h.direction = transferToDev
	}
}

// milliseconds rounds a timeout up. After the timeout the kernel aborts the command and
// may reset the drive, which ruins a burn: callers are generous.
func milliseconds(d time.Duration) uint32 {
	if d <= 0 {
		d = scsi.DefaultTimeout
	}
	const most = 1<<31 - 1 // the kernel turns it into jiffies
	return uint32(min((d+time.Millisecond-1)/time.Millisecond, most))
}

// transferred returns how many bytes were transferred, as far as the kernel's count is
// reliable: USB bridges report anything, and libata nothing (always 0 left over).
func (h *sgHeader) transferred() int {
	left := int64(h.residual)
	if left < 0 || left > int64(h.dataLength) {
		left = 0
	}
	return int(int64(h.dataLength) - left)
}

// blockSignals blocks every signal for the calling thread until the function it returns
// is called. Both must run on one locked thread.
//
// On an sg node the wait within SG_IO is interruptible: a signal orphans the command
// and, because Go installs its handlers with SA_RESTART, the ioctl starts over and the
// drive gets the command twice. Go itself sends SIGURG to threads all the time.
func blockSignals() (restore func(), err error) {
	var all, old unix.Sigset_t
	for i := range all.Val {
		all.Val[i] = ^all.Val[i] // every bit, whatever the word size
	}
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, &old); err != nil {
		return nil, err
	}
	return func() { _ = unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil) }, nil
}
