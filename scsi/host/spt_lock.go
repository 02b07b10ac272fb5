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

// How often a volume with open files is tried again: Explorer and virus scanners look
// at a new disc for a moment.
const lockEvery = 250 * time.Millisecond

// Requests and flags of IOCTL_CDROM_EXCLUSIVE_ACCESS (<ntddcdrm.h>).
const (
	exclusiveQuery  = 0
	exclusiveLock   = 1
	exclusiveUnlock = 2

	ignoreVolume = 0x1 // of lock: a volume may be mounted

	callerNameSize = 64 // CDROM_EXCLUSIVE_CALLER_LENGTH, the NUL included
)

// heldStep is one thing that exclusive access has changed at the device, and how to undo
// it. All of them belong to the handle, and end with it.
type heldStep struct {
	what string
	code uint32
	in   []byte
}

// exclusive takes the drive as IMAPI's AcquireExclusiveAccess and DisableMcn do: the
// volume is locked and dismounted, the drive locked in our name against all other
// handles, and the system stops looking for new discs. What the system can't do is left
// out, with a warning; only use by another program is an error.
func (n *sptNode) exclusive(ctx context.Context, off bool) error {
	if off {
		n.excl = false
		return n.giveBack()
	}
	for waited := time.Duration(0); ; waited += lockEvery {
		n.missing = nil
		err := n.take()
		if err == nil {
			n.excl = true
			return nil
		}
		err = errors.Join(err, n.giveBack())
		if waited >= n.wait || !errors.Is(err, scsi.ErrLocked) {
			return err
		}
		if err := n.pause(ctx); err != nil {
			return err
		}
	}
}

// viaVolumeOnly is what a drive lacks that can be reached through its volume alone.
const viaVolumeOnly = "Windows gives no access to the drive itself, only to its volume: other programs can't be kept out"

// take asks for the owner before it touches the volume: the file system would lock and
// dismount the disc that another program is burning.
func (n *sptNode) take() error {
	if owner, locked := n.owner(); locked {
		return &scsi.LockedError{Owner: owner}
	}
	volumeFree, err := n.lockVolume()
	if err != nil {
		return err
	}
	if n.viaVolume { // the driver refuses a volume's handle the rest, unseen
		n.missing = append(n.missing, viaVolumeOnly)
		return nil
	}
	if err := n.lockDrive(volumeFree); err != nil {
		return err
	}
	n.disable("notification of new discs", ioctlMediaNotification)
	if n.named {
		n.disable(ejection, ioctlEjectionControl)
	}
	return nil
}

// waitForOwner waits for a drive that another program has: no command gets through.
func (n *sptNode) waitForOwner(ctx context.Context) error {
	for waited := time.Duration(0); ; waited += lockEvery {
		owner, locked := n.owner()
		switch {
		case !locked:
			return nil
		case waited >= n.wait:
			return &scsi.LockedError{Owner: owner}
		}
		if err := n.pause(ctx); err != nil {
			return err
		}
	}
}

const ejection = "ejection by the system"

// disable switches a service of the system off, if it can be, and notes how to undo
// it. Both take PREVENT_MEDIA_REMOVAL, which is a truth value.
func (n *sptNode) disable(what string, code uint32) {
	if err := n.control(code, []byte{1}); err != nil {
		complaint := fmt.Sprintf("%s can't be switched off: %v", what, err)
		if !slices.Contains(n.missing, complaint) { // there may be many a Lock
			n.missing = append(n.missing, complaint)
		}
		return
	}
	n.held = append(n.held, heldStep{what, code, []byte{0}})
}

func (n *sptNode) control(code uint32, in []byte) error {
	_, err := n.api.control(n.handle, code, in, nil)
	return err
}

// lockDrive takes the drive in our name. Windows counts the volume as mounted as long as
// our handle of it is open, although it is dismounted; a volume that no other program can
// use is no obstacle.
func (n *sptNode) lockDrive(volumeFree bool) error {
	err := n.control(ioctlExclusiveAccess, lockRequest(0, n.client))
	if errors.Is(err, winBadCommand) && volumeFree {
		err = n.control(ioctlExclusiveAccess, lockRequest(ignoreVolume, n.client))
	}
	switch {
	case err == nil:
		n.held = append(n.held, heldStep{"drive", ioctlExclusiveAccess, accessRequest(exclusiveUnlock, 0)})
	case errors.Is(err, winBadCommand):
		return n.mounted()
	case errors.Is(err, winAccessDenied):
		owner, _ := n.owner()
		return &scsi.LockedError{Owner: owner}
	case errors.Is(err, winInvalidHandle): // the driver doesn't know the handle: it is not the device's
		return meaning(fmt.Sprintf("exclusive access was asked for on the wrong handle; this is a bug in redbook: %v", err), err)
	default:
		n.missing = append(n.missing, fmt.Sprintf("other programs can't be kept out: %v", err))
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

// lockRequest is CDROM_EXCLUSIVE_LOCK: the same followed by a name.
func lockRequest(flags uint32, client string) []byte {
	b := accessRequest(exclusiveLock, flags)[:8+callerNameSize]
	copy(b[8:8+callerNameSize-1], callerName(client))
	return b
}

// callerName makes a name that Windows takes: letters, digits, blanks and a few marks.
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

// owner asks which program has taken the drive: CDROM_EXCLUSIVE_LOCK_STATE, a byte and a name.
func (n *sptNode) owner() (name string, locked bool) {
	state := make([]byte, 1+callerNameSize)
	query := func() (int, error) {
		return n.api.control(n.handle, ioctlExclusiveAccess, accessRequest(exclusiveQuery, 0), state)
	}
	got, err := query()
	if n.stale(err) && n.renew() {
		got, err = query()
	}
	if err != nil || got < 1 || state[0] == 0 {
		return "", false
	}
	text, _, _ := bytes.Cut(state[1:], []byte{0})
	return string(text), true
}

// giveBack undoes what exclusive access has changed, the last step first, and goes on
// after an error.
func (n *sptNode) giveBack() error {
	var errs []error
	for _, step := range slices.Backward(n.held) {
		// A drive that was unplugged has nothing to release.
		if err := n.control(step.code, step.in); err != nil && !unplugged(err) {
			errs = append(errs, fmt.Errorf("unlock the %s: %w", step.what, err))
		}
	}
	n.held, n.missing = nil, nil
	return errors.Join(append(errs, n.letVolumeGo())...)
}

// lockedBy is told of the client of Lock, and with "" of the last Unlock. While there
// is one the system keeps the tray shut, and opens it again should we be killed: that
// is what it has over PREVENT ALLOW MEDIUM REMOVAL. A drive that was taken by Open is
// held in the name given to Open: changing it would release the drive.
func (n *sptNode) lockedBy(client string) {
	n.named = client != ""
	if n.named {
		n.client = client
		if n.excl && !n.viaVolume {
			n.disable(ejection, ioctlEjectionControl)
		}
		return
	}
	n.client = n.own
	for i, step := range n.held {
		if step.code == ioctlEjectionControl {
			if n.control(step.code, step.in) == nil { // else again at the end
				n.held = slices.Delete(n.held, i, i+1)
			}
			return
		}
	}
}
