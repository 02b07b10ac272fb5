package convert

import (
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// sineAt returns seconds of a sine in both channels, whose amplitude is in dB of full
// scale.
func sineAt(hz int, db, seconds float64) []float64 {
	a := math.Pow(10, db/20)
	out := make([]float64, 2*int(seconds*44100))
	for i := range min(len(out)/2, 44100) {
		v := a * math.Sin(2*math.Pi*float64(hz)*float64(i)/44100)
		out[2*i], out[2*i+1] = v, v
	}
	for done := 2 * 44100; done < len(out); done += 2 * 44100 {
		copy(out[done:], out[:2*44100]) // a sine of whole hertz repeats each second
	}
	return out
}

func levelOf(t *testing.T, samples []float64) Level {
	t.Helper()
	l, err := Measure(context.Background(), pcm.FromBytes("x", format(44100, 2, pcm.F64), floatsOf(samples)), nil)
	require.NoError(t, err)
	return l
}

// stretch is a part of a test signal: its level, in dB of full scale, and its length.
type stretch struct{ db, seconds float64 }

// The stereo signals of EBU Tech 3341, 2.9, and the readings that a meter must show.
func TestEBUTestSignals(t *testing.T) {
	if testing.Short() {
		t.Skip("measures minutes of audio")
	}
	for name, tc := range map[string]struct {
		signal []stretch
		want   float64
	}{
		"1": {[]stretch{{-23, 20}}, -23},
		"2": {[]stretch{{-33, 20}}, -33},
		"3": {[]stretch{{-36, 10}, {-23, 60}, {-36, 10}}, -23},
		"4": {[]stretch{{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}}, -23},
		"5": {[]stretch{{-26, 20}, {-20, 20.1}, {-26, 20}}, -23},
	} {
		var parts [][]float64
		for _, s := range tc.signal {
			parts = append(parts, sineAt(1000, s.db, s.seconds))
		}
		assert.InDelta(t, tc.want, Loudness(levelOf(t, slices.Concat(parts...))), 0.1, "signal %s", name)
	}
	assert.True(t, math.IsInf(Loudness(), -1))
	assert.True(t, math.IsInf(Loudness(levelOf(t, make([]float64, 88200))), -1))
	assert.True(t, math.IsInf(Loudness(levelOf(t, sineAt(1000, -3, 0.3))), -1), "too short for a block")
	// Mono becomes two channels, and an album is measured as a whole.
	mono, err := Measure(context.Background(), pcm.FromBytes("m", format(44100, 1, pcm.F64), floatsOf(everyOther(sineAt(1000, -23, 5)))), nil)
	require.NoError(t, err)
	assert.InDelta(t, -23, Loudness(mono), 0.1)
	quiet, loud := levelOf(t, sineAt(1000, -26, 20)), levelOf(t, sineAt(1000, -20, 20))
	assert.InDelta(t, -22.0, Loudness(quiet, loud), 0.1)
}

func everyOther(p []float64) (out []float64) {
	for i := 0; i < len(p); i += 2 {
		out = append(out, p[i])
	}
	return out
}

// The gain reaches the target, unless a sample would exceed full scale.
func TestLoudnessGain(t *testing.T) {
	l := levelOf(t, sineAt(1000, -23, 5))
	gain, clipped := LoudnessGain(-18, l)
	assert.InDelta(t, 5, 20*math.Log10(gain), 0.1)
	assert.InDelta(t, 0, clipped, 1e-9)
	gain, clipped = LoudnessGain(5, l)
	assert.InDelta(t, 1, gain*l.Peak, 0.001)
	assert.InDelta(t, 5, clipped, 0.1)
	gain, _ = LoudnessGain(-30, l)
	assert.InDelta(t, -7, 20*math.Log10(gain), 0.1)
	gain, clipped = LoudnessGain(-14, levelOf(t, make([]float64, 88200)))
	assert.Equal(t, 1.0, gain)
	assert.Zero(t, clipped)
	src, err := Convert(pcm.FromBytes("x", format(44100, 2, pcm.F64), floatsOf(sineAt(1000, -23, 5))), Options{Gain: mustGain(LoudnessGain(5, l))})
	require.NoError(t, err)
	d, err := reading.Check(context.Background(), src, nil)
	require.NoError(t, err)
	assert.Zero(t, d.Clipped)
}

func mustGain(gain, _ float64) float64 { return gain }

// FFmpeg's ebur128 measures the same, for music-like noise of changing level.
func TestLoudnessAgainstFFmpeg(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a program")
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	seed := uint32(7)
	noise := func() float64 {
		seed = seed*1664525 + 1013904223
		return float64(int32(seed)) / (1 << 31)
	}
	low, samples := [2]float64{}, []float64{}
	for i := range 12 * 44100 {
		level := 0.02 + 0.3*math.Abs(math.Sin(float64(i)/44100))
		for c := range low {
			low[c] += 0.05 * (noise() - low[c])
			samples = append(samples, level*(0.5*noise()+3*low[c]))
		}
	}
	path := filepath.Join(t.TempDir(), "x.f64")
	require.NoError(t, os.WriteFile(path, floatsOf(samples), 0o666))
	out, err := exec.Command("ffmpeg", "-nostats", "-f", "f64le", "-ar", "44100", "-ac", "2", "-i", path, "-filter:a", "ebur128", "-f", "null", "-").CombinedOutput()
	if err != nil {
		t.Skipf("ffmpeg can't: %s", out)
	}
	all := regexp.MustCompile(`I: +(-?[\d.]+) LUFS`).FindAllStringSubmatch(string(out), -1)
	require.NotEmpty(t, all, "%s", out)
	want, err := strconv.ParseFloat(all[len(all)-1][1], 64)
	require.NoError(t, err)
	assert.InDelta(t, want, Loudness(levelOf(t, samples)), 0.1)
}

// The filter is cheap compared with a decoder.
func BenchmarkMeasure(b *testing.B) {
	samples := sineAt(1000, -20, 10)
	data := floatsOf(samples)
	b.SetBytes(int64(len(samples) / 2 * 4))
	for b.Loop() {
		if _, err := Measure(context.Background(), pcm.FromBytes("x", format(44100, 2, pcm.F64), data), nil); err != nil {
			b.Fatal(err)
		}
	}
}
