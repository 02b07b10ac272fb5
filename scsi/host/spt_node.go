package host

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/redbook-audio/redbook/scsi"
)

// sptNode is an open drive of Windows: commands over a route to the drive, to which a
// hold may have exclusive access.
type sptNode struct {
	sptHold
	max    int // bytes per command; 0 for unknown
	align  int
	block  sptBlock // of the command under way
	bounce []byte   // replaces misaligned buffers
}

func (n *sptNode) limits() scsi.Limits {
	return scsi.Limits{MaxTransfer: n.max, Alignment: n.align}
}

// do sends one command. It is never repeated, except one that the handle of a volume
// can no longer carry (see submit).
func (n *sptNode) do(req *scsi.Request) (scsi.Result, error) {
	if err := n.carries(len(req.Data)); err != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	data := n.aligned(req)
	if err := n.submit(req, data); err != nil {
		return scsi.Result{}, err
	}
	// The call succeeds as soon as the drive has answered, whatever the status. A program
	// that doesn't check this byte reports failed burns as successful.
	res := scsi.Result{Status: scsi.Status(n.block.status), N: min(int(n.block.dataLength), len(data))}
	if req.Dir == scsi.DataIn {
		res.N = arrived(data, res.N)
		copy(req.Data, data)
	}
	sense := n.block.sense[:min(n.block.senseLength, sptSense)]
	switch {
	case res.Status == scsi.CheckCondition && len(sense) > 0 && sense[0] != 0:
		res.Sense = append([]byte(nil), sense...)
	case res.Status == scsi.CheckCondition:
		res.Sense = n.requestSense()
	case res.Status == scsi.Good:
		res = goodWithSense(res, sense)
	}
	if res.Status == scsi.Good && req.Dir == scsi.DataIn && res.N == 0 && len(data) > 0 {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: errNothingCame}
	}
	return res, nil
}

// carries refuses a transfer that Windows can't carry in one command.
func (n *sptNode) carries(length int) error {
	switch {
	case n.max > 0 && length > n.max:
		return tooLong(length, n.max)
	case length == 1: // smartmontools sends such commands through the buffered form
		return errOneByte
	}
	return nil
}

var errOneByte = errors.New("no transfer of a single byte is possible on Windows")

// errNothingCame is a GOOD that is not reliable. Wine reports it for a drive that did not
// answer in time; no drive reports GOOD without any byte of the reply.
var errNothingCame = errors.New("the system reports success, but not one byte came from the drive")

// arrived returns how many bytes arrived if the system reports count. Some USB bridges
// count wrongly; the buffer was zero before, so bytes other than zero have arrived.
func arrived(data []byte, count int) int {
	for i := len(data); i > count; i-- {
		if data[i-1] != 0 {
			return i
		}
	}
	return count
}

// submit runs IOCTL_SCSI_PASS_THROUGH_DIRECT; nil means that a SCSI status was
// returned.
//
// After a change of disc a volume's handle no longer works: the file system refuses its
// commands, and the drive doesn't see them. A command that is harmless if the drive has
// seen it after all is then sent through a new handle.
func (n *sptNode) submit(req *scsi.Request, data []byte) error {
	err := n.passThrough(req, data)
	if n.stale(err) && harmless(req) && n.reopen() {
		err = n.passThrough(req, data)
	}
	if err != nil {
		return n.refusal(req, err)
	}
	return nil
}

func (n *sptNode) passThrough(req *scsi.Request, data []byte) error {
	n.block.fill(req, data)
	_, err := n.api.control(n.handle, ioctlPassThroughDirect, n.block.bytes(), n.block.bytes())
	// The system has written through the pointer in the block; its target must not be
	// garbage collected before.
	runtime.KeepAlive(data)
	n.block.data = nil
	return err
}

// harmless reports whether a command may be carried out twice: it only queries, or the
// second time changes nothing.
func harmless(req *scsi.Request) bool {
	const testUnitReady, startStopUnit, preventAllow = 0x00, 0x1B, 0x1E
	switch req.CDB[0] {
	case testUnitReady, startStopUnit, preventAllow:
		return true
	}
	return req.Dir == scsi.DataIn
}

// aligned returns a buffer for the adapter: the request's own, or an aligned copy.
func (n *sptNode) aligned(req *scsi.Request) []byte {
	if len(req.Data) == 0 || misaligned(req.Data, n.align) == 0 {
		return req.Data
	}
	if len(n.bounce) < len(req.Data) {
		memory := make([]byte, len(req.Data)+n.align-1)
		if off := misaligned(memory, n.align); off > 0 {
			memory = memory[n.align-off:]
		}
		n.bounce = memory[:len(req.Data)]
	}
	data := n.bounce[:len(req.Data)]
	copy(data, req.Data) // of a data-in command: zeroes
	return data
}

// misaligned is how many bytes a buffer lies past a multiple of align.
func misaligned(data []byte, align int) int {
	if align <= 1 {
		return 0
	}
	return int(uintptr(unsafe.Pointer(&data[0])) & uintptr(align-1))
}

// requestSense fetches the sense data that an adapter without autosense left in the
// drive; nil if there are none.
func (n *sptNode) requestSense() []byte {
	const length = 18 // fixed format; some old drives refuse more
	data := make([]byte, length)
	req := &scsi.Request{
		CDB: [16]byte{0x03, 4: length}, CDBLen: 6,
		Dir: scsi.DataIn, Data: data, Name: "REQUEST SENSE",
	}
	buffer := n.aligned(req)
	if err := n.submit(req, buffer); err != nil || scsi.Status(n.block.status) != scsi.Good {
		return nil
	}
	if copy(data, buffer); data[0]&0x70 != 0x70 { // no sense data
		return nil
	}
	return data
}

// close undoes the changes of exclusive access, then closes the handle. Windows does
// the same with the handles of a killed program.
func (n *sptNode) close() error {
	_ = n.release() // steps that fail here end with the handles
	return n.api.close(n.handle)
}
