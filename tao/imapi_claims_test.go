package tao_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// A cancel takes effect within a WRITE, from another goroutine too, and the track has at least four
// seconds.
func TestCancelTakesEffectWithinAWrite(t *testing.T) {
	ctx := context.Background()
	for _, after := range []toc.Sectors{27, 2700} {
		b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpWrite10 && toc.Sectors(binary.BigEndian.Uint32(req.CDB[2:])) == after {
				canceled := make(chan error)
				go func() { canceled <- w.CancelAddTrack() }()
				require.NoError(t, <-canceled)
			}
			return next()
		}
		row, err := w.AddAudioTrack(ctx, track("long", 7, 5000*588).Source)
		is(t, err, burn.ErrCanceled)
		require.Equal(t, max(after+27, placing.MinTrack), row.Sectors)
		_, err = w.Release(ctx)
		require.NoError(t, err)
	}
}

// Drives without the feature of track-at-once are recognized by mode page 2Ah.
func TestOlderRecordersAreSupported(t *testing.T) {
	for _, personality := range []string{"no-feature-2d", "old", "mmc1"} {
		b := newBench(t, personality, sim.CDR80)
		supported, err := tao.IsRecorderSupported(t.Context(), b.drive)
		require.NoError(t, err, personality)
		require.True(t, supported, personality)
	}
}

// After a test write the disc is as blank as before.
func TestBlankAfterATestWrite(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	_, err := tao.Burn(t.Context(), b.drive, album()[:1], &burn.Options{TestWrite: true})
	require.NoError(t, err)
	for _, blank := range []func(context.Context, *mmc.Drive) (bool, error){tao.MediaPhysicallyBlank, tao.MediaHeuristicallyBlank} {
		yes, err := blank(t.Context(), b.drive)
		require.NoError(t, err)
		require.True(t, yes)
	}
}

// Quick verification reads the first, the middle and the last second of each track, full
// verification every sector, and no verification none; the tables are compared by all.
func TestWhatVerificationReads(t *testing.T) {
	for level, want := range map[disc.VerifyLevel]int{disc.VerifyNone: 0, disc.VerifyQuick: 3 * 75, disc.VerifyFull: 1000} {
		b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
		require.NoError(t, w.SetVerification(level))
		_, err := w.AddAudioTrack(t.Context(), track("one", 1, 1000*588).Source)
		require.NoError(t, err)
		read := map[toc.LBA]bool{}
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpReadCD {
				for i := range toc.LBA(len(req.Data) / toc.SectorSize) {
					read[toc.LBA(binary.BigEndian.Uint32(req.CDB[2:]))+i] = true
				}
			}
			return next()
		}
		tables := b.tap.count(command.OpReadTOC)
		_, err = w.Release(t.Context())
		require.NoError(t, err)
		require.Len(t, read, want)
		require.Greater(t, b.tap.count(command.OpReadTOC), tables)
		if level == disc.VerifyQuick {
			for _, at := range []toc.LBA{0, 74, 463, 536, 925, 999} {
				require.True(t, read[at], at)
			}
		}
	}
}

// A track that the drive accepted and doesn't show doesn't count.
func TestTrackThatIsNotShownDoesNotCount(t *testing.T) {
	_, w := preparedWriter(t, "liar", sim.CDR80, burn.Options{})
	_, err := w.AddAudioTrack(t.Context(), album()[0].Source)
	require.Error(t, err)
	n, err := w.NumberOfExistingTracks()
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = w.Release(t.Context())
	require.Error(t, err)
}
