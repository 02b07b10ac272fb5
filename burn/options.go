package burn

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Track is one track to be written: the audio, and what is to be said about it.
// Track-at-once records ISRC and Control; titles, performers and index marks are
// kept for the report.
//
// The source is asked for Name, Format and Frames once, and read two times, three with
// a verification. A panic of its methods is an error of the track. One that delivers
// nothing for two minutes is given up; its goroutine stays behind until it returns.
type Track struct {
	Source    pcm.Source
	Title     string
	Performer string
	ISRC      toc.ISRC
	Control   toc.Control // toc.PreEmphasis and toc.CopyPermitted are of use
	SCMS      bool        // the audio is a copy of something protected: the copy bit alternates (IEC 60958-3)
	Indexes   []toc.IndexMark

	// Pause is digital silence before the track, with index 0. Only session-at-once
	// looks at it and at Pregap: with track-at-once every pause has two seconds.
	Pause toc.Sectors
	// Pregap is how much of the audio before the track has index 0: so many sectors at
	// the end of the source before (a recorded pause), or of the first track at the
	// beginning of its own source (audio hidden before track 1).
	Pregap toc.Sectors
}

// Info is what is said about the track beside its audio.
func (t Track) Info() toc.TrackInfo {
	return toc.TrackInfo{Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control, SCMS: t.SCMS, Indexes: t.Indexes}
}

// WithInfo is the track with this said about it.
func (t Track) WithInfo(i toc.TrackInfo) Track {
	t.Title, t.Performer, t.ISRC, t.Control, t.SCMS, t.Indexes = i.Title, i.Performer, i.ISRC, i.Control, i.SCMS, i.Indexes
	return t
}

// ReservePolicy says whether RESERVE TRACK is sent before each track.
type ReservePolicy int

// The policies.
const (
	ReserveAuto   ReservePolicy = iota // where it can be undone: on CD-RW
	ReserveAlways                      // on CD-R too, with a warning
	ReserveNever
)

// String gives "auto", "always" or "never".
func (p ReservePolicy) String() string {
	switch p {
	case ReserveAuto:
		return "auto"
	case ReserveAlways:
		return "always"
	case ReserveNever:
		return "never"
	}
	return fmt.Sprintf("policy %d", int(p))
}

// MarshalText is String; UnmarshalText is its inverse.
func (p ReservePolicy) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText understands auto, always and never.
func (p *ReservePolicy) UnmarshalText(b []byte) error {
	for _, l := range []ReservePolicy{ReserveAuto, ReserveAlways, ReserveNever} {
		if l.String() == string(b) {
			*p = l
			return nil
		}
	}
	return fmt.Errorf("reservation %q: auto, always or never", b)
}

// DefaultFIFO is the size of the FIFO between source and drive, in bytes.
const DefaultFIFO = 16 << 20

// DefaultClientName is what Burn locks the drive under when no name is given.
const DefaultClientName = "redbook"

// Options say how to burn. The zero value works: fastest speed, buffer underrun
// protection, disc closed for good at the end, tables checked but no audio read
// back.
type Options struct {
	Speed   Speed // nearest supported one is taken; 0 and SpeedMax are the fastest
	PureCAV bool  // ask for constant angular velocity where the drive has both

	TestWrite     bool // laser off: everything but the recording; nothing is closed
	Append        bool // go on with a disc that isn't blank
	NoClose       bool // leave the session open: unplayable until CloseDisc; not for a Writer
	MultiSession  bool // close the session so that another may follow (DoNotFinalizeMedia)
	CloseOnCancel bool // close the session even after a cancel or a failed track; session-at-once can't
	// Overburn lets session-at-once use the disc past the end that it names (ATIP: last
	// possible lead-out). Many drives refuse that, before anything is written; some discs
	// fail there, and everything on them is lost.
	Overburn bool

	Reserve    ReservePolicy
	Verify     disc.VerifyLevel
	MCN        toc.MCN // for the disc
	OPC        bool    // calibrate the laser power before the first track
	NoBurnFree bool    // switch buffer underrun protection off
	FIFO       int     // bytes; 0 is DefaultFIFO
	Eject      bool    // open the tray at the end

	// ClientName is what others see who want the drive meanwhile: 1 to 62
	// characters of A-Z a-z 0-9 space . , : ; - _ ; "" is DefaultClientName.
	ClientName string
	// Force takes the drive although a file system on its disc is mounted.
	Force bool

	// OnEvent is called in order from the goroutine that talks to the drive. It
	// must return soon: while it runs nothing is written. If it panics, the burn ends
	// as after a cancel, with NoteEventPanic, and it isn't called again.
	OnEvent func(Event)
	// KeepAwake keeps the machine from sleeping while the laser is on; release
	// ends that. Package power has what it takes. An error is a note only, and may
	// come with a release, where a part was granted.
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
	// Hurry, once closed, ends the waiting for a drive that winds down after a
	// cancel or failure (a second Ctrl-C). The tray is unlocked all the same.
	Hurry <-chan struct{}
}

// resolve gives a copy of the options with the defaults filled in.
func (o *Options) resolve() *Options {
	r := Options{}
	if o != nil {
		r = *o
	}
	if !r.Speed.Known() {
		r.Speed = SpeedMax
	}
	if r.FIFO <= 0 {
		r.FIFO = DefaultFIFO
	}
	if r.ClientName == "" {
		r.ClientName = DefaultClientName
	}
	return &r
}

// closeKind is what the options ask for at the end.
func (o *Options) closeKind() CloseKind {
	switch {
	case o.NoClose || o.TestWrite:
		return CloseNone
	case o.MultiSession:
		return CloseMulti
	}
	return CloseFinal
}

// Sessions is the multi-session field of mode page 05h for these options. It is
// the same throughout, for CLOSE SESSION looks at whatever was sent last.
func (o *Options) Sessions() mmc.MultiSession {
	if o.closeKind() == CloseMulti {
		return mmc.SessionOpen
	}
	return mmc.SessionFinal
}

// Reserves reports whether RESERVE TRACK is sent on such a disc. Auto sends it where
// a reservation can be undone, and that is on CD-RW.
func (o *Options) Reserves(media mmc.MediaType) bool {
	if o.TestWrite {
		return false
	}
	return o.Reserve == ReserveAlways || o.Reserve == ReserveAuto && media == mmc.MediaCDRW
}
