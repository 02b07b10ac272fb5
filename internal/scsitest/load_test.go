package scsitest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// conversation has every kind of exchange that a trace can hold.
func conversation() []Exchange {
	sectors := bytes.Repeat([]byte("redbook!"), 27*2352/8)
	writeCDB := []byte{0x2A, 0, 0, 0, 0, 0, 0, 0, 27, 0}
	return []Exchange{
		{Name: "TEST UNIT READY", CDB: turCDB, Took: 1500 * time.Millisecond},
		{
			Name: "TEST UNIT READY", CDB: turCDB, Status: scsi.CheckCondition,
			Sense: DescriptorSense(scsi.Sense{Key: scsi.KeyNotReady, Code: asc.BecomingReady}),
		},
		{Name: "INQUIRY", CDB: inquiryCDB, Dir: scsi.DataIn, Len: 8, In: []byte{5, 0x80, 0, 0x32, 0x1F}, N: 5},
		{Name: "MODE SELECT(10)", CDB: selectCDB, Dir: scsi.DataOut, Len: 4, Out: []byte{0, 0x10, 5, 0x32}, N: 4},
		{Name: "WRITE(10)", CDB: writeCDB, Dir: scsi.DataOut, Len: len(sectors), Out: sectors, N: len(sectors)},
		{
			Name: "WRITE(10)", CDB: writeCDB, Dir: scsi.DataOut, Len: len(sectors), Out: sectors,
			Status: scsi.CheckCondition, Sense: FixedSense(scsi.Sense{Key: scsi.KeyNotReady, Code: asc.LongWriteInProgress}),
		},
		{Name: "WRITE(10)", CDB: writeCDB, Dir: scsi.DataOut, Len: len(sectors), Out: sectors, Status: scsi.Busy},
		{
			Name: "WRITE(10)", CDB: writeCDB, Dir: scsi.DataOut, Len: len(sectors), Out: sectors,
			Err: &scsi.TransportError{Op: "WRITE(10)", Err: os.ErrDeadlineExceeded}, Took: time.Minute,
		},
		{
			Name: "TEST UNIT READY", CDB: turCDB,
			Err: &scsi.TransportError{Op: "TEST UNIT READY", Sent: scsi.SentNo, Err: &scsi.LockedError{Owner: "player"}},
		},
		{CDB: []byte{0x9E, 15: 0}, Dir: scsi.DataIn, Len: 4},
	}
}

// play sends the requests of a script to t and returns the results as text.
func play(ctx context.Context, t scsi.Transport, script []Exchange) (results []scsi.Result, errs []error, data [][]byte) {
	clock := scsi.ClockOf(t)
	for _, ex := range script {
		buffer := append([]byte{}, ex.Out...)
		if ex.Dir == scsi.DataIn {
			buffer = make([]byte, ex.Len)
		}
		start := clock.Now()
		res, err := t.Do(ctx, req(ex.Name, ex.Dir, buffer, ex.CDB))
		if took := clock.Now().Sub(start); took != ex.Took {
			err = errors.Join(err, errors.New("took "+took.String()))
		}
		results, errs, data = append(results, res), append(errs, err), append(data, buffer)
	}
	return results, errs, data
}

// TestTraceRoundTrip: a trace is played back, and the program above can't tell the
// difference.
func TestTraceRoundTrip(t *testing.T) {
	script := conversation()
	var lines bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&lines, nil))
	log.Info("something else", "cdb", 7) // other records are skipped
	first := NewPlayback(script...)
	results, errs, data := play(t.Context(), scsi.NewTrace(first, log), script)
	require.NoError(t, first.Close())
	assert.Less(t, lines.Len(), 4000, "sectors must not be in the trace")

	path := filepath.Join(t.TempDir(), "trace.json")
	require.NoError(t, os.WriteFile(path, append(lines.Bytes(), "\n\n"...), 0o600))
	second, err := LoadPlaybackFile(path)
	require.NoError(t, err)
	again, errsAgain, dataAgain := play(t.Context(), second, script)
	assert.NoError(t, second.Close())

	assert.Equal(t, results, again)
	assert.Equal(t, data, dataAgain)
	for i, err := range errs {
		if err == nil {
			assert.NoError(t, errsAgain[i])
			continue
		}
		assert.EqualError(t, errsAgain[i], err.Error())
	}
	assert.ErrorIs(t, errsAgain[7], os.ErrDeadlineExceeded)
	assert.ErrorIs(t, errsAgain[8], scsi.ErrLocked)
	te, ok := errors.AsType[*scsi.TransportError](errsAgain[8])
	require.True(t, ok)
	assert.Equal(t, scsi.SentNo, te.Sent)
}

// Each cause that a trace names is matched again when the trace is played back.
func TestTraceCauses(t *testing.T) {
	assert.Len(t, traceCauses, 7)
	for name, cause := range traceCauses {
		for _, sent := range []scsi.Sent{scsi.SentNo, scsi.SentUnknown} {
			script := Exchange{CDB: make([]byte, 6), Err: &scsi.TransportError{Sent: sent, Err: fmt.Errorf("wrapped: %w", cause)}}
			var lines bytes.Buffer
			_, _, _ = play(t.Context(), scsi.NewTrace(NewPlayback(script), slog.New(slog.NewJSONHandler(&lines, nil))), []Exchange{script})
			assert.Contains(t, lines.String(), `"cause":"`+name+`"`)
			p, err := LoadPlayback(&lines)
			require.NoError(t, err)
			_, errs, _ := play(t.Context(), p, []Exchange{script})
			te, ok := errors.AsType[*scsi.TransportError](errs[0])
			require.True(t, ok, name)
			assert.ErrorIs(t, te, cause)
			assert.Equal(t, sent, te.Sent)
		}
	}
}

// The hash is XXH64 with seed 0; xxhsum prints these values (printf abc | xxhsum -H64).
func TestTraceHash(t *testing.T) {
	assert.Equal(t, "ef46db3751d8e999", traceHash(nil))
	assert.Equal(t, "d24ec4f1a98c6e5b", traceHash([]byte("a")))
	assert.Equal(t, "44bc2cf5ad770999", traceHash([]byte("abc")))
}

// TestTraceRoundTripNotices: a trace holds the hash of sectors instead of their bytes,
// which detects one wrong sample.
func TestTraceRoundTripNotices(t *testing.T) {
	script := conversation()
	var lines bytes.Buffer
	trace := scsi.NewTrace(NewPlayback(script...), slog.New(slog.NewJSONHandler(&lines, nil)))
	play(t.Context(), trace, script)
	p, err := LoadPlayback(&lines)
	require.NoError(t, err)
	script[4].Out[40000] ^= 1
	_, errs, _ := play(t.Context(), p, script[:5])
	assert.ErrorIs(t, errs[4], ErrMismatch)
	assert.ErrorContains(t, errs[4], "exchange 4: WRITE(10) (CDB 2A 00 00 00 00 00 00 00 1B 00): data-out has hash ")
}

// TestRecorderRoundTrip: the same with a Recorder.
func TestRecorderRoundTrip(t *testing.T) {
	for _, limit := range []int{0, 512} {
		script := conversation()
		r := NewRecorder(NewPlayback(script...))
		r.MaxData = limit
		results, errs, data := play(t.Context(), r, script)
		p := NewPlayback(r.Exchanges()...)
		again, errsAgain, dataAgain := play(t.Context(), p, script)
		assert.NoError(t, p.Close())
		assert.Equal(t, results, again)
		assert.Equal(t, errs, errsAgain)
		assert.Equal(t, data, dataAgain)
	}
}

const goodLine = `{"msg":"scsi command","cdb":"000000000000","dir":"no data","status":0,"n":0}`

func TestReadTrace(t *testing.T) {
	tests := []struct {
		name, text string
		exchanges  int
		err        string // "" for none
	}{
		{"empty", "", 0, ""},
		{"one", goodLine, 1, ""},
		{"blank lines, no end of line", "\n\n" + goodLine + "\r\n\n" + goodLine, 2, ""},
		{"other records", `{"msg":"hello","cdb":[1,2]}` + "\n" + goodLine, 1, ""},
		{"not JSON", goodLine + "\nplain text", 1, "trace line 2: invalid character"},
		{"cut off", goodLine[:40], 0, "trace line 1: unexpected end of JSON input"},
		{"not an object", "7", 0, "trace line 1: "},
		{"no cdb", `{"msg":"scsi command","dir":"no data","status":0}`, 0, "trace line 1: no cdb"},
		{"bad hex", strings.Replace(goodLine, "0000", "00zz", 1), 0, "trace line 1: "},
		{"odd hex", strings.Replace(goodLine, "0000", "000", 1), 0, "trace line 1: "},
		{"bad dir", strings.Replace(goodLine, "no data", "sideways", 1), 0, `trace line 1: unknown dir "sideways"`},
		{"no status", strings.Replace(goodLine, `"status":0,`, "", 1), 0, "trace line 1: neither status nor err"},
		{"bad status", strings.Replace(goodLine, `"status":0`, `"status":256`, 1), 0, "trace line 1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadTrace(strings.NewReader(tt.text))
			assert.Len(t, got, tt.exchanges)
			p, loadErr := LoadPlayback(strings.NewReader(tt.text))
			if tt.err == "" {
				assert.NoError(t, err)
				require.NoError(t, loadErr)
				assert.Equal(t, tt.exchanges, p.Left())
				return
			}
			assert.ErrorContains(t, err, tt.err)
			assert.Equal(t, err, loadErr)
			assert.Nil(t, p)
		})
	}
	_, err := ReadTrace(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(goodLine))))
	assert.ErrorIs(t, err, iotest.ErrTimeout)
}

func TestLoadPlaybackFileErrors(t *testing.T) {
	_, err := LoadPlaybackFile(filepath.Join(t.TempDir(), "missing"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	path := filepath.Join(t.TempDir(), "bad.json")
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	_, err = LoadPlaybackFile(path)
	assert.ErrorContains(t, err, path+": trace line 1: ")
}

func FuzzReadTrace(f *testing.F) {
	f.Add([]byte(goodLine))
	f.Add([]byte(`{"msg":"scsi command","cdb":"2a","dir":"data-out","err":"x","sent":"no","cause":"locked"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		script, err := ReadTrace(bytes.NewReader(text))
		if err != nil && errors.Is(err, io.EOF) {
			t.Fatalf("end of file must not be an error: %v", err)
		}
		p := NewPlayback(script...)
		for _, ex := range script {
			r := &scsi.Request{Dir: ex.Dir, CDBLen: min(len(ex.CDB), 16)}
			copy(r.CDB[:], ex.CDB)
			if res, _ := p.Do(t.Context(), r); res.N > 0 {
				t.Fatalf("N is %d without a buffer", res.N)
			}
		}
	})
}
