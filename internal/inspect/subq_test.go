package inspect_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// codedDisc is a pressed disc with a pause at LBA 1000 to 1149 and codes.
func codedDisc(t testing.TB) *sim.Disc {
	d := sim.NewDisc(sim.CDR80)
	audio := func(seed uint64, sectors int64) func() (io.ReadCloser, error) {
		data := noise(seed, sectors*toc.SamplesPerSector)
		return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	}
	require.NoError(t, d.Press("4006381333931", nil, []sim.PressedTrack{
		{Open: audio(1, 1000), ISRC: "USABC1234567"}, {Open: audio(2, 500), Pregap: 150},
	}))
	return d
}

// Every form of Q gives the same frames. A drive that returns none is distinguished from
// one that returns nonsense.
func TestSubQ(t *testing.T) {
	for name, want := range map[string]command.QForm{
		"": command.QRaw, "q-formatted": command.QFormatted, "q-binary": command.QBinary, "q-raw": command.QRaw, "q-errors": command.QRaw, "q-none": 0, "q-zeros": 0,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, codedDisc(t))
			on := b.look(t)
			s, err := inspect.OpenSubQ(t.Context(), b.drive, on, nil)
			if want == 0 {
				require.ErrorIs(t, err, inspect.ErrNoQ)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, want, s.Form())
			frames, err := s.Read(t.Context(), 990, 30)
			require.NoError(t, err)
			require.Greater(t, len(frames), 20)
			for i, f := range frames {
				if i > 0 {
					require.Greater(t, f.LBA, frames[i-1].LBA)
				}
				if f.ADR != command.ADRPosition {
					continue
				}
				require.Equal(t, f.Absolute, f.LBA)
				wantTrack, wantIndex := 1, 1
				if f.LBA >= 1000 {
					wantTrack, wantIndex = 2, 0
				}
				require.Equal(t, []int{wantTrack, wantIndex}, []int{f.Track, f.Index}, "LBA %d", f.LBA)
			}
			// MCN and ISRC are read where they are on the disc.
			frames, err = s.Read(t.Context(), 100, 200)
			require.NoError(t, err)
			codes := map[string][]toc.LBA{}
			for _, f := range frames {
				if f.ADR != command.ADRPosition {
					codes[string(f.MCN)+string(f.ISRC)] = append(codes[string(f.MCN)+string(f.ISRC)], f.LBA)
				}
			}
			assert.Contains(t, codes, "4006381333931")
			assert.Subset(t, []toc.LBA{25 + 98, 25 + 2*98, 25 + 3*98}, codes["4006381333931"])
			if want != command.QBinary {
				assert.Contains(t, codes, "USABC1234567")
			}
		})
	}
}

// READ CD is never sent for a place without audio, and one command never asks for more than
// the transport carries.
func TestSubQStaysOnTracks(t *testing.T) {
	b := newBench(t, "", codedDisc(t))
	on := b.look(t)
	s, err := inspect.OpenSubQ(t.Context(), b.drive, on, nil)
	require.NoError(t, err)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		assert.False(t, touches(-1000, -1)(req) || touches(1650, 5000)(req))
		assert.LessOrEqual(t, len(req.Data), 63504)
		return false
	}})
	frames, err := s.Read(t.Context(), -200, 3000)
	require.NoError(t, err)
	assert.Greater(t, len(frames), 1600)
}

// Neither a drive that doesn't answer nor a scratch at the tested place means ErrNoQ.
func TestSubQTroubles(t *testing.T) {
	b := newBench(t, "", codedDisc(t))
	on := b.look(t)
	b.scratch(240, 300, scsi.KeyMediumError, asc.UnrecoveredReadError)
	s, err := inspect.OpenSubQ(t.Context(), b.drive, on, nil)
	require.NoError(t, err)
	assert.Equal(t, command.QRaw, s.Form())
	_, err = s.Read(t.Context(), 250, 10)
	assert.True(t, inspect.Unreadable(err), "%v", err)

	b = newBench(t, "", codedDisc(t))
	b.faults.Add(scsitest.Rule{Match: touches(0, 5000), Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)})
	_, err = inspect.OpenSubQ(t.Context(), b.drive, on, nil)
	var lost *scsi.TransportError
	require.ErrorAs(t, err, &lost)
	assert.NotErrorIs(t, err, inspect.ErrNoQ)

	// Bytes of another command, or none.
	b = newBench(t, "", codedDisc(t))
	b.faults.Add(scsitest.Rule{Match: touches(0, 5000), Sticky: true, Fault: scsitest.GarbageFault(7)})
	_, err = inspect.OpenSubQ(t.Context(), b.drive, on, nil)
	assert.ErrorIs(t, err, inspect.ErrNoQ)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = inspect.OpenSubQ(ctx, b.drive, on, nil)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = inspect.OpenSubQ(t.Context(), nil, on, nil)
	assert.ErrorIs(t, err, inspect.ErrNoDrive)
	_, err = inspect.OpenSubQ(t.Context(), b.drive, disc.Disc{}, nil)
	assert.ErrorIs(t, err, inspect.ErrNoQ)
}
