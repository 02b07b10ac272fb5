package scsitest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/redbook-audio/redbook/scsi"
)

// Rule selects which commands fail, when and how. Its zero value makes the first
// command fail with a transport error.
type Rule struct {
	// Match selects commands; nil selects all. It may read everything in the Request
	// and must not keep it. See Opcode.
	Match func(req *scsi.Request) bool
	// Skip is how many selected commands pass before the fault: n-1 for the nth.
	Skip int
	// Sticky makes every selected command fail from then on; without it the fault fires
	// once.
	Sticky bool
	// After lets the Transport underneath carry out the command first: the reported
	// fault then follows a command that took effect. Otherwise the command never reaches
	// it.
	After bool
	// Fault is the faulty result.
	Fault Fault
}

// Opcode returns a Match for one or several opcodes.
func Opcode(ops ...byte) func(*scsi.Request) bool {
	return func(req *scsi.Request) bool { return slices.Contains(ops, req.CDB[0]) }
}

// Fault replaces the true result of a command. Make one with SenseFault, StatusFault,
// TransportFault, ShortFault, GoodFault, DataFault, GarbageFault or TakeFault; the zero
// value is TransportFault(scsi.SentUnknown, nil).
type Fault struct {
	kind   faultKind
	status scsi.Status
	sense  []byte // or the data of DataFault
	sent   scsi.Sent
	err    error
	n      int
	seed   uint64
}

type faultKind uint8

const (
	faultTransport faultKind = iota
	faultStatus
	faultShort
	faultData
	faultGarbage
	faultTake
)

// ErrFault is the default cause of a transport fault.
var ErrFault = errors.New("injected fault")

// SenseFault is CHECK CONDITION with these sense data: see FixedSense and
// DescriptorSense, or use the bytes of a real drive.
func SenseFault(sense []byte) Fault {
	return Fault{kind: faultStatus, status: scsi.CheckCondition, sense: slices.Clone(sense)}
}

// StatusFault is a status without sense data, such as scsi.Busy.
func StatusFault(status scsi.Status) Fault { return Fault{kind: faultStatus, status: status} }

// TransportFault returns no status. With scsi.SentNo it makes sense only in a Rule
// without After. A nil err becomes ErrFault.
func TransportFault(sent scsi.Sent, err error) Fault {
	return Fault{kind: faultTransport, sent: sent, err: err}
}

// ShortFault reports at most n bytes as transferred, whatever the status. In a Rule
// without After the status is GOOD and the bytes are zeros. With After and data-out the
// device received everything, and only the residual is wrong: see TakeFault.
func ShortFault(n int) Fault { return Fault{kind: faultShort, n: max(n, 0)} }

// GoodFault is GOOD with all bytes transferred. In a Rule without After the command had
// no effect, and data-in is zeros.
func GoodFault() Fault { return Fault{kind: faultShort, n: math.MaxInt} }

// DataFault is GOOD with these bytes as data-in, cut off at the end of the buffer: a
// reply of another drive, or REQUEST SENSE data with a deferred error. Data-out is as
// with GoodFault.
func DataFault(data []byte) Fault { return Fault{kind: faultData, sense: slices.Clone(data)} }

// GarbageFault is GOOD with noise in the whole buffer (with After: in the bytes that the
// device transferred); the same seed makes the same noise. Data-out is as with GoodFault.
func GarbageFault(seed uint64) Fault { return Fault{kind: faultGarbage, seed: seed} }

// TakeFault passes only the first n bytes of data-out to the device and reports n in
// Result.N, like a bridge that lost the rest. The device is asked to carry out what
// arrived: the whole blocks of a WRITE(10) or WRITE(12). In a Rule with After it is
// ShortFault. A command without data-out isn't changed.
func TakeFault(n int) Fault { return Fault{kind: faultTake, n: max(n, 0)} }

// Faults is a decorator that makes commands fail by rules. The first rule that applies
// to a command decides. Rules may be added while commands run.
type Faults struct {
	inner scsi.Transport

	mu       sync.Mutex
	rules    []*rule
	commands int
	fired    int
}

type rule struct {
	Rule
	seen  int // selected commands so far
	spent bool
}

// NewFaults returns a Faults around t.
func NewFaults(t scsi.Transport, rules ...Rule) *Faults {
	f := &Faults{inner: t}
	for _, r := range rules {
		f.Add(r)
	}
	return f
}

// Add appends a rule. It counts commands from now on.
func (f *Faults) Add(r Rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = append(f.rules, &rule{Rule: r})
}

// Clear removes all rules; the counters stay.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = nil
}

// Commands returns how many commands were passed to Do.
func (f *Faults) Commands() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.commands
}

// Fired returns how many commands got a fault.
func (f *Faults) Fired() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

// Unwrap returns the Transport underneath.
func (f *Faults) Unwrap() scsi.Transport { return f.inner }

// Limits returns those of the Transport underneath.
func (f *Faults) Limits() scsi.Limits { return f.inner.Limits() }

// Close closes the Transport underneath.
func (f *Faults) Close() error { return f.inner.Close() }

// Do passes the command on or makes it fail. A command whose context has ended is
// neither counted nor changed.
func (f *Faults) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if ctx.Err() != nil {
		return f.inner.Do(ctx, req)
	}
	r, ok := f.choose(req)
	if !ok {
		return f.inner.Do(ctx, req)
	}
	if r.Fault.kind == faultTake && !r.After {
		return take(ctx, f.inner, req, r.Fault.n)
	}
	res := scsi.Result{N: len(req.Data)}
	if r.After {
		var err error
		if res, err = f.inner.Do(ctx, req); err != nil {
			return res, err // worse than the requested fault, and real
		}
	} else if req.Dir == scsi.DataIn {
		clear(req.Data)
	}
	return r.Fault.result(req, res)
}

// choose counts the command for every rule, and returns a copy of the first that
// applies. Later rules count it too.
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

// result makes the faulty result; honest is the device's result, or GOOD with
// everything transferred if the device wasn't asked.
func (f Fault) result(req *scsi.Request, honest scsi.Result) (scsi.Result, error) {
	n := 0
	switch f.kind {
	case faultShort, faultTake:
		n = min(f.n, honest.N)
	case faultGarbage, faultData:
		n = honest.N
	}
	if req.Dir == scsi.DataIn {
		n = f.fill(req.Data, n)
		clear(req.Data[n:])
	}
	switch f.kind {
	case faultShort, faultTake:
		honest.N = n
		return honest, nil
	case faultGarbage, faultData:
		return scsi.Result{N: n}, nil
	case faultStatus:
		return scsi.Result{Status: f.status, Sense: slices.Clone(f.sense)}, nil
	}
	err := f.err
	if err == nil {
		err = ErrFault
	}
	return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: f.sent, Err: err}
}

// fill replaces the first n bytes with those of the fault, and returns their number.
func (f Fault) fill(p []byte, n int) int {
	switch f.kind {
	case faultData:
		return copy(p, f.sense)
	case faultGarbage:
		r := rand.New(rand.NewPCG(f.seed, 0))
		for i := range p[:n] {
			p[i] = byte(r.Uint32())
		}
	}
	return n
}

// take sends a command with only the first n bytes of its data-out.
func take(ctx context.Context, t scsi.Transport, req *scsi.Request, n int) (scsi.Result, error) {
	if req.Dir != scsi.DataOut || n >= len(req.Data) {
		return t.Do(ctx, req)
	}
	part := *req
	part.Data = req.Data[:n]
	var field []byte // number of blocks
	switch req.CDB[0] {
	case 0x2A: // WRITE(10)
		field = part.CDB[7:9]
	case 0xAA: // WRITE(12)
		field = part.CDB[6:10]
	}
	if blocks := number(field); blocks > 0 {
		size := len(req.Data) / blocks
		blocks = n / size
		part.Data = req.Data[:blocks*size]
		for i := range field {
			field[i] = byte(blocks >> (8 * (len(field) - 1 - i)))
		}
	}
	res, err := t.Do(ctx, &part)
	if err == nil {
		res.N = n
	}
	return res, err
}

// number decodes a big-endian number.
func number(b []byte) (n int) {
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return n
}
