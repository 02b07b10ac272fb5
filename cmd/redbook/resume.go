package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/journal"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const resumeLong = `Finishes an album whose burn was interrupted, by a power failure, a crash or Ctrl-C. The tracks
that are on the disc stay. What is missing is burned, the disc is closed, and all of the
album is read back and compared with its files, which must still be what they were.

Without JOB it is the album that the disc in the drive belongs to. redbook jobs lists them.
After a burn with --journal FILE, JOB is that FILE.`

// adviceFile is about an album that redbook jobs doesn't list.
const adviceFile = "A burn with --journal FILE is finished by: redbook resume FILE."

// resumption is one run of redbook resume.
type resumption struct {
	verify string
	speed  string
	eject  bool

	job    *journal.Job
	keeper *journal.Keeper
	flags  *burnFlags
	opts   *redbook.Options
	m      *material

	another bool // the disc was complete, with tracks that the job hadn't begun

	global   *globals
	env      func(string) string
	talk     *talk
	data     *results
	advise   *adviser
	journals *journals
	drives   *access
	work     *work
	stop     *stopper

	closeTrace func() error // if the trace was begun before it was clear which job is meant
}

// resumeCommand finishes an interrupted album.
func resumeCommand(a *app) *cobra.Command {
	r := &resumption{}
	cmd := a.command("resume [JOB]", "Finish an album whose burn was interrupted",
		"  redbook resume\n  redbook resume 3 --yes", atMostOne("job"),
		func(ctx context.Context, args []string) error {
			a.data.startEvents()
			if !a.flags.yes && (!a.talk.inTerm || a.flags.json) {
				return fail(exitUsage, "To finish it without a question: add --yes", "%s: Finish the album?", noTerminal(a.flags.json))
			}
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			r.global, r.env, r.talk, r.data, r.advise = &a.flags, a.env, a.talk, a.data, a.advise
			r.journals, r.drives, r.work, r.stop = a.journals, a.drives, a.work, a.stop
			return r.resume(ctx, name)
		})
	cmd.Long = resumeLong
	f := cmd.Flags()
	f.StringVar(&r.verify, "verify", "full", "how much of the whole album to read back and compare: `HOW` is none, quick (three seconds per track) or full")
	f.StringVar(&r.speed, "speed", "", "write at `SPEED` instead of that of the interrupted burn")
	f.BoolVar(&r.eject, "eject", false, "open the tray when done")
	return cmd
}

// resume finishes a job. All that can go wrong without a drive comes first.
func (r *resumption) resume(ctx context.Context, name string) (err error) {
	defer func() {
		if r.closeTrace != nil {
			err = errors.Join(err, r.closeTrace())
		}
	}()
	if r.job, err = r.findJob(ctx, name); err != nil {
		return err
	}
	if err := r.protect(r.job); err != nil {
		return err
	}
	if r.global.device == "" || r.global.device == r.env("REDBOOK_DEVICE") {
		r.global.device = r.job.Begin.Device
	}
	label := r.journals.jobName(r.job.Path)
	if r.keeper, r.job, err = journal.Reopen(r.job.Path, r.global.device); err != nil {
		return jobError(label, err)
	}
	began, gone := false, false
	defer func() {
		switch {
		case gone:
			err = errors.Join(err, r.keeper.Discard())
		case !began:
			err = errors.Join(err, r.keeper.Close())
		case err == nil && r.another:
			r.talk.note("The disc holds tracks of this album that the interrupted burn had not begun: it may be another copy. If it isn't, %s", forgetText(label))
			err = r.keeper.Close()
		default:
			err = r.journals.kept(r.keeper, true, err)
		}
	}()
	if r.job.Interrupted() == nil {
		gone = true
		return fail(exitUsage, "Burn the album again.", "nothing was written to the disc when this burn was interrupted")
	}
	if err := r.reload(ctx); err != nil {
		return err
	}
	return r.drives.with(ctx, mustExist, func(ctx context.Context, d *device) error {
		var err error
		began, err = r.finishAlbum(ctx, d)
		if e, ok := errors.AsType[*burn.RemainsError](err); ok && !began {
			// Before a track was whole the disc can't be told from others of its make.
			whole, _ := r.job.Tracks()
			gone = whole > 0 || e.Mode == burn.ModeSAO
			err = r.advise.hopeless(e, err, d)
			if f, ok := errors.AsType[*failure](err); ok && !gone && isNumber(label) {
				f.next += "\nTo remove the job: redbook jobs --forget " + label
			}
		}
		if f, ok := errors.AsType[*failure](err); ok && name == "" && errors.Is(err, burn.ErrOtherDisc) {
			f.next += "\n" + adviceFile // the only job on record need not be the one that is meant
		}
		return err
	})
}

// findJob finds the job of that name or file, or the one that the disc belongs to.
func (r *resumption) findJob(ctx context.Context, name string) (*journal.Job, error) {
	if !isNumber(name) {
		j, err := journal.Read(name)
		if err != nil {
			return nil, jobError(name, err)
		}
		return j, nil
	}
	folder, err := r.journals.folder()
	if err != nil {
		return nil, fail(exitFailed, "", "%w", err)
	}
	if name != "" {
		j, err := folder.Job(name)
		if err != nil {
			return nil, jobError(name, err)
		}
		return j, nil
	}
	jobs, _ := folder.Jobs() // redbook jobs says what is wrong with the others
	idle := slices.DeleteFunc(slices.Clone(jobs), func(j *journal.Job) bool { return j.Busy })
	if len(idle) > 0 {
		jobs = idle // an album that is being burned now isn't the one that is meant
	}
	switch {
	case len(jobs) == 0:
		return nil, fail(exitUsage, adviceFile+" Without a journal it can't be finished. "+
			"To make the tracks on the disc playable: redbook close"+r.advise.deviceFlag(), "redbook has no record of an interrupted burn")
	case len(jobs) == 1:
		return jobs[0], nil
	}
	// The drive is opened twice, and both times go into one trace.
	err = r.protect(jobs...)
	if err == nil {
		r.closeTrace, err = r.drives.shareTrace()
	}
	if err != nil {
		return nil, err
	}
	return r.jobOnDisc(ctx, jobs)
}

// jobOnDisc chooses by the disc in the drive.
func (r *resumption) jobOnDisc(ctx context.Context, jobs []*journal.Job) (found *journal.Job, err error) {
	several := fail(exitUsage, "Say which one: redbook resume JOB\n"+adviceFile, "more than one album can be finished:\n%s", strings.TrimSuffix(jobsText(jobs), "\n"))
	err = r.drives.with(ctx, justLook, func(ctx context.Context, d *device) error {
		on, err := disc.Look(ctx, d.drive, nil)
		if err != nil {
			return r.advise.burn(err, d, nil)
		}
		for _, j := range jobs {
			if !j.Fits(on) {
				continue
			}
			if found != nil {
				return several
			}
			found = j
		}
		if found == nil {
			return several
		}
		return nil
	})
	if _, choice := errors.AsType[*redbook.ChoiceError](err); choice || errors.Is(err, redbook.ErrNoDrive) {
		return nil, several
	}
	return found, err
}

// reload takes over flags and files of the interrupted burn.
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
		return fail(exitBadInput, r.advise.leaveAsIs(), "the audio came through a pipe, and can't be read a second time")
	}
	if err := sameFiles(r.job.Begin.Files); err != nil {
		return fail(exitBadInput, r.advise.leaveAsIs(), "%w", err)
	}
	if r.m, err = r.flags.sources.gather(ctx, r.talk, r.job.Begin.Args, "burned"); err != nil {
		return err
	}
	if err := r.flags.label(r.m.Tracks); err != nil {
		return err
	}
	return r.checkOutputs()
}

// checkOutputs refuses files that can't be written, or that are read.
func (r *resumption) checkOutputs() error {
	if toc := r.flags.toc; toc != "" {
		if err := mayWrite(toc, r.global.force); errors.Is(err, fs.ErrExist) {
			return fail(exitFailed, "The burn was told to write it. Move the file that is there, or add --force to replace it.", "--toc: %s already exists", toc)
		}
	}
	o := r.flags.outputs(r.global, nil)
	if r.closeTrace != nil { // it has begun, and it is this command's own
		o.list = slices.DeleteFunc(o.list, func(out output) bool { return out.flag == "--trace" })
	}
	return o.check()
}

// protect keeps what jobs need from being replaced by the files of flags.
func (r *resumption) protect(jobs ...*journal.Job) error {
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

// leaveAsIs is what to do with a disc whose album can't be finished.
func (a *adviser) leaveAsIs() string {
	return "The tracks that are on the disc stay. To make them playable: redbook close" + a.deviceFlag()
}

// sameFiles names the files that are gone or have another length. What is in them is compared
// once it is decoded.
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

// finishAlbum burns what is missing; began is whether it got as far as that.
func (r *resumption) finishAlbum(ctx context.Context, d *device) (began bool, err error) {
	m := r.m
	defer func() { err = errors.Join(err, m.Close()) }()
	r.opts.Journal = r.keeper
	r.opts.OnPrepare, r.opts.OnEvent, r.opts.Hurry = r.work.preparing(), newView(r.work, d, m).event, r.stop.hurry
	r.opts.Confirm = func(ctx context.Context, p *redbook.Plan) error { return r.approve(ctx, d, p) }
	report, err := redbook.Resume(ctx, d.opened, m.Album, r.job.Interrupted(), r.opts)
	if e, ok := errors.AsType[*redbook.PrepareError](err); ok {
		return false, prepareError(ctx, e.Err, "burned")
	}
	if errors.Is(err, burn.ErrDoesNotFit) {
		err = &failure{code: exitDoesntFit, err: err, next: r.advise.noRoom(&report)}
	}
	// Changed sources and another disc are found before anything is written: the tracks on
	// the disc are as the plan says.
	_, changed := errors.AsType[*burn.ChangedError](err)
	_, other := errors.AsType[*burn.OtherDiscError](err)
	if report.Version == 0 || changed || other {
		if errors.Is(err, burn.ErrSourceChanged) {
			err = &failure{code: exitBadInput, err: err, next: "Put the album's files back as they were. " + r.advise.leaveAsIs()}
		}
		return false, r.advise.burn(err, d, nil)
	}
	return true, errors.Join(r.work.ended(d, m, &report, err), m.writeTOC(r.flags.toc, false, &report))
}

// begunAll reports whether the job had begun each track. Session-at-once keeps no record of
// that.
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

// noRoom names the tracks that can't be saved.
func (a *adviser) noRoom(report *burn.Report) string {
	var names []string
	for _, t := range report.Tracks {
		if t.Status != burn.TrackOK {
			names = append(names, baseName(t.Name))
		}
	}
	text := "There is no room for what is missing."
	if len(names) > 0 {
		text = "There is no room for " + strings.Join(names, ", ") + "."
	}
	return text + " " + a.leaveAsIs()
}

// approve shows what is going to happen and asks whether it is to be carried out.
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
	r.stop.outlive()
	return nil
}

// hopeless is the end of a job that nothing can be added to.
func (a *adviser) hopeless(e *burn.RemainsError, err error, d *device) error {
	next := ""
	switch {
	case e.Mode == burn.ModeSAO && e.Blank:
		next = "Nothing is on the disc. Burn the album again, on the same disc."
	case e.Mode == burn.ModeSAO && d.disc != nil && d.disc.Summary().Media.Erasable:
		next = "Erase the disc and burn the album again: redbook blank" + a.deviceFlag()
	case e.Mode == burn.ModeSAO:
		next = "Burn the album again. A CD-R can't be used any more; a CD-RW can, after redbook blank."
	default:
		next = "Burn the missing tracks on another disc."
	}
	return &failure{code: exitNoDisc, err: err, next: next}
}
