package main

import (
	"errors"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/toc"
)

// modeFlags select how the disc is recorded.
type modeFlags struct {
	mode  string
	text  string // "" none, textFromTags, or a file
	pause string

	gap toc.Sectors // the pause, set by options
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
	flags.StringVar(&f.mode, "mode", modeAuto, "`MODE` of recording: tao (track-at-once), sao (session-at-once) or auto (what the album and the flags need)")
	flags.Var((*someText)(&f.text), "cd-text", "write titles and performers as CD-TEXT, from tags and cue sheets or from a `FILE`")
	flags.Lookup("cd-text").NoOptDefVal = textFromTags
	flags.Var((*someText)(&f.pause), "pause", "`SECONDS` of silence between the tracks, such as 0.5 (otherwise two)")
}

// someText is the value of a flag that must not be empty: an empty one, as from an unset
// variable of a script, is a mistake.
type someText string

func (t *someText) String() string { return string(*t) }
func (t *someText) Type() string   { return "string" }

// Set implements pflag.Value.
func (t *someText) Set(text string) error {
	if text == "" {
		return errors.New("the value is missing")
	}
	*t = someText(text)
	return nil
}

// atOnceFlags returns the given flags that need session-at-once.
func (b *burnFlags) atOnceFlags() (list []string) {
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

// check reads the flags. Errors are mistakes in the command line.
func (b *burnFlags) checkMode() error {
	f, needing := &b.record, b.atOnceFlags()
	switch f.mode {
	case modeAuto, modeTAO, modeSAO:
	default:
		return usage("--mode %q: must be auto, tao or sao", f.mode)
	}
	if f.pause != "" {
		seconds, err := strconv.ParseFloat(strings.TrimSuffix(f.pause, "s"), 64)
		if err != nil || !(seconds >= 0 && seconds <= 60) {
			return usage("--pause %q: must be 0 to 60 seconds", f.pause)
		}
		f.gap = toc.Sectors(math.Round(seconds * toc.SectorsPerSecond))
		if b.sources.gapless && f.gap > 0 {
			return usage("--gapless leaves no pause between the tracks and --pause %s makes one: use only one of them", f.pause)
		}
	}
	atOnce := f.mode == modeSAO || len(needing) > 0
	switch {
	case f.mode == modeTAO && len(needing) > 0:
		return usage("%s needs session-at-once: leave out --mode tao", strings.Join(needing, " and "))
	case atOnce && b.noClose:
		return usage("--no-close leaves the session open, and session-at-once closes it with the last track: use only one of them")
	}
	return nil
}

// options sets how the disc is recorded.
func (f *modeFlags) options(o *redbook.Options) {
	switch f.mode {
	case modeTAO:
		o.Mode = redbook.ModeTAO
	case modeSAO:
		o.Mode = redbook.ModeSAO
	}
	switch f.text {
	case "":
	case textFromTags:
		o.CDText = true
	default:
		o.CDTextFile = f.text
	}
}

// needText names the reason for session-at-once: a flag, or something in the cue sheet.
func (b *burnFlags) needText(needs []redbook.Need) string {
	words := make([]string, len(needs))
	for i, n := range needs {
		words[i] = needWords[n]
		if n == "gapless" && !b.sources.gapless {
			words[i] = "--pause" // of no length
		}
	}
	return strings.Join(words, ", ")
}

var needWords = map[redbook.Need]string{
	"mode":    "--mode sao",
	"gapless": "--gapless",
	"pause":   "--pause",
	"cd-text": "--cd-text",
	"runs-on": "joined tracks",
	"pauses":  "recorded pauses",
	"indexes": "index marks",
	"hidden":  "a hidden track",
}

// textError describes what is wrong with --cd-text.
func textError(err error) error {
	if errors.Is(err, redbook.ErrNoTitles) {
		return fail(exitBadInput, "Give the files tags, use a cue sheet, or name a text file: --cd-text=FILE.", "%w", err)
	}
	e, ok := errors.AsType[*redbook.TextError](err)
	switch {
	case !ok:
		return err
	case e.File == "" && errors.Is(err, cdtext.ErrTooLong):
		return fail(exitBadInput, "Name a file with shorter titles (--cd-text=FILE), or burn without --cd-text.", "--cd-text: %w", e.Err)
	case e.File == "":
		return fail(exitBadInput, "", "--cd-text: %w", e.Err)
	case e.CueSheet:
		return fail(exitBadInput, "Name another file (--cd-text=FILE), or remove the line CDTEXTFILE from the cue sheet: then its titles are used.",
			"--cd-text: the cue sheet names a file that can't be used: %w", e.Err)
	}
	if pe, ok := errors.AsType[*fs.PathError](e.Err); ok {
		return fail(exitBadInput, "", "--cd-text: %s: %w", pe.Path, pe.Err)
	}
	next := ""
	if errors.Is(e.Err, cdtext.ErrInvalid) || errors.Is(e.Err, cdtext.ErrNoText) {
		next = "FILE is a text file in Sony's format (Input Sheet Version 0.7T) or a .cdt file. For the titles of tags and cue sheets: --cd-text alone."
	}
	return fail(exitBadInput, next, "--cd-text: %w", e.Err)
}
