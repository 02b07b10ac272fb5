package sim

import "github.com/redbook-audio/redbook/toc"

// writer carries out the commands that hosts write with.
type writer struct {
	*core
	status   *status
	recorder *recorder
}

// write10 is WRITE(10), write12 is WRITE(12) (MMC-6 6.44, 6.45).
func (w *writer) write10(c *call) sense {
	return w.write(c, toc.LBA(int32(be32(c.cdb[2:]))), be16(c.cdb[7:]))
}

func (w *writer) write12(c *call) sense {
	blocks := be32(c.cdb[6:])
	if blocks > 1<<16 {
		return atCDB(6, -1)
	}
	return w.write(c, toc.LBA(int32(be32(c.cdb[2:]))), int(blocks))
}

func (w *writer) write(c *call, lba toc.LBA, blocks int) sense {
	if !w.state().appendable() && !w.recorder.inSession() && !w.recorder.sao.starved() {
		return senseNotWritable
	}
	return w.recorder.method().write(c, lba, blocks)
}

// readBufferCapacity is READ BUFFER CAPACITY (MMC-6 6.18), in bytes (in units of
// 2048, as Pioneer drives count; others don't) or in blocks of 2352.
func (w *writer) readBufferCapacity(c *call) sense {
	var b [12]byte
	put16(b[:], 10)
	size := w.bufferSize()
	free := size
	if w.recorder.writing() {
		free -= w.recorder.buf.fill(w.clk.now())
	}
	if c.cdb[1]&1 != 0 {
		b[3] = 1
		put32(b[8:], int32(free/toc.SectorSize))
	} else {
		put32(b[4:], int32(size))
		if w.p.BufferBytes == 0 {
			free &^= 2047
		}
		put32(b[8:], int32(free))
	}
	return c.reply(b[:], be16(c.cdb[7:]))
}

// synchronizeCache is SYNCHRONIZE CACHE (MMC-6 6.41). In track-at-once it ends the
// track.
func (w *writer) synchronizeCache(c *call) sense {
	t := w.recorder.current()
	if w.recorder.laser == laserStarved {
		w.recorder.laser = laserIdle
	}
	if t == nil && !w.recorder.inSession() {
		return senseGood
	}
	s := w.flush(t, c.cdb[1]&2 != 0)
	if w.p.SyncError && !s.bad() {
		return senseNoSeek // although the flush succeeded (G4 shows this sense)
	}
	return s
}

// flush empties the buffer and ends the track.
func (w *writer) flush(t *Track, immed bool) sense {
	done := w.recorder.by.flushed
	switch {
	case w.p.FlushBusy && w.recorder.buf.flush(w.clk.now()) > 0:
		return senseLongWrite
	case w.recorder.ending.early > 0:
		return w.recorder.giveUp()
	case w.recorder.stuck:
		return w.status.hang(immed)
	case w.recorder.inSession():
		return w.status.perform(immed, senseLongWrite, w.recorder.sao.endTime(), done)
	case w.p.TrackEnd != "" && !w.p.SyncLeavesOpen:
		return w.recorder.endQuietly(t, done)
	}
	dur := w.recorder.buf.flush(w.clk.now()) + trackEndTime
	return w.status.perform(immed, senseLongWrite, dur, func() sense {
		s := done()
		w.status.changed(changedFlush)
		return s
	})
}

// endWriting flushes and ends the track in the buffer, inside the command.
func (w *writer) endWriting() sense {
	if w.recorder.inSession() {
		return w.flush(nil, false)
	}
	if w.recorder.current() == nil {
		return senseGood
	}
	return w.status.perform(false, senseLongWrite, w.recorder.buf.flush(w.clk.now())+trackEndTime, w.recorder.by.flushed)
}

// reserveTrack is RESERVE TRACK (MMC-6 6.30): bytes 5-8, size in user blocks.
func (w *writer) reserveTrack(c *call) sense {
	if !w.state().appendable() {
		return senseNotWritable
	}
	if w.p.Reserve == reserveIgnored {
		return senseGood
	}
	return w.recorder.method().reserve(be32(c.cdb[5:]))
}
