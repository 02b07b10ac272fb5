package redbook

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/dbustest"
)

// loginBySSH is a logind with the default policy for a remote user: it grants these three,
// each alone.
type loginBySSH struct{}

func (loginBySSH) Inhibit(what, _, _, mode string) (dbus.UnixFD, *dbus.Error) {
	if !slices.Contains([]string{"idle block", "shutdown delay", "sleep delay"}, what+" "+mode) {
		return 0, dbus.NewError("org.freedesktop.DBus.Error.AccessDenied", []any{"no"})
	}
	return 0, nil // a copy of our standard input replaces a pipe
}

// A user who burns over ssh is informed of the remaining dangers and of the grants.
func TestKeepAwakeBySSH(t *testing.T) {
	bus := dbustest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.Address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	bus.Serve(t, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", loginBySSH{})
	var notices []Notice
	keep := keepAwake(func(n Notice) { notices = append(notices, n) })
	release, err := keep(t.Context(), "burning an audio CD")
	require.NotNil(t, release)
	assert.NoError(t, release())
	const granted = "logind blocks sleep when idle and delays sleep on request and shutdown for a moment only"
	assert.ErrorContains(t, err, granted)
	require.Len(t, notices, 1)
	assert.Equal(t, noticeAwake, notices[0].Kind)
	assert.Equal(t, granted, notices[0].Text)

	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	release, err = keep(t.Context(), "burning an audio CD")
	assert.Error(t, err)
	assert.Nil(t, release)
}
