package engine

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// stub is a method of which only one property matters here.
type stub struct{ continuous bool }

func (stub) Abilities(context.Context, *mmc.Drive) (Abilities, error)   { return Abilities{}, nil }
func (stub) Parameters(*Job, toc.TrackInfo) (p command.WriteParameters) { return p }
func (s stub) Continuous() bool                                         { return s.continuous }
func (stub) Place(*burn.Plan, []burn.Track, *burn.Options) error        { return nil }
func (stub) Begin(context.Context, *Job, *Task) error                   { return nil }
func (stub) End(*Job, *Task, error) error                               { return nil }
func (stub) Close(*Job) error                                           { return nil }

// concluded returns the end of a burn that sent the given sectors for tracks 2, 3 and so on,
// to a disc that now shows the given tracks.
func concluded(continuous bool, sent []toc.Sectors, shown ...disc.Track) *conclusion {
	j := &Job{recording: recording{Options: &burn.Options{}, method: stub{continuous}}, rep: &burn.Report{}}
	j.writing.chunk = safeSectors
	for i, n := range sent {
		t := &Task{Number: 2 + i, Start: toc.LBA(1000 * (i + 1)), Sent: n, row: i, Audio: 400, tried: n > 0, music: n}
		j.Tasks, j.List = append(j.Tasks, t), append(j.List, t)
		j.rep.Tracks = append(j.rep.Tracks, burn.TrackReport{Number: t.Number, Start: t.Start, Sent: n, Status: burn.TrackOK})
	}
	c := &conclusion{Job: j}
	c.last.Status = disc.Fact[mmc.DiscStatus]{Value: mmc.DiscIncomplete, Origin: disc.Reported}
	c.last.LastSession = disc.Fact[mmc.SessionStatus]{Value: mmc.SessionIncomplete, Origin: disc.Reported}
	c.last.Next = disc.Fact[disc.Next]{Origin: disc.Reported}
	c.last.Tracks = append([]disc.Track{on(1, 300, disc.TrackComplete)}, shown...)
	return c
}

// on returns a track as an inspection finds it.
func on(number int, sectors toc.Sectors, state disc.TrackState) disc.Track {
	start := toc.LBA(1000 * (number - 1))
	return disc.Track{
		Number: number, Session: 1, Start: start, Sectors: sectors, State: state, Origin: disc.Reported,
		Shown: disc.Shown{Known: true, Start: start, Sectors: sectors},
	}
}

// A row reports what the disc shows, regardless of the answers to the WRITEs.
func TestRowsReportWhatTheDiscShows(t *testing.T) {
	for _, row := range []struct {
		name    string
		status  burn.TrackStatus
		sent    toc.Sectors
		shown   []disc.Track
		unknown bool // the disc couldn't be inspected
		want    burn.TrackStatus
		sectors toc.Sectors // an upper limit if the track has no end
	}{
		{"whole", burn.TrackOK, 400, []disc.Track{on(2, 400, disc.TrackComplete)}, false, burn.TrackOK, 400},
		{"whole, the drive counts run-out", burn.TrackOK, 400, []disc.Track{on(2, 402, disc.TrackComplete)}, false, burn.TrackOK, 400},
		{"whole, a Pioneer leaves two off", burn.TrackOK, 400, []disc.Track{on(2, 398, disc.TrackComplete)}, false, burn.TrackOK, 398},
		{"whole, and no look", burn.TrackOK, 400, nil, true, burn.TrackOK, 400},
		{"failed, ended by the drive", burn.TrackFailed, 100, []disc.Track{on(2, 127, disc.TrackComplete)}, false, burn.TrackFailed, 127},
		{"failed, and still open: its size is its room", burn.TrackFailed, 100, []disc.Track{on(2, 350000, disc.TrackIncomplete)}, false, burn.TrackFailed, 100},
		{"failed, and damaged", burn.TrackFailed, 100, []disc.Track{on(2, 350000, disc.TrackDamaged)}, false, burn.TrackFailed, 100},
		{"failed, and damaged earlier", burn.TrackFailed, 100, []disc.Track{on(2, 54, disc.TrackDamaged)}, false, burn.TrackFailed, 54},
		{"canceled", burn.TrackCanceled, 300, []disc.Track{on(2, 302, disc.TrackComplete)}, false, burn.TrackCanceled, 302},
		{"canceled, and not on the disc", burn.TrackCanceled, 300, nil, false, burn.TrackCanceled, 0},
		{"failed at the first WRITE, and nothing there", burn.TrackFailed, 0, nil, false, burn.TrackNotBegun, 0},
		{"failed later, and nothing there", burn.TrackFailed, 54, nil, false, burn.TrackFailed, 0},
		{"not begun, but there is something", burn.TrackNotBegun, 0, []disc.Track{on(2, 27, disc.TrackComplete)}, false, burn.TrackFailed, 27},
		{"not begun, and reserved", burn.TrackNotBegun, 0, []disc.Track{on(2, 400, disc.TrackReserved)}, false, burn.TrackNotBegun, 0},
		{"not begun", burn.TrackNotBegun, 0, nil, false, burn.TrackNotBegun, 0},
		{"not begun, and no look", burn.TrackNotBegun, 0, nil, true, burn.TrackNotBegun, 0},
		{"a WRITE was sent, and no look", burn.TrackNotBegun, 27, nil, true, burn.TrackFailed, placing.MinTrack},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, []toc.Sectors{row.sent}, row.shown...)
			if row.unknown {
				c.last = disc.Disc{}
			}
			c.rep.Tracks[0].Status = row.status
			settler{c}.settleRows(c.rep.Tracks[0].Status != burn.TrackOK)
			got := c.rep.Tracks[0]
			require.Equal(t, row.want, got.Status)
			if ended := !row.unknown && (len(row.shown) == 0 || row.shown[0].State != disc.TrackIncomplete && row.shown[0].State != disc.TrackDamaged); ended || got.Status == burn.TrackOK {
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

// If the start of a track was never known, it is taken from the disc. Figures that the drive
// reported for the track are kept, and a test write changes no row.
func TestRowsKeepWhatIsKnown(t *testing.T) {
	c := concluded(false, []toc.Sectors{0}, on(2, 27, disc.TrackComplete))
	c.rep.Tracks[0].Status, c.rep.Tracks[0].Start = burn.TrackNotBegun, 0
	settler{c}.settleRows(c.rep.Tracks[0].Status != burn.TrackOK)
	require.Equal(t, toc.LBA(1000), c.rep.Tracks[0].Start)

	c = concluded(false, []toc.Sectors{400}, on(2, 402, disc.TrackComplete))
	c.Tasks[0].Shown.Track = 2
	c.rep.Tracks[0].ShownAt, c.rep.Tracks[0].ShownSize = 1000, 400
	settler{c}.settleRows(c.rep.Tracks[0].Status != burn.TrackOK)
	require.Equal(t, toc.Sectors(400), c.rep.Tracks[0].ShownSize)

	c = concluded(false, []toc.Sectors{400})
	c.Options.TestWrite, c.rep.Tracks[0].Status = true, burn.TrackTested
	settler{c}.settleRows(c.rep.Tracks[0].Status != burn.TrackOK)
	require.Equal(t, burn.TrackTested, c.rep.Tracks[0].Status)
	require.Zero(t, c.rep.Tracks[0].Sectors)
}

// A session written as one stream is on the disc completely or not at all. Without an end it
// is lost; with one, tracks that the drive doesn't show may still be on the disc.
func TestRowsOfAStream(t *testing.T) {
	whole := []toc.Sectors{400, 400}
	for _, row := range []struct {
		name  string
		sent  []toc.Sectors
		torn  bool
		shown []disc.Track
		want  []burn.TrackStatus
	}{
		{"complete", whole, false, []disc.Track{on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete)}, []burn.TrackStatus{burn.TrackOK, burn.TrackOK}},
		{"sent to the end, and not shown", whole, false, nil, []burn.TrackStatus{burn.TrackUnshown, burn.TrackUnshown}},
		{"sent to the end, an error at the end, and shown", whole, true, []disc.Track{on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete)}, []burn.TrackStatus{burn.TrackOK, burn.TrackOK}},
		{"sent to the end, and shown as one track under way", whole, false, []disc.Track{on(2, 800, disc.TrackIncomplete)}, []burn.TrackStatus{burn.TrackUnshown, burn.TrackUnshown}},
		{"sent to the end, and shown as damaged", whole, false, []disc.Track{on(2, 800, disc.TrackDamaged)}, []burn.TrackStatus{burn.TrackUnshown, burn.TrackUnshown}},
		{"only the answer to the last WRITE is missing", []toc.Sectors{400, 373}, true, nil, []burn.TrackStatus{burn.TrackUnshown, burn.TrackUnshown}},
		{"cut short before the last WRITE", []toc.Sectors{400, 372}, true, nil, []burn.TrackStatus{burn.TrackLost, burn.TrackLost}},
		{"cut short, and the drive calls it a track", []toc.Sectors{400, 27}, true, []disc.Track{on(2, 427, disc.TrackComplete)}, []burn.TrackStatus{burn.TrackLost, burn.TrackLost}},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(true, row.sent, row.shown...)
			c.torn = row.torn
			settler{c}.settleRows(c.rep.Tracks[0].Status != burn.TrackOK)
			for i, want := range row.want {
				got := c.rep.Tracks[i]
				require.Equal(t, want, got.Status, "track %d", got.Number)
				sectors := toc.Sectors(0)
				if want == burn.TrackOK {
					sectors = 400
				}
				require.Equal(t, sectors, got.Sectors, "track %d", got.Number)
			}
		})
	}
	c := concluded(true, []toc.Sectors{400, 27})
	c.torn, c.rep.Tracks[1].Status = true, burn.TrackFailed
	settler{c}.settleRows(c.rep.Tracks[0].Status != burn.TrackOK)
	require.Equal(t, burn.TrackFailed, c.rep.Tracks[1].Status, "why it failed stays")

	c = concluded(true, []toc.Sectors{400})
	c.torn, c.List = true, append(c.List, &Task{Audio: 400})
	settler{c}.settleRows(c.rep.Tracks[0].Status != burn.TrackOK)
	require.Equal(t, burn.TrackLost, c.rep.Tracks[0].Status, "the next track was never begun")
}

// Only a session written as one stream is lost without its end. Tracks that track-at-once left
// unfinished can be finished, and closed ones are on the disc.
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

// The verdict is about the disc: the worst state of any track counts, and what the user
// requested takes precedence over what the drive left open.
func TestVerdictOfTheRows(t *testing.T) {
	for _, row := range []struct {
		rows []burn.TrackStatus
		want burn.Verdict
	}{
		{nil, burn.VerdictSuccess},
		{[]burn.TrackStatus{burn.TrackOK, burn.TrackOK}, burn.VerdictSuccess},
		{[]burn.TrackStatus{burn.TrackOK, burn.TrackCanceled}, burn.VerdictCanceled},
		{[]burn.TrackStatus{burn.TrackUnshown, burn.TrackOK}, burn.VerdictUnconfirmed},
		{[]burn.TrackStatus{burn.TrackCanceled, burn.TrackUnshown}, burn.VerdictCanceled},
		{[]burn.TrackStatus{burn.TrackUnshown, burn.TrackCanceled}, burn.VerdictCanceled},
		{[]burn.TrackStatus{burn.TrackCanceled, burn.TrackFailed}, burn.VerdictFailed},
		{[]burn.TrackStatus{burn.TrackFailed, burn.TrackCanceled}, burn.VerdictFailed},
		{[]burn.TrackStatus{burn.TrackUnshown, burn.TrackLost}, burn.VerdictFailed},
		{[]burn.TrackStatus{burn.TrackDiffers}, burn.VerdictFailed},
		{[]burn.TrackStatus{burn.TrackShort}, burn.VerdictFailed},
		{[]burn.TrackStatus{burn.TrackChanged}, burn.VerdictFailed},
		{[]burn.TrackStatus{burn.TrackOK, burn.TrackNotBegun}, burn.VerdictFailed},
	} {
		var r burn.Report
		for _, s := range row.rows {
			r.Tracks = append(r.Tracks, burn.TrackReport{Status: s})
		}
		judge(&r, nil)
		require.Equal(t, row.want, r.Verdict, "%v", row.rows)
		require.Empty(t, r.Failure)
	}
	for err, want := range map[error]burn.Verdict{burn.ErrCanceled: burn.VerdictCanceled, burn.ErrNoSpace: burn.VerdictFailed} {
		r := burn.Report{Tracks: []burn.TrackReport{{Status: burn.TrackNotBegun, Notes: []burn.Note{{Kind: notekind.TrackError, Cause: burn.Cause{Err: err}}}}}}
		judge(&r, nil)
		require.Equal(t, want, r.Verdict)
	}
	r := burn.Report{TestWrite: true, Tracks: []burn.TrackReport{{Status: burn.TrackTested}}}
	judge(&r, nil)
	require.Equal(t, burn.VerdictTestWrite, r.Verdict)
	r.Tracks[0].Status = burn.TrackCanceled
	judge(&r, nil)
	require.Equal(t, burn.VerdictCanceled, r.Verdict)
	for err, want := range map[error]burn.Verdict{
		burn.ErrCanceled: burn.VerdictCanceled, burn.ErrVerify: burn.VerdictVerifyFailed, burn.ErrUnconfirmed: burn.VerdictUnconfirmed, burn.ErrTooFast: burn.VerdictUnconfirmed,
		burn.ErrWriteFailed: burn.VerdictFailed, burn.ErrNoMedia: burn.VerdictFailed, burn.ErrNotClosed: burn.VerdictFailed,
	} {
		r := burn.Report{Tracks: []burn.TrackReport{{Status: burn.TrackOK}}}
		judge(&r, err)
		require.Equal(t, want, r.Verdict, "%v", err)
		require.Equal(t, err.Error(), r.Failure)
	}
}

// A difference found by reading back is in the row of its track, and in no other.
func TestRowsOfWhatDiffers(t *testing.T) {
	c := concluded(false, []toc.Sectors{400, 400, 400, 54})
	c.rep.Tracks[3].Status = burn.TrackFailed
	for i, r := range []disc.VerifyResult{disc.VerifyEqual, disc.VerifyDiffers, disc.VerifyUnreadable, disc.VerifyDiffers} {
		c.rep.Verified.Tracks = append(c.rep.Verified.Tracks, disc.TrackVerification{Number: 2 + i, Result: r})
	}
	settler{c}.markDifferent()
	var got []burn.TrackStatus
	for _, row := range c.rep.Tracks {
		got = append(got, row.Status)
	}
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackDiffers, burn.TrackDiffers, burn.TrackFailed}, got)
}
