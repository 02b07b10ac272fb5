package host

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/scsi"
)

// kernel is the part of Linux that this package uses. Tests replace it.
type kernel struct {
	root  string // the folder that contains /dev, /proc, /run and /sys
	stat  func(path string) (unix.Stat_t, error)
	open  func(path string, flags int) (int, error)
	fstat func(fd int) (unix.Stat_t, error)
	close func(fd int) error
	flock func(fd, how int) error
	ioctl func(fd int, request uint, arg unsafe.Pointer) error
	sleep func(ctx context.Context, d time.Duration) error
	bus   func(opts ...dbus.ConnOption) (*dbus.Conn, error) // the system bus
}

func linux() *kernel {
	return &kernel{
		root: "/",
		stat: func(path string) (st unix.Stat_t, err error) { return st, unix.Stat(path, &st) },
		open: func(path string, flags int) (fd int, err error) {
			return fd, retryEINTR(func() error { fd, err = unix.Open(path, flags, 0); return err })
		},
		fstat: func(fd int) (st unix.Stat_t, err error) { return st, unix.Fstat(fd, &st) },
		close: unix.Close,
		flock: func(fd, how int) error { return retryEINTR(func() error { return unix.Flock(fd, how) }) },
		ioctl: ioctl,
		sleep: scsi.ClockOf(nil).Sleep,
		bus:   dbus.ConnectSystemBus,
	}
}

// ioctl is the system call. It is not repeated after a signal: only the caller knows
// the effect of a repetition.
func ioctl(fd int, request uint, arg unsafe.Pointer) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(arg))
	if errno != 0 {
		return errno
	}
	return nil
}

// retryEINTR repeats a call that a signal interrupted before it had an effect.
func retryEINTR(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

// at returns the path of a file of the system.
func (k *kernel) at(elem ...string) string {
	return filepath.Join(append([]string{k.root}, elem...)...)
}

// line reads a file of one line; "" if it is unreadable.
func (k *kernel) line(elem ...string) string {
	b, err := os.ReadFile(k.at(elem...))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(strings.Trim(string(b), "\x00"))
}

// entries lists a folder, sorted; empty if it is unreadable.
func (k *kernel) entries(elem ...string) []string {
	list, err := os.ReadDir(k.at(elem...))
	if err != nil {
		return nil
	}
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.Name()
	}
	return names
}
