package tao_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// CLOSE SESSION is sent again only after an answer that may mean that the drive didn't start,
// and only while the disc shows the session as open: three times in all.
func TestCloseSessionIsSentAgain(t *testing.T) {
	ctx := context.Background()
	for name, row := range map[string]struct {
		answer scsi.Result
		times  int  // number of such answers, without effect
		after  bool // the drive closes the session nevertheless
		sent   int
		closed bool
		key    error // in the error
	}{
		"aborted once":          {says(0xB, 0x44, 0), 1, false, 2, true, nil},
		"aborted twice":         {says(0xB, 0x44, 0), 2, false, 3, true, nil},
		"aborted for ever":      {says(0xB, 0x44, 0), 99, false, 3, false, scsi.KeyAbortedCommand},
		"aborted, but closed":   {says(0xB, 0x44, 0), 1, true, 1, true, nil},
		"busy once":             {scsi.Result{Status: scsi.Busy}, 1, false, 2, true, nil},
		"another command's":     {says(6, 0x2E, 0), 1, false, 2, true, nil},
		"still working":         {says(2, 0x04, 0x07), 1, false, 2, true, nil},
		"a hardware error":      {says(4, 0x3E, 0x02), 99, false, 1, false, scsi.KeyHardwareError},
		"a failure, but closed": {says(4, 0x3E, 0x02), 1, true, 1, true, nil},
		"refused in both forms": {says(5, 0x72, 0x03), 99, false, 2, false, scsi.KeyIllegalRequest},
	} {
		t.Run(name, func(t *testing.T) {
			b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
			_, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
			require.NoError(t, err)
			var times []time.Time
			b.on(command.OpCloseTrackSession, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				times = append(times, b.Now())
				if len(times) > row.times {
					return next()
				}
				if row.after {
					if res, err := next(); err != nil || res.Status != scsi.Good {
						return res, err
					}
				}
				return row.answer, nil
			})
			r, err := w.Release(ctx)
			b.tap.hook = nil
			require.Len(t, times, row.sent)
			require.Equal(t, row.closed, *r.Closed)
			require.Equal(t, row.closed, b.disc.Summary().Finalized)
			if row.closed {
				require.NoError(t, err)
			} else {
				is(t, err, row.key)
			}
			for i := 1; i < len(times) && row.key != scsi.KeyIllegalRequest; i++ {
				require.InDelta(t, 20, times[i].Sub(times[i-1]).Seconds(), 10, "the disc has time to show what happened")
			}
		})
	}
}

// If the drive doesn't accept page 05h, the session stays open: the multi-session bits could
// be those of another program.
func TestSessionStaysOpenWithoutThePage(t *testing.T) {
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	_, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
	require.NoError(t, err)
	b.on(command.OpModeSelect10, func(*scsi.Request, func() (scsi.Result, error)) (scsi.Result, error) { return says(5, 0x26, 0), nil })
	r, err := w.Release(ctx)
	is(t, err, burn.ErrNotClosed, scsi.KeyIllegalRequest)
	require.False(t, *r.Closed)
	require.Zero(t, b.tap.count(command.OpCloseTrackSession))
	require.False(t, b.disc.Summary().Finalized)
}
