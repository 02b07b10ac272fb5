package iscsi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Opcodes of PDUs (RFC 7143 11.2.1.2): the initiator's below 20h, the target's from there.
const (
	opNOPOut       = 0x00
	opCommand      = 0x01
	opTaskRequest  = 0x02
	opLoginRequest = 0x03
	opTextRequest  = 0x04
	opDataOut      = 0x05
	opLogout       = 0x06
	opSNACK        = 0x10

	opNOPIn         = 0x20
	opResponse      = 0x21
	opTaskResponse  = 0x22
	opLoginResponse = 0x23
	opTextResponse  = 0x24
	opDataIn        = 0x25
	opLogoutReply   = 0x26
	opR2T           = 0x31
	opReject        = 0x3F
)

// Bits of bytes 0 and 1 that several PDUs share.
const (
	flagImmediate = 0x40 // byte 0: not counted by CmdSN, carried out at once
	flagFinal     = 0x80 // byte 1: last PDU of a sequence; Login calls it Transit
	flagContinue  = 0x40 // byte 1 of Text and Login: more text follows
)

// noTag is the reserved value of both kinds of task tag.
const noTag = 0xFFFFFFFF

const headerLen = 48

// header is a Basic Header Segment (RFC 7143 11.2.1). Its fields stay where the
// standard puts them:
//
//	0      . I opcode
//	1      F and flags of the opcode
//	4      length of the additional header segments, in words
//	5-7    length of the data segment, in bytes, padding not counted
//	8-15   LUN, or fields of the opcode
//	16-19  Initiator Task Tag
//	20-47  fields of the opcode
type header [headerLen]byte

func (h *header) opcode() byte    { return h[0] & 0x3F }
func (h *header) immediate() bool { return h[0]&flagImmediate != 0 }
func (h *header) flags() byte     { return h[1] }
func (h *header) final() bool     { return h[1]&flagFinal != 0 }
func (h *header) lun() lun        { return lun(h[8:16]) }
func (h *header) ahsLen() int     { return int(h[4]) * 4 }
func (h *header) dataLen() int    { return int(h[5])<<16 | int(h[6])<<8 | int(h[7]) }

func (h *header) setDataLen(n int) { h[5], h[6], h[7] = byte(n>>16), byte(n>>8), byte(n) }

// u32 and setU32 access the 32-bit field at an offset.
func (h *header) u32(at int) uint32       { return binary.BigEndian.Uint32(h[at:]) }
func (h *header) setU32(at int, v uint32) { binary.BigEndian.PutUint32(h[at:], v) }

// Offsets of the fields that most PDUs have in common.
const (
	offITT    = 16
	offTTT    = 20 // Target Transfer Tag; in a task request the Referenced Task Tag
	offCmdSN  = 24 // in requests of an initiator
	offStatSN = 24 // in responses of a target
	offExpCmd = 28
	offMaxCmd = 32
	offDataSN = 36
	offOffset = 40
	offCount  = 44 // residual count, or the desired length of an R2T
)

// reply begins a PDU that answers h: the opcode, F, and the initiator's task tag.
func (h *header) reply(op byte) *header {
	r := &header{0: op, 1: flagFinal}
	copy(r[offITT:offITT+4], h[offITT:offITT+4])
	return r
}

// pdu is a received PDU.
type pdu struct {
	header
	ahs  []byte // additional header segments
	data []byte // data segment without its padding; owned by the holder of the pdu
}

var errTooLong = errors.New("data segment longer than the target said it takes")

// readPDU reads one PDU. A data segment of more than limit bytes is errTooLong and is not
// allocated. (RFC 7143 11.2: header, additional headers, data, each padded to whole
// words; digests are never negotiated here.)
func readPDU(r io.Reader, limit int) (*pdu, error) {
	p := new(pdu)
	if _, err := io.ReadFull(r, p.header[:]); err != nil {
		return nil, err
	}
	n := p.dataLen()
	if n > limit {
		return nil, fmt.Errorf("opcode %02Xh: %d bytes: %w", p.opcode(), n, errTooLong)
	}
	if p.ahsLen() > 0 {
		p.ahs = make([]byte, p.ahsLen())
		if _, err := io.ReadFull(r, p.ahs); err != nil {
			return nil, noEOF(err)
		}
	}
	if n > 0 {
		b := make([]byte, pad4(n))
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, noEOF(err)
		}
		p.data = b[:n]
	}
	return p, nil
}

// noEOF makes an end within a PDU an unexpected one.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// writePDU writes one PDU.
func writePDU(w io.Writer, h *header, data []byte) error {
	h.setDataLen(len(data))
	if _, err := w.Write(h[:]); err != nil {
		return err
	}
	if len(data) == 0 {
		return nil
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	var padding [3]byte
	_, err := w.Write(padding[:pad4(len(data))-len(data)])
	return err
}

// pad4 rounds up to whole words.
func pad4(n int) int { return (n + 3) &^ 3 }

// before compares two sequence numbers, which wrap (RFC 1982; RFC 7143 4.2.2.1).
func before(a, b uint32) bool { return int32(a-b) < 0 }
