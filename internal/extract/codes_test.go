package extract

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

const codeA, codeB, codeC = toc.ISRC("DEAB31200001"), toc.ISRC("DEAB31200002"), toc.ISRC("DEAB31200003")

// A code with a valid CRC is enough; others must come twice. Two that come equally often
// leave no majority, in whatever order.
func TestTally(t *testing.T) {
	type seen struct {
		code    toc.ISRC
		checked bool
	}
	for name, row := range map[string]struct {
		seen []seen
		want toc.ISRC
	}{
		"nothing":              {nil, ""},
		"once":                 {[]seen{{codeA, false}}, ""},
		"twice":                {[]seen{{codeA, false}, {codeA, false}}, codeA},
		"once, checked":        {[]seen{{codeA, true}}, codeA},
		"the more frequent":    {[]seen{{codeA, true}, {codeB, false}, {codeB, false}, {codeB, false}}, codeB},
		"checked and not":      {[]seen{{codeA, true}, {codeB, false}}, codeA},
		"as often":             {[]seen{{codeA, true}, {codeB, true}}, ""},
		"as often, then again": {[]seen{{codeA, true}, {codeB, true}, {codeC, true}, {codeB, false}}, codeB},
		"each once":            {[]seen{{codeA, false}, {codeB, false}, {codeC, false}}, ""},
	} {
		for range 20 { // of another order of the map
			var tally tally[toc.ISRC]
			for _, s := range row.seen {
				tally.add(s.code, s.checked)
			}
			got, ok := tally.best()
			assert.Equal(t, row.want != "", ok, name)
			assert.Equal(t, row.want, got, name)
			assert.Equal(t, len(row.seen) == 0, tally.empty(), name)
		}
	}
}

// READ SUB-CHANNEL is asked until two answers in a row are equal, or one equals Q's: at
// most four times. "" means that the track has none, and needs two answers, too.
func TestAsked(t *testing.T) {
	gone := fs.ErrClosed
	for name, row := range map[string]struct {
		answers []toc.ISRC
		q       toc.ISRC
		want    toc.ISRC
		err     error
		times   int
	}{
		"twice":                    {[]toc.ISRC{codeA, codeA}, "", codeA, nil, 2},
		"of another track first":   {[]toc.ISRC{codeA, codeB, codeB}, "", codeB, nil, 3},
		"none":                     {[]toc.ISRC{"", ""}, "", "", nil, 2},
		"none, then one":           {[]toc.ISRC{"", codeA, codeA}, "", codeA, nil, 3},
		"at the end":               {[]toc.ISRC{codeA, codeB, codeA, codeA}, "", codeA, nil, 4},
		"another each time":        {[]toc.ISRC{codeA, codeB, codeA, codeB, codeB}, "", codeB, inspect.ErrContradiction, 4},
		"as in Q":                  {[]toc.ISRC{codeA}, codeA, codeA, nil, 1},
		"as in Q, the second time": {[]toc.ISRC{codeB, codeA}, codeA, codeA, nil, 2},
		"gone":                     {nil, codeA, "", gone, 1},
	} {
		s := &scanner{asker: inspect.Asker{}}
		times := 0
		got := asked(t.Context(), s, func(code toc.ISRC) bool { return row.q != "" && code == row.q }, func(context.Context) (toc.ISRC, error) {
			times++
			if row.answers == nil {
				return "", gone
			}
			return row.answers[times-1], nil
		})
		assert.Equal(t, row.want, got.code, name)
		assert.ErrorIs(t, got.err, row.err, name)
		assert.Equal(t, row.times, times, name)
	}
}

// What is reported of a code: Q decides, then READ SUB-CHANNEL. "None" needs an answer, or
// all of Q.
func TestCombine(t *testing.T) {
	refused := errors.New("refused")
	for name, row := range map[string]struct {
		got             answer[toc.ISRC]
		q               toc.ISRC
		fromQ, complete bool
		want            toc.ISRC
		origin          disc.Origin
		err             error
	}{
		"both":              {answer[toc.ISRC]{code: codeA}, codeA, true, true, codeA, disc.Reported, nil},
		"another in Q":      {answer[toc.ISRC]{code: codeB}, codeA, true, true, codeA, disc.Contradicted, inspect.ErrContradiction},
		"none, one in Q":    {answer[toc.ISRC]{}, codeA, true, true, codeA, disc.Contradicted, inspect.ErrContradiction},
		"only Q":            {answer[toc.ISRC]{err: refused}, codeA, true, false, codeA, disc.Reported, nil},
		"not in Q":          {answer[toc.ISRC]{code: codeB}, "", false, true, codeB, disc.Reported, nil},
		"nowhere":           {answer[toc.ISRC]{}, "", false, false, "", disc.Reported, nil},
		"refused, all of Q": {answer[toc.ISRC]{err: refused}, "", false, true, "", disc.Reported, nil},
		"refused":           {answer[toc.ISRC]{err: refused}, "", false, false, "", disc.Unknown, refused},
	} {
		fact := combine(row.got, row.q, row.fromQ, row.complete)
		assert.Equal(t, row.want, fact.Value, name)
		assert.Equal(t, row.origin, fact.Origin, name)
		assert.ErrorIs(t, fact.Err, row.err, name)
		assert.Equal(t, row.err == nil, fact.Err == nil, name)
	}
}

// The control nibble that most of Q has, and SCMS: the copy bit that alternates in more
// than a few frames.
func TestFlags(t *testing.T) {
	const free, emphasis, none = toc.CopyPermitted, toc.PreEmphasis, toc.Control(0)
	noQ := errors.New("no Q")
	for name, row := range map[string]struct {
		listed   toc.Control // in the table of contents
		controls map[toc.Control]int
		checked  int
		scms     disc.Fact[bool]
		want     toc.Control
		denied   bool
	}{
		"no position":            {none, nil, 100, unknown[bool](noQ), none, false},
		"the same":               {free, map[toc.Control]int{free: 96}, 96, reported(false), free, false},
		"another":                {none, map[toc.Control]int{emphasis: 1}, 1, reported(false), emphasis, true},
		"another, not checked":   {none, map[toc.Control]int{emphasis: 96}, 0, reported(false), none, false},
		"another in a few":       {none, map[toc.Control]int{emphasis: 40, none: 56}, 96, reported(false), none, false},
		"as often":               {none, map[toc.Control]int{emphasis: 48, none: 48}, 96, reported(false), none, false},
		"data":                   {none, map[toc.Control]int{toc.DataTrack: 96}, 96, reported(false), none, false},
		"alternates":             {none, map[toc.Control]int{free: 48, none: 48}, 96, reported(true), none, false},
		"alternates, more set":   {none, map[toc.Control]int{free: 66, none: 30}, 96, reported(true), none, false},
		"alternates, more clear": {free, map[toc.Control]int{free: 25, none: 71}, 96, reported(true), free, false},
		"a quarter set":          {none, map[toc.Control]int{free: 24, none: 72}, 96, reported(false), none, false},
		"a quarter clear":        {none, map[toc.Control]int{free: 72, none: 24}, 96, reported(false), free, true},
		"a quarter of few":       {none, map[toc.Control]int{free: 2, none: 6}, 8, reported(false), none, false},
		"a fifth set":            {none, map[toc.Control]int{free: 21, none: 75}, 96, reported(false), none, false},
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 { // of another order of the map
				var track rip.Track
				track.Control, track.Flags = row.listed, reported(row.listed)
				flags(&track, row.controls, row.checked, noQ)
				assert.Equal(t, row.scms, track.SCMS)
				assert.Equal(t, row.want, track.Flags.Value)
				assert.Equal(t, row.denied, track.Flags.Origin == disc.Contradicted)
				assert.Equal(t, row.denied, errors.Is(track.Flags.Err, inspect.ErrContradiction))
			}
		})
	}
	var tie rip.Track
	values := map[toc.Control]bool{}
	for range 50 {
		tie.Control = toc.PreEmphasis | toc.CopyPermitted
		flags(&tie, map[toc.Control]int{none: 48, toc.PreEmphasis: 48}, 96, nil)
		values[tie.Flags.Value] = true
	}
	assert.Len(t, values, 1, "two that are as frequent give the same each time")
}

// A code of an earlier track only: READ SUB-CHANNEL of some drives returns the previous one.
func TestBelongsToAnother(t *testing.T) {
	s := &scanner{}
	for i, code := range []toc.ISRC{codeA, "", codeC} {
		var track rip.Track
		track.Number, track.ISRC = i+1, reported(code)
		s.layout.Tracks = append(s.layout.Tracks, track)
	}
	second := &s.layout.Tracks[1]
	var got []bool
	for _, code := range []toc.ISRC{codeA, codeB, codeC} {
		got = append(got, s.belongsToAnother(second, code))
	}
	assert.Equal(t, []bool{true, false, false}, got)
}
