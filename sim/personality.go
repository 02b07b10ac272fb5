package sim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// Personality is a type of drive, as data: its name, its capabilities and its oddities.
// It belongs to the drive, never to the disc.
type Personality struct {
	Name    string // value of --personality
	Summary string // one line for users
	Source  string // where such a drive was seen

	Settings
}

// Settings are the differences between drives. The zero value is a modern drive that
// follows the standard. New panics if a word isn't listed here, or if a number is impossible.
type Settings struct {
	Vendor   string // INQUIRY, 8 characters; default REDBOOK
	Product  string // 16 characters; default SIMULATED CD-RW
	Revision string // 4 characters; default 1.00
	// Features are the profiles and features that GET CONFIGURATION reports; the default is
	// those of a DVD writer. "cd" is a CD writer, "bd" a Blu-ray reader that writes DVDs and CDs.
	Features string
	// BufferKiB is the size of the write buffer; default 2048. BufferBytes overrides it where
	// the size is not a whole number of KiB; page 2Ah then still reports BufferKiB.
	BufferKiB   int
	BufferBytes int
	// SpeedsR and SpeedsRW are the write speeds for CD-R and CD-RW, fastest
	// first; default 48x and 24x.
	SpeedsR  []Speed
	SpeedsRW []Speed

	DescriptorSense   bool // sense data in format 72h
	PlainNoMedium     bool // 2/3A/00 whether the tray is open or not
	ShortPage2A       int  // length byte of page 2Ah; 0 is the full page
	ShortPage05       int  // length byte of page 05h, at least 14; 0 is 32h
	BlockDescriptor   bool // MODE SENSE gives a block descriptor unless DBD is set
	BadPage05         bool // the defaults of page 05h are illegal values
	NoSetSpeed        bool // SET CD SPEED is 5/24/00
	ShortTrackInfo    int  // bytes of READ TRACK INFORMATION; 0 is 36
	NoConfiguration   bool // GET CONFIGURATION and GET EVENT are 5/20/00
	NoFeature2D       bool // feature 002Dh isn't reported
	NoPerformance     bool // GET PERFORMANCE is 5/20/00
	NoBufferCapacity  bool // READ BUFFER CAPACITY is 5/20/00
	NoBurnFree        bool // no buffer underrun protection
	UnderrunStreaming bool // WRITE after an underrun is 3/0C/09, not 5/21/02
	NoLoad            bool // the tray can't be closed by command
	NoTestWrite       bool // page 05h with the test write bit is 5/26/00

	// StrictSpeed makes the drive select the next lower speed for a request of n times
	// 176.
	StrictSpeed bool
	// WhenFull is the answer to a WRITE while the buffer is full: "2/04/08" (long write in
	// progress), "2/04/07" (operation in progress), "busy" (the status), or "" for GOOD once
	// there is room.
	WhenFull string

	GoodWhileBusy   bool // TEST UNIT READY is GOOD while writing and closing
	InfoBusy        bool // READ DISC/TRACK INFORMATION are 2/04/07 then
	BlankNWA        int  // next writable address of a blank disc
	Pregap          int  // sectors from run-out to the next track; default 150
	SizeWithRunOut  bool // track size is N+2
	StartWithPregap bool // track start is where its pregap starts
	RTFinished      bool // RT is 1 for finished tracks
	NoDamageBit     bool // damage and copy bits are always 0

	SyncLeavesOpen bool // SYNCHRONIZE CACHE doesn't end the track
	SyncError      bool // SYNCHRONIZE CACHE reports an error although all is well
	// CloseTrack is what CLOSE TRACK does: "refused" is 5/24/00 for any track, "no-pad" 5/72/04
	// for an unfilled reservation, which "" pads.
	CloseTrack string
	// Reserve is what RESERVE TRACK does: "refused" is 5/20/00, "ignored" GOOD without an effect,
	// "other-size" rounds up to a multiple of 16, and with "unwritable" a WRITE to the reserved
	// track is 5/64/00.
	Reserve string
	// EmptyCloseGood makes CLOSE SESSION of an empty session GOOD, not 5/72/04.
	EmptyCloseGood bool
	// ReserveBehind makes track FFh the one following a reservation.
	ReserveBehind bool
	// DeferredErrorAt is the LBA at which recording fails, reported by a later command
	// (71h); 0 means never.
	DeferredErrorAt toc.LBA
	StaleTOC        bool // READ TOC shows the disc as it was when it was loaded
	StaleInfo       bool // READ DISC INFORMATION too
	StoresNothing   bool // GOOD to every WRITE, and nothing is recorded
	StoresSwapped   bool // the bytes of each sample are exchanged
	OpenUnreadable  bool // audio of an open session can't be read
	// ReadOffset is the drive's read offset correction in samples, as AccurateRip
	// lists it: reading LBA n gives the samples from 588*n-ReadOffset on.
	ReadOffset int
	// WriteOffset is by how many samples the drive records audio late.
	WriteOffset int
	// UnreadableRunOut makes READ CD of a run-out sector 3/11/06.
	UnreadableRunOut bool
	// Overburn is the behavior past the capacity in the ATIP: "never", "always" (up to the end
	// of the groove), or "" to refuse except on media that are known to be much longer than
	// their ATIP (90 and 99 minutes).
	Overburn string

	// Oddities of single drives, bridges and hosts.

	NoPause        bool // the next track starts right past the run-out of the last one: its end + 2
	PerformanceLUN bool // GET PERFORMANCE is 5/25/00, and page 2Ah has no speeds
	ForgetsSpeed   bool // the speed returns to the default after each track, without a unit attention
	TrayLocked     bool // another program has locked the tray
	NeverReady     bool // TEST UNIT READY answers 2/04/00 forever; everything else works
	ReadyEarly     bool // TEST UNIT READY is GOOD before READ DISC/TRACK INFORMATION work (2/04/01)
	FlushBusy      bool // SYNCHRONIZE CACHE answers 2/04/08 and does nothing until the buffer is empty
	HangsBelowZero bool // READ CD below LBA 0 is never answered
	ModesChanged   bool // 6/2A/01 follows each MODE SELECT, SET CD SPEED and SET STREAMING
	// ConfigurationCut is the number of bytes after which a GET CONFIGURATION reply ends;
	// its length field still announces all of it. 0 means never.
	ConfigurationCut int
	// ATIPInvalid is the content of A1, A2 and A3 of the ATIP if they aren't valid.
	ATIPInvalid [3][3]byte
	// TailEvery puts "USBS" into the last four bytes of each n-th reply, as a bridge
	// does that ends a transfer four bytes short.
	TailEvery int
	// FreeBlocks replaces the free blocks of the invisible track in READ TRACK INFORMATION:
	// "zero" or "huge" (7FFFFFFFh).
	FreeBlocks string
	// LastTrack names the reply whose last track is one too small: "info" is READ DISC
	// INFORMATION, "toc" the header of READ TOC, whose tracks themselves are all there.
	LastTrack string
	// RehearsedProfile is the current profile after a test write until the disc is
	// loaded again; 0 is that of the disc.
	RehearsedProfile int

	// FirstWriteMs is for how many milliseconds the first WRITE of a track is 2/04/08.
	FirstWriteMs int
	// StuckAt is the LBA from which each WRITE and each flush answers 2/04/08 forever; 0 means
	// never.
	StuckAt toc.LBA
	// TrackEnd makes the commands that end a track return immediately, with or without
	// IMMED. Only the size of the track shows when it has really ended: until then it is 0
	// ("zero") or grows ("grows"). After a few WRITEs before that the drive resets itself
	// (6/29/00), and the track is lost.
	TrackEnd string
	// CloseSays is the sense that CLOSE SESSION returns although the drive carries it
	// out: key/ASC/ASCQ as in "5/72/03". With CloseQuiet only READ DISC INFORMATION shows
	// when the session is closed.
	CloseSays  string
	CloseQuiet bool
	// CloseSeconds is how long CLOSE SESSION takes at least.
	CloseSeconds int
	// ChangedAfter is the operation ("flush" or "close") that is followed by a unit attention
	// 6/28/00 although the disc was not changed.
	ChangedAfter string
	// ImmedSays is the sense that a command with the IMMED bit returns without effect.
	ImmedSays string

	// Session-at-once.

	// Sheets is the behavior of SEND CUE SHEET: "unknown" is 5/20/00, and feature 002Eh doesn't
	// claim it; with "refused" 002Eh claims it, and every sheet is 5/26/00.
	Sheets string
	// TextSheet is how a sheet must announce that the host writes the lead-in (form 41h): "A" at
	// 00:00:00 with data block type 0 in page 05h, "B" at the true start of the lead-in with
	// type 3, "" either way.
	TextSheet string

	SheetLimit       int  // bytes of a sheet; default 3072
	NoISRCWithCopy   bool // an ISRC of a track that may be copied is 5/26/00
	OneIndex         bool // indexes above 1 are 5/26/00
	PregapNotEmpty   bool // INDEX 0 at the place of INDEX 1 is 5/26/00
	LeadOutLosesText bool // a lead-out of form 00h is accepted, and CD-TEXT is lost
	NoJumpToZero     bool // a first WRITE to LBA 0 is 5/21/02 even if the sheet allows it
	ZeroNWAInSAO     bool // the next writable address of a blank disc is 0, and -150 is meant
	SheetSilences    bool // READ TRACK INFORMATION FFh is 5/24/00 after a sheet
	StaleText        bool // CD-TEXT as it was when the disc was loaded
	LastCRCZero      bool // the last pack of CD-TEXT has the CRC 0000h

	// What a drive reports of a disc besides its audio.

	// Q is the form in which READ CD gives the Q sub-channel: "none" (5/24/00), "raw" (P to W only),
	// "formatted" (only that, in BCD), "binary" (formatted, each byte converted from BCD to
	// binary) or "zeros" (GOOD, and nothing but zeros). With "" it is raw and formatted, with
	// the CRC of the disc; a drive that supports only the formatted one has no CRC.
	Q string

	QShift       int  // a sector comes with the Q of the one so many sectors later
	QErrors      int  // the Q of each n-th sector has wrong bits; 0 means none
	NoCDText     bool // READ TOC format 5 is 5/24/00
	NoSubChannel bool // READ SUB-CHANNEL is 5/20/00
	StaleISRC    bool // READ SUB-CHANNEL returns the ISRC of the track asked for before

	// BlankTypes are the types of BLANK that the drive supports; none means all.
	BlankTypes []int
	// Lacks are the opcodes that are 5/20/00.
	Lacks []int

	// recording, if not nil, is what a real drive answered.
	recording *recording
}

// Speed is a write speed of a drive.
type Speed struct {
	KBps int // as reported; 1x is 176.4
	// Mode is how the speed depends on the place on the disc: "" for a constant linear
	// velocity, "ZCLV" for zones of it, "PCAV" for a constant angular velocity up to the
	// speed and CLV from there, "CAV" for a constant angular velocity; the speed is then
	// the outermost.
	Mode string
}

// The values of Speed.Mode.
const (
	clv  = ""
	zclv = "ZCLV"
	pcav = "PCAV"
	cav  = "CAV"
)

// x is the speed in multiples of 176.4 kB/s, as whole as it is meant.
func (s Speed) x() float64 { return float64(int(float64(s.KBps)/176.4 + 0.5)) }

// profile returns the speed along the disc.
func (s Speed) profile() speedProfile {
	x := s.x()
	switch s.Mode {
	case zclv:
		steps := []speedStep{{from: 0, x: min(x, 16)}}
		for i, higher := range []float64{24, 32, 40, 48} {
			if higher <= x {
				steps = append(steps, speedStep{from: toc.LBA(30000 * (i + 1)), x: higher})
			}
		}
		return zclvProfile(steps...)
	case pcav:
		return pcavProfile(min(x, max(x/2, 16)), x)
	case cav:
		return cavProfile(x)
	}
	return clvProfile(x)
}

// The speeds of the modern drive (G21).
var (
	speedsR48 = []Speed{{8467, cav}, {7056, cav}, {5645, pcav}, {4234, pcav}, {2822, clv}, {1411, clv}, {706, clv}}
	speedsRW  = []Speed{{4234, zclv}, {2822, clv}, {1764, clv}, {706, clv}}
)

// Personalities returns all personalities, the modern drive first.
func Personalities() []Personality {
	return slices.Clone(personalities)
}

// PersonalityByName returns a personality, ignoring case; "" is the modern drive. The
// error for an unknown name lists the names.
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
	return Personality{}, fmt.Errorf("sim: no such personality: %q; the personalities are %s", name, strings.Join(names, ", "))
}
