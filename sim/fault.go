package sim

import (
	"errors"
	"os"

	"github.com/redbook-audio/redbook/scsi"
)

// ErrDropped is the cause of the *scsi.TransportError of a command that a Fault dropped.
var ErrDropped = errors.New("sim: the command was dropped")

// ErrPowerLost is the cause of the *scsi.TransportError of a command during which the
// drive lost power.
var ErrPowerLost = errors.New("sim: the drive lost power")

// FaultKind is the kind of a Fault.
type FaultKind uint8

// The kinds of faults.
const (
	FaultSense       FaultKind = iota // CHECK CONDITION with Key, ASC and ASCQ
	FaultDrop                         // no status is returned, and the transport reports it
	FaultTimeout                      // no status is returned: the error is os.ErrDeadlineExceeded
	FaultBusy                         // status BUSY, no sense data (SAM-5 5.3.1)
	FaultTaskSetFull                  // status TASK SET FULL
	FaultConflict                     // status RESERVATION CONFLICT
	FaultGood                         // GOOD with all bytes transferred; before: without effect
	FaultShort                        // at most Bytes of the data are reported as transferred
	FaultGarbage                      // GOOD and noise instead of the reply
	FaultReset                        // the drive is reset (Drive.Reset), and then gets the command
	FaultQuietReset                   // the same, and another program has received the unit attention
	FaultTake                         // only Bytes of a WRITE's data reach the drive, which records the whole blocks among them
)

// Fault is an error injected into commands of one kind. The zero value of each field is
// what most tests need: the next such command fails once, before it takes effect, with a
// write error.
type Fault struct {
	Opcode   byte // which command; see Any
	Any      bool // every command counts, with any opcode
	Nth      int  // the n-th such command from now; 0 and 1 are the next
	Count    int  // how many in a row fail; 0 is one, negative is all
	Kind     FaultKind
	Key      byte // sense key; Key, ASC and ASCQ all 0 mean 3/0C/00
	ASC      byte
	ASCQ     byte
	Deferred bool // as an error of an earlier command (71h)
	Bytes    int  // for FaultShort and FaultTake
	// After lets the command take effect first: only its answer is lost or wrong.
	After bool
}

func (f *Fault) sense() sense {
	if f.Key == 0 && f.ASC == 0 && f.ASCQ == 0 {
		s := senseWriteError
		s.deferred = f.Deferred
		return s
	}
	return sense{key: f.Key, asc: f.ASC, ascq: f.ASCQ, deferred: f.Deferred}
}

// AddFault adds a fault for a later command. Several may be pending; the first that is
// due is used.
func (d *Drive) AddFault(f Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f.Nth < 1 {
		f.Nth = 1
	}
	if f.Count == 0 {
		f.Count = 1
	}
	d.faults = append(d.faults, f)
}

// ClearFaults removes all pending faults.
func (d *Drive) ClearFaults() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = nil
}

// faults are the pending faults.
type faults []Fault

// answer carries out the command, or the fault that is due for it.
func (w *faults) answer(u *unit, req *scsi.Request) (scsi.Result, error) {
	if len(*w) > 0 {
		if f, hit := w.due(req); hit {
			return f.answer(u, req)
		}
	}
	return u.execute(req)
}

// due counts the command and returns the fault that applies to it, if any.
func (w *faults) due(req *scsi.Request) (Fault, bool) {
	var hit Fault
	found := false
	kept := (*w)[:0]
	for _, f := range *w {
		if f.Any || f.Opcode == req.CDB[0] {
			if f.Nth > 1 {
				f.Nth--
			} else if !found {
				hit, found = f, true
				if f.Count > 0 {
					f.Count--
				}
			}
		}
		if f.Count != 0 {
			kept = append(kept, f)
		}
	}
	*w = kept
	return hit, found
}

// answer returns the fault's answer to the host.
func (f *Fault) answer(u *unit, req *scsi.Request) (scsi.Result, error) {
	if f.Kind == FaultTake && !f.After {
		return f.take(u, req)
	}
	if f.Kind == FaultReset || f.Kind == FaultQuietReset {
		return f.reset(u, req)
	}
	res := scsi.Result{N: len(req.Data)}
	if f.After {
		var err error
		if res, err = u.execute(req); err != nil || res.Status != scsi.Good {
			return res, err
		}
	} else if req.Dir == scsi.DataIn {
		clear(req.Data)
	}
	switch f.Kind {
	case FaultTimeout:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: os.ErrDeadlineExceeded}
	case FaultDrop:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: ErrDropped}
	case FaultBusy:
		return scsi.Result{Status: scsi.Busy}, nil
	case FaultTaskSetFull:
		return scsi.Result{Status: scsi.TaskSetFull}, nil
	case FaultConflict:
		return scsi.Result{Status: scsi.ReservationConflict}, nil
	case FaultGood:
		return res, nil
	case FaultShort, FaultTake:
		res.N = min(res.N, max(f.Bytes, 0))
		return res, nil
	case FaultGarbage:
		garbage(req, res.N)
		return res, nil
	}
	if !f.After {
		res.N = 0
	}
	res.Status, res.Sense = scsi.CheckCondition, f.sense().encode(u.descriptor())
	return res, nil
}

// reset resets the drive and carries the command out, in this order or, with After, in the
// other.
func (f *Fault) reset(u *unit, req *scsi.Request) (res scsi.Result, err error) {
	if f.After {
		res, err = u.execute(req)
	}
	u.hardReset()
	if f.Kind == FaultQuietReset {
		u.status.attentions = u.status.attentions[:0]
	}
	if !f.After {
		res, err = u.execute(req)
	}
	return res, err
}

// garbage fills a reply with reproducible noise.
func garbage(req *scsi.Request, n int) {
	if req.Dir != scsi.DataIn {
		return
	}
	x := uint32(req.CDB[0]) + 1
	for i := range req.Data[:n] {
		x = x*1664525 + 1013904223
		req.Data[i] = byte(x >> 24)
	}
}

// take carries out a WRITE of which only part of the data has arrived: the whole blocks.
// Other commands are carried out normally.
func (f *Fault) take(u *unit, req *scsi.Request) (scsi.Result, error) {
	part := *req
	var field []byte
	switch req.CDB[0] {
	case 0x2A:
		field = part.CDB[7:9]
	case 0xAA:
		field = part.CDB[6:10]
	}
	n := max(f.Bytes, 0)
	blocks := 0
	for _, b := range field {
		blocks = blocks<<8 | int(b)
	}
	if blocks == 0 || n >= len(req.Data) {
		return u.execute(req)
	}
	size := len(req.Data) / blocks
	blocks = n / size
	part.Data = req.Data[:blocks*size]
	for i := range field {
		field[i] = byte(blocks >> (8 * (len(field) - 1 - i)))
	}
	res, err := u.execute(&part)
	if err == nil && res.Status == scsi.Good {
		res.N = n
	}
	return res, err
}
