//go:build darwin || (linux && iokitfake)

package iokit

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ebitengine/purego"
)

// loop is a CFRunLoop on its own thread: callbacks arrive where they were scheduled, and
// only while that thread runs its loop.
type loop struct {
	lib   *Library
	ref   uintptr // CFRunLoopRef of the thread; not ours to release
	jobs  chan func()
	ended chan struct{}
}

// slice is how long the loop runs at a time. A job stops it immediately, unless it comes
// just before the loop begins to run, when stopping has no effect.
const slice = 250 * time.Millisecond

// loopFinished is kCFRunLoopRunFinished: nothing is scheduled.
const loopFinished = 1

func (l *Library) startLoop() *loop {
	p := &loop{lib: l, jobs: make(chan func(), 1), ended: make(chan struct{})}
	ready := make(chan struct{})
	go p.run(ready)
	<-ready
	return p
}

func (p *loop) run(ready chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread() // nothing of ours is scheduled on it
	defer close(p.ended)
	p.ref = p.lib.currentLoop()
	close(ready)
	for {
		select {
		case job, open := <-p.jobs:
			if !open {
				return
			}
			job()
			continue
		default:
		}
		if p.turn(slice) != loopFinished {
			continue
		}
		job, open := <-p.jobs // nothing else to wait for
		if !open {
			return
		}
		job()
	}
}

// turn runs the loop for a while, or until one callback was called.
func (p *loop) turn(d time.Duration) int32 {
	return p.lib.runLoop(p.lib.runLoopMode, d.Seconds(), true)
}

// do runs job on the loop's thread and waits for it.
func (p *loop) do(job func()) {
	done := make(chan struct{})
	p.jobs <- func() { defer close(done); job() }
	p.lib.stopLoop(p.ref)
	<-done
}

// close ends the thread's loop. Nothing may be scheduled any more.
func (p *loop) close() {
	close(p.jobs)
	p.lib.stopLoop(p.ref)
	<-p.ended
}

// Callbacks from C can't be closures: each kind has one C function for the life of the
// process (they are never freed), and its context argument is a number that finds the Go
// side.
var (
	contexts    sync.Map // uintptr -> the Go callback
	lastContext atomic.Uintptr
)

// remember returns a number for C to pass back, until forget.
func remember(target any) uintptr {
	n := lastContext.Add(1)
	contexts.Store(n, target)
	return n
}

func forget(n uintptr) { contexts.Delete(n) }

// recall finds the Go side of a number. Callbacks may come after it was removed.
func recall[T any](n uintptr) (T, bool) {
	v, _ := contexts.Load(n)
	t, ok := v.(T)
	return t, ok
}

// callbacks are the C functions.
type callbacks struct {
	finished uintptr // DADiskClaimCallback, DADiskUnmountCallback
	release  uintptr // DADiskClaimReleaseCallback
	power    uintptr // IOServiceInterestCallback
}

var callback = sync.OnceValue(func() callbacks {
	return callbacks{
		finished: purego.NewCallback(diskFinished),
		release:  purego.NewCallback(diskRelease),
		power:    purego.NewCallback(powerChanges),
	}
})
