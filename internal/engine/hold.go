package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// hold is a drive held by one burn: exclusive access, tray locked, speed set, computer awake.
// release undoes all of it.
type hold struct {
	drive *mmc.Drive
	seen  *witness
	line  *line
	o     *burn.Options
	note  func(burn.Note)

	taken []func() error // undo functions, run in reverse order
	tray  trayState
	lost  bool      // the drive has lost its settings without reporting a reset
	since mark      // when lock and speed were last set
	speed mmc.Speed // the speed that the drive set; 0: not reported, or fixed
	pick  choice
}

// trayState is what a job did with the tray.
type trayState uint8

const (
	trayUntouched trayState = iota // nothing was sent, or everything was undone
	trayLocked                     // PREVENT was sent: the tray may be locked, whatever the reply
	trayNoLock                     // the drive doesn't support PREVENT ALLOW MEDIUM REMOVAL
	trayFreed                      // it was unlocked at the end: it may be opened
)

// seize takes exclusive access to the drive, also against other jobs of this program, and
// keeps the computer awake. It sends no command to a drive that is in use.
func (h *hold) seize(ctx context.Context, purpose string) error {
	if err := CheckClientName(h.o.ClientName); err != nil {
		return err
	}
	releaseClaim, err := claim(h.seen, h.o.ClientName)
	if err != nil {
		return err
	}
	h.later(releaseClaim)
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
	release, err := h.keepAwake(ctx, purpose)
	if err != nil {
		h.note(burn.Note{Kind: notekind.MaySleep, Cause: burn.Cause{Err: err}})
	}
	if release != nil {
		h.later(func() (err error) {
			defer recovered("the release of Options.KeepAwake", &err)
			return release()
		})
	}
	return nil
}

// keepAwake calls the program's hook. A panic is an error like any other: the drive must not
// stay locked, and the report must not be lost.
func (h *hold) keepAwake(ctx context.Context, purpose string) (release func() error, err error) {
	defer recovered("Options.KeepAwake", &err)
	return h.o.KeepAwake(ctx, purpose)
}

// recovered, deferred, makes a panic an error.
func recovered(what string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s panicked: %v", what, p)
	}
}

// later adds an undo function for release.
func (h *hold) later(f func() error) { h.taken = append(h.taken, f) }

// lock locks the tray. It returns nil for a drive that can't.
func (h *hold) lock(ctx context.Context) error {
	if h.tray == trayNoLock {
		return nil
	}
	h.tray = trayLocked
	err := h.set(ctx, func(ctx context.Context) error { return unit.Lock(ctx, h.drive) })
	// Linux filters the command if the device could only be opened for reading.
	if ClassOf(err) == ClassRefused || errors.Is(err, fs.ErrPermission) {
		h.tray = trayNoLock
		h.note(burn.Note{Kind: notekind.NoTrayLock, Cause: burn.Cause{Err: err}})
		return nil
	}
	return err
}

// set sends a setting and applies the policy.
func (h *hold) set(ctx context.Context, do func(context.Context) error) error {
	return h.line.send(ctx, StepSet, sendTries, func(ctx context.Context, _ bool) error { return do(ctx) }, nil)
}

// settings restores lock and speed before a track if they may be lost: a drive that was reset
// has lost them, and Linux's libata hides the unit attention of a reset that it made itself.
func (h *hold) settings(ctx context.Context) error {
	reset := h.seen.Reset(h.since) || h.lost
	h.lost = false
	if reset {
		h.note(burn.Note{Kind: notekind.Reset})
	}
	if err := h.lock(ctx); err != nil {
		return err
	}
	if !reset && h.speed.Known() {
		now, err := unit.CurrentWriteSpeed(ctx, h.drive)
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

// chooseSpeed selects the requested speed. A fixed speed of the drive is only noted.
func (h *hold) chooseSpeed(ctx context.Context) (mmc.Speed, error) {
	var took mmc.Speed
	var adjusted burn.Adjustment
	err := h.set(ctx, func(ctx context.Context) (err error) {
		took, adjusted, err = setSpeed(ctx, h.drive, h.o.Speed, h.o.PureCAV, h.pick)
		return err
	})
	if ClassOf(err) == ClassRefused {
		h.note(burn.Note{Kind: notekind.SpeedFixed, Cause: burn.Cause{Err: err}})
		return took, nil
	}
	if err != nil {
		return took, err
	}
	if h.o.Speed.Known() && adjusted&burn.SpeedAdjusted != 0 && took.Known() {
		h.note(burn.Note{Kind: notekind.SpeedDiffers, Want: h.o.Speed.SectorsPerSecond(), Got: took.SectorsPerSecond()})
	}
	h.speed = took
	return took, nil
}

// reload ejects the disc and loads it again. The tray must be unlocked.
func (h *hold) reload(ctx context.Context) error {
	if err := h.unlock(ctx); err != nil {
		return err
	}
	if err := unit.Reload(ctx, h.drive); err != nil {
		return err
	}
	return h.lock(ctx)
}

// unlockTries is how often unlocking the tray is tried. Repeating the command is harmless,
// and a drive that stays locked remains so until it is switched off.
const unlockTries = 4

// unlock unlocks the tray and retries after an error.
func (h *hold) unlock(ctx context.Context) error {
	var err error
	for try := range unlockTries {
		if try > 0 && ClassOf(err) == ClassBusy {
			_ = h.line.clock.Sleep(ctx, eventEvery)
		}
		if err = unit.Unlock(ctx, h.drive); err == nil {
			return nil
		}
	}
	if h.tray == trayNoLock && (ClassOf(err) == ClassRefused || errors.Is(err, fs.ErrPermission)) {
		return nil
	}
	return fmt.Errorf("the tray stays locked: %w", err)
}

// free unlocks the tray if it may be locked.
func (h *hold) free(ctx context.Context) error {
	if h.tray == trayUntouched || h.tray == trayFreed {
		return nil
	}
	err := h.unlock(ctx)
	if h.tray = trayFreed; err != nil {
		h.tray = trayUntouched // there is nothing else to try
	}
	return err
}

// open opens the tray if it was freed, but not while the drive may still be writing lead-in or
// lead-out.
func (h *hold) open(ctx context.Context) {
	if h.tray != trayFreed {
		return
	}
	if err := h.eject(ctx); err != nil {
		h.note(burn.Note{Kind: notekind.NotEjected, Cause: burn.Cause{Err: err}})
	}
}

// release undoes everything.
func (h *hold) release(ctx context.Context) error {
	errs := []error{h.free(ctx)}
	h.tray = trayUntouched
	for i := len(h.taken) - 1; i >= 0; i-- {
		errs = append(errs, h.taken[i]())
	}
	h.taken = nil
	return errors.Join(errs...)
}

// ejectPatience is how long release waits for a busy drive before it leaves the tray
// closed.
const ejectPatience = 10 * time.Second

func (h *hold) eject(ctx context.Context) error {
	now := h.seen.Now()
	if err := unit.WaitIdle(ctx, h.drive, unit.WaitOptions{Timeout: ejectPatience}); err != nil {
		return err
	}
	if err := h.seen.Failed(now); err != nil {
		return err // the audio is read back first
	}
	return unit.Eject(ctx, h.drive)
}
