package host

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/internal/iokit"
	"github.com/redbook-audio/redbook/scsi"
)

// thisMac is the machine that the program runs on.
func thisMac() (*mac, error) {
	lib, err := iokit.Frameworks()
	if err != nil {
		return nil, fmt.Errorf("the frameworks of macOS: %w", err)
	}
	return &mac{lib: lib, mounts: mountTable, exists: exists, sleep: scsi.ClockOf(nil).Sleep, pid: os.Getpid()}, nil
}

func list() ([]Info, error) {
	m, err := thisMac()
	if err != nil {
		return nil, err
	}
	return m.list()
}

func open(ctx context.Context, path string, opts *Options) (node, error) {
	m, err := thisMac()
	if err != nil {
		return nil, err
	}
	return m.open(ctx, path, opts)
}

func unmount(ctx context.Context, path string) error {
	m, err := thisMac()
	if err != nil {
		return err
	}
	return m.unmount(ctx, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// mountTable reads the mount table without asking the file systems.
func mountTable() ([]macMount, error) {
	n, err := unix.Getfsstat(nil, unix.MNT_NOWAIT)
	if err != nil {
		return nil, err
	}
	table := make([]unix.Statfs_t, n+8) // more may be mounted meanwhile
	if n, err = unix.Getfsstat(table, unix.MNT_NOWAIT); err != nil {
		return nil, err
	}
	mounts := make([]macMount, n)
	for i := range mounts {
		mounts[i] = macMount{
			device: unix.ByteSliceToString(table[i].Mntfromname[:]),
			folder: unix.ByteSliceToString(table[i].Mntonname[:]),
		}
	}
	return mounts, nil
}
