package burn

import (
	"errors"
	"fmt"
)

// NoteKind is the subject of a Note. The values are stable: they are in the JSON of Plan
// and Report, and programs choose their sentences by them.
type NoteKind string

// Notes of a plan.
const (
	NoteTestWrite    NoteKind = "test-write"     // nothing will be written
	NoteNewSession   NoteKind = "new-session"    // the tracks get a new session
	NoteMultiSession NoteKind = "multi-session"  // another session may follow
	NoteLeftOpen     NoteKind = "left-open"      // the session will not be closed
	NoteReserveCDR   NoteKind = "reserve-cd-r"   // RESERVE TRACK on a CD-R can't be undone
	NotePadded       NoteKind = "padded"         // Track is padded with Got sectors of silence
	NoteSameISRC     NoteKind = "same-isrc"      // Track and track Got have the same ISRC
	NoteNoCDText     NoteKind = "no-cd-text"     // titles of Got tracks can't be recorded
	NoteNoIndexMarks NoteKind = "no-index-marks" // index marks of Got tracks can't be recorded
	NoteCapacity     NoteKind = "capacity"       // the drive's figures about the disc disagree
	NoteOverburn     NoteKind = "overburn"       // Want sectors are written to a disc that reports room for Got
	NoteNoReserve    NoteKind = "no-reserve"     // RESERVE TRACK was requested, but session-at-once has none
	NoteNoCloseCut   NoteKind = "no-close-cut"   // closing after a cut was requested, but session-at-once can't do it
)

// Notes made before the first WRITE.
const (
	NoteNoTrayLock   NoteKind = "no-tray-lock"   // the drive can't lock its tray
	NoteMaySleep     NoteKind = "may-sleep"      // the computer may go to sleep
	NoteNoBurnFree   NoteKind = "no-burn-free"   // no buffer underrun protection
	NoteCalibration  NoteKind = "calibration"    // SEND OPC INFORMATION was not carried out as requested
	NoteSpeedFixed   NoteKind = "speed-fixed"    // the drive's speed can't be chosen
	NoteSpeedDiffers NoteKind = "speed-differs"  // the drive writes at speed Got instead of Want
	NoteMCNNotKept   NoteKind = "mcn-not-kept"   // the drive's settings don't show the MCN: the disc may be without it
	NoteISRCNotKept  NoteKind = "isrc-not-kept"  // the same for an ISRC
	NoteOldDeferred  NoteKind = "older-deferred" // the drive reported the failure of a command from before the job changed the disc
)

// Notes of session-at-once. All but the last two are made before the first WRITE.
const (
	NoteSheetRefused NoteKind = "sheet-refused" // form Got of Want of the cue sheet was refused; the next is tried
	NoteTextDropped  NoteKind = "text-dropped"  // written without CD-TEXT
	NoteIndexesLeft  NoteKind = "indexes-left"  // written without index marks: the sheet would exceed Got bytes, or was refused with them (Cause)
	NoteISRCsLeft    NoteKind = "isrcs-left"    // the same for ISRCs
	NoteTextUnseen   NoteKind = "text-unseen"   // CD-TEXT was written, but the drive doesn't show it yet
	NoteTextDiffers  NoteKind = "text-differs"  // the drive shows different CD-TEXT
)

// Notes made during the burn.
const (
	NoteReset          NoteKind = "reset"              // the drive was reset; lock and speed are set again
	NoteSettingsLost   NoteKind = "settings-lost"      // the drive had lost its write parameters at the WRITE to LBA Want; they are set again
	NoteAttention      NoteKind = "disc-change-denied" // the drive reported another disc, but it is the same one
	NoteReserveRefused NoteKind = "reserve-refused"    // Track is written without a reservation
	NoteReserveIgnored NoteKind = "reserve-ignored"    // RESERVE TRACK was accepted without effect
	NoteReserveUndone  NoteKind = "reserve-undone"     // something else was reserved; undone
	NoteReserveSilence NoteKind = "reserve-silence"    // a reservation that can't be undone holds silence
	NoteWriteDenied    NoteKind = "write-error-denied" // the drive reported that writing failed (a deferred error), but everything that it may concern reads back equal
	NoteWriteTaken     NoteKind = "write-taken"        // a WRITE was accepted, by the next writable address, but answered with an error or not at all
	NoteWriteResent    NoteKind = "write-resent"       // a WRITE without an answer, or aborted, was not accepted and was sent again
	NoteEndError       NoteKind = "end-error"          // an error while Track was ended; it is complete nevertheless
	NoteNotWaited      NoteKind = "not-waited"         // the drive was not waited for, as requested
	NoteStartDiffers   NoteKind = "start-differs"      // the drive shows the start of Track at LBA Got instead of Want
	NoteSizeDiffers    NoteKind = "size-differs"       // the drive shows Got sectors of Track instead of Want
	NoteNoSize         NoteKind = "no-size"            // the drive shows no size of Track
	NoteControlDiffers NoteKind = "control-differs"    // Track is recorded with control Got instead of Want
	NoteTrackError     NoteKind = "track-error"        // the error that ended Track
	NoteSourceHangs    NoteKind = "source-hangs"       // a source hangs and was abandoned
	NoteSourceUnclosed NoteKind = "source-unclosed"    // the source of Track could not be closed; it was read completely
	NoteTooFast        NoteKind = "too-fast"           // the audio was accepted faster than any drive can write
	NoteTrackFinished  NoteKind = "track-finished"     // Track was incomplete and has been finished
	NoteTrackRepaired  NoteKind = "track-repaired"     // Track was damaged and has been repaired
	NoteCloseError     NoteKind = "close-error"        // CLOSE SESSION reported an error; the session is closed nevertheless
	NoteBlankError     NoteKind = "blank-error"        // BLANK reported an error; the disc is blank nevertheless
	NoteStillOld       NoteKind = "still-old"          // the drive still shows the disc as it was; it is read again
	NoteRefreshFailed  NoteKind = "refresh-failed"     // stop and start, or the reload, failed
	NoteNotEjected     NoteKind = "not-ejected"        // the tray could not be opened, or the drive is still busy
	NoteVerifyAnyway   NoteKind = "verify-anyway"      // samples are read back although that was not requested
	NoteUnreadableOpen NoteKind = "unreadable-open"    // the drive doesn't read the audio of an open session
	NoteSkipped        NoteKind = "skipped"            // Track on the disc, Got sectors, wasn't compared: the sources are the other tracks; Got 0: it is unfinished
	NoteMoreTracks     NoteKind = "more-tracks"        // the disc has Got audio tracks more, which were not compared
	NoteEventPanic     NoteKind = "event-panic"        // Options.OnEvent panicked and was not called again
)

// Notes of a resumed burn.
const (
	NoteKept       NoteKind = "kept"        // Track was already on the disc, whole
	NoteKeptUnread NoteKind = "kept-unread" // before the first WRITE, Track could not be read at LBA Got; without Track: nothing could be read
	NoteContinued  NoteKind = "continued"   // Got sectors of Track were already on the disc; the rest was written after them
	NoteFragment   NoteKind = "fragment"    // Track on the disc holds Got sectors of a track of Want that was cut short
)

// Note is a remark in a plan or a report. Programs put it into words. The kind determines
// which of Want and Got are set, and their unit.
type Note struct {
	Kind  NoteKind `json:"kind"`
	Track int      `json:"track,omitzero"` // number on the disc
	Name  string   `json:"name,omitzero"`  // of the track's source
	Want  int      `json:"want,omitzero"`
	Got   int      `json:"got,omitzero"`
	Cause Cause    `json:"cause,omitzero"`
}

// String returns the kind and the figures, for logs.
func (n Note) String() string {
	text := string(n.Kind)
	if n.Track > 0 {
		text += fmt.Sprintf(" (track %d)", n.Track)
	}
	if n.Want != 0 || n.Got != 0 {
		text += fmt.Sprintf(" want %d, got %d", n.Want, n.Got)
	}
	if n.Cause.Err != nil {
		text += ": " + n.Cause.Err.Error()
	}
	return text
}

// Cause holds an error in a value that is encoded as JSON, in which it is the error's text.
type Cause struct{ Err error }

// IsZero reports whether there is no error.
func (c Cause) IsZero() bool { return c.Err == nil }

// MarshalText returns the error's text.
func (c Cause) MarshalText() ([]byte, error) {
	if c.Err == nil {
		return nil, nil
	}
	return []byte(c.Err.Error()), nil
}

// UnmarshalText sets Err to a new error with this text, which matches no sentinel.
func (c *Cause) UnmarshalText(b []byte) error {
	c.Err = nil
	if len(b) > 0 {
		c.Err = errors.New(string(b))
	}
	return nil
}
