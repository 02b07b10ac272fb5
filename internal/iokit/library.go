//go:build darwin || (linux && iokitfake)

package iokit

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Paths are the paths of the frameworks.
type Paths struct{ CoreFoundation, IOKit, DiskArbitration string }

// System is where macOS has its frameworks. Since macOS 11 these files don't exist: the
// loader finds them in its cache.
var System = Paths{
	CoreFoundation:  "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation",
	IOKit:           "/System/Library/Frameworks/IOKit.framework/IOKit",
	DiskArbitration: "/System/Library/Frameworks/DiskArbitration.framework/DiskArbitration",
}

// Library is the loaded frameworks. Objects of C are uintptr here: Go must not collect
// them.
type Library struct {
	foundation
	registry
	arbitration
	sleeping

	runLoopMode    uintptr // kCFRunLoopDefaultMode
	keyCallbacks   uintptr // &kCFTypeDictionaryKeyCallBacks
	valueCallbacks uintptr
}

// foundation is the part of CoreFoundation in use. CFIndex and CFTypeID are long: int and
// uint here, because all systems have 64 bits. Boolean is an unsigned char.
type foundation struct {
	release          func(object uintptr)
	typeOf           func(object uintptr) uint
	stringType       func() uint
	dictionaryType   func() uint
	createString     func(allocator uintptr, text string, encoding uint32) uintptr
	stringBytes      func(text uintptr, buffer *byte, size int, encoding uint32) uint8
	createUUID       func(allocator uintptr, bytes uuidBytes) uintptr
	createDictionary func(allocator uintptr, capacity int, keys, values uintptr) uintptr
	setValue         func(dictionary, key, value uintptr)
	value            func(dictionary, key uintptr) uintptr
	currentLoop      func() uintptr
	runLoop          func(mode uintptr, seconds float64, afterOne bool) int32
	stopLoop         func(loop uintptr)
	addSource        func(loop, source, mode uintptr)
	removeSource     func(loop, source, mode uintptr)
}

// registry is the part of IOKitLib.h and IOCFPlugIn.h in use. An io_object_t is a 32-bit
// name.
type registry struct {
	releaseObject  func(object uint32) int32
	next           func(iterator uint32) uint32
	idMatching     func(id uint64) uintptr
	matchOne       func(port uint32, matching uintptr) uint32
	matchAll       func(port uint32, matching uintptr, iterator *uint32) int32
	entryID        func(entry uint32, id *uint64) int32
	property       func(entry uint32, key, allocator uintptr, options uint32) uintptr
	searchProperty func(entry uint32, plane string, key, allocator uintptr, options uint32) uintptr
	children       func(entry uint32, plane string, iterator *uint32) int32
	createPlugIn   func(service uint32, kind, iface uintptr, plugIn *uintptr, score *int32) int32
	destroyPlugIn  func(plugIn uintptr) int32
}

// arbitration is the part of DiskArbitration in use.
type arbitration struct {
	createSession     func(allocator uintptr) uintptr
	scheduleSession   func(session, loop, mode uintptr)
	unscheduleSession func(session, loop, mode uintptr)
	createDisk        func(allocator, session uintptr, name string) uintptr
	claimDisk         func(disk uintptr, options uint32, release, releaseContext, done, doneContext uintptr)
	unclaimDisk       func(disk uintptr)
	unmountDisk       func(disk uintptr, options uint32, done, context uintptr)
	createDissenter   func(allocator uintptr, status int32, text uintptr) uintptr
	dissenterStatus   func(dissenter uintptr) int32
}

// sleeping is the part of IOPMLib.h in use.
type sleeping struct {
	createAssertion  func(kind uintptr, level uint32, name uintptr, id *uint32) int32
	releaseAssertion func(id uint32) int32
	registerPower    func(context uintptr, port *uintptr, callback uintptr, notifier *uint32) uint32
	deregisterPower  func(notifier *uint32) int32
	allowChange      func(root uint32, notification int) int32
	cancelChange     func(root uint32, notification int) int32
	portSource       func(port uintptr) uintptr
	destroyPort      func(port uintptr)
	closeService     func(connection uint32) int32
}

// symbol is a function, or a datum, of a framework.
type symbol struct {
	name string
	to   any // a pointer to a field that is a function, or to a uintptr for an address
}

func (l *Library) foundationSymbols() []symbol {
	return []symbol{
		{"CFRelease", &l.release},
		{"CFGetTypeID", &l.typeOf},
		{"CFStringGetTypeID", &l.stringType},
		{"CFDictionaryGetTypeID", &l.dictionaryType},
		{"CFStringCreateWithCString", &l.createString},
		{"CFStringGetCString", &l.stringBytes},
		{"CFUUIDCreateFromUUIDBytes", &l.createUUID},
		{"CFDictionaryCreateMutable", &l.createDictionary},
		{"CFDictionarySetValue", &l.setValue},
		{"CFDictionaryGetValue", &l.value},
		{"CFRunLoopGetCurrent", &l.currentLoop},
		{"CFRunLoopRunInMode", &l.runLoop},
		{"CFRunLoopStop", &l.stopLoop},
		{"CFRunLoopAddSource", &l.addSource},
		{"CFRunLoopRemoveSource", &l.removeSource},
		{"kCFRunLoopDefaultMode", &l.runLoopMode},
		{"kCFTypeDictionaryKeyCallBacks", &l.keyCallbacks},
		{"kCFTypeDictionaryValueCallBacks", &l.valueCallbacks},
	}
}

func (l *Library) ioKitSymbols() []symbol {
	return []symbol{
		{"IOObjectRelease", &l.releaseObject},
		{"IOIteratorNext", &l.next},
		{"IORegistryEntryIDMatching", &l.idMatching},
		{"IOServiceGetMatchingService", &l.matchOne},
		{"IOServiceGetMatchingServices", &l.matchAll},
		{"IORegistryEntryGetRegistryEntryID", &l.entryID},
		{"IORegistryEntryCreateCFProperty", &l.property},
		{"IORegistryEntrySearchCFProperty", &l.searchProperty},
		{"IORegistryEntryGetChildIterator", &l.children},
		{"IOCreatePlugInInterfaceForService", &l.createPlugIn},
		{"IODestroyPlugInInterface", &l.destroyPlugIn},
		{"IOPMAssertionCreateWithName", &l.createAssertion},
		{"IOPMAssertionRelease", &l.releaseAssertion},
		{"IORegisterForSystemPower", &l.registerPower},
		{"IODeregisterForSystemPower", &l.deregisterPower},
		{"IOAllowPowerChange", &l.allowChange},
		{"IOCancelPowerChange", &l.cancelChange},
		{"IONotificationPortGetRunLoopSource", &l.portSource},
		{"IONotificationPortDestroy", &l.destroyPort},
		{"IOServiceClose", &l.closeService},
	}
}

func (l *Library) arbitrationSymbols() []symbol {
	return []symbol{
		{"DASessionCreate", &l.createSession},
		{"DASessionScheduleWithRunLoop", &l.scheduleSession},
		{"DASessionUnscheduleFromRunLoop", &l.unscheduleSession},
		{"DADiskCreateFromBSDName", &l.createDisk},
		{"DADiskClaim", &l.claimDisk},
		{"DADiskUnclaim", &l.unclaimDisk},
		{"DADiskUnmount", &l.unmountDisk},
		{"DADissenterCreate", &l.createDissenter},
		{"DADissenterGetStatus", &l.dissenterStatus},
	}
}

// Load loads the frameworks. They are never unloaded.
func Load(paths Paths) (*Library, error) {
	l := new(Library)
	frameworks := []struct {
		path    string
		symbols []symbol
	}{
		{paths.CoreFoundation, l.foundationSymbols()},
		{paths.IOKit, l.ioKitSymbols()},
		{paths.DiskArbitration, l.arbitrationSymbols()},
	}
	for _, f := range frameworks {
		handle, err := purego.Dlopen(f.path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", f.path, err)
		}
		for _, s := range f.symbols {
			// RegisterLibFunc would panic if a symbol is missing.
			address, err := purego.Dlsym(handle, s.name)
			if err != nil {
				return nil, fmt.Errorf("%s in %s: %w", s.name, f.path, err)
			}
			if datum, ok := s.to.(*uintptr); ok {
				*datum = address
				continue
			}
			purego.RegisterFunc(s.to, address)
		}
	}
	l.runLoopMode = *(*uintptr)(pointer(l.runLoopMode)) // a variable that holds a string; the callbacks are structs
	return l, nil
}

// Frameworks is Load(System), done once.
var Frameworks = sync.OnceValues(func() (*Library, error) { return Load(System) })

// pointer makes a Go pointer of an address in C's memory. It is read as memory, because vet
// takes a direct conversion for a misuse of a Go address.
func pointer(address uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}
