package engine_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// cut returns what a drive leaves of a track that was cut short and padded with silence.
func cut(t testing.TB, name string, seed uint64, sectors, whole int) burn.Track {
	t.Helper()
	b := make([]byte, whole*toc.SectorSize)
	r, err := music(name, seed, whole).Source.Open()
	require.NoError(t, err)
	_, err = io.ReadFull(r, b[:sectors*toc.SectorSize])
	require.NoError(t, err)
	return burn.Track{Source: pcm.FromBytes(name, pcm.CDDA, b)}
}

// If lengths are ambiguous, the audio decides which tracks of the disc are compared. A
// fragment may be as long as its track, before it or at the end of the disc, and another album
// may have tracks of the same length.
func TestVerifyPairsByAudio(t *testing.T) {
	one, two, three := music("one", 1, 300), music("two", 2, 400), music("three", 3, 400)
	silence := cut(t, "quiet", 4, 200, 350) // ends with two seconds of silence
	for name, c := range map[string]struct {
		disc    []burn.Track
		want    []burn.Track
		numbers []int // where the tracks are found
	}{
		"a fragment before the last track": {[]burn.Track{one, two, cut(t, "three", 3, 380, 400), three}, []burn.Track{one, two, three}, []int{1, 2, 4}},
		"a fragment after the last track":  {[]burn.Track{one, two, cut(t, "two", 2, 50, 400)}, []burn.Track{one, two}, []int{1, 2}},
		"a fragment that misses a middle":  {[]burn.Track{one, cut(t, "quiet", 4, 100, 350), silence}, []burn.Track{one, silence}, []int{1, 3}},
		"a fragment of the first track":    {[]burn.Track{cut(t, "one", 1, 10, 300), one, two}, []burn.Track{one, two}, []int{2, 3}},
		"two fragments":                    {[]burn.Track{cut(t, "one", 1, 9, 300), cut(t, "one", 1, 90, 300), one}, []burn.Track{one}, []int{3}},
		"another album after it":           {[]burn.Track{one, two, music("a", 8, 300), music("b", 9, 400)}, []burn.Track{one, two}, []int{1, 2}},
		"another album before it":          {[]burn.Track{music("a", 8, 300), music("b", 9, 400), one, two}, []burn.Track{one, two}, []int{3, 4}},
		"one inside another":               {[]burn.Track{music("a", 8, 300), one, two, music("b", 9, 400)}, []burn.Track{one, two}, []int{2, 3}},
		"the same audio twice":             {[]burn.Track{one, two, two}, []burn.Track{one, two}, []int{1, 2}},
		"the first one again after them":   {[]burn.Track{music("a", 8, 400), two, three, two, music("b", 9, 400)}, []burn.Track{two, three}, []int{2, 3}},
		"all of one length":                {[]burn.Track{two, three, music("c", 7, 400), two}, []burn.Track{three, two}, []int{2, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			_, err := engine.Burn(t.Context(), b.drive, c.disc, nil, trackatonce.Method())
			require.NoError(t, err)
			for _, level := range []disc.VerifyLevel{disc.VerifyQuick, disc.VerifyFull} {
				r, err := engine.Verify(t.Context(), b.drive, c.want, &burn.VerifyOptions{Level: level})
				require.NoError(t, err)
				require.Equal(t, burn.VerdictSuccess, r.Verdict)
				require.Equal(t, disc.VerifyEqual, r.Verified.Result)
				require.Equal(t, level, r.Verified.Done)
				for i, number := range c.numbers {
					require.Equal(t, number, r.Tracks[i].Number)
				}
			}
			// A single wrong bit, in each track in turn, is found: no other track of the disc
			// is compared instead.
			for i, number := range c.numbers {
				wrong := slices.Clone(c.want)
				wrong[i].Source = flipped{wrong[i].Source, 205*toc.SectorSize + 8}
				r, err := engine.Verify(t.Context(), b.drive, wrong, &burn.VerifyOptions{Level: disc.VerifyFull})
				require.ErrorIs(t, err, burn.ErrVerify, "track %d", number)
				require.Equal(t, burn.VerdictVerifyFailed, r.Verdict)
			}
		})
	}
}

// A fragment is never compared instead of a scratched track, even if only three seconds of
// each are read.
func TestVerifyTakesNoFragmentForAScratchedTrack(t *testing.T) {
	whole := cut(t, "quiet", 4, 200, 600)
	fragment := cut(t, "quiet", 4, 190, 600) // differs where quick doesn't read
	for _, level := range []disc.VerifyLevel{disc.VerifyQuick, disc.VerifyFull} {
		b := newBench(t, "modern", sim.CDR80)
		_, err := engine.Burn(t.Context(), b.drive, []burn.Track{music("one", 1, 300), fragment, whole}, nil, trackatonce.Method())
		require.NoError(t, err)
		bad := uint32(b.disc.Tracks()[2].Start + 599)
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			from := binary.BigEndian.Uint32(req.CDB[2:])
			n := uint32(req.CDB[6])<<16 | uint32(req.CDB[7])<<8 | uint32(req.CDB[8])
			return req.CDB[0] == command.OpReadCD && from <= bad && bad < from+n
		}, Sticky: true, Fault: says(3, 0x11, 0x05)})
		r, err := engine.Verify(t.Context(), b.drive, []burn.Track{music("one", 1, 300), whole}, &burn.VerifyOptions{Level: level})
		require.ErrorIs(t, err, burn.ErrVerify, fmt.Sprint(level))
		require.ErrorIs(t, err, burn.ErrUnreadable)
		require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
	}
}

// A track that is longer than any on the disc is the difference; nothing has to be read for it.
func TestVerifyOfATrackThatIsTooLong(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, nil)
	b.tap.Reset()
	r, err := engine.Verify(t.Context(), b.drive, []burn.Track{music("long", 3, 900)}, nil)
	require.ErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, where{burn.PhaseVerify, 1, 0}, placeOf(t, err))
	require.Equal(t, burn.TrackDiffers, r.Tracks[0].Status)
	require.Zero(t, b.sent(command.OpReadCD))
}
