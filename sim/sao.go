package sim

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// sao is session-at-once: a cue sheet describes the whole session, then the host
// writes all of it in one pass, from the lead-in (with CD-TEXT) or from LBA -150 on, and
// SYNCHRONIZE CACHE ends it. A session that was cut short cannot be read: the disc counts as
// lost from the first WRITE until the session is complete.
type sao struct {
	*recorder
	phase  saoPhase
	sheet  cueSheet
	next   toc.LBA     // of the next WRITE
	text   *leadInText // received so far for the lead-in
	page   []byte      // page 05h when the sheet was accepted
	unreal bool        // a test write, or a drive that stores nothing
}

// saoPhase is how far a session has come.
type saoPhase uint8

const (
	saoNone    saoPhase = iota // no cue sheet
	saoSheet                   // one was accepted; nothing is written
	saoLeadIn                  // the host writes the lead-in
	saoProgram                 // the host writes the pregap and the tracks
)

// subBlock is the size of a block of the lead-in: 96 symbols.
const subBlock = 96

// begins is where the program area of the next session begins.
func (s *sao) begins() toc.LBA {
	start := s.nextStart()
	if s.state().blank() {
		start = 0
	}
	return start - toc.PregapSectors
}

func (s *sao) nwa() toc.LBA {
	if s.p.ZeroNWAInSAO && s.state().blank() {
		return 0
	}
	return s.begins()
}

// reserve: session-at-once has no reserved tracks.
func (s *sao) reserve(uint32) sense { return senseSequence }

// sendCueSheet is SEND CUE SHEET (MMC-6 6.33). Nothing is written, and a refused sheet
// leaves everything as it was. Some of the answers are a choice: 5/24/00 for an impossible
// size, 5/30/05 for a disc that isn't appendable.
func (s *sao) sendCueSheet(c *call) sense {
	size := be24(c.cdb[6:])
	st := s.state()
	switch {
	case s.modes.parameters().writeType() != typeSAO || s.writing() || st.openTracks() > 0:
		return senseSequence
	case !st.appendable():
		return senseNotWritable
	case size == 0 || size%cueLength != 0 || size > s.sheetLimit():
		return atCDB(6, -1)
	case size > len(c.req.Data):
		return senseDataPhase
	case s.p.Sheets == sheetsRefused:
		return senseParameter
	}
	r := cueReader{
		list: c.req.Data[:size], p: &s.p, start: s.begins(), first: len(st.Tracks) + 1, limit: s.limit() + runOutSectors,
		real: st.leadIn().MSF(), raw: s.modes.parameters().blockType() == 3,
	}
	if len(st.Sessions) == 0 {
		r.real = st.Media.LeadIn
	}
	if e := r.read(); e.bad() {
		return e
	}
	s.sheet, s.phase = r.sheet, saoSheet
	s.page = append(s.page[:0], s.modes.parameters()...)
	c.n = size
	return senseGood
}

func (c *core) sheetLimit() int {
	if c.p.SheetLimit > 0 {
		return c.p.SheetLimit
	}
	return 3072 // HP GH40L (G24)
}

// drop forgets an accepted sheet unless writing has begun.
func (s *sao) drop() {
	if s.phase == saoSheet {
		s.phase = saoNone
	}
}

// write accepts only the blocks that are due next.
func (s *sao) write(c *call, lba toc.LBA, blocks int) sense {
	if s.laser == laserStarved {
		s.laser = laserIdle
		return senseLossOfStreaming.at(int32(lba))
	}
	if s.phase == saoNone {
		return senseSequence
	}
	if blocks == 0 {
		return senseGood
	}
	if e := s.due(lba, blocks, len(c.req.Data)); e.bad() {
		return e
	}
	if e := s.heldOff(lba, blocks); e.bad() {
		return e
	}
	if s.phase == saoSheet {
		if e := s.start(lba); e.bad() {
			return e
		}
	}
	// A block of the lead-in takes as much time and room as any other.
	if e := s.accept(blocks * toc.SectorSize); e.bad() {
		return e
	}
	if e := s.store(c.req.Data, lba); e.bad() {
		return e
	}
	s.next += toc.LBA(blocks)
	if s.phase == saoLeadIn && s.next == s.sheet.first {
		s.phase, s.next = saoProgram, s.sheet.start
	}
	c.n = len(c.req.Data)
	return senseGood
}

// due checks a WRITE against the sheet: address, amount, form.
func (s *sao) due(lba toc.LBA, blocks, bytes int) sense {
	next, end, size := s.next, s.sheet.leadOut, toc.SectorSize
	if s.phase == saoSheet {
		next = s.sheet.start
		if s.sheet.text {
			next = s.sheet.leadIn
		}
	}
	if s.sheet.text && s.phase != saoProgram {
		end, size = s.sheet.first, subBlock
	}
	switch {
	case lba != next && lba < s.sheet.first && !s.sheet.text:
		return senseRange // no lead-in was announced
	case lba != next:
		return senseWriteAddress
	case s.phase == saoSheet && s.p.NoJumpToZero && lba == s.sheet.start && lba != s.sheet.first:
		return senseWriteAddress // the drive still requires the pregap
	case lba+toc.LBA(blocks) > end && size == subBlock:
		return senseTrackMode // lead-in and program in one WRITE
	case lba+toc.LBA(blocks) > end:
		return senseRange
	case bytes != blocks*size:
		return senseDataPhase
	}
	return senseGood
}

// start handles the first WRITE. From here on the disc is lost until the session is
// complete.
func (s *sao) start(lba toc.LBA) sense {
	w := s.modes.parameters()
	s.unreal = w.test() || s.p.StoresNothing
	s.rehearsed = s.rehearsed || w.test()
	if !s.unreal {
		if !s.power.done {
			if e := s.power.calibrate(); e.bad() {
				return e
			}
		}
		s.disc.st.Lost = true
		if e := s.commit(); e.bad() {
			return e
		}
	}
	s.phase, s.next, s.text = saoProgram, lba, nil
	if s.sheet.text {
		s.phase, s.text = saoLeadIn, newLeadInText()
	}
	s.begin(0, lba)
	return senseGood
}

// store records what has been accepted.
func (s *sao) store(data []byte, lba toc.LBA) sense {
	switch {
	case s.phase == saoLeadIn:
		s.text.add(data)
		return senseGood
	case s.unreal:
		return senseGood
	case s.p.StoresSwapped:
		data = s.swap(data)
	}
	if err := s.disc.c.write(lba, data); err != nil {
		return s.broke(err)
	}
	return senseGood
}

// settle ends the session as lost if the laser ran dry or reached a bad place.
func (s *sao) settle(now time.Time) {
	bad := s.p.DeferredErrorAt
	switch {
	case !s.unreal && bad > 0 && bad >= s.sheet.first && bad < s.next && s.phase == saoProgram && s.buf.position(now) > bad:
		s.status.deferred = senseDeferredWriteError.at(int32(bad))
		s.lose()
	case !s.burnFree && s.buf.underruns(now) > 0 && s.patient(now):
		s.buf.ignoreUnderrun()
	case !s.burnFree && s.buf.underruns(now) > 0:
		s.lose()
		s.laser = laserStarved
	}
}

// starved reports whether the host doesn't know yet that its session is lost.
func (s *sao) starved() bool { return s.laser == laserStarved && s.by == s }

// lose ends a session that can no longer be completed.
func (s *sao) lose() {
	s.stop()
	s.phase, s.text = saoNone, nil
	if !s.unreal && s.disc != nil {
		s.disc.st.Erasing = append(s.disc.st.Erasing, span{From: s.sheet.first, End: storeEnd})
		if err := s.disc.eraseThen(); err != nil {
			s.broke(err)
		}
	}
}

// flushed completes SYNCHRONIZE CACHE: the drive writes lead-out and lead-in if the host
// has sent the whole session; otherwise the session is lost, which is 5/2C/00 (chosen
// here).
func (s *sao) flushed() sense {
	if s.phase != saoProgram || s.next != s.sheet.leadOut {
		s.lose()
		return senseSequence
	}
	if bad := s.p.DeferredErrorAt; !s.unreal && bad > 0 && bad >= s.sheet.first && bad < s.sheet.leadOut {
		s.lose()
		return senseWriteError.at(int32(bad))
	}
	s.stop()
	s.phase = saoNone
	if s.unreal {
		return senseGood
	}
	st := &s.disc.st
	number := st.session()
	for i, t := range s.sheet.tracks {
		st.Tracks = append(st.Tracks, s.recorded(i, &t, number))
	}
	session := Session{
		Number: number, First: s.sheet.tracks[0].number, Last: st.lastTrack().Number,
		LeadIn: st.leadIn(), LeadOut: s.sheet.leadOut, MultiSession: s.modes.parameters().multiSession(),
	}
	if s.text != nil && !s.sheet.textless {
		session.Text = s.text.text()
	}
	st.Sessions = append(st.Sessions, session)
	st.Lost, s.text = false, nil
	s.status.changed(changedFlush)
	return s.commit()
}

// info is what READ TRACK INFORMATION reports while a session is being written.
func (s *sao) info() trackInfo {
	return trackInfo{
		number: s.sheet.tracks[0].number, session: s.disc.st.session(), control: toc.Control(s.sheet.tracks[0].control),
		kind: modeAudio, start: s.sheet.first, nwa: s.next, nwaValid: true,
		free: toc.Sectors(s.sheet.leadOut - s.next), size: toc.Sectors(s.sheet.leadOut - s.sheet.first),
	}
}

// endTime is how long the end of a session takes: what is in the buffer, lead-out, and a
// lead-in if the host didn't write it.
func (s *sao) endTime() time.Duration {
	n := leadOutLength(s.disc.st.session())
	if !s.sheet.text {
		n += nextLeadInSectors
	}
	return s.buf.flush(s.clk.now()) + sessionEndTime + s.spindle.span(s.sheet.leadOut, n)
}

// recorded is a track of the sheet as it is on the disc.
func (s *sao) recorded(i int, t *cueTrack, session int) Track {
	end := s.sheet.leadOut
	if i+1 < len(s.sheet.tracks) {
		end = s.sheet.tracks[i+1].pregap
	}
	n := toc.Sectors(end - t.index[0])
	return Track{
		Number: t.number, Session: session, State: trackComplete, Start: t.index[0], Pregap: toc.Sectors(t.index[0] - t.pregap),
		Size: n, Recorded: n, Control: toc.Control(t.control), Copy: t.alternate, ISRC: t.isrc, MCN: s.sheet.mcn,
		Shift: s.p.WriteOffset, AtOnce: true, Indexes: append([]toc.LBA(nil), t.index[1:]...),
	}
}
