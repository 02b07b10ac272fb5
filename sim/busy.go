package sim

import "time"

// operation is something that a command started and that goes on by itself: a
// flush, a close, a blanking. Its effect on the disc comes at its end, so that a
// loss of power on the way leaves the disc as it was.
type operation struct {
	sense      sense // what other commands are answered meanwhile
	begin, end time.Time
	done       func() sense
}

func (o *operation) running() bool { return o.done != nil }

// progress is how far it has come, 0 to 1.
func (o *operation) progress(now time.Time) float64 {
	if total := o.end.Sub(o.begin); total > 0 {
		return float64(now.Sub(o.begin)) / float64(total)
	}
	return 1
}

// perform carries out something long: at once with IMMED, else inside the command.
func (d *Drive) perform(immed bool, meanwhile sense, dur time.Duration, done func() sense) sense {
	now := d.clk.now()
	d.busy = operation{sense: meanwhile, begin: now, end: now.Add(dur), done: done}
	if immed {
		return senseGood
	}
	if !d.pass(dur) {
		return d.notReady()
	}
	d.busy = operation{}
	return done()
}

// finishBusy lets the running operation end now. Its error waits for the next
// command that can carry it.
func (d *Drive) finishBusy() {
	if !d.busy.running() {
		return
	}
	done := d.busy.done
	d.busy = operation{}
	if s := done(); s.bad() {
		s.deferred = true
		d.deferred = s
	}
}
