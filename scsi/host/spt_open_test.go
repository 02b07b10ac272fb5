package host

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

func TestWindowsNames(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	for path, want := range map[string]string{
		"D:": "D:", "d:": "D:", `D:\`: "D:", "d:/": "D:", `\\.\D:`: "D:", `\\?\d:`: "D:",
		"CdRom0": `\\.\CdRom0`, `\\.\cdrom0`: `\\.\CdRom0`, d.interfacePath(): d.interfacePath(),
	} {
		dev := w.openOn(path, nil)
		assert.Equal(t, want, dev.Path(), path)
		require.NoError(t, dev.Close())
	}
}

// A name that isn't an optical drive's isn't opened at all: C: would be a disk.
func TestWindowsOtherNames(t *testing.T) {
	w := newWindows(t)
	w.drive("D", simulated())
	w.disks = []string{"C", "Z"}
	for path, want := range map[string]error{
		"C:": ErrNotOptical, `z:\`: ErrNotOptical, `\\.\C:`: ErrNotOptical,
		"E:": fs.ErrNotExist, "": fs.ErrNotExist, "D": fs.ErrNotExist, `D:\file.wav`: fs.ErrNotExist, "/dev/sr0": fs.ErrNotExist,
		`\\.\PhysicalDrive0`: fs.ErrNotExist, "CdRom": fs.ErrNotExist, "CdRomX": fs.ErrNotExist, "CdRom7": fs.ErrNotExist,
		"CdRom99999": fs.ErrNotExist, `\\?\ide#disk#{53f56307-b6bf-11d0-94f2-00a0c91efb8b}`: fs.ErrNotExist, "::": fs.ErrNotExist,
	} {
		_, err := openWindows(t.Context(), w, path, &Options{})
		assert.ErrorIs(t, err, want, path)
	}
	assert.Empty(t, w.handles)
	assert.Empty(t, w.log)
}

func TestWindowsOpenErrors(t *testing.T) {
	for code, want := range map[winError]error{
		5: fs.ErrPermission, 2: fs.ErrNotExist, 3: fs.ErrNotExist, 15: fs.ErrNotExist, 20: fs.ErrNotExist, 1167: fs.ErrNotExist, 1: winError(1),
	} {
		w := newWindows(t)
		d := w.drive("D", simulated())
		d.always[openVolume], d.always[openDevice] = code, code
		_, err := openWindows(t.Context(), w, "D:", &Options{})
		require.ErrorIs(t, err, want)
		require.ErrorIs(t, err, code)
		if code != 5 {
			assert.Zero(t, w.slept)
			continue
		}
		// A locked volume looks the same: waiting may help.
		assert.Equal(t, defaultWait, w.slept)
		require.NotErrorIs(t, err, scsi.ErrLocked)
		contains(t, err, "as administrator", "end other burning programs", "log on at the computer",
			`"Devices: Restrict CD-ROM access to locally logged-on user only"`, `"Removable Storage Access"`)
	}
	// The cause, where Windows reports only "access denied" but has more information.
	w := newWindows(t)
	d := w.drive("D", simulated())
	dev := w.openOn("D:", &Options{Shared: true})
	imapi := w.openOn("D:", &Options{Client: "Windows Media Player"})
	_, err := dev.Do(t.Context(), testUnitReady())
	transportError(t, err, scsi.SentNo, scsi.ErrLocked)
	contains(t, err, "Windows Media Player")
	owner, err := dev.Owner()
	require.NoError(t, err)
	assert.Equal(t, "Windows Media Player", owner)
	require.NoError(t, imapi.Close())
	owner, err = dev.Owner()
	require.NoError(t, err)
	assert.Empty(t, owner)
	assert.True(t, d.clean())
}

// Another program's share mode that lasts a moment, and one that stays.
func TestWindowsSharing(t *testing.T) {
	w := newWindows(t)
	d := w.drive("D", simulated())
	for _, handle := range []uint32{openVolume, openDevice} {
		d.errs[handle] = []error{winError(32), winError(32)}
		w.slept = 0
		require.NoError(t, w.openOn("D:", nil).Close())
		assert.Equal(t, 500*time.Millisecond, w.slept)
		d.always[handle] = winError(32)
		for wait, slept := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Second: time.Second, -1: 0} {
			w.slept = 0
			_, err := openWindows(t.Context(), w, "D:", &Options{Wait: wait})
			require.ErrorIs(t, err, scsi.ErrLocked)
			assert.Equal(t, slept, w.slept)
		}
		delete(d.always, handle)
	}
	d.always[openDevice] = winError(32)
	ctx, cancel := context.WithCancel(t.Context())
	w.onSleep = cancel
	_, err := openWindows(ctx, w, "D:", &Options{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = openWindows(ctx, w, "D:", &Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// Drives with letters, without letters, and with an unknown class; empty ones too.
func TestWindowsList(t *testing.T) {
	w := newWindows(t)
	w.drive("", simulated())
	w.drive("E", simulated()).descriptor = descriptorOf("", "HL-DT-ST BD-RE  ", "1.03", "")
	w.drive("D", simulated()).empty = true
	asus := Info{Vendor: "ASUS", Model: "DRW-24F1ST   a", Revision: "1.00", WWID: "0123"}
	path := func(n int) string { return w.devices[n].interfacePath() }
	d, e, none := asus, Info{Model: "HL-DT-ST BD-RE", Revision: "1.03"}, asus
	d.Path, d.Generic, d.ID, d.Links = "D:", `\\.\CdRom2`, path(2), []string{path(2)}
	e.Path, e.Generic, e.ID, e.Links = "E:", `\\.\CdRom1`, path(1), []string{path(1)}
	none.Path, none.ID, none.Links = `\\.\CdRom0`, path(0), []string{path(0)}
	assert.Equal(t, []Info{d, e, none}, listWindows(w))
	for _, d := range w.devices {
		assert.Nil(t, d.last, "no drive received a command")
	}
	assert.Empty(t, w.handles)

	// Without the class only letters are left, and a drive that doesn't identify itself is
	// listed.
	w.noClass = true
	w.devices[2].kind = 7 // as Wine reports it
	w.devices[2].descriptor = nil
	e.ID, e.Links = "", nil
	assert.Equal(t, []Info{{Path: "D:"}, e}, listWindows(w))
	assert.Empty(t, listWindows(newWindows(t)))
}

func TestWindowsDescriptor(t *testing.T) {
	whole := descriptorOf("V", "M", "R", "S")
	for n := range len(whole) {
		for field := 12; field < 28; field += 4 {
			assert.LessOrEqual(t, len(textAt(whole[:n], field)), 1)
		}
	}
	wild := descriptorOf("V")
	wild[15] = 0xFF // an offset past the end
	assert.Empty(t, textAt(wild, 12))
}
