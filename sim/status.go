package sim

import (
	"slices"
	"time"
)

// status is what a drive reports besides the answer to a command: unit attentions, the
// deferred error of an earlier operation, and background operations.
type status struct {
	*core
	attentions []sense
	deferred   sense
	busy       operation
}

// operation is work that continues after its command has returned: a flush, a close, a
// blanking. It affects the disc only when it ends, so that a loss of power before leaves
// the disc unchanged.
type operation struct {
	sense      sense // the answer to other commands meanwhile; GOOD is an operation that isn't reported
	begin, end time.Time
	done       func() sense
}

func (o *operation) running() bool { return o.done != nil }

// progress returns the progress, 0 to 1.
func (o *operation) progress(now time.Time) float64 {
	if total := o.end.Sub(o.begin); total > 0 {
		return float64(now.Sub(o.begin)) / float64(total)
	}
	return 1
}

// reset is the state after power-on and reset: their own unit attention, and no earlier
// operation.
func (s *status) reset() {
	s.attentions = append(s.attentions[:0], sensePowerOn)
	s.deferred, s.busy = senseGood, operation{}
}

// attention queues a unit attention condition, each at most once.
func (s *status) attention(a sense) {
	if !slices.Contains(s.attentions, a) {
		s.attentions = append(s.attentions, a)
	}
}

// popAttention returns the oldest unit attention, which is reported once.
func (s *status) popAttention() sense {
	a := s.attentions[0]
	s.attentions = append(s.attentions[:0], s.attentions[1:]...)
	return a
}

// popDeferred returns the deferred error, which is reported once.
func (s *status) popDeferred() sense {
	d := s.deferred
	s.deferred = senseGood
	return d
}

// perform carries out a long operation: in the background with IMMED, otherwise inside
// the command.
func (s *status) perform(immed bool, meanwhile sense, dur time.Duration, done func() sense) sense {
	now := s.clk.now()
	s.busy = operation{sense: meanwhile, begin: now, end: now.Add(dur), done: done}
	if immed {
		return senseGood
	}
	if !s.pass(dur) {
		return s.notReady()
	}
	s.busy = operation{}
	return done()
}

// hang is an operation that never ends. Without IMMED the host's timeout ends it.
func (s *status) hang(immed bool) sense {
	const never = 1000 * time.Hour
	now := s.clk.now()
	s.busy = operation{sense: senseLongWrite, begin: now, end: now.Add(never), done: func() sense { return senseGood }}
	if !immed {
		s.pass(10 * time.Minute)
	}
	return senseLongWrite
}

// changed queues 6/28/00 on drives that report it although nothing was changed.
func (s *status) changed(after string) {
	if after == s.p.ChangedAfter {
		s.attention(senseMediumChanged)
	}
}

// settle ends the running operation if its time has come.
func (s *status) settle(now time.Time) {
	if s.busy.running() && !now.Before(s.busy.end) {
		s.finish()
	}
}

// finish ends the running operation now. Its error is reported by the next command that
// can carry it.
func (s *status) finish() {
	if !s.busy.running() {
		return
	}
	done := s.busy.done
	s.busy = operation{}
	if e := done(); e.bad() {
		e.deferred = true
		s.deferred = e
	}
}

// busyFor reports whether a background operation blocks a command. Pioneer
// manuals: TEST UNIT READY is GOOD while a session is being closed, READ DISC and
// READ TRACK INFORMATION are 2/04/07 then and while data are being burned.
func (s *status) busyFor(row *sentCommand, op byte, burning bool) sense {
	if s.busy.running() && !s.busy.sense.bad() && row.flags&writes == 0 {
		return senseGood // the operation isn't reported
	}
	if row.flags&informs != 0 && s.p.InfoBusy && (s.busy.running() || burning) {
		return senseOperation
	}
	if !s.busy.running() || (row.flags&allowBusy != 0 && op != 0x00) {
		return senseGood
	}
	if op == 0x00 && s.p.GoodWhileBusy && s.busy.sense != senseOperation {
		return senseGood
	}
	return s.working()
}

// working is the sense of the operation in the background.
func (s *status) working() sense {
	if !s.busy.sense.bad() {
		return senseLongWrite
	}
	return s.busy.sense.withProgress(s.busy.progress(s.clk.now()))
}

// requestSense is REQUEST SENSE (SPC-4 6.39). Sense data are returned with the command
// they belong to, so it only reports a pending unit attention, the state of the medium,
// and the progress of the background operation.
func (s *status) requestSense(c *call) sense {
	var answer sense
	switch {
	case len(s.attentions) > 0:
		answer = s.popAttention()
	case s.busy.running() && s.busy.sense.bad():
		answer = s.working()
	case s.deferred.bad():
		answer = s.popDeferred()
	default:
		answer = s.notReady()
	}
	return c.reply(answer.encode(c.cdb[1]&1 != 0 || s.descriptor()), int(c.cdb[4]))
}
