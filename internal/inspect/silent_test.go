package inspect_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/disc"
)

// Tracks for which READ TRACK INFORMATION returns nothing: those that another reply
// counts stay in the list, and the place for the next one isn't added.
func TestTracksWithoutReply(t *testing.T) {
	one := trackInfo(1, 1, 0, complete, 0, none, 0, 1000)
	third := trackInfo(3, 1, 0, invisible, 2304, 2304, 350000, 350000)
	for _, row := range []struct {
		name  string
		drive answers
		want  []disc.Origin // of tracks 1, 2 ...
	}{
		{"the last number is refused: it is the next track's",
			answers{info: discInfo(0x05, 1, 1, 2), tracks: map[int]string{1: one}},
			[]disc.Origin{disc.Reported}},
		{"one before it is refused",
			answers{info: discInfo(0x05, 1, 1, 3), tracks: map[int]string{1: one}},
			[]disc.Origin{disc.Reported, disc.Unknown}},
		{"one before it is refused, and the next track is known",
			answers{info: discInfo(0x05, 1, 1, 3), tracks: map[int]string{1: one, 0xFF: third}},
			[]disc.Origin{disc.Reported, disc.Unknown}},
		{"the last number can't be read, which says nothing",
			answers{info: discInfo(0x05, 1, 1, 2), tracks: map[int]string{1: one}, broken: map[int]bool{2: true, 0xFF: true}},
			[]disc.Origin{disc.Reported, disc.Unknown}},
		{"it can't be read, but the next track is known",
			answers{info: discInfo(0x05, 1, 1, 3), tracks: map[int]string{1: one, 0xFF: third}, broken: map[int]bool{2: true, 3: true}},
			[]disc.Origin{disc.Reported, disc.Unknown}},
		{"a finalized disc has as many tracks as it counts",
			answers{info: discInfo(0x0E, 1, 1, 2), tracks: map[int]string{1: one}},
			[]disc.Origin{disc.Reported, disc.Unknown}},
		{"the next one has begun",
			answers{info: discInfo(0x05, 1, 1, 2), tracks: map[int]string{1: one, 0xFF: trackInfo(2, 1, 0, complete, 1152, 1500, 350000, 350000)}},
			[]disc.Origin{disc.Reported, disc.Reported}},
		{"the next one has begun, and disc information counts one more",
			answers{info: discInfo(0x05, 1, 1, 3), tracks: map[int]string{1: one, 0xFF: trackInfo(2, 1, 0, complete, 1152, 1500, 350000, 350000)}},
			[]disc.Origin{disc.Reported, disc.Reported}},
		{"no disc information: on for as long as there are tracks",
			answers{tracks: map[int]string{1: one, 2: trackInfo(2, 1, 0, complete, 1152, none, 0, 1000)}},
			[]disc.Origin{disc.Reported, disc.Reported}},
		{"only the table of contents",
			answers{toc: table(1, 3, 4000, 0, 1000, 2000)},
			[]disc.Origin{disc.Reported, disc.Reported, disc.Reported}},
		{"nothing at all", answers{}, []disc.Origin{}},
	} {
		row.drive.profile = 0x09
		d := lookAt(t, row.drive)
		got := []disc.Origin{}
		for i, track := range d.Tracks {
			assert.Equal(t, i+1, track.Number, row.name)
			assert.Equal(t, track.Origin == disc.Unknown, track.State == disc.TrackUnknown, row.name)
			assert.True(t, track.Origin != disc.Unknown || track.Err != nil, row.name)
			got = append(got, track.Origin)
		}
		assert.Equal(t, row.want, got, row.name)
	}
}

// The facts about a disc without disc information come from the other replies.
func TestWithoutDiscInformation(t *testing.T) {
	blank := trackInfo(1, 1, 0, invisible, 0, 0, 359844, 359844)
	one := trackInfo(1, 1, 0, complete, 0, none, 0, 1000)
	second := trackInfo(2, 1, 0, invisible, 1152, 1152, 350000, 350000)
	const sessions = "00 0A 01 02 00 10 02 00 00 00 2E EA"
	for _, row := range []struct {
		name     string
		drive    answers
		status   string
		sessions int // -1: unknown
	}{
		{"blank", answers{tracks: map[int]string{1: blank, 0xFF: blank}}, "blank", 0},
		{"open", answers{tracks: map[int]string{1: one, 0xFF: second}}, "appendable", -1},
		{"one track, and no other reply", answers{tracks: map[int]string{1: one}}, "", -1},
		{"two closed sessions", answers{toc: table(1, 2, 17900, 0, 12010), sessions: sessions, tracks: map[int]string{1: one, 0xFF: second}}, "appendable", 2},
		{"a table, and no other reply", answers{toc: table(1, 2, 17900, 0, 12010)}, "", -1},
	} {
		row.drive.profile = 0x09
		d := lookAt(t, row.drive)
		assert.Equal(t, row.status != "", d.Status.Known(), row.name)
		if row.status != "" {
			assert.Equal(t, row.status, string(d.Status.Value), row.name)
			assert.Error(t, d.Status.Err, "why disc information isn't the source")
		}
		assert.Equal(t, row.sessions >= 0, d.Sessions.Known(), row.name)
		if row.sessions >= 0 {
			assert.Equal(t, row.sessions, d.Sessions.Value, row.name)
		}
		assert.False(t, d.LastSession.Known(), row.name)
		if row.sessions > 1 {
			assert.NotErrorIs(t, d.LeadOuts.Err, disc.ErrNotAsked, "the lead-ins are read")
		}
	}
}
