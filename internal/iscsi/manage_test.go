package iscsi_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/scsi"
)

// manage sends an immediate task management request and returns its response.
func (in *initiator) manage(function byte, lun uint16, ref uint32) byte {
	in.t.Helper()
	in.write(in.task(function, lun, ref))
	p := in.read()
	require.Equal(in.t, byte(0x22), p.opcode())
	require.Equal(in.t, in.itt, be32(p.bhs[16:]))
	return p.bhs[2]
}

func (in *initiator) task(function byte, lun uint16, ref uint32) *packet {
	p := in.request(0x42, 0x80|function)
	p.bhs[8], p.bhs[9] = byte(lun>>8), byte(lun)
	put32(p.bhs[20:], ref)
	return p
}

// ping sends a NOP-Out and expects its data back.
func ping(t *testing.T, in *initiator) {
	t.Helper()
	p := in.request(0x40, 0x80)
	put32(p.bhs[20:], 0xFFFFFFFF)
	p.data = []byte("are you there")
	in.write(p)
	a := in.read()
	assert.Equal(t, byte(0x20), a.opcode())
	assert.Equal(t, in.itt, be32(a.bhs[16:]))
	assert.Equal(t, uint32(0xFFFFFFFF), be32(a.bhs[20:]))
	assert.Equal(t, "are you there", string(a.data))
}

func TestNOP(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	in := attach(t, addr)
	ping(t, in)
	p := in.request(0x40, 0x80) // without a tag: no answer
	put32(p.bhs[16:], 0xFFFFFFFF)
	in.write(p)
	ping(t, in)
	p = in.request(0x00, 0x80) // counted by CmdSN
	in.write(p)
	assert.Equal(t, byte(0x20), in.read().opcode())
	assert.Zero(t, in.none(make([]byte, 6)).status)

	in = attach(t, addr, "MaxRecvDataSegmentLength=512")
	p = in.request(0x40, 0x80) // more than the initiator accepts is returned cut
	p.data = pattern(8000)
	in.write(p)
	assert.Equal(t, pattern(512), in.read().data)
}

// A ping is answered while a command is in the drive: the Linux initiator drops the
// connection after five seconds without an answer.
func TestNOPDuringACommand(t *testing.T) {
	d := newDisk(8)
	started, release := make(chan bool), make(chan bool)
	d.before = func(*scsi.Request) (bool, scsi.Result, error) {
		started <- true
		<-release
		return false, scsi.Result{}, nil
	}
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	in.write(in.command(make([]byte, 6), 0x80, 0, nil))
	command := in.itt
	<-started
	ping(t, in)
	close(release)
	in.itt = command
	assert.Zero(t, in.finish().status)
}

func TestAbortTask(t *testing.T) {
	d := newDisk(64)
	started, release := make(chan bool, 8), make(chan bool)
	d.before = func(req *scsi.Request) (bool, scsi.Result, error) {
		if req.CDB[0] == 0x28 {
			started <- true
			<-release
		}
		return false, scsi.Result{}, nil
	}
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)

	// One command is in the drive, one is queued, one waits for its data.
	in.write(in.command(read10(0, 1), 0xC0, 512, nil))
	running := in.itt
	<-started
	in.write(in.command(read10(1, 1), 0xC0, 512, nil))
	waiting := in.itt
	in.write(in.task(1, 0, waiting))
	in.write(in.task(1, 0, running))
	tag := in.itt
	ping(t, in)
	close(release)
	for i := range 2 {
		p := in.read()
		require.Equal(t, byte(0x22), p.opcode(), "neither command is answered any more")
		assert.Equal(t, tag-1+uint32(i), be32(p.bhs[16:]))
		assert.Zero(t, p.bhs[2])
	}
	assert.Equal(t, []byte{0x28}, d.seen(), "the second read never reached the drive")

	in.write(in.command(write10(0, 2), 0xA0, 1024, nil))
	writing := in.itt
	ttt, _, _ := in.r2t()
	assert.Equal(t, byte(0), in.manage(1, 0, writing))
	in.itt = writing
	in.dataOut(ttt, 0, 0, pattern(1024), true) // was in transit
	in.itt += 100
	assert.Zero(t, in.none(make([]byte, 6)).status)
	assert.NotContains(t, d.seen(), byte(0x2A))
}

func TestTaskManagementAnswers(t *testing.T) {
	d := newDisk(64)
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	for _, c := range []struct {
		what     string
		function byte
		lun      uint16
		want     byte
	}{
		{"abort an unknown task", 1, 0, 1},
		{"abort task set", 2, 0, 0},
		{"clear ACA", 3, 0, 5},
		{"clear task set", 4, 0, 0},
		{"task reassign", 8, 0, 4},
		{"unknown function", 99, 0, 255},
		{"unknown LUN", 5, 3, 2},
	} {
		assert.Equal(t, c.want, in.manage(c.function, c.lun, 12345), c.what)
	}
	assert.Zero(t, in.none(make([]byte, 6)).status)
	assert.Zero(t, d.resets)
}

// Every session is notified of a reset with its next command, except by INQUIRY.
func TestReset(t *testing.T) {
	d := newDisk(64)
	_, addr := serve(t, d, iscsi.Config{})
	one := attach(t, addr)
	two := dial(t, addr)
	two.isid[5] = 77
	two.login()
	two.write(two.command(write10(0, 2), 0xA0, 1024, nil))
	two.r2t()
	assert.Zero(t, one.manage(5, 0, 0), "LOGICAL UNIT RESET")
	assert.Equal(t, 1, d.resets)
	for _, in := range []*initiator{one, two} {
		assert.Zero(t, in.in([]byte{0x12, 0, 0, 0, 36, 0}, 36).status)
		assert.Equal(t, [3]byte{6, 0x29, 3}, in.none(make([]byte, 6)).triple())
		assert.Zero(t, in.none(make([]byte, 6)).status)
	}
	assert.Zero(t, one.manage(6, 0, 0), "TARGET WARM RESET")
	assert.Equal(t, [3]byte{6, 0x29, 3}, two.none(make([]byte, 6)).triple())
	assert.Zero(t, one.manage(7, 0, 0), "TARGET COLD RESET")
	assert.Equal(t, 3, d.resets)
	one.hungUp()
	two.hungUp()
}

func TestClearTaskSetTellsTheOthers(t *testing.T) {
	_, addr := serve(t, newDisk(64), iscsi.Config{})
	one := attach(t, addr)
	two := dial(t, addr)
	two.isid[5] = 77
	two.login()
	two.write(two.command(write10(0, 2), 0xA0, 1024, nil))
	two.r2t()
	assert.Zero(t, one.manage(4, 0, 0))
	assert.Zero(t, one.none(make([]byte, 6)).status)
	assert.Equal(t, [3]byte{6, 0x2F, 0}, two.none(make([]byte, 6)).triple())
}

func TestTooManyImmediateRequests(t *testing.T) {
	d := newDisk(64)
	started, release := make(chan bool, 1), make(chan bool)
	d.before = func(*scsi.Request) (bool, scsi.Result, error) {
		started <- true
		<-release
		return false, scsi.Result{}, nil
	}
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	in.write(in.command(make([]byte, 6), 0x80, 0, nil))
	<-started
	for range 8 {
		in.write(in.task(1, 0, 999))
	}
	in.write(in.task(1, 0, 999))
	p := in.read()
	assert.Equal(t, byte(0x3F), p.opcode())
	assert.Equal(t, byte(0x06), p.bhs[2], "too many immediate commands")
	// An immediate command beyond the limit isn't kept: its tag is free again.
	q := in.command(make([]byte, 6), 0x80, 0, nil)
	q.bhs[0] |= 0x40
	in.write(q)
	assert.Equal(t, byte(0x3F), in.read().opcode())
	close(release)
}

func TestCmdSNWindow(t *testing.T) {
	d := newDisk(8)
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	assert.Zero(t, in.none(make([]byte, 6)).status)
	for _, sn := range []uint32{in.maxCmd + 1, in.cmdSN - 1, in.cmdSN + 1<<31} {
		p := in.command(make([]byte, 6), 0x80, 0, nil)
		in.cmdSN--
		put32(p.bhs[24:], sn)
		in.write(p)
	}
	ping(t, in) // the three before got no answer
	assert.Zero(t, in.none(make([]byte, 6)).status)
	assert.Len(t, d.seen(), 2)
	in.cmdSN += 2 // within the window: a PDU is missing
	in.write(in.command(make([]byte, 6), 0x80, 0, nil))
	in.hungUp()
}

func TestCmdSNWraps(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	in := dial(t, addr)
	in.cmdSN = 0xFFFFFFFD
	in.login()
	for range 8 {
		require.Zero(t, in.none(make([]byte, 6)).status)
	}
	assert.Equal(t, uint32(5), in.cmdSN)
}

func TestProtocolBreaches(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	t.Run("login within a session", func(t *testing.T) {
		in := attach(t, addr)
		in.write(in.loginPDU(0x87))
		in.hungUp()
	})
	t.Run("task tag twice", func(t *testing.T) {
		in := attach(t, addr)
		in.write(in.command(write10(0, 1), 0xA0, 512, nil))
		in.r2t()
		in.itt--
		in.write(in.command(make([]byte, 6), 0x80, 0, nil))
		in.hungUp()
	})
	t.Run("reserved task tag", func(t *testing.T) {
		in := attach(t, addr)
		p := in.command(make([]byte, 6), 0x80, 0, nil)
		put32(p.bhs[16:], 0xFFFFFFFF)
		in.write(p)
		in.hungUp()
	})
	t.Run("longer than declared", func(t *testing.T) {
		in := attach(t, addr, "MaxRecvDataSegmentLength=8192")
		p := in.request(0x40, 0x80)
		p.bhs[5] = 0x04 // 256 KiB and one
		p.bhs[7] = 1
		_, err := in.nc.Write(p.bhs[:])
		require.NoError(t, err)
		in.hungUp()
	})
	t.Run("text without end", func(t *testing.T) {
		in := attach(t, addr, "MaxRecvDataSegmentLength=8192")
		p := in.request(0x44, 0x40)
		p.data = bytes.Repeat([]byte("a"), 20000)
		in.write(p)
		in.hungUp()
	})
}

func TestRejects(t *testing.T) {
	_, addr := serve(t, newDisk(8), iscsi.Config{})
	in := attach(t, addr)
	for _, c := range []struct {
		op, flags, reason byte
		data              string
	}{
		{0x50, 0x80, 0x03, ""},     // SNACK
		{0x5F, 0x80, 0x05, ""},     // no such opcode
		{0x46, 0x80 | 9, 0x09, ""}, // logout for an unknown reason
		{0x44, 0x80, 0x09, "no equals sign\x00"},
	} {
		q := in.request(c.op, c.flags)
		q.data = []byte(c.data)
		in.write(q)
		p := in.read()
		require.Equal(t, byte(0x3F), p.opcode())
		assert.Equal(t, c.reason, p.bhs[2])
		assert.Equal(t, q.bhs[:], p.data, "the header comes back")
		assert.Equal(t, uint32(0xFFFFFFFF), be32(p.bhs[16:]))
	}
	assert.Zero(t, in.none(make([]byte, 6)).status)
}

func TestTextInSession(t *testing.T) {
	d := newDisk(64)
	target, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	ask := func(flags byte, text string) *packet {
		p := in.request(0x04, flags)
		put32(p.bhs[20:], 0xFFFFFFFF)
		p.data = []byte(text)
		in.write(p)
		return in.read()
	}
	assert.Equal(t, "TargetName="+target.Name()+"\x00TargetAddress="+addr+",1\x00", string(ask(0x80, "SendTargets=\x00").data))
	assert.Equal(t, "SendTargets=Reject\x00", string(ask(0x80, "SendTargets=All\x00").data))
	assert.Equal(t, "InitialR2T=Reject\x00", string(ask(0x80, "InitialR2T=No\x00").data))
	a := ask(0x00, "SendTargets=All\x00") // the initiator wants another round, with this tag
	assert.Equal(t, byte(0), a.bhs[1])
	assert.NotEqual(t, uint32(0xFFFFFFFF), be32(a.bhs[20:]))
	assert.Empty(t, ask(0x40, "MaxRecvDataSegment").data)
	assert.Equal(t, "MaxRecvDataSegmentLength=262144\x00", string(ask(0x80, "Length=512\x00").data))
	assert.Equal(t, 4, in.in(read10(0, 4), 2048).pdus, "holds from the next command on")
}

func TestLogout(t *testing.T) {
	events := make(chan iscsi.Event, 16)
	d := newDisk(8)
	_, addr := serve(t, d, iscsi.Config{OnEvent: func(e iscsi.Event) { events <- e }})
	in := attach(t, addr)
	started := (<-events).(iscsi.SessionStarted)
	assert.Equal(t, "iqn.2000-01.test:one", started.Initiator)
	assert.Equal(t, in.nc.LocalAddr().String(), started.Remote.String())

	p := in.request(0x46, 0x81) // another connection of the session
	p.bhs[21] = 5
	in.write(p)
	assert.Equal(t, byte(1), in.read().bhs[2], "CID not found")
	in.write(in.request(0x46, 0x82))
	assert.Equal(t, byte(2), in.read().bhs[2], "no recovery of connections")
	assert.Zero(t, in.none(make([]byte, 6)).status)
	in.logout()
	ended := (<-events).(iscsi.SessionEnded)
	assert.True(t, ended.LoggedOut)
	assert.NoError(t, ended.Err)

	for range 3 { // one after another, and once without any request
		in = attach(t, addr)
		require.IsType(t, iscsi.SessionStarted{}, <-events)
		assert.Zero(t, in.none(make([]byte, 6)).status)
		require.NoError(t, in.nc.Close())
		ended = (<-events).(iscsi.SessionEnded)
		assert.False(t, ended.LoggedOut)
		assert.NoError(t, ended.Err)
	}
}

// The command in the drive ends before the logout is answered and the end of the session
// reported.
func TestLogoutWaitsForTheDrive(t *testing.T) {
	events := make(chan iscsi.Event, 16)
	d := newDisk(8)
	started, release := make(chan bool), make(chan bool)
	d.before = func(*scsi.Request) (bool, scsi.Result, error) {
		started <- true
		<-release
		return false, scsi.Result{}, nil
	}
	_, addr := serve(t, d, iscsi.Config{OnEvent: func(e iscsi.Event) { events <- e }})
	in := attach(t, addr)
	<-events
	in.write(in.command(make([]byte, 6), 0x80, 0, nil))
	<-started
	in.write(in.request(0x46, 0x80))
	require.NoError(t, in.nc.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err := in.tryRead()
	require.Error(t, err)
	assert.Empty(t, events)
	close(release)
	require.NoError(t, in.nc.SetReadDeadline(time.Now().Add(10*time.Second)))
	assert.Equal(t, byte(0x26), in.read().opcode())
	assert.True(t, (<-events).(iscsi.SessionEnded).LoggedOut)
}
