package sim

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInstantClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(clockInstant, 0)
		start := c.now()
		assert.True(t, start.Equal(time.Now()), "it starts at the computer's time")

		c.advance(90 * time.Second)
		require.NoError(t, c.sleep(t.Context(), 30*time.Minute))
		c.advance(-time.Hour)
		require.NoError(t, c.sleep(t.Context(), 0))
		assert.Equal(t, 31*time.Minute+30*time.Second, c.now().Sub(start))
		assert.True(t, time.Now().Equal(start), "no real time passed")

		time.Sleep(time.Hour)
		assert.Equal(t, 31*time.Minute+30*time.Second, c.now().Sub(start), "real time doesn't move it")
	})
}

func TestRealClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(clockReal, 7)
		start := c.now()
		c.advance(90 * time.Second)
		require.NoError(t, c.sleep(t.Context(), time.Minute))
		assert.Equal(t, 150*time.Second, c.now().Sub(start))
		assert.Equal(t, 150*time.Second, time.Since(start))
	})
}

func TestAcceleratedClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			asked, factor float64
		}{{0, 100}, {-1, 100}, {20, 20}, {0.5, 0.5}} {
			clock, real := newClock(clockAccelerated, c.asked), time.Now()
			start := clock.now()
			clock.advance(10 * time.Minute)
			require.NoError(t, clock.sleep(t.Context(), 10*time.Minute))
			assert.InDelta(t, 20*time.Minute, clock.now().Sub(start), float64(time.Microsecond))
			assert.GreaterOrEqual(t, clock.now().Sub(start), 20*time.Minute, "a wait never ends too early")
			assert.InDelta(t, float64(20*time.Minute)/c.factor, time.Since(real), float64(time.Microsecond))
		}
	})
}

func TestSleepEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, mode := range []string{clockInstant, clockAccelerated, clockReal} {
			c := newClock(mode, 0)
			ctx, cancel := context.WithCancel(t.Context())
			if mode != clockInstant {
				var slept sync.WaitGroup
				slept.Go(func() { assert.ErrorIs(t, c.sleep(ctx, time.Hour), context.Canceled, mode) })
				synctest.Wait()
				before := c.now()
				cancel()
				slept.Wait()
				assert.True(t, before.Equal(c.now()), mode)
			}
			cancel()
			before := c.now()
			assert.ErrorIs(t, c.sleep(ctx, time.Hour), context.Canceled, mode)
			assert.True(t, before.Equal(c.now()), "%s: time advances only for someone who waits", mode)
		}
	})
}

func TestInstantClockIsSafeForManyWaiters(t *testing.T) {
	c := newClock(clockInstant, 0)
	start := c.now()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				c.advance(time.Millisecond)
			}
		})
	}
	all.Wait()
	assert.Equal(t, 8*time.Second, c.now().Sub(start))
}
