package mmc_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

func TestNotReadyError(t *testing.T) {
	err := error(&mmc.NotReadyError{After: 5*time.Minute + time.Second, Err: scsi.KeyNotReady})
	assert.EqualError(t, err, "the drive did not become ready within 5:01: "+scsi.KeyNotReady.Error())
	assert.ErrorIs(t, err, mmc.ErrNotReady)
	assert.ErrorIs(t, err, scsi.KeyNotReady)
	assert.NotErrorIs(t, err, mmc.ErrCannotLoad)
	assert.EqualError(t, &mmc.NotReadyError{Err: errors.New("BUSY")}, "the drive is busy: BUSY")
}

// The states of a disc and its last session are words, which are read back, also the empty one; others
// are not.
func TestStatesInWords(t *testing.T) {
	for _, want := range []mmc.DiscStatus{"", mmc.DiscEmpty, mmc.DiscIncomplete, mmc.DiscFinalized, mmc.DiscOther} {
		var got mmc.DiscStatus
		require.NoError(t, got.UnmarshalText([]byte(want)))
		assert.Equal(t, want, got)
		assert.EqualError(t, got.UnmarshalText([]byte("broken")), `unknown disc status "broken"`)
		assert.Equal(t, want, got)
	}
	for _, want := range []mmc.SessionStatus{"", mmc.SessionEmpty, mmc.SessionIncomplete, mmc.SessionDamaged, mmc.SessionComplete} {
		var got mmc.SessionStatus
		require.NoError(t, got.UnmarshalText([]byte(want)))
		assert.Equal(t, want, got)
		assert.EqualError(t, got.UnmarshalText([]byte("broken")), `unknown session status "broken"`)
	}
}

// The numbers of the types are BLANK's (MMC-5 6.2). A disc without a type is 0.
func TestNumbersOfTypes(t *testing.T) {
	assert.Equal(t, []mmc.BlankType{0, 1}, []mmc.BlankType{mmc.BlankDisc, mmc.BlankMinimal})
	assert.Zero(t, mmc.MediaUnknown)
}

// The same drive on another transport: nothing is sent.
func TestDriveOver(t *testing.T) {
	d, _ := open(t)
	other := scsitest.NewPlayback()
	over := d.Over(other)
	assert.Same(t, other, over.Transport())
	assert.Same(t, other, over.Clock())
	assert.Equal(t, d.Inquiry(), over.Inquiry())
}
