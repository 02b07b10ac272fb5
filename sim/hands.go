package sim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errReset is the cause of the *scsi.TransportError of a command that Reset cut off.
var errReset = errors.New("sim: the drive was reset")

// Insert puts a disc into the tray and closes it, like a user. The drive needs a few
// seconds until the disc is ready. It is an error if the tray holds a disc, or another drive
// holds this one.
func (d *Drive) Insert(disc *Disc) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.disc != nil {
		return errors.New("sim: insert: the drive already holds a disc")
	}
	if !disc.take(d) {
		return errors.New("sim: insert: another drive already holds the disc")
	}
	d.unit.moved(nil)
	d.unit.tray.place(disc)
	return nil
}

// Eject opens the tray by force, even if it is locked, and removes the disc; it returns
// nil if there is none. A track being written is damaged.
func (d *Drive) Eject() *Disc {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unit.moved(nil)
	disc := d.disc
	if disc != nil {
		d.lockDisc()
		d.unit.settle()
		d.unit.recorder.interrupt()
		if disc.held == d {
			disc.held = nil
		}
		d.unlockDisc()
		d.unit.tray.happened(eventRemoval)
	}
	d.disc, d.mechanism, d.seen = nil, trayOpen, nil
	d.unit.spindle.reset()
	return disc
}

// PressEject presses the button of the drive. It opens the tray unless the tray is locked
// or the drive is busy; then the drive only reports the request to the host.
func (d *Drive) PressEject() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lockDisc()
	defer d.unlockDisc()
	d.unit.settle()
	if d.unit.tray.locked() || d.unit.status.busy.running() || d.unit.recorder.writing() {
		d.unit.tray.happened(eventEjectRequest)
		return
	}
	if d.mechanism == trayOpen {
		d.unit.tray.in()
	} else {
		d.unit.openTray()
	}
}

// PowerCycle switches the drive off and on again. A track being written is damaged; the
// disc stays in the tray.
func (d *Drive) PowerCycle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unit.moved(errPowerLost)
	d.lockDisc()
	d.unit.settle()
	d.unit.recorder.interrupt()
	d.unlockDisc()
	d.unit.reset()
	d.unit.tray.spinUp(spinUpTime)
}

// Reset is what a host adapter does to a drive that no longer answers: a hard reset
// (SAM-5 6.3.2), by a bus reset or LOGICAL UNIT RESET. Commands and background work end,
// mode pages return to their defaults, the tray is unlocked, and unit attention 6/29/00
// is pending. A track being written is damaged, as after PowerCycle, but the disc keeps
// turning and stays recognized.
func (d *Drive) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unit.hardReset()
}

// NexusLoss disconnects the host for good (I_T nexus loss, SAM-5 6.3.4): a tray lock of
// the host ends unless it is persistent (SPC-4 6.18). A track that the host was writing
// stays open, since it may return.
func (d *Drive) NexusLoss() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unit.tray.prevent = false
}

// TrayOpen reports whether the tray is open.
func (d *Drive) TrayOpen() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mechanism == trayOpen
}

// Disc returns the disc in the tray, open or closed, or nil.
func (d *Drive) Disc() *Disc {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.disc
}

// Settle waits, by the drive's time, until nothing runs in the background, and then makes
// the disc's file durable: its state is kept even if the computer loses power. The error
// is the context's, or why the file can't be written.
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

// background updates the drive to now, between two commands, and returns how long the
// background operations will take.
func (d *Drive) background() (left time.Duration, disc *Disc) {
	d.cmd.Lock()
	defer d.cmd.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lockDisc()
	defer d.unlockDisc()
	d.unit.settle()
	if d.unit.status.busy.running() {
		left = d.unit.status.busy.end.Sub(d.clk.now())
	}
	return left, d.disc
}
