package vorbis

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The transform equals the sum in its definition, for every block length.
func TestTransform(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 32; n <= 4096; n *= 2 {
		x := make([]float32, n)
		for i := range x {
			x[i] = r.Float32()*2 - 1
		}
		got := append([]float32(nil), x...)
		newTransform(n).run(got)
		for _, m := range []int{0, 1, 2, 3, n/4 - 1, n / 4, n / 3, n / 2, n - 2, n - 1} {
			want := 0.0
			for k, v := range x {
				want += float64(v) * math.Cos(math.Pi/float64(n)*(float64(m)+.5)*(float64(k)+.5))
			}
			require.InDelta(t, want, got[m], 1e-6*float64(n), "value %d of %d", m, n)
		}
	}
}
