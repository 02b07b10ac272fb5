package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

// hostSystem is the part of the operating system that this program uses for drives. Tests
// replace it.
type hostSystem = redbook.System

const simAdvice = "A simulated drive needs no hardware: --device sim:first.disc"

// noticeWords has the text for each kind of notice of the library.
var noticeWords = map[redbook.NoticeKind]struct {
	verbose int // how often --verbose must be given; nothing depends on these notices
	text    func(n redbook.Notice) string
}{
	"created": {0, func(n redbook.Notice) string { return n.Name + " is new: a blank 80-minute CD-R, simulated." }},
	"unmounted": {0, func(n redbook.Notice) string {
		if len(n.Mounts) > 0 {
			return "The disc at " + strings.Join(n.Mounts, ", ") + " is unmounted."
		}
		return "The disc in " + n.Name + " is unmounted."
	}},
	"same": {0, func(n redbook.Notice) string {
		return n.Name + " is the same drive as " + n.Path + ", which is used in its place: only that keeps other programs away."
	}},
	"system": {0, func(n redbook.Notice) string { return n.Text }},
	"awake":  {1, func(n redbook.Notice) string { return "Kept awake: " + n.Text + "." }},
	"may-sleep": {1, func(n redbook.Notice) string { // if the computer sleeps, this costs a second reading but no disc
		return fmt.Sprintf("The computer may go to sleep while the disc is read: %v", n.Err)
	}},
	"still-awake": {1, func(n redbook.Notice) string {
		return fmt.Sprintf("The computer is kept awake until redbook ends: %v", n.Err)
	}},
	"stale": {2, func(n redbook.Notice) string {
		return fmt.Sprintf("The desktop may show the disc as it was: %v", n.Err)
	}},
}

// notice prints a notice of the library.
func (o opening) notice(n redbook.Notice) {
	words := noticeWords[n.Kind]
	switch {
	case o.flags.verbose < words.verbose:
	case n.Kind == "system":
		o.talk.warn("%s", words.text(n))
	default:
		o.talk.note("%s", words.text(n))
	}
}

// hostError explains why a drive can't be opened, and what helps. Package host names the
// remedy for missing permission, and the program that uses the drive.
func hostError(name string, err error) error {
	_, mounted := errors.AsType[*host.MountedError](err)
	switch {
	case errors.Is(err, context.Canceled):
		return fail(exitCanceled, "", "canceled before the drive was opened")
	case errors.Is(err, errors.ErrUnsupported):
		return fail(exitNoDrive, simAdvice, "%s: this build reaches only simulated drives (sim:FILE): %w", name, err)
	case mounted:
		return explain("mounted", fail(exitNoDrive, "Or add --unmount to this command.", "%w", err))
	case errors.Is(err, scsi.ErrLocked):
		return explain("drive-in-use", fail(exitNoDrive, "Wait until that program is done, or end it.", "%w", err))
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, host.ErrNotOptical):
		return explain("no-drive", fail(exitNoDrive, "To list the drives: redbook drives", "%w", err))
	case errors.Is(err, fs.ErrPermission):
		return explain("no-permission", fail(exitNoDrive, "", "%w", err))
	}
	return fail(exitNoDrive, "", "%w", err)
}

// onlyDrive chooses the drive if none was named: the only one of the computer.
func (o opening) onlyDrive(ctx context.Context) (string, error) {
	name, err := o.opener().Find(ctx)
	choice, several := errors.AsType[*redbook.ChoiceError](err)
	switch {
	case err == nil:
		return name, nil
	case several:
		var list strings.Builder
		for _, d := range choice.Drives {
			list.WriteString("--device " + quote(d.Path) + "   " + modelOf(&d) + "\n")
		}
		return "", fail(exitNoDrive, strings.TrimSuffix(list.String(), "\n"), "this computer has more than one CD drive; name one")
	case errors.Is(err, errors.ErrUnsupported):
		return "", explain("no-drive", fail(exitNoDrive, simAdvice, "no CD drive was found (this build reaches only simulated drives)"))
	}
	return "", explain("no-drive", fail(exitNoDrive, simAdvice, "%w", err))
}

// modelOf returns vendor and model.
func modelOf(d *host.Info) string { return strings.TrimSpace(d.Vendor + " " + d.Model) }
