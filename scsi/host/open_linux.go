package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/user"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/scsi"
)

// Device numbers of the nodes that lead to an optical drive (the kernel's
// admin-guide/devices.txt).
const (
	majorSR = 11 // block
	majorSG = 21 // character
)

// How often opening a busy drive is tried again: udev's probing after a disc is
// inserted takes a moment.
const retryEvery = 200 * time.Millisecond

func open(ctx context.Context, path string, opts *Options) (node, error) {
	return linux().openDevice(ctx, path, opts)
}

// openDevice opens a node that is known to be an sr or sg node.
func (k *kernel) openDevice(ctx context.Context, path string, opts *Options) (*sgNode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n, err := k.find(path)
	if err != nil {
		return nil, err
	}
	n.wait = opts.wait()
	if n.fd, err = n.openNode(ctx, !opts.Shared); err != nil {
		return nil, err
	}
	n.excl = !opts.Shared
	n.max = k.maxTransfer(n)
	return n, nil
}

// find inspects a path before it is opened: opening a tape, for example, has side
// effects. An sg node leads to the drive's sr node if it has one. A claim on an sg node
// doesn't stop users of sr: the kernel's polling, udev's probes, mounts.
func (k *kernel) find(path string) (*sgNode, error) {
	n, err := k.inspect(path)
	if err != nil || !n.generic {
		return n, err
	}
	if !k.opticalGeneric(n.rdev) {
		return nil, ErrNotOptical
	}
	block := first(k.entries(deviceDir(n.rdev, true), "block"))
	if block == "" { // sr_mod isn't loaded, or sr is bound to other drives only
		return n, nil
	}
	sr, err := k.inspect(k.at("dev", block))
	if err != nil || sr.generic || number(sr.rdev) != n.blockNumber() {
		return n, nil // a container that has only the sg node
	}
	sr.asked = n.asked
	return sr, nil
}

// inspect makes an unopened sgNode from a path's device number.
func (k *kernel) inspect(path string) (*sgNode, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, notThere(err)
	}
	st, err := k.stat(path)
	if err != nil {
		return nil, notThere(err)
	}
	n := &sgNode{k: k, name: path, asked: path, rdev: uint64(st.Rdev), gid: st.Gid}
	switch major := unix.Major(n.rdev); {
	case st.Mode&unix.S_IFMT == unix.S_IFBLK && major == majorSR:
	case st.Mode&unix.S_IFMT == unix.S_IFCHR && major == majorSG:
		n.generic = true
	default:
		return nil, ErrNotOptical
	}
	return n, nil
}

// notThere keeps the cause of a path that can't be inspected.
func notThere(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return meaning("no such drive", err, fs.ErrNotExist)
	}
	return err
}

// openNode opens the node, and with exclusive takes exclusive access: O_EXCL keeps
// mounts and other burners out, and together with O_RDWR stops the kernel's polling;
// flock keeps udev from probing. Without O_NONBLOCK a drive without a disc can't be
// opened at all. EBUSY often lasts only a moment, so opening is tried for a while.
func (n *sgNode) openNode(ctx context.Context, exclusive bool) (int, error) {
	flags := unix.O_RDWR | unix.O_NONBLOCK | unix.O_CLOEXEC
	if exclusive {
		flags |= unix.O_EXCL
	}
	for waited := time.Duration(0); ; waited += retryEvery {
		fd, err := n.tryOpen(flags)
		if err == nil {
			n.readOnly = false
			return fd, nil
		}
		if !errors.Is(err, unix.EBUSY) && !errors.Is(err, unix.EWOULDBLOCK) {
			return -1, n.openError(err)
		}
		if mounts := n.k.mounts(n.blockNumber()); len(mounts) > 0 { // waiting is useless
			if exclusive {
				return -1, &MountedError{Path: n.name, Mounts: mounts, Command: "udisksctl unmount -b " + n.name}
			}
			return n.openReadOnly()
		}
		if waited >= n.wait {
			return -1, n.busy()
		}
		if err := n.k.sleep(ctx, retryEvery); err != nil {
			return -1, fmt.Errorf("waiting for the drive: %w", err)
		}
	}
}

// openReadOnly opens a mounted disc's node only to look at it: Linux 6.8 and later with
// bdev_allow_write_mounted=0 lets no program open a mounted device for writing, with
// O_EXCL or without. The kernel's command filter then allows commands that query and
// read, which are enough.
func (n *sgNode) openReadOnly() (int, error) {
	fd, err := n.tryOpen(unix.O_RDONLY | unix.O_NONBLOCK | unix.O_CLOEXEC)
	if err != nil {
		return -1, n.openError(err)
	}
	n.readOnly = true
	return fd, nil
}

// tryOpen opens the node once, and locks it if flags ask for exclusive access.
func (n *sgNode) tryOpen(flags int) (int, error) {
	fd, err := n.k.open(n.name, flags)
	if err != nil {
		return -1, err
	}
	st, err := n.k.fstat(fd)
	if err == nil && uint64(st.Rdev) != n.rdev {
		err = ErrNotOptical // replaced since it was inspected
	}
	if err == nil && flags&unix.O_EXCL != 0 {
		err = n.k.flock(fd, unix.LOCK_EX|unix.LOCK_NB)
	}
	if err != nil {
		return -1, errors.Join(err, n.k.close(fd))
	}
	return fd, nil
}

// busy names the program that has the drive, if it can be found.
func (n *sgNode) busy() error {
	var owner string
	for _, h := range n.holders() {
		if owner == "" || h.Locked {
			owner = h.String()
		}
	}
	return &scsi.LockedError{Owner: owner}
}

// openError explains an error of open, with a remedy if there is one.
func (n *sgNode) openError(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return meaning("permission denied: "+n.cure(), err, fs.ErrPermission)
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENOENT):
		return meaning(fmt.Sprintf("no drive answers there (%v)", err), err, fs.ErrNotExist)
	}
	return err
}

// cure returns how the user can get permission for the node. Every distribution
// assigns optical drives to a group: cdrom, or optical on Arch.
func (n *sgNode) cure() string {
	const udev = "a udev rule that gives it to group cdrom is needed (MODE=\"0660\", GROUP=\"cdrom\")"
	if n.gid == 0 {
		return "the node belongs to group root: " + udev
	}
	group := strconv.Itoa(int(n.gid))
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	return fmt.Sprintf("the drive belongs to group %s: add yourself (sudo usermod -aG %s \"$USER\") and log in again", group, group)
}
