// Package iscsitest is a small iSCSI initiator that is a scsi.Transport: a program can be
// tested against a target of package iscsi without a kernel.
//
// It composes and decodes PDUs by the byte tables of RFC 7143 chapter 11 and shares no
// code with the target. One command at a time, one connection, no authentication, no
// digests, no recovery: after the connection breaks, or a command takes longer than its
// Timeout, the Initiator can't be used any more.
package iscsitest
