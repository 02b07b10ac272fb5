package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// copyFlags are the flags of copy.
type copyFlags struct {
	from, to    string
	mode, speed string
	verify      string
	spool       string
	offset      int
	testWrite   bool
	eject       bool
	opts        redbook.CopyOptions
}

const copyExample = `  redbook copy --from /dev/sr0 --to /dev/sr1
  redbook copy                                      with one drive: asks for the blank disc
  redbook copy --from sim:a.disc --to sim:b.disc --yes`

const copyLong = `Copies an audio CD: the same tracks, pauses, index marks, codes, CD-TEXT and samples. redbook
first reads the source into a temporary file, which is always removed. It writes the copy
session-at-once if the drive supports that. The plan lists what the copy will not have.`

// copyCommand copies a disc. With two drives it asks the target whether it can write the
// copy before it reads the source, which takes minutes.
func copyCommand(a *app) *cobra.Command {
	var f copyFlags
	cmd := a.command("copy", "Copy an audio CD", copyExample, noArgs, func(ctx context.Context, _ []string) error {
		a.data.startEvents()
		if err := f.check(&a.flags); err != nil {
			return err
		}
		r := &copyRun{
			flags: &a.flags, talk: a.talk, data: a.data, advise: a.advise, drives: a.drives, discs: a.discs, work: a.work, stop: a.stop,
		}
		if err := r.settle(ctx, &f); err != nil {
			return err
		}
		return r.run(ctx, &f)
	})
	cmd.Long = copyLong
	a.bellFlag(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.from, "from", "", "`DRIVE` with the disc to copy (default: --device, or the only drive)")
	fl.StringVar(&f.to, "to", "", "`DRIVE` with the blank disc (default: the same drive)")
	fl.StringVar(&f.mode, "mode", "auto", "`MODE` of recording: sao (session-at-once), tao (track-at-once), or auto (tao only if the drive supports nothing else)")
	fl.StringVar(&f.speed, "speed", "max", "write at `SPEED`, such as 16x, or the next lower one that drive and disc have")
	fl.StringVar(&f.verify, "verify", "full", "how much audio to read back and compare: `HOW` is none, quick (three seconds per track) or full")
	fl.StringVar(&f.spool, "spool", "", "`FOLDER` for the temporary file with the audio of the disc")
	fl.IntVar(&f.offset, "offset", 0, "read offset correction of the source drive in `SAMPLES`, as AccurateRip lists it")
	fl.BoolVar(&f.testWrite, "test-write", false, "rehearse the copy with the laser off: nothing is written")
	fl.BoolVar(&f.eject, "eject", false, "open the tray when done")
	return cmd
}

// check reads the flags.
func (f *copyFlags) check(global *globals) error {
	var ok bool
	if f.opts.Mode, ok = map[string]redbook.Mode{"auto": redbook.ModeAuto, "tao": redbook.ModeTAO, "sao": redbook.ModeSAO}[f.mode]; !ok {
		return usage("--mode %q: must be auto, tao or sao", f.mode)
	}
	if f.opts.ReadBack, ok = map[string]redbook.ReadBack{"none": redbook.ReadBackNone, "quick": redbook.ReadBackQuick, "full": redbook.ReadBackFull}[f.verify]; !ok {
		return usage("--verify %q: must be none, quick or full", f.verify)
	}
	var err error
	if f.opts.Speed, err = parseSpeed(f.speed); err != nil {
		return err
	}
	if f.offset < -5880 || f.offset > 5880 {
		return usage("--offset %d: drives read up to ten sectors off, -5880 to 5880 samples", f.offset)
	}
	f.opts.TestWrite, f.opts.Eject = f.testWrite, f.eject
	return nil
}

// copyRun is one run of redbook copy.
type copyRun struct {
	flags  *globals
	talk   *talk
	data   *results
	advise *adviser
	drives *access
	discs  *discs
	work   *work
	stop   *stopper
	made   string // the file of a simulated disc that was created for the copy, until it is begun
}

// settle determines the drives, and checks whether the necessary questions can be asked.
func (r *copyRun) settle(ctx context.Context, f *copyFlags) (err error) {
	if f.from == "" {
		f.from = r.flags.device
	}
	if f.from == "" {
		f.from, err = r.drives.look().onlyDrive(ctx)
		if err != nil {
			return err
		}
	}
	if f.to == "" {
		f.to = f.from
	}
	ask := r.talk.inTerm && !r.flags.json
	switch {
	case f.one() && strings.HasPrefix(f.from, simPrefix):
		return usage("--to: a simulated drive holds one disc; name another one, such as --to sim:copy.disc")
	case f.one() && !ask:
		return fail(exitUsage, "Name a second drive with --to, or run the command on a terminal and without --json.",
			"with one drive you have to change the disc, and redbook can ask for that only on a terminal")
	case !r.flags.yes && !ask && !f.testWrite:
		return explain("question", fail(exitUsage, "To burn without a question: add --yes", "%s: Burn?", noTerminal(r.flags.json)))
	}
	return nil
}

// outputs checks the file of --trace.
func (r *copyRun) outputs(f *copyFlags) error {
	o := outputsOf(r.flags, nil)
	o.devices = []string{f.from, f.to}
	return o.check()
}

// one reports whether source and target are the same drive.
func (f *copyFlags) one() bool {
	from, sim1 := strings.CutPrefix(f.from, simPrefix)
	to, sim2 := strings.CutPrefix(f.to, simPrefix)
	return sim1 == sim2 && (from == to || sameName(from, to))
}

// with opens a drive by its name, which advice then names too.
func (r *copyRun) with(ctx context.Context, name string, mode openMode, do func(ctx context.Context, d *device) error) error {
	before := r.flags.device
	r.flags.device = name
	defer func() { r.flags.device = before }()
	return r.drives.with(ctx, mode, do)
}

// run reads the source and burns the copy.
func (r *copyRun) run(ctx context.Context, f *copyFlags) (err error) {
	if err := r.outputs(f); err != nil {
		return err
	}
	closeTrace, err := r.drives.shareTrace()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTrace()) }()
	var c *redbook.CopySource
	defer func() {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
		if r.made != "" { // for a copy that was not begun
			err = errors.Join(err, os.Remove(r.made))
		}
	}()
	err = r.with(ctx, f.from, justLook, func(ctx context.Context, d *device) (err error) {
		c, err = r.readSource(ctx, d, f)
		if err == nil && f.one() {
			err = d.opened.Eject(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	for {
		if f.one() {
			if err := r.talk.askForBlank(ctx); err != nil {
				return err
			}
		}
		err = r.with(ctx, f.to, makeMissing, func(ctx context.Context, d *device) error { return r.burn(ctx, d, f, c) })
		if !f.one() || !wrongDisc(err) {
			return err
		}
		r.talk.warn("%s", sentence(err, r.flags.verbose > 0))
	}
}

// wrongDisc reports whether nothing was written and another disc would help.
func wrongDisc(err error) bool {
	if errors.Is(err, burn.ErrWriteFailed) {
		return false
	}
	f, ok := errors.AsType[*failure](err)
	return ok && (f.code == exitNoDisc || f.code == exitDoesntFit) || noDisc(err)
}

// askForBlank waits for the blank disc. Without questions, copy needs two drives.
func (t *talk) askForBlank(ctx context.Context) error {
	t.console.ring(t.flags.bell)
	answer, err := t.ask(ctx, "Take the disc out, put a blank one into the drive and close the tray. Then press Enter, or q to stop: ")
	if err != nil {
		return err
	}
	if !strings.HasSuffix(answer, "\n") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "q") {
		return fail(exitCanceled, "", "nothing was burned")
	}
	return nil
}

// readSource reads the source into a temporary file. With two drives it first asks the
// target whether it can write the copy.
func (r *copyRun) readSource(ctx context.Context, d *device, f *copyFlags) (*redbook.CopySource, error) {
	o := &redbook.CopySourceOptions{
		Dir: f.spool, Offset: f.offset, OnTrack: r.talk.scanProgress, OnProgress: r.talk.readingProgress("Reading the disc"),
		Confirm: func(ctx context.Context, c *redbook.CopySource) error {
			r.talk.console.clear()
			if f.one() {
				return nil
			}
			return r.checkTarget(ctx, f, c)
		},
	}
	c, err := redbook.ReadCopy(ctx, d.opened, o)
	r.talk.console.clear()
	if errors.Is(err, context.Canceled) {
		return nil, fail(exitCanceled, "", "canceled; nothing was burned")
	}
	if diskFull(err) {
		return nil, explain("disk-full", fail(exitFailed, "Nothing was burned. To use another folder: --spool FOLDER", "%w", err))
	}
	if err != nil {
		return nil, r.advise.readError(d, err)
	}
	if lost := c.Lost; lost > 0 {
		r.talk.warn("%d samples at the ends of the tracks or next to them can't be read with this offset; they are silence in the copy", lost)
	}
	if n := c.Unreadable; n > 0 {
		r.talk.warn("%s between the tracks can't be read; they are silence in the copy", count(int(n), "sector"))
	}
	return c, nil
}

// checkTarget plans the copy on the second drive, with silence of the same length.
func (r *copyRun) checkTarget(ctx context.Context, f *copyFlags, c *redbook.CopySource) error {
	return r.with(ctx, f.to, makeMissing, func(ctx context.Context, d *device) error {
		r.created(d)
		_, err := redbook.PlanCopy(ctx, d.opened, c, &f.opts)
		return r.advise.writing(err, d, nil)
	})
}

// created notes that a disc file is new.
func (r *copyRun) created(d *device) {
	if d.created {
		r.made = strings.TrimPrefix(d.name, simPrefix)
	}
}

// burn burns, and compares everything that the copy holds besides its samples.
func (r *copyRun) burn(ctx context.Context, d *device, f *copyFlags, c *redbook.CopySource) error {
	r.created(d)
	opts := f.opts
	opts.OnEvent, opts.Hurry = newView(r.work, d, nil).event, r.stop.hurry
	atOnce := false
	opts.Confirm = func(ctx context.Context, p *redbook.CopyPlan) error {
		atOnce = p.Mode == burn.ModeSAO
		return r.approve(ctx, d, p, f, c)
	}
	report, err := redbook.BurnCopy(ctx, d.opened, c, &opts)
	if report.Version == 0 { // the burn did not start
		return r.advise.writing(err, d, nil)
	}
	r.made = ""
	if err == nil && atOnce && !f.testWrite && !f.eject {
		r.compare(ctx, d, c)
	}
	return r.work.ended(d, nil, &report, err)
}

// approve shows the plan of the copy and asks for confirmation.
func (r *copyRun) approve(ctx context.Context, d *device, p *redbook.CopyPlan, f *copyFlags, c *redbook.CopySource) error {
	r.talk.console.clear()
	if r.data.events == nil && !r.flags.quiet {
		for line := range strings.SplitSeq(strings.TrimSuffix(copyText(d, p, c), "\n"), "\n") {
			r.talk.console.print(line)
		}
	}
	for _, loss := range p.Losses {
		r.talk.warn("the copy will not have %s", lossWords[loss])
	}
	r.talk.warnOfReaders(d)
	if !f.testWrite {
		if err := r.talk.confirm(ctx, "Burn the copy?"); err != nil {
			return err
		}
	}
	r.stop.surviveTerminal()
	return nil
}

// compare checks the parts of the copy besides its samples. Parts that the drive can't report
// are not errors.
func (r *copyRun) compare(ctx context.Context, d *device, c *redbook.CopySource) {
	l, err := redbook.Examine(ctx, d.opened, &redbook.ExamineOptions{OnTrack: r.talk.scanProgress})
	r.talk.console.clear()
	if err != nil {
		return
	}
	for _, diff := range extract.Compare(&c.Layout, &l) {
		r.talk.warn("the copy differs from its source in %s", differenceText(diff))
	}
	if l.NoQ != nil {
		r.talk.note("Pauses and index marks of the copy were not read back: the drive does not return the Q sub-channel.")
	}
}

// differenceText describes a difference between a copy and its source.
func differenceText(d extract.Difference) string {
	switch d.What {
	case "mcn":
		return "the catalog number"
	case "text":
		return "CD-TEXT"
	case "isrc":
		return fmt.Sprintf("the recording code (ISRC) of track %d", d.Track)
	case "indexes":
		return fmt.Sprintf("the index marks of track %d", d.Track)
	case "scms":
		return fmt.Sprintf("the mark of a copy (SCMS) of track %d", d.Track)
	}
	return fmt.Sprintf("the pause before track %d", d.Track)
}

// copyText returns the plan as lines.
func copyText(d *device, p *redbook.CopyPlan, c *redbook.CopySource) string {
	var b strings.Builder
	pauses, marks, codes := 0, 0, 0
	for i := range c.Layout.Tracks {
		t := &c.Layout.Tracks[i]
		if i > 0 && t.Pause.Value > 0 {
			pauses++
		}
		marks += len(t.Indexes.Value)
		if t.ISRC.Value != "" {
			codes++
		}
	}
	b.WriteString("Drive  " + p.Drive + simulatedNote(d) + "\nDisc   " + discText(&p.Disc) + "\n")
	how := "session-at-once"
	if p.Mode != burn.ModeSAO {
		how = "track-at-once"
	}
	list := []string{count(len(c.Layout.Tracks), "track")}
	for _, f := range []struct {
		n    int
		noun string
	}{{pauses, "pause"}, {marks, "index mark"}, {codes, "recording code"}} {
		if f.n > 0 {
			list = append(list, count(f.n, f.noun))
		}
	}
	if len(c.Packs) > 0 {
		text, _ := cdtext.Decode(c.Packs)
		list = append(list, "CD-TEXT"+languagesText(text.Blocks))
	}
	if c.Sound.Hidden {
		list = append(list, toc.Sectors(c.Layout.Hidden()).String()+" of hidden audio")
	}
	b.WriteString("Source " + strings.Join(list, ", ") + "\n")
	b.WriteString("The copy is " + p.Total.String() + " long and is written " + how + "; " + p.FreeLeft.String() + " of the disc stay free.\n")
	return b.String()
}

// lossWords names what a copy lacks.
var lossWords = map[rip.Loss]string{
	"data":         "the data tracks: only audio is copied",
	"open":         "the unfinished track: drives do not read it",
	"sessions":     "the sessions of the source: it gets one session with all tracks",
	"unseen-marks": "pauses and index marks that the source drive does not show; their sound is in its place",
	"unseen-text":  "CD-TEXT, if the source has any: its drive does not report it",
	"damaged-text": "parts of the CD-TEXT that the source drive reports damaged",
	"mcn":          "the catalog number: it is not reported, or its check digit is wrong",
	"isrc":         "recording codes (ISRC) that the source drive does not report",
	"short":        "tracks shorter than four seconds: they are filled up with silence",
	"pauses":       "the pauses of the source: track-at-once puts two seconds of silence between all tracks",
	"indexes":      "index marks",
	"hidden":       "the audio before track 1",
	"text":         "CD-TEXT",
}
