package mp3

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// programs finds foreign encoders and decoders; "" if one isn't installed.
func programs() (lame, mpg123, ffmpeg string) {
	find := func(name string) string {
		path, err := exec.LookPath(name)
		if err != nil {
			return ""
		}
		return path
	}
	return find("lame"), find("mpg123"), find("ffmpeg")
}

// run returns what a program writes to its standard output.
func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Skipf("skipped: %s %v: %v: %s", name, args, err, errs.String())
	}
	return out.Bytes()
}

func floats(b []byte) []float32 {
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

// encoding is one way to call lame.
type encoding struct {
	rate, channels int
	args           string
}

func encodings() []encoding {
	var all []encoding
	for _, kbps := range []int{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320} {
		all = append(all, encoding{rate: 44100, channels: 2, args: fmt.Sprintf("-m j -b %d --resample 44.1", kbps)})
	}
	for v := range 10 {
		all = append(all, encoding{rate: 44100, channels: 2, args: fmt.Sprintf("-V %d --resample 44.1", v)})
	}
	all = append(all, []encoding{
		{rate: 44100, channels: 2, args: "-m s -b 192"},
		{rate: 44100, channels: 2, args: "-m d -b 192"},
		{rate: 44100, channels: 2, args: "-m f -b 128"},
		{rate: 44100, channels: 2, args: "-b 128 -p"},
		{rate: 44100, channels: 2, args: "-b 128 --nores"},
		{rate: 44100, channels: 2, args: "-b 128 --noshort"},
		{rate: 44100, channels: 2, args: "-b 128 --allshort"},
		{rate: 44100, channels: 2, args: "--abr 110"},
		{rate: 44100, channels: 1, args: "-m m -b 64"},
		{rate: 44100, channels: 1, args: "-m m -V 2"},
		{rate: 48000, channels: 2, args: "-b 160"},
		{rate: 32000, channels: 2, args: "-b 320"},
		{rate: 48000, channels: 1, args: "-b 32 --resample 48"},
	}...)
	for _, rate := range []int{24000, 22050, 16000, 12000, 11025, 8000} {
		for _, kbps := range []int{8, 16, 24, 32, 64, 144, 160} {
			if rate < 16000 && kbps > 64 {
				continue
			}
			e := encoding{rate: rate, channels: 2, args: fmt.Sprintf("-m j -b %d --resample %g", kbps, float64(rate)/1000)}
			all = append(all, e)
		}
		all = append(all, encoding{rate: rate, channels: 1, args: fmt.Sprintf("-V 3 --resample %g", float64(rate)/1000)})
	}
	for _, kbps := range []int{33, 150, 350, 500, 640} {
		all = append(all, encoding{rate: 44100, channels: 2, args: fmt.Sprintf("--freeformat -b %d --resample 44.1", kbps)})
	}
	return append(all, encoding{rate: 22050, channels: 1, args: "--freeformat -b 100"})
}

// Files encoded by lame are decoded as by other decoders, with the original length.
func TestReference(t *testing.T) {
	lame, mpg123, ffmpeg := programs()
	if lame == "" || mpg123 == "" && ffmpeg == "" {
		t.Log("nothing to compare with: install lame and mpg123 or ffmpeg to run this")
		return
	}
	others := newReference(t, ffmpeg)
	for i, e := range encodings() {
		if testing.Short() && i%12 != 0 {
			continue
		}
		t.Run(fmt.Sprintf("%d/%d %s", e.rate, e.channels, e.args), func(t *testing.T) {
			t.Parallel()
			frames := e.rate + 317*i
			wave := filepath.Join(t.TempDir(), "in.wav")
			require.NoError(t, os.WriteFile(wave, waveFile(e.rate, e.channels, music(e.rate, e.channels, frames)), 0o666))
			path := others.path(i)
			args := append([]string{"--quiet"}, strings.Fields(e.args)...)
			run(t, lame, append(args, wave, path)...)
			data, err := os.ReadFile(path)
			require.NoError(t, err)

			info, out, d := decode(t, data)
			assert.Equal(t, e.rate, info.SampleRate)
			assert.Equal(t, e.channels, info.Channels)
			if bytes.Contains(data[:min(len(data), 1500)], []byte("LAME3.")) {
				assert.Equal(t, int64(frames), info.Frames)
				assert.Equal(t, LAMETag, info.Gapless)
			} else { // lame omits the header if a frame is too small for it
				assert.Less(t, info.BitRate, 63000)
				assert.Equal(t, NoSource, info.Gapless)
			}
			assert.Empty(t, info.Problems)
			assert.Empty(t, d.Concealed())
			if mpg123 != "" {
				same(t, "mpg123", out, floats(run(t, mpg123, "-q", "-e", "f32", "-s", path)))
			}
			// At 24 kHz ffmpeg (5.1) has a band edge at line 330 where 13818-3 has 332, and
			// no free format.
			if e.rate != 24000 && !info.FreeFormat {
				others.add(t, path, out)
			}
		})
	}
}

// reference compares the files of a test with ffmpeg's output: one ffmpeg for all, because
// starting it takes longer than its work. If that one fails each file gets its own.
type reference struct {
	ffmpeg string // "" without one
	dir    string

	mu    sync.Mutex
	files []decoded
}

// decoded is a file and this package's output for it.
type decoded struct {
	test, path string
	out        []float32
}

// newReference compares after the test and its parallel subtests have ended.
func newReference(t *testing.T, ffmpeg string) *reference {
	r := &reference{ffmpeg: ffmpeg, dir: t.TempDir()}
	t.Cleanup(func() { r.compare(t) })
	return r
}

// path is the name of the i-th file.
func (r *reference) path(i int) string { return filepath.Join(r.dir, fmt.Sprintf("%d.mp3", i)) }

func (r *reference) add(t *testing.T, path string, out []float32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files = append(r.files, decoded{t.Name(), path, out})
}

func (r *reference) compare(t *testing.T) {
	if r.ffmpeg == "" || len(r.files) == 0 {
		return
	}
	if _, err := r.decode(r.files); err != nil {
		for _, f := range r.files {
			if said, err := r.decode([]decoded{f}); err != nil {
				_ = os.Remove(f.path + ".raw")
				t.Logf("%s is left out: %v: %s", f.test, err, said)
			}
		}
	}
	for _, f := range r.files {
		if raw, err := os.ReadFile(f.path + ".raw"); err == nil {
			same(t, "ffmpeg: "+f.test, f.out, floats(raw))
		}
	}
}

func (r *reference) decode(files []decoded) (said []byte, err error) {
	in, out := []string{"-v", "error", "-y"}, []string(nil)
	for i, f := range files {
		in = append(in, "-f", "mp3", "-i", f.path)
		out = append(out, "-map", strconv.Itoa(i), "-f", "f32le", f.path+".raw")
	}
	return exec.Command(r.ffmpeg, append(in, out...)...).CombinedOutput()
}

// same compares the samples with another decoder's.
func same(t *testing.T, name string, ours, theirs []float32) {
	t.Helper()
	assert.Equal(t, len(ours), len(theirs), name)
	rms, worst := difference(ours, theirs)
	t.Logf("%s: rms %.2g, worst %.2g", name, rms, worst)
	assert.Less(t, worst, 1e-5, name)
}

// Streams that no encoder writes: intensity stereo, mixed blocks, all kinds of
// scale factors and gains.
func TestReferenceForged(t *testing.T) {
	_, mpg123, ffmpeg := programs()
	if mpg123 == "" && ffmpeg == "" {
		t.Log("nothing to compare with: install mpg123 or ffmpeg to run this")
		return
	}
	others := newReference(t, ffmpeg)
	for rate := range uint8(9) {
		if testing.Short() && rate%4 != 0 { // one rate of each version remains
			continue
		}
		for i, f := range []forge{
			{head: header{mode: modeMono}, blocks: []int{0, 1, 2, 3}},
			{head: header{mode: modeMono}, blocks: []int{1, 2, 3}, mixed: true},
			{head: header{mode: modeStereo}, blocks: []int{0, 1, 2, 3}},
			{head: header{mode: modeJoint, ext: 2}, blocks: []int{0, 2}},
			{head: header{mode: modeJoint, ext: 1}, blocks: []int{0, 1, 3}, intensity: true},
			{head: header{mode: modeJoint, ext: 1}, blocks: []int{2}, intensity: true},
			{head: header{mode: modeJoint, ext: 3}, blocks: []int{0, 1, 2, 3}, intensity: true},
		} {
			f.head.rate, f.head.version, f.head.bitrate = rate, version(rate/3), 14
			name := fmt.Sprintf("%d mode %d ext %d blocks %v mixed %v", f.head.sampleRate(), f.head.mode, f.head.ext, f.blocks, f.mixed)
			t.Run(name, func(t *testing.T) {
				f.Rand = rand.New(rand.NewPCG(uint64(rate), 1))
				data := f.stream(60)
				path := others.path(10*int(rate) + i)
				require.NoError(t, os.WriteFile(path, data, 0o666))
				_, out, d := decode(t, data)
				assert.Empty(t, d.Concealed())
				// No standard defines where the first region of a mixed block of MPEG-2.5 ends.
				if mpg123 != "" && !(f.mixed && f.head.version == mpeg25) {
					same(t, "mpg123", out, floats(run(t, mpg123, "-q", "-e", "f32", "-s", path)))
				}
				// ffmpeg (5.1) decodes normal blocks next to short ones differently, where the
				// standard requires a start or stop block between them; for 24 kHz see above.
				if rate != 4 && (len(f.blocks) == 1 || !slices.Contains(f.blocks, blockShort)) {
					others.add(t, path, out)
				}
			})
		}
	}
}
