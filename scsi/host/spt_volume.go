package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/redbook-audio/redbook/scsi"
)

// lockedVolume is the volume of the disc, locked against other programs. The file
// system locks and dismounts it, which needs a handle of the volume; it stays open
// until the drive is released. A blank disc and an audio disc have a volume as well (of
// the raw file system, or of cdfs); an empty drive has none.
type lockedVolume struct {
	handle uintptr
	open   bool // a separate handle for this is open; otherwise the one for commands is the volume's
	locked bool
}

// lockVolume locks the volume of the disc and dismounts it. Use by other programs is an
// error. free reports that no other program can use it: it is locked, or doesn't exist.
func (h *sptHold) lockVolume() (free bool, err error) {
	handle, err := h.openVolume()
	if inUse(err) {
		return false, h.volumeRefused(err)
	}
	if err == nil {
		_, err = h.api.control(handle, fsctlLockVolume, nil, nil)
	}
	switch {
	case err == nil:
	case noVolume(err):
		return true, h.releaseVolume()
	case inUse(err):
		return false, errors.Join(h.mounted(), h.releaseVolume())
	default:
		h.missing = append(h.missing, fmt.Sprintf("the volume of the disc can't be locked: %v", err))
		return false, h.releaseVolume()
	}
	h.volume.locked = true
	if _, err := h.api.control(handle, fsctlDismountVolume, nil, nil); err != nil {
		h.missing = append(h.missing, fmt.Sprintf("the volume of the disc can't be dismounted: %v", err))
	}
	return true, nil
}

var errNoVolumeName = errors.New("the name of the drive's volume is unknown")

// openVolume returns the handle of the volume.
func (h *sptHold) openVolume() (handle uintptr, err error) {
	switch {
	case h.viaVolume:
		return h.handle, nil
	case h.names.volume == "":
		return 0, errNoVolumeName
	}
	if handle, err = h.api.open(h.names.volume, accessReadWrite); err != nil {
		return 0, err
	}
	h.volume = lockedVolume{handle: handle, open: true}
	return handle, nil
}

// inUse reports errors for a volume that other programs use.
func inUse(err error) bool {
	code, _ := errors.AsType[winError](err)
	switch code {
	case winAccessDenied, winSharingViolation, winLockViolation, winBusy:
		return true
	}
	return false
}

// noVolume reports errors for a drive without a disc, or a disc without a volume.
func noVolume(err error) bool {
	code, _ := errors.AsType[winError](err)
	switch code {
	case winNotReady, winNoMedia, winMediaChanged, winUnrecognizedVol, winFileInvalid, winUnrecognizedMedia:
		return true
	}
	return false
}

// volumeRefused returns why a volume in use could not be opened, from CreateFile's error.
// While a program has locked the volume Windows denies access to everyone; if it has locked
// the drive as well, the device reports its name.
func (h *sptHold) volumeRefused(err error) error {
	if owner, locked := h.owner(); locked {
		return &scsi.LockedError{Owner: owner}
	}
	if errors.Is(err, winAccessDenied) {
		return meaning(deniedAdvice(err), err, scsi.ErrLocked, fs.ErrPermission)
	}
	return &scsi.LockedError{}
}

// releaseVolume unlocks the volume and closes its handle. If the unlock fails (the volume
// may be gone with its disc), closing the handle has the same effect.
func (h *sptHold) releaseVolume() error {
	v := h.volume
	h.volume = lockedVolume{}
	var err error
	if v.locked {
		_, err = h.api.control(h.volumeHandle(v), fsctlUnlockVolume, nil, nil)
	}
	if v.open {
		err = h.api.close(v.handle)
	}
	if err != nil && !unplugged(err) && !h.stale(err) {
		return fmt.Errorf("unlock the volume: %w", err)
	}
	return nil
}

// volumeHandle is the handle that locked a volume, or its successor.
func (h *sptHold) volumeHandle(v lockedVolume) uintptr {
	if v.open {
		return v.handle
	}
	return h.handle
}

// mounted is the error for a disc whose files are open.
func (r *sptRoute) mounted() error {
	return &MountedError{Path: r.names.spoken, Mounts: []string{r.names.spoken + `\`}, Command: "close the programs that have its files open"}
}

// unmount closes the files of the disc that other programs have open: their handles become
// invalid. The volume is mounted again when a program looks at it. A dismount is complete
// when its handle is closed, so it has a separate handle. The disc of a program that has
// locked the drive is not dismounted.
func (h *sptHold) unmount(context.Context) error {
	if owner, locked := h.owner(); locked && !h.excl {
		return &scsi.LockedError{Owner: owner}
	}
	if h.names.volume == "" {
		return errNoVolumeName
	}
	handle, err := h.api.open(h.names.volume, accessReadWrite)
	if err == nil {
		_, err = h.api.control(handle, fsctlDismountVolume, nil, nil)
		err = errors.Join(err, h.api.close(handle))
	} else if inUse(err) {
		return h.volumeRefused(err)
	}
	switch {
	case noVolume(err):
		return nil
	case errors.Is(err, winAccessDenied):
		return h.denied(err)
	}
	return err
}

// stale reports errors of a volume's handle that no longer works because the disc was
// changed.
func (r *sptRoute) stale(err error) bool {
	return r.viaVolume && (errors.Is(err, winInvalidHandle) || errors.Is(err, winMediaChanged))
}

// renew replaces such a handle.
func (r *sptRoute) renew() bool {
	handle, err := r.api.open(r.names.volume, accessReadWrite)
	if err != nil {
		return false
	}
	_ = r.api.close(r.handle) // no longer works
	r.handle = handle
	return true
}

// reopen replaces it between two commands. The volume of the new disc is locked in place
// of the old one, if possible.
func (h *sptHold) reopen() bool {
	if !h.renew() {
		return false
	}
	if _, owned := h.owner(); h.excl && !owned {
		if _, err := h.lockVolume(); err != nil {
			h.missing = append(h.missing, fmt.Sprintf("the volume of the new disc can't be locked: %v", err))
		}
	}
	return true
}

// unmountWindows dismounts the disc of a drive that isn't open.
func unmountWindows(ctx context.Context, api windowsAPI, path string) error {
	n, err := openWindows(ctx, api, path, &Options{Shared: true})
	if err != nil {
		return err
	}
	return errors.Join(n.unmount(ctx), n.close())
}
