package main

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// modeFlags say how the disc is recorded.
type modeFlags struct {
	mode  string
	text  string // "" none, textFromTags, or a file
	pause string

	gap toc.Sectors // of pause, once options has read it
}

// textFromTags is --cd-text without a file.
const textFromTags = "tags"

// The modes of --mode.
const (
	modeAuto = "auto"
	modeTAO  = "tao"
	modeSAO  = "sao"
)

// register defines the flags.
func (f *modeFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.mode, "mode", modeAuto, "`MODE` of recording: tao (track-at-once), sao (session-at-once), or auto, the one that can do what is asked for")
	flags.Var((*someText)(&f.text), "cd-text", "write titles and performers for players that show them, from tags and sheets or from a text `FILE`")
	flags.Lookup("cd-text").NoOptDefVal = textFromTags
	flags.Var((*someText)(&f.pause), "pause", "`SECONDS` of silence between the tracks instead of two, such as 0.5")
}

// someText is the value of a flag whose absence means something: given empty, as by a
// variable of a script that isn't set, it is a mistake.
type someText string

func (t *someText) String() string { return string(*t) }
func (t *someText) Type() string   { return "string" }

// Set implements pflag.Value.
func (t *someText) Set(text string) error {
	if text == "" {
		return errors.New("there is nothing behind the =")
	}
	*t = someText(text)
	return nil
}

// wishes are the flags that only session-at-once can do.
func (b *burnFlags) wishes() (list []string) {
	if b.sources.gapless {
		list = append(list, "--gapless")
	}
	if b.record.pause != "" {
		list = append(list, "--pause")
	}
	if b.record.text != "" {
		list = append(list, "--cd-text")
	}
	return list
}

// check reads the flags. Errors are about the command line.
func (b *burnFlags) checkMode() error {
	f, wishes := &b.record, b.wishes()
	switch f.mode {
	case modeAuto, modeTAO, modeSAO:
	default:
		return usage("--mode %q: auto, tao or sao", f.mode)
	}
	if f.pause != "" {
		seconds, err := strconv.ParseFloat(strings.TrimSuffix(f.pause, "s"), 64)
		if err != nil || !(seconds >= 0 && seconds <= 60) {
			return usage("--pause %q: 0 to 60 seconds", f.pause)
		}
		f.gap = toc.Sectors(math.Round(seconds * toc.SectorsPerSecond))
		if b.sources.gapless && f.gap > 0 {
			return usage("--gapless leaves no pause between the tracks and --pause %s makes one: only one of them", f.pause)
		}
	}
	atOnce := f.mode == modeSAO || len(wishes) > 0
	switch {
	case f.mode == modeTAO && len(wishes) > 0:
		return usage("%s needs session-at-once: leave out --mode tao", strings.Join(wishes, " and "))
	case atOnce && b.noClose:
		return usage("--no-close leaves the session open, and session-at-once closes it with the last track: only one of them")
	}
	return nil
}

// way is how the disc is going to be recorded, and why.
type way struct {
	method burn.Method
	atOnce bool
	why    string      // in the plan
	auto   bool        // track-at-once is allowed where session-at-once isn't possible
	gap    toc.Sectors // silence between tracks
	gapSet bool        // it was asked for
	packs  []byte      // CD-TEXT

	chosen  bool // by the album, and not asked for
	refused bool // session-at-once isn't possible
}

// way chooses how to record, by what was asked for and what the album has.
func (b *burnFlags) way(m *material) (*way, error) {
	wishes := b.wishes()
	w := &way{method: tao.Method{}, auto: b.record.mode == modeAuto, gap: b.record.gap}
	w.gapSet = b.sources.gapless || b.record.pause != ""
	switch {
	case b.record.mode == modeSAO:
		w.why = "--mode sao"
	case len(wishes) > 0:
		w.why = strings.Join(wishes, ", ")
	case b.choosesAtOnce() && len(m.needs()) > 0:
		w.why, w.chosen = strings.Join(m.needs(), ", "), true
	default:
		return w, nil
	}
	var err error
	if b.record.text != "" {
		if w.packs, err = m.text(b.record.text); err != nil {
			return nil, err
		}
	}
	w.goAtOnce()
	return w, nil
}

// goAtOnce makes it session-at-once. Where track-at-once is no way out, CD-TEXT that was
// asked for must be written.
func (w *way) goAtOnce() {
	w.atOnce, w.method = true, sao.Method{Packs: w.packs, NeedText: !w.auto && len(w.packs) > 0}
}

// yields reports whether a drive can't do session-at-once, or a cue sheet asks for what no
// disc may have, and track-at-once is to be taken instead. Nothing has been written then.
func (w *way) yields(err error) bool {
	cant := errors.Is(err, burn.ErrNoSAO) || w.chosen && errors.Is(err, sao.ErrInvalid)
	return w.atOnce && w.auto && cant && !errors.Is(err, burn.ErrWriteFailed)
}

// yield makes it track-at-once.
func (a *app) yield(w *way, err error) {
	a.warn("%s; the disc is written track-at-once instead, without %s", sentence(err, false), w.why)
	w.atOnce, w.method, w.why, w.refused = false, tao.Method{}, "", true
}

// arrange gives the tracks what session-at-once can do: the pauses and index marks of a cue
// sheet, or the pauses that were asked for. Where there is no pause the music runs on.
func (w *way) arrange(m *material, tracks []burn.Track) ([]burn.Track, error) {
	if !w.atOnce {
		return tracks, nil
	}
	for i := range tracks {
		s := &m.songs[i]
		tracks[i].Indexes, tracks[i].Pregap = s.marks, s.pregap
		switch {
		case i == 0:
		case w.gapSet:
			tracks[i].Pause = w.gap
		default:
			tracks[i].Pause = s.pause
		}
	}
	return seamless(tracks)
}

// seamless joins tracks whose music runs on, and keeps what is known of their samples.
func seamless(tracks []burn.Track) ([]burn.Track, error) {
	cut, err := sao.Seamless(tracks)
	if err != nil {
		return nil, fail(exitBadInput, "", "%w", err)
	}
	for i := range cut {
		cut[i].Source = described{cut[i].Source, pcm.Conversion(tracks[i].Source)}
	}
	return cut, nil
}

// record burns. A drive that refuses every form of the cue sheet, though it claims to have
// session-at-once, has written nothing: track-at-once follows, after a question.
func (a *app) record(ctx context.Context, d *device, m *material, w *way, opts *burn.Options) (burn.Report, error) {
	tracks, err := m.tracks()
	if err == nil {
		tracks, err = w.arrange(m, tracks)
	}
	if err != nil {
		return burn.Report{}, err
	}
	onEvent := opts.OnEvent
	first := *opts
	first.OnEvent = func(e burn.Event) {
		if f, ok := e.(burn.Finished); ok && w.yields(f.Err) {
			return // it isn't over
		}
		onEvent(e)
	}
	report, err := burn.Burn(ctx, d.drive, tracks, &first, w.method)
	if !w.yields(err) {
		return report, err
	}
	a.yield(w, err)
	if err := a.confirm(ctx, "Burn track-at-once, with two seconds of silence between the tracks?"); err != nil {
		return report, err
	}
	if tracks, err = m.tracks(); err != nil {
		return report, err
	}
	return burn.Burn(ctx, d.drive, tracks, opts, w.method)
}
