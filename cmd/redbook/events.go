package main

import (
	"encoding/json"
	"time"
)

// eventStream writes one JSON object per line: what a burn, a blanking or a
// verification is doing, for programs. Its lines are header, event and the event's
// own fields. An unknown event, and an unknown field, is to be ignored.
type eventStream struct {
	to     *results
	device string // that the events are about, if the command uses several
	// failed is the first error of stdout. The burn goes on without an audience:
	// a disc isn't spoiled because a pipe was closed.
	failed error
}

// eventHeader begins every line.
type eventHeader struct {
	Version int       `json:"version"`
	Event   string    `json:"event"`
	Time    time.Time `json:"time"` // of this computer, not of a simulated drive
	// Device is the drive, if the command uses several. Some events have it in any case.
	Device string `json:"device,omitempty"`
}

// startEvents makes the stream of events of a command that has one, with --json; without
// it there is none, and send does nothing.
func (r *results) startEvents() *eventStream {
	if r.flags.json && r.events == nil {
		r.events = &eventStream{to: r}
	}
	return r.events
}

// send writes one event.
func (s *eventStream) send(event string, body any) {
	if s == nil || s.failed != nil {
		return
	}
	device := s.device
	switch body.(type) {
	case planEvent, copyEvent, waitingEvent:
		device = "" // they have it
	}
	if s.to.mu != nil {
		s.to.mu.Lock()
		defer s.to.mu.Unlock()
	}
	var line json.RawMessage
	line, s.failed = merge(eventHeader{jsonVersion, event, time.Now().UTC(), device}, body)
	if s.failed == nil {
		s.to.printed("event", event, line)
		s.failed = s.to.print("%s\n", line)
	}
}

// err is why events were lost, if any were.
func (s *eventStream) err() error {
	if s == nil {
		return nil
	}
	return s.failed
}

// printed shows a test what is printed: form is "kind" for a document and "event" for a
// line.
func (r *results) printed(form, name string, text []byte) {
	if r.seen != nil {
		r.seen(form, name, text)
	}
}
