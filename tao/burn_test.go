package tao_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// Every simulated drive leads to its verdict, and every sample reported as written is on the
// disc.
func TestEveryPersonalityEndsWithItsVerdict(t *testing.T) {
	for i, p := range sim.Personalities() {
		if (race.Enabled || testing.Short()) && i%3 != 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			b := newBench(t, p.Name, sim.CDR80)
			ev := b.events()
			tracks := album()
			r, err := tao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick, OnEvent: ev.on})
			require.Equal(t, string(verdicts.Of(p.Name).Plain), string(r.Verdict), "%v\n%+v", err, r)
			require.Equal(t, r.Verdict == burn.VerdictSuccess, err == nil)
			ev.check(t)
			if p.ImmedSays == "" { // a flush without IMMED can't be observed
				require.LessOrEqual(t, ev.gap, 500*time.Millisecond)
			}
			require.NoError(t, b.Err())
			if err == nil {
				b.holds(t, r, tracks)
				require.True(t, b.disc.Summary().Finalized)
			}
		})
	}
}

// The same with RESERVE TRACK (on CD-R by request, on CD-RW by default) and with every sector
// read back.
func TestEveryPersonalityWithReservation(t *testing.T) {
	for _, media := range []sim.Media{sim.CDR80, sim.CDRW80} {
		for i, p := range sim.Personalities() {
			if (race.Enabled || testing.Short()) && i%5 != 0 {
				continue
			}
			t.Run(media.Name+"/"+p.Name, func(t *testing.T) {
				b := newBench(t, p.Name, media)
				ev := b.events()
				tracks := album()
				r, err := tao.Burn(context.Background(), b.drive, tracks, &burn.Options{
					Reserve: reserveFor(media), Verify: disc.VerifyFull, OnEvent: ev.on,
				})
				require.Equal(t, string(verdicts.Of(p.Name).On(media.Erasable, true)), string(r.Verdict), "%v\n%+v", err, r)
				ev.check(t)
				if p.ImmedSays == "" {
					require.LessOrEqual(t, ev.gap, 500*time.Millisecond)
				}
				require.NoError(t, b.Err())
				require.False(t, b.trayLocked())
				if err == nil {
					b.holds(t, r, tracks)
					require.True(t, b.disc.Summary().Finalized)
				}
			})
		}
	}
}

func reserveFor(m sim.Media) burn.ReservePolicy {
	if m.Erasable {
		return burn.ReserveAuto
	}
	return burn.ReserveAlways
}
