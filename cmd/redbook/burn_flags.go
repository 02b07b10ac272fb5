package main

import (
	"github.com/spf13/pflag"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/toc"
)

// minFIFO is one second of music, rounded up. Below it the engine silently uses its own
// minimum.
const minFIFO = 176 << 10

// burnFlags are the flags of burn as given.
type burnFlags struct {
	speed         string
	testWrite     bool
	append        bool
	noClose       bool
	multisession  bool
	closeOnCancel bool
	overburn      bool
	reserve       string
	verify        string
	isrc          []string
	mcn           string
	copyPermitted string
	preEmphasis   string
	opc           bool
	noBurnFree    bool
	fifo          string
	eject         bool
	toc           string
	reports       []string
	log           string
	copies        int
	wait          bool
	journal       string
	line          burnLine // these flags, as given
	record        modeFlags
	sources       sourceFlags
}

// register defines the flags.
func (b *burnFlags) register(f *pflag.FlagSet) {
	f.StringVar(&b.speed, "speed", "max", "write at `SPEED`, such as 16x, or the next lower one that drive and disc have")
	f.BoolVar(&b.testWrite, "test-write", false, "rehearse the burn with the laser off: nothing is written")
	f.BoolVar(&b.append, "append", false, "add the tracks to a disc that isn't blank")
	f.BoolVar(&b.noClose, "no-close", false, "leave the session open for more tracks; CD players cannot play the disc until redbook close")
	f.BoolVar(&b.multisession, "multisession", false, "close the session but allow another one; most CD players see only the first")
	f.BoolVar(&b.closeOnCancel, "close-on-cancel", false, "close the disc even after Ctrl-C or a failed track")
	f.BoolVar(&b.overburn, "overburn", false, "with --mode sao: write past the end that the disc states; the drive may refuse, and the disc may fail")
	f.StringVar(&b.reserve, "reserve", "auto", "send RESERVE TRACK before each track: `WHEN` is auto (on CD-RW), always or never")
	f.StringVar(&b.verify, "verify", "quick", "how much audio to read back and compare: `HOW` is none, quick (three seconds per track) or full")
	f.StringArrayVar(&b.isrc, "isrc", nil, "ISRC of a track, `TRACK=CODE` such as 3=USABC1234567; may be repeated")
	f.StringVar(&b.mcn, "mcn", "", "media catalog `NUMBER` of the disc: the 13 digits of its bar code")
	f.StringVar(&b.copyPermitted, "copy-permitted", "", "`TRACKS` that may be copied digitally: all, or a list such as 2,5-7")
	f.StringVar(&b.preEmphasis, "preemphasis", "", "`TRACKS` recorded with pre-emphasis: all, or a list such as 2,5-7")
	f.BoolVar(&b.opc, "opc", false, "calibrate the laser power first, even if the drive would do it by itself")
	f.BoolVar(&b.noBurnFree, "no-burnfree", false, "switch off buffer underrun protection")
	f.StringVar(&b.fifo, "fifo", "16M", "`SIZE` of the buffer between files and drive")
	f.BoolVar(&b.eject, "eject", false, "open the tray when done")
	f.StringVar(&b.toc, "toc", "", "write the disc's table of contents with titles to `FILE`, a cue sheet")
	f.IntVar(&b.copies, "copies", 1, "burn `N` discs; the tray opens after each one")
	f.BoolVar(&b.wait, "wait", false, "wait for a disc if the drive is empty, as on a terminal")
	f.StringArrayVar(&b.reports, "report", nil, "write a report of the burn to `FILE`.html (a page with plots) or FILE.json; may be repeated")
	f.StringVar(&b.log, "log", "", "write everything that happens to `FILE`, one line for each event with its time")
	f.StringVar(&b.journal, "journal", "", "keep the journal that redbook resume needs in `FILE` instead of redbook's folder, or none")
	b.record.register(f)
	b.sources.register(f)
}

// reservePolicies are the values of --reserve.
var reservePolicies = map[string]burn.ReservePolicy{
	"auto": burn.ReserveAuto, "always": burn.ReserveAlways, "never": burn.ReserveNever,
}

// readBacks are the values of --verify.
var readBacks = map[string]redbook.ReadBack{
	"none": redbook.ReadBackNone, "quick": redbook.ReadBackQuick, "full": redbook.ReadBackFull,
}

// options converts the flags to options of the engine. Errors are mistakes in the command
// line.
func (b *burnFlags) options() (*redbook.Options, error) {
	if b.noClose && b.multisession {
		return nil, usage("--no-close leaves the session open and --multisession closes it: use only one of them")
	}
	if b.noClose && b.closeOnCancel {
		return nil, usage("--no-close leaves the session open and --close-on-cancel closes it: use only one of them")
	}
	switch {
	case b.copies < 1 || b.copies > maxCopies:
		return nil, usage("--copies %d: must be 1 to %d", b.copies, maxCopies)
	case b.copies > 1 && (b.append || b.testWrite || b.noClose):
		return nil, usage("--copies burns whole discs: leave out --append, --no-close and --test-write")
	}
	if b.testWrite && b.toc != "" {
		return nil, usage("--toc lists what was recorded, and --test-write records nothing: use only one of them")
	}
	if err := b.checkMode(); err != nil {
		return nil, err
	}
	if b.overburn && b.record.mode != modeSAO {
		return nil, usage("--overburn needs --mode sao: only session-at-once announces all of the disc before anything is written")
	}
	opts := &redbook.Options{
		TestWrite: b.testWrite, Append: b.append, NoClose: b.noClose, MultiSession: b.multisession,
		CloseOnCancel: b.closeOnCancel, Overburn: b.overburn, OPC: b.opc, NoBurnFree: b.noBurnFree, Eject: b.eject,
		Gapless: b.sources.gapless || b.record.pause != "" && b.record.gap == 0, Pause: b.record.gap,
		OneByOne: b.sources.gaps == "drop",
	}
	b.record.options(opts)
	var err error
	if opts.Speed, err = parseSpeed(b.speed); err != nil {
		return nil, err
	}
	if opts.FIFO, err = parseFIFO("--fifo", b.fifo); err != nil {
		return nil, err
	}
	if opts.MCN, err = toc.ParseMCN(b.mcn); err != nil {
		return nil, usage("--mcn: %w", err)
	}
	var ok bool
	if opts.Reserve, ok = reservePolicies[b.reserve]; !ok {
		return nil, usage("--reserve %q: must be auto, always or never", b.reserve)
	}
	if opts.ReadBack, ok = readBacks[b.verify]; !ok {
		return nil, usage("--verify %q: must be none, quick or full", b.verify)
	}
	return opts, nil
}

// label gives the tracks the codes and flags of the command line, in place of those of
// tags and cue sheets. A track number that doesn't exist is a mistake in the command line.
func (b *burnFlags) label(tracks []album.Track) error {
	codes, err := parseISRCs(b.isrc)
	if err != nil {
		return err
	}
	for n := range codes {
		if n > len(tracks) {
			return usage("--isrc %d=%s: track %d does not exist (the album has %d)", n, codes[n], n, len(tracks))
		}
		tracks[n-1].ISRC = codes[n]
	}
	if err := markTracks(tracks, "--copy-permitted", b.copyPermitted, toc.CopyPermitted); err != nil {
		return err
	}
	return markTracks(tracks, "--preemphasis", b.preEmphasis, toc.PreEmphasis)
}

// markTracks sets a control bit of the tracks in text.
func markTracks(tracks []album.Track, flag, text string, bit toc.Control) error {
	set, err := parseTracks(flag, text)
	if err != nil {
		return err
	}
	if n, beyond := set.beyond(len(tracks)); beyond {
		return usage("%s %s: track %d does not exist (the album has %d)", flag, text, n, len(tracks))
	}
	for i := range tracks {
		if set.has(i + 1) {
			tracks[i].Control |= bit
		}
	}
	return nil
}
