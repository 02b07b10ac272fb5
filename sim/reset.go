package sim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrReset is behind the *scsi.TransportError of a command that Reset cut off.
var ErrReset = errors.New("sim: the drive was reset")

// Reset is what a host adapter does to a drive that no longer answers: a hard reset
// (SAM-5 6.3.2), by a bus reset or LOGICAL UNIT RESET. Commands and background work
// end, mode pages have their defaults again, the tray is unlocked, and unit attention
// 6/29/00 waits. A track that is being written is damaged, as after PowerCycle; but
// the disc goes on turning and is known.
func (d *Drive) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.moved(ErrReset)
	d.lockDisc()
	defer d.unlockDisc()
	d.settle()
	d.interrupt()
	d.defaults()
}

// NexusLoss is a host that has gone for good (I_T nexus loss, SAM-5 6.3.4): the tray
// that it has locked, though not persistently, isn't locked any more (SPC-4 6.18). A
// track that it was writing stays open, for it may come back.
func (d *Drive) NexusLoss() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.prevent = false
}

// defaults is what power-on and reset have in common.
func (d *Drive) defaults() {
	d.unitAttention = append(d.unitAttention[:0], sensePowerOn)
	d.pages, d.blockLength = defaultPages(&d.p), 2048
	d.prevent, d.persistent, d.events = false, false, nil
	d.deferred, d.busy = senseGood, operation{}
	d.resetSpeed()
}

// Settle waits, by the drive's time, until nothing runs in the background any more,
// and then makes the disc's file durable: what it says is true from then on, even if
// the computer loses power. The error is the context's, or why the file can't be
// written.
func (d *Drive) Settle(ctx context.Context) error {
	for {
		left, disc := d.background()
		if left <= 0 {
			if disc == nil {
				return nil
			}
			return disc.sync()
		}
		if err := d.Sleep(ctx, left); err != nil {
			return fmt.Errorf("sim: settle: %w", err)
		}
	}
}

// background brings the drive up to now, between two commands, and says how long
// what runs will go on.
func (d *Drive) background() (left time.Duration, disc *Disc) {
	d.cmd.Lock()
	defer d.cmd.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lockDisc()
	defer d.unlockDisc()
	d.settle()
	if d.busy.running() {
		left = d.busy.end.Sub(d.clk.now())
	}
	return left, d.disc
}
