package iscsi_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/scsi"
)

// initiator is a minimal iSCSI initiator for these tests: it composes PDUs from the byte
// tables of RFC 7143 chapter 11 and shares no code with the target.
type initiator struct {
	t      *testing.T
	nc     net.Conn
	isid   [6]byte
	tsih   uint16
	itt    uint32
	cmdSN  uint32
	expSN  uint32 // ExpStatSN
	maxCmd uint32
	keys   map[string]string // the target's answers during login
}

// packet is a PDU: 48 bytes of header and the data segment.
type packet struct {
	bhs  [48]byte
	data []byte
}

func be32(b []byte) uint32       { return binary.BigEndian.Uint32(b) }
func put32(b []byte, v uint32)   { binary.BigEndian.PutUint32(b, v) }
func (p *packet) opcode() byte   { return p.bhs[0] & 0x3F }
func (p *packet) residual() int  { return int(be32(p.bhs[44:])) }
func (p *packet) overflow() bool { return p.bhs[1]&0x04 != 0 }
func (p *packet) under() bool    { return p.bhs[1]&0x02 != 0 }

// serve runs a target for the duration of a test and returns its address.
func serve(t *testing.T, unit scsi.Transport, cfg iscsi.Config) (*iscsi.Target, string) {
	t.Helper()
	target, err := iscsi.New(unit, cfg)
	require.NoError(t, err)
	l, err := iscsi.Listen(t.Context(), "")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- target.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			require.NoError(t, err)
		case <-time.After(20 * time.Second):
			t.Error("Serve did not return after its context ended")
		}
	})
	return target, l.Addr().String()
}

// dial connects without logging in.
func dial(t *testing.T, addr string) *initiator {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	require.NoError(t, nc.SetDeadline(time.Now().Add(20*time.Second)))
	t.Cleanup(func() { _ = nc.Close() })
	return &initiator{t: t, nc: nc, isid: [6]byte{0x80, 1, 2, 3, 4, 5}, cmdSN: 100, keys: map[string]string{}}
}

// attach connects and logs in with the keys given ("Key=Value") besides the names.
func attach(t *testing.T, addr string, keys ...string) *initiator {
	t.Helper()
	in := dial(t, addr)
	in.login(keys...)
	return in
}

func (in *initiator) write(p *packet) {
	in.t.Helper()
	n := len(p.data)
	p.bhs[5], p.bhs[6], p.bhs[7] = byte(n>>16), byte(n>>8), byte(n)
	b := append(p.bhs[:], p.data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	_, err := in.nc.Write(b)
	require.NoError(in.t, err)
}

// tryRead reads one PDU; an error is the end of the connection.
func (in *initiator) tryRead() (*packet, error) {
	p := new(packet)
	if _, err := io.ReadFull(in.nc, p.bhs[:]); err != nil {
		return nil, err
	}
	n := int(p.bhs[5])<<16 | int(p.bhs[6])<<8 | int(p.bhs[7])
	b := make([]byte, (n+3)/4*4)
	if _, err := io.ReadFull(in.nc, b); err != nil {
		return nil, err
	}
	p.data = b[:n]
	if op := p.opcode(); op != 0x25 || p.bhs[1]&1 != 0 { // Data-In has no StatSN unless S is set
		if op != 0x31 {
			if in.expSN != 0 {
				require.Equal(in.t, in.expSN, be32(p.bhs[24:]), "StatSN")
			}
			in.expSN = be32(p.bhs[24:]) + 1
		}
	}
	in.maxCmd = be32(p.bhs[32:])
	return p, nil
}

func (in *initiator) read() *packet {
	in.t.Helper()
	p, err := in.tryRead()
	require.NoError(in.t, err)
	return p
}

// hungUp asserts that the target closes the connection, after at most one Reject.
func (in *initiator) hungUp() {
	in.t.Helper()
	p, err := in.tryRead()
	if err == nil {
		require.Equal(in.t, byte(0x3F), p.opcode(), "Reject")
		_, err = in.tryRead()
	}
	require.Error(in.t, err)
	netErr, timeout := err.(net.Error)
	require.False(in.t, timeout && netErr.Timeout(), "the target kept the connection open")
}

// request starts a PDU that CmdSN counts.
func (in *initiator) request(op, flags byte) *packet {
	p := new(packet)
	in.itt++
	p.bhs[0], p.bhs[1] = op, flags
	put32(p.bhs[16:], in.itt)
	put32(p.bhs[24:], in.cmdSN)
	put32(p.bhs[28:], in.expSN)
	if op&0x40 == 0 {
		in.cmdSN++
	}
	return p
}

// loginPDU composes a Login Request.
func (in *initiator) loginPDU(flags byte, text ...string) *packet {
	p := in.request(0x43, flags)
	copy(p.bhs[8:], in.isid[:])
	binary.BigEndian.PutUint16(p.bhs[14:], in.tsih)
	if len(text) > 0 {
		p.data = []byte(strings.Join(text, "\x00") + "\x00")
	}
	return p
}

// login goes from the operational stage straight to the full feature phase.
func (in *initiator) login(keys ...string) {
	in.t.Helper()
	all := append([]string{"InitiatorName=iqn.2000-01.test:one", "SessionType=Normal", "TargetName=" + iscsi.DefaultName}, keys...)
	in.write(in.loginPDU(0x87, all...)) // T, CSG 1, NSG 3
	p := in.read()
	require.Equal(in.t, byte(0x23), p.opcode())
	require.Equal(in.t, uint16(0), binary.BigEndian.Uint16(p.bhs[36:]), "login status")
	require.Equal(in.t, byte(0x87), p.bhs[1])
	in.tsih = binary.BigEndian.Uint16(p.bhs[14:])
	require.NotZero(in.t, in.tsih)
	in.note(p)
}

// note stores the keys of an answer.
func (in *initiator) note(p *packet) {
	for kv := range strings.SplitSeq(string(p.data), "\x00") {
		if k, v, ok := strings.Cut(kv, "="); ok {
			in.keys[k] = v
		}
	}
}

// reply is the end of a command as an initiator sees it.
type reply struct {
	status   byte
	response byte
	sense    []byte
	data     []byte
	pdus     int // Data-In PDUs
	residual int
	over     bool
	under    bool
}

func (r reply) triple() [3]byte {
	if len(r.sense) < 14 {
		return [3]byte{}
	}
	return [3]byte{r.sense[2] & 0xF, r.sense[12], r.sense[13]}
}

// command composes a SCSI Command with immediate data.
func (in *initiator) command(cdb []byte, flags byte, edtl int, immediate []byte) *packet {
	p := in.request(0x01, flags)
	put32(p.bhs[20:], uint32(edtl))
	copy(p.bhs[32:], cdb)
	p.data = immediate
	return p
}

// finish reads Data-In and the status of the last command.
func (in *initiator) finish() reply {
	in.t.Helper()
	var r reply
	for {
		p := in.read()
		require.Equal(in.t, in.itt, be32(p.bhs[16:]), "task tag")
		switch p.opcode() {
		case 0x25:
			require.Equal(in.t, uint32(r.pdus), be32(p.bhs[36:]), "DataSN")
			require.Equal(in.t, uint32(len(r.data)), be32(p.bhs[40:]), "buffer offset")
			r.data = append(r.data, p.data...)
			r.pdus++
			if p.bhs[1]&1 == 0 {
				continue
			}
			require.NotZero(in.t, p.bhs[1]&0x80, "S without F")
		case 0x21:
			if len(p.data) > 0 {
				n := int(binary.BigEndian.Uint16(p.data))
				r.sense = p.data[2 : 2+n]
			}
			r.response = p.bhs[2]
			require.Equal(in.t, uint32(r.pdus), be32(p.bhs[36:]), "ExpDataSN")
		default:
			require.Failf(in.t, "unexpected PDU", "opcode %02X", p.opcode())
		}
		r.status, r.residual, r.over, r.under = p.bhs[3], p.residual(), p.overflow(), p.under()
		return r
	}
}

// in reads edtl bytes with a command.
func (in *initiator) in(cdb []byte, edtl int) reply {
	in.t.Helper()
	in.write(in.command(cdb, 0xC0, edtl, nil))
	return in.finish()
}

// none runs a command without data.
func (in *initiator) none(cdb []byte) reply {
	in.t.Helper()
	in.write(in.command(cdb, 0x80, 0, nil))
	return in.finish()
}

// r2t reads an R2T.
func (in *initiator) r2t() (ttt uint32, offset, length int) {
	in.t.Helper()
	p := in.read()
	require.Equal(in.t, byte(0x31), p.opcode(), "R2T")
	return be32(p.bhs[20:]), int(be32(p.bhs[40:])), int(be32(p.bhs[44:]))
}

// dataOut sends one Data-Out for the last command.
func (in *initiator) dataOut(ttt, sn uint32, offset int, data []byte, final bool) {
	in.t.Helper()
	p := new(packet)
	p.bhs[0] = 0x05
	if final {
		p.bhs[1] = 0x80
	}
	put32(p.bhs[16:], in.itt)
	put32(p.bhs[20:], ttt)
	put32(p.bhs[28:], in.expSN)
	put32(p.bhs[36:], sn)
	put32(p.bhs[40:], uint32(offset))
	p.data = data
	in.write(p)
}

// logout logs out and expects the connection to end.
func (in *initiator) logout() {
	in.t.Helper()
	in.write(in.request(0x46, 0x80)) // immediate, close the session
	p := in.read()
	require.Equal(in.t, byte(0x26), p.opcode())
	require.Zero(in.t, p.bhs[2])
	_, err := in.tryRead()
	require.ErrorIs(in.t, err, io.EOF)
}
