package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// ErrNoFrames matches the reason of a pause or index that is unknown because Q can't be
// read there.
var ErrNoFrames = errors.New("the Q sub-channel can't be read there")

// place is a sector with its track and index from Q, as one number that never decreases
// along the disc: track * 100 + index.
type place struct {
	lba toc.LBA
	key int
}

// probeSectors is how many sectors are read to find the index at one address.
const probeSectors = 8

// change is where Q changes to another index. first is lower than at if the sectors
// before it have no position, because of a code or a scratch.
type change struct {
	at, first toc.LBA
	key       int
}

// search finds the changes within one track: from its start, according to the table of
// contents, to the start of the next.
type search struct {
	s       *scanner
	low     int // track * 100 + 1
	high    int // (track + 1) * 100, the pause of the next track; or the track's last index
	end     toc.LBA
	known   []place // ascending
	changes []change
}

// changes finds the index marks of track i, and the pause before the next track.
func (s *scanner) changes(ctx context.Context, i int) error {
	t := &s.layout.Tracks[i]
	follows := s.layout.Joined(i)
	keep := func(marks disc.Fact[[]toc.IndexMark], pause disc.Fact[toc.Sectors]) error {
		t.Indexes = marks
		if follows {
			s.layout.Tracks[i+1].Pause = pause
		}
		return nil
	}
	lost := func(err error) error {
		return keep(unknown[[]toc.IndexMark](err), unknown[toc.Sectors](err))
	}
	if s.q == nil {
		return lost(s.layout.NoQ)
	}
	f := &search{s: s, low: t.Number*100 + 1, high: t.Number*100 + 99, end: t.Next, known: []place{{t.Start, t.Number*100 + 1}}}
	if follows {
		f.high = (t.Number + 1) * 100
	}
	last, err := f.last(ctx, t.Start)
	switch {
	case err != nil:
		return err
	case s.q == nil:
		return lost(s.layout.NoQ)
	case last == nil:
		return lost(fmt.Errorf("at the end of track %d: %w", t.Number, ErrNoFrames))
	}
	if last.key == f.high && follows {
		// Two seconds are the most common pause by far.
		if err := f.probe(ctx, t.Next-toc.PregapSectors-probeSectors/2, t.Start, last.lba); err != nil {
			return err
		}
	}
	if err := f.find(ctx, f.known[0], *last); err != nil {
		return err
	}
	if s.q == nil {
		return lost(s.layout.NoQ)
	}
	return keep(f.result(t))
}

// maxHidden is how many sectors without a position, a tenth of a second, may lie before a
// change that is reported. Codes and single frames with a wrong CRC hide fewer.
const maxHidden = 8

// result turns the changes into a pause and marks. Those that more sectors hide are
// unknown, like an index of which nothing was seen.
func (f *search) result(t *rip.Track) (disc.Fact[[]toc.IndexMark], disc.Fact[toc.Sectors]) {
	var hidden error
	var marks []toc.IndexMark
	pause, index := reported(toc.Sectors(0)), f.low
	for _, c := range f.changes {
		at, isPause := settled(c, t.Next), c.key == f.high && c.key%100 == 0
		gone := c.at-c.first > maxHidden || c.at > c.first && !isPause && c.key > index+1
		index = c.key
		switch {
		case gone:
			hidden = fmt.Errorf("sectors %d to %d: %w", c.first, c.at-1, ErrNoFrames)
			if isPause {
				pause = unknown[toc.Sectors](hidden)
			}
		case isPause:
			pause = reported(toc.Sectors(t.Next - at))
		default:
			marks = append(marks, toc.IndexMark{Index: uint8(c.key % 100), Offset: toc.Sectors(at - t.Start)})
		}
	}
	if hidden != nil {
		return unknown[[]toc.IndexMark](hidden), pause
	}
	return reported(marks), pause
}

// settled returns the address of a change. Among the sectors without a position it takes
// the first, unless exactly one of them makes a pause of whole seconds, the usual kind.
func settled(c change, next toc.LBA) toc.LBA {
	var whole []toc.LBA
	for at := c.first; at <= c.at; at++ {
		if (next-at)%toc.SectorsPerSecond == 0 {
			whole = append(whole, at)
		}
	}
	if c.key%100 == 0 && len(whole) == 1 {
		return whole[0]
	}
	return c.first
}

// last returns the last place before the end for which Q can be read. If the last sectors
// are unreadable, it tries those before them.
func (f *search) last(ctx context.Context, start toc.LBA) (*place, error) {
	for i := range toc.LBA(4) {
		from := f.end - (i+1)*probeSectors
		if err := f.probe(ctx, from, start, f.end); err != nil {
			return nil, err
		}
		if n := len(f.known); n > 1 {
			last := f.known[n-1]
			return &last, nil
		}
	}
	return nil, nil
}

// probe reads a few sectors within exclusive bounds and keeps their places.
func (f *search) probe(ctx context.Context, at, low, high toc.LBA) error {
	from, to := max(at, low+1), min(at+probeSectors, high)
	if from >= to {
		return nil
	}
	frames, err := f.s.read(ctx, from, int(to-from))
	if err != nil {
		return err
	}
	for _, q := range frames {
		f.note(q, low, high)
	}
	return nil
}

// note keeps the place of a frame. It drops places that can't be between start and end of
// the track: the Q of some discs is a few sectors off their table of contents.
func (f *search) note(q inspect.QFrame, low, high toc.LBA) {
	if q.ADR == command.ADRMCN && q.MCN != "" {
		f.s.mcns.add(q.MCN, q.Checked)
	}
	key := q.Track*100 + q.Index
	if key == f.low-1 {
		key = f.low // the pause before the track extends into it
	}
	if q.ADR != command.ADRPosition || q.LBA <= low || q.LBA >= high || key < f.low || key > f.high {
		return
	}
	i, found := slices.BinarySearchFunc(f.known, q.LBA, func(p place, lba toc.LBA) int { return int(p.lba - lba) })
	if !found {
		f.known = slices.Insert(f.known, i, place{q.LBA, key})
	}
}

// find finds the changes between two places by bisection.
func (f *search) find(ctx context.Context, from, to place) error {
	for from.key < to.key && f.s.q != nil {
		var between *place
		if from, to, between = f.tighten(from, to); between != nil {
			if err := f.find(ctx, from, *between); err != nil {
				return err
			}
			from = *between
			continue
		}
		found, err := f.look(ctx, from, to)
		if err != nil {
			return err
		}
		if !found {
			f.changes = append(f.changes, change{to.lba, from.lba + 1, to.key})
			return nil
		}
	}
	return nil
}

// tighten moves two places as close to each other as the known ones allow, and returns a
// known place between them that has another index than both.
func (f *search) tighten(from, to place) (place, place, *place) {
	var between *place
	for i := range f.known {
		p := &f.known[i]
		switch {
		case p.lba <= from.lba || p.lba >= to.lba:
		case p.key == from.key:
			from, between = *p, nil
		case p.key == to.key:
			to = *p
		case p.key > from.key && p.key < to.key && between == nil:
			c := *p
			between = &c
		}
	}
	return from, to, between
}

// look reads between two places, starting in the middle, until it finds a place.
func (f *search) look(ctx context.Context, from, to place) (found bool, err error) {
	span := to.lba - from.lba
	if span <= 1 {
		return false, nil
	}
	for _, at := range []toc.LBA{from.lba + span/2, from.lba + span/4, from.lba + span*3/4, from.lba + probeSectors/2, to.lba - probeSectors/2} {
		before := len(f.known)
		if err := f.probe(ctx, at-probeSectors/2, from.lba, to.lba); err != nil {
			return false, err
		}
		if len(f.known) > before {
			return true, nil
		}
		if span <= probeSectors/2 {
			return false, nil // everything was read
		}
	}
	return false, nil
}
