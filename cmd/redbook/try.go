package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/internal/trial"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/spf13/cobra"
)

// The values of --until: the last step.
const (
	untilLook = "look"
	untilTest = "test"
	untilBurn = "burn"
)

const tryLong = `Tests a drive with redbook and collects the results in one archive. Please attach it to an
issue at github.com/redbook-audio/redbook/issues.

redbook looks at the drive and the disc and rehearses burns with the laser off. It then asks
again, burns half a minute of tones onto the disc and reads all of it back, in each recording
mode that the drive supports. The archive holds the commands and the drive's answers, without
serial numbers and file names. It also works as a simulated drive:
redbook burn --device sim:test.disc --personality ARCHIVE`

// tryDoc is try.json in the archive, and redbook try --json.
type tryDoc struct {
	Date      time.Time   `json:"date"`
	Program   versionInfo `json:"program"`
	System    string      `json:"system"`
	Transport string      `json:"transport"` // how the drive is attached, as far as the system reports it
	Simulated bool        `json:"simulated"`
	Drive     driveDoc    `json:"drive"`
	Speeds    []speedDoc  `json:"write_speeds"`
	Disc      *mediumDoc  `json:"disc"` // before the trial; null without one
	Transfer  int         `json:"max_transfer"`
	Archive   string      `json:"archive"`
	Exit      int         `json:"exit"`
	Steps     []tryStep   `json:"steps"`
}

// tryStep is one step of a trial.
type tryStep struct {
	Name    string `json:"name"`
	Result  string `json:"result"` // done, failed, canceled, skipped
	Verdict string `json:"verdict,omitempty"`
	Message string `json:"message,omitempty"`
	Disc    string `json:"disc,omitempty"` // what is on the disc, after a step that did not end as expected
	Exit    int    `json:"exit"`
	Trace   string `json:"trace,omitempty"`  // in the archive
	Report  string `json:"report,omitempty"` // in the archive
}

// The results of a step.
const (
	stepDone     = "done"
	stepFailed   = "failed"
	stepCanceled = "canceled"
	stepSkipped  = "skipped"
)

// tryFlags are the flags of try.
type tryFlags struct {
	archive string
	speed   string
	until   string
	wait    bool
	eject   bool
}

// tryCommand carries out docs/try-a-drive.md.
func tryCommand(a *app) *cobra.Command {
	var flags tryFlags
	cmd := a.command("try", "Try a drive, and collect the results in an archive to send to us",
		"  redbook try                       look, test write, burn and read back; asks before each\n"+
			"  redbook try --until look          write nothing at all\n"+
			"  redbook try --device D: --archive mine.zip", noArgs,
		func(ctx context.Context, _ []string) error {
			r := &tryRun{app: a, flags: &flags, log: trial.Log{Secrets: &trial.Secrets{}}}
			return r.all(ctx)
		})
	cmd.Long = tryLong
	a.bellFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.archive, "archive", "", "write the archive to `FILE` (default: redbook-try-DRIVE-TIME.zip); an existing file is never replaced")
	f.StringVar(&flags.speed, "speed", "max", "write at `SPEED`, such as 16x, or the next lower one that drive and disc have")
	f.StringVar(&flags.until, "until", untilBurn, "the last `STEP`: look, test (write with the laser off) or burn")
	f.BoolVar(&flags.wait, "wait", false, "wait for a disc if the drive is empty, as on a terminal")
	f.BoolVar(&flags.eject, "eject", false, "open the tray when done")
	return cmd
}

// tryRun is one trial.
type tryRun struct {
	*app
	flags   *tryFlags
	speed   mmc.Speed
	log     trial.Log
	archive *trial.Archive
	doc     tryDoc
	d       *device
	info    redbook.Info
	m       *material
}

// all checks the command line, opens the drive, and writes the archive in any case.
func (r *tryRun) all(ctx context.Context) (err error) {
	global := &r.app.flags
	if r.speed, err = parseSpeed(r.flags.speed); err != nil {
		return err
	}
	switch r.flags.until {
	case untilLook, untilTest, untilBurn:
	default:
		return usage("--until %q: must be look, test or burn", r.flags.until)
	}
	outputs := outputsOf(global, nil)
	outputs.addArchive(r.flags.archive)
	if err := outputs.check(); err != nil {
		return err
	}
	if !global.yes && (!r.talk.inTerm || global.json) && r.flags.until != untilLook {
		return explain("question", fail(exitUsage, "To go ahead without questions: add --yes. To write nothing: --until look", "%s: Rehearse and burn?", noTerminal(global.json)))
	}
	mode := makeMissing
	if r.flags.until == untilLook {
		mode = justLook
	}
	o := opening{access: r.drives, mode: mode, tap: r.log.Logger()}
	return o.with(ctx, func(ctx context.Context, d *device) error {
		d.refused = true // until something is written
		r.d = d
		if err := r.create(); err != nil {
			return err
		}
		return r.finish(ctx, r.steps(ctx))
	})
}

// create creates the archive, before anything is done with the drive.
func (r *tryRun) create() (err error) {
	path := r.flags.archive
	if path == "" {
		path = fmt.Sprintf("redbook-try-%s-%s.zip", fileName(strings.ReplaceAll(r.d.drive.String(), " ", "-")), time.Now().Format("20060102-150405"))
		if exists(path) { // of another trial in the same second
			path = freeName(path)
		}
	}
	r.hide(path)
	r.doc = tryDoc{
		Date: time.Now().UTC().Truncate(time.Second), Program: readVersion(debug.ReadBuildInfo()), System: runtime.GOOS + "/" + runtime.GOARCH,
		Simulated: r.d.simulated, Transport: attachment(r.d), Transfer: r.d.drive.Transport().Limits().MaxTransfer, Archive: path, Steps: []tryStep{},
		Speeds: []speedDoc{},
	}
	r.archive, err = trial.Create(path, r.log.Secrets)
	if errors.Is(err, fs.ErrExist) {
		return archiveExists(path)
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		next := "To name another place: --archive FILE"
		if diskFull(err) {
			next = "Make room on that disk, or name another place: --archive FILE"
		}
		return fail(exitFailed, next, "the archive can't be made: %s: %w", path, pe.Err)
	}
	if err != nil {
		return fail(exitFailed, "", "--archive: %w", err)
	}
	return nil
}

// hide keeps personal names out of the archive: folders, and paths of drives, which may
// contain a serial number.
func (r *tryRun) hide(path string) {
	s := r.log.Secrets
	for _, name := range []string{path, fullPath(path), filepath.Dir(fullPath(path)), os.TempDir(), strings.TrimPrefix(r.d.name, simPrefix), fullPath(r.d.name)} {
		if filepath.IsAbs(name) && name != "/tmp" && filepath.Dir(name) != "/dev" || strings.Contains(name, "by-id") {
			s.Add(name)
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		s.Add(home)
		for _, media := range []string{"/media/", "/run/media/", "/Users/", "/home/"} { // such as where discs are mounted
			s.Add(media + filepath.Base(home))
		}
	}
	if host, err := os.Hostname(); err == nil && len(host) > 5 {
		s.Add(host)
	}
	d := knownDrive(r.app, r.d.name)
	for _, id := range append([]string{d.WWID, d.ID, r.d.name}, d.Links...) {
		if !strings.HasPrefix(id, simPrefix) && !strings.Contains(id, "by-path") {
			s.AddWords(id)
		}
	}
}

// finish completes the archive. cause is why the trial ended early; nil if it didn't.
func (r *tryRun) finish(ctx context.Context, cause error) error {
	r.talk.console.clear()
	if cause == nil && r.flags.eject {
		cause = r.d.opened.Eject(ctx)
	}
	r.doc.Exit, _ = verdict(cause)
	err := r.save()
	err = errors.Join(err, r.archive.Close())
	switch {
	case err != nil:
		err = fail(exitFailed, "", "--archive %s: the archive is incomplete: %w", r.archive.Path(), err)
	case len(r.archive.Dropped) > 0:
		err = fail(exitFailed, "Make room on that disk and try again, or send the archive as it is.",
			"--archive %s: the disk is full, so the archive lacks %s", r.archive.Path(), strings.Join(r.archive.Dropped, ", "))
	}
	if r.app.flags.json {
		return errors.Join(cause, err, r.data.document("try", r.doc))
	}
	perr := r.data.sentences(tryText(&r.doc))
	if err == nil && r.doc.Exit == exitCanceled {
		r.talk.note("It holds the commands and the drive's answers up to there.")
	} else if err == nil {
		r.talk.note("It holds the commands and the drive's answers, without serial numbers and names of files.\n" +
			"Please attach it to an issue at github.com/redbook-audio/redbook, with the brand of the disc and how the drive is connected.")
	}
	return errors.Join(cause, err, perr)
}

// save writes what is known so far, so that a trial that is killed leaves it.
func (r *tryRun) save() error {
	doc := r.doc
	doc.Archive = filepath.Base(doc.Archive)
	if err := r.archive.AddJSON("try.json", doc); err != nil {
		return err
	}
	r.archive.Add("README.txt", []byte(tryReadme(&doc)))
	return r.archive.Save()
}

// tryText returns the result as lines.
func tryText(doc *tryDoc) string {
	var b strings.Builder
	width := 0
	for _, s := range doc.Steps {
		width = max(width, len(s.Name))
	}
	for _, s := range doc.Steps {
		fmt.Fprintf(&b, "%-*s  %s", width, s.Name, s.Result)
		if s.Message != "" && s.Message != s.Result {
			fmt.Fprintf(&b, ": %s", oneLine(s.Message))
		}
		b.WriteString("\n")
		if s.Disc != "" {
			b.WriteString("  " + s.Disc + "\n")
		}
	}
	return b.String() + "Archive: " + doc.Archive + "\n"
}

// tryReadme is the text for someone who opens the archive.
func tryReadme(doc *tryDoc) string {
	return fmt.Sprintf(`A drive was tried with redbook %s on %s, %s.

%s
try.json        the drive and how each step ended
*.jsonl         the SCSI commands of a step and the drive's answers, one a line
*-burn.json     the report of a burn

Serial numbers, and all bytes in which a vendor may put one, are blanked. Of the sound there are only hashes.
github.com/redbook-audio/redbook: docs/try-a-drive.md
`, doc.Program.Release, doc.System, doc.Date.Format(time.DateOnly), tryText(doc))
}
