package tao_test

import (
	"context"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// quitter is a source that ends the goroutine at one of its openings, as t.FailNow does.
type quitter struct {
	pcm.Source
	opens  atomic.Int32
	at     int32
	inOpen bool
}

func (q *quitter) Open() (io.ReadCloser, error) {
	now := q.opens.Add(1) == q.at
	if now && q.inOpen {
		runtime.Goexit()
	}
	r, err := q.Source.Open()
	if now {
		return quitting{r}, err
	}
	return r, err
}

type quitting struct{ io.ReadCloser }

func (quitting) Read([]byte) (int, error) { runtime.Goexit(); return 0, nil }

// A source that ends its goroutine during the check prevents the laser from starting. Later,
// it is an error of its track, without a wait of two minutes.
func TestSourceEndsItsGoroutine(t *testing.T) {
	for at, verdict := range map[int32]burn.Verdict{1: burn.VerdictFailed, 2: burn.VerdictFailed, 3: burn.VerdictUnconfirmed} {
		for _, inOpen := range []bool{true, false} {
			b, tracks := newBench(t, "modern", sim.CDR80), album()
			tracks[1].Source = &quitter{Source: tracks[1].Source, at: at, inOpen: inOpen}
			began := time.Now()
			r, err := tao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyFull})
			require.Error(t, err)
			require.NotContains(t, err.Error(), "track 3")
			require.Less(t, time.Since(began), time.Minute, "opening %d", at)
			require.Equal(t, verdict, r.Verdict, "opening %d: %v", at, err)
			require.False(t, b.trayLocked())
			if at == 1 {
				require.Equal(t, burn.PhaseCheck, phaseOf(t, err))
				require.Empty(t, b.disc.Tracks(), "nothing was written")
			}
		}
	}
}

func phaseOf(t *testing.T, err error) burn.Phase {
	t.Helper()
	var e *burn.Error
	require.ErrorAs(t, err, &e)
	return e.Phase
}

// An event handler that ends its goroutine gets no report, but the drive is released.
// With -short: at every third event.
func TestEventHandlerEndsItsGoroutine(t *testing.T) {
	step := 1
	if testing.Short() {
		step = 3
	}
	for nth, more := 1, true; more; nth += step {
		b, n := newBench(t, "modern", sim.CDR80), 0
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = tao.Burn(context.Background(), b.drive, album(), &burn.Options{OnEvent: func(burn.Event) {
				if n++; n == nth {
					runtime.Goexit()
				}
			}})
		}()
		<-ended
		more = n == nth
		require.NoError(t, b.Settle(context.Background()))
		require.False(t, b.trayLocked(), "event %d", nth)
		owner, err := b.Owner()
		require.NoError(t, err)
		require.Empty(t, owner, "event %d", nth)
	}
}
