package sim

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// ending is the end of a track on a drive that returns immediately from the command that
// ends it. Only the size of the track shows that the laser is still at work. A host that
// writes too early loses the next track (HL-DT-ST GE20LU10 FE06).
type ending struct {
	track      int // 0 for none
	reserved   bool
	way        string
	begin, end time.Time
	early      int // WRITEs that came before it was over
}

const (
	endingTime  = 20 * time.Second
	earlyWrites = 3 // so many are accepted before the drive resets itself
)

// settle forgets a track that has ended, unless the host has written too early.
func (e *ending) settle(now time.Time) {
	if e.track > 0 && e.early == 0 && !now.Before(e.end) {
		*e = ending{}
	}
}

// shows returns the size that READ TRACK INFORMATION reports of a track.
func (e *ending) shows(t *Track, size toc.Sectors, now time.Time) toc.Sectors {
	switch {
	case e.track == 0 || t.Number != e.track || !now.Before(e.end):
		return size
	case e.way == trackEndZero:
		return 0
	}
	return toc.Sectors(float64(size) * float64(now.Sub(e.begin)) / float64(e.end.Sub(e.begin)))
}

// interrupt is a loss of power: the track has no run-out and no item in the PMA.
func (e *ending) interrupt(st *discState) {
	if t := st.lastTrack(); t != nil && t.Number == e.track && !e.reserved {
		t.State, t.Size, t.RunOut, t.Damaged = trackOpen, 0, 0, true
	}
	*e = ending{}
}

// endQuietly ends the current track immediately; only its size shows that this takes
// time.
func (r *recorder) endQuietly(t *Track, done func() sense) sense {
	now := r.clk.now()
	e := ending{
		track: t.Number, reserved: t.State == trackReserved, way: r.p.TrackEnd,
		begin: now, end: now.Add(r.buf.flush(now) + trackEndTime + endingTime),
	}
	if s := done(); s.bad() {
		return s
	}
	r.ending = e
	return senseGood
}

// tooEarly counts a WRITE before a track has ended; the drive accepts a few of them.
func (r *recorder) tooEarly() sense {
	if r.ending.track == 0 {
		return senseGood
	}
	if r.ending.early++; r.ending.early <= earlyWrites {
		return senseGood
	}
	return r.giveUp()
}

// giveUp resets the drive: the track being written is lost.
func (r *recorder) giveUp() sense {
	r.ending = ending{}
	r.interrupt()
	r.crash()
	return r.status.popAttention()
}

// heldOff returns the sense of a WRITE that is correct but not accepted yet.
func (r *recorder) heldOff(lba toc.LBA, blocks int) sense {
	if s := r.tooEarly(); s.bad() {
		return s
	}
	if stuck := r.p.StuckAt; stuck > 0 && lba+toc.LBA(blocks) > stuck {
		r.stuck = true
		return senseLongWrite
	}
	if r.p.FirstWriteMs == 0 || r.writing() {
		return senseGood
	}
	now := r.clk.now()
	if r.heldTo.IsZero() {
		r.heldTo = now.Add(time.Duration(r.p.FirstWriteMs) * time.Millisecond)
	}
	if now.Before(r.heldTo) {
		return senseLongWrite
	}
	return senseGood
}
