package host

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
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

// sptRoute is the way to a drive.
type sptRoute struct {
	api       windowsAPI
	names     driveNames
	handle    uintptr // of the device: commands and exclusive access go through it
	viaVolume bool    // the handle is the volume's, because the device has none
	wait      time.Duration
}

// openWindows opens a drive by its user-visible name.
func openWindows(ctx context.Context, api windowsAPI, path string, opts *Options) (*sptNode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	names, err := windowsNames(api, path)
	if err != nil {
		return nil, err
	}
	client := opts.Client
	if client == "" {
		client = api.program()
	}
	n := &sptNode{sptHold: sptHold{
		sptRoute: sptRoute{api: api, names: names, wait: opts.wait()},
		client:   client, own: client,
	}}
	if err := n.connect(ctx); err != nil {
		return nil, err
	}
	switch {
	case opts.Shared: // an owner keeps other programs out, and can be queried
	case opts.Look:
		err = n.waitForOwner(ctx)
	default:
		err = n.exclusive(ctx, false)
	}
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	n.findLimits() // not earlier: an owner blocks one of the queries
	return n, nil
}

// driveNames are the names of a drive. \\.\D: and \\.\CdRom0 lead to the file system of
// the disc, the path of the device interface to the driver of the drive.
type driveNames struct {
	spoken string // for users: D:, or \\.\CdRom0 without a letter
	volume string // "" if unknown
	device string // "" if Windows lists no interface for the drive (Wine)
}

// windowsNames parses "D:", "D:\", "\\.\D:", "CdRom0", "\\.\CdRom0" and the path of a
// device interface, and finds the drive's other names. A name that is not an optical
// drive's is never opened.
func windowsNames(api windowsAPI, path string) (driveNames, error) {
	if strings.HasPrefix(path, `\\?\`) && strings.HasSuffix(strings.ToLower(path), cdromClass) {
		names := driveNames{spoken: path, device: path}
		if number, known := numberOf(api, path); known {
			names.volume = cdromName(number)
		}
		return names, nil
	}
	spoken, volume, err := volumeName(api, path)
	if err != nil {
		return driveNames{}, err
	}
	return driveNames{spoken, volume, interfaceOf(api, volume)}, nil
}

// volumeName accepts every name except that of an interface.
func volumeName(api windowsAPI, path string) (spoken, volume string, err error) {
	bare := strings.TrimPrefix(strings.TrimPrefix(path, `\\.\`), `\\?\`)
	if number, ok := cutFold(bare, "CdRom"); ok && isNumber(number) {
		return `\\.\CdRom` + number, `\\.\CdRom` + number, nil
	}
	bare = strings.TrimRight(bare, `\/`)
	if len(bare) == 2 && bare[1] == ':' {
		letter := strings.ToUpper(bare[:1])
		if slices.Contains(api.letters(), letter) {
			return letter + ":", `\\.\` + letter + ":", nil
		}
		if api.otherLetter(letter) {
			return "", "", ErrNotOptical
		}
	}
	return "", "", meaning(`no such drive (drives are called D:, or \\.\CdRom0 without a letter)`, fs.ErrNotExist)
}

// interfaceOf finds the interface path of the drive that a volume's name leads to, ""
// without one. Both have the same device number.
func interfaceOf(api windowsAPI, volume string) string {
	wanted, known := numberOf(api, volume)
	if !known {
		return ""
	}
	for _, path := range api.interfaces() {
		if number, known := numberOf(api, path); known && number == wanted {
			return path
		}
	}
	return ""
}

// numberOf reads the device number. The handle has no rights: the system answers from
// its records, without asking file system and drive.
func numberOf(api windowsAPI, path string) (number uint32, known bool) {
	handle, err := api.open(path, accessNone)
	if err != nil {
		return 0, false
	}
	defer func() { _ = api.close(handle) }() // the handle changed nothing
	return deviceNumber(api, handle)
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

func (r *sptRoute) path() string { return r.names.spoken }

// connect opens the handle for commands, through the device interface. Only the driver of
// the drive supports exclusive access, and only for handles that it opened itself; the
// handle of a volume belongs to the file system. A volume's handle carries commands too,
// and is used if there is no interface or Windows refuses it.
func (r *sptRoute) connect(ctx context.Context) (err error) {
	if r.names.device != "" {
		r.handle, err = r.openHandle(ctx, r.names.device)
		if err == nil || errors.Is(err, scsi.ErrLocked) || ctx.Err() != nil {
			return err
		}
	}
	if r.names.volume == "" {
		return err
	}
	r.viaVolume = true
	for waited := time.Duration(0); ; waited += lockEvery {
		r.handle, err = r.openHandle(ctx, r.names.volume)
		// A locked volume is refused as if the user had no rights, and then no handle
		// can be asked for the owner. Often the lock lasts a moment.
		if !errors.Is(err, winAccessDenied) || waited >= r.wait {
			return err
		}
		if err := r.pause(ctx); err != nil {
			return err
		}
	}
}

// openHandle opens a device with the rights to read and to write, which commands need.
// It is shared: the shell has handles of every drive, and exclusive access follows
// later.
func (r *sptRoute) openHandle(ctx context.Context, path string) (uintptr, error) {
	for waited := time.Duration(0); ; waited += lockEvery {
		handle, err := r.api.open(path, accessReadWrite)
		switch {
		case err == nil:
			return handle, nil
		case !errors.Is(err, winSharingViolation):
			return 0, openError(err)
		case waited >= r.wait:
			return 0, &scsi.LockedError{}
		}
		if err := r.pause(ctx); err != nil {
			return 0, err
		}
	}
}

// pause waits before the drive is tried again.
func (r *sptRoute) pause(ctx context.Context) error {
	if err := r.api.sleep(ctx, lockEvery); err != nil {
		return fmt.Errorf("waiting for the drive: %w", err)
	}
	return nil
}

// deviceNumber reads STORAGE_DEVICE_NUMBER: N of the device's name \\.\CdRomN. Wine
// invents a disk for every device.
func deviceNumber(api windowsAPI, handle uintptr) (number uint32, ok bool) {
	out := make([]byte, 12)
	if n, err := api.control(handle, ioctlDeviceNumber, nil, out); err != nil || n < 8 {
		return 0, false
	}
	kind := binary.LittleEndian.Uint32(out[0:])
	return binary.LittleEndian.Uint32(out[4:]), kind == fileDeviceCDROM || kind == fileDeviceDVD
}
