package convert

import (
	"fmt"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func noise(n int) []complex128 {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]complex128, n)
	for i := range x {
		x[i] = complex(rng.Float64()-0.5, rng.Float64()-0.5)
	}
	return x
}

// The transform equals its definition, in the order of line, and can be inverted.
func TestFFT(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 32, 25, 49, 60, 128, 147, 210, 256, 320, 420, 441, 512, 640} {
		x, f := noise(n), newFFT(n)
		y := append([]complex128(nil), x...)
		f.forward(y)
		used := map[int]bool{}
		for k := range n {
			var want complex128
			for i, v := range x {
				want += v * unit(i*k%n, n)
			}
			used[f.line(k)] = true
			if got := y[f.line(k)]; cmplx.Abs(got-want) > 1e-14*float64(n+10) {
				t.Fatalf("size %d, line %d: %v, want %v", n, k, got, want)
			}
		}
		assert.Len(t, used, n)
		f.inverse(y)
		for i := range y {
			if cmplx.Abs(y[i]/complex(float64(n), 0)-x[i]) > 1e-14 {
				t.Fatalf("size %d, sample %d: %v, want %v", n, i, y[i], x[i])
			}
		}
	}
}

func TestSmooth(t *testing.T) {
	for n, want := range map[int]bool{0: false, 1: true, 2: true, 147: true, 2560: true, 210: true, 11: false, 22: false, 5507: false} {
		assert.Equal(t, want, smooth(n), n)
	}
}

func TestFFTDoesNotAllocate(t *testing.T) {
	f, x := newFFT(2520), make([]complex128, 2520)
	assert.Zero(t, testing.AllocsPerRun(3, func() { f.forward(x); f.inverse(x) }))
}

func BenchmarkFFT(b *testing.B) {
	for _, n := range []int{2048, 2352, 2560, 4096, 16384} {
		f, x := newFFT(n), noise(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				f.forward(x)
				f.inverse(x)
				for i := range x {
					x[i] = scale(1/float64(n), x[i])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(2*n), "ns/point")
		})
	}
}
