package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/scsi"
)

// sgNode is an open sr or sg node.
type sgNode struct {
	k       *kernel
	name    string
	asked   string // the requested node: an sg node, if the drive's sr node was opened instead
	fd      int
	generic bool   // an sg node
	excl    bool   // opened with O_EXCL, and locked
	rdev    uint64 // device number
	gid     uint32
	max     int // bytes per command; 0 for unknown
	wait    time.Duration

	readOnly bool // opened to look at a mounted disc

	header sgHeader // of the current command, and its sense data
	sense  [senseLength]byte
}

func (n *sgNode) path() string        { return n.name }
func (n *sgNode) requested() string   { return n.asked }
func (n *sgNode) isExclusive() bool   { return n.excl }
func (n *sgNode) limits() scsi.Limits { return scsi.Limits{MaxTransfer: n.max, Alignment: 1} }

// close releases the lock with the descriptor. It doesn't decide whether the tray is
// unlocked: the kernel sends ALLOW at the last close of an sr node, unless a program has
// locked the tray by CDROM_LOCKDOOR (drivers/cdrom/cdrom.c, keeplocked). udev does so for
// every disc that is inserted.
func (n *sgNode) close() error { return n.k.close(n.fd) }

// do sends one command. It is never repeated here.
func (n *sgNode) do(req *scsi.Request) (scsi.Result, error) {
	if err := n.submit(req); err != nil {
		return scsi.Result{}, err
	}
	res := scsi.Result{Status: scsi.Status(n.header.status), N: n.header.transferred()}
	if n.generic && req.Dir == scsi.DataIn {
		// sg reads into its own buffer, which still holds data of earlier commands, and
		// returns all of it whatever the drive sent. (The direction that is meant to
		// prevent this, SG_DXFER_TO_FROM_DEV, ends in ENOMEM on Linux 6.1.)
		clear(req.Data[res.N:])
	}
	if res.Status != scsi.CheckCondition {
		return res, nil
	}
	if length := min(n.header.senseLength, senseLength); length > 0 {
		res.Sense = append([]byte(nil), n.sense[:length]...)
	} else {
		res.Sense = n.requestSense()
	}
	return res, nil
}

// submit runs SG_IO; nil means that a SCSI status was returned.
func (n *sgNode) submit(req *scsi.Request) error {
	if n.generic {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		restore, err := blockSignals()
		if err != nil {
			return &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: fmt.Errorf("block signals: %w", err)}
		}
		defer restore()
	}
	n.header.fill(req, &n.sense)
	err := n.k.ioctl(n.fd, ioctlSGIO, unsafe.Pointer(&n.header))
	// The kernel has written through the pointers in the header; their targets must not
	// be garbage collected before.
	runtime.KeepAlive(req)
	n.header.data, n.header.cdb = nil, nil
	if err != nil {
		if n.readOnly && errors.Is(err, unix.EPERM) {
			return readOnlyRefusal(req, err)
		}
		return refusal(req, err)
	}
	if err := n.header.outcome(); err != nil {
		return &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: err}
	}
	return nil
}

// requestSense fetches the sense data that a host adapter without autosense left in the
// drive; nil if there are none.
func (n *sgNode) requestSense() []byte {
	const length = 18 // fixed format; some old drives refuse more
	data := make([]byte, length)
	req := &scsi.Request{
		CDB: [16]byte{0x03, 4: length}, CDBLen: 6,
		Dir: scsi.DataIn, Data: data, Name: "REQUEST SENSE",
	}
	if err := n.submit(req); err != nil || scsi.Status(n.header.status) != scsi.Good {
		return nil
	}
	if data[0]&0x70 != 0x70 { // no sense data; libata's count means nothing
		return nil
	}
	return data[:n.header.transferred()]
}

// exclusive opens the node again, with or without O_EXCL, before it closes the old
// descriptor: without udev the last close would unlock the tray. An sg node allows no
// second descriptor besides an exclusive one, so there the old one is closed first.
func (n *sgNode) exclusive(ctx context.Context, off bool) error {
	if n.generic {
		return n.exclusiveGeneric(ctx, off)
	}
	fd, err := n.openNode(ctx, !off)
	if err != nil {
		return err
	}
	old := n.fd
	n.fd, n.excl = fd, !off
	return n.k.close(old)
}

func (n *sgNode) exclusiveGeneric(ctx context.Context, off bool) error {
	if err := n.k.close(n.fd); err != nil {
		return err
	}
	fd, err := n.openNode(ctx, !off)
	if err == nil {
		n.fd, n.excl = fd, !off
		return nil
	}
	// Return to the previous mode. If even that fails, commands end in EBADF.
	again, errAgain := n.openNode(context.WithoutCancel(ctx), off)
	n.fd = again
	return errors.Join(err, errAgain)
}

// holders returns the other programs that have the drive open, by any of its nodes.
func (n *sgNode) holders() []Holder {
	all := n.k.holders(n.k.siblings(n.rdev, n.generic), n.k.openFiles())
	return slices.DeleteFunc(all, func(h Holder) bool { return h.PID == os.Getpid() })
}

func (n *sgNode) others() []Holder { return n.holders() }

func (n *sgNode) unmount(ctx context.Context) error { return n.k.unmount(ctx, n.name, n.blockNumber()) }

// blockNumber is the device number of the drive's sr node, which identifies its mounts.
func (n *sgNode) blockNumber() string {
	if !n.generic {
		return number(n.rdev)
	}
	if block := first(n.k.entries(deviceDir(n.rdev, true), "block")); block != "" {
		return n.k.line(deviceDir(n.rdev, true), "block", block, "dev")
	}
	return ""
}
