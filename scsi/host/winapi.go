package host

import (
	"context"
	"fmt"
	"time"
)

// windowsAPI is the part of Windows that the backend uses. winapi_windows.go implements
// it; tests have their own, which runs on every system.
type windowsAPI interface {
	// open is CreateFile of a device that exists, shared for reading and writing.
	open(path string, access uint32) (handle uintptr, err error)
	// control is DeviceIoControl; in and out may be the same memory.
	control(handle uintptr, code uint32, in, out []byte) (n int, err error)
	close(handle uintptr) error
	// letters are the drive letters of optical drives, such as "D".
	letters() []string
	// otherLetter reports whether a letter belongs to a drive of another kind.
	otherLetter(letter string) bool
	// interfaces are the device paths of the class GUID_DEVINTERFACE_CDROM.
	interfaces() []string
	sleep(ctx context.Context, d time.Duration) error
	// program is the name of the running program, without folder and ".exe".
	program() string
}

// Access rights of CreateFile. Without any, a device can be queried for the system's
// records, and it gets no command.
const (
	accessNone      = 0
	accessReadWrite = 0x80000000 | 0x40000000 // GENERIC_READ | GENERIC_WRITE
)

// winError is an error code of Windows (winerror.h). It has English texts of ours, because
// those of Windows are in the language of the user, and Wine lacks some.
type winError uint32

// The codes that this package distinguishes.
const (
	winInvalidFunction   winError = 1
	winFileNotFound      winError = 2
	winPathNotFound      winError = 3
	winAccessDenied      winError = 5
	winInvalidHandle     winError = 6
	winNotEnoughMemory   winError = 8
	winInvalidDrive      winError = 15
	winBadUnit           winError = 20
	winNotReady          winError = 21
	winBadCommand        winError = 22 // STATUS_INVALID_DEVICE_STATE
	winGenFailure        winError = 31
	winSharingViolation  winError = 32
	winLockViolation     winError = 33
	winNotSupported      winError = 50
	winDevNotExist       winError = 55
	winInvalidParameter  winError = 87
	winSemTimeout        winError = 121
	winInvalidName       winError = 123
	winBusy              winError = 170
	winNoSuchDevice      winError = 433
	winUnrecognizedVol   winError = 1005
	winFileInvalid       winError = 1006
	winMediaChanged      winError = 1110
	winNoMedia           winError = 1112
	winIODevice          winError = 1117
	winDeviceNotConnect  winError = 1167
	winNoResources       winError = 1450
	winRevisionMismatch  winError = 1306
	winTimeout           winError = 1460
	winDeviceRemoved     winError = 1617
	winUnrecognizedMedia winError = 1785
)

var winWords = map[winError]string{
	winInvalidFunction:  "invalid function",
	winFileNotFound:     "file not found",
	winPathNotFound:     "path not found",
	winAccessDenied:     "access denied",
	winInvalidHandle:    "invalid handle",
	winNotEnoughMemory:  "not enough memory",
	winNotReady:         "not ready",
	winBadCommand:       "wrong state of the device",
	winGenFailure:       "general failure",
	winSharingViolation: "sharing violation",
	winNotSupported:     "not supported",
	winInvalidParameter: "invalid parameter",
	winSemTimeout:       "timeout",
	winBusy:             "busy",
	winNoSuchDevice:     "no such device",
	winMediaChanged:     "medium changed",
	winNoMedia:          "no medium",
	winRevisionMismatch: "revision mismatch",
	winIODevice:         "I/O device error",
	winDeviceNotConnect: "device not connected",
	winNoResources:      "no system resources",
	winTimeout:          "timeout",
	winDeviceRemoved:    "device removed",
}

func (e winError) Error() string {
	if words, ok := winWords[e]; ok {
		return fmt.Sprintf("%s (Windows error %d)", words, uint32(e))
	}
	return fmt.Sprintf("Windows error %d", uint32(e))
}
