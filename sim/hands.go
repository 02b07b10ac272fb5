package sim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrDiscInDrive matches the error of Insert when a disc is in the way.
var ErrDiscInDrive = errors.New("there is a disc in the drive already")

// ErrReset is behind the *scsi.TransportError of a command that Reset cut off.
var ErrReset = errors.New("sim: the drive was reset")

// Insert puts a disc into the tray and closes it, as a hand does. The drive needs
// a few seconds until the disc is ready. A disc that lies in a drive already, or a
// tray that holds one, is an error that matches ErrDiscInDrive.
func (d *Drive) Insert(disc *Disc) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.disc != nil {
		return fmt.Errorf("sim: insert: %w", ErrDiscInDrive)
	}
	disc.mu.Lock()
	taken := disc.held != nil
	disc.mu.Unlock()
	if taken {
		return fmt.Errorf("sim: insert: the disc lies in another drive: %w", ErrDiscInDrive)
	}
	d.unit.moved(nil)
	disc.take(d)
	d.unit.tray.place(disc)
	return nil
}

// Eject opens the tray by force, whether it is locked or not, and takes the disc
// out; nil if there is none. A track that is being written is damaged.
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

// PressEject is the button at the drive: it opens the tray, unless the tray is
// locked or the drive is busy; then it only asks the host to do it.
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

// PowerCycle switches the drive off and on again. A track that is being written
// is damaged; the disc stays in the tray.
func (d *Drive) PowerCycle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unit.moved(ErrPowerLost)
	d.lockDisc()
	d.unit.settle()
	d.unit.recorder.interrupt()
	d.unlockDisc()
	d.unit.reset()
	d.unit.tray.spinUp(spinUpTime)
}

// Reset is what a host adapter does to a drive that no longer answers: a hard reset
// (SAM-5 6.3.2), by a bus reset or LOGICAL UNIT RESET. Commands and background work
// end, mode pages have their defaults again, the tray is unlocked, and unit attention
// 6/29/00 waits. A track that is being written is damaged, as after PowerCycle; but
// the disc goes on turning and is known.
func (d *Drive) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unit.moved(ErrReset)
	d.lockDisc()
	defer d.unlockDisc()
	d.unit.settle()
	d.unit.recorder.interrupt()
	d.unit.reset()
}

// NexusLoss is a host that has gone for good (I_T nexus loss, SAM-5 6.3.4): the tray
// that it has locked, though not persistently, isn't locked any more (SPC-4 6.18). A
// track that it was writing stays open, for it may come back.
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

// Disc is the disc in the tray, open or closed, or nil.
func (d *Drive) Disc() *Disc {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.disc
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
	d.unit.settle()
	if d.unit.status.busy.running() {
		left = d.unit.status.busy.end.Sub(d.clk.now())
	}
	return left, d.disc
}
