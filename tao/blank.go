package tao

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// blankTimeout is longer than a whole disc at 1x.
const blankTimeout = 5 * time.Hour

// blankLag is how long drives may go on showing the old tracks after a BLANK that
// has ended.
const blankLag = 10 * time.Second

// Blank erases a CD-RW (IDiscFormat2Erase): mmc.BlankMinimal takes away the
// directory in a minute or two, mmc.BlankDisc everything, in as long as writing it
// takes. The other types are for whoever knows them; drives know few. opts may be
// nil; Speed, ClientName, Eject, OnEvent, KeepAwake and Hurry matter.
//
// It can't be cancelled once the laser is on. The error matches ErrNotErasable for
// a disc that is no CD-RW.
func Blank(ctx context.Context, d *mmc.Drive, kind mmc.BlankType, opts *Options) error {
	o := resolve(opts)
	if o.ClientName == "" {
		o.ClientName = DefaultClientName
	}
	if d == nil {
		_, err := finishWith(o, Report{Version: ReportVersion}, fail(PhaseBlank, 0, 0, ErrNoRecorder))
		return err
	}
	s := newSession(ctx, d, o)
	err := s.seize(ctx)
	if err == nil {
		err = fail(PhaseBlank, 0, 0, s.erase(ctx, kind))
	}
	_, err = s.conclude(err)
	return err
}

// erase sends BLANK and waits until the disc is blank.
func (s *session) erase(ctx context.Context, kind mmc.BlankType) error {
	media, err := s.d.MediaType(ctx)
	if err != nil {
		return err
	}
	if media != mmc.MediaCDRW {
		return wrongf(ErrNotErasable, "this is a %v: only a CD-RW can be erased", media)
	}
	if err := s.chooseSpeed(ctx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return cancelled(ctx)
	}
	s.m.expect(closeWork)
	s.m.phase(PhaseBlank, ActionFinishing, closeWork)
	err = mmc.Blank{Type: kind, Immed: true}.Do(s.calm, s.t)
	if err != nil {
		return err
	}
	if err := s.idle(blankTimeout); err != nil {
		return err
	}
	if kind != mmc.BlankDisc && kind != mmc.BlankMinimal {
		return nil
	}
	return s.untilBlank()
}

// untilBlank waits until disc information says so.
func (s *session) untilBlank() error {
	for deadline := s.clock.Now().Add(blankLag); ; {
		info, err := mmc.ReadDiscInformation{}.Do(s.calm, s.t)
		switch {
		case err == nil && info.Status == mmc.DiscEmpty:
			return nil
		case err != nil && !notReady(err) && !errors.Is(err, scsi.KeyUnitAttention):
			return err
		case s.clock.Now().After(deadline):
			return join(fmt.Errorf("the drive doesn't show the disc as blank: %w", ErrUnconfirmed), ErrUnconfirmed)
		}
		if err := s.clock.Sleep(s.hurry, closePoll); err != nil {
			return err
		}
		s.m.tick()
	}
}
