//go:build darwin || (linux && iokitfake)

package host

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/internal/iokit"
	"github.com/redbook-audio/redbook/scsi"
)

// macTransfer is the most that one command transfers. macOS does not report the limit of
// the drive's connection; this size has to work everywhere.
const macTransfer = 64 << 10

// macDrive is a connection to a drive.
type macDrive struct {
	m     *mac
	name  string
	wait  time.Duration
	drive *iokit.Drive
	excl  bool
	disk  *iokit.Disk // claimed, while excl; nil without a medium
	lacks []string    // the parts of exclusive access that are missing, in sentences
}

var _ warningNode = (*macDrive)(nil)

func (n *macDrive) warnings() []string { return n.lacks }

func (n *macDrive) path() string      { return n.name }
func (n *macDrive) isExclusive() bool { return n.excl }
func (n *macDrive) limits() scsi.Limits {
	return scsi.Limits{MaxTransfer: macTransfer, Alignment: 1}
}

func (n *macDrive) close() error {
	err := n.release()
	return errors.Join(err, n.drive.Close())
}

// exclusive takes the drive, or with off releases it.
func (n *macDrive) exclusive(ctx context.Context, off bool) error {
	if off {
		return n.release()
	}
	for waited := time.Duration(0); ; waited += macRetry {
		err := n.take(ctx)
		if err == nil {
			n.excl = true
			return nil
		}
		n.unclaim()
		mounted, ok := errors.AsType[*MountedError](err)
		visible := ok && len(mounted.Mounts) > 0 // waiting is useless
		if visible || !errors.Is(err, scsi.ErrLocked) || waited >= n.wait {
			return err
		}
		if err := n.m.sleep(ctx, macRetry); err != nil {
			return fmt.Errorf("waiting for the drive: %w", err)
		}
	}
}

// take claims the medium first, so it isn't mounted in between, and then takes
// exclusive access, which stops the kernel's own drivers and their polling.
func (n *macDrive) take(ctx context.Context) error {
	service, err := n.drive.Service()
	if err != nil {
		return macOpenError(err)
	}
	if mounts := n.m.mountsOf(service.BSDName); len(mounts) > 0 {
		return n.mounted(service.BSDName, mounts)
	}
	if err := n.claim(ctx, service.BSDName); err != nil {
		return err
	}
	err = n.drive.Obtain()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, iokit.ExclusiveAccess):
		return &scsi.LockedError{Owner: n.owner()}
	case errors.Is(err, iokit.Busy): // mounted since the check, or about to be
		if mounts := n.m.mountsOf(service.BSDName); len(mounts) > 0 {
			return n.mounted(service.BSDName, mounts)
		}
		return n.busy(service.BSDName, err)
	}
	return macOpenError(err)
}

// busy is the error for a disc that macOS doesn't release although the mount table
// doesn't list it: unmounting it may still help.
func (n *macDrive) busy(disk string, err error) error {
	if disk == "" {
		return meaning(fmt.Sprintf("macOS is busy with the drive (%v)", err), err, scsi.ErrLocked)
	}
	mounted := &MountedError{Path: n.name, Command: "diskutil unmountDisk " + disk}
	text := fmt.Sprintf("macOS is busy with the disc, or a program has the disc open: end it, or unmount the disc (%s) (%v)", mounted.Command, err)
	return meaning(text, err, mounted, scsi.ErrLocked)
}

func (n *macDrive) mounted(disk string, mounts []string) error {
	return &MountedError{Path: n.name, Mounts: mounts, Command: "diskutil unmountDisk " + disk}
}

// claim keeps others from mounting a medium. Only the claim of another program is an
// error: a burn is possible without DiskArbitration. If the claiming program can't be
// asked to release it, the result is "not permitted".
func (n *macDrive) claim(ctx context.Context, name string) error {
	n.lacks = nil
	if name == "" {
		return nil
	}
	disk, err := n.m.lib.OpenDisk(name)
	if err != nil {
		return nil // removed just now; exclusive access is what counts
	}
	n.disk = disk
	err = disk.Claim(ctx)
	switch {
	case errors.Is(err, iokit.ArbitrationExclusive), errors.Is(err, iokit.ArbitrationBusy), errors.Is(err, iokit.ArbitrationNotPermitted):
		return meaning(fmt.Sprintf("another program has claimed the disc (%v)", err), err, scsi.ErrLocked)
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		n.lacks = []string{fmt.Sprintf("macOS didn't let the disc be claimed, so another program may be offered it (%v).", err)}
	}
	return nil
}

func (n *macDrive) unclaim() {
	if n.disk != nil {
		n.disk.Close()
		n.disk = nil
	}
}

// release ends exclusive access, and then the claim. The kernel examines the disc
// again, and a finished one appears in the Finder.
func (n *macDrive) release() (err error) {
	if n.excl {
		err = n.drive.GiveBack()
		n.excl = false
	}
	n.unclaim()
	if errors.Is(err, iokit.NoDevice) || errors.Is(err, iokit.InvalidDest) || errors.Is(err, iokit.NotAttached) {
		return nil // unplugged: nothing left to release
	}
	return err
}

// owner returns a program besides this one that is connected to the drive. There may be
// several, and the system doesn't show which of them has exclusive access.
func (n *macDrive) owner() string {
	for _, h := range n.holders() {
		return h.String()
	}
	return ""
}

func (n *macDrive) holders() []Holder {
	locked := !n.drive.Available()
	var found []Holder
	for _, c := range n.drive.Clients() {
		if c.PID != n.m.pid {
			found = append(found, Holder{PID: c.PID, Name: c.Name, Locked: locked})
		}
	}
	return found
}

func (n *macDrive) unmount(ctx context.Context) error {
	service, err := n.drive.Service()
	if err != nil {
		return macOpenError(err)
	}
	return n.m.unmountDisk(ctx, service.BSDName)
}

// do sends one command. It is never repeated here.
func (n *macDrive) do(req *scsi.Request) (scsi.Result, error) {
	if len(req.Data) > macTransfer {
		err := meaning(fmt.Sprintf("%d bytes are more than %d", len(req.Data), macTransfer), errTooLong)
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	c := iokit.Command{
		CDB: req.CDB[:req.CDBLen], Data: req.Data, Out: req.Dir == scsi.DataOut,
		Timeout: macMilliseconds(req.Timeout),
	}
	execute := n.drive.Execute
	if !n.excl {
		execute = n.look
	}
	a, err := execute(c)
	if err != nil {
		return scsi.Result{}, n.refusal(req, err)
	}
	if err := macOutcome(a); err != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: err}
	}
	res := scsi.Result{Status: scsi.Status(a.Status), N: int(min(a.Count, uint64(len(req.Data))))}
	switch {
	case res.Status == scsi.Good:
		return goodWithSense(res, a.Sense[:]), nil
	case res.Status != scsi.CheckCondition:
	case a.Sense[0]&0x70 == 0x70:
		res.Sense = append([]byte(nil), a.Sense[:]...)
	case n.excl:
		res.Sense = n.requestSense()
	}
	return res, nil
}

// look sends a command in shared mode. If TestUnitReady fails, READ DISC INFORMATION is
// sent instead, which also shows whether the drive is ready.
func (n *macDrive) look(c iokit.Command) (iokit.Answer, error) {
	a, err := n.drive.Look(c)
	if err == nil || c.CDB[0] != 0x00 || errors.Is(err, iokit.ExclusiveAccess) || macGone(err) {
		return a, err
	}
	data := make([]byte, 34)
	a, err = n.drive.Look(iokit.Command{CDB: []byte{0x51, 0, 0, 0, 0, 0, 0, 0, byte(len(data)), 0}, Data: data, Timeout: c.Timeout})
	a.Count = 0
	return a, err
}

// requestSense fetches sense data that weren't returned with the status; nil if the drive
// has none.
func (n *macDrive) requestSense() []byte {
	data := make([]byte, iokit.SenseLength)
	a, err := n.drive.Execute(iokit.Command{
		CDB: []byte{0x03, 0, 0, 0, iokit.SenseLength, 0}, Data: data, Timeout: macMilliseconds(0),
	})
	if err != nil || macOutcome(a) != nil || scsi.Status(a.Status) != scsi.Good || data[0]&0x70 != 0x70 {
		return nil
	}
	return data[:min(a.Count, uint64(len(data)))]
}

// macMilliseconds rounds a timeout up; 0 would be forever. After the timeout the
// command is aborted, which ruins a burn: callers are generous.
func macMilliseconds(d time.Duration) uint32 {
	if d <= 0 {
		d = scsi.DefaultTimeout
	}
	const most = 1<<31 - 1
	return uint32(min((d+time.Millisecond-1)/time.Millisecond, most))
}
