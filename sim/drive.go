package sim

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// Config describes the drive to make. The zero value is a modern drive with an empty
// tray, on the instant clock.
type Config struct {
	Personality Personality // the zero value is the modern drive
	Disc        *Disc       // disc in the tray; nil for none. Another drive that holds it ejects it
	// Clock is how the drive's time runs. In any case a burn takes as long by the drive's
	// clock (Now) as it would on a real drive:
	//   - "instant", or "": it advances only when someone waits, by Sleep or inside a
	//     command, and then immediately: a burn runs at memory speed
	//   - "accelerated": faster than real time, for hosts that sleep without the drive's
	//     clock, such as a kernel
	//   - "real": the computer's time (or the fake one of testing/synctest)
	Clock  string
	Factor float64 // how many times faster "accelerated" is; 0 is 100
	Serial string  // unit serial number; default 0000000000000001
	// MaxTransfer is the limit that Limits returns, in bytes; 0 is 128 KiB.
	MaxTransfer int
}

// defaultTransfer is the limit of a good USB bridge.
const defaultTransfer = 128 << 10

func (c *Config) maxTransfer() int {
	if c.MaxTransfer > 0 {
		return c.MaxTransfer
	}
	return defaultTransfer
}

// Drive is a simulated CD-R/CD-RW recorder: a scsi.Transport, a scsi.Clock with the drive's
// own time, and a scsi.Locker. All methods are safe for concurrent use; commands are carried out one
// after the other.
type Drive struct {
	core
	unit *unit
	most int // bytes of one command

	cmd    sync.Mutex // held while a command is carried out; what follows is guarded by core.mu
	closed bool
	faults faults
	owner  owner
}

// New makes a drive and switches it on: the first command is answered with unit
// attention, and a disc needs a few seconds to become ready. It panics if a field of Config
// or Settings is a word that isn't documented there.
func New(cfg Config) *Drive {
	p := cfg.Personality
	if cfg.Clock == "" {
		cfg.Clock = clockInstant
	}
	if err := errors.Join(p.check(), checkClock(cfg.Clock)); err != nil {
		panic(err)
	}
	if p.Name == "" {
		p = Personality{Name: personalities[0].Name, Settings: p.Settings}
	}
	d := &Drive{most: cfg.maxTransfer()}
	d.p, d.mode, d.clk, d.serial = p, cfg.Clock, newClock(cfg.Clock, cfg.Factor), cfg.Serial
	if d.serial == "" {
		d.serial = "0000000000000001"
	}
	d.unit = newUnit(&d.core)
	for cfg.Disc != nil && !cfg.Disc.take(d) {
		cfg.Disc.leave()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if cfg.Disc != nil {
		d.unit.tray.place(cfg.Disc)
	}
	d.unit.reset()
	d.unit.tray.spinUp(spinUpTime)
	d.unit.tray.prevent = p.TrayLocked
	return d
}

// Personality returns the drive's personality.
func (d *Drive) Personality() Personality { return d.p }

// Now returns the drive's time (scsi.Clock).
func (d *Drive) Now() time.Time { return d.clk.now() }

// Sleep waits by the drive's own time, or until the context ends (scsi.Clock).
func (d *Drive) Sleep(ctx context.Context, dur time.Duration) error { return d.clk.sleep(ctx, dur) }

// Limits returns Config.MaxTransfer (scsi.Transport). A buffer may lie at any address.
func (d *Drive) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: d.most, Alignment: 1} }

// Close lets background operations complete, like a drive whose host has gone, and
// refuses further commands. It doesn't close the disc.
func (d *Drive) Close() error {
	d.cmd.Lock()
	defer d.cmd.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.lockDisc()
	d.unit.status.finish()
	d.unit.recorder.abandon()
	if d.disc != nil && d.disc.held == d {
		d.disc.held = nil
	}
	d.unlockDisc()
	d.closed = true
	return d.err
}

// Err returns the first violated invariant of drive or disc, or nil. The command that
// broke it was answered 4/44/00.
func (d *Drive) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Do carries out one command. If it takes longer than its Timeout, by the drive's time, it
// is still carried out, but its status doesn't come back: the error matches
// os.ErrDeadlineExceeded.
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
	res, err := d.faults.answer(d.unit, req)
	if req.Dir == scsi.DataIn {
		clear(req.Data[res.N:]) // a short reply must not be followed by old buffer contents
	}
	return res, err
}

// accepts rejects what could not even be put on a bus.
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
