package burn

import (
	"errors"
	"fmt"
)

// NoteKind is the subject of a Note: one of the words below. They are stable, since they
// are in the JSON of Plan and Report, but later versions may add some: a program shows a
// word that it doesn't know as it is.
//
// Of a plan:
//   - "test-write": nothing will be written
//   - "new-session": the tracks get a new session
//   - "multi-session": another session may follow
//   - "left-open": the session will not be closed
//   - "reserve-cd-r": RESERVE TRACK on a CD-R can't be undone
//   - "padded": Track is padded with Got sectors of silence
//   - "same-isrc": Track and track Got have the same ISRC
//   - "no-cd-text": titles of Got tracks can't be recorded
//   - "no-index-marks": index marks of Got tracks can't be recorded
//   - "capacity": the drive's figures about the disc disagree
//   - "overburn": Want sectors are written to a disc that reports room for Got
//   - "no-reserve": RESERVE TRACK was requested, but session-at-once has none
//   - "no-close-cut": closing after a cut was requested, but session-at-once can't do it
//
// Made before the first WRITE:
//   - "no-tray-lock": the drive can't lock its tray
//   - "may-sleep": the computer may go to sleep
//   - "no-burn-free": no buffer underrun protection
//   - "calibration": SEND OPC INFORMATION was not carried out as requested
//   - "speed-fixed": the drive's speed can't be chosen
//   - "speed-differs": the drive writes at speed Got instead of Want, in sectors per second
//   - "mcn-not-kept": the drive's settings don't show the MCN: the disc may be without it
//   - "isrc-not-kept": the same for an ISRC
//   - "older-deferred": the drive reported the failure of a command from before the job
//     changed the disc
//
// Of session-at-once; all but the last two are made before the first WRITE:
//   - "sheet-refused": form Got of Want of the cue sheet was refused; the next is tried
//   - "text-dropped": written without CD-TEXT
//   - "indexes-left": written without index marks: the sheet would exceed Got bytes, or was
//     refused with them (Cause)
//   - "isrcs-left": the same for ISRCs
//   - "text-unseen": CD-TEXT was written, but the drive doesn't show it yet
//   - "text-differs": the drive shows different CD-TEXT
//
// Made during the burn:
//   - "reset": the drive was reset; lock and speed are set again
//   - "settings-lost": the drive had lost its write parameters at the WRITE to LBA Want;
//     they are set again
//   - "disc-change-denied": the drive reported another disc, but it is the same one
//   - "reserve-refused": Track is written without a reservation
//   - "reserve-ignored": RESERVE TRACK was accepted without effect
//   - "reserve-undone": something else was reserved; undone
//   - "reserve-silence": a reservation that can't be undone holds silence
//   - "write-error-denied": the drive reported that writing failed (a deferred error), but
//     everything that it may concern reads back equal
//   - "write-taken": a WRITE was accepted, by the next writable address, but answered with
//     an error or not at all
//   - "write-resent": a WRITE without an answer, or aborted, was not accepted and was sent
//     again
//   - "end-error": an error while Track was ended; it is complete nevertheless
//   - "not-waited": the drive was not waited for, as requested
//   - "start-differs": the drive shows the start of Track at LBA Got instead of Want
//   - "size-differs": the drive shows Got sectors of Track instead of Want
//   - "no-size": the drive shows no size of Track
//   - "control-differs": Track is recorded with control Got instead of Want
//   - "track-error": the error that ended Track
//   - "source-hangs": a source hangs and was abandoned
//   - "source-unclosed": the source of Track could not be closed; it was read completely
//   - "too-fast": the audio was accepted faster than any drive can write
//   - "track-finished": Track was incomplete and has been finished
//   - "track-repaired": Track was damaged and has been repaired
//   - "close-error": CLOSE SESSION reported an error; the session is closed nevertheless
//   - "blank-error": BLANK reported an error; the disc is blank nevertheless
//   - "still-old": the drive still shows the disc as it was; it is read again
//   - "refresh-failed": stop and start, or the reload, failed
//   - "not-ejected": the tray could not be opened, or the drive is still busy
//   - "verify-anyway": samples are read back although that was not requested
//   - "unreadable-open": the drive doesn't read the audio of an open session
//   - "skipped": Track on the disc, Got sectors, wasn't compared: the sources are the other
//     tracks; Got 0: it is unfinished
//   - "more-tracks": the disc has Got audio tracks more, which were not compared
//   - "event-panic": Options.OnEvent panicked and was not called again
//
// Of a resumed burn:
//   - "kept": Track was already on the disc, whole
//   - "kept-unread": before the first WRITE, Track could not be read at LBA Got; without
//     Track: nothing could be read
//   - "continued": Got sectors of Track were already on the disc; the rest was written
//     after them
//   - "fragment": Track on the disc holds Got sectors of a track of Want that was cut short
type NoteKind string

// Note is a remark in a plan or a report. Programs put it into words. The kind determines
// which of Want and Got are set. Lengths are in sectors, addresses are LBA.
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
