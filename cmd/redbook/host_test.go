package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi/host"
)

func TestOnlyDrive(t *testing.T) {
	one := host.Info{Path: "/dev/sr0", Vendor: "PIONEER", Model: "DVD-RW DVR-111"}
	two := host.Info{Path: "/dev/sr1", Vendor: "PLEXTOR", Model: "CD-R PX-W1210A"}
	only := func(err error, drives ...host.Info) (string, error) {
		h := &hostSystem{list: func() ([]host.Info, error) { return drives, err }}
		return (&app{hooks: hooks{host: h}}).onlyDrive()
	}
	name, err := only(nil, one)
	require.NoError(t, err)
	assert.Equal(t, "/dev/sr0", name)

	_, err = only(nil, one, two)
	code, next := verdict(err)
	assert.Equal(t, exitNoDrive, code)
	assert.Equal(t, "--device /dev/sr0   PIONEER DVD-RW DVR-111\n--device /dev/sr1   PLEXTOR CD-R PX-W1210A", next)

	for _, none := range []error{nil, errors.ErrUnsupported, errors.New("no sysfs")} {
		_, err = only(none)
		code, next = verdict(err)
		assert.Equal(t, exitNoDrive, code)
		assert.Contains(t, next, "--device sim:")
	}
}

// Where there is no backend, it is the build that is blamed.
func TestRealHost(t *testing.T) {
	a := &app{}
	_, err := a.openHost(t.Context(), "/dev/redbook-none", mustExist)
	code, _ := verdict(err)
	assert.Equal(t, exitNoDrive, code)
	if errors.Is(err, errors.ErrUnsupported) {
		assert.ErrorContains(t, err, "this build reaches only simulated drives")
	} else {
		assert.ErrorContains(t, err, "there is no such drive")
	}
}
