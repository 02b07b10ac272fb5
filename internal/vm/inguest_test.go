//go:build linux

package vm_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

// Where TestInGuest finds its drives: one with an sr node, and one with only an sg node.
const (
	deviceVariable  = "REDBOOK_VM_DEVICE"
	genericVariable = "REDBOOK_VM_GENERIC"
)

// The INQUIRYs sent among signals have distinct allocation lengths.
const (
	signalFirst = 150
	signalCount = 100
)

// TestInGuest is the part of the matrix that runs in the guest: package host on a real
// kernel. The row "backend" copies this test program there.
func TestInGuest(t *testing.T) {
	device, generic := os.Getenv(deviceVariable), os.Getenv(genericVariable)
	if device == "" {
		t.Log("nothing was run: this is for inside the guest")
		return
	}
	sr := open(t, device)
	hard := sr.Limits().MaxTransfer
	require.NoError(t, sr.Close())
	for _, path := range []string{device, generic} {
		t.Run("contract of "+path, func(t *testing.T) {
			scsitest.TestTransport(t, func() scsi.Transport { return open(t, path) })
		})
		t.Run("too long for "+path, func(t *testing.T) { tooLong(t, path, hard) })
		t.Run("used by another "+path, func(t *testing.T) { inUse(t, path) })
		t.Run("signals "+path, func(t *testing.T) { signals(t, path) })
	}
	t.Run("command filter", func(t *testing.T) { filtered(t, device, generic) })
	t.Run("sg node of a drive that has an sr node", func(t *testing.T) { instead(t, device) })
	t.Run("listed", func(t *testing.T) {
		drives, err := host.List(t.Context())
		require.NoError(t, err)
		var paths []string
		for _, d := range drives {
			paths = append(paths, d.Path)
		}
		assert.Contains(t, paths, device)
	})
}

func open(t *testing.T, path string) *host.Device {
	t.Helper()
	d, err := host.Open(context.Background(), path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// instead opens a drive by its sg node and gets its sr node.
func instead(t *testing.T, device string) {
	drives, err := host.List(t.Context())
	require.NoError(t, err)
	at := slices.IndexFunc(drives, func(d host.Info) bool { return d.Path == device })
	require.GreaterOrEqual(t, at, 0)
	d := open(t, drives[at].Generic)
	assert.Equal(t, device, d.Path())
	assert.Equal(t, drives[at].Generic, d.Requested())
	_, err = host.Open(t.Context(), device, &host.Options{Wait: -1})
	require.ErrorIs(t, err, scsi.ErrLocked)

	// Another program that has it open is reported by name.
	assert.Empty(t, d.Holders())
	node, err := os.OpenFile(device, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a blank disc: no other program opens it
	require.NoError(t, err)
	reader := exec.Command("sleep", "60")
	reader.ExtraFiles = []*os.File{node}
	require.NoError(t, reader.Start())
	require.NoError(t, node.Close())
	assert.Eventually(t, func() bool {
		others := d.Holders()
		return len(others) == 1 && others[0].PID == reader.Process.Pid && others[0].Name == "sleep"
	}, 10*time.Second, 50*time.Millisecond, "%v", d.Holders())
	require.NoError(t, reader.Process.Kill())
	_ = reader.Wait()
	require.NoError(t, d.Close())
}

// tooLong requests more than one command may transfer, hard bytes: it is refused before the
// drive sees it, and the drive isn't affected. With only an sg node the hard limit is
// invisible, and the kernel's value there is lower.
func tooLong(t *testing.T, path string, hard int) {
	d := open(t, path)
	most := d.Limits().MaxTransfer
	require.Positive(t, most)
	require.LessOrEqual(t, most, hard)
	t.Logf("at most %d bytes", most)
	req := &scsi.Request{CDB: [16]byte{0xBE}, CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, hard+1<<20), Timeout: 10 * time.Second}
	_, err := d.Do(t.Context(), req)
	require.ErrorContains(t, err, "bytes are more than")
	var te *scsi.TransportError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, scsi.SentNo, te.Sent)
	_, err = mmc.Open(t.Context(), d)
	assert.NoError(t, err)
}

// filtered sends MECHANISM STATUS, which the kernel denies users on an sr node: the drive
// doesn't see it. On an sg node it does.
func filtered(t *testing.T, device, generic string) {
	req := &scsi.Request{CDB: [16]byte{0xBD, 9: 8}, CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, 8), Timeout: 10 * time.Second}
	d := open(t, device)
	_, err := d.Do(t.Context(), req)
	require.ErrorIs(t, err, fs.ErrPermission)
	var te *scsi.TransportError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, scsi.SentNo, te.Sent)
	assert.ErrorContains(t, err, "BDh", "what it was")
	require.NoError(t, d.Close())

	res, err := open(t, generic).Do(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, scsi.Good, res.Status)
}

// inUse opens a drive that another program has.
func inUse(t *testing.T, path string) {
	d := open(t, path)
	_, err := host.Open(t.Context(), path, &host.Options{Wait: -1})
	require.ErrorIs(t, err, scsi.ErrLocked)
	t.Log(err)
	require.NoError(t, d.Close())
	require.NoError(t, open(t, path).Close())
}

// signals sends commands amid signals like those with which Go preempts goroutines. The
// trace outside shows whether each command came once.
func signals(t *testing.T, path string) {
	d := open(t, path)
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				_ = syscall.Kill(os.Getpid(), syscall.SIGURG)
				time.Sleep(200 * time.Microsecond)
			}
		}
	}()
	for n := range signalCount {
		req := &scsi.Request{CDB: [16]byte{0x12, 4: byte(signalFirst + n)}, CDBLen: 6, Dir: scsi.DataIn, Data: make([]byte, signalFirst+n), Timeout: 10 * time.Second}
		res, err := d.Do(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, scsi.Good, res.Status)
	}
	close(stop)
	<-done
	require.NoError(t, d.Close())
}
