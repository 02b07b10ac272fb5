package engine_test

import (
	"fmt"
	"testing"

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
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// otherPage sends mode page 05h directly to the drive, as another program would: data blocks
// of 2048 bytes, as after power-on (MMC-3 5.5.8).
func (b *bench) otherPage(t testing.TB) {
	t.Helper()
	page := command.WriteParameters{BUFE: true, WriteType: command.WriteTAO, Control: 4, DataBlockType: 8}.Page(0x32)
	req := scsi.Request{Name: "MODE SELECT", CDBLen: 10, Dir: scsi.DataOut, Data: append(make([]byte, 8), page...)}
	req.CDB[0], req.CDB[1], req.CDB[8] = command.OpModeSelect10, 0x10, byte(len(req.Data))
	res, err := b.Do(t.Context(), &req)
	require.NoError(t, err)
	require.Equal(t, scsi.Good, res.Status)
}

// beforeWrite calls do before the nth WRITE, from 0.
func (b *bench) beforeWrite(nth int, do func()) {
	seen := 0
	b.faults.Add(scsitest.Rule{Sticky: true, Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpWrite10 {
			if seen++; seen == nth+1 {
				do()
			}
		}
		return false
	}})
}

// Another program has changed mode page 05h and received the unit attention. The WRITE is
// refused in one way or another, the page is set again, and the burn succeeds.
func TestSettingsThatAnotherProgramChanged(t *testing.T) {
	for _, nth := range []int{0, 5, 12, 20} { // the first and a later one of each track
		for _, answer := range [][3]byte{{}, {5, 0x2C, 0}, {5, 0x24, 0}, {5, 0x26, 0}, {5, 0x26, 2}, {5, 0x21, 0x02}, {6, 0x29, 0}, {6, 0x2A, 1}, {6, 0x28, 0}} {
			if nth == 0 && answer[1] == 0x28 {
				continue // nothing distinguishes it from another blank disc
			}
			t.Run(fmt.Sprintf("%d %X", nth, answer), func(t *testing.T) {
				b := newBench(t, "modern", sim.CDR80)
				if answer != [3]byte{} {
					b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: nth, Fault: says(answer[0], answer[1], answer[2])})
				}
				b.beforeWrite(nth, func() { b.otherPage(t) })
				r := b.burn(t, &burn.Options{Verify: disc.VerifyFull})
				require.Equal(t, burn.VerdictSuccess, r.Verdict)
				row := r.Tracks[min(nth/12, 1)]
				require.Contains(t, kinds(row.Notes), notekind.SettingsLost)
				require.Equal(t, 28, b.sent(command.OpWrite10), "27 and the one that was refused")
			})
		}
	}
}

// After such a WRITE samples are read back, even if no verification was requested.
func TestLostSettingsAreVerified(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.beforeWrite(5, func() { b.otherPage(t) })
	r := b.burn(t, nil)
	require.Equal(t, disc.VerifyEqual, r.Verified.Result)
	require.Contains(t, kinds(r.Notes), notekind.VerifyAnyway)
}

// If the settings are in place, a refusal is final: nothing is set or sent again.
func TestRefusalWithTheSettingsInPlace(t *testing.T) {
	for _, answer := range [][3]byte{{5, 0x64, 0}, {5, 0x2C, 0}, {5, 0x24, 0}, {5, 0x26, 0}} {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 5, Fault: says(answer[0], answer[1], answer[2])})
		_, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.NotErrorIs(t, err, burn.ErrSettingsLost)
		require.Equal(t, 6, b.sent(command.OpWrite10))
	}
}

// The kernel consumed the unit attention of a reset. Before the first WRITE of a track nothing
// is lost, and the burn succeeds. Later, the content of the drive's buffer is lost, and the
// track fails with the true reason.
func TestQuietReset(t *testing.T) {
	for _, nth := range []int{0, 12} {
		b := newBench(t, "modern", sim.CDR80)
		b.AddFault(sim.Fault{Opcode: command.OpWrite10, Nth: nth + 1, Kind: "quiet-reset"})
		r := b.burn(t, &burn.Options{Verify: disc.VerifyFull})
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Equal(t, []burn.NoteKind{notekind.SettingsLost}, kinds(r.Tracks[nth/12].Notes))
	}
	for _, kind := range []string{"quiet-reset", "reset"} {
		for _, nth := range []int{5, 20} {
			b := newBench(t, "modern", sim.CDR80)
			b.AddFault(sim.Fault{Opcode: command.OpWrite10, Nth: nth + 1, Kind: kind})
			r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
			require.ErrorIs(t, err, burn.ErrWriteFailed)
			if kind == "quiet-reset" {
				require.ErrorIs(t, err, burn.ErrSettingsLost)
				require.ErrorIs(t, err, asc.FamilyIllegalTrackMode)
			} else {
				require.ErrorIs(t, err, asc.FamilyReset)
			}
			require.Equal(t, burn.TrackFailed, r.Tracks[nth/12].Status)
			require.Equal(t, nth+1, b.sent(command.OpWrite10), "nothing is sent again")
		}
	}
}

// The settings are lost, and the drive doesn't return them. Since sectors of this track were
// accepted before, the mode must have changed.
func TestQuietResetOfADriveWithoutModeSense(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.AddFault(sim.Fault{Opcode: command.OpWrite10, Nth: 6, Kind: "quiet-reset"})
	b.faults.Add(scsitest.Rule{Sticky: true, Fault: says(5, 0x20, 0), Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpModeSense10 && b.sent(command.OpWrite10) > 0
	}})
	_, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrSettingsLost)
}

// A session written as one stream can't continue, since its cue sheet is lost as well. Nothing
// is written with other settings.
func TestQuietResetOfAStream(t *testing.T) {
	for _, kind := range []string{"quiet-reset", "reset"} {
		for _, nth := range []int{0, 3, 20} {
			b := newBench(t, "modern", sim.CDR80)
			b.AddFault(sim.Fault{Opcode: command.OpWrite10, Nth: nth + 1, Kind: kind})
			r, err := engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(nil, false))
			require.ErrorIs(t, err, burn.ErrWriteFailed)
			if kind == "quiet-reset" {
				require.ErrorIs(t, err, burn.ErrSettingsLost)
			}
			require.Equal(t, nth+1, b.sent(command.OpWrite10))
			require.False(t, *r.Closed)
		}
	}
}

// A test write whose settings are lost writes nothing.
func TestQuietResetOfATestWrite(t *testing.T) {
	for _, nth := range []int{0, 5, 12, 20} {
		b := newBench(t, "modern", sim.CDR80)
		b.AddFault(sim.Fault{Opcode: command.OpWrite10, Nth: nth + 1, Kind: "quiet-reset"})
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true}, trackatonce.Method())
		require.True(t, b.disc.Summary().Blank)
		if nth == 0 {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, burn.ErrSettingsLost)
		require.NotEqual(t, burn.VerdictTestWrite, r.Verdict)
	}
}
