package main

import (
	"encoding/json"
	"time"
)

// eventStream writes one JSON object per line: the events of a burn, a blanking or a
// verification, for programs. Each line has a header, the event and its own fields.
// Readers must ignore unknown events and fields.
type eventStream struct {
	to     *results
	device string // the drive of the events, if the command uses several
	// failed is the first error of stdout. The burn continues, because a closed pipe must
	// not ruin a disc.
	failed error
}

// eventHeader begins every line.
type eventHeader struct {
	Version int       `json:"version"`
	Event   string    `json:"event"`
	Time    time.Time `json:"time"` // of this computer, not of a simulated drive
	// Device is the drive, if the command uses several; some events always have it.
	Device string `json:"device,omitempty"`
}

// startEvents creates the stream of a command that has events, with --json; otherwise send
// does nothing.
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

// err returns the error by which events were lost; nil if none were.
func (s *eventStream) err() error {
	if s == nil {
		return nil
	}
	return s.failed
}

// printed shows tests what is printed: form is "kind" for a document and "event" for a
// line.
func (r *results) printed(form, name string, text []byte) {
	if r.seen != nil {
		r.seen(form, name, text)
	}
}
