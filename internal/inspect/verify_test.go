package inspect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// written is what a burn of these sources would have recorded.
func (b *bench) written(sources ...pcm.Source) []inspect.Written {
	var list []inspect.Written
	for i, t := range b.disc.Tracks() {
		if i < len(sources) {
			list = append(list, inspect.Written{
				Number: t.Number, Start: t.Start, Sectors: t.Size, Audio: toc.Sectors(pcm.Sectors(sources[i])), Source: sources[i],
			})
		}
	}
	return list
}

// odd is a source whose last sector isn't full; short is one that is padded to four
// seconds.
func odd(seed uint64) pcm.Source {
	return pcm.FromBytes("odd.wav", pcm.CDDA, shared(seed, 310*588+17))
}

func short(seed uint64) pcm.Source {
	return pcm.FromBytes("short.wav", pcm.CDDA, shared(seed, 100*588))
}

// Recordings are found equal, on drives with any offset, in open sessions and closed
// ones, on all levels; and the drive's offset is found.
func TestVerifyEqual(t *testing.T) {
	for i, p := range sim.Personalities() {
		if verdicts.Of(p.Name).Plain != verdicts.Success || testing.Short() && i%4 != 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			sources := []pcm.Source{odd(1), short(2), source(3, 320)}
			b := newBench(t, p.Name, sim.NewDisc(sim.CDR80))
			b.record(t, open, sources...)
			verifyEqual(t, b, p.OpenUnreadable, sources)
			b.record(t, final)
			verifyEqual(t, b, false, sources)
		})
	}
}

func verifyEqual(t *testing.T, b *bench, later bool, sources []pcm.Source) {
	t.Helper()
	for _, level := range []disc.VerifyLevel{disc.VerifyNone, disc.VerifyQuick, disc.VerifyFull} {
		v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), level, nil)
		require.NoError(t, err)
		assert.Equal(t, level, v.Asked)
		if later && level != disc.VerifyNone {
			assert.Equal(t, disc.VerifyOpenSession, v.Result)
			assert.Equal(t, disc.VerifyNone, v.Done)
			continue
		}
		assert.Equal(t, level, v.Done)
		if level == disc.VerifyNone {
			assert.Equal(t, disc.VerifyNotDone, v.Result)
			continue
		}
		assert.Equal(t, disc.VerifyEqual, v.Result, "%+v", v)
		assert.Equal(t, -b.Personality().ReadOffset-b.Personality().WriteOffset, v.Offset)
		assert.True(t, v.OffsetKnown)
		require.Len(t, v.Tracks, len(sources))
		for i, track := range v.Tracks {
			assert.Equal(t, disc.VerifyEqual, track.Result)
			if level == disc.VerifyFull {
				assert.InDelta(t, int(b.disc.Tracks()[i].Size), int(track.Sectors), 4)
				assert.LessOrEqual(t, track.Unverifiable, max(v.Offset, -v.Offset))
			}
		}
	}
}

// Other audio is found, and each affected track is reported; also a single wrong bit,
// inside the quick pieces and between them.
func TestVerifyDiffers(t *testing.T) {
	for _, sector := range []int{100, 200} {
		verifyDiffers(t, sector)
	}
}

func verifyDiffers(t *testing.T, sector int) {
	right := []pcm.Source{source(1, 400), source(2, 401), source(3, 402)}
	wrong := noise(2, 401*588)
	wrong[sector*toc.SectorSize+7] ^= 1
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	b.record(t, final, right[0], pcm.FromBytes("wrong.wav", pcm.CDDA, wrong), source(4, 402))
	v, err := inspect.Verify(t.Context(), b.drive, b.written(right...), disc.VerifyFull, nil)
	require.ErrorIs(t, err, inspect.ErrDiffers)
	require.NotErrorIs(t, err, inspect.ErrUnreadable)
	require.ErrorContains(t, err, "track 3")
	assert.Equal(t, disc.VerifyDiffers, v.Result)
	assert.Equal(t, disc.VerifyEqual, v.Tracks[0].Result)
	assert.Equal(t, disc.VerifyDiffers, v.Tracks[1].Result)
	assert.Equal(t, disc.VerifyDiffers, v.Tracks[2].Result)
	assert.Equal(t, b.disc.Tracks()[1].Start+toc.LBA(sector), v.Tracks[1].At)
	first, ok := errors.AsType[*inspect.TrackError](err)
	require.True(t, ok)
	assert.Equal(t, 2, first.Track)
}

// A single unreadable sector is a failure, in an open session too.
func TestVerifyUnreadable(t *testing.T) {
	for _, end := range []ending{open, final} {
		for _, level := range []disc.VerifyLevel{disc.VerifyQuick, disc.VerifyFull} {
			for _, bad := range []struct {
				key  scsi.SenseKey
				code scsi.Code
			}{{scsi.KeyMediumError, asc.UnrecoveredReadError}, {scsi.KeyIllegalRequest, asc.IllegalModeForThisTrack}} {
				sources := []pcm.Source{source(1, 400), source(2, 401)}
				b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
				b.record(t, end, sources...)
				b.scratch(200, 200, bad.key, bad.code) // the middle of track 1
				v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), level, nil)
				require.ErrorIs(t, err, inspect.ErrUnreadable)
				assert.Equal(t, disc.VerifyUnreadable, v.Result)
				assert.Equal(t, disc.VerifyUnreadable, v.Tracks[0].Result)
				assert.EqualValues(t, 200, v.Tracks[0].At)
				assert.Equal(t, disc.VerifyEqual, v.Tracks[1].Result)
			}
		}
	}
}

// An error that ends a verification keeps the results up to then.
func TestVerifyThatIsCutShort(t *testing.T) {
	sources := []pcm.Source{source(1, 400), source(2, 401), source(3, 402)}
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	b.record(t, final, sources...)
	ctx, cancel := context.WithCancel(t.Context())
	v, err := inspect.Verify(ctx, b.drive, b.written(sources...), disc.VerifyFull, &inspect.VerifyOptions{
		OnProgress: func(p inspect.VerifyProgress) {
			assert.LessOrEqual(t, p.Done, p.Total)
			if p.Track == 2 && p.Done > 3*225+400+200 {
				cancel()
			}
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, disc.VerifyPartial, v.Result)
	assert.Equal(t, disc.VerifyQuick, v.Done)
	assert.Equal(t, disc.VerifyEqual, v.Tracks[0].Result)
	assert.EqualValues(t, 400, v.Tracks[0].Sectors)
	assert.Equal(t, disc.VerifyPartial, v.Tracks[1].Result)
	assert.InDelta(t, 225, float64(v.Tracks[1].Sectors), 30)
	assert.Equal(t, disc.VerifyPartial, v.Tracks[2].Result)
	assert.EqualValues(t, 225, v.Tracks[2].Sectors)

	// Nothing was compared.
	v, err = inspect.Verify(ctx, b.drive, b.written(sources...), disc.VerifyFull, &inspect.VerifyOptions{Disc: new(b.look(t))})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, disc.VerifyNotDone, v.Result)
	assert.Zero(t, v.Sectors)
}

// An error of the source or the drive is distinct, and has no meaning for the disc.
func TestVerifyTellsCausesApart(t *testing.T) {
	sources := []pcm.Source{source(1, 400), source(2, 401)}
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	b.record(t, final, sources...)
	w := b.written(sources...)
	w[1].Source = broken{sources[1]}
	_, err := inspect.Verify(t.Context(), b.drive, w, disc.VerifyQuick, nil)
	var source *pcm.ReadError
	require.ErrorAs(t, err, &source)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.NotErrorIs(t, err, inspect.ErrDiffers)
	track, ok := errors.AsType[*inspect.TrackError](err)
	require.True(t, ok)
	require.Equal(t, 2, track.Track)

	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Skip: 5, Fault: senseFault(scsi.KeyMediumError, asc.WriteError, true)})
	v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyQuick, nil)
	require.ErrorIs(t, err, asc.WriteError, "a write error that is reported late")
	require.NotErrorIs(t, err, inspect.ErrUnreadable)
	require.Equal(t, disc.VerifyPartial, v.Result)

	_, err = inspect.Verify(t.Context(), nil, w, disc.VerifyQuick, nil)
	require.ErrorIs(t, err, inspect.ErrNoDrive)
}

// broken is a source that fails in its first half.
type broken struct{ pcm.Source }

func (s broken) Open() (io.ReadCloser, error) {
	r, err := s.Source.Open()
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(r, 100_000), failing{}), r}, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// A single fault at any command causes neither a false difference nor a lost comparison;
// only an error of an earlier WRITE is returned.
func TestVerifySurvivesEverySingleFault(t *testing.T) {
	for _, end := range []ending{open, final} {
		sources := []pcm.Source{source(1, 300)}
		b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
		b.record(t, end, sources...)
		before := len(b.tap.cdbs)
		_, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyQuick, nil)
		require.NoError(t, err)
		commands := len(b.tap.cdbs) - before
		for n := 1; n <= commands; n++ {
			for i, f := range faults() {
				if testing.Short() && (n+i)%9 != 0 { // a verification takes a second with the race detector
					continue
				}
				b.faults.Clear()
				b.faults.Add(scsitest.Rule{Skip: n - 1, Fault: f.Fault, After: !f.before})
				v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyQuick, nil)
				about := fmt.Sprintf("%s at command %d", f.name, n)
				if errors.Is(err, asc.WriteError) {
					require.Equal(t, "sense 3/0C/00true", f.name, about)
					require.NotEqual(t, disc.VerifyEqual, v.Result, about)
					continue
				}
				require.NoError(t, err, about)
				require.Equal(t, disc.VerifyEqual, v.Result, about)
			}
		}
	}
}

// Drives can't read past the lead-out, so the offset makes a few samples at the edge of
// the disc unreadable. That is reported and is not a failure of the disc; without an
// offset an unreadable sector is a failure, at the edge too.
func TestVerifyAtTheEdge(t *testing.T) {
	for _, level := range []disc.VerifyLevel{disc.VerifyQuick, disc.VerifyFull} {
		for name, result := range map[string]disc.VerifyResult{"modern": disc.VerifyUnreadable, "offset-582": disc.VerifyEqual} {
			sources := []pcm.Source{source(1, 400), source(2, 401)}
			b := newBench(t, name, sim.NewDisc(sim.CDR80))
			b.record(t, final, sources...)
			last := b.disc.Tracks()[1]
			end := last.Start + toc.LBA(last.Size)
			b.scratch(end-1, end+4, scsi.KeyIllegalRequest, asc.LBAOutOfRange)
			v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), level, nil)
			assert.Equal(t, result, v.Result, "%s %v %+v", name, level, v)
			assert.Equal(t, result, v.Tracks[1].Result, name)
			if result == disc.VerifyEqual {
				require.NoError(t, err)
				assert.Equal(t, 6, v.Unverifiable-v.Tracks[0].Unverifiable, "the last sector's part of the track")
				continue
			}
			require.ErrorIs(t, err, inspect.ErrUnreadable)
			assert.Equal(t, end-1, v.Tracks[1].At)
		}
	}
}
