package engine_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A drive that refuses to flush and to stop has sectors that it has not recorded, and ends the
// recording when its tray opens. Therefore the tray stays closed: otherwise the report would
// be wrong.
func TestUnfinishedRecordingIsNotEjected(t *testing.T) {
	for name, method := range map[string]engine.Method{"tao": trackatonce.Method(), "sao": sessionatonce.Method(nil, false)} {
		for _, refused := range []bool{true, false} {
			b := newBench(t, "modern", sim.CDR80)
			if refused {
				b.faults.Add(scsitest.Rule{Sticky: true, Fault: says(5, 0x24, 0),
					Match: scsitest.Opcode(command.OpSynchronizeCache, command.OpCloseTrackSession)})
				for range 2 { // stop and start, reload
					b.faults.Add(scsitest.Rule{Fault: says(5, 0x24, 0), Match: scsitest.Opcode(command.OpStartStopUnit)})
				}
			}
			r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Eject: true}, method)
			require.Equal(t, refused, err != nil, name)
			require.Equal(t, !refused, b.TrayOpen(), name)
			require.Equal(t, !refused, *r.Closed, name)
			require.Equal(t, *r.Closed, b.disc.Summary().Sessions > 0, name)
			if refused {
				require.Contains(t, kinds(r.Notes), notekind.NotEjected, name)
				at := slices.IndexFunc(r.Notes, func(n burn.Note) bool { return n.Kind == notekind.NotEjected })
				require.EqualError(t, r.Notes[at].Cause.Err, "the drive shows the recording as unfinished", "%s: the tray isn't even tried", name)
			}
			b.PressEject()
			require.True(t, !refused || !b.TrayOpen(), "%s: the drive is still recording", name)
		}
	}
}

// A confirmed burn stays confirmed if the drive doesn't answer a later inspection. The error
// and the verdict always agree.
func TestConfirmedBurnThatCannotBeLookedAtAgain(t *testing.T) {
	for name, method := range map[string]engine.Method{"tao": trackatonce.Method(), "sao": sessionatonce.Method(nil, false)} {
		b := newBench(t, "modern", sim.CDR80)
		read := false
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool { read = read || req.CDB[0] == command.OpReadCD; return false }, Sticky: true})
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Fault: says(6, 0x29, 0)}) // a reason to look again
		b.faults.Add(scsitest.Rule{Sticky: true, Fault: says(5, 0x24, 0), Match: func(req *scsi.Request) bool {
			return read && req.CDB[0] == command.OpReadDiscInformation
		}})
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Verify: disc.VerifyFull, Eject: true}, method)
		require.NoError(t, err, name)
		require.True(t, b.TrayOpen(), name)
		require.Equal(t, burn.VerdictSuccess, r.Verdict, name)
		require.Equal(t, burn.TrackOK, r.Tracks[1].Status, name)
		require.False(t, r.After.Status.Known(), name)
	}
}

// A test write leaves nothing unfinished, although the disc is as blank as after a stream that
// the drive refused to end.
func TestTestWriteIsEjected(t *testing.T) {
	for name, method := range map[string]engine.Method{"tao": trackatonce.Method(), "sao": sessionatonce.Method(nil, false)} {
		b := newBench(t, "modern", sim.CDR80)
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true, Eject: true}, method)
		require.NoError(t, err, name)
		require.NotContains(t, kinds(r.Notes), notekind.NotEjected, name)
		require.True(t, b.TrayOpen(), name)
		require.Equal(t, 1, b.sent(command.OpStartStopUnit), "%s: the disc wasn't read again, as it is shown unchanged", name)
	}
}
