package host

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// fakeWindows is a simulated Windows. It reads the ioctls at the offsets in the headers
// of Windows, not through this package's structures, and keeps the state that the file
// system and the class driver keep: windriver_test.go names the sources.
type fakeWindows struct {
	t       *testing.T
	devices []*winDevice
	disks   []string // letters of other drives
	noClass bool     // doesn't list the interface class
	handles map[uintptr]*winHandle
	next    uintptr
	slept   time.Duration
	onSleep func()
	log     []string // codes of the ioctls, in their order, but for pass-through
}

// winDevice is a device and its driver's state.
type winDevice struct {
	letter string
	number uint32
	kind   uint32
	drive  scsi.Transport
	errs   map[uint32][]error // the results of the next calls with a code
	always map[uint32]error   // the result of each call
	last   []byte             // copy of the last pass-through block, as received

	adapter      []byte  // STORAGE_ADAPTER_DESCRIPTOR
	capabilities []byte  // IO_SCSI_CAPABILITIES
	descriptor   []byte  // STORAGE_DEVICE_DESCRIPTOR
	mask         uintptr // the adapter's actual alignment
	longest      int
	noAutosense  bool
	pending      []byte
	count        func(n int) uint32 // its residual count

	// The file system's state.
	files   bool       // another program has files of the disc open
	mounted bool       // a file system has mounted the disc
	locked  *winHandle // has locked the volume
	disc    int        // changes with the disc: a volume belongs to one disc
	empty   bool       // no disc
	// The class driver's state.
	owner     *winHandle // has exclusive access
	ownerName string
	quiet     map[*winHandle]bool // has switched media-change notification off
	ejecting  map[*winHandle]bool // has switched ejection off
	prevented bool                // so the driver has locked the tray
	polls     int                 // the driver's own commands between the host's
	harmed    int                 // dismounts by others than the owner
}

// route is what an open handle reaches.
type route int

const (
	toAttributes route = iota // opened without rights: the driver answers from memory
	toVolume                  // \\.\D: and \\.\CdRomN: the file system, which passes some ioctls on
	toDevice                  // the interface path: the class driver
)

type winHandle struct {
	d          *winDevice
	route      route
	disc       int  // of a volume handle
	dismounted bool // the volume, through this handle
}

// Keys of winDevice.errs and always for CreateFile. No control code is that small.
const (
	openVolume uint32 = iota
	openDevice
)

func newWindows(t *testing.T) *fakeWindows {
	return &fakeWindows{t: t, handles: map[uintptr]*winHandle{}, next: 0x40}
}

// drive puts an optical drive into the machine; "" is one without a letter.
func (w *fakeWindows) drive(letter string, behind scsi.Transport) *winDevice {
	d := &winDevice{
		letter: letter, number: uint32(len(w.devices)), kind: 2, drive: behind,
		errs: map[uint32][]error{}, always: map[uint32]error{},
		adapter: adapterOf(1<<17, 17, 3), mask: 3, longest: 1 << 17,
		descriptor: descriptorOf("ASUS", "DRW-24F1ST   a", "1.00", "0123"),
		quiet:      map[*winHandle]bool{}, ejecting: map[*winHandle]bool{},
		count: func(n int) uint32 { return uint32(n) },
	}
	w.devices = append(w.devices, d)
	return d
}

func adapterOf(length, pages, mask uint32) []byte {
	b := make([]byte, 32)
	for i, v := range []uint32{32, 32, length, pages, mask} {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
	return b
}

func capabilitiesOf(length, pages, mask uint32) []byte {
	b := make([]byte, 24)
	for i, v := range []uint32{24, length, pages, 0, mask} {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
	return b
}

func descriptorOf(texts ...string) []byte {
	b := make([]byte, 36)
	b[8] = 5
	for i, text := range texts {
		if text != "" {
			binary.LittleEndian.PutUint32(b[12+4*i:], uint32(len(b)))
			b = append(b, text+"\x00"...)
		}
	}
	return b
}

func (d *winDevice) interfacePath() string {
	return fmt.Sprintf(`\\?\ide#cdromasus#%d#{53f56308-b6bf-11d0-94f2-00a0c91efb8b}`, d.number)
}

func (w *fakeWindows) letters() []string {
	var letters []string
	for _, d := range w.devices {
		if d.letter != "" {
			letters = append(letters, d.letter)
		}
	}
	return letters
}

func (w *fakeWindows) otherLetter(letter string) bool {
	return strings.Contains(strings.Join(w.disks, ""), letter)
}

func (w *fakeWindows) interfaces() []string {
	if w.noClass {
		return nil
	}
	var paths []string
	for _, d := range w.devices {
		paths = append(paths, d.interfacePath())
	}
	return paths
}

func (w *fakeWindows) program() string { return "player" }

func (w *fakeWindows) sleep(ctx context.Context, d time.Duration) error {
	w.slept += d
	if w.onSleep != nil {
		w.onSleep()
	}
	return ctx.Err()
}

func (w *fakeWindows) open(path string, access uint32) (uintptr, error) {
	for _, d := range w.devices {
		h := &winHandle{d: d, disc: d.disc}
		switch path {
		case `\\.\` + d.letter + ":", fmt.Sprintf(`\\.\CdRom%d`, d.number):
			h.route = toVolume
		case d.interfacePath():
			h.route = toDevice
		default:
			continue
		}
		if access == 0 {
			h.route = toAttributes
		} else if err := d.admit(h); err != nil {
			return ^uintptr(0), err
		}
		w.next += 4
		w.handles[w.next] = h
		return w.next, nil
	}
	return ^uintptr(0), winError(2)
}

// next returns the result of the next call with a code.
func (d *winDevice) next(code uint32) error {
	if list := d.errs[code]; len(list) > 0 {
		d.errs[code] = list[1:]
		return list[0]
	}
	return d.always[code]
}

// close releases everything that belongs to a handle, as the drivers do.
func (w *fakeWindows) close(handle uintptr) error {
	h := w.handles[handle]
	if h == nil {
		return winError(6)
	}
	delete(w.handles, handle)
	h.d.release(h, w.volumeHandles(h.d))
	return nil
}

// volumeHandles counts the open handles of a drive's volume.
func (w *fakeWindows) volumeHandles(d *winDevice) (n int) {
	for _, h := range w.handles {
		if h.d == d && h.route == toVolume && h.disc == d.disc {
			n++
		}
	}
	return n
}

var codeNames = map[uint32]string{
	0x90018: "lock volume", 0x9001C: "unlock volume", 0x90020: "dismount", 0x2C05C: "exclusive",
	0x2D0944: "notification", 0x2D0940: "ejection", 0x2D1400: "property", 0x41010: "capabilities", 0x2D1080: "number",
}

func (w *fakeWindows) control(handle uintptr, code uint32, in, out []byte) (int, error) {
	h := w.handles[handle]
	if h == nil {
		return 0, winError(6)
	}
	d := h.d
	w.note(h, code, in)
	// Bits 14 and 15 of a code are the required access.
	if need := code >> 14 & 3; need != 0 && h.route == toAttributes {
		return 0, winError(5)
	}
	if err := d.next(code); err != nil {
		return 0, err
	}
	if code>>16 == 9 {
		return 0, d.fileSystem(h, code, w.volumeHandles(d))
	}
	if h.route == toVolume && h.disc != d.disc {
		return 0, winError(1110) // the volume is gone with its disc
	}
	if d.blocked(h, code, in) {
		return 0, winError(5)
	}
	switch code {
	case 0x4D014:
		if d.owner == nil && len(d.quiet) == 0 {
			d.polls++
		}
		return d.passThrough(in, out)
	case 0x2D1400:
		return d.property(in, out)
	case 0x41010:
		if d.capabilities == nil {
			return 0, winError(50)
		}
		return copy(out, d.capabilities), nil
	case 0x2D1080:
		binary.LittleEndian.PutUint32(out, d.kind)
		binary.LittleEndian.PutUint32(out[4:], d.number)
		binary.LittleEndian.PutUint32(out[8:], 0xFFFFFFFF)
		return 12, nil
	case 0x2C05C:
		return d.exclusive(h, in, out)
	case 0x2D0944:
		return 0, d.settings(h, d.quiet, winError(87), in)
	case 0x2D0940:
		return 0, d.settings(h, d.ejecting, winError(6), in)
	}
	return 0, winError(1)
}

// note logs the calls that change something, with the handle that they went through.
func (w *fakeWindows) note(h *winHandle, code uint32, in []byte) {
	if code == 0x4D014 {
		return
	}
	entry := codeNames[code]
	require.NotEmpty(w.t, entry, "%X", code)
	if code == 0x2C05C || code == 0x2D0944 || code == 0x2D0940 {
		entry = fmt.Sprintf("%s %d", entry, in[0])
	}
	w.log = append(w.log, [...]string{"", "volume: ", "device: "}[h.route]+entry)
}

func (d *winDevice) property(in, out []byte) (int, error) {
	if len(in) != 12 {
		return 0, winError(87)
	}
	reply := [][]byte{d.descriptor, d.adapter}[binary.LittleEndian.Uint32(in)]
	if reply == nil {
		return 0, winError(50)
	}
	return copy(out, reply), nil
}

// sptOffsets are those of SCSI_PASS_THROUGH_DIRECT in <ntddscsi.h>, with pointers of 8
// bytes and of 4.
type sptOffsets struct{ size, buffer, senseOffset, cdb int }

func offsets() sptOffsets {
	if unsafe.Sizeof(uintptr(0)) == 4 {
		return sptOffsets{44, 20, 24, 28}
	}
	return sptOffsets{56, 24, 32, 36}
}

// passThrough carries out IOCTL_SCSI_PASS_THROUGH_DIRECT.
func (d *winDevice) passThrough(in, out []byte) (int, error) {
	at := offsets()
	if len(in) == 0 || len(in) != len(out) || &in[0] != &out[0] {
		return 0, winError(122) // only Wine requires one buffer
	}
	if len(in) < at.size {
		return 0, winError(122)
	}
	d.last = append([]byte(nil), in...)
	order := binary.NativeEndian
	length, timeout := order.Uint32(in[12:]), order.Uint32(in[16:])
	senseAt, room := int(order.Uint32(in[at.senseOffset:])), int(in[7])
	data := *(*unsafe.Pointer)(unsafe.Pointer(&in[at.buffer]))
	switch {
	case int(order.Uint16(in)) != at.size, in[6] < 6 || in[6] > 16, in[8] > 2, timeout == 0 || timeout > 108000,
		room > 64, senseAt < at.size, senseAt+room > len(in), (length > 0) != (in[8] != 2),
		int(length) > d.longest, uintptr(data)&d.mask != 0:
		return 0, winError(87)
	}
	req := scsi.Request{CDBLen: int(in[6]), Dir: [...]scsi.Direction{scsi.DataOut, scsi.DataIn, scsi.NoData}[in[8]]}
	copy(req.CDB[:], in[at.cdb:at.cdb+req.CDBLen])
	if length > 0 {
		req.Data = unsafe.Slice((*byte)(data), length)
	}
	var res scsi.Result
	if req.CDB[0] == 3 && d.pending != nil {
		res = scsi.Result{N: copy(req.Data, d.pending)}
		d.pending = nil
	} else {
		var err error
		if res, err = d.drive.Do(context.Background(), &req); err != nil {
			return 0, winError(1117)
		}
	}
	if res.Status == scsi.Good {
		d.startStop(req.CDB[:])
	}
	in[2], in[7] = uint8(res.Status), 0
	order.PutUint32(in[12:], d.count(res.N))
	switch { // an adapter without autosense has no sense data for GOOD
	case !d.noAutosense:
		in[7] = uint8(copy(in[senseAt:senseAt+room], res.Sense))
	case res.Status == scsi.CheckCondition:
		d.pending = res.Sense
	}
	return at.size, nil
}
