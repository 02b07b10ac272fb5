// Package iscsitest is the other end of package iscsi: a small iSCSI initiator that
// is a scsi.Transport, so that a program can be tested against a target without a
// kernel.
//
// It composes and reads PDUs by the byte tables of RFC 7143 chapter 11 and shares no
// code with the target. One command at a time, one connection, no authentication, no
// digests, no recovery: when the connection breaks, or a command takes longer than
// its Timeout, the Initiator is of no further use.
package iscsitest
