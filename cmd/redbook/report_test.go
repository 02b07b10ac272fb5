package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/notekind"
)

// On a terminal an error is shown once: as the message after the table, not in its row too.
func TestRowNote(t *testing.T) {
	first, second := errors.New("the track stays unfinished"), errors.New("the tray is locked")
	n := &burn.Note{Kind: notekind.TrackError}
	n.Cause.Err = errors.Join(first, second)
	r := &burn.Report{Verdict: burn.VerdictFailed}
	both := "the track stays unfinished; the tray is locked"
	assert.Equal(t, both, rowNote(r, n, false, nil))
	assert.Equal(t, both, rowNote(r, n, true, n.Cause.Err))
	assert.Equal(t, "the tray is locked", rowNote(r, n, false, first))
	assert.Empty(t, rowNote(r, n, false, errors.Join(second, first)))

	n.Cause.Err = errors.Join(burn.ErrCanceled, second)
	r.Verdict = burn.VerdictCanceled
	assert.Equal(t, "the tray is locked", rowNote(r, n, false, nil))
}
