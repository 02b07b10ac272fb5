package iscsi_test

import (
	"context"
	"encoding/binary"
	"sync"

	"github.com/redbook-audio/redbook/scsi"
)

const blockSize = 512

// disk is a small block device as a scsi.Transport: enough of SPC and SBC for an
// initiator and for libiscsi's test suite.
type disk struct {
	mu       sync.Mutex
	kind     byte // peripheral device type
	blocks   []byte
	requests []scsi.Request // the requests received, without data
	busy     bool

	// before is called for every command, and may answer in the disk's place.
	before func(req *scsi.Request) (handled bool, res scsi.Result, err error)
	resets int
}

func newDisk(blocks int) *disk { return &disk{blocks: make([]byte, blocks*blockSize)} }

func (d *disk) Limits() scsi.Limits { return scsi.Limits{} }
func (d *disk) Close() error        { return nil }
func (d *disk) Reset()              { d.mu.Lock(); d.resets++; d.mu.Unlock() }

// seen returns the opcodes received so far.
func (d *disk) seen() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ops []byte
	for _, r := range d.requests {
		ops = append(ops, r.CDB[0])
	}
	return ops
}

func (d *disk) last() scsi.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.requests[len(d.requests)-1]
}

func (d *disk) Do(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	d.mu.Lock()
	if d.busy {
		panic("two commands at a time")
	}
	d.busy = true
	kept := *req
	kept.Data = nil
	d.requests = append(d.requests, kept)
	d.mu.Unlock()
	defer func() { d.mu.Lock(); d.busy = false; d.mu.Unlock() }()
	if d.before != nil {
		if handled, res, err := d.before(req); handled {
			return res, err
		}
	}
	return d.answer(req), nil
}

func (d *disk) answer(req *scsi.Request) scsi.Result {
	cdb := req.CDB[:]
	switch req.CDB[0] {
	case 0x00, 0x35, 0x91: // TEST UNIT READY, SYNCHRONIZE CACHE
		return scsi.Result{}
	case 0x12:
		return d.inquiry(req)
	case 0x03:
		return send(req, []byte{0: 0x70, 7: 10, 17: 0}, int(cdb[4]))
	case 0x1A: // MODE SENSE(6): a header, no pages
		return send(req, []byte{3, 0, 0, 0}, int(cdb[4]))
	case 0x25:
		b := make([]byte, 8)
		binary.BigEndian.PutUint32(b, uint32(len(d.blocks)/blockSize-1))
		binary.BigEndian.PutUint32(b[4:], blockSize)
		return send(req, b, 8)
	case 0x28, 0xA8, 0x88, 0x2A, 0xAA, 0x8A, 0x2E, 0xAE, 0x8E:
		return d.transfer(req)
	}
	return noSense(0x20)
}

// inquiry answers INQUIRY with the standard data and the pages that SPC requires.
func (d *disk) inquiry(req *scsi.Request) scsi.Result {
	cdb := req.CDB[:]
	alloc := int(binary.BigEndian.Uint16(cdb[3:]))
	if cdb[1]&1 == 0 {
		if cdb[2] != 0 {
			return noSense(0x24)
		}
		b := append([]byte{d.kind, 0, 6, 2, 91, 0, 0, 0}, "REDBOOK TEST DISK       1.00"...)
		b = append(b, make([]byte, 60)...)
		copy(b[58:], []byte{0x04, 0x60, 0x04, 0xC0}) // SPC-4, SBC-3
		return send(req, b, alloc)
	}
	switch cdb[2] {
	case 0x00:
		return send(req, []byte{d.kind, 0, 0, 3, 0x00, 0x80, 0x83}, alloc)
	case 0x80:
		return send(req, append([]byte{d.kind, 0x80, 0, 4}, "0001"...), alloc)
	case 0x83:
		return send(req, append([]byte{d.kind, 0x83, 0, 16, 2, 1, 0, 12}, "REDBOOK 0001"...), alloc)
	}
	return noSense(0x24)
}

// transfer is READ, WRITE and WRITE AND VERIFY in their three lengths.
func (d *disk) transfer(req *scsi.Request) scsi.Result {
	cdb := req.CDB[:]
	var lba, count int
	switch req.CDB[0] >> 4 {
	case 0x2:
		lba, count = int(binary.BigEndian.Uint32(cdb[2:])), int(binary.BigEndian.Uint16(cdb[7:]))
	case 0xA:
		lba, count = int(binary.BigEndian.Uint32(cdb[2:])), int(binary.BigEndian.Uint32(cdb[6:]))
	default:
		lba, count = int(binary.BigEndian.Uint64(cdb[2:])), int(binary.BigEndian.Uint32(cdb[10:]))
	}
	at, n := lba*blockSize, count*blockSize
	if lba < 0 || count < 0 || at+n > len(d.blocks) {
		return noSense(0x21)
	}
	if req.CDB[0]&0xF == 0x8 {
		return send(req, d.blocks[at:at+n], n)
	}
	moved := copy(d.blocks[at:at+n], req.Data)
	return scsi.Result{N: moved, Excess: n - moved}
}

// send returns at most alloc bytes of data-in.
func send(req *scsi.Request, b []byte, alloc int) scsi.Result {
	b = b[:min(len(b), alloc)]
	n := copy(req.Data, b)
	return scsi.Result{N: n, Excess: len(b) - n}
}

// noSense refuses with ILLEGAL REQUEST and a code.
func noSense(asc byte) scsi.Result {
	return scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0: 0x70, 2: 5, 7: 10, 12: asc, 17: 0}}
}
