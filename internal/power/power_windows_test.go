package power

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/windows"
)

// The sizes are those of the Windows headers; a wrong one doesn't compile.
const (
	is64 = uintptr(^uintptr(0)>>63) & 1

	wantMsg     = 28 + is64*20
	wantClass   = 48 + is64*32
	wantContext = 24 + is64*8
)

var (
	_ [unsafe.Sizeof(msg{})]byte           = [wantMsg]byte{}
	_ [unsafe.Sizeof(wndClassEx{})]byte    = [wantClass]byte{}
	_ [unsafe.Sizeof(reasonContext{})]byte = [wantContext]byte{}
)

// TestWindowAnswers sends the window procedure the messages of Windows.
func TestWindowAnswers(t *testing.T) {
	const logoff = 0x80000000
	tests := []struct {
		name            string
		message, lParam uintptr
		want            uintptr
	}{
		{"shutdown", wmQueryEndSession, 0, 0},
		{"log-off", wmQueryEndSession, logoff, 0},
		{"critical shutdown can't be refused", wmQueryEndSession, endSessionCritical, 1},
		{"critical log-off can't be refused", wmQueryEndSession, logoff | endSessionCritical, 1},
		{"taskkill", wmClose, 0, 0},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, windowProc(0, tt.message, 0, tt.lParam), tt.name)
	}
}

// TestWindowRefuses sends a real window the query from another thread, as the system
// does. It needs a desktop, but no block reason, which Wine lacks.
func TestWindowRefuses(t *testing.T) {
	hwnd, release, err := guardWindow(func(uintptr) error { return nil })
	if err != nil {
		t.Logf("this machine has no desktop: %v", err)
		return
	}
	ask := func(message, lParam uintptr) uintptr {
		const abortIfHung, milliseconds = 0x2, 10000
		var answer uintptr
		ok, _, err := user32.NewProc("SendMessageTimeoutW").Call(hwnd, message, 0, lParam,
			abortIfHung, milliseconds, uintptr(unsafe.Pointer(&answer)))
		require.NotZero(t, ok, err)
		return answer
	}
	assert.Zero(t, ask(wmQueryEndSession, 0))
	assert.Zero(t, ask(wmQueryEndSession, 0x80000000), "a log-off")
	assert.Equal(t, uintptr(1), ask(wmQueryEndSession, endSessionCritical))
	assert.Zero(t, ask(wmClose, 0))
	alive, _, _ := user32.NewProc("IsWindow").Call(hwnd)
	assert.NotZero(t, alive, "taskkill without /F changes nothing")
	require.NoError(t, release())
	alive, _, _ = user32.NewProc("IsWindow").Call(hwnd)
	assert.Zero(t, alive)
}

// TestSessionEnds ends the session anyway: the burn is notified, and Windows gets its
// answer after the burn has released its lock.
func TestSessionEnds(t *testing.T) {
	hwnd, release, err := guardWindow(func(uintptr) error { return nil })
	if err != nil {
		t.Logf("this machine has no desktop: %v", err)
		return
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _, _ = user32.NewProc("SendMessageW").Call(hwnd, wmEndSession, 0, 0)
		_, _, _ = user32.NewProc("SendMessageW").Call(hwnd, wmEndSession, 1, 0)
	}()
	<-Ending()
	select {
	case <-answered:
		t.Error("answered before the burn released its lock")
	default:
	}
	require.NoError(t, release())
	<-answered
}

// TestGuards takes each guard twice at once, and releases it. A machine may lack one of
// them (a service has no desktop), but release must always return.
func TestGuards(t *testing.T) {
	text, err := windows.UTF16PtrFromString("testing redbook")
	require.NoError(t, err)
	for name, guard := range map[string]func(*uint16) (func() error, error){
		"power request": requestPower, "window": blockShutdown,
	} {
		var releases []func() error
		for range 2 {
			release, err := guard(text)
			if err != nil {
				t.Logf("%s: this machine has none: %v", name, err)
				continue
			}
			releases = append(releases, release)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for _, release := range releases {
				assert.NoError(t, release(), name)
			}
		}()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: release hangs", name)
		}
	}
}
