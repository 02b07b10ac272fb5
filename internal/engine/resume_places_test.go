package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// A part of a track is read at one position, and only if no complete track identifies the
// disc. The phase is then confirming.
func TestPartsOfTracksAreReadForWantOfAWholeOne(t *testing.T) {
	for _, row := range []struct {
		name  string
		whole int // tracks before the part
		reads int
	}{{"a whole track and a part", 1, 3}, {"a part alone", 0, 1}} {
		b := newBench(t, "modern", sim.CDR80)
		blank, err := inspect.Look(t.Context(), b.drive, nil)
		require.NoError(t, err)
		tracks := []burn.Track{music("1", 1, 300), music("2", 2, 300)}[:row.whole+1]
		longer := cut(t, "part", uint64(row.whole+1), 310, 310) // a part by its length
		_, err = tao.Burn(t.Context(), b.drive, append(tracks[:row.whole:row.whole], longer), &burn.Options{NoClose: true})
		require.NoError(t, err)
		was := &burn.Interrupted{Mode: burn.ModeTAO, Disc: blank, Hashes: make([]string, len(tracks))}
		for i, on := range b.disc.Tracks() {
			was.Begun = append(was.Begun, burn.BegunTrack{Row: i, Number: on.Number, Start: on.Start, Sectors: 300, Whole: i < row.whole})
		}
		b.tap.Reset()
		reading := 0
		r, err := engine.Resume(t.Context(), b.drive, tracks, &burn.Options{OnEvent: func(e burn.Event) {
			if p, is := e.(burn.Progress); is && p.Phase == burn.PhaseConfirm && p.Action == burn.ActionVerifying {
				reading++
				require.Zero(t, b.sent(command.OpWrite10))
			}
		}}, was, trackatonce.Method())
		require.NoError(t, err, row.name)
		require.Equal(t, []burn.NoteKind{notekind.Fragment}, kinds(r.Notes), row.name)
		require.Equal(t, row.reads, b.before(command.OpReadCD), row.name)
		require.Positive(t, reading, row.name)
	}
}

// Other audio in the part of a track shows another disc as well as that of a whole one.
func TestPartOfATrackOfAnotherAlbum(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	blank, err := inspect.Look(t.Context(), b.drive, nil)
	require.NoError(t, err)
	_, err = tao.Burn(t.Context(), b.drive, []burn.Track{music("other", 77, 310)}, &burn.Options{NoClose: true})
	require.NoError(t, err)
	was := &burn.Interrupted{Mode: burn.ModeTAO, Disc: blank, Hashes: make([]string, 1), Begun: []burn.BegunTrack{{Number: 1, Sectors: 300}}}
	b.tap.Reset()
	_, err = engine.Resume(t.Context(), b.drive, []burn.Track{music("1", 1, 300)}, nil, was, trackatonce.Method())
	other, ok := errors.AsType[*burn.OtherDiscError](err)
	require.True(t, ok)
	require.Equal(t, burn.OtherDiscError{Kind: "audio", Track: 1}, *other)
	require.Zero(t, b.sent(command.OpWrite10)+b.sent(command.OpSynchronizeCache))
}

// Tracks that a failed burn didn't reach are numbered as if they followed the tracks on the
// disc.
func TestNumbersOfTracksThatWereNotReached(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	_, err := tao.Burn(t.Context(), b.drive, album()[:1], &burn.Options{NoClose: true})
	require.NoError(t, err)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: says(3, 0x0C, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Append: true}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, []int{2, 3}, []int{r.Tracks[0].Number, r.Tracks[1].Number})
}

// The plan contains the rotation for the speed that will be set: this drive offers 48x only
// with CAV, and 8x only with CLV.
func TestRotationInThePlan(t *testing.T) {
	for speed, want := range map[float64]bool{48: true, 8: false} {
		b := newBench(t, "modern", sim.CDR80)
		p, err := engine.MakePlan(t.Context(), b.drive, album(), &burn.Options{Speed: mmc.SpeedX(speed)}, trackatonce.Method())
		require.NoError(t, err)
		require.Equal(t, want, p.CAV, "%gx", speed)
	}
}

// If either of two tracks may be the given one and both differ from it, the error is about the
// one that differs later.
func TestDifferenceOfTheTrackThatDiffersLater(t *testing.T) {
	for _, differs := range [][2]int{{300, 100}, {100, 300}} {
		b := newBench(t, "modern", sim.CDR80)
		tracks := []burn.Track{album()[1], album()[1]}
		for i := range tracks {
			tracks[i].Source = flipped{tracks[i].Source, differs[i] * toc.SectorSize}
		}
		_, err := engine.Burn(t.Context(), b.drive, tracks, nil, trackatonce.Method())
		require.NoError(t, err)
		_, err = engine.Verify(t.Context(), b.drive, album()[1:], &burn.VerifyOptions{Level: disc.VerifyQuick})
		require.ErrorIs(t, err, burn.ErrVerify, "a difference that was seen counts, also where quick doesn't read")
		r, err := engine.Verify(t.Context(), b.drive, album()[1:], &burn.VerifyOptions{Level: disc.VerifyFull})
		require.ErrorIs(t, err, burn.ErrVerify)
		number := 1
		if differs[1] > differs[0] {
			number = 2
		}
		require.Equal(t, where{burn.PhaseVerify, number, b.disc.Tracks()[number-1].Start + 300}, placeOf(t, err))
		require.Equal(t, number, r.Tracks[0].Number)
	}
}

// Hurry while waiting for the end of a track that the drive refused to continue ends the
// resumption: nothing is written after a track whose end wasn't seen.
func TestHurryWhileATrackIsEnded(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	hurry := make(chan struct{})
	r, err := engine.Resume(t.Context(), b.drive, suite(), &burn.Options{Hurry: hurry, OnEvent: func(e burn.Event) {
		if _, is := e.(burn.Planned); is {
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: says(5, 0x21, 0x02)})
			b.tap.Reset()
		}
		if n, is := e.(burn.Noted); is && n.Note.Kind == notekind.TrackFinished {
			close(hurry)
		}
	}}, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.Equal(t, where{phase: burn.PhaseFlush, track: 2}, placeOf(t, err))
	require.Equal(t, 1, b.sent(command.OpWrite10))
	require.Equal(t, burn.TrackNotBegun, r.Tracks[2].Status)
}

// If the whole album is on the disc, the only work is closing it.
func TestWorkOfAResumptionThatOnlyCloses(t *testing.T) {
	b, tracks, was := interrupted(t, 2)
	was.Hashes = was.Hashes[:2]
	var seen watched
	r, err := engine.Resume(t.Context(), b.drive, tracks[:2], &burn.Options{Verify: disc.VerifyFull, OnEvent: seen.on}, was, trackatonce.Method())
	require.NoError(t, err)
	require.True(t, *r.Closed)
	require.InDelta(t, 1, seen.last.Done, 1e-9)
	require.Zero(t, b.sent(command.OpWrite10))
}

// If the user cancels while a drive refuses to continue a track, the track isn't ended as a
// fragment, because nothing more is to be written.
func TestRefusedContinuationAfterACancel(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	ctx, cancel := context.WithCancel(t.Context())
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpWrite10 {
			cancel()
		}
		return req.CDB[0] == command.OpWrite10
	}, Fault: says(5, 0x21, 0x02)})
	r, err := engine.Resume(ctx, b.drive, suite(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.NotContains(t, kinds(r.Notes), notekind.TrackFinished)
	require.NotContains(t, kinds(r.Notes), notekind.Fragment)
	require.Equal(t, 1, b.sent(command.OpWrite10))
	require.Equal(t, burn.TrackNotBegun, r.Tracks[2].Status)
}
