package sim

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// Config says what drive to make. The zero value is a modern drive with an empty
// tray, on the instant clock.
type Config struct {
	Personality Personality // its zero value is the modern drive
	Disc        *Disc       // what lies in the tray; nil for nothing
	Clock       ClockMode
	Factor      float64 // for ClockAccelerated; 0 is 100 times
	Serial      string  // unit serial number; default 0000000000000001
	// MaxTransfer is what Limits says, in bytes; 0 is 128 KiB.
	MaxTransfer int
}

// defaultTransfer is what a generous USB bridge takes.
const defaultTransfer = 128 << 10

func (c *Config) maxTransfer() int {
	if c.MaxTransfer > 0 {
		return c.MaxTransfer
	}
	return defaultTransfer
}

// Drive is a simulated CD-R/CD-RW recorder: a scsi.Transport, and a scsi.Clock
// with the drive's own time. All its methods may be called at any moment and from
// any goroutine; commands are carried out one after the other.
type Drive struct {
	p      Personality
	mode   ClockMode
	clk    clock
	serial string
	most   int // bytes of one command

	cmd sync.Mutex // held while a command is carried out
	mu  sync.Mutex // guards everything below; let go while a command takes its time

	closed bool
	faults []Fault
	err    error // the first violated invariant
	call   call
	owner  string // who has locked the drive
	locks  int    // how often
	epoch  int    // counts power cycles and forced removals, to notice them inside a command

	tray
	unitAttention []sense
	pages         modePages
	blockLength   int // of the block descriptor, if the personality has one
	readKBps      uint16
	speed         Speed // selected write speed
	asked         int   // kB/s that the host asked for; 0 is the fastest

	burn
	busy operation
}

// New makes a drive and switches it on: the first command is answered with unit
// attention, and a disc needs a few seconds to become ready.
func New(cfg Config) *Drive {
	p := cfg.Personality
	if p.Name == "" {
		p = Personality{Name: personalities[0].Name, Settings: p.Settings}
	}
	d := &Drive{p: p, mode: cfg.Clock, clk: newClock(cfg.Clock, cfg.Factor), serial: cfg.Serial, most: cfg.maxTransfer()}
	if d.serial == "" {
		d.serial = "0000000000000001"
	}
	d.buf = newWriteBuffer(d.bufferSize(), d.bufferSize()/2, relinkTime)
	d.mu.Lock()
	defer d.mu.Unlock()
	if cfg.Disc != nil {
		d.place(cfg.Disc)
	}
	d.powerOn()
	return d
}

// Personality is what kind of drive it is.
func (d *Drive) Personality() Personality { return d.p }

// Now is the drive's own time.
func (d *Drive) Now() time.Time { return d.clk.now() }

// Sleep waits by the drive's own time, or until the context ends.
func (d *Drive) Sleep(ctx context.Context, dur time.Duration) error { return d.clk.sleep(ctx, dur) }

// Limits are Config.MaxTransfer, and any alignment.
func (d *Drive) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: d.most, Alignment: 1} }

// Close lets what runs in the background come to its end, as a drive does whose
// host has gone, and refuses further commands. It doesn't close the disc.
func (d *Drive) Close() error {
	d.cmd.Lock()
	defer d.cmd.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.lockDisc()
	d.finishBusy()
	d.abandon()
	if d.disc != nil && d.disc.held == d {
		d.disc.held = nil
	}
	d.unlockDisc()
	d.closed = true
	return d.err
}

// Err is the first violated invariant of drive or disc, nil if all is well. The
// command that broke it was answered 4/44/00.
func (d *Drive) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// call is the command that is being carried out.
type call struct {
	req  *scsi.Request
	cdb  *[16]byte
	n    int   // bytes transferred
	over int   // bytes that didn't fit into the host's buffer
	lost error // why no status can come back
}

// reply sends data to the host: no more than the allocation length and the host's
// buffer allow, which is never an error (SPC-4 4.3.5.6).
func (c *call) reply(b []byte, alloc int) sense {
	b = b[:min(len(b), alloc)]
	c.n = copy(c.req.Data, b)
	c.over = len(b) - c.n
	return senseGood
}

// Do carries out one command. One that takes longer than its Timeout, by the
// drive's time, is carried out all the same, but its status doesn't come back:
// the error matches os.ErrDeadlineExceeded.
func (d *Drive) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if err := ctx.Err(); err != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	d.cmd.Lock()
	defer d.cmd.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.accepts(req); err != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	res, err := d.answer(req)
	if req.Dir == scsi.DataIn {
		clear(req.Data[res.N:]) // a short reply never ends in what lay there before
	}
	return res, err
}

// answer is the command, or the fault that waits for it.
func (d *Drive) answer(req *scsi.Request) (scsi.Result, error) {
	if len(d.faults) > 0 {
		if f, hit := d.dueFault(req); hit {
			return d.faulty(f, req)
		}
	}
	return d.execute(req)
}

// accepts refuses what could not even be put on a bus.
func (d *Drive) accepts(req *scsi.Request) error {
	switch {
	case d.closed:
		return fmt.Errorf("sim: the drive: %w", fs.ErrClosed)
	case req.CDBLen < 6 || req.CDBLen > 16:
		return fmt.Errorf("sim: a CDB of %d bytes: %w", req.CDBLen, fs.ErrInvalid)
	case len(req.Data) > d.most:
		return fmt.Errorf("sim: a transfer of %d bytes: %w", len(req.Data), fs.ErrInvalid)
	}
	return nil
}

// faulty answers with an injected fault.
func (d *Drive) faulty(f Fault, req *scsi.Request) (scsi.Result, error) {
	res := scsi.Result{}
	if f.After {
		var err error
		if res, err = d.execute(req); err != nil || res.Status != scsi.Good {
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
	res.Status, res.Sense = scsi.CheckCondition, f.sense().encode(d.descriptor())
	return res, nil
}

// What a command costs beside what it waits for: bus and firmware.
const (
	commandTime = 100 * time.Microsecond
	byteTime    = 30 * time.Nanosecond
)

// execute carries out one command with d.mu held.
func (d *Drive) execute(req *scsi.Request) (scsi.Result, error) {
	if d.mode == ClockInstant {
		// The other clocks run by themselves while the computer works.
		d.clk.advance(commandTime + time.Duration(len(req.Data))*byteTime)
	}
	c := &d.call
	*c = call{req: req, cdb: &req.CDB}
	begun := d.clk.now()
	d.lockDisc()
	s := d.dispatch(c)
	if err := d.invariants(); err != nil {
		if d.err == nil {
			d.err = fmt.Errorf("sim: after %s: %w", req.Name, err)
		}
		s = senseInternal
	}
	d.unlockDisc()
	c.req, c.cdb = nil, nil
	if c.lost != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: c.lost}
	}
	if req.Timeout > 0 && d.clk.now().Sub(begun) > req.Timeout {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: os.ErrDeadlineExceeded}
	}
	if s.bad() {
		return scsi.Result{Status: scsi.CheckCondition, Sense: s.encode(d.descriptor()), N: c.n}, nil
	}
	return scsi.Result{Status: scsi.Good, N: c.n, Excess: c.over}, nil
}

// invariants proves that drive and disc are consistent. It is asked after every
// command and costs no allocation while all is well.
func (d *Drive) invariants() error {
	if d.disc == nil {
		return nil
	}
	if err := d.disc.st.check(); err != nil {
		return err
	}
	if d.scratch != nil {
		if err := d.scratch.check(); err != nil {
			return fmt.Errorf("while nothing is stored: %w", err)
		}
	}
	if d.writing == 0 {
		return nil
	}
	t := d.current()
	if t == nil || t.State == TrackComplete {
		return fmt.Errorf("%w: data in the buffer for track %d, which is none to write", errBroken, d.writing)
	}
	if d.scratch == nil && t.Recorded > 0 && (!d.disc.c.has(t.next()-1) || d.disc.c.has(t.next())) {
		return fmt.Errorf("%w: track %d isn't recorded up to %d", errBroken, t.Number, t.next())
	}
	return nil
}

// abandon is the end of a track whose host has gone without flushing it: what the
// drive had taken is on the disc, and the track is damaged.
func (d *Drive) abandon() {
	if t := d.current(); t != nil && d.scratch == nil {
		t.Damaged = true
		d.commit()
	}
	d.writing, d.scratch = 0, nil
}

// lockDisc takes the lock of the disc that is in the tray, for as long as a
// command works on it.
func (d *Drive) lockDisc() {
	if d.disc != nil {
		d.disc.mu.Lock()
		d.lockedDisc = d.disc
	}
}

func (d *Drive) unlockDisc() {
	if d.lockedDisc != nil {
		d.lockedDisc.mu.Unlock()
		d.lockedDisc = nil
	}
}

// pass lets time go by inside a command. On clocks that really wait, the drive
// can meanwhile be switched off or opened; then the answer is false and the
// command must end at once.
func (d *Drive) pass(dur time.Duration) bool {
	if dur <= 0 {
		return true
	}
	if d.mode == ClockInstant {
		d.clk.advance(dur)
		return true
	}
	epoch := d.epoch
	d.unlockDisc()
	d.mu.Unlock()
	d.clk.advance(dur)
	d.mu.Lock()
	d.lockDisc()
	return d.epoch == epoch
}

// descriptor says which format sense data have.
func (d *Drive) descriptor() bool { return d.p.DescriptorSense }
