package scsitest

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

func TestRecorder(t *testing.T) {
	gone := &scsi.TransportError{Op: "INQUIRY", Err: fs.ErrNotExist}
	script := NewPlayback(
		Exchange{CDB: inquiryCDB, In: []byte{5, 0x80, 0, 0x32}, Took: time.Second},
		Exchange{CDB: selectCDB, Status: scsi.CheckCondition, Sense: []byte{0x72, 5, 0x26, 0}, Dir: scsi.DataOut},
		Exchange{CDB: inquiryCDB, Err: gone},
	)
	r := NewRecorder(script)
	r.MaxData = 4
	data := make([]byte, 8)
	_, err := r.Do(t.Context(), req("INQUIRY", scsi.DataIn, data, inquiryCDB))
	require.NoError(t, err)
	clear(data) // the recorded bytes must not be in the caller's buffer
	out := []byte("foobar")
	_, err = r.Do(t.Context(), req("MODE SELECT(10)", scsi.DataOut, out, selectCDB))
	require.NoError(t, err)
	_, err = r.Do(t.Context(), req("INQUIRY", scsi.DataIn, data, inquiryCDB))
	assert.Same(t, gone, err)

	want := []Exchange{
		{Name: "INQUIRY", CDB: inquiryCDB, Dir: scsi.DataIn, Len: 8, In: []byte{5, 0x80, 0, 0x32}, N: 4, Took: time.Second, measured: true},
		{
			Name: "MODE SELECT(10)", CDB: selectCDB, Dir: scsi.DataOut, Len: 6, OutHash: "a2aa05ed9085aaf9",
			Status: scsi.CheckCondition, Sense: []byte{0x72, 5, 0x26, 0}, measured: true,
		},
		{Name: "INQUIRY", CDB: inquiryCDB, Dir: scsi.DataIn, Len: 8, Err: gone, measured: true},
	}
	got := r.Exchanges()
	assert.Equal(t, want, got)
	assert.Equal(t, []byte{0x12, 0x55, 0x12}, r.Opcodes())
	assert.Equal(t, "INQUIRY (CDB 12 00 00 00 08 00)", got[0].String())

	got[0].CDB[0], got[0].In[0] = 0xFF, 0xFF
	assert.Equal(t, want, r.Exchanges(), "the caller may change them")
	r.Reset()
	assert.Empty(t, r.Exchanges())
	assert.Empty(t, r.Opcodes())
}

// TestFunc: the function acts as the device, and Func fulfills the contract for it.
func TestFunc(t *testing.T) {
	calls := 0
	f := Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		calls++
		for i, b := range req.Data {
			assert.Zero(t, b, "byte %d of a data-in buffer", i)
			req.Data[i] = 0xEE
		}
		return scsi.Result{N: int(req.CDB[1])}, nil
	})
	for asked, want := range map[byte]int{0: 0, 3: 3, 4: 4, 200: 4} {
		data := pattern(4)
		res, err := f.Do(t.Context(), req("X", scsi.DataIn, data, []byte{0, asked, 0, 0, 0, 0}))
		require.NoError(t, err)
		assert.Equal(t, want, res.N)
		for i, b := range data {
			assert.Equal(t, i < want, b == 0xEE, "byte %d of %d", i, want)
		}
	}
	negative := Func(func(context.Context, *scsi.Request) (scsi.Result, error) { return scsi.Result{N: -1}, nil })
	res, err := negative.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
	require.NoError(t, err)
	assert.Zero(t, res.N)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls = 0
	_, err = f.Do(ctx, req("X", scsi.NoData, nil, turCDB))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, calls)
	assert.Equal(t, scsi.Limits{}, f.Limits())
	assert.NoError(t, f.Close())
}

// TestFuncConforms: a device of a few lines passes the suite.
func TestFuncConforms(t *testing.T) {
	honest := &device{descriptor: true}
	TestTransport(t, func() scsi.Transport { return Func(honest.Do) })
}
