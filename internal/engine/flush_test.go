package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// A flush that failed is sent once more, but not to a drive that no longer answers, that is
// still writing after an hour, or that the user doesn't want to wait for.
func TestWhichFlushIsSentOnceMore(t *testing.T) {
	stop := make(chan struct{})
	close(stop)
	for _, row := range []struct {
		name    string
		o       *burn.Options
		flushes []reply
		ready   []reply
		sent    int
		want    error
		took    time.Duration
	}{
		{"carried out", nil, []reply{good}, []reply{good}, 1, nil, 0},
		{"failed once", nil, []reply{broken, good}, []reply{good}, 2, scsi.KeyHardwareError, 0},
		{"failed twice", nil, []reply{broken}, []reply{good}, 2, scsi.KeyHardwareError, 0},
		{"refused in both forms", nil, []reply{refusal}, []reply{good}, 2, scsi.KeyIllegalRequest, 0},
		{"failed, and then no answer", nil, []reply{broken}, []reply{gone}, 1, errGone, 0},
		{"failed, and busy for ever", nil, []reply{broken}, []reply{working}, 1, mmc.ErrNotReady, FlushTimeout},
		{"failed, and not waited for", &burn.Options{Hurry: stop}, []reply{broken}, []reply{working}, 1, errHurried, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, row.o, map[byte][]reply{command.OpSynchronizeCache: row.flushes, command.OpTestUnitReady: row.ready})
			began := s.now
			err := j.Flush()
			require.Equal(t, row.sent, s.times("SYNCHRONIZE CACHE"))
			require.Equal(t, row.want != nil, err != nil)
			if row.want != nil {
				require.ErrorIs(t, err, row.want)
			}
			require.InDelta(t, row.took.Seconds(), s.now.Sub(began).Seconds(), 3)
		})
	}
}

// A question is asked once, also while someone may end the waiting.
func TestQuestionIsAskedOnce(t *testing.T) {
	for _, o := range []*burn.Options{nil, {Hurry: make(chan struct{})}} {
		j, s := onScript(t, o, map[byte][]reply{command.OpReadTrackInformation: {nwa(100)}})
		at, err := j.NWA(silent(100))
		require.NoError(t, err)
		require.EqualValues(t, 100, at)
		require.Len(t, s.sent, 1)
	}
}
