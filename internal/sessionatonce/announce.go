package sessionatonce

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/leadin"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/toc"
)

// announce sends the cue sheet in the first form that the drive accepts, and returns the
// lead-in to write. It writes nothing: after an error the disc is blank.
func (m method) announce(ctx context.Context, j *engine.Job, s cuesheet.Session) (*engine.LeadIn, error) {
	s, err := fitted(j, s)
	if err != nil {
		return nil, err
	}
	leadIn, address, why, err := m.leadIn(ctx, j)
	if err != nil {
		return nil, err
	}
	if leadIn != nil {
		refused, err := offerAll(ctx, j, s, func(s cuesheet.Session) []cuesheet.Variant { return s.Variants(true, address) })
		if err != nil || refused == nil {
			return leadIn, err
		}
		why = refused
	}
	// A sheet without the text shows whether the drive refused the text.
	refused, err := offerAll(ctx, j, s, func(s cuesheet.Session) []cuesheet.Variant { return s.Variants(false, toc.MSF{}) })
	switch {
	case err != nil:
		return nil, err
	case refused != nil && beyond(j, s):
		return nil, engine.Name(refused, burn.ErrNoSpace)
	case refused != nil:
		return nil, engine.Name(refused, burn.ErrNoSAO)
	case why != nil && m.required:
		return nil, engine.Name(why, burn.ErrNoText)
	case why != nil:
		j.Note(burn.Note{Kind: notekind.TextDropped, Cause: burn.Cause{Err: why}})
	}
	return nil, nil
}

// beyond reports whether a session ends past the rated capacity of the disc. A refused sheet
// then proves nothing about session-at-once.
func beyond(j *engine.Job, s cuesheet.Session) bool {
	layout, err := s.Layout()
	next := j.Before.Next.Value
	return err == nil && layout.LeadOut > next.NWA+toc.LBA(next.Free)
}

// offerAll sends the sheet in each form, and then without index marks. Many players don't
// show them, and they are not worth losing titles or joins.
func offerAll(ctx context.Context, j *engine.Job, s cuesheet.Session, forms func(cuesheet.Session) []cuesheet.Variant) (refused, err error) {
	refused, err = offer(ctx, j, s, forms(s))
	if err != nil || refused == nil {
		return refused, err
	}
	bare := s
	bare.Tracks = slices.Clone(s.Tracks)
	if !bare.Drop(cuesheet.Indexes) {
		return refused, nil
	}
	again, err := offer(ctx, j, bare, forms(bare))
	if err == nil && again == nil {
		j.Note(burn.Note{Kind: notekind.IndexesLeft, Cause: burn.Cause{Err: refused}})
	}
	return again, err
}

// fitted leaves out what exceeds the drive's limit for a cue sheet.
func fitted(j *engine.Job, s cuesheet.Session) (cuesheet.Session, error) {
	limit := j.Can.SheetLimit
	fit, left, err := s.Fit(limit)
	if err != nil {
		return s, named(err)
	}
	for _, part := range left {
		kind := notekind.IndexesLeft
		if part == cuesheet.ISRCs {
			kind = notekind.ISRCsLeft
		}
		j.Note(burn.Note{Kind: kind, Got: limit})
	}
	return fit, nil
}

// offer sends the sheet in one form after another until the drive accepts it. refused is the
// last refusal, or nil if a form was accepted; err is any other error.
func offer(ctx context.Context, j *engine.Job, s cuesheet.Session, forms []cuesheet.Variant) (refused, err error) {
	for i, v := range forms {
		if ctx.Err() != nil {
			return nil, engine.Canceled(ctx)
		}
		sheet, err := s.CueSheet(v)
		if err != nil {
			return nil, named(err)
		}
		if err = j.Arm(ctx, page(j, s, v)); err == nil {
			err = j.Send(engine.StepCueSheet, func(ctx context.Context, _ bool) error {
				return command.SendCueSheet{Sheet: sheet}.Do(ctx, j.Drive.Transport())
			})
		}
		if err == nil {
			return nil, nil
		}
		if engine.ClassOf(err) != engine.ClassRefused {
			return nil, err
		}
		refused = err
		j.Note(burn.Note{Kind: notekind.SheetRefused, Want: len(forms), Got: i + 1, Cause: burn.Cause{Err: err}})
	}
	return refused, nil
}

// Why CD-TEXT can't be written.
var (
	errNoSubcode = errors.New("the drive doesn't record the sub-channel of the lead-in")
	errNoLeadIn  = errors.New("the drive doesn't report where the lead-in starts")
	errNotFirst  = errors.New("CD-TEXT has to be in the first session of a disc")
)

// leadIn returns the lead-in with the CD-TEXT, and its address; nil if the drive generates
// the lead-in. why is the reason if the CD-TEXT can't be written.
func (m method) leadIn(ctx context.Context, j *engine.Job) (l *engine.LeadIn, address toc.MSF, why, err error) {
	if len(m.packs) == 0 {
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
		ring, err := leadin.New(m.packs)
		if err != nil {
			return nil, toc.MSF{}, nil, engine.Name(err, burn.ErrBadInput)
		}
		at := address.LBA()
		return &engine.LeadIn{Start: at, Size: toc.Sectors(-toc.PregapSectors - toc.Sectors(at)), Read: ring.Read}, address, nil, nil
	}
	if m.required {
		return nil, toc.MSF{}, nil, engine.Name(why, burn.ErrNoText)
	}
	return nil, toc.MSF{}, why, nil
}

// leadInStart returns where the lead-in of a blank disc starts: from disc information, or
// else from the ATIP. cdrdao and AccuDisc use the former, libburn and cdrecord the
// latter.
func leadInStart(ctx context.Context, j *engine.Job) (toc.MSF, bool) {
	if info, err := j.DiscInformation(ctx); err == nil && info.LastLeadInValid {
		if address, ok := cuesheet.LeadInStart(info.LastLeadIn); ok {
			return address, true
		}
	}
	if !j.Before.ATIP.Known() {
		return toc.MSF{}, false
	}
	return cuesheet.LeadInStart(j.Before.ATIP.Value.LeadIn)
}

// compareText reads the CD-TEXT back. Several drives return it only after the disc was
// reloaded (Pioneer BDR-UD04), so missing text is only noted.
func (m method) compareText(j *engine.Job) {
	var text command.CDText
	err := j.Ask(j.Calm(), func(ctx context.Context) (err error) {
		text, err = command.ReadCDText{}.Do(ctx, j.Drive.Transport())
		return err
	})
	switch {
	case err != nil || len(text.Packs) == 0:
		j.Note(burn.Note{Kind: notekind.TextUnseen, Cause: burn.Cause{Err: err}})
	case !samePacks(m.packs, text.Packs):
		j.Note(burn.Note{Kind: notekind.TextDiffers, Want: len(m.packs) / cdtext.PackSize, Got: len(text.Packs) / cdtext.PackSize})
	}
}

// samePacks compares packs. A checksum of 0 is accepted: PX-W5224TA and PX-716A drop that of
// the last pack.
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
