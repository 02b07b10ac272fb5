package host

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// fakeBus is a D-Bus daemon with UDisks2 on it, in this process: enough of the
// protocol for one client (handshake, Hello, method calls).
type fakeBus struct {
	t       *testing.T
	asked   []string                             // object paths of Unmount
	unmount func(path string) (errorName string) // "" unmounts
}

func startFakeBus(t *testing.T) *fakeBus {
	return &fakeBus{t: t, unmount: func(string) string { return "" }}
}

func (b *fakeBus) connect(opts ...dbus.ConnOption) (*dbus.Conn, error) {
	here, there := net.Pipe()
	go b.serve(there)
	conn, err := dbus.NewConn(here, opts...)
	if err != nil {
		return nil, err
	}
	if err := conn.Auth(nil); err != nil {
		return nil, err
	}
	return conn, conn.Hello()
}

// serve speaks the server's side of the handshake and answers calls.
func (b *fakeBus) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch line = strings.Trim(line, "\x00\r\n"); {
		case line == "BEGIN":
			b.messages(c, r)
			return
		case line == "AUTH":
			fmt.Fprint(c, "REJECTED EXTERNAL\r\n")
		case strings.HasPrefix(line, "AUTH EXTERNAL"):
			fmt.Fprint(c, "OK 0123456789abcdef0123456789abcdef\r\n")
		default:
			fmt.Fprint(c, "ERROR\r\n")
		}
	}
}

func (b *fakeBus) messages(w io.Writer, r io.Reader) {
	for serial := uint32(1); ; serial++ {
		call, err := dbus.DecodeMessage(r)
		if err != nil {
			return
		}
		reply := &dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldReplySerial: dbus.MakeVariant(call.Serial()),
		}}
		switch member := call.Headers[dbus.FieldMember].Value().(string); member {
		case "Hello":
			reply.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.ParseSignatureMust("s"))
			reply.Body = []any{":1.1"}
		case "Unmount":
			path := string(call.Headers[dbus.FieldPath].Value().(dbus.ObjectPath))
			b.asked = append(b.asked, path)
			if name := b.unmount(path); name != "" {
				reply.Type = dbus.TypeError
				reply.Headers[dbus.FieldErrorName] = dbus.MakeVariant(name)
			}
		}
		writeMessage(b.t, w, reply, serial)
	}
}

// writeMessage puts the serial number into the encoded message: godbus sets it only
// for connections of its own.
func writeMessage(t *testing.T, w io.Writer, m *dbus.Message, serial uint32) {
	var out strings.Builder
	if err := m.EncodeTo(&out, binary.LittleEndian); err != nil {
		t.Error(err)
		return
	}
	raw := []byte(out.String())
	binary.LittleEndian.PutUint32(raw[8:], serial)
	_, _ = w.Write(raw)
}

// udisks is UDisks2's object on a real bus.
type udisks struct {
	mu     sync.Mutex
	answer string
}

func (u *udisks) Unmount(map[string]dbus.Variant) *dbus.Error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.answer == "" {
		return nil
	}
	return dbus.NewError(u.answer, []any{"no"})
}

func (u *udisks) will(answer string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.answer = answer
}

var udisksAnswers = []struct {
	name string
	is   error // nil: unmounted
	text string
}{
	{"", nil, ""},
	{"org.freedesktop.UDisks2.Error.NotMounted", nil, ""},
	{"org.freedesktop.UDisks2.Error.NotAuthorized", fs.ErrPermission, "sudo umount /dev/sr0"},
	{"org.freedesktop.UDisks2.Error.NotAuthorizedCanObtain", fs.ErrPermission, "sudo umount /dev/sr0"},
	{"org.freedesktop.UDisks2.Error.DeviceBusy", scsi.ErrLocked, "fuser -vm /dev/sr0"},
	{"org.freedesktop.DBus.Error.AccessDenied", fs.ErrPermission, "sudo umount"},
	{"org.freedesktop.DBus.Error.ServiceUnknown", errors.ErrUnsupported, "there is no UDisks2"},
	{"org.freedesktop.DBus.Error.UnknownMethod", errors.ErrUnsupported, "sudo umount /dev/sr0"},
}

func check(t *testing.T, is error, text string, err error) {
	t.Helper()
	if is == nil {
		assert.NoError(t, err)
		return
	}
	require.ErrorIs(t, err, is)
	contains(t, err, text)
}

// mountedMachine has a mounted disc in sr0.
func mountedMachine(t *testing.T) *machine {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	m.write("proc/self/mountinfo", "36 21 11:0 / /media/x ro - iso9660 /dev/sr0 ro\n")
	return m
}

func TestUnmountInProcess(t *testing.T) {
	for _, c := range udisksAnswers {
		m := mountedMachine(t)
		bus := startFakeBus(t)
		bus.unmount = func(string) string { return c.name }
		m.bus = bus.connect
		check(t, c.is, c.text, m.unmount(t.Context(), "/dev/sg1", "11:0"))
		assert.Equal(t, []string{"/org/freedesktop/UDisks2/block_devices/sr0"}, bus.asked, "by the name of its block device")
	}
	m := mountedMachine(t)
	bus := startFakeBus(t)
	bus.unmount = func(string) string { return "org.freedesktop.UDisks2.Error.Failed" }
	m.bus = bus.connect
	err := m.unmount(t.Context(), "/dev/sr0", "11:0")
	contains(t, err, "UDisks2")
	assert.NotErrorIs(t, err, errors.ErrUnsupported)
}

func TestUnmountNothing(t *testing.T) {
	m := newMachine(t)
	m.drive(0, "V", "M", "1")
	require.NoError(t, m.unmount(t.Context(), "/dev/sr0", "11:0"))
}

// A UDisks2 that never answers doesn't hold the caller for ever.
func TestUnmountCanceled(t *testing.T) {
	m := mountedMachine(t)
	bus := startFakeBus(t)
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan bool)
	defer close(release)
	bus.unmount = func(string) string { cancel(); <-release; return "" }
	m.bus = bus.connect
	assert.Error(t, m.unmount(ctx, "/dev/sr0", "11:0"))
}

// The same over a real bus, where a daemon is installed.
func TestUnmountOnBus(t *testing.T) {
	address := startBus(t)
	if address == "" {
		t.Log("dbus-daemon isn't installed: only the in-process bus was tested")
		return
	}
	m := mountedMachine(t)
	m.bus = func(opts ...dbus.ConnOption) (*dbus.Conn, error) { return dbus.Connect(address, opts...) }
	check(t, errors.ErrUnsupported, "there is no UDisks2", m.unmount(t.Context(), "/dev/sr0", "11:0"))

	service := &udisks{}
	conn, err := dbus.Connect(address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.Export(service, "/org/freedesktop/UDisks2/block_devices/sr0", "org.freedesktop.UDisks2.Filesystem"))
	_, err = conn.RequestName("org.freedesktop.UDisks2", dbus.NameFlagDoNotQueue)
	require.NoError(t, err)
	for _, c := range udisksAnswers {
		service.will(c.name)
		check(t, c.is, c.text, m.unmount(t.Context(), "/dev/sr0", "11:0"))
	}
}

// startBus runs a private bus and gives its address; "" without dbus-daemon.
func startBus(t *testing.T) string {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		return ""
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:dir=%s</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>`, dir), 0o600))
	cmd := exec.Command(daemon, "--config-file="+config, "--nofork", "--print-address=1")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "dbus-daemon gave no address")
	return strings.TrimSpace(address)
}
