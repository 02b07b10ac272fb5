package main

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/power"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

// hostSystem is what this program needs of the operating system's drives. Tests have
// one of their own.
type hostSystem struct {
	list    func() ([]host.Info, error)
	open    func(ctx context.Context, path string, opts *host.Options) (scsi.Transport, error)
	unmount func(ctx context.Context, path string) error
	rescan  func(ctx context.Context, path string) error // host.Rescan; nil does nothing
	// standby reports that a long burn may be cut short; nil for never.
	standby func() bool
}

// realHost is this computer.
var realHost = hostSystem{
	list: host.List,
	open: func(ctx context.Context, path string, opts *host.Options) (scsi.Transport, error) {
		d, err := host.Open(ctx, path, opts)
		if err != nil {
			return nil, err
		}
		return d, nil
	},
	unmount: host.Unmount,
	rescan:  host.Rescan,
	standby: power.LimitedByStandby,
}

func (a *app) host() *hostSystem {
	if a.hooks.host != nil {
		return a.hooks.host
	}
	return &realHost
}

const simAdvice = "A simulated drive needs no hardware: --device sim:first.disc"

// openHost opens a real drive for oneself. A mounted disc stands in the way of that:
// whoever only looks then looks on beside it, and for others it is unmounted if
// they say so.
func (a *app) openHost(ctx context.Context, name string, mode openMode) (scsi.Transport, error) {
	h := a.host()
	opts := host.Options{Client: clientName, Look: lookBeside && mode&justLook != 0}
	t, err := h.open(ctx, name, &opts)
	mounted, ok := errors.AsType[*host.MountedError](err)
	switch {
	case ok && a.flags.unmount:
		if err := h.unmount(ctx, name); err != nil {
			return nil, hostError(name, err)
		}
		at := "in " + name
		if len(mounted.Mounts) > 0 {
			at = "at " + strings.Join(mounted.Mounts, ", ")
		}
		a.note("The disc %s is unmounted.", at)
		t, err = h.open(ctx, name, &opts)
	case ok && mode&justLook != 0:
		opts.Shared = true
		t, err = h.open(ctx, name, &opts)
	}
	if err != nil {
		return nil, hostError(name, err)
	}
	a.opened(t, mode)
	return t, nil
}

// opened tells what a person should know of a drive that was just opened.
func (a *app) opened(t scsi.Transport, mode openMode) {
	if d, ok := t.(interface {
		Path() string
		Requested() string
	}); ok && d.Path() != d.Requested() {
		a.note("%s is the same drive as %s, which is used in its place: only that keeps other programs away.", d.Requested(), d.Path())
	}
	if d, ok := t.(interface{ Warnings() []string }); ok && mode&justLook == 0 {
		for _, w := range d.Warnings() {
			a.warn("%s", w)
		}
	}
}

// rescanTime is how long a desktop is given to look at a disc that was written.
const rescanTime = 5 * time.Second

// rescan has the system look at the disc that a command has changed, so that a desktop
// doesn't go on showing a blank disc. The drive has been given back before. Nothing
// depends on it, so an error is only for who wants to know everything.
func (a *app) rescan(ctx context.Context, d *device) {
	if d.simulated || !d.changed || a.host().rescan == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rescanTime)
	defer cancel()
	if err := a.host().rescan(ctx, d.name); err != nil && a.flags.verbose > 1 {
		a.note("The desktop may show the disc as it was: %v", err)
	}
}

// warnOfReaders names the programs that have the drive open beside us, before something
// is written: nothing else is harmed by them.
func (a *app) warnOfReaders(d *device) {
	t, ok := scsi.As[interface{ Holders() []host.Holder }](d.drive.Transport())
	if !ok {
		return
	}
	if readers := t.Holders(); len(readers) > 0 {
		a.warn("%s is also open in %s: a program that reads from the drive meanwhile can ruin the disc. Close it first.",
			d.name, holderNames(readers))
	}
}

// warnOfStandby says before a burn on a real drive that the computer may fall asleep
// during it.
func (a *app) warnOfStandby(d *device) {
	if standby := a.host().standby; !d.simulated && standby != nil && standby() {
		a.warn("this computer runs on battery, and Windows then ends every program's request to stay awake " +
			"five minutes after the sleep timeout. Plug it in, or set the timeout to never until the burn is done.")
	}
}

// clientName is how others see who has the drive.
const clientName = "redbook"

// lookBeside says that a look needs no exclusive use. On Windows whoever has a drive
// keeps others out by himself; elsewhere only a drive that can be had alone is free.
const lookBeside = runtime.GOOS == "windows"

// hostError says why a drive can't be had, and what helps. Package host names the
// cure of what is about permissions, and who has a drive that is in use.
func hostError(name string, err error) error {
	_, mounted := errors.AsType[*host.MountedError](err)
	switch {
	case errors.Is(err, context.Canceled):
		return fail(exitCancelled, "", "cancelled before anything was done")
	case errors.Is(err, errors.ErrUnsupported):
		return fail(exitNoDrive, simAdvice, "%s: this build reaches only simulated drives (sim:FILE): %w", name, err)
	case mounted:
		return fail(exitNoDrive, "Or add --unmount to this command.", "%w", err)
	case errors.Is(err, scsi.ErrLocked):
		return fail(exitNoDrive, "Wait until it is done, or end it.", "%w", err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, host.ErrNotOptical):
		return fail(exitNoDrive, "redbook drives lists the drives there are.", "%w", err)
	}
	return fail(exitNoDrive, "", "%w", err)
}

// onlyDrive chooses the drive when nobody named one: the only one there is.
func (a *app) onlyDrive() (string, error) {
	drives, err := a.host().list()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return "", fail(exitNoDrive, simAdvice, "no CD burner was found (this build reaches only simulated drives)")
	case err != nil:
		return "", fail(exitNoDrive, simAdvice, "looking for CD burners: %w", err)
	case len(drives) == 0:
		return "", fail(exitNoDrive, simAdvice, "no CD burner was found")
	case len(drives) == 1:
		return drives[0].Path, nil
	}
	var list strings.Builder
	for _, d := range drives {
		list.WriteString("--device " + quote(d.Path) + "   " + modelOf(&d) + "\n")
	}
	return "", fail(exitNoDrive, strings.TrimSuffix(list.String(), "\n"), "there is more than one CD burner; say which")
}

// modelOf is how people know a drive.
func modelOf(d *host.Info) string { return strings.TrimSpace(d.Vendor + " " + d.Model) }
