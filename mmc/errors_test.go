package mmc_test

import (
	"encoding"
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

// The states of a disc and its last session have words, which are read back.
func TestStatesInWords(t *testing.T) {
	for value, words := range [][2]string{{"blank", "empty"}, {"appendable", "incomplete"}, {"finalized", "damaged"}, {"other", "complete"}} {
		state, session := mmc.DiscStatus(value), mmc.SessionStatus(value)
		assert.Equal(t, words, [2]string{state.String(), session.String()})
		var sameState mmc.DiscStatus
		var sameSession mmc.SessionStatus
		for _, row := range []struct {
			from encoding.TextMarshaler
			to   encoding.TextUnmarshaler
		}{{state, &sameState}, {session, &sameSession}} {
			text, err := row.from.MarshalText()
			require.NoError(t, err)
			require.NoError(t, row.to.UnmarshalText(text))
			assert.Error(t, row.to.UnmarshalText([]byte("broken")))
		}
		assert.Equal(t, state, sameState)
		assert.Equal(t, session, sameSession)
	}
}

// The numbers of the states are those in the reply to READ DISC INFORMATION, and those of the
// types are BLANK's (MMC-5 6.2, 6.22). A disc without a type is 0.
func TestNumbersOfStates(t *testing.T) {
	assert.Equal(t, []mmc.SessionStatus{0, 1, 3}, []mmc.SessionStatus{mmc.SessionEmpty, mmc.SessionIncomplete, mmc.SessionComplete})
	assert.Equal(t, []mmc.DiscStatus{0, 1, 2}, []mmc.DiscStatus{mmc.DiscEmpty, mmc.DiscIncomplete, mmc.DiscFinalized})
	assert.Equal(t, []mmc.BlankType{0, 1}, []mmc.BlankType{mmc.BlankDisc, mmc.BlankMinimal})
	assert.Zero(t, mmc.MediaUnknown)
	var s mmc.SessionStatus
	assert.EqualError(t, s.UnmarshalText([]byte("broken")), `unknown session status "broken"`)
	assert.Error(t, s.UnmarshalText([]byte("")))
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
