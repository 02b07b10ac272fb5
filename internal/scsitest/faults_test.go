package scsitest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// counter carries out every command: it fills data-in with 11h, 22h ... and counts.
type counter struct {
	mu   sync.Mutex
	done []byte // opcodes
}

func (c *counter) transport() Func {
	return func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.done = append(c.done, req.CDB[0])
		for i := range req.Data {
			if req.Dir == scsi.DataIn {
				req.Data[i] = byte(0x11 * (i + 1))
			}
		}
		return scsi.Result{N: len(req.Data)}, nil
	}
}

var injectedSense = FixedSense(scsi.Sense{Key: scsi.KeyMediumError, Code: asc.WriteError, Deferred: true})

var faultKindTests = []struct {
	name    string
	fault   Fault
	after   bool
	dir     scsi.Direction
	result  scsi.Result
	sent    scsi.Sent // with is
	is      error
	reached bool
	data    []byte // the buffer afterwards, for data-in
}{
	{name: "sense before", fault: SenseFault(injectedSense), dir: scsi.DataOut, result: scsi.Result{Status: 2, Sense: injectedSense}},
	{name: "sense after", fault: SenseFault(injectedSense), after: true, dir: scsi.DataOut, result: scsi.Result{Status: 2, Sense: injectedSense}, reached: true},
	{name: "sense after, data-in", fault: SenseFault(injectedSense), after: true, dir: scsi.DataIn, result: scsi.Result{Status: 2, Sense: injectedSense}, reached: true, data: []byte{0, 0, 0, 0}},
	{name: "busy", fault: StatusFault(scsi.Busy), dir: scsi.DataIn, result: scsi.Result{Status: 8}, data: []byte{0, 0, 0, 0}},
	{name: "not sent", fault: TransportFault(scsi.SentNo, fs.ErrPermission), dir: scsi.NoData, sent: scsi.SentNo, is: fs.ErrPermission},
	{name: "lost before", fault: TransportFault(scsi.SentUnknown, fs.ErrClosed), dir: scsi.DataOut, is: fs.ErrClosed},
	{name: "lost after", fault: TransportFault(scsi.SentUnknown, fs.ErrClosed), after: true, dir: scsi.DataOut, is: fs.ErrClosed, reached: true},
	{name: "zero value", dir: scsi.NoData, is: ErrFault},
	{name: "short data-in, before", fault: ShortFault(3), dir: scsi.DataIn, result: scsi.Result{N: 3}, data: []byte{0, 0, 0, 0}},
	{name: "short data-in after", fault: ShortFault(3), after: true, dir: scsi.DataIn, result: scsi.Result{N: 3}, reached: true, data: []byte{0x11, 0x22, 0x33, 0}},
	{name: "short data-out, before", fault: ShortFault(1), dir: scsi.DataOut, result: scsi.Result{N: 1}},
	{name: "short data-out, after", fault: ShortFault(1), after: true, dir: scsi.DataOut, result: scsi.Result{N: 1}, reached: true},
	{name: "not so short", fault: ShortFault(99), after: true, dir: scsi.DataIn, result: scsi.Result{N: 4}, reached: true, data: []byte{0x11, 0x22, 0x33, 0x44}},
	{name: "short without data", fault: ShortFault(3), dir: scsi.NoData},
	{name: "good before", fault: GoodFault(), dir: scsi.DataIn, result: scsi.Result{N: 4}, data: []byte{0, 0, 0, 0}},
	{name: "good before, data-out", fault: GoodFault(), dir: scsi.DataOut, result: scsi.Result{N: 4}},
	{name: "data before", fault: DataFault([]byte{7, 8, 9}), dir: scsi.DataIn, result: scsi.Result{N: 3}, data: []byte{7, 8, 9, 0}},
	{name: "data after", fault: DataFault([]byte{7, 8, 9, 10, 11}), after: true, dir: scsi.DataIn, result: scsi.Result{N: 4}, reached: true, data: []byte{7, 8, 9, 10}},
	{name: "data, data-out", fault: DataFault([]byte{7}), dir: scsi.DataOut, result: scsi.Result{N: 4}},
	{name: "take all", fault: TakeFault(9), dir: scsi.DataOut, result: scsi.Result{N: 4}, reached: true},
	{name: "take two", fault: TakeFault(2), dir: scsi.DataOut, result: scsi.Result{N: 2}, reached: true},
	{name: "take after", fault: TakeFault(2), after: true, dir: scsi.DataOut, result: scsi.Result{N: 2}, reached: true},
	{name: "take of data-in", fault: TakeFault(2), dir: scsi.DataIn, result: scsi.Result{N: 4}, reached: true, data: []byte{0x11, 0x22, 0x33, 0x44}},
	{name: "task set full", fault: StatusFault(scsi.TaskSetFull), dir: scsi.DataOut, result: scsi.Result{Status: 0x28}},
	{name: "conflict", fault: StatusFault(scsi.ReservationConflict), dir: scsi.DataOut, result: scsi.Result{Status: 0x18}},
	{name: "less than nothing", fault: ShortFault(-1), dir: scsi.DataOut},
}

func TestFaultKinds(t *testing.T) {
	for _, tt := range faultKindTests {
		t.Run(tt.name, func(t *testing.T) {
			var c counter
			f := NewFaults(c.transport(), Rule{Fault: tt.fault, After: tt.after})
			r := req("X", tt.dir, nil, inquiryCDB)
			if tt.dir != scsi.NoData {
				r.Data = pattern(4)
			}
			res, err := f.Do(t.Context(), r)
			assert.Equal(t, tt.result, res)
			if tt.is != nil {
				assert.ErrorIs(t, err, tt.is)
				te, ok := errors.AsType[*scsi.TransportError](err)
				require.True(t, ok)
				assert.Equal(t, "X", te.Op)
				assert.Equal(t, tt.sent, te.Sent)
			} else {
				assert.NoError(t, err)
			}
			assert.Equal(t, tt.reached, len(c.done) == 1)
			if tt.data != nil {
				assert.Equal(t, tt.data, r.Data)
			}
			if tt.dir == scsi.DataOut {
				assert.Equal(t, pattern(4), r.Data, "data-out is the caller's")
			}
			// Once fires a single time.
			assert.Equal(t, 1, f.Fired())
			res, err = f.Do(t.Context(), r)
			assert.NoError(t, err)
			assert.Equal(t, scsi.Result{N: len(r.Data)}, res)
			assert.Equal(t, 1, f.Fired())
		})
	}
}

// TestFaultGarbage: a seed always gives the same noise, and another seed gives other
// noise.
func TestFaultGarbage(t *testing.T) {
	var c counter
	noise := func(seed uint64) []byte {
		r := req("X", scsi.DataIn, make([]byte, 64), inquiryCDB)
		res, err := NewFaults(c.transport(), Rule{Fault: GarbageFault(seed)}).Do(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, scsi.Result{N: 64}, res)
		return r.Data
	}
	assert.Equal(t, noise(1), noise(1))
	assert.NotEqual(t, noise(1), noise(2))
	assert.NotEqual(t, make([]byte, 64), noise(3))
	assert.Empty(t, c.done)
}

// TestFaultTake: the device gets the whole blocks of a WRITE that arrived, and only
// their data.
func TestFaultTake(t *testing.T) {
	for _, c := range []struct {
		cdb    []byte
		n      int
		blocks []byte // position in the CDB
		bytes  int
	}{
		{[]byte{0x2A, 0, 0, 0, 0, 9, 0, 0, 27, 0}, 25 * 2352, []byte{0, 25}, 25 * 2352},
		{[]byte{0x2A, 0, 0, 0, 0, 9, 0, 0, 27, 0}, 25*2352 + 100, []byte{0, 25}, 25 * 2352},
		{[]byte{0x2A, 0, 0, 0, 0, 9, 0, 0, 27, 0}, 0, []byte{0, 0}, 0},
		{[]byte{0xAA, 0, 0, 0, 0, 9, 0, 0, 0, 27, 0, 0}, 512, []byte{0, 0, 0, 0}, 0},
		{[]byte{0xAA, 0, 0, 0, 0, 9, 0, 0, 0, 27, 0, 0}, 26 * 2352, []byte{0, 0, 0, 26}, 26 * 2352},
		{[]byte{0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, 12, []byte{0, 60}, 12},
	} {
		var got scsi.Request
		inner := Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			got = *req
			return scsi.Result{N: len(req.Data)}, nil
		})
		r := req("X", scsi.DataOut, make([]byte, 27*2352), c.cdb)
		res, err := NewFaults(inner, Rule{Fault: TakeFault(c.n)}).Do(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, scsi.Result{N: c.n}, res)
		at := 7
		if c.cdb[0] == 0xAA {
			at = 6
		}
		assert.Equal(t, c.blocks, got.CDB[at:at+len(c.blocks)])
		assert.Len(t, got.Data, c.bytes)
		assert.Equal(t, c.cdb, r.CDB[:r.CDBLen], "the caller's command is unchanged")
	}
}

// TestFaultSchedule runs nine commands, opcodes 0 1 2 0 1 2 0 1 2, and shows which of
// them failed (x) and which reached the device (+); both is *.
func TestFaultSchedule(t *testing.T) {
	even := func(req *scsi.Request) bool { return req.CDB[0]%2 == 0 }
	busy := StatusFault(scsi.Busy)
	tests := []struct {
		name  string
		rules []Rule
		want  string
	}{
		{"none", nil, "+++++++++"},
		{"first", []Rule{{Fault: busy}}, "x++++++++"},
		{"fourth", []Rule{{Skip: 3, Fault: busy}}, "+++x+++++"},
		{"from the fourth on", []Rule{{Skip: 3, Sticky: true, Fault: busy}}, "+++xxxxxx"},
		{"after", []Rule{{Skip: 3, Sticky: true, After: true, Fault: busy}}, "+++******"},
		{"opcode 1", []Rule{{Match: Opcode(1), Fault: busy}}, "+x+++++++"},
		{"second of opcode 1", []Rule{{Match: Opcode(1), Skip: 1, Fault: busy}}, "++++x++++"},
		{"opcode 1 always", []Rule{{Match: Opcode(1), Sticky: true, Fault: busy}}, "+x++x++x+"},
		{"opcodes 1 and 2", []Rule{{Match: Opcode(1, 2), Sticky: true, Fault: busy}}, "+xx+xx+xx"},
		{"predicate", []Rule{{Match: even, Skip: 2, Sticky: true, Fault: busy}}, "+++x+xx+x"},
		{"never reached", []Rule{{Skip: 9, Fault: busy}}, "+++++++++"},
		{"no such opcode", []Rule{{Match: Opcode(), Sticky: true, Fault: busy}}, "+++++++++"},
		{
			"the first rule decides, the second has counted",
			[]Rule{{Skip: 1, Fault: busy}, {Skip: 1, Fault: busy, After: true}}, "+x*++++++",
		},
		{
			"two rules for one command",
			[]Rule{{Match: Opcode(2), Sticky: true, Fault: busy}, {Sticky: true, After: true, Fault: busy}}, "**x**x**x",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c counter
			f := NewFaults(c.transport(), tt.rules...)
			var got strings.Builder
			for i := range 9 {
				before := len(c.done)
				res, err := f.Do(t.Context(), req("X", scsi.NoData, nil, []byte{byte(i % 3), 0, 0, 0, 0, 0}))
				require.NoError(t, err)
				failed, reached := res.Status == scsi.Busy, len(c.done) > before
				got.WriteString(map[[2]bool]string{{false, true}: "+", {true, false}: "x", {true, true}: "*"}[[2]bool{failed, reached}])
			}
			assert.Equal(t, tt.want, got.String())
			assert.Equal(t, 9, f.Commands())
			assert.Equal(t, bytes.Count([]byte(tt.want), []byte("x"))+bytes.Count([]byte(tt.want), []byte("*")), f.Fired())
		})
	}
}

// TestFaultsAddLater: rules count from when they are added, and can be removed.
func TestFaultsAddLater(t *testing.T) {
	var c counter
	f := NewFaults(c.transport())
	tur := func() scsi.Status {
		res, err := f.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
		require.NoError(t, err)
		return res.Status
	}
	assert.Equal(t, scsi.Good, tur())
	f.Add(Rule{Skip: 1, Sticky: true, Fault: StatusFault(scsi.Busy)})
	assert.Equal(t, scsi.Good, tur())
	assert.Equal(t, scsi.Busy, tur())
	f.Clear()
	assert.Equal(t, scsi.Good, tur())
	assert.Equal(t, []int{4, 1}, []int{f.Commands(), f.Fired()})
}

// TestFaultsTrueError: a real error of the Transport underneath takes precedence over
// the fault that would follow it.
func TestFaultsTrueError(t *testing.T) {
	gone := &scsi.TransportError{Op: "X", Err: fs.ErrNotExist}
	f := NewFaults(Func(func(context.Context, *scsi.Request) (scsi.Result, error) { return scsi.Result{}, gone }),
		Rule{After: true, Fault: StatusFault(scsi.Busy)})
	_, err := f.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
	assert.Same(t, gone, err)
}

// TestFaultsShortKeepsRefusal: a short transfer doesn't turn a refusal into GOOD.
func TestFaultsShortKeepsRefusal(t *testing.T) {
	f := NewFaults(&device{}, Rule{After: true, Fault: ShortFault(0)})
	res, err := f.Do(t.Context(), testUnitReady())
	require.NoError(t, err)
	assert.Equal(t, scsi.CheckCondition, res.Status)
}

func TestFaultsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var c counter
	f := NewFaults(c.transport(), Rule{Fault: StatusFault(scsi.Busy)})
	_, err := f.Do(ctx, req("X", scsi.NoData, nil, turCDB))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, f.Commands())
	res, err := f.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
	require.NoError(t, err)
	assert.Equal(t, scsi.Busy, res.Status, "the fault is still pending")
}

// TestFaultsConcurrent is for the race detector; every fault fires exactly once.
func TestFaultsConcurrent(t *testing.T) {
	var c counter
	f := NewFaults(c.transport())
	const rules, workers, each = 50, 4, 100
	var group sync.WaitGroup
	group.Go(func() {
		for range rules {
			f.Add(Rule{Fault: StatusFault(scsi.Busy)})
		}
	})
	for range workers {
		group.Go(func() {
			for range each {
				if _, err := f.Do(t.Context(), req("X", scsi.NoData, nil, turCDB)); err != nil {
					t.Error(err)
				}
				f.Fired()
			}
		})
	}
	group.Wait()
	for range rules {
		_, err := f.Do(t.Context(), req("X", scsi.NoData, nil, turCDB))
		require.NoError(t, err)
	}
	assert.Equal(t, rules, f.Fired())
	assert.Equal(t, workers*each+rules, f.Commands())
	assert.Len(t, c.done, workers*each)
}

func TestDecoratorsPassOn(t *testing.T) {
	limits := scsi.Limits{MaxTransfer: 63504, Alignment: 512}
	stuck := errors.New("stuck")
	for name, wrap := range map[string]func(scsi.Transport) scsi.Transport{
		"Faults":   func(t scsi.Transport) scsi.Transport { return NewFaults(t) },
		"Recorder": func(t scsi.Transport) scsi.Transport { return NewRecorder(t) },
	} {
		d := &device{limits: limits, closeError: stuck}
		wrapped := wrap(d)
		assert.Equal(t, limits, wrapped.Limits(), name)
		found, ok := scsi.As[*device](wrapped)
		assert.True(t, ok, name)
		assert.Same(t, d, found, name)
		assert.ErrorIs(t, wrapped.Close(), stuck, name)
		assert.Equal(t, 1, d.closes, name)
	}
}
