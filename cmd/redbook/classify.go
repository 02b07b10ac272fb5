package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
)

// classes map errors to exit codes: first the engine's categories in order of precedence, then
// errors of the packages below the engine.
var classes = []struct {
	is   error
	code int
}{
	{burn.ErrCanceled, exitCanceled},
	{burn.ErrWriteFailed, exitWriteFailed},
	{burn.ErrVerify, exitVerify},
	{burn.ErrUnconfirmed, exitUnconfirmed},
	{burn.ErrDoesNotFit, exitDoesntFit},
	{burn.ErrBadInput, exitBadInput},
	{burn.ErrUnsuitableDisc, exitNoDisc},
	{burn.ErrNoDrive, exitNoDrive},

	{context.Canceled, exitCanceled},
	{pcm.ErrChanged, exitBadInput},
	{pcm.ErrUnsupportedFormat, exitBadInput},
	{asc.FamilyMediumNotPresent, exitNoDisc},
	{asc.FamilyIncompatibleMedium, exitNoDisc},
	{mmc.ErrNotMMC, exitNoDrive},
	{scsi.ErrLocked, exitNoDrive},
	{fs.ErrPermission, exitNoDrive},
}

// unable are errors about abilities that a drive lacks.
var unable = []error{burn.ErrNoFeature, burn.ErrNoTAO, burn.ErrNoSAO, burn.ErrNoText, burn.ErrRecorderNotSupported}

// classify returns the exit code of an error that doesn't carry one: 1 for an unknown error,
// never 0.
func classify(err error) int {
	if e, ok := errors.AsType[*burn.Error](err); ok && e.Phase == burn.PhaseRelease && !deferred(err) {
		return exitFailed // the tray stays locked: neither drive nor disc is missing
	}
	if errors.Is(err, sao.ErrSessionOpen) {
		return exitNoDisc // the drive can do it with another disc
	}
	for _, missing := range unable {
		if errors.Is(err, missing) {
			return exitUnable
		}
	}
	if category := burn.Category(err); category != nil {
		err = category
	}
	for _, c := range classes {
		if errors.Is(err, c.is) {
			return c.code
		}
	}
	return exitFailed
}

// noDisc reports whether the error means that the drive is empty.
func noDisc(err error) bool {
	return errors.Is(err, burn.ErrNoMedia) || errors.Is(err, asc.FamilyMediumNotPresent)
}

// errorDoc is a failure in --json.
type errorDoc struct {
	Exit    int    `json:"exit"`
	Message string `json:"message"`
	Next    string `json:"next,omitempty"`    // advice
	Topic   topic  `json:"topic,omitempty"`   // redbook help TOPIC explains the message
	Sense   *sense `json:"sense,omitempty"`   // what the drive reported
	HRESULT uint32 `json:"hresult,omitempty"` // what IMAPI would have returned
	Name    string `json:"name,omitempty"`    // IMAPI's name for that
}

// sense is what a drive reported, in the numbers of the standard.
type sense struct {
	Key  uint8  `json:"key"`
	ASC  uint8  `json:"asc"`
	ASCQ uint8  `json:"ascq"`
	Text string `json:"text"`
}

// errorOf returns the JSON form of an error.
func errorOf(code int, err error, next string) errorDoc {
	doc := errorDoc{Exit: code, Message: sentence(err, false), Next: next, Topic: topicOf(err)}
	if value, name, ok := burn.HRESULT(err); ok {
		doc.HRESULT, doc.Name = value, name
	}
	if se, ok := errors.AsType[*scsi.SenseError](err); ok {
		doc.Sense = &sense{
			Key: uint8(se.Key), ASC: uint8(se.Code >> 8), ASCQ: uint8(se.Code), Text: se.Code.Error(),
		}
	}
	return doc
}
