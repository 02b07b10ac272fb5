package sim

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// How long it takes to end things, beside what has to be written.
const (
	trackEndTime   = 2 * time.Second // run-out and the item in the PMA
	sessionEndTime = 8 * time.Second
)

// span is how long it takes to write so many sectors at the chosen speed.
func (d *Drive) span(from toc.LBA, n toc.Sectors) time.Duration {
	profile := d.speed.profile()
	return profile.span(from, from+toc.LBA(n))
}

// synchronizeCache is SYNCHRONIZE CACHE (MMC-6 6.41). In track-at-once it ends the
// track.
func (d *Drive) synchronizeCache(c *call) sense {
	t := d.current()
	d.underran = false
	if t == nil {
		return senseGood
	}
	dur := d.buf.flush(d.clk.now()) + trackEndTime
	s := d.perform(c.cdb[1]&2 != 0, senseLongWrite, dur, d.flushed)
	if d.p.SyncError && !s.bad() {
		return senseNoSeek // although all is well (G4 shows this sense)
	}
	return s
}

// flushed is the end of SYNCHRONIZE CACHE.
func (d *Drive) flushed() sense {
	t := d.current()
	if t == nil {
		return senseGood
	}
	if bad := d.p.DeferredErrorAt; d.scratch == nil && bad > 0 && bad >= t.Start && bad < t.next() {
		d.fail(t, bad)
		s := d.deferred
		d.deferred = senseGood
		s.deferred = false
		return s
	}
	if d.p.SyncLeavesOpen && t.State == TrackOpen {
		d.writing = 0
		d.buf.drop()
		return d.save()
	}
	return d.endTrack(t)
}

// endWriting flushes and ends the track in the buffer, inside the command.
func (d *Drive) endWriting() sense {
	if d.current() == nil {
		return senseGood
	}
	return d.perform(false, senseLongWrite, d.buf.flush(d.clk.now())+trackEndTime, d.flushed)
}

// endTrack writes run-out and PMA item. A track below four seconds is padded with
// silence (Pioneer R8 manual); a reservation that isn't full stays one.
func (d *Drive) endTrack(t *Track) sense {
	d.writing = 0
	d.buf.drop()
	if t.State == TrackReserved && t.Recorded < t.Size {
		return d.save()
	}
	if t.State == TrackOpen {
		t.Size = t.Recorded
		if short := toc.MinTrack - t.Recorded; short > 0 && t.Start+toc.MinTrack <= d.limit() {
			t.Size = toc.MinTrack
		}
	}
	return d.complete(t)
}

// complete pads a track with silence to its size and makes it a finished one.
func (d *Drive) complete(t *Track) sense {
	if d.scratch == nil {
		var silence [16 * toc.SectorSize]byte
		for lba, end := t.next(), t.Start+toc.LBA(t.Size); lba < end; {
			n := min(end-lba, 16)
			if err := d.disc.c.write(lba, silence[:n*toc.SectorSize]); err != nil {
				if d.err == nil {
					d.err = err
				}
				return senseInternal
			}
			lba += n
		}
	}
	t.Recorded, t.RunOut, t.State, t.Damaged = t.Size, toc.RunOutSectors, TrackComplete, false
	if d.p.StoresNothing {
		d.scratch = nil
		return senseGood
	}
	return d.save()
}

// reserveTrack is RESERVE TRACK (MMC-6 6.30): bytes 5-8, size in user blocks.
func (d *Drive) reserveTrack(c *call) sense {
	if !d.state().appendable() {
		return senseNotWritable
	}
	if d.p.Reserve == ReserveIgnored {
		return senseGood
	}
	return d.method().reserve(d, be32(c.cdb[5:]))
}

// reserve makes a track of that many user sectors at the next writable address:
// less than four seconds are raised to that.
func (tao) reserve(d *Drive, size uint32) sense {
	st := d.state()
	w := d.parameters()
	start := d.nextStart()
	switch {
	case w.test() || d.scratch != nil || st.open() != nil || d.writing > 0:
		return senseSequence
	case !w.audio():
		return senseTrackMode
	case size == 0:
		return atCDB(5, -1)
	case len(st.Tracks) >= toc.MaxTracks:
		return senseNoReservation
	}
	n := int64(max(size, toc.MinTrack))
	if d.p.Reserve == ReserveOtherSize {
		n = (n + 16) &^ 15
	}
	if n > int64(d.limit()-start) {
		return senseEndOfArea
	}
	pregap := d.pregap()
	if st.openTracks() == 0 {
		pregap = toc.PregapSectors
	}
	st.Tracks = append(st.Tracks, Track{
		Number: len(st.Tracks) + 1, Session: st.session(), State: TrackReserved, Start: start,
		Pregap: pregap, Size: toc.Sectors(n), RunOut: toc.RunOutSectors, Control: w.control(),
	})
	return d.commit()
}

// closeTrackSession is CLOSE TRACK/SESSION (MMC-6 6.3): function 001b a track,
// 010b the session; the others are for other discs.
func (d *Drive) closeTrackSession(c *call) sense {
	immed := c.cdb[1]&1 != 0
	switch c.cdb[2] & 7 {
	case 1:
		return d.closeTrack(be16(c.cdb[4:]), immed)
	case 2:
		return d.closeSession(immed)
	}
	return atCDB(2, 2)
}

// closeTrack ends an incomplete track; on the invisible track and on a complete
// one it does nothing (Pioneer R8 manual).
func (d *Drive) closeTrack(number int, immed bool) sense {
	if d.p.CloseTrack == CloseRefused {
		return atCDB(2, 0)
	}
	if d.parameters().test() || d.scratch != nil {
		return senseGood
	}
	st := d.state()
	t := d.incompleteTrack()
	if number != 0xFF {
		t = st.track(number)
		if info, ok := d.invisible(); t == nil && !(ok && number == info.number) {
			return atCDB(4, -1)
		}
	}
	if t == nil || t.State == TrackComplete {
		return senseGood
	}
	if d.writing != 0 && d.writing != t.Number {
		return senseSequence
	}
	return d.closeUnfinished(t, immed)
}

// closeUnfinished ends a track that is open, damaged or reserved.
func (d *Drive) closeUnfinished(t *Track, immed bool) sense {
	dur := trackEndTime
	if d.writing > 0 {
		dur += d.buf.flush(d.clk.now())
	}
	if t.State == TrackReserved && t.Recorded < t.Size {
		switch {
		case d.p.CloseTrack == CloseNoPad:
			return senseUnfilledTrack
		case t.Recorded == 0 && !d.parameters().audio():
			return senseTrackMode
		}
		dur += d.span(t.next(), t.Size-t.Recorded)
	}
	number := t.Number
	return d.perform(immed, senseLongWrite, dur, func() sense {
		t := d.state().track(number)
		if t == nil || t.State == TrackComplete {
			return senseGood
		}
		d.writing = 0
		d.buf.drop()
		if t.State == TrackReserved {
			return d.complete(t)
		}
		return d.endTrack(t)
	})
}

// repairTrack is REPAIR TRACK (MMC-6 6.29): a damaged track is ended where it is.
func (d *Drive) repairTrack(c *call) sense {
	t := d.state().track(be16(c.cdb[4:]))
	if be16(c.cdb[4:]) == 0xFF {
		t = d.incompleteTrack()
	}
	if t == nil {
		return atCDB(4, -1)
	}
	if !t.Damaged {
		return senseGood
	}
	return d.closeUnfinished(t, c.cdb[1]&1 != 0)
}

// closeSession writes lead-out and lead-in. The multi-session field of page 05h
// says whether another session may follow.
func (d *Drive) closeSession(immed bool) sense {
	if d.parameters().test() || d.scratch != nil {
		return senseGood // nothing was recorded
	}
	st := &d.disc.st
	switch {
	case st.unfinished() != nil:
		return senseIncompleteTrack
	case !st.appendable() || st.openTracks() == 0:
		if d.p.EmptyCloseGood || d.p.StoresNothing {
			return senseGood
		}
		return senseUnfilledTrack
	}
	field := d.parameters().multiSession()
	n := leadOutLength(st.session()) + toc.NextLeadInSectors
	dur := sessionEndTime + d.span(st.lastTrack().End(), n)
	return d.perform(immed, senseLongWrite, dur, func() sense {
		st := &d.disc.st
		last := st.lastTrack()
		st.Sessions = append(st.Sessions, Session{
			Number: st.session(), First: last.Number - st.openTracks() + 1, Last: last.Number,
			LeadIn: st.leadIn(), LeadOut: last.End(), MultiSession: field,
		})
		return d.commit()
	})
}
