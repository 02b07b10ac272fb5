package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// complete is an audio track that is ended.
func complete(n, session int, start toc.LBA, sectors toc.Sectors, listed bool) disc.Track {
	return disc.Track{Number: n, Session: session, Start: start, Sectors: sectors, State: disc.TrackComplete, InTOC: listed, Origin: disc.Reported}
}

func with(t disc.Track, change func(*disc.Track)) disc.Track {
	change(&t)
	return t
}

// data makes a data track of it.
func data(t *disc.Track) { t.Control = toc.DataTrack }

// Two closed sessions.
var (
	closed = known([]disc.LeadOut{{Session: 1, Start: 3000}, {Session: 2, Start: 20000}})
	table  = known(toc.TOC{First: 1, Last: 3, LeadOut: 20000, Entries: []toc.Entry{{Number: 1}, {Number: 2}, {Number: 3}}})
)

// spanCases are discs, and the ranges where READ CD may be sent.
var spanCases = []struct {
	name string
	disc disc.Disc
	want []span
}{
	{"nothing", disc.Disc{}, []span{}},
	{"two sessions", disc.Disc{LeadOuts: closed, TOC: table, Tracks: []disc.Track{
		complete(1, 1, 0, 1000, true), complete(2, 1, 1152, 1846, true), complete(3, 2, 14400, 5598, true),
	}}, []span{{0, 3000}, {14400, 20000}}},
	{"music before track 1", disc.Disc{LeadOuts: closed, TOC: table, Tracks: []disc.Track{complete(1, 1, 500, 1000, true), complete(2, 1, 1500, 1500, true)}},
		[]span{{0, 3000}}},
	{"a later track is not the first", disc.Disc{LeadOuts: closed, TOC: table, Tracks: []disc.Track{complete(3, 2, 14400, 5598, true)}},
		[]span{{14400, 20000}}},
	{"a track before LBA 0", disc.Disc{Tracks: []disc.Track{complete(2, 1, -150, 1000, false)}}, []span{{0, 850}}},
	{"data in front", disc.Disc{LeadOuts: closed, TOC: table, Tracks: []disc.Track{
		with(complete(1, 1, 0, 1000, true), data), complete(2, 1, 1225, 1700, true),
	}}, []span{{1225, 3000}}},
	{"data next", disc.Disc{LeadOuts: closed, TOC: table, Tracks: []disc.Track{
		complete(1, 1, 0, 1000, true), with(complete(2, 1, 1225, 1700, true), data),
	}}, []span{{0, 1000}}},
	{"open, and the next writable address proves the run-out", disc.Disc{
		Next: known(disc.Next{Track: 2, NWA: 1152}), Tracks: []disc.Track{complete(1, 1, 0, 1000, false)},
	}, []span{{0, 1002}}},
	{"open, and it doesn't", disc.Disc{
		Next: known(disc.Next{Track: 2, NWA: 1150}), Tracks: []disc.Track{complete(1, 1, 0, 1000, false)},
	}, []span{{0, 1000}}},
	{"open, and there is none", disc.Disc{Tracks: []disc.Track{complete(1, 1, 0, 1000, false)}}, []span{{0, 1000}}},
	{"open, the pause between two tracks", disc.Disc{
		Next: known(disc.Next{Track: 3, NWA: 2304}), Tracks: []disc.Track{complete(1, 1, 0, 1000, false), complete(2, 1, 1152, 1000, false)},
	}, []span{{0, 2154}}},
	{"open, and a gap in the list", disc.Disc{
		Next: known(disc.Next{Track: 4, NWA: 4000}), Tracks: []disc.Track{complete(1, 1, 0, 1000, false), complete(3, 1, 2152, 1000, false)},
	}, []span{{0, 1000}, {2152, 3152}}},
	{"being written", disc.Disc{Next: known(disc.Next{Track: 1, NWA: 270, Unfinished: true}), Tracks: []disc.Track{
		with(complete(1, 1, 0, 350000, false), func(t *disc.Track) { t.State = disc.TrackIncomplete }),
	}}, []span{{0, 270}}},
	{"being written, but the next sector goes elsewhere", disc.Disc{Next: known(disc.Next{Track: 2, NWA: 270, Unfinished: true}), Tracks: []disc.Track{
		with(complete(1, 1, 0, 400, false), func(t *disc.Track) { t.State = disc.TrackIncomplete }),
	}}, []span{{0, 400}}},
	{"being written, but the next sector begins a track", disc.Disc{Next: known(disc.Next{Track: 1, NWA: 270}), Tracks: []disc.Track{
		with(complete(1, 1, 0, 400, false), func(t *disc.Track) { t.State = disc.TrackIncomplete }),
	}}, []span{{0, 400}}},
	{"damaged, and the next sector within it", disc.Disc{Next: known(disc.Next{Track: 1, NWA: 270, Unfinished: true}), Tracks: []disc.Track{
		with(complete(1, 1, 0, 400, false), func(t *disc.Track) { t.State = disc.TrackDamaged }),
	}}, []span{{0, 400}}},
	{"no sector", disc.Disc{Tracks: []disc.Track{complete(2, 1, 500, 0, false)}}, []span{}},
	{"one sector", disc.Disc{Tracks: []disc.Track{complete(2, 1, 500, 1, false)}}, []span{{500, 501}}},
	{"damaged", disc.Disc{Tracks: []disc.Track{with(complete(1, 1, 0, 400, false), func(t *disc.Track) { t.State = disc.TrackDamaged })}}, []span{{0, 400}}},
	{"reserved", disc.Disc{Tracks: []disc.Track{with(complete(1, 1, 0, 400, false), func(t *disc.Track) { t.State = disc.TrackReserved })}}, []span{}},
	{"unknown", disc.Disc{Tracks: []disc.Track{with(complete(1, 1, 0, 400, false), func(t *disc.Track) { t.Origin = disc.Unknown })}}, []span{}},
	{"unknown state", disc.Disc{Tracks: []disc.Track{with(complete(1, 1, 0, 400, false), func(t *disc.Track) { t.State = disc.TrackUnknown })}}, []span{}},
	{"run-out that was taken off", disc.Disc{Tracks: []disc.Track{with(complete(1, 1, 0, 398, false), func(t *disc.Track) { t.RunOut = 2 })}}, []span{{0, 400}}},
}

func TestReadableSpans(t *testing.T) {
	for _, row := range spanCases {
		got := readableSpans(&row.disc)
		assert.Equal(t, row.want, append([]span{}, got...), row.name)
	}
}

// Ranges are sorted, joined where they touch, and begin at LBA 0 or later.
func TestMerge(t *testing.T) {
	assert.Equal(t, []span{{0, 150}, {200, 300}}, merge([]span{{200, 300}, {100, 150}, {-150, 100}, {-300, -150}, {210, 220}}))
}

func TestSectorsOfASpan(t *testing.T) {
	for lba, in := range map[toc.LBA]bool{199: false, 200: true, 299: true, 300: false} {
		assert.Equal(t, in, span{200, 300}.holds(lba), lba)
	}
}

func TestPart(t *testing.T) {
	spans := []span{{0, 100}, {200, 300}}
	for _, row := range []struct {
		from, to toc.LBA
		n        int
		readable bool
	}{
		{0, 10, 10, true}, {90, 110, 10, true}, {99, 100, 1, true}, {100, 110, 10, false}, {100, 210, 100, false},
		{150, 250, 50, false}, {200, 400, 100, true}, {300, 310, 10, false}, {-20, 50, 20, false}, {-20, 0, 20, false},
	} {
		n, readable := part(spans, row.from, row.to)
		assert.Equal(t, row.n, n, "%d to %d", row.from, row.to)
		assert.Equal(t, row.readable, readable, "%d to %d", row.from, row.to)
	}
}

// A session counts as open unless the drive reports it closed.
func TestSessionOpen(t *testing.T) {
	for _, row := range []struct {
		status  disc.Fact[mmc.DiscStatus]
		session disc.Fact[mmc.SessionStatus]
		open    bool
	}{
		{known(mmc.DiscFinalized), known(mmc.SessionComplete), false},
		{known(mmc.DiscFinalized), disc.Fact[mmc.SessionStatus]{}, false},
		{known(mmc.DiscIncomplete), known(mmc.SessionEmpty), false},
		{known(mmc.DiscIncomplete), known(mmc.SessionComplete), false},
		{known(mmc.DiscIncomplete), known(mmc.SessionIncomplete), true},
		{known(mmc.DiscIncomplete), known(mmc.SessionDamaged), true},
		{known(mmc.DiscIncomplete), disc.Fact[mmc.SessionStatus]{}, true},
		{disc.Fact[mmc.DiscStatus]{}, disc.Fact[mmc.SessionStatus]{}, true},
	} {
		d := disc.Disc{Status: row.status, LastSession: row.session}
		assert.Equal(t, row.open, sessionOpen(&d), "%v", d)
	}
}
