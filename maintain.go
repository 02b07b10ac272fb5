package redbook

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
)

// Blank erases the CD-RW in a drive. opts may be nil: then every sector is erased, which
// takes as long as a burn; mmc.BlankMinimal erases the table of contents in a minute or
// two. The error matches burn.ErrNotErasable for another disc.
func Blank(ctx context.Context, d *Drive, opts *burn.BlankOptions) (Report, error) {
	o := burn.BlankOptions{}
	if opts != nil {
		o = *opts
	}
	o.KeepAwake = d.awake(o.KeepAwake)
	d.changed = !o.Eject
	return burn.Blank(ctx, d.drive, &o)
}

// Close closes the disc in a drive that Options.NoClose, a cancel or a crash left open, so
// that players play it. A track that is unfinished is ended first. opts may be nil. The
// error matches burn.ErrNothingToClose where all is closed.
//
// Drive.Close gives the drive back instead.
func Close(ctx context.Context, d *Drive, opts *burn.CloseOptions) (Report, error) {
	o := burn.CloseOptions{}
	if opts != nil {
		o = *opts
	}
	o.KeepAwake = d.awake(o.KeepAwake)
	d.changed = !o.Eject
	return tao.CloseDisc(ctx, d.drive, &o)
}

// Eject opens the tray. udev locks the tray as soon as a disc is in it (cdrom_id
// --lock-media), and so does any program that was killed, so a locked tray is the usual
// case and not a sign that someone needs the disc. A drive that can't be locked rejects
// the unlocking: what counts is whether the tray opens.
//
// A persistent lock has to be removed as such (MMC-5 6.14); few programs set one.
func (d *Drive) Eject(ctx context.Context) error {
	unlocked := d.drive.Unlock(ctx)
	if errors.Is(unlocked, scsi.KeyUnitAttention) { // reported instead of unlocking
		unlocked = d.drive.Unlock(ctx)
	}
	err := d.drive.Eject(ctx)
	if errors.Is(err, scsi.CodeMediumRemovalPrevented) {
		forced := mmc.PreventAllowMediumRemoval{Persistent: true}.Do(ctx, d.drive.Transport())
		if forced == nil {
			return d.drive.Eject(ctx)
		}
		err = errors.Join(err, unlocked)
	}
	return err
}

// Load closes the tray. Slim drives can't.
func (d *Drive) Load(ctx context.Context) error { return d.drive.Load(ctx) }

// Info is what a drive reports about itself and the disc in it.
type Info struct {
	Drive  mmc.InquiryData
	TAO    mmc.TAOSupport
	SAO    mmc.SAOSupport
	Speeds []mmc.WriteSpeed
	Disc   disc.Disc
	Empty  bool    // there is no disc in the drive
	Errs   []error // questions about the drive that it doesn't answer; their fields are zero
}

// Info asks a drive what it can do and what is in it. An empty drive is no error.
func (d *Drive) Info(ctx context.Context) (Info, error) {
	i := Info{Drive: d.drive.Inquiry()}
	var err error
	i.Disc, err = disc.Look(ctx, d.drive, nil)
	if i.Empty = noDisc(err); err != nil && !i.Empty {
		return i, errors.Join(err, i.Disc.NotReady)
	}
	asker := disc.Asker{Drive: d.drive}
	ask := func(what string, question func(ctx context.Context) error) {
		if err := asker.Ask(ctx, question); err != nil {
			i.Errs = append(i.Errs, fmt.Errorf("%s: %w", what, err))
		}
	}
	ask("what it can write", func(ctx context.Context) (err error) { i.TAO, err = d.drive.CanTAO(ctx); return err })
	ask("whether it writes session-at-once", func(ctx context.Context) (err error) { i.SAO, err = d.drive.CanSAO(ctx); return err })
	ask("its speeds", func(ctx context.Context) (err error) { i.Speeds, err = d.drive.WriteSpeeds(ctx); return err })
	return i, ctx.Err()
}

// noDisc reports whether the trouble is that nothing is in the drive.
func noDisc(err error) bool {
	return errors.Is(err, burn.ErrNoMedia) || errors.Is(err, scsi.FamilyMediumNotPresent)
}
