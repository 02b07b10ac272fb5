package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/power"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

// hostSystem is what this program needs of the operating system's drives. Tests have
// one of their own.
type hostSystem = redbook.System

const simAdvice = "A simulated drive needs no hardware: --device sim:first.disc"

// notice tells a person what the library noticed about a drive.
func (a *app) notice(n redbook.Notice) {
	switch n.Kind {
	case redbook.NoticeCreated:
		a.note("%s is new: a blank 80-minute CD-R, simulated.", n.Name)
	case redbook.NoticeUnmounted:
		at := "in " + n.Name
		if len(n.Mounts) > 0 {
			at = "at " + strings.Join(n.Mounts, ", ")
		}
		a.note("The disc %s is unmounted.", at)
	case redbook.NoticeSameDrive:
		a.note("%s is the same drive as %s, which is used in its place: only that keeps other programs away.", n.Name, n.Path)
	case redbook.NoticeSystem:
		a.warn("%s", n.Text)
	case redbook.NoticeAwake:
		if a.flags.verbose > 0 {
			a.note("Kept awake: %s.", power.Describe(n.Grants))
		}
	case redbook.NoticeStale: // nothing depends on it
		if a.flags.verbose > 1 {
			a.note("The desktop may show the disc as it was: %v", n.Err)
		}
	}
}

// warnOfReaders names the programs that have the drive open beside us, before something
// is written: nothing else is harmed by them.
func (a *app) warnOfReaders(d *device) {
	if readers := d.opened.Readers(); len(readers) > 0 {
		a.warn("%s is also open in %s: a program that reads from the drive meanwhile can ruin the disc. Close it first.",
			d.name, holderNames(readers))
	}
}

// warnOfStandby says before a burn on a real drive that the computer may fall asleep
// during it.
func (a *app) warnOfStandby() {
	a.warn("this computer runs on battery, and Windows then ends every program's request to stay awake " +
		"five minutes after the sleep timeout. Plug it in, or set the timeout to never until the burn is done.")
}

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
func (a *app) onlyDrive(ctx context.Context) (string, error) {
	name, err := a.opener(mustExist).Find(ctx)
	choice, several := errors.AsType[*redbook.ChoiceError](err)
	switch {
	case err == nil:
		return name, nil
	case several:
		var list strings.Builder
		for _, d := range choice.Drives {
			list.WriteString("--device " + quote(d.Path) + "   " + modelOf(&d) + "\n")
		}
		return "", fail(exitNoDrive, strings.TrimSuffix(list.String(), "\n"), "there is more than one CD burner; say which")
	case errors.Is(err, errors.ErrUnsupported):
		return "", fail(exitNoDrive, simAdvice, "no CD burner was found (this build reaches only simulated drives)")
	}
	return "", fail(exitNoDrive, simAdvice, "%w", err)
}

// modelOf is how people know a drive.
func modelOf(d *host.Info) string { return strings.TrimSpace(d.Vendor + " " + d.Model) }
