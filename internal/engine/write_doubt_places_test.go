package engine

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// The next writable address of another disc says nothing about a WRITE: whatever the drive
// answered, the track ends there, and nothing is sent to that disc.
func TestAddressOfAnotherDiscSettlesNoWrite(t *testing.T) {
	for name, answer := range map[string]reply{
		"no answer": unanswered, "too late": tooLate, "aborted": checkCondition(0xB, 0x47, 0), "failed": checkCondition(3, 0x0C, 0),
		"refused": checkCondition(5, 0x21, 2), "busy": busy, "working": working, "no error": checkCondition(0, 0, 0),
	} {
		for _, stream := range []bool{false, true} {
			c, s := looked(t, sim.NewDisc(sim.CDR80), nil, map[byte][]reply{
				command.OpWrite10: {answer, good}, command.OpReadTrackInformation: {attention28, nwa(127)},
			})
			c.method = stub{stream}
			c.Can.BUF = true
			k := c.begun(100)
			err := c.writing.write(k, make([]byte, 27*toc.SectorSize), 27)
			require.ErrorIs(t, err, burn.ErrDiscChanged, "%s, stream %v", name, stream)
			require.Equal(t, 1, s.times("write 100+27"), name)
			require.Equal(t, []toc.Sectors{100, 27}, []toc.Sectors{k.Sent, k.unsure}, name)
			require.NotContains(t, kindsOf(c.rep.Tracks[0].Notes), notekind.WriteTaken, name)
		}
	}
}

// WRITEs in doubt that follow each other are read back as one range.
func TestRangesInDoubt(t *testing.T) {
	for _, row := range []struct{ add, want [][2]toc.LBA }{
		{[][2]toc.LBA{{0, 27}, {27, 54}, {54, 81}}, [][2]toc.LBA{{0, 81}}},
		{[][2]toc.LBA{{0, 27}, {54, 81}, {81, 108}}, [][2]toc.LBA{{0, 27}, {54, 108}}},
		{[][2]toc.LBA{{0, 27}, {28, 55}}, [][2]toc.LBA{{0, 27}, {28, 55}}},
		{[][2]toc.LBA{{100, 127}, {0, 154}}, [][2]toc.LBA{{100, 127}, {0, 154}}},
		{[][2]toc.LBA{{0, 127}, {0, 54}}, [][2]toc.LBA{{0, 127}}},
	} {
		var d doubts
		for _, r := range row.add {
			d.add(r[0], r[1])
		}
		require.Equal(t, row.want, d.ranges)
	}
}

// Only the tracks that hold the sectors in doubt are unconfirmed. An error of the medium may be
// about the drive's buffer, which in a session that is one stream reaches into earlier tracks.
func TestWhichTracksAreInDoubt(t *testing.T) {
	ok, unshown := burn.TrackOK, burn.TrackUnshown
	for _, row := range []struct {
		name   string
		answer reply
		stream bool
		want   []burn.TrackStatus
	}{
		{"aborted", checkCondition(0xB, 0x47, 0), false, []burn.TrackStatus{ok, ok, unshown}},
		{"aborted, amid a stream", checkCondition(0xB, 0x47, 0), true, []burn.TrackStatus{ok, ok, unshown}},
		{"failed", checkCondition(3, 0x0C, 0), false, []burn.TrackStatus{ok, ok, unshown}},
		{"failed, amid a stream", checkCondition(3, 0x0C, 0), true, []burn.TrackStatus{ok, unshown, unshown}},
	} {
		c, _ := looked(t, sim.NewDisc(sim.CDR80), nil, map[byte][]reply{command.OpWrite10: {row.answer}, command.OpReadTrackInformation: {nwa(10027 + 27)}})
		c.method = stub{row.stream}
		c.rep.Tracks = nil
		buffer := toc.LBA(driveBufferMax)
		for i, start := range []toc.LBA{0, 10027 - buffer, 10000} {
			k := &Task{Track: burn.Track{Source: pcm.Silence("s", 588)}, Number: i + 1, Start: start, row: i, audio: 10000 - toc.Sectors(start), tried: true}
			if i == 0 {
				k.audio = 10027 - toc.Sectors(buffer) // it ends where the buffer begins
			}
			if k.Sent = k.audio; i == 2 {
				k.audio, k.Sent = 400, 27
			}
			c.Tasks = append(c.Tasks, k)
			c.rep.Tracks = append(c.rep.Tracks, burn.TrackReport{Number: k.Number, Status: burn.TrackOK})
		}
		require.NoError(t, c.writing.write(c.Tasks[2], make([]byte, 27*toc.SectorSize), 27), row.name)
		err := settler{c}.settleDoubts(nil)
		require.ErrorIs(t, err, burn.ErrUnconfirmed, row.name)
		var got []burn.TrackStatus
		for _, k := range c.rep.Tracks {
			got = append(got, k.Status)
		}
		require.Equal(t, row.want, got, row.name)
		var at *burn.Error
		require.ErrorAs(t, err, &at)
		require.Equal(t, slices.Index(row.want, unshown)+1, at.Track, row.name)
	}
}

// A track that the drive shows shorter than what was sent is read back at its end, unless the
// drive omits the end of every track.
func TestWhichShortTrackIsInDoubt(t *testing.T) {
	const sent = 400
	shown := func(number int, size toc.Sectors) command.TrackInformation {
		return command.TrackInformation{Track: number, Size: size, SizeValid: true}
	}
	unsized := command.TrackInformation{Track: 1, Size: sent}
	for _, row := range []struct {
		name    string
		earlier []command.TrackInformation
		shown   command.TrackInformation
		set     func(j *Job)
		want    bool
	}{
		{"the first of all", nil, shown(1, sent-2), nil, false},
		{"an earlier one in full", []command.TrackInformation{shown(1, sent)}, shown(2, sent-2), nil, true},
		{"this one in full", []command.TrackInformation{shown(1, sent)}, shown(2, sent), nil, false},
		{"this one longer", []command.TrackInformation{shown(1, sent)}, shown(2, sent+2), nil, false},
		{"an earlier one longer", []command.TrackInformation{shown(1, sent+2)}, shown(2, sent-1), nil, true},
		{"every one", []command.TrackInformation{shown(1, sent-2), shown(2, sent-2)}, shown(3, sent-2), nil, false},
		{"one of the earlier ones in full", []command.TrackInformation{shown(1, sent-2), shown(2, sent)}, shown(3, sent-2), nil, true},
		{"this one without a size", []command.TrackInformation{shown(1, sent)}, command.TrackInformation{Track: 2, Size: sent - 2}, nil, false},
		{"this one with a size of 0", []command.TrackInformation{shown(1, sent)}, shown(2, 0), nil, false},
		{"this one as another", []command.TrackInformation{shown(1, sent)}, shown(7, sent-2), nil, false},
		{"an earlier one without a size", []command.TrackInformation{unsized}, shown(2, sent-2), nil, false},
		{"an earlier one as another", []command.TrackInformation{shown(7, sent)}, shown(2, sent-2), nil, false},
		{"a test write", []command.TrackInformation{shown(1, sent)}, shown(2, sent-2), func(j *Job) { j.Options.TestWrite = true }, false},
		{"a stream", []command.TrackInformation{shown(1, sent)}, shown(2, sent-2), func(j *Job) { j.method = stub{true} }, false},
		{"a reservation", []command.TrackInformation{shown(1, sent)}, shown(2, sent-2), func(j *Job) { j.Tasks[1].Reserved = true }, false},
	} {
		j := &Job{recording: recording{Options: &burn.Options{}, method: stub{}}, rep: &burn.Report{}}
		for i, info := range append(row.earlier, row.shown) {
			j.Tasks = append(j.Tasks, &Task{Number: i + 1, Start: toc.LBA(1000 * i), Sent: sent, Shown: info})
			j.Tasks[i].Shown.Start = j.Tasks[i].Start
		}
		if row.set != nil {
			row.set(j)
		}
		k := j.Tasks[len(j.Tasks)-1]
		evidence{j}.doubtLength(k)
		require.Equal(t, row.want, verifier{&conclusion{Job: j}}.suspect(), row.name)
		if row.want {
			require.ErrorIs(t, k.doubt, burn.ErrUnconfirmed)
			require.Equal(t, [][2]toc.LBA{{k.End() - toc.LBA(sent-row.shown.Size), k.End()}}, j.writing.doubts.ranges, row.name)
		}
	}
}

// A track in doubt whose sectors were read back is confirmed, but not the pregap before it.
func TestDoubtsThatAreSettled(t *testing.T) {
	for _, row := range []struct {
		name         string
		doubt, blind error
		read         disc.VerifyResult
		want         burn.TrackStatus
		is           error
	}{
		{"no doubt", nil, nil, disc.VerifyNotDone, burn.TrackOK, nil},
		{"read back", errNoAnswer, nil, disc.VerifyEqual, burn.TrackOK, nil},
		{"not read back", errNoAnswer, nil, disc.VerifyNotDone, burn.TrackUnshown, errNoAnswer},
		{"before its start", nil, errNoAnswer, disc.VerifyEqual, burn.TrackOK, errNoAnswer},
		{"before its start, and not read back", errGone, errNoAnswer, disc.VerifyNotDone, burn.TrackUnshown, errGone},
	} {
		c := concluded(false, []toc.Sectors{400})
		c.Tasks[0].doubt, c.Tasks[0].blind = row.doubt, row.blind
		c.rep.Verified.Tracks = []disc.TrackVerification{{Number: 2, Result: row.read}}
		err := settler{c}.settleDoubts(nil)
		require.Equal(t, row.want, c.rep.Tracks[0].Status, row.name)
		require.Equal(t, row.is != nil, err != nil, row.name)
		if row.is != nil {
			require.ErrorIs(t, err, row.is, row.name)
			require.ErrorIs(t, err, burn.ErrUnconfirmed, row.name)
		}
		require.Equal(t, errGone, settler{c}.settleDoubts(errGone), "the first error stays")
	}
}
