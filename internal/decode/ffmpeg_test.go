package decode

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// fakeFFmpeg is the variable that makes the test binary behave like ffmpeg, for tests of
// its messages on machines without it. Its value is a scenario.
const fakeFFmpeg = "REDBOOK_FAKE_FFMPEG"

func TestMain(m *testing.M) {
	if scenario := os.Getenv(fakeFFmpeg); scenario != "" {
		os.Exit(actFFmpeg(scenario, os.Args[1:]))
	}
	code := m.Run()
	if containersDir != "" {
		os.RemoveAll(containersDir)
	}
	os.Exit(code)
}

// fakeFrames are the frames of the fake, of 24 bits and two channels.
const fakeFrames = 3000

// actFFmpeg acts like ffmpeg in the two ways in which it is started.
func actFFmpeg(scenario string, args []string) int {
	at := slices.Index(args, "-i")
	if at < 0 || !strings.HasPrefix(args[at+1], "file:/") && runtime.GOOS != "windows" ||
		!slices.Contains(args, "file,pipe") || !slices.Contains(args, "-nostdin") || !slices.Contains(args[:at], "-max_alloc") {
		os.Stderr.WriteString("wrong arguments\n")
		return 9
	}
	switch {
	case slices.Contains(args, "ffmetadata"):
		if rc := fakeProbe(scenario); rc != 0 || scenario == "no tags" {
			return 1
		}
		os.Stdout.WriteString(";FFMETADATA1\ntitle=A \\= B\nartist=C\nISRC=USABC1234567\n[CHAPTER]\ntitle=no\n")
		return 0
	case !slices.Contains(args, "pcm_s24le"):
		os.Stderr.WriteString("24 bits were there\n")
		return 9
	}
	return fakeDecode(scenario)
}

func fakeProbe(scenario string) int {
	os.Stderr.WriteString("Input #0, mov,mp4, from 'x':\n")
	switch scenario {
	case "film":
		os.Stderr.WriteString("  Stream #0:0: Video: h264, yuv420p\nOutput #0, ffmetadata, to 'pipe:1':\n")
	case "empty":
		os.Stderr.WriteString("Output #0, ffmetadata, to 'pipe:1':\nOutput file is empty, nothing was encoded\n")
	case "nonsense":
		os.Stderr.WriteString("file:/tmp/x: Invalid data found when processing input\n")
		return 1
	default:
		os.Stderr.WriteString("  Stream #0:0[0x1](und): Audio: alac (alac / 0x63616C61), 48000 Hz, stereo, s32p (24 bit), 2304 kb/s (default)\n" +
			"Output #0, ffmetadata, to 'pipe:1':\n")
	}
	return 0
}

// fakeDecode writes a WAV file as ffmpeg does into a pipe, with unknown sizes.
func fakeDecode(scenario string) int {
	if scenario == "nothing" {
		return 0
	}
	h := []byte("RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00")
	h = binary.LittleEndian.AppendUint32(h, 48000)
	h = binary.LittleEndian.AppendUint32(h, 48000*6)
	h = append(h, "\x06\x00\x18\x00data\xFF\xFF\xFF\xFF"...)
	out := bufio.NewWriter(os.Stdout)
	out.Write(h)
	frames := fakeFrames
	switch scenario {
	case "cut":
		frames /= 2
	case "endless":
		frames = 1 << 30
	}
	for i := range frames {
		if _, err := out.Write([]byte{byte(i), byte(i >> 8), 1, 2, byte(i), 3}); err != nil {
			return 1
		}
		if scenario == "complains" && i == frames/2 {
			out.Flush()
			os.Stderr.WriteString("[alac @ 0x55d0c0ffee] invalid samples per frame: 999\nand more\n")
		}
	}
	if out.Flush() != nil {
		return 1
	}
	if scenario == "fails" {
		return 7
	}
	return 0
}

// withFake replaces any ffmpeg by the fake and returns a file for it.
func withFake(t *testing.T, scenario string) string {
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	name := filepath.Join(dir, "ffmpeg")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if os.Link(self, name) != nil {
		data, err := os.ReadFile(self)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, data, 0o700))
	}
	t.Setenv("PATH", dir)
	t.Setenv(fakeFFmpeg, scenario)
	return write(t, "song.m4a", []byte("\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00aaaaaaaaaaaaaaaa\x00\x00\x00\x08moov"))
}

// The output of ffmpeg is used as it is: format, length by counting, tags.
func TestFakeFFmpeg(t *testing.T) {
	f := open(t, withFake(t, "good"))
	assert.Equal(t, Kind("M4A (MP4)"), f.Kind())
	assert.Equal(t, "ffmpeg", f.Via())
	assert.Contains(t, f.Note(), "no checksum", "ALAC has none")
	assert.Equal(t, pcm.Format{SampleRate: 48000, Channels: 2, Encoding: pcm.S24}, f.Format())
	assert.Equal(t, int64(fakeFrames), f.Frames())
	assert.Equal(t, Tags{Title: "A = B", Performer: "C", ISRC: "USABC1234567"}, f.Tags())
	data := readAll(t, f)
	require.Len(t, data, 6*fakeFrames)
	assert.Equal(t, []byte{0x0A, 1, 1, 2, 0x0A, 3}, data[6*266:][:6])

	assert.Equal(t, Tags{}, open(t, withFake(t, "no tags")).Tags(), "missing tags are not an error")
}

// An error message of ffmpeg, or an abnormal end, is an error that quotes it.
func TestFakeFFmpegFails(t *testing.T) {
	for scenario, want := range map[string]string{
		"film":      "ffmpeg can't read it: it has no audio stream",
		"empty":     "ffmpeg can't read it: it has no audio stream",
		"nonsense":  "ffmpeg can't read it: Invalid data found when processing input",
		"nothing":   "ffmpeg ended early",
		"complains": "ffmpeg says: invalid samples per frame: 999",
		"fails":     "ffmpeg can't decode it from here on (exit status 7)",
	} {
		path := withFake(t, scenario)
		_, err := Open(path)
		assert.ErrorIs(t, err, audio.ErrFFmpeg, scenario)
		assert.ErrorContains(t, err, path+": ", scenario)
		assert.ErrorContains(t, err, want, scenario)
	}
}

// If it delivers less, or other data, the second time, that is an error.
func TestFakeFFmpegChangesItsMind(t *testing.T) {
	f := open(t, withFake(t, "good"))
	t.Setenv(fakeFFmpeg, "cut")
	_, err := reading.Check(context.Background(), f, nil)
	assert.ErrorIs(t, err, pcm.ErrShort)
	assert.ErrorIs(t, err, audio.ErrTruncated)
	t.Setenv(fakeFFmpeg, "endless")
	_, err = reading.Check(context.Background(), f, nil)
	assert.ErrorIs(t, err, pcm.ErrLong)
	t.Setenv(fakeFFmpeg, "complains")
	_, err = reading.Check(context.Background(), f, nil)
	assert.ErrorIs(t, err, audio.ErrCorrupt)
	assert.ErrorContains(t, err, "invalid samples per frame")
}

// Every ffmpeg process ends with its reader, or with the context.
func TestFakeFFmpegEnds(t *testing.T) {
	f := open(t, withFake(t, "good"))
	t.Setenv(fakeFFmpeg, "endless")
	r, err := f.Open()
	require.NoError(t, err)
	_, err = io.ReadFull(r, make([]byte, 100))
	require.NoError(t, err)
	require.NoError(t, r.Close(), "it waits until ffmpeg has ended")
	_, err = r.Read(make([]byte, 1))
	assert.Error(t, err)

	_, err = Open(f.Name())
	assert.ErrorIs(t, err, audio.ErrCorrupt, "more than such a file can contain")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = OpenContext(ctx, f.Name())
	assert.ErrorIs(t, err, context.Canceled)
}
