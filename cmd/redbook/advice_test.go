package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/scsi"
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
	audio := errors.Join(&inspect.TrackError{Track: 2, LBA: 100, Err: inspect.ErrDiffers}, &inspect.TrackError{Track: 3, LBA: 200, Err: inspect.ErrUnreadable})
	for _, c := range []struct {
		err     error
		another bool
	}{
		{verify(audio), true},
		{verify(&inspect.TrackError{Track: 2, LBA: 100, Err: inspect.ErrDiffers}), true},
		{verify(&inspect.TrackError{Track: 2, LBA: 100, Err: inspect.ErrUnreadable}), true},
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

// What is advised about a burn that was under way fits the disc as it is now.
func TestAdviceDuringABurn(t *testing.T) {
	a := &adviser{flags: &globals{}, config: &config{}}
	write := func(key scsi.SenseKey, code scsi.Code) error {
		return engine.Wrap(burn.PhaseWrite, 1, 54, &scsi.SenseError{Op: "WRITE(10)", Sense: scsi.Sense{Key: key, Code: code}})
	}
	sent := []burn.TrackReport{{Number: 1, Sent: 54, Status: burn.TrackLost}}
	for _, c := range []struct {
		name   string
		err    error
		report burn.Report
		topic  topic
		text   string
	}{
		{"the disc vanished", write(2, 0x3A00), burn.Report{Tracks: sent}, "disc-changed", "no longer sees the disc"},
		{"no disc at first", write(2, 0x3A00), burn.Report{}, "no-disc", "Insert a disc"},
		{"WRITE is unknown, without an option", write(5, 0x2000), burn.Report{}, "command-refused", "another drive"},
		{"a reset", engine.Name(write(6, 0x2900), burn.ErrBadResponse), burn.Report{}, "connection", "cable"},
		{"session-at-once, cut short", write(3, 0x0C00), burn.Report{Mode: burn.ModeSAO, Tracks: sent}, "write-error", "redbook blank"},
		{"track-at-once, cut short", write(3, 0x0C00), burn.Report{Mode: burn.ModeTAO, Tracks: sent}, "write-error", "Use another disc"},
		{"not waited for", errors.Join(burn.ErrCanceled, burn.ErrUnconfirmed), burn.Report{Verdict: burn.VerdictCanceled}, "ctrl-c", "redbook info"},
	} {
		got := a.next(c.err, &device{}, &c.report)
		assert.Equal(t, c.topic, got.topic, c.name)
		assert.Contains(t, got.text, c.text, c.name)
		assert.Equal(t, c.report.Mode == burn.ModeSAO, strings.Contains(got.text, "redbook blank"), c.name)
	}
}

// The silence that fills a reservation isn't audio.
func TestReservedTrackThatFailed(t *testing.T) {
	report := burn.Report{Tracks: []burn.TrackReport{{Number: 1, Name: "a.wav", Status: burn.TrackFailed,
		Reserve: "reserved", Sectors: 750, Sent: 75, Audio: 75, Asked: 750}}}
	assert.Equal(t, []string{"Track 1 (a.wav) failed: 0:01 of its 0:10 is on the disc."}, tornRows(&report))
}
