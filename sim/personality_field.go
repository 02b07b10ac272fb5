package sim

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
