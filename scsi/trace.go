package scsi

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log/slog"
	"os"
)

// TraceMessage is the message of every record that a Trace logs.
const TraceMessage = "scsi command"

// Attribute keys of a Trace's records. Those that would be empty are left out.
const (
	TraceName     = "name"     // Request.Name
	TraceCDB      = "cdb"      // CDBLen bytes in hex
	TraceDir      = "dir"      // "no data", "data-in" or "data-out"
	TraceLen      = "len"      // len(Request.Data)
	TraceOut      = "out"      // the data sent, in hex
	TraceOutHash  = "out_hash" // TraceHash of the data sent, when too long for hex
	TraceStatus   = "status"   // SAM status byte, a number; absent if none came back
	TraceN        = "n"        // Result.N
	TraceIn       = "in"       // the N bytes received, in hex
	TraceInHash   = "in_hash"  // TraceHash of the N bytes received, when too long for hex
	TraceSense    = "sense"    // sense data in hex
	TraceDuration = "dur"      // by the Transport's Clock; JSON has it in nanoseconds
	TraceError    = "err"      // why no status came back
	TraceCause    = "cause"    // what errors.Is finds behind it; see TraceCauseError
	TraceSent     = "sent"     // "no" or "unknown", with TraceError
)

// Data up to these lengths are logged byte by byte. Commands that carry sectors
// have the shorter limit: an album would make a trace of 1.6 GB.
const (
	traceSectorLimit = 512
	traceDataLimit   = 65536 // above the largest 16-bit allocation length
)

// Trace is a Transport that logs each command of another one as a structured
// record. Written by slog.JSONHandler, the records are what scsitest.Playback
// loads. Groups and renamed attributes would hide them from it.
//
// A Trace changes nothing: requests, results and errors pass through as they are.
type Trace struct {
	inner Transport
	log   *slog.Logger
	clock Clock
}

// NewTrace makes a Trace of t that logs to log at slog.LevelInfo. A nil log, or
// one that is not enabled at that level, logs nothing and costs nothing.
func NewTrace(t Transport, log *slog.Logger) *Trace {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Trace{inner: t, log: log, clock: ClockOf(t)}
}

// Unwrap gives the Transport underneath.
func (t *Trace) Unwrap() Transport { return t.inner }

// Limits are those of the Transport underneath.
func (t *Trace) Limits() Limits { return t.inner.Limits() }

// Close closes the Transport underneath.
func (t *Trace) Close() error { return t.inner.Close() }

// Do passes the command on and logs it with what came back.
func (t *Trace) Do(ctx context.Context, req *Request) (Result, error) {
	if !t.log.Enabled(ctx, slog.LevelInfo) {
		return t.inner.Do(ctx, req)
	}
	attrs := make([]slog.Attr, 0, 12)
	attrs = appendRequest(attrs, req)
	start := t.clock.Now()
	res, err := t.inner.Do(ctx, req)
	took := t.clock.Now().Sub(start)
	if err == nil {
		attrs = appendResult(attrs, req, res)
	} else {
		attrs = appendError(attrs, res, err)
	}
	attrs = append(attrs, slog.Duration(TraceDuration, took))
	// The record must be written even if the context has ended meanwhile; some
	// handlers look at it.
	t.log.LogAttrs(context.WithoutCancel(ctx), slog.LevelInfo, TraceMessage, attrs...)
	return res, err
}

// appendRequest runs before the command, for the data-out might be reused.
func appendRequest(attrs []slog.Attr, req *Request) []slog.Attr {
	if req.Name != "" {
		attrs = append(attrs, slog.String(TraceName, req.Name))
	}
	attrs = append(attrs,
		slog.String(TraceCDB, hex.EncodeToString(req.CDB[:min(max(req.CDBLen, 0), len(req.CDB))])),
		slog.String(TraceDir, req.Dir.String()))
	if len(req.Data) > 0 {
		attrs = append(attrs, slog.Int(TraceLen, len(req.Data)))
	}
	if req.Dir == DataOut {
		attrs = appendData(attrs, req.Opcode(), req.Data, TraceOut, TraceOutHash)
	}
	return attrs
}

func appendResult(attrs []slog.Attr, req *Request, res Result) []slog.Attr {
	attrs = append(attrs, slog.Int(TraceStatus, int(res.Status)), slog.Int(TraceN, res.N))
	if req.Dir == DataIn {
		got := req.Data[:min(max(res.N, 0), len(req.Data))]
		attrs = appendData(attrs, req.Opcode(), got, TraceIn, TraceInHash)
	}
	if len(res.Sense) > 0 {
		attrs = append(attrs, slog.String(TraceSense, hex.EncodeToString(res.Sense)))
	}
	return attrs
}

func appendError(attrs []slog.Attr, res Result, err error) []slog.Attr {
	sent, text := SentUnknown, err.Error()
	if te, ok := errors.AsType[*TransportError](err); ok {
		sent = te.Sent
		if te.Err != nil {
			text = te.Err.Error()
		}
	}
	attrs = append(attrs,
		slog.Int(TraceN, res.N),
		slog.String(TraceError, text),
		slog.String(TraceSent, sent.String()))
	for _, cause := range traceCauses {
		if errors.Is(err, cause.err) {
			return append(attrs, slog.String(TraceCause, cause.name))
		}
	}
	return attrs
}

// traceCauses are the errors behind a transport error that survive in a trace,
// the narrower ones first.
var traceCauses = []struct {
	name string
	err  error
}{
	{"locked", ErrLocked},
	{"permission", fs.ErrPermission},
	{"not exist", fs.ErrNotExist},
	{"timeout", os.ErrDeadlineExceeded},
	{"unsupported", errors.ErrUnsupported},
	{"canceled", context.Canceled},
	{"deadline", context.DeadlineExceeded},
}

// TraceCauseError is the error that a TraceCause stands for, such as
// fs.ErrPermission for "permission"; nil for a name that no Trace writes.
func TraceCauseError(name string) error {
	for _, cause := range traceCauses {
		if cause.name == name {
			return cause.err
		}
	}
	return nil
}

func appendData(attrs []slog.Attr, opcode byte, data []byte, key, hashKey string) []slog.Attr {
	limit := traceDataLimit
	if carriesSectors(opcode) {
		limit = traceSectorLimit
	}
	switch {
	case len(data) == 0:
		return attrs
	case len(data) > limit:
		return append(attrs, slog.String(hashKey, TraceHash(data)))
	}
	return append(attrs, slog.String(key, hex.EncodeToString(data)))
}

// carriesSectors names the opcodes of MMC whose data are sectors of the disc.
func carriesSectors(opcode byte) bool {
	switch opcode {
	case 0x28, 0xA8, 0xB9, 0xBE, // READ(10), READ(12), READ CD MSF, READ CD
		0x2A, 0x2E, 0xAA: // WRITE(10), WRITE AND VERIFY(10), WRITE(12)
		return true
	}
	return false
}

// TraceHash is the 64-bit FNV-1a hash of data as 16 hex digits: what a trace
// holds of data that are too long for it.
func TraceHash(data []byte) string {
	h := fnv.New64a()
	h.Write(data)
	return fmt.Sprintf("%016x", h.Sum64())
}
