package scsi

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/cespare/xxhash/v2"
)

// traceMessage is the message of every record that NewTrace logs.
const traceMessage = "scsi command"

// Attribute keys of the records; NewTrace describes them.
const (
	traceName     = "name"
	traceCDB      = "cdb"
	traceDir      = "dir"
	traceLen      = "len"
	traceOut      = "out"
	traceOutHash  = "out_hash"
	traceStatus   = "status"
	traceN        = "n"
	traceIn       = "in"
	traceInHash   = "in_hash"
	traceSense    = "sense"
	traceDuration = "dur"
	traceError    = "err"
	traceCause    = "cause"
	traceSent     = "sent"
)

// Data up to these lengths are logged byte by byte. Commands that carry sectors have
// the shorter limit: the trace of an album would be 1.6 GB.
const (
	traceSectorLimit = 512
	traceDataLimit   = 65536 // above the largest 16-bit allocation length
)

// trace is the Transport of NewTrace.
type trace struct {
	inner Transport
	log   *slog.Logger
	clock Clock
}

// NewTrace returns a Transport that logs each command of t to log as a structured record,
// at slog.LevelInfo. Requests, results and errors pass through unchanged. If log is nil
// or not enabled at that level, it logs nothing and costs nothing.
//
// The message of a record is "scsi command". Empty attributes are left out:
//
//	name      Request.Name
//	cdb       the CDB in hex
//	dir       "no data", "data-in" or "data-out"
//	len       length of Request.Data in bytes
//	out       the data sent, in hex
//	out_hash  instead of out, if that is longer than 64 KiB (sectors: than 512 bytes): the
//	          XXH64 hash with seed 0, 16 hex digits
//	status    the SAM status byte as a number; missing if no status came back
//	n         Result.N
//	in        the n bytes received, in hex
//	in_hash   instead of in, as out_hash
//	sense     the sense data in hex
//	dur       how long the command took, by the Transport's Clock; nanoseconds in JSON
//	err       why no status came back
//	sent      with err: "no" or "unknown", the TransportError's Sent
//	cause     with err: "locked" if it matches ErrLocked, "permission" (fs.ErrPermission),
//	          "not exist" (fs.ErrNotExist), "timeout" (os.ErrDeadlineExceeded),
//	          "unsupported" (errors.ErrUnsupported), "canceled" (context.Canceled) or
//	          "deadline" (context.DeadlineExceeded)
func NewTrace(t Transport, log *slog.Logger) Transport {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &trace{inner: t, log: log, clock: ClockOf(t)}
}

// Unwrap returns the Transport underneath.
func (t *trace) Unwrap() Transport { return t.inner }

// Limits returns those of the Transport underneath.
func (t *trace) Limits() Limits { return t.inner.Limits() }

// Close closes the Transport underneath.
func (t *trace) Close() error { return t.inner.Close() }

// Do passes the command on and logs it with its result.
func (t *trace) Do(ctx context.Context, req *Request) (Result, error) {
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
	attrs = append(attrs, slog.Duration(traceDuration, took))
	// The record must be written even if the context has ended meanwhile; some handlers
	// check it.
	t.log.LogAttrs(context.WithoutCancel(ctx), slog.LevelInfo, traceMessage, attrs...)
	return res, err
}

// appendRequest runs before the command, because the device may overwrite the data-out.
func appendRequest(attrs []slog.Attr, req *Request) []slog.Attr {
	if req.Name != "" {
		attrs = append(attrs, slog.String(traceName, req.Name))
	}
	attrs = append(attrs,
		slog.String(traceCDB, hex.EncodeToString(req.CDB[:min(max(req.CDBLen, 0), len(req.CDB))])),
		slog.String(traceDir, req.Dir.String()))
	if len(req.Data) > 0 {
		attrs = append(attrs, slog.Int(traceLen, len(req.Data)))
	}
	if req.Dir == DataOut {
		attrs = appendData(attrs, req.CDB[0], req.Data, traceOut, traceOutHash)
	}
	return attrs
}

func appendResult(attrs []slog.Attr, req *Request, res Result) []slog.Attr {
	attrs = append(attrs, slog.Int(traceStatus, int(res.Status)), slog.Int(traceN, res.N))
	if req.Dir == DataIn {
		got := req.Data[:min(max(res.N, 0), len(req.Data))]
		attrs = appendData(attrs, req.CDB[0], got, traceIn, traceInHash)
	}
	if len(res.Sense) > 0 {
		attrs = append(attrs, slog.String(traceSense, hex.EncodeToString(res.Sense)))
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
		slog.Int(traceN, res.N),
		slog.String(traceError, text),
		slog.String(traceSent, sent.String()))
	for _, cause := range traceCauses {
		if errors.Is(err, cause.err) {
			return append(attrs, slog.String(traceCause, cause.name))
		}
	}
	return attrs
}

// traceCauses are the causes of a transport error that survive in a trace, narrower
// ones first.
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

func appendData(attrs []slog.Attr, opcode byte, data []byte, key, hashKey string) []slog.Attr {
	limit := traceDataLimit
	if carriesSectors(opcode) {
		limit = traceSectorLimit
	}
	switch {
	case len(data) == 0:
		return attrs
	case len(data) > limit:
		return append(attrs, slog.String(hashKey, traceHash(data)))
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

// traceHash is the XXH64 hash (seed 0) of data as 16 hex digits. A traced burn computes it for
// every WRITE.
func traceHash(data []byte) string { return fmt.Sprintf("%016x", xxhash.Sum64(data)) }
