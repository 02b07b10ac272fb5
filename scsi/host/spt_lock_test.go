package host

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// taken are the steps of exclusive access, each on the handle that Windows accepts it
// from, and given are the steps that undo them. The first exclusive lock fails: the
// volume counts as mounted.
var (
	taken = []string{
		"device: exclusive 0", "volume: lock volume", "volume: dismount", "device: exclusive 1", "device: exclusive 1", "device: notification 1",
	}
	given = []string{"device: notification 0", "device: exclusive 2", "volume: unlock volume"}
)

func TestWindowsExclusive(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	w.openOn("D:", &Options{Look: true})
	shared := w.openOn("D:", &Options{Shared: true})
	assert.True(t, d.clean(), "looking locks nothing")
	w.log = nil
	dev := w.openOn("D:", nil)
	assert.Equal(t, slices.Concat([]string{"number", "number"}, taken, []string{"device: property"}), w.log)
	assert.Equal(t, "player", d.ownerName)
	assert.Empty(t, dev.Warnings())
	// Everything belongs to the handle: another handle, even of this process, is locked
	// out.
	_, err := shared.Do(t.Context(), testUnitReady())
	transportError(t, err, scsi.SentNo, scsi.ErrLocked)
	_, err = dev.Do(t.Context(), inquiry(36))
	require.NoError(t, err)

	w.log = nil
	require.NoError(t, dev.Close())
	assert.Equal(t, given, w.log)
	assert.True(t, d.clean())
	_, err = shared.Do(t.Context(), inquiry(36))
	require.NoError(t, err)
}

// Lock and Unlock as in a burn: while there is a client the system doesn't open the
// tray either.
func TestWindowsLock(t *testing.T) {
	for _, shared := range []bool{false, true} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		dev := w.openOn("D:", &Options{Shared: shared})
		require.NoError(t, dev.Lock(t.Context(), "my player", false))
		require.NoError(t, dev.Lock(t.Context(), "my player", false))
		want := "player" // the name given to Open
		if shared {
			want = "my player"
		}
		assert.Equal(t, want, d.ownerName)
		assert.Len(t, d.ejecting, 1)
		require.NoError(t, dev.Unlock())
		assert.Len(t, d.ejecting, 1)
		require.NoError(t, dev.Unlock())
		assert.Empty(t, d.ejecting)
		assert.Equal(t, shared, d.clean(), "an exclusive drive stays exclusive")
		require.NoError(t, dev.Lock(t.Context(), "another", false))
		require.NoError(t, dev.Close())
		assert.True(t, d.clean())
	}
}

// A name is passed to the driver in the characters that it accepts.
func TestWindowsClientNames(t *testing.T) {
	for name, want := range map[string]string{
		"My Player 2.0": "My Player 2.0", "a,b:c;d-e_f": "a,b:c;d-e_f", "Plätten/Brenner": "Pl__tten_Brenner",
		strings.Repeat("x", 80): strings.Repeat("x", 63), "": "player", "\x00": "_",
	} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		dev := w.openOn("D:", &Options{Client: name})
		assert.Equal(t, want, d.ownerName)
		assert.Empty(t, dev.Warnings())
	}
	assert.Equal(t, "redbook", callerName(""))
}

// A drive without a disc, and a blank or broken one, have no volume to lock.
func TestWindowsNoVolume(t *testing.T) {
	for _, code := range []error{nil, winError(21), winError(1112), winError(1005), winError(1006), winError(1110), winError(1785)} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		d.empty = code == nil
		d.always[fsctlLockVolume] = code
		dev := w.openOn("D:", nil)
		assert.Equal(t, "player", d.ownerName)
		assert.Empty(t, dev.Warnings())
		require.NoError(t, dev.Close())
		assert.True(t, d.clean())
	}
}

// Open files on the disc: for a moment, permanently, and with force.
func TestWindowsOpenFiles(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	d.files = true
	rounds := 0
	w.onSleep = func() {
		if rounds++; rounds == 3 {
			d.files = false
		}
	}
	require.NoError(t, w.openOn("D:", nil).Close())
	assert.Equal(t, 750*time.Millisecond, w.slept)

	d.files, w.slept, w.onSleep = true, 0, nil
	_, err := openWindows(t.Context(), w, "D:", &Options{Wait: time.Second})
	mounted, ok := errors.AsType[*MountedError](err)
	require.True(t, ok, "%v", err)
	require.ErrorIs(t, err, scsi.ErrLocked)
	assert.Equal(t, []string{`D:\`}, mounted.Mounts)
	contains(t, err, "close the programs that have its files open")
	assert.Equal(t, time.Second, w.slept)
	assert.Empty(t, w.handles)
	assert.True(t, d.clean())

	dev := w.openOn("D:", &Options{Shared: true, Wait: -1})
	require.Error(t, dev.Lock(t.Context(), "me", false))
	assert.True(t, d.clean(), "the tray is unlocked too")
	require.NoError(t, dev.Lock(t.Context(), "me", true))
	assert.Equal(t, "me", d.ownerName)
	require.NoError(t, dev.Close())

	d.files = true
	require.NoError(t, unmountWindows(t.Context(), w, "D:"))
	assert.False(t, d.files)
	require.NoError(t, w.openOn("D:", nil).Close())
}

func TestWindowsUnmountErrors(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	require.Error(t, unmountWindows(t.Context(), w, "E:"))
	for code, want := range map[winError]error{21: nil, 1112: nil, 5: winError(5), 31: winError(31)} {
		d.errs[fsctlDismountVolume] = []error{code}
		err := unmountWindows(t.Context(), w, "D:")
		if want == nil {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, want)
		}
		assert.Empty(t, w.handles)
	}
}

// A volume that the system still considers mounted although it is locked for us.
func TestWindowsStillMounted(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	d.mounted = true
	dev := w.openOn("D:", nil)
	assert.Equal(t, "player", d.ownerName)
	assert.Empty(t, dev.Warnings())
	require.NoError(t, dev.Close())
	// Without the lock another program may use it.
	d.always[fsctlLockVolume] = winError(50)
	_, err := openWindows(t.Context(), w, "D:", &Options{Wait: -1})
	_, ok := errors.AsType[*MountedError](err)
	assert.True(t, ok, "%v", err)
	assert.True(t, d.clean())
}

// Another program has locked the drive: its name is in the error, at once or after the
// wait.
func TestWindowsHeld(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	other := w.openOn("D:", &Options{Client: "Nero"})
	for wait, slept := range map[time.Duration]time.Duration{0: 10 * time.Second, -1: 0} {
		w.slept = 0
		_, err := openWindows(t.Context(), w, "D:", &Options{Wait: wait})
		require.ErrorIs(t, err, scsi.ErrLocked)
		assert.Equal(t, `the device is in use by "Nero"`, err.Error())
		assert.Equal(t, slept, w.slept)
	}
	// An empty drive has no volume that another program could lock.
	d.empty = true
	_, err := openWindows(t.Context(), w, "D:", &Options{Wait: -1})
	require.ErrorIs(t, err, scsi.ErrLocked)
	contains(t, err, "Nero")
	look := w.openOn("D:", &Options{Shared: true})
	assert.Equal(t, []Holder{{Name: "Nero", Locked: true}}, look.node.holders())
	assert.Equal(t, "Nero", look.node.holders()[0].String())
	require.NoError(t, look.Close())
	// It ends while we wait.
	w.onSleep = func() { _ = other.Close() }
	require.NoError(t, w.openOn("D:", nil).Close())
	assert.Empty(t, w.handles)
}

func TestWindowsLockCanceled(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	d.files = true
	ctx, cancel := context.WithCancel(t.Context())
	w.onSleep = cancel
	_, err := openWindows(ctx, w, "D:", &Options{})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, lockEvery, w.slept)
	assert.True(t, d.clean())
}

// A system that supports none of this (Wine, a vendor's driver) doesn't prevent a burn.
// Warnings name the missing parts.
func TestWindowsBestEffort(t *testing.T) {
	for _, code := range []winError{1, 50, 87, 31} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		for _, step := range []uint32{fsctlLockVolume, ioctlExclusiveAccess, ioctlMediaNotification, ioctlEjectionControl} {
			d.always[step] = code
		}
		dev := w.openOn("D:", nil)
		require.NoError(t, dev.Lock(t.Context(), "me", false))
		warnings := dev.Warnings()
		require.Len(t, warnings, 4, "%q", warnings)
		for i, word := range []string{"volume", "other programs can't be kept out", "new discs", "ejection"} {
			assert.Contains(t, warnings[i], word)
			assert.Contains(t, warnings[i], code.Error())
		}
		_, err := dev.Do(t.Context(), inquiry(36))
		require.NoError(t, err)
		require.NoError(t, dev.Unlock())
		require.NoError(t, dev.Lock(t.Context(), "me", false))
		assert.Equal(t, warnings, dev.Warnings(), "each once")
		require.NoError(t, dev.Close())
		assert.Empty(t, dev.Warnings())
	}
}

// Whichever step fails: at the end everything is released, and every handle is closed.
func TestWindowsEverythingIsReleased(t *testing.T) {
	codes := []uint32{openVolume, openDevice, fsctlLockVolume, fsctlDismountVolume, fsctlUnlockVolume, ioctlExclusiveAccess,
		ioctlMediaNotification, ioctlEjectionControl, ioctlQueryProperty}
	for _, step := range codes {
		for _, code := range []winError{1, 2, 5, 21, 22, 31, 32, 50, 87, 170, 433, 1117, 1167} {
			for nth := range 3 {
				for _, shared := range []bool{false, true} {
					w := newWindows(t)
					d := w.drive("D", simulated())
					d.errs[step] = slices.Concat(make([]error, nth), []error{code})
					n, err := openWindows(t.Context(), w, "D:", &Options{Shared: shared, Wait: -1})
					if err == nil {
						dev := &Device{node: n}
						if dev.Lock(t.Context(), "me", false) == nil {
							_ = dev.Unlock()
							if step != ioctlEjectionControl { // otherwise it may have been a step back
								assert.Empty(t, d.ejecting)
							}
						}
						require.NoError(t, dev.Close())
					}
					assert.Empty(t, w.handles, "%X %v %d", step, code, nth)
					assert.True(t, d.clean(), "%X %v %d", step, code, nth)
				}
			}
		}
	}
}

// A step back that fails doesn't prevent the others.
func TestWindowsGiveBackGoesOn(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	dev := w.openOn("D:", &Options{Shared: true})
	require.NoError(t, dev.Lock(t.Context(), "me", false))
	d.errs[ioctlMediaNotification] = []error{winError(31)}
	err := dev.Unlock()
	contains(t, err, "notification of new discs", "general failure (Windows error 31)")
	assert.Nil(t, d.owner)
	assert.Nil(t, d.locked)
}
