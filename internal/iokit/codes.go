//go:build darwin || (linux && iokitfake)

package iokit

import "fmt"

// Return is an IOReturn or a DAReturn, as an error. 0 is success and never an error.
type Return uint32

// The results of calls, from IOReturn.h and DADissenter.h.
const (
	Success         Return = 0
	GeneralError    Return = 0xE00002BC // kIOReturnError
	NoMemory        Return = 0xE00002BD
	NoResources     Return = 0xE00002BE
	NoDevice        Return = 0xE00002C0
	NotPrivileged   Return = 0xE00002C1
	BadArgument     Return = 0xE00002C2
	ExclusiveAccess Return = 0xE00002C5
	Unsupported     Return = 0xE00002C7
	VMError         Return = 0xE00002C8
	IOError         Return = 0xE00002CA
	Busy            Return = 0xE00002D5
	Timeout         Return = 0xE00002D6
	NotReady        Return = 0xE00002D8
	NotAttached     Return = 0xE00002D9
	CannotWire      Return = 0xE00002DE
	NotPermitted    Return = 0xE00002E2
	Aborted         Return = 0xE00002EB
	NotResponding   Return = 0xE00002ED
	NotFound        Return = 0xE00002F0
	InvalidDest     Return = 0x10000003 // MACH_SEND_INVALID_DEST: the other side is gone

	ArbitrationBusy         Return = 0xF8DA0002
	ArbitrationExclusive    Return = 0xF8DA0004
	ArbitrationNotFound     Return = 0xF8DA0006
	ArbitrationNotMounted   Return = 0xF8DA0007
	ArbitrationNotPermitted Return = 0xF8DA0008
	ArbitrationNotPrivilege Return = 0xF8DA0009
)

var returnText = map[Return]string{
	GeneralError:    "error",
	NoMemory:        "no memory",
	NoResources:     "no resources",
	NoDevice:        "no such device",
	NotPrivileged:   "not privileged",
	BadArgument:     "bad argument",
	ExclusiveAccess: "another program has exclusive access",
	Unsupported:     "unsupported",
	VMError:         "memory can't be mapped",
	IOError:         "I/O error",
	Busy:            "busy",
	Timeout:         "timeout",
	NotReady:        "not ready",
	NotAttached:     "not attached",
	CannotWire:      "memory can't be wired",
	NotPermitted:    "not permitted",
	Aborted:         "aborted",
	NotResponding:   "not responding",
	NotFound:        "not found",
	InvalidDest:     "the connection is gone",

	ArbitrationBusy:         "busy",
	ArbitrationExclusive:    "exclusive access",
	ArbitrationNotFound:     "not found",
	ArbitrationNotMounted:   "not mounted",
	ArbitrationNotPermitted: "not permitted",
	ArbitrationNotPrivilege: "not privileged",
}

// Error returns the meaning and the number.
func (r Return) Error() string {
	if text, ok := returnText[r]; ok {
		return fmt.Sprintf("%s (%08X)", text, uint32(r))
	}
	return fmt.Sprintf("code %08X", uint32(r))
}

// CallError is a failed call of a framework. It unwraps to its Return.
type CallError struct {
	Call string // such as "ObtainExclusiveAccess"
	Code Return
}

// Error contains the call.
func (e *CallError) Error() string { return e.Call + ": " + e.Code.Error() }

// Unwrap returns the code.
func (e *CallError) Unwrap() error { return e.Code }

// check makes an error of an IOReturn.
func check(call string, code int32) error {
	if code == 0 {
		return nil
	}
	return &CallError{Call: call, Code: Return(uint32(code))}
}
