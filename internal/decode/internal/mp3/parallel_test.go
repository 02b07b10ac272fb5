package mp3

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// long repeats the frames of a fixture, which refer to those before them, except for the
// first.
func long(t testing.TB, name string, times int) []byte {
	t.Helper()
	data := fixture(t, name)
	info, err := scanOf(data)
	require.NoError(t, err)
	return bytes.Repeat(data[info.start:info.end], times)
}

// result is all output of a decoder.
type result struct {
	out       []float32
	concealed int64
	problems  []Problem
	err       error
}

func decodeOn(t testing.TB, processors int, data []byte) (r result) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	info, err := scanOf(data)
	if err != nil {
		return result{err: err}
	}
	d := NewDecoder(bytes.NewReader(data), info)
	defer d.Close()
	require.Equal(t, processors > 1 && !info.gaps && info.MPEGFrames >= 2*segmentFrames, d.par != nil)
	p := make([]float32, 3000)
	for {
		n, err := d.Read(p)
		r.out = append(r.out, p[:n]...)
		if err != nil {
			r.concealed, r.problems = d.ConcealedFrames(), d.Concealed()
			return r
		}
	}
}

// bothWays requires the same from one processor and from several, to the bit.
func bothWays(t *testing.T, data []byte, name string) {
	t.Helper()
	want, have := decodeOn(t, 1, data), decodeOn(t, 4, data)
	assert.True(t, slices.Equal(want.out, have.out), name)
	assert.Equal(t, want.concealed, have.concealed, name)
	assert.Equal(t, want.problems, have.problems, name)
	assert.Equal(t, want.err, have.err, name)
}

// Segments decoded in parallel yield the samples of one decoder, bit for bit.
func TestSideBySide(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	names := []string{"joint128.mp3", "lsf22.mp3", "vbr.mp3", "mono32.mp3", "lsf24.mp3", "low8.mp3", "crc.mp3"}
	if testing.Short() {
		names = names[:1]
	}
	for _, name := range names {
		data := long(t, name, 60)
		bothWays(t, data, name)
		for range 3 {
			bad := bytes.Clone(data)
			for range 20 {
				bad[random.IntN(len(bad))] ^= 1 << random.IntN(8)
			}
			bothWays(t, bad, name+" damaged")
		}
	}
	for _, mode := range []uint8{modeMono, modeStereo, modeJoint} {
		f := forge{Rand: rand.New(rand.NewPCG(9, uint64(mode))), head: header{mode: mode, bitrate: 14}, blocks: []int{0, 1, 2, 3}, mixed: true}
		bothWays(t, f.stream(900), "forged")
	}
}

// The same for LAME's encoding of a minute of noise, at rates from 8 to 320 kbit/s.
func TestSideBySideLAME(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a program")
	}
	if _, err := exec.LookPath("lame"); err != nil {
		t.Skip("lame is not installed")
	}
	random := rand.New(rand.NewPCG(5, 6))
	raw := make([]byte, 4*44100*30)
	var low int
	for i := 0; i < len(raw); i += 2 {
		low += (random.IntN(40000) - 20000 - low) / (1 + i/400000)
		raw[i], raw[i+1] = byte(low), byte(low>>8)
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "x.raw")
	require.NoError(t, os.WriteFile(in, raw, 0o666))
	for _, args := range [][]string{{"-V2"}, {"-b", "128"}, {"-b", "320"}, {"-b", "32", "-m", "m"}, {"-b", "8", "-m", "m", "--resample", "16"}, {"-V9", "--resample", "22.05"}} {
		out := filepath.Join(dir, "x.mp3")
		said, err := exec.Command("lame", append(append([]string{"--quiet", "-r", "-s", "44.1", "--bitwidth", "16"}, args...), in, out)...).CombinedOutput()
		if err != nil {
			t.Logf("%v skipped: lame can't: %s", args, said)
			continue
		}
		data, err := os.ReadFile(out)
		require.NoError(t, err)
		bothWays(t, data, args[0])
	}
}

// A reading that ends early blocks no later one.
func TestSideBySideEndsEarly(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	data := long(t, "joint128.mp3", 100)
	info, err := scanOf(data)
	require.NoError(t, err)
	for range 20 {
		d := NewDecoder(bytes.NewReader(data), info)
		_, err := d.Read(make([]float32, 1000))
		require.NoError(t, err)
		d.Close()
	}
	assert.Empty(t, tokens)
}
