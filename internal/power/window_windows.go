package power

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A console program can't refuse a log-off: once user32.dll is loaded, its control
// handler isn't called. Only a window can, so this file makes a hidden one. It must be an
// ordinary top-level window, because message-only windows get no broadcasts.
var (
	user32                     = windows.NewLazySystemDLL("user32.dll")
	registerClassEx            = user32.NewProc("RegisterClassExW")
	createWindowEx             = user32.NewProc("CreateWindowExW")
	destroyWindow              = user32.NewProc("DestroyWindow")
	defWindowProc              = user32.NewProc("DefWindowProcW")
	getMessage                 = user32.NewProc("GetMessageW")
	dispatchMessage            = user32.NewProc("DispatchMessageW")
	postMessage                = user32.NewProc("PostMessageW")
	postQuitMessage            = user32.NewProc("PostQuitMessage")
	shutdownBlockReasonCreate  = user32.NewProc("ShutdownBlockReasonCreate")
	shutdownBlockReasonDestroy = user32.NewProc("ShutdownBlockReasonDestroy")
)

// Messages and bits of winuser.h.
const (
	wmDestroy         = 0x0002
	wmClose           = 0x0010
	wmQueryEndSession = 0x0011
	wmEndSession      = 0x0016
	wmApp             = 0x8000
	wmRelease         = wmApp + 1 // ours: destroy the window

	endSessionCritical = 0x40000000 // lParam: can't be refused
)

// wndClassEx is WNDCLASSEXW.
type wndClassEx struct {
	size, style                        uint32
	wndProc                            uintptr
	clsExtra, wndExtra                 int32
	instance, icon, cursor, background uintptr
	menuName, className                *uint16
	iconSm                             uintptr
}

// msg is MSG.
type msg struct {
	hwnd           uintptr
	message        uint32
	wParam, lParam uintptr
	time           uint32
	x, y           int32
}

// guards counts the windows; sessionEnds notifies all of them once.
var (
	guards      sync.WaitGroup
	sessionEnds = sync.OnceFunc(func() { close(ending) })
)

// windowProc runs on the window's own thread. It refuses a log-off that can be refused;
// the block reason tells the user why. One that happens anyway waits until the current
// write has stopped: after the answer Windows ends this process.
func windowProc(hwnd, message, wParam, lParam uintptr) uintptr {
	switch message {
	case wmQueryEndSession:
		if lParam&endSessionCritical != 0 {
			return 1
		}
		return 0
	case wmEndSession:
		if wParam != 0 {
			sessionEnds()
			guards.Wait()
		}
		return 0
	case wmClose: // taskkill without /F asks the window, not the burn
		return 0
	case wmRelease:
		shutdownBlockReasonDestroy.Call(hwnd)
		destroyWindow.Call(hwnd)
		return 0
	case wmDestroy:
		postQuitMessage.Call(0)
		return 0
	}
	r, _, _ := defWindowProc.Call(hwnd, message, wParam, lParam)
	return r
}

// windowClass registers the class once per process: callbacks are never freed.
var windowClass = sync.OnceValues(func() (*uint16, error) {
	for _, proc := range []*windows.LazyProc{registerClassEx, createWindowEx, shutdownBlockReasonCreate} {
		if err := proc.Find(); err != nil {
			return nil, err
		}
	}
	name, err := windows.UTF16PtrFromString("redbook.KeepAwake")
	if err != nil {
		return nil, err
	}
	instance, _, _ := getModuleHandle.Call(0)
	class := wndClassEx{
		wndProc:   windows.NewCallback(windowProc),
		instance:  instance,
		className: name,
	}
	class.size = uint32(unsafe.Sizeof(class))
	if atom, _, err := registerClassEx.Call(uintptr(unsafe.Pointer(&class))); atom == 0 {
		return nil, fmt.Errorf("RegisterClassEx: %w", err)
	}
	return name, nil
})

// blockShutdown makes log-off and shutdown ask the user first and show the reason.
// Windows kills a program without such a window after five seconds.
func blockShutdown(reason *uint16) (func() error, error) {
	_, release, err := guardWindow(func(hwnd uintptr) error {
		if ok, _, err := shutdownBlockReasonCreate.Call(hwnd, uintptr(unsafe.Pointer(reason))); ok == 0 {
			return fmt.Errorf("ShutdownBlockReasonCreate: %w", err)
		}
		return nil
	})
	return release, err
}

// guardWindow opens the hidden window and runs setUp on the window's own thread. release
// destroys the window.
func guardWindow(setUp func(hwnd uintptr) error) (hwnd uintptr, release func() error, err error) {
	class, err := windowClass()
	if err != nil {
		return 0, nil, err
	}
	type opened struct {
		hwnd uintptr
		err  error
	}
	ready, done := make(chan opened, 1), make(chan struct{})
	go func() {
		defer close(done)
		// Windows and their messages belong to the thread that created them. The thread
		// ends with this goroutine, because it is never unlocked.
		runtime.LockOSThread()
		hwnd, err := openWindow(class, setUp)
		ready <- opened{hwnd, err}
		if err == nil {
			pumpMessages()
		}
	}()
	window := <-ready
	if window.err != nil {
		return 0, nil, window.err
	}
	guards.Add(1)
	return window.hwnd, func() error {
		guards.Done()
		if ok, _, err := postMessage.Call(window.hwnd, wmRelease, 0, 0); ok == 0 {
			return fmt.Errorf("PostMessage: %w", err)
		}
		<-done
		return nil
	}, nil
}

func openWindow(class *uint16, setUp func(hwnd uintptr) error) (uintptr, error) {
	instance, _, _ := getModuleHandle.Call(0)
	hwnd, _, err := createWindowEx.Call(0, uintptr(unsafe.Pointer(class)), uintptr(unsafe.Pointer(class)),
		0, 0, 0, 0, 0, 0, 0, instance, 0)
	if hwnd == 0 {
		return 0, fmt.Errorf("CreateWindowEx: %w", err)
	}
	if err := setUp(hwnd); err != nil {
		destroyWindow.Call(hwnd)
		return 0, err
	}
	return hwnd, nil
}

// pumpMessages runs until the window is destroyed.
func pumpMessages() {
	var m msg
	for {
		// 0 is WM_QUIT, -1 an error that would repeat forever.
		if r, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0); int32(r) <= 0 {
			return
		}
		dispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
	}
}
