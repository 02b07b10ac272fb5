package sao_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// silencer, once switched on, answers WRITEs of the program area with GOOD, so that only the
// engine's allocations are counted.
type silencer struct {
	scsi.Transport
	writes int
	marks  [2]uint64
}

func (s *silencer) Unwrap() scsi.Transport { return s.Transport }

func (s *silencer) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.CDB[0] == command.OpWrite10 {
		s.writes++
		for i, at := range []int{700, 2700} {
			if s.writes == at {
				var stats runtime.MemStats
				runtime.ReadMemStats(&stats)
				s.marks[i] = stats.Mallocs
			}
		}
		if s.writes > 600 {
			return scsi.Result{N: len(req.Data)}, nil
		}
	}
	return s.Transport.Do(ctx, req)
}

// A WRITE doesn't allocate, even at the boundary of tracks: 2,000 WRITEs cause fewer than 200
// allocations, from events and other goroutines.
func TestWriteAllocatesNothing(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	b := newBench(t, "modern", sim.CDR80)
	s := &silencer{Transport: b.Drive}
	d, err := mmc.Open(context.Background(), s)
	require.NoError(t, err)
	track := burn.Track{Source: pcm.Silence("long.wav", 3000*27*toc.SamplesPerSector)}
	_, _ = sao.Burn(context.Background(), d, []burn.Track{track}, nil, sao.Text{})
	require.Positive(t, s.marks[1])
	require.Less(t, s.marks[1]-s.marks[0], uint64(200))
}
