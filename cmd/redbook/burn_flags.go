package main

import (
	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/pflag"
)

// minFIFO is a second of music, rounded up: below that the engine's own smallest
// buffer would be taken without a word.
const minFIFO = 176 << 10

// burnFlags are the flags of burn as they were given.
type burnFlags struct {
	speed         string
	testWrite     bool
	append        bool
	noClose       bool
	multisession  bool
	closeOnCancel bool
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
	journal       string
	line          burnLine // these flags, as they were given
	record        modeFlags
	sources       sourceFlags
}

// register defines the flags.
func (b *burnFlags) register(f *pflag.FlagSet) {
	f.StringVar(&b.speed, "speed", "max", "write at `SPEED`, such as 16x; the nearest that drive and disc can do is taken")
	f.BoolVar(&b.testWrite, "test-write", false, "go through all of it with the laser off: nothing is written")
	f.BoolVar(&b.append, "append", false, "add to a disc that isn't blank")
	f.BoolVar(&b.noClose, "no-close", false, "leave the session open: tracks can be added, no player plays it until redbook close")
	f.BoolVar(&b.multisession, "multisession", false, "close the session so that another may follow; most players see only the first")
	f.BoolVar(&b.closeOnCancel, "close-on-cancel", false, "close the disc even after Ctrl-C or a failed track")
	f.StringVar(&b.reserve, "reserve", "auto", "send RESERVE TRACK before each track: `WHEN` is auto (on CD-RW), always or never")
	f.StringVar(&b.verify, "verify", "quick", "read back `HOW` much: none, quick (three seconds of each track) or full")
	f.StringArrayVar(&b.isrc, "isrc", nil, "recording code of a track, `TRACK=CODE` such as 3=USABC1234567; may be repeated")
	f.StringVar(&b.mcn, "mcn", "", "media catalogue `NUMBER` of the disc: the 13 digits of its bar code")
	f.StringVar(&b.copyPermitted, "copy-permitted", "", "`TRACKS` whose digital copying is permitted: all, or such as 2,5")
	f.StringVar(&b.preEmphasis, "preemphasis", "", "`TRACKS` recorded with pre-emphasis: all, or such as 2,5")
	f.BoolVar(&b.opc, "opc", false, "calibrate the laser power first, even if the drive would do it itself")
	f.BoolVar(&b.noBurnFree, "no-burnfree", false, "switch off the drive's buffer underrun protection")
	f.StringVar(&b.fifo, "fifo", "16M", "`SIZE` of the buffer between the files and the drive")
	f.BoolVar(&b.eject, "eject", false, "open the tray when done")
	f.StringVar(&b.toc, "toc", "", "write the table of contents with titles to `FILE`, a cue sheet, when the disc is burned")
	f.StringVar(&b.journal, "journal", "", "keep what redbook resume needs in `FILE` instead of redbook's own folder, or nowhere: none")
	b.record.register(f)
	b.sources.register(f)
}

// readBacks are the values of --verify.
var readBacks = map[string]redbook.ReadBack{
	"none": redbook.ReadBackNone, "quick": redbook.ReadBackQuick, "full": redbook.ReadBackFull,
}

// options makes the engine's options of the flags. Errors are about the command
// line.
func (b *burnFlags) options() (*redbook.Options, error) {
	if b.noClose && b.multisession {
		return nil, usage("--no-close leaves the session open and --multisession closes it: only one of them")
	}
	if b.noClose && b.closeOnCancel {
		return nil, usage("--no-close leaves the session open and --close-on-cancel closes it: only one of them")
	}
	if err := b.checkMode(); err != nil {
		return nil, err
	}
	opts := &redbook.Options{
		TestWrite: b.testWrite, Append: b.append, NoClose: b.noClose, MultiSession: b.multisession,
		CloseOnCancel: b.closeOnCancel, OPC: b.opc, NoBurnFree: b.noBurnFree, Eject: b.eject,
		Gapless: b.sources.gapless || b.record.pause != "" && b.record.gap == 0, Pause: b.record.gap,
		OneByOne: b.sources.gaps == "drop",
	}
	b.record.options(opts)
	var err error
	if opts.Speed, err = parseSpeed(b.speed); err != nil {
		return nil, err
	}
	if opts.FIFO, err = parseSize("--fifo", b.fifo); err != nil {
		return nil, err
	}
	if opts.FIFO < minFIFO {
		return nil, usage("--fifo %s: less than a second of music (%dk) is no buffer", b.fifo, minFIFO>>10)
	}
	if opts.MCN, err = toc.ParseMCN(b.mcn); err != nil {
		return nil, usage("--mcn: %w", err)
	}
	if err := opts.Reserve.UnmarshalText([]byte(b.reserve)); err != nil {
		return nil, usage("--reserve: %w", err)
	}
	var ok bool
	if opts.ReadBack, ok = readBacks[b.verify]; !ok {
		return nil, usage("--verify %q: none, quick or full", b.verify)
	}
	return opts, nil
}

// label gives the tracks the codes and flags that were asked for, in place of those
// of tags and cue sheets. Naming a track that isn't on the list is a mistake in the
// command line.
func (b *burnFlags) label(tracks []album.Track) error {
	codes, err := parseISRCs(b.isrc)
	if err != nil {
		return err
	}
	for n := range codes {
		if n > len(tracks) {
			return usage("--isrc %d=%s: there is no track %d among %d", n, codes[n], n, len(tracks))
		}
		tracks[n-1].ISRC = codes[n]
	}
	if err := markTracks(tracks, "--copy-permitted", b.copyPermitted, toc.CopyPermitted); err != nil {
		return err
	}
	return markTracks(tracks, "--preemphasis", b.preEmphasis, toc.PreEmphasis)
}

// markTracks sets a control bit of the tracks that text names.
func markTracks(tracks []album.Track, flag, text string, bit toc.Control) error {
	set, err := parseTracks(flag, text)
	if err != nil {
		return err
	}
	if n, beyond := set.beyond(len(tracks)); beyond {
		return usage("%s %s: there is no track %d among %d", flag, text, n, len(tracks))
	}
	for i := range tracks {
		if set.has(i + 1) {
			tracks[i].Control |= bit
		}
	}
	return nil
}
