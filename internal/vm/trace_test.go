package vm_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// command is one command that reached the drive.
type command struct {
	at     time.Time // when it had ended
	took   time.Duration
	cdb    []byte
	out    []byte // data-out, if it was recorded
	length int
	status int
}

// traced reads what a target has written by --trace.
func traced(t *testing.T, s *target) []command {
	t.Helper()
	text, err := os.ReadFile(s.trace)
	require.NoError(t, err)
	var all []command
	for line := range strings.Lines(string(text)) {
		var l struct {
			Time   time.Time
			Dur    time.Duration
			CDB    string
			Out    string
			Len    int
			Status int
		}
		require.NoError(t, json.Unmarshal([]byte(line), &l), line)
		cdb, err := hex.DecodeString(l.CDB)
		require.NoError(t, err, line)
		out, _ := hex.DecodeString(l.Out)
		all = append(all, command{l.Time, l.Dur, cdb, out, l.Len, l.Status})
	}
	return all
}

// commands counts what a drive was sent, by opcode and what distinguishes it.
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
	0x54: "SEND OPC INFORMATION", 0x55: "MODE SELECT(10)", 0x5A: "MODE SENSE(10)", 0x5B: "CLOSE TRACK SESSION",
	0x5C: "READ BUFFER CAPACITY", 0xA0: "REPORT LUNS", 0xA1: "BLANK", 0xAC: "GET PERFORMANCE", 0xAD: "READ DISC STRUCTURE",
	0xBB: "SET CD SPEED", 0xBE: "READ CD",
}

// name is the command with what matters of its fields.
func (c command) name() string {
	name := strings.ToUpper(hex.EncodeToString(c.cdb[:1])) + " " + opcodes[c.cdb[0]]
	switch c.cdb[0] {
	case 0xA1:
		name += map[byte]string{0: " disc", 1: " minimal"}[c.cdb[1]&7]
	case 0x5B:
		name += map[byte]string{1: " track", 2: " session"}[c.cdb[2]&7]
	}
	return name
}
