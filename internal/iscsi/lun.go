package iscsi

import (
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// lun is a logical unit number as encoded in a PDU (SAM-5 4.7).
type lun [8]byte

// drive reports whether l is LUN 0, by peripheral or by flat addressing.
func (l lun) drive() bool {
	l[0] &^= 0x40
	return l == lun{}
}

// Operation codes that the target itself handles.
const (
	opcodeRequestSense = 0x03
	opcodeInquiry      = 0x12
	opcodeReportLUNs   = 0xA0
)

// Codes in RFC 7143 11.4.7.2 for faults of the data transfer.
const (
	codeUnexpectedUnsolicited scsi.Code = 0x0C0C
	codeIncorrectAmount       scsi.Code = 0x0C0D
	codeProtocolCRC           scsi.Code = 0x4705 // used for a gap in DataSN
)

// answer is the outcome of one command.
type answer struct {
	status   scsi.Status
	sense    []byte
	data     []byte // data-in
	n        int    // bytes transferred, in either direction
	overflow int    // bytes that exceed the expected length
	failed   bool   // no status: iSCSI response "target failure"
	silent   bool   // no answer at all: the initiator's timer has to expire
}

func (a answer) good() bool { return a.status == scsi.Good && !a.failed }

// refuse is CHECK CONDITION with the target's own sense data.
func refuse(key scsi.SenseKey, code scsi.Code) answer {
	return answer{status: scsi.CheckCondition, sense: fixedSense(key, code)}
}

// fixedSense composes sense data (SPC-4 4.5.3).
func fixedSense(key scsi.SenseKey, code scsi.Code) []byte {
	return []byte{0: 0x70, 2: byte(key), 7: 10, 12: byte(code.ASC()), 13: code.ASCQ(), 17: 0}
}

// reply returns data-in from the target itself, cut to the allocation length.
func reply(b []byte, alloc, expected int) answer {
	b = b[:min(len(b), alloc)]
	n := min(len(b), expected)
	return answer{data: b[:n], n: n, overflow: len(b) - n}
}

// reportLUNs answers REPORT LUNS (SPC-4 6.33), whatever LUN it is addressed to: the only
// logical unit is LUN 0.
func reportLUNs(cdb []byte, expected int) answer {
	const oneLUN = 16
	alloc := int(min(binary.BigEndian.Uint32(cdb[6:]), 1<<20))
	if alloc < oneLUN {
		return refuse(scsi.KeyIllegalRequest, asc.InvalidFieldInCDB)
	}
	switch cdb[2] {
	case 0x00, 0x02:
		return reply([]byte{3: 8, oneLUN - 1: 0}, alloc, expected)
	case 0x01: // only well known logical units
		return reply(make([]byte, 8), alloc, expected)
	}
	return refuse(scsi.KeyIllegalRequest, asc.InvalidFieldInCDB)
}

// noUnit answers for a logical unit that does not exist (SPC-4 6.6.1, 6.39; SAM-5 5.11).
func noUnit(cdb []byte, expected int) answer {
	switch cdb[0] {
	case opcodeInquiry:
		// Peripheral qualifier 3, type 1Fh: no device can be here.
		b := []byte{0: 0x7F, 2: 5, 3: 2, 4: 31, 35: 0}
		return reply(b, int(binary.BigEndian.Uint16(cdb[3:])), expected)
	case opcodeRequestSense:
		b := fixedSense(scsi.KeyIllegalRequest, asc.LogicalUnitNotSupported)
		return reply(b, int(cdb[4]), expected)
	}
	return refuse(scsi.KeyIllegalRequest, asc.LogicalUnitNotSupported)
}

// cdbLen returns the length of a CDB by the group of its opcode (SAM-5 5.2). iSCSI carries
// 16 bytes and no length. Vendor opcodes of optical drives are packets of 12, unless
// something follows them.
func cdbLen(cdb []byte) int {
	switch cdb[0] >> 5 {
	case 0:
		return 6
	case 1, 2:
		return 10
	case 4:
		return 16
	case 5:
		return 12
	}
	if binary.BigEndian.Uint32(cdb[12:]) != 0 {
		return 16
	}
	return 12
}
