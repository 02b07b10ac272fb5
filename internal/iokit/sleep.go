//go:build darwin || (linux && iokitfake)

package iokit

import (
	"errors"
	"sync"
)

// From IOPMLib.h and IOMessage.h.
const (
	assertionLevelOn = 255        // kIOPMAssertionLevelOn
	canSleep         = 0xE0000270 // kIOMessageCanSystemSleep: may be refused
	willSleep        = 0xE0000280 // kIOMessageSystemWillSleep: can only be delayed
	hasPoweredOn     = 0xE0000300 // kIOMessageSystemHasPoweredOn
)

// awake keeps a Mac from sleeping.
type awake struct {
	lib       *Library
	assertion uint32

	// The notification of sleep; root is 0 without one.
	loop     *loop
	root     uint32
	port     uintptr
	notifier uint32
	context  uintptr

	mu   sync.Mutex
	held int // the announcement that wasn't answered; 0 if there is none
}

// KeepAwake keeps the Mac from idle sleep until release is called; "pmset -g assertions"
// shows reason. Sleep that the user requests, by menu or lid, is delayed until release as
// well, which macOS allows for 30 seconds.
func (l *Library) KeepAwake(reason string) (release func() error, err error) {
	a := &awake{lib: l}
	if a.assertion, err = l.assertAwake(reason); err != nil {
		return nil, err
	}
	a.listen()
	return a.release, nil
}

// assertAwake makes an assertion against idle sleep.
func (l *Library) assertAwake(reason string) (id uint32, err error) {
	kind := l.cfString("PreventUserIdleSystemSleep") // kIOPMAssertPreventUserIdleSystemSleep
	name := l.cfString(reason)
	for _, s := range []uintptr{kind, name} {
		if s == 0 {
			err = errors.New("CFStringCreateWithCString failed")
			continue
		}
		defer l.release(s)
	}
	if err != nil {
		return 0, err
	}
	err = check("IOPMAssertionCreateWithName", l.createAssertion(kind, assertionLevelOn, name, &id))
	return id, err
}

// listen registers for notifications of sleep. If that fails only the assertion is left.
func (a *awake) listen() {
	l := a.lib
	a.context = remember(a)
	a.root = l.registerPower(a.context, &a.port, callback().power, &a.notifier)
	if a.root == 0 {
		forget(a.context)
		return
	}
	a.loop = l.startLoop()
	a.loop.do(func() { l.addSource(a.loop.ref, l.portSource(a.port), l.runLoopMode) }) // the port owns the source
}

// powerChanges handles notifications of sleep, on the loop's thread.
func powerChanges(context, _ uintptr, message uint32, argument int) {
	a, ok := recall[*awake](context)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch message {
	case canSleep:
		a.lib.cancelChange(a.root, argument)
	case willSleep:
		a.held = argument
	case hasPoweredOn:
		a.held = 0
	}
}

func (a *awake) release() error {
	l := a.lib
	err := check("IOPMAssertionRelease", l.releaseAssertion(a.assertion))
	if a.root == 0 {
		return err
	}
	a.loop.do(func() { l.removeSource(a.loop.ref, l.portSource(a.port), l.runLoopMode) })
	a.loop.close()
	forget(a.context)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held != 0 {
		l.allowChange(a.root, a.held)
	}
	err = errors.Join(err,
		check("IODeregisterForSystemPower", l.deregisterPower(&a.notifier)),
		check("IOServiceClose", l.closeService(a.root)))
	l.destroyPort(a.port)
	return err
}
