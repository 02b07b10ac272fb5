package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
)

// classes are the exit codes of errors: first the engine's categories, of which an
// error has one that says most, then what packages below it say when asked without
// the engine.
var classes = []struct {
	is   error
	code int
}{
	{tao.ErrCancelled, exitCancelled},
	{tao.ErrWriteFailed, exitWriteFailed},
	{tao.ErrVerify, exitVerify},
	{tao.ErrUnconfirmed, exitUnconfirmed},
	{tao.ErrDoesNotFit, exitDoesntFit},
	{tao.ErrBadInput, exitBadInput},
	{tao.ErrUnsuitableDisc, exitNoDisc},
	{tao.ErrNoDrive, exitNoDrive},

	{context.Canceled, exitCancelled},
	{pcm.ErrChanged, exitBadInput},
	{pcm.ErrUnsupportedFormat, exitBadInput},
	{scsi.FamilyMediumNotPresent, exitNoDisc},
	{scsi.FamilyIncompatibleMedium, exitNoDisc},
	{mmc.ErrNotMMC, exitNoDrive},
	{scsi.ErrLocked, exitNoDrive},
	{fs.ErrPermission, exitNoDrive},
}

// classify gives the exit code of an error that doesn't carry one. What matches
// nothing is 1, never 0: an error is never done.
func classify(err error) int {
	if category := tao.Category(err); category != nil {
		err = category
	}
	for _, c := range classes {
		if errors.Is(err, c.is) {
			return c.code
		}
	}
	return exitFailed
}

// sentence is an error as people read it. The packages' names in front say where
// in the engine it happened, which -v keeps; IMAPI's name for it comes with -v too.
func sentence(err error, verbose bool) string {
	text := err.Error()
	if !verbose {
		// Who stopped it knows what it was doing, and the report says how far it got.
		if e, ok := errors.AsType[*tao.Error](err); ok && errors.Is(e, tao.ErrCancelled) {
			text = strings.Replace(text, e.Error(), e.Err.Error(), 1)
		}
		text = withoutPhase(text)
	}
	if cause := plainCause(err); cause != "" && !strings.Contains(text, cause) {
		text = cause + ": " + text
	}
	if verbose {
		if _, name, ok := tao.HRESULT(err); ok {
			text += " [" + name + "]"
		}
		return text
	}
	lines := strings.Split(text, "\n") // errors.Join puts each cause on a line
	for i, line := range lines {
		lines[i] = withoutPackages(line)
	}
	return strings.Join(lines, "\n  ")
}

// withoutPhase takes away which step it was where that says nothing to a person.
func withoutPhase(text string) string {
	for _, phase := range []tao.Phase{
		tao.PhasePlan, tao.PhaseCheck, tao.PhasePrepare, tao.PhaseConfirm, tao.PhaseBlank, tao.PhaseRelease,
	} {
		text = strings.TrimPrefix(text, "tao: "+string(phase)+": ")
	}
	return text
}

// withoutPackages takes the packages' names out of a message.
func withoutPackages(line string) string {
	for _, name := range []string{"tao: ", "mmc: ", "sim: "} {
		line = strings.TrimPrefix(line, name)
		line = strings.ReplaceAll(line, ": "+name, ": ")
	}
	return line
}

// plainCause says in plain English what the drive or the transport said in the
// words of the standard, where there is such a sentence.
func plainCause(err error) string {
	_, sense := errors.AsType[*scsi.SenseError](err)
	_, transport := errors.AsType[*scsi.TransportError](err)
	if !sense && !transport {
		return "" // it is in plain English
	}
	if s, ok := errors.AsType[*tao.Sentinel](err); ok {
		return s.Error()
	}
	if noDisc(err) {
		return tao.ErrNoMedia.Error()
	}
	return ""
}

// noDisc reports whether the trouble is that nothing is in the drive.
func noDisc(err error) bool {
	return errors.Is(err, tao.ErrNoMedia) || errors.Is(err, scsi.FamilyMediumNotPresent)
}

// errorDoc is a failure in --json.
type errorDoc struct {
	Exit    int    `json:"exit"`
	Message string `json:"message"`
	Next    string `json:"next,omitempty"`    // what to do about it
	Sense   *sense `json:"sense,omitempty"`   // what the drive said
	HRESULT uint32 `json:"hresult,omitempty"` // what IMAPI would have said
	Name    string `json:"name,omitempty"`    // IMAPI's name for that
}

// sense is what a drive said, in the numbers of the standard.
type sense struct {
	Key  uint8  `json:"key"`
	ASC  uint8  `json:"asc"`
	ASCQ uint8  `json:"ascq"`
	Text string `json:"text"`
}

// errorOf makes the JSON form of a failure.
func errorOf(code int, err error, next string) errorDoc {
	doc := errorDoc{Exit: code, Message: sentence(err, false), Next: next}
	if value, name, ok := tao.HRESULT(err); ok {
		doc.HRESULT, doc.Name = value, name
	}
	if se, ok := errors.AsType[*scsi.SenseError](err); ok {
		doc.Sense = &sense{
			Key: uint8(se.Key), ASC: uint8(se.Code >> 8), ASCQ: uint8(se.Code), Text: se.Code.Error(),
		}
	}
	return doc
}
