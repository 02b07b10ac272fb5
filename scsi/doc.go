// Package scsi is the interface between a program and a SCSI device: a command is sent as a
// Request, and a Result returns its Status and sense data.
//
// The concept:
//
//   - A Transport carries one command at a time to one device. The operating system backends
//     (scsi/host) and the simulated drive (sim) are Transports, and a program may have its
//     own.
//   - Exec runs one Request on a Transport. It never retries: a repeated WRITE may burn the
//     same sectors twice.
//   - Errors are of three types. A *TransportError means that no SCSI status came back; its
//     field Sent reports whether the device can have seen the command. A *SenseError is CHECK
//     CONDITION with the device's sense data: usually the device refused the command or failed
//     to carry it out. A *StatusError is any other bad status, such as BUSY.
//   - A SenseKey, a Code (ASC and ASCQ) and an ASC (with any qualifier) are errors
//     themselves: errors.Is(err, scsi.ASC(0x3A)) matches each of the codes for "no disc".
//
// Optional abilities are small interfaces that a Transport may implement: Clock (the time of a
// simulated drive) and Locker (exclusive use). As finds them, also through decorators such as
// the one of NewTrace.
//
// The package contains no commands: a program composes the CDB of a Request.
package scsi
