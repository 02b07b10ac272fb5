package extract

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// tally counts codes. One with a valid CRC counts twice; others must occur twice to be
// accepted.
type tally[T comparable] struct{ seen map[T]int }

func (t *tally[T]) add(code T, checked bool) {
	if t.seen == nil {
		t.seen = map[T]int{}
	}
	t.seen[code]++
	if checked {
		t.seen[code]++
	}
}

// best returns the most frequent code; ok is false if none is reliable, or if two are as
// frequent.
func (t *tally[T]) best() (code T, ok bool) {
	var none T
	most := 1
	for c, n := range t.seen {
		switch {
		case n > most:
			code, most, ok = c, n, true
		case n == most:
			code, ok = none, false
		}
	}
	return code, ok
}

// empty reports whether no code was seen at all, not even a doubtful one.
func (t *tally[T]) empty() bool { return len(t.seen) == 0 }

// answer is a reply to READ SUB-CHANNEL; the zero code means none.
type answer[T comparable] struct {
	code T
	err  error
}

// asked reads a code with READ SUB-CHANNEL. Some drives return that of the previous
// track, so the answer must occur twice in a row, unless Q has the same.
func asked[T comparable](ctx context.Context, s *scanner, same func(T) bool, question func(context.Context) (T, error)) answer[T] {
	var last answer[T]
	for try := range 4 {
		var now answer[T]
		now.err = s.asker.Ask(ctx, func(ctx context.Context) (err error) {
			now.code, err = question(ctx)
			return err
		})
		if now.err != nil || same(now.code) || try > 0 && now.code == last.code {
			return now
		}
		last = now
	}
	last.err = fmt.Errorf("READ SUB-CHANNEL gives another code each time: %w", inspect.ErrContradiction)
	return last
}

// combine decides a code. Q with a valid CRC is what is on the disc; without one, READ
// SUB-CHANNEL is believed, which searches longer.
func combine[T comparable](got answer[T], q T, fromQ, complete bool) disc.Fact[T] {
	var none T
	switch {
	case fromQ && got.err == nil && got.code != q:
		why := fmt.Errorf("READ SUB-CHANNEL reports %q, the Q sub-channel %q: %w", fmt.Sprint(got.code), fmt.Sprint(q), inspect.ErrContradiction)
		return contradicted(q, why)
	case fromQ:
		return reported(q)
	case got.err == nil:
		return reported(got.code)
	case complete:
		return reported(none)
	}
	return unknown[T](got.err)
}

// isrc decides the ISRC of a track. complete means that all of Q was read.
func (s *scanner) isrc(ctx context.Context, t *rip.Track, seen *tally[toc.ISRC], complete bool) error {
	q, fromQ := seen.best()
	complete = complete && seen.empty()
	got := asked(ctx, s, func(code toc.ISRC) bool { return fromQ && code == q }, func(ctx context.Context) (toc.ISRC, error) {
		code, _, err := command.ReadISRC{Track: byte(t.Number)}.Do(ctx, s.d.Transport())
		return code, err
	})
	if s.ends(ctx, got.err) {
		return got.err
	}
	if got.err == nil && got.code != "" && complete && s.belongsToAnother(t, got.code) {
		why := fmt.Errorf("READ SUB-CHANNEL reports %s, the code of another track; the Q sub-channel has none: %w", got.code, inspect.ErrContradiction)
		t.ISRC = contradicted(toc.ISRC(""), why)
		return nil
	}
	t.ISRC = combine(got, q, fromQ, complete)
	return nil
}

// belongsToAnother reports whether an earlier track has the code.
func (s *scanner) belongsToAnother(t *rip.Track, code toc.ISRC) bool {
	for i := range s.layout.Tracks {
		if other := &s.layout.Tracks[i]; other.Number < t.Number && other.ISRC.Value == code {
			return true
		}
	}
	return false
}

// mcn decides the catalog number. It occurs at least once in 100 sectors anywhere on the
// disc: one start of a track that was read without it shows that there is none.
func (s *scanner) mcn(ctx context.Context) error {
	q, fromQ := s.mcns.best()
	got := asked(ctx, s, func(code toc.MCN) bool { return fromQ && code == q }, func(ctx context.Context) (toc.MCN, error) {
		code, _, err := command.ReadMCN{}.Do(ctx, s.d.Transport())
		return code, err
	})
	if s.ends(ctx, got.err) {
		return got.err
	}
	s.layout.MCN = combine(got, q, fromQ, s.searched && s.mcns.empty())
	return nil
}
