package cuesheet_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

func TestLayout(t *testing.T) {
	s := cuesheet.Session{First: 3, Tracks: []cuesheet.Track{
		{Pregap: 1150, Length: 500, Indexes: []toc.IndexMark{{Index: 2, Offset: 100}}},
		{Length: 600},
		{Pregap: 75, Length: 300, Control: toc.PreEmphasis},
	}}
	l, err := s.Layout()
	require.NoError(t, err)
	assert.Equal(t, cuesheet.Layout{LeadOut: 2475, Marks: []cuesheet.Mark{
		{3, 0, -150}, {3, 1, 1000}, {3, 2, 1100}, {4, 1, 1500}, {5, 0, 2100}, {5, 1, 2175},
	}}, l)
	assert.Equal(t, toc.Sectors(2625), l.Sectors(), "150 silent, 1000 hidden, 500, 600, 75, 300")
	table, err := s.TOC()
	require.NoError(t, err)
	assert.Equal(t, toc.TOC{First: 3, Last: 5, LeadOut: 2475, Entries: []toc.Entry{
		{Number: 3, Start: 1000}, {Number: 4, Start: 1500}, {Number: 5, Start: 2175, Control: toc.PreEmphasis},
	}}, table)
	assert.Zero(t, cuesheet.Layout{}.Sectors())
}

// A second session: in a public log, its pregap is at LBA 337007 and its tracks at 337157,
// 356894 and 372923.
func TestLaterSession(t *testing.T) {
	l, err := cuesheet.Session{First: 20, Start: 337157, Tracks: tracks(19737, 16029, 300)}.Layout()
	require.NoError(t, err)
	assert.Equal(t, []cuesheet.Mark{{20, 0, 337007}, {20, 1, 337157}, {21, 1, 356894}, {22, 1, 372923}}, l.Marks)
}

func TestInvalid(t *testing.T) {
	one := func(track cuesheet.Track) cuesheet.Session {
		if track.Length == 0 {
			track.Length = 300
		}
		return cuesheet.Session{Tracks: []cuesheet.Track{track}}
	}
	for i, c := range []struct {
		session cuesheet.Session
		also    error
	}{
		{cuesheet.Session{}, placing.ErrNoTracks},
		{cuesheet.Session{Tracks: tracks(299)}, placing.ErrTrackLength},
		{cuesheet.Session{First: 98, Tracks: tracks(300, 300, 300)}, placing.ErrTrackCount},
		{cuesheet.Session{First: -1, Tracks: tracks(300)}, nil},
		{cuesheet.Session{Start: -1, Tracks: tracks(300)}, nil},
		{cuesheet.Session{MCN: "4006381333932", Tracks: tracks(300)}, toc.ErrMCN},
		{cuesheet.Session{MCN: "400638133393", Tracks: tracks(300)}, toc.ErrMCN},
		{cuesheet.Session{MCN: "036000291452", Tracks: tracks(300)}, toc.ErrMCN}, // a UPC; the sheet has room for exactly 13 digits
		{one(cuesheet.Track{ISRC: "DE-AB3-12-00001"}), toc.ErrISRC},
		{one(cuesheet.Track{ISRC: "DEAB3120000X"}), toc.ErrISRC},
		{one(cuesheet.Track{Control: toc.DataTrack}), nil},
		{one(cuesheet.Track{Control: 0x10}), nil},
		{one(cuesheet.Track{Pregap: 149}), nil},
		{one(cuesheet.Track{Pregap: 1}), nil},
		{one(cuesheet.Track{Pregap: -1}), nil},
		{one(cuesheet.Track{Length: toc.Sectors(toc.MaxLBA) + 1}), placing.ErrTrackLength},
		{cuesheet.Session{Tracks: append(tracks(300), cuesheet.Track{Length: 300, Pregap: toc.Sectors(toc.MaxLBA)})}, placing.ErrTrackLength},
		{one(cuesheet.Track{Indexes: []toc.IndexMark{{Index: 3, Offset: 5}}}), nil},
		{one(cuesheet.Track{Indexes: []toc.IndexMark{{Index: 2, Offset: 0}}}), nil},
		{one(cuesheet.Track{Indexes: []toc.IndexMark{{Index: 2, Offset: 300}}}), nil},
		{one(cuesheet.Track{Indexes: []toc.IndexMark{{Index: 2, Offset: 50}, {Index: 3, Offset: 50}}}), nil},
	} {
		_, err := c.session.CueSheet(cuesheet.Variant{})
		require.ErrorIs(t, err, cuesheet.ErrInvalid, "%d", i)
		if c.also != nil {
			require.ErrorIs(t, err, c.also, "%d", i)
		}
		_, err = c.session.TOC()
		require.ErrorIs(t, err, cuesheet.ErrInvalid)
		_, _, err = c.session.Fit(0)
		require.ErrorIs(t, err, cuesheet.ErrInvalid)
	}
	_, err := one(cuesheet.Track{Length: toc.Sectors(toc.MaxLBA)}).CueSheet(cuesheet.Variant{})
	require.NoError(t, err, "the last address that there is")
	var indexes []toc.IndexMark
	for i := range 99 {
		indexes = append(indexes, toc.IndexMark{Index: uint8(2 + i), Offset: toc.Sectors(1 + i)})
	}
	_, err = one(cuesheet.Track{Indexes: indexes[:98]}).CueSheet(cuesheet.Variant{})
	require.NoError(t, err, "index 99")
	_, err = one(cuesheet.Track{Indexes: indexes}).CueSheet(cuesheet.Variant{})
	require.ErrorIs(t, err, cuesheet.ErrInvalid, "index 100")
	_, err = one(cuesheet.Track{Indexes: []toc.IndexMark{{Index: 2, Offset: 1}, {Index: 4, Offset: 2}}}).CueSheet(cuesheet.Variant{})
	require.ErrorContains(t, err, "track 1: index 4 where 3 should be")
}

// Cue sheets of random sessions follow the rules of a strict drive.
func TestSheetRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := cuesheet.Session{First: rapid.IntRange(1, 90).Draw(t, "first")}
		total := toc.Sectors(0)
		for i := range rapid.IntRange(1, 10).Draw(t, "tracks") {
			track := cuesheet.Track{Length: toc.Sectors(rapid.IntRange(300, 20000).Draw(t, "length"))}
			track.Pregap = toc.Sectors(rapid.SampledFrom([]int{0, 0, 150, 151, 4000}).Draw(t, "pregap"))
			at := toc.Sectors(0)
			for n := range rapid.IntRange(0, 3).Draw(t, "indexes") {
				at += toc.Sectors(rapid.IntRange(1, 99).Draw(t, "offset"))
				track.Indexes = append(track.Indexes, toc.IndexMark{Index: uint8(2 + n), Offset: at})
			}
			if rapid.Bool().Draw(t, "ISRC") {
				track.ISRC = toc.ISRC(fmt.Sprintf("DEAB312%05d", i))
			}
			if s.Tracks = append(s.Tracks, track); i == 0 && track.Pregap == 0 {
				total = 150
			}
			total += track.Pregap + track.Length
		}
		sheet, err := s.CueSheet(cuesheet.Variant{})
		require.NoError(t, err)
		read(t, sheet, s, total)
	})
}

// read checks a sheet entry by entry.
func read(t *rapid.T, sheet cuesheet.CueSheet, s cuesheet.Session, total toc.Sectors) {
	require.Equal(t, []byte{1, 0, 0, 1, 0, 0, 0, 0}, []byte(sheet[:8]))
	last, track, index, isrc := toc.LBA(-151), s.First-1, 99, ""
	for e := sheet[8:]; len(e) > 0; e = e[8:] {
		at := toc.MSF{M: e[5], S: e[6], F: e[7]}
		switch {
		case e[0]&0x0F == 3:
			if isrc == "" {
				require.Equal(t, track+1, int(e[1]), "before all positions of its track")
			}
			isrc += string(e[2:8])
		case e[1] == command.LeadOutTrack:
			require.Len(t, e, 8)
			require.Equal(t, byte(1), e[3])
			require.Equal(t, toc.LBA(total)-150, at.LBA())
		default:
			if int(e[1]) != track {
				track++
				require.Equal(t, string(s.Tracks[track-s.First].ISRC), isrc)
				require.LessOrEqual(t, e[2], byte(1))
				index, isrc = int(e[2])-1, ""
			}
			require.Equal(t, track, int(e[1]))
			require.Equal(t, index+1, int(e[2]))
			index++
			require.True(t, at.Valid())
			require.Greater(t, at.LBA(), last)
			require.Zero(t, e[3])
			last = at.LBA()
		}
	}
	require.Equal(t, s.First+len(s.Tracks)-1, track)
}
