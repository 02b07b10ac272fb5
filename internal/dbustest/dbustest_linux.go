package dbustest

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/require"
)

// Bus is a running daemon.
type Bus struct {
	// Address is the value for DBUS_SYSTEM_BUS_ADDRESS and DBUS_SESSION_BUS_ADDRESS.
	Address string
}

// config allows everything to everyone.
const config = `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:dir=%s</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>`

// Start runs a bus until the test ends. Without dbus-daemon it skips the test.
func Start(t testing.TB) Bus {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("dbus-daemon isn't installed")
	}
	dir, err := os.MkdirTemp("", "dbus-*") // short: a socket's path has 107 bytes
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	file := filepath.Join(dir, "bus.conf")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, config, dir), 0o600))
	cmd := exec.Command(daemon, "--config-file="+file, "--nofork", "--print-address=1")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() && complaints.Len() > 0 {
			t.Logf("dbus-daemon: %s", &complaints)
		}
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "dbus-daemon printed no address")
	return Bus{strings.TrimSpace(address)}
}

// Connect is dbus.ConnectSystemBus, or its counterpart for a session, on this bus.
func (b Bus) Connect(opts ...dbus.ConnOption) (*dbus.Conn, error) {
	return dbus.Connect(b.Address, opts...)
}

// Serve adds a service with methods, at path and interface, until the test ends or the
// connection is closed. Methods return a *dbus.Error last.
func (b Bus) Serve(t testing.TB, service string, path dbus.ObjectPath, iface string, methods any) *dbus.Conn {
	t.Helper()
	conn, err := b.Connect()
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.Export(methods, path, iface))
	reply, err := conn.RequestName(service, dbus.NameFlagDoNotQueue)
	require.NoError(t, err)
	require.Equal(t, dbus.RequestNameReplyPrimaryOwner, reply, "%s is taken", service)
	return conn
}
