package sweep

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// mode selects the commands that a fault hits.
type mode uint8

const (
	once       mode = iota // this command
	opcode                 // this opcode from then on
	everything             // everything from then on
)

var modeNames = [...]string{"once", "op", "all"}

func (m mode) String() string { return modeNames[m] }

// fault is a kind of failure at a command.
type fault struct {
	op   byte
	nth  int // occurrence of op, 1..
	kind *kind
	arg  int // of the kind: a length
	mode mode
	// harm is the WRITE, counted from 1, whose last sector is recorded as silence: a
	// deferred write error reports it.
	harm int
}

// command is one command of a clean run.
type sentCommand struct {
	looked bool // the job has identified its disc
	op     byte
	nth    int
	dir    scsi.Direction
	n      int    // bytes that were transferred
	writes int    // WRITEs before it
	at     lba    // of a WRITE
	blocks int    // of a WRITE
	alike  uint32 // of commands in the same state and with the same answer only one point in this many is run; 0 and 1 mean all
}

// maxCommands ends a job that never ends: an hour of polling twice a second takes fewer.
const maxCommands = 400_000

// errEndless is the panic that ends it.
var errEndless = errors.New("the job sends commands endlessly")

// injector sits between the engine and the drive. It causes the faults, and records the
// truth about every WRITE.
type injector struct {
	drive  *sim.Drive
	faults []fault
	seen   [256]int
	hit    []bool // faults that have begun
	fired  int
	at     stage // the progress of the job at the first fault
	begun  int   // tracks begun by then
	count  int
	armed  bool

	ledger   ledger
	record   bool
	trace    []sentCommand
	cancelAt *fault // where the job is canceled
	cancel   func()
	hurry    func()    // the second Ctrl-C
	lowest   lba       // of the WRITEs that a fault hit
	changed  bool      // the drive was commanded to record, close or erase something
	other    state     // of swapped, before
	swapped  *sim.Disc // the disc that was inserted instead
	deferred bool      // a deferred write error was reported after a WRITE or CLOSE
	failure  bool      // the drive reported that something was not recorded
}

func (i *injector) Unwrap() scsi.Transport { return i.drive }
func (i *injector) Limits() scsi.Limits    { return i.drive.Limits() }
func (i *injector) Close() error           { return i.drive.Close() }

// Do passes a command on, or applies a fault to it.
func (i *injector) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if !i.armed || ctx.Err() != nil {
		return i.drive.Do(ctx, req)
	}
	if i.count++; i.count > maxCommands {
		panic(errEndless)
	}
	op := req.CDB[0]
	i.seen[op]++
	i.ledger.notice(req)
	i.interrupt(op)
	f := i.choose(req)
	var res scsi.Result
	var err error
	x := exchange{ctx: ctx, req: req, i: i}
	if f == nil {
		res, err = x.honest()
	} else {
		if i.fired++; i.fired == 1 {
			i.at, i.begun = i.ledger.stage, i.ledger.begun
		}
		if op == opWrite {
			i.lowest = min(i.lowest, addressOf(req))
		}
		res, err = f.kind.do(&x, f)
	}
	i.observe(req, res, err)
	switch {
	case op == opWrite:
		i.ledger.written(req, x.taken, answerOf(req, res, err), fullBuffer(res, err))
	case op == opTrackInfo && err == nil && res.Status == scsi.Good:
		i.ledger.told++
	}
	if i.record {
		i.keep(req, res)
	}
	return res, err
}

// interrupt is Ctrl-C, once or twice, at a command.
func (i *injector) interrupt(op byte) {
	c := i.cancelAt
	if c == nil || c.op != op || c.nth != i.seen[op] {
		return
	}
	i.cancel()
	if c.kind == hurryKind {
		i.hurry()
	}
}

// choose returns the fault that hits the command.
func (i *injector) choose(req *scsi.Request) *fault {
	op := req.CDB[0]
	var due *fault
	for n := range i.faults {
		f := &i.faults[n]
		hit := f.op == op && f.nth == i.seen[op]
		switch {
		case hit:
			i.hit[n] = true
		case !i.hit[n] || f.mode == once || f.mode == opcode && f.op != op:
			continue
		case f.kind.fits != nil && !f.kind.fits(sentCommand{op: op, dir: req.Dir, n: len(req.Data), writes: i.seen[opWrite]}):
			continue
		}
		if due == nil {
			due = f
		}
	}
	return due
}

// observe notes the drive's reports to the host: errors of earlier commands, and failed
// writes.
func (i *injector) observe(req *scsi.Request, res scsi.Result, err error) {
	sense := res.Sense
	if err == nil && res.Status == scsi.Good {
		sense = nil // left over from an earlier command
		if req.CDB[0] == opRequestSense {
			sense = req.Data[:max(min(res.N, len(req.Data)), 0)]
		}
	}
	if err != nil || len(sense) == 0 {
		return
	}
	s, parseErr := scsi.ParseSense(sense)
	if parseErr != nil || s.Key == scsi.KeyRecoveredError || s.Key == scsi.KeyNoSense {
		return
	}
	if s.Deferred && i.ledger.stage >= stageWrite {
		i.deferred = true
	}
	// Only these are certain: any other error may have come too late to matter, and the
	// disc decides.
	if s.Deferred || s.Code.ASC() == 0x0C {
		i.failure = true
	}
}

// keep records a clean run.
func (i *injector) keep(req *scsi.Request, res scsi.Result) {
	c := sentCommand{op: req.CDB[0], nth: i.seen[req.CDB[0]], dir: req.Dir, n: res.N, writes: i.seen[opWrite]}
	if c.op == opWrite {
		c.writes--
		c.at, c.blocks = addressOf(req), blocksOf(req)
	}
	i.trace = append(i.trace, c)
}

// exchange is one command in progress.
type exchange struct {
	ctx   context.Context
	req   *scsi.Request
	i     *injector
	taken int // blocks of a WRITE that the drive accepted
}

// honest passes the command to the drive.
func (x *exchange) honest() (scsi.Result, error) {
	data := x.req.Data
	if x.req.CDB[0] == opWrite && x.i.harmed() {
		data = append([]byte(nil), data...)
		clear(data[max(len(data)-sectorSize, 0):])
	}
	return x.send(data)
}

// send is honest with other data.
func (x *exchange) send(data []byte) (scsi.Result, error) {
	own := x.req.Data
	x.req.Data = data
	res, err := x.i.drive.Do(x.ctx, x.req)
	x.req.Data = own
	if err == nil && res.Status == scsi.Good {
		if x.req.CDB[0] == opWrite {
			x.taken = blocksOf(x.req)
		}
		x.i.changed = x.i.changed || changes(x.req.CDB[0])
	}
	return res, err
}

// harmed reports whether this WRITE loses its last sector.
func (i *injector) harmed() bool {
	for _, f := range i.faults {
		if f.harm > 0 && f.harm == i.seen[opWrite] {
			return true
		}
	}
	return false
}
