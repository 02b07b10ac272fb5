package sao

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// announce sends the cue sheet in the first form that the drive accepts, and gives the
// lead-in to be written. Nothing is written by it: after an error the disc is blank.
func (m Method) announce(ctx context.Context, j *burn.Job, s Session) (*burn.LeadIn, error) {
	s, err := fitted(j, s)
	if err != nil {
		return nil, err
	}
	leadIn, address, why, err := m.leadIn(ctx, j)
	if err != nil {
		return nil, err
	}
	if leadIn != nil {
		refused, err := offerAll(ctx, j, s, func(s Session) []Variant { return s.Variants(true, address) })
		if err != nil || refused == nil {
			return leadIn, err
		}
		why = refused
	}
	// Whether it was the text that the drive refused shows without it.
	refused, err := offerAll(ctx, j, s, func(s Session) []Variant { return s.Variants(false, toc.MSF{}) })
	switch {
	case err != nil:
		return nil, err
	case refused != nil && beyond(j, s):
		return nil, burn.Name(refused, burn.ErrNoSpace)
	case refused != nil:
		return nil, burn.Name(refused, burn.ErrNoSAO)
	case why != nil && m.NeedText:
		return nil, burn.Name(why, burn.ErrNoText)
	case why != nil:
		j.Note(burn.Note{Kind: burn.NoteTextDropped, Cause: burn.Cause{Err: why}})
	}
	return nil, nil
}

// beyond reports whether a session ends past the room that the disc names: then a refused
// sheet says nothing about session-at-once.
func beyond(j *burn.Job, s Session) bool {
	layout, err := s.Layout()
	next := j.Before.Next.Value
	return err == nil && layout.LeadOut > next.NWA+toc.LBA(next.Free)
}

// offerAll offers the sheet in each form, and then without index marks: many players don't
// even show them, and neither titles nor joins are to be lost for their sake.
func offerAll(ctx context.Context, j *burn.Job, s Session, forms func(Session) []Variant) (refused, err error) {
	refused, err = offer(ctx, j, s, forms(s))
	if err != nil || refused == nil {
		return refused, err
	}
	bare := s
	bare.Tracks = slices.Clone(s.Tracks)
	if !bare.drop(Indexes) {
		return refused, nil
	}
	again, err := offer(ctx, j, bare, forms(bare))
	if err == nil && again == nil {
		j.Note(burn.Note{Kind: burn.NoteIndexesLeft, Cause: burn.Cause{Err: refused}})
	}
	return again, err
}

// fitted leaves out what a short limit of the drive has no room for.
func fitted(j *burn.Job, s Session) (Session, error) {
	limit := j.Can.SheetLimit
	fit, left, err := s.Fit(limit)
	if err != nil {
		return s, named(err)
	}
	for _, part := range left {
		kind := burn.NoteIndexesLeft
		if part == ISRCs {
			kind = burn.NoteISRCsLeft
		}
		j.Note(burn.Note{Kind: kind, Got: limit})
	}
	return fit, nil
}

// offer sends the sheet in one form after the other. refused is the last refusal, nil if
// a form was accepted; err is anything else.
func offer(ctx context.Context, j *burn.Job, s Session, forms []Variant) (refused, err error) {
	for i, v := range forms {
		if ctx.Err() != nil {
			return nil, burn.Canceled(ctx)
		}
		sheet, err := s.CueSheet(v)
		if err != nil {
			return nil, named(err)
		}
		if err = j.Arm(ctx, page(j, s, v)); err == nil {
			err = j.Send(burn.StepCueSheet, func(ctx context.Context, _ bool) error {
				return mmc.SendCueSheet{Sheet: sheet}.Do(ctx, j.Drive.Transport())
			})
		}
		if err == nil {
			return nil, nil
		}
		if burn.ClassOf(err) != burn.ClassRefused {
			return nil, err
		}
		refused = err
		j.Note(burn.Note{Kind: burn.NoteSheetRefused, Want: len(forms), Got: i + 1, Cause: burn.Cause{Err: err}})
	}
	return refused, nil
}

// Why CD-TEXT can't be written.
var (
	errNoSubcode = errors.New("the drive doesn't record the sub-channel of the lead-in")
	errNoLeadIn  = errors.New("the drive doesn't report where the lead-in starts")
	errNotFirst  = errors.New("CD-TEXT has to be in the first session of a disc")
)

// leadIn is the lead-in with the CD-TEXT, and its address; nil where the drive makes it.
// why says why there is CD-TEXT and no lead-in for it.
func (m Method) leadIn(ctx context.Context, j *burn.Job) (l *burn.LeadIn, address toc.MSF, why, err error) {
	if len(m.Packs) == 0 {
		return nil, toc.MSF{}, nil, nil
	}
	address, ok := leadInStart(ctx, j)
	why = errNoLeadIn
	switch {
	case !j.Blank():
		why = errNotFirst
	case !j.Can.Text:
		why = errNoSubcode
	case ok:
		ring, err := cdtext.NewLeadIn(m.Packs)
		if err != nil {
			return nil, toc.MSF{}, nil, burn.Name(err, burn.ErrBadInput)
		}
		at := address.LBA()
		return &burn.LeadIn{Start: at, Size: toc.Sectors(-toc.PregapSectors - toc.Sectors(at)), Read: ring.Read}, address, nil, nil
	}
	if m.NeedText {
		return nil, toc.MSF{}, nil, burn.Name(why, burn.ErrNoText)
	}
	return nil, toc.MSF{}, why, nil
}

// leadInStart is where the lead-in of a blank disc starts: by disc information, or else by
// the ATIP. cdrdao and AccuDisc take the one, libburn and cdrecord the other.
func leadInStart(ctx context.Context, j *burn.Job) (toc.MSF, bool) {
	if info, err := j.DiscInformation(ctx); err == nil && info.LastLeadInValid {
		if address, ok := LeadInStart(info.LastLeadIn); ok {
			return address, true
		}
	}
	if !j.Before.ATIP.Known() {
		return toc.MSF{}, false
	}
	return LeadInStart(j.Before.ATIP.Value.LeadIn)
}

// compareText reads the CD-TEXT back. Drives that show it only after the disc was loaded
// anew are several (real-drives, Pioneer BDR-UD04), so that a missing one is a remark.
func (m Method) compareText(j *burn.Job) {
	var text mmc.CDText
	err := j.Ask(j.Calm(), func(ctx context.Context) (err error) {
		text, err = mmc.ReadCDText{}.Do(ctx, j.Drive.Transport())
		return err
	})
	switch {
	case err != nil || len(text.Packs) == 0:
		j.Note(burn.Note{Kind: burn.NoteTextUnseen, Cause: burn.Cause{Err: err}})
	case !samePacks(m.Packs, text.Packs):
		j.Note(burn.Note{Kind: burn.NoteTextDiffers, Want: len(m.Packs) / cdtext.PackSize, Got: len(text.Packs) / cdtext.PackSize})
	}
}

// samePacks compares packs. A checksum of 0 is one that the drive dropped (PX-W5224TA and
// PX-716A, in the last pack).
func samePacks(want, got []byte) bool {
	const sum = cdtext.PackSize - 2
	if len(want) != len(got) {
		return false
	}
	for ; len(want) > 0; want, got = want[cdtext.PackSize:], got[cdtext.PackSize:] {
		if !bytes.Equal(want[:sum], got[:sum]) {
			return false
		}
		if crc := got[sum:cdtext.PackSize]; !bytes.Equal(crc, want[sum:cdtext.PackSize]) && !bytes.Equal(crc, []byte{0, 0}) {
			return false
		}
	}
	return true
}
