package mp3

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var makeFixtures = flag.Bool("make-fixtures", false, "make testdata again, with lame and mpg123")

// fixtures were encoded by lame 3.100 from music and decoded by mpg123 1.31: see
// testdata/README.md.
var fixtures = []struct {
	name           string
	rate, channels int
	frames         int
	args           string
	kbps           int // 0: variable
}{
	{"joint128.mp3", 44100, 2, 15000, "-m j -b 128", 128},
	{"vbr.mp3", 44100, 2, 12000, "-m s -V 5", 0},
	{"crc.mp3", 48000, 2, 9001, "-m j -b 96 -p --resample 48", 96},
	{"mono32.mp3", 32000, 1, 11111, "-m m -b 48 --resample 32", 48},
	{"lsf22.mp3", 22050, 2, 12345, "-m j -b 64 --resample 22.05", 64},
	{"lsf24.mp3", 24000, 1, 9999, "-m m -V 4 --resample 24", 0},
	{"low8.mp3", 8000, 1, 7000, "-m m -b 24 --resample 8", 24},
	{"free.mp3", 44100, 1, 8000, "-m m --freeformat -b 150 --resample 44.1", 150},
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

// Without other programs: these files are decoded as by mpg123, with exactly the length of
// the original.
func TestFixtures(t *testing.T) {
	for _, f := range fixtures {
		t.Run(f.name, func(t *testing.T) {
			if *makeFixtures {
				makeFixture(t, f.name, f.args, waveFile(f.rate, f.channels, music(f.rate, f.channels, f.frames)))
			}
			info, out, d := decode(t, fixture(t, f.name))
			assert.Equal(t, int64(f.frames), info.Frames)
			assert.Equal(t, f.rate, info.SampleRate)
			assert.Equal(t, f.channels, info.Channels)
			assert.Equal(t, LAMETag, info.Gapless)
			assert.True(t, strings.HasPrefix(info.Encoder, "LAME3.100"), info.Encoder)
			assert.Empty(t, d.Concealed())
			assert.Equal(t, f.kbps == 0, info.VBR)
			assert.Equal(t, f.name == "free.mp3", info.FreeFormat)
			if f.kbps > 0 {
				assert.InEpsilon(t, 1000*f.kbps, info.BitRate, 0.01)
			}
			for i, line := range strings.Split(strings.TrimSpace(string(fixture(t, f.name+".txt"))), "\n") {
				var want digest
				_, err := fmt.Sscan(line, &want.power, &want.shape)
				require.NoError(t, err)
				got := digests(out)[i]
				assert.InDelta(t, want.power, got.power, 1e-5, "block %d", i)
				assert.InDelta(t, want.shape, got.shape, 1e-5, "block %d", i)
			}
		})
	}
}

// digest is the digest of a block of samples: the mean of the squares, and one with
// weights, which any exchange of samples, channels or signs changes.
type digest struct{ power, shape float64 }

const digestBlock = 1000

func digests(samples []float32) (out []digest) {
	for at := 0; at < len(samples); at += digestBlock {
		block := samples[at:min(at+digestBlock, len(samples))]
		var p digest
		for i, v := range block {
			p.power += float64(v) * float64(v) / float64(len(block))
			p.shape += float64(v) * float64(i*i%101-50) / float64(len(block))
		}
		out = append(out, p)
	}
	return out
}

func makeFixture(t *testing.T, name, args string, wave []byte) {
	lame, mpg123, _ := programs()
	in := filepath.Join(t.TempDir(), "in.wav")
	path := filepath.Join("testdata", name)
	require.NoError(t, os.WriteFile(in, wave, 0o666))
	run(t, lame, append(append([]string{"--quiet"}, strings.Fields(args)...), in, path)...)
	var text strings.Builder
	for _, p := range digests(floats(run(t, mpg123, "-q", "-e", "f32", "-s", path))) {
		fmt.Fprintf(&text, "%.7f %.7f\n", p.power, p.shape)
	}
	require.NoError(t, os.WriteFile(path+".txt", []byte(text.String()), 0o666))
}
