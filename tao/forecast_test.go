package tao_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// The estimate of the plan and the remaining time during the burn are correct: at every speed
// of the drive, for a few tracks and for many, with and without reading back. The drive has
// its own clock, so the figures don't depend on this computer.
func TestTimeLeftComesTrue(t *testing.T) {
	for i, row := range []struct {
		personality string
		speed       mmc.Speed
		tracks      int
		sectors     int64
		verify      disc.VerifyLevel
	}{
		{"modern", mmc.SpeedMax, 12, 12000, disc.VerifyQuick},
		{"modern", mmc.SpeedX(40), 3, 80000, disc.VerifyNone},
		{"modern", mmc.SpeedX(16), 12, 20000, disc.VerifyQuick},
		{"modern", mmc.SpeedX(8), 2, 20000, disc.VerifyFull},
		{"modern", mmc.SpeedX(4), 20, 2000, disc.VerifyQuick},
		{"old", mmc.SpeedMax, 10, 20000, disc.VerifyFull},
		{"mmc1", mmc.SpeedMax, 8, 20000, disc.VerifyQuick},
		{"pioneer", mmc.SpeedMax, 10, 20000, disc.VerifyQuick},
	} {
		if testing.Short() && i%4 != 0 {
			continue
		}
		t.Run(fmt.Sprintf("%s/%v/%d/%v", row.personality, row.speed, row.tracks, row.verify), func(t *testing.T) {
			b := newBench(t, row.personality, sim.CDR80)
			var tracks []burn.Track
			for i := range row.tracks {
				tracks = append(tracks, burn.Track{Source: endless{name: fmt.Sprint(i), frames: row.sectors * 588}})
			}
			type moment struct {
				at   time.Time
				left time.Duration
				step burn.Phase
			}
			var seen []moment
			var plan burn.Plan
			began := b.drive.Clock().Now()
			opts := &burn.Options{Speed: row.speed, Verify: row.verify, OnEvent: func(e burn.Event) {
				switch e := e.(type) {
				case burn.Planned:
					plan = e.Plan
				case burn.Progress:
					if e.Left > 0 {
						seen = append(seen, moment{b.drive.Clock().Now(), e.Left, e.Phase})
					}
				}
			}}
			_, err := tao.Burn(context.Background(), b.drive, tracks, opts)
			require.NoError(t, err)
			end := b.drive.Clock().Now()
			took := end.Sub(began)
			t.Logf("plan %v, took %v", plan.Estimate, took)
			require.InEpsilon(t, took.Seconds(), plan.Estimate.Seconds(), 0.25)
			require.NotEmpty(t, seen)
			worst, at := 0.0, moment{}
			for _, m := range seen {
				if off := (m.left - end.Sub(m.at)).Seconds(); off > worst || -off > worst {
					worst, at = max(off, -off), m
				}
			}
			t.Logf("worst %.0f s in %s, %v before the end", worst, at.step, end.Sub(at.at))
			require.Less(t, worst, 15+0.15*took.Seconds())
		})
	}
}
