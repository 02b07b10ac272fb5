package iscsitest

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/scsi"
)

// Opcodes (RFC 7143 11.2.1.2).
const (
	opCommand = 0x01
	opTask    = 0x02
	opLogin   = 0x03
	opDataOut = 0x05
	opLogout  = 0x06

	opResponse   = 0x21
	opTaskReply  = 0x22
	opLoginReply = 0x23
	opDataIn     = 0x25
	opR2T        = 0x31

	bitImmediate = 0x40
)

// packet is a PDU: 48 bytes of header, and a data segment.
type packet struct {
	header [48]byte
	data   []byte
}

func (p *packet) opcode() byte       { return p.header[0] & 0x3F }
func (p *packet) u32(at int) uint32  { return binary.BigEndian.Uint32(p.header[at:]) }
func put32[T ~int](b []byte, v T)    { binary.BigEndian.PutUint32(b, uint32(v)) }
func (p *packet) flag(bit byte) bool { return p.header[1]&bit != 0 }

// residual stores the count of bytes that were expected and not transferred, or didn't
// fit (RFC 7143 11.4.5).
func (p *packet) residual(res *scsi.Result, req *scsi.Request) {
	count := int(p.u32(44))
	switch {
	case p.flag(0x04):
		res.Excess = count
		if req.Dir == scsi.DataOut {
			res.N = len(req.Data)
		}
	case req.Dir == scsi.DataOut && p.flag(0x02):
		res.N = max(0, len(req.Data)-count)
	case req.Dir == scsi.DataOut:
		res.N = len(req.Data)
	}
}

// request begins a PDU that CmdSN counts, unless it is immediate.
func (in *Initiator) request(op, flags byte) *packet {
	p := new(packet)
	in.tag++
	p.header[0], p.header[1] = op, flags
	put32(p.header[16:], int(in.tag))
	put32(p.header[24:], int(in.cmdSN))
	put32(p.header[28:], int(in.expSN))
	if op&bitImmediate == 0 {
		in.cmdSN++
	}
	return p
}

// send writes a PDU. Data segments are padded to whole words.
func (in *Initiator) send(p *packet) error {
	n := len(p.data)
	p.header[5], p.header[6], p.header[7] = byte(n>>16), byte(n>>8), byte(n)
	b := make([]byte, 0, 48+n+3)
	b = append(append(b, p.header[:]...), p.data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	_, err := in.nc.Write(b)
	return err
}

// receive reads a PDU and counts its StatSN: Data-In without the status bit has none, R2T
// shows the next one.
func (in *Initiator) receive() (*packet, error) {
	p := new(packet)
	if _, err := io.ReadFull(in.r, p.header[:]); err != nil {
		return nil, err
	}
	n := int(p.header[5])<<16 | int(p.header[6])<<8 | int(p.header[7])
	if n > maxSegment || p.header[4] != 0 {
		return nil, fmt.Errorf("%w: a segment of %d bytes", ErrProtocol, n)
	}
	b := make([]byte, (n+3)/4*4)
	if _, err := io.ReadFull(in.r, b); err != nil {
		return nil, err
	}
	p.data = b[:n]
	if op := p.opcode(); op != opR2T && (op != opDataIn || p.flag(0x01)) {
		in.expSN = p.u32(24) + 1
	}
	return p, nil
}
