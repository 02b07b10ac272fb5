package host

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// machine is a simulated Linux: a folder with the files of /sys, /proc, /run and /dev,
// and the system calls that this package makes.
type machine struct {
	*kernel
	t *testing.T

	mu      sync.Mutex
	nodes   map[string]*fakeNode // by base name
	files   map[int]*fakeFile
	nextFD  int
	slept   time.Duration
	onSleep func()
}

// fakeNode is a device node.
type fakeNode struct {
	mode   uint32
	rdev   uint64
	ino    uint64
	gid    uint32
	errs   []error // the results of the next opens
	always error   // the result of every open
	sgIO   func(h *sgHeader) error
	// restricted is a mounted disc on a kernel with bdev_allow_write_mounted=0: opening it
	// for writing fails (block/bdev.c, bdev_may_open).
	restricted bool
	sector     int // the result of BLKSECTGET; 0: it fails
}

type fakeFile struct {
	node   *fakeNode
	flags  int
	locked bool
}

func newMachine(t *testing.T) *machine {
	m := &machine{t: t, nodes: map[string]*fakeNode{}, files: map[int]*fakeFile{}, nextFD: 100}
	m.kernel = &kernel{
		root: t.TempDir(), stat: m.fakeStat, open: m.fakeOpen, fstat: m.fakeFstat, close: m.fakeClose,
		flock: m.fakeFlock, ioctl: m.fakeIoctl, sleep: m.fakeSleep, bus: noBus,
	}
	return m
}

// write makes a file, and link makes a symbolic link.
func (m *machine) write(path, text string) {
	m.t.Helper()
	full := m.at(path)
	require.NoError(m.t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(m.t, os.WriteFile(full, []byte(text), 0o600))
}

func (m *machine) link(path, target string) {
	m.t.Helper()
	full := m.at(path)
	require.NoError(m.t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(m.t, os.Symlink(target, full))
}

// drive adds an optical drive to the machine, as sysfs of Linux 6.1 shows one.
func (m *machine) drive(n int, vendor, model, rev string) (sr, sg *fakeNode) {
	m.t.Helper()
	host := fmt.Sprintf("%d:0:0:0", n)
	device := "sys/bus/scsi/devices/" + host
	block, generic := fmt.Sprintf("sr%d", n), fmt.Sprintf("sg%d", n+1)
	m.write(device+"/type", "5\n")
	m.write(device+"/vendor", fmt.Sprintf("%-8s\n", vendor))
	m.write(device+"/model", fmt.Sprintf("%-16s\n", model))
	m.write(device+"/rev", fmt.Sprintf("%-4s\n", rev))
	m.write(fmt.Sprintf("%s/block/%s/dev", device, block), fmt.Sprintf("11:%d\n", n))
	m.write(fmt.Sprintf("%s/block/%s/queue/max_hw_sectors_kb", device, block), "128\n")
	m.write(fmt.Sprintf("%s/block/%s/queue/max_segments", device, block), "168\n")
	m.link(fmt.Sprintf("%s/block/%s/device", device, block), "../..")
	m.write(fmt.Sprintf("%s/scsi_generic/%s/dev", device, generic), fmt.Sprintf("21:%d\n", n+1))
	m.link(fmt.Sprintf("%s/scsi_generic/%s/device", device, generic), "../..")
	m.link(fmt.Sprintf("sys/dev/block/11:%d", n), "../../bus/scsi/devices/"+host+"/block/"+block)
	m.link(fmt.Sprintf("sys/dev/char/21:%d", n+1), "../../bus/scsi/devices/"+host+"/scsi_generic/"+generic)
	sr = &fakeNode{mode: unix.S_IFBLK | 0o660, rdev: unix.Mkdev(11, uint32(n)), ino: uint64(300 + n), gid: 24}
	sg = &fakeNode{mode: unix.S_IFCHR | 0o660, rdev: unix.Mkdev(21, uint32(n+1)), ino: uint64(400 + n), gid: 24}
	m.node(block, sr)
	m.node(generic, sg)
	return sr, sg
}

func (m *machine) node(name string, node *fakeNode) {
	m.t.Helper()
	m.write("dev/"+name, "")
	m.nodes[name] = node
}

// only keeps the nodes in the machine's /dev that tests of one kind of node need: a drive
// with an sr node is never opened by its sg node.
func (m *machine) only(kind string) {
	m.t.Helper()
	if strings.HasPrefix(kind, "sr") {
		return
	}
	for name := range m.nodes {
		if strings.HasPrefix(name, "sr") {
			delete(m.nodes, name)
			require.NoError(m.t, os.Remove(m.at("dev", name)))
		}
	}
}

// process is a program that has files open.
func (m *machine) process(pid int, name string, open ...string) {
	m.t.Helper()
	m.write(fmt.Sprintf("proc/%d/comm", pid), name+"\n")
	for fd, path := range open {
		m.link(fmt.Sprintf("proc/%d/fd/%d", pid, fd+3), path)
	}
}

func (m *machine) fakeStat(path string) (unix.Stat_t, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	node := m.nodes[filepath.Base(path)]
	if node == nil {
		return unix.Stat_t{}, unix.ENOENT
	}
	return node.statT(), nil
}

func (n *fakeNode) statT() unix.Stat_t {
	st := unix.Stat_t{Mode: n.mode, Ino: n.ino, Gid: n.gid}
	// The fields' types differ between architectures.
	setUint(&st.Rdev, n.rdev)
	setUint(&st.Dev, unix.Mkdev(0, 6)) // devtmpfs
	return st
}

func setUint[T ~uint32 | ~uint64](field *T, v uint64) { *field = T(v) }

func (m *machine) fakeOpen(path string, flags int) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	node := m.nodes[filepath.Base(path)]
	require.NotNil(m.t, node, path)
	if len(node.errs) > 0 {
		err := node.errs[0]
		node.errs = node.errs[1:]
		if err != nil {
			return -1, err
		}
	}
	if node.always != nil {
		return -1, node.always
	}
	if node.restricted && flags&unix.O_ACCMODE != unix.O_RDONLY {
		return -1, unix.EBUSY
	}
	for _, f := range m.files {
		busy := f.node == node && (flags&unix.O_EXCL != 0 && f.flags&unix.O_EXCL != 0)
		if node.generic() && f.node == node { // an sg node: O_EXCL keeps all others out
			busy = (flags|f.flags)&unix.O_EXCL != 0
		}
		if busy {
			return -1, unix.EBUSY
		}
	}
	m.nextFD++
	m.files[m.nextFD] = &fakeFile{node: node, flags: flags}
	return m.nextFD, nil
}

func (n *fakeNode) generic() bool { return n.mode&unix.S_IFMT == unix.S_IFCHR }

func (m *machine) fakeFstat(fd int) (unix.Stat_t, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.files[fd].node.statT(), nil
}

func (m *machine) fakeClose(fd int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files[fd] == nil {
		return unix.EBADF
	}
	delete(m.files, fd)
	return nil
}

func (m *machine) fakeFlock(fd, how int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if how != unix.LOCK_EX|unix.LOCK_NB {
		return unix.EINVAL
	}
	for _, f := range m.files {
		if f.locked && f.node == m.files[fd].node {
			return unix.EWOULDBLOCK
		}
	}
	m.files[fd].locked = true
	return nil
}

func (m *machine) fakeSleep(ctx context.Context, d time.Duration) error {
	m.slept += d
	if m.onSleep != nil {
		m.onSleep()
	}
	return ctx.Err()
}

func (m *machine) fakeIoctl(fd int, request uint, arg unsafe.Pointer) error {
	m.mu.Lock()
	f := m.files[fd]
	m.mu.Unlock()
	if f == nil {
		return unix.EBADF
	}
	switch request {
	case 0x2285:
		return f.node.sgIO((*sgHeader)(arg))
	case unix.BLKSECTGET:
		switch {
		case f.node.sector == 0:
			return unix.ENOTTY
		case f.node.generic():
			*(*int32)(arg) = int32(f.node.sector)
		default:
			*(*uint16)(arg) = uint16(f.node.sector)
		}
		return nil
	}
	return unix.ENOTTY
}

// dev returns the path of a device node in the machine's own /dev.
func (m *machine) dev(name string) string {
	path, err := filepath.EvalSymlinks(m.at("dev", name))
	require.NoError(m.t, err)
	return path
}

// openDrive opens a node of the machine for a test.
func (m *machine) openDrive(name string, opts Options) *Device {
	m.t.Helper()
	n, err := m.openDevice(m.t.Context(), m.at("dev", name), &opts)
	require.NoError(m.t, err)
	d := &Device{node: n}
	m.t.Cleanup(func() { require.NoError(m.t, d.Close()) })
	return d
}

// attach connects a drive to a node: the effects of a command in the kernel, as in the
// os-level headers. residuals is whether the adapter reports them (libata does not),
// autosense whether it fetches sense data by itself.
type attach struct {
	drive     scsi.Transport
	residuals bool
	autosense bool
	pending   []byte
	buffer    []byte // the sg driver's own buffer, which keeps its contents
}

func (a *attach) sgIO(h *sgHeader) error {
	req := scsi.Request{CDBLen: int(h.cdbLength), Timeout: time.Duration(h.timeout) * time.Millisecond}
	if h.interfaceID != 'S' || h.cdbLength < 6 {
		return unix.EMSGSIZE
	}
	copy(req.CDB[:], unsafe.Slice((*byte)(h.cdb), h.cdbLength))
	if h.dataLength > 0 {
		req.Data = unsafe.Slice((*byte)(h.data), h.dataLength)
	}
	user := req.Data
	switch h.direction {
	case -2:
		req.Dir = scsi.DataOut
	case -3:
		req.Dir = scsi.DataIn
		if a.buffer != nil {
			req.Data = a.buffer[:len(user)]
		}
	case -4:
		return unix.ENOMEM // as Linux 6.1 does on an sg node
	}
	if a.buffer != nil && req.Dir == scsi.DataIn {
		defer func() { copy(user, a.buffer) }()
	}
	var res scsi.Result
	if req.CDB[0] == 3 && a.pending != nil {
		res = scsi.Result{N: copy(req.Data, a.pending)}
		a.pending = nil
	} else {
		var err error
		if res, err = a.drive.Do(context.Background(), &req); err != nil {
			h.hostStatus = 7
			return nil
		}
	}
	h.status = uint8(res.Status)
	if a.residuals {
		h.residual = int32(len(req.Data) - res.N)
	}
	if res.Status == scsi.CheckCondition {
		if a.autosense {
			h.senseLength = uint8(copy(unsafe.Slice((*byte)(h.sense), h.senseCapacity), res.Sense))
			h.driverStatus = 8
		} else {
			a.pending = res.Sense
		}
	}
	return nil
}

// cdDrive is a small MMC drive without a disc.
func cdDrive() scsi.Transport {
	// Not scsitest.Func, which zeroes the bytes that the drive doesn't fill.
	return rawFunc(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		cut := func(b []byte, alloc int) (scsi.Result, error) {
			return scsitest.Reply(req, b[:min(alloc, len(b))]), nil
		}
		switch req.CDB[0] {
		case 0x00:
			return scsitest.Check([]byte{0: 0x70, 2: 2, 7: 10, 12: 0x3A, 17: 0}), nil
		case 0x03:
			return cut([]byte{0: 0x70, 7: 10, 17: 0}, int(req.CDB[4]))
		case 0x12:
			return cut(append([]byte{5, 0x80, 5, 2, 31, 0, 0, 0}, "REDBOOK TEST CD-RW      1.00"...), int(req.CDB[4]))
		case 0x46:
			return cut([]byte{0, 0, 0, 4, 0, 0, 0, 0}, int(req.CDB[7])<<8|int(req.CDB[8]))
		}
		return scsitest.Check([]byte{0: 0x70, 2: 5, 7: 10, 12: 0x20, 17: 0}), nil
	})
}

// answering is a node where every command ends in the header that set makes.
func answering(set func(h *sgHeader)) func(*sgHeader) error {
	return func(h *sgHeader) error { set(h); return nil }
}
