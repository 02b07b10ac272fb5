package sessionatonce

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/leadin"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// method is session-at-once:
//
//	page 05h -> SEND CUE SHEET, in the form that the drive accepts -> [lead-in with CD-TEXT]
//	-> 150 sectors of silence from LBA -150 -> all tracks in one stream -> SYNCHRONIZE CACHE
//	-> what does the disc show?
//
// Until the first WRITE the drive may refuse any command, and the disc stays as it was. After
// it the burn can't be undone: a session that is cut short can't be read.
type method struct {
	packs    []byte // the CD-TEXT
	required bool   // a drive that can't write CD-TEXT is an error
}

// Method returns session-at-once with this CD-TEXT, as returned by cdtext.Encode: empty for none.
// If it is required, a drive that can't write it is an error (burn.ErrNoText) before anything is
// written.
func Method(packs []byte, required bool) engine.Method { return method{packs, required} }

// Abilities returns what the drive can do session-at-once. The error matches burn.ErrNoSAO
// if it doesn't support session-at-once, and burn.ErrNoText if it doesn't support CD-TEXT
// and CD-TEXT is required.
func (m method) Abilities(ctx context.Context, d *mmc.Drive) (engine.Abilities, error) {
	can, err := unit.CanSAO(ctx, d)
	switch {
	case err != nil:
		return engine.Abilities{}, err
	case !can.Supported:
		return engine.Abilities{}, burn.ErrNoSAO
	case m.required && !can.RWSubcode:
		return engine.Abilities{}, burn.ErrNoText
	}
	return engine.Abilities{
		BUF: can.BUF, TestWrite: can.TestWrite, CDRW: can.CDRW, Text: can.RWSubcode, SheetLimit: can.MaxCueSheet,
	}, nil
}

// Parameters returns mode page 05h for session-at-once. The cue sheet contains ISRCs and
// control bits.
func (method) Parameters(j *engine.Job, _ toc.TrackInfo) command.WriteParameters {
	return page(j, cuesheet.Session{MCN: j.Options.MCN}, cuesheet.Variant{})
}

// page returns mode page 05h for a session in one of its forms.
func page(j *engine.Job, s cuesheet.Session, v cuesheet.Variant) command.WriteParameters {
	p := s.WriteParameters(v, engine.Sessions(j.Options), j.Options.TestWrite)
	p.BUFE = j.BUFE()
	return p
}

// Continuous returns true: the tracks are one stream.
func (method) Continuous() bool { return true }

// Place puts the tracks one after the other, with the requested pauses, and checks that the
// lead-out fits.
func (m method) Place(p *burn.Plan, tracks []burn.Track, o *burn.Options) error {
	if o.NoClose {
		return engine.Name(errors.New("session-at-once closes its session with the last track"), burn.ErrNoFeature)
	}
	if p.Append && !p.NewSession {
		return ErrSessionOpen
	}
	if len(m.packs) > 0 {
		if _, err := leadin.New(m.packs); err != nil {
			return named(err)
		}
	}
	next := p.Disc.Next.Value
	s := session(tracks, o.MCN, max(next.Track, 1), start(p.Append, next.NWA))
	layout, err := s.Layout()
	if err != nil {
		return named(err)
	}
	for i := range p.Tracks {
		p.Tracks[i].Number = s.Number(i)
		p.Tracks[i].Pause = s.Tracks[i].Pregap
		p.Tracks[i].Length = p.Tracks[i].Sectors()
		if i == 0 {
			p.Tracks[i].Pause = 0 // every disc has this pause
			p.Tracks[i].Length -= tracks[i].Pregap
		}
		if i+1 < len(tracks) {
			p.Tracks[i].Length -= tracks[i+1].Pregap
		}
	}
	for _, mark := range layout.Marks {
		if mark.Index == 1 {
			p.Tracks[mark.Track-s.Number(0)].Start = mark.Start
		}
	}
	p.Mode, p.Text, p.Reserve = burn.ModeSAO, len(m.packs) > 0 && !p.Append, false
	need := toc.Sectors(layout.LeadOut)
	if p.Append {
		need = layout.Sectors()
	}
	m.remark(p, o)
	err = engine.Fit(p, need, next.Free)
	if o.Overburn && errors.Is(err, burn.ErrNoSpace) {
		p.Notes = append(p.Notes, burn.Note{Kind: notekind.Overburn, Want: int(need), Got: int(next.Free)})
		return nil
	}
	return err
}

// remark notes options that have no effect.
func (method) remark(p *burn.Plan, o *burn.Options) {
	if o.Reserve == burn.ReserveAlways {
		p.Notes = append(p.Notes, burn.Note{Kind: notekind.NoReserve})
	}
	if o.CloseOnCancel {
		p.Notes = append(p.Notes, burn.Note{Kind: notekind.NoCloseCut})
	}
}

// ErrSessionOpen reports a disc whose session was started track-at-once and must be closed
// (tao.CloseDisc) before another can be written session-at-once. It matches burn.ErrNoSAO too.
var ErrSessionOpen = engine.Name(errors.New("a session with tracks is open on the disc, and session-at-once needs one of its own"), burn.ErrNoSAO)

// start returns the address of index 1 of the first track if no audio is hidden before it.
// On a disc that already holds a session, the pregap begins at the next writable address
// (cdrecord).
func start(appended bool, nwa toc.LBA) toc.LBA {
	if !appended {
		return 0
	}
	return nwa + toc.PregapSectors
}

// session makes the Session of tracks.
func session(tracks []burn.Track, mcn toc.MCN, first int, start toc.LBA) cuesheet.Session {
	s := cuesheet.Session{First: first, MCN: mcn, Start: start}
	for i, t := range tracks {
		pregap, length := t.Pause+t.Pregap, placing.Raise(toc.Sectors(pcm.Sectors(t.Source)))
		if i == 0 {
			length -= t.Pregap
			pregap += toc.PregapSectors
		}
		if i+1 < len(tracks) {
			length -= tracks[i+1].Pregap
		}
		s.Tracks = append(s.Tracks, cuesheet.Track{
			Control: t.Control, SCMS: t.SCMS, ISRC: t.ISRC, Pregap: pregap, Length: length, Indexes: t.Indexes,
		})
	}
	return s
}

// named adds burn's sentinel to an error about a session.
func named(err error) error {
	switch {
	case errors.Is(err, placing.ErrTrackCount):
		return engine.Name(err, burn.ErrTrackLimit)
	case errors.Is(err, cuesheet.ErrSheetSize):
		return engine.Name(err, burn.ErrDoesNotFit)
	}
	return engine.Name(err, burn.ErrBadInput)
}

// Begin sends the cue sheet before the first track, which determines the addresses of all
// tracks. Before the other tracks it sends nothing.
func (m method) Begin(ctx context.Context, j *engine.Job, t *engine.Task) error {
	if len(j.Tasks) > 0 {
		return nil
	}
	t.Number = j.NextNumber()
	tracks := make([]burn.Track, len(j.List))
	for i, t := range j.List {
		tracks[i] = t.Track
	}
	s := session(tracks, j.Options.MCN, t.Number, start(!j.Blank(), j.Before.Next.Value.NWA))
	leadIn, err := m.announce(ctx, j, s)
	if err != nil {
		return err
	}
	t.LeadIn = leadIn
	return locate(s, j.List)
}

// locate sets the addresses of the tracks, and checks that the stream ends at the lead-out
// of the sheet.
func locate(s cuesheet.Session, list []*engine.Task) error {
	layout, err := s.Layout()
	if err != nil {
		return named(err)
	}
	at := layout.Marks[0].Start
	for i, t := range list {
		t.Number = s.Number(i)
		t.Ahead = t.Pause
		if i == 0 {
			t.Ahead += toc.PregapSectors
			t.Hidden = t.Pregap
		}
		if i+1 < len(list) {
			t.Tail = list[i+1].Pregap
		}
		t.Start = at + toc.LBA(t.Ahead)
		at = t.Start + toc.LBA(t.Sectors())
	}
	if at != layout.LeadOut {
		return fmt.Errorf("%w: the stream ends at LBA %d, and the sheet at %d", cuesheet.ErrInvalid, at, layout.LeadOut)
	}
	return nil
}

// End ends the session with its last track: SYNCHRONIZE CACHE writes the rest of lead-in
// and lead-out. It also stops the laser after a failure; the disc is inspected
// afterwards.
func (method) End(j *engine.Job, t *engine.Task, cause error) error {
	if cause == nil && !j.Last(t) {
		return nil
	}
	driveErr := j.Flush()
	if cause == nil {
		t.EndErr = driveErr // the disc decides
		return nil
	}
	if j.Silent() {
		return driveErr
	}
	return nil
}

// againSettle is how long disc information may show the session as open before the flush
// is sent again.
const againSettle = 20 * time.Second

// Close waits until the drive shows the session closed, and compares the CD-TEXT. The
// error is what the drive reported at the end of the stream.
func (m method) Close(j *engine.Job) error {
	driveErr := j.Tasks[len(j.Tasks)-1].EndErr
	if engine.Hurried(driveErr) {
		return driveErr
	}
	closed, err := j.Settled(againSettle)
	if err == nil && !closed && !j.Silent() {
		// The drive is idle and the session still open: perhaps a flush was answered but
		// not carried out. The whole stream was sent, so another flush is harmless.
		driveErr = errors.Join(driveErr, j.Flush())
		closed, err = j.Settled(engine.CloseSettle)
	}
	if closed && j.Tasks[0].LeadIn != nil {
		m.compareText(j)
	}
	return errors.Join(driveErr, err)
}
