package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// traced is one command of a --trace file.
type traced struct {
	Name string `json:"name"`
	CDB  string `json:"cdb"`
}

// traceBurn burns three tracks on the default personality and returns its commands.
func traceBurn(t *testing.T) []traced {
	t.Helper()
	album, err := filepath.Glob("../../examples/album/*.wav")
	require.NoError(t, err)
	require.Len(t, album, 3)
	dir := t.TempDir()
	file := filepath.Join(dir, "trace")
	code, _, stderr := run(t, append([]string{"burn", "--yes", "--device", "sim:" + filepath.Join(dir, "a.disc"), "--trace", file}, album...)...)
	require.Zero(t, code, stderr)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var list []traced
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var c traced
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		list = append(list, c)
	}
	return list
}

// step is a series of equal commands.
type step struct {
	traced
	count int
}

// polled reports the commands that wait; their number depends on the drive.
func (c traced) polled() bool { return c.Name == "TEST UNIT READY" || c.Name == "REQUEST SENSE" }

func steps(list []traced) []step {
	var all []step
	for _, c := range list {
		n := len(all)
		switch {
		case n > 0 && c.polled() && all[n-1].polled():
		case n > 0 && c.Name == all[n-1].Name:
			all[n-1].count++
		default:
			all = append(all, step{c, 1})
		}
	}
	return all
}

// parts describes the purpose of each step.
func parts(all []step) []string {
	names := make([]string, len(all))
	part, track := "plan", 0
	for i, s := range all {
		next := ""
		for _, later := range all[i+1:] { // a wait reads disc information as well
			if next = later.Name; next != "READ DISC INFORMATION" {
				break
			}
		}
		begins := s.Name == "TEST UNIT READY" || s.Name == "REQUEST SENSE"
		switch {
		case part == "plan" && next == "PREVENT ALLOW MEDIUM REMOVAL":
			part = "prepare"
		case begins && next == "PREVENT ALLOW MEDIUM REMOVAL":
			track++
			part = fmt.Sprintf("track %d", track)
		case begins && next == "MODE SELECT(10)":
			part = "close"
		case begins && part == "close" && next == "GET CONFIGURATION":
			part = "confirm"
		case begins && next == "READ CD":
			part = "read back"
		case part == "read back" && s.Name == "PREVENT ALLOW MEDIUM REMOVAL":
			part = "release"
		}
		names[i] = part
	}
	return names
}

// docs/internals/commands.md shows the commands of a burn. To update it:
// REDBOOK_UPDATE=1 go test -run TestTraceTable ./cmd/redbook
func TestTraceTable(t *testing.T) {
	list := traceBurn(t)
	all := steps(list)
	names := parts(all)
	assert.Equal(t, []string{"plan", "prepare", "track 1", "track 2", "track 3", "close", "confirm", "read back", "release"},
		slices.Compact(slices.Clone(names)))

	var table strings.Builder
	table.WriteString("| for | command | first CDB | times |\n|---|---|---|---|\n")
	once, perTrack, writes := 0, map[string]int{}, 0
	for i, s := range all {
		part, times := names[i], fmt.Sprint(s.count)
		if i > 0 && names[i-1] == part {
			part = ""
		}
		switch {
		case s.polled():
			times = "polled"
		case s.Name == "WRITE(10)":
			writes += s.count
		case strings.HasPrefix(names[i], "track "):
			perTrack[names[i]] += s.count
		case names[i] != "read back":
			once += s.count
		}
		name := s.Name
		if s.polled() {
			name = "TEST UNIT READY"
			s.CDB = "000000000000"
		}
		fmt.Fprintf(&table, "| %s | %s | `%s` | %s |\n", part, name, spaced(s.CDB), times)
	}
	fmt.Fprintf(&table, "\n%d WRITEs, %d other commands for each track, %d for the burn as a whole.\n", writes, perTrack["track 1"], once)
	require.Len(t, perTrack, 3)
	for part, n := range perTrack {
		assert.LessOrEqual(t, n, 12, part)
	}
	assert.LessOrEqual(t, once, 64, "including three looks at the disc and three questions for the speeds")

	keepCurrent(t, "../../docs/internals/commands.md", "trace", table.String())
}

// spaced writes a CDB with spaces.
func spaced(hex string) string {
	var words []string
	for i := 0; i+2 <= len(hex); i += 2 {
		words = append(words, strings.ToUpper(hex[i:i+2]))
	}
	return strings.Join(words, " ")
}

// A --trace file can be played back as a drive: the same questions get the same answers.
func TestTraceIsPlayedBack(t *testing.T) {
	dir := t.TempDir()
	name, file := "sim:"+filepath.Join(dir, "a.disc"), filepath.Join(dir, "trace")
	wav := filepath.Join(dir, "a.wav")
	require.NoError(t, writeTestWAV(wav, 400*588, false))
	code, _, stderr := run(t, "burn", "--yes", "-q", "--device", name, wav)
	require.Zero(t, code, stderr)
	code, stdout, stderr := run(t, "info", "--json", "--device", name, "--trace", file)
	require.Zero(t, code, stderr)

	played, err := scsitest.LoadPlaybackFile(file)
	require.NoError(t, err)
	system := &redbook.System{Open: func(context.Context, string, *host.Options) (scsi.Transport, error) { return played, nil }}
	drive, err := (&redbook.Opener{System: system}).Open(t.Context(), "played")
	require.NoError(t, err)
	in, err := drive.Info(t.Context())
	require.NoError(t, err)
	require.Zero(t, played.Left())
	again, err := json.Marshal(infoOf(&device{name: name, simulated: true}, &in))
	require.NoError(t, err)
	var want, got map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &want))
	require.NoError(t, json.Unmarshal(again, &got))
	delete(want, "version")
	delete(want, "kind")
	assert.Equal(t, want, got)
}
