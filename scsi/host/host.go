package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// Info is what the operating system has recorded about a drive. Nothing is asked of the drive.
type Info struct {
	Path     string // for Open, such as "/dev/sr0", "D:" or "ioreg:1000004a2"
	Vendor   string // from INQUIRY, blanks trimmed
	Model    string
	Revision string // firmware

	// ID is a path to the same drive that survives renumbering, "" without one; Links
	// are all such paths (by-id, by-path), including ID.
	ID    string
	Links []string
	// WWID is the device's own identifier, "" without one.
	WWID string
	// Generic is a second name that Open accepts, "" without one: on Linux the sg node
	// ("/dev/sg1"), on macOS the node of the disc ("/dev/disk4"), while there is a
	// disc.
	Generic string
	// Medium is what the system last found in the tray, in words such as "CD-R, blank";
	// "" if it keeps no such record or found nothing. It may be out of date: only the
	// drive itself is reliable.
	Medium string
	// Mounts are the folders where file systems of the disc are mounted.
	Mounts []string
	// Holders are the programs that have the drive open, as far as the caller may see
	// them: those of other users are visible only while they hold a lock on the node.
	Holders []Holder
}

// byPath sorts drives by their paths: sr10 comes after sr9. The functions of package slices
// would be compiled once more for this large struct, in 17 KB.
type byPath []Info

func (l byPath) Len() int      { return len(l) }
func (l byPath) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l byPath) Less(i, j int) bool {
	a, b := l[i].Path, l[j].Path
	return len(a) < len(b) || len(a) == len(b) && a < b
}

// Holder is a program that has a drive open.
type Holder struct {
	PID    int
	Name   string // of the program
	Locked bool   // it has locked the drive against others
}

// String returns name and process number, such as "wodim (process 4711)"; only the name
// if the system provides no number (Windows).
func (h Holder) String() string {
	name := h.Name
	if name == "" {
		name = "a program"
	}
	if h.PID == 0 {
		return name
	}
	return fmt.Sprintf("%s (process %d)", name, h.PID)
}

// MountedError means that exclusive access to a drive is impossible because its disc is
// mounted. It matches scsi.ErrLocked.
type MountedError struct {
	Path    string   // of the drive
	Mounts  []string // mount points; none if the system keeps the disc and doesn't show why (macOS)
	Command string   // the system's command that unmounts it; "" without one
}

// Error contains the folders and the remedy.
func (e *MountedError) Error() string {
	at := ""
	if len(e.Mounts) > 0 {
		at = " at " + strings.Join(e.Mounts, ", ")
	}
	text := fmt.Sprintf("the disc in %s is mounted%s: unmount it first", e.Path, at)
	if e.Command != "" {
		text += " (" + e.Command + ")"
	}
	return text
}

// Is makes errors.Is(err, scsi.ErrLocked) true.
func (e *MountedError) Is(target error) bool { return target == scsi.ErrLocked }

// ErrNotOptical matches the error for a path that is not an optical drive. The device
// there got no command.
var ErrNotOptical = errors.New("not an optical drive")

// errTooLong matches the error for a transfer longer than Limits.MaxTransfer, which is
// refused before the drive sees it.
var errTooLong = errors.New("transfer too long")

// Options select how to open a drive. The zero value opens it exclusively.
type Options struct {
	// Shared opens the drive next to other programs, even if its disc is mounted: only
	// to look at it, never to write. Device.Lock can make it exclusive later.
	Shared bool
	// Look is for queries about drive and disc, on systems that can answer them without
	// affecting disc and other programs (Windows and macOS: as Shared; taking exclusive
	// access would make the Finder offer a blank disc again). On Windows Open waits for
	// a drive that another program has locked, because no command gets through. On
	// Linux it has no effect.
	Look bool
	// Wait is how long to try if the drive is in use, which often lasts only a moment
	// after a disc is inserted; 0 means 10 s, a negative value a single try.
	Wait time.Duration
	// Client is the name under which the drive is locked, on systems that keep one
	// (Windows shows it to other programs and writes it to the event log); "" is the
	// program's own name.
	Client string
}

const defaultWait = 10 * time.Second

func (o *Options) wait() time.Duration {
	switch {
	case o == nil || o.Wait == 0:
		return defaultWait
	case o.Wait < 0:
		return 0
	}
	return o.Wait
}

// List returns the optical drives of the computer, in the order of their numbers. It
// opens none and sends no command. A computer without drives is not an error.
func List(ctx context.Context) ([]Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return list()
}

// Open opens the drive at a path: Info.Path or Info.Generic, on Linux also a link to
// one of them.
//
// The error matches fs.ErrNotExist if the drive doesn't exist, fs.ErrPermission (with
// the remedy) if the user may not use it, scsi.ErrLocked if another program has it or
// its disc is mounted, ErrNotOptical if the path is something else, and the context's
// error if that ended while waiting for the drive. nil options are the zero value.
func Open(ctx context.Context, path string, opts *Options) (*Device, error) {
	if opts == nil {
		opts = &Options{}
	}
	node, err := open(ctx, path, opts)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", spoken(path), err)
	}
	return &Device{node: node}, nil
}

// Rescan makes the system look at a drive's disc again after it was written: Linux
// continues to show the disc as it was when it was inserted, for example blank. Call it
// after closing the Device, because the system's own programs ignore a drive that is
// locked. It needs no root where UDisks2 runs. The error matches errors.ErrUnsupported if
// the system has no such service (no UDisks2, Windows, macOS), fs.ErrPermission if the user may
// not use it, and fs.ErrNotExist if the drive doesn't exist. After an error only the desktop
// shows an old state.
func Rescan(ctx context.Context, path string) error {
	if err := rescan(ctx, path); err != nil {
		return fmt.Errorf("rescan %s: %w", spoken(path), err)
	}
	return nil
}

// Unmount unmounts the file systems of the drive's disc (Linux: by UDisks2, macOS: by
// DiskArbitration; neither needs root). It succeeds if nothing is mounted. The error matches
// errors.ErrUnsupported if the system has no such service, fs.ErrPermission if the user may not
// unmount, scsi.ErrLocked if files of the disc are open, and fs.ErrNotExist if the drive doesn't
// exist.
func Unmount(ctx context.Context, path string) error {
	if err := unmount(ctx, path); err != nil {
		return fmt.Errorf("unmount %s: %w", spoken(path), err)
	}
	return nil
}

// spoken returns a path to be followed by a colon: "D: not found" and not "D:: not
// found".
func spoken(path string) string { return strings.TrimSuffix(path, ":") }

// node is an open drive of one operating system.
type node interface {
	do(req *scsi.Request) (scsi.Result, error)
	limits() scsi.Limits
	// exclusive takes exclusive access, or with off shares the drive again.
	exclusive(ctx context.Context, off bool) error
	isExclusive() bool
	unmount(ctx context.Context) error
	holders() []Holder
	path() string
	close() error
}

// A node may also have these abilities.
type (
	// clientNode receives the client of the first Lock before exclusive, and "" after
	// the last Unlock.
	clientNode  interface{ lockedBy(client string) }
	warningNode interface{ warnings() []string }
	// insteadNode may be a node of the drive other than the requested one.
	insteadNode interface{ requested() string }
	// sharedNode can't keep all programs out: others may have the drive open at the
	// same time.
	sharedNode interface{ others() []Holder }
)

// Device is an open optical drive: a scsi.Transport, and a scsi.Locker.
type Device struct {
	mu     sync.Mutex // held during a command; Close waits for it
	node   node       // nil when closed
	client string     // of Lock
	locks  int        // Lock calls without their Unlock
	shared bool       // Lock made it exclusive: Unlock makes it shared again
}

var (
	_ scsi.Transport = (*Device)(nil)
	_ scsi.Locker    = (*Device)(nil)
)

var errClosed error = closedError{}

// closedError is the error of a Device after Close. It matches fs.ErrClosed.
type closedError struct{}

func (closedError) Error() string        { return "the drive is closed" }
func (closedError) Is(target error) bool { return target == fs.ErrClosed }

// Path returns the node that was opened, links resolved.
func (d *Device) Path() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.node == nil {
		return ""
	}
	return d.node.path()
}

// Requested returns the node passed to Open, links resolved. It differs from Path on
// Linux, for an sg node whose drive also has an sr node: Open uses the latter, because
// only it keeps polling, probing and mounts away from the drive.
func (d *Device) Requested() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.node == nil {
		return ""
	}
	if n, ok := d.node.(insteadNode); ok {
		return n.requested()
	}
	return d.node.path()
}

// Holders returns the other programs that have the drive open now, as far as the caller
// may see them (Info.Holders). Exclusive access keeps out mounts and other burners, but on
// Linux not a program that only reads, such as a player: reading during a burn can ruin
// it. Holders reads files of the system and sends no command. Windows and macOS let no
// other program in during exclusive access: there it returns nil.
func (d *Device) Holders() []Holder {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n, ok := d.node.(sharedNode); ok {
		return n.others()
	}
	return nil
}

// Do sends one command; see scsi.Transport. If Data is longer than Limits.MaxTransfer
// the operating system refuses the command and the drive never sees it: the error is a
// *scsi.TransportError with scsi.SentNo.
func (d *Device) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := ctx.Err()
	switch {
	case err != nil:
	case d.node == nil:
		err = errClosed
	default:
		err = valid(req)
	}
	if err != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	if req.Dir == scsi.DataIn {
		clear(req.Data) // bytes that the drive doesn't fill must not look like its answer
	}
	return d.node.do(req)
}

// valid checks the caller's part of the contract.
func valid(req *scsi.Request) error {
	switch {
	case req.CDBLen < 6 || req.CDBLen > len(req.CDB):
		return fmt.Errorf("CDB of %d bytes", req.CDBLen)
	case req.Dir > scsi.DataOut:
		return fmt.Errorf("%v", req.Dir)
	case req.Dir == scsi.NoData && len(req.Data) > 0:
		return fmt.Errorf("%d bytes of data for a command without data", len(req.Data))
	}
	return nil
}

// Warnings returns the parts of exclusive access that the system did not grant, one
// sentence each. A burn works without them, as long as no other program uses the drive.
func (d *Device) Warnings() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n, ok := d.node.(warningNode); ok {
		return n.warnings()
	}
	return nil
}

// Limits returns how much one command may transfer.
func (d *Device) Limits() scsi.Limits {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.node == nil {
		return scsi.Limits{}
	}
	return d.node.limits()
}

// Close waits for the current command and releases the drive. Later calls fail with an error
// that matches fs.ErrClosed. Close does not unlock the tray: on Linux the kernel does so at
// the last close, but not where udev locks every disc in, as on all desktops. If you have
// locked the tray, unlock it first.
func (d *Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.node == nil {
		return nil
	}
	err := d.node.close()
	d.node, d.locks, d.client = nil, 0, ""
	return err
}

// Lock locks the drive for client (scsi.Locker). It counts: the same client may lock it
// again, and each Lock needs its Unlock. A drive opened Shared becomes exclusive; with
// force a mounted disc is unmounted for that.
func (d *Device) Lock(ctx context.Context, client string, force bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.node == nil:
		return errClosed
	case client == "":
		return errors.New("lock: a client name is needed")
	case d.locks > 0 && d.client != client:
		return &scsi.LockedError{Owner: d.client}
	}
	named, _ := d.node.(clientNode)
	if d.locks == 0 && named != nil {
		named.lockedBy(client)
	}
	if d.locks == 0 && !d.node.isExclusive() {
		if err := d.take(ctx, force); err != nil {
			if named != nil {
				named.lockedBy("")
			}
			return fmt.Errorf("lock %s: %w", spoken(d.node.path()), err)
		}
		d.shared = true
	}
	d.client = client
	d.locks++
	return nil
}

// take makes a shared drive exclusive.
func (d *Device) take(ctx context.Context, force bool) error {
	err := d.node.exclusive(ctx, false)
	if _, mounted := errors.AsType[*MountedError](err); !mounted || !force {
		return err
	}
	if err := d.node.unmount(ctx); err != nil {
		return fmt.Errorf("unmount: %w", err)
	}
	return d.node.exclusive(ctx, false)
}

// Unlock undoes one Lock.
func (d *Device) Unlock() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locks == 0 {
		return errors.New("unlock: the drive isn't locked")
	}
	if d.locks--; d.locks > 0 {
		return nil
	}
	d.client = ""
	if named, ok := d.node.(clientNode); ok {
		named.lockedBy("")
	}
	if !d.shared {
		return nil
	}
	d.shared = false
	return d.node.exclusive(context.Background(), true)
}

// Owner returns the client of Lock, or else the program that has locked the drive, as
// far as the system shows it; "" if neither is known.
func (d *Device) Owner() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.node == nil:
		return "", errClosed
	case d.locks > 0:
		return d.client, nil
	case d.node.isExclusive(): // by Open: no other program can have locked it
		return "", nil
	}
	for _, h := range d.node.holders() {
		if h.Locked {
			return h.String(), nil
		}
	}
	return "", nil
}
