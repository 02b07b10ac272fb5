package host

import (
	"math"
	"time"
	"unsafe"

	"github.com/redbook-audio/redbook/scsi"
)

// Control codes of <ntddscsi.h>, <ntddstor.h>, <ntddcdrm.h> and <winioctl.h>: device
// type, access, function and method.
const (
	ioctlPassThroughDirect = 0x04<<16 | 3<<14 | 0x405<<2 // IOCTL_SCSI_PASS_THROUGH_DIRECT, 4D014h
	ioctlGetCapabilities   = 0x04<<16 | 0x404<<2         // IOCTL_SCSI_GET_CAPABILITIES, 41010h
	ioctlQueryProperty     = 0x2D<<16 | 0x500<<2         // IOCTL_STORAGE_QUERY_PROPERTY, 2D1400h
	ioctlDeviceNumber      = 0x2D<<16 | 0x420<<2         // IOCTL_STORAGE_GET_DEVICE_NUMBER, 2D1080h
	ioctlMediaNotification = 0x2D<<16 | 0x251<<2         // IOCTL_STORAGE_MCN_CONTROL, 2D0944h
	ioctlEjectionControl   = 0x2D<<16 | 0x250<<2         // IOCTL_STORAGE_EJECTION_CONTROL, 2D0940h
	ioctlExclusiveAccess   = 0x02<<16 | 3<<14 | 0x017<<2 // IOCTL_CDROM_EXCLUSIVE_ACCESS, 2C05Ch
	fsctlLockVolume        = 0x09<<16 | 0x006<<2         // FSCTL_LOCK_VOLUME, 90018h
	fsctlUnlockVolume      = 0x09<<16 | 0x007<<2         // FSCTL_UNLOCK_VOLUME, 9001Ch
	fsctlDismountVolume    = 0x09<<16 | 0x008<<2         // FSCTL_DISMOUNT_VOLUME, 90020h
)

// The values of sptHeader.dataIn.
const (
	sptDataOut = 0
	sptDataIn  = 1
	sptNoData  = 2 // SCSI_IOCTL_DATA_UNSPECIFIED
)

// sptSense is the size of the sense data: some builds of Wine refuse more than 64.
const sptSense = 64

// sptHeader is SCSI_PASS_THROUGH_DIRECT: 56 bytes with pointers of 8 bytes (amd64,
// arm64), 44 with pointers of 4 (386). A 386 program on 64-bit Windows uses the short
// form too. Path, target and unit are ignored on the handle of a drive.
type sptHeader struct {
	length      uint16
	status      uint8 // out: SAM status, also when the call succeeds
	path        uint8
	target      uint8
	unit        uint8
	cdbLength   uint8
	senseLength uint8 // in: room, out: bytes returned
	direction   uint8
	dataLength  uint32 // in: bytes requested, out: bytes moved
	timeout     uint32 // seconds
	data        unsafe.Pointer
	senseOffset uint32 // from the start of the header
	cdb         [16]byte
}

// sptBlock is a header and its sense data: one buffer for input and output. Wine reads
// only the output buffer, and Windows accepts the same buffer twice.
type sptBlock struct {
	sptHeader
	_     uint32
	sense [sptSense]byte
}

// The layout is checked at compile time, on every architecture.
const wordSize = unsafe.Sizeof(uintptr(0))

var (
	_ [32 + 3*wordSize]byte = [unsafe.Sizeof(sptHeader{})]byte{}
	_ [12]byte              = [unsafe.Offsetof(sptHeader{}.dataLength)]byte{}
	_ [16 + wordSize]byte   = [unsafe.Offsetof(sptHeader{}.data)]byte{}
	_ [16 + 2*wordSize]byte = [unsafe.Offsetof(sptHeader{}.senseOffset)]byte{}
	_ [20 + 2*wordSize]byte = [unsafe.Offsetof(sptHeader{}.cdb)]byte{}
	_ [36 + 3*wordSize]byte = [unsafe.Offsetof(sptBlock{}.sense)]byte{}
)

// fill sets up the block for req, with data in place of its buffer. The block must be
// on the heap: when a stack moves, pointers to it become invalid.
func (b *sptBlock) fill(req *scsi.Request, data []byte) {
	*b = sptBlock{sptHeader: sptHeader{
		length:      uint16(unsafe.Sizeof(sptHeader{})),
		cdbLength:   uint8(req.CDBLen),
		cdb:         req.CDB,
		senseLength: sptSense,
		senseOffset: uint32(unsafe.Offsetof(sptBlock{}.sense)),
		direction:   sptNoData,
		timeout:     wholeSeconds(req.Timeout),
	}}
	if len(data) == 0 {
		return
	}
	b.data, b.dataLength = unsafe.Pointer(&data[0]), uint32(len(data))
	switch req.Dir {
	case scsi.DataIn:
		b.direction = sptDataIn
	case scsi.DataOut:
		b.direction = sptDataOut
	}
}

// bytes returns the block in the form of DeviceIoControl.
func (b *sptBlock) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(b)), unsafe.Sizeof(*b))
}

// wholeSeconds rounds a timeout up. After the timeout Windows resets the bus, which
// ruins a burn: callers are generous. More than 30 hours is refused, and so is 0.
func wholeSeconds(d time.Duration) uint32 {
	if d <= 0 {
		d = scsi.DefaultTimeout
	}
	const most = 108000
	return uint32(min(math.Ceil(d.Seconds()), most))
}
