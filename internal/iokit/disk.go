//go:build darwin || (linux && iokitfake)

package iokit

import (
	"context"
	"sync"
	"time"
)

// unmountWhole is kDADiskUnmountOptionWhole: every slice of it. It is not forced: a program
// that plays the disc is notified and can object.
const unmountWhole = 0x00000001

// exclusiveStatus is ArbitrationExclusive as the signed number that a DAReturn is.
const exclusiveStatus = int32(int64(ArbitrationExclusive) - 1<<32)

// arbitrationLimit is how long DiskArbitration may take. It asks other programs.
const arbitrationLimit = 10 * time.Second

// Disk is a medium, as DiskArbitration sees it.
type Disk struct {
	lib     *Library
	loop    *loop
	session uintptr
	disk    uintptr
	owner   uintptr // context of the release callback; 0 if it isn't claimed
}

// OpenDisk finds a medium by its BSD name, such as "disk4" (without /dev or a slice). Close
// releases it.
func (l *Library) OpenDisk(name string) (*Disk, error) {
	d := &Disk{lib: l, loop: l.startLoop()}
	d.session = l.createSession(0)
	if d.session != 0 {
		d.loop.do(func() { l.scheduleSession(d.session, d.loop.ref, l.runLoopMode) })
		d.disk = l.createDisk(0, d.session, name)
	}
	if d.disk == 0 {
		d.Close()
		return nil, &CallError{Call: "DADiskCreateFromBSDName(" + name + ")", Code: ArbitrationNotFound}
	}
	return d, nil
}

// Close ends the claim, if any, and the connection.
func (d *Disk) Close() {
	l := d.lib
	if d.session != 0 {
		d.loop.do(func() {
			if d.owner != 0 {
				l.unclaimDisk(d.disk)
			}
			l.unscheduleSession(d.session, d.loop.ref, l.runLoopMode)
		})
	}
	forget(d.owner)
	if d.disk != 0 {
		l.release(d.disk)
	}
	if d.session != 0 {
		l.release(d.session)
	}
	d.disk, d.session, d.owner = 0, 0, 0
	d.loop.close()
}

// Claim keeps others from mounting the medium until Close. Other requests are refused. The
// error is a *CallError with DiskArbitration's code, or the context's.
func (d *Disk) Claim(ctx context.Context) error {
	if d.owner == 0 {
		d.owner = remember(d)
	}
	return d.await(ctx, "DADiskClaim", func(context uintptr) {
		d.lib.claimDisk(d.disk, 0, callback().release, d.owner, callback().finished, context)
	})
}

// Unmount unmounts all of the medium. A medium that isn't mounted is not an error.
func (d *Disk) Unmount(ctx context.Context) error {
	err := d.await(ctx, "DADiskUnmount", func(context uintptr) {
		d.lib.unmountDisk(d.disk, unmountWhole, callback().finished, context)
	})
	if e, ok := err.(*CallError); ok && e.Code == ArbitrationNotMounted {
		return nil
	}
	return err
}

// answer is the result of a callback.
type answer struct {
	lib *Library

	mu   sync.Mutex
	done bool
	code int32
}

// await starts a request on the loop's thread and runs the loop until the callback was
// called.
func (d *Disk) await(ctx context.Context, call string, start func(context uintptr)) error {
	a := &answer{lib: d.lib}
	handle := remember(a)
	defer forget(handle)
	err := error(&CallError{Call: call, Code: Timeout})
	d.loop.do(func() {
		start(handle)
		for waited := time.Duration(0); waited < arbitrationLimit; waited += slice {
			if ctx.Err() != nil {
				err = ctx.Err()
				return
			}
			if d.loop.turn(slice); a.isDone() {
				err = check(call, a.code)
				return
			}
		}
	})
	return err
}

func (a *answer) isDone() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.done
}

// diskFinished ends a claim or an unmount. No dissenter is success.
func diskFinished(_, dissenter, context uintptr) {
	a, ok := recall[*answer](context)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = true
	if dissenter != 0 {
		a.code = a.lib.dissenterStatus(dissenter)
	}
}

// diskRelease is called when another program wants a claimed medium. Its caller releases
// the dissenter; returning none would allow it.
func diskRelease(_, context uintptr) uintptr {
	d, ok := recall[*Disk](context)
	if !ok {
		return 0
	}
	return d.lib.createDissenter(0, exclusiveStatus, 0)
}
