package album

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/reading"
)

// mixed makes a folder of music in all common formats; "" without the programs that write
// them.
func mixed(t *testing.T) string {
	dir := t.TempDir()
	p := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.Mkdir(p("src"), 0o777))
	synth := func(name, rate, bits string) []string {
		return []string{"sox", "-R", "-D", "-n", "-r", rate, "-b", bits, "-c", "2", p("src/" + name), "synth", "4.5", "pluck", "E3", "pluck", "G3", "vol", "0.4"}
	}
	for _, cmd := range [][]string{
		synth("cd.wav", "44100", "16"), synth("hi.wav", "96000", "24"), synth("fl.wav", "44100", "32"),
		{"flac", "-sf", p("src/cd.wav"), "-o", p("01 It's \"one\".flac")}, {"flac", "-sf", p("src/hi.wav"), "-o", p("02 Größe.flac")},
		{"lame", "--quiet", "-V2", p("src/cd.wav"), p("03 音楽.mp3")}, {"lame", "--quiet", "-b128", p("src/cd.wav"), p("04 joint stereo.mp3")},
		{"oggenc", "-Q", p("src/cd.wav"), "-o", p("05 a b  c.ogg")}, {"opusenc", "--quiet", p("src/cd.wav"), p("06 $HOME;ls.opus")},
		{"sox", "-D", p("src/cd.wav"), p("07 'quoted'.aiff")}, {"sox", "-D", p("src/fl.wav"), "-e", "float", "-b", "32", p("08 #float%20.wav")},
		{"ffmpeg", "-v", "error", "-i", p("src/cd.wav"), "-c:a", "alac", p("09 - -i dash.m4a")}, {"ffmpeg", "-v", "error", "-i", p("src/cd.wav"), "-c:a", "aac", p("10 lossy.m4a")},
	} {
		if _, err := exec.LookPath(cmd[0]); err != nil {
			t.Skipf("%s is not installed", cmd[0])
			return ""
		}
		out, err := exec.Command(cmd[0], cmd[1:]...).CombinedOutput()
		if err != nil {
			t.Skipf("skipped: %v: %v: %s", cmd, err, out)
		}
	}
	require.NoError(t, os.RemoveAll(p("src")))
	return dir
}

// A folder of all formats: in order, complete, and with the relevant notes.
func TestMixedFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	dir := mixed(t)
	if dir == "" {
		return
	}
	a := open(t, nil, dir)
	assert.Equal(t, []string{`It's "one"`, "Größe", "音楽", "joint stereo", "a b  c", "$HOME;ls", "'quoted'", "#float%20", "-i dash", "lossy"}, titles(a))
	require.Len(t, a.Notes, 2, "the two that ffmpeg decodes have no checksums")
	for _, n := range a.Notes {
		assert.Equal(t, noteFile, n.Kind)
	}
	assert.Equal(t, "ffmpeg", a.Files[9].Via())
	assert.Equal(t, min(runtime.GOMAXPROCS(0), decode.FFmpegs), workers(a.Files), "the number of ffmpegs is limited")
	assert.Equal(t, min(runtime.GOMAXPROCS(0), maxDecoders), workers(a.Files[:9]))
	for i, tr := range a.Tracks {
		f := a.Files[i]
		assert.InDelta(t, 4.5, float64(f.Frames())/float64(f.Format().SampleRate), 0.03)
		src, err := tr.cut(nil)
		require.NoError(t, err)
		_, err = reading.Check(context.Background(), src, nil)
		assert.NoError(t, err, tr.Name)
	}

	// A truncated track: the album can't be opened, and the message contains the file and
	// position.
	path := filepath.Join(dir, "03 音楽.mp3")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data[:len(data)/2], 0o666))
	_, err = Open(context.Background(), []string{dir}, nil)
	require.ErrorIs(t, err, audio.ErrTruncated)
	assert.ErrorContains(t, err, "03 音楽.mp3: byte ")
}
