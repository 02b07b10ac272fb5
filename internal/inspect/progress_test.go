package inspect_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// The total work of a verification is known from the start: three seconds of each track,
// and with VerifyFull all of it. At the end all is done.
func TestProgressOfVerify(t *testing.T) {
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	sources := []pcm.Source{source(1, 400), source(2, 500)}
	b.record(t, final, sources...)
	for level, total := range map[disc.VerifyLevel]toc.Sectors{disc.VerifyQuick: 2 * 225, disc.VerifyFull: 2*225 + 900} {
		var last inspect.VerifyProgress
		_, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), level, &inspect.VerifyOptions{OnProgress: func(p inspect.VerifyProgress) {
			require.GreaterOrEqual(t, p.Done, last.Done)
			last = p
		}})
		require.NoError(t, err)
		require.Equal(t, total, last.Total)
		require.Equal(t, total, last.Done)
		require.Equal(t, 2, last.Track)
	}
}

// A part shorter than any track is compared as a whole, and once.
func TestVerifyAShortPart(t *testing.T) {
	for _, sectors := range []toc.Sectors{1, 30, 75, 150, 226, 299} {
		b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
		src := source(1, int64(sectors))
		b.record(t, final, src)
		w := b.written(src)
		w[0].Sectors = sectors
		v, err := inspect.Verify(t.Context(), b.drive, w, disc.VerifyQuick, nil)
		require.NoError(t, err, "%d", sectors)
		require.Equal(t, disc.VerifyEqual, v.Result)
		require.Equal(t, sectors, v.Tracks[0].Sectors)
		if sectors == 1 {
			continue // some offset moves all of it outside the compared range
		}
		w[0].Source = source(2, int64(sectors))
		_, err = inspect.Verify(t.Context(), b.drive, w, disc.VerifyQuick, nil)
		require.ErrorIs(t, err, inspect.ErrDiffers)
	}
}

// A reply damaged in transit is read again, and doesn't affect the offset.
func TestDamagedReplyLeavesTheOffsetOpen(t *testing.T) {
	for drive, offset := range map[string]int{"offset+667": -667, "modern": 0} {
		b := newBench(t, drive, sim.NewDisc(sim.CDR80))
		sources := []pcm.Source{source(1, 400), source(2, 500)}
		b.record(t, final, sources...)
		for skip := range 3 {
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Skip: skip, Fault: scsitest.GarbageFault(7)})
			v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyQuick, nil)
			require.NoError(t, err)
			require.Equal(t, disc.VerifyEqual, v.Result)
			require.True(t, v.OffsetKnown)
			require.Equal(t, offset, v.Offset)
			require.Equal(t, toc.Sectors(450), v.Sectors)
		}
	}
}

// Audio counts as unreadable only if the drive still reads what it read before: otherwise
// nothing is known about the disc.
func TestUnreadableOrNoLongerReading(t *testing.T) {
	for name, gone := range map[string]bool{"a scratch": false, "the drive": true} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
			sources := []pcm.Source{source(1, 400), source(2, 500)}
			b.record(t, final, sources...)
			at := b.disc.Tracks()[1].Start + 250 // in the middle piece of track 2
			failing := false
			var asked toc.LBA
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				if req.CDB[0] == command.OpReadCD {
					asked = toc.LBA(int32(binary.BigEndian.Uint32(req.CDB[2:])))
				}
				failing = failing || touches(at, at)(req)
				return touches(at, at)(req) || gone && failing && req.CDB[0] == command.OpReadCD
			}, Sticky: true, Fault: senseFault(scsi.KeyMediumError, asc.UnrecoveredReadError, false)})
			v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyQuick, nil)
			require.Equal(t, disc.VerifyEqual, v.Tracks[0].Result)
			require.GreaterOrEqual(t, asked, b.disc.Tracks()[1].Start, "an address that was read before")
			require.Less(t, asked, b.disc.Tracks()[1].Start+500)
			require.NotEqual(t, at, asked)
			if gone {
				require.ErrorIs(t, err, disc.ErrNothingRead)
				require.NotErrorIs(t, err, inspect.ErrUnreadable)
				require.Equal(t, disc.VerifyPartial, v.Tracks[1].Result)
				return
			}
			require.ErrorIs(t, err, inspect.ErrUnreadable)
			require.Equal(t, disc.VerifyUnreadable, v.Tracks[1].Result)
			require.Equal(t, at, v.Tracks[1].At)
		})
	}
}

// Q is tried at three places of the longest track, all of them inside the track.
func TestPlacesWhereQIsTried(t *testing.T) {
	b := newBench(t, "", codedDisc(t))
	on := b.look(t)
	places := map[toc.LBA]bool{}
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] != command.OpReadCD {
			return false
		}
		at := toc.LBA(int32(binary.BigEndian.Uint32(req.CDB[2:])))
		require.GreaterOrEqual(t, at, toc.LBA(0))
		require.Less(t, at, toc.LBA(1000))
		require.Equal(t, uint8(50), at.MSF().F, "where BCD and binary can't be confused")
		places[at] = true
		return true
	}, Sticky: true, Fault: senseFault(scsi.KeyMediumError, asc.UnrecoveredReadError, false)})
	_, err := inspect.OpenSubQ(t.Context(), b.drive, on, nil)
	require.ErrorIs(t, err, inspect.ErrNoQ)
	require.ErrorIs(t, err, scsi.KeyMediumError, "why not")
	require.Len(t, places, 3)
}

// A drive that refuses the number FFh is asked by the number of the track where recording
// continues, unless the disc is finalized.
func TestNextTrackOfADriveWithoutFFh(t *testing.T) {
	for _, row := range []struct {
		tracks []pcm.Source
		end    ending
	}{{nil, open}, {[]pcm.Source{source(1, 400)}, open}, {[]pcm.Source{source(1, 400), source(2, 500)}, multi}, {[]pcm.Source{source(1, 400)}, final}} {
		b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
		if len(row.tracks) > 0 {
			b.record(t, row.end, row.tracks...)
		}
		want := b.look(t).Next
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			return req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 0xFF
		}, Sticky: true, Fault: senseFault(scsi.KeyIllegalRequest, asc.InvalidFieldInCDB, false)})
		got := b.look(t).Next
		if row.end == final {
			require.False(t, got.Known())
			continue
		}
		require.Equal(t, want.Value, got.Value)
	}
}

// A track is read where it was written, even if the drive doesn't list it.
func TestVerifyWhereItWasWritten(t *testing.T) {
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	sources := []pcm.Source{source(1, 400), source(2, 500)}
	b.record(t, final, sources...)
	on := b.look(t)
	on.Tracks = nil
	v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyFull, &inspect.VerifyOptions{Disc: &on})
	require.NoError(t, err)
	require.Equal(t, disc.VerifyEqual, v.Result)
	require.Equal(t, toc.Sectors(900), v.Sectors)
}

// Recording never continues on a pressed disc, so the look doesn't ask where.
func TestPressedDiscHasNoNextTrack(t *testing.T) {
	b := newBench(t, "", codedDisc(t))
	b.tap.cdbs = nil
	on := b.look(t)
	require.False(t, on.Next.Known())
	for _, cdb := range b.tap.cdbs {
		require.False(t, cdb[0] == command.OpReadTrackInformation && cdb[5] == 0xFF)
	}
}
