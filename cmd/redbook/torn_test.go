package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
)

// An interrupted lead-in has ruined the disc, although no part of a track was sent. A
// refused cue sheet has not.
func TestTornInTheLeadIn(t *testing.T) {
	state := func(status mmc.DiscStatus, session mmc.SessionStatus) (d disc.Disc) {
		d.Status.Value, d.Status.Origin = status, disc.Reported
		d.LastSession.Value, d.LastSession.Origin = session, disc.Reported
		return d
	}
	rows := []burn.TrackReport{{Number: 1, Status: burn.TrackFailed}, {Number: 2, Status: burn.TrackNotBegun}}
	blank, begun := state(mmc.DiscEmpty, mmc.SessionEmpty), state(mmc.DiscIncomplete, mmc.SessionIncomplete)
	assert.True(t, torn(&burn.Report{Mode: burn.ModeSAO, Disc: blank, After: begun, Tracks: rows}))
	assert.False(t, torn(&burn.Report{Mode: burn.ModeSAO, Disc: blank, After: blank, Tracks: rows}))
	assert.False(t, torn(&burn.Report{Mode: burn.ModeTAO, Disc: blank, After: begun, Tracks: rows}))
	second := state(mmc.DiscIncomplete, mmc.SessionEmpty)
	older := []burn.DiscTrack{{Number: 1, Session: 1}}
	rows = []burn.TrackReport{{Number: 2, Status: burn.TrackFailed}}
	assert.True(t, torn(&burn.Report{Mode: burn.ModeSAO, Disc: second, After: begun, Tracks: rows, OnDisc: older}), "a later session")
	assert.False(t, torn(&burn.Report{Mode: burn.ModeSAO, Disc: begun, After: begun, Tracks: rows, OnDisc: older}), "a session that was open before")
}
