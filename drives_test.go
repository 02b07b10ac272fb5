package redbook_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
)

// Each drive of this computer has a name that Open accepts.
func TestDrives(t *testing.T) {
	list, err := redbook.Drives(t.Context())
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("this system has no drives for redbook")
	}
	require.NoError(t, err)
	if len(list) == 0 {
		t.Skip("this computer has no CD drive")
	}
	for _, d := range list {
		require.NotEmpty(t, d.Path)
	}
}
