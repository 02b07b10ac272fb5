package burn

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// A note in a log contains only the figures that it has.
func TestTextsOfNotes(t *testing.T) {
	for want, n := range map[string]Note{
		"reset":                        {Kind: "reset"},
		"fragment" + " want 5, got 0":  {Kind: "fragment", Want: 5},
		"fragment" + " want 0, got 5":  {Kind: "fragment", Got: 5},
		"skipped" + " (track 1)":       {Kind: "skipped", Track: 1},
		"write-resent" + ": no answer": {Kind: "write-resent", Cause: Cause{Err: errors.New("no answer")}},
	} {
		require.Equal(t, want, n.String())
	}
}

// What is said about a track survives the way there and back, all of it.
func TestTrackInfo(t *testing.T) {
	info := toc.TrackInfo{
		Title: "t", Performer: "p", ISRC: "USABC1234567", Control: toc.PreEmphasis, SCMS: true,
		Indexes: []toc.IndexMark{{Index: 2, Offset: 3}},
	}
	require.Equal(t, info, Track{}.WithInfo(info).Info())
}

// The share of a track that is done is about the writing alone, and stays between 0 and 1.
func TestFractionOfATrack(t *testing.T) {
	p := Progress{Action: ActionWriting, StartLBA: 1000, SectorCount: 200, LastWritten: 999}
	require.Zero(t, p.Fraction())
	p.LastWritten = 1099
	require.InDelta(t, 0.5, p.Fraction(), 1e-9)
	p.LastWritten = 1199
	require.InDelta(t, 1, p.Fraction(), 1e-9)
	p.LastWritten = 850
	require.Zero(t, p.Fraction(), "before its start")
	p.LastWritten, p.SectorCount = 1000, 1
	require.InDelta(t, 1, p.Fraction(), 1e-9, "a track of one sector")
	p.LastWritten, p.SectorCount = 1199, 0
	require.Zero(t, p.Fraction(), "nothing is known of its length")
	for a, want := range map[Action]float64{ActionUnknown: 0, ActionPreparing: 0, ActionFinishing: 1, ActionVerifying: 1} {
		p := Progress{Action: a, StartLBA: 1000, SectorCount: 200, LastWritten: 1099}
		require.Equal(t, want, p.Fraction(), "%v", a)
	}
}

// An album is complete once each track is on the disc and the disc is closed.
func TestAlbumIsComplete(t *testing.T) {
	state := func(s mmc.DiscStatus) disc.Disc {
		var d disc.Disc
		d.Status.Value, d.Status.Origin = s, disc.Reported
		return d
	}
	for _, row := range []struct {
		fates []Fate
		on    disc.Disc
		want  bool
	}{
		{[]Fate{FateKept, FateDoubtful}, state(mmc.DiscFinalized), true},
		{[]Fate{FateKept, FateDoubtful}, state(mmc.DiscIncomplete), false},
		{[]Fate{FateKept, FateDoubtful}, disc.Disc{}, false},
		{[]Fate{FateKept, FateBurn}, state(mmc.DiscFinalized), false},
		{[]Fate{FateContinue, FateKept}, state(mmc.DiscFinalized), false},
	} {
		p := ResumePlan{Plan: Plan{Disc: row.on}}
		for _, f := range row.fates {
			p.Album = append(p.Album, Remnant{Fate: f})
		}
		require.Equal(t, row.want, p.Complete(), "%v", row.fates)
	}
}
