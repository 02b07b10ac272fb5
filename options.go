package redbook

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Mode is the requested recording mode.
type Mode uint8

// The recording modes.
const (
	// ModeAuto is session-at-once if Options, the album's cue sheet or tracks that continue
	// one another need it and the drive supports it, and otherwise track-at-once.
	ModeAuto Mode = iota
	ModeTAO       // track-at-once: two seconds of pause between tracks
	ModeSAO       // session-at-once
)

// ReadBack selects how much of a disc is read back and compared after a burn.
type ReadBack uint8

// The amounts of audio to read back.
const (
	ReadBackQuick ReadBack = iota // three seconds of each track
	ReadBackFull                  // every sector
	ReadBackNone                  // no audio; the tables are checked in any case
)

// level returns the engine's equivalent.
func (r ReadBack) level() disc.VerifyLevel {
	switch r {
	case ReadBackFull:
		return disc.VerifyFull
	case ReadBackNone:
		return disc.VerifyNone
	}
	return disc.VerifyQuick
}

// Options are the options of a burn. The zero value is valid: fastest speed, disc
// finalized, three seconds of each track read back.
type Options struct {
	Mode    Mode
	Gapless bool        // no silence between the tracks; needs session-at-once
	Pause   toc.Sectors // silence between the tracks, instead of two seconds; needs session-at-once
	// CDText records titles and performers for players that show them: the file that a cue
	// sheet names (Album.CDTextFile), or else the texts of the album. It needs
	// session-at-once.
	CDText bool
	// CDTextFile is a file with CD-TEXT that is recorded instead, in all its languages:
	// packs (.cdt), or text in Sony's format.
	CDTextFile string

	Speed         mmc.Speed // the fastest offered speed not above it, else the slowest; 0 is the fastest
	PureCAV       bool      // request constant angular velocity if the drive has both
	TestWrite     bool      // laser off: everything except the recording; nothing is closed
	Append        bool      // add to a disc that isn't blank
	NoClose       bool      // leave the session open: unplayable until Close
	MultiSession  bool      // close the session so that another may follow
	CloseOnCancel bool      // close the session even after a cancel or a failed track
	Overburn      bool      // let session-at-once use the disc past its rated end: burn.Options.Overburn
	Reserve       burn.ReservePolicy
	ReadBack      ReadBack
	MCN           toc.MCN // for the disc; "" is the album's MCN
	OPC           bool    // calibrate the laser power before the first track
	NoBurnFree    bool    // switch buffer underrun protection off
	FIFO          int     // bytes; 0 is burn.DefaultFIFO
	Eject         bool    // open the tray at the end
	ClientName    string  // "" is burn.DefaultClientName
	Force         bool    // take the drive even if a file system on its disc is mounted

	// OneByOne keeps ModeAuto at track-at-once if only the album itself needs
	// session-at-once.
	OneByOne bool

	// Confirm, if not nil, receives the plan after everything is decoded and checked. An
	// error that it returns ends Burn before anything is written, and is returned unchanged:
	// a program that only wants the plan returns one of its own. Changes to the plan have no
	// effect. Confirm is called again if the drive refuses session-at-once after all
	// (Plan.Again).
	Confirm func(ctx context.Context, p *Plan) error
	// OnFallback, if not nil, is called with the reason if the disc will be written
	// track-at-once, without the needed features and without the other features of the
	// album's sheet.
	OnFallback func(reason error, without []Need)
	// OnPrepare, if not nil, receives the progress of decoding.
	OnPrepare func(album.Progress)
	// Journal, if not nil, records what Resume needs if the burn is interrupted. It
	// belongs to the caller: Burn and Resume neither close nor remove it.
	Journal *journal.Keeper
	// OnEvent, KeepAwake and Hurry are those of burn.Options. A nil KeepAwake keeps the
	// machine awake while a real drive is busy.
	OnEvent   func(burn.Event)
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
	Hurry     <-chan struct{}
}

// engine returns the options for package burn.
func (o *Options) engine() *burn.Options {
	return &burn.Options{
		Speed: o.Speed, PureCAV: o.PureCAV, TestWrite: o.TestWrite, Append: o.Append, NoClose: o.NoClose,
		MultiSession: o.MultiSession, CloseOnCancel: o.CloseOnCancel, Overburn: o.Overburn, Reserve: o.Reserve, Verify: o.ReadBack.level(),
		MCN: o.MCN, OPC: o.OPC, NoBurnFree: o.NoBurnFree, FIFO: o.FIFO, Eject: o.Eject,
		ClientName: o.ClientName, Force: o.Force,
		OnEvent: o.onEvent(), KeepAwake: o.KeepAwake, Hurry: o.Hurry,
	}
}

// onEvent passes an event to the journal before it is shown.
func (o *Options) onEvent() func(burn.Event) {
	if o.Journal == nil || o.TestWrite {
		return o.OnEvent
	}
	return func(e burn.Event) {
		o.Journal.Event(e)
		if o.OnEvent != nil {
			o.OnEvent(e)
		}
	}
}

// ErrOptions matches errors about options that don't exist, are out of range or contradict
// each other:
//
//   - Gapless with Pause, or a Pause below 0
//   - Gapless, Pause, CDText or CDTextFile with ModeTAO
//   - NoClose with MultiSession, with CloseOnCancel, or with session-at-once that was requested
//   - Overburn without ModeSAO
//   - ReadOptions.Single with Tracks; an Offset outside of -5880 to 5880 samples
//   - a drive that is listed twice in BurnAll
var ErrOptions = errors.New("the options contradict each other")

// ErrNoTitles reports Options.CDText for an album without titles or performers. It matches
// burn.ErrBadInput too.
var ErrNoTitles = engine.Name(errors.New("the album has no titles or performers for CD-TEXT"), burn.ErrBadInput)

// Need is a reason for session-at-once, since track-at-once can't provide it: one of these
// words.
//
//   - "mode": Options.Mode.
//   - "gapless": Options.Gapless.
//   - "pause": Options.Pause.
//   - "cd-text": Options.CDText or CDTextFile.
//   - "runs-on": tracks continue one another, by the cue sheet or by their waveform.
//   - "pauses": the cue sheet has recorded pauses.
//   - "indexes": the cue sheet has index marks.
//   - "hidden": the cue sheet has audio hidden before track 1.
type Need string

const (
	needMode    Need = "mode"
	needGapless Need = "gapless"
	needPause   Need = "pause"
	needText    Need = "cd-text"
	needRunsOn  Need = "runs-on"
	needPauses  Need = "pauses"
	needIndexes Need = "indexes"
	needHidden  Need = "hidden"
)

// Check checks options and album before a drive is opened. The error matches ErrOptions,
// ErrNoTitles, burn.ErrInvalidMCN, burn.ErrClientName, or is a *TextError.
func (o *Options) Check(a *Album) error {
	_, err := newJob(nil, a, o)
	return err
}

// sessionNeeds returns the requested options that only session-at-once supports.
func (o *Options) sessionNeeds() (list []Need) {
	if o.Gapless {
		list = append(list, needGapless)
	}
	if o.Pause > 0 {
		list = append(list, needPause)
	}
	if o.CDText || o.CDTextFile != "" {
		list = append(list, needText)
	}
	return list
}

// conflict returns an error for options that contradict each other.
func (o *Options) conflict() error {
	needed := o.sessionNeeds()
	atOnce := o.Mode == ModeSAO || len(needed) > 0
	switch {
	case o.Mode > ModeSAO, o.ReadBack > ReadBackNone, o.Gapless && o.Pause > 0, o.Pause < 0,
		o.NoClose && o.MultiSession, o.NoClose && o.CloseOnCancel,
		o.Mode == ModeTAO && len(needed) > 0, atOnce && o.NoClose, o.Overburn && o.Mode != ModeSAO:
		return ErrOptions
	}
	return nil
}

// choosesAtOnce reports whether ModeAuto may choose session-at-once because of the album.
// An option that only track-at-once supports takes precedence.
func (o *Options) choosesAtOnce() bool {
	oneByOne := o.NoClose || o.CloseOnCancel || o.Reserve == burn.ReserveAlways || o.OneByOne
	return o.Mode == ModeAuto && !oneByOne
}
