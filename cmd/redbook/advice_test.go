package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
)

func TestSameLineOn(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"burn", "--device", "sim:a.disc", "x.wav"}, "redbook burn --device sim:b.disc x.wav"},
		{[]string{"burn", "x.wav", "--device=sim:a.disc", "--yes"}, "redbook burn x.wav --device=sim:b.disc --yes"},
		{[]string{"burn", "--yes", "my song.wav"}, "redbook --device sim:b.disc burn --yes 'my song.wav'"},
		{[]string{"burn", "--", "--device"}, "redbook --device sim:b.disc burn -- --device"},
	} {
		a := &adviser{args: c.args, flags: &globals{}}
		assert.Equal(t, c.want, a.sameLineOn("sim:b.disc"))
	}
}

func TestFreeName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "album.disc")
	assert.Equal(t, filepath.Join(dir, "album-2.disc"), freeName(path))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "album-2.disc"), nil, 0o600))
	assert.Equal(t, filepath.Join(dir, "album-3.disc"), freeName(path))
	assert.Equal(t, filepath.Join(dir, "plain-2"), freeName(filepath.Join(dir, "plain")))
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"a.wav": "a.wav", "my song.wav": "'my song.wav'", "": "''", "it's": `'it'\''s'`, "$x": "'$x'", "sim:a.disc": "sim:a.disc",
	} {
		assert.Equal(t, want, quote(word))
	}
}

// Bytes that a terminal can't show are printed in a form that POSIX shells accept ($'...',
// POSIX.1-2024, XCU 2.2.4).
func TestQuoteBytes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its file names have no such bytes")
	}
	for word, want := range map[string]string{
		"a\nb": `$'a\012b'`, "in\xffv1": `$'in\377v1'`, "it's\t\\": `$'it\'s\011\\'`, "\u202eabc": `$'\342\200\256abc'`, "日本": "日本",
	} {
		assert.Equal(t, want, quote(word))
		if bash, err := exec.LookPath("bash"); err == nil {
			out, err := exec.CommandContext(t.Context(), bash, "-c", "printf %s "+quote(word)).Output()
			require.NoError(t, err)
			assert.Equal(t, word, string(out))
		}
	}
}

// Another disc is advised only for wrong audio: not for other tracks, lengths, pauses or
// texts, which the next disc would have too.
func TestAdviceAboutDifferences(t *testing.T) {
	a := &adviser{flags: &globals{}, config: &config{}}
	verify := func(cause error) error {
		return engine.Wrap(burn.PhaseVerify, 2, 100, engine.Name(cause, burn.ErrVerify))
	}
	audio := errors.Join(&inspect.TrackError{Track: 2, LBA: 100, Err: disc.ErrDiffers}, &inspect.TrackError{Track: 3, LBA: 200, Err: disc.ErrUnreadable})
	for _, c := range []struct {
		err     error
		another bool
	}{
		{verify(audio), true},
		{verify(&inspect.TrackError{Track: 2, LBA: 100, Err: disc.ErrDiffers}), true},
		{verify(&inspect.TrackError{Track: 2, LBA: 100, Err: disc.ErrUnreadable}), true},
		{verify(errors.New("the track has 5:00, the source 5:02")), false},
		{verify(errors.New("the pause before track 2 has 0:03 instead of 0:02")), false},
		{verify(errors.New("the drive shows other CD-TEXT")), false},
	} {
		text := a.about(c.err).text
		if c.another {
			assert.Contains(t, text, "Burn another disc", "%v", c.err)
		} else {
			assert.Contains(t, text, "redbook toc", "%v", c.err)
			assert.NotContains(t, text, "another", "%v", c.err)
		}
	}
}
