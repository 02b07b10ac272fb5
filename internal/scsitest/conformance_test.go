package scsitest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// TestConformanceAccepts: every device that fulfills the contract passes, alone and
// through the decorators.
func TestConformanceAccepts(t *testing.T) {
	tests := map[string]device{
		"plain":                  {},
		"descriptor sense":       {descriptor: true},
		"unit attentions":        {attentions: 3},
		"old, no configuration":  {old: true},
		"filtered opcodes":       {filter: true},
		"limits":                 {limits: scsi.Limits{MaxTransfer: 63504, Alignment: 512}},
		"descriptor and limited": {descriptor: true, attentions: 1, limits: scsi.Limits{MaxTransfer: 2352, Alignment: 1}},
	}
	for name, d := range tests {
		t.Run(name, func(t *testing.T) {
			var opened []*device
			TestTransport(t, func() scsi.Transport {
				fresh := d
				opened = append(opened, &fresh)
				return &fresh
			})
			require.Len(t, opened, 2)
			for _, d := range opened {
				assert.Equal(t, 1, d.closes)
				assert.Greater(t, d.sent, 10)
			}
		})
	}
}

// broken lists the devices that the suite must catch, with the error of each.
var broken = []struct {
	device device
	says   string
}{
	{device{diskDrive: true}, "INQUIRY: byte 0 is 00h: not a connected device of type 5"},
	{device{noDevice: true}, "INQUIRY: byte 0 is 7Fh: not a connected device of type 5"},
	{device{goodUnknown: true}, "unknown opcode: got GOOD, want CHECK CONDITION"},
	{device{errorUnknown: true}, "unknown opcode: unassigned opcode 1Fh: no answer from the device: invalid argument"},
	{device{noSense: true}, "CHECK CONDITION: sense data: 0 bytes"},
	{device{rawSense: true}, "CHECK CONDITION: sense data: response code 00h"},
	{device{wrongSense: true}, "mean 5/24/00, want current 5/20/00"},
	{device{deferredSense: true}, "mean 5/20/00, want current 5/20/00"},
	{device{deferredSense: true, descriptor: true}, "mean 5/20/00, want current 5/20/00"},
	{device{sharedSense: true}, "sense data are not reused: a later command changed byte 0"},
	{device{senseWithGood: true}, "no data: TEST UNIT READY: GOOD with sense data"},
	{device{busyNoData: true}, "no data: TEST UNIT READY: BUSY"},
	{device{attentionAlways: true}, "settle: unit attention without end"},
	{device{countsBuffer: true}, "GET CONFIGURATION: N is 1024, but the reply announces 20 bytes"},
	{device{countsLarge: true}, "INQUIRY: N is 37 for a buffer of 36 bytes"},
	{device{countsNone: true}, "INQUIRY: N is 0, but the reply announces 5 bytes"},
	{device{countsOne: true}, "GET CONFIGURATION: N is 21, but the reply announces 20 bytes"},
	{device{dirtyTail: true}, "8 bytes came, but byte 8 after them is A5h, not zero"},
	{device{ignoresAlloc: true}, "INQUIRY for 8 bytes into a buffer of 36: N is 36"},
	{device{differs: true}, "data-in lengths: 6 bytes: got 85 80"},
	{device{writesOutside: true}, "data-in lengths: 6 bytes: something was written outside Data"},
	{device{needsAlignment: true}, "unaligned buffer: address shifted by 1: got EE"},
	{device{sendsEnded: true}, "ended context: got error <nil>, want one that matches context.Canceled"},
	{device{plainContext: true}, "ended context: not a *scsi.TransportError: context canceled"},
	{device{unknownContext: true}, "ended context: the error says sent: unknown, want no"},
	{device{changesCDB: true}, "request is not changed: was "},
	{device{changesData: true}, "request is not changed: was "},
	{device{staleCDB: true}, "unknown opcode: sense data 70 00 02"},
	{device{keepsData: true}, "request is not retained: a later command wrote to the buffer of an earlier one"},
	{device{refusesEmpty: true}, "no data: TEST UNIT READY with Data nil=false"},
	{device{untypedError: true, filter: true}, "unknown opcode: not a *scsi.TransportError: permission denied"},
	{device{badRequestSense: true}, "REQUEST SENSE: sense data: response code 00h"},
	{device{smallLimit: true}, "limits: MaxTransfer is 2048 bytes"},
	{device{oddAlignment: true}, "limits: limit Alignment 24 is not a power of two"},
	{device{shakyLimits: true}, "limits: first {MaxTransfer:65536 "},
}

func TestConformanceCatches(t *testing.T) {
	for _, tt := range broken {
		t.Run(tt.says, func(t *testing.T) {
			d := tt.device
			assert.ErrorContains(t, CheckTransport(t.Context(), &d), tt.says)
			// Decorators must not hide it; they may repair what they promise to repair.
			d = tt.device
			err := CheckTransport(t.Context(), scsi.NewTrace(NewFaults(&d), slog.New(slog.DiscardHandler)))
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// TestConformanceCatchesSilence: a Transport that answers nothing is refused
// immediately, with the Transport's own error.
func TestConformanceCatchesSilence(t *testing.T) {
	gone := &scsi.TransportError{Op: "INQUIRY", Err: errors.New("no such device")}
	calls := 0
	err := CheckTransport(t.Context(), Func(func(context.Context, *scsi.Request) (scsi.Result, error) {
		calls++
		return scsi.Result{}, gone
	}))
	assert.ErrorIs(t, err, gone)
	assert.Equal(t, 1, calls)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, CheckTransport(ctx, &device{}), context.Canceled)
}

// fakeTB records what TestTransport reports.
type fakeTB struct {
	testing.TB
	ctx      context.Context
	failures []string
}

func (f *fakeTB) Helper()                  {}
func (f *fakeTB) Context() context.Context { return f.ctx }
func (f *fakeTB) Errorf(text string, a ...any) {
	f.failures = append(f.failures, fmt.Sprintf(text, a...))
}

func TestTestTransportReports(t *testing.T) {
	tb := &fakeTB{ctx: t.Context()}
	TestTransport(tb, func() scsi.Transport { return &device{dirtyTail: true, closeError: errors.New("stuck")} })
	require.Len(t, tb.failures, 4)
	assert.Contains(t, tb.failures[0], "bare: ")
	assert.Contains(t, tb.failures[0], "not zero")
	assert.Equal(t, "bare: Close: stuck", tb.failures[1])
	assert.Contains(t, tb.failures[2], "through Trace and Faults: ")
	assert.Equal(t, "through Trace and Faults: Close: stuck", tb.failures[3])
}

// TestConformanceIsHarmless pins the opcodes of the suite: none of them can change a
// disc or the state of a drive.
func TestConformanceIsHarmless(t *testing.T) {
	r := NewRecorder(&device{attentions: 2})
	require.NoError(t, CheckTransport(t.Context(), r))
	for _, op := range r.Opcodes() {
		assert.Contains(t, []byte{0x00, 0x03, 0x12, 0x1F, 0x46}, op)
	}
	for _, ex := range r.Exchanges() {
		assert.NotEqual(t, scsi.DataOut, ex.Dir)
		assert.Contains(t, []int{6, 10}, len(ex.CDB))
		if ex.Dir == scsi.DataIn && ex.CDB[0] == 0x12 {
			assert.LessOrEqual(t, int(ex.CDB[4]), ex.Len, "more asked for than there is room: %v", ex)
		}
	}
}

// TestConformanceOfPlayback: a script recorded from a good device passes.
func TestConformanceOfPlayback(t *testing.T) {
	r := NewRecorder(&device{})
	require.NoError(t, CheckTransport(t.Context(), r))
	var script []Exchange
	for _, ex := range r.Exchanges() {
		if ex.Err == nil { // a command with an ended context never reaches the script
			script = append(script, ex)
		}
	}
	p := NewPlayback(script...)
	require.NoError(t, CheckTransport(t.Context(), p))
	assert.NoError(t, p.Close())
}
