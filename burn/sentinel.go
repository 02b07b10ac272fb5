package burn

import (
	"errors"
)

// Sentinel is an error that programs match with errors.Is. If IMAPI has an equivalent,
// HRESULT returns its name and value.
//
// A Sentinel may belong to wider ones, and matches those too: ErrNoMedia is also
// ErrUnsuitableDisc.
type Sentinel struct {
	text    string
	name    string // IMAPI's name, "" for ours
	code    uint32 // IMAPI's value, 0 for ours
	belongs []error
}

// Error returns the text for users.
func (s *Sentinel) Error() string { return s.text }

// Is reports whether target is one of the wider sentinels that s belongs to.
func (s *Sentinel) Is(target error) bool {
	for _, wider := range s.belongs {
		if errors.Is(wider, target) {
			return true
		}
	}
	return false
}

// HRESULT returns IMAPI's value and name, such as 0xC0AA0502 and
// "E_IMAPI_DF2TAO_MEDIA_IS_NOT_PREPARED"; ok is false if IMAPI has no equivalent.
func (s *Sentinel) HRESULT() (code uint32, name string, ok bool) {
	return s.code, s.name, s.code != 0
}

// ours makes a sentinel without an IMAPI equivalent.
func ours(text string, belongs ...error) *Sentinel {
	return &Sentinel{text: text, belongs: belongs}
}

// imapi makes a sentinel for 0xC0AA0000 + low.
func imapi(low uint32, name, text string, belongs ...error) *Sentinel {
	return &Sentinel{text: text, name: "E_IMAPI_" + name, code: 0xC0AA0000 | low, belongs: belongs}
}

// Categories, from which programs derive their exit code (see Category); ErrCanceled,
// ErrUnconfirmed and ErrVerify are the others. Every error of packages redbook, tao and sao
// matches one of them, except mistakes of the calling program (such as ErrNotPrepared),
// errors of its functions, files that can't be written, sectors that can't be read
// (ErrUnreadable), and a drive or a hook that can't be released (PhaseRelease).
var (
	// ErrNoDrive: the drive doesn't exist, has disappeared, or may not be used
	// (permission, locked by another program).
	ErrNoDrive = ours("the drive can't be used")
	// ErrUnsuitableDisc: no disc, or one that doesn't allow the operation.
	ErrUnsuitableDisc = ours("the disc is not suitable")
	// ErrBadInput: the audio is unusable or has changed.
	ErrBadInput = ours("the audio can't be used")
	// ErrDoesNotFit: too long, or too many tracks.
	ErrDoesNotFit = ours("it doesn't fit on the disc")
	// ErrWriteFailed: the laser had started, and a track or the session isn't as
	// requested.
	ErrWriteFailed = ours("write failed")
)

// Sentinels that IMAPI lacks.
var (
	// ErrUnconfirmed: the drive accepted everything but doesn't report it yet. The disc
	// must be taken out, inserted again and inspected. IMAPI calls a failed comparison of
	// the tables BURN_VERIFICATION_FAILED.
	ErrUnconfirmed = imapi(0x0007, "BURN_VERIFICATION_FAILED", "written, but the drive doesn't confirm it")
	// ErrTooFast: the drive accepted audio faster than any drive can write.
	ErrTooFast = ours("the drive accepted the audio faster than any drive can write", ErrUnconfirmed)
	// ErrNotClosed: closing failed, and the session is still open.
	ErrNotClosed = ours("the session could not be closed", ErrWriteFailed)
	// ErrDiscChanged: the disc in the drive isn't the one that was inspected.
	ErrDiscChanged = ours("the disc was changed", ErrDriveLost)
	// ErrDriveLost: the drive no longer answers, or holds another disc.
	ErrDriveLost = ours("the drive no longer answers, or its disc is gone", ErrNoDrive)
	// ErrSettingsLost: the drive has lost the settings that the track needs, for example
	// after a reset that was reported to another program.
	ErrSettingsLost = ours("the drive has lost its settings, as after a reset", ErrDriveLost)
	// ErrNoTAO: the drive doesn't support track-at-once.
	ErrNoTAO = ours("this drive can't write track-at-once", ErrRecorderNotSupported)
	// ErrNoSAO: the drive doesn't support session-at-once, or refused every form of the
	// cue sheet. Nothing was written.
	ErrNoSAO = ours("this drive can't write session-at-once", ErrRecorderNotSupported)
	// ErrNoText: CD-TEXT was required, and the drive can't write it. Nothing was written.
	ErrNoText = ours("this drive can't write CD-TEXT", ErrNoFeature)
	// ErrFinalized: the disc is finalized.
	ErrFinalized = ours("the disc is finalized", ErrMediaNotBlank)
	// ErrNothingToClose: the disc has no open session.
	ErrNothingToClose = ours("the disc has no open session to close", ErrUnsuitableDisc)
	// ErrTrackOpen: a track on the disc is incomplete and can't be continued.
	ErrTrackOpen = ours("a track on the disc is unfinished", ErrUnsuitableDisc)
	// ErrCutShort: a session-at-once session was started on the disc without completing a
	// track.
	ErrCutShort = ours("a session on the disc was cut short: none of it can be read, and nothing can be added", ErrUnsuitableDisc)
	// ErrNotErasable: the disc isn't a CD-RW (80AA0904).
	ErrNotErasable = &Sentinel{text: "the disc is not a CD-RW",
		name: "E_IMAPI_ERASE_MEDIA_IS_NOT_ERASABLE", code: 0x80AA0904, belongs: []error{ErrUnsuitableDisc}}
	// ErrEraseFailed: BLANK failed, and the disc isn't blank (80AA0905).
	ErrEraseFailed = &Sentinel{text: "the disc could not be erased",
		name: "E_IMAPI_ERASE_DRIVE_FAILED_ERASE_COMMAND", code: 0x80AA0905, belongs: []error{ErrWriteFailed}}
	// ErrSourceChanged: a source has changed since it was checked.
	ErrSourceChanged = ours("the audio changed since it was checked", ErrStream)
	// ErrSourceShort: a source ended early or could not be read to its end.
	ErrSourceShort = ours("the audio could not be read to its end", ErrStream)
	// ErrEmptySource: a source without any samples (IMAPI's 050D).
	ErrEmptySource = ours("it contains no audio", ErrStream)
	// ErrNotCDDA: a source that isn't 44.1 kHz, 16 bit, stereo (IMAPI's 050D).
	ErrNotCDDA = ours("not 44.1 kHz, 16 bit, stereo", ErrStream)
	// ErrNoTracks: an empty list of tracks.
	ErrNoTracks = ours("no tracks to write", ErrBadInput)
	// ErrReservation: the drive reserved something else, and that can't be undone.
	ErrReservation = ours("the drive reserved something else", ErrWriteFailed)
	// ErrTrackMissing: the drive reported success, but the track does not exist. For
	// IMAPI, wrong track information is a failed quick verification.
	ErrTrackMissing = imapi(0x0007, "BURN_VERIFICATION_FAILED", "the drive accepted the audio but didn't record it", ErrWriteFailed)
	// ErrUnreadable: an address that should hold audio can't be read.
	ErrUnreadable = ours("the disc can't be read there")
)

// Sentinels with IMAPI's HRESULT. The name in the comment follows E_IMAPI_.
var (
	// ErrCanceled (REQUEST_CANCELLED) is always accompanied by context.Canceled.
	ErrCanceled = imapi(0x0002, "REQUEST_CANCELLED", "canceled")
	// ErrRecorderRequired (RECORDER_REQUIRED) is only returned by SetWriteSpeed; it also
	// matches ErrNoRecorder.
	ErrRecorderRequired = imapi(0x0003, "RECORDER_REQUIRED", "no drive has been chosen", ErrNoRecorder)
	// ErrVerify (BURN_VERIFICATION_FAILED): the disc differs from what was written.
	ErrVerify = imapi(0x0007, "BURN_VERIFICATION_FAILED", "the disc doesn't hold what was written")
	// ErrNoMedia (RECORDER_MEDIA_NO_MEDIA): sense 2/3A.
	ErrNoMedia = imapi(0x0202, "RECORDER_MEDIA_NO_MEDIA", "no disc in the drive", ErrUnsuitableDisc)
	// ErrMediaIncompatible (RECORDER_MEDIA_INCOMPATIBLE): sense 2/30 or 5/30.
	ErrMediaIncompatible = imapi(0x0203, "RECORDER_MEDIA_INCOMPATIBLE", "the drive can't use this disc", ErrUnsuitableDisc)
	// ErrBecomingReady (RECORDER_MEDIA_BECOMING_READY): sense 2/04/01.
	ErrBecomingReady = imapi(0x0205, "RECORDER_MEDIA_BECOMING_READY", "the drive is still getting ready", ErrUnsuitableDisc)
	// ErrFormatting (RECORDER_MEDIA_FORMAT_IN_PROGRESS): sense 2/04/04.
	ErrFormatting = imapi(0x0206, "RECORDER_MEDIA_FORMAT_IN_PROGRESS", "the disc is being formatted", ErrUnsuitableDisc)
	// ErrBusy (RECORDER_MEDIA_BUSY): sense 2/04/07 and 2/04/08.
	ErrBusy = imapi(0x0207, "RECORDER_MEDIA_BUSY", "the drive is busy with the disc")
	// ErrModeParams (RECORDER_INVALID_MODE_PARAMETERS): sense 5/26.
	ErrModeParams = imapi(0x0208, "RECORDER_INVALID_MODE_PARAMETERS", "the drive refuses these settings")
	// ErrWriteProtected (RECORDER_MEDIA_WRITE_PROTECTED): sense 7/27.
	ErrWriteProtected = imapi(0x0209, "RECORDER_MEDIA_WRITE_PROTECTED", "the disc is write-protected", ErrUnsuitableDisc)
	// ErrNoFeature (RECORDER_NO_SUCH_FEATURE)
	ErrNoFeature = imapi(0x020A, "RECORDER_NO_SUCH_FEATURE", "the drive has no such feature", ErrNoDrive)
	// ErrTimeout (RECORDER_COMMAND_TIMEOUT)
	ErrTimeout = imapi(0x020D, "RECORDER_COMMAND_TIMEOUT", "the drive didn't answer in time")
	// ErrLocked (RECORDER_LOCKED): another program uses the drive; scsi.ErrLocked and
	// *scsi.LockedError with its owner match too.
	ErrLocked = imapi(0x0210, "RECORDER_LOCKED", "another program uses the drive", ErrNoDrive)
	// ErrBadResponse (RECORDER_INVALID_RESPONSE_FROM_DEVICE): a reply that is too short
	// or implausible.
	ErrBadResponse = imapi(0x02FF, "RECORDER_INVALID_RESPONSE_FROM_DEVICE", "the drive's answer makes no sense", ErrNoDrive)
	// ErrUnderrun (LOSS_OF_STREAMING): sense 3/0C/09, or 5/21/02 and 5/21/00 for a
	// WRITE in the middle of a track without buffer underrun protection.
	ErrUnderrun = imapi(0x0300, "LOSS_OF_STREAMING", "the audio didn't reach the drive in time (buffer underrun)", ErrWriteFailed)
	// ErrUnexpected (UNEXPECTED_RESPONSE_FROM_DEVICE): an unrecoverable write error.
	ErrUnexpected = imapi(0x0301, "UNEXPECTED_RESPONSE_FROM_DEVICE", "the drive could not write", ErrWriteFailed)

	// ErrWriteInProgress (DF2TAO_WRITE_IN_PROGRESS)
	ErrWriteInProgress = imapi(0x0500, "DF2TAO_WRITE_IN_PROGRESS", "a track is being written")
	// ErrNotWriting (DF2TAO_WRITE_NOT_IN_PROGRESS)
	ErrNotWriting = imapi(0x0501, "DF2TAO_WRITE_NOT_IN_PROGRESS", "no track is being written")
	// ErrNotPrepared (DF2TAO_MEDIA_IS_NOT_PREPARED)
	ErrNotPrepared = imapi(0x0502, "DF2TAO_MEDIA_IS_NOT_PREPARED", "the disc has not been prepared")
	// ErrPrepared (DF2TAO_MEDIA_IS_PREPARED)
	ErrPrepared = imapi(0x0503, "DF2TAO_MEDIA_IS_PREPARED", "the disc is prepared: release it first")
	// ErrBlankOnly (DF2TAO_PROPERTY_FOR_BLANK_MEDIA_ONLY)
	ErrBlankOnly = imapi(0x0504, "DF2TAO_PROPERTY_FOR_BLANK_MEDIA_ONLY", "a track has been written already")
	// ErrEmptyTOC (DF2TAO_TABLE_OF_CONTENTS_EMPTY_DISC)
	ErrEmptyTOC = imapi(0x0505, "DF2TAO_TABLE_OF_CONTENTS_EMPTY_DISC", "no track has been written yet")
	// ErrMediaNotBlank (DF2TAO_MEDIA_IS_NOT_BLANK)
	ErrMediaNotBlank = imapi(0x0506, "DF2TAO_MEDIA_IS_NOT_BLANK", "the disc isn't blank", ErrUnsuitableDisc)
	// ErrMediaNotSupported (DF2TAO_MEDIA_IS_NOT_SUPPORTED): neither CD-R nor CD-RW.
	ErrMediaNotSupported = imapi(0x0507, "DF2TAO_MEDIA_IS_NOT_SUPPORTED", "the disc is neither CD-R nor CD-RW", ErrUnsuitableDisc)
	// ErrTrackLimit (DF2TAO_TRACK_LIMIT_REACHED)
	ErrTrackLimit = imapi(0x0508, "DF2TAO_TRACK_LIMIT_REACHED", "a disc holds at most 99 tracks", ErrDoesNotFit)
	// ErrNoSpace (DF2TAO_NOT_ENOUGH_SPACE)
	ErrNoSpace = imapi(0x0509, "DF2TAO_NOT_ENOUGH_SPACE", "not enough room on the disc", ErrDoesNotFit)
	// ErrNoRecorder (DF2TAO_NO_RECORDER_SPECIFIED)
	ErrNoRecorder = imapi(0x050A, "DF2TAO_NO_RECORDER_SPECIFIED", "no drive has been chosen", ErrNoDrive)
	// ErrInvalidISRC (DF2TAO_INVALID_ISRC)
	ErrInvalidISRC = imapi(0x050B, "DF2TAO_INVALID_ISRC", "not an ISRC", ErrBadInput)
	// ErrInvalidMCN (DF2TAO_INVALID_MCN)
	ErrInvalidMCN = imapi(0x050C, "DF2TAO_INVALID_MCN", "not a media catalog number", ErrBadInput)
	// ErrStream (DF2TAO_STREAM_NOT_SUPPORTED): audio that can't be written.
	ErrStream = imapi(0x050D, "DF2TAO_STREAM_NOT_SUPPORTED", "this audio can't be written", ErrBadInput)
	// ErrRecorderNotSupported (DF2TAO_RECORDER_NOT_SUPPORTED)
	ErrRecorderNotSupported = imapi(0x050E, "DF2TAO_RECORDER_NOT_SUPPORTED", "this drive can't write audio CDs", ErrNoDrive)
	// ErrClientName (DF2TAO_CLIENT_NAME_IS_NOT_VALID): empty, longer than 62
	// characters, or with a character outside A-Z a-z 0-9 space . , : ; - _
	ErrClientName = imapi(0x050F, "DF2TAO_CLIENT_NAME_IS_NOT_VALID", "not a valid client name")
)

// HRESULT returns the value and name that IMAPI would have returned for err: that of the
// first Sentinel in it that has one. ok is false for nil and for an error without an
// IMAPI code.
func HRESULT(err error) (code uint32, name string, ok bool) {
	if err == nil {
		return 0, "", false
	}
	if s, is := err.(*Sentinel); is {
		return s.hresult()
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return HRESULT(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if code, name, ok := HRESULT(inner); ok {
				return code, name, true
			}
		}
	}
	return 0, "", false
}

// hresult returns the sentinel's own code, or that of a wider one.
func (s *Sentinel) hresult() (code uint32, name string, ok bool) {
	if s.code != 0 {
		return s.code, s.name, true
	}
	for _, wider := range s.belongs {
		if code, name, ok := HRESULT(wider); ok {
			return code, name, true
		}
	}
	return 0, "", false
}
