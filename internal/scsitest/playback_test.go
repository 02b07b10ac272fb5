package scsitest

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

var (
	turCDB     = []byte{0, 0, 0, 0, 0, 0}
	inquiryCDB = []byte{0x12, 0, 0, 0, 8, 0}
	selectCDB  = []byte{0x55, 0x10, 0, 0, 0, 0, 0, 0, 4, 0}
)

func req(name string, dir scsi.Direction, data []byte, cdb []byte) *scsi.Request {
	return newRequest(name, dir, data, cdb...)
}

func TestPlayback(t *testing.T) {
	refused := FixedSense(scsi.Sense{Key: scsi.KeyNotReady, Code: asc.MediumNotPresent})
	gone := &scsi.TransportError{Op: "INQUIRY", Err: fs.ErrNotExist}
	p := NewPlayback(
		Exchange{CDB: turCDB, Status: scsi.CheckCondition, Sense: refused, Took: time.Second},
		Exchange{CDB: inquiryCDB, In: []byte{5, 0x80, 0, 0x32}},
		Exchange{CDB: inquiryCDB, In: make([]byte, 36)},
		Exchange{CDB: inquiryCDB, In: []byte{5, 0x80, 0, 0x32}, N: 2, Len: 8, Dir: scsi.DataIn},
		Exchange{CDB: selectCDB, Out: []byte{1, 2, 3, 4}},
		Exchange{CDB: selectCDB, OutHash: traceHash([]byte{1, 2, 3, 4}), N: 3},
		Exchange{CDB: selectCDB, Dir: scsi.DataOut},
		Exchange{CDB: selectCDB, Dir: scsi.DataOut, Status: scsi.Busy},
		Exchange{CDB: inquiryCDB, Err: gone},
	)
	start := p.Now()
	buffer := func() []byte { return pattern(8) }
	do := func(r *scsi.Request) (scsi.Result, error) { return p.Do(t.Context(), r) }

	res, err := do(req("TEST UNIT READY", scsi.NoData, nil, turCDB))
	require.NoError(t, err)
	assert.Equal(t, scsi.Result{Status: scsi.CheckCondition, Sense: refused}, res)
	res.Sense[0] = 0 // the script must not change
	assert.Equal(t, time.Second, p.Now().Sub(start))

	data := buffer()
	res, err = do(req("INQUIRY", scsi.DataIn, data, inquiryCDB))
	require.NoError(t, err)
	assert.Equal(t, scsi.Result{N: 4}, res)
	assert.Equal(t, []byte{5, 0x80, 0, 0x32, 0, 0, 0, 0}, data)

	data = buffer()
	res, err = do(req("INQUIRY", scsi.DataIn, data, inquiryCDB))
	require.NoError(t, err)
	assert.Equal(t, 8, res.N, "no more than fits")

	res, err = do(req("INQUIRY", scsi.DataIn, buffer(), inquiryCDB))
	require.NoError(t, err)
	assert.Equal(t, 2, res.N, "the script may lie about N")

	for _, n := range []int{4, 3, 4, 0} {
		res, err = do(req("MODE SELECT(10)", scsi.DataOut, []byte{1, 2, 3, 4}, selectCDB))
		require.NoError(t, err)
		assert.Equal(t, n, res.N)
	}
	assert.Equal(t, scsi.Busy, res.Status)

	assert.Equal(t, 1, p.Left())
	_, err = do(req("INQUIRY", scsi.DataIn, buffer(), inquiryCDB))
	assert.Same(t, gone, err)
	assert.Zero(t, p.Left())
	assert.NoError(t, p.Close())
	assert.Equal(t, scsi.Limits{}, p.Limits())
}

func TestPlaybackMismatch(t *testing.T) {
	tests := []struct {
		name   string
		script Exchange
		got    *scsi.Request
		want   string
	}{
		{
			"CDB", Exchange{Name: "INQUIRY", CDB: inquiryCDB}, req("TEST UNIT READY", scsi.NoData, nil, turCDB),
			"got TEST UNIT READY (CDB 00 00 00 00 00 00), want INQUIRY (CDB 12 00 00 00 08 00)",
		}, {
			"CDB without names", Exchange{CDB: inquiryCDB}, req("", scsi.NoData, nil, turCDB),
			"got CDB 00 00 00 00 00 00, want CDB 12 00 00 00 08 00",
		}, {
			"CDB length", Exchange{CDB: turCDB}, req("X", scsi.NoData, nil, make([]byte, 10)),
			"got X (CDB 00 00 00 00 00 00 00 00 00 00), want CDB 00 00 00 00 00 00",
		}, {
			"impossible CDB length", Exchange{CDB: turCDB}, &scsi.Request{CDBLen: 17},
			"CDB length 17",
		}, {
			"direction", Exchange{CDB: inquiryCDB, In: []byte{5}}, req("INQUIRY", scsi.DataOut, []byte{5}, inquiryCDB),
			"CDB 12 00 00 00 08 00: direction is data-out, want data-in",
		}, {
			"no data instead of some", Exchange{CDB: selectCDB, Out: []byte{}}, req("X", scsi.NoData, nil, selectCDB),
			"CDB 55 10 00 00 00 00 00 00 04 00: direction is no data, want data-out",
		}, {
			"length", Exchange{CDB: inquiryCDB, Len: 36}, req("INQUIRY", scsi.DataIn, make([]byte, 8), inquiryCDB),
			"CDB 12 00 00 00 08 00: transfer length is 8 bytes, want 36",
		}, {
			"data-out", Exchange{CDB: selectCDB, Out: []byte{0, 0x10, 5, 0x32}},
			req("X", scsi.DataOut, []byte{0, 0x10, 5, 0x36}, selectCDB),
			"data-out differs: byte 3: got 00 10 05 36, want 00 10 05 32 (from byte 0 on)",
		}, {
			"data-out, far into the data", Exchange{CDB: selectCDB, Out: append(make([]byte, 100), 1)},
			req("X", scsi.DataOut, append(make([]byte, 100), 2), selectCDB),
			"data-out differs: byte 100: got 00 00 00 00 02, want 00 00 00 00 01 (from byte 96 on)",
		}, {
			"data-out too short", Exchange{CDB: selectCDB, Out: []byte{1, 2, 3, 4}},
			req("X", scsi.DataOut, []byte{1, 2}, selectCDB),
			"data-out differs: 2 bytes, want 4, and equal as far as they go",
		}, {
			"hash of data-out", Exchange{CDB: selectCDB, OutHash: "a2aa05ed9085aaf9"},
			req("X", scsi.DataOut, []byte("foobaz"), selectCDB),
			", want a2aa05ed9085aaf9",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := NewPlayback(tt.script)
			res, err := p.Do(t.Context(), tt.got)
			assert.Equal(t, scsi.Result{}, res)
			assert.ErrorIs(t, err, ErrMismatch)
			assert.ErrorContains(t, err, "exchange 0: ")
			assert.ErrorContains(t, err, tt.want)
			te, ok := errors.AsType[*scsi.TransportError](err)
			require.True(t, ok)
			assert.Equal(t, scsi.SentNo, te.Sent)

			// Later commands fail for the same reason, and so does Close.
			_, again := p.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
			assert.ErrorIs(t, again, te.Err)
			assert.Equal(t, te.Err, p.Close())
		})
	}
}

func TestPlaybackEnds(t *testing.T) {
	p := NewPlayback(Exchange{CDB: turCDB}, Exchange{Name: "INQUIRY", CDB: inquiryCDB}, Exchange{CDB: turCDB})
	_, err := p.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
	require.NoError(t, err)
	err = p.Close()
	assert.ErrorIs(t, err, ErrMismatch)
	assert.EqualError(t, err, "exchange 1: 2 of 3 exchanges are left over, the next is INQUIRY (CDB 12 00 00 00 08 00)")

	empty := NewPlayback()
	assert.NoError(t, empty.Close())
	_, err = empty.Do(t.Context(), req("INQUIRY", scsi.DataIn, make([]byte, 8), inquiryCDB))
	assert.ErrorContains(t, err, "exchange 0: got INQUIRY (CDB 12 00 00 00 08 00), want no more commands")
	assert.ErrorIs(t, empty.Close(), ErrMismatch)
}

func TestPlaybackContext(t *testing.T) {
	p := NewPlayback(Exchange{CDB: turCDB})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Do(ctx, req("X", scsi.NoData, nil, turCDB))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, p.Left(), "a command that isn't sent uses up nothing")
	assert.ErrorIs(t, p.Sleep(ctx, time.Hour), context.Canceled)
}

func TestPlaybackClock(t *testing.T) {
	p := NewPlayback(Exchange{CDB: turCDB, Took: 3 * time.Second})
	clock, ok := scsi.As[scsi.Clock](NewFaults(p))
	require.True(t, ok)
	start := clock.Now()
	require.NoError(t, clock.Sleep(t.Context(), time.Hour))
	require.NoError(t, clock.Sleep(t.Context(), -time.Hour))
	_, err := p.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
	require.NoError(t, err)
	assert.Equal(t, time.Hour+3*time.Second, clock.Now().Sub(start))
}

func TestPlaybackFill(t *testing.T) {
	audio := []byte("foobar")
	script := Exchange{CDB: inquiryCDB, InHash: "a2aa05ed9085aaf9", N: 6}
	run := func(fill func([]byte, []byte) error) (scsi.Result, []byte, error) {
		p := NewPlayback(script)
		p.Fill = fill
		data := pattern(8)
		res, err := p.Do(t.Context(), req("READ CD", scsi.DataIn, data, inquiryCDB))
		if err != nil {
			assert.Error(t, p.Close())
		}
		return res, data, err
	}
	res, data, err := run(func(cdb, p []byte) error {
		assert.Equal(t, inquiryCDB, cdb)
		assert.Len(t, p, 6)
		copy(p, audio)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 6, res.N)
	assert.Equal(t, []byte("foobar\x00\x00"), data)

	_, _, err = run(nil)
	assert.ErrorContains(t, err, "only a hash of these data")
	_, _, err = run(func([]byte, []byte) error { return io.ErrUnexpectedEOF })
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, _, err = run(func([]byte, []byte) error { return nil })
	assert.ErrorIs(t, err, ErrMismatch)
	assert.ErrorContains(t, err, "want a2aa05ed9085aaf9")
}

// TestPlaybackCopiesScript: the caller may change its slices afterwards.
func TestPlaybackCopiesScript(t *testing.T) {
	cdb, in := append([]byte{}, inquiryCDB...), []byte{5, 0x80}
	p := NewPlayback(Exchange{CDB: cdb, In: in})
	cdb[0], in[0] = 0xFF, 0xFF
	data := make([]byte, 8)
	_, err := p.Do(t.Context(), req("INQUIRY", scsi.DataIn, data, inquiryCDB))
	require.NoError(t, err)
	assert.Equal(t, byte(5), data[0])
}
