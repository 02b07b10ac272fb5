package audio

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// field gives a file of the corpus of inputs that went wrong somewhere, "" if there is
// none.
func field(t *testing.T, name string) string {
	dir := corpus(t, "field")
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

// Files from the field, with what is right in their README.
func TestFieldFiles(t *testing.T) {
	if field(t, "") == "" {
		return
	}
	for _, name := range []string{"cut-off/mp2-70.mp2", "cut-off/oggflac-70.oga", "cut-off/wav-mulaw-70.wav"} {
		if !strings.HasSuffix(name, ".oga") && !tools(t, "ffmpeg") {
			continue
		}
		err := check(field(t, name))
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), "byte", name)
	}
	if tools(t, "ffmpeg") {
		assert.ErrorIs(t, check(field(t, "damaged/wavpack-damaged.wv")), ErrCorrupt)
	}
	f := open(t, field(t, "wav-partial-frame/one-byte-more.wav"))
	assert.Equal(t, int64(44100), f.Frames())
	assert.Contains(t, f.Note(), "after the last whole sample frame")
	readAll(t, f)

	f = open(t, field(t, "ogg-padding-between-pages/x.ogg"))
	assert.Equal(t, int64(5*44100), f.Frames())
	assert.Contains(t, f.Note(), "2049 bytes between its Ogg pages")
	if tools(t, "oggdec") {
		ref := filepath.Join(t.TempDir(), "ref.wav")
		run(t, "oggdec", "-Q", field(t, "ogg-padding-between-pages/x.ogg"), "-o", ref)
		near(t, wave(t, ref), f, 1.01, 0.6)
	}
}

// containers are what ffmpeg can write here, each with a coding that this package
// leaves to it or decodes in a container of its own.
var containers = []struct {
	name string
	args string
}{
	{"mulaw.wav", "-c:a pcm_mulaw"}, {"adpcm.wav", "-c:a adpcm_ms"}, {"mp3.wav", "-c:a libmp3lame"}, {"mp2.wav", "-c:a mp2"}, {"ac3.wav", "-c:a ac3"},
	{"alaw.aiff", "-c:a pcm_alaw"}, {"ima.aiff", "-c:a adpcm_ima_qt"},
	{"pcm.au", "-c:a pcm_s16be"}, {"pcm.w64", "-c:a pcm_s16le"}, {"alac.caf", "-c:a alac"}, {"mulaw.caf", "-c:a pcm_mulaw"},
	{"flac.oga", "-c:a flac"}, {"speex.spx", "-ar 16000 -ac 1 -c:a libspeex"}, {"six.opus", "-ac 6 -c:a libopus"}, {"six.ogg", "-ac 6 -c:a libvorbis"},
	{"a.mp2", ""}, {"a.ac3", ""}, {"a.eac3", ""}, {"a.dts", "-strict -2"}, {"a.aac", ""},
	{"a.tta", ""}, {"a.wv", ""}, {"a.wma", "-c:a wmav2"},
	{"aac.m4a", ""}, {"alac.m4a", "-c:a alac"}, {"fast.m4a", "-movflags +faststart"}, {"frag.m4a", "-movflags frag_keyframe+empty_moov -frag_duration 200000"}, {"a.3gp", "-c:a aac"}, {"pcm.mov", "-c:a pcm_s16le"},
	{"flac.mka", "-c:a flac"}, {"aac.mka", "-c:a aac"}, {"opus.webm", "-c:a libopus"}, {"a.flv", "-c:a aac"}, {"mp2.ts", "-c:a mp2"}, {"mp3.avi", "-c:a libmp3lame"},
}

// Whatever ffmpeg decodes is refused where it is cut off, or the plan says that nothing
// can tell. Two files in one are refused, or played one after the other.
func TestCutOffContainers(t *testing.T) {
	if testing.Short() {
		t.Log("skipped: starts many programs")
		return
	}
	if !tools(t, "ffmpeg") {
		return
	}
	for _, c := range containers {
		path := filepath.Join(t.TempDir(), c.name)
		args := append(append([]string{"-v", "error", "-i", testdata("signal.wav"), "-af", "apad=pad_dur=0.5"}, strings.Fields(c.args)...), path)
		if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
			t.Logf("%s skipped: this ffmpeg can't write it: %s", c.name, lastLine(string(out)))
			continue
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		f := open(t, path)
		whole := readAll(t, f)
		for _, percent := range []int{30, 70, 97} {
			cut := write(t, fmt.Sprintf("cut at %d %s", percent, c.name), data[:len(data)*percent/100])
			f, err := Open(cut)
			if err != nil {
				continue
			}
			if len(readAll(t, f)) < len(whole) {
				assert.Contains(t, f.Note(), "tells whether all of it is there", filepath.Base(cut))
			}
		}
		f, err = Open(write(t, "twice "+c.name, append(data[:len(data):len(data)], data...)))
		if err == nil && f.Note() == "" {
			assert.Greater(t, len(readAll(t, f)), len(whole)*3/2, "%s twice", c.name)
		}
	}
}
