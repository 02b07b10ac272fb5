package burn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// stub is a method of which only one property matters here.
type stub struct{ continuous bool }

func (stub) Abilities(context.Context, *mmc.Drive) (Abilities, error) { return Abilities{}, nil }
func (stub) Parameters(*Job, toc.TrackInfo) (p mmc.WriteParameters)   { return p }
func (s stub) Continuous() bool                                       { return s.continuous }
func (stub) Place(*Plan, []Track, *Options) error                     { return nil }
func (stub) Begin(context.Context, *Job, *Task) error                 { return nil }
func (stub) End(*Job, *Task, error) error                             { return nil }
func (stub) Close(*Job) error                                         { return nil }

// concluded is the end of a burn of tracks 2, 3 and so on that were sent as given, onto a
// disc that now shows the tracks given.
func concluded(continuous bool, sent []toc.Sectors, shown ...disc.Track) *conclusion {
	j := &Job{Recording: Recording{Options: &Options{}, method: stub{continuous}}, rep: &Report{}}
	j.writing.chunk = safeSectors
	for i, n := range sent {
		t := &Task{Number: 2 + i, Start: toc.LBA(1000 * (i + 1)), Sent: n, row: i, audio: 400, tried: n > 0, music: n}
		j.Tasks, j.List = append(j.Tasks, t), append(j.List, t)
		j.rep.Tracks = append(j.rep.Tracks, TrackReport{Number: t.Number, Start: t.Start, Sent: n, Status: TrackOK})
	}
	c := &conclusion{Job: j, known: true}
	c.last.Status = disc.Fact[mmc.DiscStatus]{Value: mmc.DiscIncomplete, Origin: disc.Reported}
	c.last.LastSession = disc.Fact[mmc.SessionStatus]{Value: mmc.SessionIncomplete, Origin: disc.Reported}
	c.last.Tracks = append([]disc.Track{on(1, 300, disc.TrackComplete)}, shown...)
	return c
}

// on is a track as a look finds it.
func on(number int, sectors toc.Sectors, state disc.TrackState) disc.Track {
	start := toc.LBA(1000 * (number - 1))
	return disc.Track{
		Number: number, Session: 1, Start: start, Sectors: sectors, State: state, Origin: disc.Reported,
		Shown: disc.Shown{Known: true, Start: start, Sectors: sectors},
	}
}

// A row reports what the disc shows, regardless of the answers to the WRITEs.
func TestRowsSayWhatTheDiscShows(t *testing.T) {
	for _, row := range []struct {
		name    string
		status  TrackStatus
		sent    toc.Sectors
		shown   []disc.Track
		unknown bool // no look could be taken
		want    TrackStatus
		sectors toc.Sectors // at most as many, if the track has no end
	}{
		{"whole", TrackOK, 400, []disc.Track{on(2, 400, disc.TrackComplete)}, false, TrackOK, 400},
		{"whole, the drive counts run-out", TrackOK, 400, []disc.Track{on(2, 402, disc.TrackComplete)}, false, TrackOK, 400},
		{"whole, a Pioneer leaves two off", TrackOK, 400, []disc.Track{on(2, 398, disc.TrackComplete)}, false, TrackOK, 398},
		{"whole, and no look", TrackOK, 400, nil, true, TrackOK, 400},
		{"failed, ended by the drive", TrackFailed, 100, []disc.Track{on(2, 127, disc.TrackComplete)}, false, TrackFailed, 127},
		{"failed, and still open: its size is its room", TrackFailed, 100, []disc.Track{on(2, 350000, disc.TrackIncomplete)}, false, TrackFailed, 100},
		{"failed, and damaged", TrackFailed, 100, []disc.Track{on(2, 350000, disc.TrackDamaged)}, false, TrackFailed, 100},
		{"failed, and damaged earlier", TrackFailed, 100, []disc.Track{on(2, 54, disc.TrackDamaged)}, false, TrackFailed, 54},
		{"canceled", TrackCanceled, 300, []disc.Track{on(2, 302, disc.TrackComplete)}, false, TrackCanceled, 302},
		{"canceled, and not on the disc", TrackCanceled, 300, nil, false, TrackCanceled, 0},
		{"failed at the first WRITE, and nothing there", TrackFailed, 0, nil, false, TrackNotBegun, 0},
		{"failed later, and nothing there", TrackFailed, 54, nil, false, TrackFailed, 0},
		{"not begun, but there is something", TrackNotBegun, 0, []disc.Track{on(2, 27, disc.TrackComplete)}, false, TrackFailed, 27},
		{"not begun, and reserved", TrackNotBegun, 0, []disc.Track{on(2, 400, disc.TrackReserved)}, false, TrackNotBegun, 0},
		{"not begun", TrackNotBegun, 0, nil, false, TrackNotBegun, 0},
		{"not begun, and no look", TrackNotBegun, 0, nil, true, TrackNotBegun, 0},
		{"a WRITE was sent, and no look", TrackNotBegun, 27, nil, true, TrackFailed, toc.MinTrack},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, []toc.Sectors{row.sent}, row.shown...)
			c.known = !row.unknown
			c.rep.Tracks[0].Status = row.status
			c.settleRows(c.rep.Tracks[0].Status != TrackOK)
			got := c.rep.Tracks[0]
			require.Equal(t, row.want, got.Status)
			if ended := !row.unknown && (len(row.shown) == 0 || row.shown[0].State != disc.TrackIncomplete && row.shown[0].State != disc.TrackDamaged); ended || got.Status == TrackOK {
				require.Equal(t, row.sectors, got.Sectors)
				require.Zero(t, got.AtMost)
			} else {
				require.Zero(t, got.Sectors)
				require.Equal(t, row.sectors, got.AtMost)
			}
			require.Equal(t, toc.LBA(1000), got.Start)
			for _, shown := range row.shown {
				if shown.State != disc.TrackReserved {
					require.Equal(t, shown.Shown, disc.Shown{Known: true, Start: got.ShownAt, Sectors: got.ShownSize})
				}
			}
		})
	}
}

// A track whose start was never known gets it from the disc; figures that its own question
// gave stay, and a test write changes no row.
func TestRowsKeepWhatIsKnown(t *testing.T) {
	c := concluded(false, []toc.Sectors{0}, on(2, 27, disc.TrackComplete))
	c.rep.Tracks[0].Status, c.rep.Tracks[0].Start = TrackNotBegun, 0
	c.settleRows(c.rep.Tracks[0].Status != TrackOK)
	require.Equal(t, toc.LBA(1000), c.rep.Tracks[0].Start)

	c = concluded(false, []toc.Sectors{400}, on(2, 402, disc.TrackComplete))
	c.Tasks[0].Shown.Track = 2
	c.rep.Tracks[0].ShownAt, c.rep.Tracks[0].ShownSize = 1000, 400
	c.settleRows(c.rep.Tracks[0].Status != TrackOK)
	require.Equal(t, toc.Sectors(400), c.rep.Tracks[0].ShownSize)

	c = concluded(false, []toc.Sectors{400})
	c.Options.TestWrite, c.rep.Tracks[0].Status = true, TrackTested
	c.settleRows(c.rep.Tracks[0].Status != TrackOK)
	require.Equal(t, TrackTested, c.rep.Tracks[0].Status)
	require.Zero(t, c.rep.Tracks[0].Sectors)
}

// A session that is one stream is there as a whole or not at all. Without its end it is
// lost; with it, what the drive doesn't show may still be there.
func TestRowsOfAStream(t *testing.T) {
	whole := []toc.Sectors{400, 400}
	for _, row := range []struct {
		name  string
		sent  []toc.Sectors
		torn  bool
		shown []disc.Track
		want  []TrackStatus
	}{
		{"complete", whole, false, []disc.Track{on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete)}, []TrackStatus{TrackOK, TrackOK}},
		{"sent to the end, and not shown", whole, false, nil, []TrackStatus{TrackUnshown, TrackUnshown}},
		{"sent to the end, an error at the end, and shown", whole, true, []disc.Track{on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete)}, []TrackStatus{TrackOK, TrackOK}},
		{"sent to the end, and shown as one track under way", whole, false, []disc.Track{on(2, 800, disc.TrackIncomplete)}, []TrackStatus{TrackUnshown, TrackUnshown}},
		{"sent to the end, and shown as damaged", whole, false, []disc.Track{on(2, 800, disc.TrackDamaged)}, []TrackStatus{TrackUnshown, TrackUnshown}},
		{"only the answer to the last WRITE is missing", []toc.Sectors{400, 373}, true, nil, []TrackStatus{TrackUnshown, TrackUnshown}},
		{"cut short before the last WRITE", []toc.Sectors{400, 372}, true, nil, []TrackStatus{TrackLost, TrackLost}},
		{"cut short, and the drive calls it a track", []toc.Sectors{400, 27}, true, []disc.Track{on(2, 427, disc.TrackComplete)}, []TrackStatus{TrackLost, TrackLost}},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(true, row.sent, row.shown...)
			c.torn = row.torn
			c.settleRows(c.rep.Tracks[0].Status != TrackOK)
			for i, want := range row.want {
				got := c.rep.Tracks[i]
				require.Equal(t, want, got.Status, "track %d", got.Number)
				sectors := toc.Sectors(0)
				if want == TrackOK {
					sectors = 400
				}
				require.Equal(t, sectors, got.Sectors, "track %d", got.Number)
			}
		})
	}
	c := concluded(true, []toc.Sectors{400, 27})
	c.torn, c.rep.Tracks[1].Status = true, TrackFailed
	c.settleRows(c.rep.Tracks[0].Status != TrackOK)
	require.Equal(t, TrackFailed, c.rep.Tracks[1].Status, "why it failed stays")

	c = concluded(true, []toc.Sectors{400})
	c.torn, c.List = true, append(c.List, &Task{audio: 400})
	c.settleRows(c.rep.Tracks[0].Status != TrackOK)
	require.Equal(t, TrackLost, c.rep.Tracks[0].Status, "the next track was never begun")
}

// Only a session that was to be one stream is lost by its end: what track-at-once left
// unfinished can be finished, and what is closed is there.
func TestWhatIsLostWithItsEnd(t *testing.T) {
	unfinished := []disc.Track{on(2, 427, disc.TrackIncomplete)}
	require.True(t, concluded(true, []toc.Sectors{400, 27}, unfinished...).severed())
	require.True(t, concluded(true, []toc.Sectors{400, 27}).severed())
	require.False(t, concluded(false, []toc.Sectors{400, 27}, unfinished...).severed())
	require.False(t, concluded(true, []toc.Sectors{400, 400}, on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete)).severed())
	require.False(t, concluded(true, nil).severed(), "nothing was begun")
	require.False(t, concluded(true, []toc.Sectors{0}).severed(), "no WRITE was sent")
	closed := concluded(true, []toc.Sectors{400, 400})
	closed.last.Status.Value = mmc.DiscFinalized
	require.False(t, closed.severed())
	tested := concluded(true, []toc.Sectors{400, 27}, unfinished...)
	tested.Options.TestWrite = true
	require.False(t, tested.severed())
}

// The verdict is about the disc: the worst that became of any track counts, and what the
// user asked for goes before what the drive left open.
func TestVerdictOfTheRows(t *testing.T) {
	for _, row := range []struct {
		rows []TrackStatus
		want Verdict
	}{
		{nil, VerdictSuccess},
		{[]TrackStatus{TrackOK, TrackOK}, VerdictSuccess},
		{[]TrackStatus{TrackOK, TrackCanceled}, VerdictCanceled},
		{[]TrackStatus{TrackUnshown, TrackOK}, VerdictUnconfirmed},
		{[]TrackStatus{TrackCanceled, TrackUnshown}, VerdictCanceled},
		{[]TrackStatus{TrackUnshown, TrackCanceled}, VerdictCanceled},
		{[]TrackStatus{TrackCanceled, TrackFailed}, VerdictFailed},
		{[]TrackStatus{TrackFailed, TrackCanceled}, VerdictFailed},
		{[]TrackStatus{TrackUnshown, TrackLost}, VerdictFailed},
		{[]TrackStatus{TrackDiffers}, VerdictFailed},
		{[]TrackStatus{TrackShort}, VerdictFailed},
		{[]TrackStatus{TrackChanged}, VerdictFailed},
		{[]TrackStatus{TrackOK, TrackNotBegun}, VerdictFailed},
	} {
		var r Report
		for _, s := range row.rows {
			r.Tracks = append(r.Tracks, TrackReport{Status: s})
		}
		judge(&r, nil)
		require.Equal(t, row.want, r.Verdict, "%v", row.rows)
		require.Empty(t, r.Failure)
	}
	r := Report{TestWrite: true, Tracks: []TrackReport{{Status: TrackTested}}}
	judge(&r, nil)
	require.Equal(t, VerdictTestWrite, r.Verdict)
	r.Tracks[0].Status = TrackCanceled
	judge(&r, nil)
	require.Equal(t, VerdictCanceled, r.Verdict)
	for err, want := range map[error]Verdict{
		ErrCanceled: VerdictCanceled, ErrVerify: VerdictVerifyFailed, ErrUnconfirmed: VerdictUnconfirmed, ErrTooFast: VerdictUnconfirmed,
		ErrWriteFailed: VerdictFailed, ErrNoMedia: VerdictFailed, ErrNotClosed: VerdictFailed,
	} {
		r := Report{Tracks: []TrackReport{{Status: TrackOK}}}
		judge(&r, err)
		require.Equal(t, want, r.Verdict, "%v", err)
		require.Equal(t, err.Error(), r.Failure)
	}
}

// What was read back and isn't right is in its row, and in no other.
func TestRowsOfWhatDiffers(t *testing.T) {
	c := concluded(false, []toc.Sectors{400, 400, 400, 54})
	c.rep.Tracks[3].Status = TrackFailed
	for i, r := range []disc.VerifyResult{disc.VerifyEqual, disc.VerifyDiffers, disc.VerifyUnreadable, disc.VerifyDiffers} {
		c.rep.Verified.Tracks = append(c.rep.Verified.Tracks, disc.TrackVerification{Number: 2 + i, Result: r})
	}
	c.markDifferent()
	var got []TrackStatus
	for _, row := range c.rep.Tracks {
		got = append(got, row.Status)
	}
	require.Equal(t, []TrackStatus{TrackOK, TrackDiffers, TrackDiffers, TrackFailed}, got)
}
