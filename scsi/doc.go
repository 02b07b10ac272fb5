// Package scsi is the vocabulary between a program and a SCSI device: a command
// goes out as a Request, a Status and perhaps sense data come back as a Result.
//
// The concept in four words:
//
//   - A Transport carries one command at a time to one device. The operating
//     system backends (scsi/host), the simulated drive (sim) and the test doubles
//     (scsi/scsitest) all are Transports; a program can't tell them apart.
//   - Exec runs one Request and turns CHECK CONDITION into a *SenseError. It never
//     retries: a repeated WRITE may burn the same sectors twice.
//   - Errors come in two kinds here, never mixed. A *TransportError means that no
//     SCSI status came back; its Sent field says whether the device can have seen
//     the command. A *SenseError means that the device said no.
//   - A SenseKey, a Code (ASC and ASCQ) and a Family (all codes of one ASC) are
//     errors themselves, so errors.Is(err, scsi.FamilyMediumNotPresent) asks what
//     the device meant, not how it is spelt.
//
// Optional abilities are small interfaces that a Transport may also have: Clock
// (a drive with a time of its own, such as a simulated one) and Locker (exclusive
// use). Both are found with As, which looks through decorators such as that of NewTrace.
//
// The package knows no command set: MMC commands are in package mmc.
package scsi
