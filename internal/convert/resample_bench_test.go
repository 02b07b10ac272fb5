package convert

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/redbook-audio/redbook/pcm"
)

var benchRates = []int{8000, 22050, 32000, 48000, 47999, 88200, 96000, 96001, 176400, 192000, 352800, 384000, 768000}

// x realtime is the speed of one core, in stereo.
func BenchmarkResampler(b *testing.B) {
	for _, rate := range benchRates {
		b.Run(fmt.Sprint(rate), func(b *testing.B) {
			r, err := NewResampler(2, rate)
			if err != nil {
				b.Fatal(err)
			}
			src := make([]float64, 2*rate)
			for i := range src {
				src[i] = rand.Float64() - 0.5
			}
			dst := make([]float64, 0, 2*pcm.CDDA.SampleRate+4*r.plan.block.frames())
			b.SetBytes(int64(pcm.CDDA.SampleRate * pcm.CDDA.FrameBytes()))
			b.ReportAllocs()
			for b.Loop() {
				dst = r.Append(dst[:0], src)
			}
			b.ReportMetric(float64(b.N)*float64(time.Second)/float64(b.Elapsed()), "x-realtime")
		})
	}
}
