//go:build darwin || (linux && iokitfake)

package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/internal/iokit"
	"github.com/redbook-audio/redbook/scsi"
)

// mac is the part of macOS that this package uses. Tests replace the frameworks by a
// library that also runs on Linux, hence the file name without a system.
type mac struct {
	lib    *iokit.Library
	mounts func() ([]macMount, error)
	exists func(path string) bool
	sleep  func(ctx context.Context, d time.Duration) error
	pid    int // our own
}

// macMount is a mount point of a file system.
type macMount struct{ device, folder string }

// macScheme begins the path of a drive, followed by its registry entry id in
// hexadecimal, as ioreg prints it. macOS has no node for a drive, only one for a disc.
const macScheme = "ioreg:"

// macRetry is the interval between two tries to open a busy drive: other programs
// examine, and perhaps mount, a new disc first.
const macRetry = 250 * time.Millisecond

func macPath(id uint64) string { return macScheme + strconv.FormatUint(id, 16) }

func (m *mac) list() ([]Info, error) {
	drives, err := m.lib.Drives()
	if err != nil {
		return nil, err
	}
	var found []Info
	for _, d := range drives {
		in := Info{
			Path:   macPath(d.ID),
			Vendor: strings.TrimSpace(d.Vendor), Model: strings.TrimSpace(d.Product), Revision: strings.TrimSpace(d.Revision),
			Mounts: m.mountsOf(d.BSDName),
		}
		if d.BSDName != "" {
			in.Generic = "/dev/" + d.BSDName
		}
		found = append(found, in)
	}
	return found, nil
}

// mountsOf returns the mount points of a medium's slices: /dev/disk4s1 is one of disk4.
func (m *mac) mountsOf(disk string) []string {
	if disk == "" {
		return nil
	}
	all, err := m.mounts()
	if err != nil {
		return nil
	}
	var folders []string
	for _, mount := range all {
		if iokit.WholeDisk(strings.TrimPrefix(mount.device, "/dev/")) == disk {
			folders = append(folders, mount.folder)
		}
	}
	return folders
}

// find returns the drive that a path names: by its registry entry id, or by the node of
// its medium.
func (m *mac) find(path string) (iokit.Service, error) {
	drives, err := m.lib.Drives()
	if err != nil {
		return iokit.Service{}, err
	}
	wanted := func(d iokit.Service) bool { return false }
	if text, ok := strings.CutPrefix(path, macScheme); ok {
		id, err := strconv.ParseUint(strings.TrimPrefix(text, "0x"), 16, 64)
		wanted = func(d iokit.Service) bool { return err == nil && d.ID == id }
	} else if disk := macNode(path); disk != "" {
		wanted = func(d iokit.Service) bool { return d.BSDName == disk }
	}
	for _, d := range drives {
		if wanted(d) {
			return d, nil
		}
	}
	if m.exists(path) {
		return iokit.Service{}, ErrNotOptical
	}
	return iokit.Service{}, meaning("no such drive", fs.ErrNotExist)
}

// macNode returns the BSD name in a path such as /dev/disk4 or /dev/rdisk4; "" for
// other paths.
func macNode(path string) string {
	name := strings.TrimPrefix(path, "/dev/")
	return iokit.WholeDisk(strings.TrimPrefix(name, "r"))
}

func (m *mac) open(ctx context.Context, path string, opts *Options) (node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	service, err := m.find(path)
	if err != nil {
		return nil, err
	}
	n := &macDrive{m: m, name: macPath(service.ID), wait: opts.wait()}
	if n.drive, err = m.lib.Open(service.ID); err != nil {
		return nil, macOpenError(err)
	}
	if !opts.Shared && !opts.Look {
		if err := n.exclusive(ctx, false); err != nil {
			return nil, errors.Join(err, n.close())
		}
	}
	return n, nil
}

func (m *mac) unmount(ctx context.Context, path string) error {
	service, err := m.find(path)
	if err != nil {
		return err
	}
	return m.unmountDisk(ctx, service.BSDName)
}

// unmountDisk asks DiskArbitration, which needs no root for removable media. It doesn't
// check the mount table, which may list a file system under a name other than the
// disc's.
func (m *mac) unmountDisk(ctx context.Context, name string) error {
	if name == "" { // no disc
		return nil
	}
	disk, err := m.lib.OpenDisk(name)
	if err != nil {
		return err
	}
	defer disk.Close()
	err = disk.Unmount(ctx)
	switch {
	case errors.Is(err, iokit.ArbitrationBusy):
		return meaning(fmt.Sprintf("a program uses files of the disc: close it, or force it with diskutil unmountDisk force %s (%v)", name, err), err, scsi.ErrLocked)
	case errors.Is(err, iokit.ArbitrationExclusive):
		return meaning(fmt.Sprintf("another program has claimed the disc (%v)", err), err, scsi.ErrLocked)
	case errors.Is(err, iokit.ArbitrationNotPermitted), errors.Is(err, iokit.ArbitrationNotPrivilege):
		return meaning(fmt.Sprintf("macOS doesn't let this user unmount it: %s (%v)", macCure, err), err, fs.ErrPermission)
	}
	return err
}
