package host

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

func simulated() scsi.Transport { return sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}) }

// openOn opens a drive of the machine for a test.
func (w *fakeWindows) openOn(path string, opts *Options) *Device {
	w.t.Helper()
	if opts == nil {
		opts = &Options{}
	}
	n, err := openWindows(w.t.Context(), w, path, opts)
	require.NoError(w.t, err)
	d := &Device{node: n}
	w.t.Cleanup(func() { require.NoError(w.t, d.Close()) })
	return d
}

// The contract of scsi.Transport, on the backend for Windows over the simulated drive:
// by each of its names, and where only the volume can be opened; on adapters with and
// without autosense, and with each alignment in Microsoft's documentation, and a
// sector's.
func TestWindowsConformance(t *testing.T) {
	for _, name := range []string{"D:", `\\.\CdRom0`, (&winDevice{}).interfacePath(), "D: alone"} {
		for _, noAutosense := range []bool{false, true} {
			for _, mask := range []uint32{0, 1, 3, 7, 511} {
				w := newWindows(t)
				d := w.drive("D", simulated())
				d.noAutosense, d.mask, d.adapter = noAutosense, uintptr(mask), adapterOf(1<<17, 17, mask)
				path, alone := strings.CutSuffix(name, " alone")
				w.noClass = alone
				scsitest.TestTransport(t, func() scsi.Transport {
					n, err := openWindows(t.Context(), w, path, &Options{})
					require.NoError(t, err)
					return &Device{node: n}
				})
				assert.Empty(t, w.handles, "handles left open")
				assert.True(t, d.clean())
			}
		}
	}
}

// The layout of SCSI_PASS_THROUGH_DIRECT, field by field: offsets for pointers of 8 and
// of 4 bytes, from the headers that MinGW and Wine have of <ntddscsi.h>.
func TestPassThroughLayout(t *testing.T) {
	var h sptHeader
	for _, f := range []struct {
		name     string
		got      uintptr
		at8, at4 uintptr
	}{
		{"Length", unsafe.Offsetof(h.length), 0, 0},
		{"ScsiStatus", unsafe.Offsetof(h.status), 2, 2},
		{"PathId", unsafe.Offsetof(h.path), 3, 3},
		{"TargetId", unsafe.Offsetof(h.target), 4, 4},
		{"Lun", unsafe.Offsetof(h.unit), 5, 5},
		{"CdbLength", unsafe.Offsetof(h.cdbLength), 6, 6},
		{"SenseInfoLength", unsafe.Offsetof(h.senseLength), 7, 7},
		{"DataIn", unsafe.Offsetof(h.direction), 8, 8},
		{"DataTransferLength", unsafe.Offsetof(h.dataLength), 12, 12},
		{"TimeOutValue", unsafe.Offsetof(h.timeout), 16, 16},
		{"DataBuffer", unsafe.Offsetof(h.data), 24, 20},
		{"SenseInfoOffset", unsafe.Offsetof(h.senseOffset), 32, 24},
		{"Cdb", unsafe.Offsetof(h.cdb), 36, 28},
		{"size", unsafe.Sizeof(h), 56, 44},
		{"sense data", unsafe.Offsetof(sptBlock{}.sense), 60, 48},
	} {
		want := f.at8
		if wordSize == 4 {
			want = f.at4
		}
		assert.Equal(t, want, f.got, f.name)
	}
}

// The constants as in the headers of Windows.
func TestWindowsControlCodes(t *testing.T) {
	for want, got := range map[uint32]uint32{
		0x4D014: ioctlPassThroughDirect, 0x41010: ioctlGetCapabilities, 0x2D1400: ioctlQueryProperty,
		0x2D1080: ioctlDeviceNumber, 0x2D0944: ioctlMediaNotification, 0x2D0940: ioctlEjectionControl,
		0x2C05C: ioctlExclusiveAccess, 0x90018: fsctlLockVolume, 0x9001C: fsctlUnlockVolume, 0x90020: fsctlDismountVolume,
	} {
		assert.Equal(t, want, got)
	}
}

// The block for a WRITE(10), byte by byte.
func TestPassThroughForACommand(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", rawFunc(func(context.Context, *scsi.Request) (scsi.Result, error) { return scsi.Result{}, nil }))
	dev := w.openOn("D:", nil)
	req := &scsi.Request{
		CDB: [16]byte{0x2A, 0, 0, 0, 1, 2, 0, 0, 2}, CDBLen: 10, Dir: scsi.DataOut,
		Data: make([]byte, 2*2352), Timeout: 90*time.Second + time.Millisecond, Name: "WRITE(10)",
	}
	_, err := dev.Do(t.Context(), req)
	require.NoError(t, err)
	at := offsets()
	want := make([]byte, at.cdb+16)
	copy(want, []byte{byte(at.size), 0, 0, 0, 0, 0, 10, 64, 0})
	copy(want[12:], []byte{0x60, 0x12, 0, 0, 91, 0, 0, 0}) // 4704 bytes, 91 seconds
	copy(want[at.senseOffset:], []byte{byte(at.size + 4)})
	copy(want[at.cdb:], req.CDB[:])
	got := bytes.Clone(d.last[:len(want)])
	clear(got[at.buffer : at.buffer+int(wordSize)])
	if runtime.GOARCH != "s390x" { // the only one of ours with the other byte order
		assert.Equal(t, want, got)
	}
}

func TestWholeSeconds(t *testing.T) {
	for d, want := range map[time.Duration]uint32{
		0: 30, -1: 30, 1: 1, time.Second: 1, time.Second + 1: 2, 1500 * time.Millisecond: 2,
		3 * time.Hour: 10800, 31 * time.Hour: 108000, math.MaxInt64: 108000,
	} {
		assert.Equal(t, want, wholeSeconds(d), d)
	}
}

// answer makes a drive that returns the same for every command.
func answer(res scsi.Result, data ...byte) scsi.Transport {
	return rawFunc(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		r := res
		if r.N == 0 {
			r.N = copy(req.Data, data)
		}
		return r, nil
	})
}

// The call succeeds whatever the drive's status: the status must be checked. A public
// burner that didn't check it "burned" 36 minutes in 12 s
// (github.com/Psysonic/psysonic, pull 1538).
func TestWindowsStatus(t *testing.T) {
	sense := []byte{0: 0x70, 2: 5, 7: 10, 12: 0x21, 17: 0}
	for _, tt := range []struct {
		res   scsi.Result
		sense []byte
	}{
		{scsi.Result{Status: scsi.Good}, nil},
		{scsi.Result{Status: scsi.CheckCondition, Sense: sense}, sense},
		{scsi.Result{Status: scsi.Busy}, nil},
		{scsi.Result{Status: scsi.ReservationConflict}, nil},
		{scsi.Result{Status: scsi.TaskSetFull}, nil},
	} {
		w := newWindows(t)
		w.drive("D", answer(tt.res))
		res, err := w.openOn("D:", nil).Do(t.Context(), &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 2352)})
		require.NoError(t, err)
		assert.Equal(t, tt.res.Status, res.Status)
		assert.Equal(t, tt.sense, res.Sense)
	}
}

// GOOD without a single byte of a reply is Wine's result for a drive that doesn't
// answer.
func TestWindowsNothingCame(t *testing.T) {
	w := newWindows(t)
	w.drive("D", answer(scsi.Result{}))
	dev := w.openOn("D:", nil)
	_, err := dev.Do(t.Context(), inquiry(36))
	transportError(t, err, scsi.SentUnknown, errNothingCame)
	_, err = dev.Do(t.Context(), testUnitReady())
	require.NoError(t, err, "a command without data")
}

// Some bridges count wrongly. Data that arrived are kept, and data that didn't are not
// invented.
func TestWindowsCounts(t *testing.T) {
	reply := []byte{5, 0x80, 0, 0, 7, 0, 0, 0, 'A', 0, 0, 0}
	for _, tt := range []struct {
		name  string
		count uint32
		want  int
	}{
		{"right", 12, 12}, {"none", 0, 9}, {"too few", 4, 9}, {"more than fits", 1 << 20, 36},
	} {
		w := newWindows(t)
		d := w.drive("D", answer(scsi.Result{}, reply...))
		d.count = func(int) uint32 { return tt.count }
		req := inquiry(36)
		res, err := w.openOn("D:", nil).Do(t.Context(), req)
		require.NoError(t, err, tt.name)
		assert.Equal(t, tt.want, res.N, tt.name)
		assert.Equal(t, reply, req.Data[:12], tt.name)
	}
}

// A misaligned buffer is copied, and nothing outside it is changed.
func TestWindowsAlignment(t *testing.T) {
	var sent []byte
	w := newWindows(t)
	d := w.drive("D", rawFunc(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		if req.Dir == scsi.DataOut {
			sent = bytes.Clone(req.Data)
			return scsi.Result{N: len(sent)}, nil
		}
		return scsi.Result{N: copy(req.Data, sent)}, nil
	}))
	d.mask, d.adapter = 511, adapterOf(1<<17, 17, 511)
	dev := w.openOn("D:", nil)
	assert.Equal(t, scsi.Limits{MaxTransfer: 63504, Alignment: 512}, dev.Limits())
	memory := make([]byte, 3*2352+1024)
	for shift := range 5 {
		for i := range memory {
			memory[i] = byte(i * 7)
		}
		data := memory[shift+100:][:2352*(1+shift%3)]
		want := bytes.Clone(data)
		_, err := dev.Do(t.Context(), &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: data})
		require.NoError(t, err)
		assert.Equal(t, want, sent)
		res, err := dev.Do(t.Context(), &scsi.Request{CDB: [16]byte{0xBE}, CDBLen: 12, Dir: scsi.DataIn, Data: data})
		require.NoError(t, err)
		assert.Equal(t, len(data), res.N)
		for i := range memory {
			require.Equal(t, byte(i*7), memory[i], "%d", i)
		}
	}
}

// A WRITE from the engine's own buffers, which are aligned, doesn't allocate.
func TestWindowsWriteDoesNotAllocate(t *testing.T) {
	w := newWindows(t)
	w.drive("D", answer(scsi.Result{}))
	dev := w.openOn("D:", nil)
	dev.node.(*sptNode).api = silentWindows{w}
	req := &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 27*2352)}
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = dev.Do(context.Background(), req) }))
}

// silentWindows is a drive that does nothing and doesn't allocate.
type silentWindows struct{ *fakeWindows }

func (silentWindows) control(uintptr, uint32, []byte, []byte) (int, error) { return 0, nil }

func TestWindowsTooLong(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	d.adapter, d.longest = adapterOf(1<<17, 9, 3), 1<<15
	dev := w.openOn("D:", nil)
	assert.Equal(t, 1<<15, dev.Limits().MaxTransfer)
	_, err := dev.Do(t.Context(), &scsi.Request{CDB: [16]byte{0xBE}, CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, 1<<15+1), Name: "READ CD"})
	transportError(t, err, scsi.SentNo, errTooLong)
	assert.Nil(t, d.last, "it isn't tried")
	// An adapter that accepts less than it reported.
	d.longest = 1 << 14
	_, err = dev.Do(t.Context(), &scsi.Request{CDB: [16]byte{0xBE}, CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, 1<<15), Name: "READ CD"})
	transportError(t, err, scsi.SentNo, errTooLong, winError(87))
}

func TestWindowsLimits(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		adapter, capabilities []byte
		want                  scsi.Limits
	}{
		{"the length counts", adapterOf(0x8000, 17, 0), nil, scsi.Limits{MaxTransfer: 0x8000, Alignment: 1}},
		{"the pages count, less one", adapterOf(0x20000, 9, 1), nil, scsi.Limits{MaxTransfer: 0x8000, Alignment: 2}},
		{"AHCI: no more than 27 sectors", adapterOf(0x20000, 0xFFFFFFFF, 1), nil, scsi.Limits{MaxTransfer: 63504, Alignment: 2}},
		{"no limit at all", adapterOf(0xFFFFFFFF, 0, 7), nil, scsi.Limits{MaxTransfer: 63504, Alignment: 8}},
		{"nonsense", adapterOf(0, 0, 3), nil, scsi.Limits{Alignment: 4}},
		{"one page", adapterOf(0x1000, 2, 3), nil, scsi.Limits{MaxTransfer: 0x1000, Alignment: 4}},
		{"the older way", nil, capabilitiesOf(0x20000, 17, 1), scsi.Limits{MaxTransfer: 63504, Alignment: 2}},
		{"a reply cut short", adapterOf(0x8000, 17, 0)[:12], capabilitiesOf(0x9000, 17, 1), scsi.Limits{MaxTransfer: 0x9000, Alignment: 2}},
		{"Wine: a page and no mask", nil, capabilitiesOf(0x8000, 0, 0x1000), scsi.Limits{MaxTransfer: 0x8000, Alignment: 0x1000}},
		{"a mask with holes", adapterOf(0x8000, 17, 5), nil, scsi.Limits{MaxTransfer: 0x8000, Alignment: 8}},
		{"an absurd mask", adapterOf(0x8000, 17, 0xFFFFFFFF), nil, scsi.Limits{MaxTransfer: 0x8000, Alignment: 0x1000}},
		{"nobody says", nil, nil, scsi.Limits{Alignment: 0x1000}},
	} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		d.adapter, d.capabilities = tt.adapter, tt.capabilities
		assert.Equal(t, tt.want, w.openOn("D:", nil).Limits(), tt.name)
	}
}

// The errors of DeviceIoControl, and whether the drive can have seen the command.
func TestWindowsRefusals(t *testing.T) {
	for code, want := range map[winError]struct {
		sent scsi.Sent
		is   error
	}{
		1: {scsi.SentNo, errors.ErrUnsupported}, 50: {scsi.SentNo, errors.ErrUnsupported},
		5: {scsi.SentNo, fs.ErrPermission}, 6: {scsi.SentNo, nil}, 1306: {scsi.SentNo, nil}, 1110: {scsi.SentUnknown, nil}, 8: {scsi.SentNo, nil}, 1450: {scsi.SentNo, nil},
		32: {scsi.SentNo, scsi.ErrLocked}, 170: {scsi.SentNo, scsi.ErrLocked}, 87: {scsi.SentNo, errTooLong},
		121: {scsi.SentUnknown, os.ErrDeadlineExceeded}, 1460: {scsi.SentUnknown, os.ErrDeadlineExceeded},
		2: {scsi.SentUnknown, fs.ErrNotExist}, 55: {scsi.SentUnknown, fs.ErrNotExist}, 433: {scsi.SentUnknown, fs.ErrNotExist},
		1167: {scsi.SentUnknown, fs.ErrNotExist}, 1617: {scsi.SentUnknown, fs.ErrNotExist},
		21: {scsi.SentUnknown, nil}, 31: {scsi.SentUnknown, nil}, 1117: {scsi.SentUnknown, nil}, 995: {scsi.SentUnknown, nil},
	} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		dev := w.openOn("D:", nil)
		d.always[ioctlPassThroughDirect] = code
		_, err := dev.Do(t.Context(), inquiry(36))
		is := []error{code}
		if want.is != nil {
			is = append(is, want.is)
		}
		transportError(t, err, want.sent, is...)
	}
	// A command without data can't be too long.
	w := newWindows(t)
	d := w.drive("D", simulated())
	dev := w.openOn("D:", nil)
	d.always[ioctlPassThroughDirect] = winError(87)
	_, err := dev.Do(t.Context(), testUnitReady())
	transportError(t, err, scsi.SentNo, winError(87))
	assert.NotErrorIs(t, err, errTooLong)
	contains(t, err, "invalid parameter (Windows error 87)")
	assert.Equal(t, "Windows error 4711", winError(4711).Error())
}

// Sense data of an adapter that fetches none, and when there are none to fetch.
func TestWindowsRequestSense(t *testing.T) {
	for _, tt := range []struct {
		name  string
		reply []byte
		err   error
		want  bool
	}{
		{"there are some", []byte{0: 0x70, 2: 3, 7: 10, 12: 0x0C, 17: 0}, nil, true},
		{"zeroes", make([]byte, 18), nil, false},
		{"none came", nil, nil, false},
		{"the bus fails", nil, errors.New("gone"), false},
	} {
		w := newWindows(t)
		d := w.drive("D", rawFunc(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			if req.CDB[0] != 3 {
				return scsi.Result{Status: scsi.CheckCondition}, nil
			}
			return scsi.Result{N: copy(req.Data, tt.reply)}, tt.err
		}))
		d.noAutosense = true
		res, err := w.openOn("D:", nil).Do(t.Context(), testUnitReady())
		require.NoError(t, err, tt.name)
		assert.Equal(t, scsi.CheckCondition, res.Status)
		assert.Equal(t, tt.want, len(res.Sense) > 0, tt.name)
	}
}
