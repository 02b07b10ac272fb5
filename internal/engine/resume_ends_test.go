package engine_test

import (
	"context"
	"errors"
	"strings"
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
	"github.com/redbook-audio/redbook/toc"
)

// closedTracks returns the numbers of CLOSE TRACK.
func (b *bench) closedTracks() (numbers []int) {
	for _, cdb := range b.cdbs(command.OpCloseTrackSession) {
		if cdb[2]&7 == 1 {
			numbers = append(numbers, int(cdb[5]))
		}
	}
	return numbers
}

// A track that the drive refuses to continue is ended once.
func TestRefusedTrackIsEndedOnce(t *testing.T) {
	for _, elsewhere := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		was := b.abandoned(t, 12+10, nil)
		rule := scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: says(5, 0x21, 0x02)}
		if elsewhere {
			about := b.trackInformation(t, 2)
			about[15]++ // the next writable address
			rule = scsitest.Rule{Match: func(req *scsi.Request) bool {
				return req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 2
			}, Fault: scsitest.DataFault(about)}
		}
		_, err := engine.Resume(t.Context(), b.drive, suite(), &burn.Options{OnEvent: func(e burn.Event) {
			if _, is := e.(burn.Planned); is {
				b.faults.Add(rule)
			}
		}}, was, trackatonce.Method())
		require.NoError(t, err)
		require.Equal(t, []int{2}, b.closedTracks())
	}
}

// A track that the drive has ended by itself is a fragment like any other.
func TestTrackThatTheDriveEnded(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] != command.OpWrite10 {
			return false
		}
		end := scsi.Request{Name: "CLOSE TRACK", CDBLen: 10}
		end.CDB[0], end.CDB[2], end.CDB[5] = command.OpCloseTrackSession, 1, 2
		res, err := b.Do(t.Context(), &end)
		return err == nil && res.Status == scsi.Good
	}, Fault: says(5, 0x21, 0x02)})
	r, err := engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.NoError(t, err)
	require.Len(t, b.disc.Tracks(), 4)
	b.holds(t, r, suite())
	require.Contains(t, kinds(r.Notes), notekind.Fragment)
}

// If what is left doesn't fit after a track has become a fragment, nothing more is written.
func TestNoRoomAfterARefusedContinuation(t *testing.T) {
	small := sim.CDR80
	small.LeadOut, small.Groove = toc.LBA(2200).MSF(), 2200 // with track 2 continued the album ends at 1904, with all of it again at 2356
	b := newBench(t, "modern", small)
	was := b.abandoned(t, 12+10, nil)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: says(5, 0x21, 0x02)})
	r, err := engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNoSpace)
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
	require.Equal(t, 1, b.sent(command.OpWrite10), "the one that was refused")
	require.Len(t, b.disc.Tracks(), 2)
	require.Equal(t, burn.TrackNotBegun, r.Tracks[2].Status)
}

// Tracks whose audio was found on the disc are there, whatever fails after that.
func TestComparedTracksWhenTheResumptionFails(t *testing.T) {
	for name, row := range map[string]struct {
		unread bool
		want   burn.TrackStatus
	}{"compared": {false, burn.TrackOK}, "not readable": {true, burn.TrackUnshown}} {
		b := newBench(t, "modern", sim.CDR80)
		was := b.interrupted(t, []burn.Track{suite()[0], music("two.wav", 2, 3000)}, 80, nil, b.PowerCycle)
		if row.unread {
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Sticky: true, Fault: says(5, 0x64, 0)})
		}
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpCloseTrackSession, command.OpRepairTrack), Sticky: true, Fault: says(3, 0x72, 1)})
		r, err := engine.Resume(t.Context(), b.drive, []burn.Track{suite()[0], music("two.wav", 2, 3000)}, nil, was, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrTrackOpen, name)
		require.Equal(t, row.want, r.Tracks[0].Status, name)
		require.Zero(t, b.sent(command.OpWrite10), name)
	}
}

// An error of closing makes the whole album be read back, also without a seam in it.
func TestResumeReadsBackAfterAnErrorOfClosing(t *testing.T) {
	b, tracks, was := interrupted(t, 2)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpCloseTrackSession), After: true, Fault: says(3, 0x72, 1)})
	r, err := engine.Resume(t.Context(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick}, was, trackatonce.Method())
	require.NoError(t, err)
	require.Contains(t, kinds(r.Notes), notekind.CloseError)
	require.Contains(t, kinds(r.Notes), notekind.VerifyAnyway)
	require.Equal(t, disc.VerifyFull, r.Verified.Done)
	require.Len(t, r.Verified.Tracks, 3)
}

// The old tracks of another drive are verified first, and then the new ones even if the old
// ones differ, but not after a cancel. Each track is in the report once, also if the drive
// can't be read any more.
func TestNewTracksAreVerifiedAfterOldOnes(t *testing.T) {
	for _, row := range []struct {
		name   string
		gone   bool // before the new tracks
		cancel bool // while the old tracks are read
		want   []int
	}{{"the old one differs", false, false, []int{1, 2, 3}}, {"no answer", true, false, []int{1, 2}}, {"a cancel", false, true, nil}} {
		b := newBench(t, "modern", sim.CDR80)
		was := b.abandoned(t, 12+34, nil)
		was.Drive, was.Hashes = "another drive", make([]string, 3)
		tracks := suite()
		tracks[0].Source = flipped{tracks[0].Source, 50*toc.SectorSize + 1}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if row.gone {
			reads := 1 << 20 // READ CDs until the disc is closed
			b.faults.Add(scsitest.Rule{Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil), Match: func(req *scsi.Request) bool {
				if req.CDB[0] == command.OpCloseTrackSession {
					reads = b.sent(command.OpReadCD)
				}
				return b.sent(command.OpCloseTrackSession) > 1 && b.sent(command.OpReadCD) > reads && req.CDB[0] != command.OpReadCD
			}})
		}
		r, err := engine.Resume(ctx, b.drive, tracks, &burn.Options{Verify: disc.VerifyFull, OnEvent: func(e burn.Event) {
			if p, is := e.(burn.Progress); is && p.Phase == burn.PhaseVerify && row.cancel {
				cancel()
			}
		}}, was, trackatonce.Method())
		require.Error(t, err, row.name)
		var got []int
		for _, v := range r.Verified.Tracks {
			got = append(got, v.Number)
		}
		require.Equal(t, row.want, got, row.name)
		require.Equal(t, row.cancel, errors.Is(err, burn.ErrCanceled), row.name)
		if row.cancel {
			require.Equal(t, 1, strings.Count(err.Error(), "canceled"), err)
		}
	}
}

// A track that a canceled resumption doesn't reach has the number that it would have had, past
// the fragment.
func TestNumberOfATrackThatAResumptionDoesNotReach(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := suite()
	tracks[1] = music("two.wav", 2, 3000)
	was := b.interrupted(t, tracks, 80, nil, b.PowerCycle)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := engine.Resume(ctx, b.drive, tracks, &burn.Options{OnEvent: func(e burn.Event) {
		if _, is := e.(burn.TrackFinished); is {
			cancel()
		}
	}}, was, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.Equal(t, []int{1, 3, 4}, []int{r.Tracks[0].Number, r.Tracks[1].Number, r.Tracks[2].Number})
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackOK, burn.TrackNotBegun}, statuses(r))
	require.Len(t, b.disc.Tracks(), 3)
}
