package scsi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// jsonTrace makes a trace and returns what it has logged so far.
func jsonTrace(t scsi.Transport) (scsi.Transport, func() []map[string]any) {
	var out bytes.Buffer
	trace := scsi.NewTrace(t, slog.New(slog.NewJSONHandler(&out, nil)))
	return trace, func() (records []map[string]any) {
		for line := range strings.Lines(out.String()) {
			record := map[string]any{}
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				panic(err)
			}
			delete(record, "time")
			records = append(records, record)
		}
		return records
	}
}

func request(name string, dir scsi.Direction, data []byte, cdb ...byte) *scsi.Request {
	req := &scsi.Request{CDBLen: len(cdb), Dir: dir, Data: data, Name: name}
	copy(req.CDB[:], cdb)
	return req
}

var twoSectors = bytes.Repeat([]byte("redbook!"), 2*2352/8)

var traceRecords = []struct {
	name string
	req  *scsi.Request
	does scsitest.Exchange
	want map[string]any
}{
	{
		"no data",
		request("TEST UNIT READY", scsi.NoData, nil, 0, 0, 0, 0, 0, 0),
		scsitest.Exchange{},
		map[string]any{"name": "TEST UNIT READY", "cdb": "000000000000", "dir": "no data", "status": 0.0, "n": 0.0},
	}, {
		"data-in, shorter than requested",
		request("INQUIRY", scsi.DataIn, make([]byte, 96), 0x12, 0, 0, 0, 96, 0),
		scsitest.Exchange{In: []byte{5, 0x80, 0, 0x32}},
		map[string]any{
			"name": "INQUIRY", "cdb": "120000006000", "dir": "data-in", "len": 96.0,
			"status": 0.0, "n": 4.0, "in": "05800032",
		},
	}, {
		"parameter list, refused",
		request("MODE SELECT(10)", scsi.DataOut, []byte{0, 0x10, 5, 0x32}, 0x55, 0x10, 0, 0, 0, 0, 0, 0, 4, 0),
		scsitest.Exchange{Status: scsi.CheckCondition, Sense: []byte{0x72, 5, 0x26, 0, 0, 0, 0, 0}},
		map[string]any{
			"name": "MODE SELECT(10)", "cdb": "55100000000000000400", "dir": "data-out", "len": 4.0, "out": "00100532",
			"status": 2.0, "n": 0.0, "sense": "7205260000000000",
		},
	}, {
		"sectors out: only a hash",
		request("WRITE(10)", scsi.DataOut, twoSectors, 0x2A, 0, 0, 0, 0, 0, 0, 0, 2, 0),
		scsitest.Exchange{},
		map[string]any{
			"name": "WRITE(10)", "cdb": "2a000000000000000200", "dir": "data-out", "len": 4704.0,
			"out_hash": scsi.TraceHash(twoSectors), "status": 0.0, "n": 4704.0,
		},
	}, {
		"sectors in: only a hash of those that arrived",
		request("READ CD", scsi.DataIn, make([]byte, 3*2352), 0xBE, 4, 0, 0, 0, 0, 0, 0, 3, 0x10, 0, 0),
		scsitest.Exchange{In: twoSectors},
		map[string]any{
			"name": "READ CD", "cdb": "be0400000000000003100000", "dir": "data-in", "len": 7056.0,
			"in_hash": scsi.TraceHash(twoSectors), "status": 0.0, "n": 4704.0,
		},
	}, {
		"sub-channel only: short enough to show",
		request("READ CD", scsi.DataIn, make([]byte, 16), 0xBE, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0),
		scsitest.Exchange{In: bytes.Repeat([]byte{0xA1}, 16)},
		map[string]any{
			"name": "READ CD", "cdb": "be0000000000000001000200", "dir": "data-in", "len": 16.0,
			"in": strings.Repeat("a1", 16), "status": 0.0, "n": 16.0,
		},
	}, {
		"a long table is shown",
		request("READ TOC/PMA/ATIP", scsi.DataIn, make([]byte, 4096), 0x43, 0, 5, 0, 0, 0, 0, 0x10, 0, 0),
		scsitest.Exchange{In: bytes.Repeat([]byte{7}, 4096)},
		map[string]any{
			"name": "READ TOC/PMA/ATIP", "cdb": "43000500000000100000", "dir": "data-in", "len": 4096.0,
			"in": strings.Repeat("07", 4096), "status": 0.0, "n": 4096.0,
		},
	}, {
		"no status",
		request("", scsi.NoData, nil, 0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0),
		scsitest.Exchange{Err: &scsi.TransportError{Err: os.ErrDeadlineExceeded}},
		map[string]any{
			"cdb": "35000000000000000000", "dir": "no data", "n": 0.0,
			"err": "i/o timeout", "sent": "unknown", "cause": "timeout",
		},
	},
}

func TestTraceRecords(t *testing.T) {
	for _, tt := range traceRecords {
		t.Run(tt.name, func(t *testing.T) {
			tt.does.CDB = tt.req.CDB[:tt.req.CDBLen]
			tt.does.Took = 1500 * time.Microsecond
			bare, wrapped := scsitest.NewPlayback(tt.does), scsitest.NewPlayback(tt.does)
			trace, records := jsonTrace(wrapped)
			want, wantErr := bare.Do(t.Context(), tt.req)
			got, gotErr := trace.Do(t.Context(), tt.req)
			assert.Equal(t, want, got, "a trace must change nothing")
			assert.Equal(t, wantErr, gotErr)

			tt.want["level"], tt.want["msg"], tt.want["dur"] = "INFO", "scsi command", 1.5e6
			assert.Equal(t, []map[string]any{tt.want}, records())
		})
	}
}

func TestTraceCauses(t *testing.T) {
	tests := []struct {
		err   error
		sent  string
		cause any // nil: none
	}{
		{&scsi.TransportError{Sent: scsi.SentNo, Err: &scsi.LockedError{Owner: "x"}}, "no", "locked"},
		{&scsi.TransportError{Sent: scsi.SentNo, Err: fs.ErrPermission}, "no", "permission"},
		{&scsi.TransportError{Err: fs.ErrNotExist}, "unknown", "not exist"},
		{&scsi.TransportError{Err: fmt.Errorf("ioctl: %w", os.ErrDeadlineExceeded)}, "unknown", "timeout"},
		{&scsi.TransportError{Sent: scsi.SentNo, Err: errors.ErrUnsupported}, "no", "unsupported"},
		{&scsi.TransportError{Sent: scsi.SentNo, Err: context.Canceled}, "no", "canceled"},
		{fmt.Errorf("wrapped: %w", &scsi.TransportError{Sent: scsi.SentNo, Err: context.DeadlineExceeded}), "no", "deadline"},
		{&scsi.TransportError{Err: errors.New("bus reset")}, "unknown", nil},
		{&scsi.TransportError{Sent: scsi.SentNo}, "no", nil},
		{errors.New("a transport that violates the contract"), "unknown", nil},
	}
	for _, tt := range tests {
		trace, records := jsonTrace(scsitest.Func(func(context.Context, *scsi.Request) (scsi.Result, error) {
			return scsi.Result{}, tt.err
		}))
		_, err := trace.Do(t.Context(), request("X", scsi.NoData, nil, 0, 0, 0, 0, 0, 0))
		assert.Equal(t, tt.err, err)
		require.Len(t, records(), 1)
		record := records()[0]
		assert.Equal(t, tt.sent, record["sent"], "%v", tt.err)
		assert.Equal(t, tt.cause, record["cause"], "%v", tt.err)
		assert.NotContains(t, record, "status")
	}
}

// The hash is XXH64 with seed 0; xxhsum prints these values (printf abc | xxhsum -H64).
func TestTraceHash(t *testing.T) {
	assert.Equal(t, "ef46db3751d8e999", scsi.TraceHash(nil))
	assert.Equal(t, "d24ec4f1a98c6e5b", scsi.TraceHash([]byte("a")))
	assert.Equal(t, "44bc2cf5ad770999", scsi.TraceHash([]byte("abc")))
}

// TestTraceDataOutBefore: a device may overwrite the buffer; the trace shows what was
// sent.
func TestTraceDataOutBefore(t *testing.T) {
	trace, records := jsonTrace(scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		clear(req.Data)
		return scsi.Result{N: len(req.Data)}, nil
	}))
	_, err := trace.Do(t.Context(), request("MODE SELECT(10)", scsi.DataOut, []byte{1, 2, 3}, 0x55, 0, 0, 0, 0, 0, 0, 0, 3, 0))
	require.NoError(t, err)
	assert.Equal(t, "010203", records()[0]["out"])
}

func TestTraceDisabled(t *testing.T) {
	var out bytes.Buffer
	quiet := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn}))
	for _, log := range []*slog.Logger{nil, quiet} {
		trace := scsi.NewTrace(scsitest.Func(good), log)
		_, err := trace.Do(t.Context(), request("X", scsi.NoData, nil, 0, 0, 0, 0, 0, 0))
		assert.NoError(t, err)
	}
	assert.Zero(t, out.Len())
}

type limited struct {
	scsitest.Func
	closed int
}

func (*limited) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: 63504, Alignment: 512} }
func (l *limited) Close() error      { l.closed++; return fs.ErrClosed }

func TestTracePassesOn(t *testing.T) {
	inner := &limited{Func: good}
	trace := scsi.NewTrace(inner, nil)
	assert.Equal(t, scsi.Limits{MaxTransfer: 63504, Alignment: 512}, trace.Limits())
	assert.Same(t, inner, trace.(interface{ Unwrap() scsi.Transport }).Unwrap())
	assert.ErrorIs(t, trace.Close(), fs.ErrClosed)
	assert.Equal(t, 1, inner.closed)
}

// TestTraceOddRequest: an invalid CDB length must not stop the trace, which has to show
// it.
func TestTraceOddRequest(t *testing.T) {
	for _, length := range []int{-1, 17} {
		trace, records := jsonTrace(scsitest.Func(good))
		_, err := trace.Do(t.Context(), &scsi.Request{CDBLen: length})
		require.NoError(t, err)
		assert.Len(t, records(), 1)
	}
}
