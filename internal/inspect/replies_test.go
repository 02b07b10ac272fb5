package inspect

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Every number in a reply has limits: 99 tracks, 99 sessions and the invisible ones past
// them, addresses from LBA -150 to MSF 89:59:74.
func TestBoundsOfDiscInformation(t *testing.T) {
	for _, row := range []struct {
		d    command.DiscInformation
		good bool
	}{
		{command.DiscInformation{}, true},
		{command.DiscInformation{Sessions: 100, FirstTrack: 99, FirstTrackLastSession: 100, LastTrackLastSession: 100}, true},
		{command.DiscInformation{Sessions: 101}, false},
		{command.DiscInformation{FirstTrack: 100}, false},
		{command.DiscInformation{FirstTrackLastSession: 101}, false},
		{command.DiscInformation{LastTrackLastSession: 101}, false},
	} {
		checkBounds(t, row.good, plausibleInformation(row.d), row.d)
	}
}

func checkBounds(t *testing.T, good bool, err error, about any) {
	t.Helper()
	if good {
		require.NoError(t, err, "%+v", about)
		return
	}
	require.ErrorIs(t, err, errImplausible, "%+v", about)
}

func TestBoundsOfTheTable(t *testing.T) {
	entry := func(n int, at toc.LBA) toc.Entry { return toc.Entry{Number: n, Start: at} }
	for _, row := range []struct {
		list []toc.Entry
		out  toc.LBA
		good bool
	}{
		{nil, 1000, false},
		{[]toc.Entry{entry(1, 0)}, 1, true},
		{[]toc.Entry{entry(1, -150)}, 0, true},
		{[]toc.Entry{entry(1, -151)}, 1000, false},
		{[]toc.Entry{entry(0, 0)}, 1000, false},
		{[]toc.Entry{entry(99, 0)}, 1000, true},
		{[]toc.Entry{entry(100, 0)}, 1000, false},
		{[]toc.Entry{entry(1, 0), entry(2, 1)}, 1000, true},
		{[]toc.Entry{entry(1, 0), entry(2, 0)}, 1000, false},
		{[]toc.Entry{entry(2, 0), entry(2, 500)}, 1000, false},
		{[]toc.Entry{entry(2, 0), entry(1, 500)}, 1000, false},
		{[]toc.Entry{entry(1, 0), entry(2, 1000)}, 1000, false},
		{[]toc.Entry{entry(1, 0)}, toc.MaxLBA, true},
		{[]toc.Entry{entry(1, 0)}, toc.MaxLBA + 1, false},
		{[]toc.Entry{entry(1, toc.MaxLBA)}, toc.MaxLBA, false},
		{[]toc.Entry{entry(1, toc.MaxLBA+1)}, toc.MaxLBA + 2, false},
	} {
		checkBounds(t, row.good, plausibleTOC(toc.TOC{Entries: row.list, LeadOut: row.out}), row)
	}
}

func TestBoundsOfTheLeadIns(t *testing.T) {
	out := func(session int, at toc.LBA) command.QEntry {
		return command.QEntry{Session: session, ADR: 1, Point: 0xA2, P: at.MSF()}
	}
	for _, row := range []struct {
		name string
		f    command.FullTOC
		good bool
	}{
		{"one session", command.FullTOC{First: 1, Last: 1, Entries: []command.QEntry{out(1, 1000)}}, true},
		{"two sessions", command.FullTOC{First: 1, Last: 2, Entries: []command.QEntry{out(1, 1000), out(2, 20000)}}, true},
		{"none", command.FullTOC{First: 0, Last: 1, Entries: []command.QEntry{out(0, 1000), out(1, 1000)}}, false},
		{"descending", command.FullTOC{First: 2, Last: 1}, false},
		{"too many", command.FullTOC{First: 1, Last: 100}, false},
		{"a lead-out is missing", command.FullTOC{First: 1, Last: 2, Entries: []command.QEntry{out(1, 1000)}}, false},
		{"a lead-out at LBA 0", command.FullTOC{First: 1, Last: 1, Entries: []command.QEntry{out(1, 0)}}, false},
		{"a lead-out at LBA 1", command.FullTOC{First: 1, Last: 1, Entries: []command.QEntry{out(1, 1)}}, true},
	} {
		checkBounds(t, row.good, plausibleFullTOC(row.f), row.name)
	}
	for _, row := range []struct {
		adr, point byte
		at         toc.MSF
		good       bool
	}{
		{1, 1, toc.MSF{M: 89, S: 59, F: 74}, true}, {1, 99, toc.MSF{M: 0, S: 2, F: 0}, true},
		{1, 1, toc.MSF{M: 90}, false}, {1, 99, toc.MSF{M: 90}, false}, {1, 1, toc.MSF{M: 3, S: 66, F: 3}, false},
		{1, 0xA0, toc.MSF{M: 99, S: 99}, true}, {1, 0, toc.MSF{M: 99, S: 99}, true}, {5, 1, toc.MSF{M: 99, S: 99}, true},
	} {
		f := command.FullTOC{First: 1, Last: 1, Entries: []command.QEntry{out(1, 1000), {Session: 1, ADR: row.adr, Point: row.point, P: row.at}}}
		checkBounds(t, row.good, plausibleFullTOC(f), row)
	}
	for _, row := range []struct {
		first, last int
		good        bool
	}{{1, 1, true}, {1, 99, true}, {2, 2, true}, {0, 1, false}, {2, 1, false}, {1, 100, false}} {
		checkBounds(t, row.good, plausibleSessions(command.SessionInfo{First: row.first, Last: row.last}), row)
	}
}

func TestBoundsOfATrack(t *testing.T) {
	whole := toc.Sectors(toc.MaxLBA) + 150
	for _, row := range []struct {
		name string
		ask  int
		ti   command.TrackInformation
		good bool
	}{
		{"a track", 3, command.TrackInformation{Track: 3, Session: 1, Start: 100, Size: 300, SizeValid: true}, true},
		{"another track", 3, command.TrackInformation{Track: 4, SizeValid: true}, false},
		{"the letters of a bridge in its high byte", 1, command.TrackInformation{Track: 0x5501, Session: 0x5301, SizeValid: true}, true},
		{"session 99", 1, command.TrackInformation{Track: 1, Session: 99, SizeValid: true}, true},
		{"session 100", 1, command.TrackInformation{Track: 1, Session: 100, SizeValid: true}, false},
		{"a first track at LBA 0", 1, command.TrackInformation{Track: 1, SizeValid: true}, true},
		{"a later one, all zeros", 3, command.TrackInformation{Track: 3, SizeValid: true}, false},
		{"the invisible track, all zeros", command.InvisibleTrack, command.TrackInformation{Track: 3, SizeValid: true}, false},
		{"LBA -150", 1, command.TrackInformation{Track: 1, Start: -150, SizeValid: true}, true},
		{"LBA -151", 1, command.TrackInformation{Track: 1, Start: -151, SizeValid: true}, false},
		{"the last LBA", 1, command.TrackInformation{Track: 1, Start: toc.MaxLBA, SizeValid: true}, true},
		{"past it", 1, command.TrackInformation{Track: 1, Start: toc.MaxLBA + 1, SizeValid: true}, false},
		{"no size", 1, command.TrackInformation{Track: 1, Len: 20}, false},
		{"a negative size", 1, command.TrackInformation{Track: 1, Size: -1, SizeValid: true}, false},
		{"all of a disc", 1, command.TrackInformation{Track: 1, Size: whole, SizeValid: true}, true},
		{"more than a disc", 1, command.TrackInformation{Track: 1, Size: whole + 1, SizeValid: true}, false},
		{"a next address of any size", 1, command.TrackInformation{Track: 1, Blank: true, Size: 0x7FFFFFFF, SizeValid: true}, true},
		{"next address -150", 1, command.TrackInformation{Track: 1, SizeValid: true, NWA: -150, NWAValid: true}, true},
		{"next address -151", 1, command.TrackInformation{Track: 1, SizeValid: true, NWA: -151, NWAValid: true}, false},
		{"next address past all", 1, command.TrackInformation{Track: 1, SizeValid: true, NWA: toc.MaxLBA + 1, NWAValid: true}, false},
		{"next address at the end", 1, command.TrackInformation{Track: 1, SizeValid: true, NWA: toc.MaxLBA, NWAValid: true}, true},
		{"an address that isn't valid", 1, command.TrackInformation{Track: 1, SizeValid: true, NWA: -9999}, true},
	} {
		checkBounds(t, row.good, plausibleTrack(&row.ti, row.ask), row.name)
	}
	for number, want := range map[int]int{5: 5, 99: 99, 100: 0, 255: 0} {
		ti := command.TrackInformation{Track: number, Blank: true, SizeValid: true}
		require.NoError(t, plausibleTrack(&ti, command.InvisibleTrack))
		require.Equal(t, want, ti.Track, "some drives repeat FFh")
	}
}

// A reply that a drive insists on is kept as far as it can be true.
func TestSalvage(t *testing.T) {
	ti := command.TrackInformation{Track: 2, Start: 100, Size: -1, SizeValid: true, NWA: -151, NWAValid: true}
	require.NoError(t, salvageTrack(&ti, 2))
	require.Equal(t, command.TrackInformation{Track: 2, Start: 100}, ti)
	ti = command.TrackInformation{Track: 2, Start: 100, Size: toc.Sectors(toc.MaxLBA) + 151, SizeValid: true, NWA: toc.MaxLBA + 1, NWAValid: true}
	require.NoError(t, salvageTrack(&ti, 2))
	require.Equal(t, command.TrackInformation{Track: 2, Start: 100}, ti)
	ti = command.TrackInformation{Track: 2, Start: 100, Size: toc.Sectors(toc.MaxLBA) + 150, SizeValid: true, NWA: -150, NWAValid: true}
	kept := ti
	require.NoError(t, salvageTrack(&ti, 2))
	require.Equal(t, kept, ti)
	ti = command.TrackInformation{Track: 2, Start: 100, SizeValid: true, NWAValid: true}
	kept = ti
	require.NoError(t, salvageTrack(&ti, 2))
	require.Equal(t, kept, ti, "0 is a size and an address")
	ti = command.TrackInformation{Track: 2, Start: 100, Size: -1, SizeValid: true, NWA: toc.MaxLBA, NWAValid: true}
	require.NoError(t, salvageTrack(&ti, 2))
	require.Equal(t, command.TrackInformation{Track: 2, Start: 100, NWA: toc.MaxLBA, NWAValid: true}, ti)
	require.ErrorIs(t, salvageTrack(&command.TrackInformation{Track: 3}, 2), errImplausible)
}

// answered is a reply that arrived.
func answered[T any](v T) reply[T] { return reply[T]{value: v, asked: true} }

// All tracks that any reply names are read: none may be missed because one reply is too
// small.
func TestTracksThatAnyReplyNames(t *testing.T) {
	entries := []toc.Entry{{Number: 2}, {Number: 5}}
	for _, row := range []struct {
		name        string
		r           replies
		first, last int
	}{
		{"nothing", replies{}, 1, 0},
		{"disc information", replies{info: answered(command.DiscInformation{FirstTrack: 1, LastTrackLastSession: 7})}, 1, 7},
		{"without its first track", replies{info: answered(command.DiscInformation{LastTrackLastSession: 7})}, 1, 7},
		{"the header of the table", replies{table: answered(toc.TOC{First: 3, Last: 6})}, 3, 6},
		{"its entries", replies{table: answered(toc.TOC{First: 3, Last: 4, Entries: entries})}, 2, 5},
		{"a table with more tracks", replies{
			info: answered(command.DiscInformation{FirstTrack: 1, LastTrackLastSession: 4}), table: answered(toc.TOC{First: 1, Last: 6}),
		}, 1, 6},
		{"a table with fewer tracks", replies{
			info: answered(command.DiscInformation{FirstTrack: 1, LastTrackLastSession: 7}), table: answered(toc.TOC{First: 1, Last: 6}),
		}, 1, 7},
		{"the next track", replies{
			info: answered(command.DiscInformation{FirstTrack: 1, LastTrackLastSession: 4}), next: answered(command.TrackInformation{Track: 6}),
		}, 1, 6},
		{"the invisible track past 99", replies{info: answered(command.DiscInformation{FirstTrack: 1, LastTrackLastSession: 100})}, 1, 99},
		{"an error instead of an answer", replies{info: reply[command.DiscInformation]{command.DiscInformation{LastTrackLastSession: 7}, errors.New("no"), true}}, 1, 0},
	} {
		first, last := row.r.bounds()
		require.Equal(t, [2]int{row.first, row.last}, [2]int{first, last}, row.name)
	}
}

// Whether the last track is known for certain.
func TestLastTrackForCertain(t *testing.T) {
	table := answered(toc.TOC{First: 1, Last: 1})
	for _, row := range []struct {
		name string
		r    replies
		want bool
	}{
		{"nothing", replies{}, false},
		{"where the next one goes", replies{next: answered(command.TrackInformation{Track: 2})}, true},
		{"where the first one goes", replies{next: answered(command.TrackInformation{Track: 1})}, true},
		{"its address, but not its number", replies{next: answered(command.TrackInformation{})}, false},
		{"finalized, with its table", replies{info: answered(command.DiscInformation{Status: mmc.DiscFinalized}), table: table}, true},
		{"finalized, without it", replies{info: answered(command.DiscInformation{Status: mmc.DiscFinalized})}, false},
		{"open, with a table", replies{info: answered(command.DiscInformation{Status: mmc.DiscIncomplete}), table: table}, false},
		{"a table alone", replies{table: table}, false},
	} {
		require.Equal(t, row.want, row.r.complete(), row.name)
	}
}

// Disc information also counts sessions that are open, or empty and appendable (udisks
// issue 836).
func TestClosedSessionsOfDiscInformation(t *testing.T) {
	for _, row := range []struct {
		status  mmc.DiscStatus
		session mmc.SessionStatus
		counted int
		want    int
	}{
		{mmc.DiscFinalized, mmc.SessionComplete, 2, 2}, {mmc.DiscFinalized, mmc.SessionEmpty, 2, 2}, {mmc.DiscOther, mmc.SessionEmpty, 2, 2},
		{mmc.DiscIncomplete, mmc.SessionComplete, 2, 2}, {mmc.DiscIncomplete, mmc.SessionEmpty, 2, 1}, {mmc.DiscIncomplete, mmc.SessionIncomplete, 1, 0},
		{mmc.DiscEmpty, mmc.SessionEmpty, 1, 0}, {mmc.DiscIncomplete, mmc.SessionIncomplete, 0, 0},
	} {
		require.Equal(t, row.want, closedSessions(&command.DiscInformation{Status: row.status, LastSession: row.session, Sessions: row.counted}), "%+v", row)
	}
}
