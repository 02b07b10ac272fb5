package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// tornBench returns a bench with a disc whose burn lost power in track 2.
func tornBench(t *testing.T) *bench {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: func(*scsi.Request) bool { return b.sent(command.OpWrite10) > 80 }, Sticky: true,
		Fault: scsitest.TransportFault(scsi.SentUnknown, errPowerLost)})
	_, err := engine.Burn(t.Context(), b.drive, []burn.Track{album()[0], music("long.wav", 2, 3000)}, nil, trackatonce.Method())
	require.ErrorIs(t, err, errPowerLost)
	b.faults.Clear()
	b.tap.Reset()
	b.PowerCycle()
	return b
}

// Another disc that is inserted while a torn track is being finished isn't touched, whether
// its track with the same number is complete, damaged or missing. Its track isn't reported as
// finished.
func TestOtherDiscWhileATornTrackIsFinished(t *testing.T) {
	open := func(tracks ...burn.Track) func(*testing.T) *sim.Disc {
		return func(t *testing.T) *sim.Disc {
			other := newBench(t, "modern", sim.CDR80)
			_, err := engine.Burn(t.Context(), other.drive, tracks, &burn.Options{NoClose: true}, trackatonce.Method())
			require.NoError(t, err)
			other.Eject()
			return other.disc
		}
	}
	for _, row := range []struct {
		name  string
		disc  func(*testing.T) *sim.Disc
		after byte // the command after which it is inserted; 0: at CLOSE TRACK
	}{
		{"complete", open(music("a.wav", 7, 500), music("b.wav", 8, 600)), 0},
		{"complete, after the command", open(music("a.wav", 7, 500), music("b.wav", 8, 600)), command.OpCloseTrackSession},
		{"missing", open(music("a.wav", 7, 500)), 0},
		{"missing, after the command", open(music("a.wav", 7, 500)), command.OpCloseTrackSession},
		{"complete, after a repair", open(music("a.wav", 7, 500), music("b.wav", 8, 600)), command.OpRepairTrack},
		{"blank", func(*testing.T) *sim.Disc { return sim.NewDisc(sim.CDR80) }, 0},
		{"blank, after the command", func(*testing.T) *sim.Disc { return sim.NewDisc(sim.CDR80) }, command.OpCloseTrackSession},
	} {
		t.Run(row.name, func(t *testing.T) {
			other := row.disc(t)
			b := tornBench(t)
			before, swapped := other.Summary(), false
			repaired := row.after == command.OpRepairTrack
			if repaired {
				b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpCloseTrackSession), Fault: says(3, 0x72, 1)})
			}
			b.faults.Add(scsitest.Rule{Sticky: true, Match: func(req *scsi.Request) bool {
				now := row.after == 0 && req.CDB[0] == command.OpCloseTrackSession
				if !swapped && (now || row.after != 0 && req.CDB[0] != row.after && b.sent(row.after) > 0) {
					swapped = true
					b.Eject()
					require.NoError(t, b.Insert(other))
				}
				return false
			}})
			r, err := engine.CloseDisc(t.Context(), b.drive, nil, trackatonce.Method())
			require.True(t, swapped)
			require.ErrorIs(t, err, burn.ErrDiscChanged)
			require.NotErrorIs(t, err, burn.ErrTrackOpen, "nothing is known about the track")
			require.Equal(t, before, other.Summary(), "nothing is written to it")
			require.NotContains(t, kinds(r.Notes), notekind.TrackFinished)
			require.NotContains(t, kinds(r.Notes), notekind.TrackRepaired)
			require.Equal(t, 1, b.sent(command.OpCloseTrackSession))
			require.Equal(t, repaired, b.sent(command.OpRepairTrack) > 0)
			if repaired {
				require.ErrorContains(t, err, "the disc was changed (6/28/00)")
			}
			require.Empty(t, r.OnDisc)
		})
	}
}

// A torn track that CLOSE TRACK doesn't finish is repaired, closed and noted as repaired.
func TestTornTrackIsRepaired(t *testing.T) {
	b := tornBench(t)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpCloseTrackSession), Fault: says(3, 0x72, 1)})
	r, err := engine.CloseDisc(t.Context(), b.drive, nil, trackatonce.Method())
	require.NoError(t, err)
	require.Contains(t, kinds(r.Notes), notekind.TrackRepaired)
	require.NotContains(t, kinds(r.Notes), notekind.TrackFinished)
	require.Equal(t, 1, b.sent(command.OpRepairTrack))
	require.True(t, b.disc.Summary().Finalized)
}
