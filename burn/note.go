package burn

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/disc"
)

// NoteKind says what a Note is about. The values are stable: they are in the JSON of
// Plan and Report, and a program chooses its sentence by them.
type NoteKind string

// What a plan points out.
const (
	NoteTestWrite    NoteKind = "test-write"     // nothing will be written
	NoteNewSession   NoteKind = "new-session"    // the tracks get a session of their own
	NoteMultiSession NoteKind = "multi-session"  // another session may follow
	NoteLeftOpen     NoteKind = "left-open"      // the session is not going to be closed
	NoteReserveCDR   NoteKind = "reserve-cd-r"   // RESERVE TRACK on a CD-R can't be undone
	NotePadded       NoteKind = "padded"         // Track is padded with Got sectors of silence
	NoteSameISRC     NoteKind = "same-isrc"      // Track and track Got have the same ISRC
	NoteNoCDText     NoteKind = "no-cd-text"     // titles of Got tracks can't be recorded
	NoteNoIndexMarks NoteKind = "no-index-marks" // index marks of Got tracks can't be recorded
	NoteCapacity     NoteKind = "capacity"       // the drive's figures about the disc disagree
	NoteOverburn     NoteKind = "overburn"       // Want sectors go onto a disc that names room for Got
	NoteNoReserve    NoteKind = "no-reserve"     // session-at-once has no RESERVE TRACK, though it was asked for
	NoteNoCloseCut   NoteKind = "no-close-cut"   // session-at-once can't close a session that was cut short, though that was asked for
)

// What happened before the first WRITE.
const (
	NoteNoTrayLock   NoteKind = "no-tray-lock"   // the drive can't lock its tray
	NoteMaySleep     NoteKind = "may-sleep"      // the computer may go to sleep
	NoteNoBurnFree   NoteKind = "no-burn-free"   // no buffer underrun protection
	NoteCalibration  NoteKind = "calibration"    // SEND OPC INFORMATION was not carried out as asked
	NoteSpeedFixed   NoteKind = "speed-fixed"    // the drive doesn't let the speed be chosen
	NoteSpeedDiffers NoteKind = "speed-differs"  // the drive writes at speed Got instead of Want
	NoteUnlocked     NoteKind = "not-exclusive"  // the system could not give the drive to redbook alone
	NoteOldDeferred  NoteKind = "older-deferred" // the drive reported the failure of an earlier program's command
)

// What session-at-once tries before the first WRITE.
const (
	NoteSheetRefused NoteKind = "sheet-refused" // form Got of Want of the cue sheet was refused; the next is tried
	NoteTextDropped  NoteKind = "text-dropped"  // written without CD-TEXT
	NoteIndexesLeft  NoteKind = "indexes-left"  // written without index marks: the sheet would be longer than Got bytes, or was refused with them (Cause)
	NoteISRCsLeft    NoteKind = "isrcs-left"    // the same of the recording codes
	NoteTextUnseen   NoteKind = "text-unseen"   // CD-TEXT was written, and the drive doesn't show it yet
	NoteTextDiffers  NoteKind = "text-differs"  // the drive shows other CD-TEXT than was written
)

// What happened during the burn.
const (
	NoteReset          NoteKind = "reset"              // the drive was reset; lock and speed are set again
	NoteAttention      NoteKind = "disc-change-denied" // the drive reported another disc, but it is the same one
	NoteReserveRefused NoteKind = "reserve-refused"    // Track is written without a reservation
	NoteReserveIgnored NoteKind = "reserve-ignored"    // accepted, but shown nowhere
	NoteReserveUndone  NoteKind = "reserve-undone"     // something else was reserved; undone
	NoteReserveSilence NoteKind = "reserve-silence"    // a reservation that can't be undone holds silence
	NoteWriteTaken     NoteKind = "write-taken"        // a WRITE without an answer was taken, by the next writable address
	NoteWriteResent    NoteKind = "write-resent"       // a WRITE without an answer was not taken, and sent again
	NoteEndError       NoteKind = "end-error"          // an error while Track was ended; it is complete all the same
	NoteNotWaited      NoteKind = "not-waited"         // the drive was not waited for, as asked
	NoteStartDiffers   NoteKind = "start-differs"      // the drive shows the start of Track at LBA Got instead of Want
	NoteSizeDiffers    NoteKind = "size-differs"       // the drive shows Got sectors of Track instead of Want
	NoteNoSize         NoteKind = "no-size"            // the drive shows no size of Track
	NoteControlDiffers NoteKind = "control-differs"    // Track is recorded with control Got instead of Want
	NoteTrackError     NoteKind = "track-error"        // what ended Track
	NoteSourceHangs    NoteKind = "source-hangs"       // a source hangs in reading and was left behind
	NoteSourceUnclosed NoteKind = "source-unclosed"    // the source of Track could not be closed; all of it was read
	NoteTooFast        NoteKind = "too-fast"           // the audio was accepted faster than any drive can write
	NoteTrackFinished  NoteKind = "track-finished"     // Track was unfinished and has been finished
	NoteTrackRepaired  NoteKind = "track-repaired"     // Track was damaged and has been repaired
	NoteCloseError     NoteKind = "close-error"        // CLOSE SESSION reported an error; the session is closed all the same
	NoteBlankError     NoteKind = "blank-error"        // BLANK reported an error; the disc is blank all the same
	NoteStillOld       NoteKind = "still-old"          // the drive still shows the disc as it was: looking again
	NoteRefreshFailed  NoteKind = "refresh-failed"     // stop and start, or the reload, failed
	NoteNotEjected     NoteKind = "not-ejected"        // the tray could not be opened, or the drive is still busy
	NoteVerifyAnyway   NoteKind = "verify-anyway"      // samples are read back although that was not asked for
	NoteUnreadableOpen NoteKind = "unreadable-open"    // the drive doesn't read the audio of an open session
	NoteSkipped        NoteKind = "skipped"            // Track on the disc, Got sectors, wasn't compared: the sources are the other tracks
	NoteMoreTracks     NoteKind = "more-tracks"        // the disc has Got audio tracks more, which were not compared
	NoteEventPanic     NoteKind = "event-panic"        // Options.OnEvent panicked and was not called again
)

// What a resumed burn finds.
const (
	NoteKept      NoteKind = "kept"      // Track was on the disc already, whole
	NoteContinued NoteKind = "continued" // Got sectors of Track were on the disc already; the rest was written after them
	NoteFragment  NoteKind = "fragment"  // Track on the disc is Got sectors of a track of Want that was cut short
)

// Note is something that a plan or a report points out: a value, for the program to
// put into words. Which of Want and Got count, and in which unit, the kind says.
type Note struct {
	Kind  NoteKind `json:"kind"`
	Track int      `json:"track,omitzero"` // number on the disc
	Name  string   `json:"name,omitzero"`  // of the track's source
	Want  int      `json:"want,omitzero"`
	Got   int      `json:"got,omitzero"`
	Cause Cause    `json:"cause,omitzero"`
}

// String gives the kind and the figures, for logs. Programs make their own sentences.
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

// Cause is an error in a value that goes to JSON: there it is the error's text.
// errors.Is and errors.As look into Err.
type Cause struct{ Err error }

// IsZero reports whether there is no error.
func (c Cause) IsZero() bool { return c.Err == nil }

// MarshalText gives the error's text.
func (c Cause) MarshalText() ([]byte, error) {
	if c.Err == nil {
		return nil, nil
	}
	return []byte(c.Err.Error()), nil
}

// UnmarshalText makes an error of a text; it matches nothing but itself.
func (c *Cause) UnmarshalText(b []byte) error {
	c.Err = nil
	if len(b) > 0 {
		c.Err = errors.New(string(b))
	}
	return nil
}

// Difference is something in which the disc isn't what was written.
type Difference = disc.Difference
