//go:build linux

package vm_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// command is one command that reached the drive.
type sentCommand struct {
	at     time.Time // when it ended
	took   time.Duration
	cdb    []byte
	out    []byte // data-out, if it was recorded
	sense  string
	length int
	status int
}

// traced reads the output of a target's --trace.
func traced(t *testing.T, s *target) []sentCommand {
	t.Helper()
	text, err := os.ReadFile(s.trace)
	require.NoError(t, err)
	var all []sentCommand
	for line := range strings.Lines(string(text)) {
		var l struct {
			Time   time.Time
			Dur    time.Duration
			CDB    string
			Out    string
			Len    int
			Status int
			Sense  string
		}
		require.NoError(t, json.Unmarshal([]byte(line), &l), line)
		cdb, err := hex.DecodeString(l.CDB)
		require.NoError(t, err, line)
		out, _ := hex.DecodeString(l.Out)
		all = append(all, sentCommand{l.Time, l.Dur, cdb, out, l.Sense, l.Len, l.Status})
	}
	return all
}

// commands counts the commands sent to a drive, by opcode and distinguishing fields.
func commands(t *testing.T, s *target) map[string]int {
	t.Helper()
	count := map[string]int{}
	for _, c := range traced(t, s) {
		count[c.name()]++
	}
	return count
}

// opcodes are the names of MMC and SPC.
var opcodes = map[byte]string{
	0x00: "TEST UNIT READY", 0x01: "REZERO UNIT", 0x03: "REQUEST SENSE", 0x12: "INQUIRY", 0x1A: "MODE SENSE(6)", 0x1B: "START STOP UNIT",
	0x1E: "PREVENT ALLOW MEDIUM REMOVAL", 0x25: "READ CAPACITY", 0x28: "READ(10)", 0x2A: "WRITE(10)", 0x35: "SYNCHRONIZE CACHE",
	0x3C: "READ BUFFER", 0x42: "READ SUB-CHANNEL", 0x43: "READ TOC/PMA/ATIP", 0x46: "GET CONFIGURATION",
	0x4A: "GET EVENT STATUS NOTIFICATION", 0x51: "READ DISC INFORMATION", 0x52: "READ TRACK INFORMATION", 0x53: "RESERVE TRACK",
	0x54: "SEND OPC INFORMATION", 0x55: "MODE SELECT(10)", 0x5A: "MODE SENSE(10)", 0x5B: "CLOSE TRACK SESSION", 0x5D: "SEND CUE SHEET",
	0x5C: "READ BUFFER CAPACITY", 0xA0: "REPORT LUNS", 0xA1: "BLANK", 0xAC: "GET PERFORMANCE", 0xAD: "READ DISC STRUCTURE",
	0xBB: "SET CD SPEED", 0xBE: "READ CD",
}

// name is the command with its relevant fields.
func (c sentCommand) name() string {
	name := strings.ToUpper(hex.EncodeToString(c.cdb[:1])) + " " + opcodes[c.cdb[0]]
	switch c.cdb[0] {
	case 0xA1:
		name += map[byte]string{0: " disc", 1: " minimal"}[c.cdb[1]&7]
	case 0x5B:
		name += map[byte]string{1: " track", 2: " session"}[c.cdb[2]&7]
	}
	return name
}

// poll reports whether a command only waits, or is the kernel's own check of a device that
// is opened or has a poll due.
func (c sentCommand) poll() bool {
	return c.cdb[0] == 0x00 || c.cdb[0] == 0x4A || c.cdb[0] == 0x03
}

func (c sentCommand) write() bool { return c.cdb[0] == 0x2A }

func (c sentCommand) lba() int    { return int(binary.BigEndian.Uint32(c.cdb[2:])) }
func (c sentCommand) blocks() int { return int(binary.BigEndian.Uint16(c.cdb[7:])) }

// shape summarizes a burn. Polls are counted nowhere else.
type shape struct {
	tracks, writes, polls int
	before, after         int           // the first WRITE, the last WRITE
	between, amid         int           // most between one track and the next; most within one track
	rest                  int           // the sum between tracks and within tracks
	pause                 time.Duration // longest from the end of a WRITE to the next of the same track
}

// once is what a burn of any number of tracks sends once: it excludes the end of the last
// track and the beginning of the first.
func (s shape) once() int { return s.before + s.after - s.between }

// perTrack is the most that a track takes besides its WRITEs.
func (s shape) perTrack() int { return s.between + s.amid }

// shapeOf analyzes a trace. Track-at-once shows in the addresses: a jump begins a track.
// The kernel's commands when a device is opened come before the burner's INQUIRY, and are
// not the burner's.
func shapeOf(all []sentCommand) shape {
	var s shape
	begin := slices.IndexFunc(all, func(c sentCommand) bool { return c.cdb[0] == 0x12 })
	all = all[max(begin, 0):]
	var last sentCommand
	others, amid := 0, 0
	for _, c := range all {
		switch {
		case c.poll():
			s.polls++
			continue
		case !c.write():
			others++
			continue
		case c.status != 0:
			continue // the buffer was full: the same command follows again
		}
		switch {
		case s.writes == 0:
			s.before, s.tracks, others = others, 1, 0
		case c.lba() != last.lba()+last.blocks():
			s.between, amid = max(s.between, others), 0
			s.tracks++
		default:
			amid += others
			s.amid = max(s.amid, amid)
			s.pause = max(s.pause, c.at.Sub(last.at)-c.took)
		}
		s.writes++
		s.rest += others
		last, others = c, 0
	}
	s.after = others
	return s
}

// traceRow burns the same three tracks with each burner while udev is stopped, and compares
// their commands. docs/internals/commands.md explains every difference.
func traceRow(t *testing.T, g *guest, songs []song) {
	g.sudo(t, "udevadm settle; udevadm control --stop-exec-queue")
	defer g.sudo(t, "udevadm control --start-exec-queue")
	shapes, traces := map[string]shape{}, map[string][]sentCommand{}
	for _, b := range append([]burner{ours}, peers...) {
		s := g.serve(t, newDisc(t, sim.CDR80)).attachQuietly(t)
		begun := len(traced(t, s))
		g.sudo(t, "chmod a+rw "+s.device) // udev would have
		g.run(t, b.burn(s.device, order{songs: songs, plain: true}))
		all := traced(t, s)[begun:]
		s.stop(t)
		shapes[b.name], traces[b.name] = shapeOf(all), all
		t.Logf("%s:\n%s", b.name, folded(all))
	}
	t.Logf("%-8s %6s %6s %9s %9s %6s", "", "tracks", "WRITEs", "per track", "per burn", "polls")
	for _, b := range append([]burner{ours}, peers...) {
		s := shapes[b.name]
		t.Logf("%-8s %6d %6d %9d %9d %6d", b.name, s.tracks, s.writes, s.perTrack(), s.once(), s.polls)
	}
	besideOneAnother(t, traces)
	us := shapes[ours.name]
	assert.Equal(t, 3, us.tracks)
	assert.LessOrEqual(t, us.writes, shapes[wodim.name].writes)
	assert.LessOrEqual(t, us.perTrack(), 12, "commands per track")
	assert.LessOrEqual(t, us.once(), 64, "commands once per burn")
}

// besideOneAnother compares the table in docs/internals/commands.md with the commands sent: how
// many of each command besides polls, from each burner. Reading back is left out, because
// whether redbook distrusts a fast drive depends on time.
func besideOneAnother(t *testing.T, traces map[string][]sentCommand) {
	t.Helper()
	var names []string
	count := map[string][3]int{}
	for i, b := range append([]burner{ours}, peers...) {
		all := traces[b.name]
		begin := slices.IndexFunc(all, func(c sentCommand) bool { return c.cdb[0] == 0x12 })
		for _, c := range all[max(begin, 0):] {
			if c.poll() || c.cdb[0] == 0xBE {
				continue
			}
			row := count[c.name()]
			row[i]++
			count[c.name()] = row
		}
	}
	for name := range count {
		names = append(names, name)
	}
	slices.Sort(names)
	var got strings.Builder
	for _, name := range names {
		row := count[name]
		fmt.Fprintf(&got, "| `%s` %s | %d | %d | %d |\n", name[:2], name[3:], row[0], row[1], row[2])
	}
	page, err := os.ReadFile("../../docs/internals/commands.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(page), "<!-- beside")
	table, _, ok := strings.Cut(rest, "<!-- end of beside -->")
	require.True(t, ok, "the table in docs/internals/commands.md")
	var want strings.Builder
	for line := range strings.Lines(table) {
		if cells := strings.SplitAfter(line, "|"); strings.HasPrefix(line, "| `") && len(cells) > 5 {
			want.WriteString(strings.Join(cells[:5], "") + "\n")
		}
	}
	assert.Equal(t, want.String(), got.String(), "docs/internals/commands.md")
}

// refused are the last commands that ended with an error, and all cue sheets, with their
// data: they show the cause of a failed row.
func refused(t *testing.T, s *target) string {
	t.Helper()
	var lines []string
	for _, c := range traced(t, s) {
		if c.status != 0 || c.cdb[0] == 0x5D {
			lines = append(lines, fmt.Sprintf("% X  %s  sense %s  data % X", c.cdb, c.name()[3:], c.sense, c.out[:min(len(c.out), 3072)]))
		}
	}
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// sheets are the cue sheets sent to the drive.
func sheets(t *testing.T, s *target) string {
	t.Helper()
	var lines []string
	for _, c := range traced(t, s) {
		if c.cdb[0] == 0x5D {
			lines = append(lines, fmt.Sprintf("status %02X: % X", c.status, c.out))
		}
	}
	return strings.Join(lines, "\n")
}

// folded is a trace for reading: one line per command, equal ones in a row as one.
func folded(all []sentCommand) string {
	var lines []string
	var last string
	times := 0
	flush := func() {
		switch {
		case times > 1:
			lines = append(lines, fmt.Sprintf("%s  x%d", last, times))
		case times == 1:
			lines = append(lines, last)
		}
	}
	for _, c := range all {
		line := fmt.Sprintf("% X  %s", c.cdb, c.name()[3:])
		if c.write() {
			line = "2A WRITE(10)"
		}
		if c.status != 0 {
			line += fmt.Sprintf("  status %02X", c.status)
		}
		if line != last {
			flush()
			last, times = line, 0
		}
		times++
	}
	flush()
	return strings.Join(lines, "\n")
}
