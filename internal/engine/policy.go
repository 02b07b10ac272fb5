package engine

import (
	"context"
	"errors"
	"io"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// Class is what an error means for the command that it answers.
type Class uint8

// The classes of errors.
const (
	ClassDone       Class = iota // no error, or a current recovered one: carried out
	ClassBufferFull              // current 2/04/08: not carried out, the drive is still working
	ClassWorking                 // current 2/04/04, 07: the same from some drives
	ClassBusy                    // current 2/04/00, 01 and others, status BUSY, TASK SET FULL: not carried out, for now
	ClassAttention               // current 6/xx: not carried out, something happened before
	ClassChanged                 // current 6/28: not carried out, there may be another disc
	ClassMadeGood                // deferred 1/xx: an earlier command succeeded after retries; this one was not carried out
	ClassDeferred                // any other deferred error: an earlier command has failed
	ClassRefused                 // current 5/xx: the drive doesn't support or allow it
	ClassNoMedium                // 2/3A
	ClassAborted                 // B/xx, or a status without further information
	ClassFailed                  // any other error that the drive reports: 3/xx, 4/xx, 7/xx ...
	ClassUnanswered              // no status, or GOOD with fewer bytes than were sent: it may have been carried out
	ClassUnsent                  // the system did not send the command
	ClassStopped                 // the caller's context has ended; not sent
	classes                      // number of classes
)

// ClassOf classifies the error of a command.
func ClassOf(err error) Class {
	var se *scsi.SenseError
	var te *scsi.TransportError
	var status *scsi.StatusError
	switch {
	case err == nil:
		return ClassDone
	case errors.As(err, &se):
		return classOfSense(se)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ClassStopped
	case errors.As(err, &te) && te.Sent == scsi.SentNo:
		return ClassUnsent
	case errors.As(err, &te):
		return ClassUnanswered
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, mmc.ErrBadReply):
		return ClassAborted // a reply that is too short or makes no sense
	case errors.As(err, &status) && (status.Status == scsi.Busy || status.Status == scsi.TaskSetFull):
		return ClassBusy
	case errors.As(err, &status):
		return ClassAborted
	}
	return ClassFailed
}

func classOfSense(se *scsi.SenseError) Class {
	switch {
	case se.Deferred && (se.Key == scsi.KeyRecoveredError || se.Key == scsi.KeyNoSense):
		return ClassMadeGood
	case se.Key == scsi.KeyUnitAttention && se.Code.ASC() == asc.FamilyMediumChanged:
		return ClassChanged
	case se.Key == scsi.KeyUnitAttention:
		return ClassAttention
	case se.Deferred:
		return ClassDeferred
	case se.Key == scsi.KeyRecoveredError:
		return ClassDone
	case se.Key == scsi.KeyNoSense:
		if se.Code.ASC() == asc.FamilyNotReady || len(se.Raw) == 0 || errors.Unwrap(se) != nil {
			return ClassBusy
		}
		return ClassDone // 0/00/00 with CHECK CONDITION reports no error
	case se.Code.ASC() == asc.FamilyMediumNotPresent:
		return ClassNoMedium
	case se.Key == scsi.KeyNotReady && se.Code.ASC() == asc.FamilyNotReady:
		return classOfNotReady(se.Code)
	case se.Key == scsi.KeyIllegalRequest, se.Key == scsi.KeyNotReady && se.Code == asc.NoAdditionalSense:
		return ClassRefused // LG BH14NS48 refuses IMMED with 2/00/00 (libburn)
	case se.Key == scsi.KeyAbortedCommand:
		return ClassAborted
	}
	return ClassFailed
}

// classOfNotReady classifies 2/04/xx. 2/04/03 (manual intervention required) doesn't pass by
// itself.
func classOfNotReady(c scsi.Code) Class {
	switch c {
	case asc.LongWriteInProgress:
		return ClassBufferFull
	case asc.FormatInProgress, asc.OperationInProgress:
		return ClassWorking
	case asc.ManualInterventionNeeded:
		return ClassFailed
	}
	return ClassBusy
}

// Step is the purpose of a command. Together with the class of its error it determines
// what happens next.
type Step uint8

// The steps.
const (
	StepSet          Step = iota // MODE SELECT, SET CD SPEED, PREVENT ALLOW MEDIUM REMOVAL: harmless to repeat
	StepWrite                    // WRITE
	StepFlush                    // SYNCHRONIZE CACHE
	StepCloseTrack               // CLOSE TRACK, REPAIR TRACK
	StepCloseSession             // CLOSE SESSION
	StepBlank                    // BLANK
	StepReserve                  // RESERVE TRACK
	StepCueSheet                 // SEND CUE SHEET
	steps                        // number of steps
)

// ruling is what to do after an error.
type ruling uint8

// The rulings.
const (
	actEnd      ruling = iota // send nothing more: a setting or a WRITE has failed; for any other step the disc decides
	actAgain                  // send the same command again: it was not carried out
	actAskNWA                 // ask for the next writable address; unless it is past the WRITE, send it again
	actAskNWA2                // ask twice: past the WRITE twice means accepted, before it twice means not accepted
	actAskPage                // ask for mode page 05h: if the drive has lost it, continue as with actAskNWA2 and set it again, else end
	ActAskTaken               // ask twice: past the WRITE twice means accepted, to be read back; otherwise end
	actPeek                   // ask once, without waiting: unless the address is past the WRITE, send it again
	actOnceMore               // flush once more, then the disc decides
	actPlain                  // send the form without IMMED; if it was that form already: actEnd
)

// rule is one row of the policy.
type rule struct {
	step   Step
	class  Class
	ruling ruling
	source string
}

// rules are the policy: the ruling on each class of error, for each step that changes
// something. Questions have their own table (inspect.Asker). A missing combination is actEnd.
//
// CLOSE SESSION, BLANK and RESERVE TRACK have few rows on purpose: drives report all kinds
// of errors for them although they were carried out (wodim: Mitsumi 2/04/07 and 6/2E, Sony
// 2/04/08; others report their own finalized disc as a new one), so their callers inspect the
// disc after any reply. After 6/28 nothing is erased before the user has seen the disc.
var rules = []rule{
	{StepSet, ClassBufferFull, actAgain, "Pioneer DVR-108 manual: 2/04/07 while writing"},
	{StepSet, ClassWorking, actAgain, "the same"},
	{StepSet, ClassBusy, actAgain, "MMC-5 4.1.6: becoming ready"},
	{StepSet, ClassAttention, actAgain, "SAM-5 5.14: a unit attention replaces the command; 6/2A/01 follows every MODE SELECT of another host"},
	{StepSet, ClassChanged, actAgain, "SAM-5 5.14; the guard looks at the disc"},
	{StepSet, ClassMadeGood, actAgain, "SPC-4 4.5.7: a deferred error replaces the command"},
	{StepSet, ClassDeferred, actAgain, "SPC-4 4.5.7; the witness keeps the error"},
	{StepSet, ClassAborted, actAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepSet, ClassUnanswered, actAgain, "setting a value twice does no harm"},
	{StepSet, ClassUnsent, actAgain, "nothing was sent"},

	{StepWrite, ClassDone, actAskNWA, "SPC-4 4.5.6: 0/00/00 reports no error, and CHECK CONDITION reports one; the address decides"},
	{StepWrite, ClassBufferFull, actAgain, "libburn, wodim: 2/04/08 is never carried out"},
	{StepWrite, ClassWorking, actPeek, "Pioneer DVR-216D, CyberDrv: 2/04/07, 04 as a full buffer; where the address says otherwise it is believed"},
	{StepWrite, ClassBusy, actAskNWA, "the drive may have taken it and gone busy: ask first"},
	{StepWrite, ClassAttention, actAskNWA, "SAM-5 5.14: not carried out; after a reset the address decides"},
	{StepWrite, ClassChanged, actAskNWA, "SAM-5 5.14: not carried out; and the guard looks at the disc before it is sent again"},
	{StepWrite, ClassMadeGood, actAskNWA, "SPC-4 4.5.7: not carried out, by the standard; the address decides"},
	{StepWrite, ClassRefused, actAskPage, "Linux may take the unit attention of a reset; a drive without its write parameters refuses (5/64/00, 5/2C/00)"},
	{StepWrite, ClassNoMedium, ActAskTaken, "the address is that of the disc, if there is one"},
	{StepWrite, ClassFailed, ActAskTaken, "4/08, 4/47 are about the transfer; 3/0C, 4/09 usually about sectors accepted before: what can be read back decides"},
	{StepWrite, ClassDeferred, ActAskTaken, "SPC-4 4.5.7: not carried out, by the standard; a drive that took it accepts the next one, and what can be read back decides"},
	{StepWrite, ClassAborted, actAskNWA2, "B/47, 4B: the transfer failed, perhaps after the drive had everything; SPC-4: may be sent again"},
	{StepWrite, ClassUnanswered, actAskNWA2, "Windows error 121, and USB bridges with a residue, left the WRITE carried out or not"},
	{StepWrite, ClassUnsent, actAskNWA2, "the system says that it didn't send it: the address must agree"},

	{StepFlush, ClassBufferFull, actAgain, "libburn: idle, then SYNCHRONIZE CACHE again"},
	{StepFlush, ClassWorking, actAgain, "the same"},
	{StepFlush, ClassBusy, actAgain, "the same"},
	{StepFlush, ClassAttention, actAgain, "SAM-5 5.14: not carried out"},
	{StepFlush, ClassChanged, actAgain, "SAM-5 5.14; the guard looks at the disc"},
	{StepFlush, ClassMadeGood, actAgain, "SPC-4 4.5.7"},
	{StepFlush, ClassDeferred, actAgain, "SPC-4 4.5.7; the witness keeps the error"},
	{StepFlush, ClassAborted, actAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepFlush, ClassUnanswered, actAgain, "flushing twice does no harm"},
	{StepFlush, ClassUnsent, actAgain, "nothing was sent"},
	{StepFlush, ClassRefused, actPlain, "drives without IMMED: 5/24/00, LG BH14NS48 2/00/00"},
	{StepFlush, ClassNoMedium, actOnceMore, "the disc decides"},
	{StepFlush, ClassFailed, actOnceMore, "cdrdao ignores the error; what stays in the buffer is lost, and flushing twice does no harm"},

	{StepCloseTrack, ClassBufferFull, actAgain, "the drive is busy: not carried out"},
	{StepCloseTrack, ClassWorking, actAgain, "the same"},
	{StepCloseTrack, ClassBusy, actAgain, "the same"},
	{StepCloseTrack, ClassAttention, actAgain, "SAM-5 5.14"},
	{StepCloseTrack, ClassMadeGood, actAgain, "SPC-4 4.5.7"},
	{StepCloseTrack, ClassDeferred, actAgain, "SPC-4 4.5.7; the witness keeps the error"},
	{StepCloseTrack, ClassAborted, actAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepCloseTrack, ClassUnsent, actAgain, "nothing was sent"},
	{StepCloseTrack, ClassRefused, actPlain, "drives without IMMED; LG GH22LS30 fails it: the track decides"},

	{StepCloseSession, ClassRefused, actPlain, "drives without IMMED: 5/24/00; HL-DT-ST GE20LU10: 5/72/03 while it finalizes"},

	{StepBlank, ClassAttention, actAgain, "SAM-5 5.14: not carried out"},
	{StepBlank, ClassMadeGood, actAgain, "SPC-4 4.5.7"},
	{StepBlank, ClassDeferred, actAgain, "SPC-4 4.5.7"},
	{StepBlank, ClassUnsent, actAgain, "nothing was sent"},
	{StepBlank, ClassRefused, actPlain, "wodim: some drives know BLANK only without IMMED"},

	{StepReserve, ClassBufferFull, actAgain, "not carried out"},
	{StepReserve, ClassWorking, actAgain, "the same"},
	{StepReserve, ClassBusy, actAgain, "not carried out"},
	{StepReserve, ClassAttention, actAgain, "SAM-5 5.14: not carried out"},
	{StepReserve, ClassMadeGood, actAgain, "SPC-4 4.5.7"},

	{StepCueSheet, ClassBufferFull, actAgain, "not carried out; nothing is written by it"},
	{StepCueSheet, ClassWorking, actAgain, "the same"},
	{StepCueSheet, ClassBusy, actAgain, "the same"},
	{StepCueSheet, ClassAttention, actAgain, "SAM-5 5.14"},
	{StepCueSheet, ClassMadeGood, actAgain, "SPC-4 4.5.7"},
	{StepCueSheet, ClassAborted, actAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepCueSheet, ClassUnanswered, actAgain, "a sheet replaces the one before"},
	{StepCueSheet, ClassUnsent, actAgain, "nothing was sent"},
}

// policy is rules as a table.
var policy = tabulate(rules)

func tabulate(rules []rule) (table [steps][classes]ruling) {
	for _, r := range rules {
		table[r.step][r.class] = r.ruling
	}
	return table
}

// decide returns the ruling on an error of a step.
func decide(step Step, err error) ruling { return policy[step][ClassOf(err)] }
