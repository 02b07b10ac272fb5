package host_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

func TestMountedError(t *testing.T) {
	err := fmt.Errorf("open: %w", &host.MountedError{Path: "/dev/sr0", Mounts: []string{"/a", "/b"}})
	assert.ErrorIs(t, err, scsi.ErrLocked)
	assert.NotErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "the disc in /dev/sr0 is mounted at /a, /b")
}

// On a system without a backend every function returns an error that says so.
func TestOtherSystems(t *testing.T) {
	if runtime.GOOS == "linux" || runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return
	}
	_, err := host.List(t.Context())
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	_, err = host.Open(t.Context(), "x", nil)
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	assert.ErrorIs(t, host.Unmount(t.Context(), "x"), errors.ErrUnsupported)
}

// List the drives, and identify the first one.
func Example() {
	drives, err := host.List(context.Background())
	if err != nil || len(drives) == 0 {
		return // none here
	}
	drive, err := host.Open(context.Background(), drives[0].Path, nil)
	switch {
	case errors.Is(err, fs.ErrPermission):
		fmt.Println(err) // contains the remedy
		return
	case errors.Is(err, scsi.ErrLocked):
		fmt.Println(err) // contains the owner
		return
	case err != nil:
		return
	}
	defer func() { _ = drive.Close() }()
	data := make([]byte, 36)
	_, err = scsi.Exec(context.Background(), drive, &scsi.Request{
		CDB: [16]byte{0: 0x12, 4: 36}, CDBLen: 6, Dir: scsi.DataIn, Data: data, Name: "INQUIRY",
	})
	fmt.Printf("%q %v\n", data[8:16], err)
}
