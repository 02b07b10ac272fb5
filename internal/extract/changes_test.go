package extract

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// Where an index begins if sectors before it have no position: at the first of them, unless
// exactly one makes a pause of whole seconds.
func TestSettled(t *testing.T) {
	for name, row := range map[string]struct {
		change change
		want   toc.LBA
	}{
		"seen":                         {change{at: 1000, first: 1000, key: 200}, 1000},
		"a pause of two seconds":       {change{at: 1850, first: 1848, key: 200}, 1850},
		"of one second, inside":        {change{at: 1930, first: 1920, key: 200}, 1925},
		"at the first":                 {change{at: 1930, first: 1925, key: 200}, 1925},
		"of no whole second":           {change{at: 1924, first: 1921, key: 200}, 1921},
		"one or two seconds":           {change{at: 1925, first: 1850, key: 200}, 1850},
		"a mark, whole seconds or not": {change{at: 1930, first: 1920, key: 102}, 1920},
	} {
		assert.Equal(t, row.want, settled(row.change, 2000), name)
	}
}

// Marks are counted from the start of the track, the pause back from the next one. What more
// than eight sectors hide is unknown, and so is an index that wasn't seen.
func TestResult(t *testing.T) {
	track := &rip.Track{Track: disc.Track{Number: 1, Start: 500}, Next: 2000}
	marks := func(list ...toc.IndexMark) []toc.IndexMark { return append([]toc.IndexMark{}, list...) }
	for name, row := range map[string]struct {
		high    int
		changes []change
		marks   []toc.IndexMark // nil is none, empty unknown
		pause   toc.Sectors     // -1 is unknown
	}{
		"nothing":      {200, nil, nil, 0},
		"marks, pause": {200, []change{{600, 600, 102}, {703, 701, 103}, {1850, 1849, 200}}, marks(toc.IndexMark{Index: 2, Offset: 100}, toc.IndexMark{Index: 3, Offset: 201}), 150},
		"index 99":     {199, []change{{1850, 1850, 102}, {1860, 1860, 199}}, marks(toc.IndexMark{Index: 2, Offset: 1350}, toc.IndexMark{Index: 99, Offset: 1360}), 0},
		"eight hidden": {200, []change{{608, 600, 102}, {1911, 1903, 200}}, marks(toc.IndexMark{Index: 2, Offset: 100}), 97},
		"nine":         {200, []change{{609, 600, 102}, {1911, 1903, 200}}, marks(), 97},
		"before pause": {200, []change{{600, 600, 102}, {1912, 1903, 200}}, marks(), -1},
		"index lost":   {200, []change{{600, 599, 103}, {1850, 1850, 200}}, marks(), 150},
		"and not":      {200, []change{{600, 599, 102}, {700, 699, 103}, {1850, 1849, 200}}, marks(toc.IndexMark{Index: 2, Offset: 99}, toc.IndexMark{Index: 3, Offset: 199}), 150},
		"none on disc": {200, []change{{600, 600, 103}}, marks(toc.IndexMark{Index: 3, Offset: 100}), 0},
	} {
		f := &search{low: 101, high: row.high, changes: row.changes}
		gotMarks, gotPause := f.result(track)
		if row.marks != nil && len(row.marks) == 0 {
			assert.ErrorIs(t, gotMarks.Err, ErrNoFrames, name)
			assert.False(t, gotMarks.Known(), name)
		} else {
			assert.Equal(t, reported(row.marks), gotMarks, name)
		}
		if row.pause < 0 {
			assert.ErrorIs(t, gotPause.Err, ErrNoFrames, name)
			assert.False(t, gotPause.Known(), name)
		} else {
			assert.Equal(t, reported(row.pause), gotPause, name)
		}
	}
}

// Only positions between the bounds, of this track or the pause after it, count.
func TestNote(t *testing.T) {
	at := func(lba toc.LBA, track, index int) inspect.QFrame {
		return inspect.QFrame{LBA: lba, Q: command.Q{ADR: command.ADRPosition, Track: track, Index: index}}
	}
	code := at(150, 2, 1)
	code.ADR = command.ADRISRC
	for name, row := range map[string]struct {
		frame inspect.QFrame
		want  []place
	}{
		"the first":              {at(101, 2, 1), []place{{101, 201}}},
		"the last":               {at(199, 3, 0), []place{{199, 300}}},
		"a mark":                 {at(150, 2, 99), []place{{150, 299}}},
		"the pause before":       {at(150, 2, 0), []place{{150, 201}}},
		"the lower bound":        {at(100, 2, 1), nil},
		"the upper bound":        {at(200, 2, 1), nil},
		"the track before":       {at(150, 1, 99), nil},
		"the next track":         {at(150, 3, 1), nil},
		"a code":                 {code, nil},
		"below the lower bound":  {at(99, 2, 1), nil},
		"above the upper bound":  {at(201, 2, 1), nil},
		"track 0, as in lead-in": {at(150, 0, 0), nil},
	} {
		f := &search{s: &scanner{}, low: 201, high: 300}
		f.note(row.frame, 100, 200)
		f.note(row.frame, 100, 200)
		assert.Equal(t, row.want, f.known, name)
	}
	f := &search{s: &scanner{}, low: 201, high: 300}
	for _, lba := range []toc.LBA{150, 120, 180, 150, 121} {
		f.note(at(lba, 2, 1), 100, 200)
	}
	assert.Equal(t, []place{{120, 201}, {121, 201}, {150, 201}, {180, 201}}, f.known, "ascending, each once")
	code.ADR, code.MCN = command.ADRMCN, "4006381333931"
	f.note(code, 100, 200)
	f.note(at(160, 2, 1), 100, 200)
	_, ok := f.s.mcns.best()
	assert.False(t, ok, "once, without a CRC")
	f.note(code, 100, 200)
	mcn, ok := f.s.mcns.best()
	assert.True(t, ok)
	assert.Equal(t, toc.MCN("4006381333931"), mcn)
}

// Two places come as close to each other as others allow. Places that Q puts below or above
// both indexes are left out.
func TestTighten(t *testing.T) {
	for name, row := range map[string]struct {
		known    []place
		from, to place
		between  *place
	}{
		"nothing":         {nil, place{100, 101}, place{200, 103}, nil},
		"closer":          {[]place{{120, 101}, {130, 101}, {160, 103}, {170, 103}}, place{130, 101}, place{160, 103}, nil},
		"one between":     {[]place{{120, 101}, {140, 102}, {150, 102}, {170, 103}}, place{120, 101}, place{170, 103}, &place{140, 102}},
		"back again":      {[]place{{120, 102}, {130, 101}, {170, 103}}, place{130, 101}, place{170, 103}, nil},
		"below and above": {[]place{{120, 100}, {130, 104}}, place{100, 101}, place{200, 103}, nil},
		"outside":         {[]place{{90, 101}, {100, 102}, {200, 102}, {210, 102}}, place{100, 101}, place{200, 103}, nil},
	} {
		f := &search{known: row.known}
		from, to, between := f.tighten(place{100, 101}, place{200, 103})
		assert.Equal(t, row.from, from, name)
		assert.Equal(t, row.to, to, name)
		assert.Equal(t, row.between, between, name)
	}
}
