package engine_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// fading returns suite with silence at the end of each track, the given number of samples
// late, as a drive with an offset records it.
func fading(t *testing.T, samples int) []burn.Track {
	t.Helper()
	tracks := []burn.Track{cut(t, "one.wav", 1, 290, 300), cut(t, "two.wav", 2, 890, 900), cut(t, "three.wav", 3, 390, 400)}
	for i := range tracks {
		src, err := tracks[i].Source.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(src)
		require.NoError(t, err)
		tracks[i].Source = pcm.FromBytes(tracks[i].Source.Name(), pcm.CDDA, append(make([]byte, 4*samples), b[:len(b)-4*samples]...))
	}
	return tracks
}

// Each drive writes with its own offset: tracks recorded by another drive are compared
// separately, and either part may differ.
func TestResumeInAnotherDrive(t *testing.T) {
	for _, row := range []struct {
		name   string
		other  bool // another drive recorded the tracks
		offset int
		wrong  int // the track in which one bit differs
		same   bool
		rows   []burn.TrackStatus
	}{
		{"another offset", true, 6, -1, true, nil},
		{"another offset of the same drive", false, 6, -1, false, nil},
		{"the same offset", true, 0, -1, true, nil},
		{"an old one differs", true, 0, 0, false, []burn.TrackStatus{burn.TrackDiffers, burn.TrackOK, burn.TrackOK}},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			was := b.interrupted(t, fading(t, row.offset), 12+34, nil, func() {}) // 900 sectors are 34 WRITEs
			was.Hashes = make([]string, 3)
			if row.other {
				was.Drive = "another drive"
			}
			tracks := fading(t, 0)
			if row.wrong >= 0 {
				tracks[row.wrong].Source = flipped{tracks[row.wrong].Source, 50*toc.SectorSize + 1}
			}
			r, err := engine.Resume(t.Context(), b.drive, tracks, &burn.Options{Verify: disc.VerifyFull}, was, trackatonce.Method())
			require.Equal(t, disc.VerifyFull, r.Verified.Asked)
			require.Len(t, r.Verified.Tracks, 3)
			if row.same {
				require.NoError(t, err)
				require.Equal(t, disc.VerifyEqual, r.Verified.Result)
				require.Equal(t, disc.VerifyFull, r.Verified.Done)
				require.Equal(t, toc.Sectors(1600), r.Verified.Sectors)
				return
			}
			require.ErrorIs(t, err, burn.ErrVerify)
			require.Equal(t, disc.VerifyDiffers, r.Verified.Result)
			if row.rows != nil {
				require.Equal(t, row.rows, []burn.TrackStatus{r.Tracks[0].Status, r.Tracks[1].Status, r.Tracks[2].Status})
			}
		})
	}
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+34, nil)
	was.Drive = "another drive"
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpReadCD && int(req.CDB[4])<<8|int(req.CDB[5]) >= 1504
	}, Sticky: true, Fault: says(3, 0x11, 0x05)})
	r, err := engine.Resume(t.Context(), b.drive, suite(), &burn.Options{Verify: disc.VerifyFull}, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrUnconfirmed, "the new one can't be read")
	require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
}

// A track that was interrupted by a power failure is ended first and reported as a fragment.
// Then the whole track is written again. Earlier tracks on the disc aren't touched.
func TestResumeAfterAPowerCut(t *testing.T) {
	tracks := suite()
	tracks[1] = music("two.wav", 2, 3000)
	for n := range 3 {
		earlier, whole := n == 1, n == 2
		b := newBench(t, "modern", sim.CDR80)
		first := 1
		if earlier {
			_, err := engine.Burn(t.Context(), b.drive, []burn.Track{music("zero.wav", 9, 350)}, &burn.Options{NoClose: true}, trackatonce.Method())
			require.NoError(t, err)
			b.tap.Reset()
			first = 2
		}
		was := b.interrupted(t, tracks, 80, &burn.Options{Append: true}, b.PowerCycle)
		was.Begun[1].Whole = whole // it was complete, and the drive shows it torn now
		p, err := engine.MakeResumePlan(t.Context(), b.drive, tracks, nil, was, trackatonce.Method())
		require.NoError(t, err)
		require.Len(t, p.Tracks, 2)
		require.Equal(t, []int{first + 2, first + 3}, []int{p.Tracks[0].Number, p.Tracks[1].Number})
		require.Equal(t, []string{was.Hashes[1], was.Hashes[2]}, []string{p.Tracks[0].Hash, p.Tracks[1].Hash})
		require.Len(t, p.Fragments, 1)
		b.tap.Reset()
		var seen watched
		r, err := engine.Resume(t.Context(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick, OnEvent: seen.on}, was, trackatonce.Method())
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		b.holds(t, r, tracks)
		require.Len(t, b.disc.Tracks(), first+3)
		require.Equal(t, []int{first, first + 2, first + 3}, []int{r.Tracks[0].Number, r.Tracks[1].Number, r.Tracks[2].Number})
		require.Len(t, r.Notes, 2)
		require.Contains(t, []burn.NoteKind{notekind.TrackFinished, notekind.TrackRepaired}, r.Notes[0].Kind)
		require.Equal(t, first+1, r.Notes[0].Track)
		require.Equal(t, burn.Note{Kind: notekind.Fragment, Track: first + 1, Name: "two.wav", Want: 3000, Got: r.Notes[1].Got}, r.Notes[1])
		require.Equal(t, int(b.disc.Tracks()[first].Size), r.Notes[1].Got)
		require.Equal(t, disc.VerifyQuick, r.Verified.Done, "nothing has a seam")
		require.Empty(t, r.Differences)
		require.Greater(t, b.sent(command.OpSynchronizeCache), 2, "one before the first WRITE")
		require.InDelta(t, 1, seen.done[len(seen.done)-1], 1e-9)
		for _, cdb := range b.cdbs(command.OpCloseTrackSession) {
			if cdb[2]&7 == 1 {
				require.Equal(t, first+1, int(cdb[5]), "only the torn one")
			}
		}
	}
}

// A track whose end wasn't confirmed is read back, and kept if it is right. If the drive can't
// read it before the disc is closed, its length decides, unless a drive may have padded it to
// that length; then the whole album is read back.
func TestResumeReadsADoubtfulTrackBack(t *testing.T) {
	long, short := suite(), []burn.Track{music("one.wav", 1, 300), music("two.wav", 2, 300), music("three.wav", 3, 400)}
	for _, row := range []struct {
		name         string
		drive        string
		tracks       []burn.Track
		writes       int
		reserve      burn.ReservePolicy
		tracksOnDisc int
		notes        []burn.NoteKind
	}{
		{"readable", "modern", long, 12 + 34, burn.ReserveNever, 3, []burn.NoteKind{notekind.TrackFinished}},
		{"not readable", unreadableOpen(t), long, 12 + 34, burn.ReserveNever, 3, []burn.NoteKind{notekind.TrackFinished, notekind.KeptUnread, notekind.VerifyAnyway}},
		{"not readable, and four seconds", unreadableOpen(t), short, 12 + 12, burn.ReserveNever, 4, []burn.NoteKind{notekind.TrackFinished, notekind.KeptUnread, notekind.Fragment, notekind.VerifyAnyway}},
		{"not readable, and of a reservation's length", unreadableOpen(t), long, 12 + 34, burn.ReserveAlways, 4, []burn.NoteKind{notekind.TrackFinished, notekind.KeptUnread, notekind.Fragment, notekind.VerifyAnyway}},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, row.drive, sim.CDR80)
			was := b.interrupted(t, row.tracks, row.writes, nil, func() {})
			was.Begun = was.Begun[:2]
			was.Begun[1].Whole = false
			b.tap.Reset()
			r, err := engine.Resume(t.Context(), b.drive, row.tracks, &burn.Options{Reserve: row.reserve}, was, trackatonce.Method())
			require.NoError(t, err)
			b.holds(t, r, row.tracks)
			require.Len(t, b.disc.Tracks(), row.tracksOnDisc)
			require.Equal(t, row.notes, kinds(r.Notes))
			want := disc.VerifyNone
			if len(row.notes) > 1 {
				want = disc.VerifyFull
			}
			require.Equal(t, want, r.Verified.Done)
		})
	}
}

// A drive that doesn't report the state of the disc is made to read the disc again.
func TestResumeOnADriveThatHasToLookAgain(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+34, nil)
	looked := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		looked = looked || req.CDB[0] == command.OpStartStopUnit && req.CDB[4]&1 == 1
		return !looked && req.CDB[0] == command.OpReadDiscInformation
	}, Sticky: true, Fault: says(5, 0x24, 0)})
	r, err := engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, 2, b.sent(command.OpStartStopUnit), "stop and start; no reload")
	b.holds(t, r, suite())
	require.Equal(t, []burn.NoteKind{notekind.TrackFinished}, kinds(r.Notes))

	b = newBench(t, "modern", sim.CDR80)
	was = b.abandoned(t, 12+34, nil)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadDiscInformation), Sticky: true, Fault: says(5, 0x24, 0)})
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpStartStopUnit), Sticky: true, Fault: says(5, 0x24, 0)})
	r, err = engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrBadResponse)
	require.Equal(t, []burn.NoteKind{notekind.RefreshFailed, notekind.RefreshFailed}, kinds(r.Notes))
	require.Zero(t, b.sent(command.OpWrite10))

	empty, err := mmc.Open(t.Context(), sim.New(sim.Config{}))
	require.NoError(t, err)
	_, err = engine.MakeResumePlan(t.Context(), empty, suite(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNoMedia)
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
}

// A failed WRITE that the drive reports while it refuses to continue a track ends the
// resumption, because the reason for the refusal is unknown.
func TestRefusedContinuationWithAFailedWrite(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: says(5, 0x21, 0x02)})
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpSynchronizeCache && b.sent(command.OpWrite10) > 0
	}, Fault: saysOfBefore(3, 0x0C, 0)})
	_, err := engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, 1, b.sent(command.OpWrite10))
}
