package tao

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// closeSettle is how long disc information may go on showing the session as open
// when the drive doesn't say that it is busy: some return from CLOSE too early (old
// Mitsumi and Sony drives), and at 1x lead-in and lead-out take 150 seconds.
const closeSettle = 240 * time.Second

// closePoll is how often it is looked at meanwhile.
const closePoll = eventEvery

// closeSession writes lead-in and lead-out. Page 05h is sent again before: its
// multi-session bits decide whether another session may follow. The end is told by
// disc information alone.
func (s *session) closeSession() error {
	s.m.phase(PhaseClose, ActionFinishing, closeWork)
	began := s.clock.Now()
	defer func() { s.rep.Closing += s.clock.Now().Sub(began) }()
	if err := s.ready(s.hurry, readyTimeout); err != nil {
		return fail(PhaseClose, 0, 0, err)
	}
	if err := s.setParameters(s.calm, toc.TrackInfo{}); err != nil {
		return fail(PhaseClose, 0, 0, err)
	}
	err := mmc.CloseTrackSession{Function: mmc.CloseSession, Immed: true}.Do(s.calm, s.t)
	if errors.Is(err, scsi.CodeInvalidFieldInCDB) {
		err = mmc.CloseTrackSession{Function: mmc.CloseSession}.Do(s.calm, s.t)
	}
	if err == nil {
		err = s.idle(flushTimeout)
	}
	if err != nil {
		s.lost = s.lost || gone(err)
		return fail(PhaseClose, 0, 0, err)
	}
	return s.settled(began)
}

// settled waits until disc information shows the session closed. A drive that goes
// on showing it open isn't an error yet: confirm looks closer.
func (s *session) settled(began time.Time) error {
	for deadline := s.clock.Now().Add(closeSettle); ; {
		info, err := mmc.ReadDiscInformation{}.Do(s.calm, s.t)
		if err != nil && !notReady(err) && !errors.Is(err, scsi.KeyUnitAttention) {
			s.lost = s.lost || gone(err)
			return fail(PhaseClose, 0, 0, err)
		}
		if err == nil && s.showsClosed(info) {
			s.m.send(SessionClosed{Elapsed: s.clock.Now().Sub(began), Appendable: info.Status == mmc.DiscIncomplete})
			return nil
		}
		if !s.clock.Now().Before(deadline) {
			return nil
		}
		if err := s.clock.Sleep(s.hurry, closePoll); err != nil {
			return fail(PhaseClose, 0, 0, join(errHurried, err, ErrUnconfirmed))
		}
		s.m.tick()
	}
}

// showsClosed reports whether disc information shows the session of this burn as
// closed in the way that was asked for.
func (s *session) showsClosed(info mmc.DiscInformation) bool {
	if s.o.closeKind() == CloseMulti {
		return info.Status == mmc.DiscIncomplete &&
			(info.LastSession == mmc.SessionEmpty || info.LastSession == mmc.SessionComplete)
	}
	return info.Status == mmc.DiscFinalized
}

// confirm holds what the drive shows against what was written: disc information
// and table of contents. Many drives keep the old ones until the disc is looked at
// anew, so that a difference is only believed after stop and start, and then after
// a reload where the mechanism can do that. A disc that is still blank then holds
// nothing; any other difference that stays is ErrUnconfirmed.
func (s *session) confirm() error {
	s.m.phase(PhaseConfirm, ActionFinishing, 0)
	s.guard = false // a reload brings unit attentions of its own
	why, err := s.compare()
	if len(why) == 0 {
		return fail(PhaseConfirm, 0, 0, err)
	}
	s.warn("the drive still shows the disc as it was before (%s): looking again", why[0])
	refresh := []struct {
		how string
		do  func(context.Context) error
	}{{"stop and start", s.d.RefreshByStop}, {"reload", s.reload}}
	looked := false
	for _, r := range refresh {
		if err := r.do(s.calm); err != nil {
			if s.lost = gone(err) && !errors.Is(err, mmc.ErrCannotLoad); s.lost {
				return fail(PhaseConfirm, 0, 0, join(err, ErrUnconfirmed))
			}
			why = append(why, fmt.Sprintf("%s: %v", r.how, err))
			continue
		}
		looked = true
		if why, err = s.compare(); len(why) == 0 {
			return fail(PhaseConfirm, 0, 0, err)
		}
	}
	if looked && s.blank {
		return fail(PhaseConfirm, 0, 0, wrongf(ErrTrackMissing, "the disc is still blank although the drive took everything"))
	}
	return fail(PhaseConfirm, 0, 0, wrongf(ErrUnconfirmed, "%v (%s)", ErrUnconfirmed, strings.Join(why, "; ")))
}

// reload ejects the disc and loads it again. The tray has to be free for that.
func (s *session) reload(ctx context.Context) error {
	if err := s.unlockTray(); err != nil {
		return err
	}
	if err := s.d.Reload(ctx); err != nil {
		return err
	}
	if err := s.d.Lock(ctx); err != nil && !refused(err) {
		return err
	}
	return nil
}

// compare says what differs; an empty list with an error means that it makes no
// sense to look again.
func (s *session) compare() ([]string, error) {
	info, err := mmc.ReadDiscInformation{}.Do(s.calm, s.t)
	if err != nil {
		if gone(err) {
			s.lost = true
			return nil, join(err, ErrUnconfirmed)
		}
		return []string{err.Error()}, nil
	}
	if s.blank = info.Status == mmc.DiscEmpty; s.blank {
		return []string{"the disc is blank"}, nil
	}
	if !s.showsClosed(info) {
		return []string{fmt.Sprintf("the disc is %v, its last session %v", info.Status, info.LastSession)}, nil
	}
	s.closed = true
	s.rep.Closed, s.rep.Appendable = true, info.Status == mmc.DiscIncomplete
	table, err := mmc.ReadTOC{}.Do(s.calm, s.t)
	if err != nil {
		return []string{err.Error()}, nil
	}
	return s.compareTOC(table), nil
}

// compareTOC holds a table of contents against the tracks of this session. Of those
// that were there before (CloseDisc) only what the drive shows is known, and some
// show where the pregap starts.
func (s *session) compareTOC(table toc.TOC) []string {
	var why []string
	end := toc.LBA(0)
	for _, l := range s.laid {
		e, ok := table.Track(l.number)
		switch {
		case !ok:
			why = append(why, fmt.Sprintf("track %d isn't in the table of contents", l.number))
		case e.Start != l.start && !(l.row < 0 && e.Start == l.start+toc.PregapSectors):
			why = append(why, fmt.Sprintf("track %d begins at LBA %d instead of %d", l.number, e.Start, l.start))
		case !e.Control.Audio():
			why = append(why, fmt.Sprintf("track %d is a data track", l.number))
		case e.Control != l.control && l.row >= 0:
			row := &s.rep.Tracks[l.row]
			row.Notes = append(row.Notes, fmt.Sprintf("recorded as %v instead of %v", e.Control, l.control))
		}
		end = max(end, l.start+toc.LBA(l.sectors))
	}
	if len(why) > 0 {
		return why
	}
	if table.LeadOut < end {
		return []string{fmt.Sprintf("the lead-out begins at LBA %d, in front of the end of the last track at %d", table.LeadOut, end)}
	}
	s.rep.LeadOut = table.LeadOut
	return nil
}
