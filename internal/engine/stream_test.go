package engine_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// Between the tracks of a session that is one stream only WRITEs are sent: a question could
// cost the drive its buffer.
func TestNothingIsAskedAmidAStream(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := append(album(), music("three.wav", 3, 350))
	_, err := engine.Burn(t.Context(), b.drive, tracks, nil, sessionatonce.Method(nil, false))
	require.NoError(t, err)
	sent := b.tap.Opcodes()
	first := slices.Index(sent, command.OpWrite10)
	stream := sent[first : first+b.sent(command.OpWrite10)]
	require.Equal(t, slices.Repeat([]byte{command.OpWrite10}, len(stream)), stream)
}

// A drive that shows the disc as blank after a stream that was cut short is made to read it
// again, by stop and start or, if that fails, by a reload; the report has what it shows then.
func TestDiscShownAsBlankIsReadAgain(t *testing.T) {
	for _, row := range []struct {
		name     string
		good     byte // the START STOP UNIT after which the drive shows the truth: 1 start, 3 load
		refused  bool // stop and start are refused
		commands int
	}{
		{"shown after stop and start", 1, false, 2},
		{"shown after a reload", 3, false, 4},
		{"stop refused, shown after a reload", 3, true, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			blank := b.information(t)
			shown := false
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 12, Fault: says(3, 0x0C, 0)})
			b.faults.Add(scsitest.Rule{Sticky: true, Fault: scsitest.DataFault(blank), Match: func(req *scsi.Request) bool {
				shown = shown || req.CDB[0] == command.OpStartStopUnit && req.CDB[4]&3 == row.good
				return !shown && req.CDB[0] == command.OpReadDiscInformation && b.sent(command.OpWrite10) > 12
			}})
			if row.refused {
				b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpStartStopUnit), Fault: says(5, 0x24, 0)})
			}
			r, err := engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(nil, false))
			require.ErrorIs(t, err, burn.ErrWriteFailed)
			require.Equal(t, row.commands, b.sent(command.OpStartStopUnit))
			require.False(t, b.disc.Summary().Blank)
			require.Equal(t, mmc.DiscIncomplete, r.After.Status.Value)
			require.False(t, *r.Appendable, "its session is lost")
			require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
		})
	}
}

// A cancel while the lead-in is written leaves a canceled track, which has sectors on the disc
// but none of its audio.
func TestCancelInTheLeadIn(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ctx, cancel := context.WithCancel(t.Context())
	b.beforeWrite(2, cancel)
	pack := []byte{0x80, 0, 0, 0, 'A', 0, 'B', 0, 'C', 0, 0, 0, 0, 0, 0, 0, 0, 0} // its CRC doesn't matter
	r, err := engine.Burn(ctx, b.drive, album(), nil, sessionatonce.Method(pack, false))
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.Equal(t, []burn.TrackStatus{burn.TrackCanceled, burn.TrackNotBegun}, statuses(r))
	require.Zero(t, r.Tracks[0].Sent)
}
