package sim

import (
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// unit is the logical unit that a host talks to: its parts, and everything that concerns
// several of them.
type unit struct {
	*core
	call    call
	replies int // with data, since the drive was made

	status   status
	tray     tray
	identity identity
	spindle  spindle
	modes    modes
	power    calibrator
	recorder recorder
	writer   writer
	finisher finisher
	eraser   eraser
	reader   reader
	informer informer
}

// newUnit puts a drive together.
func newUnit(c *core) *unit {
	u := &unit{core: c}
	u.status.core, u.tray.core, u.identity.core, u.spindle.core = c, c, c, c
	u.modes = modes{core: c, spindle: &u.spindle, tray: &u.tray, writer: &u.recorder}
	u.power = calibrator{core: c, recorder: &u.recorder}
	u.recorder = recorder{
		core: c, status: &u.status, spindle: &u.spindle, modes: &u.modes, power: &u.power,
		buf: newWriteBuffer(c.bufferSize(), c.bufferSize()/2, relinkTime),
	}
	u.recorder.crash = u.reset
	u.recorder.tao.recorder, u.recorder.sao.recorder = &u.recorder, &u.recorder
	u.writer = writer{core: c, status: &u.status, recorder: &u.recorder}
	u.informer = informer{core: c, modes: &u.modes, recorder: &u.recorder}
	u.finisher = finisher{
		core: c, status: &u.status, spindle: &u.spindle, modes: &u.modes, recorder: &u.recorder, informer: &u.informer,
	}
	u.eraser = eraser{core: c, status: &u.status, spindle: &u.spindle, recorder: &u.recorder}
	u.reader = reader{core: c, recorder: &u.recorder}
	return u
}

// moved ends a waiting command: without a status if the power is gone.
func (u *unit) moved(cause error) {
	u.epoch++
	u.call.lost = cause
}

// reset is what power-on and reset have in common.
func (u *unit) reset() {
	u.status.reset()
	u.modes.reset()
	u.tray.reset()
	u.spindle.reset()
}

// hardReset is Drive.Reset with mu held.
func (u *unit) hardReset() {
	u.moved(errReset)
	u.lockDisc()
	defer u.unlockDisc()
	u.settle()
	u.recorder.interrupt()
	u.reset()
}

// settle updates the drive to now: what ended since the last command has ended.
func (u *unit) settle() {
	now := u.clk.now()
	if u.tray.settle(now) {
		u.power.done = false
		u.spindle.choose()
		u.status.attention(senseMediumChanged)
	}
	u.status.settle(now)
	u.recorder.settle(now)
}

// The time of a command besides its waits: bus and firmware.
const (
	commandTime = 100 * time.Microsecond
	byteTime    = 30 * time.Nanosecond
)

// execute carries out one command with mu held.
func (u *unit) execute(req *scsi.Request) (scsi.Result, error) {
	if u.mode == clockInstant {
		// The other clocks run by themselves while the computer works.
		u.clk.advance(commandTime + time.Duration(len(req.Data))*byteTime)
	}
	c := &u.call
	*c = call{req: req, cdb: &req.CDB}
	begun := u.clk.now()
	u.lockDisc()
	s := u.dispatch(c)
	if err := u.invariants(); err != nil {
		s = u.broke(fmt.Errorf("sim: after %s: %w", req.Name, err))
	}
	u.unlockDisc()
	c.req, c.cdb = nil, nil
	if c.lost != nil {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: c.lost}
	}
	if req.Timeout > 0 && u.clk.now().Sub(begun) > req.Timeout {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: os.ErrDeadlineExceeded}
	}
	if s.busy {
		return scsi.Result{Status: scsi.Busy}, nil
	}
	if s.bad() {
		return scsi.Result{Status: scsi.CheckCondition, Sense: s.encode(u.descriptor()), N: c.n}, nil
	}
	if req.Dir == scsi.DataIn {
		u.bridge(req.Data[:c.n])
	}
	return scsi.Result{Status: scsi.Good, N: c.n, Excess: c.over}, nil
}

// bridge is a USB bridge that ends a transfer four bytes short and puts the status wrapper
// there.
func (u *unit) bridge(reply []byte) {
	if u.p.TailEvery == 0 || len(reply) < 8 {
		return
	}
	if u.replies++; u.replies%u.p.TailEvery == 0 {
		copy(reply[len(reply)-4:], "USBS")
	}
}

// invariants checks that drive and disc are consistent. It is called after every command
// and doesn't allocate while they are.
func (u *unit) invariants() error {
	if u.disc == nil {
		return nil
	}
	if err := u.disc.st.check(); err != nil {
		return err
	}
	if u.scratch != nil {
		if err := u.scratch.check(); err != nil {
			return fmt.Errorf("while nothing is stored: %w", err)
		}
	}
	if !u.recorder.writing() || u.recorder.inSession() {
		return nil
	}
	t := u.recorder.current()
	if t == nil || t.State == trackComplete {
		return fmt.Errorf("%w: data in the buffer for track %d, which is none to write", errBroken, u.recorder.track)
	}
	if u.scratch == nil && t.Recorded > 0 && (!u.disc.c.has(t.next()-1) || u.disc.c.has(t.next())) {
		return fmt.Errorf("%w: track %d isn't recorded up to %d", errBroken, t.Number, t.next())
	}
	return nil
}

// dispatch applies the rules that all commands share, once and in one order, and
// carries the command out.
func (u *unit) dispatch(c *call) sense {
	u.settle()
	row := commands[c.cdb[0]]
	if row == nil || u.missing(c.cdb[0]) {
		return senseOpcode
	}
	// SCSI-2 hosts put the logical unit number into bits 7-5 of byte 1.
	if row.mask[1]&0xE0 == 0 && c.cdb[1]&0xE0 != 0 {
		return senseLUN
	}
	if row.flags&allowAttention == 0 && len(u.status.attentions) > 0 {
		return u.status.popAttention()
	}
	if s := row.stray(c); s.bad() {
		return s
	}
	if row.dir != c.req.Dir && c.req.Dir != scsi.NoData && len(c.req.Data) > 0 {
		return senseDataPhase
	}
	if row.flags&needsMedium != 0 {
		if s := u.notReady(); s.bad() {
			return s
		}
		if u.p.ReadyEarly && row.flags&informs != 0 && u.clk.now().Sub(u.readyAt) < spinUpTime {
			return senseBecomingReady
		}
	}
	if u.p.ImmedSays != "" && row.immed != 0 && c.cdb[1]&row.immed != 0 {
		return senseOf(u.p.ImmedSays)
	}
	if s := u.status.busyFor(row, c.cdb[0], u.recorder.burning()); s.bad() {
		return s
	}
	if row.flags&reportsDeferred != 0 && u.status.deferred.bad() {
		return u.status.popDeferred()
	}
	s := row.run(u, c)
	if u.p.ModesChanged && row.flags&sets != 0 && !s.bad() {
		u.status.attention(senseModesChanged)
	}
	return s
}

// missing reports whether this drive lacks a command.
func (u *unit) missing(op byte) bool {
	if slices.Contains(u.p.Lacks, int(op)) {
		return true
	}
	switch op {
	case 0x46, 0x4A:
		return u.p.NoConfiguration
	case 0xAC:
		return u.p.NoPerformance
	case 0xB6:
		return u.p.NoConfiguration || u.p.Features == cdFeatures // it came with MMC-3
	case 0x5C:
		return u.p.NoBufferCapacity
	case 0x5D:
		return u.p.Sheets == sheetsUnknown
	case 0x53:
		return u.p.Reserve == reserveRefused
	}
	return false
}

// nothing is for commands that are accepted without effect.
func (u *unit) nothing(*call) sense { return senseGood }

// testUnitReady is TEST UNIT READY (SPC-4 6.47): the rules in dispatch do everything.
func (u *unit) testUnitReady(*call) sense {
	if u.p.NeverReady {
		return senseNotReadyWhy
	}
	return senseGood
}
