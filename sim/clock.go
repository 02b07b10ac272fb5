package sim

import (
	"context"
	"sync/atomic"
	"time"
)

// The words for Config.Clock.
const (
	clockInstant     = "instant"
	clockAccelerated = "accelerated"
	clockReal        = "real"
)

// defaultFactor is the default factor of the accelerated clock.
const defaultFactor = 100

// A clock is the time of a drive. It is safe for concurrent use.
type clock interface {
	now() time.Time
	// sleep waits for a host and ends early with the context's error.
	sleep(ctx context.Context, d time.Duration) error
	// real is how long d takes on the computer's clock.
	real(d time.Duration) time.Duration
	// advance lets the drive take its time inside a command.
	advance(d time.Duration)
}

// newClock makes a clock that starts at the computer's time. The factor applies only to the
// accelerated one; 0 (or less) means 100.
func newClock(mode string, factor float64) clock {
	switch mode {
	case clockAccelerated:
		if factor <= 0 {
			factor = defaultFactor
		}
		return &scaledClock{start: time.Now(), factor: factor}
	case clockReal:
		return &scaledClock{start: time.Now(), factor: 1}
	}
	// Without its monotonic part the time compares and prints as a plain date.
	return &instantClock{start: time.Now().Round(0)}
}

// instantClock advances only when someone waits.
type instantClock struct {
	start   time.Time
	elapsed atomic.Int64 // nanoseconds
}

func (c *instantClock) now() time.Time { return c.start.Add(time.Duration(c.elapsed.Load())) }

func (c *instantClock) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.advance(d)
	return nil
}

func (c *instantClock) advance(d time.Duration) {
	if d > 0 {
		c.elapsed.Add(int64(d))
	}
}

func (c *instantClock) real(d time.Duration) time.Duration { return d }

// scaledClock is real time, times a factor.
type scaledClock struct {
	start  time.Time
	factor float64
}

func (c *scaledClock) now() time.Time {
	if c.factor == 1 {
		return time.Now()
	}
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.factor))
}

func (c *scaledClock) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(c.real(d))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (c *scaledClock) advance(d time.Duration) {
	if d > 0 {
		time.Sleep(c.real(d))
	}
}

// real is how long d takes on the computer's clock, rounded up so that a wait
// never ends before the drive's time has come.
func (c *scaledClock) real(d time.Duration) time.Duration {
	if d <= 0 || c.factor == 1 {
		return d
	}
	return time.Duration(float64(d)/c.factor) + 1
}
