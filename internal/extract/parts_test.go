package extract

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// trackOf is a complete track with all its facts, of which a copy loses nothing.
func trackOf(number, session int, start, end, next toc.LBA) rip.Track {
	return rip.Track{
		Track: disc.Track{
			Number: number, Session: session, Start: start, Sectors: toc.Sectors(end - start), State: disc.TrackComplete, Origin: disc.Reported,
		},
		Next: next, Flags: reported(toc.Control(0)), SCMS: reported(false), ISRC: reported(toc.ISRC("")),
		Pause: reported(toc.Sectors(150)), Indexes: reported[[]toc.IndexMark](nil),
	}
}

// layoutOf is a disc of these tracks.
func layoutOf(tracks ...rip.Track) *rip.Layout {
	l := &rip.Layout{MCN: reported(toc.MCN("")), Text: reported[[]byte](nil), Tracks: tracks}
	for _, t := range tracks {
		l.Disc.Tracks = append(l.Disc.Tracks, t.Track)
	}
	return l
}

// usual is a disc of three tracks with pauses of two seconds.
func usual() *rip.Layout {
	return layoutOf(trackOf(1, 1, 0, 850, 1000), trackOf(2, 1, 1000, 1850, 2000), trackOf(3, 1, 2000, 3000, 3000))
}

// Which tracks are copied, and which audio tracks are left out.
func TestAudioTracks(t *testing.T) {
	complete := trackOf(1, 1, 0, 1000, 1000).Track
	data, open, damaged, nowhere := complete, complete, complete, complete
	data.Control = toc.DataTrack
	open.State, damaged.State, nowhere.Origin = disc.TrackIncomplete, disc.TrackDamaged, disc.Unknown
	openData := open
	openData.Control = toc.DataTrack
	on := &disc.Disc{Tracks: []disc.Track{data, complete, open, damaged, nowhere, openData}}
	assert.Equal(t, []disc.Track{complete}, audioTracks(on))
	assert.Equal(t, []disc.Track{open, damaged, nowhere}, Unfinished(on))
	on.Tracks = []disc.Track{data, openData}
	assert.Empty(t, audioTracks(on))
	assert.Empty(t, Unfinished(on))
}

// A track ends at the next of its session, or at its lead-out. Only the first pause of a disc
// is in the table of contents.
func TestBounds(t *testing.T) {
	l := layoutOf(trackOf(1, 1, 33, 850, 850), trackOf(2, 1, 1000, 1998, 1998), trackOf(4, 1, 3000, 3998, 3998), trackOf(5, 2, 15500, 15998, 15998))
	third := l.Tracks[1].Track // a data track between
	third.Number, third.Control = 3, toc.DataTrack
	l.Disc.Tracks = append(l.Disc.Tracks, third)
	l.Disc.LeadOuts = reported([]disc.LeadOut{{Session: 1, Start: 4000}, {Session: 2, Start: 16000}})
	s := &scanner{layout: *l}
	s.bounds()
	var next []toc.LBA
	for i, track := range s.layout.Tracks {
		next = append(next, track.Next)
		assert.Equal(t, i == 0, track.Pause.Known(), "track %d", track.Number)
	}
	assert.Equal(t, []toc.LBA{1000, 1998, 4000, 16000}, next)
	assert.Equal(t, toc.Sectors(183), s.layout.Tracks[0].Pause.Value)
	assert.Equal(t, []int{4, 5, 0}, []int{lastOf(&l.Disc, 1), lastOf(&l.Disc, 2), lastOf(&l.Disc, 3)})

	l = layoutOf(trackOf(1, 1, 33, 850, 850), trackOf(2, 1, 1000, 1998, 1998))
	l.Tracks[0].Number, l.Tracks[1].Session = 2, 2
	s = &scanner{layout: *l}
	s.bounds()
	assert.ErrorIs(t, s.layout.Tracks[0].Pause.Err, disc.ErrNotAsked, "track 1 is missing")
	assert.Equal(t, toc.LBA(850), s.layout.Tracks[0].Next)
}

// What ends a scan: the context, and a drive or disc that is gone. A refusal doesn't.
func TestEnds(t *testing.T) {
	for _, row := range []struct {
		err  error
		ends bool
	}{
		{nil, false}, {context.Canceled, true}, {context.DeadlineExceeded, true}, {fs.ErrNotExist, true}, {fs.ErrClosed, true},
		{asc.FamilyMediumNotPresent, true}, {scsi.KeyIllegalRequest, false}, {errors.New("another"), false},
	} {
		err := row.err
		if err != nil {
			err = fmt.Errorf("wrapped: %w", err)
		}
		assert.Equal(t, row.ends, (&scanner{}).ends(t.Context(), err), "%v", row.err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.True(t, (&scanner{}).ends(ctx, scsi.KeyIllegalRequest))
	assert.False(t, (&scanner{}).ends(ctx, nil), "an answer that came in time counts")
}

// Which sectors are music, whose errors count, and how many of a piece are.
func TestPart(t *testing.T) {
	s := &Sectors{tracks: []rip.Track{trackOf(1, 1, 100, 200, 250), trackOf(2, 1, 250, 300, 300)}}
	for _, row := range []struct {
		lba, n, want toc.LBA
		music        bool
	}{
		{0, 10, 10, false}, {50, 100, 50, false}, {99, 5, 1, false}, {100, 50, 50, true}, {100, 500, 100, true}, {199, 5, 1, true},
		{200, 10, 10, false}, {200, 100, 50, false}, {249, 3, 1, false}, {250, 100, 50, true}, {299, 2, 1, true}, {300, 7, 7, false},
	} {
		n, music := s.part(row.lba, row.n)
		assert.Equal(t, row.want, n, "%d sectors from %d", row.n, row.lba)
		assert.Equal(t, row.music, music, "%d sectors from %d", row.n, row.lba)
	}
}

// Each thing that a copy lacks is named, and nothing else.
func TestLossesOfLayouts(t *testing.T) {
	why := errors.New("not reported")
	data := trackOf(4, 1, 3000, 4000, 4000).Track
	data.Control = toc.DataTrack
	open := trackOf(4, 1, 3000, 3500, 3500).Track
	open.State = disc.TrackIncomplete
	for name, row := range map[string]struct {
		change func(l *rip.Layout)
		want   []rip.Loss
	}{
		"nothing":            {func(*rip.Layout) {}, nil},
		"valid MCN":          {func(l *rip.Layout) { l.MCN.Value = "4006381333931" }, nil},
		"data":               {func(l *rip.Layout) { l.Disc.Tracks = append(l.Disc.Tracks, data) }, []rip.Loss{LossData}},
		"open":               {func(l *rip.Layout) { l.Disc.Tracks = append(l.Disc.Tracks, open) }, []rip.Loss{LossOpen}},
		"sessions":           {func(l *rip.Layout) { l.Tracks[2].Session = 2 }, []rip.Loss{LossSessions}},
		"no Q":               {func(l *rip.Layout) { l.NoQ = why }, []rip.Loss{LossQ}},
		"marks of the first": {func(l *rip.Layout) { l.Tracks[0].Indexes = unknown[[]toc.IndexMark](why) }, []rip.Loss{LossQ}},
		"marks of the last":  {func(l *rip.Layout) { l.Tracks[2].Indexes = unknown[[]toc.IndexMark](why) }, []rip.Loss{LossQ}},
		"the second pause":   {func(l *rip.Layout) { l.Tracks[1].Pause = unknown[toc.Sectors](why) }, []rip.Loss{LossQ}},
		"a pause":            {func(l *rip.Layout) { l.Tracks[2].Pause = unknown[toc.Sectors](why) }, []rip.Loss{LossQ}},
		"the first pause":    {func(l *rip.Layout) { l.Tracks[0].Pause = unknown[toc.Sectors](why) }, nil},
		"text":               {func(l *rip.Layout) { l.Text = unknown[[]byte](why) }, []rip.Loss{LossText}},
		"MCN":                {func(l *rip.Layout) { l.MCN = unknown[toc.MCN](why) }, []rip.Loss{LossMCN}},
		"wrong MCN":          {func(l *rip.Layout) { l.MCN.Value = "4006381333930" }, []rip.Loss{LossMCN}},
		"an ISRC":            {func(l *rip.Layout) { l.Tracks[0].ISRC = unknown[toc.ISRC](why) }, []rip.Loss{LossISRC}},
		"four seconds":       {func(l *rip.Layout) { l.Tracks[2].Next = 2300 }, nil},
		"shorter":            {func(l *rip.Layout) { l.Tracks[2].Next = 2299 }, []rip.Loss{LossShort}},
		"a pause of another session": {func(l *rip.Layout) {
			l.Tracks[2].Session, l.Tracks[2].Pause = 2, unknown[toc.Sectors](why)
		}, []rip.Loss{LossSessions}},
	} {
		l := usual()
		row.change(l)
		got, err := Plan(l, pcm.Silence("disc", Frames(l)))
		require.NoError(t, err, name)
		assert.Equal(t, row.want, got.Losses, name)
		if row.want == nil {
			assert.Equal(t, l.MCN.Value, got.MCN, name)
		}
	}
}

// Track-at-once has pauses of two seconds and nothing but index 1: what else a disc has is
// lost, and only that is reported.
func TestTrackAtOnce(t *testing.T) {
	with := func(pauses ...toc.Sectors) *rip.Layout {
		l := usual()
		for i, n := range pauses {
			l.Tracks[i].Sectors = toc.Sectors(l.Tracks[i].Next-l.Tracks[i].Start) - n
			l.Tracks[i+1].Pause.Value = n
		}
		return l
	}
	marked := usual()
	marked.Tracks[1].Indexes.Value = []toc.IndexMark{{Index: 2, Offset: 10}}
	sessions := with(150, 0)
	sessions.Tracks[2].Session = 2
	hidden := usual()
	hidden.Tracks[0].Start, hidden.Tracks[0].Sectors = 40, 810
	for name, row := range map[string]struct {
		l      *rip.Layout
		sound  rip.Sound
		want   []rip.Loss
		frames []int64 // sectors of the tracks
	}{
		"usual":                 {usual(), rip.Sound{}, nil, []int64{850, 850, 1000}},
		"with the run-out":      {with(152, 150), rip.Sound{}, nil, []int64{848, 850, 1000}},
		"no pause":              {with(150, 0), rip.Sound{}, []rip.Loss{LossPauses}, []int64{850, 1000, 1000}},
		"one sector less":       {with(149, 150), rip.Sound{}, []rip.Loss{LossPauses}, []int64{851, 850, 1000}},
		"one sector more":       {with(150, 151), rip.Sound{}, []rip.Loss{LossPauses}, []int64{850, 849, 1000}},
		"twice as long":         {with(300, 150), rip.Sound{}, []rip.Loss{LossPauses}, []int64{700, 850, 1000}},
		"none between sessions": {sessions, rip.Sound{}, nil, []int64{850, 1000, 1000}},
		"a mark":                {marked, rip.Sound{}, []rip.Loss{LossIndexes}, []int64{850, 850, 1000}},
		"sound in a pause":      {usual(), rip.Sound{After: map[int]bool{2: true}}, nil, []int64{850, 1000, 1000}},
		"silence before":        {hidden, rip.Sound{}, nil, []int64{810, 850, 1000}},
		"sound before":          {hidden, rip.Sound{Hidden: true}, []rip.Loss{LossHidden}, []int64{810, 850, 1000}},
	} {
		c, err := Plan(row.l, pcm.Silence("disc", Frames(row.l)))
		require.NoError(t, err, name)
		tracks, losses, err := c.TrackAtOnce(row.sound)
		require.NoError(t, err, name)
		assert.Equal(t, row.want, losses, name)
		for i, track := range tracks {
			assert.Equal(t, row.frames[i]*toc.SamplesPerSector, track.Source.Frames(), "%s: track %d", name, i+1)
			assert.Nil(t, track.Indexes, name)
			assert.Zero(t, track.Pregap, name)
			assert.Zero(t, track.Pause, name)
		}
	}
}

// Each difference between two discs, and how far Q may be off.
func TestCompareFacts(t *testing.T) {
	for name, row := range map[string]struct {
		change func(l *rip.Layout)
		want   []Difference
	}{
		"nothing":             {func(*rip.Layout) {}, nil},
		"SCMS":                {func(l *rip.Layout) { l.Tracks[1].SCMS.Value = true }, []Difference{{"scms", 2}}},
		"SCMS unknown":        {func(l *rip.Layout) { l.Tracks[1].SCMS = disc.Fact[bool]{Value: true} }, nil},
		"a pause less by one": {func(l *rip.Layout) { l.Tracks[1].Pause.Value = 149 }, nil},
		"more by one":         {func(l *rip.Layout) { l.Tracks[1].Pause.Value = 151 }, nil},
		"less by two":         {func(l *rip.Layout) { l.Tracks[1].Pause.Value = 148 }, []Difference{{"pauses", 2}}},
		"more by two":         {func(l *rip.Layout) { l.Tracks[1].Pause.Value = 152 }, []Difference{{"pauses", 2}}},
		"another mark":        {func(l *rip.Layout) { l.Tracks[2].Indexes.Value = []toc.IndexMark{{Index: 2, Offset: 9}} }, []Difference{{"indexes", 3}}},
		"a track less":        {func(l *rip.Layout) { l.Tracks = l.Tracks[:2] }, nil},
	} {
		other := usual()
		row.change(other)
		assert.Equal(t, row.want, Compare(usual(), other), name)
		assert.Equal(t, row.want, Compare(other, usual()), name)
	}
	one := []toc.IndexMark{{Index: 2, Offset: 100}}
	assert.True(t, sameMarks(one, []toc.IndexMark{{Index: 2, Offset: 101}}))
	assert.False(t, sameMarks(one, []toc.IndexMark{{Index: 2, Offset: 102}}))
	assert.False(t, sameMarks(one, []toc.IndexMark{{Index: 3, Offset: 100}}))
}

// The noise of CUETools' tests as a disc, read in pieces that don't end with the tracks: the
// checksums are those that their test expects (Q2 in docs/internals/golden.md).
func TestSummingOfCUETools(t *testing.T) {
	audio := make([]byte, toc.Sectors(136).Bytes())
	newDotnet(2314).bytes(audio)
	l := layoutOf(trackOf(1, 1, 13, 60, 68), trackOf(2, 1, 68, 99, 99), trackOf(3, 1, 99, 136, 136))
	s := NewSumming(l)
	for at := toc.Sectors(0); at < 136; at += 17 {
		s.Tap(toc.LBA(at), audio[at.Bytes():(at+17).Bytes()])
	}
	s.Tap(136, make([]byte, toc.SectorSize))
	for n, want := range map[int]rip.Sums{
		1: {AccurateRip1: 3727147246, AccurateRip2: 3988391122, CRC32: 321342250},
		2: {AccurateRip1: 2202235240, AccurateRip2: 2284845104, CRC32: 37001035, CTDB: 37001035},
		3: {AccurateRip1: 3752629998, AccurateRip2: 3841231027, CRC32: 516255430},
	} {
		got, ok := s.Track(n)
		require.True(t, ok)
		if n != 2 {
			got.CTDB = 0 // their test leaves out five sectors, and the database ten
		}
		assert.Equal(t, want, got, "track %d", n)
	}
	for _, n := range []int{0, 4} {
		_, ok := s.Track(n)
		assert.False(t, ok, "track %d", n)
	}
	_, ok := NewSumming(l).Track(2)
	assert.False(t, ok, "nothing of it was read")
}

// A pause that wasn't read counts as silence.
func TestSummingWithoutPause(t *testing.T) {
	l := layoutOf(trackOf(1, 1, 0, 60, 68), trackOf(2, 1, 68, 99, 99))
	audio := make([]byte, toc.Sectors(68).Bytes())
	newDotnet(1).bytes(audio[:toc.Sectors(60).Bytes()])
	whole, part := NewSumming(l), NewSumming(l)
	whole.Tap(0, audio)
	part.Tap(0, audio[:toc.Sectors(60).Bytes()])
	want, ok := whole.Track(1)
	require.True(t, ok)
	got, ok := part.Track(1)
	require.True(t, ok)
	assert.Equal(t, want, got)
}

// Samples that are written byte by byte.
func TestSumsOfBytes(t *testing.T) {
	audio := make([]byte, toc.Sectors(30).Bytes())
	newDotnet(7).bytes(audio)
	p := position{Sectors: 30, First: true, Last: true, Disc: 30}
	want, got := newSummer(p), newSummer(p)
	_, _ = want.Write(audio)
	for i := range audio {
		_, _ = got.Write(audio[i : i+1])
	}
	assert.Equal(t, want.Sums(), got.Sums())
}
