package tao_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// burn burns and requires success.
func (b *bench) burn(t testing.TB, tracks []burn.Track, o burn.Options) burn.Report {
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
			r := b.burn(t, first, burn.Options{NoClose: true, Verify: disc.VerifyQuick})
			require.False(t, *r.Closed)
			require.True(t, *r.Appendable)
			require.Equal(t, mmc.DiscIncomplete, r.After.Status.Value)
			if name == "open-unreadable" {
				require.Equal(t, disc.VerifyOpenSession, r.Verified.Result)
			}

			_, err := tao.Burn(context.Background(), b.drive, more, nil)
			is(t, err, burn.ErrMediaNotBlank, burn.ErrUnsuitableDisc)

			r2 := b.burn(t, more, burn.Options{Append: true, Verify: disc.VerifyFull})
			require.Equal(t, 2, r2.Tracks[0].Number)
			require.True(t, *r2.Closed)
			require.False(t, *r2.Appendable)
			require.Len(t, r2.OnDisc, 3)
			require.Len(t, b.disc.Sessions(), 1)

			_, err = tao.Burn(context.Background(), b.drive, more, &burn.Options{Append: true})
			is(t, err, burn.ErrFinalized, burn.ErrMediaNotBlank, burn.ErrUnsuitableDisc)
		})
	}
}

func TestMultiSession(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	r := b.burn(t, album(), burn.Options{MultiSession: true, Verify: disc.VerifyQuick})
	require.True(t, *r.Closed)
	require.True(t, *r.Appendable)
	require.False(t, b.disc.Summary().Finalized)
	plan, err := tao.MakePlan(context.Background(), b.drive, album(), &burn.Options{Append: true})
	require.NoError(t, err)
	require.True(t, plan.NewSession)
	require.Equal(t, 4, plan.Tracks[0].Number)
	require.Contains(t, plan.Notes, burn.Note{Kind: notekind.NewSession})
	r2 := b.burn(t, album(), burn.Options{Append: true, MultiSession: true, Verify: disc.VerifyQuick})
	require.Equal(t, []int{4, 5, 6}, []int{r2.Tracks[0].Number, r2.Tracks[1].Number, r2.Tracks[2].Number})
	r3 := b.burn(t, album(), burn.Options{Append: true, Verify: disc.VerifyQuick})
	require.Equal(t, 9, r3.Tracks[2].Number)
	require.Len(t, b.disc.Sessions(), 3)
	require.True(t, b.disc.Summary().Finalized)
}

// A test write of two tracks must succeed on every drive that supports it, including those
// that report a changed disc, or need a while, after a track.
func TestTestWritePassesOnEveryDrive(t *testing.T) {
	for _, p := range sim.Personalities() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, p.Name, sim.CDR80)
			r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{TestWrite: true})
			require.True(t, b.disc.Summary().Blank)
			switch p.Name {
			case "no-test-write":
				require.ErrorIs(t, err, burn.ErrNoFeature)
			case "stuck":
				require.Error(t, err)
			default:
				require.NoError(t, err)
				require.Equal(t, burn.VerdictTestWrite, r.Verdict)
			}
		})
	}
}

func TestTestWriteLeavesNothing(t *testing.T) {
	for _, name := range []string{"modern", "old", "pioneer", "deferred-write-error", "stale-info", "liar"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			ev := b.events()
			r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{
				TestWrite: true, Verify: disc.VerifyFull, Reserve: burn.ReserveAlways, OPC: true, OnEvent: ev.on,
			})
			require.NoError(t, err)
			ev.check(t)
			require.Equal(t, burn.VerdictTestWrite, r.Verdict)
			require.True(t, r.TestWrite)
			require.Equal(t, mmc.DiscEmpty, r.After.Status.Value)
			require.Equal(t, burn.TrackTested, r.Tracks[2].Status)
			require.True(t, b.disc.Summary().Blank)
			require.Zero(t, b.tap.count(command.OpReserveTrack))
			require.Zero(t, b.tap.count(command.OpCloseTrackSession))
			require.Zero(t, b.tap.count(command.OpSendOPCInformation))
			require.Zero(t, b.tap.count(command.OpReadCD))
			if name == "modern" { // then burn it
				b.burn(t, album(), burn.Options{Verify: disc.VerifyFull})
			}
		})
	}
	b := newBench(t, "no-test-write", sim.CDR80)
	_, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{TestWrite: true})
	is(t, err, burn.ErrNoFeature)
	require.True(t, b.disc.Summary().Blank)
}

// Properties of a track and a disc that IMAPI can't express.
func TestISRCFlagsAndMCN(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := album()
	tracks[0].ISRC, tracks[0].Control = "USABC1234567", toc.CopyPermitted
	tracks[2].ISRC, tracks[2].Control = "GBXYZ9900001", toc.PreEmphasis
	tracks[1].Title, tracks[1].Indexes = "a title", []toc.IndexMark{{Index: 2, Offset: 100}}
	plan, err := tao.MakePlan(context.Background(), b.drive, tracks, nil)
	require.NoError(t, err)
	require.Contains(t, plan.Notes, burn.Note{Kind: notekind.NoCDText, Got: 1})
	require.Contains(t, plan.Notes, burn.Note{Kind: notekind.NoIndexMarks, Got: 1})
	r := b.burn(t, tracks, burn.Options{MCN: "4006381333931", Verify: disc.VerifyFull})
	require.Equal(t, toc.MCN("4006381333931"), b.disc.Summary().MCN)
	for i, tr := range b.disc.Tracks() {
		require.Equal(t, tracks[i].ISRC, tr.ISRC)
		require.Equal(t, tracks[i].Control, tr.Control)
		require.Equal(t, tracks[i].ISRC, r.Tracks[i].ISRC)
	}
	require.Equal(t, disc.VerifyFull, r.Verified.Done)
	require.Equal(t, toc.Sectors(401+300+351), r.Verified.Sectors)
}

func TestVerifyFindsTheReadOffset(t *testing.T) {
	for name, offset := range map[string]int{"modern": 0, "offset-582": 582, "offset+6": -6, "offset+667": -667} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			r := b.burn(t, album(), burn.Options{Verify: disc.VerifyFull})
			require.Equal(t, disc.VerifyEqual, r.Verified.Result)
			require.True(t, r.Verified.OffsetKnown)
			require.Equal(t, offset, r.Verified.Offset)
			// Every sample that the drive can reach was compared; the others are within the
			// offset at the edge of a track.
			for i, tv := range r.Verified.Tracks {
				require.LessOrEqual(t, tv.Unverifiable, max(offset, -offset), "track %d", i+1)
			}
			v, err := tao.Verify(context.Background(), b.drive, album(), &burn.VerifyOptions{Level: disc.VerifyFull})
			require.NoError(t, err)
			require.Equal(t, r.Verified.Unverifiable, v.Verified.Unverifiable)
			if offset != 0 {
				require.Positive(t, v.Verified.Unverifiable)
			}
		})
	}
}

func TestVerifyAgainstOtherFiles(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, album(), burn.Options{})
	swapped := album()
	swapped[2] = track("three.wav", 77, 351*588)
	v, err := tao.Verify(context.Background(), b.drive, swapped, nil)
	is(t, err, burn.ErrVerify)
	require.Equal(t, disc.VerifyDiffers, v.Verified.Result)
	require.Equal(t, disc.VerifyEqual, v.Verified.Tracks[1].Result)
	require.Equal(t, disc.VerifyDiffers, v.Verified.Tracks[2].Result)
	_, err = tao.Verify(context.Background(), b.drive, append(album(), album()[0]), nil)
	is(t, err, burn.ErrVerify)
	v, err = tao.Verify(context.Background(), b.drive, album()[:2], nil)
	require.NoError(t, err)
	require.Contains(t, v.Notes, burn.Note{Kind: notekind.MoreTracks, Got: 1})
	longer := album()
	longer[0] = track("one.wav", 1, 500*588)
	_, err = tao.Verify(context.Background(), b.drive, longer, nil)
	is(t, err, burn.ErrVerify)
	// A full verification finds a single changed sample in the middle of the disc.
	one := noise(1, 400*588+17)
	one[130*toc.SectorSize+5] ^= 1
	tampered := album()
	tampered[0] = burn.Track{Source: pcm.FromBytes("one.wav", pcm.CDDA, one)}
	v, err = tao.Verify(context.Background(), b.drive, tampered, &burn.VerifyOptions{Level: disc.VerifyFull})
	is(t, err, burn.ErrVerify)
	require.Equal(t, toc.LBA(130), v.Verified.Tracks[0].At)
}

// Silence matches at every offset, which must not be a failure.
func TestVerifySilence(t *testing.T) {
	b := newBench(t, "offset+667", sim.CDR80)
	silent := []burn.Track{{Source: pcm.Silence("silence", 400*588)}}
	r := b.burn(t, silent, burn.Options{Verify: disc.VerifyFull})
	require.False(t, r.Verified.OffsetKnown)
	require.Equal(t, disc.VerifyEqual, r.Verified.Result)
}

func TestBlankARewritable(t *testing.T) {
	for _, name := range []string{"modern", "pioneer"} {
		for _, kind := range []mmc.BlankType{mmc.BlankMinimal, mmc.BlankDisc} {
			b := newBench(t, name, sim.CDRW80)
			b.burn(t, album(), burn.Options{})
			ev := b.events()
			began := b.Now()
			r, err := tao.Blank(context.Background(), b.drive, &burn.BlankOptions{Type: kind, OnEvent: ev.on})
			require.NoError(t, err)
			require.Equal(t, mmc.DiscEmpty, r.After.Status.Value)
			ev.check(t)
			require.Greater(t, b.Now().Sub(began), 10*time.Second)
			require.True(t, b.disc.Summary().Blank)
			require.False(t, b.trayLocked())
			b.burn(t, album()[:1], burn.Options{Verify: disc.VerifyQuick})
		}
	}
	b := newBench(t, "modern", sim.CDR80)
	_, err := tao.Blank(context.Background(), b.drive, nil)
	is(t, err, burn.ErrNotErasable, burn.ErrUnsuitableDisc)
}

func TestCloseDisc(t *testing.T) {
	for _, name := range []string{"modern", "pioneer", "start-with-pregap", "track-size-n2", "stale-toc", "mmc1"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			_, err := tao.CloseDisc(context.Background(), b.drive, nil)
			is(t, err, burn.ErrNothingToClose)
			b.burn(t, album(), burn.Options{NoClose: true})
			r, err := tao.CloseDisc(context.Background(), b.drive, nil)
			require.NoError(t, err)
			require.True(t, *r.Closed)
			require.True(t, b.disc.Summary().Finalized)
			_, err = tao.CloseDisc(context.Background(), b.drive, nil)
			is(t, err, burn.ErrNothingToClose)
		})
	}
}

// Drive and computer lose power in the middle of a track. The next burn reports what is wrong,
// and closing finishes the torn track.
func TestCloseDiscAfterAPowerCut(t *testing.T) {
	powerLost := errors.New("the drive lost power")
	for _, name := range []string{"modern", "pioneer"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.CDR80)
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if b.tap.count(command.OpWrite10) >= 100 {
					return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentUnknown, Err: powerLost}
				}
				return next()
			}
			ev := b.events()
			long := []burn.Track{track("one.wav", 1, 300*588), track("long.wav", 5, 4000*588)}
			r, err := tao.Burn(context.Background(), b.drive, long, &burn.Options{OnEvent: ev.on})
			is(t, err, burn.ErrDriveLost, powerLost)
			require.Equal(t, burn.ErrWriteFailed, burn.Category(err))
			require.Equal(t, burn.VerdictFailed, r.Verdict)
			ev.check(t)
			b.tap.hook = nil
			b.PowerCycle()

			_, err = tao.Burn(context.Background(), b.drive, album(), &burn.Options{Append: true})
			is(t, err, burn.ErrTrackOpen, burn.ErrUnsuitableDisc)

			r, err = tao.CloseDisc(context.Background(), b.drive, nil)
			require.NoError(t, err)
			require.True(t, b.disc.Summary().Finalized)
			require.NotEmpty(t, r.OnDisc)
			require.Regexp(t, "track-(finished|repaired)", fmt.Sprint(r.Notes))
		})
	}
}

// A drive without READ CD proves nothing about a disc: its audio is unread, not wrong.
func TestVerifyWithoutReadCD(t *testing.T) {
	for _, level := range []disc.VerifyLevel{disc.VerifyQuick, disc.VerifyFull} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpReadCD {
				sense := scsitest.FixedSense(scsi.Sense{Key: scsi.KeyIllegalRequest, Code: asc.InvalidOpcode})
				return scsitest.Check(sense), nil
			}
			return next()
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{Verify: level})
		is(t, err, burn.ErrUnconfirmed, asc.InvalidOpcode)
		require.NotErrorIs(t, err, burn.ErrVerify)
		require.Equal(t, burn.ErrUnconfirmed, burn.Category(err))
		require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
		require.True(t, *r.Closed)
	}
}
