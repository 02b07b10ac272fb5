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
//   - There are three kinds of errors. A *TransportError means that no SCSI status came back;
//     its Sent field is whether the device can have seen the command. A *SenseError is CHECK
//     CONDITION with the device's sense data: mostly, that it refused or failed the command.
//     A *StatusError is any other bad status, such as BUSY.
//   - A SenseKey, a Code (ASC and ASCQ) and an ASC (with any qualifier) are errors
//     themselves: errors.Is(err, scsi.ASC(0x3A)) matches every spelling of "no disc". Their
//     Error method returns T10's words.
//
// Optional abilities are small interfaces that a Transport may implement: Clock (a drive with
// its own time, such as a simulated one) and Locker (exclusive use). As finds them, also
// through decorators such as that of NewTrace.
//
// The package knows no command set: a program composes the CDB of a Request.
package scsi
