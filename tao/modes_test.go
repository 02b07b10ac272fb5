package tao_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/scsitest"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// burn burns and wants success.
func (b *bench) burn(t testing.TB, tracks []tao.Track, o tao.Options) tao.Report {
	t.Helper()
	r, err := tao.Burn(context.Background(), b.drive, tracks, &o)
	require.NoError(t, err, "%+v", r)
	b.holds(t, r, tracks)
	require.NoError(t, b.Err())
	require.False(t, b.trayLocked())
	return r
}

func TestAppendToAnOpenSession(t *testing.T) {
	for _, name := range []string{"modern", "pioneer", "mmc1", "next-nwa-150", "track-size-n2", "start-with-pregap", "sync-leaves-open", "open-unreadable"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			first, more := album()[:1], album()[1:]
			r := b.burn(t, first, tao.Options{NoClose: true, Verify: tao.VerifyQuick})
			require.False(t, r.Closed)
			require.True(t, r.Appendable)
			require.Contains(t, fmt.Sprint(r.NextSteps), "redbook close")
			if name == "open-unreadable" {
				require.Equal(t, tao.VerifyLater, r.Verified.Result)
			}

			_, err := tao.Burn(context.Background(), b.drive, more, nil)
			is(t, err, tao.ErrMediaNotBlank, tao.ErrUnsuitableDisc)

			r2 := b.burn(t, more, tao.Options{Append: true, Verify: tao.VerifyFull})
			require.Equal(t, 2, r2.Tracks[0].Number)
			require.True(t, r2.Closed)
			require.False(t, r2.Appendable)
			require.Len(t, r2.OnDisc, 3)
			require.Len(t, b.disc.Sessions(), 1)

			_, err = tao.Burn(context.Background(), b.drive, more, &tao.Options{Append: true})
			is(t, err, tao.ErrFinalized, tao.ErrMediaNotBlank, tao.ErrUnsuitableDisc)
		})
	}
}

func TestMultiSession(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	r := b.burn(t, album(), tao.Options{MultiSession: true, Verify: tao.VerifyQuick})
	require.True(t, r.Closed)
	require.True(t, r.Appendable)
	require.False(t, b.disc.Summary().Finalized)
	plan, err := tao.MakePlan(context.Background(), b.drive, album(), &tao.Options{Append: true})
	require.NoError(t, err)
	require.True(t, plan.NewSession)
	require.Equal(t, 4, plan.Tracks[0].Number)
	require.Contains(t, fmt.Sprint(plan.Warnings), "session of their own")
	r2 := b.burn(t, album(), tao.Options{Append: true, MultiSession: true, Verify: tao.VerifyQuick})
	require.Equal(t, []int{4, 5, 6}, []int{r2.Tracks[0].Number, r2.Tracks[1].Number, r2.Tracks[2].Number})
	r3 := b.burn(t, album(), tao.Options{Append: true, Verify: tao.VerifyQuick})
	require.Equal(t, 9, r3.Tracks[2].Number)
	require.Len(t, b.disc.Sessions(), 3)
	require.True(t, b.disc.Summary().Finalized)
}

func TestTestWriteLeavesNothing(t *testing.T) {
	for _, name := range []string{"modern", "old", "pioneer", "deferred-write-error", "stale-info", "liar"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			ev := b.events()
			r, err := tao.Burn(context.Background(), b.drive, album(), &tao.Options{
				TestWrite: true, Verify: tao.VerifyFull, Reserve: tao.ReserveAlways, OPC: true, OnEvent: ev.on,
			})
			require.NoError(t, err)
			ev.check(t)
			require.Equal(t, tao.VerdictTestWrite, r.Verdict)
			require.True(t, r.TestWrite)
			require.Contains(t, fmt.Sprint(r.NextSteps), "nothing was written")
			require.Equal(t, tao.TrackTested, r.Tracks[2].Status)
			require.True(t, b.disc.Blank())
			require.Zero(t, b.tap.count(mmc.OpReserveTrack))
			require.Zero(t, b.tap.count(mmc.OpCloseTrackSession))
			require.Zero(t, b.tap.count(mmc.OpSendOPCInformation))
			require.Zero(t, b.tap.count(mmc.OpReadCD))
			if name == "modern" { // and then for real
				b.burn(t, album(), tao.Options{Verify: tao.VerifyFull})
			}
		})
	}
	b := newBench(t, "no-test-write", sim.CDR80)
	_, err := tao.Burn(context.Background(), b.drive, album(), &tao.Options{TestWrite: true})
	is(t, err, tao.ErrNoFeature)
	require.True(t, b.disc.Blank())
}

// What IMAPI can't say about a track and a disc.
func TestISRCFlagsAndMCN(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := album()
	tracks[0].ISRC, tracks[0].Control = "USABC1234567", toc.CopyPermitted
	tracks[2].ISRC, tracks[2].Control = "GBXYZ9900001", toc.PreEmphasis
	tracks[1].Title, tracks[1].Indexes = "a title", []toc.IndexMark{{Index: 2, Offset: 100}}
	plan, err := tao.MakePlan(context.Background(), b.drive, tracks, nil)
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(plan.Warnings), "CD-TEXT needs disc-at-once")
	require.Contains(t, fmt.Sprint(plan.Warnings), "index marks of 1 track")
	r := b.burn(t, tracks, tao.Options{MCN: "4006381333931", Verify: tao.VerifyFull})
	require.Equal(t, toc.MCN("4006381333931"), b.disc.MCN())
	for i, tr := range b.disc.Tracks() {
		require.Equal(t, tracks[i].ISRC, tr.ISRC)
		require.Equal(t, tracks[i].Control, tr.Control)
		require.Equal(t, tracks[i].ISRC, r.Tracks[i].ISRC)
	}
	require.Equal(t, tao.VerifyFull, r.Verified.Done)
	require.Equal(t, toc.Sectors(401+300+351), r.Verified.Sectors)
}

func TestVerifyFindsTheReadOffset(t *testing.T) {
	for name, offset := range map[string]int{"modern": 0, "offset-582": 582, "offset+6": -6, "offset+667": -667} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			r := b.burn(t, album(), tao.Options{Verify: tao.VerifyFull})
			require.Equal(t, tao.VerifyOK, r.Verified.Result)
			require.True(t, r.Verified.Known)
			require.Equal(t, offset, r.Verified.Offset)
			// Every sample that the drive can reach was compared: what isn't lies
			// within the offset of a track's edge.
			for i, tv := range r.Verified.Tracks {
				require.LessOrEqual(t, tv.Unverifiable, max(offset, -offset), "track %d", i+1)
			}
			v, err := tao.Verify(context.Background(), b.drive, album(), &tao.Options{Verify: tao.VerifyFull})
			require.NoError(t, err)
			require.Equal(t, r.Verified.Unverifiable, v.Unverifiable)
			if offset != 0 {
				require.Positive(t, v.Unverifiable)
			}
		})
	}
}

func TestVerifyAgainstOtherFiles(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, album(), tao.Options{})
	swapped := album()
	swapped[2] = track("three.wav", 77, 351*588)
	v, err := tao.Verify(context.Background(), b.drive, swapped, nil)
	is(t, err, tao.ErrVerify)
	require.Equal(t, tao.VerifyDiffers, v.Result)
	require.Equal(t, tao.VerifyOK, v.Tracks[1].Result)
	require.Equal(t, tao.VerifyDiffers, v.Tracks[2].Result)
	_, err = tao.Verify(context.Background(), b.drive, append(album(), album()[0]), nil)
	is(t, err, tao.ErrVerify)
	v, err = tao.Verify(context.Background(), b.drive, album()[:2], nil)
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(v.Notes), "1 audio track more")
	longer := album()
	longer[0] = track("one.wav", 1, 500*588)
	_, err = tao.Verify(context.Background(), b.drive, longer, nil)
	is(t, err, tao.ErrVerify)
	// One changed sample in the middle of nowhere is found by a full verification.
	one := noise(1, 400*588+17)
	one[130*toc.SectorSize+5] ^= 1
	tampered := album()
	tampered[0] = tao.Track{Source: pcm.FromBytes("one.wav", pcm.CDDA, one)}
	v, err = tao.Verify(context.Background(), b.drive, tampered, &tao.Options{Verify: tao.VerifyFull})
	is(t, err, tao.ErrVerify)
	require.Equal(t, toc.LBA(130), v.Tracks[0].At)
}

// The whole length of silence fits every offset; that must not be a failure.
func TestVerifySilence(t *testing.T) {
	b := newBench(t, "offset+667", sim.CDR80)
	silent := []tao.Track{{Source: pcm.Silence("silence", 400*588)}}
	r := b.burn(t, silent, tao.Options{Verify: tao.VerifyFull})
	require.False(t, r.Verified.Known)
	require.Equal(t, tao.VerifyOK, r.Verified.Result)
}

func TestReadTracksBack(t *testing.T) {
	for _, name := range []string{"modern", "track-size-n2", "start-with-pregap", "mmc1", "next-nwa-150"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			tracks := album()
			b.burn(t, tracks, tao.Options{})
			list, err := tao.AudioTracks(context.Background(), b.drive)
			require.NoError(t, err)
			require.Len(t, list, 3)
			for i, a := range list {
				var got sink
				res, err := tao.ReadTrack(context.Background(), b.drive, a, &got, nil)
				require.NoError(t, err)
				require.Zero(t, res.Unreadable)
				want := audioOf(t, tracks[i].Source)
				require.Equal(t, max(pcm.Sectors(tracks[i].Source), 300)*toc.SectorSize, int64(len(got)))
				require.Equal(t, want, []byte(got[:len(want)]))
			}
		})
	}
}

type sink []byte

func (s *sink) Write(p []byte) (int, error) { *s = append(*s, p...); return len(p), nil }

func audioOf(t testing.TB, src pcm.Source) []byte {
	t.Helper()
	r, err := src.Open()
	require.NoError(t, err)
	defer r.Close()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return b
}

func TestBlankARewritable(t *testing.T) {
	for _, name := range []string{"modern", "pioneer"} {
		for _, kind := range []mmc.BlankType{mmc.BlankMinimal, mmc.BlankDisc} {
			b := newBench(t, name, sim.CDRW80)
			b.burn(t, album(), tao.Options{})
			ev := b.events()
			began := b.Now()
			require.NoError(t, tao.Blank(context.Background(), b.drive, kind, &tao.Options{OnEvent: ev.on}))
			ev.check(t)
			require.Greater(t, b.Now().Sub(began), 10*time.Second)
			require.True(t, b.disc.Blank())
			require.False(t, b.trayLocked())
			b.burn(t, album()[:1], tao.Options{Verify: tao.VerifyQuick})
		}
	}
	b := newBench(t, "modern", sim.CDR80)
	is(t, tao.Blank(context.Background(), b.drive, mmc.BlankDisc, nil), tao.ErrNotErasable, tao.ErrUnsuitableDisc)
}

func TestCloseDisc(t *testing.T) {
	for _, name := range []string{"modern", "pioneer", "start-with-pregap", "track-size-n2", "stale-toc", "mmc1"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			_, err := tao.CloseDisc(context.Background(), b.drive, nil)
			is(t, err, tao.ErrNothingToClose)
			b.burn(t, album(), tao.Options{NoClose: true})
			r, err := tao.CloseDisc(context.Background(), b.drive, nil)
			require.NoError(t, err)
			require.True(t, r.Closed)
			require.True(t, b.disc.Summary().Finalized)
			_, err = tao.CloseDisc(context.Background(), b.drive, nil)
			is(t, err, tao.ErrNothingToClose)
		})
	}
}

// The power fails in the middle of a track, for drive and computer: the next burn
// says what is wrong, and closing finishes the torn track.
func TestCloseDiscAfterAPowerCut(t *testing.T) {
	for _, name := range []string{"modern", "pioneer", "mmc1"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if b.tap.count(mmc.OpWrite10) >= 100 {
					return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: sim.ErrPowerLost}
				}
				return next()
			}
			ev := b.events()
			long := []tao.Track{track("one.wav", 1, 300*588), track("long.wav", 5, 4000*588)}
			r, err := tao.Burn(context.Background(), b.drive, long, &tao.Options{OnEvent: ev.on})
			is(t, err, tao.ErrDriveLost, sim.ErrPowerLost)
			require.Equal(t, tao.ErrWriteFailed, tao.Category(err))
			require.Equal(t, tao.VerdictFailed, r.Verdict)
			ev.check(t)
			b.tap.hook = nil
			b.PowerCycle()

			_, err = tao.Burn(context.Background(), b.drive, album(), &tao.Options{Append: true})
			is(t, err, tao.ErrTrackOpen, tao.ErrUnsuitableDisc)
			require.Contains(t, fmt.Sprint(tao.Advice(err)), "redbook close")

			r, err = tao.CloseDisc(context.Background(), b.drive, nil)
			require.NoError(t, err)
			require.True(t, b.disc.Summary().Finalized)
			require.NotEmpty(t, r.OnDisc)
			require.Contains(t, fmt.Sprint(r.Warnings), "has been")
		})
	}
}

// A drive without READ CD says nothing about its discs: the audio isn't known to be
// wrong, only unread.
func TestVerifyWithoutReadCD(t *testing.T) {
	for _, level := range []tao.VerifyLevel{tao.VerifyQuick, tao.VerifyFull} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.Opcode() == mmc.OpReadCD {
				sense := scsitest.FixedSense(scsi.Sense{Key: scsi.KeyIllegalRequest, Code: scsi.CodeInvalidOpcode})
				return scsitest.Check(sense), nil
			}
			return next()
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), &tao.Options{Verify: level})
		is(t, err, tao.ErrUnconfirmed, scsi.CodeInvalidOpcode)
		require.NotErrorIs(t, err, tao.ErrVerify)
		require.Equal(t, tao.ErrUnconfirmed, tao.Category(err))
		require.Equal(t, tao.VerdictUnconfirmed, r.Verdict)
		require.True(t, r.Closed)
	}
}
