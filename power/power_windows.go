package power

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32           = windows.NewLazySystemDLL("kernel32.dll")
	powerCreateRequest = kernel32.NewProc("PowerCreateRequest")
	powerSetRequest    = kernel32.NewProc("PowerSetRequest")
	powerClearRequest  = kernel32.NewProc("PowerClearRequest")
	getModuleHandle    = kernel32.NewProc("GetModuleHandleW")
)

// keepAwake takes both guards. Either alone is better than nothing: a service has
// no desktop for a window, and Windows before 7 has no power requests.
func keepAwake(_ context.Context, reason string, l *Lock) error {
	text, err := windows.UTF16PtrFromString(reason)
	if err != nil {
		return err
	}
	l.offered = idle | shutdown
	for _, guard := range []struct {
		grant grant
		take  func(*uint16) (func() error, error)
	}{
		{grant{By: "power request", Blocks: idle}, requestPower},
		{grant{By: "window", Blocks: shutdown}, blockShutdown},
	} {
		release, err := guard.take(text)
		if err != nil {
			l.errs = append(l.errs, err)
			continue
		}
		l.hold(guard.grant, release)
	}
	if len(l.grants) == 0 {
		return errors.Join(l.errs...)
	}
	return nil
}

// reasonContext is REASON_CONTEXT of minwinbase.h in its simple form. After the reason
// follows the rest of the union: an id, a count and a pointer.
type reasonContext struct {
	version uint32 // POWER_REQUEST_CONTEXT_VERSION
	flags   uint32
	reason  *uint16
	_       [2]uint32
	_       uintptr
}

const simpleString = 0x1 // POWER_REQUEST_CONTEXT_SIMPLE_STRING

// POWER_REQUEST_TYPE of winnt.h.
const (
	systemRequired    = 1
	executionRequired = 3 // Windows 8: keeps a suspended-by-policy process running
)

// requestPower keeps the system from idle sleep. Unlike SetThreadExecutionState, a
// request belongs to a handle and not to the calling thread, which changes for a
// goroutine.
func requestPower(reason *uint16) (func() error, error) {
	if err := powerCreateRequest.Find(); err != nil {
		return nil, fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	}
	about := reasonContext{flags: simpleString, reason: reason}
	r, _, err := powerCreateRequest.Call(uintptr(unsafe.Pointer(&about)))
	handle := windows.Handle(r)
	if handle == windows.InvalidHandle {
		return nil, fmt.Errorf("PowerCreateRequest: %w", err)
	}
	if ok, _, err := powerSetRequest.Call(uintptr(handle), systemRequired); ok == 0 {
		return nil, errors.Join(fmt.Errorf("PowerSetRequest: %w", err), windows.CloseHandle(handle))
	}
	execution, _, _ := powerSetRequest.Call(uintptr(handle), executionRequired)
	return func() error {
		if execution != 0 {
			powerClearRequest.Call(uintptr(handle), executionRequired)
		}
		powerClearRequest.Call(uintptr(handle), systemRequired)
		return windows.CloseHandle(handle)
	}, nil
}
