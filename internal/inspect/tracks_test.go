package inspect

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// The number of closed sessions: disc information and the lead-in must agree.
func TestClosedSessions(t *testing.T) {
	info := func(s mmc.DiscStatus, session mmc.SessionStatus, n int) reply[command.DiscInformation] {
		return answered(command.DiscInformation{Status: s, LastSession: session, Sessions: n})
	}
	lists := func(last int) reply[command.SessionInfo] { return answered(command.SessionInfo{First: 1, Last: last}) }
	leadIn := func(last int) reply[command.FullTOC] { return answered(command.FullTOC{First: 1, Last: last}) }
	table := answered(toc.TOC{First: 1, Last: 1})
	open, final := known(mmc.DiscIncomplete), known(mmc.DiscFinalized)
	for _, row := range []struct {
		name   string
		r      replies
		status disc.Fact[mmc.DiscStatus]
		want   int
		origin disc.Origin
	}{
		{"blank", replies{sessions: lists(2)}, known(mmc.DiscEmpty), 0, disc.Reported},
		{"finalized", replies{info: info(mmc.DiscFinalized, mmc.SessionComplete, 1), sessions: lists(1)}, final, 1, disc.Reported},
		{"two, and an empty one", replies{info: info(mmc.DiscIncomplete, mmc.SessionEmpty, 3), sessions: lists(2)}, open, 2, disc.Reported},
		{"none yet", replies{info: info(mmc.DiscIncomplete, mmc.SessionIncomplete, 1)}, open, 0, disc.Reported},
		{"none by disc information, but a table", replies{info: info(mmc.DiscIncomplete, mmc.SessionIncomplete, 1), table: table}, open, 1, disc.Contradicted},
		{"the lead-in lists more", replies{info: info(mmc.DiscFinalized, mmc.SessionComplete, 1), sessions: lists(2)}, final, 2, disc.Contradicted},
		{"the lead-in lists fewer", replies{info: info(mmc.DiscFinalized, mmc.SessionComplete, 3), sessions: lists(2)}, final, 3, disc.Contradicted},
		{"one by the lead-in, two by disc information", replies{info: info(mmc.DiscFinalized, mmc.SessionComplete, 2), sessions: lists(1)}, final, 2, disc.Contradicted},
		{"by the sub-channel", replies{info: info(mmc.DiscFinalized, mmc.SessionComplete, 2), full: leadIn(2)}, final, 2, disc.Reported},
		{"no disc information", replies{info: failed[command.DiscInformation](), sessions: lists(2)}, open, 2, disc.Reported},
		{"no disc information, and the sub-channel of 255 sessions", replies{info: failed[command.DiscInformation](), full: leadIn(255)}, open, 99, disc.Reported},
		{"no disc information, and one session", replies{info: failed[command.DiscInformation](), sessions: lists(1)}, open, 1, disc.Reported},
		{"nothing", replies{info: failed[command.DiscInformation]()}, open, 0, disc.Unknown},
		{"the state is unknown", replies{info: info(mmc.DiscEmpty, mmc.SessionEmpty, 1)}, unknown[mmc.DiscStatus](errors.New("no")), 0, disc.Unknown},
		{"the state is unknown, but not the lead-in", replies{info: info(mmc.DiscEmpty, mmc.SessionEmpty, 1), sessions: lists(1)}, unknown[mmc.DiscStatus](errors.New("no")), 1, disc.Contradicted},
		{"a state other than disc information's", replies{info: info(mmc.DiscEmpty, mmc.SessionEmpty, 1), sessions: lists(1)}, final, 1, disc.Contradicted},
		{"another state, and both count one", replies{info: info(mmc.DiscFinalized, mmc.SessionComplete, 1), sessions: lists(1)}, open, 1, disc.Contradicted},
		{"another state, and only a table", replies{info: info(mmc.DiscEmpty, mmc.SessionEmpty, 1), table: table}, final, 1, disc.Contradicted},
	} {
		f := row.r.closed(&disc.Disc{Status: row.status})
		require.Equal(t, row.want, f.Value, row.name)
		require.Equal(t, row.origin, f.Origin, row.name)
	}
}

// The lead-outs of the closed sessions: those in the sub-channel, and for the last
// session the one in the table.
func TestLeadOuts(t *testing.T) {
	out := func(session int, at toc.LBA) command.QEntry {
		return command.QEntry{Session: session, ADR: 1, Point: 0xA2, P: at.MSF()}
	}
	two := disc.Disc{Status: known(mmc.DiscFinalized), Sessions: known(2), TOC: known(toc.TOC{First: 1, Last: 2, LeadOut: 20000})}
	full := func(list ...command.QEntry) replies {
		return replies{full: answered(command.FullTOC{First: 1, Last: 2, Entries: list})}
	}
	for _, row := range []struct {
		name string
		r    replies
		want []disc.LeadOut
		all  bool
	}{
		{"both", full(out(1, 3000), out(2, 20000)), []disc.LeadOut{{Session: 1, Start: 3000}, {Session: 2, Start: 20000}}, true},
		{"the last from the table", full(out(1, 3000)), []disc.LeadOut{{Session: 1, Start: 3000}, {Session: 2, Start: 20000}}, true},
		{"past the end of the disc", full(out(1, 20001), out(2, 20000)), []disc.LeadOut{{Session: 2, Start: 20000}}, false},
		{"at LBA 1", full(out(1, 1), out(2, 20000)), []disc.LeadOut{{Session: 1, Start: 1}, {Session: 2, Start: 20000}}, true},
		{"at LBA 0", full(out(1, 0), out(2, 20000)), []disc.LeadOut{{Session: 2, Start: 20000}}, false},
		{"not asked", replies{}, []disc.LeadOut{{Session: 2, Start: 20000}}, false},
	} {
		f := row.r.leadOuts(&two)
		require.Equal(t, row.want, f.Value, row.name)
		require.Equal(t, disc.Reported, f.Origin, row.name)
		if !row.all && row.name == "not asked" {
			require.ErrorIs(t, f.Err, disc.ErrNotAsked)
		}
	}
	r := full(out(1, 3000))
	require.Equal(t, unknown[[]disc.LeadOut](disc.ErrNotAsked), r.leadOuts(&disc.Disc{}))
	blank := two
	blank.Status = known(mmc.DiscEmpty)
	require.False(t, r.leadOuts(&blank).Known())
}

// The session of a track that no reply contains.
func TestSessionOfATrack(t *testing.T) {
	table := known(toc.TOC{First: 1, Last: 3, Entries: []toc.Entry{{Number: 1}, {Number: 2}, {Number: 3}}})
	d := disc.Disc{TOC: table, Sessions: known(2)}
	q := func(session int, adr, point byte) command.QEntry {
		return command.QEntry{Session: session, ADR: adr, Point: point}
	}
	r := replies{full: answered(command.FullTOC{Entries: []command.QEntry{q(9, 5, 2), q(1, 1, 1), q(1, 1, 2), q(2, 1, 3)}})}
	require.Equal(t, []int{1, 1, 2}, []int{r.session(&d, 1), r.session(&d, 2), r.session(&d, 3)})
	require.Zero(t, r.session(&d, 4))
	first := command.SessionInfo{First: 1, Last: 2}
	first.Track.Number = 3
	r = replies{sessions: answered(first)}
	require.Equal(t, []int{0, 0, 2, 0}, []int{r.session(&d, 1), r.session(&d, 2), r.session(&d, 3), r.session(&d, 4)})
	r = replies{}
	d.Sessions = known(1)
	require.Equal(t, []int{1, 1, 1, 0}, []int{r.session(&d, 1), r.session(&d, 2), r.session(&d, 3), r.session(&d, 4)})
	d.Sessions.Origin = disc.Unknown
	require.Zero(t, r.session(&d, 1))
	d.Sessions, d.TOC.Origin = known(1), disc.Unknown
	require.Zero(t, r.session(&d, 1), "a rejected table")
}

// What READ TRACK INFORMATION reports of a track.
func TestTrackByItsInformation(t *testing.T) {
	for _, row := range []struct {
		name    string
		ti      command.TrackInformation
		pregap  bool
		start   toc.LBA
		sectors toc.Sectors
		state   disc.TrackState
	}{
		{"complete", command.TrackInformation{Start: 1000, Size: 400, SizeValid: true}, false, 1000, 400, disc.TrackComplete},
		{"no size", command.TrackInformation{Start: 1000, Size: 400}, false, 1000, 0, disc.TrackComplete},
		{"with its pregap", command.TrackInformation{Start: 1000, Size: 550, SizeValid: true}, true, 1150, 400, disc.TrackComplete},
		{"nothing but its pregap", command.TrackInformation{Start: 1000, Size: 100, SizeValid: true}, true, 1150, 0, disc.TrackComplete},
		{"being written", command.TrackInformation{Start: 1000, Size: 350000, SizeValid: true, NWAValid: true, NWA: 1027}, false, 1000, 27, disc.TrackIncomplete},
		{"an address before it", command.TrackInformation{Start: 1000, Size: 350000, SizeValid: true, NWAValid: true, NWA: 900}, false, 1000, 0, disc.TrackIncomplete},
		{"torn", command.TrackInformation{Start: 1000, Size: 400, SizeValid: true, Damage: true, NWAValid: true, NWA: 1027}, false, 1000, 0, disc.TrackDamaged},
		{"reserved", command.TrackInformation{Start: 1000, Size: 400, SizeValid: true, Blank: true, RT: true, Damage: true}, false, 1000, 400, disc.TrackReserved},
	} {
		row.ti.Track, row.ti.Session, row.ti.Control = 2, 1, toc.CopyPermitted
		track := disc.Track{Number: 2}
		fill(&track, &row.ti, row.pregap)
		require.Equal(t, disc.Track{
			Number: 2, Session: 1, Start: row.start, Sectors: row.sectors, Control: toc.CopyPermitted, State: row.state, Origin: disc.Reported,
			Shown: disc.Shown{Known: true, Start: 1000, Sectors: row.ti.Size},
		}, track, row.name)
	}
}

// Players use the start of a track in the table; a disagreement is reported.
func TestTrackByTheTable(t *testing.T) {
	for _, row := range []struct {
		name    string
		start   toc.LBA // by READ TRACK INFORMATION; the table has 1000
		sectors toc.Sectors
		pregaps bool
		control toc.Control
		want    toc.Sectors
		origin  disc.Origin
		err     bool
	}{
		{"both agree", 1000, 400, false, 0, 400, disc.Reported, false},
		{"a pregap counted in", 850, 550, false, 0, 400, disc.Reported, false},
		{"more than a pregap", 849, 551, false, 0, 551, disc.Contradicted, true},
		{"a long pregap, on a drive that counts them", 800, 600, true, 0, 400, disc.Reported, false},
		{"one sector earlier", 999, 401, false, 0, 400, disc.Reported, false},
		{"a start past it", 1001, 400, false, 0, 400, disc.Contradicted, true},
		{"nothing but a pregap", 850, 100, false, 0, 0, disc.Reported, false},
		{"other flags", 1000, 400, false, toc.CopyPermitted, 400, disc.Reported, true},
	} {
		track := disc.Track{Number: 2, Start: row.start, Sectors: row.sectors, Control: row.control, Origin: disc.Reported, State: disc.TrackIncomplete,
			Shown: disc.Shown{Known: true, Start: row.start, Sectors: row.sectors}}
		fillListed(&track, &toc.Entry{Number: 2, Start: 1000}, true, row.pregaps)
		require.Equal(t, disc.TrackComplete, track.State, row.name)
		require.Equal(t, toc.LBA(1000), track.Start, row.name)
		require.Equal(t, row.want, track.Sectors, row.name)
		require.Equal(t, row.origin, track.Origin, row.name)
		require.Zero(t, track.Control, row.name)
		require.Equal(t, row.err, errors.Is(track.Err, ErrContradiction), row.name)
	}
	for _, told := range []bool{false, true} {
		track := disc.Track{Number: 2}
		fillListed(&track, &toc.Entry{Number: 2, Start: 1000, Session: 3, Control: toc.DataTrack}, told, false)
		require.Equal(t, told, track.Origin == disc.Contradicted)
		require.Equal(t, []any{toc.LBA(1000), 3, toc.DataTrack}, []any{track.Start, track.Session, track.Control})
	}
}

// Where a track ends: never past what follows it, and at most at the lead-out.
func TestEndOfATrack(t *testing.T) {
	table := known(toc.TOC{First: 1, Last: 2, LeadOut: 2000, Entries: []toc.Entry{{Number: 1}, {Number: 2, Start: 1000}}})
	outs := known([]disc.LeadOut{{Session: 1, Start: 2000}})
	for _, row := range []struct {
		name    string
		i       int // which of the two; the first has 850 sectors up to the pause
		sectors toc.Sectors
		want    toc.Sectors
		origin  disc.Origin
	}{
		{"up to the pause", 0, 848, 848, disc.Reported},
		{"up to the next track", 0, 1000, 1000, disc.Reported},
		{"into the next track", 0, 1001, 1000, disc.Contradicted},
		{"no length", 0, 0, 1000, disc.Contradicted},
		{"up to the run-out", 1, 998, 998, disc.Reported},
		{"up to the lead-out", 1, 1000, 1000, disc.Reported},
		{"run-out counted past the lead-out", 1, 1002, 1000, disc.Reported},
		{"past the lead-out", 1, 1003, 1003, disc.Contradicted},
		{"sectors are missing before the lead-out", 1, 997, 1000, disc.Contradicted},
		{"no length before the lead-out", 1, 0, 1000, disc.Contradicted},
	} {
		d := disc.Disc{Status: known(mmc.DiscFinalized), TOC: table, LeadOuts: outs}
		tracks := []disc.Track{complete(1, 1, 0, 848, true), complete(2, 1, 1000, 998, true)}
		tracks[row.i].Sectors, tracks[row.i].Shown = row.sectors, disc.Shown{Known: true}
		(&replies{}).end(&d, tracks, row.i)
		require.Equal(t, row.want, tracks[row.i].Sectors, row.name)
		require.Equal(t, row.origin, tracks[row.i].Origin, row.name)
	}
	alone := []disc.Track{complete(1, 1, 0, 0, false)}
	(&replies{}).end(&disc.Disc{}, alone, 0)
	require.Equal(t, disc.Contradicted, alone[0].Origin)
	require.Equal(t, disc.TrackUnknown, alone[0].State, "it may still grow")
	require.ErrorIs(t, alone[0].Err, errImplausible)
	open := []disc.Track{with(complete(1, 1, 0, 5000, true), func(t *disc.Track) { t.State = disc.TrackIncomplete }), complete(2, 1, 1000, 998, true)}
	(&replies{}).end(&disc.Disc{TOC: table, LeadOuts: outs}, open, 0)
	require.Equal(t, toc.Sectors(5000), open[0].Sectors, "a track that isn't ended has no end")
}
