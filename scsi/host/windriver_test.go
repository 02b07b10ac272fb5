package host

import (
	"context"
	"encoding/binary"
	"strings"

	"github.com/redbook-audio/redbook/scsi"
)

// The behavior of the Windows drivers for the ioctls of exclusive use, from
// microsoft/Windows-driver-samples (storage/class/cdrom and filesys/cdfs), the
// documentation of IOCTL_CDROM_EXCLUSIVE_ACCESS and, for opening a volume, ReactOS
// (IopParseDevice, IopCheckVpbMounted).

// admit opens a handle with access rights. Opening the volume mounts the disc, and ends
// in "access denied" while the volume is locked; the device can always be opened.
func (d *winDevice) admit(h *winHandle) error {
	if h.route == toDevice {
		return d.next(openDevice)
	}
	if err := d.next(openVolume); err != nil {
		return err
	}
	if d.locked != nil {
		return winError(5)
	}
	d.mounted = d.mounted || !d.empty
	return nil
}

// release undoes the effects of a handle that is closed; left counts the other handles
// of the volume. A dismounted volume counts as mounted until then.
func (d *winDevice) release(h *winHandle, left int) {
	if d.locked == h {
		d.locked = nil
	}
	if h.dismounted && h.disc == d.disc && left == 0 {
		d.mounted = false
	}
	if d.owner == h {
		d.owner, d.ownerName = nil, ""
	}
	delete(d.quiet, h)
	delete(d.ejecting, h)
	d.prevent()
}

// change ejects the disc or loads one: the volume of the old disc is gone, and its lock
// with it. Handles of the volume stay open but no longer work.
func (d *winDevice) change() {
	d.disc++
	d.locked, d.mounted = nil, false
}

// startStop notices that START STOP UNIT has moved the tray.
func (d *winDevice) startStop(cdb []byte) {
	const loadEject, start = 2, 1
	if cdb[0] == 0x1B && cdb[4]&loadEject != 0 {
		d.change()
		d.empty = cdb[4]&start == 0
	}
}

// clean reports whether no handle, lock or setting of a drive is left.
func (d *winDevice) clean() bool {
	return d.locked == nil && d.owner == nil && len(d.quiet) == 0 && len(d.ejecting) == 0
}

// fileSystem carries out a file system control, which only a volume has; open counts
// the handles of the volume.
func (d *winDevice) fileSystem(h *winHandle, code uint32, open int) error {
	switch {
	case h.route != toVolume:
		return winError(1)
	case h.disc != d.disc:
		return winError(1110)
	}
	switch code {
	case 0x90018:
		switch {
		case d.empty:
			return winError(21)
		case d.files, open > 1, d.locked != nil:
			return winError(5)
		}
		d.locked = h
	case 0x9001C:
		if d.locked != h {
			return winError(158) // ERROR_NOT_LOCKED
		}
		d.locked = nil
	case 0x90020: // forced: handles of files go stale
		if d.owner != nil {
			d.harmed++
		}
		d.files, h.dismounted = false, true
	}
	return nil
}

// blocked reports whether another handle's exclusive access blocks an ioctl. The ioctls
// that pass are answered from memory.
func (d *winDevice) blocked(h *winHandle, code uint32, in []byte) bool {
	if d.owner == nil || d.owner == h {
		return false
	}
	switch code {
	case 0x41018, 0x2D0C14, 0x2D1080, 0x2D0C04, 0x2C05C, 0x24064:
		// SCSI_GET_ADDRESS, GET_HOTPLUG_INFO, GET_DEVICE_NUMBER, GET_MEDIA_TYPES_EX,
		// CDROM_EXCLUSIVE_ACCESS, CDROM_GET_INQUIRY_DATA
		return false
	case 0x2D1400: // of the device and of the adapter
		return len(in) > 0 && in[0] > 1
	}
	return true
}

// settings are the calls that only switch something, for as long as the handle is open.
// For the handle of a volume the driver has no file object.
func (d *winDevice) settings(h *winHandle, holders map[*winHandle]bool, unknown winError, in []byte) error {
	switch {
	case h.route != toDevice:
		return unknown
	case len(in) != 1:
		return winError(24) // ERROR_BAD_LENGTH
	}
	if delete(holders, h); in[0] != 0 {
		holders[h] = true
	}
	d.prevent()
	return nil
}

// prevent makes the driver lock the tray for the first handle that switches ejection
// off, and unlock it for the last. It doesn't see the host's commands.
func (d *winDevice) prevent() {
	if wanted := len(d.ejecting) > 0; wanted != d.prevented {
		d.prevented = wanted
		req := scsi.Request{CDB: [16]byte{0: 0x1E}, CDBLen: 6, Name: "of the driver"}
		if wanted {
			req.CDB[4] = 1
		}
		_, _ = d.drive.Do(context.Background(), &req) // a drive without a lock refuses
	}
}

// exclusive is IOCTL_CDROM_EXCLUSIVE_ACCESS. Any program may query.
func (d *winDevice) exclusive(h *winHandle, in, out []byte) (int, error) {
	if len(in) < 8 {
		return 0, winError(87)
	}
	flags := binary.LittleEndian.Uint32(in[4:])
	request := binary.LittleEndian.Uint32(in)
	switch {
	case request == 0:
		if len(out) < 65 {
			return 0, winError(122)
		}
		clear(out)
		if d.owner != nil {
			out[0] = 1
			copy(out[1:], d.ownerName)
		}
		return 65, nil
	case request > 2:
		return 0, winError(87)
	case h.route != toDevice:
		return 0, winError(6)
	case request == 1:
		return 0, d.own(h, flags, in)
	case d.owner != h:
		return 0, winError(5)
	}
	d.owner, d.ownerName = nil, ""
	return 0, nil
}

// own is the request that locks.
func (d *winDevice) own(h *winHandle, flags uint32, in []byte) error {
	name := ""
	if len(in) == 72 && in[71] == 0 {
		name = strings.TrimRight(string(in[8:]), "\x00")
	}
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;-_"
	switch {
	case name == "" || strings.Trim(name, allowed) != "":
		return winError(87)
	case d.owner != nil:
		return winError(5)
	case d.mounted && flags&1 == 0:
		return winError(22)
	}
	d.owner, d.ownerName = h, name
	return nil
}
