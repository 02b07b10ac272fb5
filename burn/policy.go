package burn

import (
	"context"
	"errors"
	"io"

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
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, mmc.ErrImplausible):
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
	case se.Key == scsi.KeyUnitAttention && se.Code.Family() == scsi.FamilyMediumChanged:
		return ClassChanged
	case se.Key == scsi.KeyUnitAttention:
		return ClassAttention
	case se.Deferred:
		return ClassDeferred
	case se.Key == scsi.KeyRecoveredError:
		return ClassDone
	case se.Key == scsi.KeyNoSense:
		if se.Code.Family() == scsi.FamilyNotReady || len(se.Raw) == 0 || errors.Unwrap(se) != nil {
			return ClassBusy
		}
		return ClassDone // 0/00/00 with CHECK CONDITION reports no error
	case se.Code.Family() == scsi.FamilyMediumNotPresent:
		return ClassNoMedium
	case se.Key == scsi.KeyNotReady && se.Code.Family() == scsi.FamilyNotReady:
		return classOfNotReady(se.Code)
	case se.Key == scsi.KeyIllegalRequest, se.Key == scsi.KeyNotReady && se.Code == scsi.CodeNoAdditionalSense:
		return ClassRefused // LG BH14NS48 refuses IMMED with 2/00/00 (libburn)
	case se.Key == scsi.KeyAbortedCommand:
		return ClassAborted
	}
	return ClassFailed
}

// classOfNotReady divides 2/04/xx. 2/04/03 needs someone to intervene and does not pass
// by itself.
func classOfNotReady(c scsi.Code) Class {
	switch c {
	case scsi.CodeLongWriteInProgress:
		return ClassBufferFull
	case scsi.CodeFormatInProgress, scsi.CodeOperationInProgress:
		return ClassWorking
	case scsi.CodeManualInterventionNeeded:
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

// Ruling is the consequence of an error.
type Ruling uint8

// The rulings.
const (
	ActEnd      Ruling = iota // send nothing more: a setting or a WRITE has failed; of anything else the disc decides
	ActAgain                  // send the same command again: it was not carried out
	ActAskNWA                 // ask for the next writable address; unless it is past the WRITE, send it again
	ActAskNWA2                // ask twice: past the WRITE twice means accepted, before it twice means not accepted
	ActAskPage                // ask for mode page 05h: if the drive has lost it, continue as with ActAskNWA2 and set it again, else end
	ActAskTaken               // ask twice: past the WRITE twice means accepted, to be read back; otherwise end
	ActPeek                   // ask once, without waiting: unless the address is past the WRITE, send it again
	ActOnceMore               // flush once more, then the disc decides
	ActPlain                  // send the form without IMMED; if it was that form already: ActEnd
)

// rule is one row of the policy.
type rule struct {
	step   Step
	class  Class
	ruling Ruling
	source string
}

// rules are the policy: what follows from an error for each step that changes something.
// Questions have their own table (disc.Asker). A combination that is missing is ActEnd.
//
// CLOSE SESSION, BLANK and RESERVE TRACK have few rows on purpose: drives report all kinds
// of errors of them although they were carried out (wodim: Mitsumi 2/04/07 and 6/2E, Sony
// 2/04/08; others take their own finalized disc for a new one), so their callers ask the
// disc after any answer. After 6/28 nothing is erased before the user has seen the disc.
var rules = []rule{
	{StepSet, ClassBufferFull, ActAgain, "Pioneer DVR-108 manual: 2/04/07 while writing"},
	{StepSet, ClassWorking, ActAgain, "the same"},
	{StepSet, ClassBusy, ActAgain, "MMC-5 4.1.6: becoming ready"},
	{StepSet, ClassAttention, ActAgain, "SAM-5 5.14: a unit attention replaces the command; 6/2A/01 follows every MODE SELECT of another host"},
	{StepSet, ClassChanged, ActAgain, "SAM-5 5.14; the guard looks at the disc"},
	{StepSet, ClassMadeGood, ActAgain, "SPC-4 4.5.7: a deferred error replaces the command"},
	{StepSet, ClassDeferred, ActAgain, "SPC-4 4.5.7; the witness keeps the error"},
	{StepSet, ClassAborted, ActAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepSet, ClassUnanswered, ActAgain, "setting a value twice does no harm"},
	{StepSet, ClassUnsent, ActAgain, "nothing was sent"},

	{StepWrite, ClassDone, ActAskNWA, "SPC-4 4.5.6: 0/00/00 reports no error, and CHECK CONDITION reports one; the address decides"},
	{StepWrite, ClassBufferFull, ActAgain, "libburn, wodim: 2/04/08 is never carried out"},
	{StepWrite, ClassWorking, ActPeek, "Pioneer DVR-216D, CyberDrv: 2/04/07, 04 as a full buffer; where the address says otherwise it is believed"},
	{StepWrite, ClassBusy, ActAskNWA, "the drive may have taken it and gone busy: ask first"},
	{StepWrite, ClassAttention, ActAskNWA, "SAM-5 5.14: not carried out; after a reset the address decides"},
	{StepWrite, ClassChanged, ActAskNWA, "SAM-5 5.14: not carried out; and the guard looks at the disc before it is sent again"},
	{StepWrite, ClassMadeGood, ActAskNWA, "SPC-4 4.5.7: not carried out, by the standard; the address decides"},
	{StepWrite, ClassRefused, ActAskPage, "Linux may take the unit attention of a reset; a drive without its write parameters refuses (5/64/00, 5/2C/00)"},
	{StepWrite, ClassNoMedium, ActAskTaken, "the address is that of the disc, if there is one"},
	{StepWrite, ClassFailed, ActAskTaken, "4/08, 4/47 are about the transfer; 3/0C, 4/09 usually about sectors accepted before (mmc 11): what can be read back decides"},
	{StepWrite, ClassAborted, ActAskNWA2, "B/47, 4B: the transfer failed, perhaps after the drive had everything; SPC-4: may be sent again"},
	{StepWrite, ClassUnanswered, ActAskNWA2, "real-drives: Windows error 121; USB bridges with a residue"},
	{StepWrite, ClassUnsent, ActAskNWA2, "the system says that it didn't send it: the address must agree"},

	{StepFlush, ClassBufferFull, ActAgain, "libburn: idle, then SYNCHRONIZE CACHE again"},
	{StepFlush, ClassWorking, ActAgain, "the same"},
	{StepFlush, ClassBusy, ActAgain, "the same"},
	{StepFlush, ClassAttention, ActAgain, "SAM-5 5.14: not carried out"},
	{StepFlush, ClassChanged, ActAgain, "SAM-5 5.14; the guard looks at the disc"},
	{StepFlush, ClassMadeGood, ActAgain, "SPC-4 4.5.7"},
	{StepFlush, ClassDeferred, ActAgain, "SPC-4 4.5.7; the witness keeps the error"},
	{StepFlush, ClassAborted, ActAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepFlush, ClassUnanswered, ActAgain, "flushing twice does no harm"},
	{StepFlush, ClassUnsent, ActAgain, "nothing was sent"},
	{StepFlush, ClassRefused, ActPlain, "drives without IMMED: 5/24/00, LG BH14NS48 2/00/00"},
	{StepFlush, ClassNoMedium, ActOnceMore, "the disc decides"},
	{StepFlush, ClassFailed, ActOnceMore, "cdrdao ignores the error; what stays in the buffer is lost, and flushing twice does no harm"},

	{StepCloseTrack, ClassBufferFull, ActAgain, "the drive is busy: not carried out"},
	{StepCloseTrack, ClassWorking, ActAgain, "the same"},
	{StepCloseTrack, ClassBusy, ActAgain, "the same"},
	{StepCloseTrack, ClassAttention, ActAgain, "SAM-5 5.14"},
	{StepCloseTrack, ClassMadeGood, ActAgain, "SPC-4 4.5.7"},
	{StepCloseTrack, ClassDeferred, ActAgain, "SPC-4 4.5.7; the witness keeps the error"},
	{StepCloseTrack, ClassAborted, ActAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepCloseTrack, ClassUnsent, ActAgain, "nothing was sent"},
	{StepCloseTrack, ClassRefused, ActPlain, "drives without IMMED; LG GH22LS30 fails it: the track decides"},

	{StepCloseSession, ClassRefused, ActPlain, "drives without IMMED: 5/24/00; HL-DT-ST GE20LU10: 5/72/03 while it finalizes"},

	{StepBlank, ClassAttention, ActAgain, "SAM-5 5.14: not carried out"},
	{StepBlank, ClassMadeGood, ActAgain, "SPC-4 4.5.7"},
	{StepBlank, ClassDeferred, ActAgain, "SPC-4 4.5.7"},
	{StepBlank, ClassUnsent, ActAgain, "nothing was sent"},
	{StepBlank, ClassRefused, ActPlain, "wodim: some drives know BLANK only without IMMED"},

	{StepReserve, ClassBufferFull, ActAgain, "not carried out"},
	{StepReserve, ClassWorking, ActAgain, "the same"},
	{StepReserve, ClassBusy, ActAgain, "not carried out"},
	{StepReserve, ClassAttention, ActAgain, "SAM-5 5.14: not carried out"},
	{StepReserve, ClassMadeGood, ActAgain, "SPC-4 4.5.7"},

	{StepCueSheet, ClassBufferFull, ActAgain, "not carried out; nothing is written by it"},
	{StepCueSheet, ClassWorking, ActAgain, "the same"},
	{StepCueSheet, ClassBusy, ActAgain, "the same"},
	{StepCueSheet, ClassAttention, ActAgain, "SAM-5 5.14"},
	{StepCueSheet, ClassMadeGood, ActAgain, "SPC-4 4.5.7"},
	{StepCueSheet, ClassAborted, ActAgain, "SPC-4: ABORTED COMMAND may be sent again"},
	{StepCueSheet, ClassUnanswered, ActAgain, "a sheet replaces the one before"},
	{StepCueSheet, ClassUnsent, ActAgain, "nothing was sent"},
}

// policy holds rules as a table.
var policy = tabulate(rules)

func tabulate(rules []rule) (table [steps][classes]Ruling) {
	for _, r := range rules {
		table[r.step][r.class] = r.ruling
	}
	return table
}

// Decide returns the consequence of an error of a step.
func Decide(step Step, err error) Ruling { return policy[step][ClassOf(err)] }
