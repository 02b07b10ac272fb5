package host

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// other is another program that opens the drive's volume and locks it.
func (w *fakeWindows) other(d *winDevice) (unlock func()) {
	w.t.Helper()
	handle, err := w.open(`\\.\`+d.letter+":", accessReadWrite)
	require.NoError(w.t, err)
	_, err = w.control(handle, 0x90018, nil, nil)
	require.NoError(w.t, err)
	return func() { require.NoError(w.t, w.close(handle)) }
}

// Whatever name opened the drive, each request goes to the handle that can carry it
// out.
func TestWindowsHandles(t *testing.T) {
	for _, name := range []string{"D:", `\\.\CdRom1`, "interface"} {
		w := newWindows(t)
		w.drive("E", simulated())
		d := w.drive("D", simulated())
		if name == "interface" {
			name = d.interfacePath()
		}
		dev := w.openOn(name, &Options{Shared: true})
		w.log = nil
		require.NoError(t, dev.Lock(t.Context(), "me", false))
		assert.Equal(t, append(append([]string(nil), taken...), "device: ejection 1"), w.log, name)
		assert.Empty(t, dev.Warnings())
		_, err := dev.Do(t.Context(), inquiry(36))
		require.NoError(t, err, "commands go through the handle that has exclusive access")
		assert.Zero(t, d.polls, "and the driver sends none itself")
		w.log = nil
		require.NoError(t, dev.Unlock())
		assert.Equal(t, append([]string{"device: ejection 0"}, given...), w.log, name)
		require.NoError(t, dev.Close())
		assert.True(t, d.clean())
		assert.False(t, d.mounted, "dismounted when the handle was closed")
	}
}

// Without a handle of the device a burn isn't exclusive, and a single warning says so:
// Wine lists no interfaces, and an interface can have its own rights.
func TestWindowsVolumeOnly(t *testing.T) {
	for name, set := range map[string]func(w *fakeWindows, d *winDevice){
		"no interfaces":      func(w *fakeWindows, _ *winDevice) { w.noClass = true },
		"no number (Wine)":   func(_ *fakeWindows, d *winDevice) { d.kind = 7 },
		"interface refused":  func(_ *fakeWindows, d *winDevice) { d.always[openDevice] = winError(5) },
		"interface is stale": func(_ *fakeWindows, d *winDevice) { d.always[openDevice] = winError(2) },
	} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		set(w, d)
		dev := w.openOn("D:", nil)
		require.Equal(t, []string{viaVolumeOnly}, dev.Warnings(), name)
		require.NoError(t, dev.Lock(t.Context(), "me", false))
		_, err := dev.Do(t.Context(), inquiry(36))
		require.NoError(t, err)
		assert.NotNil(t, d.locked)
		require.NoError(t, dev.Unlock())
		assert.Equal(t, []string{viaVolumeOnly}, dev.Warnings(), name)
		require.NoError(t, dev.Close())
		log := strings.Join(w.log, ",")
		for _, word := range []string{"exclusive 1", "exclusive 2", "notification", "ejection"} {
			assert.NotContains(t, log, word, "a volume's handle must not get exclusive access: %s", name)
		}
		assert.True(t, d.clean())
		assert.Empty(t, w.handles)
	}
}

// A device whose number Windows doesn't report has no volume that could be found.
func TestWindowsInterfaceOnly(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	d.kind = 7
	dev := w.openOn(d.interfacePath(), nil)
	assert.Equal(t, "player", d.ownerName)
	require.Len(t, dev.Warnings(), 1)
	assert.Contains(t, dev.Warnings()[0], "the volume of the disc can't be locked")
	require.NoError(t, dev.Close())
	// Mounted by a program, and impossible to dismount.
	d.mounted = true
	_, err := openWindows(t.Context(), w, d.interfacePath(), &Options{Wait: -1})
	require.ErrorIs(t, err, scsi.ErrLocked)
	require.Error(t, unmountWindows(t.Context(), w, d.interfacePath()))
	assert.Empty(t, w.handles)
}

// Another program has locked the volume, but not the drive: Windows denies access, as
// for a user without rights. It often lasts a moment.
func TestWindowsVolumeLocked(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	unlock := w.other(d)
	w.openOn("D:", &Options{Look: true})
	assert.Zero(t, w.slept, "a look doesn't use the volume")
	_, err := openWindows(t.Context(), w, "D:", &Options{Wait: time.Second})
	require.ErrorIs(t, err, scsi.ErrLocked)
	require.ErrorIs(t, err, fs.ErrPermission, "or so it seems")
	contains(t, err, "another program has exclusive access", "Removable Storage Access")
	assert.Equal(t, time.Second, w.slept)
	require.ErrorIs(t, unmountWindows(t.Context(), w, "D:"), scsi.ErrLocked)

	rounds := 0
	w.onSleep = func() {
		if rounds++; rounds == 3 {
			unlock()
		}
	}
	w.openOn("D:", nil)
	assert.Equal(t, time.Second+3*lockEvery, w.slept)
	assert.Equal(t, "player", d.ownerName)
}

// The same if the volume's handle is the only one: the owner's name can't be read.
func TestWindowsVolumeOnlyLocked(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	w.noClass = true
	unlock := w.other(d)
	_, err := openWindows(t.Context(), w, "D:", &Options{Look: true, Wait: -1})
	require.ErrorIs(t, err, fs.ErrPermission)
	w.onSleep = unlock
	w.openOn("D:", nil)
	assert.Equal(t, lockEvery, w.slept)
}

// A burning program has locked volume and drive. A program that wants to look gets the
// owner's name too, after the wait; one that only asks for the name doesn't wait.
func TestWindowsBurnElsewhere(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	burner := w.openOn("D:", &Options{Client: "Nero"})
	for _, opts := range []Options{{}, {Look: true}} {
		w.slept = 0
		_, err := openWindows(t.Context(), w, "D:", &opts)
		require.ErrorIs(t, err, scsi.ErrLocked)
		assert.EqualError(t, err, `the device is in use by "Nero"`)
		assert.Equal(t, defaultWait, w.slept)
	}
	require.ErrorIs(t, unmountWindows(t.Context(), w, "D:"), scsi.ErrLocked)
	w.slept = 0
	look := w.openOn("D:", &Options{Shared: true})
	owner, err := look.Owner()
	require.NoError(t, err)
	assert.Equal(t, "Nero", owner)
	assert.Zero(t, w.slept)

	w.onSleep = func() { _ = burner.Close() }
	require.NoError(t, w.openOn("D:", &Options{Look: true}).Close(), "it ends while we wait")
	assert.Equal(t, lockEvery, w.slept)
	w.onSleep = nil

	// It locks the drive between the query and the lock of the volume.
	d.errs[ioctlExclusiveAccess] = []error{nil, winError(5)}
	err = look.Lock(t.Context(), "me", false)
	require.NoError(t, err, "it released the drive immediately")
	require.NoError(t, look.Unlock())
	assert.True(t, d.clean())
}

// A burn that ejects and loads the disc before it verifies: the locked volume is gone
// with the old disc. Commands are not affected, and the release doesn't fail.
func TestWindowsReload(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	dev := w.openOn("D:", &Options{Shared: true})
	require.NoError(t, dev.Lock(t.Context(), "me", false))
	d.change()
	for range 2 {
		_, err := dev.Do(t.Context(), inquiry(36))
		require.NoError(t, err)
	}
	require.NoError(t, dev.Unlock())
	assert.True(t, d.clean())
	assert.Equal(t, 1, len(w.handles))
	require.NoError(t, dev.Lock(t.Context(), "me", false), "the new disc's volume")
	assert.NotNil(t, d.locked)
}

// On the handle of a volume a harmless command is sent again through a new handle, which
// locks the new volume. Nothing else is repeated.
func TestWindowsReloadVolumeOnly(t *testing.T) {
	for _, code := range []winError{6, 1110} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		w.noClass = true
		dev := w.openOn("D:", nil)
		d.change()
		write := &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 2352), Name: "WRITE(10)"}
		d.errs[ioctlPassThroughDirect] = []error{code, code}
		d.last = nil
		_, err := dev.Do(t.Context(), write)
		require.ErrorIs(t, err, code)
		_, err = dev.Do(t.Context(), &scsi.Request{CDB: [16]byte{0x5B, 2: 2}, CDBLen: 10, Name: "CLOSE TRACK SESSION"})
		require.ErrorIs(t, err, code)
		assert.Nil(t, d.last, "the drive received nothing")
		assert.Nil(t, d.locked)

		d.errs[ioctlPassThroughDirect] = []error{code}
		res, err := dev.Do(t.Context(), inquiry(36))
		require.NoError(t, err)
		assert.Equal(t, 36, res.N)
		assert.NotNil(t, d.locked, "the volume of the new disc")
		assert.Len(t, w.handles, 1)
		require.NoError(t, dev.Close())
		assert.True(t, d.clean())
		assert.Empty(t, w.handles)
	}
	// The lock of a volume that is gone need not be released.
	w := newWindows(t)
	d := w.drive("D", simulated())
	w.noClass = true
	dev := w.openOn("D:", &Options{Shared: true})
	require.NoError(t, dev.Lock(t.Context(), "me", false))
	d.change()
	require.NoError(t, dev.Unlock())
	require.NoError(t, dev.Lock(t.Context(), "me", false), "the new one's")
	assert.NotNil(t, d.locked)
	// A drive that is unplugged stays unplugged.
	d.change()
	d.always[openVolume] = winError(2)
	_, err := dev.Do(t.Context(), inquiry(36))
	require.ErrorIs(t, err, winError(1110))
}

// Error 6 of an exclusive lock means that the driver never saw the handle: a bug in
// this package, not a missing function of the driver. It stops the burn.
func TestWindowsWrongHandle(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	d.always[ioctlExclusiveAccess] = winError(6)
	_, err := openWindows(t.Context(), w, "D:", &Options{})
	require.ErrorIs(t, err, winError(6))
	require.NotErrorIs(t, err, scsi.ErrLocked)
	contains(t, err, "bug in redbook")
	assert.Zero(t, w.slept)
	assert.True(t, d.clean())
	assert.Empty(t, w.handles)
}

// A killed program leaves nothing locked: Windows closes its handles, in any order.
func TestWindowsKilled(t *testing.T) {
	for _, first := range []route{toVolume, toDevice} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		n, err := openWindows(t.Context(), w, "D:", &Options{})
		require.NoError(t, err)
		require.NoError(t, (&Device{node: n}).Lock(t.Context(), "me", false))
		require.Len(t, w.handles, 2)
		for range 2 {
			for handle, h := range w.handles {
				if h.route == first || len(w.handles) == 1 {
					require.NoError(t, w.close(handle))
				}
			}
		}
		assert.True(t, d.clean())
		assert.False(t, d.mounted)
	}
}

// A drive is unplugged during use: nothing is left to release, and every handle is
// closed.
func TestWindowsUnplugged(t *testing.T) {
	for _, volumeOnly := range []bool{false, true} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		w.noClass = volumeOnly
		dev := w.openOn("D:", &Options{Shared: true})
		require.NoError(t, dev.Lock(t.Context(), "me", false))
		for _, code := range []uint32{ioctlPassThroughDirect, ioctlExclusiveAccess, ioctlMediaNotification, ioctlEjectionControl, fsctlUnlockVolume} {
			d.always[code] = winError(1617)
		}
		_, err := dev.Do(t.Context(), testUnitReady())
		transportError(t, err, scsi.SentUnknown, fs.ErrNotExist)
		require.NoError(t, dev.Unlock())
		require.NoError(t, dev.Close())
		assert.Empty(t, w.handles)
	}
}

// The limits of a drive that another program had locked at first.
func TestWindowsLimitsAfterWait(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	other := w.openOn("D:", nil)
	d.adapter, d.capabilities = nil, capabilitiesOf(0x8000, 17, 1)
	w.onSleep = func() { _ = other.Close() }
	assert.Equal(t, scsi.Limits{MaxTransfer: 0x8000, Alignment: 2}, w.openOn("D:", nil).Limits())
}

// A program that has locked the drive but not the volume: its disc isn't dismounted.
func TestWindowsOwnerWithoutVolume(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	handle, err := w.open(d.interfacePath(), accessReadWrite)
	require.NoError(t, err)
	_, err = w.control(handle, 0x2C05C, lockRequest(ignoreVolume, "Nero"), nil)
	require.NoError(t, err)
	d.files = true
	for _, err := range []error{
		unmountWindows(t.Context(), w, "D:"),
		w.openOn("D:", &Options{Shared: true, Wait: -1}).Lock(t.Context(), "me", true),
	} {
		require.ErrorIs(t, err, scsi.ErrLocked)
		contains(t, err, "Nero")
		assert.True(t, d.files, "not dismounted")
	}
	assert.NotContains(t, w.log, "volume: dismount")
	require.NoError(t, w.close(handle))
}

// A program locks drive and volume just after the drive was asked for its owner.
func TestWindowsTakenMeanwhile(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	w.openOn("D:", &Options{Client: "Nero"})
	d.errs[ioctlExclusiveAccess] = []error{winError(50)} // to us the drive looks free
	_, err := openWindows(t.Context(), w, "D:", &Options{Wait: -1})
	require.ErrorIs(t, err, scsi.ErrLocked)
	require.NotErrorIs(t, err, fs.ErrPermission)
	contains(t, err, "Nero")
	assert.Equal(t, "Nero", d.ownerName)
}

// The device's handle stays the one for commands, whatever a command ends in: another
// one would lack exclusive access.
func TestWindowsDeviceHandleStays(t *testing.T) {
	for i, code := range []winError{6, 1110, 6, 1110} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		dev := w.openOn("D:", &Options{Shared: i < 2})
		d.errs[ioctlPassThroughDirect] = []error{code}
		_, err := dev.Do(t.Context(), inquiry(36))
		require.ErrorIs(t, err, code)
		_, err = dev.Do(t.Context(), inquiry(36))
		require.NoError(t, err)
		assert.Equal(t, toDevice, w.handles[dev.node.(*sptNode).handle].route)
	}
}
