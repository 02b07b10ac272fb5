package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A drive that refuses to flush and to stop holds sectors that it has not recorded, and
// ends the recording when it opens its tray. The tray stays closed: the report would be
// false otherwise.
func TestUnfinishedRecordingIsNotEjected(t *testing.T) {
	for name, method := range map[string]engine.Method{"tao": tao.Method(), "sao": sao.Method(sao.Text{})} {
		for _, refused := range []bool{true, false} {
			b := newBench(t, "modern", sim.CDR80)
			if refused {
				b.faults.Add(scsitest.Rule{Sticky: true, Fault: says(5, 0x24, 0),
					Match: scsitest.Opcode(mmc.OpSynchronizeCache, mmc.OpCloseTrackSession)})
				for range 2 { // stop and start, reload
					b.faults.Add(scsitest.Rule{Fault: says(5, 0x24, 0), Match: scsitest.Opcode(mmc.OpStartStopUnit)})
				}
			}
			r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Eject: true}, method)
			require.Equal(t, refused, err != nil, name)
			require.Equal(t, !refused, b.TrayOpen(), name)
			require.Equal(t, !refused, *r.Closed, name)
			require.Equal(t, *r.Closed, b.disc.Summary().Sessions > 0, name)
			if refused {
				require.Contains(t, kinds(r.Notes), burn.NoteNotEjected, name)
			}
			b.PressEject()
			require.True(t, !refused || !b.TrayOpen(), "%s: the drive is still recording", name)
		}
	}
}

// A burn that was confirmed stays confirmed if the drive doesn't answer a later look; an
// error and a verdict always agree.
func TestConfirmedBurnThatCannotBeLookedAtAgain(t *testing.T) {
	for name, method := range map[string]engine.Method{"tao": tao.Method(), "sao": sao.Method(sao.Text{})} {
		b := newBench(t, "modern", sim.CDR80)
		read := false
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool { read = read || req.Opcode() == mmc.OpReadCD; return false }, Sticky: true})
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(mmc.OpReadCD), Fault: says(6, 0x29, 0)}) // a reason to look again
		b.faults.Add(scsitest.Rule{Sticky: true, Fault: says(5, 0x24, 0), Match: func(req *scsi.Request) bool {
			return read && req.Opcode() == mmc.OpReadDiscInformation
		}})
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Verify: disc.VerifyFull}, method)
		require.NoError(t, err, name)
		require.Equal(t, burn.VerdictSuccess, r.Verdict, name)
		require.Equal(t, burn.TrackOK, r.Tracks[1].Status, name)
		require.False(t, r.After.Status.Known(), name)
	}
}
