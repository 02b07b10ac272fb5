package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/sim"
)

// faultCommands are the command names that a fault accepts besides opcodes.
var faultCommands = map[string]byte{
	"tur": 0x00, "request-sense": 0x03, "inquiry": 0x12, "start-stop": 0x1B, "prevent": 0x1E,
	"write": 0x2A, "sync": 0x35, "read-toc": 0x43, "configuration": 0x46, "event": 0x4A,
	"disc-info": 0x51, "track-info": 0x52, "reserve": 0x53, "opc": 0x54, "mode-select": 0x55,
	"mode-sense": 0x5A, "close": 0x5B, "buffer": 0x5C, "blank": 0xA1, "speed": 0xBB, "read-cd": 0xBE,
}

const faultAdvice = "A fault is CMD:NTH:KIND, such as write:100:3/0C/00, 5b:1:timeout or any:20:drop:after."

// parseFaults parses the values of --fault.
func parseFaults(list []string) ([]sim.Fault, error) {
	faults := make([]sim.Fault, 0, len(list))
	for _, text := range list {
		f, err := parseFault(text)
		if err != nil {
			return nil, fail(exitUsage, faultAdvice, "fault %q: %w", text, err)
		}
		faults = append(faults, f)
	}
	return faults, nil
}

// parseFault parses CMD:NTH:KIND and its options: before or after, once, a number of times
// or always.
func parseFault(text string) (sim.Fault, error) {
	parts := strings.Split(strings.ToLower(text), ":")
	if len(parts) < 3 {
		return sim.Fault{}, fmt.Errorf("three parts are needed, such as write:100:3/0C/00, not %d", len(parts))
	}
	var f sim.Fault
	if err := faultOpcode(&f, parts[0]); err != nil {
		return f, err
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 1 {
		return f, fmt.Errorf("%q is not a number from 1 on", parts[1])
	}
	f.Nth = n
	if err := faultKind(&f, parts[2]); err != nil {
		return f, err
	}
	for _, option := range parts[3:] {
		if err := faultOption(&f, option); err != nil {
			return f, err
		}
	}
	return f, nil
}

// faultOpcode parses a command: a name, two hexadecimal digits, or any.
func faultOpcode(f *sim.Fault, text string) error {
	if text == "any" {
		f.Any = true
		return nil
	}
	if op, ok := faultCommands[text]; ok {
		f.Opcode = op
		return nil
	}
	op, err := strconv.ParseUint(text, 16, 8)
	if err != nil || len(text) != 2 {
		names := slices.Sorted(maps.Keys(faultCommands))
		return fmt.Errorf("%q is not a command: any, an opcode such as 2a, or one of %s", text, strings.Join(names, ", "))
	}
	f.Opcode = byte(op)
	return nil
}

// faultKinds are the kinds of sim.Fault besides sense data. Some have a number of bytes.
var faultKinds = map[string]bool{
	"drop": false, "timeout": false, "busy": false, "task-set-full": false, "conflict": false, "good": false,
	"garbage": false, "reset": false, "quiet-reset": false, "short": true, "take": true,
}

// faultKind parses the kind of a fault.
func faultKind(f *sim.Fault, text string) error {
	word, number, counted := strings.Cut(text, "=")
	if needed, ok := faultKinds[word]; ok && counted == needed {
		f.Kind = word
		if counted {
			n, err := strconv.Atoi(number)
			if err != nil || n < 0 {
				return fmt.Errorf("%q is not a number of bytes", number)
			}
			f.Bytes = n
		}
		return nil
	}
	text, f.Deferred = strings.CutPrefix(text, "deferred-")
	parts := strings.Split(text, "/")
	if len(parts) == 3 {
		key, err1 := strconv.ParseUint(parts[0], 16, 4)
		asc, err2 := strconv.ParseUint(parts[1], 16, 8)
		ascq, err3 := strconv.ParseUint(parts[2], 16, 8)
		if err1 == nil && err2 == nil && err3 == nil && (key|asc|ascq) != 0 {
			f.Key, f.ASC, f.ASCQ = byte(key), byte(asc), byte(ascq)
			return nil
		}
	}
	return fmt.Errorf("%q is not a kind of fault: timeout, drop, busy, task-set-full, conflict, good, garbage, reset, "+
		"quiet-reset, short=BYTES, take=BYTES, and sense data such as 3/0C/00 or deferred-3/0C/00", text)
}

// faultOption parses an option after the kind.
func faultOption(f *sim.Fault, text string) error {
	switch text {
	case "before":
		return nil
	case "after":
		f.After = true
		return nil
	case "always":
		f.Count = -1
		return nil
	}
	digits, ok := strings.CutSuffix(text, "x")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 {
		return fmt.Errorf("%q is not one of before, after, always, or a number of times such as 3x", text)
	}
	f.Count = n
	return nil
}
