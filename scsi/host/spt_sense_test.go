package host

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// goodSense are sense data returned with GOOD, and their meaning for the command. The
// first two are from real drives (golden G3 and G8, from public logs).
var goodSense = []struct {
	name, sense     string
	check, deferred bool
}{
	{"write error", "F00003000001 2F0A000000000C0700000000", true, false},
	{"deferred write error", "F10003000044D90A002B00000C0000000000", true, true},
	{"fixed format", "700005000000000A00000000210200000000", true, false},
	{"fixed format, deferred", "710003000000000A000000000C0000000000", true, true},
	{"descriptor format", "72030C0000000000", true, false},
	{"descriptor format, deferred", "73030C0000000000", true, true},
	{"recovered error", "700001000000000A00000000170100000000", true, false},
	{"unit attention", "700006000000000A00000000280000000000", true, false},
	{"no sense", "700000000000000A00000000000000000000", false, false},
	{"no sense, deferred", "710000000000000A00000000000000000000", false, false},
	{"no sense, descriptor format", "7200000000000000", false, false},
	{"nothing", "000000000000000000000000000000000000", false, false},
	{"not sense data", "7F0003000000000A000000000C0000000000", false, false},
	{"cut off", "7000", false, false},
}

// goodWith checks a device whose drive returns GOOD with sense data, by the result for
// the caller and by the trace.
func goodWith(t *testing.T, dev scsi.Transport, i int) {
	t.Helper()
	tt := goodSense[i]
	var log bytes.Buffer
	traced := scsi.NewTrace(dev, slog.New(slog.NewJSONHandler(&log, nil)))
	req := &scsi.Request{CDB: [16]byte{0x2A, 8: 1}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 2352), Name: "WRITE(10)"}
	n, err := scsi.Exec(t.Context(), traced, req)
	assert.Equal(t, 2352, n, tt.name)
	if !tt.check {
		require.NoError(t, err, tt.name)
		return
	}
	sense, ok := errors.AsType[*scsi.SenseError](err)
	require.True(t, ok, "%s: %v", tt.name, err)
	assert.Equal(t, tt.deferred, sense.Deferred, tt.name)
	var record struct{ Sense string }
	require.NoError(t, json.Unmarshal(log.Bytes(), &record))
	assert.True(t, strings.HasPrefix(record.Sense, hex.EncodeToString(unhexed(t, tt.sense))), "%s: %s", tt.name, record.Sense)
}

func unhexed(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return b
}

// A pass-through that loses the status: QPxTool relies on the sense data alone.
func TestWindowsSenseWithGood(t *testing.T) {
	for i, tt := range goodSense {
		w := newWindows(t)
		w.drive("D", answer(scsi.Result{Sense: unhexed(t, tt.sense), N: 2352}))
		goodWith(t, w.openOn("D:", nil), i)
	}
	// Data returned with it are kept.
	w := newWindows(t)
	w.drive("D", answer(scsi.Result{Sense: unhexed(t, goodSense[1].sense)}, 5, 0x80, 0, 0, 31))
	req := inquiry(36)
	res, err := w.openOn("D:", nil).Do(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, 5, res.N)
	assert.Equal(t, scsi.CheckCondition, res.Status)
	assert.Equal(t, byte(0x80), req.Data[1])
	// Without data it is an answer all the same, and NO SENSE is not an error.
	w = newWindows(t)
	d := w.drive("D", answer(scsi.Result{Sense: unhexed(t, goodSense[0].sense)}))
	dev := w.openOn("D:", nil)
	res, err = dev.Do(t.Context(), inquiry(36))
	require.NoError(t, err)
	assert.Equal(t, scsi.CheckCondition, res.Status)
	d.drive = answer(scsi.Result{Sense: unhexed(t, "700000000000000A00000000000000000000")})
	_, err = dev.Do(t.Context(), inquiry(36))
	transportError(t, err, scsi.SentUnknown, errNothingCame)
}

// A WRITE that was accepted in part reports it, with GOOD or without.
func TestWindowsShortWrite(t *testing.T) {
	for _, count := range []uint32{0, 1, 2352, 63503, 63504, 1 << 20} {
		for _, mask := range []uint32{3, 511} {
			w := newWindows(t)
			d := w.drive("D", answer(scsi.Result{}))
			d.mask, d.adapter = uintptr(mask), adapterOf(1<<17, 0, mask)
			d.count = func(int) uint32 { return count }
			data := make([]byte, 63504+1)[1:]
			res, err := w.openOn("D:", nil).Do(t.Context(), &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: data})
			require.NoError(t, err)
			assert.Equal(t, int(min(count, 63504)), res.N)
		}
	}
}

// A transfer that Windows can't carry isn't sent.
func TestWindowsOneByte(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	dev := w.openOn("D:", nil)
	for _, dir := range []scsi.Direction{scsi.DataIn, scsi.DataOut} {
		_, err := dev.Do(t.Context(), &scsi.Request{CDB: [16]byte{0x12, 4: 1}, CDBLen: 6, Dir: dir, Data: make([]byte, 1)})
		transportError(t, err, scsi.SentNo, errOneByte)
	}
	assert.Nil(t, d.last)
	_, err := dev.Do(context.Background(), inquiry(3))
	require.NoError(t, err)
}
