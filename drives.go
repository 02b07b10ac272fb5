package redbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi/host"
)

// DriveInfo describes a drive of this computer and its disc.
type DriveInfo struct {
	host.Info // Path is the name for Open

	Disc  disc.Disc
	Empty bool  // the drive has no disc
	Err   error // why the drive could not be examined; nil if Disc or Empty is known
}

// ErrInUse matches DriveInfo.Err of a drive that was sent no command because another
// program uses it or its disc is mounted.
var ErrInUse = errors.New("the drive is in use")

// Drives lists the drives of this computer with their discs. It sends no command to a
// drive that is in use. The error matches errors.ErrUnsupported on systems without drive
// support.
func Drives(ctx context.Context) ([]DriveInfo, error) { return (&Opener{}).Drives(ctx) }

// Drives lists the drives like the function Drives, with the Opener's System and Client.
func (o *Opener) Drives(ctx context.Context) ([]DriveInfo, error) {
	found, err := o.system().List(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for CD drives: %w", categorized(err, burn.ErrNoDrive))
	}
	list := make([]DriveInfo, len(found))
	for i := range found {
		list[i].Info = found[i]
		if len(found[i].Mounts) > 0 || len(found[i].Holders) > 0 {
			list[i].Err = ErrInUse
			continue
		}
		list[i].Err = o.lookInto(ctx, &list[i])
	}
	return list, nil
}

// lookTime is how long a drive may take to recognize a disc that was just inserted.
const lookTime = 10 * time.Second

// lookInto examines a drive's disc, and asks for the drive's name if the system doesn't
// know it. It opens the drive exclusively: a drive in use must not be disturbed, and its
// user isn't always visible.
func (o *Opener) lookInto(ctx context.Context, in *DriveInfo) (err error) {
	t, err := o.system().Open(ctx, in.Path, &host.Options{Look: true, Wait: -1, Client: o.client()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	drive, err := mmc.Open(ctx, t)
	if err != nil {
		return err
	}
	if name := drive.Inquiry(); in.Vendor == "" && in.Model == "" {
		in.Vendor, in.Model, in.Revision = name.Vendor, name.Product, name.Revision
	}
	in.Disc, err = inspect.Look(ctx, drive, &inspect.LookOptions{ReadyTimeout: lookTime, Patience: lookTime})
	switch {
	case noDisc(err):
		in.Empty = true
		return nil
	case err == nil && errors.Is(in.Disc.NotReady, asc.BecomingReady):
		return in.Disc.NotReady
	}
	return err
}
