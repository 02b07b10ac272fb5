package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The end of a session stops a burn once: only a user can request the second step.
func TestStopperSessionEnds(t *testing.T) {
	session := make(chan struct{})
	told := make(chan string, 2)
	s := newStopper(session, sameRequest, func() { told <- "first" }, func() { told <- "second" })
	assert.NoError(t, s.ctx.Err())
	close(session)
	<-s.ctx.Done()
	assert.Equal(t, "first", <-told)
	s.stop()
	assert.Empty(t, told)
	select {
	case <-s.hurry:
		t.Error("a second step was not requested")
	default:
	}
}

// Two signals at almost the same time are one request, as those of the program timeout. Only a
// later one ends the wait for the drive.
func TestStopperCountsRequests(t *testing.T) {
	for gap, want := range map[time.Duration]string{time.Hour: "first", 0: "first second"} {
		s := &stopper{hurry: make(chan struct{})}
		s.ctx, s.cancel = context.WithCancel(t.Context())
		signals, done, ended, told := make(chan os.Signal), make(chan struct{}), make(chan struct{}), ""
		go func() {
			s.listen(signals, nil, done, gap, func() { told = "first" }, func() { told += " second" })
			close(ended)
		}()
		signals <- os.Interrupt
		signals <- os.Interrupt
		close(done)
		<-ended
		assert.Equal(t, want, told)
		assert.Error(t, s.ctx.Err())
	}
}
