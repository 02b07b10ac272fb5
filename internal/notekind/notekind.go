// Package notekind has the kinds of notes that recording makes, as constants. Their
// meanings are in the comment of burn.NoteKind; programs outside the module use the words.
package notekind

import "github.com/redbook-audio/redbook/burn"

// Of a plan.
const (
	TestWrite    burn.NoteKind = "test-write"
	NewSession   burn.NoteKind = "new-session"
	MultiSession burn.NoteKind = "multi-session"
	LeftOpen     burn.NoteKind = "left-open"
	ReserveCDR   burn.NoteKind = "reserve-cd-r"
	Padded       burn.NoteKind = "padded"
	SameISRC     burn.NoteKind = "same-isrc"
	NoCDText     burn.NoteKind = "no-cd-text"
	NoIndexMarks burn.NoteKind = "no-index-marks"
	Capacity     burn.NoteKind = "capacity"
	Overburn     burn.NoteKind = "overburn"
	NoReserve    burn.NoteKind = "no-reserve"
	NoCloseCut   burn.NoteKind = "no-close-cut"
)

// Made before the first WRITE.
const (
	NoTrayLock   burn.NoteKind = "no-tray-lock"
	MaySleep     burn.NoteKind = "may-sleep"
	NoBurnFree   burn.NoteKind = "no-burn-free"
	Calibration  burn.NoteKind = "calibration"
	SpeedFixed   burn.NoteKind = "speed-fixed"
	SpeedDiffers burn.NoteKind = "speed-differs"
	MCNNotKept   burn.NoteKind = "mcn-not-kept"
	ISRCNotKept  burn.NoteKind = "isrc-not-kept"
	OldDeferred  burn.NoteKind = "older-deferred"
)

// Of session-at-once.
const (
	SheetRefused burn.NoteKind = "sheet-refused"
	TextDropped  burn.NoteKind = "text-dropped"
	IndexesLeft  burn.NoteKind = "indexes-left"
	ISRCsLeft    burn.NoteKind = "isrcs-left"
	TextUnseen   burn.NoteKind = "text-unseen"
	TextDiffers  burn.NoteKind = "text-differs"
)

// Made during the burn.
const (
	Reset          burn.NoteKind = "reset"
	SettingsLost   burn.NoteKind = "settings-lost"
	Attention      burn.NoteKind = "disc-change-denied"
	ReserveRefused burn.NoteKind = "reserve-refused"
	ReserveIgnored burn.NoteKind = "reserve-ignored"
	ReserveUndone  burn.NoteKind = "reserve-undone"
	ReserveSilence burn.NoteKind = "reserve-silence"
	WriteDenied    burn.NoteKind = "write-error-denied"
	WriteTaken     burn.NoteKind = "write-taken"
	WriteResent    burn.NoteKind = "write-resent"
	EndError       burn.NoteKind = "end-error"
	NotWaited      burn.NoteKind = "not-waited"
	StartDiffers   burn.NoteKind = "start-differs"
	SizeDiffers    burn.NoteKind = "size-differs"
	NoSize         burn.NoteKind = "no-size"
	ControlDiffers burn.NoteKind = "control-differs"
	TrackError     burn.NoteKind = "track-error"
	SourceHangs    burn.NoteKind = "source-hangs"
	SourceUnclosed burn.NoteKind = "source-unclosed"
	TooFast        burn.NoteKind = "too-fast"
	TrackFinished  burn.NoteKind = "track-finished"
	TrackRepaired  burn.NoteKind = "track-repaired"
	CloseError     burn.NoteKind = "close-error"
	BlankError     burn.NoteKind = "blank-error"
	StillOld       burn.NoteKind = "still-old"
	RefreshFailed  burn.NoteKind = "refresh-failed"
	NotEjected     burn.NoteKind = "not-ejected"
	VerifyAnyway   burn.NoteKind = "verify-anyway"
	UnreadableOpen burn.NoteKind = "unreadable-open"
	Skipped        burn.NoteKind = "skipped"
	MoreTracks     burn.NoteKind = "more-tracks"
	EventPanic     burn.NoteKind = "event-panic"
)

// Of a resumed burn.
const (
	Kept       burn.NoteKind = "kept"
	KeptUnread burn.NoteKind = "kept-unread"
	Continued  burn.NoteKind = "continued"
	Fragment   burn.NoteKind = "fragment"
)
