package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// resuming returns a resumption of tracks of 400 and 500 sectors.
func resuming(album ...remnant) *resumer {
	c := concluded(false, nil)
	c.line = &line{m: newMeter(nil, &tickClock{})}
	c.rep.Tracks = make([]burn.TrackReport, 2)
	return &resumer{
		conclusion: c, remains: remains{album: album}, was: &burn.Interrupted{}, sizes: []toc.Sectors{400, 500},
		tracks: []burn.Track{{Source: pcm.Silence("one", 400*588)}, {Source: pcm.Silence("two", 500*588), Control: toc.CopyPermitted}},
	}
}

// Closing expects on the disc what the rows list: kept tracks with their length, and fragments
// where and as the disc shows them.
func TestWhatClosingHasToFindOfAnEarlierBurn(t *testing.T) {
	r := resuming(burnt(), left(burn.FateKept, 3, 500))
	fragment := on(2, 81, disc.TrackComplete)
	fragment.Start, fragment.Control = 1002, toc.PreEmphasis
	whole := on(3, 502, disc.TrackComplete)
	r.last.Tracks = []disc.Track{fragment, whole}
	r.fragments = []burn.Fragment{{Row: 1, Number: 2, Start: 1000, Sectors: 81}, {Row: 1, Number: 7, Start: 9000, Sectors: 82}}
	r.keep()
	require.True(t, r.kept)
	require.False(t, r.prove)
	require.Equal(t, []inspect.Expected{
		{Number: 3, Start: 2000, Sectors: 500, Control: toc.CopyPermitted, InTOC: true},
		{Number: 2, Start: 1002, Control: toc.PreEmphasis, InTOC: true},
		{Number: 7, Start: 9000, Control: toc.CopyPermitted, InTOC: true},
	}, r.found)
	require.Equal(t, []burn.Note{
		{Kind: notekind.Fragment, Track: 2, Name: "two", Want: 500, Got: 81}, {Kind: notekind.Fragment, Track: 7, Name: "two", Want: 500, Got: 82},
	}, r.rep.Notes)
	require.Equal(t, burn.TrackReport{}, r.rep.Tracks[0])
	require.Equal(t, burn.TrackReport{
		Number: 3, Start: 2000, Sectors: 500, Status: burn.TrackOK, ShownAt: 2000, ShownSize: 502, Notes: []burn.Note{{Kind: notekind.Kept, Track: 3}},
	}, r.rep.Tracks[1])
}

// The rest of a track is its audio from where it was cut short, and its padding. If all of the
// audio is on the disc, only padding is left.
func TestRestOfATrack(t *testing.T) {
	for _, row := range []struct{ frames, had, audio, padding int }{
		{400 * 588, 0, 400, 0}, {400 * 588, 399, 1, 0}, {400*588 - 1, 399, 1, 0}, {400 * 588, 400, 0, 0},
		{200 * 588, 100, 100, 100}, {200 * 588, 200, 0, 100}, {200 * 588, 250, 0, 50},
	} {
		r := resuming(left(burn.FateContinue, 1, toc.Sectors(row.had)), burnt())
		r.tracks[0].Source, r.digests = pcm.Silence("one", int64(row.frames)), make([]reading.Digest, 2)
		k, err := r.tailOf(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, []int{row.audio, row.padding}, []int{int(k.tail.audio), int(k.tail.padding)}, "%+v", row)
		require.Equal(t, max(int64(row.frames-row.had*588), 0), k.tail.source.Frames(), "%+v", row)
	}
}

// An album whose rest doesn't fit isn't started.
func TestPlanOfARestThatDoesNotFit(t *testing.T) {
	r := resuming(left(burn.FateContinue, 1, 100), burnt())
	r.Before = nextIn(leftOpen(on(1, 100, disc.TrackIncomplete)), 1, 100)
	r.Before.Next.Value.Free = 299
	_, err := r.plan()
	require.Equal(t, &burn.FitError{Need: 300, Room: 299, Music: 300, Append: true, Track: 1}, err)
}

// One unreadable position is noted, and so is a drive that can't read any.
func TestOneUnreadablePlaceIsNoted(t *testing.T) {
	for _, row := range []struct {
		met  audioMatches
		want []burn.NoteKind
	}{
		{audioMatches{unreadable: 1}, []burn.NoteKind{notekind.KeptUnread}}, {audioMatches{unreadable: 2}, []burn.NoteKind{notekind.KeptUnread}},
		{audioMatches{}, nil}, {audioMatches{equal: 1, unreadable: 1}, nil},
	} {
		j, _ := onScript(t, nil, nil)
		r := resuming(burnt(), burnt())
		r.Job, r.compared = j, row.met
		require.NoError(t, r.mendAll(t.Context()))
		require.Equal(t, row.want, kindsOf(j.rep.Notes), "%+v", row.met)
	}
}
