package sim

import (
	"bytes"
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// recorder is the laser, its buffer, and the method selected by page 05h: the state of
// the drive while it records.
type recorder struct {
	*core
	status  *status
	spindle *spindle
	modes   *modes
	power   *calibrator
	tao     tao
	sao     sao

	buf   writeBuffer
	laser laser
	track int         // the number of the track whose data are in the buffer; 0 unless laserWriting
	by    writeMethod // how the track is written
	// burnFree is BUFE as it was when the track began.
	burnFree bool
	heldTo   time.Time     // until when the first WRITE of a track is held off
	stuck    bool          // the laser will never continue
	ending   ending        // a track whose end isn't reported
	crash    func()        // resets a drive that can't continue
	fedAt    time.Time     // when the host last sent a WRITE
	fedFor   time.Duration // how long the buffer was expected to last then
	swapped  []byte
}

// laser is the state of the laser.
type laser uint8

const (
	laserIdle    laser = iota
	laserWriting       // the data of a track are in the buffer, or due
	laserStarved       // a track ended because the host was too slow, and the host hasn't been notified yet
)

// writeMethod is one of the ways to record that mode page 05h chooses from.
type writeMethod interface {
	// nwa is the address that READ TRACK INFORMATION reports for the invisible track.
	nwa() toc.LBA
	// write accepts blocks for an address, or returns why not.
	write(c *call, lba toc.LBA, blocks int) sense
	// reserve is RESERVE TRACK.
	reserve(size uint32) sense
	// flushed completes SYNCHRONIZE CACHE.
	flushed() sense
}

func (r *recorder) method() writeMethod {
	if r.modes.parameters().writeType() == typeSAO {
		return &r.sao
	}
	return &r.tao
}

// writing reports whether a track is being written.
func (r *recorder) writing() bool { return r.laser == laserWriting }

// inSession reports whether a session-at-once is being written.
func (r *recorder) inSession() bool { return r.writing() && r.by == &r.sao }

// current is the track whose data are in the buffer, or nil.
func (r *recorder) current() *Track {
	if !r.writing() || r.disc == nil {
		return nil
	}
	return r.state().track(r.track)
}

// burning reports whether the laser is on.
func (r *recorder) burning() bool {
	return r.writing() && r.buf.fill(r.clk.now()) > 0 && r.buf.burning
}

// begin handles the first WRITE of a track, or of a session (track 0): the laser starts a
// second and the pregap later.
func (r *recorder) begin(track int, lba toc.LBA) {
	r.spindle.choose()
	profile := r.spindle.speed.profile()
	lead := time.Second + time.Duration(float64(toc.PregapSectors)/toc.SectorsPerSecond/profile.x(lba)*float64(time.Second))
	r.buf.open(lba, toc.SectorSize, profile, lead)
	r.laser, r.track, r.by = laserWriting, track, r.method()
	r.burnFree = r.modes.parameters().burnFree() && !r.p.NoBurnFree
}

// stop switches the laser off and empties the buffer.
func (r *recorder) stop() {
	r.laser, r.track, r.heldTo = laserIdle, 0, time.Time{}
	r.buf.drop()
}

// accept waits until n bytes fit into the buffer, or returns why they don't.
func (r *recorder) accept(n int) sense {
	for {
		wait, ok := r.buf.accept(r.clk.now(), n)
		if ok {
			break
		}
		switch r.p.WhenFull {
		case fullBusy:
			return senseLongWrite
		case fullWorks:
			return senseOperation
		case fullStatus:
			return senseBusyStatus
		}
		if !r.pass(wait) {
			return r.notReady()
		}
	}
	if r.mode == clockAccelerated {
		r.fedAt = r.clk.now()
		r.fedFor = r.buf.lasts(r.fedAt)
	}
	return senseGood
}

// record puts accepted sectors on the disc. The buffer determines how many of them the
// laser has reached; a loss of power removes the others again.
func (r *recorder) record(c *call, t *Track, lba toc.LBA, blocks int) sense {
	if r.scratch == nil {
		data := c.req.Data
		if r.p.StoresSwapped {
			data = r.swap(data)
		}
		if err := r.disc.c.write(lba, data); err != nil {
			return r.broke(err)
		}
	}
	t.Recorded += toc.Sectors(blocks)
	c.n = len(c.req.Data)
	return senseGood
}

// swap exchanges the bytes of each sample.
func (r *recorder) swap(p []byte) []byte {
	r.swapped = append(r.swapped[:0], p...)
	for i := 0; i+1 < len(r.swapped); i += 2 {
		r.swapped[i], r.swapped[i+1] = r.swapped[i+1], r.swapped[i]
	}
	return r.swapped
}

// save commits, unless the disc isn't really being recorded.
func (r *recorder) save() sense {
	if r.scratch != nil {
		return senseGood
	}
	return r.commit()
}

// settle ends a track whose buffer ran empty without buffer underrun free recording, and
// fails one whose laser reached a defect.
func (r *recorder) settle(now time.Time) {
	r.ending.settle(now)
	if r.inSession() && !r.status.busy.running() {
		r.sao.settle(now)
		return
	}
	t := r.current()
	if t == nil || r.status.busy.running() {
		return
	}
	if bad := r.p.DeferredErrorAt; r.scratch == nil && bad > 0 && bad >= t.Start && bad < t.next() && r.buf.position(now) > bad {
		r.fail(t, bad)
		return
	}
	if !r.burnFree && r.buf.underruns(now) > 0 {
		if r.patient(now) {
			r.buf.ignoreUnderrun()
			return
		}
		s := r.tao.end(t)
		r.laser = laserStarved
		if s.bad() {
			r.status.deferred = s
		}
	}
}

// patient reports whether an underrun is the fault of an accelerated clock: a host lives
// in the computer's time, and in that time it came before the buffer could run out.
func (r *recorder) patient(now time.Time) bool {
	return r.mode == clockAccelerated && r.clk.real(now.Sub(r.fedAt)) < r.fedFor
}

// fail stops recording at a defect: everything after it is lost, and the track is
// damaged.
func (r *recorder) fail(t *Track, bad toc.LBA) {
	r.status.deferred = senseDeferredWriteError.at(int32(bad))
	r.cut(t, bad)
}

// cut removes the sectors that the laser never reached.
func (r *recorder) cut(t *Track, from toc.LBA) {
	r.stop()
	if r.scratch != nil {
		r.scratch = nil
		return
	}
	if err := r.disc.c.erase(from, t.next()); err != nil {
		r.broke(err)
	}
	t.Recorded = toc.Sectors(from - t.Start)
	t.Damaged = t.Recorded > 0
	if t.Recorded == 0 && t.State == trackOpen {
		r.disc.st.Tracks = r.disc.st.Tracks[:len(r.disc.st.Tracks)-1]
	}
	r.commit()
}

// interrupt stops the laser immediately: loss of power, a tray opened by force.
func (r *recorder) interrupt() {
	if t := r.current(); t != nil {
		r.cut(t, min(r.buf.position(r.clk.now()), t.next()))
	}
	if r.inSession() {
		r.sao.lose()
	}
	r.sao.phase = saoNone
	r.stop()
	if r.disc != nil {
		r.ending.interrupt(&r.disc.st)
	}
	r.scratch, r.status.busy, r.power.done, r.stuck = nil, operation{}, false, false
}

// abandon ends a track whose host has gone without flushing it: what the drive had
// accepted is on the disc, and the track is damaged.
func (r *recorder) abandon() {
	if t := r.current(); t != nil && r.scratch == nil {
		t.Damaged = true
		r.commit()
	}
	if r.inSession() {
		r.sao.lose()
	}
	r.stop()
	r.scratch = nil
}

// mayChange refuses to begin or end a test write inside a track, and anything inside a
// session.
func (r *recorder) mayChange(from, to writeParameters) sense {
	if r.writing() && from.test() != to.test() || r.inSession() && !bytes.Equal(from, to) {
		return senseSequence
	}
	return senseGood
}

// parametersChanged discards the state of a test write, once the page makes the next
// track a real one, and a cue sheet that was for another page. A track being written
// keeps its state.
func (r *recorder) parametersChanged(w writeParameters) {
	if !w.test() && !r.writing() {
		r.scratch = nil
	}
	if !bytes.Equal(r.sao.page, w) {
		r.sao.drop()
	}
}
