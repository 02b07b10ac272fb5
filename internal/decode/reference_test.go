package decode

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

func testdata(name string) string { return filepath.Join("testdata", name) }

// The fixtures, compared with other programs' output: see testdata/README.md.
func TestFixtures(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		kind       Kind
		encoding   pcm.Encoding
		most, rms  float64 // in steps of 16 bits; 0: exact
	}{
		{"signal.wav", "signal.wav", WAV, pcm.S16, 0, 0},
		{"signal.flac", "signal.wav", FLAC, pcm.S16, 0, 0},
		{"signal.aiff", "signal.wav", AIFF, pcm.S16, 0, 0},
		{"s24.flac", "s24.wav", FLAC, pcm.S24, 0, 0},
		{"signal.ogg", "signal.ogg.wav", Vorbis, pcm.F32, 1.01, 0.6},
		{"mono.ogg", "mono.ogg.wav", Vorbis, pcm.F32, 1.01, 0.6},
		{"damaged.ogg", "damaged.ogg.wav", Vorbis, pcm.F32, 1.01, 0.6},
		{"floor0even.ogg", "floor0even.ogg.wav", Vorbis, pcm.F32, 1.01, 0.6},
		{"floor0odd.ogg", "floor0odd.ogg.wav", Vorbis, pcm.F32, 1.01, 0.6},
		{"signal.opus", "signal.opus.wav", Opus, pcm.F32, 2, 0.7},
		{"signal.mp3", "signal.mp3.wav", MP3, pcm.F32, 1.01, 0.6},
	} {
		f := open(t, testdata(tc.name))
		assert.Equal(t, tc.kind, f.Kind())
		assert.Equal(t, tc.encoding, f.Format().Encoding, tc.name)
		assert.Equal(t, testdata(tc.name), f.Name())
		assert.Empty(t, f.Via())
		assert.Empty(t, f.Note())
		assert.Equal(t, tc.kind == WAV || tc.kind == AIFF, f.Direct())
		near(t, wave(t, testdata(tc.want)), f, tc.most, tc.rms, tc.name)
		assert.Equal(t, readAll(t, f), readAll(t, f), "a second reading is the same")
		assert.NoError(t, f.Changed())
		assert.Zero(t, f.Concealed())
		assert.True(t, Known(testdata(tc.name)))
	}
}

func TestContentNotName(t *testing.T) {
	for name, kind := range map[string]Kind{"signal.flac": FLAC, "signal.mp3": MP3, "signal.ogg": Vorbis, "signal.wav": WAV, "signal.aiff": AIFF} {
		path := write(t, "it's a \"new\" name, für 音.wma", fixture(t, name))
		f := open(t, path)
		assert.Equal(t, kind, f.Kind())
		assert.NoError(t, check(path))
	}
}

// The files made by the FLAC working group, compared with the flac program. The comments in
// the table describe the expected result of the others.
func TestFLACCorpus(t *testing.T) {
	dir := corpus(t, "flac")
	if dir == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.flac"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	refused := map[string]string{
		"uncommon-01": "the sample rate changes from 32000 to 24000 Hz in the middle of the file",
		"uncommon-02": "the number of channels changes from 1 to 2 in the middle of the file",
		"uncommon-03": "the number of channels changes from 4 to 2 in the middle of the file",
		"uncommon-04": "the samples change from 16 to 8 bits in the middle of the file",
		"faulty-03":   "the stream info says 24 bits, but the first frame 16",
		"faulty-04":   "the stream info says 5 channels, but the first frame 1",
	}
	for _, path := range files {
		name := filepath.Base(path)
		reason := ""
		for prefix, text := range refused {
			if strings.HasPrefix(name, prefix) {
				reason = text
			}
		}
		if reason != "" {
			err := check(path)
			assert.ErrorContains(t, err, path)
			assert.ErrorContains(t, err, reason)
			continue
		}
		f := open(t, path)
		// flac and ffmpeg refuse the file whose metadata lies about its size, and decode
		// nothing of one without a stream info.
		if !tools(t, "flac") || strings.HasPrefix(name, "faulty-11") || strings.HasPrefix(name, "faulty-06") {
			assert.NoError(t, check(path), "the MD5, if there is one, is right")
			continue
		}
		t.Run(name, func(t *testing.T) {
			// flac refuses the files that begin with a frame, and within one, and stops at a
			// count that is too small; ffmpeg doesn't.
			ref := filepath.Join(t.TempDir(), "ref.wav")
			if strings.HasPrefix(name, "uncommon-10") || strings.HasPrefix(name, "uncommon-11") || strings.HasPrefix(name, "faulty-05") {
				if !tools(t, "ffmpeg") {
					return
				}
				run(t, "ffmpeg", "-v", "quiet", "-f", "flac", "-i", path, ref)
			} else {
				run(t, "flac", "-sdf", path, "-o", ref)
			}
			same(t, wave(t, ref), f, name)
		})
	}
}

// Files made here, compared with the tools' own decoders: bit rates and formats that the
// fixtures lack.
func TestAgainstTools(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "sox", "flac", "oggenc", "oggdec", "opusenc", "opusdec") {
		return
	}
	dir := t.TempDir()
	p := func(name string) string { return filepath.Join(dir, name) }
	synth := func(name string, rate, bits, channels string) string {
		run(t, "sox", "-R", "-D", "-n", "-r", rate, "-b", bits, "-c", channels, p(name), "synth", "2.37", "pluck", "E3", "pinknoise", "vol", "0.4")
		return p(name)
	}
	cd := synth("cd.wav", "44100", "16", "2")
	for _, tc := range [][]string{
		{synth("mono8.wav", "8000", "8", "1")}, {cd, "-0"}, {cd, "-8", "--lax", "-l", "32"}, {cd, "-b", "16"}, {cd, "-5", "-r", "0,0"},
		{synth("six.wav", "48000", "24", "6")}, {synth("hi.wav", "192000", "24", "2"), "--lax"}, {synth("odd.wav", "44101", "16", "2"), "--lax"},
	} {
		t.Run("flac", func(t *testing.T) {
			run(t, "flac", append(tc[1:], "-sf", tc[0], "-o", p("x.flac"))...)
			same(t, wave(t, tc[0]), open(t, p("x.flac")), tc)
		})
	}
	for _, tc := range [][]string{{cd, "-q6"}, {cd, "-q-1"}, {synth("m96.wav", "96000", "16", "1"), "-q4"}} {
		t.Run("vorbis", func(t *testing.T) {
			run(t, "oggenc", "-Q", tc[1], tc[0], "-o", p("x.ogg"))
			run(t, "oggdec", "-Q", p("x.ogg"), "-o", p("y.wav"))
			near(t, wave(t, p("y.wav")), open(t, p("x.ogg")), 1.01, 0.6, tc)
		})
	}
	for _, tc := range [][]string{{cd, "128"}, {cd, "32"}, {synth("m48.wav", "48000", "16", "1"), "64"}} {
		t.Run("opus", func(t *testing.T) {
			run(t, "opusenc", "--quiet", "--bitrate", tc[1], tc[0], p("x.opus"))
			run(t, "opusdec", "--quiet", "--rate", "48000", "--no-dither", p("x.opus"), p("y.wav"))
			most, rms := 2.01, 0.7
			if tc[1] == "32" { // SILK below 8 kHz: its conversion to 48 kHz is left to the decoder
				most, rms = 150, 20
			}
			near(t, wave(t, p("y.wav")), open(t, p("x.opus")), most, rms, tc)
		})
	}
	for _, name := range []string{"x.aiff", "x.aifc"} {
		for _, src := range []string{cd, p("six.wav"), p("mono8.wav")} {
			t.Run(name, func(t *testing.T) {
				run(t, "sox", "-D", src, p(name))
				same(t, wave(t, src), open(t, p(name)), name, src)
			})
		}
	}
}

// Other formats are decoded by ffmpeg, without loss if they are lossless.
func TestThroughFFmpeg(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg", "sox") {
		return
	}
	f := open(t, testdata("signal.m4a"))
	assert.Equal(t, Kind("M4A (MP4)"), f.Kind())
	assert.Equal(t, "ffmpeg", f.Via())
	assert.Equal(t, pcm.S16, f.Format().Encoding)
	assert.Equal(t, Tags{Title: "Sígnal", Performer: "One", Track: 3, Tracks: 12}, f.Tags())
	same(t, wave(t, testdata("signal.wav")), f)

	dir := t.TempDir()
	p := func(name string) string { return filepath.Join(dir, name) }
	run(t, "sox", "-D", "-n", "-r", "48000", "-c", "6", p("six.wav"), "synth", "0.2", "sine", "500")
	args := []string{"-v", "error", "-i", testdata("signal.wav"), "-i", testdata("s24.wav"), "-i", p("six.wav"),
		"-map", "1", "-c:a", "alac", "-sample_fmt", "s32p", p("24.m4a"), "-map", "2", "-c:a", "libopus", p("six.opus"),
		"-map", "0", "-c:a", "adpcm_ms", p("adpcm.wav"), "-map", "0", "-c:a", "pcm_mulaw", "-f", "aiff", p("ulaw.aifc")}
	lossless, lossy := []string{"a.caf", "a.au", "a.w64", "a.mka", "a.wv", "a.tta"}, []string{"a.aac", "a.wma", "a.mp2", "a.ac3"}
	for _, name := range slices.Concat(lossless, lossy) {
		args = append(args, "-map", "0", p(name))
	}
	run(t, "ffmpeg", args...)
	f = open(t, p("24.m4a"))
	assert.Equal(t, pcm.S24, f.Format().Encoding)
	same(t, wave(t, testdata("s24.wav")), f)
	for _, name := range lossless {
		f := open(t, p(name))
		assert.Equal(t, map[bool]string{false: "ffmpeg"}[f.Direct()], f.Via(), name)
		assert.Equal(t, name == "a.caf" || name == "a.au" || name == "a.w64", f.Direct(), name)
		switch name {
		case "a.mka": // Vorbis inside
		case "a.w64": // FFmpeg counts the bytes that pad its audio
			assert.InDelta(t, 6615, f.Frames(), 1)
		default:
			same(t, wave(t, testdata("signal.wav")), f, name)
		}
	}
	for _, name := range lossy {
		f := open(t, p(name))
		assert.Equal(t, "ffmpeg", f.Via(), name)
		assert.Equal(t, pcm.F32, f.Format().Encoding|pcm.F32, name)
		assert.InDelta(t, 6615, f.Frames(), 4000, name)
	}
	// Surround in Ogg, WAV and AIFF with other codings.
	assert.Equal(t, 6, open(t, p("six.opus")).Format().Channels)
	assert.Equal(t, "ffmpeg", open(t, p("adpcm.wav")).Via())
	assert.Equal(t, "ffmpeg", open(t, p("ulaw.aifc")).Via())

	r, err := f.Open() // ended early: no process stays
	require.NoError(t, err)
	_, err = r.Read(make([]byte, 10))
	require.NoError(t, err)
	require.NoError(t, r.Close())
	_, err = r.Read(make([]byte, 4<<20))
	assert.Error(t, err)
}

// ffmpeg continues after damage and succeeds; here that is an error.
func TestDamageBehindFFmpeg(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg") {
		return
	}
	data := fixture(t, "signal.m4a")
	for i := 5000; i < 9000; i++ {
		data[i] = 0xA5
	}
	err := check(write(t, "x.m4a", data))
	require.ErrorIs(t, err, audio.ErrCorrupt)
	assert.ErrorContains(t, err, "ffmpeg ")
	assert.ErrorContains(t, err, "x.m4a")
	err = check(write(t, "x.m4a", fixture(t, "signal.m4a")[:9000]))
	assert.Error(t, err)
	err = check(write(t, "x.bin", []byte("\x00\x01\x02nothing at all\x00\x00\x00\x00\x00")))
	require.ErrorIs(t, err, audio.ErrNotAudio)
	assert.ErrorContains(t, err, "detected from the content, not the file name")
	// A film without sound.
	path := filepath.Join(t.TempDir(), "film.mp4")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=size=16x16:duration=0.2", "-c:v", "mpeg4", path)
	err = check(path)
	require.ErrorIs(t, err, audio.ErrFFmpeg)
	assert.ErrorContains(t, err, "it has no audio stream")
}

// ffmpeg is never needed for the formats that redbook decodes; if it is missing, the error
// says so.
func TestWithoutFFmpeg(t *testing.T) {
	without(t)
	for _, name := range []string{"signal.wav", "signal.flac", "signal.ogg", "signal.opus", "signal.mp3", "signal.aiff"} {
		assert.NoError(t, check(testdata(name)), name)
	}
	err := check(testdata("signal.m4a"))
	require.ErrorIs(t, err, audio.ErrUnsupported)
	assert.ErrorContains(t, err, "signal.m4a: M4A (MP4): redbook needs ffmpeg to decode this, and ffmpeg is not installed")
	err = check(write(t, "x.dat", []byte("\x00\x01\x02\x03\x04\x05\x06\x07\x00\x00\x00")))
	require.ErrorIs(t, err, audio.ErrNotAudio)
	assert.ErrorContains(t, err, "ffmpeg, which decodes more formats, is not installed")
}

func TestChanged(t *testing.T) {
	path := write(t, "x.flac", fixture(t, "signal.flac"))
	f := open(t, path)
	require.NoError(t, os.WriteFile(path, fixture(t, "s24.flac"), 0o666))
	assert.ErrorIs(t, f.Changed(), pcm.ErrChanged)
	_, err := f.Open()
	assert.ErrorIs(t, err, pcm.ErrChanged)
	require.NoError(t, os.Remove(path))
	assert.ErrorIs(t, f.Changed(), pcm.ErrChanged)
	_, err = f.Open()
	assert.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, fixture(t, "signal.flac"), 0o666))
	assert.ErrorIs(t, f.Changed(), pcm.ErrChanged, "another file of the same size")

	path = write(t, "x.aiff", fixture(t, "signal.aiff"))
	f = open(t, path)
	require.NoError(t, os.Truncate(path, 1000))
	_, err = f.Open()
	assert.ErrorIs(t, err, pcm.ErrChanged)
}
