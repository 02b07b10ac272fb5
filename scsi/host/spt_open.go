package host

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// Device types of winioctl.h that an optical drive may have.
const (
	fileDeviceCDROM = 0x02
	fileDeviceDVD   = 0x33
)

// cdromClass ends the path of a device interface of optical drives.
const cdromClass = "{53f56308-b6bf-11d0-94f2-00a0c91efb8b}"

// openWindows opens a drive by the name that users give it.
func openWindows(ctx context.Context, api windowsAPI, path string, opts *Options) (*sptNode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	name, device, err := windowsNames(api, path)
	if err != nil {
		return nil, err
	}
	n := &sptNode{api: api, name: name, wait: opts.wait(), own: opts.Client}
	if n.own == "" {
		n.own = api.program()
	}
	n.client = n.own
	if n.handle, err = n.openHandle(ctx, device); err != nil {
		return nil, err
	}
	n.findLimits()
	if opts.Shared || opts.Look { // an owner keeps us out by himself
		return n, nil
	}
	if err := n.exclusive(ctx, false); err != nil {
		return nil, errors.Join(err, api.close(n.handle))
	}
	return n, nil
}

// windowsNames takes "D:", "D:\", "\\.\D:", "CdRom0", "\\.\CdRom0" and the path of a
// device interface. What isn't the name of an optical drive is never opened.
func windowsNames(api windowsAPI, path string) (name, device string, err error) {
	if strings.HasPrefix(path, `\\?\`) && strings.HasSuffix(strings.ToLower(path), cdromClass) {
		return path, path, nil
	}
	bare := strings.TrimPrefix(strings.TrimPrefix(path, `\\.\`), `\\?\`)
	if number, ok := cutFold(bare, "CdRom"); ok && isNumber(number) {
		return `\\.\CdRom` + number, `\\.\CdRom` + number, nil
	}
	bare = strings.TrimRight(bare, `\/`)
	if len(bare) == 2 && bare[1] == ':' {
		letter := strings.ToUpper(bare[:1])
		for _, known := range api.letters() {
			if known == letter {
				return letter + ":", `\\.\` + letter + ":", nil
			}
		}
		if api.otherLetter(letter) {
			return "", "", ErrNotOptical
		}
	}
	return "", "", meaning(`there is no such drive (drives are called D:, or \\.\CdRom0 without a letter)`, fs.ErrNotExist)
}

func cutFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

func isNumber(s string) bool {
	return s != "" && len(s) < 4 && strings.Trim(s, "0123456789") == ""
}

// openHandle opens the device for commands, which takes the right to read and to
// write. It is shared: the shell has handles of every drive, and what keeps others
// out comes later, on this handle.
func (n *sptNode) openHandle(ctx context.Context, device string) (uintptr, error) {
	for waited := time.Duration(0); ; waited += lockEvery {
		handle, err := n.api.open(device, accessReadWrite)
		switch {
		case err == nil:
			return handle, nil
		case !errors.Is(err, winSharingViolation):
			return 0, openError(err)
		case waited >= n.wait:
			return 0, &scsi.LockedError{}
		}
		if err := n.api.sleep(ctx, lockEvery); err != nil {
			return 0, fmt.Errorf("waiting for the drive: %w", err)
		}
	}
}

// deviceNumber asks for STORAGE_DEVICE_NUMBER: N of the device's name \\.\CdRomN. Wine
// makes up a disk for every device.
func deviceNumber(api windowsAPI, handle uintptr) (number uint32, ok bool) {
	out := make([]byte, 12)
	if n, err := api.control(handle, ioctlDeviceNumber, nil, out); err != nil || n < 8 {
		return 0, false
	}
	kind := binary.LittleEndian.Uint32(out[0:])
	return binary.LittleEndian.Uint32(out[4:]), kind == fileDeviceCDROM || kind == fileDeviceDVD
}

// unmountWindows dismounts the disc of a drive that isn't open.
func unmountWindows(ctx context.Context, api windowsAPI, path string) error {
	n, err := openWindows(ctx, api, path, &Options{Shared: true})
	if err != nil {
		return err
	}
	return errors.Join(n.unmount(ctx), n.close())
}
