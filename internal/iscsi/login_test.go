package iscsi_test

import (
	"context"
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iscsi"
)

// The keys that open-iscsi 2.1 offers, as sent by its initiator.
var openISCSIKeys = []string{
	"HeaderDigest=None", "DataDigest=None", "DefaultTime2Wait=2", "DefaultTime2Retain=0",
	"IFMarker=No", "OFMarker=No", "ErrorRecoveryLevel=0", "InitialR2T=No", "ImmediateData=Yes",
	"MaxBurstLength=16776192", "FirstBurstLength=262144", "MaxOutstandingR2T=1", "MaxConnections=1",
	"DataPDUInOrder=Yes", "DataSequenceInOrder=Yes", "MaxRecvDataSegmentLength=262144",
}

func TestLoginNegotiation(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	for _, c := range []struct{ offer, want string }{
		{"HeaderDigest=CRC32C,None", "None"},
		{"HeaderDigest=CRC32C", "Reject"},
		{"DataDigest=None", "None"},
		{"InitialR2T=No", "No"},
		{"InitialR2T=Yes", "Yes"},
		{"InitialR2T=Perhaps", "Reject"},
		{"ImmediateData=No", "No"},
		{"ImmediateData=Yes", "Yes"},
		{"DataPDUInOrder=No", "Yes"},
		{"DataSequenceInOrder=No", "Yes"},
		{"MaxRecvDataSegmentLength=1024", "262144"},
		{"MaxRecvDataSegmentLength=0x400", "262144"},
		{"MaxRecvDataSegmentLength=511", "Reject"},
		{"MaxRecvDataSegmentLength=16777216", "Reject"},
		{"MaxBurstLength=16776192", "262144"},
		{"MaxBurstLength=65536", "65536"},
		{"FirstBurstLength=512", "512"},
		{"MaxConnections=8", "1"},
		{"MaxOutstandingR2T=4", "1"},
		{"MaxOutstandingR2T=0", "Reject"},
		{"DefaultTime2Wait=2", "2"},
		{"DefaultTime2Retain=20", "0"},
		{"ErrorRecoveryLevel=2", "0"},
		{"IFMarker=Yes", "No"},
		{"OFMarkInt=2048", "Reject"},
		{"TaskReporting=FastAbort,RFC3720", "RFC3720"},
		{"iSCSIProtocolLevel=1", "NotUnderstood"},
		{"X-org.example.key=1", "NotUnderstood"},
	} {
		t.Run(c.offer, func(t *testing.T) {
			in := attach(t, addr, c.offer)
			key, _, _ := strings.Cut(c.offer, "=")
			assert.Equal(t, c.want, in.keys[key])
			assert.Equal(t, "1", in.keys["TargetPortalGroupTag"])
			assert.Zero(t, in.none(make([]byte, 6)).status)
			in.logout()
		})
	}
}

// Two stages, as the Linux and the Windows initiators log in.
func TestLoginInTwoStages(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	in := dial(t, addr)
	in.write(in.loginPDU(0x81, "InitiatorName=iqn.2000-01.test:two", "InitiatorAlias=here",
		"TargetName="+iscsi.DefaultName, "SessionType=Normal", "AuthMethod=CHAP,None"))
	p := in.read()
	require.Equal(t, byte(0x81), p.bhs[1])
	require.Zero(t, binary.BigEndian.Uint16(p.bhs[14:]), "no TSIH before the end of the login")
	in.note(p)
	require.Equal(t, map[string]string{"AuthMethod": "None", "TargetPortalGroupTag": "1"}, in.keys)
	in.write(in.loginPDU(0x87, openISCSIKeys...))
	p = in.read()
	require.Equal(t, byte(0x87), p.bhs[1])
	require.NotZero(t, binary.BigEndian.Uint16(p.bhs[14:]))
	in.note(p)
	assert.Equal(t, "No", in.keys["InitialR2T"])
	assert.Equal(t, "262144", in.keys["MaxBurstLength"])
	assert.Equal(t, be32(p.bhs[28:])+15, be32(p.bhs[32:]), "a window of 16 commands")
	assert.Equal(t, in.cmdSN, be32(p.bhs[28:]), "ExpCmdSN")
	assert.Zero(t, in.none(make([]byte, 6)).status)
}

// A request without T only negotiates; the text may be spread over PDUs with the C bit.
func TestLoginTextInPieces(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	in := dial(t, addr)
	p := in.loginPDU(0x44) // C, CSG 1
	p.data = []byte("InitiatorName=iqn.2000-01.test:pieces\x00TargetName=" + iscsi.DefaultName[:9])
	in.write(p)
	a := in.read()
	assert.Equal(t, byte(0x04), a.bhs[1])
	assert.Empty(t, a.data)
	p = in.loginPDU(0x04)
	p.data = []byte(iscsi.DefaultName[9:] + "\x00MaxBurstLength=1024\x00")
	in.write(p)
	a = in.read()
	assert.Equal(t, byte(0x04), a.bhs[1])
	in.note(a)
	assert.Equal(t, "1024", in.keys["MaxBurstLength"])
	in.write(in.loginPDU(0x87))
	a = in.read()
	assert.Equal(t, byte(0x87), a.bhs[1])
	assert.Empty(t, a.data, "TargetPortalGroupTag is sent once")
	assert.Zero(t, in.none(make([]byte, 6)).status)
}

func TestLoginRefused(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	name, target := "InitiatorName=iqn.2000-01.test:x", "TargetName="+iscsi.DefaultName
	for _, c := range []struct {
		what   string
		flags  byte
		keys   []string
		change func(*packet)
		status uint16
	}{
		{"authentication", 0x81, []string{name, target, "AuthMethod=CHAP"}, nil, 0x0201},
		{"other target", 0x87, []string{name, "TargetName=iqn.2000-01.test:other"}, nil, 0x0203},
		{"no target name", 0x87, []string{name}, nil, 0x0207},
		{"no initiator name", 0x87, []string{target}, nil, 0x0207},
		{"version", 0x87, []string{name, target}, func(p *packet) { p.bhs[2], p.bhs[3] = 1, 1 }, 0x0205},
		{"session type", 0x87, []string{name, target, "SessionType=Odd"}, nil, 0x0209},
		{"existing session", 0x87, []string{name, target}, func(p *packet) { p.bhs[15] = 9 }, 0x020A},
		{"stage 2", 0x86, []string{name, target}, nil, 0x0200},
		{"stage backwards", 0x84, []string{name, target}, nil, 0x0200},
		{"starts at full feature", 0x8F, []string{name, target}, nil, 0x0200},
		{"text without =", 0x87, []string{"nonsense"}, nil, 0x0200},
		{"answer too long", 0x87, append([]string{name, target}, many(700)...), nil, 0x0200},
	} {
		t.Run(c.what, func(t *testing.T) {
			in := dial(t, addr)
			p := in.loginPDU(c.flags, c.keys...)
			if c.change != nil {
				c.change(p)
			}
			in.write(p)
			a := in.read()
			require.Equal(t, byte(0x23), a.opcode())
			assert.Equal(t, c.status, binary.BigEndian.Uint16(a.bhs[36:]))
			in.hungUp()
		})
	}
}

// many makes keys that each need an answer.
func many(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = "a=1"
	}
	return keys
}

func TestLoginDropsStrangers(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	t.Run("command before login", func(t *testing.T) {
		in := dial(t, addr)
		in.write(in.command(make([]byte, 6), 0x80, 0, nil))
		in.hungUp()
	})
	t.Run("command within login", func(t *testing.T) {
		in := dial(t, addr)
		in.write(in.loginPDU(0x04, "InitiatorName=iqn.2000-01.test:x", "TargetName="+iscsi.DefaultName))
		in.read()
		in.write(in.command(make([]byte, 6), 0x80, 0, nil))
		a := in.read()
		assert.Equal(t, uint16(0x020B), binary.BigEndian.Uint16(a.bhs[36:]))
		in.hungUp()
	})
	t.Run("HTTP", func(t *testing.T) {
		in := dial(t, addr)
		_, err := in.nc.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: everything\r\n\r\n"))
		require.NoError(t, err)
		in.hungUp()
	})
	t.Run("data segment too long", func(t *testing.T) {
		in := dial(t, addr)
		p := in.loginPDU(0x87)
		p.bhs[5] = 0xFF // 16 MiB, announced only
		_, err := in.nc.Write(p.bhs[:])
		require.NoError(t, err)
		in.hungUp()
	})
	t.Run("text without end", func(t *testing.T) {
		in := dial(t, addr)
		for range 3 {
			p := in.loginPDU(0x44)
			p.data = make([]byte, 8000)
			in.write(p)
			if a := in.read(); binary.BigEndian.Uint16(a.bhs[36:]) == 0x0200 {
				in.hungUp()
				return
			}
		}
		t.Error("24,000 bytes of text were accepted")
	})
}

func TestDiscovery(t *testing.T) {
	const name = "iqn.2026-01.org.example:my.drive"
	_, addr := serve(t, newDisk(8), iscsi.Config{Name: name})
	in := dial(t, addr)
	in.write(in.loginPDU(0x87, "InitiatorName=iqn.2000-01.test:d", "SessionType=Discovery"))
	p := in.read()
	require.Zero(t, binary.BigEndian.Uint16(p.bhs[36:]))
	in.note(p)
	assert.NotContains(t, in.keys, "TargetPortalGroupTag")
	for which, want := range map[string]string{
		"All":               "TargetName=" + name + "\x00TargetAddress=" + addr + ",1\x00",
		name:                "TargetName=" + name + "\x00TargetAddress=" + addr + ",1\x00",
		"iqn.2000-01.not:x": "",
		"":                  "SendTargets=Reject\x00",
	} {
		q := in.request(0x04, 0x80)
		put32(q.bhs[20:], 0xFFFFFFFF)
		q.data = []byte("SendTargets=" + which + "\x00")
		in.write(q)
		a := in.read()
		assert.Equal(t, byte(0x24), a.opcode())
		assert.Equal(t, byte(0x80), a.bhs[1])
		assert.Equal(t, uint32(0xFFFFFFFF), be32(a.bhs[20:]))
		assert.Equal(t, want, string(a.data), which)
	}
	in.logout()

	in = dial(t, addr)
	in.write(in.loginPDU(0x87, "InitiatorName=iqn.2000-01.test:d", "SessionType=Discovery"))
	in.read()
	in.write(in.command(make([]byte, 6), 0x80, 0, nil)) // no commands in a discovery session
	in.hungUp()
}

// An initiator whose connection broke unnoticed returns with the same ISID.
func TestSessionReinstatement(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	one := attach(t, addr)
	other := dial(t, addr)
	other.isid[5] = 9
	other.login()
	again := attach(t, addr)
	assert.NotEqual(t, one.tsih, again.tsih)
	one.hungUp()
	assert.Zero(t, again.none(make([]byte, 6)).status)
	assert.Zero(t, other.none(make([]byte, 6)).status, "another session stays")
}

func TestTooManyConnections(t *testing.T) {
	refused := make(chan iscsi.Event, 64)
	_, addr := serve(t, newDisk(8), iscsi.Config{OnEvent: func(e iscsi.Event) { refused <- e }})
	for range 16 {
		dial(t, addr)
	}
	in := dial(t, addr)
	in.hungUp()
	e := <-refused
	require.IsType(t, iscsi.Refused{}, e)
	assert.ErrorIs(t, e.(iscsi.Refused).Err, iscsi.ErrBusy)
}

func TestNames(t *testing.T) {
	for _, name := range []string{"", "iqn.2026-01.org.example:a-b.c", "eui.0123456789ABCDEF", "naa.0123456789abcdef"} {
		target, err := iscsi.New(newDisk(1), iscsi.Config{Name: name})
		require.NoError(t, err, name)
		if name != "" {
			assert.Equal(t, name, target.Name())
		}
	}
	for _, name := range []string{"drive", "iqn.2026.org:x", "iqn.2026-01.org:Über", "iqn.2026-01.org:a b", "eui.12", "iqn.2026-01.x:" + strings.Repeat("a", 220)} {
		_, err := iscsi.New(newDisk(1), iscsi.Config{Name: name})
		assert.ErrorIs(t, err, iscsi.ErrName, name)
	}
}

func TestListenIsOnLoopback(t *testing.T) {
	for _, address := range []string{"", ":0", "127.0.0.1:", "localhost:0"} {
		l, err := iscsi.Listen(t.Context(), address)
		require.NoError(t, err, address)
		assert.True(t, iscsi.Loopback(l.Addr()), address)
		require.NoError(t, l.Close())
	}
	l, err := iscsi.Listen(t.Context(), "0.0.0.0:0")
	require.NoError(t, err)
	assert.False(t, iscsi.Loopback(l.Addr()))
	require.NoError(t, l.Close())
	assert.False(t, iscsi.Loopback(&net.UnixAddr{}))
	_, err = iscsi.Listen(t.Context(), "no port")
	assert.Error(t, err)
	_, err = iscsi.Listen(t.Context(), "127.0.0.1:99999")
	assert.Error(t, err)
}

// Serve returns although an initiator is attached and another never finished its login.
func TestServeEndsCleanly(t *testing.T) {
	target, err := iscsi.New(newDisk(8), iscsi.Config{})
	require.NoError(t, err)
	l, err := iscsi.Listen(t.Context(), "")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- target.Serve(ctx, l) }()
	in := attach(t, l.Addr().String())
	half := dial(t, l.Addr().String())
	cancel()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("Serve hangs")
	}
	in.hungUp()
	half.hungUp()
	// Check the listener: another test may already use the port.
	_, err = l.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)
}

func TestServeReportsABrokenListener(t *testing.T) {
	target, err := iscsi.New(newDisk(8), iscsi.Config{})
	require.NoError(t, err)
	l, err := iscsi.Listen(t.Context(), "")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	assert.ErrorIs(t, target.Serve(t.Context(), l), net.ErrClosed)
}
