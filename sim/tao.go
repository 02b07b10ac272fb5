package sim

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// trackEndTime is the time for the run-out and the item in the PMA.
const trackEndTime = 2 * time.Second

// tao is track-at-once: the first WRITE at the next writable address begins a
// track, SYNCHRONIZE CACHE ends it; the drive makes pregap and run-out itself.
type tao struct {
	*recorder
}

// nwa: some drives report -150 for a blank disc, where the first track's pregap is, and
// mean 0 (Pioneer BDR-205, LITE-ON LTR-48125S).
func (t *tao) nwa() toc.LBA {
	if t.state().blank() && t.p.BlankNWA != 0 {
		return toc.LBA(t.p.BlankNWA)
	}
	return t.nextStart()
}

// write checks in the order of MMC practice: mode, address, capacity, amount,
// and last whether the buffer has room.
func (t *tao) write(c *call, lba toc.LBA, blocks int) sense {
	if !t.modes.parameters().audio() {
		return senseTrackMode // data tracks can be selected, but aren't recorded
	}
	if blocks == 0 {
		return senseGood
	}
	if t.laser == laserStarved {
		t.laser = laserIdle
		if t.p.UnderrunStreaming {
			return senseLossOfStreaming.at(int32(lba))
		}
		return senseWriteAddress
	}
	track, s := t.target(lba)
	if s.bad() {
		return s
	}
	if end := lba + toc.LBA(blocks); end > t.room(track) {
		return senseEndOfArea
	}
	if len(c.req.Data) != blocks*toc.SectorSize {
		return senseDataPhase
	}
	if s := t.heldOff(lba, blocks); s.bad() {
		return s
	}
	if track == nil || !t.writing() {
		if track, s = t.start(track, lba); s.bad() {
			return s
		}
	}
	if s := t.accept(len(c.req.Data)); s.bad() {
		return s
	}
	return t.record(c, track, lba, blocks)
}

// target finds the track that the next sector at lba belongs to; nil is a new one.
func (t *tao) target(lba toc.LBA) (*Track, sense) {
	if track := t.current(); track != nil {
		if lba != track.next() {
			return nil, senseWriteAddress
		}
		return track, senseGood
	}
	st := t.state()
	if track := st.open(); track != nil {
		if lba != track.next() || track.Damaged {
			return nil, senseWriteAddress
		}
		return track, senseGood
	}
	for i := range st.Tracks {
		if track := &st.Tracks[i]; track.State == trackReserved && lba == track.next() && !track.Damaged {
			if t.p.Reserve == reserveUnwritable {
				return nil, senseTrackMode
			}
			return track, senseGood
		}
	}
	if lba != t.nextStart() || len(st.Tracks) >= toc.MaxTracks {
		return nil, senseWriteAddress
	}
	return nil, senseGood
}

// room returns the first sector past the room of the track.
func (t *tao) room(track *Track) toc.LBA {
	if track != nil && track.State == trackReserved {
		return track.Start + toc.LBA(track.Size)
	}
	return t.limit()
}

// start starts the laser for a new track, a reserved one, or one left open. ISRC, MCN and
// flags are those of page 05h at this moment.
func (t *tao) start(track *Track, lba toc.LBA) (*Track, sense) {
	w := t.modes.parameters()
	if t.scratch == nil && (w.test() || t.p.StoresNothing) {
		number := 0
		if track != nil {
			number = track.Number
		}
		t.scratch, t.rehearsed = t.disc.st.clone(), w.test()
		track = t.scratch.track(number)
	}
	if t.scratch == nil && !t.power.done {
		if s := t.power.calibrate(); s.bad() {
			return nil, s
		}
	}
	st := t.state()
	if track == nil {
		pregap := t.pregap()
		if st.openTracks() == 0 {
			pregap = toc.PregapSectors
		}
		st.Tracks = append(st.Tracks, Track{
			Number: len(st.Tracks) + 1, Session: st.session(), State: trackOpen, Start: lba, Pregap: pregap,
		})
		track = st.lastTrack()
	}
	if track.Recorded == 0 {
		track.Control, track.Copy, track.ISRC, track.MCN = w.control(), w.copyBit(), w.isrc(), w.mcn()
		track.Shift = t.p.WriteOffset
	}
	t.begin(track.Number, lba)
	return track, t.save()
}

// flushed completes SYNCHRONIZE CACHE.
func (t *tao) flushed() sense {
	track := t.current()
	if track == nil {
		return senseGood
	}
	if bad := t.p.DeferredErrorAt; t.scratch == nil && bad > 0 && bad >= track.Start && bad < track.next() {
		t.fail(track, bad)
		s := t.status.popDeferred()
		s.deferred = false
		return s
	}
	if t.p.SyncLeavesOpen && track.State == trackOpen {
		t.stop()
		return t.save()
	}
	return t.end(track)
}

// end writes run-out and PMA item. A track shorter than four seconds is padded with
// silence (Pioneer R8 manual); a reservation that isn't full stays one.
func (t *tao) end(track *Track) sense {
	t.stop()
	if track.State == trackReserved && track.Recorded < track.Size {
		return t.save()
	}
	if track.State == trackOpen {
		track.Size = track.Recorded
		if short := minTrack - track.Recorded; short > 0 && track.Start+minTrack <= t.limit() {
			track.Size = minTrack
		}
	}
	return t.complete(track)
}

// complete pads a track with silence to its size and marks it complete.
func (t *tao) complete(track *Track) sense {
	if t.scratch == nil {
		var silence [16 * toc.SectorSize]byte
		for lba, end := track.next(), track.Start+toc.LBA(track.Size); lba < end; {
			n := min(end-lba, 16)
			if err := t.disc.c.write(lba, silence[:n*toc.SectorSize]); err != nil {
				return t.broke(err)
			}
			lba += n
		}
	}
	track.Recorded, track.RunOut, track.State, track.Damaged = track.Size, runOutSectors, trackComplete, false
	if t.p.ForgetsSpeed {
		t.spindle.reset()
	}
	if t.p.StoresNothing {
		t.scratch = nil
		return senseGood
	}
	return t.save()
}

// reserve makes a track of that many user sectors at the next writable address: at least
// four seconds.
func (t *tao) reserve(size uint32) sense {
	st := t.state()
	w := t.modes.parameters()
	start := t.nextStart()
	switch {
	case w.test() || t.scratch != nil || st.open() != nil || t.writing():
		return senseSequence
	case !w.audio():
		return senseTrackMode
	case size == 0:
		return atCDB(5, -1)
	case len(st.Tracks) >= toc.MaxTracks:
		return senseNoReservation
	}
	n := int64(max(size, minTrack))
	if t.p.Reserve == reserveOtherSize {
		n = (n + 16) &^ 15
	}
	if n > int64(t.limit()-start) {
		return senseEndOfArea
	}
	pregap := t.pregap()
	if st.openTracks() == 0 {
		pregap = toc.PregapSectors
	}
	st.Tracks = append(st.Tracks, Track{
		Number: len(st.Tracks) + 1, Session: st.session(), State: trackReserved, Start: start,
		Pregap: pregap, Size: toc.Sectors(n), RunOut: runOutSectors, Control: w.control(),
	})
	return t.commit()
}
