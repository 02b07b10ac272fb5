package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/sine"
)

// TestMain lets the test binary act as the tool, which runs itself.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "-convert" {
		main()
		return
	}
	os.Exit(m.Run())
}

// The limits of docs/internals/resampler.md hold for every row of its table.
func TestResponse(t *testing.T) {
	for _, rate := range rates {
		if testing.Short() && rate != 47999 {
			continue
		}
		r, err := measure(rate, 16)
		require.NoError(t, err)
		assert.InDelta(t, min(20000, float64(rate)*10000/22050), r.pass, 1e-9)
		assert.Less(t, r.ripple, 0.0001, "%d Hz", rate)
		assert.Greater(t, r.ripple, 0.0, "%d Hz: something was measured", rate)
		assert.Less(t, r.beside, -150.0, "%d Hz", rate)
		assert.Less(t, r.alias, -145.0, "%d Hz", rate)
		assert.Equal(t, rate <= 44100, math.IsInf(r.alias, -1), "%d Hz: aliases were looked for", rate)
	}
	_, err := measure(10, 16)
	assert.Error(t, err)
}

func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("TestResponse measures the same")
	}
	var out bytes.Buffer
	require.NoError(t, table(&out, []int{22050, 88200}))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 4)
	assert.Regexp(t, `^\| 22050 Hz \| 10000 Hz \| \de-\d\d dB \| -1\d\d dB \| none can be \|  \|$`, lines[2])
	assert.Regexp(t, `^\| 88200 Hz \| 20000 Hz \| \de-\d\d dB \| -1\d\d dB \| -1\d\d dB \| \d+ Hz \|$`, lines[3])
	assert.Error(t, table(io.Discard, []int{1}))
	assert.ErrorIs(t, table(broken{}, []int{8000}), errBroken)
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }
func (broken) Read([]byte) (int, error)  { return 0, errBroken }

func TestConvert(t *testing.T) {
	var in, out bytes.Buffer
	for _, v := range sine.Generate(48000, 1000.0/48000, 0.5, 0) {
		_ = binary.Write(&in, binary.LittleEndian, []float32{float32(v), float32(-v)})
	}
	require.NoError(t, run(&in, &out, 48000, false, 0))
	require.Equal(t, 8*44100, out.Len())
	samples := make([]float32, 2*44100)
	require.NoError(t, binary.Read(&out, binary.LittleEndian, samples))
	left := make([]float64, 40000)
	for i := range left {
		left[i] = float64(samples[2*(i+2000)])
		assert.InDelta(t, samples[2*i], -samples[2*i+1], 1e-9)
	}
	assert.InDelta(t, 0.5, sine.Find(left, 1000.0/44100).Amplitude, 1e-6)

	assert.Error(t, resample(&in, &out, 1))
	assert.ErrorIs(t, resample(broken{}, &out, 48000), errBroken)
	assert.ErrorIs(t, resample(bytes.NewReader(make([]byte, 800)), broken{}, 48000), errBroken)
}

// Compared with sox in one run: other work on the machine affects both. It prints the
// values; the limit catches only large regressions.
func TestSpeedBesideSox(t *testing.T) {
	if testing.Short() {
		t.Skip("starts programs")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, speeds(&out, self, []int{48000, 96000}, 200000))
	t.Log("\n" + out.String())
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if _, err := exec.LookPath("sox"); err != nil {
		assert.Equal(t, "sox isn't installed: no comparison", lines[0])
		return
	}
	require.Len(t, lines, 4)
	assert.Regexp(t, `^\| 48000 Hz \| \d+x \| \d+x \| \d+\.\d\d \|$`, lines[2])
}

func TestSpeedWithoutSox(t *testing.T) {
	if testing.Short() {
		t.Skip("starts programs")
	}
	t.Setenv("PATH", t.TempDir())
	self, err := os.Executable()
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, speeds(&out, self, []int{8000}, 8000))
	assert.Contains(t, out.String(), "sox isn't installed")
	assert.Regexp(t, `\| 8000 Hz \| \d+x \| - \| - \|`, out.String())
	assert.Error(t, speeds(io.Discard, self, []int{1}, 1), "the tool fails")
	assert.Error(t, speeds(io.Discard, "/no/such/tool", []int{8000}, 1))
}

func TestSpeedRow(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, speedRow(&out, 48000, 60, 100*time.Millisecond, 200*time.Millisecond))
	assert.Equal(t, "| 48000 Hz | 600x | 300x | 2.00 |\n", out.String())
	assert.Error(t, writeNoise(t.TempDir(), 1))
}
