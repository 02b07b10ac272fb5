package sim

import (
	"errors"
	"os"

	"github.com/redbook-audio/redbook/scsi"
)

// ErrDropped is behind the *scsi.TransportError of a command that a Fault made
// vanish on the way.
var ErrDropped = errors.New("sim: the command was dropped")

// ErrPowerLost is behind the *scsi.TransportError of a command during which the
// drive lost power.
var ErrPowerLost = errors.New("sim: the drive lost power")

// Fault is something that goes wrong with commands of one kind. The zero value
// of each field means what most tests want: the next such command, once, before
// it takes effect, with a write error.
type Fault struct {
	Opcode   byte // which command; see AnyOpcode
	Any      bool // every command counts, whatever its opcode
	Nth      int  // the n-th such command from now; 0 and 1 are the next
	Count    int  // how many in a row fail; 0 is one, negative all from then on
	Key      byte // sense key; Key, ASC and ASCQ all 0 mean 3/0C/00
	ASC      byte
	ASCQ     byte
	Deferred bool // as an error of an earlier command (71h)
	// Drop loses the command: no status comes back, and the transport says so.
	Drop bool
	// Timeout loses it in silence: the error is os.ErrDeadlineExceeded, as if the
	// host had waited in vain.
	Timeout bool
	// Busy ends it with the status BUSY and no sense data (SAM-5 5.3.1).
	Busy bool
	// After lets the command take effect first: only its status is lost or wrong.
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

// AddFault makes a fault wait for its command. Several may wait; the first that
// is due is taken.
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

// ClearFaults forgets every fault that waits.
func (d *Drive) ClearFaults() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = nil
}

// faults are the faults that wait for their commands.
type faults []Fault

// answer is the command, or the fault that waits for it.
func (w *faults) answer(u *unit, req *scsi.Request) (scsi.Result, error) {
	if len(*w) > 0 {
		if f, hit := w.due(req); hit {
			return f.answer(u, req)
		}
	}
	return u.execute(req)
}

// due counts the command and gives the fault that hits it.
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

// answer is what a host gets instead of the true answer.
func (f *Fault) answer(u *unit, req *scsi.Request) (scsi.Result, error) {
	res := scsi.Result{}
	if f.After {
		var err error
		if res, err = u.execute(req); err != nil || res.Status != scsi.Good {
			return res, err
		}
	}
	switch {
	case f.Timeout:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: os.ErrDeadlineExceeded}
	case f.Drop:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: ErrDropped}
	case f.Busy:
		return scsi.Result{Status: scsi.Busy}, nil
	}
	res.Status, res.Sense = scsi.CheckCondition, f.sense().encode(u.descriptor())
	return res, nil
}
