package tao_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// ending is a query about the second track after the flush.
type ending struct {
	*scsi.Request
	since     time.Duration // time since the first query
	byAddress bool
}

// size sets the track size in the reply.
func (e ending) size(n toc.Sectors) { putUint32(e.Data[24:], uint32(n)) }

func (e ending) sizeNow() toc.Sectors {
	return toc.Sectors(e.Data[24])<<24 | toc.Sectors(e.Data[25])<<16 | toc.Sectors(e.Data[26])<<8 | toc.Sectors(e.Data[27])
}

// ended writes a second track of 400 sectors on a drive. change sees its replies about that
// track and may replace them.
func ended(t *testing.T, discInfo func(*scsi.Request) *scsi.Result, change func(ending) *scsi.Result) (row burn.TrackReport, asked int, took time.Duration, err error) {
	t.Helper()
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	_, err = w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
	require.NoError(t, err)
	var began, last time.Time
	flushed := false
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		flushed = flushed || req.CDB[0] == command.OpSynchronizeCache
		res, err := next()
		if !flushed || err != nil || res.Status != scsi.Good {
			return res, err
		}
		switch byTrack := req.CDB[1]&3 == 1; {
		case req.CDB[0] == command.OpReadDiscInformation && discInfo != nil:
			if told := discInfo(req); told != nil {
				return *told, nil
			}
		case req.CDB[0] == command.OpReadTrackInformation && (!byTrack || req.CDB[5] == 2):
			if began.IsZero() {
				began = b.Now()
			}
			asked, last = asked+1, b.Now()
			if told := change(ending{req, b.Now().Sub(began), !byTrack}); told != nil {
				return *told, nil
			}
		}
		return res, err
	}
	row, err = w.AddAudioTrack(ctx, track("two", 2, 400*588).Source)
	b.tap.hook = nil
	n, countErr := w.NumberOfExistingTracks()
	require.NoError(t, countErr)
	if row.Sectors == 0 {
		require.Equal(t, 1, n, "a track that isn't shown doesn't count")
	} else {
		require.Equal(t, 2, n)
	}
	_, _ = w.Release(ctx)
	return row, asked, last.Sub(began), err
}

// A track is finished when the drive shows it in full. Some drives need a while, and a WRITE
// before that ruins the disc. A drive that doesn't show it within a minute causes an error.
func TestEndOfATrack(t *testing.T) {
	refused, broken := says(5, 0x24, 0), says(4, 0x44, 0)
	counts := func(last byte) func(*scsi.Request) *scsi.Result {
		return func(req *scsi.Request) *scsi.Result {
			req.Data[6] = last
			return nil
		}
	}
	for name, row := range map[string]struct {
		change   func(ending) *scsi.Result
		disc     func(*scsi.Request) *scsi.Result
		from, to time.Duration
		want     []error
	}{
		"at once": {change: func(ending) *scsi.Result { return nil }, to: 2 * time.Second},
		"without a size": {change: func(e ending) *scsi.Result {
			if e.since < 30*time.Second {
				e.size(0)
			}
			return nil
		}, from: 30 * time.Second, to: 32 * time.Second},
		"growing": {change: func(e ending) *scsi.Result {
			e.size(min(400, toc.Sectors(e.since.Seconds()*20)))
			return nil
		}, from: 19 * time.Second, to: 22 * time.Second},
		"growing past what was sent": {change: func(e ending) *scsi.Result { // counts its run-out last
			if e.since > 5*time.Second {
				e.size(402)
			}
			return nil
		}, to: 2 * time.Second},
		"two sectors short": {change: func(e ending) *scsi.Result { // a Pioneer drive
			e.size(e.sizeNow() - 2)
			return nil
		}, to: 2 * time.Second},
		"too short for ever": {change: func(e ending) *scsi.Result {
			e.size(200)
			return nil
		}, from: 60 * time.Second, to: 62 * time.Second, want: []error{burn.ErrTrackMissing}},
		"refused at first": {change: func(e ending) *scsi.Result {
			if e.since < 4*time.Second {
				return &refused
			}
			return nil
		}, from: 4 * time.Second, to: 6 * time.Second},
		"blank at first": {change: func(e ending) *scsi.Result {
			if e.since < 4*time.Second {
				e.Data[6] |= 0x40
			}
			return nil
		}, from: 4 * time.Second, to: 6 * time.Second},
		"blank for ever": {change: func(e ending) *scsi.Result {
			e.Data[6] |= 0x40
			return nil
		}, from: 5 * time.Second, to: 8 * time.Second, want: []error{burn.ErrTrackMissing}},
		"by its address only": {change: func(e ending) *scsi.Result {
			if !e.byAddress {
				return &refused
			}
			return nil
		}, to: 2 * time.Second},
		"refused, another track at its address": {change: func(e ending) *scsi.Result {
			if !e.byAddress {
				return &refused
			}
			e.Data[2] = 1
			return nil
		}, disc: counts(2), from: 5 * time.Second, to: 8 * time.Second, want: []error{burn.ErrUnconfirmed, scsi.KeyIllegalRequest}},
		"refused, but counted": {change: func(ending) *scsi.Result { return &refused }, disc: counts(2),
			from: 5 * time.Second, to: 8 * time.Second, want: []error{burn.ErrUnconfirmed, scsi.KeyIllegalRequest}},
		"refused, and not counted": {change: func(ending) *scsi.Result { return &refused }, disc: counts(1),
			from: 5 * time.Second, to: 8 * time.Second, want: []error{burn.ErrTrackMissing, scsi.KeyIllegalRequest}},
		"refused, and no disc information": {change: func(ending) *scsi.Result { return &refused },
			disc: func(*scsi.Request) *scsi.Result { return &broken },
			from: 5 * time.Second, to: 30 * time.Second, want: []error{burn.ErrUnconfirmed, scsi.KeyIllegalRequest}},
		"no information": {change: func(ending) *scsi.Result { return &broken },
			to: 5 * time.Second, want: []error{burn.ErrUnconfirmed, scsi.KeyHardwareError}},
		"damaged": {change: func(e ending) *scsi.Result {
			e.Data[5] |= 0x20
			return nil
		}, to: 2 * time.Second, want: []error{burn.ErrTrackOpen}},
	} {
		t.Run(name, func(t *testing.T) {
			got, asked, took, err := ended(t, row.disc, row.change)
			if row.want == nil {
				require.NoError(t, err)
				require.Equal(t, burn.TrackOK, got.Status)
			} else {
				is(t, err, row.want...)
				require.NotEqual(t, burn.TrackOK, got.Status)
			}
			require.GreaterOrEqual(t, took, row.from)
			require.LessOrEqual(t, took, row.to)
			require.LessOrEqual(t, asked, 10+2*int(took/(200*time.Millisecond)), "the drive isn't flooded with questions")
		})
	}
}

// CLOSE TRACK is sent only for a track that still continues after the flush. The address that
// the drive shows for the track may be that of the disc.
func TestWhenATrackIsClosed(t *testing.T) {
	ctx := context.Background()
	for name, test := range map[string]struct {
		track func(req *scsi.Request)              // about the track itself
		next  func(req *scsi.Request) *scsi.Result // about track FFh
		after func(questions int) *scsi.Result     // about the track after CLOSE TRACK
		sent  int
		want  error
		close scsi.Result // the answer to CLOSE TRACK
	}{
		"complete":                {sent: 0},
		"the address of the disc": {track: func(req *scsi.Request) { req.Data[7] |= 1 }, sent: 0},
		"FFh is refused": {track: func(req *scsi.Request) { req.Data[7] |= 1 },
			next: func(*scsi.Request) *scsi.Result { r := says(5, 0x24, 0); return &r }, sent: 1, want: burn.ErrTrackOpen},
		"FFh is the track itself": {track: func(req *scsi.Request) { req.Data[7] |= 1 },
			next: func(req *scsi.Request) *scsi.Result { req.Data[2] = 1; return nil }, sent: 1, want: burn.ErrTrackOpen},
		"FFh isn't invisible": {track: func(req *scsi.Request) { req.Data[7] |= 1 },
			next: func(req *scsi.Request) *scsi.Result { req.Data[6] &^= 0x40; return nil }, sent: 1, want: burn.ErrTrackOpen},
		"CLOSE TRACK fails": {track: func(req *scsi.Request) { req.Data[7] |= 1 },
			next: func(*scsi.Request) *scsi.Result { r := says(5, 0x24, 0); return &r }, sent: 1, want: burn.ErrTrackOpen, close: says(3, 0x0C, 0)},
		"no answer after CLOSE TRACK": {track: func(req *scsi.Request) { req.Data[7] |= 1 },
			next:  func(*scsi.Request) *scsi.Result { r := says(5, 0x24, 0); return &r },
			after: func(int) *scsi.Result { r := says(4, 0x44, 0); return &r }, sent: 1, want: burn.ErrUnconfirmed},
	} {
		t.Run(name, func(t *testing.T) {
			b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
			flushed, closed := false, 0
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				flushed = flushed || req.CDB[0] == command.OpSynchronizeCache
				if req.CDB[0] == command.OpCloseTrackSession {
					closed++
					return test.close, nil
				}
				res, err := next()
				if !flushed || req.CDB[0] != command.OpReadTrackInformation || err != nil || res.Status != scsi.Good {
					return res, err
				}
				var told *scsi.Result
				switch {
				case closed > 0 && test.after != nil && req.CDB[5] == 1:
					told = test.after(closed)
				case req.CDB[5] == 1 && test.track != nil:
					test.track(req)
				case req.CDB[5] == 0xFF && test.next != nil:
					told = test.next(req)
				}
				if told != nil {
					return *told, nil
				}
				return res, err
			}
			_, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
			b.tap.hook = nil
			require.Equal(t, test.sent, closed)
			if test.want == nil {
				require.NoError(t, err)
			} else {
				is(t, err, test.want)
			}
			if test.close.Status != scsi.Good {
				is(t, err, scsi.KeyMediumError)
			}
			r, err := w.Release(ctx)
			require.NoError(t, err)
			require.True(t, *r.Closed)
		})
	}
}

// An error of the flush is only a remark if the track is complete.
func TestFlushErrorOfAGoodTrack(t *testing.T) {
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	b.on(command.OpSynchronizeCache, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if res, err := next(); err != nil || res.Status != scsi.Good {
			return res, err
		}
		return says(4, 0x3E, 0x02), nil
	})
	row, err := w.AddAudioTrack(context.Background(), track("one", 1, 300*588).Source)
	require.NoError(t, err)
	require.Equal(t, burn.TrackOK, row.Status)
	require.Equal(t, []burn.NoteKind{notekind.EndError}, kindsOf(row.Notes))
	is(t, row.Notes[0].Cause.Err, scsi.KeyHardwareError)
	b.tap.hook = nil
	_, err = w.Release(context.Background())
	require.NoError(t, err)
}

// For a test write, only the drive's reports show an error.
func TestEndOfATestWrite(t *testing.T) {
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{TestWrite: true})
	b.on(command.OpSynchronizeCache, func(*scsi.Request, func() (scsi.Result, error)) (scsi.Result, error) { return says(3, 0x0C, 0), nil })
	row, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
	require.NoError(t, err)
	require.Equal(t, []burn.NoteKind{notekind.EndError}, kindsOf(row.Notes))

	lost := false
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if lost = lost || req.CDB[0] == command.OpSynchronizeCache; lost {
			return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: errors.New("unplugged")}
		}
		return next()
	}
	row, err = w.AddAudioTrack(ctx, track("two", 2, 300*588).Source)
	is(t, err, burn.ErrDriveLost)
	require.NotEqual(t, burn.TrackTested, row.Status)
	b.tap.hook = nil
	_, _ = w.Release(ctx)
	require.True(t, b.disc.Summary().Blank)
}

// A drive that shows the track of a test write may still be busy with it: the next track isn't
// started before the track is shown in full.
func TestTestWriteWaitsForTheTrack(t *testing.T) {
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{TestWrite: true})
	var began, last time.Time
	asked := 0
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		res, err := next()
		if req.CDB[0] == command.OpSynchronizeCache {
			began = b.Now()
		}
		if began.IsZero() || req.CDB[0] != command.OpReadTrackInformation || req.CDB[5] != 1 || err != nil || res.Status != scsi.Good {
			return res, err
		}
		asked, last = asked+1, b.Now()
		req.Data[6] &^= 0x40
		putUint32(req.Data[24:], uint32(min(300, 10*last.Sub(began).Seconds())))
		return res, err
	}
	_, err := w.AddAudioTrack(context.Background(), track("one", 1, 300*588).Source)
	require.NoError(t, err)
	require.InDelta(t, 30, last.Sub(began).Seconds(), 2)
	require.Less(t, asked, 100)
	b.tap.hook = nil
	_, err = w.Release(context.Background())
	require.NoError(t, err)
}
