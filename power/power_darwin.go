package power

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ebitengine/purego"
)

// What IOPMLib.h and CFString.h call these.
const (
	assertionLevelOn = 255        // kIOPMAssertionLevelOn
	encodingUTF8     = 0x08000100 // kCFStringEncodingUTF8
)

// iokit is what we need of the frameworks CoreFoundation and IOKit.
type iokit struct {
	createString     func(allocator uintptr, text string, encoding uint32) uintptr
	release          func(object uintptr)
	createAssertion  func(kind uintptr, level uint32, name uintptr, id *uint32) int32
	releaseAssertion func(id uint32) int32
}

func keepAwake(_ context.Context, reason string) (func() error, error) {
	k, err := loadIOKit()
	if err != nil {
		return nil, err
	}
	kind := k.createString(0, "PreventUserIdleSystemSleep", encodingUTF8)
	name := k.createString(0, reason, encodingUTF8)
	if kind == 0 || name == 0 {
		return nil, errors.New("CFStringCreateWithCString failed")
	}
	defer k.release(kind)
	defer k.release(name)
	var id uint32
	if code := k.createAssertion(kind, assertionLevelOn, name, &id); code != 0 {
		return nil, fmt.Errorf("IOPMAssertionCreateWithName: IOReturn %08X", uint32(code))
	}
	return func() error {
		if code := k.releaseAssertion(id); code != 0 {
			return fmt.Errorf("IOPMAssertionRelease: IOReturn %08X", uint32(code))
		}
		return nil
	}, nil
}

var loadIOKit = sync.OnceValues(func() (*iokit, error) {
	k := new(iokit)
	symbols := []struct {
		framework, name string
		function        any // a pointer to the field of k
	}{
		{"CoreFoundation", "CFStringCreateWithCString", &k.createString},
		{"CoreFoundation", "CFRelease", &k.release},
		{"IOKit", "IOPMAssertionCreateWithName", &k.createAssertion},
		{"IOKit", "IOPMAssertionRelease", &k.releaseAssertion},
	}
	for _, s := range symbols {
		path := fmt.Sprintf("/System/Library/Frameworks/%s.framework/%s", s.framework, s.framework)
		library, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.framework, err)
		}
		// RegisterLibFunc would panic where a symbol is missing.
		address, err := purego.Dlsym(library, s.name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		purego.RegisterFunc(s.function, address)
	}
	return k, nil
})
