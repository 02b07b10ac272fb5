package sim

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/scsi"
)

// errDropped is the cause of the *scsi.TransportError of a command that a Fault dropped.
var errDropped = errors.New("sim: the command was dropped")

// errPowerLost is the cause of the *scsi.TransportError of a command during which the
// drive lost power.
var errPowerLost = errors.New("sim: the drive lost power")

// The kinds of faults.
const (
	faultSense       = "sense"
	faultDrop        = "drop"
	faultTimeout     = "timeout"
	faultBusy        = "busy"
	faultTaskSetFull = "task-set-full"
	faultConflict    = "conflict"
	faultGood        = "good"
	faultShort       = "short"
	faultTake        = "take"
	faultGarbage     = "garbage"
	faultReset       = "reset"
	faultQuietReset  = "quiet-reset"
)

// faultKinds are the words that Fault.Kind may be besides "".
var faultKinds = []string{
	faultSense, faultDrop, faultTimeout, faultBusy, faultTaskSetFull, faultConflict,
	faultGood, faultShort, faultTake, faultGarbage, faultReset, faultQuietReset,
}

// Fault is an error injected into commands of one kind. The zero value of each field is
// what most tests need: the next such command fails once, before it takes effect, with a
// write error.
type Fault struct {
	Opcode byte // which command; 0 is TEST UNIT READY
	Any    bool // every command counts, whatever Opcode is
	Nth    int  // the n-th such command from now; 0 and 1 are the next
	Count  int  // how many in a row fail; 0 is one, negative is all
	// Kind is what happens to the command:
	//   - "sense", or "": CHECK CONDITION with Key, ASC and ASCQ
	//   - "drop": no status comes back; the error is a *scsi.TransportError
	//   - "timeout": the same, and the error matches os.ErrDeadlineExceeded
	//   - "busy": the status BUSY, without sense data (SAM-5 5.3.1)
	//   - "task-set-full": the status TASK SET FULL
	//   - "conflict": the status RESERVATION CONFLICT
	//   - "good": GOOD with all bytes transferred, and no effect unless After is set
	//   - "short": GOOD, but at most Bytes of the data are reported as transferred
	//   - "take": only Bytes of a WRITE's data reach the drive, which records the whole
	//     blocks among them
	//   - "garbage": GOOD, with noise instead of the reply
	//   - "reset": the drive is reset (Drive.Reset) and then gets the command
	//   - "quiet-reset": the same, and another program has received the unit attention
	Kind     string
	Key      byte // sense key; Key, ASC and ASCQ all 0 mean 3/0C/00
	ASC      byte // additional sense code
	ASCQ     byte // additional sense code qualifier
	Deferred bool // the sense data are those of an earlier command (71h)
	Bytes    int  // for "short" and "take"
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
// due is used. It panics if Kind is a word that Fault doesn't document, or if a field is set
// that the kind doesn't use.
func (d *Drive) AddFault(f Fault) {
	if f.Kind == "" {
		f.Kind = faultSense
	}
	if err := f.check(); err != nil {
		panic(err)
	}
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

// check returns an error for a fault that means something else than its fields suggest: a
// test with it would pass for the wrong reason.
func (f *Fault) check() error {
	switch {
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("sim: Fault.Kind is %q and may be %s", f.Kind, strings.Join(faultKinds, ", "))
	case f.Kind != faultSense && (f.Key != 0 || f.ASC != 0 || f.ASCQ != 0 || f.Deferred):
		return fmt.Errorf("sim: a Fault of kind %q has no sense data", f.Kind)
	case f.Kind != faultShort && f.Kind != faultTake && f.Bytes != 0:
		return fmt.Errorf("sim: a Fault of kind %q has no Bytes", f.Kind)
	case f.Key > 0x0F:
		return fmt.Errorf("sim: Fault.Key is %02Xh; a sense key has four bits", f.Key)
	}
	return nil
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
	if f.Kind == faultTake && !f.After {
		return f.take(u, req)
	}
	if f.Kind == faultReset || f.Kind == faultQuietReset {
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
	case faultTimeout:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: os.ErrDeadlineExceeded}
	case faultDrop:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: errDropped}
	case faultBusy:
		return scsi.Result{Status: scsi.Busy}, nil
	case faultTaskSetFull:
		return scsi.Result{Status: scsi.TaskSetFull}, nil
	case faultConflict:
		return scsi.Result{Status: scsi.ReservationConflict}, nil
	case faultGood:
		return res, nil
	case faultShort, faultTake:
		res.N = min(res.N, max(f.Bytes, 0))
		return res, nil
	case faultGarbage:
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
	if f.Kind == faultQuietReset {
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
