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

// The same drive on another transport: nothing is sent.
func TestDriveOver(t *testing.T) {
	d, _ := open(t)
	other := scsitest.NewPlayback()
	over := d.Over(other)
	assert.Same(t, other, over.Transport())
	assert.Same(t, other, over.Clock())
	assert.Equal(t, d.Inquiry(), over.Inquiry())
}
