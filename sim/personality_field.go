package sim

import "github.com/redbook-audio/redbook/toc"

// FieldSettings are oddities of single drives, bridges and hosts.
type FieldSettings struct {
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
}

// SessionSettings are differences in session-at-once.
type SessionSettings struct {
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
}

// Sheets is the behavior with cue sheets.
type Sheets string

// The behaviors with cue sheets; the zero value is a drive that accepts them.
const (
	SheetsUnknown Sheets = "unknown" // SEND CUE SHEET is 5/20/00, and feature 002Eh doesn't claim it
	SheetsRefused Sheets = "refused" // 002Eh claims it, and every sheet is 5/26/00
)

// TextSheet is how a sheet must announce that the host writes the lead-in.
type TextSheet string

// The ways of the lead-in's entry (form 41h); the zero value accepts both.
const (
	TextSheetA TextSheet = "A" // at 00:00:00, with data block type 0 in page 05h
	TextSheetB TextSheet = "B" // at the true start of the lead-in, with type 3
)

// Full is the answer to a WRITE while the buffer is full.
type Full string

// The answers of a full buffer; the zero value answers once there is room.
const (
	FullBusy   Full = "2/04/08" // long write in progress
	FullWorks  Full = "2/04/07" // operation in progress
	FullStatus Full = "busy"    // the status BUSY
)

// FreeBlocks is a wrong number of free blocks.
type FreeBlocks string

// The wrong numbers of free blocks; the zero value is the right one.
const (
	FreeZero FreeBlocks = "zero"
	FreeHuge FreeBlocks = "huge" // 7FFFFFFFh
)

// LastTrack is a reply with a last track that is one too small.
type LastTrack string

// The replies whose last track can be too small; the zero value is none.
const (
	LastInInfo LastTrack = "info" // READ DISC INFORMATION
	LastInTOC  LastTrack = "toc"  // the header of READ TOC; the tracks themselves are all there
)

// TrackEnd is how the end of a track shows.
type TrackEnd string

// The ways in which the end of a track shows; with the zero value the command waits for it.
const (
	TrackEndZero  TrackEnd = "zero"  // the size reads 0 until the track has ended
	TrackEndGrows TrackEnd = "grows" // the size grows until the track has ended
)

// ChangedAfter is the operation followed by 6/28/00.
type ChangedAfter string

// The operations that 6/28/00 can follow; the zero value is none.
const (
	ChangedFlush ChangedAfter = "flush"
	ChangedClose ChangedAfter = "close"
)
