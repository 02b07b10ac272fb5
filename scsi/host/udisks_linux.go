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
	n, err := linux().find(path)
	if err != nil {
		return err
	}
	return n.unmount(ctx)
}

// rescanTime is how long UDisks2 may take to answer: it waits until udev has probed.
const rescanTime = 10 * time.Second

func rescan(ctx context.Context, path string) error {
	k := linux()
	n, err := k.find(path)
	if err != nil {
		return err
	}
	return k.rescan(ctx, k.blockName(n.name, n.blockNumber()))
}

// rescan makes udev examine a block device, by a change event of the kernel: sr nodes are
// not on the watch list of 60-block.rules, so closing one causes no event. Root can cause
// it directly; for others UDisks2 does it (polkit's action rescan, which is granted to the
// user at the machine). If the service isn't running it shows nothing out of date, and it
// isn't started.
func (k *kernel) rescan(ctx context.Context, name string) error {
	if f, err := os.OpenFile(k.at("sys/class/block", name, "uevent"), os.O_WRONLY, 0); err == nil {
		_, err = f.WriteString("change\n")
		return errors.Join(err, f.Close())
	}
	ctx, cancel := context.WithTimeout(ctx, rescanTime)
	defer cancel()
	conn, err := k.bus(dbus.WithContext(ctx))
	if err != nil {
		return meaning(fmt.Sprintf("UDisks2 can't be asked, no D-Bus (%v)", err), err, errors.ErrUnsupported)
	}
	defer conn.Close()
	err = udisksObject(conn, name).CallWithContext(ctx, "org.freedesktop.UDisks2.Block.Rescan",
		dbus.FlagNoAutoStart, map[string]dbus.Variant{}).Err
	return udisksError(err, "")
}

// unmount unmounts a drive's disc, if it is mounted and the user may do that.
func (k *kernel) unmount(ctx context.Context, path, dev string) error {
	if len(k.mounts(dev)) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, unmountTime)
	defer cancel()
	// A separate connection: the shared one belongs to others.
	conn, err := k.bus(dbus.WithContext(ctx))
	if err != nil {
		return meaning(fmt.Sprintf("UDisks2 can't be asked, no D-Bus (%v): sudo umount %s", err, path), err, errors.ErrUnsupported)
	}
	defer conn.Close()
	return unmountBy(ctx, conn, k.blockName(path, dev))
}

// unmountBy asks UDisks2 to unmount a block device.
func unmountBy(ctx context.Context, conn *dbus.Conn, name string) error {
	err := udisksObject(conn, name).CallWithContext(ctx, "org.freedesktop.UDisks2.Filesystem.Unmount", 0, map[string]dbus.Variant{}).Err
	return udisksError(err, "/dev/"+name)
}

// udisksObject returns the object of a block device. The objects have the kernel's
// names; letters and digits are literal.
func udisksObject(conn *dbus.Conn, name string) dbus.BusObject {
	return conn.Object("org.freedesktop.UDisks2", dbus.ObjectPath("/org/freedesktop/UDisks2/block_devices/"+name))
}

// udisksError classifies UDisks2's errors by their D-Bus name. unmount is the node to
// be unmounted, and selects the remedy; "" for other requests.
func udisksError(err error, unmount string) error {
	named, ok := errors.AsType[dbus.Error](err)
	if !ok {
		if err != nil {
			err = fmt.Errorf("UDisks2: %w", err)
		}
		return err
	}
	cure := ""
	if unmount != "" {
		cure = ": sudo umount " + unmount
	}
	const own, bus = "org.freedesktop.UDisks2.Error.", "org.freedesktop.DBus.Error."
	switch kind, _ := strings.CutPrefix(named.Name, own); kind {
	case "NotMounted": // another program unmounted it first
		return nil
	case "NotAuthorized", "NotAuthorizedCanObtain", "NotAuthorizedDismissed":
		return meaning(fmt.Sprintf("UDisks2 doesn't let you (%v)%s", err, cure), err, fs.ErrPermission)
	case "DeviceBusy":
		return meaning(fmt.Sprintf("files of the disc are open (%v): close them, fuser -vm %s names the programs", err, unmount), err, scsi.ErrLocked)
	}
	switch kind, _ := strings.CutPrefix(named.Name, bus); kind {
	case "AccessDenied", "InteractiveAuthorizationRequired":
		return meaning(fmt.Sprintf("UDisks2 doesn't let you (%v)%s", err, cure), err, fs.ErrPermission)
	case "ServiceUnknown", "NameHasNoOwner", "UnknownObject", "UnknownMethod", "UnknownInterface":
		return meaning(fmt.Sprintf("UDisks2 is not available (%v)%s", err, cure), err, errors.ErrUnsupported)
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
