package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// A WRITE refused because the drive has lost its settings is a problem of the connection,
// not of the disc.
func TestWordsOfLostSettings(t *testing.T) {
	refusal := &scsi.SenseError{Op: "WRITE(10)", Sense: scsi.Sense{Key: scsi.KeyIllegalRequest, Code: 0x6400}}
	err := engine.Wrap(burn.PhaseWrite, 1, 135, engine.Name(refusal, burn.ErrSettingsLost))
	assert.Contains(t, sentence(err, false), "the drive has lost its settings, as after a reset")
	assert.Equal(t, adviceConnection, partAdvice(err))
	assert.Equal(t, adviceNotAudio, partAdvice(engine.Wrap(burn.PhaseVerify, 1, 135, refusal)), "READ CD of a data track")
}

// What is too long: the album or a track, for a blank disc or for the rest of another.
func TestWordsOfWhatDoesNotFit(t *testing.T) {
	e := burn.FitError{Need: 400 * 75, Room: 390 * 75, Music: 400 * 75}
	assert.Equal(t, "the album is 0:10 too long for this disc: 6:40 of music, and the disc holds 6:30", tooLongText(&e))
	e.Append, e.Track = true, 2
	assert.Equal(t, "track 2 is 0:10 too long for this disc: 6:40 of music, and the disc has 6:30 left", tooLongText(&e))
}

// No advice suggests closing a disc that shows nothing to close, or that only a test write
// changed.
func TestAdviceToCloseNeedsAnOpenSession(t *testing.T) {
	a := &adviser{flags: &globals{}, config: &config{}}
	fixation := &scsi.SenseError{Op: "TEST UNIT READY", Sense: scsi.Sense{Key: scsi.KeyMediumError, Code: 0x7201, Deferred: true}}
	err := engine.Wrap(burn.PhaseClose, 0, 0, fixation)
	after := func(status mmc.DiscStatus) *burn.Report {
		r := &burn.Report{Closed: new(status == mmc.DiscFinalized), OnDisc: []burn.DiscTrack{{Number: 1}}}
		r.After.Status = disc.Fact[mmc.DiscStatus]{Value: status, Origin: disc.Reported}
		return r
	}
	assert.Contains(t, a.next(err, &device{}, after(mmc.DiscIncomplete)).text, "redbook close")
	assert.Equal(t, adviceLookText(a), a.next(err, &device{}, after(mmc.DiscFinalized)))
	assert.Equal(t, adviceLookText(a), a.next(err, &device{}, &burn.Report{}), "the state is unknown")
	test := after(mmc.DiscIncomplete)
	test.TestWrite = true
	assert.NotContains(t, a.next(engine.Wrap(burn.PhaseConfirm, 0, 0, errors.New("changed")), &device{}, test).text, "redbook close")
}

func adviceLookText(a *adviser) tip { return a.filled(adviceLook) }

// Silence that the drive adds to an interrupted track isn't a part of its audio.
func TestTornRowsCountAudio(t *testing.T) {
	row := burn.TrackReport{Number: 1, Name: "a.wav", Status: burn.TrackFailed, Sectors: placing.MinTrack, Sent: 75, Audio: 75, Asked: 450}
	lines := tornRows(&burn.Report{Tracks: []burn.TrackReport{row}})
	assert.Equal(t, []string{"Track 1 (a.wav) failed: 0:01 of its 0:06 is on the disc."}, lines)
}
