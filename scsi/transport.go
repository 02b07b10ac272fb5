package scsi

import (
	"context"
	"fmt"
	"time"
)

// Transport carries commands to one device.
//
// One command is in flight at a time, and one goroutine at a time may call Do.
// A Transport keeps neither the Request nor its Data after Do has returned, so
// callers may reuse both.
//
// A decorator, which passes commands on to another Transport, also needs a method
// Unwrap() Transport that returns the other one: As finds abilities only this way. Without
// it ClockOf does not find the clock of a simulated drive. A program then waits in real time,
// during which the simulated drive makes no progress.
type Transport interface {
	// Do sends one command and waits for its status. It checks the context before it
	// sends the command and never abandons a command in flight: the kernel still owns
	// the buffer, and an abort resets many drives.
	//
	// CHECK CONDITION is an answer, not an error: it is returned in Result with its
	// sense data. An error means that no SCSI status was returned; it is (or wraps) a
	// *TransportError.
	//
	// Bytes of a data-in command's Data past those that arrived are zero afterwards,
	// even if the device refused the command. A short reply therefore never contains
	// the end of an older one.
	Do(ctx context.Context, req *Request) (Result, error)
	// Limits returns how much one command may transfer. It sends no command.
	Limits() Limits
	// Close releases the device. Do must not be called afterwards.
	Close() error
}

// Direction is the direction of a command's data.
type Direction uint8

// The directions.
const (
	NoData  Direction = iota // the command transfers nothing
	DataIn                   // from the device to the host
	DataOut                  // from the host to the device
)

// String returns "no data", "data-in" or "data-out".
func (d Direction) String() string {
	switch d {
	case NoData:
		return "no data"
	case DataIn:
		return "data-in"
	case DataOut:
		return "data-out"
	}
	return fmt.Sprintf("direction %d", uint8(d))
}

// Request is one command for a Transport.
type Request struct {
	CDB     [16]byte      // command descriptor block; bytes from CDBLen on are not sent
	CDBLen  int           // 6, 10, 12 or 16
	Dir     Direction     // direction of Data
	Data    []byte        // sent or filled; its length is the transfer length, 0 for NoData
	Timeout time.Duration // time limit for the device; 0 means DefaultTimeout
	Name    string        // the command's name for messages, such as "WRITE(10)"
}

// DefaultTimeout is the timeout of a Request whose Timeout is 0.
const DefaultTimeout = 30 * time.Second

// Result is the answer to a Request.
type Result struct {
	Status Status
	// Sense is the sense data of a CheckCondition, as the device sent them. With another
	// Status it is empty or NO SENSE. The Transport does not keep the slice.
	Sense []byte
	N     int // bytes actually transferred, 0..len(Request.Data)
	// Excess is how many bytes more than len(Request.Data) the device had or expected,
	// if the Transport can detect it (an operating system cannot).
	Excess int
}

// Limits are the limits of a Transport for one command.
type Limits struct {
	// MaxTransfer is the largest len(Request.Data) in bytes; 0 means unknown. 63504 bytes
	// (27 audio sectors) are safe everywhere.
	MaxTransfer int
	// Alignment is the required alignment of Request.Data in bytes; 0 and 1 mean any. A
	// Transport copies a buffer that isn't aligned.
	Alignment int
}

// Status is the SAM status byte that ends a command.
type Status uint8

// The statuses that programs distinguish (SAM-5 5.3.1). A Result may have others.
const (
	Good                Status = 0x00
	CheckCondition      Status = 0x02
	Busy                Status = 0x08
	ReservationConflict Status = 0x18
	TaskSetFull         Status = 0x28
)

// Statuses that optical drives don't send. String has names for them.
const (
	conditionMet Status = 0x04 // a success
	acaActive    Status = 0x30
	taskAborted  Status = 0x40
)

// String returns T10's name of the status, such as "CHECK CONDITION".
func (s Status) String() string {
	switch s {
	case Good:
		return "GOOD"
	case CheckCondition:
		return "CHECK CONDITION"
	case conditionMet:
		return "CONDITION MET"
	case Busy:
		return "BUSY"
	case ReservationConflict:
		return "RESERVATION CONFLICT"
	case TaskSetFull:
		return "TASK SET FULL"
	case acaActive:
		return "ACA ACTIVE"
	case taskAborted:
		return "TASK ABORTED"
	}
	return fmt.Sprintf("status %02Xh", uint8(s))
}

// Clock is a Transport's own time, found by ClockOf. A simulated drive has one, so that a burn
// of 74 minutes takes only the computing time.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or until the context ends and then returns its error.
	Sleep(ctx context.Context, d time.Duration) error
}

// Locker is a Transport that can take a device for exclusive use, under a name that other
// programs can read. As finds it.
type Locker interface {
	// Lock locks the device for client (IMAPI's AcquireExclusiveAccess). With force it
	// does so even if a file system on the device is mounted. If another client holds
	// the device, the error matches ErrLocked and contains the owner.
	Lock(ctx context.Context, client string, force bool) error
	// Unlock releases the device.
	Unlock() error
	// Owner returns the client name of the holder, "" if the device is free.
	Owner() (string, error)
}

// systemClock is the computer's time as a Clock.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// As finds the first Transport in a chain of decorators that is also a T: t itself, or one
// reached by the method Unwrap() Transport. T is an ability, such as Locker, or the type of a
// Transport, such as *sim.Drive.
func As[T any](t Transport) (T, bool) {
	for t != nil {
		if found, ok := t.(T); ok {
			return found, true
		}
		u, ok := t.(interface{ Unwrap() Transport })
		if !ok {
			break
		}
		t = u.Unwrap()
	}
	var zero T
	return zero, false
}

// ClockOf returns the Clock of t if it has one, otherwise the computer's. t may be nil.
func ClockOf(t Transport) Clock {
	if c, ok := As[Clock](t); ok {
		return c
	}
	return systemClock{}
}
