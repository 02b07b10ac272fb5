package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/scsi/host"
)

// deviceFlag is --device, which burn accepts several times.
type deviceFlag struct{ flags *globals }

func (f *deviceFlag) String() string {
	if f.flags == nil {
		return ""
	}
	return f.flags.device
}

// Type implements pflag.Value.
func (f *deviceFlag) Type() string { return "string" }

// Set implements pflag.Value.
func (f *deviceFlag) Set(name string) error {
	f.flags.device = name
	f.flags.devices = append(f.flags.devices, name)
	return nil
}

// checkDevices rejects drives that can't burn at the same time.
func checkDevices(a *app, b *burnFlags) error {
	names := a.flags.devices
	if len(names) < 2 {
		return nil
	}
	if b.copies > 1 {
		return usage("--copies burns one disc after the other in one drive, and several --device burn at the same time: use only one of them")
	}
	known := systemDrives(a, names)
	for i, name := range names {
		for _, other := range names[:i] {
			if sameDrive(known, name, other) {
				return usage("--device %s and --device %s are the same drive", other, name)
			}
		}
	}
	return nil
}

// systemDrives lists the drives of this computer, if any name is a real drive.
func systemDrives(a *app, names []string) []host.Info {
	if !slices.ContainsFunc(names, func(name string) bool { return !strings.HasPrefix(name, simPrefix) }) {
		return nil
	}
	list := host.List
	if a.hooks.host != nil {
		list = a.hooks.host.List
	}
	ctx, cancel := context.WithTimeout(context.Background(), completionTime)
	defer cancel()
	drives, _ := list(ctx) // opening a drive twice is refused as well
	return drives
}

// sameDrive reports whether two names are the same drive. Two empty simulated drives are
// different.
func sameDrive(known []host.Info, a, b string) bool {
	discA, simA := strings.CutPrefix(a, simPrefix)
	discB, simB := strings.CutPrefix(b, simPrefix)
	if simA || simB {
		return simA && simB && discA != "" && sameName(discA, discB)
	}
	plain := func(name string) string {
		return strings.ToLower(strings.TrimRight(strings.TrimPrefix(strings.TrimPrefix(name, `\\.\`), `\\?\`), `\:`))
	}
	if plain(a) == plain(b) || filepath.IsAbs(a) && sameName(a, b) {
		return true
	}
	is := func(d *host.Info, name string) bool {
		return slices.ContainsFunc(append([]string{d.Path, d.ID, d.Generic}, d.Links...), func(other string) bool {
			return other != "" && (plain(other) == plain(name) || filepath.IsAbs(other) && sameName(other, name))
		})
	}
	return slices.ContainsFunc(known, func(d host.Info) bool { return is(&d, a) && is(&d, b) })
}

// target is one of several drives that burn the same album.
type target struct {
	*burnRun // with its own texts and files
	name     string
	d        *device
	m        *material
	flags    *burnFlags
	c        *chronicle
	journal  *journal.Keeper
	err      error // why nothing was burned, or the result
}

// several burns the album in several drives at the same time. It is decoded once. Each
// drive has its own line on the screen, report, log and trace.
func (r *burnRun) several(ctx context.Context, m *material, args []string, flags *burnFlags, opts *redbook.Options) (err error) {
	defer func() { err = errors.Join(err, m.Close()) }()
	r.data.mu = &sync.Mutex{}
	targets := make([]*target, len(r.flags.devices))
	for i, name := range r.flags.devices {
		targets[i] = r.target(i+1, name, m, flags)
		targets[i].open(ctx, args)
	}
	var able []*target
	var drives []*redbook.Drive
	for _, t := range targets {
		if t.err == nil {
			able, drives = append(able, t), append(drives, t.d.opened)
		}
	}
	var stopped error // of all
	if len(able) > 0 {
		all := &redbook.AllOptions{Options: *opts, Each: func(i int, o *redbook.Options) { able[i].options(o) }}
		all.OnPrepare, all.Hurry = r.work.preparing(), r.stop.hurry
		all.ConfirmAll = func(ctx context.Context, plans []*redbook.Plan, errs []error) error {
			stopped = r.approveAll(ctx, targets, able, plans, errs)
			return stopped
		}
		results := redbook.BurnAll(ctx, drives, m.Album, all)
		r.talk.console.endRows()
		for _, res := range results { // a file that can't be decoded is reported once
			if errors.Is(res.Err, redbook.ErrPrepare) {
				stopped = prepareError(ctx, res.Err, "burned")
			}
		}
		for i, t := range able {
			t.end(results[i], stopped != nil)
		}
	}
	return r.conclude(targets, stopped)
}

// target creates the parts that print for one drive.
func (r *burnRun) target(nth int, name string, m *material, flags *burnFlags) *target {
	g, own, words, data := *r.flags, *flags, *r.talk, *r.data
	g.device, g.devices = name, nil
	words.flags, words.name, words.row = &g, name, nth
	if data.events != nil {
		data.events = &eventStream{to: r.data, device: name}
	}
	own.journal = flags.journal
	if own.journal != "" && own.journal != noJournal {
		own.journal = numberedFor(own.journal, nth)
	}
	run := *r
	run.nth, run.flags, run.talk, run.data = nth, &g, &words, &data
	run.advise = &adviser{args: withoutDevices(r.args), flags: &g, config: r.config}
	words.advise = run.advise
	run.journals = &journals{flags: &g, env: r.journals.env, talk: &words, data: &data, advise: run.advise}
	run.drives = &access{flags: &g, hooks: r.drives.hooks, talk: &words, advise: run.advise, journals: run.journals}
	run.work = &work{flags: &g, hooks: r.work.hooks, talk: &words, data: &data, advise: run.advise, stop: r.stop}
	album := *m // its plan is that of the drive
	return &target{burnRun: &run, name: name, m: &album, flags: &own}
}

// withoutDevices returns a command line without --device, for advice about one drive.
func withoutDevices(args []string) (kept []string) {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--":
			return append(kept, args[i:]...)
		case args[i] == "--device":
			i++
		case !strings.HasPrefix(args[i], "--device="):
			kept = append(kept, args[i])
		}
	}
	return kept
}

// open opens the drive and creates the files that the burn writes.
func (t *target) open(ctx context.Context, args []string) {
	t.d, t.err = opening{access: t.drives, mode: makeMissing, nth: t.nth}.open(ctx)
	if t.err != nil {
		t.d = nil
		return
	}
	t.d.refused = true
	first := *t.burnRun
	first.nth = 1 // the disc in it is always the one that is meant
	if t.err = first.awaitDisc(ctx, t.d, t.flags); t.err != nil {
		t.close()
		return
	}
	if t.c, t.err = t.newChronicle(t.d, t.m, t.flags); t.err == nil {
		t.journal, t.err = t.keep(t.d, t.m, args, t.flags)
	}
	if t.err != nil {
		t.close()
	}
}

// close releases the drive.
func (t *target) close() {
	if t.c != nil {
		t.err = errors.Join(t.err, t.c.close(t.data, t.err))
	}
	if t.d == nil {
		return
	}
	t.err = t.d.closeAfter(t.err)
	if t.d.created && t.d.refused {
		t.err = errors.Join(t.err, os.Remove(strings.TrimPrefix(t.d.name, simPrefix)))
	}
}

// options sets the options that belong to one drive.
func (t *target) options(o *redbook.Options) {
	o.Journal, o.OnEvent = t.journal, t.c.follow(newView(t.work, t.d, t.m).event)
	o.OnFallback = func(err error, without []redbook.Need) {
		t.talk.warn("%s; the disc is written track-at-once instead, without %s", sentence(err, false), t.flags.needText(without))
	}
	if !t.burnRun.flags.yes { // the other drives are burning, so redbook can't ask
		o.Confirm = func(context.Context, *redbook.Plan) error {
			return explain("no-session-at-once", fail(exitCanceled, "To burn it track-at-once: "+t.advise.sameLineOn(t.name)+" --mode tao", "the drive refused session-at-once; nothing was written"))
		}
	}
}

// approveAll shows the plans and asks once for all drives.
func (r *burnRun) approveAll(ctx context.Context, targets, able []*target, plans []*redbook.Plan, errs []error) error {
	r.talk.console.endRows()
	r.talk.console.clear()
	willing, test, standby := 0, false, false
	for i, t := range able {
		p := plans[i]
		if p == nil {
			t.err = t.advise.writing(errs[i], t.d, nil)
			continue
		}
		t.m.planned(p)
		if r.data.events == nil {
			t.showOwn(p, willing == 0)
		}
		t.talk.warnOfReaders(t.d)
		willing++
		test, standby = test || p.TestWrite, standby || p.Standby
	}
	if standby {
		r.talk.warnOfStandby()
	}
	question := fmt.Sprintf("Burn %d discs?", willing)
	if unable := len(targets) - willing; unable > 0 {
		for _, t := range targets {
			if t.err != nil {
				t.talk.warn("%s", sentence(t.err, false))
			}
		}
		question = fmt.Sprintf("Burn in %s only?", drivesCount(willing))
	}
	if !test {
		if err := r.talk.confirm(ctx, question); err != nil {
			return err
		}
	}
	r.stop.surviveTerminal()
	runtime.GOMAXPROCS(max(willing+1, runtime.GOMAXPROCS(0))) // as in approve, for each drive
	return nil
}

func drivesCount(n int) string { return count(n, "drive") }

// showOwn shows the plan of one drive; the tracks are shown only once.
func (t *target) showOwn(p *redbook.Plan, first bool) {
	words := *t.talk
	words.name = ""
	if !t.burnRun.flags.quiet {
		t.talk.console.print("Device " + oneLine(t.name))
	}
	if first {
		words.showPlan(t.d, p, t.m, t.flags)
		return
	}
	if !t.burnRun.flags.quiet {
		text := fmt.Sprintf("Drive  %s%s\nDisc   %s\n", p.Drive, simulatedNote(t.d), discText(&p.Disc))
		if len(p.Needs) > 0 {
			text += modeText(p, t.m, t.flags.needText(p.Needs)) + "\n"
		}
		for l := range strings.SplitSeq(text+purposeText(&p.Plan), "\n") {
			t.talk.console.print(l)
		}
	}
	t.talk.warnPlanned(p.Notes)
}

// end reports the result of one drive and closes it. stopped reports whether the error was
// already printed for all drives.
func (t *target) end(res redbook.Result, stopped bool) {
	report := res.Report
	began := report.Version != 0
	t.d.refused = !began
	switch {
	case !began && stopped && t.err == nil:
		t.err = res.Err
	case !began:
		t.err = t.advise.writing(res.Err, t.d, nil)
		code, _ := verdict(t.err)
		t.data.events.send("report", reportEvent{code, t.d.simulated, report, t.m.doc()})
	default:
		t.c.ended(t.m, &report)
		var perr error
		if t.data.events == nil && !t.burnRun.flags.quiet {
			perr = t.data.print("%s\n", oneLine(t.name))
		}
		t.err = errors.Join(t.work.ended(t.d, t.m, &report, res.Err), perr, t.m.writeTOC(t.numbered(t.flags.toc), t.burnRun.flags.force, &report))
	}
	t.err = t.journals.kept(t.journal, t.err)
	t.close()
}

// worst lists the exit codes from the worst. The exit code of several burns is the first of
// these that occurs.
var worst = []int{
	exitWriteFailed, exitVerify, exitUnconfirmed, exitCanceled, exitFailed, exitDoesntFit, exitBadInput, exitNoDisc, exitUnable, exitNoDrive, exitUsage,
}

// conclude names the drives that failed. stopped is an error that all have.
func (r *burnRun) conclude(targets []*target, stopped error) error {
	if stopped != nil {
		return stopped
	}
	failed, code, explained := 0, exitDone, map[topic]bool{}
	var output error
	for _, t := range targets {
		if unprinted(t.err) {
			output = t.err
			continue
		}
		if t.err == nil {
			continue
		}
		failed++
		own, next := verdict(t.err)
		if code == exitDone || slices.Index(worst, own) < slices.Index(worst, code) {
			code = own
		}
		r.talk.console.print("redbook: " + t.name + ": " + sentence(t.err, r.flags.verbose > 0))
		more := topicOf(t.err)
		if explained[more] {
			more = "" // it is on the screen
		}
		explained[more] = true
		r.talk.advice(next, more)
		if t.d == nil { // it was never opened
			t.data.events.send("report", reportEvent{Exit: own, Report: burn.Report{}})
		}
		t.data.events.send("error", errorOf(own, t.err, next))
	}
	switch {
	case failed == 0:
		return cmp.Or(output, r.data.events.err())
	case code == exitCanceled:
		return fail(code, "", "%d of %d burns were canceled", failed, len(targets))
	}
	return fail(code, "", "%d of %d discs failed", failed, len(targets))
}
