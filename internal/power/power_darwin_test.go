package power

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAssertionIsListed asks macOS itself which assertions there are.
func TestAssertionIsListed(t *testing.T) {
	const reason = "testing redbook assertions"
	list := func() string {
		out, err := exec.Command("/usr/bin/pmset", "-g", "assertions").Output()
		require.NoError(t, err)
		return string(out)
	}
	lock, err := KeepAwake(t.Context(), reason)
	require.NoError(t, err)
	assert.Contains(t, list(), reason)
	require.NoError(t, lock.Release())
	assert.NotContains(t, list(), reason)
}
