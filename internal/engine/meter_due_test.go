package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
)

// Progress comes at least twice a second, if the commands between allow it, and not more often
// than it has to: by the time that the last command took, the next chance would come too late.
func TestWhenProgressIsDue(t *testing.T) {
	for _, row := range []struct{ step, every time.Duration }{
		{time.Millisecond, 380 * time.Millisecond}, {10 * time.Millisecond, 380 * time.Millisecond}, {50 * time.Millisecond, 400 * time.Millisecond},
		{150 * time.Millisecond, 450 * time.Millisecond}, {155 * time.Millisecond, 310 * time.Millisecond},
		{200 * time.Millisecond, 400 * time.Millisecond}, {225 * time.Millisecond, 450 * time.Millisecond},
		{230 * time.Millisecond, 230 * time.Millisecond}, {time.Second, time.Second},
	} {
		b := newMeterBench()
		b.phase(burn.PhaseWrite, burn.ActionWriting, 0)
		var sent []time.Time
		b.on = func(burn.Event) { sent = append(sent, b.clock.now) }
		for range 3 * int(time.Second/row.step) {
			b.after(row.step)
		}
		require.GreaterOrEqual(t, len(sent), 3, row.step)
		for i := range sent[1:] {
			require.Equal(t, row.every, sent[i+1].Sub(sent[i]), "steps of %v", row.step)
		}
	}
}

// A drive that reports no progress yet is believed rather than estimated.
func TestProgressOfZero(t *testing.T) {
	b := newMeterBench()
	b.expect(1000)
	b.nominal = 100
	b.phase(burn.PhaseClose, burn.ActionFinishing, 1000)
	b.frac = 0
	b.after(5 * time.Second)
	require.Zero(t, b.last.Done)
}

// The time of a track that is added later doesn't include that of an earlier one that could not
// be begun.
func TestElapsedAfterATrackThatWasNotBegun(t *testing.T) {
	b := newMeterBench()
	b.expect(300)
	b.track(1, 0, 300)
	b.phase(burn.PhaseStart, burn.ActionPreparing, 0)
	b.after(10 * time.Second)
	b.expect(400)
	b.track(1, 0, 400)
	b.phase(burn.PhaseStart, burn.ActionPreparing, 0)
	require.Zero(t, b.last.Elapsed)
}
