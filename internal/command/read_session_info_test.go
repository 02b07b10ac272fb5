package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/toc"
)

// sessionInfo: the disc of udisks issue 836, whose second session begins at 12010.
const sessionInfo = "00 0A 01 02 | 00 14 02 00 00 00 2E EA"

func TestReadSessionInfo(t *testing.T) {
	const cdb = "43 00 01 00 00 00 00 00 0C 00"
	wantCDB(t, command.ReadSessionInfo{}, cdb)
	want := command.SessionInfo{First: 1, Last: 2,
		Track: toc.Entry{Number: 2, Session: 2, Control: toc.DataTrack, Start: 12010}}
	got, err := command.ReadSessionInfo{}.Do(t.Context(), play(t, in(cdb, sessionInfo)))
	require.NoError(t, err)
	assert.Equal(t, want, got)

	mmctest.WantFailures(t, cdb, command.ReadSessionInfo{}.Do)
	mmctest.WantPrefixes[command.SessionInfo](t, unhex(sessionInfo), command.SessionInfo{})
	var s command.SessionInfo
	assert.Error(t, s.UnmarshalBinary(unhex("00 02 01 02")), "a header without the descriptor")
}

// Each number at its last possible value, and one more.
func TestSessionInfoImplausible(t *testing.T) {
	zero := unhex(sessionInfo)
	zero[2], zero[3], zero[6] = 0, 0, 0
	var none command.SessionInfo
	assert.NoError(t, none.UnmarshalBinary(zero), "a drive without a count is accepted")
	assert.Equal(t, 12, needed(t, none.UnmarshalBinary(unhex("00 02 01 02"))))
	for _, tt := range []struct {
		at        int
		good, bad string
	}{{2, "63", "64"}, {3, "63", "64"}, {6, "63", "64"}, {8, "00 06 2D 71", "00 06 2D 72"}, {8, "FF FF FF 6A", "FF FF FF 69"}} {
		b := unhex(sessionInfo)
		copy(b[tt.at:], unhex(tt.good))
		var s command.SessionInfo
		assert.NoError(t, s.UnmarshalBinary(b), tt.good)
		copy(b[tt.at:], unhex(tt.bad))
		assert.ErrorIs(t, s.UnmarshalBinary(b), exchange.ErrImplausible, tt.bad)
	}
}

func FuzzSessionInfo(f *testing.F) {
	mmctest.FuzzReply[command.SessionInfo](f, command.SessionInfo{}, unhex(sessionInfo))
}
