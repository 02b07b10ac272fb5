package extract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ScanOptions are the options of Scan. The zero value and nil are valid.
type ScanOptions struct {
	Reader inspect.ReaderOptions // patience and attentions; Offset and Skip are ignored
	// OnProgress is called before each track.
	OnProgress func(track, tracks int)
}

// Scan determines what the disc contains besides its samples. on is a Look of it, on
// which Settle may have been called to separate run-out from music.
//
// The error reports the end of the conversation only: the context's error,
// inspect.ErrNoDrive, a drive that is gone (inspect.Gone) and one without a disc. A question
// that the drive doesn't answer leaves its fact unknown.
func Scan(ctx context.Context, d *mmc.Drive, on disc.Disc, o *ScanOptions) (rip.Layout, error) {
	if d == nil {
		return rip.Layout{}, inspect.ErrNoDrive
	}
	if o == nil {
		o = &ScanOptions{}
	}
	s := &scanner{
		d: d, o: o, layout: rip.Layout{Disc: on},
		asker: inspect.Asker{Drive: d, Patience: o.Reader.Patience, OnWait: o.Reader.OnWait, OnAttention: o.Reader.OnAttention},
	}
	err := s.run(ctx)
	return s.layout, err
}

// scanner is one scan.
type scanner struct {
	d      *mmc.Drive
	o      *ScanOptions
	asker  inspect.Asker
	q      *inspect.SubQ // nil if the drive returns no Q
	layout rip.Layout
	mcns   tally[toc.MCN]
	// searched reports that all of Q was read at the start of some track.
	searched bool
}

func (s *scanner) run(ctx context.Context) error {
	l := &s.layout
	for _, t := range audioTracks(&l.Disc) {
		l.Tracks = append(l.Tracks, rip.Track{Track: t, Next: t.End(), Flags: reported(t.Control)})
	}
	s.bounds()
	if err := s.text(ctx); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	for i := range l.Tracks {
		if s.o.OnProgress != nil {
			s.o.OnProgress(i+1, len(l.Tracks))
		}
		for _, step := range []func(context.Context, int) error{s.head, s.changes} {
			if err := step(ctx, i); err != nil {
				return err
			}
		}
	}
	return s.mcn(ctx)
}

// bounds determines where each track's part of the disc ends.
func (s *scanner) bounds() {
	l := &s.layout
	for i := range l.Tracks {
		t := &l.Tracks[i]
		t.Pause = unknown[toc.Sectors](disc.ErrNotAsked)
		if i == 0 && t.Number == 1 && t.Session <= 1 {
			t.Pause = reported(toc.Sectors(t.Start) + toc.PregapSectors)
		}
		switch leadOut, ok := inspect.LeadOut(&l.Disc, t.Session); {
		case l.Joined(i):
			t.Next = max(t.Next, l.Tracks[i+1].Start)
		case ok && t.Number == lastOf(&l.Disc, t.Session):
			t.Next = max(t.Next, leadOut)
		}
	}
}

// lastOf returns the last track of a session.
func lastOf(d *disc.Disc, session int) (last int) {
	for _, t := range d.Tracks {
		if t.Session == session {
			last = max(last, t.Number)
		}
	}
	return last
}

// ends reports whether an answer ends the conversation rather than leaving one fact
// unknown.
func (s *scanner) ends(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		inspect.Gone(err) || errors.Is(err, asc.FamilyMediumNotPresent))
}

// text asks for CD-TEXT. A refusal means "none" only if the drive claims to read it:
// others refuse the format itself.
func (s *scanner) text(ctx context.Context) error {
	var packs []byte
	err := s.asker.Ask(ctx, func(ctx context.Context) error {
		text, err := command.ReadCDText{}.Do(ctx, s.d.Transport())
		packs = text.Packs
		return err
	})
	fact := &s.layout.Text
	switch {
	case s.ends(ctx, err):
		return err
	case err == nil:
		*fact = reported(packs)
	case errors.Is(err, scsi.KeyIllegalRequest) && s.claimsText(ctx):
		*fact = reported([]byte(nil))
	default:
		*fact = unknown[[]byte](err)
	}
	return nil
}

// claimsText reports whether feature 001Eh claims that the drive reads CD-TEXT.
func (s *scanner) claimsText(ctx context.Context) bool {
	claims := false
	err := s.asker.Ask(ctx, func(ctx context.Context) (err error) {
		claims, err = unit.ReadsCDText(ctx, s.d)
		return err
	})
	return err == nil && claims
}

// open determines the form of Q.
func (s *scanner) open(ctx context.Context) error {
	q, err := inspect.OpenSubQ(ctx, s.d, s.layout.Disc, &s.o.Reader)
	if s.ends(ctx, err) {
		return err
	}
	if err != nil {
		s.layout.NoQ = err
		return nil
	}
	s.q = q
	return nil
}

// read reads Q. An unreadable place has no frames; other errors end the use of Q: a drive
// that stops answering READ CD with sub-channel is not asked again.
func (s *scanner) read(ctx context.Context, lba toc.LBA, n int) ([]inspect.QFrame, error) {
	if s.q == nil {
		return nil, nil
	}
	frames, err := s.q.Read(ctx, lba, n)
	switch {
	case s.ends(ctx, err):
		return nil, err
	case err != nil && !inspect.Unreadable(err):
		s.q, s.layout.NoQ = nil, err
		return nil, nil
	}
	return frames, nil
}

// headSectors is how much of each track is read for its codes: MCN and ISRC occur at
// least once in 100 sectors (IEC 60908 17.5).
const headSectors = 100

// head reads the beginning of a track for its codes and flags.
func (s *scanner) head(ctx context.Context, i int) error {
	t := &s.layout.Tracks[i]
	frames, err := s.read(ctx, t.Start, int(min(headSectors, t.Sectors)))
	if err != nil {
		return err
	}
	var isrcs tally[toc.ISRC]
	controls := map[toc.Control]int{}
	checked := 0
	for _, f := range frames {
		if f.LBA < t.Start {
			continue
		}
		switch {
		case f.ADR == command.ADRMCN && f.MCN != "":
			s.mcns.add(f.MCN, f.Checked)
		case f.ADR == command.ADRISRC && f.ISRC != "":
			isrcs.add(f.ISRC, f.Checked)
		case f.ADR == command.ADRPosition && f.Track == t.Number:
			controls[f.Control]++
		}
		if f.Checked {
			checked++
		}
	}
	flags(t, controls, checked, s.layout.NoQ)
	// The codes were searched everywhere except in a few scratches: a code that wasn't
	// found isn't on the disc.
	complete := checked >= headSectors-5
	s.searched = s.searched || complete
	return s.isrc(ctx, t, &isrcs, complete)
}

// flags decides the control nibble and SCMS.
func flags(t *rip.Track, controls map[toc.Control]int, checked int, noQ error) {
	sum, best := 0, t.Control
	for _, c := range slices.Sorted(maps.Keys(controls)) {
		n := controls[c]
		if sum += n; n > controls[best] {
			best = c
		}
	}
	if sum == 0 {
		t.SCMS = unknown[bool](noQ)
		return
	}
	// The copy bit changes every four sectors; a few wrong bits don't qualify.
	set, clear := 0, 0
	for c, n := range controls {
		if c&toc.CopyPermitted != 0 {
			set += n
		} else {
			clear += n
		}
	}
	alternates := set > sum/4 && clear > sum/4
	t.SCMS = reported(alternates)
	if alternates {
		return // the bit that permits copying is the one that alternates
	}
	if best != t.Control && checked > 0 && best.Audio() {
		t.Flags = contradicted(best, fmt.Errorf("the table of contents reports %v for track %d, the Q sub-channel %v: %w",
			t.Control, t.Number, best, inspect.ErrContradiction))
	}
}
