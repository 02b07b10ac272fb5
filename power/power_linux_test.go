package power

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/dbustest"
)

// buses gives this test its own system bus and session bus.
func buses(t *testing.T) (system, session dbustest.Bus) {
	t.Helper()
	system, session = dbustest.Start(t), dbustest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", system.Address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", session.Address)
	return system, session
}

// noBuses makes sure that no bus of this machine is used.
func noBuses(t *testing.T) {
	t.Helper()
	nobody := "unix:path=" + filepath.Join(t.TempDir(), "nobody")
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", nobody)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", nobody)
}

// A user at a GNOME desktop gets everything, from both services.
func TestKeepAwakeAtADesktop(t *testing.T) {
	system, session := buses(t)
	login, gnome := &fakeLogind{policy: policyOf(active)}, &fakeDesktop{}
	login.serve(t, system)
	gnome.serve(t, session, desktops[0])
	lock, err := KeepAwake(t.Context(), "burning Abbey Road")
	require.NoError(t, err)
	assert.Equal(t, []grant{
		{By: "logind", Blocks: idle | sleep | shutdown | lid},
		{By: "org.gnome.SessionManager", Blocks: idle},
	}, lock.grants)
	assert.Equal(t, idle|sleep|shutdown|lid, lock.blocked())
	assert.Zero(t, lock.delayed())
	assert.NoError(t, lock.Exposed())
	assert.NoError(t, lock.refusals())
	assert.Equal(t, "logind blocks sleep when idle, sleep on request, shutdown and sleep when the lid is closed; the desktop's session manager blocks sleep when idle", lock.String())
	login.held(t, 1)
	gnome.held(t, session)
	assert.NoError(t, lock.Release())
	assert.NoError(t, lock.Release(), "more than once")
	login.released(t, 1)
	gnome.released(t, session)
}

// Over ssh the policy grants little; a desktop of the same user at the machine still
// helps, because all logins of a user share one session bus.
func TestKeepAwakeBySSH(t *testing.T) {
	system, session := buses(t)
	login, gnome := &fakeLogind{policy: policyOf(remote)}, &fakeDesktop{}
	login.serve(t, system)
	gnome.serve(t, session, desktops[0])
	lock, err := KeepAwake(t.Context(), "burning Abbey Road")
	require.NoError(t, err)
	assert.Equal(t, []grant{
		{By: "logind", Delays: shutdown},
		{By: "logind", Delays: sleep},
		{By: "logind", Blocks: idle},
		{By: "org.gnome.SessionManager", Blocks: idle},
	}, lock.grants)
	assert.Equal(t, idle, lock.blocked())
	assert.Equal(t, shutdown|sleep, lock.delayed())
	assert.Equal(t, shutdown|sleep, lock.exposed()&^lid, "and the lid, if there is one")
	assert.ErrorIs(t, lock.Exposed(), fs.ErrPermission)
	assert.ErrorContains(t, lock.Exposed(), "logind blocks sleep when idle and delays sleep on request and shutdown for a moment only")
	login.held(t, 3)
	assert.NoError(t, lock.Release())
	login.released(t, 3)
	gnome.released(t, session)
}

// Without logind, as in Devuan, a desktop alone is useful.
func TestKeepAwakeByTheDesktopAlone(t *testing.T) {
	_, session := buses(t)
	xfce := &fakeDesktop{}
	xfce.serve(t, session, desktops[1])
	lock, err := KeepAwake(t.Context(), "burning Abbey Road")
	require.NoError(t, err)
	assert.Equal(t, idle, lock.blocked())
	assert.Equal(t, sleep|shutdown, lock.exposed()&^lid)
	assert.ErrorContains(t, lock.refusals(), "no logind")
	require.NoError(t, lock.Release())
	xfce.released(t, session)
}

// A desktop that refuses suspends the computer, although logind grants the lock.
func TestKeepAwakeDesktopRefuses(t *testing.T) {
	system, session := buses(t)
	login, gnome := &fakeLogind{policy: policyOf(active)}, &fakeDesktop{refuses: "org.gnome.SessionManager.NotInRunning"}
	login.serve(t, system)
	gnome.serve(t, session, desktops[0])
	lock, err := KeepAwake(t.Context(), "burning Abbey Road")
	require.NoError(t, err)
	assert.Equal(t, sleep|shutdown|lid, lock.blocked())
	assert.Equal(t, idle, lock.exposed())
	assert.ErrorContains(t, lock.refusals(), "org.gnome.SessionManager")
	require.NoError(t, lock.Release())
	login.released(t, 1)
}

// The context limits only the requests.
func TestKeepAwakeOutlivesTheContext(t *testing.T) {
	system, session := buses(t)
	login, gnome := &fakeLogind{policy: policyOf(active)}, &fakeDesktop{}
	login.serve(t, system)
	gnome.serve(t, session, desktops[0])
	ctx, cancel := context.WithCancel(t.Context())
	lock, err := KeepAwake(ctx, "burning Abbey Road")
	require.NoError(t, err)
	cancel()
	login.held(t, 1)
	gnome.held(t, session)
	require.NoError(t, lock.Release())
	gnome.released(t, session)
}

func TestKeepAwakeHangs(t *testing.T) {
	system, session := buses(t)
	hanging := make(chan struct{})
	t.Cleanup(func() { close(hanging) })
	login := &fakeLogind{policy: func(string, string) string { <-hanging; return accessDenied }}
	login.serve(t, system)
	(&fakeDesktop{hanging: hanging}).serve(t, session, desktops[1])
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := KeepAwake(ctx, "burning Abbey Road")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotErrorIs(t, err, errors.ErrUnsupported)
}

func TestKeepAwakeWithoutBus(t *testing.T) {
	noBuses(t)
	lock, err := KeepAwake(t.Context(), "burning Abbey Road")
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "no D-Bus")
	assert.Nil(t, lock)
	assert.NoError(t, lock.Release(), "of none")
	assert.NoError(t, lock.Exposed())
	assert.Empty(t, lock.String())
}
