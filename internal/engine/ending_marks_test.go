package engine_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A closed session on a disc that accepts another one leaves nothing to close. An open session
// without a track is a different case.
func TestClosedSessionHasNothingToClose(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, &burn.Options{MultiSession: true})
	_, err := engine.CloseDisc(t.Context(), b.drive, nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNothingToClose)
	require.NotContains(t, err.Error(), "empty")
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
}

// Finishing a track before its session is closed is a phase of its own.
func TestPhasesOfClosingATornTrack(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: func(*scsi.Request) bool { return b.sent(command.OpWrite10) > 80 }, Sticky: true,
		Fault: scsitest.TransportFault(scsi.SentUnknown, errPowerLost)})
	_, err := engine.Burn(t.Context(), b.drive, []burn.Track{music("long.wav", 2, 3000)}, nil, trackatonce.Method())
	require.ErrorIs(t, err, errPowerLost)
	b.faults.Clear()
	b.PowerCycle()
	var phases []burn.Phase
	_, err = engine.CloseDisc(t.Context(), b.drive, &burn.CloseOptions{OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && !slices.Contains(phases, p.Phase) {
			phases = append(phases, p.Phase)
		}
	}}, trackatonce.Method())
	require.NoError(t, err)
	require.Less(t, slices.Index(phases, burn.PhaseFlush), slices.Index(phases, burn.PhaseClose))
	require.Contains(t, phases, burn.PhaseFlush)
}

// A disc that was inspected after closing isn't inspected again before its audio is read.
func TestVerificationUsesTheLastLook(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, &burn.Options{Verify: disc.VerifyQuick, OnEvent: at(burn.PhaseVerify, 0, b.tap.Reset)})
	sent := b.tap.Opcodes()
	first := slices.Index(sent, byte(command.OpReadCD))
	require.Positive(t, first)
	require.NotContains(t, sent[:first], byte(command.OpReadTOC))
}

// If a drive reads no audio from an open session, this is noted, and the burn is a success.
func TestOpenSessionThatCannotBeReadIsNoted(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Sticky: true, Fault: says(5, 0x64, 0)})
	r := b.burn(t, &burn.Options{NoClose: true, Verify: disc.VerifyQuick})
	require.Equal(t, disc.VerifyOpenSession, r.Verified.Result)
	require.Contains(t, kinds(r.Notes), notekind.UnreadableOpen)

	b = newBench(t, "modern", sim.CDR80)
	r = b.burn(t, &burn.Options{Verify: disc.VerifyQuick})
	require.NotContains(t, kinds(r.Notes), notekind.UnreadableOpen)
}

// After a cancel between two tracks, the error has the track that wasn't started, and no
// address.
func TestPlaceOfACancelBetweenTwoTracks(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ctx, cancel := context.WithCancel(t.Context())
	b.onFlush(cancel)
	r, err := engine.Burn(ctx, b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.Equal(t, where{phase: burn.PhaseStart, track: 2}, placeOf(t, err))
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackNotBegun}, statuses(r))
}
