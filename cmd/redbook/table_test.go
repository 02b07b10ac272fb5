package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// declared returns the names that package burn declares with a prefix, and for constants
// their type.
func declared(t *testing.T, kind token.Token, prefix, typeName string) []string {
	return declaredIn(t, "burn", kind, prefix, typeName)
}

func declaredIn(t *testing.T, folder string, kind token.Token, prefix, typeName string) []string {
	files, err := filepath.Glob("../../" + folder + "/*.go")
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, decl := range f.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != kind {
				continue
			}
			for _, spec := range group.Specs {
				value := spec.(*ast.ValueSpec)
				if typeName != "" && (value.Type == nil || types.ExprString(value.Type) != typeName) {
					continue
				}
				for _, name := range value.Names {
					if strings.HasPrefix(name.Name, prefix) {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// Every kind of note has a text, and each text is for one kind only: their number is that
// of the constants.
func TestEveryNoteHasWords(t *testing.T) {
	kinds := declaredIn(t, "internal/notekind", token.CONST, "", "burn.NoteKind")
	require.NotEmpty(t, kinds)
	assert.Len(t, noteWords, len(kinds), "of %v", kinds)
	for kind := range noteWords {
		n := burn.Note{Kind: kind, Track: 1, Name: "a.wav", Want: 3, Got: 7, Cause: burn.Cause{Err: errors.New("why")}}
		text := noteText(n)
		assert.NotEqual(t, n.String(), text, kind)
		assert.False(t, strings.HasSuffix(text, "."), "%s: %s", kind, text)
	}
}

// sentinels are those of package burn, with a reason if they have no advice.
var sentinels = map[string]struct {
	err error
	why string // no advice
}{
	"ErrNoDrive":              {burn.ErrNoDrive, "a category: the specific error has its own sentinel"},
	"ErrUnsuitableDisc":       {burn.ErrUnsuitableDisc, "a category"},
	"ErrBadInput":             {burn.ErrBadInput, "a category; the file is named"},
	"ErrDoesNotFit":           {burn.ErrDoesNotFit, "a category"},
	"ErrWriteFailed":          {burn.ErrWriteFailed, "a category: the cause has the advice"},
	"ErrUnconfirmed":          {burn.ErrUnconfirmed, ""},
	"ErrTooFast":              {burn.ErrTooFast, ""},
	"ErrNotClosed":            {burn.ErrNotClosed, ""},
	"ErrDiscChanged":          {burn.ErrDiscChanged, ""},
	"ErrDriveLost":            {burn.ErrDriveLost, ""},
	"ErrSettingsLost":         {burn.ErrSettingsLost, ""},
	"ErrNoTAO":                {burn.ErrNoTAO, ""},
	"ErrNoSAO":                {burn.ErrNoSAO, ""},
	"ErrNoText":               {burn.ErrNoText, ""},
	"ErrOtherDisc":            {burn.ErrOtherDisc, ""},
	"ErrNotResumable":         {burn.ErrNotResumable, ""},
	"ErrFinalized":            {burn.ErrFinalized, "nextStep names another disc"},
	"ErrCutShort":             {burn.ErrCutShort, "nextStep names another disc"},
	"ErrNothingToClose":       {burn.ErrNothingToClose, "no remedy exists"},
	"ErrTrackOpen":            {burn.ErrTrackOpen, ""},
	"ErrNotErasable":          {burn.ErrNotErasable, "the message contains the requirement"},
	"ErrEraseFailed":          {burn.ErrEraseFailed, ""},
	"ErrSourceChanged":        {burn.ErrSourceChanged, ""},
	"ErrSourceShort":          {burn.ErrSourceShort, ""},
	"ErrEmptySource":          {burn.ErrEmptySource, ""},
	"ErrNotCDDA":              {burn.ErrNotCDDA, ""},
	"ErrNoTracks":             {burn.ErrNoTracks, "the command line asks for files first"},
	"ErrReservation":          {burn.ErrReservation, ""},
	"ErrTrackMissing":         {burn.ErrTrackMissing, ""},
	"ErrUnreadable":           {burn.ErrUnreadable, "comes with the drive's error, or with ErrVerify"},
	"ErrCanceled":             {burn.ErrCanceled, "the user asked for it"},
	"ErrRecorderRequired":     {burn.ErrRecorderRequired, "of Writer: the command line always has a drive"},
	"ErrNoRecorder":           {burn.ErrNoRecorder, "of Writer"},
	"ErrVerify":               {burn.ErrVerify, ""},
	"ErrNoMedia":              {burn.ErrNoMedia, ""},
	"ErrMediaIncompatible":    {burn.ErrMediaIncompatible, ""},
	"ErrBecomingReady":        {burn.ErrBecomingReady, ""},
	"ErrFormatting":           {burn.ErrFormatting, ""},
	"ErrBusy":                 {burn.ErrBusy, ""},
	"ErrModeParams":           {burn.ErrModeParams, ""},
	"ErrWriteProtected":       {burn.ErrWriteProtected, ""},
	"ErrNoFeature":            {burn.ErrNoFeature, ""},
	"ErrTimeout":              {burn.ErrTimeout, ""},
	"ErrLocked":               {burn.ErrLocked, ""},
	"ErrBadResponse":          {burn.ErrBadResponse, ""},
	"ErrUnderrun":             {burn.ErrUnderrun, ""},
	"ErrUnexpected":           {burn.ErrUnexpected, ""},
	"ErrWriteInProgress":      {burn.ErrWriteInProgress, "of Writer"},
	"ErrNotWriting":           {burn.ErrNotWriting, "of Writer"},
	"ErrNotPrepared":          {burn.ErrNotPrepared, "of Writer"},
	"ErrPrepared":             {burn.ErrPrepared, "of Writer"},
	"ErrBlankOnly":            {burn.ErrBlankOnly, "of Writer"},
	"ErrEmptyTOC":             {burn.ErrEmptyTOC, "of Writer"},
	"ErrMediaNotBlank":        {burn.ErrMediaNotBlank, "nextStep names --append and another disc"},
	"ErrMediaNotSupported":    {burn.ErrMediaNotSupported, "nextStep names another disc"},
	"ErrTrackLimit":           {burn.ErrTrackLimit, ""},
	"ErrNoSpace":              {burn.ErrNoSpace, ""},
	"ErrInvalidISRC":          {burn.ErrInvalidISRC, "the message describes the form of an ISRC"},
	"ErrInvalidMCN":           {burn.ErrInvalidMCN, "the message describes the form of an MCN"},
	"ErrStream":               {burn.ErrStream, ""},
	"ErrRecorderNotSupported": {burn.ErrRecorderNotSupported, ""},
	"ErrClientName":           {burn.ErrClientName, "of Writer"},
}

func TestEverySentinelHasAdvice(t *testing.T) {
	names := declared(t, token.VAR, "Err", "")
	require.NotEmpty(t, names)
	for _, name := range names {
		s, ok := sentinels[name]
		if !assert.True(t, ok, "%s is not in the table", name) {
			continue
		}
		assert.Equal(t, s.why == "", partAdvice(s.err).text != "", "%s: %v", name, partAdvice(s.err))
	}
	assert.Len(t, sentinels, len(names))
}

// Whatever a drive reports, the advice has a next step, and problems of cables and power
// don't suggest a cleaning cloth.
func TestEveryReportHasAdvice(t *testing.T) {
	sense := func(key scsi.SenseKey, code scsi.Code) error {
		return &scsi.SenseError{Op: "TEST", Sense: scsi.Sense{Key: key, Code: code}}
	}
	for key := scsi.SenseKey(1); key < 16; key++ {
		for _, code := range []scsi.Code{0x0000, 0x0400, 0x0402, 0x0800, 0x2A01, 0x2E00, 0x5500, 0x8000} {
			assert.NotEmpty(t, partAdvice(sense(key, code)), "%v %v", key, code)
		}
	}
	for _, code := range []scsi.Code{0x0803, 0x1B00, 0x4700, 0x4B00} {
		assert.Contains(t, partAdvice(sense(scsi.KeyHardwareError, code)).text, "cable", "%v", code)
	}
	for _, status := range []scsi.Status{scsi.Busy, scsi.TaskSetFull, scsi.ReservationConflict} {
		assert.NotEmpty(t, partAdvice(&scsi.StatusError{Op: "TEST", Status: status}), "%v", status)
	}
	for _, err := range []error{fs.ErrPermission, mmc.ErrBadReply, &mmc.NotReadyError{Err: errors.New("x")}, &scsi.TransportError{Op: "TEST", Err: fs.ErrClosed}} {
		assert.NotEmpty(t, partAdvice(err), "%v", err)
	}
}

// A tray that stays locked has no meaning for the disc.
func TestLockedTrayIsNotTheDisc(t *testing.T) {
	err := engine.Wrap(burn.PhaseRelease, 0, 0, &scsi.SenseError{Op: "PREVENT ALLOW MEDIUM REMOVAL", Sense: scsi.Sense{Key: scsi.KeyMediumError, Code: 0x1105}})
	assert.Equal(t, exitFailed, classify(err))
	assert.Equal(t, adviceTray, partAdvice(err))
}

// A message calls the disc unaffected by a locked tray only if nothing else failed.
func TestLockedTrayBesidesAnotherError(t *testing.T) {
	a := &adviser{flags: &globals{}, config: &config{}}
	tray := engine.Wrap(burn.PhaseRelease, 0, 0, errors.New("locked"))
	write := engine.Wrap(burn.PhaseWrite, 1, 150, engine.Name(errors.New("refused"), burn.ErrUnderrun))
	assert.Equal(t, adviceTray, a.about(tray))
	for _, err := range []error{errors.Join(write, tray), errors.Join(tray, write), errors.Join(errors.Join(write), errors.Join(tray, tray))} {
		text := a.about(err).text
		assert.Contains(t, text, "Burn slower")
		assert.Contains(t, text, adviceTrayToo.text)
		assert.NotContains(t, text, "not affected")
	}
}

// An error of several lines becomes one line of a note, which contains each line once.
func TestNoteTextIsOneLine(t *testing.T) {
	cause := errors.Join(errors.New("the cable is loose"), errors.New("the cable is loose"), errors.New("no answer"))
	for _, kind := range []burn.NoteKind{notekind.TrackError, notekind.CloseError} {
		text := noteText(burn.Note{Kind: kind, Cause: burn.Cause{Err: cause}})
		assert.Equal(t, 1, strings.Count(text, "the cable is loose"), text)
		assert.Contains(t, text, "the cable is loose; no answer")
		assert.NotContains(t, text, "\n")
		assert.NotContains(t, text, "  ")
	}
}
