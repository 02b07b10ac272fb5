package engine_test

import (
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
	"github.com/redbook-audio/redbook/toc"
)

// readsNoAudio makes the drive refuse READ CD.
func (b *bench) readsNoAudio() {
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Sticky: true, Fault: says(5, 0x20, 0)})
}

// deferredAt makes the drive report a failed write with the n-th command of an opcode, instead of
// carrying it out.
func (b *bench) deferredAt(op byte, n int) {
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(op), Skip: n - 1, Fault: saysOfBefore(3, 0x0C, 0)})
}

// notesOf are the kinds of all notes of a report, with those of its rows.
func notesOf(r burn.Report) []burn.NoteKind {
	list := kinds(r.Notes)
	for _, row := range r.Tracks {
		list = append(list, kinds(row.Notes)...)
	}
	return list
}

// moments are commands with which a drive may report a failed write late.
var moments = []struct {
	name string
	op   byte
	nth  int
}{
	{"flush of track 1", command.OpSynchronizeCache, 1},
	{"between the tracks", command.OpPreventAllowMediumRemoval, 3},
	{"flush of the last track", command.OpSynchronizeCache, 2},
	{"close", command.OpCloseTrackSession, 1},
	{"verification", command.OpReadCD, 2},
	{"unlock", command.OpPreventAllowMediumRemoval, 4},
}

// A drive reports that something wasn't written, and everything that this may be about reads back equal:
// the disc is good, and the report names the error. That holds without a requested
// verification too.
func TestDeferredErrorThatTheDiscDenies(t *testing.T) {
	for _, m := range moments {
		for _, level := range []disc.VerifyLevel{disc.VerifyNone, disc.VerifyQuick, disc.VerifyFull} {
			b := newBench(t, "modern", sim.CDR80)
			b.deferredAt(m.op, m.nth)
			r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Verify: level}, trackatonce.Method())
			require.NoError(t, err, m.name)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			if b.faults.Fired() == 0 {
				require.Equal(t, disc.VerifyNone, level, m.name)
				continue
			}
			require.Contains(t, notesOf(r), notekind.WriteDenied, m.name)
			require.GreaterOrEqual(t, b.sent(command.OpReadCD), 300/27, m.name)
		}
	}
}

// The same without reading back is never a success.
func TestDeferredErrorThatNothingDenies(t *testing.T) {
	for _, m := range moments {
		if m.op == command.OpReadCD {
			continue
		}
		b := newBench(t, "modern", sim.CDR80)
		b.readsNoAudio()
		b.deferredAt(m.op, m.nth)
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed, m.name)
		require.ErrorIs(t, err, asc.WriteError, m.name)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
		require.NotContains(t, notesOf(r), notekind.WriteDenied)
	}
}

// If the audio is wrong the burn fails, in the row of the track, however late the drive reports it.
func TestDeferredErrorThatTheDiscConfirms(t *testing.T) {
	for _, m := range moments {
		if m.op == command.OpReadCD {
			continue
		}
		b := newBench(t, "modern", sim.CDR80)
		wrong := album()
		b.spoilWrite(60) // in the second WRITE, which quick verification doesn't read
		b.deferredAt(m.op, m.nth)
		r, err := engine.Burn(t.Context(), b.drive, wrong, nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed, m.name)
		require.Contains(t, []burn.TrackStatus{burn.TrackDiffers, burn.TrackFailed}, r.Tracks[0].Status, m.name)
		require.Equal(t, burn.VerdictFailed, r.Verdict)
	}
}

// spoilWrite changes one sample of a sector on its way to the drive.
func (b *bench) spoilWrite(lba toc.LBA) {
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		from := toc.LBA(int(req.CDB[4])<<8 | int(req.CDB[5]))
		if at := lba - from; req.CDB[0] == command.OpWrite10 && at >= 0 && at < toc.LBA(len(req.Data)/toc.SectorSize) {
			req.Data[int(at)*toc.SectorSize+100] ^= 1
		}
		return false
	}})
}

// The session of a stream can be read only when it is closed: the error of its end is
// settled then.
func TestDeferredErrorOfAStream(t *testing.T) {
	for _, spoiled := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		if spoiled {
			b.spoilWrite(60)
		}
		b.deferredAt(command.OpSynchronizeCache, 1)
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(nil, false))
		if spoiled {
			require.ErrorIs(t, err, burn.ErrWriteFailed)
			require.Equal(t, burn.TrackDiffers, r.Tracks[0].Status)
			continue
		}
		require.NoError(t, err)
		require.Contains(t, notesOf(r), notekind.WriteDenied)
	}
}

// The audio of an open session that the drive doesn't read is compared when it is closed.
func TestDeferredErrorOfTheLastTrackOfAnUnreadableSession(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpReadCD && b.sent(command.OpCloseTrackSession) == 0
	}, Sticky: true, Fault: says(5, 0x24, 0)})
	b.deferredAt(command.OpSynchronizeCache, 2)
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Contains(t, notesOf(r), notekind.WriteDenied)
}

// A deferred error with the first WRITE of a track may be about the end of the track before it, which
// is read back: its row is good only if it is equal.
func TestDeferredErrorAtTheFirstWriteOfTheNextTrack(t *testing.T) {
	for _, row := range []struct {
		name    string
		prepare func(b *bench)
		want    burn.TrackStatus
	}{
		{"equal", func(*bench) {}, burn.TrackOK},
		{"different", func(b *bench) { b.spoilWrite(120) }, burn.TrackDiffers},
		{"unreadable", (*bench).readsNoAudio, burn.TrackUnshown},
	} {
		b := newBench(t, "modern", sim.CDR80)
		row.prepare(b)
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			return req.CDB[0] == command.OpWrite10 && b.sent(command.OpSynchronizeCache) == 1
		}, Fault: saysOfBefore(3, 0x0C, 0)})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed, row.name)
		require.Equal(t, row.want, r.Tracks[0].Status, row.name)
		require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status, row.name)
	}
}

// A job without audio is judged by the disc alone.
func TestDeferredErrorOfAnErasureAndOfAClosing(t *testing.T) {
	b := newBench(t, "modern", sim.CDRW80)
	b.burn(t, nil)
	b.deferredAt(command.OpPreventAllowMediumRemoval, 2)
	r, err := engine.Blank(t.Context(), b.drive, nil)
	require.NoError(t, err)
	require.Equal(t, []burn.NoteKind{notekind.BlankError}, kinds(r.Notes))

	b = newBench(t, "modern", sim.CDR80)
	b.burn(t, &burn.Options{NoClose: true})
	b.deferredAt(command.OpPreventAllowMediumRemoval, 2)
	r, err = engine.CloseDisc(t.Context(), b.drive, nil, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, []burn.NoteKind{notekind.CloseError}, kinds(r.Notes))
}

// Audio is compared before the next track is written to a disc with the tables of this one.
func TestNextTrackIsNotWrittenOnAnotherCopy(t *testing.T) {
	other := newBench(t, "modern", sim.CDR80)
	_, err := engine.Burn(t.Context(), other.drive, []burn.Track{music("copy.wav", 9, 300)}, &burn.Options{NoClose: true}, trackatonce.Method())
	require.NoError(t, err)
	other.Eject()
	for _, at := range []byte{command.OpModeSelect10, command.OpWrite10} {
		b := newBench(t, "modern", sim.CDR80)
		swapped := false
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			if req.CDB[0] == at && b.sent(command.OpSynchronizeCache) == 1 && !swapped {
				swapped = true
				b.Eject()
				require.NoError(t, b.Insert(other.disc))
			}
			return false
		}})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.True(t, swapped)
		require.ErrorIs(t, err, burn.ErrDiscChanged)
		require.Len(t, other.disc.Tracks(), 1)
		require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
		b.Eject()
	}
}

// A disc with one track more than this burn has written isn't its disc, even if all others agree.
func TestNextTrackIsNotWrittenAfterForeignTracks(t *testing.T) {
	other := newBench(t, "modern", sim.CDR80)
	_, err := engine.Burn(t.Context(), other.drive, []burn.Track{music("a.wav", 8, 330), music("b.wav", 9, 300)}, &burn.Options{NoClose: true}, trackatonce.Method())
	require.NoError(t, err)
	other.Eject()
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Sticky: true, Fault: says(5, 0x24, 0)}) // tables must do
	b.onFlush(func() {
		b.Eject()
		require.NoError(t, b.Insert(other.disc))
	})
	_, err = engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrDiscChanged)
	require.Len(t, other.disc.Tracks(), 2)
	b.Eject()
}

// What the drive reports before the first WRITE is about another program's command, and is
// noted.
func TestDeferredErrorOfAnotherProgram(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.deferredAt(command.OpModeSense10, 1)
	r := b.burn(t, nil)
	require.Equal(t, []burn.NoteKind{notekind.OldDeferred}, notesOf(r))

	b.deferredAt(command.OpReadCD, 1)
	r, err := engine.Verify(t.Context(), b.drive, album(), nil)
	require.NoError(t, err)
	require.Equal(t, []burn.NoteKind{notekind.OldDeferred}, notesOf(r))
}

// A drive may repeat a deferred error, but not forever.
func TestDeferredErrorThatIsRepeated(t *testing.T) {
	for _, times := range []int{4, 5} {
		b := newBench(t, "modern", sim.CDR80)
		for range times {
			b.deferredAt(command.OpReadCD, 1)
		}
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Verify: disc.VerifyQuick}, trackatonce.Method())
		if times == 5 {
			require.ErrorIs(t, err, burn.ErrWriteFailed)
			continue
		}
		require.NoError(t, err)
		require.Contains(t, notesOf(r), notekind.WriteDenied)
	}
}
