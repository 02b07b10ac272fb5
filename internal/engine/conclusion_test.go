package engine

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// At the end, another disc is detected by inspection: if the drive reported a change, unless
// the disc was reloaded, or if the content can't be that of the job.
func TestAnotherDiscAtTheEnd(t *testing.T) {
	for _, row := range []struct {
		name  string
		told  bool // the drive reported another disc
		set   func(c *conclusion)
		other bool // the disc isn't that of the job
		want  bool
	}{
		{"reported, and it is another one", true, func(*conclusion) {}, true, true},
		{"reported, and it is the same", true, func(*conclusion) {}, false, false},
		{"not reported", false, func(*conclusion) {}, true, false},
		{"reported because it was reloaded", true, func(c *conclusion) { c.renewed = true }, true, false},
		{"reported before, and not disproved", false, func(c *conclusion) { c.changeReported = true }, true, true},
		{"found before", false, func(c *conclusion) { c.otherDisc = true }, true, true},
		{"found before, and the right one is back", false, func(c *conclusion) { c.otherDisc = true }, false, false},
		{"nothing to compare with", true, func(c *conclusion) { c.guarded = false }, true, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := guarding(t, pressed(t), row.told)
			c := &conclusion{Job: j}
			if row.other {
				c.Before.Tracks[0].Start++
			}
			row.set(c)
			require.NoError(t, c.look())
			require.Equal(t, row.want, c.otherDisc)
			require.False(t, c.renewed, "the next report counts again")
			require.True(t, c.known() && c.fresh)
			require.Equal(t, j.seen.Now(), c.guard)
			if row.want {
				require.ErrorIs(t, c.swapped(), burn.ErrDiscChanged)
				require.ErrorIs(t, c.swapped(), burn.ErrUnconfirmed)
			} else {
				require.NoError(t, c.swapped())
			}
			s.dead = true
			require.Error(t, c.look())
			require.False(t, c.known() || c.fresh || c.otherDisc)
			require.True(t, c.Silent())
		})
	}
	j, _ := guarding(t, pressed(t), true)
	c := &conclusion{Job: j}
	c.Before.Tracks[0].Start++
	require.ErrorIs(t, c.swapped(), burn.ErrDiscChanged, "a report since the last look is looked into")
}

// The report contains the last inspection: the tracks with an end, the lead-out, and whether
// more can be added. If the drive is still writing or reports no state, both are unknown.
func TestLastLookIsReported(t *testing.T) {
	yes, no := true, false
	list := []disc.Track{on(1, 300, disc.TrackComplete), on(2, 400, disc.TrackIncomplete), on(3, 5, disc.TrackDamaged), on(4, 7, disc.TrackUnknown), on(5, 9, disc.TrackComplete)}
	list[4].Origin = disc.Unknown
	list[3].Control = toc.DataTrack
	for _, row := range []struct {
		name            string
		change          func(d *disc.Disc)
		closed, appends *bool
		leadOut         toc.LBA
	}{
		{"open", func(*disc.Disc) {}, &no, &yes, 0},
		{"closed, another session may follow", func(d *disc.Disc) { d.LastSession = fact(mmc.SessionEmpty) }, &yes, &yes, 0},
		{"finalized", func(d *disc.Disc) {
			d.Status, d.TOC = fact(mmc.DiscFinalized), fact(toc.TOC{LeadOut: 5000})
		}, &yes, &no, 5000},
		{"finalized, and its table isn't known", func(d *disc.Disc) {
			d.Status, d.TOC.Value.LeadOut = fact(mmc.DiscFinalized), 5000
		}, &yes, &no, 0},
		{"still writing", func(d *disc.Disc) { d.Status, d.NotReady = fact(mmc.DiscFinalized), mmc.ErrNotReady }, nil, nil, 0},
		{"not ready for another reason", func(d *disc.Disc) { d.Status, d.NotReady = fact(mmc.DiscFinalized), scsi.KeyHardwareError }, &yes, &no, 0},
		{"unknown", func(d *disc.Disc) { d.Status.Origin = disc.Unknown }, nil, nil, 0},
		{"session unknown", func(d *disc.Disc) { d.LastSession.Origin = disc.Unknown }, nil, &yes, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, nil)
			c.seen, c.fresh = newWitness(bare{}), true
			c.last.Tracks = list
			row.change(&c.last)
			c.finalLook()
			require.Equal(t, row.closed, c.rep.Closed)
			require.Equal(t, row.appends, c.rep.Appendable)
			require.Equal(t, row.leadOut, c.rep.LeadOut)
			require.Equal(t, c.last, c.rep.After)
			require.Equal(t, []burn.DiscTrack{
				{Number: 1, Session: 1, Sectors: 300, Complete: &yes, Audio: true},
				{Number: 2, Session: 1, Start: 1000, Complete: &no, Audio: true},
				{Number: 3, Session: 1, Start: 2000, Complete: &no, Audio: true},
				{Number: 4, Session: 1, Start: 3000, Sectors: 7},
			}, c.rep.OnDisc)
		})
	}
}

// Nothing of a stream without an end can be read, whatever tracks the drive shows.
func TestNothingOfAStreamWithoutAnEnd(t *testing.T) {
	for _, row := range []struct {
		name  string
		torn  bool
		sent  []toc.Sectors
		shown []disc.Track
		want  []int
	}{
		{"cut short, and called complete", true, []toc.Sectors{400, 27}, []disc.Track{on(2, 427, disc.TrackComplete)}, []int{1}},
		{"cut short, and called incomplete", true, []toc.Sectors{400, 27}, []disc.Track{on(2, 427, disc.TrackIncomplete)}, []int{1}},
		{"sent to its end, and not closed yet", false, []toc.Sectors{400, 400}, []disc.Track{on(2, 800, disc.TrackIncomplete)}, []int{1}},
		{"sent to its end", false, []toc.Sectors{400, 400}, []disc.Track{on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete)}, []int{1, 2, 3}},
	} {
		c := concluded(true, row.sent, row.shown...)
		c.seen, c.fresh, c.torn = newWitness(bare{}), true, row.torn
		c.last.Status = fact(mmc.DiscIncomplete)
		c.hurryNow(t)
		c.finalLook()
		var got []int
		for _, k := range c.rep.OnDisc {
			got = append(got, k.Number)
		}
		require.Equal(t, row.want, got, row.name)
		require.Equal(t, len(row.want) > 1, *c.rep.Appendable, row.name)
	}
	require.False(t, (&conclusion{Job: &Job{}, torn: true}).unended(), "nothing was begun")
}

// hurryNow gives a conclusion without a drive a line that is in a hurry.
func (c *conclusion) hurryNow(t *testing.T) {
	t.Helper()
	c.line = &line{calm: t.Context(), hurry: t.Context(), silent: true}
}

// The row of a track that is no longer seen has no length, and an upper limit of the sectors
// sent unless the drive may have ended the track. A track that was seen complete keeps its
// length.
func TestRowsWithoutALook(t *testing.T) {
	for _, row := range []struct {
		name            string
		shown           command.TrackInformation
		sent, unsure    toc.Sectors
		sectors, atMost toc.Sectors
	}{
		{"seen whole", command.TrackInformation{Track: 2}, 100, 0, 77, 0},
		{"not seen", command.TrackInformation{}, 100, 27, 0, 300},
		{"another one seen", command.TrackInformation{Track: 1}, 400, 27, 0, 427},
		{"it went on", command.TrackInformation{Track: 2, NWAValid: true}, 400, 0, 0, 400},
		{"damaged", command.TrackInformation{Track: 2, Damage: true}, 400, 0, 0, 400},
		{"nothing sent", command.TrackInformation{}, 0, 0, 0, 0},
	} {
		c := concluded(false, []toc.Sectors{row.sent})
		c.last, c.Tasks[0].Shown, c.Tasks[0].unsure = disc.Disc{}, row.shown, row.unsure
		c.rep.Tracks[0].Status, c.rep.Tracks[0].Sectors = burn.TrackFailed, 77
		settler{c}.settleRows(true)
		require.Equal(t, []toc.Sectors{row.sectors, row.atMost}, []toc.Sectors{c.rep.Tracks[0].Sectors, c.rep.Tracks[0].AtMost}, row.name)
	}
}

// A track that was complete and is torn now has failed if something else failed; otherwise the
// next inspection may show it complete again.
func TestRowOfATrackThatIsTornNow(t *testing.T) {
	for _, row := range []struct {
		state  disc.TrackState
		failed bool
		want   burn.TrackStatus
		atMost toc.Sectors
	}{
		{disc.TrackIncomplete, true, burn.TrackFailed, 400}, {disc.TrackDamaged, true, burn.TrackFailed, 400},
		{disc.TrackIncomplete, false, burn.TrackOK, 0}, {disc.TrackComplete, true, burn.TrackOK, 0},
	} {
		c := concluded(false, []toc.Sectors{400}, on(2, 350000, row.state))
		settler{c}.settleRows(row.failed)
		require.Equal(t, row.want, c.rep.Tracks[0].Status, "%+v", row)
		require.Equal(t, row.atMost, c.rep.Tracks[0].AtMost, "%+v", row)
	}
	c := concluded(false, []toc.Sectors{400}, on(2, 0, disc.TrackIncomplete))
	c.Tasks[0].unsure = 27
	settler{c}.settleRows(true)
	require.Equal(t, toc.Sectors(427), c.rep.Tracks[0].AtMost, "a size of 0 is none, and the last WRITE may have been carried out")
	c = concluded(false, []toc.Sectors{400}, on(2, 400, disc.TrackComplete))
	c.otherDisc, c.laser = true, laserOn
	settler{c}.settleRows(false)
	require.Equal(t, burn.TrackUnshown, c.rep.Tracks[0].Status, "another disc was looked at")
	c = concluded(false, []toc.Sectors{400}, on(2, 400, disc.TrackComplete))
	c.otherDisc, c.laser = true, laserClosed
	settler{c}.settleRows(false)
	require.Equal(t, burn.TrackOK, c.rep.Tracks[0].Status, "it was seen closed before")
}

// The state of a track while it is written, by how and why it ended.
func TestRowOfATrackThatWasWritten(t *testing.T) {
	canceled, short, changed := Name(burn.ErrCanceled, errors.New("x")), burn.ErrSourceShort, burn.ErrSourceChanged
	for _, row := range []struct {
		name       string
		sent       toc.Sectors // of 400
		test       bool
		cause, end error
		want       burn.TrackStatus
		notes      int
	}{
		{"whole", 400, false, nil, nil, burn.TrackOK, 0},
		{"tested", 400, true, nil, nil, burn.TrackTested, 0},
		{"canceled", 300, false, canceled, nil, burn.TrackCanceled, 1},
		{"canceled, and not ended", 300, false, canceled, burn.ErrTrackOpen, burn.TrackCanceled, 2},
		{"canceled at its first sector", 0, false, canceled, nil, burn.TrackFailed, 1},
		{"canceled when all was written", 400, false, canceled, nil, burn.TrackOK, 1},
		{"a test canceled when all was written", 400, true, canceled, nil, burn.TrackTested, 1},
		{"canceled when all was written, and not ended", 400, false, canceled, burn.ErrTrackOpen, burn.TrackCanceled, 2},
		{"not shown", 400, false, nil, burn.ErrUnconfirmed, burn.TrackUnshown, 1},
		{"missing", 400, false, nil, burn.ErrTrackMissing, burn.TrackFailed, 1},
		{"its source ended early", 300, false, short, nil, burn.TrackShort, 1},
		{"its source changed", 300, false, changed, nil, burn.TrackChanged, 1},
		{"failed, and not shown", 300, false, burn.ErrWriteFailed, burn.ErrUnconfirmed, burn.TrackFailed, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, []toc.Sectors{400})
			c.Options.TestWrite = row.test
			k := c.Tasks[0]
			k.Source, k.Sent, k.music, k.Hidden = pcm.Silence("s.wav", 588), row.sent, row.sent, 100
			k.Shown = command.TrackInformation{Track: 2, Start: 7, Size: 350}
			if row.sent == 300 {
				k.music = 290
			}
			c.rep.Tracks[0] = burn.TrackReport{}
			(&recorder{Job: c.Job}).account(k, row.cause, row.end)
			got := c.rep.Tracks[0]
			require.Equal(t, row.want, got.Status)
			require.Len(t, got.Notes, row.notes)
			require.Equal(t, []int{2, 1100, 7}, []int{got.Number, int(got.Start), int(got.ShownAt)})
			require.Equal(t, []toc.Sectors{row.sent, k.music, row.sent - k.music, 350}, []toc.Sectors{got.Sent, got.Audio, got.Padding, got.ShownSize})
			want := min(row.sent, 352)
			if row.test {
				want = 0
			}
			require.Equal(t, want, got.Sectors)
			k.Shown.Track = 3
			c.rep.Tracks[0] = burn.TrackReport{}
			(&recorder{Job: c.Job}).account(k, row.cause, row.end)
			require.Zero(t, c.rep.Tracks[0].Sectors, "another track was shown")
		})
	}
	k := &Task{Sent: 100, Hidden: 60, Tail: 50}
	require.Zero(t, k.body(), "it doesn't reach its own index 1")
	k.Sent = 200
	require.Equal(t, toc.Sectors(90), k.body())
}

// A report as one line of text.
func TestReportInOneLine(t *testing.T) {
	tracks := []burn.TrackReport{{Status: burn.TrackOK, Sectors: 750}, {Status: burn.TrackTested, Length: 75, Sent: 225}, {Status: burn.TrackFailed, Sectors: 9999}}
	for want, row := range map[string]struct {
		status             mmc.DiscStatus
		closed, appendable bool
	}{
		"success: 2 of 3 tracks, 0:11, session open":                       {mmc.DiscIncomplete, false, true},
		"success: 2 of 3 tracks, 0:11, disc closed":                        {mmc.DiscFinalized, true, false},
		"success: 2 of 3 tracks, 0:11, session closed, another may follow": {mmc.DiscIncomplete, true, true},
		"success: 2 of 3 tracks, 0:11, disc blank":                         {mmc.DiscEmpty, false, false},
	} {
		r := burn.Report{Verdict: burn.VerdictSuccess, Tracks: tracks, Closed: new(row.closed), Appendable: new(row.appendable)}
		r.After.Status = fact(row.status)
		require.Equal(t, want, r.String())
	}
	r := burn.Report{Verdict: burn.VerdictFailed}
	judge(&r, burn.ErrNoMedia)
	require.Equal(t, "E_IMAPI_RECORDER_MEDIA_NO_MEDIA", r.HRESULT)
	require.Equal(t, "failed: state of the disc unknown", r.String())
}

// Unlocking a busy tray is repeated up to four times in all; after any other error it isn't.
func TestWhenTheTrayIsUnlocked(t *testing.T) {
	for _, row := range []struct {
		name    string
		answers []reply
		tray    trayState
		at      []string
		want    error
	}{
		{"at once", []reply{good}, trayLocked, []string{"0"}, nil},
		{"busy", []reply{busy, busy, good}, trayLocked, []string{"0", "380", "760"}, nil},
		{"fails", []reply{broken, broken, good}, trayLocked, []string{"0", "0", "0"}, nil},
		{"fails for ever", []reply{broken}, trayLocked, []string{"0", "0", "0", "0"}, scsi.KeyHardwareError},
		{"refused", []reply{refusal}, trayLocked, []string{"0", "0", "0", "0"}, scsi.KeyIllegalRequest},
		{"has no lock", []reply{refusal}, trayNoLock, []string{"0", "0", "0", "0"}, nil},
		{"has no lock, and fails", []reply{broken}, trayNoLock, []string{"0", "0", "0", "0"}, scsi.KeyHardwareError},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, map[byte][]reply{command.OpPreventAllowMediumRemoval: row.answers})
			j.hold.tray = row.tray
			err := j.hold.unlock(t.Context())
			var at []string
			for _, sent := range s.sent {
				at = append(at, sent[:len(sent)-len(" PREVENT ALLOW MEDIUM REMOVAL")])
			}
			require.Equal(t, row.at, at)
			if row.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.want)
				require.ErrorContains(t, err, "the tray stays locked")
			}
		})
	}
}

// Everything that was acquired is released in reverse order, once, even after an error.
func TestEverythingIsGivenBack(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpPreventAllowMediumRemoval: {good}, command.OpStartStopUnit: {good}})
	var order []int
	first, second := errors.New("first"), errors.New("second")
	j.hold.later(func() error { order = append(order, 1); return first })
	j.hold.later(func() error { order = append(order, 2); return second })
	j.hold.tray = trayLocked
	require.NoError(t, j.hold.free(t.Context()))
	j.hold.open(t.Context())
	err := j.hold.release(t.Context())
	require.ErrorIs(t, err, first)
	require.ErrorIs(t, err, second)
	require.Equal(t, []int{2, 1}, order)
	require.Equal(t, []string{"0 PREVENT ALLOW MEDIUM REMOVAL", "0 START STOP UNIT"}, s.sent)
	s.sent = nil
	j.hold.open(t.Context())
	require.NoError(t, j.hold.release(t.Context()))
	require.Empty(t, s.sent)
	require.Len(t, order, 2)

	j, s = onScript(t, nil, map[byte][]reply{command.OpPreventAllowMediumRemoval: {broken}, command.OpStartStopUnit: {good}})
	j.hold.tray = trayLocked
	require.Error(t, j.hold.free(t.Context()))
	j.hold.open(t.Context())
	require.NoError(t, j.hold.release(t.Context()))
	require.Zero(t, s.times("START STOP UNIT"), "a locked tray isn't opened")
	require.Empty(t, j.rep.Notes)
}

// Before anything is read, the lengths of tracks are compared with their sources, ignoring
// run-out and pauses, for which two seconds are allowed if only the table of contents is
// known.
func TestLengthsOfPairs(t *testing.T) {
	source := func(sectors int) burn.Track { return burn.Track{Source: pcm.Silence("s.wav", int64(sectors)*588)} }
	for _, row := range []struct {
		name   string
		change func(list []disc.Track, tracks []burn.Track)
		want   bool
	}{
		{"the same", func([]disc.Track, []burn.Track) {}, true},
		{"two sectors more on the disc", func(l []disc.Track, _ []burn.Track) { l[0].Sectors = 402 }, true},
		{"three sectors more on the disc", func(l []disc.Track, _ []burn.Track) { l[0].Sectors = 403 }, false},
		{"by the table of contents alone", func(l []disc.Track, _ []burn.Track) { l[0].Sectors, l[0].Shown.Known = 554, false }, true},
		{"too long by the table of contents alone", func(l []disc.Track, _ []burn.Track) { l[0].Sectors, l[0].Shown.Known = 555, false }, false},
		{"contradicted", func(l []disc.Track, _ []burn.Track) { l[0].Sectors, l[0].Origin = 554, disc.Contradicted }, true},
		{"shorter on the disc, up to the next track", func(l []disc.Track, _ []burn.Track) { l[0].Sectors, l[1].Start = 200, 398 }, true},
		{"shorter on the disc, and the next track too near", func(l []disc.Track, _ []burn.Track) { l[0].Sectors, l[1].Start = 200, 397 }, false},
		{"shorter on the disc, the next track in another session", func(l []disc.Track, _ []burn.Track) { l[0].Sectors, l[1].Start, l[1].Session = 200, 398, 2 }, false},
		{"the last two sectors short", func(l []disc.Track, _ []burn.Track) { l[1].Sectors = 398 }, true},
		{"the last three sectors short", func(l []disc.Track, _ []burn.Track) { l[1].Sectors = 397 }, false},
		{"a recorded pause at the end of the source", func(l []disc.Track, k []burn.Track) {
			l[0].Sectors, l[1].Start, k[0], k[1].Pregap = 325, 325, source(400), 75
		}, true},
		{"audio hidden before track 1", func(l []disc.Track, k []burn.Track) {
			l[0].Start, l[0].Sectors, l[1].Start, k[0].Pregap = 100, 300, 400, 100
		}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, []toc.Sectors{400, 400})
			list := []disc.Track{on(1, 400, disc.TrackComplete), on(2, 400, disc.TrackComplete)}
			tracks := []burn.Track{source(400), source(400)}
			row.change(list, tracks)
			written, err := verifier{c}.pairRows(tracks, list)
			require.Equal(t, row.want, err == nil, "%v", err)
			require.Len(t, written, 2)
			if row.want {
				require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackOK}, []burn.TrackStatus{c.rep.Tracks[0].Status, c.rep.Tracks[1].Status})
				return
			}
			var at *burn.Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, burn.PhaseVerify, at.Phase)
			require.Equal(t, burn.TrackDiffers, c.rep.Tracks[at.Track-1].Status)
			require.Equal(t, list[at.Track-1].Start, at.LBA)
		})
	}
	var hidden = burn.Track{Pregap: 100}
	require.Equal(t, toc.LBA(0), hiddenStart(hidden, disc.Track{Number: 1, Start: 100}))
	require.Equal(t, toc.LBA(99), hiddenStart(hidden, disc.Track{Number: 1, Start: 99}), "it does not fit")
	require.Equal(t, toc.LBA(100), hiddenStart(hidden, disc.Track{Number: 2, Start: 100}))
}

// Which tracks of a disc can contain a track of a given length: two sectors of run-out are
// allowed either way and, if only the table of contents is known, a pause more.
func TestLengthsThatFit(t *testing.T) {
	shown := on(1, 400, disc.TrackComplete)
	table := shown
	table.Shown.Known = false
	for size, want := range map[toc.Sectors][2]bool{
		397: {false, true}, 398: {true, true}, 402: {true, true}, 403: {false, false}, 248: {false, true}, 247: {false, false},
	} {
		require.Equal(t, want, [2]bool{fits(shown, size), fits(table, size)}, "%d", size)
	}
	list := []disc.Track{on(1, 300, disc.TrackComplete), on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete)}
	require.Equal(t, [][]int{{0}, {1, 2}}, places(list, []toc.Sectors{300, 400}))
	require.Equal(t, [][]int{{1}, {2}}, places(list, []toc.Sectors{400, 400}))
	require.Equal(t, [][]int{{2, 1}}, places(list, []toc.Sectors{400}))
	require.Nil(t, places(list, []toc.Sectors{400, 300}))
	require.True(t, Holds(list, []toc.Sectors{300, 400, 400}))
	require.False(t, Holds(list, []toc.Sectors{300, 400, 400, 400}))
}
