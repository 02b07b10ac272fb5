package host_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/windows"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

// driveVariable names an optical drive of this Windows for the test, such as D:.
// Nothing is written to its disc.
const driveVariable = "REDBOOK_WINDOWS_DRIVE"

// TestOnWindows runs the backend on a drive. "make test-wine" runs it under Wine.
func TestOnWindows(t *testing.T) {
	path := os.Getenv(driveVariable)
	if path == "" {
		t.Logf("nothing was run: %s must name a drive", driveVariable)
		return
	}
	open := func() *host.Device {
		d, err := host.Open(t.Context(), path, &host.Options{Client: "redbook test"})
		require.NoError(t, err)
		return d
	}
	scsitest.TestTransport(t, func() scsi.Transport { return open() })

	drives, err := host.List(t.Context())
	require.NoError(t, err)
	var paths []string
	for _, d := range drives {
		t.Logf("%+v", d)
		paths = append(paths, d.Path)
	}
	assert.Contains(t, paths, path)

	d := open()
	t.Logf("%+v %q", d.Limits(), d.Warnings())
	require.Positive(t, d.Limits().MaxTransfer)
	_, err = d.Do(t.Context(), &scsi.Request{CDB: [16]byte{0xBE}, CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, d.Limits().MaxTransfer+1)})
	assert.ErrorContains(t, err, "bytes are more than")
	if len(d.Warnings()) == 0 { // not under Wine: the driver keeps others out, and reports our name
		_, err = host.Open(t.Context(), path, &host.Options{Look: true, Wait: -1})
		require.ErrorIs(t, err, scsi.ErrLocked)
		assert.ErrorContains(t, err, "redbook test")
	}
	require.NoError(t, d.Lock(t.Context(), "redbook test", false))
	require.NoError(t, d.Unlock())
	require.NoError(t, d.Close())
	_, err = host.Open(t.Context(), `C:`, nil)
	require.ErrorIs(t, err, host.ErrNotOptical)
	_, err = host.Open(t.Context(), `\\.\CdRom99`, nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorIs(t, err, windows.ERROR_FILE_NOT_FOUND)
}
