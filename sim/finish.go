package sim

import (
	"time"
)

// sessionEndTime is the time to end a session besides writing lead-out and lead-in.
const sessionEndTime = 8 * time.Second

// finisher ends tracks, reservations and sessions with CLOSE TRACK/SESSION and REPAIR
// TRACK.
type finisher struct {
	*core
	status   *status
	spindle  *spindle
	modes    *modes
	recorder *recorder
	informer *informer
}

// closeTrackSession is CLOSE TRACK/SESSION (MMC-6 6.3): function 001b ends a track, 010b
// the session; the others are for other types of disc.
func (f *finisher) closeTrackSession(c *call) sense {
	immed := c.cdb[1]&1 != 0
	if f.recorder.inSession() {
		return senseSequence
	}
	switch c.cdb[2] & 7 {
	case 1:
		return f.closeTrack(be16(c.cdb[4:]), immed)
	case 2:
		return f.closeSession(immed)
	}
	return atCDB(2, 2)
}

// closeTrack ends an incomplete track; it has no effect on the invisible track or a
// complete one (Pioneer R8 manual).
func (f *finisher) closeTrack(number int, immed bool) sense {
	if f.p.CloseTrack == closeRefused {
		return atCDB(2, 0)
	}
	if f.modes.parameters().test() || f.scratch != nil {
		return senseGood
	}
	st := f.state()
	t := f.informer.incompleteTrack()
	if number != 0xFF {
		t = st.track(number)
		if info, ok := f.informer.invisible(); t == nil && !(ok && number == info.number) {
			return atCDB(4, -1)
		}
	}
	if t == nil || t.State == trackComplete {
		return senseGood
	}
	if f.recorder.writing() && f.recorder.track != t.Number {
		return senseSequence
	}
	return f.closeUnfinished(t, immed)
}

// closeUnfinished ends a track that is open, damaged or reserved.
func (f *finisher) closeUnfinished(t *Track, immed bool) sense {
	dur := trackEndTime
	if f.recorder.writing() {
		dur += f.recorder.buf.flush(f.clk.now())
	}
	if t.State == trackReserved && t.Recorded < t.Size {
		switch {
		case f.p.CloseTrack == closeNoPad:
			return senseUnfilledTrack
		case t.Recorded == 0 && !f.modes.parameters().audio():
			return senseTrackMode
		}
		dur += f.spindle.span(t.next(), t.Size-t.Recorded)
	}
	number := t.Number
	done := func() sense {
		t := f.state().track(number)
		if t == nil || t.State == trackComplete {
			return senseGood
		}
		f.recorder.stop()
		if t.State == trackReserved {
			return f.recorder.tao.complete(t)
		}
		return f.recorder.tao.end(t)
	}
	if f.p.TrackEnd != "" {
		return f.recorder.endQuietly(t, done)
	}
	return f.status.perform(immed, senseLongWrite, dur, done)
}

// repairTrack is REPAIR TRACK (MMC-6 6.29): a damaged track ends where recording stopped.
func (f *finisher) repairTrack(c *call) sense {
	t := f.state().track(be16(c.cdb[4:]))
	if be16(c.cdb[4:]) == 0xFF {
		t = f.informer.incompleteTrack()
	}
	if t == nil {
		return atCDB(4, -1)
	}
	if !t.Damaged {
		return senseGood
	}
	return f.closeUnfinished(t, c.cdb[1]&1 != 0)
}

// closeSession writes lead-out and lead-in. The multi-session field of page 05h
// determines whether another session may follow.
func (f *finisher) closeSession(immed bool) sense {
	if f.modes.parameters().test() || f.scratch != nil {
		return senseGood // nothing was recorded
	}
	if f.closing() {
		return senseIncompleteTrack // it is closing already without showing it
	}
	st := &f.disc.st
	switch {
	case st.unfinished() != nil || f.recorder.ending.track > 0:
		return senseIncompleteTrack
	case st.Lost, !st.appendable() && st.lastTrack().AtOnce:
		return senseNotWritable // Pioneer BDR-XS07U
	case !st.appendable() || st.openTracks() == 0:
		if f.p.EmptyCloseGood || f.p.StoresNothing {
			return senseGood
		}
		return senseUnfilledTrack
	}
	field := f.modes.parameters().multiSession()
	n := leadOutLength(st.session()) + nextLeadInSectors
	dur := max(sessionEndTime+f.spindle.span(st.lastTrack().End(), n), time.Duration(f.p.CloseSeconds)*time.Second)
	meanwhile := senseLongWrite
	if f.p.CloseQuiet {
		meanwhile, immed = senseGood, true
	}
	s := f.status.perform(immed || f.p.CloseSays != "", meanwhile, dur, func() sense {
		st := &f.disc.st
		last := st.lastTrack()
		st.Sessions = append(st.Sessions, Session{
			Number: st.session(), First: last.Number - st.openTracks() + 1, Last: last.Number,
			LeadIn: st.leadIn(), LeadOut: last.End(), MultiSession: field,
		})
		f.status.changed(changedClose)
		return f.commit()
	})
	if f.p.CloseSays != "" {
		return senseOf(f.p.CloseSays)
	}
	return s
}

// closing reports whether a session is being closed without the drive showing it.
func (f *finisher) closing() bool { return f.status.busy.running() && !f.status.busy.sense.bad() }
