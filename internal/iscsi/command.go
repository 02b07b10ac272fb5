package iscsi

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// Bits of byte 1: how a SCSI Command describes its data, and how a SCSI Response or the
// last Data-In reports them (RFC 7143 11.3.1, 11.4.1, 11.7).
const (
	flagRead      = 0x40
	flagWrite     = 0x20
	flagOverflow  = 0x04
	flagUnderflow = 0x02
	flagStatus    = 0x01 // Data-In: carries the status, no SCSI Response follows

	targetFailure = 0x01 // Response of a SCSI Response: no SCSI status came back
)

// command takes a SCSI Command (RFC 7143 11.3) with its immediate data, if any.
func (c *conn) command(ctx context.Context, p *pdu) error {
	t := newTask(p, &c.params, c.t.most)
	if !c.tasks.add(t) { // overlapping tags: RFC 7143 11.2.1.8
		return c.breach(p, "task tag is in use")
	}
	taken, err := c.enqueue(p, func() { c.carryOut(ctx, t) })
	if !taken {
		c.tasks.forget(t)
	}
	return err
}

// carryOut is the worker's part of a command: fetch the data, carry it out, answer.
func (c *conn) carryOut(ctx context.Context, t *task) {
	if !c.gather(t) {
		return // aborted
	}
	a := c.execute(ctx, t)
	if a.silent {
		return // the task stays until the initiator's timer aborts it
	}
	if !c.tasks.forget(t) {
		return // aborted meanwhile: no answer (SAM-5 7.7)
	}
	// A connection that fails here fails in the reader too, which ends it.
	if err := c.respond(t, a); err != nil {
		_ = c.nc.Close()
	}
}

// execute decides who answers a command: the target or the drive.
func (c *conn) execute(ctx context.Context, t *task) answer {
	expected := t.expected
	if t.out {
		expected = 0
	}
	op := t.cdb[0]
	switch {
	case t.fault != 0:
		return refuse(scsi.KeyAbortedCommand, t.fault)
	case t.extended:
		return refuse(scsi.KeyIllegalRequest, asc.InvalidOpcode)
	case t.unfit:
		return refuse(scsi.KeyIllegalRequest, asc.InvalidFieldInCDB)
	case op == opcodeReportLUNs:
		return reportLUNs(t.cdb[:], expected)
	case !t.lun.drive():
		return noUnit(t.cdb[:], expected)
	}
	if op != opcodeInquiry && op != opcodeRequestSense { // these don't report it (SAM-5 5.14)
		if code := c.tasks.takeAttention(); code != 0 {
			return refuse(scsi.KeyUnitAttention, code)
		}
	}
	req := scsi.Request{CDBLen: cdbLen(t.cdb[:]), Timeout: commandTime}
	copy(req.CDB[:], t.cdb[:req.CDBLen])
	switch {
	case t.out && t.expected > 0:
		req.Dir, req.Data = scsi.DataOut, t.data
	case t.in && t.expected > 0:
		c.buf = slices.Grow(c.buf[:0], t.expected)
		req.Dir, req.Data = scsi.DataIn, c.buf[:t.expected]
	}
	return c.t.do(ctx, &req)
}

// do passes a command to the drive, after those of other sessions.
func (t *Target) do(ctx context.Context, req *scsi.Request) answer {
	t.drive.Lock()
	defer t.drive.Unlock()
	res, err := t.unit.Do(ctx, req)
	if err != nil {
		// To the initiator, a drive that never answered must look like one: its own timer
		// has to expire. Any other failure has no SCSI status.
		return answer{silent: errors.Is(err, os.ErrDeadlineExceeded), failed: true}
	}
	a := answer{status: res.Status, n: min(res.N, len(req.Data)), overflow: res.Excess}
	if req.Dir == scsi.DataIn {
		a.data = req.Data[:a.n]
	}
	if res.Status == scsi.CheckCondition {
		a.sense = res.Sense
	}
	return a
}

// residual returns flags and count for what was expected and not transferred, or
// didn't fit (RFC 7143 11.4.5).
func (t *task) residual(a answer) (flags byte, count uint32) {
	switch {
	case a.failed:
		return 0, 0
	case a.overflow > 0:
		return flagOverflow, uint32(a.overflow)
	case uint32(a.n) < t.told:
		return flagUnderflow, t.told - uint32(a.n)
	}
	return 0, 0
}

// respond sends the data and the status of a command.
func (c *conn) respond(t *task, a answer) error {
	pdus, told, err := c.sendData(t, a)
	if err != nil || told {
		return err
	}
	h := &header{0: opResponse, 3: byte(a.status)}
	if a.failed {
		h[2] = targetFailure
	}
	flags, count := t.residual(a)
	h[1] = flagFinal | flags
	h.setU32(offITT, t.itt)
	h.setU32(offDataSN, pdus) // ExpDataSN: how many Data-In PDUs there were
	h.setU32(offCount, count)
	var data []byte
	if len(a.sense) > 0 { // a length of two bytes goes before it (RFC 7143 11.4.7)
		data = append([]byte{byte(len(a.sense) >> 8), byte(len(a.sense))}, a.sense...)
	}
	return c.send(h, data, statNext)
}

// sendData sends Data-In PDUs (RFC 7143 11.7): none longer than the initiator accepts, F
// at the end of each burst. A GOOD status is part of the last one.
func (c *conn) sendData(t *task, a answer) (pdus uint32, told bool, err error) {
	segment, burst := c.sendLimits()
	for off := 0; off < len(a.data); pdus++ {
		n := min(segment, len(a.data)-off, burst-off%burst)
		h := &header{0: opDataIn}
		h.setU32(offITT, t.itt)
		h.setU32(offTTT, noTag)
		h.setU32(offDataSN, pdus)
		h.setU32(offOffset, uint32(off))
		part := a.data[off : off+n]
		off += n
		last, stat := off == len(a.data), statNone
		if last || off%burst == 0 {
			h[1] = flagFinal
		}
		if last && a.good() {
			flags, count := t.residual(a)
			h[1] |= flagStatus | flags
			h.setU32(offCount, count)
			told, stat = true, statNext
		}
		if err := c.send(h, part, stat); err != nil {
			return pdus, false, err
		}
	}
	return pdus, told, nil
}

// sendLimits are the lengths of a PDU and of a burst; a text request may change the first.
func (c *conn) sendLimits() (segment, burst int) {
	c.limits.Lock()
	defer c.limits.Unlock()
	return c.maxSend, c.maxBurst
}
