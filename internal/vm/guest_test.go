//go:build linux

package vm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// guest is a running machine, and the agent in it.
type guest struct {
	shared string // folder that the guest mounts as /vm
	idle   chan net.Conn
	dead   chan struct{} // closed when QEMU has ended
}

// boot starts the machine and waits for its agent. It ends with the test, and with this
// process, even if that is killed. more are further arguments of QEMU.
func boot(t *testing.T, more ...string) *guest {
	t.Helper()
	cache := cacheDir(t)
	shared := t.TempDir()
	require.NoError(t, os.Chmod(shared, 0o777)) // for the guest's users
	build(t, filepath.Join(shared, "guest"), "./internal/vm/guest")
	build(t, filepath.Join(shared, "redbook"), "./cmd/redbook")

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &guest{shared: shared, idle: make(chan net.Conn), dead: make(chan struct{})}
	console := filepath.Join(t.TempDir(), "console")
	args := append(qemuArgs(cache, shared, console, l.Addr().(*net.TCPAddr).Port), more...)
	cmd := exec.Command("qemu-system-x86_64", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	started := time.Now()
	require.NoError(t, cmd.Start())
	go func() { _ = cmd.Wait(); close(g.dead) }()
	go g.accept(l)
	t.Cleanup(func() {
		g.powerOff()
		select {
		case <-g.dead:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-g.dead
		}
		_ = l.Close()
		if t.Failed() {
			text, _ := os.ReadFile(console)
			t.Logf("kernel of the guest:\n%s%s", tail(string(text), 60), complaints.String())
		}
	})
	g.run(t, "true")
	t.Logf("the guest booted in %.1f s", time.Since(started).Seconds())
	return g
}

// cacheDir has the kernel and initramfs; setup.sh makes them once.
func cacheDir(t *testing.T) string {
	t.Helper()
	base, err := os.UserCacheDir()
	require.NoError(t, err)
	cache := filepath.Join(base, "redbook-vm")
	started := time.Now()
	out, err := exec.Command("bash", "setup.sh", cache).CombinedOutput()
	require.NoError(t, err, "setup.sh: %s", out)
	if d := time.Since(started); d > 2*time.Second {
		t.Logf("packages, kernel and initramfs: %.1f s", d.Seconds())
	}
	return cache
}

// build makes a static program for the guest.
func build(t *testing.T, out, pkg string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-o", out, pkg)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", text)
}

// qemuArgs is the machine: emulated, without a disk, with this machine's root by 9p. SMAP
// is off because QEMU 7.2 takes a return to user mode for an access by the kernel. ERMS and
// init_on_alloc are off because the emulator then moves and clears memory byte by byte:
// that would be most of the guest's work, unlike on a real machine.
func qemuArgs(cache, shared, console string, agent int) []string {
	return []string{
		"-M", "pc", "-accel", "tcg", "-cpu", "max,-smap,-erms,-fsrm", "-smp", "1", "-m", "768",
		"-nographic", "-nodefaults", "-no-reboot",
		"-kernel", filepath.Join(cache, "vmlinux"), "-initrd", filepath.Join(cache, "initramfs"),
		"-append", fmt.Sprintf("console=ttyS0 quiet panic=-1 mitigations=off init_on_alloc=0 agent=%d", agent),
		"-serial", "file:" + console,
		"-fsdev", "local,id=r,path=/,security_model=none,readonly=on,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=r,mount_tag=root",
		"-fsdev", "local,id=s,path=" + shared + ",security_model=none",
		"-device", "virtio-9p-pci,fsdev=s,mount_tag=share",
		"-netdev", "user,id=n", "-device", "virtio-net-pci,netdev=n,romfile=",
		"-device", "virtio-rng-pci",
	}
}

// accept distributes the connections of the agent, which keeps one waiting.
func (g *guest) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		select {
		case g.idle <- c:
		case <-g.dead:
			_ = c.Close()
			return
		}
	}
}

func (g *guest) powerOff() {
	select {
	case c := <-g.idle:
		_, _ = io.WriteString(c, `{"power_off":true}`+"\n")
	case <-g.dead:
	case <-time.After(2 * time.Second):
	}
}

// user is the burning user: in group cdrom (24 in Debian) only.
const (
	userID   = 1000
	cdromGID = 24
)

// script is a shell script that runs in the guest.
type script struct {
	text     string
	root     bool          // otherwise as the user,
	stranger bool          // or as one without a group
	limit    time.Duration // 0 is three minutes
}

// usage is the cost of a script, including the programs that it ran.
type usage struct {
	Exit int           `json:"exit"`
	CPU  time.Duration `json:"cpu_ns"`
	Wall time.Duration `json:"wall_ns"`
	RSS  int64         `json:"rss_kib"`
}

// result is the end of a script.
type result struct {
	usage
	out, err string
}

// both are stdout and stderr, for messages.
func (r result) both() string { return r.out + r.err }

// job is a script in progress.
type job struct {
	conn net.Conn
	done chan struct{}

	mu       sync.Mutex
	out, err strings.Builder
	usage    usage
	failed   error
}

// start runs a script in the background.
func (g *guest) start(t *testing.T, s script) *job {
	t.Helper()
	if s.limit == 0 {
		s.limit = 3 * time.Minute
	}
	var conn net.Conn
	select {
	case conn = <-g.idle:
	case <-g.dead:
		require.FailNow(t, "the guest has ended")
	case <-time.After(3 * time.Minute):
		require.FailNow(t, "the guest doesn't answer")
	}
	request := map[string]any{"script": s.text}
	switch {
	case s.stranger:
		request["uid"] = userID + 1
	case !s.root:
		request["uid"], request["groups"] = userID, []int{cdromGID}
	}
	require.NoError(t, json.NewEncoder(conn).Encode(request))
	j := &job{conn: conn, done: make(chan struct{})}
	// Hanging up makes the agent kill the script.
	timer := time.AfterFunc(s.limit, func() { _ = conn.Close() })
	go func() {
		defer close(j.done)
		defer timer.Stop()
		j.follow()
	}()
	t.Cleanup(func() { _ = conn.Close() })
	return j
}

// follow receives the frames that the agent sends.
func (j *job) follow() {
	d := json.NewDecoder(j.conn)
	for {
		var f struct {
			Out, Err string
			Usage    *usage
		}
		err := d.Decode(&f)
		j.mu.Lock()
		j.out.WriteString(f.Out)
		j.err.WriteString(f.Err)
		if f.Usage != nil {
			j.usage = *f.Usage
		}
		j.failed = err
		j.mu.Unlock()
		if f.Usage != nil || err != nil {
			return
		}
	}
}

// sofar is the output of a script until now.
func (j *job) sofar() result {
	j.mu.Lock()
	defer j.mu.Unlock()
	return result{j.usage, j.out.String(), j.err.String()}
}

// wait waits for the end of a script, which must come without intervention.
func (j *job) wait(t *testing.T) result {
	t.Helper()
	<-j.done
	r := j.sofar()
	require.NoError(t, j.failed, "no end in time:\n%s", r.both())
	return r
}

// try runs a script, which may fail, as the user.
func (g *guest) try(t *testing.T, text string) result {
	t.Helper()
	return g.start(t, script{text: text}).wait(t)
}

// run runs a script that must succeed, as the user.
func (g *guest) run(t *testing.T, text string) result {
	t.Helper()
	r := g.try(t, text)
	require.Zero(t, r.Exit, "%s\n%s", text, r.both())
	return r
}

// sudo runs a script that must succeed, as root.
func (g *guest) sudo(t *testing.T, text string) result {
	t.Helper()
	r := g.start(t, script{text: text, root: true}).wait(t)
	require.Zero(t, r.Exit, "%s\n%s", text, r.both())
	return r
}

// tail is the last n lines of a text.
func tail(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "")
}

// wanted reports whether this run is to have a guest, and says so if not.
func wanted(t *testing.T) bool {
	t.Helper()
	if os.Getenv("REDBOOK_VM") == "" {
		t.Log("nothing was run: this needs a Linux guest, which takes minutes and apt; make test-vm does it")
		return false
	}
	return true
}
