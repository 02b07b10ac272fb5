//go:build linux

package vm_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// target is a simulated drive that "redbook sim serve" provides to the guest.
type target struct {
	g      *guest
	disc   string // the file, "" for none
	iqn    string
	port   string
	socket string // for redbook sim control
	trace  string // the commands sent to the drive, one JSON object per line
	device string // in the guest, such as /dev/sr0; "" while not attached
	cmd    *exec.Cmd
	ended  chan struct{}
	words  bytes.Buffer
}

// targets counts: the sessions of one guest have distinct names.
var targets atomic.Int64

// serve starts a drive with the disc of a file in it.
func (g *guest) serve(t *testing.T, disc string, args ...string) *target {
	t.Helper()
	n := targets.Add(1)
	dir := t.TempDir()
	portFile := filepath.Join(dir, "port")
	s := &target{
		g: g, disc: disc, iqn: fmt.Sprintf("iqn.2026-01.org.example:cd%d", n),
		socket: filepath.Join(dir, "control"), trace: filepath.Join(dir, "trace"), ended: make(chan struct{}),
	}
	line := []string{"sim", "serve"}
	if disc != "" {
		line = append(line, disc)
	}
	line = append(line, "--iqn", s.iqn, "--port-file", portFile, "--control", s.socket, "--trace", s.trace)
	s.cmd = exec.Command(filepath.Join(g.shared, "redbook"), append(line, args...)...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.cmd.Stdout, s.cmd.Stderr = &s.words, &s.words
	require.NoError(t, s.cmd.Start())
	go func() { _ = s.cmd.Wait(); close(s.ended) }()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
		if t.Failed() {
			t.Logf("cue sheets, and what the drive refused:\n%s", refused(t, s))
		}
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if port, err := os.ReadFile(portFile); err == nil {
			s.port = strings.TrimSpace(string(port))
			return s
		}
		select {
		case <-s.ended:
			require.FailNow(t, "sim serve ended", "%s", s.words.String())
		default:
		}
		require.True(t, time.Now().Before(deadline), "sim serve wrote no port")
	}
}

// attach logs the guest in. On return the device exists, and udev has examined it.
func (s *target) attach(t *testing.T) *target {
	t.Helper()
	s.attachQuietly(t)
	s.g.sudo(t, "udevadm settle")
	return s
}

// attachQuietly is attach without udev. No daemon of the initiator remains to log in again:
// a lost drive stays lost, after 5 s.
func (s *target) attachQuietly(t *testing.T) *target {
	t.Helper()
	r := s.g.sudo(t, `iscsistart -i iqn.2026-01.org.example:guest -t `+s.iqn+` -g 1 -a 10.0.2.2 -p `+s.port+` >/dev/null 2>&1
for i in $(seq 200); do
	for s in /sys/class/iscsi_session/session*; do
		grep -qx `+s.iqn+` $s/targetname || continue
		for b in $s/device/target*/*/block/sr*; do
			[ -e $b ] || continue
			echo 5 >$s/recovery_tmo
			echo /dev/${b##*/}
			exit 0
		done
	done
	sleep 0.05
done
dmesg | tail -20
exit 1`)
	s.device = strings.TrimSpace(r.out)
	return s
}

// detach removes the device from the guest. No daemon of iscsistart remains to log out; the
// connection ends with the drive. Removal may have to wait for a read of udev or the
// kernel; it then completes without anyone waiting, when the drive is gone.
func (s *target) detach(t *testing.T) {
	t.Helper()
	name := filepath.Base(s.device)
	s.g.sudo(t, `(echo 1 >/sys/block/`+name+`/device/delete) >/dev/null 2>&1 </dev/null &
for i in $(seq 60); do [ -e /sys/block/`+name+` ] || break; sleep 0.05; done; true`)
	s.device = ""
}

// stop ends the drive in good order and releases the disc file.
func (s *target) stop(t *testing.T) {
	t.Helper()
	if s.device != "" {
		s.detach(t)
	}
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		require.FailNow(t, "sim serve doesn't end", "%s", s.words.String())
	}
	require.Zero(t, s.cmd.ProcessState.ExitCode(), "%s", s.words.String())
}

// control sends the running drive a request: eject, insert, a fault.
func (s *target) control(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.Command(filepath.Join(s.g.shared, "redbook"), append([]string{"sim", "control", s.socket}, args...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}
