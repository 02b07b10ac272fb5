package power

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	getSystemPowerStatus = kernel32.NewProc("GetSystemPowerStatus")
	getPwrCapabilities   = windows.NewLazySystemDLL("powrprof.dll").NewProc("GetPwrCapabilities")
)

// limitedByStandby asks Windows. Before Windows 8 the byte for modern standby was spare,
// and zero.
func limitedByStandby() bool {
	if getSystemPowerStatus.Find() != nil || getPwrCapabilities.Find() != nil {
		return false
	}
	var status [powerStatusSize]byte
	var capabilities [capabilitiesSize]byte
	if ok, _, _ := getSystemPowerStatus.Call(uintptr(unsafe.Pointer(&status))); ok == 0 {
		return false
	}
	// A BOOLEAN: one byte of the register.
	if ok, _, _ := getPwrCapabilities.Call(uintptr(unsafe.Pointer(&capabilities))); byte(ok) == 0 {
		return false
	}
	return endsOnBattery(&status, &capabilities)
}
