package host

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/windows"

	"github.com/redbook-audio/redbook/scsi"
)

func list() ([]Info, error) { return listWindows(windowsCalls{}), nil }

func open(ctx context.Context, path string, opts *Options) (node, error) {
	n, err := openWindows(ctx, windowsCalls{}, path, opts)
	if err != nil {
		return nil, err // no *sptNode in a node: a nil one would not be nil
	}
	return n, nil
}

func unmount(ctx context.Context, path string) error {
	return unmountWindows(ctx, windowsCalls{}, path)
}

// windowsCalls calls Windows.
type windowsCalls struct{}

func (windowsCalls) open(path string, access uint32) (uintptr, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	handle, err := windows.CreateFile(name, access, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE,
		nil, windows.OPEN_EXISTING, 0, 0)
	return uintptr(handle), asWinError(err)
}

func (windowsCalls) control(handle uintptr, code uint32, in, out []byte) (int, error) {
	var n uint32
	err := windows.DeviceIoControl(windows.Handle(handle), code, start(in), uint32(len(in)), start(out), uint32(len(out)), &n, nil)
	return int(n), asWinError(err)
}

// start is the address of a buffer; nil for calls without one.
func start(b []byte) *byte {
	if len(b) == 0 {
		return nil
	}
	return &b[0]
}

func (windowsCalls) close(handle uintptr) error {
	return asWinError(windows.CloseHandle(windows.Handle(handle)))
}

func asWinError(err error) error {
	if code, ok := errors.AsType[syscall.Errno](err); ok {
		return winError(code)
	}
	return err
}

// Is lets callers match the numbers of package windows too.
func (e winError) Is(target error) bool { return target == syscall.Errno(e) }

func (windowsCalls) letters() []string {
	return lettersOf(func(kind uint32) bool { return kind == windows.DRIVE_CDROM })
}

func (windowsCalls) otherLetter(letter string) bool {
	return slices.Contains(lettersOf(func(kind uint32) bool { return kind != windows.DRIVE_CDROM }), letter)
}

// lettersOf returns the drive letters of certain types.
func lettersOf(want func(kind uint32) bool) []string {
	mask, err := windows.GetLogicalDrives()
	if err != nil {
		return nil
	}
	var letters []string
	for i := range 26 {
		letter := string(rune('A' + i))
		root, err := windows.UTF16PtrFromString(letter + `:\`)
		if err == nil && mask>>i&1 == 1 && want(windows.GetDriveType(root)) {
			letters = append(letters, letter)
		}
	}
	return letters
}

// cdromInterface is GUID_DEVINTERFACE_CDROM.
var cdromInterface = windows.GUID{
	Data1: 0x53F56308, Data2: 0xB6BF, Data3: 0x11D0,
	Data4: [8]byte{0x94, 0xF2, 0x00, 0xA0, 0xC9, 0x1E, 0xFB, 0x8B},
}

var interfaceList = windows.NewLazySystemDLL("cfgmgr32.dll").NewProc("CM_Get_Device_Interface_ListW")

// interfaces asks the configuration manager. It ignores the text of its errors: Wine
// lacks the function that formats them, and calling it crashes there.
func (windowsCalls) interfaces() []string {
	if interfaceList.Find() != nil {
		return nil
	}
	paths, err := windows.CM_Get_Device_Interface_List("", &cdromInterface, 0)
	if err != nil {
		return nil
	}
	return paths
}

func (windowsCalls) sleep(ctx context.Context, d time.Duration) error {
	return scsi.ClockOf(nil).Sleep(ctx, d)
}

func (windowsCalls) program() string {
	name, err := os.Executable()
	if err != nil {
		name = os.Args[0]
	}
	return strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
}
