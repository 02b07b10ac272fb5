package iscsi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// Limits on the queued requests of an initiator.
const (
	queueDepth = 16 // commands that CmdSN counts
	immediates = 8  // commands that it doesn't
)

// Reasons of a Reject PDU (RFC 7143 11.17.1).
const (
	rejectSNACK        = 0x03
	rejectProtocol     = 0x04
	rejectNotSupported = 0x05
	rejectImmediate    = 0x06
	rejectInvalid      = 0x09
)

var errProtocol = errors.New("protocol error")

// conn is one connection, which here is one session.
type conn struct {
	t    *Target
	nc   net.Conn
	r    *bufio.Reader
	gone chan struct{} // closed when nothing of the connection is left
	open bool          // logged in; guarded by Target.mu
	params
	isid [6]byte
	tsih uint16
	cid  uint16
	text []byte // of a Text Request that continues in the next PDU

	wmu       sync.Mutex // guards what follows
	w         *bufio.Writer
	statSN    uint32
	expCmdSN  uint32
	maxCmdSN  uint32 // last value sent to the initiator
	queued    uint32 // counted commands in progress
	immediate int    // and uncounted ones

	limits sync.Mutex // guards the lengths in params, which a text request may change
	tasks  taskSet

	jobs chan job
	buf  []byte // data-in of the command that the worker carries out
}

// job is work for the worker.
type job struct {
	counted bool // by CmdSN
	do      func()
}

func newConn(t *Target, nc net.Conn) *conn {
	return &conn{
		t: t, nc: nc, gone: make(chan struct{}), params: defaultParams(),
		r: bufio.NewReaderSize(nc, 64<<10), w: bufio.NewWriterSize(nc, 64<<10),
		statSN: 1, tasks: taskSet{byTag: map[uint32]*task{}},
		jobs: make(chan job, queueDepth+immediates),
	}
}

// run is the full feature phase. It returns when no command of the connection is
// left, with the error that broke it unless it ended properly.
func (c *conn) run(ctx context.Context) (loggedOut bool, err error) {
	var worker sync.WaitGroup
	worker.Go(func() {
		for j := range c.jobs {
			j.do()
			c.finished(j.counted)
		}
	})
	for err == nil && !loggedOut {
		loggedOut, err = c.next(ctx)
	}
	c.tasks.abortAll()
	close(c.jobs)
	worker.Wait()
	if loggedOut || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return loggedOut, err
}

// next reads one PDU and carries out or queues its request.
func (c *conn) next(ctx context.Context) (loggedOut bool, err error) {
	p, err := readPDU(c.r, c.maxRecv)
	if err != nil {
		return false, err
	}
	switch op := p.opcode(); op {
	case opDataOut: // has no CmdSN of its own
		c.tasks.dataOut(p)
		return false, nil
	case opSNACK: // at error recovery level 0 nothing is retransmitted
		return false, c.reject(p, rejectSNACK)
	case opNOPOut, opCommand, opTaskRequest, opTextRequest, opLogout:
		taken, err := c.admit(p)
		if err != nil || !taken {
			return false, err
		}
		return c.dispatch(ctx, p)
	case opLoginRequest:
		return false, c.breach(p, "login within a session")
	}
	return false, c.reject(p, rejectNotSupported)
}

// dispatch handles a request whose turn it is.
func (c *conn) dispatch(ctx context.Context, p *pdu) (loggedOut bool, err error) {
	op := p.opcode()
	if c.discovery && (op == opCommand || op == opTaskRequest) {
		return false, c.breach(p, "command in a discovery session")
	}
	switch op {
	case opNOPOut:
		return false, c.nop(p)
	case opTextRequest:
		return false, c.textRequest(p)
	case opCommand:
		return false, c.command(ctx, p)
	case opTaskRequest:
		return false, c.taskManagement(ctx, p)
	}
	return c.logout(p)
}

// admit checks CmdSN (RFC 7143 4.2.2.1): requests outside the window are silently
// ignored, requests inside count. A gap can't be filled on one connection.
func (c *conn) admit(p *pdu) (taken bool, err error) {
	if p.immediate() {
		return true, nil
	}
	c.wmu.Lock()
	sn := p.u32(offCmdSN)
	if before(sn, c.expCmdSN) || before(c.maxCmdSN, sn) {
		c.wmu.Unlock()
		return false, nil
	}
	gap := sn != c.expCmdSN
	if !gap {
		c.expCmdSN++
	}
	c.wmu.Unlock()
	if gap {
		return false, c.breach(p, "gap in CmdSN")
	}
	return true, nil
}

// enqueue queues work for the worker, in the order of arrival. Too many immediate
// requests are rejected (RFC 7143 4.2.2.1); counted ones always have room.
func (c *conn) enqueue(p *pdu, do func()) (taken bool, err error) {
	j := job{counted: !p.immediate(), do: do}
	c.wmu.Lock()
	full := c.immediate >= immediates && !j.counted
	switch {
	case j.counted:
		c.queued++
	case !full:
		c.immediate++
	}
	c.wmu.Unlock()
	if full {
		return false, c.reject(p, rejectImmediate)
	}
	c.jobs <- j
	return true, nil
}

func (c *conn) finished(counted bool) {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	if counted {
		c.queued--
	} else {
		c.immediate--
	}
}

// How a PDU uses StatSN.
type statUse int

const (
	statNone statUse = iota // the field is reserved
	statPeek                // the next number, not used up
	statNext                // the PDU carries a status of its own
)

// send writes one PDU to the connection, with the session's current numbers. MaxCmdSN
// never decreases (RFC 7143 4.2.2.1).
func (c *conn) send(h *header, data []byte, stat statUse) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	if stat != statNone {
		h.setU32(offStatSN, c.statSN)
	}
	if stat == statNext {
		c.statSN++
	}
	if limit := c.expCmdSN + queueDepth - 1 - c.queued; before(c.maxCmdSN, limit) || h.opcode() == opLoginResponse {
		c.maxCmdSN = limit
	}
	h.setU32(offExpCmd, c.expCmdSN)
	h.setU32(offMaxCmd, c.maxCmdSN)
	if err := writePDU(c.w, h, data); err != nil {
		return err
	}
	if stat == statNone { // more of the same command follows immediately
		return nil
	}
	return c.w.Flush()
}

// reject returns the header of a PDU that isn't accepted (RFC 7143 11.17).
func (c *conn) reject(p *pdu, reason byte) error {
	h := &header{0: opReject, 1: flagFinal, 2: reason}
	h.setU32(offITT, noTag)
	return c.send(h, p.header[:], statNext)
}

// breach ends a connection whose initiator has broken the rules.
func (c *conn) breach(p *pdu, what string) error {
	err := fmt.Errorf("opcode %02Xh: %s: %w", p.opcode(), what, errProtocol)
	return errors.Join(err, c.reject(p, rejectProtocol))
}
