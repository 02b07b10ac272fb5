package host

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// How often locking a volume with open files is tried again: Explorer and virus
// scanners open files on a new disc for a moment.
const lockEvery = 250 * time.Millisecond

// Requests and flags of IOCTL_CDROM_EXCLUSIVE_ACCESS (<ntddcdrm.h>).
const (
	exclusiveQuery  = 0
	exclusiveLock   = 1
	exclusiveUnlock = 2

	ignoreVolume = 0x1 // of lock: a volume may be mounted

	callerNameSize = 64 // CDROM_EXCLUSIVE_CALLER_LENGTH, the NUL included
)

// heldStep is one change that exclusive access has made at the device, and how to undo
// it. All of them belong to the handle, and end with it.
type heldStep struct {
	what string
	code uint32
	in   []byte
}

// sptHold manages exclusive access to the drive of a route, whether active or not.
type sptHold struct {
	sptRoute
	client  string // the name for exclusive access
	own     string // the value of client without a Lock
	named   bool   // a Lock is held
	excl    bool
	volume  lockedVolume // while excl
	held    []heldStep   // the changes that exclusive access has made at the device, oldest first
	missing []string     // and those it couldn't make
}

func (h *sptHold) isExclusive() bool  { return h.excl }
func (h *sptHold) warnings() []string { return append([]string(nil), h.missing...) }

// exclusive takes the drive as IMAPI's AcquireExclusiveAccess and DisableMcn do: the
// volume is locked and dismounted, the drive locked in our name against all other
// handles, and the system stops looking for new discs. Steps that the system doesn't
// support are left out, with a warning; only use by another program is an error.
func (h *sptHold) exclusive(ctx context.Context, off bool) error {
	if off {
		h.excl = false
		return h.release()
	}
	for waited := time.Duration(0); ; waited += lockEvery {
		h.missing = nil
		err := h.take()
		if err == nil {
			h.excl = true
			return nil
		}
		err = errors.Join(err, h.release())
		if waited >= h.wait || !errors.Is(err, scsi.ErrLocked) {
			return err
		}
		if err := h.pause(ctx); err != nil {
			return err
		}
	}
}

// viaVolumeOnly are the steps missing for a drive that can be reached through its
// volume alone.
const viaVolumeOnly = "Windows gives no access to the drive itself, only to its volume: other programs can't be kept out"

// take asks for the owner before it locks the volume: the file system would lock and
// dismount the disc that another program is burning.
func (h *sptHold) take() error {
	if owner, locked := h.owner(); locked {
		return &scsi.LockedError{Owner: owner}
	}
	volumeFree, err := h.lockVolume()
	if err != nil {
		return err
	}
	if h.viaVolume { // the driver refuses the other steps on a volume's handle without checking them
		h.missing = append(h.missing, viaVolumeOnly)
		return nil
	}
	if err := h.lockDrive(volumeFree); err != nil {
		return err
	}
	h.disable("notification of new discs", ioctlMediaNotification)
	if h.named {
		h.disable(ejection, ioctlEjectionControl)
	}
	return nil
}

// waitForOwner waits for a drive that another program has locked: no command gets
// through.
func (r *sptRoute) waitForOwner(ctx context.Context) error {
	for waited := time.Duration(0); ; waited += lockEvery {
		owner, locked := r.owner()
		switch {
		case !locked:
			return nil
		case waited >= r.wait:
			return &scsi.LockedError{Owner: owner}
		}
		if err := r.pause(ctx); err != nil {
			return err
		}
	}
}

const ejection = "ejection by the system"

// disable switches a service of the system off, if possible, and notes how to undo it.
// Both services take PREVENT_MEDIA_REMOVAL, which is a truth value.
func (h *sptHold) disable(what string, code uint32) {
	if err := h.control(code, []byte{1}); err != nil {
		complaint := fmt.Sprintf("%s can't be switched off: %v", what, err)
		if !slices.Contains(h.missing, complaint) { // there may be many Locks
			h.missing = append(h.missing, complaint)
		}
		return
	}
	h.held = append(h.held, heldStep{what, code, []byte{0}})
}

func (r *sptRoute) control(code uint32, in []byte) error {
	_, err := r.api.control(r.handle, code, in, nil)
	return err
}

// lockDrive takes exclusive access in our name. Windows counts the volume as mounted
// while our handle of it is open, although it is dismounted. If no other program can
// use the volume, the request asks Windows to ignore it.
func (h *sptHold) lockDrive(volumeFree bool) error {
	err := h.control(ioctlExclusiveAccess, lockRequest(0, h.client))
	if errors.Is(err, winBadCommand) && volumeFree {
		err = h.control(ioctlExclusiveAccess, lockRequest(ignoreVolume, h.client))
	}
	switch {
	case err == nil:
		h.held = append(h.held, heldStep{"drive", ioctlExclusiveAccess, accessRequest(exclusiveUnlock, 0)})
	case errors.Is(err, winBadCommand):
		return h.mounted()
	case errors.Is(err, winAccessDenied):
		owner, _ := h.owner()
		return &scsi.LockedError{Owner: owner}
	case errors.Is(err, winInvalidHandle): // the driver doesn't recognize the handle: it is not the device's
		return meaning(fmt.Sprintf("exclusive access was asked for on the wrong handle; this is a bug in redbook: %v", err), err)
	default:
		h.missing = append(h.missing, fmt.Sprintf("other programs can't be kept out: %v", err))
	}
	return nil
}

// accessRequest is CDROM_EXCLUSIVE_ACCESS, which queries and unlocks.
func accessRequest(request, flags uint32) []byte {
	b := make([]byte, 8, 8+callerNameSize)
	binary.LittleEndian.PutUint32(b[0:], request)
	binary.LittleEndian.PutUint32(b[4:], flags)
	return b
}

// lockRequest is CDROM_EXCLUSIVE_LOCK: the same, followed by a name.
func lockRequest(flags uint32, client string) []byte {
	b := accessRequest(exclusiveLock, flags)[:8+callerNameSize]
	copy(b[8:8+callerNameSize-1], callerName(client))
	return b
}

// callerName makes a name that Windows accepts: letters, digits, blanks and a few
// marks.
func callerName(client string) string {
	name := []byte(client)
	for i, c := range name {
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !plain && bytes.IndexByte([]byte(" .,:;-_"), c) < 0 {
			name[i] = '_'
		}
	}
	if len(name) == 0 {
		return "redbook"
	}
	return string(name[:min(len(name), callerNameSize-1)])
}

// owner asks which program has locked the drive: CDROM_EXCLUSIVE_LOCK_STATE, a byte and a
// name.
func (r *sptRoute) owner() (name string, locked bool) {
	state := make([]byte, 1+callerNameSize)
	query := func() (int, error) {
		return r.api.control(r.handle, ioctlExclusiveAccess, accessRequest(exclusiveQuery, 0), state)
	}
	got, err := query()
	if r.stale(err) && r.renew() {
		got, err = query()
	}
	if err != nil || got < 1 || state[0] == 0 {
		return "", false
	}
	text, _, _ := bytes.Cut(state[1:], []byte{0})
	return string(text), true
}

func (r *sptRoute) holders() []Holder {
	if owner, locked := r.owner(); locked {
		return []Holder{{Name: owner, Locked: true}}
	}
	return nil
}

// release undoes the changes of exclusive access, the last step first, and continues
// after an error.
func (h *sptHold) release() error {
	var errs []error
	for _, step := range slices.Backward(h.held) {
		// An unplugged drive has nothing to release.
		if err := h.control(step.code, step.in); err != nil && !unplugged(err) {
			errs = append(errs, fmt.Errorf("unlock the %s: %w", step.what, err))
		}
	}
	h.held, h.missing = nil, nil
	return errors.Join(append(errs, h.releaseVolume())...)
}

// lockedBy receives the client of Lock, and "" after the last Unlock. Meanwhile the system
// keeps the tray locked, and unlocks it even if the program is killed, unlike PREVENT
// ALLOW MEDIUM REMOVAL. A drive locked by Open keeps the name given to Open: changing it
// would release the drive.
func (h *sptHold) lockedBy(client string) {
	h.named = client != ""
	if h.named {
		h.client = client
		if h.excl && !h.viaVolume {
			h.disable(ejection, ioctlEjectionControl)
		}
		return
	}
	h.client = h.own
	for i, step := range h.held {
		if step.code == ioctlEjectionControl {
			if h.control(step.code, step.in) == nil { // otherwise again at the end
				h.held = slices.Delete(h.held, i, i+1)
			}
			return
		}
	}
}
