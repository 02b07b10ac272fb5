package sim

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// tao is track-at-once: the first WRITE at the next writable address begins a
// track, SYNCHRONIZE CACHE ends it; the drive makes pregap and run-out itself.
type tao struct{}

// nwa: some drives say -150 for a blank disc, where the first track's pregap is,
// and mean 0 (Pioneer BDR-205, LITE-ON LTR-48125S).
func (tao) nwa(d *Drive) toc.LBA {
	if d.state().blank() && d.p.BlankNWA != 0 {
		return toc.LBA(d.p.BlankNWA)
	}
	return d.nextStart()
}

// write checks in the order of MMC practice: mode, address, capacity, amount,
// and last whether the buffer has room.
func (tao) write(d *Drive, c *call, lba toc.LBA, blocks int) sense {
	if !d.parameters().audio() {
		return senseTrackMode // data tracks can be selected, but aren't recorded
	}
	if blocks == 0 {
		return senseGood
	}
	if d.underran {
		d.underran = false
		if d.p.UnderrunStreaming {
			return senseLossOfStreaming.at(int32(lba))
		}
		return senseWriteAddress
	}
	t, s := d.target(lba)
	if s.bad() {
		return s
	}
	if end := lba + toc.LBA(blocks); end > d.room(t) {
		return senseEndOfArea
	}
	if len(c.req.Data) != blocks*toc.SectorSize {
		return senseDataPhase
	}
	if t == nil || d.writing == 0 {
		if t, s = d.begin(t, lba); s.bad() {
			return s
		}
	}
	for {
		wait, ok := d.buf.accept(d.clk.now(), len(c.req.Data))
		if ok {
			break
		}
		if d.p.BusyWhenFull {
			return senseLongWrite
		}
		if !d.pass(wait) {
			return d.notReady()
		}
	}
	if d.mode == ClockAccelerated {
		d.fedAt = d.clk.now()
		d.fedFor = d.buf.lasts(d.fedAt)
	}
	return d.record(c, t, lba, blocks)
}

// target finds the track that the next sector at lba belongs to; nil is a new one.
func (d *Drive) target(lba toc.LBA) (*Track, sense) {
	if t := d.current(); t != nil {
		if lba != t.next() {
			return nil, senseWriteAddress
		}
		return t, senseGood
	}
	st := d.state()
	if t := st.open(); t != nil {
		if lba != t.next() || t.Damaged {
			return nil, senseWriteAddress
		}
		return t, senseGood
	}
	for i := range st.Tracks {
		if t := &st.Tracks[i]; t.State == TrackReserved && lba == t.next() && !t.Damaged {
			if d.p.Reserve == ReserveUnwritable {
				return nil, senseTrackMode
			}
			return t, senseGood
		}
	}
	if lba != d.nextStart() || len(st.Tracks) >= toc.MaxTracks {
		return nil, senseWriteAddress
	}
	return nil, senseGood
}

// room is the first sector that doesn't belong to the track any more.
func (d *Drive) room(t *Track) toc.LBA {
	if t != nil && t.State == TrackReserved {
		return t.Start + toc.LBA(t.Size)
	}
	return d.limit()
}

// begin starts the laser for a new track, a reserved one, or one that was left
// open. ISRC, MCN and flags are those of page 05h at this moment.
func (d *Drive) begin(t *Track, lba toc.LBA) (*Track, sense) {
	w := d.parameters()
	if d.scratch == nil && (w.test() || d.p.StoresNothing) {
		number := 0
		if t != nil {
			number = t.Number
		}
		d.scratch = d.disc.st.clone()
		t = d.scratch.track(number)
	}
	if d.scratch == nil && !d.calibrated {
		if s := d.calibrate(); s.bad() {
			return nil, s
		}
	}
	st := d.state()
	if t == nil {
		pregap := d.pregap()
		if st.openTracks() == 0 {
			pregap = toc.PregapSectors
		}
		st.Tracks = append(st.Tracks, Track{
			Number: len(st.Tracks) + 1, Session: st.session(), State: TrackOpen, Start: lba, Pregap: pregap,
		})
		t = st.lastTrack()
	}
	if t.Recorded == 0 {
		t.Control, t.Copy, t.ISRC, t.MCN = w.control(), w.copyBit(), w.isrc(), w.mcn()
		t.Shift = d.p.WriteOffset
	}
	d.chooseSpeed()
	profile := d.speed.profile()
	lead := time.Second + time.Duration(float64(toc.PregapSectors)/toc.SectorsPerSecond/profile.x(lba)*float64(time.Second))
	d.buf.open(lba, toc.SectorSize, profile, lead)
	d.writing, d.burnFree = t.Number, w.burnFree() && !d.p.NoBurnFree
	return t, d.save()
}

// save commits, unless nothing is really recorded.
func (d *Drive) save() sense {
	if d.scratch != nil {
		return senseGood
	}
	return d.commit()
}

// record puts accepted sectors on the disc. The buffer knows how many of them the
// laser has got to; after a loss of power the others are taken away again.
func (d *Drive) record(c *call, t *Track, lba toc.LBA, blocks int) sense {
	if d.scratch == nil {
		data := c.req.Data
		if d.p.StoresSwapped {
			data = d.swap(data)
		}
		if err := d.disc.c.write(lba, data); err != nil {
			if d.err == nil {
				d.err = err
			}
			return senseInternal
		}
	}
	t.Recorded += toc.Sectors(blocks)
	c.n = len(c.req.Data)
	return senseGood
}

// swap exchanges the bytes of each sample.
func (d *Drive) swap(p []byte) []byte {
	d.swapped = append(d.swapped[:0], p...)
	for i := 0; i+1 < len(d.swapped); i += 2 {
		d.swapped[i], d.swapped[i+1] = d.swapped[i+1], d.swapped[i]
	}
	return d.swapped
}

// underrunCheck ends a track whose buffer ran dry without buffer underrun free
// recording, and fails one whose laser came to a bad place.
func (d *Drive) underrunCheck(now time.Time) {
	t := d.current()
	if t == nil || d.busy.running() {
		return
	}
	if bad := d.p.DeferredErrorAt; d.scratch == nil && bad > 0 && bad >= t.Start && bad < t.next() && d.buf.position(now) > bad {
		d.fail(t, bad)
		return
	}
	if !d.burnFree && d.buf.underruns(now) > 0 {
		if d.patient(now) {
			d.buf.pardon()
			return
		}
		d.underran = true
		if s := d.endTrack(t); s.bad() {
			d.deferred = s
		}
	}
}

// patient reports whether an underrun is the fault of an accelerated clock: a host
// lives in the computer's time, and by that it came before the buffer could run out.
func (d *Drive) patient(now time.Time) bool {
	return d.mode == ClockAccelerated && d.clk.real(now.Sub(d.fedAt)) < d.fedFor
}

// fail stops recording at a bad place: what lies behind it is lost, and the track
// is damaged.
func (d *Drive) fail(t *Track, bad toc.LBA) {
	d.deferred = senseDeferredWriteError.at(int32(bad))
	d.cut(t, bad)
}

// cut takes back the sectors from a place on, which the laser never reached.
func (d *Drive) cut(t *Track, from toc.LBA) {
	d.buf.drop()
	d.writing = 0
	if d.scratch != nil {
		d.scratch = nil
		return
	}
	if err := d.disc.c.erase(from, t.next()); err != nil && d.err == nil {
		d.err = err
	}
	t.Recorded = toc.Sectors(from - t.Start)
	t.Damaged = t.Recorded > 0
	if t.Recorded == 0 && t.State == TrackOpen {
		d.disc.st.Tracks = d.disc.st.Tracks[:len(d.disc.st.Tracks)-1]
	}
	d.commit()
}

// interrupt is the laser that stops at once: loss of power, a tray opened by force.
func (d *Drive) interrupt() {
	if t := d.current(); t != nil {
		d.cut(t, min(d.buf.position(d.clk.now()), t.next()))
	}
	d.scratch, d.writing, d.busy, d.underran, d.calibrated = nil, 0, operation{}, false, false
	d.buf.drop()
}
