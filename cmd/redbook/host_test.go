package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlyDrive(t *testing.T) {
	one := hostDrive{Path: "/dev/sr0", Model: "PIONEER DVD-RW DVR-111"}
	two := hostDrive{Path: "/dev/sr1", Model: "PLEXTOR CD-R PX-W1210A"}
	name, err := onlyDrive([]hostDrive{one})
	require.NoError(t, err)
	assert.Equal(t, "/dev/sr0", name)

	_, err = onlyDrive([]hostDrive{one, two})
	code, next := verdict(err)
	assert.Equal(t, exitNoDrive, code)
	assert.Equal(t, "--device /dev/sr0   PIONEER DVD-RW DVR-111\n--device /dev/sr1   PLEXTOR CD-R PX-W1210A", next)

	_, err = onlyDrive(nil)
	code, next = verdict(err)
	assert.Equal(t, exitNoDrive, code)
	assert.Contains(t, next, "--device sim:")
}
