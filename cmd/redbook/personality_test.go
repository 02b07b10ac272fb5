package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/sim"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run runs the program in this process, on streams without a terminal.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{
		in: bytes.NewReader(nil), out: &out, err: &errs,
		env:    func(string) string { return "" },
		screen: screen{width: func() int { return 80 }},
	}
	code = a.run(args)
	return code, out.String(), errs.String()
}

// Every personality ends a burn with the exit code of its verdict: on a CD-R, on a CD-R
// with RESERVE TRACK, on a CD-RW. After success, every sample is read back.
func TestPersonalities(t *testing.T) {
	dir := t.TempDir()
	var wavs []string
	for i, frames := range []int64{4 * 44100, 333 * 588, 200001} {
		wavs = append(wavs, filepath.Join(dir, fmt.Sprintf("%d.wav", i+1)))
		require.NoError(t, writeTestWAV(wavs[i], frames, false))
	}
	for i, p := range sim.Personalities() {
		if testing.Short() && i%16 != 0 {
			continue // the race detector and 32 bits don't need every kind of drive
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			if why := verdicts.PendingRead(p.Name); why != "" {
				t.Skip(why)
			}
			must := verdicts.Of(p.Name)
			for _, c := range []struct {
				medium  string
				flags   []string
				verdict verdicts.Verdict
			}{
				{"80", nil, must.Plain},
				{"80", []string{"--reserve", "always"}, must.Reserve},
				{"cdrw", nil, must.Rewritable},
			} {
				if testing.Short() && (c.medium != "80" || c.flags != nil) {
					continue // under the race detector one burn each is enough
				}
				burnOn(t, p, c.medium, append(c.flags, wavs...), c.verdict)
			}
		})
	}
}

// burnOn burns onto a new disc and compares the result with the verdict.
func burnOn(t *testing.T, p sim.Personality, medium string, args []string, verdict verdicts.Verdict) {
	t.Helper()
	dir := t.TempDir()
	disc := filepath.Join(dir, "a.disc")
	code, _, stderr := run(t, "sim", "new", "--media", medium, disc)
	require.Equal(t, exitDone, code, stderr)
	device := []string{"--device", simPrefix + disc, "--personality", p.Name}
	code, stdout, stderr := run(t, append(append([]string{"burn", "--yes"}, device...), args...)...)
	require.Equal(t, verdictCodes[verdict], code, "on %s %q\n%s%s", medium, args, stdout, stderr)
	if code != exitDone {
		return
	}
	out := filepath.Join(dir, "out")
	code, stdout, stderr = run(t, append([]string{"read", "--output", out, "--offset", fmt.Sprint(p.ReadOffset)}, device...)...)
	require.Equal(t, exitDone, code, "%s%s", stdout, stderr)
	for i, wav := range args[len(args)-3:] {
		assert.NoError(t, sameSoundBut(wav, filepath.Join(out, fmt.Sprintf("track%02d.wav", i+1)), p.ReadOffset))
	}
}

var verdictCodes = map[verdicts.Verdict]int{
	verdicts.Success: exitDone, verdicts.Failed: exitWriteFailed,
	verdicts.Unconfirmed: exitUnconfirmed, verdicts.VerifyFailed: exitVerify,
}

// The table of known failures of "read" contains no fixed one.
func TestPendingReadsArePending(t *testing.T) {
	for _, p := range sim.Personalities() {
		if verdicts.PendingRead(p.Name) == "" {
			continue
		}
		dir := t.TempDir()
		args := []string{"burn", "--yes", "--device", simPrefix + filepath.Join(dir, "a.disc"), "--personality", p.Name}
		for i := range 3 {
			wav := filepath.Join(dir, fmt.Sprintf("%d.wav", i+1))
			require.NoError(t, writeTestWAV(wav, 333*588, false))
			args = append(args, wav)
		}
		code, _, stderr := run(t, args...)
		require.Equal(t, exitDone, code, stderr)
		out := filepath.Join(dir, "out")
		code, _, _ = run(t, append([]string{"read", "--output", out, "--offset", fmt.Sprint(p.ReadOffset)}, args[2:6]...)...)
		right := code == exitDone
		for i, wav := range args[6:] {
			right = right && sameSoundBut(wav, filepath.Join(out, fmt.Sprintf("track%02d.wav", i+1)), p.ReadOffset) == nil
		}
		require.False(t, right, "take %s out of internal/verdicts/pending.go", p.Name)
	}
}
