package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
)

// noJournal is the value of --journal for no journal.
const noJournal = "none"

// burnLine is how an album was burned, for resume: Begin.Options.
type burnLine struct {
	Flags       [][2]string `json:"flags,omitempty"` // as given, with absolute paths
	Personality string      `json:"personality,omitempty"`
}

// pathFlags are the flags of burn whose values are files or folders.
var pathFlags = map[string]bool{"toc": true, "spool": true, "cd-text": true}

// onceFlags apply to one run and not to how the album is burned.
var onceFlags = map[string]bool{"append": true, "journal": true, "report": true, "log": true, "copies": true, "wait": true, "bell": true}

// lineOf records the given flags.
func lineOf(personality string, f *pflag.FlagSet) burnLine {
	line := burnLine{Personality: personality}
	f.VisitAll(func(flag *pflag.Flag) {
		if !flag.Changed || onceFlags[flag.Name] {
			return
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if pathFlags[flag.Name] && v != textFromTags {
				v = fullPath(v)
			}
			line.Flags = append(line.Flags, [2]string{flag.Name, v})
		}
	})
	return line
}

// fullPath returns a path that is valid in every folder.
func fullPath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// journals finds interrupted albums, and records what is needed to finish the next one.
type journals struct {
	flags  *globals
	env    func(string) string
	talk   *talk
	data   *results
	advise *adviser
}

// folder returns where the journals are.
func (js *journals) folder() (jobdir.Folder, error) {
	if js.env == nil {
		return jobdir.Folder{}, errors.New("this program has no environment")
	}
	return jobdir.Default(js.env)
}

// keep creates the journal of a burn. If that fails it warns and returns nil, and the burn
// continues without a journal. An error means that --journal names an existing file.
func (r *burnRun) keep(d *device, m *material, args []string, flags *burnFlags) (*journal.Keeper, error) {
	if flags.journal == noJournal || flags.testWrite {
		return nil, nil
	}
	k, err := r.createJournal(d, m, args, flags)
	switch {
	case flags.journal != "" && errors.Is(err, fs.ErrExist):
		return nil, journalExists(flags.journal)
	case err != nil:
		r.talk.warn("the journal can't be kept, so the album can't be finished if the burn is interrupted: %v", err)
	}
	return k, nil
}

// journalExists rejects the name of an existing journal.
func journalExists(path string) error {
	return fail(exitFailed, "Choose another name: --force does not replace a journal.", "--journal: %s already exists", path)
}

// journalFile returns the file that --journal names, if a journal is kept there.
func (b *burnFlags) journalFile() string {
	if b.journal == noJournal || b.testWrite {
		return ""
	}
	return b.journal
}

func (r *burnRun) createJournal(d *device, m *material, args []string, flags *burnFlags) (*journal.Keeper, error) {
	options, err := json.Marshal(flags.line)
	if err != nil {
		return nil, err
	}
	b := &journal.Begin{
		Program: readVersion(debug.ReadBuildInfo()).Release, Device: d.name, Title: m.Title, Performer: m.Performer, Options: options,
	}
	if path, ok := strings.CutPrefix(d.name, simPrefix); ok && path != "" {
		b.Device = simPrefix + fullPath(path)
	}
	for _, arg := range args {
		b.Args = append(b.Args, fullPath(arg))
	}
	if flags.sources.stdin {
		b.Args = nil
	}
	for _, f := range m.Files {
		if info, err := os.Stat(f.Name()); err == nil {
			b.Files = append(b.Files, journal.File{Path: fullPath(f.Name()), Size: info.Size(), Modified: info.ModTime()})
		}
	}
	if flags.journal != "" {
		return journal.Create(flags.journal, b)
	}
	folder, err := r.journals.folder()
	if err != nil {
		return nil, err
	}
	return folder.Create(b)
}

// kept ends a journal after a burn, and adds to its error how the album can be finished.
func (js *journals) kept(k *journal.Keeper, err error) error {
	if k == nil {
		return err
	}
	if lost := k.Err(); lost != nil {
		js.talk.warn("the journal of this burn is incomplete: %v", lost)
	}
	left, closeErr := k.Finish()
	if closeErr != nil {
		js.talk.warn("the journal of this burn: %v", closeErr)
	}
	if f, ok := errors.AsType[*failure](err); ok && left {
		f.next = strings.TrimSpace(f.next + "\nTo finish the album: " + js.advise.resumeLine(js.jobName(k.Path())))
	}
	return err
}

// jobName returns what the user types for a journal: its number in redbook's folder, or
// its path, written so that it can't be taken for a number or a flag.
func (js *journals) jobName(path string) string {
	name, ok := strings.CutSuffix(filepath.Base(path), ".journal")
	folder, err := js.folder()
	switch {
	case ok && isNumber(name) && err == nil && filepath.Dir(path) == folder.Dir():
		return name
	case isNumber(path), strings.HasPrefix(path, "-"):
		return "." + string(filepath.Separator) + path
	}
	return path
}

// forgetText tells the user how to remove a job: by its number if redbook jobs lists it,
// otherwise by deleting its file.
func forgetText(job string) string {
	if isNumber(job) {
		return "remove the job: redbook jobs --forget " + job
	}
	return "delete the journal: " + job
}

// isNumber reports whether a job is named by its number and not by its file.
func isNumber(job string) bool { return strings.Trim(job, "0123456789") == "" }

// resumeLine returns the command that finishes a job.
func (a *adviser) resumeLine(job string) string {
	return "redbook resume " + quote(job) + a.deviceFlag()
}

// jobDoc is an interrupted album in JSON.
type jobDoc struct {
	Job       string   `json:"job"`
	Title     string   `json:"title,omitempty"`
	Performer string   `json:"performer,omitempty"`
	Device    string   `json:"device"`
	Started   string   `json:"started"`
	Tracks    int      `json:"tracks"`
	Whole     int      `json:"whole"` // that the drive showed complete
	Mode      string   `json:"mode"`
	Busy      bool     `json:"busy,omitempty"`
	Sources   []string `json:"sources,omitempty"`
}

func jobDocOf(j *jobdir.Job) jobDoc {
	whole, all := j.Tracks()
	doc := jobDoc{
		Job: j.Name, Title: j.Begin.Title, Performer: j.Begin.Performer, Device: j.Begin.Device,
		Started: j.Started.Format("2006-01-02T15:04:05Z07:00"), Tracks: all, Whole: whole, Busy: j.Busy, Sources: j.Begin.Args,
	}
	if j.Plan != nil {
		doc.Mode = string(j.Plan.Mode)
	}
	return doc
}

// jobTitle names the album of a job.
func jobTitle(j *journal.Job) string {
	switch {
	case j.Begin.Title != "" && j.Begin.Performer != "":
		return fmt.Sprintf("%q by %s", oneLine(j.Begin.Title), oneLine(j.Begin.Performer))
	case j.Begin.Title != "":
		return fmt.Sprintf("%q", oneLine(j.Begin.Title))
	case len(j.Begin.Args) > 0:
		text := baseName(j.Begin.Args[0])
		if n := len(j.Begin.Args) - 1; n > 0 {
			text += fmt.Sprintf(" and %s", count(n, "more file"))
		}
		return text
	}
	return "the standard input"
}

// fitting returns the interrupted albums that may be on the disc in a drive.
func (js *journals) fitting(on *disc.Disc, device string) []*jobdir.Job {
	if on.Status.Known() && (on.Status.Value == mmc.DiscEmpty || on.Status.Value == mmc.DiscFinalized) {
		return nil
	}
	folder, err := js.folder()
	if err != nil {
		return nil
	}
	var fitting []*jobdir.Job
	jobs, _ := folder.Jobs() // redbook jobs reports what is wrong with the others
	for _, j := range jobs {
		// Before a track is whole, discs of the same make can't be distinguished.
		if whole, _ := j.Tracks(); !j.Busy && j.Fits(*on) && (whole > 0 || !ofOtherFile(j.Job, device)) {
			fitting = append(fitting, j)
		}
	}
	return fitting
}

// ofOtherFile reports whether a job is of a simulated disc that is another file than the one
// in use.
func ofOtherFile(j *journal.Job, device string) bool {
	was, simulated := strings.CutPrefix(j.Begin.Device, simPrefix)
	now, ok := strings.CutPrefix(device, simPrefix)
	return simulated != ok || simulated && isFile(was) && !sameName(was, now)
}

// wholeOn returns how many of the tracks that were complete when they were written are still
// complete on the disc.
func wholeOn(j *journal.Job, on *disc.Disc) int {
	rows := map[int]bool{}
	for _, b := range j.Begun {
		damaged := func(t disc.Track) bool {
			return t.Number == b.Number && t.State != disc.TrackComplete && t.State != disc.TrackUnknown
		}
		if b.Whole && !slices.ContainsFunc(on.Tracks, damaged) {
			rows[b.Row] = true
		}
	}
	return len(rows)
}

// holdsText describes how much of an interrupted album a disc holds.
func holdsText(j *journal.Job, on *disc.Disc) string {
	written, all := j.Tracks()
	whole := wholeOn(j, on)
	switch {
	case whole == 0 && written > 0:
		return fmt.Sprintf("this may be the disc of %s, whose burn was interrupted; the disc has no complete track", jobTitle(j))
	case whole == 0:
		return fmt.Sprintf("this may be the disc of %s, whose burn was interrupted in its first track", jobTitle(j))
	}
	return fmt.Sprintf("the disc holds %d of %s of %s, whose burn was interrupted", whole, count(all, "track"), jobTitle(j))
}

// printFitting prints which interrupted albums may be on a disc, with the command to run.
func (js *journals) printFitting(jobs []*jobdir.Job, on *disc.Disc) {
	for _, j := range jobs {
		js.talk.note("%s To finish the album: %s", asSentence(holdsText(j.Job, on)), js.advise.resumeLine(j.Name))
	}
}

// hold takes a real drive for this process among all redbook processes of this user,
// before any command is sent to it. It complements the system's own lock, which isn't
// always available.
func (js *journals) hold(d *device) error {
	folder, err := js.folder()
	if err != nil || strings.HasPrefix(d.name, simPrefix) {
		return nil // a disc file has its own lock
	}
	if filepath.IsAbs(d.name) && !exists(d.name) {
		return nil // opening the drive reports it
	}
	release, err := folder.LockDrive(driveFile(d))
	switch {
	case errors.Is(err, journal.ErrBusy):
		return explain("drive-in-use", fail(exitNoDrive, "Wait until it is done.", "another redbook is using %s: %w", d.name, burn.ErrLocked))
	case err != nil:
		return nil // a folder that can't be written to must not prevent a burn
	}
	d.closers = append(d.closers, release)
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// driveFile returns one name for a drive, however it was named.
func driveFile(d *device) string {
	name := d.name
	if path, err := filepath.EvalSymlinks(name); err == nil {
		name = path
	}
	return strings.ToLower(name)
}
