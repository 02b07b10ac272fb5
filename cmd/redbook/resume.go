package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/journal"
)

const resumeLong = `Finishes an album whose burn was interrupted by a power failure, a crash or Ctrl-C. redbook
keeps the tracks on the disc, burns the missing ones, closes the disc, reads the whole album
back and compares it with its files. The files must not have changed.

JOB is a number that redbook jobs lists, or the FILE of a burn with --journal FILE. Without
JOB, redbook finishes the album that the disc in the drive belongs to.`

// adviceFile is the advice for an album that redbook jobs doesn't list.
const adviceFile = "To finish a burn with --journal FILE: redbook resume FILE."

// resumption is one run of redbook resume.
type resumption struct {
	verify string
	speed  string
	eject  bool

	job    *jobdir.Job
	keeper *journal.Keeper
	flags  *burnFlags
	opts   *redbook.Options
	m      *material

	another bool // the disc was complete, with tracks that the job had not started

	global   *globals
	env      func(string) string
	talk     *talk
	data     *results
	advise   *adviser
	journals *journals
	drives   *access
	work     *work
	stop     *stopper

	closeTrace func() error // if the trace started before the job was known
}

// resumeCommand finishes an interrupted album.
func resumeCommand(a *app) *cobra.Command {
	r := &resumption{}
	cmd := a.command("resume [JOB]", "Finish an album whose burn was interrupted",
		"  redbook resume\n  redbook resume 3 --yes", atMostOne("job"),
		func(ctx context.Context, args []string) error {
			a.data.startEvents()
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			r.global, r.env, r.talk, r.data, r.advise = &a.flags, a.env, a.talk, a.data, a.advise
			r.journals, r.drives, r.work, r.stop = a.journals, a.drives, a.work, a.stop
			return r.resume(ctx, name)
		})
	cmd.Long = resumeLong
	a.bellFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&r.verify, "verify", "full", "how much of the whole album to read back and compare: `HOW` is none, quick (three seconds per track) or full")
	f.StringVar(&r.speed, "speed", "", "write at `SPEED` instead of that of the interrupted burn")
	f.BoolVar(&r.eject, "eject", false, "open the tray when done")
	return cmd
}

// resume finishes a job. Everything that can fail without a drive comes first.
func (r *resumption) resume(ctx context.Context, name string) (err error) {
	defer func() {
		if r.closeTrace != nil {
			err = errors.Join(err, r.closeTrace())
		}
	}()
	var jobs []*jobdir.Job
	if r.job, jobs, err = r.findJob(name); err != nil {
		return err
	}
	if !r.global.yes && (!r.talk.inTerm || r.global.json) {
		return explain("question", fail(exitUsage, "To finish it without a question: add --yes", "%s: Finish the album?", noTerminal(r.global.json)))
	}
	if r.job == nil {
		if r.job, err = r.ofDisc(ctx, jobs); err != nil {
			return err
		}
	}
	if err := r.protect(r.job); err != nil {
		return err
	}
	if r.global.device == "" || r.global.device == r.env("REDBOOK_DEVICE") {
		r.global.device = r.job.Begin.Device
	}
	label := r.journals.jobName(r.job.Path)
	if err := r.discFile(label); err != nil {
		return err
	}
	if r.keeper, r.job.Job, err = journal.Reopen(r.job.Path, r.global.device); err != nil {
		return jobError(label, err)
	}
	began, gone := false, false
	defer func() {
		switch {
		case gone:
			err = errors.Join(err, r.keeper.Close(), os.Remove(r.job.Path))
		case !began:
			err = errors.Join(err, r.keeper.Close())
		case err == nil && r.another:
			r.talk.note("The disc holds tracks of this album that the interrupted burn had not begun: it may be another copy. If it isn't, %s", forgetText(label))
			err = r.keeper.Close()
		default:
			err = r.journals.kept(r.keeper, err)
		}
	}()
	if r.job.Interrupted() == nil {
		gone = true
		return explain("not-resumable", fail(exitUsage, "Burn the album again.", "nothing was written to the disc when this burn was interrupted"))
	}
	if err := r.reload(ctx); err != nil {
		return err
	}
	return r.drives.with(ctx, mustExist, func(ctx context.Context, d *device) error {
		var err error
		began, err = r.finishAlbum(ctx, d)
		if e, ok := errors.AsType[*burn.RemainsError](err); ok && !began {
			// Before a track is complete, the disc can't be distinguished from others of
			// its make.
			whole, _ := r.job.Tracks()
			gone = whole > 0 || e.Mode == burn.ModeSAO
			err = r.advise.notResumable(e, err, d)
			if f, ok := errors.AsType[*failure](err); ok && !gone && isNumber(label) {
				f.next += "\nTo remove the job: redbook jobs --forget " + label
			}
		}
		if f, ok := errors.AsType[*failure](err); ok && name == "" && errors.Is(err, burn.ErrOtherDisc) {
			f.next += "\n" + adviceFile // the only job on record need not be the right one
		}
		return err
	})
}

// discFile rejects a simulated disc whose file is gone.
func (r *resumption) discFile(label string) error {
	path, ok := strings.CutPrefix(r.job.Begin.Device, simPrefix)
	if !ok || r.global.device != r.job.Begin.Device || path == "" || exists(path) {
		return nil
	}
	return fail(exitNoDrive, "If it has another name now: redbook resume "+quote(label)+" --device sim:FILE\nIf it is lost, "+forgetText(label),
		"the simulated disc of the album is gone: %s", path)
}

// findJob finds the job with that name or file, or the only one on record. If there are
// several it returns all of them, and the disc decides.
func (r *resumption) findJob(name string) (*jobdir.Job, []*jobdir.Job, error) {
	if !isNumber(name) {
		j, err := journal.Read(name)
		if err != nil {
			return nil, nil, jobError(name, err)
		}
		return &jobdir.Job{Job: j}, nil, nil
	}
	folder, err := r.journals.folder()
	if err != nil {
		return nil, nil, fail(exitFailed, "", "%w", err)
	}
	if name != "" {
		j, err := folder.Job(name)
		if err != nil {
			return nil, nil, jobError(name, err)
		}
		return j, nil, nil
	}
	jobs, _ := folder.Jobs() // redbook jobs reports what is wrong with the others
	idle := slices.DeleteFunc(slices.Clone(jobs), func(j *jobdir.Job) bool { return j.Busy })
	if len(idle) > 0 {
		jobs = idle // an album that is being burned now isn't meant
	}
	switch {
	case len(jobs) == 0:
		return nil, nil, fail(exitUsage, adviceFile+" Without a journal it can't be finished. "+
			"To make the tracks on the disc playable: redbook close"+r.advise.deviceFlag(), "no interrupted burn is on record")
	case len(jobs) == 1:
		return jobs[0], nil, nil
	}
	return nil, jobs, nil
}

// ofDisc finds the job that the disc in the drive belongs to. The drive is opened twice, and
// both times go into one trace.
func (r *resumption) ofDisc(ctx context.Context, jobs []*jobdir.Job) (*jobdir.Job, error) {
	err := r.protect(jobs...)
	if err == nil {
		r.closeTrace, err = r.drives.shareTrace()
	}
	if err != nil {
		return nil, err
	}
	return r.jobOnDisc(ctx, jobs)
}

// jobOnDisc chooses the job by the disc in the drive.
func (r *resumption) jobOnDisc(ctx context.Context, jobs []*jobdir.Job) (found *jobdir.Job, err error) {
	several := fail(exitUsage, "Name one: redbook resume JOB\n"+adviceFile, "more than one album can be finished:\n%s", strings.TrimSuffix(jobsText(jobs), "\n"))
	err = r.drives.with(ctx, justLook, func(ctx context.Context, d *device) error {
		on, err := inspect.Look(ctx, d.drive, nil)
		if err != nil {
			return r.advise.writing(err, d, nil)
		}
		fitting := slices.DeleteFunc(slices.Clone(jobs), func(j *jobdir.Job) bool { return !j.Fits(on) })
		if len(fitting) > 1 {
			fitting = slices.DeleteFunc(fitting, func(j *jobdir.Job) bool { return ofOtherFile(j.Job, d.name) })
		}
		switch len(fitting) {
		case 0:
			return fail(exitUsage, "Insert the disc of one of them, or name one: redbook resume JOB\n"+adviceFile,
				"the disc in the drive is of none of the albums that can be finished:\n%s", strings.TrimSuffix(jobsText(jobs), "\n"))
		case 1:
			found = fitting[0]
			return nil
		}
		return several
	})
	if _, choice := errors.AsType[*redbook.ChoiceError](err); choice || errors.Is(err, redbook.ErrNoDrive) {
		return nil, several
	}
	return found, err
}

// reload applies the flags and files of the interrupted burn.
func (r *resumption) reload(ctx context.Context) error {
	var line burnLine
	if len(r.job.Begin.Options) > 0 {
		if err := json.Unmarshal(r.job.Begin.Options, &line); err != nil {
			return fail(exitFailed, "", "%s: %w", r.job.Path, err)
		}
	}
	r.flags = &burnFlags{line: line}
	f := pflag.NewFlagSet("burn", pflag.ContinueOnError)
	r.flags.register(f)
	for _, given := range line.Flags {
		if err := f.Set(given[0], given[1]); err != nil {
			return fail(exitFailed, "", "%s: --%s %s: %w", r.job.Path, given[0], given[1], err)
		}
	}
	if r.global.personality == "" && strings.HasPrefix(r.global.device, simPrefix) {
		r.global.personality = line.Personality
	}
	r.flags.verify, r.flags.eject = r.verify, r.flags.eject || r.eject
	if r.speed != "" {
		r.flags.speed = r.speed
	}
	var err error
	if r.opts, err = r.flags.options(); err != nil {
		return err
	}
	if r.flags.sources.stdin {
		return explain("not-resumable", fail(exitBadInput, r.advise.leaveAsIs(), "the audio came through a pipe and can't be read a second time"))
	}
	if err := sameFiles(r.job.Begin.Files); err != nil {
		return explain("not-resumable", fail(exitBadInput, r.advise.leaveAsIs(), "%w", err))
	}
	if r.m, err = r.flags.sources.gather(ctx, r.talk, r.job.Begin.Args, "burned"); err != nil {
		return err
	}
	if err := r.flags.label(r.m.Tracks); err != nil {
		return err
	}
	return r.checkOutputs()
}

// checkOutputs rejects files that can't be written or that are read.
func (r *resumption) checkOutputs() error {
	if toc := r.flags.toc; toc != "" {
		if err := mayWrite(toc, r.global.force); errors.Is(err, fs.ErrExist) {
			return fail(exitFailed, "The interrupted burn was to write this file. Move the existing one, or add --force to replace it.", "--toc: %s already exists", toc)
		}
	}
	o := r.flags.outputs(r.global, nil)
	if r.closeTrace != nil { // it was already started by this command
		o.list = slices.DeleteFunc(o.list, func(out output) bool { return out.flag == "--trace" })
	}
	return o.check()
}

// protect prevents flags from replacing files that jobs need.
func (r *resumption) protect(jobs ...*jobdir.Job) error {
	for _, j := range jobs {
		r.global.inputs = append(append(r.global.inputs, j.Path), j.Begin.Args...)
		for _, f := range j.Begin.Files {
			r.global.inputs = append(r.global.inputs, f.Path)
		}
		if disc, ok := strings.CutPrefix(j.Begin.Device, simPrefix); ok {
			r.global.inputs = append(r.global.inputs, disc)
		}
	}
	if r.closeTrace != nil {
		return nil
	}
	return outputsOf(r.global, nil).check()
}

// leaveAsIs is the advice for a disc whose album can't be finished.
func (a *adviser) leaveAsIs() string {
	return "The tracks that are on the disc stay. To make them playable: redbook close" + a.deviceFlag()
}

// sameFiles names the files that are missing or have another length. Their contents are
// compared after decoding.
func sameFiles(files []journal.File) error {
	var gone, changed []string
	for _, f := range files {
		info, err := os.Stat(f.Path)
		switch {
		case err != nil:
			gone = append(gone, f.Path)
		case info.Size() != f.Size:
			changed = append(changed, f.Path)
		}
	}
	switch {
	case len(gone) > 0:
		return &filesError{"is gone", "are gone", gone}
	case len(changed) > 0:
		return &filesError{"has changed since the burn", "have changed since the burn", changed}
	}
	return nil
}

// filesError names files.
type filesError struct {
	one, many string
	paths     []string
}

func (e *filesError) Error() string {
	if len(e.paths) == 1 {
		return e.paths[0] + " " + e.one
	}
	return count(len(e.paths), "file") + " " + e.many + ": " + strings.Join(e.paths, ", ")
}

// finishAlbum burns the missing tracks; began reports whether burning started.
func (r *resumption) finishAlbum(ctx context.Context, d *device) (began bool, err error) {
	m := r.m
	defer func() { err = errors.Join(err, m.Close()) }()
	r.opts.Journal = r.keeper
	r.opts.OnPrepare, r.opts.OnEvent, r.opts.Hurry = r.work.preparing(), newView(r.work, d, m).event, r.stop.hurry
	r.opts.Confirm = func(ctx context.Context, p *redbook.Plan) error { return r.approve(ctx, d, p) }
	report, err := redbook.Resume(ctx, d.opened, m.Album, r.job.Interrupted(), r.opts)
	if errors.Is(err, redbook.ErrPrepare) {
		return false, prepareError(ctx, err, "burned")
	}
	if errors.Is(err, burn.ErrDoesNotFit) {
		err = &failure{code: exitDoesntFit, err: err, next: r.advise.noRoom(&report), topic: "not-resumable"}
	}
	// Changed sources and another disc are found before anything is written: the tracks on
	// the disc are as the plan says.
	_, changed := errors.AsType[*burn.ChangedError](err)
	_, other := errors.AsType[*burn.OtherDiscError](err)
	if report.Version == 0 || changed || other {
		if errors.Is(err, burn.ErrSourceChanged) {
			err = &failure{code: exitBadInput, err: err, next: "Put the album's files back as they were. " + r.advise.leaveAsIs(), topic: "not-resumable"}
		}
		return false, r.advise.writing(err, d, nil)
	}
	return true, errors.Join(r.work.ended(d, m, &report, err), m.writeTOC(r.flags.toc, false, &report))
}

// begunAll reports whether the job had started every track. Session-at-once keeps no
// record of that.
func (r *resumption) begunAll() bool {
	if r.job.Plan.Mode == burn.ModeSAO {
		return true
	}
	rows := map[int]bool{}
	for _, b := range r.job.Begun {
		rows[b.Row] = true
	}
	return len(rows) >= len(r.job.Plan.Tracks)
}

// noRoom names the tracks for which the disc has no room.
func (a *adviser) noRoom(report *burn.Report) string {
	var names []string
	for _, t := range report.Tracks {
		if t.Status != burn.TrackOK {
			names = append(names, baseName(t.Name))
		}
	}
	text := "The disc has no room for the missing tracks."
	if len(names) > 0 {
		text = "The disc has no room for " + strings.Join(names, ", ") + "."
	}
	return text + " " + a.leaveAsIs()
}

// approve shows the plan and asks for confirmation.
func (r *resumption) approve(ctx context.Context, d *device, p *redbook.Plan) error {
	r.talk.console.clear()
	r.m.planned(p)
	r.another = p.Resume.Complete() && !r.begunAll()
	if r.data.events == nil && !r.global.quiet {
		for line := range strings.SplitSeq(resumeText(d, r, p), "\n") {
			r.talk.console.print(line)
		}
	}
	for _, text := range r.m.findings() {
		r.talk.warn("%s", text)
	}
	r.talk.warnOfReaders(d)
	if p.Standby {
		r.talk.warnOfStandby()
	}
	if len(p.Tracks) > 0 || !p.Resume.Complete() {
		if err := r.talk.confirm(ctx, "Finish this album?"); err != nil {
			return err
		}
	}
	r.stop.surviveTerminal()
	return nil
}

// notResumable returns the error for a job whose disc nothing can be added to.
func (a *adviser) notResumable(e *burn.RemainsError, err error, d *device) error {
	next := ""
	switch {
	case e.Mode == burn.ModeSAO && e.Blank:
		next = "Nothing is on the disc. Burn the album again on the same disc."
	case e.Mode == burn.ModeSAO && d.disc != nil && d.disc.Summary().Media.Erasable:
		next = "Erase the disc and burn the album again: redbook blank" + a.deviceFlag()
	case e.Mode == burn.ModeSAO:
		next = "Burn the album again on another disc. A CD-RW can be used again after redbook blank."
	default:
		next = "Burn the missing tracks on another disc."
	}
	return &failure{code: exitNoDisc, err: err, next: next, topic: "not-resumable"}
}
