package burn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// Hold is a drive while it belongs to one burn: exclusive against other programs,
// its tray locked, its speed set, the computer awake. Release gives all of it back.
type Hold struct {
	drive *mmc.Drive
	seen  *Witness
	line  *Line
	o     *Options
	note  func(Note)

	taken []func() error // what to take back, in reverse order
	tray  trayState
	since Mark  // when lock and speed were set last
	speed Speed // what the drive took; 0: it doesn't say, or can't choose
}

// trayState is what is known about the tray.
type trayState uint8

const (
	trayFree     trayState = iota // nothing was sent
	trayLocked                    // PREVENT was sent: it may be locked, whatever the answer was
	trayUnlocked                  // the drive doesn't know PREVENT ALLOW MEDIUM REMOVAL
)

// seize takes the drive from other programs and other jobs of this one, and the
// computer from sleep. No command is sent to a drive that another has.
func (h *Hold) seize(ctx context.Context, purpose string) error {
	giveBack, err := claim(h.seen, h.o.ClientName)
	if err != nil {
		return err
	}
	h.later(giveBack)
	if l, ok := scsi.As[scsi.Locker](h.seen); ok {
		err := l.Lock(ctx, h.o.ClientName, h.o.Force)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
		case err != nil:
			return err
		default:
			h.later(l.Unlock)
		}
	}
	if h.o.KeepAwake == nil {
		return nil
	}
	release, err := h.o.KeepAwake(ctx, purpose)
	if err != nil {
		h.note(Note{Kind: NoteMaySleep, Cause: Cause{err}})
	}
	if release != nil {
		h.later(release)
	}
	return nil
}

// later remembers what to take back at the end.
func (h *Hold) later(f func() error) { h.taken = append(h.taken, f) }

// lock keeps the disc in. A drive that can't do that is not an obstacle.
func (h *Hold) lock(ctx context.Context) error {
	if h.tray == trayUnlocked {
		return nil
	}
	h.tray = trayLocked
	err := h.set(ctx, h.drive.Lock)
	// Linux filters the command where the device could only be opened for reading.
	if ClassOf(err) == ClassRefused || errors.Is(err, fs.ErrPermission) {
		h.tray = trayUnlocked
		h.note(Note{Kind: NoteNoTrayLock, Cause: Cause{err}})
		return nil
	}
	return err
}

// set sends a setting by the policy's rules.
func (h *Hold) set(ctx context.Context, do func(context.Context) error) error {
	return h.line.send(ctx, StepSet, sendTries, func(ctx context.Context, _ bool) error { return do(ctx) }, nil)
}

// settings are made sure of before each track: a drive that was reset has lost them,
// and Linux's libata swallows the unit attention of a reset that it made itself.
func (h *Hold) settings(ctx context.Context) error {
	reset := h.seen.Reset(h.since)
	if reset {
		h.note(Note{Kind: NoteReset})
	}
	if err := h.lock(ctx); err != nil {
		return err
	}
	if !reset && h.speed.Known() {
		now, err := h.drive.CurrentWriteSpeed(ctx)
		if err != nil || now.KBps == 0 || now.Speed() == h.speed {
			h.since = h.seen.Now()
			return nil
		}
	}
	if reset || h.speed.Known() {
		if _, err := h.chooseSpeed(ctx); err != nil {
			return err
		}
	}
	h.since = h.seen.Now()
	return nil
}

// chooseSpeed selects the speed nearest to the one asked for. A drive that can't
// choose is not an obstacle.
func (h *Hold) chooseSpeed(ctx context.Context) (Speed, error) {
	var took Speed
	var adjusted Adjustment
	err := h.set(ctx, func(ctx context.Context) (err error) {
		took, adjusted, err = setSpeed(ctx, h.drive, h.o.Speed, h.o.PureCAV)
		return err
	})
	if ClassOf(err) == ClassRefused {
		h.note(Note{Kind: NoteSpeedFixed, Cause: Cause{err}})
		return took, nil
	}
	if err != nil {
		return took, err
	}
	if h.o.Speed.Known() && adjusted&SpeedAdjusted != 0 && took.Known() {
		h.note(Note{Kind: NoteSpeedDiffers, Want: h.o.Speed.SectorsPerSecond(), Got: took.SectorsPerSecond()})
	}
	h.speed = took
	return took, nil
}

// reload ejects the disc and loads it again. The tray has to be free for that.
func (h *Hold) reload(ctx context.Context) error {
	if err := h.unlock(ctx); err != nil {
		return err
	}
	if err := h.drive.Reload(ctx); err != nil {
		return err
	}
	return h.lock(ctx)
}

// unlockTries is how often the tray is unlocked before giving up: the command
// changes nothing when it comes twice, and a drive that stays locked is a nuisance
// until it is switched off.
const unlockTries = 4

// unlock lets the tray go, and is not put off by the first error.
func (h *Hold) unlock(ctx context.Context) error {
	var err error
	for try := range unlockTries {
		if try > 0 && ClassOf(err) == ClassBusy {
			_ = h.line.pause(ctx, eventEvery)
		}
		if err = h.drive.Unlock(ctx); err == nil {
			return nil
		}
	}
	if h.tray == trayUnlocked && (ClassOf(err) == ClassRefused || errors.Is(err, fs.ErrPermission)) {
		return nil
	}
	return fmt.Errorf("the tray stays locked: %w", err)
}

// release gives everything back, and opens the tray if eject says so. The tray is
// never opened while the drive may still be writing lead-in or lead-out.
func (h *Hold) release(ctx context.Context, eject bool) error {
	var errs []error
	if h.tray != trayFree {
		err := h.unlock(ctx)
		h.tray = trayFree
		errs = append(errs, err)
		if eject && err == nil {
			if err := h.eject(ctx); err != nil {
				h.note(Note{Kind: NoteNotEjected, Cause: Cause{err}})
			}
		}
	}
	for i := len(h.taken) - 1; i >= 0; i-- {
		errs = append(errs, h.taken[i]())
	}
	h.taken = nil
	return errors.Join(errs...)
}

// ejectPatience is how long the drive may still be busy before the tray stays shut.
const ejectPatience = 10 * time.Second

func (h *Hold) eject(ctx context.Context) error {
	if err := h.drive.WaitIdle(ctx, mmc.WaitOptions{Timeout: ejectPatience}); err != nil {
		return err
	}
	return h.drive.Eject(ctx)
}
