package redbook

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
)

// Blank erases the CD-RW in a drive. With nil opts it erases every sector, which takes as
// long as a burn; mmc.BlankMinimal erases the table of contents in a minute or two. The
// error matches burn.ErrNotErasable for any other disc.
func Blank(ctx context.Context, d *Drive, opts *burn.BlankOptions) (burn.Report, error) {
	if err := given(d, true); err != nil {
		return burn.Report{}, err
	}
	o := burn.BlankOptions{}
	if opts != nil {
		o = *opts
	}
	o.KeepAwake = d.awake(o.KeepAwake)
	d.changed = !o.Eject
	return engine.Blank(ctx, d.drive, &o)
}

// Close closes the disc in a drive that Options.NoClose, a cancel or a crash left open,
// so that CD players can play it. It first ends an incomplete track. opts may be nil. The
// error matches burn.ErrNothingToClose if the disc is closed already.
//
// Drive.Close, in contrast, releases the drive.
func Close(ctx context.Context, d *Drive, opts *burn.CloseOptions) (burn.Report, error) {
	if err := given(d, true); err != nil {
		return burn.Report{}, err
	}
	o := burn.CloseOptions{}
	if opts != nil {
		o = *opts
	}
	o.KeepAwake = d.awake(o.KeepAwake)
	d.changed = !o.Eject
	return tao.CloseDisc(ctx, d.drive, &o)
}

// Eject unlocks and opens the tray. A locked tray doesn't mean that the disc is in use: on
// Linux, udev locks it as soon as a disc is inserted (cdrom_id --lock-media), and a killed
// program may leave it locked. A persistent lock is removed too (MMC-5 6.14).
//
// The error is the drive's (*scsi.SenseError, *scsi.TransportError). If the tray stays locked,
// it is joined with that of unlocking.
func (d *Drive) Eject(ctx context.Context) error {
	if err := given(d, true); err != nil {
		return err
	}
	unlocked := unit.Unlock(ctx, d.drive)
	if errors.Is(unlocked, scsi.KeyUnitAttention) { // reported instead of unlocking
		unlocked = unit.Unlock(ctx, d.drive)
	}
	err := unit.Eject(ctx, d.drive)
	if errors.Is(err, asc.MediumRemovalPrevented) {
		forced := command.PreventAllowMediumRemoval{Persistent: true}.Do(ctx, d.drive.Transport())
		if forced == nil {
			return unit.Eject(ctx, d.drive)
		}
		err = errors.Join(err, unlocked)
	}
	return err
}

// Load closes the tray and waits until the disc is ready. The error matches scsi.ASC(0x3A)
// for an empty tray, mmc.ErrCannotLoad for a drive that can't pull the disc in, as in laptops,
// mmc.ErrNotReady if the disc didn't become ready in time, or is the drive's
// (*scsi.SenseError, *scsi.TransportError).
func (d *Drive) Load(ctx context.Context) error {
	if err := given(d, true); err != nil {
		return err
	}
	return unit.Load(ctx, d.drive)
}

// Info is what a drive reports about itself and the disc in it.
type Info struct {
	Drive  mmc.InquiryData
	TAO    mmc.TAOSupport
	SAO    mmc.SAOSupport
	Speeds []mmc.WriteSpeed
	Disc   disc.Disc
	Empty  bool    // the drive has no disc
	Errs   []error // errors of questions that the drive didn't answer; their fields are zero
}

// Info asks a drive for its capabilities and its disc. An empty drive is not an error, and
// questions that the drive doesn't answer are in Info.Errs. The error is why the disc can't
// be examined, or matches burn.ErrCanceled; Info.Drive is set in any case.
func (d *Drive) Info(ctx context.Context) (Info, error) {
	if err := given(d, true); err != nil {
		return Info{}, err
	}
	i := Info{Drive: d.drive.Inquiry()}
	var err error
	i.Disc, err = inspect.Look(ctx, d.drive, nil)
	if i.Empty = noDisc(err); err != nil && !i.Empty {
		return i, categorized(withReason(err, &i.Disc), nil)
	}
	asker := inspect.Asker{Drive: d.drive}
	ask := func(what string, question func(ctx context.Context) error) {
		if err := asker.Ask(ctx, question); err != nil {
			i.Errs = append(i.Errs, fmt.Errorf("%s: %w", what, err))
		}
	}
	ask("what it can write", func(ctx context.Context) (err error) { i.TAO, err = unit.CanTAO(ctx, d.drive); return err })
	ask("whether it writes session-at-once", func(ctx context.Context) (err error) { i.SAO, err = unit.CanSAO(ctx, d.drive); return err })
	ask("its speeds", func(ctx context.Context) (err error) { i.Speeds, err = unit.WriteSpeeds(ctx, d.drive); return err })
	return i, categorized(ctx.Err(), nil)
}

// withReason adds to an error of inspect.Look why the drive did not become ready, unless that
// is the error.
func withReason(err error, on *disc.Disc) error {
	if on.NotReady == nil || errors.Is(err, on.NotReady) {
		return err
	}
	return errors.Join(err, on.NotReady)
}

// noDisc reports whether the cause of an error is that the drive is empty.
func noDisc(err error) bool {
	return errors.Is(err, burn.ErrNoMedia) || errors.Is(err, asc.FamilyMediumNotPresent)
}
