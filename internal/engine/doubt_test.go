package engine_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// refusals are errors of a WRITE.
var refusals = [][3]byte{{0xB, 0x47, 0}, {0xB, 0x4B, 0}, {5, 0x21, 2}, {5, 0x21, 0}, {5, 0x24, 0}, {4, 0x47, 0}, {4, 0x08, 1}, {4, 9, 0}, {3, 0x0C, 0}, {3, 2, 0}, {7, 0x27, 0}}

// refuted makes the drive answer WRITE n with an error after executing it.
func (b *bench) refuted(n int, sense [3]byte) {
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: n - 1, After: true, Fault: says(sense[0], sense[1], sense[2])})
}

// spoil silences the last sector of WRITE n on its way to the drive.
func (b *bench) spoil(n int) {
	seen := 0
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] != command.OpWrite10 {
			return false
		}
		if seen++; seen == n {
			clear(req.Data[len(req.Data)-toc.SectorSize:])
		}
		return false
	}})
}

// onFlush calls do before the first SYNCHRONIZE CACHE.
func (b *bench) onFlush(do func()) {
	hit := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpSynchronizeCache && !hit {
			hit = true
			do()
		}
		return false
	}})
}

// A WRITE that the drive accepted according to its next writable address, but answered with an
// error, doesn't fail the burn: its sectors are read back, even without a requested
// verification. WRITE 12 is the last of its track.
func TestWriteTakenAndAnsweredWithAnError(t *testing.T) {
	for _, sense := range refusals {
		for _, n := range []int{1, 5, 12} {
			for _, m := range []engine.Method{trackatonce.Method(), sessionatonce.Method(nil, false)} {
				if m.Continuous() {
					n += 6 // the pregap
				}
				name := fmt.Sprintf("%X WRITE %d, stream %v", sense, n, m.Continuous())
				b := newBench(t, "modern", sim.CDR80)
				b.refuted(n, sense)
				r, err := engine.Burn(t.Context(), b.drive, album(), nil, m)
				require.NoError(t, err, name)
				require.Equal(t, burn.VerdictSuccess, r.Verdict, name)
				require.Equal(t, []burn.NoteKind{notekind.WriteTaken}, kinds(r.Tracks[0].Notes), name)
				require.Equal(t, disc.VerifyEqual, r.Verified.Result, name)
				require.Equal(t, toc.Sectors(300), b.disc.Tracks()[0].Size, name)
				b.release()
			}
		}
	}
}

// Without underrun protection, a refused address is an underrun unless the drive has the
// WRITE.
func TestTakenWithoutUnderrunProtection(t *testing.T) {
	for _, taken := range []bool{true, false} {
		b := newBench(t, "old", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 4, After: taken, Fault: says(5, 0x21, 2)})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		if taken {
			require.NoError(t, err)
			require.Equal(t, disc.VerifyEqual, r.Verified.Result)
			continue
		}
		require.ErrorIs(t, err, burn.ErrUnderrun)
	}
}

// The same for a WRITE that was not accepted: after an aborted command it is sent again; any
// other error ends the track.
func TestWriteAnsweredWithAnErrorAndNotTaken(t *testing.T) {
	for _, sense := range refusals {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 4, Fault: says(sense[0], sense[1], sense[2])})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		if sense[0] == 0xB {
			require.NoError(t, err)
			require.Equal(t, []burn.NoteKind{notekind.WriteResent}, kinds(r.Tracks[0].Notes))
			require.Equal(t, toc.Sectors(300), b.disc.Tracks()[0].Size)
			continue
		}
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.Equal(t, where{burn.PhaseWrite, 1, 4 * 27}, placeOf(t, err))
		require.Equal(t, burn.TrackFailed, r.Tracks[0].Status)
		require.Equal(t, 5, b.sent(command.OpWrite10), "nothing more is written")
	}
}

// Up to three WRITEs are settled in this way.
func TestTooManyWritesAnsweredWithErrors(t *testing.T) {
	for _, sense := range refusals {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 1, Sticky: true, After: true, Fault: says(sense[0], sense[1], sense[2])})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.Equal(t, 5, b.sent(command.OpWrite10))
		require.Equal(t, burn.TrackFailed, r.Tracks[0].Status)
	}
}

// If the drive recorded wrong data, the sectors in doubt are read back, even where a quick
// verification reads nothing. After a medium error, so are those that were in the drive's
// buffer.
func TestWriteInDoubtThatIsWrong(t *testing.T) {
	for _, row := range []struct {
		sense [3]byte
		back  int // number of WRITEs before the answer in which the audio is wrong
		found bool
	}{
		{[3]byte{0xB, 0x47, 0}, 0, true},
		{[3]byte{0xB, 0x47, 0}, 1, false},
		{[3]byte{3, 0x0C, 0}, 0, true},
		{[3]byte{4, 9, 0}, 1, true},
	} {
		b := newBench(t, "modern", sim.CDR80)
		n := 6 // LBA 135 to 161: quick reads 0 to 74, 163 to 237 and 325 to 399
		b.spoil(n - row.back)
		b.refuted(n, row.sense)
		tracks := album()[1:]
		r, err := engine.Burn(t.Context(), b.drive, tracks, nil, trackatonce.Method())
		if !row.found {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, inspect.ErrDiffers)
		require.Equal(t, burn.VerdictVerifyFailed, r.Verdict)
		require.Equal(t, burn.TrackDiffers, r.Tracks[0].Status)
	}
}

// The same for answers that mean that a WRITE was not executed: its address shows that it was,
// and nothing else is known about its sectors.
func TestWriteThatWasNotCarriedOutAndIsWrong(t *testing.T) {
	for _, sense := range [][3]byte{{0, 0, 0}, {2, 4, 0}, {2, 4, 7}, {6, 0x28, 0}, {6, 0x29, 0}} {
		b := newBench(t, "modern", sim.CDR80)
		b.spoil(6)
		b.refuted(6, sense)
		r, err := engine.Burn(t.Context(), b.drive, album()[1:], nil, trackatonce.Method())
		require.ErrorIs(t, err, inspect.ErrDiffers, sense)
		require.Equal(t, []burn.TrackStatus{burn.TrackDiffers}, statuses(r))
		b.release()
	}
}

// Such answers are not limited in number: the burn continues, and the sectors concerned are
// read back.
func TestManyWritesThatWereNotCarriedOut(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 1, Sticky: true, After: true, Fault: says(2, 4, 7)})
	b.spoil(9)
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, inspect.ErrDiffers)
	require.Equal(t, []burn.TrackStatus{burn.TrackDiffers, burn.TrackOK}, statuses(r))
	require.Equal(t, []burn.NoteKind{notekind.WriteTaken}, kinds(r.Tracks[1].Notes))
}

// If the drive can't read the sectors back, the burn and the track are unconfirmed.
func TestWriteInDoubtThatCannotBeReadBack(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.refuted(5, [3]byte{0xB, 0x47, 0})
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Sticky: true, Fault: says(5, 0x64, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{NoClose: true}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.ErrorIs(t, err, scsi.KeyAbortedCommand)
	require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
	require.Equal(t, []burn.TrackStatus{burn.TrackUnshown, burn.TrackOK}, statuses(r))
}

// The same for a track whose burn fails later, so that nothing is read back.
func TestWriteInDoubtBeforeAFailure(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.refuted(5, [3]byte{4, 0x47, 0})
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 15, Fault: says(3, 0x0C, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, []burn.TrackStatus{burn.TrackUnshown, burn.TrackFailed}, statuses(r))
}

// The pregap of track 1 can't be read back.
func TestPregapInDoubt(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.refuted(2, [3]byte{0xB, 0x47, 0})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackOK}, statuses(r))
}

// A full track may have no next writable address. Its end then decides: the length does or
// doesn't match the sectors sent.
func TestLastWriteInDoubt(t *testing.T) {
	for _, taken := range []bool{true, false} {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 14, After: taken, Fault: says(3, 0x0C, 0)})
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			return req.CDB[0] == command.OpReadTrackInformation && b.sent(command.OpWrite10) == 15 && b.sent(command.OpSynchronizeCache) == 0
		}, Sticky: true, Fault: says(5, 0x24, 0)})
		r, err := engine.Burn(t.Context(), b.drive, album()[1:], nil, trackatonce.Method())
		if taken {
			require.NoError(t, err)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			continue
		}
		require.ErrorIs(t, err, burn.ErrTrackMissing)
		require.ErrorIs(t, err, scsi.KeyMediumError, "the cause isn't lost")
		require.Equal(t, burn.TrackFailed, r.Tracks[0].Status)
	}
}

// The addresses after the last WRITE of a track may contradict each other, or be that of the
// next track. After any answer, the length of the track decides.
func TestAddressAfterTheLastWrite(t *testing.T) {
	address := func(lba byte) scsitest.Fault {
		return scsitest.DataFault([]byte{0, 34, 1, 1, 0, 0x4F, 0, 1, 14: 1, 15: lba, 35: 0})
	}
	for _, sense := range [][3]byte{{3, 0x0C, 0}, {0xB, 0x47, 0}, {2, 4, 0}, {6, 0x2A, 1}, {0, 0, 0}} {
		for _, lies := range [][]scsitest.Fault{{address(0x90), address(0x90 + 2)}, {address(0x90 + 2), address(0x90 + 2), address(0x90 + 2)}} {
			for _, taken := range []bool{true, false} {
				b := newBench(t, "modern", sim.CDR80)
				b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 14, After: taken, Fault: says(sense[0], sense[1], sense[2])})
				for _, lie := range lies {
					b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
						return req.CDB[0] == command.OpReadTrackInformation && b.sent(command.OpWrite10) == 15 && b.sent(command.OpSynchronizeCache) == 0
					}, Fault: lie})
				}
				_, err := engine.Burn(t.Context(), b.drive, album()[1:], nil, trackatonce.Method())
				if taken {
					require.NoError(t, err, sense)
				} else {
					require.ErrorIs(t, err, burn.ErrTrackMissing, sense)
				}
				b.release()
			}
		}
	}
}

// A test write leaves nothing that could be read back, so a medium error fails it.
func TestErrorOfATestWrite(t *testing.T) {
	for _, sense := range [][3]byte{{3, 0x0C, 0}, {4, 9, 0}, {5, 0x21, 2}} {
		b := newBench(t, "modern", sim.CDR80)
		b.refuted(5, sense)
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true}, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
	}
}

func statuses(r burn.Report) (list []burn.TrackStatus) {
	for _, t := range r.Tracks {
		list = append(list, t.Status)
	}
	return list
}

// A reset at the end of a test write discards the content of the drive's buffer. Writing it
// took no time, which doesn't mean that the drive tested nothing. The reset is in the report,
// even if the drive reported it to another program.
func TestResetAtTheEndOfATestWrite(t *testing.T) {
	for _, silence := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		b.onFlush(func() {
			b.Reset()
			poke := scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"}
			for range 4 {
				if silence {
					_, _ = b.Do(t.Context(), &poke)
				}
			}
		})
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true}, sessionatonce.Method(nil, false))
		require.NoError(t, err)
		require.Equal(t, burn.VerdictTestWrite, r.Verdict)
		require.Contains(t, kinds(r.Tracks[1].Notes), notekind.EndError)
	}
}

// If another disc is inserted while a track ends, it may show a track with the same number at
// the same position. Nothing is then known about the track that was written.
func TestOtherDiscAtTheEndOfATrack(t *testing.T) {
	other := newBench(t, "modern", sim.CDRW80)
	_, err := engine.Burn(t.Context(), other.drive, []burn.Track{music("long.wav", 3, 1800)}, &burn.Options{NoClose: true}, trackatonce.Method())
	require.NoError(t, err)
	other.Eject()
	for _, m := range []engine.Method{trackatonce.Method(), sessionatonce.Method(nil, false)} {
		b := newBench(t, "modern", sim.CDRW80)
		b.onFlush(func() {
			b.Eject()
			require.NoError(t, b.Insert(other.disc))
		})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, m)
		require.ErrorIs(t, err, burn.ErrDiscChanged)
		require.Equal(t, burn.TrackUnshown, r.Tracks[0].Status)
		require.Empty(t, r.OnDisc)
		require.Equal(t, 1, len(other.disc.Tracks()), "nothing is written to it")
		b.Eject()
	}
}

// If the inserted disc is blank, it shows that the track isn't on it, not that the drive
// couldn't write the track.
func TestBlankDiscAtTheEndOfATrack(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.onFlush(func() {
		b.Eject()
		require.NoError(t, b.Insert(sim.NewDisc(sim.CDR80)))
	})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrDiscChanged)
	require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
	require.Equal(t, []burn.TrackStatus{burn.TrackUnshown, burn.TrackNotBegun}, statuses(r))
}

// For another disc with the same tracks, such as the second copy of an album, only the audio
// shows which one it is. If the disc doesn't show a stream, none of its tracks are ok.
func TestOtherDiscWithTheSameTracks(t *testing.T) {
	for _, m := range []engine.Method{trackatonce.Method(), sessionatonce.Method(nil, false)} {
		other := newBench(t, "modern", sim.CDR80)
		_, err := engine.Burn(t.Context(), other.drive, []burn.Track{music("copy.wav", 9, 300)}, &burn.Options{NoClose: true}, trackatonce.Method())
		require.NoError(t, err)
		other.Eject()
		b := newBench(t, "modern", sim.CDR80)
		b.onFlush(func() {
			b.Eject()
			require.NoError(t, b.Insert(other.disc))
		})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, m)
		require.ErrorIs(t, err, burn.ErrDiscChanged)
		require.Equal(t, burn.TrackUnshown, r.Tracks[0].Status)
		require.Len(t, other.disc.Tracks(), 1, "nothing is added to it")
		require.Empty(t, other.disc.Sessions())
		b.Eject()
	}
}

// A blank disc that is inserted while only the pregap is written doesn't prove that nothing
// was written.
func TestOtherDiscDuringThePregap(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	blank := sim.NewDisc(sim.CDR80)
	b.beforeWrite(2, func() {
		b.Eject()
		require.NoError(t, b.Insert(blank))
	})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrDiscChanged)
	require.False(t, r.After.Status.Known(), "it is that of another disc")
	require.True(t, blank.Summary().Blank)
}

// If the last inspection contains one false reply about a track that was complete, the drive
// is asked again.
func TestLastLookThatContradicts(t *testing.T) {
	asks := func(req *scsi.Request) bool { return req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 2 }
	seen := 0
	plain := newBench(t, "modern", sim.CDR80)
	plain.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if asks(req) {
			seen++
		}
		return false
	}})
	plain.burn(t, &burn.Options{NoClose: true})
	b := newBench(t, "modern", sim.CDR80)
	damaged := []byte{0, 34, 2, 1, 0, 0x20, 0x0F, 0, 0, 0, 1, 0xC4, 23: 0, 26: 1, 27: 0x90, 35: 0}
	b.faults.Add(scsitest.Rule{Match: asks, Skip: seen - 1, Fault: scsitest.DataFault(damaged)})
	r := b.burn(t, &burn.Options{NoClose: true})
	require.Equal(t, 1, b.faults.Fired())
	require.Equal(t, toc.Sectors(400), r.Tracks[1].Sectors)
	require.True(t, *r.OnDisc[1].Complete)
}

// A track that is canceled in its pregap is reported as canceled, not as failed.
func TestCancelInThePregap(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ctx, cancel := context.WithCancel(t.Context())
	b.beforeWrite(2, cancel)
	r, err := engine.Burn(ctx, b.drive, album(), nil, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.Equal(t, []burn.TrackStatus{burn.TrackCanceled, burn.TrackNotBegun}, statuses(r))
	require.Zero(t, r.Tracks[0].Sent)
}

// A drive that drops the last WRITE of a track, of one sector, shows the track as short as one
// without run-out. Since it showed the previous track in full, the end is read back.
func TestLastWriteThatIsDropped(t *testing.T) {
	for _, unread := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 12 + 12, Fault: scsitest.GoodFault()})
		if unread {
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadTOC), Sticky: true, Fault: says(5, 0x24, 0)})
		}
		tracks := []burn.Track{album()[0], music("odd.wav", 5, 12*27+1)}
		r, err := engine.Burn(t.Context(), b.drive, tracks, nil, trackatonce.Method())
		require.Error(t, err)
		require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
		require.NotEqual(t, burn.TrackOK, r.Tracks[1].Status)
		require.Equal(t, burn.TrackOK, r.Tracks[0].Status)
	}
}

// A drive may answer READ TRACK INFORMATION as if the track didn't exist. How much of the
// track was recorded is then unknown, except for an upper limit.
func TestTrackInformationRefusedAfterAWrite(t *testing.T) {
	for _, skip := range []int{0, 6, 12, 13} {
		for _, after := range []bool{true, false} {
			b := newBench(t, "modern", sim.CDR80)
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: skip, After: after, Fault: says(6, 0x28, 0)})
			b.faults.Add(scsitest.Rule{Sticky: true, Fault: says(5, 0x24, 0), Match: func(req *scsi.Request) bool {
				return req.CDB[0] == command.OpReadTrackInformation && b.sent(command.OpWrite10) > skip
			}})
			r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
			require.Error(t, err)
			for i, on := range b.disc.Tracks() {
				row := r.Tracks[i]
				require.NotEqual(t, burn.TrackNotBegun, row.Status)
				require.LessOrEqual(t, on.Recorded, max(row.Sectors+placing.RunOutSectors, row.AtMost), "WRITE %d, %v", skip, after)
			}
			b.release()
		}
	}
}
