package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/dbustest"
)

// loginBySSH is a logind that gives what its policy gives to a user from elsewhere: these
// three, each on its own.
type loginBySSH struct{}

func (loginBySSH) Inhibit(what, _, _, mode string) (dbus.UnixFD, *dbus.Error) {
	if !slices.Contains([]string{"idle block", "shutdown delay", "sleep delay"}, what+" "+mode) {
		return 0, dbus.NewError("org.freedesktop.DBus.Error.AccessDenied", []any{"no"})
	}
	return 0, nil // a copy of our standard input is as good as a pipe
}

// A user who burns over ssh is told what may still happen, and what was granted.
func TestKeepAwakeBySSH(t *testing.T) {
	bus := dbustest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.Address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	bus.Serve(t, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", loginBySSH{})
	var errs strings.Builder
	a := &app{err: &errs, console: &console{w: &errs}, flags: globals{verbose: 1}}
	release, err := a.keepAwake(t.Context(), "burning an audio CD")
	require.NotNil(t, release)
	assert.NoError(t, release())
	const granted = "logind blocks sleep when idle and delays sleep on request and shutdown for a moment only"
	assert.ErrorContains(t, err, granted)
	assert.Equal(t, "Kept awake: "+granted+".\n", errs.String())

	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	release, err = a.keepAwake(t.Context(), "burning an audio CD")
	assert.Error(t, err)
	assert.Nil(t, release)
}
