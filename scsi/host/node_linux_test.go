package host

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// The contract of scsi.Transport, on both kinds of node, with and without autosense.
func TestConformance(t *testing.T) {
	for _, name := range []string{"sr0", "sg1"} {
		for _, autosense := range []bool{true, false} {
			m := newMachine(t)
			sr, sg := m.drive(0, "REDBOOK", "TEST CD-RW", "1.00")
			m.only(name)
			drive := cdDrive()
			sr.sgIO = (&attach{drive: drive, residuals: true, autosense: autosense}).sgIO
			stale := bytes.Repeat([]byte{0x52}, 1<<16)
			sg.sgIO = (&attach{drive: drive, residuals: true, autosense: autosense, buffer: stale}).sgIO
			scsitest.TestTransport(t, func() scsi.Transport {
				n, err := m.openDevice(t.Context(), m.at("dev", name), &Options{})
				require.NoError(t, err)
				return &Device{node: n}
			})
			assert.Empty(t, m.files, "descriptors left open")
		}
	}
}

// The layout of struct sg_io_hdr, field by field: offsets for pointers of 8 and of 4
// bytes, measured with a C compiler against the kernel's <scsi/sg.h>.
func TestHeaderLayout(t *testing.T) {
	var h sgHeader
	for _, f := range []struct {
		name     string
		got      uintptr
		at8, at4 uintptr
	}{
		{"interface_id", unsafe.Offsetof(h.interfaceID), 0, 0},
		{"dxfer_direction", unsafe.Offsetof(h.direction), 4, 4},
		{"cmd_len", unsafe.Offsetof(h.cdbLength), 8, 8},
		{"mx_sb_len", unsafe.Offsetof(h.senseCapacity), 9, 9},
		{"iovec_count", unsafe.Offsetof(h.iovecCount), 10, 10},
		{"dxfer_len", unsafe.Offsetof(h.dataLength), 12, 12},
		{"dxferp", unsafe.Offsetof(h.data), 16, 16},
		{"cmdp", unsafe.Offsetof(h.cdb), 24, 20},
		{"sbp", unsafe.Offsetof(h.sense), 32, 24},
		{"timeout", unsafe.Offsetof(h.timeout), 40, 28},
		{"flags", unsafe.Offsetof(h.flags), 44, 32},
		{"pack_id", unsafe.Offsetof(h.packID), 48, 36},
		{"usr_ptr", unsafe.Offsetof(h.userPointer), 56, 40},
		{"status", unsafe.Offsetof(h.status), 64, 44},
		{"masked_status", unsafe.Offsetof(h.maskedStatus), 65, 45},
		{"msg_status", unsafe.Offsetof(h.messageStatus), 66, 46},
		{"sb_len_wr", unsafe.Offsetof(h.senseLength), 67, 47},
		{"host_status", unsafe.Offsetof(h.hostStatus), 68, 48},
		{"driver_status", unsafe.Offsetof(h.driverStatus), 70, 50},
		{"resid", unsafe.Offsetof(h.residual), 72, 52},
		{"duration", unsafe.Offsetof(h.duration), 76, 56},
		{"info", unsafe.Offsetof(h.info), 80, 60},
		{"size", unsafe.Sizeof(h), 88, 64},
	} {
		want := f.at8
		if pointerSize == 4 {
			want = f.at4
		}
		assert.Equal(t, want, f.got, f.name)
	}
}

func TestHeaderForACommand(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	var got sgHeader
	var cdb, data []byte
	sr.sgIO = answering(func(h *sgHeader) {
		got = *h
		cdb = bytes.Clone(unsafe.Slice((*byte)(h.cdb), h.cdbLength))
		data = bytes.Clone(unsafe.Slice((*byte)(h.data), h.dataLength))
	})
	d := m.openDrive("sr0", Options{})
	out := &scsi.Request{
		CDB: [16]byte{0x2A, 0, 1, 2, 3, 4, 0, 0, 1, 0}, CDBLen: 10, Dir: scsi.DataOut,
		Data: []byte("audio"), Timeout: 1500*time.Microsecond + 1, Name: "WRITE(10)",
	}
	res, err := d.Do(t.Context(), out)
	require.NoError(t, err)
	assert.Equal(t, scsi.Result{N: 5}, res)
	assert.Equal(t, out.CDB[:10], cdb)
	assert.Equal(t, "audio", string(data))
	assert.Equal(t, int32('S'), got.interfaceID)
	assert.Equal(t, int32(-2), got.direction)
	assert.Equal(t, uint8(64), got.senseCapacity)
	assert.Equal(t, uint32(2), got.timeout, "rounded up to milliseconds")
	assert.Zero(t, got.iovecCount)
	assert.Zero(t, got.flags)

	in := inquiry(36)
	copy(in.Data, "old buffer contents")
	_, err = d.Do(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, int32(-3), got.direction)
	assert.Equal(t, make([]byte, 36), data, "data-in is zeroed before the command")
	assert.Equal(t, uint32(30000), got.timeout, "the default")

	in = inquiry(0)
	_, err = d.Do(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, int32(-1), got.direction)
	assert.Nil(t, got.data)

	in.Timeout = 1 << 62
	_, err = d.Do(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, uint32(1<<31-1), got.timeout)
}

// A WRITE doesn't allocate between the caller's buffer and the kernel.
func TestDoDoesNotAllocate(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	sr.sgIO = answering(func(*sgHeader) {})
	d := m.openDrive("sr0", Options{})
	req := &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 63504)}
	ctx := context.Background()
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := d.Do(ctx, req); err != nil {
			t.Fatal(err)
		}
	}))
}

func TestResiduals(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	for residual, want := range map[int32]int{0: 96, 60: 36, 96: 0, 97: 96, -1: 96, -1 << 31: 96, 1<<31 - 1: 96} {
		sr.sgIO = answering(func(h *sgHeader) { h.residual = residual })
		res, err := d.Do(t.Context(), inquiry(96))
		require.NoError(t, err)
		assert.Equal(t, want, res.N, residual)
	}
}

func TestStatus(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	for _, status := range []scsi.Status{scsi.Good, 0x04, scsi.Busy, scsi.ReservationConflict, scsi.TaskSetFull} {
		sr.sgIO = answering(func(h *sgHeader) { h.status = uint8(status) })
		res, err := d.Do(t.Context(), testUnitReady())
		require.NoError(t, err)
		assert.Equal(t, status, res.Status)
		assert.Nil(t, res.Sense)
	}
}

// The kernel copies up to 96 bytes of sense data; drivers report odd lengths.
func TestSenseData(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	for length, want := range map[uint8]int{14: 14, 18: 18, 64: 64, 96: 64, 255: 64} {
		sr.sgIO = answering(func(h *sgHeader) {
			h.status, h.driverStatus, h.senseLength = 2, 8, length
			sense := unsafe.Slice((*byte)(h.sense), h.senseCapacity)
			sense[0], sense[2], sense[12] = 0x70, 3, 0x0C
		})
		res, err := d.Do(t.Context(), testUnitReady())
		require.NoError(t, err)
		assert.Equal(t, scsi.CheckCondition, res.Status)
		assert.Len(t, res.Sense, want)
		assert.Equal(t, byte(0x0C), res.Sense[12])
	}
}

// CHECK CONDITION without sense data: they are fetched; if that fails they are missing.
func TestRequestSenseByHand(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	sense := []byte{0: 0x70, 2: 2, 7: 10, 12: 0x3A, 13: 1, 17: 0}
	for _, c := range []struct {
		name   string
		answer func(h *sgHeader)
		want   []byte
	}{
		{"18 bytes", func(h *sgHeader) { copy(unsafe.Slice((*byte)(h.data), 18), sense) }, sense},
		{"14 bytes", func(h *sgHeader) { copy(unsafe.Slice((*byte)(h.data), 18), sense); h.residual = 4 }, sense[:14]},
		{"nothing", func(*sgHeader) {}, nil},
		{"refused", func(h *sgHeader) { h.status = 2; h.senseLength = 18 }, nil},
		{"failed", func(h *sgHeader) { h.hostStatus = 7 }, nil},
	} {
		var asked []byte
		sr.sgIO = answering(func(h *sgHeader) {
			cdb := unsafe.Slice((*byte)(h.cdb), h.cdbLength)
			if cdb[0] != 3 {
				h.status = 2
				return
			}
			asked = bytes.Clone(cdb)
			c.answer(h)
		})
		res, err := d.Do(t.Context(), testUnitReady())
		require.NoError(t, err, c.name)
		assert.Equal(t, scsi.CheckCondition, res.Status, c.name)
		assert.Equal(t, c.want, res.Sense, c.name)
		assert.Equal(t, []byte{3, 0, 0, 0, 18, 0}, asked)
	}
}

// host_status and driver_status are checked first: QEMU's ATAPI drive answers some
// opcodes with status 0 and host status 7.
func TestNoStatusCameBack(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	for host, is := range map[uint16]error{
		1: fs.ErrNotExist, 2: nil, 3: os.ErrDeadlineExceeded, 4: fs.ErrNotExist, 5: nil, 7: nil, 8: nil, 0xE: nil, 0xF: fs.ErrNotExist, 99: nil,
	} {
		for _, status := range []uint8{0, 2} {
			sr.sgIO = answering(func(h *sgHeader) { h.hostStatus, h.status, h.senseLength = host, status, 18 })
			_, err := d.Do(t.Context(), inquiry(36))
			transportError(t, err, scsi.SentUnknown)
			if is != nil {
				assert.ErrorIs(t, err, is)
			}
			contains(t, err, "INQUIRY: no answer", "host status")
		}
	}
	for driver, is := range map[uint16]error{1: nil, 4: nil, 6: os.ErrDeadlineExceeded, 7: nil, 0x16: os.ErrDeadlineExceeded} {
		sr.sgIO = answering(func(h *sgHeader) { h.driverStatus = driver })
		_, err := d.Do(t.Context(), testUnitReady())
		transportError(t, err, scsi.SentUnknown)
		if is != nil {
			assert.ErrorIs(t, err, is)
		}
	}
	for _, driver := range []uint16{0, 8, 0x18} {
		sr.sgIO = answering(func(h *sgHeader) { h.driverStatus = driver })
		_, err := d.Do(t.Context(), testUnitReady())
		assert.NoError(t, err)
	}
}

func TestRefusedByTheKernel(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	for _, c := range []struct {
		errno unix.Errno
		req   *scsi.Request
		sent  scsi.Sent
		is    error
		text  string
	}{
		{unix.EPERM, &scsi.Request{CDB: [16]byte{0xBD}, CDBLen: 12, Name: "MECHANISM STATUS"}, scsi.SentNo, fs.ErrPermission, "lets only root send opcode BDh"},
		{unix.EIO, inquiry(255), scsi.SentNo, errTooLong, "255 bytes are more than the kernel accepts"},
		{unix.EINVAL, inquiry(255), scsi.SentNo, errTooLong, "255 bytes"},
		{unix.EINVAL, testUnitReady(), scsi.SentNo, unix.EINVAL, "rejects the command"},
		{unix.EMSGSIZE, testUnitReady(), scsi.SentNo, unix.EMSGSIZE, "rejects the command"},
		{unix.ENOMEM, inquiry(255), scsi.SentNo, unix.ENOMEM, "no memory"},
		{unix.ENODEV, testUnitReady(), scsi.SentNo, fs.ErrNotExist, "gone"},
		{unix.ENXIO, testUnitReady(), scsi.SentNo, fs.ErrNotExist, "gone"},
		{unix.ENOTTY, testUnitReady(), scsi.SentNo, errors.ErrUnsupported, "no SCSI commands"},
		{unix.EBUSY, testUnitReady(), scsi.SentNo, scsi.ErrLocked, "in use"},
		{unix.EAGAIN, testUnitReady(), scsi.SentNo, scsi.ErrLocked, "in use"},
		{unix.EIO, testUnitReady(), scsi.SentUnknown, unix.EIO, ""},
		{unix.EINTR, testUnitReady(), scsi.SentUnknown, unix.EINTR, ""},
		{unix.EFAULT, testUnitReady(), scsi.SentUnknown, unix.EFAULT, ""},
	} {
		sr.sgIO = func(*sgHeader) error { return c.errno }
		res, err := d.Do(t.Context(), c.req)
		transportError(t, err, c.sent, c.is, c.errno)
		contains(t, err, c.req.Name, c.text)
		assert.Zero(t, res)
	}
}

// An invalid request is refused before the kernel sees it.
func TestInvalidRequests(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	sr.sgIO = func(*sgHeader) error { t.Error("sent"); return nil }
	d := m.openDrive("sr0", Options{})
	for _, req := range []*scsi.Request{
		{CDBLen: 0}, {CDBLen: 5}, {CDBLen: 17}, {CDBLen: 6, Dir: 9}, {CDBLen: 6, Data: make([]byte, 1)},
	} {
		_, err := d.Do(t.Context(), req)
		transportError(t, err, scsi.SentNo)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := d.Do(ended, testUnitReady())
	transportError(t, err, scsi.SentNo, context.Canceled)
}

func TestClosedDevice(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	d := m.openDrive("sr0", Options{})
	assert.Equal(t, m.dev("sr0"), d.Path())
	require.NoError(t, d.Close())
	require.NoError(t, d.Close(), "twice is no error")
	_, err := d.Do(t.Context(), testUnitReady())
	transportError(t, err, scsi.SentNo, fs.ErrClosed)
	assert.Zero(t, d.Limits())
	assert.Empty(t, d.Path())
	assert.ErrorIs(t, d.Lock(t.Context(), "me", false), fs.ErrClosed)
	_, err = d.Owner()
	assert.ErrorIs(t, err, fs.ErrClosed)
	assert.Error(t, d.Unlock())
}

// Close waits for the command in progress.
func TestCloseWaits(t *testing.T) {
	m := newMachine(t)
	sr, _ := m.drive(0, "V", "M", "1")
	started, release := make(chan bool), make(chan bool)
	sr.sgIO = func(*sgHeader) error { started <- true; <-release; return nil }
	d := m.openDrive("sr0", Options{})
	done := make(chan error, 1)
	go func() { _, err := d.Do(context.Background(), testUnitReady()); done <- err }()
	<-started
	closed := make(chan error, 1)
	go func() { closed <- d.Close() }()
	select {
	case <-closed:
		t.Fatal("closed during a command")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	require.NoError(t, <-done)
	require.NoError(t, <-closed)
}

// On an sg node every signal must wait until the command is done: the thread that makes
// the call gets one, and nanosleep, which a handled signal would end early, replaces
// the interruptible wait in the sg driver.
func TestSignalsOnGenericNode(t *testing.T) {
	for _, c := range []struct {
		node        string
		interrupted bool
	}{{"sg1", false}, {"sr0", true}} {
		t.Run(c.node, func(t *testing.T) {
			m := newMachine(t)
			sr, sg := m.drive(0, "V", "M", "1")
			m.only(c.node)
			var sleep error
			wait := func(*sgHeader) error {
				tid := unix.Gettid()
				go func() {
					for range 20 {
						_ = unix.Tgkill(unix.Getpid(), tid, unix.SIGURG)
						time.Sleep(time.Millisecond)
					}
				}()
				sleep = unix.Nanosleep(&unix.Timespec{Nsec: 100e6}, nil)
				return nil
			}
			sr.sgIO, sg.sgIO = wait, wait
			d := m.openDrive(c.node, Options{})
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			before := mask(t)
			_, err := d.Do(t.Context(), testUnitReady())
			require.NoError(t, err)
			assert.Equal(t, before, mask(t), "the thread's mask is restored")
			if c.interrupted { // the control: without the mask the wait ends early
				assert.ErrorIs(t, sleep, unix.EINTR)
			} else {
				assert.NoError(t, sleep)
			}
		})
	}
}

func mask(t *testing.T) unix.Sigset_t {
	t.Helper()
	var set unix.Sigset_t
	require.NoError(t, unix.PthreadSigmask(unix.SIG_SETMASK, nil, &set))
	return set
}

func TestLimits(t *testing.T) {
	page := os.Getpagesize()
	for _, c := range []struct {
		name         string
		node         string
		kb, segments string
		sector       int
		want         int
	}{
		{"AHCI", "sr0", "128\n", "168\n", 0, 128 << 10},
		{"the same through its sg node", "sg1", "128\n", "168\n", 0, 128 << 10},
		{"few segments", "sr0", "32767\n", "254\n", 0, 253 * page},
		{"no segments told", "sr0", "64\n", "", 0, 64 << 10},
		{"no sysfs: sectors", "sr0", "", "", 256, 128 << 10},
		{"no sysfs: bytes", "sg1", "", "", 131072, 128 << 10},
		{"nonsense", "sr0", "many\n", "", 240, 120 << 10},
		{"nothing known", "sr0", "0\n", "", 0, 0},
		{"no information about sg", "sg1", "", "", 0, 0},
		{"negative", "sg1", "", "", -1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMachine(t)
			sr, sg := m.drive(0, "V", "M", "1")
			m.only(c.node)
			sr.sector, sg.sector = c.sector, c.sector
			queue := "sys/bus/scsi/devices/0:0:0:0/block/sr0/queue"
			require.NoError(t, os.RemoveAll(m.at(queue)))
			if c.kb != "" {
				m.write(queue+"/max_hw_sectors_kb", c.kb)
			}
			if c.segments != "" {
				m.write(queue+"/max_segments", c.segments)
			}
			assert.Equal(t, scsi.Limits{MaxTransfer: c.want, Alignment: 1}, m.openDrive(c.node, Options{}).Limits())
		})
	}
}
