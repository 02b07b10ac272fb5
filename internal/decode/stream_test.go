package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// shift adds to the position of every page that has one.
func shift(data []byte, by int64) []byte {
	data = bytes.Clone(data)
	for at := bytes.Index(data, []byte("OggS")); at >= 0; {
		p := data[at+6:]
		if g := int64(binary.LittleEndian.Uint64(p)); g > 0 {
			binary.LittleEndian.PutUint64(p, uint64(g+by))
		}
		next := bytes.Index(data[at+4:], []byte("OggS"))
		if next < 0 {
			break
		}
		at += 4 + next
	}
	return oggFix(data)
}

// A stream cut out of a longer one begins at a position above 0, and all of it is decoded.
// Vorbis may also specify that its beginning is to be cut off (Vorbis I, A.2).
func TestOggOffsets(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes")
	}
	if !tools(t, "sox", "oggenc", "opusenc") { // with several pages of audio
		return
	}
	dir := t.TempDir()
	p := func(name string) string { return filepath.Join(dir, name) }
	run(t, "sox", "-R", "-D", "-n", "-r", "44100", "-b", "16", "-c", "2", p("x.wav"), "synth", "4", "pluck", "E3", "pinknoise", "vol", "0.4")
	run(t, "oggenc", "-Q", p("x.wav"), "-o", p("x.ogg"))
	run(t, "opusenc", "--quiet", p("x.wav"), p("x.opus"))
	for _, name := range []string{"x.ogg", "x.opus"} {
		plain := open(t, p(name))
		data := readFile(t, p(name))
		moved := open(t, write(t, name, shift(data, 1<<33)))
		assert.Equal(t, plain.Frames(), moved.Frames())
		assert.Equal(t, readAll(t, plain), readAll(t, moved), name)
	}
	data := readFile(t, p("x.ogg"))
	cut := open(t, write(t, "x.ogg", shift(data, -500)))
	assert.Equal(t, int64(4*44100-500), cut.Frames())
	assert.Equal(t, readAll(t, open(t, p("x.ogg")))[8*500:], readAll(t, cut))
	_, err := Open(write(t, "x.opus", shift(readFile(t, p("x.opus")), -500)))
	assert.ErrorContains(t, err, "starts 500 samples before position 0")
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// Many concurrent readings of one File give the same, and don't disturb each other.
func TestConcurrentReadings(t *testing.T) {
	for _, name := range []string{"signal.flac", "signal.ogg", "signal.opus", "signal.mp3", "signal.aiff", "signal.wav"} {
		f := open(t, testdata(name))
		want, err := reading.Check(context.Background(), f, nil)
		require.NoError(t, err)
		var group sync.WaitGroup
		digests := make([]reading.Digest, 8)
		for i := range digests {
			group.Go(func() {
				if i%2 == 1 { // some are abandoned
					r, err := f.Open()
					if err != nil {
						return
					}
					_, _ = io.CopyN(io.Discard, r, 4000)
					_ = r.Close()
				}
				digests[i], _ = reading.Check(context.Background(), f, nil)
			})
		}
		group.Wait()
		for _, d := range digests {
			assert.Equal(t, want, d, name)
		}
	}
}

// Small reads give the same bytes as large ones.
func TestSmallReads(t *testing.T) {
	for _, name := range []string{"signal.flac", "signal.ogg", "signal.opus", "signal.mp3", "signal.aiff"} {
		f := open(t, testdata(name))
		want := readAll(t, f)
		for _, size := range []int{1, 3, 1000} {
			r, err := f.Open()
			require.NoError(t, err)
			var got []byte
			p := make([]byte, size)
			for {
				n, err := r.Read(p)
				got = append(got, p[:n]...)
				if err == io.EOF {
					break
				}
				require.NoError(t, err)
			}
			require.NoError(t, r.Close())
			assert.True(t, bytes.Equal(want, got), "%s by %d", name, size)
			n, err := r.Read(nil)
			assert.Zero(t, n)
			assert.Equal(t, io.EOF, err, "stays at its end")
		}
	}
}

// A Section of a file without its beginning, and one that ends before the file does.
func TestSections(t *testing.T) {
	for _, name := range []string{"signal.flac", "signal.ogg", "signal.opus", "signal.mp3", "signal.aiff", "signal.wav"} {
		f := open(t, testdata(name))
		all := readAll(t, f)
		frame := f.Format().FrameBytes()
		for _, span := range [][2]int64{{0, 100}, {1, 4000}, {6000, 600}, {f.Frames(), 0}} {
			part, err := pcm.Section("part", f, span[0], span[1])
			require.NoError(t, err)
			assert.Equal(t, all[span[0]*int64(frame):(span[0]+span[1])*int64(frame)], readAll(t, part), name)
		}
	}
}

// memory returns how much a function leaves allocated in all.
func memory(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// No header can make redbook reserve more than a few megabytes.
func TestMemoryIsBounded(t *testing.T) {
	without(t)
	big := []byte{0xFF, 0xFF, 0xFF, 0xFF}
	ogg := fixture(t, "signal.ogg")
	comments := bytes.Index(ogg, []byte("\x03vorbis"))
	books := bytes.Index(ogg, []byte("\x05vorbis")) + 8
	for name, data := range map[string][]byte{
		"AIFF length":             aifc("NONE", 64, 32, 0xFFFFFFFF, make([]byte, 64)),
		"AIFF chunk":              form("AIFF", append([]byte("ID3 "), big...), id3(3)),
		"ID3 tag":                 append([]byte("ID3\x03\x00\x00\x7F\x7F\x7F\x7F"), make([]byte, 100)...),
		"FLAC block":              append([]byte("fLaC\x84"), append(big[:3:3], make([]byte, 100)...)...),
		"Vorbis comments":         oggFix(at(ogg, comments+7, big...)),
		"Vorbis number":           oggFix(at(ogg, comments+11+int(ogg[comments+7]), big...)),
		"Vorbis codebook entries": oggFix(at(ogg, books+5, big[:3]...)),
		"Vorbis dimensions":       oggFix(at(ogg, books+3, big[:2]...)),
		"Opus":                    oggFix(at(fixture(t, "signal.opus"), 28+9, 0xFF)),
		"WAV":                     at(fixture(t, "signal.wav"), 40, big...),
		"MP3 frames":              at(fixture(t, "signal.mp3"), bytes.Index(fixture(t, "signal.mp3"), []byte("Xing"))+8, big...),
	} {
		path := write(t, "x", data)
		used := memory(func() { _ = check(path) })
		assert.Less(t, used, uint64(24<<20), name)
	}
}

// In steady state decoding hardly allocates: our own decoders nothing at all, the Opus
// library now and then. FLAC allocates for another decoding method when it reaches its last
// frame.
func TestAllocationsPerSecond(t *testing.T) {
	for name, most := range map[string]float64{
		"signal.wav": 0, "signal.aiff": 0, "signal.flac": 400, "signal.mp3": 0, "signal.ogg": 0, "signal.opus": 500,
	} {
		// The count covers the whole process, including the runtime's own now and then. Ours would be in each of
		// five.
		least := allocsPerSecond(t, name)
		for range 4 {
			least = min(least, allocsPerSecond(t, name))
		}
		assert.LessOrEqual(t, least, most, name)
	}
}

// allocsPerSecond decodes the first eight hundredths of a second of a file and counts the allocations of the next two.
func allocsPerSecond(t *testing.T, name string) float64 {
	f := open(t, testdata(name))
	r, err := f.Open()
	require.NoError(t, err)
	p := make([]byte, f.Format().FrameBytes()*f.Format().SampleRate/100)
	for range 6 { // buffers come with the first frames
		_, err = io.ReadFull(r, p)
		require.NoError(t, err)
	}
	allocs := testing.AllocsPerRun(1, func() {
		for range 2 { // hundredths of a second
			_, _ = io.ReadFull(r, p)
		}
	})
	require.NoError(t, r.Close())
	return allocs * 50
}

// 4 to 32 bits and unusual rates, as written by flac 1.4.
func TestFLACBits(t *testing.T) {
	if !tools(t, "flac") {
		return
	}
	dir := t.TempDir()
	raw := make([]byte, 4*3000)
	for i := range raw {
		raw[i] = byte(i * i >> 3)
	}
	for _, bits := range []int{8, 16, 24, 32} {
		for _, channels := range []int{1, 2, 8} {
			in, out := write(t, "x.raw", raw[:3000/channels*channels*bits/8]), filepath.Join(dir, "x.flac")
			run(t, "flac", "-sf", "--lax", "--force-raw-format", "--endian=little", "--sign=signed", "--sample-rate=655350",
				fmt.Sprintf("--bps=%d", bits), fmt.Sprintf("--channels=%d", channels), in, "-o", out)
			f := open(t, out)
			assert.Equal(t, 655350, f.Format().SampleRate)
			got := readAll(t, f)
			if bits == 8 { // delivered as 16, the lower byte 0
				var narrow []byte
				for i := 1; i < len(got); i += 2 {
					assert.Zero(t, got[i-1])
					narrow = append(narrow, got[i])
				}
				got = narrow
			}
			assert.True(t, bytes.Equal(readFile(t, in), got), "%d bits, %d channels", bits, channels)
		}
	}
}

// Speed relative to real time, from file to samples, with all checks: decoding has to keep
// up with the drive. The files are half a minute of pink noise and strings.
func BenchmarkDecode(b *testing.B) {
	dir := b.TempDir()
	p := func(name string) string { return filepath.Join(dir, name) }
	for _, cmd := range [][]string{
		{"sox", "-R", "-D", "-n", "-r", "44100", "-b", "16", "-c", "2", p("cd.wav"), "synth", "30", "pluck", "E3", "pinknoise", "vol", "0.4"},
		{"sox", "-R", "-D", "-n", "-r", "96000", "-b", "24", "-c", "2", p("hi.wav"), "synth", "30", "pluck", "E3", "pinknoise", "vol", "0.4"},
		{"sox", "-D", p("cd.wav"), p("cd.aiff")}, {"flac", "-sf", p("cd.wav")}, {"flac", "-sf", p("hi.wav")}, {"oggenc", "-Q", "-q6", p("cd.wav")},
		{"opusenc", "--quiet", p("cd.wav"), p("cd.opus")}, {"lame", "--quiet", "-V2", p("cd.wav"), p("cd.mp3")},
	} {
		if out, err := exec.Command(cmd[0], cmd[1:]...).CombinedOutput(); err != nil {
			b.Logf("skipped: %v: %v: %s", cmd, err, out)
			return
		}
	}
	for _, name := range []string{"cd.wav", "cd.aiff", "cd.flac", "hi.flac", "cd.ogg", "cd.opus", "cd.mp3"} {
		b.Run(name, func(b *testing.B) {
			f, err := Open(p(name))
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := reading.Check(context.Background(), f, nil); err != nil {
					b.Fatal(err)
				}
			}
			seconds := float64(f.Frames()) / float64(f.Format().SampleRate)
			b.ReportMetric(seconds*float64(b.N)/b.Elapsed().Seconds(), "x-realtime")
		})
	}
}
