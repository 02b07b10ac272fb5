package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/redbook-audio/redbook/scsi"
)

// unmountTime is how long UDisks2 may take: a disc has nothing to write back, but a
// slow drive may be spinning up.
const unmountTime = 60 * time.Second

func unmount(ctx context.Context, path string) error {
	k := linux()
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return notThere(err)
	}
	st, err := k.stat(resolved)
	if err != nil {
		return notThere(err)
	}
	return k.unmount(ctx, resolved, number(uint64(st.Rdev)))
}

// unmount unmounts a drive's disc, if it is mounted, for whoever may do that.
func (k *kernel) unmount(ctx context.Context, path, dev string) error {
	if len(k.mounts(dev)) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, unmountTime)
	defer cancel()
	// A connection of its own: the one that the process shares belongs to others.
	conn, err := k.bus(dbus.WithContext(ctx))
	if err != nil {
		return meaning(fmt.Sprintf("no system bus to ask UDisks2 on (%v): sudo umount %s", err, path), err, errors.ErrUnsupported)
	}
	defer conn.Close()
	return unmountBy(ctx, conn, k.blockName(path, dev))
}

// unmountBy asks UDisks2 to unmount a block device. Its objects are named after the
// kernel's names; letters and digits stand for themselves.
func unmountBy(ctx context.Context, conn *dbus.Conn, name string) error {
	object := conn.Object("org.freedesktop.UDisks2", dbus.ObjectPath("/org/freedesktop/UDisks2/block_devices/"+name))
	options := map[string]dbus.Variant{}
	err := object.CallWithContext(ctx, "org.freedesktop.UDisks2.Filesystem.Unmount", 0, options).Err
	if err == nil {
		return nil
	}
	named, ok := errors.AsType[dbus.Error](err)
	if !ok {
		return fmt.Errorf("UDisks2: %w", err)
	}
	return udisksError(name, named)
}

// udisksError sorts what UDisks2 answers by the name of the D-Bus error.
func udisksError(name string, err dbus.Error) error {
	const own, bus = "org.freedesktop.UDisks2.Error.", "org.freedesktop.DBus.Error."
	switch kind, _ := strings.CutPrefix(err.Name, own); kind {
	case "NotMounted": // somebody was quicker
		return nil
	case "NotAuthorized", "NotAuthorizedCanObtain", "NotAuthorizedDismissed":
		return meaning(fmt.Sprintf("UDisks2 doesn't let you (%v): sudo umount /dev/%s", err, name), err, fs.ErrPermission)
	case "DeviceBusy":
		return meaning(fmt.Sprintf("files of the disc are open (%v): close them, fuser -vm /dev/%s names the programs", err, name), err, scsi.ErrLocked)
	}
	switch kind, _ := strings.CutPrefix(err.Name, bus); kind {
	case "AccessDenied", "InteractiveAuthorizationRequired":
		return meaning(fmt.Sprintf("UDisks2 doesn't let you (%v): sudo umount /dev/%s", err, name), err, fs.ErrPermission)
	case "ServiceUnknown", "NameHasNoOwner", "UnknownObject", "UnknownMethod", "UnknownInterface":
		return meaning(fmt.Sprintf("there is no UDisks2 (%v): sudo umount /dev/%s", err, name), err, errors.ErrUnsupported)
	}
	return fmt.Errorf("UDisks2: %w", err)
}

// blockName is the kernel's name of a block device; path may be the drive's sg node.
func (k *kernel) blockName(path, dev string) string {
	if target, err := os.Readlink(k.at("sys/dev/block", dev)); err == nil {
		return filepath.Base(target)
	}
	return filepath.Base(path)
}
