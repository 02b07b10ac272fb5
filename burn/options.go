package burn

import (
	"context"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Track is one track to be written: the audio and its description. Track-at-once records
// ISRC and Control; titles, performers and index marks only appear in the report.
//
// Name, Format and Frames of the source are called once. The source is read twice, or
// three times with a verification. A panic in a method becomes an error of the track. A
// source that delivers nothing for two minutes is abandoned; its goroutine remains until
// the call returns.
type Track struct {
	Source    pcm.Source
	Title     string
	Performer string
	ISRC      toc.ISRC
	Control   toc.Control // toc.PreEmphasis and toc.CopyPermitted apply
	SCMS      bool        // the audio is a copy of something protected: the copy bit alternates (IEC 60958-3)
	Indexes   []toc.IndexMark

	// Pause is digital silence before the track, with index 0. Only session-at-once uses
	// it and Pregap: with track-at-once every pause is two seconds long.
	Pause toc.Sectors
	// Pregap is the number of sectors of audio with index 0 before the track: at the end
	// of the previous source (a recorded pause), or for the first track at the start of
	// its own source (audio hidden before track 1).
	Pregap toc.Sectors
}

// Info returns the description of the track without its audio.
func (t Track) Info() toc.TrackInfo {
	return toc.TrackInfo{Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control, SCMS: t.SCMS, Indexes: t.Indexes}
}

// WithInfo returns a copy of the track with this description.
func (t Track) WithInfo(i toc.TrackInfo) Track {
	t.Title, t.Performer, t.ISRC, t.Control, t.SCMS, t.Indexes = i.Title, i.Performer, i.ISRC, i.Control, i.SCMS, i.Indexes
	return t
}

// ReservePolicy selects whether RESERVE TRACK is sent before each track.
type ReservePolicy int

// The policies.
const (
	ReserveAuto   ReservePolicy = iota // if it can be undone: on CD-RW
	ReserveAlways                      // also on CD-R, with a warning
	ReserveNever
)

// DefaultFIFO is the size of the FIFO between source and drive, in bytes.
const DefaultFIFO = 16 << 20

// DefaultClientName is the client name under which a burn locks the drive by default.
const DefaultClientName = "redbook"

// Options are the options of a burn. The zero value is valid: fastest speed, buffer
// underrun protection, disc finalized at the end, tables checked but no audio read back.
type Options struct {
	Speed   mmc.Speed // the fastest offered speed not above it, else the slowest; 0 and SpeedMax are the fastest
	PureCAV bool      // request constant angular velocity if the drive has both

	TestWrite bool // laser off: everything but the recording; nothing is closed
	Append    bool // append to a disc that isn't blank
	// NoClose leaves the session open: unplayable until tao.CloseDisc. A Writer ignores it, and
	// session-at-once rejects it (ErrNoFeature).
	NoClose       bool
	MultiSession  bool // close the session so that another may follow (DoNotFinalizeMedia)
	CloseOnCancel bool // close the session even after a cancel or a failed track; not with session-at-once
	// Overburn lets session-at-once use the disc past its rated end (ATIP: last possible
	// lead-out). Many drives refuse that before anything is written; on some discs the
	// burn fails there, and everything on the disc is lost.
	Overburn bool

	Reserve    ReservePolicy
	Verify     disc.VerifyLevel
	MCN        toc.MCN // for the disc
	OPC        bool    // calibrate the laser power before the first track
	NoBurnFree bool    // switch buffer underrun protection off
	FIFO       int     // bytes, at least two WRITEs; 0 is DefaultFIFO
	Eject      bool    // open the tray at the end

	// ClientName is shown to other programs that request the drive: 1 to 62 characters of
	// A-Z a-z 0-9 space . , : ; - _ ; "" is DefaultClientName.
	ClientName string
	// Force takes the drive even if a file system on its disc is mounted.
	Force bool

	// OnEvent is called in order from the goroutine that talks to the drive. It must
	// return soon: nothing is written while it runs. If it panics, the burn ends as after
	// a cancel, with the note "event-panic", and OnEvent isn't called again.
	OnEvent func(Event)
	// KeepAwake keeps the machine from sleeping while the laser is on; release ends that.
	// Package power implements it. An error, or a panic, is only noted ("may-sleep"). release
	// may be set even with an error, if a part of the request was granted. Its own error is
	// returned by the function with PhaseRelease; it doesn't change the Verdict.
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
	// Hurry, once closed, ends every wait for a drive that completes its work, and the burn
	// with it: what is on the disc may then be unknown. Close it only after a cancel (a second
	// Ctrl-C). The tray is still unlocked.
	Hurry <-chan struct{}
}
