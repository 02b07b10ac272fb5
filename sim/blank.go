package sim

import (
	"slices"
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// eraser carries out BLANK, for CD-RW.
type eraser struct {
	*core
	status   *status
	spindle  *spindle
	recorder *recorder
}

// blankDisc is BLANK (MMC-6 6.2).
func (e *eraser) blankDisc(c *call) sense {
	st := &e.disc.st
	kind := int(c.cdb[1] & 7)
	switch {
	case !st.Media.Erasable:
		return senseNotWritable // incompatible medium (G13)
	case kind > 6, len(e.p.BlankTypes) > 0 && !slices.Contains(e.p.BlankTypes, kind):
		return atCDB(1, 2)
	case e.recorder.writing():
		return senseSequence
	case kind == 4, st.Lost && kind > 1 && kind != 6:
		return atCDB(1, 2) // the tail of a packet track, which this disc can't have
	}
	number := int(be32(c.cdb[2:]))
	t := st.track(number)
	if kind == 2 && (t == nil || t.Session != st.session()) {
		return atCDB(2, -1)
	}
	if kind == 3 && st.openTracks() == 0 && !st.blank() {
		return atCDB(1, 2)
	}
	return e.status.perform(c.cdb[1]&0x10 != 0, senseOperation, e.blankTime(kind), func() sense {
		return e.erase(kind, number)
	})
}

// blankTime: all of the disc takes as long as writing it, the rest about a minute.
func (e *eraser) blankTime(kind int) time.Duration {
	const quick = 40 * time.Second
	if kind == 0 {
		return quick + e.spindle.span(0, toc.Sectors(e.disc.st.Media.LeadOut.LBA()))
	}
	return quick
}

// erase applies a type of BLANK to the disc.
func (e *eraser) erase(kind, number int) sense {
	st := &e.disc.st
	e.scratch = nil
	switch kind {
	case 0, 1: // the disc; minimal blanking leaves the sectors, but nothing refers to them any more
		st.Sessions = nil
		e.dropTracks(0)
		e.forgetLost()
	case 2: // a track of the open session: its item in the PMA stays
		t := st.track(number)
		size := max(t.Size, t.Recorded)
		e.forget(t)
		t.State, t.Size, t.Recorded, t.RunOut, t.Damaged = trackReserved, size, 0, runOutSectors, false
	case 3: // the last track, reserved or not, and its item
		if n := len(st.Tracks); st.openTracks() > 0 {
			e.dropTracks(n - 1)
		}
	case 5: // the lead-in and lead-out of the last session
		if st.openTracks() == 0 && len(st.Sessions) > 0 {
			st.Sessions = st.Sessions[:len(st.Sessions)-1]
		}
	case 6: // everything in the last session
		if st.Lost {
			e.forgetLost()
			break
		}
		if st.openTracks() == 0 && len(st.Sessions) > 0 {
			st.Sessions = st.Sessions[:len(st.Sessions)-1]
		}
		e.dropTracks(len(st.Tracks) - st.openTracks())
	}
	if err := e.disc.eraseThen(); err != nil {
		return e.broke(err)
	}
	return senseGood
}

// dropTracks erases all tracks but the first n.
func (e *eraser) dropTracks(n int) {
	st := &e.disc.st
	for i := n; i < len(st.Tracks); i++ {
		e.forget(&st.Tracks[i])
	}
	st.Tracks = st.Tracks[:n]
}

// forget drops the sectors of a track; they are erased once the state is saved.
func (e *eraser) forget(t *Track) {
	st := &e.disc.st
	st.Erasing = append(st.Erasing, span{From: t.Start - toc.LBA(t.Pregap), End: t.End()})
}

// forgetLost drops a session-at-once that was cut short.
func (e *eraser) forgetLost() {
	st := &e.disc.st
	if st.Lost {
		st.Lost = false
		st.Erasing = append(st.Erasing, span{From: st.lostFrom(), End: storeEnd})
	}
}
