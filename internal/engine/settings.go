package engine

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/unit"
)

// settings is mode page 05h for the WRITEs of a track.
type settings struct {
	sent  command.WriteParameters
	kept  command.WriteParameters // as the drive returned it
	known bool                    // kept is valid
}

// codesLost returns which of MCN and ISRC the drive dropped from its page. On some drives the
// page is too short for them.
func (s *settings) codesLost() (kinds []burn.NoteKind) {
	if s.sent.MCN != "" && s.kept.MCN != s.sent.MCN {
		kinds = append(kinds, notekind.MCNNotKept)
	}
	if s.sent.ISRC != "" && s.kept.ISRC != s.sent.ISRC {
		kinds = append(kinds, notekind.ISRCNotKept)
	}
	return kinds
}

// lost asks for mode page 05h and reports whether it is no longer as set for this track.
// known is false if the drive doesn't return the page.
//
// A drive reports a reset once, in reply to the next command. If the operating system or
// another program sent that command, the burn only sees a refused WRITE: 5/64/00, 5/2C/00,
// 5/24/00 or 5/26/xx. The same applies if another program changes the page (6/2A/01).
func (s *settings) lost(j *Job) (lost, known bool) {
	if !s.known {
		return false, false
	}
	var now command.WriteParameters
	err := j.Ask(j.calm, func(context.Context) (err error) {
		now, err = unit.WriteParameters(j.calm, j.Drive)
		return err
	})
	if err != nil {
		return false, false
	}
	want := s.kept
	return now.WriteType != want.WriteType || now.TestWrite != want.TestWrite || now.DataBlockType != want.DataBlockType ||
		now.Control != want.Control || now.BUFE != want.BUFE || now.MultiSession != want.MultiSession, true
}

// restore sends mode page 05h again if the drive has lost it. A WRITE that the drive did not
// accept can then be sent again. why is the reply to the WRITE. The error is nil if the drive
// has the page. A session that is one stream can't continue, because the drive has also lost
// its cue sheet.
func (p *writeLoop) restore(t *Task, cmd command.Write10, why error) error {
	lost, known := p.j.set.lost(p.j)
	switch {
	case !lost && (known || !errors.Is(why, asc.FamilyReset)):
		return nil
	case p.j.method.Continuous():
		return Name(why, burn.ErrSettingsLost)
	}
	if err := p.j.Arm(p.j.calm, p.j.set.sent); err != nil {
		return Name(orNil(false, why, err), burn.ErrSettingsLost)
	}
	p.j.hold.lost = true
	if err := p.j.hold.lock(p.j.calm); err != nil {
		p.j.Note(burn.Note{Kind: notekind.NoTrayLock, Cause: burn.Cause{Err: err}})
	}
	p.j.TrackNote(t, burn.Note{Kind: notekind.SettingsLost, Want: int(cmd.LBA), Cause: burn.Cause{Err: why}})
	return nil
}

// refused settles a WRITE that the drive refused. If the drive has lost its settings, the WRITE
// is handled as after the unit attention of a reset, and a nil error means that it must be
// sent again unless taken. Otherwise the refusal is final.
func (p *writeLoop) refused(t *Task, cmd command.Write10, why error) (taken bool, err error) {
	lost, known := p.j.set.lost(p.j)
	switch {
	case !known && errors.Is(why, asc.FamilyIllegalTrackMode) && t.Sent > 0:
		return false, Name(why, burn.ErrSettingsLost) // it has accepted the track's earlier sectors
	case !lost:
		return false, why
	}
	taken, err = p.askNWATwice(t, cmd, false)
	if err != nil {
		return false, Name(orNil(false, why, err), burn.ErrSettingsLost)
	}
	return taken, nil
}
