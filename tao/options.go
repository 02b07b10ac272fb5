package tao

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// Track is one track to be written: the audio, and what is to be said about it.
// Track-at-once records ISRC and Control; titles, performers and index marks are
// kept for the report.
type Track struct {
	toc.TrackInfo
	Source pcm.Source
}

// Speed is in sectors a second, IMAPI's unit: 75 is 1x.
type Speed int

// Speeds.
const (
	SpeedMax Speed = -1 // the fastest that drive and disc can do
	Speed1x  Speed = toc.SectorsPerSecond
)

// SpeedX gives a speed from its multiple of audio speed: SpeedX(16) is 16x.
func SpeedX(x float64) Speed { return Speed(math.Round(x * toc.SectorsPerSecond)) }

// X is the multiple of audio speed: 16 for 16x, 0 for SpeedMax.
func (s Speed) X() float64 {
	if s <= 0 {
		return 0
	}
	return float64(s) / toc.SectorsPerSecond
}

// KBps is the speed in kB/s (1000 bytes) as drives count it: 176.4 for 1x,
// rounded down as they do. 0 for SpeedMax.
func (s Speed) KBps() int {
	if s <= 0 {
		return 0
	}
	return int(s) * toc.SectorSize / 1000
}

// SpeedOfKBps is the speed that a drive means by its figure. Drives print n x
// 176.4, n x 176 or n x 177; within 1 % of a whole multiple it is that multiple.
func SpeedOfKBps(kBps int) Speed {
	x := float64(kBps) / 176.4
	if whole := math.Round(x); whole > 0 && math.Abs(x-whole) < 0.01*whole {
		x = whole
	}
	return SpeedX(x)
}

// String gives "16x", or "max".
func (s Speed) String() string {
	if s <= 0 {
		return "max"
	}
	return strconv.FormatFloat(math.Round(s.X()*10)/10, 'f', -1, 64) + "x"
}

// ParseSpeed understands "16x", "16", "4.5x" and "max". An error says so.
func ParseSpeed(text string) (Speed, error) {
	t := strings.ToLower(strings.TrimSpace(text))
	if t == "max" || t == "" {
		return SpeedMax, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSuffix(t, "x"), 64)
	if err != nil || x <= 0 || x > 1000 {
		return 0, fmt.Errorf("speed %q: write it as 16x, or max", text)
	}
	return SpeedX(x), nil
}

// VerifyLevel says how much is read back after a burn (IBurnVerification).
type VerifyLevel int

// The levels; the numbers are IMAPI's.
const (
	VerifyNone  VerifyLevel = 0 // only disc information, track information and TOC
	VerifyQuick VerifyLevel = 1 // also the first, middle and last second of each track
	VerifyFull  VerifyLevel = 2 // every sector (IMAPI can't, for audio)
)

// String gives "none", "quick" or "full".
func (v VerifyLevel) String() string {
	switch v {
	case VerifyNone:
		return "none"
	case VerifyQuick:
		return "quick"
	case VerifyFull:
		return "full"
	}
	return fmt.Sprintf("level %d", int(v))
}

// MarshalText is String; UnmarshalText is its inverse.
func (v VerifyLevel) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText understands none, quick and full.
func (v *VerifyLevel) UnmarshalText(b []byte) error {
	for _, l := range []VerifyLevel{VerifyNone, VerifyQuick, VerifyFull} {
		if l.String() == string(b) {
			*v = l
			return nil
		}
	}
	return fmt.Errorf("verification %q: none, quick or full", b)
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
	CloseOnCancel bool // close the session even after a cancel or a failed track

	Reserve    ReservePolicy
	Verify     VerifyLevel
	MCN        toc.MCN // for the disc
	OPC        bool    // calibrate the laser power before the first track
	NoBurnFree bool    // switch buffer underrun protection off
	FIFO       int     // bytes; 0 is DefaultFIFO
	Eject      bool    // open the tray at the end

	// ClientName is what others see who want the drive meanwhile: 1 to 62
	// characters of A-Z a-z 0-9 space . , : ; - _ . Burn and the other functions
	// fill in DefaultClientName; a Writer, strict as IMAPI is, doesn't.
	ClientName string
	// Force takes the drive although a file system on its disc is mounted.
	Force bool

	// OnEvent is called in order from the goroutine that talks to the drive. It
	// must return soon: while it runs nothing is written.
	OnEvent func(Event)
	// KeepAwake keeps the machine from sleeping while the laser is on; release
	// ends that. Package power has what it takes. An error is a warning only, and may
	// come with a release, where a part was granted.
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
	// Hurry, once closed, ends the waiting for a drive that winds down after a
	// cancel or failure (a second Ctrl-C). The tray is unlocked all the same.
	Hurry <-chan struct{}
}
