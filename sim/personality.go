package sim

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// Personality is a type of drive, as data: its name, its capabilities and its oddities.
// It belongs to the drive, never to the disc.
type Personality struct {
	Name    string `json:"name"`    // value of --personality
	Summary string `json:"summary"` // one line for users
	Source  string `json:"source"`  // where such a drive was seen

	Settings
}

// Settings are the differences between drives. The zero value is a modern drive that
// follows the standard.
type Settings struct {
	Vendor   string `json:"vendor,omitempty"`   // INQUIRY, 8 characters; default REDBOOK
	Product  string `json:"product,omitempty"`  // 16 characters; default SIMULATED CD-RW
	Revision string `json:"revision,omitempty"` // 4 characters; default 1.00
	// Features are the profiles and features that GET CONFIGURATION reports; the default is
	// those of a DVD writer.
	Features FeatureSet `json:"features,omitempty"`
	// BufferKiB is the size of the write buffer; default 2048. BufferBytes overrides it where
	// the size is not a whole number of KiB; page 2Ah then still reports BufferKiB.
	BufferKiB   int `json:"bufferKiB,omitempty"`
	BufferBytes int `json:"bufferBytes,omitempty"`
	// SpeedsR and SpeedsRW are the write speeds for CD-R and CD-RW, fastest
	// first; default 48x and 24x.
	SpeedsR  []Speed `json:"speedsR,omitempty"`
	SpeedsRW []Speed `json:"speedsRW,omitempty"`

	DescriptorSense   bool `json:"descriptorSense,omitempty"`   // sense data in format 72h
	PlainNoMedium     bool `json:"plainNoMedium,omitempty"`     // 2/3A/00 whether the tray is open or not
	ShortPage2A       int  `json:"shortPage2A,omitempty"`       // length byte of page 2Ah; 0 is the full page
	ShortPage05       int  `json:"shortPage05,omitempty"`       // length byte of page 05h; 0 is 32h
	BlockDescriptor   bool `json:"blockDescriptor,omitempty"`   // MODE SENSE gives a block descriptor unless DBD is set
	BadPage05         bool `json:"badPage05,omitempty"`         // the defaults of page 05h are illegal values
	NoSetSpeed        bool `json:"noSetSpeed,omitempty"`        // SET CD SPEED is 5/24/00
	ShortTrackInfo    int  `json:"shortTrackInfo,omitempty"`    // bytes of READ TRACK INFORMATION; 0 is 36
	NoConfiguration   bool `json:"noConfiguration,omitempty"`   // GET CONFIGURATION and GET EVENT are 5/20/00
	NoFeature2D       bool `json:"noFeature2D,omitempty"`       // feature 002Dh isn't reported
	NoPerformance     bool `json:"noPerformance,omitempty"`     // GET PERFORMANCE is 5/20/00
	NoBufferCapacity  bool `json:"noBufferCapacity,omitempty"`  // READ BUFFER CAPACITY is 5/20/00
	NoBurnFree        bool `json:"noBurnFree,omitempty"`        // no buffer underrun protection
	UnderrunStreaming bool `json:"underrunStreaming,omitempty"` // WRITE after an underrun is 3/0C/09, not 5/21/02
	NoLoad            bool `json:"noLoad,omitempty"`            // the tray can't be closed by command
	NoTestWrite       bool `json:"noTestWrite,omitempty"`       // page 05h with the test write bit is 5/26/00

	// StrictSpeed makes the drive select the next lower speed for a request of n times
	// 176.
	StrictSpeed     bool `json:"strictSpeed,omitempty"`
	WhenFull        Full `json:"whenFull,omitempty"`        // answer to a WRITE while the buffer is full
	GoodWhileBusy   bool `json:"goodWhileBusy,omitempty"`   // TEST UNIT READY is GOOD while writing and closing
	InfoBusy        bool `json:"infoBusy,omitempty"`        // READ DISC/TRACK INFORMATION are 2/04/07 then
	BlankNWA        int  `json:"blankNWA,omitempty"`        // next writable address of a blank disc
	Pregap          int  `json:"pregap,omitempty"`          // sectors from run-out to the next track; default 150
	SizeWithRunOut  bool `json:"sizeWithRunOut,omitempty"`  // track size is N+2
	StartWithPregap bool `json:"startWithPregap,omitempty"` // track start is where its pregap starts
	RTFinished      bool `json:"rtFinished,omitempty"`      // RT is 1 for finished tracks
	NoDamageBit     bool `json:"noDamageBit,omitempty"`     // damage and copy bits are always 0

	SyncLeavesOpen bool        `json:"syncLeavesOpen,omitempty"` // SYNCHRONIZE CACHE doesn't end the track
	SyncError      bool        `json:"syncError,omitempty"`      // SYNCHRONIZE CACHE reports an error although all is well
	CloseTrack     CloseAnswer `json:"closeTrack,omitempty"`     // what CLOSE TRACK does
	Reserve        ReserveMode `json:"reserve,omitempty"`        // what RESERVE TRACK does
	// EmptyCloseGood makes CLOSE SESSION of an empty session GOOD, not 5/72/04.
	EmptyCloseGood bool `json:"emptyCloseGood,omitempty"`
	// ReserveBehind makes track FFh the one following a reservation.
	ReserveBehind bool `json:"reserveBehind,omitempty"`
	// DeferredErrorAt is the LBA at which recording fails, reported by a later command
	// (71h); 0 means never.
	DeferredErrorAt toc.LBA `json:"deferredErrorAt,omitempty"`
	StaleTOC        bool    `json:"staleTOC,omitempty"`       // READ TOC shows the disc as it was when it was loaded
	StaleInfo       bool    `json:"staleInfo,omitempty"`      // READ DISC INFORMATION too
	StoresNothing   bool    `json:"storesNothing,omitempty"`  // GOOD to every WRITE, and nothing is recorded
	StoresSwapped   bool    `json:"storesSwapped,omitempty"`  // the bytes of each sample are exchanged
	OpenUnreadable  bool    `json:"openUnreadable,omitempty"` // audio of an open session can't be read
	// ReadOffset is the drive's read offset correction in samples, as AccurateRip
	// lists it: reading LBA n gives the samples from 588*n-ReadOffset on.
	ReadOffset int `json:"readOffset,omitempty"`
	// WriteOffset is by how many samples the drive records audio late.
	WriteOffset int `json:"writeOffset,omitempty"`
	// UnreadableRunOut makes READ CD of a run-out sector 3/11/06.
	UnreadableRunOut bool     `json:"unreadableRunOut,omitempty"`
	Overburn         Overburn `json:"overburn,omitempty"` // behavior past the capacity in the ATIP

	// Oddities of single drives, bridges and hosts.

	NoPause        bool `json:"noPause,omitempty"`        // the next track starts right past the run-out of the last one: its end + 2
	PerformanceLUN bool `json:"performanceLUN,omitempty"` // GET PERFORMANCE is 5/25/00, and page 2Ah has no speeds
	ForgetsSpeed   bool `json:"forgetsSpeed,omitempty"`   // the speed returns to the default after each track, without a unit attention
	TrayLocked     bool `json:"trayLocked,omitempty"`     // another program has locked the tray
	NeverReady     bool `json:"neverReady,omitempty"`     // TEST UNIT READY answers 2/04/00 forever; everything else works
	ReadyEarly     bool `json:"readyEarly,omitempty"`     // TEST UNIT READY is GOOD before READ DISC/TRACK INFORMATION work (2/04/01)
	FlushBusy      bool `json:"flushBusy,omitempty"`      // SYNCHRONIZE CACHE answers 2/04/08 and does nothing until the buffer is empty
	HangsBelowZero bool `json:"hangsBelowZero,omitempty"` // READ CD below LBA 0 is never answered
	ModesChanged   bool `json:"modesChanged,omitempty"`   // 6/2A/01 follows each MODE SELECT, SET CD SPEED and SET STREAMING
	// ConfigurationCut is the number of bytes after which a GET CONFIGURATION reply ends;
	// its length field still announces all of it. 0 means never.
	ConfigurationCut int `json:"configurationCut,omitempty"`
	// ATIPInvalid is the content of A1, A2 and A3 of the ATIP if they aren't valid.
	ATIPInvalid [3][3]byte `json:"atipInvalid,omitzero"`
	// TailEvery puts "USBS" into the last four bytes of each n-th reply, as a bridge
	// does that ends a transfer four bytes short.
	TailEvery int `json:"tailEvery,omitempty"`
	// FreeBlocks replaces the free blocks of the invisible track in READ TRACK INFORMATION.
	FreeBlocks FreeBlocks `json:"freeBlocks,omitempty"`
	// LastTrack names the reply whose last track is one too small.
	LastTrack LastTrack `json:"lastTrack,omitempty"`
	// RehearsedProfile is the current profile after a test write until the disc is
	// loaded again; 0 is that of the disc.
	RehearsedProfile int `json:"rehearsedProfile,omitempty"`

	// FirstWriteMs is for how many milliseconds the first WRITE of a track is 2/04/08.
	FirstWriteMs int `json:"firstWriteMs,omitempty"`
	// StuckAt is the LBA from which each WRITE and each flush answers 2/04/08 forever; 0 means
	// never.
	StuckAt toc.LBA `json:"stuckAt,omitempty"`
	// TrackEnd makes the commands that end a track return immediately, with or without
	// IMMED. Only the size of the track shows when it has really ended.
	TrackEnd TrackEnd `json:"trackEnd,omitempty"`
	// CloseSays is the sense that CLOSE SESSION returns although the drive carries it
	// out: key/ASC/ASCQ as in "5/72/03". With CloseQuiet only READ DISC INFORMATION shows
	// when the session is closed.
	CloseSays  string `json:"closeSays,omitempty"`
	CloseQuiet bool   `json:"closeQuiet,omitempty"`
	// CloseSeconds is how long CLOSE SESSION takes at least.
	CloseSeconds int `json:"closeSeconds,omitempty"`
	// ChangedAfter is the operation that is followed by a unit attention 6/28/00 although
	// the disc was not changed.
	ChangedAfter ChangedAfter `json:"changedAfter,omitempty"`
	// ImmedSays is the sense that a command with the IMMED bit returns without effect.
	ImmedSays string `json:"immedSays,omitempty"`

	// Session-at-once.

	Sheets           Sheets    `json:"sheets,omitempty"`           // behavior of SEND CUE SHEET
	TextSheet        TextSheet `json:"textSheet,omitempty"`        // how a sheet must announce CD-TEXT
	SheetLimit       int       `json:"sheetLimit,omitempty"`       // bytes of a sheet; default 3072
	NoISRCWithCopy   bool      `json:"noISRCWithCopy,omitempty"`   // an ISRC of a track that may be copied is 5/26/00
	OneIndex         bool      `json:"oneIndex,omitempty"`         // indexes above 1 are 5/26/00
	PregapNotEmpty   bool      `json:"pregapNotEmpty,omitempty"`   // INDEX 0 at the place of INDEX 1 is 5/26/00
	LeadOutLosesText bool      `json:"leadOutLosesText,omitempty"` // a lead-out of form 00h is accepted, and CD-TEXT is lost
	NoJumpToZero     bool      `json:"noJumpToZero,omitempty"`     // a first WRITE to LBA 0 is 5/21/02 even if the sheet allows it
	ZeroNWAInSAO     bool      `json:"zeroNWAInSAO,omitempty"`     // the next writable address of a blank disc is 0, and -150 is meant
	SheetSilences    bool      `json:"sheetSilences,omitempty"`    // READ TRACK INFORMATION FFh is 5/24/00 after a sheet
	StaleText        bool      `json:"staleText,omitempty"`        // CD-TEXT as it was when the disc was loaded
	LastCRCZero      bool      `json:"lastCRCZero,omitempty"`      // the last pack of CD-TEXT has the CRC 0000h

	// What a drive reports of a disc besides its audio.

	Q            QWays `json:"q,omitempty"`            // in which forms READ CD gives the Q sub-channel
	QShift       int   `json:"qShift,omitempty"`       // a sector comes with the Q of the one so many sectors later
	QErrors      int   `json:"qErrors,omitempty"`      // the Q of each n-th sector has wrong bits; 0 means none
	NoCDText     bool  `json:"noCDText,omitempty"`     // READ TOC format 5 is 5/24/00
	NoSubChannel bool  `json:"noSubChannel,omitempty"` // READ SUB-CHANNEL is 5/20/00
	StaleISRC    bool  `json:"staleISRC,omitempty"`    // READ SUB-CHANNEL returns the ISRC of the track asked for before

	// BlankTypes are the types of BLANK that the drive supports; none means all.
	BlankTypes []int `json:"blankTypes,omitempty"`
	// Lacks are the opcodes that are 5/20/00.
	Lacks []int `json:"lacks,omitempty"`
	// Recording, if not nil, is what a real drive answered.
	Recording *Recording `json:"recording,omitempty"`
}

// CloseAnswer is what a drive does with CLOSE TRACK.
type CloseAnswer string

// The answers to CLOSE TRACK. The zero value closes it, and pads an unfilled reservation.
const (
	CloseRefused CloseAnswer = "refused" // 5/24/00 for any track
	CloseNoPad   CloseAnswer = "no-pad"  // an unfilled reservation is 5/72/04
)

// ReserveMode is the behavior of RESERVE TRACK.
type ReserveMode string

// The ways of RESERVE TRACK that differ from the standard.
const (
	ReserveRefused    ReserveMode = "refused"    // 5/20/00
	ReserveIgnored    ReserveMode = "ignored"    // GOOD, and nothing happens
	ReserveOtherSize  ReserveMode = "other-size" // rounded up to a multiple of 16
	ReserveUnwritable ReserveMode = "unwritable" // WRITE to the reserved track is 5/64/00
)

// Overburn is the behavior past the capacity in the ATIP.
type Overburn string

// The kinds of overburning. With the zero value a drive refuses, except on media that are known to
// be much longer than their ATIP (90 and 99 minutes).
const (
	OverburnNever  Overburn = "never"
	OverburnAlways Overburn = "always" // up to the end of the groove
)

// Speed is a write speed of a drive.
type Speed struct {
	KBps int      `json:"kBps"` // as reported; 1x is 176.4
	Mode Rotation `json:"mode,omitempty"`
}

// Rotation is how the speed depends on the place on the disc.
type Rotation string

// The ways to turn a disc.
const (
	CLV  Rotation = ""     // constant linear velocity
	ZCLV Rotation = "ZCLV" // zones of it
	PCAV Rotation = "PCAV" // constant angular velocity up to the speed, then CLV
	CAV  Rotation = "CAV"  // constant angular velocity; the speed is the outermost
)

// x is the speed in multiples of 176.4 kB/s, as whole as it is meant.
func (s Speed) x() float64 { return float64(int(float64(s.KBps)/176.4 + 0.5)) }

// profile returns the speed along the disc.
func (s Speed) profile() speedProfile {
	x := s.x()
	switch s.Mode {
	case ZCLV:
		steps := []speedStep{{from: 0, x: min(x, 16)}}
		for i, higher := range []float64{24, 32, 40, 48} {
			if higher <= x {
				steps = append(steps, speedStep{from: toc.LBA(30000 * (i + 1)), x: higher})
			}
		}
		return zclvProfile(steps...)
	case PCAV:
		return pcavProfile(min(x, max(x/2, 16)), x)
	case CAV:
		return cavProfile(x)
	}
	return clvProfile(x)
}

// The speeds of the modern drive (G21).
var (
	speedsR48 = []Speed{{8467, CAV}, {7056, CAV}, {5645, PCAV}, {4234, PCAV}, {2822, CLV}, {1411, CLV}, {706, CLV}}
	speedsRW  = []Speed{{4234, ZCLV}, {2822, CLV}, {1764, CLV}, {706, CLV}}
)

// ErrPersonality matches the error for an unknown name of a personality.
var ErrPersonality = errors.New("no such personality")

// Personalities returns all personalities, the modern drive first.
func Personalities() []Personality {
	return slices.Clone(personalities)
}

// PersonalityByName returns a personality, ignoring case; "" is the modern drive. The
// error for an unknown name matches ErrPersonality and lists the names.
func PersonalityByName(name string) (Personality, error) {
	if name == "" {
		return personalities[0], nil
	}
	names := make([]string, 0, len(personalities))
	for _, p := range personalities {
		if strings.EqualFold(p.Name, name) {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Personality{}, fmt.Errorf("sim: %w: %q; the personalities are %s", ErrPersonality, name, strings.Join(names, ", "))
}
