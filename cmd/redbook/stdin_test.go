package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

// An error that isn't about a file is not bad input, and each bad file has its line.
func TestPrepareErrors(t *testing.T) {
	broken := func(name string) error {
		return &pcm.ReadError{Name: name, Err: errors.New("the needle is stuck")}
	}
	bad := album.Errors{&album.TrackError{Track: 1, Err: broken("a")}, &album.TrackError{Track: 2, Err: broken("b")}}
	err := prepareError(t.Context(), bad, "burned")
	code, next := verdict(err)
	assert.Equal(t, exitBadInput, code)
	assert.Equal(t, "Nothing was burned.", next)
	assert.EqualError(t, err, "2 files can't be burned:\ntrack 1: a: byte 0 of the audio: the needle is stuck\ntrack 2: b: byte 0 of the audio: the needle is stuck")

	for _, tt := range []struct {
		err  error
		code int
	}{
		{&audio.Error{Name: "a", Err: audio.ErrCorrupt}, exitBadInput},
		{fmt.Errorf("x: %w", album.ErrNoSpace), exitFailed},
		{fmt.Errorf("x: %w", album.ErrTooLong), exitDoesntFit},
		{errors.New("no such folder"), exitFailed},
	} {
		code, next := verdict(prepareError(t.Context(), tt.err, "compared"))
		assert.Equal(t, tt.code, code, tt.err)
		assert.Contains(t, next, "Nothing was compared.")
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = prepareError(ctx, bad, "burned")
	code, _ = verdict(err)
	assert.Equal(t, exitCanceled, code)
	assert.EqualError(t, err, "canceled; nothing was burned")
}
