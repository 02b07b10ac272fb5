package scsitest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/redbook-audio/redbook/scsi"
)

// traceLine is a record of scsi.NewTrace, which documents the keys, in the form of
// slog.JSONHandler.
type traceLine struct {
	Message  string        `json:"msg"`
	Name     string        `json:"name"`
	CDB      *hexBytes     `json:"cdb"`
	Dir      string        `json:"dir"`
	Len      int           `json:"len"`
	Out      hexBytes      `json:"out"`
	OutHash  string        `json:"out_hash"`
	Status   *uint8        `json:"status"`
	N        int           `json:"n"`
	In       hexBytes      `json:"in"`
	InHash   string        `json:"in_hash"`
	Sense    hexBytes      `json:"sense"`
	Duration time.Duration `json:"dur"`
	Err      string        `json:"err"`
	Cause    string        `json:"cause"`
	Sent     string        `json:"sent"`
}

// traceMessage is the message of every record.
const traceMessage = "scsi command"

// traceCauses are the errors of a "cause" attribute.
var traceCauses = map[string]error{
	"locked":      scsi.ErrLocked,
	"permission":  fs.ErrPermission,
	"not exist":   fs.ErrNotExist,
	"timeout":     os.ErrDeadlineExceeded,
	"unsupported": errors.ErrUnsupported,
	"canceled":    context.Canceled,
	"deadline":    context.DeadlineExceeded,
}

// traceHash is what a trace has in place of long data: XXH64 with seed 0 in hex.
func traceHash(data []byte) string { return fmt.Sprintf("%016x", xxhash.Sum64(data)) }

type hexBytes []byte

// UnmarshalText parses hex digits.
func (h *hexBytes) UnmarshalText(text []byte) error {
	*h = make([]byte, hex.DecodedLen(len(text)))
	_, err := hex.Decode(*h, text)
	return err
}

// ReadTrace reads the exchanges of a trace: JSON lines that scsi.NewTrace wrote through
// slog.JSONHandler. Other records are skipped. The error for an invalid line contains
// its number.
func ReadTrace(r io.Reader) ([]Exchange, error) {
	var script []Exchange
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return script, fmt.Errorf("trace line %d: %w", number, err)
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			ex, ok, bad := parseTraceLine(text)
			if bad != nil {
				return script, fmt.Errorf("trace line %d: %w", number, bad)
			}
			if ok {
				script = append(script, ex)
			}
		}
		if err == io.EOF {
			return script, nil
		}
	}
}

// LoadPlayback returns a Playback of a trace; see ReadTrace.
func LoadPlayback(r io.Reader) (*Playback, error) {
	script, err := ReadTrace(r)
	if err != nil {
		return nil, err
	}
	return NewPlayback(script...), nil
}

// LoadPlaybackFile returns a Playback of the trace in a file; see ReadTrace.
func LoadPlaybackFile(path string) (*Playback, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := LoadPlayback(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// parseTraceLine returns ok false for a record that isn't a command.
func parseTraceLine(text []byte) (ex Exchange, ok bool, err error) {
	var head struct {
		Message string `json:"msg"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return ex, false, err
	}
	// Other records may use the same keys for values of other types.
	if head.Message != traceMessage {
		return ex, false, nil
	}
	var line traceLine
	if err := json.Unmarshal(text, &line); err != nil {
		return ex, false, err
	}
	ex, err = line.exchange()
	return ex, err == nil, err
}

func (l traceLine) exchange() (Exchange, error) {
	if l.CDB == nil {
		return Exchange{}, errors.New("no cdb")
	}
	ex := Exchange{
		Name: l.Name, CDB: *l.CDB, Len: l.Len,
		Out: l.Out, OutHash: l.OutHash, In: l.In, InHash: l.InHash,
		Sense: l.Sense, N: l.N, Took: l.Duration, measured: true,
	}
	switch l.Dir {
	case scsi.NoData.String():
		ex.Dir = scsi.NoData
	case scsi.DataIn.String():
		ex.Dir = scsi.DataIn
	case scsi.DataOut.String():
		ex.Dir = scsi.DataOut
	default:
		return ex, fmt.Errorf("unknown dir %q", l.Dir)
	}
	switch {
	case l.Status != nil:
		ex.Status = scsi.Status(*l.Status)
	case l.Err == "":
		return ex, errors.New("neither status nor err")
	default:
		ex.Err = l.transportError()
	}
	return ex, nil
}

func (l traceLine) transportError() error {
	sent := scsi.SentUnknown
	if l.Sent == scsi.SentNo.String() {
		sent = scsi.SentNo
	}
	cause := &tracedError{text: l.Err, cause: traceCauses[l.Cause]}
	return &scsi.TransportError{Op: l.Name, Sent: sent, Err: cause}
}

// tracedError is an error from a trace: the text, and what errors.Is matched.
type tracedError struct {
	text  string
	cause error
}

func (e *tracedError) Error() string { return e.text }
func (e *tracedError) Unwrap() error { return e.cause }
