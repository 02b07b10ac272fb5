//go:build darwin || (linux && iokitfake)

package iokit

import (
	"errors"
	"runtime"
	"unsafe"
)

// Offsets in the tables of SCSITaskLib.h.
const (
	// MMCDeviceInterface; calls without exclusive access are in look.go.
	slotTaskDevice = 136 // GetSCSITaskDeviceInterface() -> interface

	// SCSITaskDeviceInterface
	slotAvailable  = 40 // IsExclusiveAccessAvailable() -> Boolean
	slotObtain     = 64 // ObtainExclusiveAccess()
	slotGiveBack   = 72 // ReleaseExclusiveAccess()
	slotCreateTask = 80 // CreateSCSITask() -> interface

	// SCSITaskInterface
	slotSetCDB     = 64  // SetCommandDescriptorBlock(cdb, UInt8 size)
	slotSetEntries = 88  // SetScatterGatherEntries(list, UInt8 entries, UInt64 total, UInt8 direction)
	slotSetTimeout = 96  // SetTimeoutDuration(UInt32 ms); 0 is forever
	slotExecute    = 128 // ExecuteTaskSync(sense, UInt32 *status, UInt64 *count)
	slotResponse   = 144 // GetSCSIServiceResponse(UInt32 *)
)

// Directions of SCSITask.h.
const (
	toTarget   = 1 // kSCSIDataTransfer_FromInitiatorToTarget
	fromTarget = 2 // kSCSIDataTransfer_FromTargetToInitiator
)

// SenseLength is sizeof(SCSI_Sense_Data): fixed format only.
const SenseLength = 18

// frame is the memory that C reads and writes during a command. It is pinned: it must
// neither move nor be collected, and the library keeps the address of the list, not a copy.
type frame struct {
	cdb   [16]byte
	entry struct{ address, length uint64 } // IOAddressRange
	sense [SenseLength]byte
	// Written by C.
	status   uint32
	count    uint64
	response uint32
	other    uintptr
	score    int32
}

// Drive is a connection to an optical drive. One goroutine at a time uses it.
type Drive struct {
	lib     *Library
	service uint32
	plugIn  object // IOCFPlugInInterface
	mmc     object // MMCDeviceInterface
	device  object // SCSITaskDeviceInterface
	frame   *frame
	pin     runtime.Pinner
}

// Open connects to the drive with a registry entry id. It sends no command, and others may
// be connected too. The error matches NoDevice if no such drive exists, or is that of
// IOCreatePlugInInterfaceForService.
func (l *Library) Open(id uint64) (*Drive, error) {
	service := l.matchOne(mainPort, l.idMatching(id)) // consumes the dictionary
	if service == 0 {
		return nil, &CallError{Call: "IOServiceGetMatchingService", Code: NoDevice}
	}
	d := &Drive{lib: l, service: service, frame: new(frame)}
	d.pin.Pin(d.frame)
	if err := d.connect(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// connect queries one interface after the other.
func (d *Drive) connect() error {
	l := d.lib
	kind, iface := l.createUUID(0, mmcUserClientType.bytes()), l.createUUID(0, plugInInterface.bytes())
	code := l.createPlugIn(d.service, kind, iface, &d.frame.other, &d.frame.score)
	l.release(iface)
	l.release(kind)
	if err := check("IOCreatePlugInInterfaceForService", code); err != nil {
		return err
	}
	d.plugIn = object(d.frame.other)
	var err error
	if d.mmc, err = d.plugIn.queryInterface(mmcInterface); err != nil {
		return err
	}
	if d.device = object(d.mmc.call(slotTaskDevice)); d.device == 0 {
		return &CallError{Call: "GetSCSITaskDeviceInterface", Code: NoResources}
	}
	return nil
}

// Close releases the connection, the last interface first. Exclusive access must have ended
// before.
func (d *Drive) Close() error {
	var err error
	d.device.release()
	d.mmc.release()
	if d.plugIn != 0 {
		err = check("IODestroyPlugInInterface", d.lib.destroyPlugIn(uintptr(d.plugIn)))
	}
	if d.service != 0 {
		err = errors.Join(err, check("IOObjectRelease", d.lib.releaseObject(d.service)))
	}
	d.device, d.mmc, d.plugIn, d.service = 0, 0, 0, 0
	d.pin.Unpin()
	return err
}

// Service reads the registry's properties of the drive again.
func (d *Drive) Service() (Service, error) { return d.lib.describe(d.service) }

// Clients returns the programs that are connected to the drive, including this one.
func (d *Drive) Clients() []Client { return d.lib.clients(d.service) }

// Available reports whether no program has exclusive access.
func (d *Drive) Available() bool { return byte(d.device.call(slotAvailable)) != 0 }

// Obtain takes exclusive access, without which no task is executed. The kernel's own
// drivers stop. Busy means that the medium is mounted, ExclusiveAccess that another program
// has it.
func (d *Drive) Obtain() error { return d.device.callReturn("ObtainExclusiveAccess", slotObtain) }

// GiveBack ends exclusive access. The kernel then examines the medium again.
func (d *Drive) GiveBack() error { return d.device.callReturn("ReleaseExclusiveAccess", slotGiveBack) }

// Command is one SCSI command.
type Command struct {
	CDB     []byte // 6, 10, 12 or 16
	Data    []byte // the whole transfer
	Out     bool   // the data go to the drive
	Timeout uint32 // milliseconds
}

// Response is an SCSIServiceResponse, the outcome of a task. It must be checked before the
// status, which has other meanings if the task wasn't completed.
type Response uint32

// The responses that a synchronous task can have.
const (
	DeliveryFailure Response = 1 // kSCSIServiceResponse_SERVICE_DELIVERY_OR_TARGET_FAILURE
	TaskComplete    Response = 2 // kSCSIServiceResponse_TASK_COMPLETE
)

// Values of Answer.Status with a DeliveryFailure (SCSITaskStatus in SCSITask.h). The
// second has the number of CHECK CONDITION.
const (
	TaskTimeout         = 0x01
	ProtocolTimeout     = 0x02
	DeviceNotResponding = 0x03
	DeviceNotPresent    = 0x04
	FailedDelivery      = 0x05
)

// Answer is the result of a task.
type Answer struct {
	Response Response
	Status   uint32            // SAM status if the task was completed
	Sense    [SenseLength]byte // zero without any; Apple's library returns them with CHECK CONDITION
	Count    uint64            // bytes transferred
}

// Execute sends one command in a new task and waits for its end: the kernel has 16 tasks
// per connection. An error is a *CallError, and unless its Call is "ExecuteTaskSync" or
// "GetSCSIServiceResponse" nothing was sent.
func (d *Drive) Execute(c Command) (Answer, error) {
	task := object(d.device.call(slotCreateTask))
	if task == 0 {
		return Answer{}, &CallError{Call: "CreateSCSITask", Code: NoResources}
	}
	defer task.release()
	f := d.frame
	*f = frame{status: 0xFF}
	copy(f.cdb[:], c.CDB)
	var pin runtime.Pinner
	defer pin.Unpin()
	if err := task.callReturn("SetCommandDescriptorBlock", slotSetCDB, uintptr(unsafe.Pointer(&f.cdb)), uintptr(len(c.CDB))); err != nil {
		return Answer{}, err
	}
	if len(c.Data) > 0 {
		pin.Pin(&c.Data[0])
		f.entry.address, f.entry.length = uint64(uintptr(unsafe.Pointer(&c.Data[0]))), uint64(len(c.Data))
		direction := uintptr(fromTarget)
		if c.Out {
			direction = toTarget
		}
		err := task.callReturn("SetScatterGatherEntries", slotSetEntries, uintptr(unsafe.Pointer(&f.entry)), 1, uintptr(len(c.Data)), direction)
		if err != nil {
			return Answer{}, err
		}
	}
	if err := task.callReturn("SetTimeoutDuration", slotSetTimeout, uintptr(c.Timeout)); err != nil {
		return Answer{}, err
	}
	err := task.callReturn("ExecuteTaskSync", slotExecute,
		uintptr(unsafe.Pointer(&f.sense)), uintptr(unsafe.Pointer(&f.status)), uintptr(unsafe.Pointer(&f.count)))
	if err == nil {
		err = task.callReturn("GetSCSIServiceResponse", slotResponse, uintptr(unsafe.Pointer(&f.response)))
	}
	runtime.KeepAlive(c.Data)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Response: Response(f.response), Status: f.status, Sense: f.sense, Count: f.count}, nil
}
