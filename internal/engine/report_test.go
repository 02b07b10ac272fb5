package engine_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// Harmless errors of a drive are in the report, with the track that they belong to.
func TestRemarks(t *testing.T) {
	for _, row := range []struct {
		name, personality string
		report, track     []burn.NoteKind
	}{
		{"nothing to remark", "modern", nil, nil},
		{"6/28 after each flush, and it is the same disc", "changed-after-flush", []burn.NoteKind{notekind.Attention, notekind.VerifyAnyway}, nil},
		{"an error of the flush, and the track is whole", "sync-error-though-fine", []burn.NoteKind{notekind.VerifyAnyway}, []burn.NoteKind{notekind.EndError}},
		{"the old table, until the disc is looked at again", "stale-toc", []burn.NoteKind{notekind.StillOld}, nil},
		{"no speed can be chosen", "refuses-speed", []burn.NoteKind{notekind.SpeedFixed}, nil},
		{"no protection against underruns", "streaming-underrun", []burn.NoteKind{notekind.NoBurnFree}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, row.personality, sim.CDR80)
			r := b.burn(t, nil)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			require.Subset(t, row.report, kinds(r.Notes), "and nothing else")
			require.Subset(t, kinds(r.Notes), row.report)
			for _, track := range r.Tracks {
				require.Equal(t, row.track, kinds(track.Notes))
			}
		})
	}
}

// If a drive neither stops nor ejects to read the disc again, both are remarks, and the state
// that it shows stays in doubt.
func TestRefreshThatFails(t *testing.T) {
	b := newBench(t, "stale-toc", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpStartStopUnit), Sticky: true, Fault: says(5, 0x24, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
	require.Equal(t, []burn.NoteKind{notekind.StillOld, notekind.RefreshFailed, notekind.RefreshFailed}, kinds(r.Notes))
	require.NotEmpty(t, r.Differences)
}

// A mechanism that fails once is tried once more. If that succeeds, it isn't worth a remark.
func TestRefreshIsTriedOnceMore(t *testing.T) {
	for _, fault := range []scsitest.Fault{says(4, 0x44, 0), says(2, 0x3A, 1)} {
		b := newBench(t, "stale-toc", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpStartStopUnit), Fault: fault})
		r := b.burn(t, nil)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Equal(t, []burn.NoteKind{notekind.StillOld}, kinds(r.Notes))
	}
}

// What could not be released is an error, although the disc is good.
func TestReleaseThatFails(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	broken := errors.New("the bus is gone")
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{
		KeepAwake: func(context.Context, string) (func() error, error) { return func() error { return broken }, nil },
	}, trackatonce.Method())
	require.ErrorIs(t, err, broken)
	require.Equal(t, where{phase: burn.PhaseRelease}, placeOf(t, err))
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, err.Error(), r.Failure)
	require.True(t, *r.Closed)
}

// A difference has a position: the track and the first wrong sector.
func TestDifferenceHasAPlace(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, nil)
	second := b.disc.Tracks()[1].Start
	other := album()
	wrong := music("two.wav", 2, 400)
	wrong.Source = flipped{wrong.Source, 205*toc.SectorSize + 8}
	other[1] = wrong
	r, err := engine.Verify(t.Context(), b.drive, other, &burn.VerifyOptions{Level: disc.VerifyFull})
	require.ErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, where{burn.PhaseVerify, 2, second + 205}, placeOf(t, err))
	require.EqualError(t, err, fmt.Sprintf("verify track 2 at LBA %d: the audio on the disc differs from the source", second+205), "the place once")
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackDiffers}, []burn.TrackStatus{r.Tracks[0].Status, r.Tracks[1].Status})
	require.Equal(t, burn.VerdictVerifyFailed, r.Verdict)
	require.Empty(t, r.Notes)

	r, err = engine.Verify(t.Context(), b.drive, album()[:1], nil)
	require.NoError(t, err)
	require.Equal(t, []burn.Note{{Kind: notekind.MoreTracks, Got: 1}}, r.Notes)
}

// A different length is reported before anything is read; run-out doesn't count as one.
func TestVerifyComparesLengths(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, nil)
	for _, row := range []struct {
		sectors int
		same    bool
	}{{395, false}, {397, false}, {403, false}, {410, false}, {400, true}} {
		b.tap.Reset()
		tracks := []burn.Track{album()[0], music("two.wav", 2, row.sectors)}
		r, err := engine.Verify(t.Context(), b.drive, tracks, nil)
		if row.same {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, burn.ErrVerify)
		require.Equal(t, where{burn.PhaseVerify, 2, b.disc.Tracks()[1].Start}, placeOf(t, err))
		require.Equal(t, disc.VerifyDiffers, r.Verified.Result)
		require.Equal(t, burn.TrackDiffers, r.Tracks[1].Status)
		require.Equal(t, toc.Sectors(400), r.Tracks[1].Sectors)
	}
}

// If a track fails and then can't be ended, its row reports both.
func TestTrackThatCanNotBeEnded(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 5, Sticky: true, Fault: says(3, 0x0C, 0)})
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpSynchronizeCache, command.OpCloseTrackSession), Sticky: true, Fault: says(4, 0x44, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, asc.WriteError)
	require.Equal(t, burn.TrackFailed, r.Tracks[0].Status)
	require.Equal(t, toc.Sectors(5*27), r.Tracks[0].Sent)
	said := map[bool]int{}
	for _, n := range r.Tracks[0].Notes {
		if n.Kind == notekind.TrackError {
			said[errors.Is(n.Cause.Err, asc.WriteError)]++
		}
	}
	require.Equal(t, map[bool]int{true: 1, false: 1}, said)
}

// A disc written at once is compared with the same sources, including hidden audio and
// recorded pauses.
func TestVerifyADiscWithHiddenAudio(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := []burn.Track{music("one.wav", 1, 1000), music("two.wav", 2, 500)}
	tracks[0].Pause, tracks[0].Pregap, tracks[1].Pregap = 200, 600, 75
	_, err := engine.Burn(t.Context(), b.drive, tracks, nil, sessionatonce.Method(nil, false))
	require.NoError(t, err)
	r, err := engine.Verify(t.Context(), b.drive, tracks, &burn.VerifyOptions{Level: disc.VerifyFull})
	require.NoError(t, err)
	require.Equal(t, toc.Sectors(1500), r.Verified.Sectors)
	tracks[0].Source = flipped{tracks[0].Source, 300 * toc.SectorSize}
	_, err = engine.Verify(t.Context(), b.drive, tracks, &burn.VerifyOptions{Level: disc.VerifyFull})
	require.ErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, where{burn.PhaseVerify, 1, 500}, placeOf(t, err))
}

// The laser is calibrated on request, but never for a test write.
func TestWhenTheLaserIsCalibrated(t *testing.T) {
	for _, row := range []struct {
		o    burn.Options
		want int
	}{{burn.Options{}, 0}, {burn.Options{OPC: true}, 1}, {burn.Options{TestWrite: true}, 0}, {burn.Options{OPC: true, TestWrite: true}, 0}} {
		b := newBench(t, "modern", sim.CDR80)
		b.burn(t, &row.o)
		require.Equal(t, row.want, b.sent(command.OpSendOPCInformation), "%+v", row.o)
	}
}

// An expired deadline is a cancel, and the error states which of the two it was.
func TestExpiredDeadlineIsACancel(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ctx, cancel := context.WithCancelCause(t.Context())
	own := errors.New("the user closed the window")
	r, err := engine.Burn(ctx, b.drive, album(), &burn.Options{OnEvent: at(burn.PhaseWrite, 1, func() { cancel(own) })}, trackatonce.Method())
	for _, want := range []error{burn.ErrCanceled, context.Canceled, own} {
		require.ErrorIs(t, err, want)
	}
	require.Equal(t, burn.VerdictCanceled, r.Verdict)
	late, stop := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer stop()
	_, err = engine.Burn(late, b.drive, album(), nil, trackatonce.Method())
	for _, want := range []error{burn.ErrCanceled, context.Canceled, context.DeadlineExceeded} {
		require.ErrorIs(t, err, want)
	}
}

// Each phase has IMAPI's action.
func TestActionsOfThePhases(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	got := map[burn.Phase]burn.Action{}
	b.burn(t, &burn.Options{Verify: disc.VerifyQuick, OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is {
			if before, seen := got[p.Phase]; seen {
				require.Equal(t, before, p.Action)
			}
			got[p.Phase] = p.Action
		}
	}})
	require.Equal(t, map[burn.Phase]burn.Action{
		burn.PhasePrepare: burn.ActionPreparing, burn.PhaseStart: burn.ActionPreparing, burn.PhaseWrite: burn.ActionWriting,
		burn.PhaseFlush: burn.ActionFinishing, burn.PhaseClose: burn.ActionFinishing, burn.PhaseConfirm: burn.ActionFinishing,
		burn.PhaseVerify: burn.ActionVerifying,
	}, got)
}

// A stream that was cut short is lost, even if the drive shows the disc as blank until it
// reads the disc again.
func TestLostStreamOnADriveThatShowsABlankDisc(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	blank := b.information(t)
	ctx, cancel := context.WithCancel(t.Context())
	looked := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		looked = looked || req.CDB[0] == command.OpStartStopUnit
		return !looked && req.CDB[0] == command.OpReadDiscInformation
	}, Sticky: true, Fault: scsitest.DataFault(blank)})
	r, err := engine.Burn(ctx, b.drive, album(), &burn.Options{OnEvent: at(burn.PhaseWrite, 2, cancel)}, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.True(t, looked)
	require.NotEqual(t, mmc.DiscEmpty, r.After.Status.Value)
	require.False(t, *r.Appendable)
	require.Empty(t, r.OnDisc)
	require.Equal(t, burn.TrackLost, r.Tracks[0].Status)
}

// The fragments that a resumed burn left, and the earlier tracks, aren't compared but listed.
// A fragment as long as its track precedes it.
func TestVerifySkipsFragments(t *testing.T) {
	all := []burn.Track{music("one.wav", 1, 300), music("two.wav", 2, 350), music("two.wav", 3, 400), music("three.wav", 4, 500)}
	b := newBench(t, "modern", sim.CDR80)
	_, err := engine.Burn(t.Context(), b.drive, all, nil, trackatonce.Method())
	require.NoError(t, err)
	for _, row := range []struct {
		want    []int // places in all, from 0
		skipped []int // tracks on the disc
	}{
		{[]int{0, 2, 3}, []int{2}},
		{[]int{1, 2, 3}, []int{1}},
		{[]int{0, 3}, []int{2, 3}},
		{[]int{0, 2}, []int{2}},
	} {
		var tracks []burn.Track
		for _, i := range row.want {
			tracks = append(tracks, all[i])
		}
		r, err := engine.Verify(t.Context(), b.drive, tracks, &burn.VerifyOptions{Level: disc.VerifyFull})
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		var skipped []int
		for _, n := range r.Notes {
			if n.Kind == notekind.Skipped {
				skipped = append(skipped, n.Track)
			}
		}
		require.Equal(t, row.skipped, skipped)
		if row.want[len(row.want)-1] == 3 {
			require.NotContains(t, kinds(r.Notes), notekind.MoreTracks)
		} else {
			require.Contains(t, kinds(r.Notes), notekind.MoreTracks)
		}
		for i, at := range row.want {
			require.Equal(t, at+1, r.Tracks[i].Number)
		}
		tracks[1].Source = flipped{tracks[1].Source, 205*toc.SectorSize + 8}
		_, err = engine.Verify(t.Context(), b.drive, tracks, &burn.VerifyOptions{Level: disc.VerifyFull})
		require.ErrorIs(t, err, burn.ErrVerify)
	}
	_, err = engine.Verify(t.Context(), b.drive, []burn.Track{all[3], all[0]}, nil)
	require.ErrorIs(t, err, burn.ErrVerify, "another order")

	twice := []burn.Track{music("one.wav", 1, 300), music("cut.wav", 2, 400), music("two.wav", 3, 400), music("three.wav", 4, 500)}
	b = newBench(t, "modern", sim.CDR80)
	_, err = engine.Burn(t.Context(), b.drive, twice, nil, trackatonce.Method())
	require.NoError(t, err)
	_, err = engine.Verify(t.Context(), b.drive, []burn.Track{twice[0], twice[2], twice[3]}, nil)
	require.NoError(t, err)
}
