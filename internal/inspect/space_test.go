package inspect

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// The state of the last session comes from disc information, if the state of the disc does
// too.
func TestStateOfTheLastSession(t *testing.T) {
	r := replies{info: answered(command.DiscInformation{Status: mmc.DiscEmpty, LastSession: mmc.SessionEmpty})}
	require.Equal(t, known(mmc.SessionEmpty), r.lastSession(&disc.Disc{Status: known(mmc.DiscEmpty)}))
	for status, want := range map[mmc.DiscStatus]mmc.SessionStatus{mmc.DiscFinalized: mmc.SessionComplete, mmc.DiscIncomplete: mmc.SessionIncomplete} {
		f := r.lastSession(&disc.Disc{Status: contradicted(status, "there are tracks")})
		require.Equal(t, disc.Contradicted, f.Origin)
		require.Equal(t, want, f.Value)
		require.ErrorIs(t, f.Err, ErrContradiction)
	}
	silent := replies{info: failed[command.DiscInformation]()}
	for status, want := range map[mmc.DiscStatus]mmc.SessionStatus{mmc.DiscEmpty: mmc.SessionEmpty, mmc.DiscIncomplete: mmc.SessionIncomplete} {
		f := silent.lastSession(&disc.Disc{Status: known(status)})
		require.Equal(t, disc.Fact[mmc.SessionStatus]{Value: want, Origin: disc.Reported, Err: silent.info.why()}, f)
		require.Error(t, f.Err)
	}
	f := r.lastSession(&disc.Disc{Status: unknown[mmc.DiscStatus](disc.ErrNotAsked)})
	require.Equal(t, unknown[mmc.SessionStatus](disc.ErrNotAsked), f)
}

// Where recording continues: in a track that has begun, in the next one, or at no plausible
// address.
func TestWhereRecordingGoesOn(t *testing.T) {
	open, final := known(mmc.DiscIncomplete), known(mmc.DiscFinalized)
	for _, row := range []struct {
		name   string
		ti     command.TrackInformation
		status disc.Fact[mmc.DiscStatus]
		want   disc.Next
		origin disc.Origin
	}{
		{"the next track", command.TrackInformation{Track: 3, Blank: true, NWAValid: true, NWA: 1000, Free: 500}, open, disc.Next{Track: 3, NWA: 1000, Free: 500}, disc.Reported},
		{"a track that has begun", command.TrackInformation{Track: 3, NWAValid: true, NWA: 1000, Free: 500}, open, disc.Next{Track: 3, NWA: 1000, Free: 500, Unfinished: true}, disc.Reported},
		{"a reservation", command.TrackInformation{Track: 3, Blank: true, RT: true, NWAValid: true, NWA: 1000, Free: 500}, open, disc.Next{Track: 3, NWA: 1000, Free: 500, Unfinished: true}, disc.Reported},
		{"a torn track, on an open disc", command.TrackInformation{Track: 3, Start: 900}, open, disc.Next{Track: 3, NWA: 900, Unfinished: true}, disc.Reported},
		{"a torn track, and the damage bit", command.TrackInformation{Track: 3, Start: 900, Damage: true}, final, disc.Next{Track: 3, NWA: 900, Unfinished: true}, disc.Reported},
		{"a torn track, and its pregap counted in", command.TrackInformation{Track: 1, Start: -150, Damage: true}, open, disc.Next{Track: 1, Unfinished: true}, disc.Reported},
		{"a finished track, on a finalized disc", command.TrackInformation{Track: 3, Start: 900}, final, disc.Next{}, disc.Unknown},
		{"a finished track, and an unknown disc", command.TrackInformation{Track: 3, Start: 900}, disc.Fact[mmc.DiscStatus]{}, disc.Next{}, disc.Unknown},
		{"an address on a finalized disc", command.TrackInformation{Track: 3, Blank: true, NWAValid: true, NWA: 1000, Free: 500}, final, disc.Next{Track: 3, NWA: 1000, Free: 500}, disc.Contradicted},
		{"room, but no address", command.TrackInformation{Track: 3, Blank: true, Start: 900, Free: 500}, open, disc.Next{Track: 3, NWA: 900, Free: 500}, disc.Contradicted},
		{"number 99", command.TrackInformation{Track: 99, Blank: true, NWAValid: true, NWA: 1000, Free: 500}, open, disc.Next{Track: 99, NWA: 1000, Free: 500}, disc.Reported},
		{"number 100", command.TrackInformation{Track: 100, Blank: true, NWAValid: true, NWA: 1000, Free: 500}, open, disc.Next{Track: 3, NWA: 1000, Free: 500}, disc.Reported},
		{"no number", command.TrackInformation{Blank: true, NWAValid: true, NWA: 1000, Free: 500}, open, disc.Next{Track: 3, NWA: 1000, Free: 500}, disc.Reported},
		{"a blank disc that calls its place a track", command.TrackInformation{Track: 1, NWAValid: true, Free: 500}, known(mmc.DiscEmpty), disc.Next{Track: 1, Free: 500}, disc.Reported},
	} {
		r := replies{next: answered(row.ti)}
		d := disc.Disc{Status: row.status, Tracks: []disc.Track{complete(1, 1, 0, 300, false), complete(2, 1, 452, 300, false)}}
		f := space{&r}.nextTrack(&d)
		require.Equal(t, row.origin, f.Origin, row.name)
		require.Equal(t, row.want, f.Value, row.name)
		require.Equal(t, row.origin == disc.Unknown, errors.Is(f.Err, errImplausible), row.name)
	}
	r := replies{info: answered(command.DiscInformation{LastTrackLastSession: 5}), next: answered(command.TrackInformation{Blank: true, NWAValid: true, NWA: 1000, Free: 500})}
	require.Equal(t, 5, space{&r}.nextTrack(&disc.Disc{Status: open}).Value.Track, "disc information counts more tracks")
	r.info.value.LastTrackLastSession = 100
	require.Equal(t, 99, space{&r}.nextTrack(&disc.Disc{Status: open}).Value.Track)
	r = replies{next: refused[command.TrackInformation]()}
	require.Equal(t, unknown[disc.Next](r.next.err), space{&r}.nextTrack(&disc.Disc{}))
}

// A track for which the drive reports an address is ended all the same if that address is
// the disc's, or past the track.
func TestTrackThatIsEndedAlthoughItHasAnAddress(t *testing.T) {
	next := command.TrackInformation{Track: 3, Blank: true, NWAValid: true, NWA: 2000}
	track := command.TrackInformation{Track: 2, Start: 1000, Size: 400, NWAValid: true, NWA: 2000}
	for _, row := range []struct {
		name   string
		change func(ti, next *command.TrackInformation)
		want   bool
	}{
		{"the disc's address", func(*command.TrackInformation, *command.TrackInformation) {}, true},
		{"its own end", func(ti, _ *command.TrackInformation) { ti.NWA = 1400 }, true},
		{"its own end, after one sector", func(ti, _ *command.TrackInformation) { ti.NWA, ti.Size = 1001, 1 }, true},
		{"within it", func(ti, _ *command.TrackInformation) { ti.NWA = 1399 }, false},
		{"within it, and no size", func(ti, _ *command.TrackInformation) { ti.NWA, ti.Size = 1400, 0 }, false},
		{"no address", func(ti, _ *command.TrackInformation) { ti.NWAValid = false }, false},
		{"blank", func(ti, _ *command.TrackInformation) { ti.Blank = true }, false},
		{"torn", func(ti, _ *command.TrackInformation) { ti.Damage = true }, false},
		{"the next sector is in it", func(_, next *command.TrackInformation) { next.Track = 2 }, false},
		{"the next sector is in a reservation", func(_, next *command.TrackInformation) { next.RT = true }, false},
		{"the disc names none", func(_, next *command.TrackInformation) { next.NWAValid = false }, true},
		{"no next address of the disc, and within the track", func(ti, next *command.TrackInformation) { ti.NWA, next.NWAValid = 1200, false }, false},
	} {
		ti, n := track, next
		row.change(&ti, &n)
		require.Equal(t, row.want, (&replies{next: answered(n)}).elsewhere(2, &ti), row.name)
	}
	require.False(t, (&replies{}).elsewhere(2, &track), "the next one is unknown")
}

// Tracks of an open session that the drive reports as blank are on the disc if disc
// information counts them and the next sector isn't the first of the session (CDEmu).
func TestHiddenTracks(t *testing.T) {
	info := command.DiscInformation{LastSession: mmc.SessionIncomplete, FirstTrackLastSession: 2, LastTrackLastSession: 4}
	next := command.TrackInformation{Track: 2, Blank: true, NWAValid: true, NWA: 2000, Start: 1000}
	for name, row := range map[string]struct {
		change func(info *command.DiscInformation, next *command.TrackInformation)
		hidden []int
	}{
		"three of them":             {func(*command.DiscInformation, *command.TrackInformation) {}, []int{2, 3, 4}},
		"another session's":         {func(_ *command.DiscInformation, n *command.TrackInformation) { n.Track = 1 }, []int{2, 3, 4}},
		"a next track past them":    {func(_ *command.DiscInformation, n *command.TrackInformation) { n.Track = 3 }, nil},
		"a next track without one":  {func(_ *command.DiscInformation, n *command.TrackInformation) { n.Track = 0 }, nil},
		"a closed session":          {func(i *command.DiscInformation, _ *command.TrackInformation) { i.LastSession = mmc.SessionComplete }, nil},
		"a session not begun":       {func(_ *command.DiscInformation, n *command.TrackInformation) { n.NWA = 1000 }, nil},
		"one sector of it":          {func(_ *command.DiscInformation, n *command.TrackInformation) { n.NWA = 1001 }, []int{2, 3, 4}},
		"the start of a blank disc": {func(_ *command.DiscInformation, n *command.TrackInformation) { n.Start, n.NWA = -150, 0 }, nil},
		"one sector of the disc":    {func(_ *command.DiscInformation, n *command.TrackInformation) { n.Start, n.NWA = -150, 1 }, []int{2, 3, 4}},
		"no next address":           {func(_ *command.DiscInformation, n *command.TrackInformation) { n.NWAValid = false }, nil},
		"recording continues in it": {func(_ *command.DiscInformation, n *command.TrackInformation) { n.Blank = false }, nil},
	} {
		i, n := info, next
		row.change(&i, &n)
		r := replies{info: answered(i), next: answered(n)}
		var got []int
		for number := range 7 {
			if r.hides(number) {
				got = append(got, number)
			}
		}
		require.Equal(t, row.hidden, got, name)
	}
	require.False(t, (&replies{info: answered(info)}).hides(2))
	require.False(t, (&replies{next: answered(next)}).hides(2))
}

// The Q sub-channel is tried on the longest complete audio track, the first of several.
func TestLongestTrack(t *testing.T) {
	_, ok := longest(nil)
	require.False(t, ok)
	one := complete(1, 1, 0, 1, true)
	got, ok := longest([]disc.Track{one})
	require.True(t, ok)
	require.Equal(t, one, got)
	got, ok = longest([]disc.Track{
		complete(1, 1, 0, 300, true), complete(2, 1, 300, 400, true), complete(3, 1, 700, 400, true),
		with(complete(4, 1, 1100, 500, true), data), with(complete(5, 1, 1600, 500, true), func(t *disc.Track) { t.State = disc.TrackIncomplete }),
	})
	require.True(t, ok)
	require.Equal(t, 2, got.Number)
}

// The disc contains silence past the end of a source, whatever the buffer held.
func TestSilencePastTheSource(t *testing.T) {
	audio := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	w, err := openWindow(&Written{Sectors: 1, Audio: 1, Source: pcm.FromBytes("a.wav", pcm.CDDA, audio)})
	require.NoError(t, err)
	dirty := make([]byte, 4*toc.SamplesPerSector)
	for i := range dirty {
		dirty[i] = 9
	}
	got, at, err := w.read(-10, 4, dirty)
	require.NoError(t, err)
	require.Zero(t, at)
	require.Equal(t, append(append([]byte(nil), audio...), make([]byte, 8)...), got)
	got, at, err = w.read(4, 6, dirty)
	require.NoError(t, err)
	require.Equal(t, 4, at)
	require.Equal(t, make([]byte, 8), got)
	got, _, err = w.read(toc.SamplesPerSector, toc.SamplesPerSector+5, dirty)
	require.NoError(t, err)
	require.Empty(t, got, "past the track")
	require.NoError(t, w.close())
}

// An unreadable sector is acceptable only where the offset moves its samples across the edge
// of the track, and then they are counted.
func TestSectorsThatAreForgiven(t *testing.T) {
	w := &Written{Start: 1000, Sectors: 10}
	for _, row := range []struct {
		sector, offset int
		samples        int
		bad            bool
	}{
		{0, 0, 0, true}, {9, 0, 0, true}, {5, 6, 0, true},
		{-1, 6, 6, false}, {-1, -6, 0, false}, {-2, 600, 12, false}, {-1, 600, 588, false}, {0, 600, 0, true},
		{9, -6, 0, true}, {10, -6, 6, false}, {10, 6, 0, false}, {9, 6, 0, true},
	} {
		var got disc.TrackVerification
		skip(&got, w, row.sector, row.offset)
		require.Equal(t, row.samples, got.Unverifiable, "%+v", row)
		require.Equal(t, row.bad, got.Result == disc.VerifyUnreadable, "%+v", row)
		if row.bad {
			require.Equal(t, 1000+toc.LBA(row.sector), got.At)
		}
	}
}

// Which tracks may end in run-out: a hole of 150 sectors leaves it open, one of 152 rules it
// out for all.
func TestWhereRunOutMayBe(t *testing.T) {
	for _, row := range []struct {
		name   string
		second toc.LBA // its start; the first track ends at LBA 1000
		out    toc.LBA // the lead-out; the second track has 500 sectors
		groove bool
		want   [2]error
	}{
		{"152 sectors apart", 1152, 1654, true, [2]error{nil, nil}},
		{"152 sectors apart, and none before the lead-out", 1152, 1652, true, [2]error{nil, nil}},
		{"150 sectors apart", 1150, 1650, true, [2]error{errIfSilent, errIfSilent}},
		{"150 sectors apart, on a pressed disc", 1150, 1650, false, [2]error{errIfUnreadable, errIfUnreadable}},
		{"150 apart, and two before the lead-out", 1150, 1652, true, [2]error{nil, nil}},
		{"adjoining", 1000, 1500, true, [2]error{nil, nil}},
		{"an odd pause", 1100, 1600, true, [2]error{nil, errIfSilent}},
		{"a pause of one sector", 1001, 1501, true, [2]error{nil, errIfSilent}},
	} {
		r := replies{}
		d := disc.Disc{TOC: known(toc.TOC{First: 1, Last: 2, LeadOut: row.out}), LeadOuts: known([]disc.LeadOut{{Session: 1, Start: row.out}})}
		if row.groove {
			d.ATIP = known(mmc.ATIP{})
		}
		tracks := []disc.Track{complete(1, 1, 0, 1000, true), complete(2, 1, row.second, 500, true)}
		for i := range tracks {
			tracks[i].Shown = disc.Shown{Known: true, Start: tracks[i].Start, Sectors: tracks[i].Sectors}
		}
		doubt(&d, tracks, &r, false)
		require.Equal(t, row.want, [2]error{tracks[0].Doubt, tracks[1].Doubt}, row.name)
		require.Equal(t, toc.Sectors(1000), tracks[0].Sectors, row.name)
	}
	// Pioneer's way of counting a gapless recording: the two sectors belong to the track.
	d := disc.Disc{TOC: known(toc.TOC{First: 1, Last: 2, LeadOut: 1504}), LeadOuts: known([]disc.LeadOut{{Session: 1, Start: 1504}})}
	tracks := []disc.Track{complete(1, 1, 0, 1000, true), complete(2, 1, 1002, 500, true)}
	for i := range tracks {
		tracks[i].Shown = disc.Shown{Known: true, Start: tracks[i].Start, Sectors: tracks[i].Sectors}
	}
	doubt(&d, tracks, &replies{}, false)
	require.Equal(t, []toc.Sectors{1002, 502}, []toc.Sectors{tracks[0].Sectors, tracks[1].Sectors})
	require.Equal(t, []error{errIfUnreadable, errIfUnreadable}, []error{tracks[0].Doubt, tracks[1].Doubt})
	// It rules out nothing in the next session.
	d = disc.Disc{ATIP: known(mmc.ATIP{}), TOC: known(toc.TOC{First: 1, Last: 3, LeadOut: 13400}), LeadOuts: known([]disc.LeadOut{{Session: 1, Start: 1504}, {Session: 2, Start: 13400}})}
	tracks = []disc.Track{complete(1, 1, 0, 1000, true), complete(2, 1, 1002, 500, true), complete(3, 2, 12900, 500, true)}
	for i := range tracks {
		tracks[i].Shown = disc.Shown{Known: true, Start: tracks[i].Start, Sectors: tracks[i].Sectors}
	}
	doubt(&d, tracks, &replies{}, false)
	require.Equal(t, []error{errIfUnreadable, errIfUnreadable, errIfSilent}, []error{tracks[0].Doubt, tracks[1].Doubt, tracks[2].Doubt})
}
