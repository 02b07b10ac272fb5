// Package iokit calls the frameworks of macOS for optical drives (CoreFoundation, IOKit,
// DiskArbitration) without cgo, by purego.
//
// The concept:
//
//   - A Library is the frameworks, loaded. Nothing in here depends on Darwin itself:
//     with the build tag iokitfake the same code runs on Linux against a C library that
//     was written from Apple's published headers (testdata/fake). That proves calling
//     convention, layouts and sequence; it doesn't prove that a Mac agrees.
//   - Drives lists the burners of the I/O registry, empty ones too. Open connects to
//     one: IOCFPlugInInterface, from there MMCDeviceInterface, from there
//     SCSITaskDeviceInterface. Drive.Execute makes one SCSITaskInterface per command.
//   - OpenDisk is the medium as DiskArbitration sees it: it can be claimed, which keeps
//     others from mounting it, and unmounted.
//   - KeepAwake keeps the machine from sleeping.
//
// Every created object is released once; each file documents the owners. Interfaces are C
// pointers to pointers to tables of functions, as in SCSITaskLib.h; the offsets in the
// tables are those of 64-bit systems.
package iokit
