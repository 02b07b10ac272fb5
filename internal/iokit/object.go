//go:build darwin || (linux && iokitfake)

package iokit

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// object is an interface pointer of CFPlugIn's COM: a pointer to a pointer to a table of
// functions, each of which takes the interface pointer as its first argument. The caller of
// the function that returned it owns one reference.
type object uintptr

// The head of every table (IUNKNOWN_C_GUTS and two version numbers). The functions of
// the interface itself follow at 40, 8 bytes each.
const (
	slotQueryInterface = 8
	slotRelease        = 24
)

// call calls the function at an offset of the table. Memory that C reads or writes through
// args must not move or be collected meanwhile: it is in a pinned frame.
//
// No more than 9 arguments, and the ninth of 8 bytes: on arm64 Darwin packs arguments on
// the stack by their size, and this puts every argument into 8 bytes.
//
//go:uintptrescapes
func (o object) call(slot uintptr, args ...uintptr) uintptr {
	table := *(*uintptr)(pointer(uintptr(o)))
	function := *(*uintptr)(pointer(table + slot))
	var all [9]uintptr
	all[0] = uintptr(o)
	n := copy(all[1:], args)
	result, _, _ := purego.SyscallN(function, all[:1+n]...)
	return result
}

// callReturn is call for functions that return an IOReturn: 32 bits of the register.
//
//go:uintptrescapes
func (o object) callReturn(name string, slot uintptr, args ...uintptr) error {
	return check(name, int32(uint32(o.call(slot, args...))))
}

// queryInterface returns another interface of the same object.
func (o object) queryInterface(id uuid) (object, error) {
	out := new(uintptr)
	var pin runtime.Pinner
	pin.Pin(out)
	defer pin.Unpin()
	b := id.bytes()
	code := uint32(o.call(slotQueryInterface, uintptr(b.Low), uintptr(b.High), uintptr(unsafe.Pointer(out))))
	if code != 0 || *out == 0 {
		return 0, fmt.Errorf("QueryInterface: %w", &CallError{Call: "QueryInterface", Code: Return(code)})
	}
	return object(*out), nil
}

// release releases the reference; 0 is no object.
func (o object) release() {
	if o != 0 {
		o.call(slotRelease)
	}
}
