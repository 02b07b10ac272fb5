package iscsi_test

import (
	"context"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iscsi"
)

// pipeListener hands out one end of in-memory connections.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (l *pipeListener) Close() error   { close(l.done); return nil }
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case nc := <-l.conns:
		return nc, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// loginBytes is a login that the target accepts.
func loginBytes() []byte {
	text := []byte("InitiatorName=iqn.2000-01.test:fuzz\x00TargetName=" + iscsi.DefaultName +
		"\x00InitialR2T=No\x00MaxRecvDataSegmentLength=8192\x00\x00\x00")
	text = text[:len(text)/4*4]
	b := make([]byte, 48, 48+len(text))
	b[0], b[1], b[7] = 0x43, 0x87, byte(len(text))
	return append(b, text...)
}

// header composes a PDU of the corpus.
func pduBytes(op, flags byte, dataLen int, set func(b []byte)) []byte {
	b := make([]byte, 48+(dataLen+3)/4*4)
	b[0], b[1] = op, flags
	b[5], b[6], b[7] = byte(dataLen>>16), byte(dataLen>>8), byte(dataLen)
	b[19] = 1
	if set != nil {
		set(b)
	}
	return b
}

// FuzzPDU feeds a target any bytes, before and after a login. It must neither crash nor
// hang nor use much memory, and must then serve the next initiator normally.
func FuzzPDU(f *testing.F) {
	command := func(flags byte, edtl, sn byte, data int) []byte {
		return pduBytes(0x01, flags, data, func(b []byte) { b[22], b[27], b[32], b[40] = edtl, sn, 0x2A, 1 })
	}
	f.Add(true, []byte{})
	f.Add(false, loginBytes())
	f.Add(false, []byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add(true, command(0xA0, 2, 0, 512))
	f.Add(true, append(command(0x20, 4, 0, 100), pduBytes(0x05, 0x80, 412, func(b []byte) { b[20], b[21], b[22], b[23], b[43] = 255, 255, 255, 255, 100 })...))
	f.Add(true, append(command(0xA0, 2, 0, 0), pduBytes(0x42, 0x81, 0, func(b []byte) { b[23] = 1 })...))
	f.Add(true, pduBytes(0x42, 0x85, 0, nil))
	f.Add(true, pduBytes(0x44, 0x80, 16, func(b []byte) { copy(b[48:], "SendTargets=All\x00") }))
	f.Add(true, pduBytes(0x40, 0x80, 5, nil))
	f.Add(true, pduBytes(0x46, 0x80, 0, nil))
	f.Add(true, pduBytes(0x41, 0xC0, 0, func(b []byte) { b[4], b[20], b[32] = 255, 255, 0x12 }))
	f.Fuzz(func(t *testing.T, loggedIn bool, input []byte) {
		target, err := iscsi.New(newDisk(64), iscsi.Config{})
		require.NoError(t, err)
		l := newPipeListener()
		ctx, cancel := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- target.Serve(ctx, l) }()
		if loggedIn {
			input = append(loginBytes(), input...)
		}
		throw(l, input)
		ping := append(loginBytes(), pduBytes(0x40, 0x80, 4, nil)...)
		good := throw(l, ping)
		if good == 0 { // a TARGET COLD RESET in the input ends every session, this one too
			good = throw(l, ping)
		}
		cancel()
		select {
		case err := <-served:
			require.NoError(t, err)
		case <-time.After(10 * time.Second):
			buf := make([]byte, 1<<20)
			t.Fatalf("the target hangs:\n%s", buf[:runtime.Stack(buf, true)])
		}
		require.GreaterOrEqual(t, good, 48+48+4, "the next initiator is served")
	})
}

// throw sends input on a new connection and reads all replies until the target closes it,
// or has taken everything and been silent for a moment.
func throw(l *pipeListener, input []byte) (received int) {
	here, there := net.Pipe()
	l.conns <- there
	got := make(chan int)
	go func() {
		n, _ := io.Copy(io.Discard, here)
		got <- int(n)
	}()
	_, err := here.Write(input)
	if err == nil && len(input) > 0 {
		// One more invalid header ends the connection, or completes what input has begun
		// and is then followed by the end.
		_, _ = here.Write(pduBytes(0x43, 0, 0, nil))
	}
	_ = here.Close()
	return <-got
}
