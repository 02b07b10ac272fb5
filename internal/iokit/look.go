//go:build darwin || (linux && iokitfake)

package iokit

import (
	"encoding/binary"
	"errors"
	"runtime"
	"unsafe"
)

// Offsets in the table of MMCDeviceInterface. All of these functions end in (UInt32
// *status, SCSI_Sense_Data *sense).
const (
	slotInquiry          = 40  // (buffer, UInt32 size, ...)
	slotTestUnitReady    = 48  // (...)
	slotGetConfiguration = 64  // (UInt8 rt, UInt16 feature, buffer, UInt16 size, ...)
	slotModeSense        = 72  // (UInt8 llbaa, dbd, pc, page, buffer, UInt16 size, ...)
	slotReadTOC          = 104 // (UInt8 msf, format, track, buffer, UInt16 size, ...)
	slotReadDisc         = 112 // (buffer, UInt16 size, ...)
	slotReadTrack        = 120 // (UInt8 type, UInt32 address, buffer, UInt16 size, ...)
)

// Look carries out a command through MMCDeviceInterface, which works next to other programs
// and while the disc is mounted. It has calls for a few commands that only query; any
// other, or a form of them that the calls can't express, is Unsupported, and is not sent.
//
// The calls return the status but not the number of bytes transferred, so Count is the
// requested number. Their timeouts are Apple's (10 to 30 seconds): Command.Timeout has no
// effect.
//
// READ TOC is sent in an old form for formats 1 to 3 (see isFormat). An answer in another
// format is ErrTOCFormat, and Data is zero.
func (d *Drive) Look(c Command) (Answer, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	var buffer uintptr
	if len(c.Data) > 0 {
		pin.Pin(&c.Data[0])
		buffer = uintptr(unsafe.Pointer(&c.Data[0]))
	}
	f := d.frame
	*f = frame{status: 0xFF}
	name, slot, args, size := lookCall(c.CDB, buffer)
	if name == "" || size > len(c.Data) {
		return Answer{}, &CallError{Call: "MMCDeviceInterface", Code: Unsupported}
	}
	args = append(args, uintptr(unsafe.Pointer(&f.status)), uintptr(unsafe.Pointer(&f.sense)))
	err := d.mmc.callReturn(name, slot, args...)
	runtime.KeepAlive(c.Data)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Response: TaskComplete, Status: f.status, Sense: f.sense}
	if a.Status != 0 {
		return a, nil
	}
	if c.CDB[0] == opReadTOC && !isFormat(c.CDB[2]&0x0F, c.Data[:size]) {
		clear(c.Data)
		return Answer{}, ErrTOCFormat
	}
	a.Count = uint64(size)
	return a, nil
}

// ErrTOCFormat means that READ TOC was answered in a format other than the requested one.
var ErrTOCFormat = errors.New("READ TOC was answered in another format")

const opReadTOC = 0x43

// isFormat checks that a READ TOC reply can be in the requested format. MMCDeviceInterface
// puts formats below 4 where SFF-8020i has them, into the top bits of byte 9
// (IOSCSIMultimediaCommands, READ_TOC_PMA_ATIP). A drive that ignores those bits answers
// with format 0, the table of contents:
//
//	format 0      8 bytes each: 0, ADR/CONTROL, track number, 0, address
//	format 1      8 bytes, once
//	format 2, 3  11 bytes each: session (3: 0), ADR/CONTROL, TNO 0, POINT, ...
//
// No track has the number 0, which is the TNO of everything in a lead-in or a PMA, and no
// POINT is 0.
func isFormat(format byte, reply []byte) bool {
	if format == 0 || format > 3 || len(reply) < 2 {
		return true
	}
	length := int(binary.BigEndian.Uint16(reply)) - 2 // of the descriptors
	if format == 1 {
		return length == 8
	}
	if length < 0 || length%11 != 0 {
		return false
	}
	if len(reply) < 8 || length == 0 {
		return true
	}
	session, tno, point := reply[4], reply[6], reply[7]
	return (session > 0) == (format == 2) && tno == 0 && point != 0
}

// inquiryLength is sizeof(SCSICmd_INQUIRY_StandardData), the most that Inquiry returns.
const inquiryLength = 36

// lookCall returns the call for a CDB, without the pointers at its end, and how many bytes
// it transfers; no name if there is no such call.
func lookCall(cdb []byte, buffer uintptr) (name string, slot uintptr, args []uintptr, size int) {
	if len(cdb) == 10 {
		size = int(binary.BigEndian.Uint16(cdb[7:]))
	}
	n := uintptr(size)
	switch {
	case cdb[0] == 0x00 && len(cdb) == 6:
		return "TestUnitReady", slotTestUnitReady, nil, 0
	case cdb[0] == 0x12 && len(cdb) == 6 && cdb[1] == 0: // standard data: EVPD is impossible
		size = min(int(binary.BigEndian.Uint16(cdb[3:])), inquiryLength)
		name, slot, args = "Inquiry", slotInquiry, []uintptr{buffer, uintptr(size)}
	case cdb[0] == 0x46:
		feature := uintptr(binary.BigEndian.Uint16(cdb[2:]))
		name, slot, args = "GetConfiguration", slotGetConfiguration, []uintptr{uintptr(cdb[1] & 3), feature, buffer, n}
	case cdb[0] == 0x5A && cdb[3] == 0: // no subpage
		name, slot = "ModeSense10", slotModeSense
		args = []uintptr{uintptr(cdb[1] >> 4 & 1), uintptr(cdb[1] >> 3 & 1), uintptr(cdb[2] >> 6), uintptr(cdb[2] & 0x3F), buffer, n}
	case cdb[0] == opReadTOC:
		name, slot = "ReadTableOfContents", slotReadTOC
		args = []uintptr{uintptr(cdb[1] >> 1 & 1), uintptr(cdb[2] & 0x0F), uintptr(cdb[6]), buffer, n}
	case cdb[0] == 0x51 && cdb[1] == 0: // standard disc information
		name, slot, args = "ReadDiscInformation", slotReadDisc, []uintptr{buffer, n}
	case cdb[0] == 0x52:
		address := uintptr(binary.BigEndian.Uint32(cdb[2:]))
		name, slot, args = "ReadTrackInformation", slotReadTrack, []uintptr{uintptr(cdb[1] & 3), address, buffer, n}
	}
	if size == 0 {
		return "", 0, nil, 0
	}
	return name, slot, args, size
}
