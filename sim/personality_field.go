package sim

import "github.com/redbook-audio/redbook/toc"

// FieldSettings are oddities of single drives, bridges and hosts.
type FieldSettings struct {
	NoPause        bool `json:"noPause,omitempty"`        // the next track starts behind the run-out of the last: its end + 2
	PerformanceLUN bool `json:"performanceLUN,omitempty"` // GET PERFORMANCE is 5/25/00, and page 2Ah has no speeds
	ForgetsSpeed   bool `json:"forgetsSpeed,omitempty"`   // after a track the speed is the default again, without a word
	TrayLocked     bool `json:"trayLocked,omitempty"`     // somebody has locked the tray before
	NeverReady     bool `json:"neverReady,omitempty"`     // TEST UNIT READY is 2/04/00 for ever, and everything works
	ReadyEarly     bool `json:"readyEarly,omitempty"`     // it is GOOD some seconds before READ DISC/TRACK INFORMATION are (2/04/01)
	FlushBusy      bool `json:"flushBusy,omitempty"`      // SYNCHRONIZE CACHE is 2/04/08, and not carried out, until the buffer is empty
	HangsBelowZero bool `json:"hangsBelowZero,omitempty"` // READ CD below LBA 0 is never answered
	ModesChanged   bool `json:"modesChanged,omitempty"`   // 6/2A/01 follows each MODE SELECT, SET CD SPEED and SET STREAMING
	// ConfigurationCut is after how many bytes a GET CONFIGURATION reply ends, whatever its
	// length field says; 0 is never.
	ConfigurationCut int `json:"configurationCut,omitempty"`
	// ATIPInvalid is what stands in A1, A2 and A3 of the ATIP where they aren't valid.
	ATIPInvalid [3][3]byte `json:"atipInvalid,omitzero"`
	// TailEvery puts "USBS" into the last four bytes of each n-th reply, as a bridge
	// does that ends a transfer four bytes short.
	TailEvery int `json:"tailEvery,omitempty"`
	// FreeBlocks is what READ TRACK INFORMATION tells as free of the invisible track
	// where that isn't true.
	FreeBlocks FreeBlocks `json:"freeBlocks,omitempty"`
	// LastTrack is where the last track is told one too small.
	LastTrack LastTrack `json:"lastTrack,omitempty"`
	// RehearsedProfile is the current profile after a test write until the disc is
	// loaded again; 0 is that of the disc.
	RehearsedProfile int `json:"rehearsedProfile,omitempty"`

	// FirstWriteMs is for how many milliseconds the first WRITE of a track is 2/04/08.
	FirstWriteMs int `json:"firstWriteMs,omitempty"`
	// StuckAt is the LBA from which on each WRITE and each flush is 2/04/08 for ever; 0 is never.
	StuckAt toc.LBA `json:"stuckAt,omitempty"`
	// TrackEnd is how the end of a track shows where the commands that end it return
	// at once, with IMMED or without, and everything but its size says that it is over.
	TrackEnd TrackEnd `json:"trackEnd,omitempty"`
	// CloseSays is the sense that CLOSE SESSION is answered although it is being carried
	// out: key/ASC/ASCQ as in "5/72/03". CloseQuiet lets nothing but READ DISC INFORMATION
	// tell when it is over.
	CloseSays  string `json:"closeSays,omitempty"`
	CloseQuiet bool   `json:"closeQuiet,omitempty"`
	// CloseSeconds is how long CLOSE SESSION takes at least.
	CloseSeconds int `json:"closeSeconds,omitempty"`
	// ChangedAfter is the end of what is followed by a unit attention 6/28/00, although
	// nobody has touched the disc.
	ChangedAfter ChangedAfter `json:"changedAfter,omitempty"`
	// ImmedSays is the sense that a command with the IMMED bit is answered, and isn't
	// carried out.
	ImmedSays string `json:"immedSays,omitempty"`
}

// SessionSettings are the ways in which drives differ in session-at-once.
type SessionSettings struct {
	Sheets           Sheets    `json:"sheets,omitempty"`           // what SEND CUE SHEET does
	TextSheet        TextSheet `json:"textSheet,omitempty"`        // how a sheet must announce CD-TEXT
	SheetLimit       int       `json:"sheetLimit,omitempty"`       // bytes of a sheet; default 3072
	NoISRCWithCopy   bool      `json:"noISRCWithCopy,omitempty"`   // an ISRC of a track that may be copied is 5/26/00
	OneIndex         bool      `json:"oneIndex,omitempty"`         // indexes above 1 are 5/26/00
	PregapNotEmpty   bool      `json:"pregapNotEmpty,omitempty"`   // INDEX 0 at the place of INDEX 1 is 5/26/00
	LeadOutLosesText bool      `json:"leadOutLosesText,omitempty"` // a lead-out of form 00h is taken, and CD-TEXT is missing then
	NoJumpToZero     bool      `json:"noJumpToZero,omitempty"`     // a first WRITE to LBA 0 is 5/21/02, whatever the sheet says
	ZeroNWAInSAO     bool      `json:"zeroNWAInSAO,omitempty"`     // the next writable address of a blank disc is 0, and -150 is meant
	SheetSilences    bool      `json:"sheetSilences,omitempty"`    // READ TRACK INFORMATION FFh is 5/24/00 after a sheet
	StaleText        bool      `json:"staleText,omitempty"`        // CD-TEXT as it was when the disc was loaded
	LastCRCZero      bool      `json:"lastCRCZero,omitempty"`      // the last pack of CD-TEXT has the CRC 0000h
}

// Sheets is what a drive does with cue sheets.
type Sheets string

// The ways with cue sheets.
const (
	SheetsWork    Sheets = ""
	SheetsUnknown Sheets = "unknown" // SEND CUE SHEET is 5/20/00, and feature 002Eh doesn't claim it
	SheetsRefused Sheets = "refused" // 002Eh claims it, and every sheet is 5/26/00
)

// TextSheet is how a sheet must announce that the host writes the lead-in.
type TextSheet string

// The ways of the lead-in's entry (form 41h).
const (
	TextSheetBoth TextSheet = ""
	TextSheetA    TextSheet = "A" // at 00:00:00, with data block type 0 in page 05h
	TextSheetB    TextSheet = "B" // at the true start of the lead-in, with type 3
)

// Full is what a WRITE is answered while the buffer is full.
type Full string

// The answers of a full buffer.
const (
	FullHolds  Full = ""        // none, until there is room
	FullBusy   Full = "2/04/08" // long write in progress
	FullWorks  Full = "2/04/07" // operation in progress
	FullStatus Full = "busy"    // the status BUSY
)

// FreeBlocks is a number of free blocks that isn't true.
type FreeBlocks string

// The untrue numbers of free blocks.
const (
	FreeTrue FreeBlocks = ""
	FreeZero FreeBlocks = "zero"
	FreeHuge FreeBlocks = "huge" // 7FFFFFFFh
)

// LastTrack is a place where the last track is told one too small.
type LastTrack string

// The places where the last track can be too small.
const (
	LastTrue   LastTrack = ""
	LastInInfo LastTrack = "info" // READ DISC INFORMATION
	LastInTOC  LastTrack = "toc"  // the header of READ TOC; the tracks themselves are all there
)

// TrackEnd is how the end of a track shows.
type TrackEnd string

// The ways in which the end of a track shows.
const (
	TrackEndShows TrackEnd = ""      // as everywhere
	TrackEndZero  TrackEnd = "zero"  // READ TRACK INFORMATION tells the size 0 until it is over
	TrackEndGrows TrackEnd = "grows" // the size grows until it is over
)

// ChangedAfter is what is followed by 6/28/00.
type ChangedAfter string

// What 6/28/00 can follow.
const (
	ChangedNever ChangedAfter = ""
	ChangedFlush ChangedAfter = "flush"
	ChangedClose ChangedAfter = "close"
)
