package sao_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// An album with continuous audio is one stream on the disc: no sample is added or lost between
// the tracks.
func TestGaplessAlbumIsOneStream(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	all := noise(7, 12*350)
	var tracks []burn.Track
	for i := range 12 {
		tracks = append(tracks, piece(all, i*350, 350))
	}
	text := packs(t, album()[:1])
	_ = text
	r, err := sao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyFull}, sao.Text{})
	require.NoError(t, err, "%+v", r)
	assert.Equal(t, burn.VerdictSuccess, r.Verdict)
	b.holds(t, 0, all)
	assert.Equal(t, toc.LBA(12*350), r.LeadOut)
	for i, row := range r.Tracks {
		assert.Equal(t, toc.LBA(i*350), row.Start)
		assert.Equal(t, toc.Sectors(350), row.Sectors)
	}
	writes := b.tap.of(command.OpWrite10)
	next := toc.LBA(-150)
	for _, w := range writes {
		require.Equal(t, next, w.lba)
		require.Equal(t, w.blocks*toc.SectorSize, w.bytes)
		next += toc.LBA(w.blocks)
	}
	assert.Equal(t, toc.LBA(12*350), next)
	assert.Empty(t, b.tap.of(command.OpCloseTrackSession))
}

// The last flush writes the lead-out, which takes a third of this burn. Done and the remaining
// time include it.
func TestProgressWhileTheLeadOutIsWritten(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	var flush []burn.Progress
	var closed burn.Progress
	_, err := sao.Burn(context.Background(), b.drive, album(), &burn.Options{OnEvent: func(e burn.Event) {
		switch p, ok := e.(burn.Progress); {
		case ok && p.Phase == burn.PhaseFlush:
			flush = append(flush, p)
		case ok && p.Phase == burn.PhaseClose:
			closed = p
		}
	}}, sao.Text{})
	require.NoError(t, err)
	require.Greater(t, len(flush), 5)
	first, last := flush[0], flush[len(flush)-1]
	assert.Greater(t, last.Done, first.Done+0.3)
	assert.Less(t, last.Left, first.Left-5*time.Second)
	assert.InDelta(t, last.Done, closed.Done, 0.1, "nothing is done twice")
}

// Every simulated drive leads to its verdict.
func TestEveryPersonalityEndsWithItsVerdict(t *testing.T) {
	for i, p := range sim.Personalities() {
		if testing.Short() && i%3 != 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			b := newBench(t, p.Name, sim.CDR80)
			tracks := album()
			r, err := sao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick}, sao.Text{Packs: packs(t, tracks)})
			want := verdicts.Of(p.Name).AtOnce
			if want == verdicts.Refused {
				require.ErrorIs(t, err, burn.ErrNoSAO)
				require.True(t, b.disc.Summary().Blank)
				return
			}
			require.Equal(t, string(want), string(r.Verdict), "%v\n%+v", err, r.Notes)
			require.NoError(t, b.Err())
			if err == nil {
				b.holds(t, 0, append(append(noise(1, 300), noise(2, 400)...), noise(3, 500)...))
				require.True(t, b.disc.Summary().Finalized)
			}
		})
	}
}
