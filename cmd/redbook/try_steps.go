package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/bus"
	"github.com/redbook-audio/redbook/internal/trial"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi/host"
)

// tryWay is a recording mode: how it is rehearsed and burned.
type tryWay struct {
	name string
	opts redbook.Options
	lack string // why it isn't tried; "" if it is
	test string // why it isn't rehearsed; "" if it is
}

// steps carries out all requested steps. The error is why the trial ended early.
func (r *tryRun) steps(ctx context.Context) error {
	if err := r.look(ctx, "look at the drive"); err != nil {
		return err
	}
	if r.info.Empty {
		if err := r.disc(ctx); err != nil {
			return err
		}
	}
	if on := &r.info.Disc; on.Status.Known() && on.Status.Value != mmc.DiscEmpty {
		err := r.step(ctx, "read", func(ctx context.Context) (*burn.Report, error) { return nil, r.examine(ctx) })
		return errors.Join(err, r.occupied())
	}
	if r.flags.until == untilLook {
		return nil
	}
	remove, err := r.tones(ctx)
	if err != nil {
		return err
	}
	defer remove()
	ways := r.ways()
	if !slices.ContainsFunc(ways, func(w tryWay) bool { return w.lack == "" }) {
		return errNoWay()
	}
	if slices.ContainsFunc(ways, func(w tryWay) bool { return w.lack == "" && w.test == "" }) {
		if more, err := r.consent(ctx, "Rehearse a burn with the laser off? Nothing is written to the disc."); !more {
			return err
		}
	}
	r.app.stop.surviveTerminal()
	if err := r.rehearse(ctx, ways); err != nil || r.flags.until == untilTest {
		return err
	}
	if !slices.ContainsFunc(ways, func(w tryWay) bool { return w.lack == "" }) {
		return errNoWay() // all were refused
	}
	question := "Burn half a minute of tones? That uses up the CD-R."
	if r.info.Disc.Media.Value == mmc.MediaCDRW {
		question = "Burn half a minute of tones? The CD-RW can be erased again."
	}
	if more, err := r.consent(ctx, question); !more {
		return err
	}
	err = r.burns(ctx, ways)
	return errors.Join(err, r.after(ctx, err))
}

// occupied ends a trial on a disc that isn't blank.
func (r *tryRun) occupied() error {
	if r.flags.until == untilLook {
		return nil
	}
	next := "Insert a blank CD-R or CD-RW and try again. The archive is useful anyway."
	if r.info.Disc.Media.Value == mmc.MediaCDRW {
		next = "The archive is useful anyway. To erase the disc: redbook blank" + r.advise.deviceFlag()
	}
	return explain("not-blank", fail(exitNoDisc, next, "the disc isn't blank, so nothing was rehearsed or burned"))
}

// step carries out one step, and keeps its result and the commands that it sent.
func (r *tryRun) step(ctx context.Context, name string, do func(ctx context.Context) (*burn.Report, error)) error {
	r.talk.note("Step %d: %s", len(r.doc.Steps)+1, name)
	report, err := do(ctx)
	r.talk.console.clear()
	number := len(r.doc.Steps) + 1
	s := tryStep{Name: name, Result: stepDone}
	if lines := r.log.Take(); len(lines) > 0 {
		s.Trace = fmt.Sprintf("%02d.jsonl", number)
		r.archive.Add(s.Trace, lines)
	}
	if report != nil && report.Version != 0 {
		s.Report, s.Verdict = fmt.Sprintf("%02d-burn.json", number), string(report.Verdict)
		err = errors.Join(err, r.archive.AddJSON(s.Report, report))
	}
	if err != nil {
		s.Result, s.Message = stepFailed, inOneLine(err)
		if s.Exit, _ = verdict(err); s.Exit == exitCanceled {
			s.Result = stepCanceled
		}
		if s.Report != "" {
			s.Disc = strings.Join(holds(report), " ")
		}
	}
	r.doc.Steps = append(r.doc.Steps, s)
	if serr := r.save(); serr != nil && !diskFull(serr) {
		err = errors.Join(err, fail(exitFailed, "", "--archive: %w", serr))
	} // a full disk is reported at the end if it persists
	return err
}

// skip records why a step wasn't carried out.
func (r *tryRun) skip(name, why string) {
	r.doc.Steps = append(r.doc.Steps, tryStep{Name: name, Result: stepSkipped, Message: why})
}

// look asks the drive everything about itself and its disc.
func (r *tryRun) look(ctx context.Context, name string) error {
	err := r.step(ctx, name, func(ctx context.Context) (*burn.Report, error) {
		// What it reports before anything was set comes first.
		err := trial.Survey(ctx, r.d.drive.Transport())
		if err != nil {
			return nil, r.advise.burn(err, r.d, nil)
		}
		if r.info, err = r.d.opened.Info(ctx); err != nil {
			return nil, r.advise.burn(err, r.d, nil)
		}
		return nil, nil
	})
	doc := infoOf(r.d, &r.info)
	if r.doc.Drive, r.doc.Speeds = doc.Drive, doc.Speeds; r.doc.Disc == nil {
		r.doc.Disc = doc.Disc
	}
	return err
}

// disc waits for a disc if a person can insert one.
func (r *tryRun) disc(ctx context.Context) error {
	asked := r.talk.inTerm && !r.app.flags.json && !r.app.flags.yes
	if r.d.simulated || r.flags.until == untilLook || !r.flags.wait && !asked {
		if r.flags.until == untilLook {
			return nil
		}
		return r.advise.noDisc()
	}
	b := &burnRun{flags: &r.app.flags, talk: r.talk, data: r.data, advise: r.advise, nth: 1}
	if err := b.awaitDisc(ctx, r.d, &burnFlags{wait: true}); err != nil {
		return err
	}
	err := r.look(ctx, "look at the disc")
	if err == nil && r.info.Empty {
		err = r.advise.noDisc()
	}
	return err
}

// consent asks before a step. "No" ends the trial and is not a failure.
func (r *tryRun) consent(ctx context.Context, question string) (more bool, err error) {
	err = r.talk.confirm(ctx, question)
	if code, _ := verdict(err); code == exitCanceled && ctx.Err() == nil {
		r.skip("the rest", "not wanted")
		return false, nil
	}
	if ctx.Err() != nil {
		err = fail(exitCanceled, "", "canceled; nothing was written to the disc")
	}
	return err == nil, err
}

// ways are the recording modes. Session-at-once comes first, because only the first
// session of a disc can have CD-TEXT.
func (r *tryRun) ways() []tryWay {
	sao := tryWay{name: "session-at-once with CD-TEXT", opts: redbook.Options{Mode: redbook.ModeSAO, CDText: true, MultiSession: true}}
	tao := tryWay{name: "track-at-once", opts: redbook.Options{Mode: redbook.ModeTAO}}
	if s := r.info.SAO; s.ByFeature && !s.Supported {
		sao.lack = "the drive does not report session-at-once"
	} else if s.ByFeature && !s.RWSubcode {
		sao.name, sao.opts.CDText = "session-at-once", false
	}
	if r.info.SAO.ByFeature && !r.info.SAO.TestWrite {
		sao.test = "the drive does not report test writes"
	}
	if !r.info.TAO.Supported {
		tao.lack = "the drive does not report track-at-once"
		sao.opts.MultiSession = false // nothing follows
	} else if !r.info.TAO.TestWrite {
		tao.test = "the drive does not report test writes"
	}
	return []tryWay{sao, tao}
}

// rehearse writes with the laser off, and checks that nothing was written.
func (r *tryRun) rehearse(ctx context.Context, ways []tryWay) error {
	for i := range ways {
		w, name := &ways[i], "test write, "+ways[i].name
		why := w.lack
		if why == "" {
			why = w.test
		}
		if why != "" {
			r.skip(name, why)
			continue
		}
		opts := w.opts
		opts.TestWrite, opts.MultiSession = true, false
		err := r.step(ctx, name, func(ctx context.Context) (*burn.Report, error) { return r.write(ctx, opts) })
		if unableTo(err) {
			w.lack = "the drive has refused it"
			continue
		}
		if err != nil {
			return err
		}
	}
	if err := r.look(ctx, "look at the disc"); err != nil {
		return err
	}
	if on := &r.info.Disc; on.Status.Known() && on.Status.Value != mmc.DiscEmpty {
		return fail(exitWriteFailed, "Please send the archive: this drive wrote during a test write.",
			"the disc isn't blank any more after a test write")
	}
	return nil
}

// unableTo reports a recording mode that the drive turns out not to support.
func unableTo(err error) bool {
	return errors.Is(err, burn.ErrNoSAO) || errors.Is(err, burn.ErrNoText) || errors.Is(err, burn.ErrNoFeature) || errors.Is(err, burn.ErrModeParams)
}

// burns burns in each recording mode, one session each, and reads everything back.
func (r *tryRun) burns(ctx context.Context, ways []tryWay) error {
	written := 0
	for i, w := range ways {
		name := "burn, " + w.name
		if w.lack != "" {
			r.skip(name, w.lack)
			continue
		}
		opts := w.opts
		opts.Append = written > 0
		opts.ReadBack = redbook.ReadBackFull
		if i == 0 && ways[1].lack != "" {
			opts.MultiSession = false
		}
		err := r.step(ctx, name, func(ctx context.Context) (*burn.Report, error) {
			report, err := r.write(ctx, opts)
			r.d.refused = r.d.refused && report.Version == 0
			return report, err
		})
		if err != nil && !unableTo(err) {
			return err
		}
		if err == nil {
			written++
		}
	}
	if written == 0 {
		return errNoWay()
	}
	return nil
}

func errNoWay() error {
	return fail(exitUnable, "", "the drive supports no recording mode that redbook can use")
}

// write burns the tones once.
func (r *tryRun) write(ctx context.Context, opts redbook.Options) (*burn.Report, error) {
	opts.Speed, opts.Hurry = r.speed, r.app.stop.hurry
	opts.OnEvent = newView(r.work, r.d, r.m).event
	report, err := redbook.Burn(ctx, r.d.opened, r.m.Album, &opts)
	return &report, r.advise.burn(err, r.d, &report)
}

// after inspects the disc again and reads its tables, even if the burn was canceled.
func (r *tryRun) after(ctx context.Context, cause error) error {
	if code, _ := verdict(cause); code == exitNoDrive {
		return nil
	}
	if err := r.lookAtBurned(context.WithoutCancel(ctx)); err != nil || cause != nil {
		return nil // the cause is more precise
	}
	if on := &r.info.Disc; on.LastSession.Known() && on.LastSession.Value == mmc.SessionIncomplete {
		// A recording mode that turned out to be unsupported has left it open.
		err := r.step(ctx, "close the disc", func(ctx context.Context) (*burn.Report, error) {
			report, err := redbook.Close(ctx, r.d.opened, &burn.CloseOptions{OnEvent: newView(r.work, r.d, nil).event, Hurry: r.app.stop.hurry})
			return &report, r.advise.burn(err, r.d, &report)
		})
		if err == nil {
			err = r.lookAtBurned(ctx)
		}
		if err != nil {
			return err
		}
	}
	return r.step(ctx, "read", func(ctx context.Context) (*burn.Report, error) { return nil, r.examine(ctx) })
}

// lookAtBurned looks at the disc after the burns, and states what to do with one that isn't
// finalized.
func (r *tryRun) lookAtBurned(ctx context.Context) error {
	err := r.look(ctx, "look at the burned disc")
	on, last := &r.info.Disc, &r.doc.Steps[len(r.doc.Steps)-1]
	switch {
	case err != nil || !on.Status.Known() || on.Status.Value != mmc.DiscIncomplete:
	case on.LastSession.Known() && on.LastSession.Value == mmc.SessionEmpty && on.Sessions.Value > 0:
		last.Disc = "The session is closed, and CD players play the disc. It isn't finalized; to add to it: redbook burn --append" + r.advise.deviceFlag() + " FILES"
	default:
		last.Disc = "The disc is open, and CD players can't play it. To close it: redbook close" + r.advise.deviceFlag()
	}
	return err
}

// examine reads the tables, the pauses and the CD-TEXT of the disc.
func (r *tryRun) examine(ctx context.Context) error {
	_, err := redbook.Examine(ctx, r.d.opened, &redbook.ExamineOptions{RunOut: true})
	if err != nil {
		return r.advise.burn(err, r.d, nil)
	}
	return nil
}

// The program of a trial: tones of different pitch, whose length isn't a whole number of
// sectors.
const (
	toneFrames = 8*44100 + 123
	tones      = 3
)

// tones makes the album. The returned function removes its files.
func (r *tryRun) tones(ctx context.Context) (remove func(), err error) {
	dir, err := os.MkdirTemp("", "redbook-try-")
	if err != nil {
		return nil, fail(exitFailed, "", "making the tones: %w", err)
	}
	remove = func() {
		if r.m != nil {
			_ = r.m.Close() // its files are below dir
		}
		_ = os.RemoveAll(dir)
	}
	var files []string
	for n := range tones {
		path := filepath.Join(dir, fmt.Sprintf("tone%d.wav", n+1))
		if err := writeTone(path, 220*math.Pow(2, float64(7*n)/12)); err != nil {
			remove()
			return nil, fail(exitFailed, "", "making the tones: %w", err)
		}
		files = append(files, path)
	}
	found, err := redbook.Load(ctx, files...)
	if err != nil {
		remove()
		return nil, inputError(ctx, err, "burned")
	}
	found.Title, found.Performer = "redbook try", "redbook"
	for i := range found.Tracks {
		t := &found.Tracks[i]
		t.Name, t.Title, t.Performer = fmt.Sprintf("tone %d", i+1), fmt.Sprintf("Tone %d", i+1), "redbook"
	}
	r.m = &material{Album: found, levels: &levelFlags{}}
	return remove, nil
}

// writeTone writes a tone that grows, with noise below it: no two places are equal, so an
// offset is detected.
func writeTone(path string, hertz float64) error {
	w, err := wav.Create(path, pcm.CDDA, nil)
	if err != nil {
		return err
	}
	b := make([]byte, 0, toneFrames*4)
	noise := uint32(1)
	for n := range toneFrames {
		noise = noise*1664525 + 1013904223
		value := math.Sin(2*math.Pi*hertz*float64(n)/44100) * 6000 * float64(n+1) / toneFrames
		left, right := int16(value)+int16(noise>>28), int16(value)+int16(noise>>24&15)
		b = append(b, byte(left), byte(left>>8), byte(right), byte(right>>8))
	}
	_, err = w.Write(b)
	if cerr := w.Close(); err == nil {
		err = cerr // Close returns the error of Write again
	}
	return err
}

// knownDrive returns what the system knows of a drive with that name.
func knownDrive(a *app, name string) host.Info {
	list := host.List
	if a.hooks.host != nil {
		list = a.hooks.host.List
	}
	ctx, cancel := context.WithTimeout(context.Background(), completionTime)
	defer cancel()
	drives, _ := list(ctx) // nothing depends on it
	for _, d := range drives {
		if d.Path == name || d.Generic == name || slices.Contains(d.Links, name) {
			return d
		}
	}
	return host.Info{}
}

// attachment describes how a drive is attached, as far as the system reports it.
func attachment(d *device) string {
	if d.simulated {
		return "simulated"
	}
	way, ok := bus.Of(bus.Sysfs, d.opened.Name())
	switch {
	case !ok:
		return "unknown"
	case !way.USB:
		return "not USB"
	}
	return fmt.Sprintf("USB, %g Mbit/s, %s", way.Mbps, count(way.Hubs, "hub"))
}
