package iscsi

import (
	"sync"

	"github.com/redbook-audio/redbook/scsi"
)

// taskSet holds the commands of one connection that have no status yet, and the unit
// attention that its initiator hasn't received yet.
type taskSet struct {
	mu        sync.Mutex // guards what follows, and the transfer of every task
	byTag     map[uint32]*task
	attention scsi.Code
}

// add adds a task; false means that its tag is in use or reserved.
func (s *taskSet) add(t *task) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, double := s.byTag[t.itt]; double || t.itt == noTag {
		return false
	}
	s.byTag[t.itt] = t
	return true
}

// attend makes the next command end with a unit attention.
func (s *taskSet) attend(code scsi.Code) {
	s.mu.Lock()
	s.attention = code
	s.mu.Unlock()
}

func (s *taskSet) takeAttention() scsi.Code {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := s.attention
	s.attention = 0
	return code
}

// dataOut passes a Data-Out PDU to its task. Data for an unknown task were in transit
// when it was aborted.
func (s *taskSet) dataOut(p *pdu) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.byTag[p.u32(offITT)]; t != nil && t.out && !t.unfit {
		t.take(p)
	}
}

// forget removes a finished task; false means that it was already removed.
func (s *taskSet) forget(t *task) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byTag[t.itt] != t {
		return false
	}
	delete(s.byTag, t.itt)
	return true
}

// abort ends a task without an answer. A command in the drive runs to its end.
func (s *taskSet) abort(itt uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.byTag[itt]
	if t == nil {
		return false
	}
	delete(s.byTag, itt)
	close(t.aborted)
	return true
}

// abortAll aborts all tasks and returns their number.
func (s *taskSet) abortAll() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.byTag)
	for _, t := range s.byTag {
		close(t.aborted)
	}
	clear(s.byTag)
	return n
}
