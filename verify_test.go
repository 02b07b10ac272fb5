package redbook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// loadFiles loads an album of these files.
func (b *bench) loadFiles(t *testing.T, files []string) *redbook.Album {
	t.Helper()
	b.files = files
	return b.load(t)
}

// A fragment precedes the track that it was cut from. Wherever its end lies, even exactly
// where the next track would start if it continued without a pause, all of it is a pause.
func TestVerifyAfterAFragment(t *testing.T) {
	all := concert(16)
	one, two := all[:(8*44100+300)*4], all[(8*44100+300)*4:(13*44100+700)*4]
	for _, personality := range []string{"modern", "stale-toc"} {
		for shorter := 148; shorter <= 154; shorter++ {
			if testing.Short() && shorter%3 != 0 { // 150 and 153: a pause, and more than one
				continue
			}
			t.Run(fmt.Sprint(personality, shorter), func(t *testing.T) {
				b := newBench(t)
				fragment := one[:len(one)/toc.SectorSize*toc.SectorSize-shorter*toc.SectorSize]
				b.with(t, personality, func(d *redbook.Drive) {
					_, err := redbook.Burn(t.Context(), d, b.loadFiles(t, cuts(t, fragment, one, two)), &redbook.Options{Mode: redbook.ModeTAO})
					require.NoError(t, err)
					r, err := redbook.Verify(t.Context(), d, b.loadFiles(t, cuts(t, one, two)), nil)
					require.NoError(t, err)
					require.Equal(t, burn.VerdictSuccess, r.Verdict)
					require.Equal(t, disc.VerifyEqual, r.Verified.Result)
				})
			})
		}
	}
}

// An album without pauses is found wherever it is on the disc, and one with pauses isn't
// mistaken for it, even if another album has the same lengths.
func TestVerifyFindsTheAlbum(t *testing.T) {
	all := concert(26)
	gap := [][]byte{all[:(5*44100+300)*4], all[(5*44100+300)*4 : (10*44100+700)*4], all[(10*44100+700)*4 : 16*44100*4]}
	other := [][]byte{all[20*44100*4 : 25*44100*4]}
	var twin [][]byte // as long as gap, with other music
	for _, track := range gap {
		twin = append(twin, all[len(all)-len(track):])
	}
	sao, tao := redbook.Options{Mode: redbook.ModeSAO, Gapless: true, MultiSession: true}, redbook.Options{Mode: redbook.ModeTAO, MultiSession: true}
	type session struct {
		tracks [][]byte
		redbook.Options
	}
	for name, sessions := range map[string][]session{
		"in the first session":         {{gap, sao}, {other, tao}},
		"in the second session":        {{other, sao}, {gap, sao}},
		"after track-at-once":          {{other, tao}, {gap, sao}},
		"after the same lengths":       {{twin, sao}, {gap, sao}},
		"with pauses, after a twin":    {{twin, sao}, {gap, tao}},
		"with pauses, before a twin":   {{gap, tao}, {twin, sao}},
		"twice, first without pauses":  {{gap, sao}, {gap, tao}},
		"twice, second without pauses": {{gap, tao}, {gap, sao}},
	} {
		if testing.Short() && !strings.HasPrefix(name, "in the ") {
			continue // each burns two sessions
		}
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.with(t, "modern", func(d *redbook.Drive) {
				for i, s := range sessions {
					s.Append = i > 0
					_, err := redbook.Burn(t.Context(), d, b.loadFiles(t, cuts(t, s.tracks...)), &s.Options)
					require.NoError(t, err)
				}
				for i, s := range sessions {
					for _, quick := range []bool{false, true} {
						r, err := redbook.Verify(t.Context(), d, b.loadFiles(t, cuts(t, s.tracks...)), &redbook.VerifyOptions{Quick: quick})
						require.NoError(t, err, "session %d", i+1)
						require.Equal(t, disc.VerifyEqual, r.Verified.Result)
					}
				}
			})
		})
	}
}

// If one track of an album in a later session differs, the others are still equal.
func TestVerifyNamesTheTrackOfALaterSession(t *testing.T) {
	all := concert(20)
	gap := [][]byte{all[:(5*44100+300)*4], all[(5*44100+300)*4 : (10*44100+700)*4], all[(10*44100+700)*4 : 16*44100*4]}
	b := newBench(t)
	b.with(t, "modern", func(d *redbook.Drive) {
		o := redbook.Options{Mode: redbook.ModeSAO, Gapless: true, MultiSession: true}
		_, err := redbook.Burn(t.Context(), d, b.loadFiles(t, cuts(t, all[16*44100*4:])), &o)
		require.NoError(t, err)
		o.Append = true
		_, err = redbook.Burn(t.Context(), d, b.loadFiles(t, cuts(t, gap...)), &o)
		require.NoError(t, err)
		gap[1] = slices.Clone(gap[1])
		gap[1][len(gap[1])/2] ^= 1
		r, err := redbook.Verify(t.Context(), d, b.loadFiles(t, cuts(t, gap...)), nil)
		require.ErrorIs(t, err, burn.ErrVerify)
		var results []burn.TrackStatus
		for _, row := range r.Tracks {
			results = append(results, row.Status)
		}
		require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackDiffers, burn.TrackOK}, results)
	})
}

// A track that is shorter on the disc than its file, by the length of a pause, differs; the
// next one doesn't.
func TestVerifyAfterAShorterTrack(t *testing.T) {
	all := concert(16)
	one, two := all[:(8*44100+300)*4], all[(8*44100+300)*4:(13*44100+700)*4]
	b := newBench(t)
	shorter := one[:(len(one)/toc.SectorSize-placing.PauseSectors)*toc.SectorSize]
	b.with(t, "modern", func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, b.loadFiles(t, cuts(t, shorter, two)), &redbook.Options{Mode: redbook.ModeTAO})
		require.NoError(t, err)
		r, err := redbook.Verify(t.Context(), d, b.loadFiles(t, cuts(t, one, two)), nil)
		require.ErrorIs(t, err, burn.ErrVerify)
		require.Equal(t, burn.TrackDiffers, r.Tracks[0].Status)
		require.Equal(t, burn.TrackOK, r.Tracks[1].Status)
	})
}
