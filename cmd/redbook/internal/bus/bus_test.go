package bus_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/bus"
)

// The paths are those of a USB drive connected through two hubs and of a SATA drive, as listed by
// Linux 6.8.
const (
	usbPath  = "devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.4/2-1.4.3/2-1.4.3:1.0/host6/target6:0:0/6:0:0:0"
	sataPath = "devices/pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0"
)

func tree(t *testing.T, device, speed string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("sysfs has colons in its names")
	}
	root := t.TempDir()
	root, err := filepath.EvalSymlinks(root)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(root, device, "block/sr0"), 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(root, device, "type"), []byte("5\n"), 0o666))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "class/block"), 0o777))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "class/scsi_device/6:0:0:0"), 0o777))
	require.NoError(t, os.Symlink(filepath.Join(root, device), filepath.Join(root, "class/scsi_device/6:0:0:0/device")))
	require.NoError(t, os.Symlink(filepath.Join(root, device), filepath.Join(root, device, "block/sr0/device")))
	require.NoError(t, os.Symlink(filepath.Join(root, device, "block/sr0"), filepath.Join(root, "class/block/sr0")))
	if speed != "" {
		usb := filepath.Join(root, "devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.4/2-1.4.3")
		require.NoError(t, os.WriteFile(filepath.Join(usb, "speed"), []byte(speed+"\n"), 0o666))
	}
	return root
}

func TestOf(t *testing.T) {
	a, ok := bus.Of(tree(t, usbPath, "12"), "/dev/sr0")
	require.True(t, ok)
	assert.Equal(t, bus.Attachment{USB: true, Mbps: 12, Hubs: 2}, a)
	a, ok = bus.Of(tree(t, sataPath, ""), "/dev/sr0")
	require.True(t, ok)
	assert.Equal(t, bus.Attachment{}, a)
	_, ok = bus.Of(tree(t, sataPath, ""), "/dev/sr7")
	assert.False(t, ok)
	_, ok = bus.Of(filepath.Join(t.TempDir(), "none"), "D:")
	assert.False(t, ok)
}

func TestStray(t *testing.T) {
	root := tree(t, sataPath, "")
	assert.False(t, bus.Stray(root))
	require.NoError(t, os.RemoveAll(filepath.Join(root, sataPath, "block")))
	assert.True(t, bus.Stray(root))
	require.NoError(t, os.WriteFile(filepath.Join(root, sataPath, "type"), []byte("0\n"), 0o666)) // a hard disk
	assert.False(t, bus.Stray(root))
	assert.False(t, bus.Stray(filepath.Join(root, "none")))
}
