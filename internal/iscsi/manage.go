package iscsi

import (
	"context"
	"encoding/binary"
	"net"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// Functions of a Task Management Request (RFC 7143 11.5.1).
const (
	abortTask       = 1
	abortTaskSet    = 2
	clearACA        = 3
	clearTaskSet    = 4
	logicalReset    = 5
	targetWarmReset = 6
	targetColdReset = 7
	taskReassign    = 8
)

// Responses to it (RFC 7143 11.6.1).
const (
	functionComplete     = 0
	noSuchTask           = 1
	noSuchLUN            = 2
	reassignNotSupported = 4
	functionNotSupported = 5
	functionRejected     = 255
)

// taskManagement aborts the tasks immediately, and answers when the commands before it
// have left the drive: after the answer they must have no further effect (RFC 7143 11.6).
func (c *conn) taskManagement(ctx context.Context, p *pdu) error {
	function := p.flags() & 0x7F
	response := c.abortFor(function, p)
	_, err := c.enqueue(p, func() {
		if response == functionComplete && function >= logicalReset {
			c.t.reset(ctx)
		}
		h := p.reply(opTaskResponse)
		h[2] = response
		if c.send(h, nil, statNext) != nil || (response == functionComplete && function == targetColdReset) {
			c.t.hangUp(c, function)
		}
	})
	return err
}

// abortFor ends the tasks that a function names, and returns its response.
func (c *conn) abortFor(function byte, p *pdu) byte {
	if function <= logicalReset && !p.lun().drive() {
		return noSuchLUN
	}
	switch function {
	case abortTask:
		if !c.tasks.abort(p.u32(offTTT)) { // including a command whose answer is in transit
			return noSuchTask
		}
	case abortTaskSet:
		c.tasks.abortAll()
	case clearTaskSet:
		c.t.each(func(o *conn) {
			if o.tasks.abortAll() > 0 && o != c {
				o.tasks.attend(asc.CommandsClearedByAnotherInitiator)
			}
		})
	case logicalReset, targetWarmReset, targetColdReset:
		c.t.each(func(o *conn) { o.tasks.abortAll() })
	case clearACA:
		return functionNotSupported
	case taskReassign:
		return reassignNotSupported
	default:
		return functionRejected
	}
	return functionComplete
}

// reset resets the drive when its command is done, and reports it to every session with
// its next command (SAM-5 5.14). The drive's unit attention would reach only one session,
// which would then get two: it is fetched here.
func (t *Target) reset(ctx context.Context) {
	t.drive.Lock()
	if r, ok := scsi.As[Resetter](t.unit); ok {
		r.Reset()
		_, _ = t.unit.Do(ctx, &scsi.Request{CDBLen: 6, Timeout: time.Minute, Name: "TEST UNIT READY"})
	}
	t.drive.Unlock()
	t.each(func(c *conn) { c.tasks.attend(asc.DeviceResetFunction) })
}

// hangUp closes c, or after a cold reset every connection (RFC 7143 11.5.1).
func (t *Target) hangUp(c *conn, function byte) {
	if function != targetColdReset {
		_ = c.nc.Close()
		return
	}
	t.each(func(o *conn) { _ = o.nc.Close() })
}

// nop answers a ping with the data that it came with (RFC 7143 11.18, 11.19). A NOP-Out
// without a task tag only updates numbers and needs no answer.
func (c *conn) nop(p *pdu) error {
	if p.u32(offITT) == noTag {
		return nil
	}
	h := p.reply(opNOPIn)
	copy(h[8:16], p.header[8:16])
	h.setU32(offTTT, noTag)
	segment, _ := c.sendLimits()
	return c.send(h, p.data[:min(len(p.data), segment)], statNext)
}

// textRequest answers SendTargets, and the one other key that a session may still change
// (RFC 7143 11.10, appendix C, 13.12).
func (c *conn) textRequest(p *pdu) error {
	if c.text = append(c.text, p.data...); len(c.text) > maxText {
		return c.breach(p, "text without end")
	}
	h := p.reply(opTextResponse)
	h.setU32(offTTT, noTag)
	if !p.final() { // the initiator wants another round: keep the tag for it
		h[1] = 0
		h.setU32(offTTT, 1)
	}
	if p.flags()&flagContinue != 0 {
		return c.send(h, nil, statNext)
	}
	pairs, err := parseText(c.text)
	c.text = nil
	if err != nil {
		return c.reject(p, rejectInvalid)
	}
	var reply []byte
	for _, kv := range pairs {
		switch kv.key {
		case "SendTargets":
			reply = c.sendTargets(reply, kv.value)
		case "MaxRecvDataSegmentLength":
			c.limits.Lock()
			value := c.params.answer(kv.key, kv.value)
			c.limits.Unlock()
			reply = appendText(reply, kv.key, value)
		default:
			reply = appendText(reply, kv.key, reject)
		}
	}
	if segment, _ := c.sendLimits(); len(reply) > segment {
		return c.reject(p, rejectInvalid)
	}
	return c.send(h, reply, statNext)
}

// sendTargets lists the target if it is requested: All belongs to discovery, an empty
// value means the target of this session (RFC 7143 appendix C).
func (c *conn) sendTargets(reply []byte, which string) []byte {
	switch {
	case which == "All" && !c.discovery, which == "" && c.discovery:
		return appendText(reply, "SendTargets", reject)
	case which != "All" && which != "" && which != c.t.name:
		return reply // no target of that name
	}
	reply = appendText(reply, "TargetName", c.t.name)
	// The address that the initiator connected to works for it.
	if a, ok := c.nc.LocalAddr().(*net.TCPAddr); ok {
		reply = appendText(reply, "TargetAddress", a.String()+","+portalGroup)
	}
	return reply
}

// logout ends the session (RFC 7143 11.14). Queued commands are dropped; the command in
// the drive completes first.
func (c *conn) logout(p *pdu) (loggedOut bool, err error) {
	const (
		closeConnection = 1
		recovery        = 2
		noSuchCID       = 1
		noRecovery      = 2
	)
	h := p.reply(opLogoutReply)
	switch reason := p.flags() & 0x7F; {
	case reason == closeConnection && binary.BigEndian.Uint16(p.header[20:]) != c.cid:
		h[2] = noSuchCID
	case reason == recovery:
		h[2] = noRecovery
	case reason > recovery:
		return false, c.reject(p, rejectInvalid)
	default:
		c.tasks.abortAll()
		loggedOut = true
	}
	taken, err := c.enqueue(p, func() { _ = c.send(h, nil, statNext) })
	return loggedOut && taken, err
}
