package scsitest

import (
	"bytes"
	"context"
	"encoding/binary"
	"io/fs"
	"unsafe"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// device is a small MMC drive without a disc. Its switches break the contract one way
// each. The zero value behaves correctly.
type device struct {
	descriptor bool // sense data in descriptor format
	attentions int  // unit attentions pending
	old        bool // no GET CONFIGURATION
	filter     bool // an operating system that refuses unknown opcodes
	limits     scsi.Limits

	// Ways to be wrong.
	diskDrive       bool // peripheral type 0
	noDevice        bool // peripheral qualifier 3
	goodUnknown     bool // GOOD for an unknown opcode
	errorUnknown    bool // an error instead of CHECK CONDITION
	noSense         bool // CHECK CONDITION without sense data
	rawSense        bool // sense data without a response code
	wrongSense      bool // 5/24/00 for an unknown opcode
	deferredSense   bool // response code 71h for it
	sharedSense     bool // every Result shares one sense buffer
	senseWithGood   bool
	busyNoData      bool
	attentionAlways bool
	countsBuffer    bool // N is the buffer's length, whatever arrived
	countsLarge     bool // N is more than the buffer's length
	countsNone      bool // N is always 0
	countsOne       bool // N is one too many if it fits
	dirtyTail       bool // leaves old bytes in the buffer after the reply
	ignoresAlloc    bool // sends everything that fits in the buffer
	differs         bool // short replies differ from long ones
	writesOutside   bool // writes past Data
	needsAlignment  bool // fails on odd addresses
	sendsEnded      bool // ignores the context
	plainContext    bool // context error that is not a TransportError
	unknownContext  bool // context error with SentUnknown
	changesCDB      bool
	changesData     bool // replaces the Request's Data slice
	staleCDB        bool // sends the CDB of the previous Request
	keepsData       bool // writes to the buffer of the previous command
	refusesEmpty    bool // an error for Data that is empty but not nil
	untypedError    bool
	badRequestSense bool
	smallLimit      bool
	oddAlignment    bool
	shakyLimits     bool

	limitCalls int
	sent       int
	last       *[16]byte
	lastData   []byte
	sense      [18]byte
	closes     int
	closeError error
}

func (d *device) Limits() scsi.Limits {
	d.limitCalls++
	switch {
	case d.smallLimit:
		return scsi.Limits{MaxTransfer: 2048}
	case d.oddAlignment:
		return scsi.Limits{Alignment: 24}
	case d.shakyLimits:
		return scsi.Limits{MaxTransfer: 65536 * d.limitCalls}
	}
	return d.limits
}

func (d *device) Close() error {
	d.closes++
	return d.closeError
}

func (d *device) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if err := ctx.Err(); err != nil && !d.sendsEnded {
		switch {
		case d.plainContext:
			return scsi.Result{}, err
		case d.unknownContext:
			return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: err}
		}
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	if d.refusesEmpty && req.Data != nil && len(req.Data) == 0 {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: fs.ErrInvalid}
	}
	d.sent++
	if req.Dir == scsi.DataIn && !d.dirtyTail {
		clear(req.Data)
	}
	cdb := req.CDB
	if d.staleCDB && d.last != nil {
		cdb, *d.last = *d.last, cdb
	} else {
		d.last = &[16]byte{}
		*d.last = cdb
	}
	res, err := d.answer(cdb, req)
	d.breakResult(req, &res)
	if d.untypedError && err != nil {
		err = fs.ErrPermission
	}
	return res, err
}

// answer is the correct part, except for the switches that affect one command.
func (d *device) answer(cdb [16]byte, req *scsi.Request) (scsi.Result, error) {
	switch cdb[0] {
	case 0x12:
		return d.reply(req, d.inquiryData(), int(cdb[4])), nil
	case 0x03:
		data := FixedSense(scsi.Sense{})
		if d.badRequestSense {
			data[0] = 0
		}
		return d.reply(req, data, int(cdb[4])), nil
	case 0x00:
		switch {
		case d.attentions > 0 || d.attentionAlways:
			d.attentions--
			return d.check(scsi.KeyUnitAttention, asc.MediumMayHaveChanged), nil
		case d.busyNoData:
			return scsi.Result{Status: scsi.Busy}, nil
		case d.senseWithGood:
			return scsi.Result{Sense: FixedSense(scsi.Sense{})}, nil
		}
		return d.check(scsi.KeyNotReady, asc.MediumNotPresentTrayClosed), nil
	case 0x46:
		if d.old {
			break
		}
		data := make([]byte, 20)
		binary.BigEndian.PutUint32(data, 16)
		return d.reply(req, data, int(binary.BigEndian.Uint16(cdb[7:]))), nil
	}
	return d.unknown(req)
}

func (d *device) unknown(req *scsi.Request) (scsi.Result, error) {
	code := asc.InvalidOpcode
	switch {
	case d.attentionAlways:
		return d.check(scsi.KeyUnitAttention, asc.MediumMayHaveChanged), nil
	case d.filter:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: fs.ErrPermission}
	case d.errorUnknown:
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: fs.ErrInvalid}
	case d.goodUnknown:
		return scsi.Result{}, nil
	case d.wrongSense:
		code = asc.InvalidFieldInCDB
	}
	res := d.check(scsi.KeyIllegalRequest, code)
	if d.deferredSense {
		res.Sense[0] |= 1
	}
	return res, nil
}

func (d *device) check(key scsi.SenseKey, code scsi.Code) scsi.Result {
	s := scsi.Sense{Key: key, Code: code}
	switch {
	case d.noSense:
		return scsi.Result{Status: scsi.CheckCondition}
	case d.rawSense:
		return Check([]byte{0, byte(key), byte(code.ASC()), code.ASCQ()})
	case d.sharedSense:
		copy(d.sense[:], FixedSense(s))
		return Check(d.sense[:])
	case d.descriptor:
		return Check(DescriptorSense(s))
	}
	return Check(FixedSense(s))
}

func (d *device) inquiryData() []byte {
	data := bytes.Repeat([]byte{' '}, 36)
	copy(data, []byte{5, 0x80, 0, 0x32, 31, 0, 0, 0})
	copy(data[8:], "REDBOOK TEST DEVICE")
	if d.diskDrive {
		data[0] = 0
	}
	if d.noDevice {
		data[0] = 0x7F
	}
	return data
}

func (d *device) reply(req *scsi.Request, data []byte, alloc int) scsi.Result {
	if d.ignoresAlloc {
		alloc = len(data)
	}
	res := Reply(req, data[:min(alloc, len(data))])
	if d.differs && res.N < len(data) {
		req.Data[0] ^= 0x80
	}
	return res
}

// breakResult applies the switches that affect every command.
func (d *device) breakResult(req *scsi.Request, res *scsi.Result) {
	switch {
	case d.countsBuffer:
		res.N = len(req.Data)
	case d.countsLarge:
		res.N = len(req.Data) + 1
	case d.countsNone:
		if req.Dir == scsi.DataIn {
			clear(req.Data)
		}
		res.N = 0
	case d.countsOne:
		res.N = min(res.N+1, len(req.Data))
	case d.changesCDB:
		req.CDB[15] = 1
	case d.changesData && len(req.Data) > 0:
		req.Data = bytes.Clone(req.Data)
	case d.keepsData:
		if len(d.lastData) > 0 {
			d.lastData[0] = 0xEE
		}
		d.lastData = req.Data
	case d.needsAlignment && len(req.Data) > 0 && uintptr(unsafe.Pointer(&req.Data[0]))%4 != 0:
		req.Data[0] = 0xEE
	case d.writesOutside && len(req.Data) > 0 && cap(req.Data) > len(req.Data):
		req.Data[:len(req.Data)+1][len(req.Data)] = 0xEE
	}
}
