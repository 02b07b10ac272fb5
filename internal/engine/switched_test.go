package engine_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// cdbs returns the CDBs sent with this opcode.
func (b *bench) cdbs(op byte) (list [][]byte) {
	for _, ex := range b.tap.Exchanges() {
		if len(ex.CDB) > 0 && ex.CDB[0] == op {
			list = append(list, ex.CDB)
		}
	}
	return list
}

// A unit attention replaces the answer to a setting (SAM-5 5.14), so any setting is sent
// again. If unit attentions don't stop, that is an error, and no track is written with other
// settings.
func TestAttentionToEachSetting(t *testing.T) {
	for name, op := range map[string]byte{"MODE SELECT": command.OpModeSelect10, "SET CD SPEED": command.OpSetCDSpeed, "PREVENT": command.OpPreventAllowMediumRemoval} {
		o := &burn.Options{Speed: mmc.SpeedX(8)}
		plain := newBench(t, "modern", sim.CDR80)
		plain.burn(t, o)
		times := plain.sent(op)
		require.Positive(t, times, name)
		for n := range times {
			t.Run(fmt.Sprint(name, " ", n), func(t *testing.T) {
				b := newBench(t, "modern", sim.CDR80)
				b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(op), Skip: n, Fault: says(6, 0x2A, 0x01)})
				r := b.burn(t, o)
				require.Equal(t, burn.VerdictSuccess, r.Verdict)
				require.Equal(t, times+1, b.sent(op), "it is sent once more")
				now, err := unit.CurrentWriteSpeed(t.Context(), b.drive)
				require.NoError(t, err)
				require.Equal(t, mmc.SpeedX(8), now.Speed())
			})
		}
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(op), Sticky: true, Fault: says(6, 0x2A, 0x01)})
		r, err := engine.Burn(t.Context(), b.drive, album(), o, trackatonce.Method())
		require.ErrorIs(t, err, scsi.KeyUnitAttention, name)
		require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
		require.True(t, b.disc.Summary().Blank)
		require.Zero(t, b.sent(command.OpWrite10))
	}
}

// A drive that refuses BLANK with IMMED gets it once more without IMMED, and not a third time.
func TestBlankRefusedWithImmed(t *testing.T) {
	for _, personality := range []string{"no-immed", "immed-2-00-00"} {
		b := newBench(t, personality, sim.CDRW80)
		b.burn(t, nil)
		b.tap.Reset()
		r, err := engine.Blank(t.Context(), b.drive, nil)
		require.NoError(t, err, personality)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Empty(t, r.Notes)
		require.True(t, b.disc.Summary().Blank)
		sent := b.cdbs(command.OpBlank)
		require.Len(t, sent, 2)
		require.Equal(t, []byte{0x10, 0}, []byte{sent[0][1] & 0x10, sent[1][1] & 0x10}, "IMMED (MMC-6 table 236)")
	}
	b := newBench(t, "modern", sim.CDRW80)
	b.burn(t, nil)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpBlank), Sticky: true, Fault: says(5, 0x24, 0)})
	_, err := engine.Blank(t.Context(), b.drive, nil)
	require.ErrorIs(t, err, burn.ErrEraseFailed)
	require.False(t, b.disc.Summary().Blank)
	require.Equal(t, 2, b.sent(command.OpBlank))
}

// The answer to CLOSE SESSION doesn't matter: the disc shows whether the session was closed.
// After an answer that reports a failure, CLOSE SESSION isn't repeated.
func TestClosedOrNotByTheDisc(t *testing.T) {
	closing := func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpCloseTrackSession && req.CDB[2]&7 == 2
	}
	for _, sense := range [][3]byte{{3, 0x72, 0x01}, {3, 0x0C, 0x00}, {4, 0x3E, 0x02}, {4, 0x09, 0x00}, {5, 0x72, 0x03}, {7, 0x27, 0x00}} {
		for _, done := range []bool{true, false} {
			t.Run(fmt.Sprintf("%X %v", sense, done), func(t *testing.T) {
				b := newBench(t, "modern", sim.CDR80)
				b.faults.Add(scsitest.Rule{Match: closing, Sticky: true, After: done, Fault: says(sense[0], sense[1], sense[2])})
				r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
				require.Equal(t, done, b.disc.Summary().Finalized)
				require.Equal(t, done, *r.Closed)
				sent := 1
				if sense[0] == 5 {
					sent = 2 // without IMMED
				}
				require.Len(t, b.cdbs(command.OpCloseTrackSession), sent)
				if done {
					require.NoError(t, err)
					require.Equal(t, burn.VerdictSuccess, r.Verdict)
					require.Equal(t, disc.VerifyEqual, r.Verified.Result)
					return
				}
				require.ErrorIs(t, err, burn.ErrNotClosed)
				require.Equal(t, burn.VerdictFailed, r.Verdict)
				require.Len(t, r.OnDisc, 2)
			})
		}
	}
}

// A flush that is refused because the drive is still writing is repeated until it is accepted.
func TestFlushIsSentUntilItIsTaken(t *testing.T) {
	for _, sense := range [][3]byte{{2, 0x04, 0x07}, {2, 0x04, 0x04}, {2, 0x04, 0x08}, {2, 0x04, 0x00}} {
		b, plain := newBench(t, "modern", sim.CDR80), newBench(t, "modern", sim.CDR80)
		plain.burn(t, nil)
		for range 3 {
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpSynchronizeCache), Fault: says(sense[0], sense[1], sense[2])})
		}
		r := b.burn(t, &burn.Options{Verify: disc.VerifyFull})
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Equal(t, plain.sent(command.OpSynchronizeCache)+3, b.sent(command.OpSynchronizeCache), "%X", sense)
		require.Empty(t, r.Tracks[0].Notes, "waiting isn't an error")
	}
}

// After a test write the drive shows another kind of disc until the disc is reloaded. The
// engine reloads it, and the report shows the disc as before. If no mechanism helps, the state
// after the test is unconfirmed.
func TestKindOfDiscAfterATestWrite(t *testing.T) {
	b := newBench(t, "profile-after-test", sim.CDR80)
	r := b.burn(t, &burn.Options{TestWrite: true})
	require.Equal(t, burn.VerdictTestWrite, r.Verdict)
	require.Equal(t, mmc.MediaCDR, r.Disc.Media.Value)
	require.Equal(t, mmc.MediaCDR, r.After.Media.Value)
	pages := 0
	for _, e := range b.tap.Exchanges() {
		if e.CDB[0] == command.OpModeSelect10 {
			pages = pages<<1 | int(e.Out[8+2]>>4&1)
		}
	}
	require.Zero(t, pages&1, "the last page 05h has no test write bit")
	require.NotZero(t, pages)
	require.True(t, b.disc.Summary().Blank)
	next := b.burn(t, nil)
	require.Equal(t, burn.VerdictSuccess, next.Verdict, "the next burn finds a CD-R")

	b = newBench(t, "profile-after-test", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpStartStopUnit), Sticky: true, Fault: says(5, 0x24, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
}

// The row of a track shows its state on the disc, even for a track whose first WRITE was
// accepted although the drive answered with an error.
func TestRowOfATrackThatTheDriveTook(t *testing.T) {
	write := func(at toc.LBA) func(*scsi.Request) bool {
		return func(req *scsi.Request) bool {
			return req.CDB[0] == command.OpWrite10 && int(req.CDB[4])<<8|int(req.CDB[5]) == int(at)
		}
	}
	for _, taken := range []bool{true, false} {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: write(452), After: taken, Fault: says(3, 0x0C, 9)})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.Equal(t, burn.TrackOK, r.Tracks[0].Status)
		row := r.Tracks[1]
		if on := b.disc.Tracks(); len(on) == 1 {
			require.False(t, taken)
			require.Equal(t, burn.TrackNotBegun, row.Status)
			require.Zero(t, row.Sectors+row.AtMost)
		} else {
			require.True(t, taken)
			require.Equal(t, burn.TrackFailed, row.Status)
			require.Equal(t, toc.LBA(452), row.Start)
			require.Positive(t, row.Sectors+row.AtMost)
		}
	}
}

// A track that differs when read back is reported in its row, and in no other.
func TestRowOfATrackThatDiffers(t *testing.T) {
	for n := range 2 {
		b := newBench(t, "modern", sim.CDR80)
		b.burn(t, nil)
		other := album()
		other[n].Source = flipped{other[n].Source, 60*toc.SectorSize + 3}
		r, err := engine.Verify(t.Context(), b.drive, other, &burn.VerifyOptions{Level: disc.VerifyFull})
		require.ErrorIs(t, err, burn.ErrVerify)
		for i, row := range r.Tracks {
			want := burn.TrackOK
			if i == n {
				want = burn.TrackDiffers
			}
			require.Equal(t, want, row.Status, "track %d", row.Number)
		}
	}
}
