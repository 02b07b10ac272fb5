package scsitest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/redbook-audio/redbook/scsi"
)

// Rule says which commands fail, when and how. Its zero value lets the very first
// command fail with a transport error.
type Rule struct {
	// Match chooses commands; nil chooses all. It may look at everything in the
	// Request and must not keep it. See Opcode.
	Match func(req *scsi.Request) bool
	// Skip is how many of the chosen commands pass unharmed before the fault: n-1
	// to hit the nth.
	Skip int
	// Sticky makes every chosen command fail from then on; without it the fault
	// happens once.
	Sticky bool
	// After lets the Transport underneath carry the command out first, so that the
	// fault reported belongs to something that has happened all the same. Without
	// it the command never gets there.
	After bool
	// Fault is what comes back.
	Fault Fault
}

// Opcode is a Match for one or several opcodes.
func Opcode(ops ...byte) func(*scsi.Request) bool {
	return func(req *scsi.Request) bool { return slices.Contains(ops, req.Opcode()) }
}

// Fault is what a command gets instead of its true result. Make one with
// SenseFault, StatusFault, TransportFault or ShortFault; the zero value is
// TransportFault(scsi.SentUnknown, nil).
type Fault struct {
	kind   faultKind
	status scsi.Status
	sense  []byte
	sent   scsi.Sent
	err    error
	n      int
}

type faultKind uint8

const (
	faultTransport faultKind = iota
	faultStatus
	faultShort
)

// ErrFault is the cause of a transport fault for which none was given.
var ErrFault = errors.New("injected fault")

// SenseFault is CHECK CONDITION with these sense data: see FixedSense and
// DescriptorSense, or take the bytes of a real drive.
func SenseFault(sense []byte) Fault {
	return Fault{kind: faultStatus, status: scsi.CheckCondition, sense: slices.Clone(sense)}
}

// StatusFault is a status without sense data, such as scsi.Busy.
func StatusFault(status scsi.Status) Fault { return Fault{kind: faultStatus, status: status} }

// TransportFault means that no status comes back. With scsi.SentNo it makes sense
// only in a Rule without After. A nil err becomes ErrFault.
func TransportFault(sent scsi.Sent, err error) Fault {
	return Fault{kind: faultTransport, sent: sent, err: err}
}

// ShortFault lets only n bytes through, or fewer if fewer came, whatever the status.
// In a Rule without After the status is GOOD and the bytes are zeros.
func ShortFault(n int) Fault { return Fault{kind: faultShort, n: max(n, 0)} }

// Faults is a decorator that makes commands fail by rules. The first rule that
// applies to a command decides. Rules may be added while commands run.
type Faults struct {
	inner scsi.Transport

	mu       sync.Mutex
	rules    []*rule
	commands int
	fired    int
}

type rule struct {
	Rule
	seen  int // chosen commands so far
	spent bool
}

// NewFaults makes a Faults of t.
func NewFaults(t scsi.Transport, rules ...Rule) *Faults {
	f := &Faults{inner: t}
	for _, r := range rules {
		f.Add(r)
	}
	return f
}

// Add puts a rule behind those that there are. It counts commands from now on.
func (f *Faults) Add(r Rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = append(f.rules, &rule{Rule: r})
}

// Clear takes all rules away; the counters stay.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = nil
}

// Commands is how many commands have come by.
func (f *Faults) Commands() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.commands
}

// Fired is how many of them got a fault.
func (f *Faults) Fired() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

// Unwrap gives the Transport underneath.
func (f *Faults) Unwrap() scsi.Transport { return f.inner }

// Limits are those of the Transport underneath.
func (f *Faults) Limits() scsi.Limits { return f.inner.Limits() }

// Close closes the Transport underneath.
func (f *Faults) Close() error { return f.inner.Close() }

// Do passes the command on or lets it fail. A command whose context has ended is
// neither counted nor harmed.
func (f *Faults) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if ctx.Err() != nil {
		return f.inner.Do(ctx, req)
	}
	r, ok := f.choose(req)
	if !ok {
		return f.inner.Do(ctx, req)
	}
	res := scsi.Result{N: len(req.Data)}
	if r.After {
		var err error
		if res, err = f.inner.Do(ctx, req); err != nil {
			return res, err // worse than what was asked for, and true
		}
	} else if req.Dir == scsi.DataIn {
		clear(req.Data)
	}
	return r.Fault.result(req, res)
}

// choose counts the command for every rule, and gives a copy of the first that
// applies. A rule that comes too late for this command has still seen it.
func (f *Faults) choose(req *scsi.Request) (Rule, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands++
	var chosen *rule
	for _, r := range f.rules {
		if r.spent || (r.Match != nil && !r.Match(req)) {
			continue
		}
		r.seen++
		if chosen == nil && r.seen > r.Skip {
			chosen, r.spent = r, !r.Sticky
		}
	}
	if chosen == nil {
		return Rule{}, false
	}
	f.fired++
	return chosen.Rule, true
}

// result makes the faulty answer; honest is what the device said, or GOOD with
// everything transferred if it was not asked.
func (f Fault) result(req *scsi.Request, honest scsi.Result) (scsi.Result, error) {
	n := 0
	if f.kind == faultShort {
		n = min(f.n, honest.N)
	}
	if req.Dir == scsi.DataIn {
		clear(req.Data[n:])
	}
	switch f.kind {
	case faultShort:
		honest.N = n
		return honest, nil
	case faultStatus:
		return scsi.Result{Status: f.status, Sense: slices.Clone(f.sense)}, nil
	}
	err := f.err
	if err == nil {
		err = ErrFault
	}
	return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: f.sent, Err: err}
}
