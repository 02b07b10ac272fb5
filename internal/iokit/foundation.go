//go:build darwin || (linux && iokitfake)

package iokit

import (
	"bytes"
	"encoding/binary"
)

// encodingUTF8 is kCFStringEncodingUTF8.
const encodingUTF8 = 0x08000100

// uuid is a CFUUIDBytes: 16 bytes, in order.
type uuid [16]byte

// uuidBytes is how a CFUUIDBytes is passed to C by value: 16 bytes of integers are two
// registers, on amd64 (System V) as on arm64.
type uuidBytes struct{ Low, High uint64 }

func (u uuid) bytes() uuidBytes {
	return uuidBytes{binary.NativeEndian.Uint64(u[:8]), binary.NativeEndian.Uint64(u[8:])}
}

// The names of types and interfaces, from SCSITaskLib.h and IOCFPlugIn.h.
var (
	mmcUserClientType = uuid{0x97, 0xAB, 0xCF, 0x2C, 0x23, 0xCC, 0x11, 0xD5, 0xA0, 0xE8, 0x00, 0x30, 0x65, 0x70, 0x48, 0x66}
	plugInInterface   = uuid{0xC2, 0x44, 0xE8, 0x58, 0x10, 0x9C, 0x11, 0xD4, 0x91, 0xD4, 0x00, 0x50, 0xE4, 0xC6, 0x42, 0x6F}
	mmcInterface      = uuid{0x1F, 0x65, 0x11, 0x06, 0x23, 0xCC, 0x11, 0xD5, 0xBB, 0xDB, 0x00, 0x30, 0x65, 0x70, 0x48, 0x66}
)

// cfString makes a CFString, which the caller releases; 0 if text isn't UTF-8.
func (l *Library) cfString(text string) uintptr { return l.createString(0, text, encodingUTF8) }

// with calls do with a CFString that exists during the call.
func (l *Library) with(text string, do func(cf uintptr)) {
	cf := l.cfString(text)
	if cf == 0 {
		return
	}
	defer l.release(cf)
	do(cf)
}

// text reads a CFString owned by its caller; "" for anything else.
func (l *Library) text(cf uintptr) string {
	if cf == 0 || l.typeOf(cf) != l.stringType() {
		return ""
	}
	// Far longer than any property read here.
	buffer := make([]byte, 1024)
	if l.stringBytes(cf, &buffer[0], len(buffer), encodingUTF8) == 0 {
		return ""
	}
	text, _, _ := bytes.Cut(buffer, []byte{0})
	return string(text)
}

// entry reads a string in a CFDictionary owned by its caller.
func (l *Library) entry(dictionary uintptr, key string) (text string) {
	if dictionary == 0 || l.typeOf(dictionary) != l.dictionaryType() {
		return ""
	}
	l.with(key, func(cf uintptr) { text = l.text(l.value(dictionary, cf)) }) // borrowed
	return text
}

// dictionary makes a CFDictionary of one entry, which the caller releases. It
// retains its value.
func (l *Library) dictionary(key string, value uintptr) uintptr {
	d := l.createDictionary(0, 0, l.keyCallbacks, l.valueCallbacks)
	if d != 0 {
		l.with(key, func(cf uintptr) { l.setValue(d, cf, value) })
	}
	return d
}
