package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"syscall"
	"unsafe"
)

// Requests of linux/cdrom.h. They don't encode a size or direction.
const (
	cdromReadTOCHeader = 0x5305
	cdromReadTOCEntry  = 0x5306
	cdromSubChannel    = 0x530B
	cdromReadAudio     = 0x530E
	cdromDriveStatus   = 0x5326
	cdromDiscStatus    = 0x5327
	cdromGetMCN        = 0x5311
)

const (
	formatLBA = 1 // CDROM_LBA
	formatMSF = 2 // CDROM_MSF
	leadOut   = 0xAA
)

// Structures of linux/cdrom.h. Addresses are unions of an int and three bytes.
type (
	tocHeader struct{ First, Last uint8 }
	tocEntry  struct {
		Track   uint8
		ADRCtrl uint8 // adr in the low nibble, control in the high one
		Format  uint8
		_       uint8
		Address int32
		Mode    uint8
		_       [3]uint8
	}
	subChannel struct {
		Format   uint8
		Status   uint8
		ADRCtrl  uint8
		Track    uint8
		Index    uint8
		_        [3]uint8
		Absolute int32
		Relative int32
	}
	readAudio struct {
		Address int32
		Format  uint8
		_       [3]uint8
		Frames  int32
		Buffer  unsafe.Pointer
	}
	mcn [14]byte
)

// track is an entry of the table, by both address formats.
type track struct {
	Number  int    `json:"number"` // 170 for the lead-out
	Control int    `json:"control"`
	LBA     int    `json:"lba"`
	MSF     [3]int `json:"msf"`
}

// position is the current one of the sub-channel.
type position struct {
	Track    int    `json:"track"`
	Index    int    `json:"index"`
	Absolute [3]int `json:"absolute_msf"`
	Status   int    `json:"status"` // CDROM_AUDIO_NO_STATUS is 0x15
}

type kernelView struct {
	Drive  int       `json:"drive_status"` // CDS_DISC_OK is 4
	Disc   int       `json:"disc_status"`  // CDS_AUDIO is 100
	Tracks []track   `json:"tracks"`
	MCN    string    `json:"mcn,omitempty"`
	Now    *position `json:"now,omitempty"`
	SHA256 []string  `json:"sha256"` // of each track's audio, the pause before the next one included
	Errors []string  `json:"errors,omitempty"`
}

// ioctls prints the results of the kernel's interface for the audio disc of a device.
func ioctls(out io.Writer, device string) error {
	fd, err := syscall.Open(device, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", device, err)
	}
	defer func() { _ = syscall.Close(fd) }()
	v := kernelView{}
	if v.Drive, err = value(fd, cdromDriveStatus); err != nil {
		return err
	}
	if v.Disc, err = value(fd, cdromDiscStatus); err != nil {
		return err
	}
	if err := v.readTable(fd); err != nil {
		return err
	}
	v.readPosition(fd)
	for i := range len(v.Tracks) - 1 {
		sum, err := audioSum(fd, v.Tracks[i].LBA, v.Tracks[i+1].LBA)
		if err != nil {
			v.Errors = append(v.Errors, err.Error())
		}
		v.SHA256 = append(v.SHA256, sum)
	}
	return json.NewEncoder(out).Encode(v)
}

// readTable reads the table of contents, the lead-out last.
func (v *kernelView) readTable(fd int) error {
	var h tocHeader
	if err := ioctl(fd, cdromReadTOCHeader, unsafe.Pointer(&h)); err != nil {
		return fmt.Errorf("CDROMREADTOCHDR: %w", err)
	}
	numbers := []uint8{}
	for n := h.First; n <= h.Last; n++ {
		numbers = append(numbers, n)
	}
	for _, n := range append(numbers, leadOut) {
		lba := tocEntry{Track: n, Format: formatLBA}
		msf := tocEntry{Track: n, Format: formatMSF}
		if err := ioctl(fd, cdromReadTOCEntry, unsafe.Pointer(&lba)); err != nil {
			return fmt.Errorf("CDROMREADTOCENTRY %d: %w", n, err)
		}
		if err := ioctl(fd, cdromReadTOCEntry, unsafe.Pointer(&msf)); err != nil {
			return fmt.Errorf("CDROMREADTOCENTRY %d: %w", n, err)
		}
		m := *(*[4]uint8)(unsafe.Pointer(&msf.Address))
		v.Tracks = append(v.Tracks, track{int(n), int(lba.ADRCtrl >> 4), int(lba.Address), [3]int{int(m[0]), int(m[1]), int(m[2])}})
	}
	return nil
}

// readPosition reads catalog number and position, which not every drive has.
func (v *kernelView) readPosition(fd int) {
	var number mcn
	if err := ioctl(fd, cdromGetMCN, unsafe.Pointer(&number)); err != nil {
		v.Errors = append(v.Errors, "CDROM_GET_MCN: "+err.Error())
	} else {
		v.MCN = string(number[:13])
	}
	// CDROM_LBA would be copied into the CDB, where that bit is the obsolete RelAdr.
	sub := subChannel{Format: formatMSF}
	if err := ioctl(fd, cdromSubChannel, unsafe.Pointer(&sub)); err != nil {
		v.Errors = append(v.Errors, "CDROMSUBCHNL: "+err.Error())
		return
	}
	m := *(*[4]uint8)(unsafe.Pointer(&sub.Absolute))
	v.Now = &position{int(sub.Track), int(sub.Index), [3]int{int(m[0]), int(m[1]), int(m[2])}, int(sub.Status)}
}

// audioSum reads the audio between two addresses by CDROMREADAUDIO.
func audioSum(fd, start, next int) (string, error) {
	const sector, perCall = 2352, 25
	sum := sha256.New()
	buf := make([]byte, perCall*sector)
	for at := start; at < next; {
		n := min(perCall, next-at)
		r := readAudio{Address: int32(at), Format: formatLBA, Frames: int32(n), Buffer: unsafe.Pointer(&buf[0])}
		err := ioctl(fd, cdromReadAudio, unsafe.Pointer(&r))
		runtime.KeepAlive(buf)
		if err != nil {
			return "", fmt.Errorf("CDROMREADAUDIO at %d: %w", at, err)
		}
		sum.Write(buf[:n*sector])
		at += n
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// value is an ioctl without an argument that returns a number.
func value(fd int, request uintptr) (int, error) {
	n, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, 0x7FFFFFFF)
	if errno != 0 {
		return 0, fmt.Errorf("ioctl %#x: %w", request, errno)
	}
	return int(n), nil
}

func ioctl(fd int, request uintptr, arg unsafe.Pointer) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(arg)); errno != 0 {
		return errno
	}
	return nil
}
