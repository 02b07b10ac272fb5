package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/sim"
)

// A track waits until the FIFO is full; one that follows in a stream doesn't, because the drive
// would run out of audio.
func TestWhichTrackWaitsForAFullFIFO(t *testing.T) {
	for _, stream := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
			c.method = stub{stream}
			if stream {
				c.begun(300)
			}
			f := newFIFO(20*27*2352, 27)
			j := jobOf(t, numbered(2000*588))
			j.source = &slow{Source: j.source, each: 100 * time.Millisecond}
			r := &recorder{Job: c.Job, feed: f.start([]job{j})}
			first, err := r.begin(t.Context(), silent(0))
			require.NoError(t, err)
			used := len(f.full)
			r.feed.put(first)
			require.True(t, r.feed.close())
			if stream {
				require.Zero(t, used)
			} else {
				require.GreaterOrEqual(t, used, f.chunks-2, "all but the first and one that is being filled")
			}
		})
	}
}

// A cancel ends the wait for the first sectors of a track, also amid a stream.
func TestCancelBeforeTheFirstSectors(t *testing.T) {
	for _, stream := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
			c.method = stub{stream}
			if stream {
				c.begun(300)
			}
			stop := make(chan struct{})
			src := &slow{Source: numbered(2000 * 588), good: 1, stop: stop}
			f := newFIFO(20*27*2352, 27)
			r := &recorder{Job: c.Job, feed: f.start([]job{{source: src, audio: 2000}})}
			<-time.After(time.Second)
			for len(f.full) > 0 {
				f.free <- <-f.full
			}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, err := r.begin(ctx, silent(0))
			require.ErrorIs(t, err, burn.ErrCanceled)
			require.ErrorIs(t, err, context.Canceled)
			close(stop)
			require.True(t, r.feed.close())
		})
	}
}

// canceling is a method whose Begin takes until the burn is canceled.
type canceling struct {
	stub
	cancel func()
}

func (m canceling) Begin(context.Context, *Job, *Task) error {
	m.cancel()
	return nil
}

// A track that is canceled while it is prepared isn't begun.
func TestCancelWhileATrackIsPrepared(t *testing.T) {
	for _, stream := range []bool{false, true} {
		c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, nil)
		if stream {
			c.begun(300)
		}
		ctx, cancel := context.WithCancel(t.Context())
		c.method = canceling{stub{stream}, cancel}
		f := newFIFO(1, 27)
		r := &recorder{Job: c.Job, feed: f.start([]job{jobOf(t, numbered(300*588))})}
		first, err := r.begin(ctx, silent(0))
		require.ErrorIs(t, err, burn.ErrCanceled)
		require.True(t, first == nil)
		require.True(t, r.feed.close())
		require.Len(t, f.free, f.chunks)
	}
}

// Nothing is sent to another disc to end a track. The end of a stream is, because only its
// end makes a disc of it; what the drive shows then decides.
func TestTrackOfAnotherDiscIsNotEnded(t *testing.T) {
	for _, stream := range []bool{false, true} {
		j, _ := guarding(t, pressed(t), true)
		j.Before.Tracks[0].Start++
		m := &ending{stub: stub{stream}}
		j.method = m
		j.rep.Tracks = []burn.TrackReport{{}}
		k := silent(300)
		k.tried = true
		j.Tasks, j.List = []*Task{k}, []*Task{k}
		err := (&recorder{Job: j}).end(k, nil)
		require.Equal(t, stream, m.ended > 0)
		require.Equal(t, stream, err == nil)
		if !stream {
			require.ErrorIs(t, err, burn.ErrDiscChanged)
		}
	}
}
