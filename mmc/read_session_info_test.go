package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// sessionInfo: the disc of udisks issue 836, whose second session begins at 12010.
const sessionInfo = "00 0A 01 02 | 00 14 02 00 00 00 2E EA"

func TestReadSessionInfo(t *testing.T) {
	const cdb = "43 00 01 00 00 00 00 00 0C 00"
	wantCDB(t, mmc.ReadSessionInfo{}, cdb)
	want := mmc.SessionInfo{First: 1, Last: 2,
		Track: toc.Entry{Number: 2, Session: 2, Control: toc.DataTrack, Start: 12010}}
	got, err := mmc.ReadSessionInfo{}.Do(t.Context(), play(t, in(cdb, sessionInfo)))
	require.NoError(t, err)
	assert.Equal(t, want, got)

	// 12010 is 02:42:10.
	want.MSF = true
	got, err = mmc.ReadSessionInfo{MSF: true}.Do(t.Context(),
		play(t, in("43 02 01 00 00 00 00 00 0C 00", "00 0A 01 02 | 00 14 02 00 00 02 2A 0A")))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	wantFailures(t, cdb, mmc.ReadSessionInfo{}.Do)
	wantPrefixes[mmc.SessionInfo](t, unhex(sessionInfo), mmc.SessionInfo{})
	var s mmc.SessionInfo
	assert.Error(t, s.UnmarshalBinary(unhex("00 02 01 02")), "a header without the descriptor")
}

func FuzzSessionInfo(f *testing.F) {
	fuzzReply[mmc.SessionInfo](f, mmc.SessionInfo{}, unhex(sessionInfo))
}
