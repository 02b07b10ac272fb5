//go:build linux && iokitfake

package power

import (
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iokit/iokittest"
)

// Messages of IOMessage.h.
const (
	canSleep     = 0xE0000270
	willSleep    = 0xE0000280
	hasPoweredOn = 0xE0000300
)

// told waits until the fake has delivered this many messages.
func told(t *testing.T, mac *iokittest.Mac, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		count := 0
		for _, line := range mac.Log() {
			if len(line) > 4 && line[:4] == "told" {
				count++
			}
		}
		return count == n
	}, 30*time.Second, time.Millisecond)
}

func TestMacAwake(t *testing.T) {
	mac := iokittest.New(t)
	release, err := macAwake(mac.Library, "writing Abbey Road")
	require.NoError(t, err)
	assert.Equal(t, []string{"assert writing Abbey Road"}, mac.Log())

	// Idle sleep is refused immediately.
	mac.Power(canSleep, 71)
	told(t, mac, 1)
	assert.Contains(t, mac.Log(), "cancel 71")

	// Sleep requested by the user is delayed until release.
	mac.Power(willSleep, 72)
	told(t, mac, 2)
	assert.NotContains(t, mac.Log(), "allow 72")
	require.NoError(t, release())
	assert.Contains(t, mac.Log(), "allow 72")
	assert.Contains(t, mac.Log(), "release assertion")
}

// Sleep that happened anyway needs no answer.
func TestMacSleptAndWoke(t *testing.T) {
	mac := iokittest.New(t)
	release, err := macAwake(mac.Library, "x")
	require.NoError(t, err)
	mac.Power(willSleep, 73)
	mac.Power(hasPoweredOn, 0)
	told(t, mac, 2)
	require.NoError(t, release())
	assert.NotContains(t, mac.Log(), "allow 73")
}

func TestMacAwakeTwice(t *testing.T) {
	mac := iokittest.New(t)
	first, err := macAwake(mac.Library, "one")
	require.NoError(t, err)
	second, err := macAwake(mac.Library, "two")
	require.NoError(t, err)
	require.NoError(t, second())
	require.NoError(t, first())
}

func TestMacAwakeRefused(t *testing.T) {
	mac := iokittest.New(t)
	mac.RefusePower(1)
	_, err := macAwake(mac.Library, "x")
	assert.ErrorIs(t, err, fs.ErrPermission)
	assert.ErrorContains(t, err, "IOPMAssertionCreateWithName: not permitted (E00002E2)")
}

// Without the notification the assertion remains.
func TestMacAwakeWithoutNotification(t *testing.T) {
	mac := iokittest.New(t)
	mac.RefusePower(2)
	release, err := macAwake(mac.Library, "x")
	require.NoError(t, err)
	assert.NoError(t, release())
}
