// Package iscsi serves a drive as an iSCSI target, so that a kernel sees a device. LUN 0 is
// any scsi.Transport, usually a simulated drive.
//
// The concept:
//
//   - A Target is one SCSI target device with one logical unit. Serve accepts
//     connections on a listener until its context ends; several initiators may be
//     logged in at a time, and their commands reach the Transport one by one.
//   - A connection is two goroutines. The reader takes PDUs off the wire and
//     answers what needs no drive (NOP, text, Data-Out); the worker carries out
//     SCSI commands, task management and logout strictly in order. A ping is
//     therefore answered during a command of many minutes.
//   - The target implements what RFC 7143 requires of the simplest target: no
//     authentication, no digests, one connection per session, error recovery
//     level 0. It answers REPORT LUNS and commands to unknown logical units
//     itself; the drive answers everything else.
//
// There is no authentication: anyone who reaches the port can write to the disc.
// Listen therefore binds to loopback unless an address is given.
//
// Comments name the clauses of RFC 7143 (iSCSI, consolidated) and of T10's SPC.
package iscsi
