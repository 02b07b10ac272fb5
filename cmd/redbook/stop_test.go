package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The end of a session stops a burn once: only a user can request the second step.
func TestStopperSessionEnds(t *testing.T) {
	session := make(chan struct{})
	told := make(chan string, 2)
	s := newStopper(session, func() { told <- "first" }, func() { told <- "second" })
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
