package decode

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/convert"
)

// integrated is a value in the summary of ffmpeg's ebur128, with one digit after the point.
var integrated = regexp.MustCompile(`\[ebur128@(\d+) @ \w+\] Summary:\s+Integrated loudness:\s+I: +(-?[0-9.]+|-inf) LUFS`)

// The loudness of files of many kinds equals that measured by ffmpeg's ebur128: of mono on
// both channels and without frequencies above 22 kHz, as on a disc.
func TestLoudnessOfFFmpeg(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	if !tools(t, "ffmpeg") {
		return
	}
	dir := t.TempDir()
	files := []struct {
		name, source, args string
		silent             bool
	}{
		{"tone.wav", "sine=997:d=5,volume=-20dB", "-ac 2", false},
		{"mono.wav", "sine=997:d=5", "-ac 1", false},
		{"noise.flac", "anoisesrc=d=6:c=pink:seed=3", "-ac 2", false},
		{"mono.mp3", "anoisesrc=d=6:c=brown:seed=4", "-ac 1 -c:a libmp3lame", false},
		{"hires.flac", "anoisesrc=d=6:c=pink:r=96000:seed=5", "-ac 2 -ar 96000 -sample_fmt s32", false},
		{"clipped.wav", "sine=440:d=4,volume=30dB", "-ac 2", false},
		{"hot.wav", "anoisesrc=d=4:c=white:a=1:seed=6,volume=6dB", "-ac 2 -c:a pcm_f32le", false},
		{"dynamic.wav", "anoisesrc=d=12:c=pink:seed=7,volume='if(lt(mod(t,4),2),1,0.02)':eval=frame", "-ac 2", false},
		{"left.wav", "sine=300:d=5,pan=stereo|c0=c0|c1=0*c0", "", false},
		{"low.wav", "sine=30:d=5", "-ac 2 -ar 48000", false},
		{"quiet.wav", "sine=997:d=5,volume=-65dB", "-ac 2 -c:a pcm_s24le", true},
		{"8k.wav", "sine=997:d=5:r=8000", "-ac 1", false},
		{"short.wav", "sine=997:d=0.5", "-ac 2", false},
		{"shorter.wav", "sine=997:d=0.39", "-ac 2", true},
		{"silence.wav", "anullsrc=d=3", "-ac 2", true},
	}
	var sources, made, measured, outputs []string
	for i, tc := range files {
		path, stream := filepath.Join(dir, tc.name), fmt.Sprintf("%d:a", i)
		sources = append(sources, "-f", "lavfi", "-i", tc.source)
		made = append(append(append(made, "-map", stream), strings.Fields(tc.args)...), path)
		measured = append(measured, "-i", path)
		outputs = append(outputs, "-map", stream, "-af", fmt.Sprintf("aresample=44100,ebur128@%d=dualmono=true:framelog=verbose", i), "-f", "null", "-")
	}
	run(t, "ffmpeg", slices.Concat([]string{"-v", "error"}, sources, made)...)
	said, err := exec.Command("ffmpeg", slices.Concat([]string{"-hide_banner", "-nostats"}, measured, outputs)...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	loudness := map[string]string{}
	for _, m := range integrated.FindAllStringSubmatch(string(said), -1) {
		loudness[m[1]] = m[2]
	}
	for i, tc := range files {
		want, err := strconv.ParseFloat(loudness[strconv.Itoa(i)], 64)
		require.NoError(t, err, "%s", said)
		level, err := convert.Measure(context.Background(), open(t, filepath.Join(dir, tc.name)), nil)
		require.NoError(t, err)
		have := convert.Loudness(level)
		t.Logf("%-12s ffmpeg %6.1f redbook %7.2f", tc.name, want, have)
		if tc.silent {
			assert.True(t, math.IsInf(have, -1) || have <= -70 || math.Abs(have-want) < 0.15, "%s: %v and %v", tc.name, have, want)
			continue
		}
		assert.InDelta(t, want, have, 0.15, "%s: ffmpeg rounds to 0.1", tc.name)
	}
}

// albumLine is the loudness of all files in the table that loudgain prints.
var albumLine = regexp.MustCompile(`(?m)^Album\t(-?[0-9.]+) LUFS`)

// The loudness of an album is that of libebur128's function for several files.
func TestAlbumLoudnessOfLoudgain(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two programs")
	}
	if !tools(t, "ffmpeg", "loudgain") {
		return
	}
	dir := t.TempDir()
	loud, soft := filepath.Join(dir, "loud.flac"), filepath.Join(dir, "soft.flac")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=3:c=pink:seed=3", "-f", "lavfi", "-i", "anoisesrc=d=2:c=brown:seed=4,volume=-9dB",
		"-map", "0:a", "-ac", "2", "-ar", "44100", loud, "-map", "1:a", "-ac", "2", "-ar", "44100", soft)
	out, err := exec.Command("loudgain", "-a", "-O", "-q", loud, soft).Output()
	require.NoError(t, err)
	m := albumLine.FindSubmatch(out)
	require.NotNil(t, m, "%s", out)
	want, err := strconv.ParseFloat(string(m[1]), 64)
	require.NoError(t, err)
	var levels []convert.Level
	for _, path := range []string{loud, soft} {
		level, err := convert.Measure(context.Background(), open(t, path), nil)
		require.NoError(t, err)
		levels = append(levels, level)
	}
	assert.InDelta(t, want, convert.Loudness(levels...), 0.006, "loudgain rounds to 0.01")
}
