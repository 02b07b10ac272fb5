package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A burn that is canceled between closing and a requested verification is canceled; without
// one it has succeeded.
func TestCancelBeforeAVerification(t *testing.T) {
	for level, canceled := range map[disc.VerifyLevel]bool{disc.VerifyNone: false, disc.VerifyQuick: true, disc.VerifyFull: true} {
		b := newBench(t, "modern", sim.CDR80)
		ctx, cancel := context.WithCancel(t.Context())
		r, err := engine.Burn(ctx, b.drive, album(), &burn.Options{Verify: level, OnEvent: func(e burn.Event) {
			if _, is := e.(burn.SessionClosed); is {
				cancel()
			}
		}}, trackatonce.Method())
		cancel()
		require.True(t, b.disc.Summary().Finalized)
		require.Zero(t, b.sent(command.OpReadCD))
		require.Equal(t, disc.VerifyNotDone, r.Verified.Result)
		if canceled {
			require.ErrorIs(t, err, burn.ErrCanceled)
			require.Equal(t, burn.VerdictCanceled, r.Verdict)
			continue
		}
		require.NoError(t, err)
	}
}

// The row of an added track whose WRITE failed shows that, and its length.
func TestAddedTrackWhoseWriteFails(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, nil)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 11, Fault: says(3, 0x0C, 0)})
	row, err := s.Add(t.Context(), album()[1])
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, burn.TrackFailed, row.Status)
	require.Equal(t, toc.Sectors(11*27), row.Sent)
	require.Equal(t, row.Sent, row.Length)
	_, err = s.Release(t.Context())
	require.NoError(t, err)
}

// A track that fills the disc to its last sector fits, and one sector more doesn't.
func TestTrackThatJustFits(t *testing.T) {
	for _, over := range []int{0, 1} {
		small := sim.CDR80
		small.LeadOut, small.Groove = toc.LBA(600).MSF(), 600
		b := newBench(t, "modern", small)
		s := b.prepared(t, nil)
		free, err := s.Job().Free()
		require.NoError(t, err)
		_, err = s.Add(t.Context(), music("full.wav", 4, int(free)+over))
		if over > 0 {
			require.ErrorIs(t, err, burn.ErrNoSpace)
			require.Zero(t, b.sent(command.OpWrite10))
		} else {
			require.NoError(t, err)
		}
		_, err = s.Release(t.Context())
		require.NoError(t, err)
	}
}

// A verification reports the disc that it found, and a plan of a resumption fails for a
// disc that is finalized.
func TestDiscOfOtherJobs(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	other := newBench(t, "modern", sim.CDR80)
	other.burn(t, nil)
	r, err := engine.Verify(t.Context(), other.drive, album(), nil)
	require.NoError(t, err)
	require.Len(t, r.Disc.Tracks, 2)
	require.Equal(t, mmc.DiscFinalized, r.Disc.Status.Value)
	_, err = engine.MakeResumePlan(t.Context(), other.drive, suite(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrFinalized)
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
}
