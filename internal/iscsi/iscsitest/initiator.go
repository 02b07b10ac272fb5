package iscsitest

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// Name is the iSCSI name that an Initiator logs in with.
const Name = "iqn.2026-01.io.github.redbook-audio:initiator"

// The values that the initiator offers in its login.
const (
	maxTransfer = 8 << 20 // as Linux assumes for an iSCSI device
	maxSegment  = 256 << 10
	loginTime   = 30 * time.Second
)

// ErrProtocol matches the error for a target that violates the protocol or refuses a
// login.
var ErrProtocol = errors.New("iscsitest: protocol error")

// Initiator is a session with a target: a scsi.Transport whose commands go to LUN 0.
type Initiator struct {
	mu    sync.Mutex // held during a command
	nc    net.Conn
	r     *bufio.Reader
	dead  error // why no more commands can be sent
	tag   uint32
	cmdSN uint32
	expSN uint32 // ExpStatSN

	sendSegment int // the target's MaxRecvDataSegmentLength
	firstBurst  int // and the other negotiated values
	immediate   bool
}

var _ scsi.Transport = (*Initiator)(nil)

// Dial connects to a target and logs in. An address is host and port. If the target
// refuses the login, the error matches ErrProtocol.
func Dial(ctx context.Context, address, target string) (*Initiator, error) {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("iscsitest: %w", err)
	}
	in := &Initiator{
		nc: nc, r: bufio.NewReaderSize(nc, 64<<10), cmdSN: 1,
		sendSegment: 8192, firstBurst: 64 << 10, immediate: true, // RFC 7143 chapter 13
	}
	if err := in.login(target); err != nil {
		return nil, errors.Join(err, nc.Close())
	}
	return in, nil
}

// login goes from the operational stage straight to the full feature phase
// (RFC 7143 11.12, 11.13).
func (in *Initiator) login(target string) error {
	if err := in.nc.SetDeadline(time.Now().Add(loginTime)); err != nil {
		return err
	}
	p := in.request(opLogin|bitImmediate, 0x87) // transit, from stage 1 to 3
	// ISID: the "random" format, and a number per connection.
	p.header[8] = 0x80
	binary.BigEndian.PutUint32(p.header[9:], uint32(time.Now().UnixNano()))
	p.data = []byte(strings.Join([]string{
		"InitiatorName=" + Name, "TargetName=" + target, "SessionType=Normal",
		"HeaderDigest=None", "DataDigest=None", "ErrorRecoveryLevel=0", "MaxConnections=1",
		"InitialR2T=No", "ImmediateData=Yes", "MaxOutstandingR2T=1",
		"MaxRecvDataSegmentLength=" + strconv.Itoa(maxSegment),
		"FirstBurstLength=65536", "MaxBurstLength=262144", "",
	}, "\x00"))
	if err := in.send(p); err != nil {
		return err
	}
	reply, err := in.receive()
	if err != nil {
		return err
	}
	if reply.opcode() != opLoginReply || reply.header[36] != 0 || reply.header[1]&0x80 == 0 {
		return fmt.Errorf("%w: login refused, status %02X%02X", ErrProtocol, reply.header[36], reply.header[37])
	}
	for kv := range strings.SplitSeq(string(reply.data), "\x00") {
		key, value, _ := strings.Cut(kv, "=")
		in.agreed(key, value)
	}
	return in.nc.SetDeadline(time.Time{})
}

// agreed handles one key of the target's answer.
func (in *Initiator) agreed(key, value string) {
	n, err := strconv.Atoi(value)
	switch {
	case key == "ImmediateData":
		in.immediate = value == "Yes"
	case key == "MaxRecvDataSegmentLength" && err == nil:
		in.sendSegment = n
	case key == "FirstBurstLength" && err == nil:
		in.firstBurst = n
	}
}

// Limits are those that Linux assumes: 8 MiB, any alignment.
func (in *Initiator) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: maxTransfer, Alignment: 1} }

// Do carries out one command; see scsi.Transport. A command that takes longer than
// its Timeout ends the session, and the error matches os.ErrDeadlineExceeded.
func (in *Initiator) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	fail := func(sent scsi.Sent, err error) (scsi.Result, error) {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: sent, Err: err}
	}
	if in.dead != nil {
		return fail(scsi.SentNo, fmt.Errorf("%w: %w", fs.ErrClosed, in.dead)) // permanent: the session is not restored
	}
	if err := ctx.Err(); err != nil {
		return fail(scsi.SentNo, err)
	}
	if len(req.Data) > maxTransfer {
		return fail(scsi.SentNo, fmt.Errorf("a transfer of %d bytes", len(req.Data)))
	}
	timeout := req.Timeout
	if timeout <= 0 {
		timeout = scsi.DefaultTimeout
	}
	if err := in.nc.SetDeadline(time.Now().Add(timeout)); err != nil {
		return fail(scsi.SentNo, err)
	}
	if req.Dir == scsi.DataIn {
		clear(req.Data) // bytes that the drive doesn't fill must not look like its answer
	}
	res, err := in.command(req)
	if err != nil && !errors.Is(err, errTarget) {
		// Replies in transit would be taken for answers to another command.
		in.dead = errors.Join(net.ErrClosed, in.nc.Close())
	}
	if err != nil {
		return fail(scsi.SentUnknown, err)
	}
	return res, nil
}

// errTarget is the response "target failure": no SCSI status (RFC 7143 11.4.3).
var errTarget = errors.New("the target reports an internal failure")

// command sends a SCSI Command with immediate data (RFC 7143 11.3) and completes it.
func (in *Initiator) command(req *scsi.Request) (scsi.Result, error) {
	p := in.request(opCommand, 0x80)
	copy(p.header[32:], req.CDB[:req.CDBLen])
	put32(p.header[20:], len(req.Data))
	switch {
	case len(req.Data) == 0:
	case req.Dir == scsi.DataIn:
		p.header[1] |= 0x40
	case req.Dir == scsi.DataOut:
		p.header[1] |= 0x20
		if in.immediate {
			p.data = req.Data[:min(len(req.Data), in.firstBurst, in.sendSegment)]
		}
	}
	if err := in.send(p); err != nil {
		return scsi.Result{}, err
	}
	return in.finish(req)
}

// finish receives Data-In and answers R2T until the status arrives.
func (in *Initiator) finish(req *scsi.Request) (res scsi.Result, err error) {
	for {
		p, err := in.receive()
		if err != nil {
			return res, err
		}
		if p.u32(16) != in.tag {
			return res, fmt.Errorf("%w: opcode %02Xh with a task tag that isn't ours", ErrProtocol, p.opcode())
		}
		done := false
		switch p.opcode() {
		case opDataIn:
			done = p.header[1]&1 != 0
			err = dataIn(&res, req, p)
		case opR2T:
			err = in.dataOut(req, p)
		case opResponse:
			done = true
			err = response(&res, p)
		default:
			err = fmt.Errorf("%w: unexpected opcode %02Xh", ErrProtocol, p.opcode())
		}
		if err != nil {
			return res, err
		}
		if done {
			p.residual(&res, req)
			return res, nil
		}
	}
}

// dataIn copies the data of a Data-In PDU (RFC 7143 11.7).
func dataIn(res *scsi.Result, req *scsi.Request, p *packet) error {
	offset := int(p.u32(40))
	if req.Dir != scsi.DataIn || offset != res.N || offset+len(p.data) > len(req.Data) {
		return fmt.Errorf("%w: %d bytes of data-in at %d", ErrProtocol, len(p.data), offset)
	}
	res.N += copy(req.Data[offset:], p.data)
	res.Status = scsi.Status(p.header[3])
	return nil
}

// dataOut sends the data that an R2T requests (RFC 7143 11.7, 11.8).
func (in *Initiator) dataOut(req *scsi.Request, r2t *packet) error {
	offset, end := int(r2t.u32(40)), int(r2t.u32(40)+r2t.u32(44))
	if req.Dir != scsi.DataOut || end > len(req.Data) || offset > end {
		return fmt.Errorf("%w: R2T for bytes %d to %d of %d", ErrProtocol, offset, end, len(req.Data))
	}
	for sn := 0; offset < end; sn++ {
		p := new(packet)
		p.header[0] = opDataOut
		copy(p.header[8:24], r2t.header[8:24]) // LUN, both tags
		put32(p.header[28:], int(in.expSN))
		put32(p.header[36:], sn)
		put32(p.header[40:], offset)
		p.data = req.Data[offset:min(end, offset+in.sendSegment)]
		if offset += len(p.data); offset == end {
			p.header[1] = 0x80
		}
		if err := in.send(p); err != nil {
			return err
		}
	}
	return nil
}

// response decodes the status and the sense data (RFC 7143 11.4).
func response(res *scsi.Result, p *packet) error {
	if p.header[2] != 0 {
		return errTarget
	}
	res.Status = scsi.Status(p.header[3])
	if len(p.data) >= 2 {
		n := int(binary.BigEndian.Uint16(p.data))
		res.Sense = p.data[2:min(len(p.data), 2+n)]
	}
	return nil
}

// Reset requests a LOGICAL UNIT RESET (RFC 7143 11.5).
func (in *Initiator) Reset(ctx context.Context) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := errors.Join(ctx.Err(), in.dead); err != nil {
		return err
	}
	if err := in.nc.SetDeadline(time.Now().Add(loginTime)); err != nil {
		return err
	}
	if err := in.send(in.request(opTask|bitImmediate, 0x80|5)); err != nil {
		return err
	}
	p, err := in.receive()
	if err != nil {
		return err
	}
	if p.opcode() != opTaskReply || p.header[2] != 0 {
		return fmt.Errorf("%w: reset: opcode %02Xh, response %d", ErrProtocol, p.opcode(), p.header[2])
	}
	return nil
}

// Close logs out. If the session has already failed it only closes the connection.
func (in *Initiator) Close() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.dead != nil {
		return nil
	}
	in.dead = net.ErrClosed
	err := in.nc.SetDeadline(time.Now().Add(loginTime))
	if err == nil {
		err = in.send(in.request(opLogout|bitImmediate, 0x80)) // close the session
	}
	if err == nil {
		_, err = in.receive()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("iscsitest: no answer to the logout: %w", err)
	}
	return errors.Join(err, in.nc.Close())
}
