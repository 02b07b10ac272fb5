//go:build linux && iokitfake

package host

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// Three users of one drive in any order, while calls fail and the disc is mounted, opened
// and claimed by others. The fake library reports every object that is not released,
// every release too many, and exclusive access or a claim that was not released.
func TestMacAtRandom(t *testing.T) {
	knobs := map[string][]int64{
		"mounted": {1, 0}, "opened": {1, 0}, "otherClaim": {1, 0}, "noPlugIn": {1, 0}, "noTask": {1, 0}, "noDevice": {1, 0},
		"plugIn": {0xE00002E2, 0}, "query": {0x80000004, 0}, "obtain": {0xE00002C5, 0xE00002BE, 0}, "giveBack": {0xE00002BC, 0},
		"execute": {0xE00002D6, 0}, "claim": {0xF8DA000C, 0xF8DA0002, 0}, "unmount": {0xF8DA0002, 0},
	}
	names := slices.Sorted(maps.Keys(knobs))
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 11))
			b := newMacBench(t, sim.NewDisc(sim.CDR80))
			b.Set(b.id, "obtainTimes", -1)
			var users [3]*Device
			for range 150 {
				u := &users[random.IntN(len(users))]
				switch n := random.IntN(8); {
				case n == 0:
					name := names[random.IntN(len(names))]
					b.Set(b.id, name, knobs[name][random.IntN(len(knobs[name]))])
				case *u == nil:
					*u, _ = b.open(&Options{Wait: -1, Shared: random.IntN(2) == 0})
				case n == 1:
					_ = (*u).Close()
					*u = nil
				case n == 2:
					_ = (*u).Lock(t.Context(), "me", random.IntN(2) == 0)
				case n == 3:
					_ = (*u).Unlock()
				default:
					_, err := (*u).Do(t.Context(), inquiry(36))
					if (*u).node.isExclusive() && b.Get(b.id, "execute") == 0 && b.Get(b.id, "noTask") == 0 {
						require.NoError(t, err)
					}
				}
			}
			for _, u := range users {
				if u != nil {
					_ = u.Close()
				}
			}
		})
	}
}
