package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/sim"
)

func TestOnlyDrive(t *testing.T) {
	one := host.Info{Path: "/dev/sr0", Vendor: "PIONEER", Model: "DVD-RW DVR-111"}
	two := host.Info{Path: "/dev/sr1", Vendor: "PLEXTOR", Model: "CD-R PX-W1210A"}
	only := func(err error, drives ...host.Info) (string, error) {
		h := &hostSystem{List: func(context.Context) ([]host.Info, error) { return drives, err }}
		return opening{access: &access{flags: &globals{}, hooks: &hooks{host: h}}}.onlyDrive(t.Context())
	}
	name, err := only(nil, one)
	require.NoError(t, err)
	assert.Equal(t, "/dev/sr0", name)

	_, err = only(nil, one, two)
	code, next := verdict(err)
	assert.Equal(t, exitNoDrive, code)
	assert.Equal(t, "--device /dev/sr0   PIONEER DVD-RW DVR-111\n--device /dev/sr1   PLEXTOR CD-R PX-W1210A", next)

	for _, none := range []error{nil, errors.ErrUnsupported, errors.New("no sysfs")} {
		_, err = only(none)
		code, next = verdict(err)
		assert.Equal(t, exitNoDrive, code)
		assert.Contains(t, next, "--device sim:")
	}
}

// warned is a drive without complete exclusive access.
type warned struct{ scsi.Transport }

// Unwrap exposes the clock of the simulated drive: otherwise waits would use the
// computer's.
func (w warned) Unwrap() scsi.Transport { return w.Transport }

func (warned) Warnings() []string { return []string{"other programs can't be kept out"} }

// openAs opens a drive by its name.
func openAs(t *testing.T, a *app, name string, mode openMode) (*device, error) {
	a.flags.device = name
	return opening{access: a.drives, mode: mode}.open(t.Context())
}

// Missing parts of exclusive access are reported to users who write, not to those who only
// look; and a drive whose name the system doesn't know is asked for it.
func TestOpenHostWarns(t *testing.T) {
	var errs strings.Builder
	var asked []host.Options
	h := &hostSystem{Open: func(_ context.Context, _ string, opts *host.Options) (scsi.Transport, error) {
		asked = append(asked, *opts)
		return warned{sim.New(sim.Config{})}, nil
	}}
	a := (&app{err: &errs, hooks: hooks{host: h}}).connect()
	_, err := openAs(t, a, "D:", mustExist)
	require.NoError(t, err)
	assert.Equal(t, "Warning: other programs can't be kept out\n", errs.String())
	errs.Reset()
	_, err = openAs(t, a, "D:", justLook)
	require.NoError(t, err)
	assert.Empty(t, errs.String())

	h.List = func(context.Context) ([]host.Info, error) { return []host.Info{{Path: "D:"}}, nil }
	found, err := a.drives.look().opener().Drives(t.Context())
	require.NoError(t, err)
	d := hostDriveOf(&found[0])
	assert.Equal(t, hostDrive{Path: "D:", Vendor: "REDBOOK", Model: "SIMULATED CD-RW", Revision: "1.00", Medium: "no disc"}, d)
	assert.Empty(t, errs.String())
	for i, opts := range asked {
		assert.Equal(t, "redbook", opts.Client)
		assert.False(t, opts.Shared)
		assert.Equal(t, i == 1 && runtime.GOOS == "windows" || i == 2, opts.Look)
	}
}

// hostDevice is a drive on Linux, with the properties set by a test.
type hostDevice struct {
	scsi.Transport
	path, requested string
	readers         []host.Holder
	closed          bool
}

func (d *hostDevice) Unwrap() scsi.Transport { return d.Transport }
func (d *hostDevice) Path() string           { return d.path }
func (d *hostDevice) Requested() string      { return d.requested }
func (d *hostDevice) Holders() []host.Holder { return d.readers }
func (d *hostDevice) Close() error           { d.closed = true; return nil }

// After a burn the desktop is made to examine a disc that is still in the drive, once the
// drive is free again.
func TestRescan(t *testing.T) {
	wav := filepath.Join(t.TempDir(), "a.wav")
	require.NoError(t, writeTestWAV(wav, 5*44100, false))
	drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDRW80)})
	for _, tt := range []struct {
		args      string
		code      int
		rescanned bool
	}{
		{"burn --yes --test-write " + wav, exitDone, false},
		{"burn --yes --no-close " + wav, exitDone, true},
		{"info", exitDone, false},
		{"close", exitDone, true},
		{"verify " + wav, exitDone, false},
		{"burn --yes " + wav, exitNoDisc, false}, // refused before any command is sent
		{"blank --yes", exitDone, true},
		{"burn --yes --eject " + wav, exitDone, false},
		{"load", exitDone, false},
		{"blank --yes --eject", exitDone, false},
	} {
		var d *hostDevice
		var rescanned []string
		var errs strings.Builder
		a := &app{out: &errs, err: &errs, env: func(string) string { return "" }, hooks: hooks{host: &hostSystem{
			Open: func(context.Context, string, *host.Options) (scsi.Transport, error) {
				d = &hostDevice{Transport: drive, path: "/dev/sr0", requested: "/dev/sr0"}
				return d, nil
			},
			Rescan: func(ctx context.Context, path string) error {
				assert.True(t, d.closed, "the system ignores a locked drive")
				_, limited := ctx.Deadline()
				assert.True(t, limited)
				rescanned = append(rescanned, path)
				return errors.ErrUnsupported // which is not reported
			},
		}}}
		assert.Equal(t, tt.code, a.run(append(strings.Fields(tt.args), "--device", "/dev/sr0")), "%s: %s", tt.args, &errs)
		assert.Equal(t, tt.rescanned, len(rescanned) == 1, tt.args)
		assert.NotContains(t, errs.String(), "desktop")
	}
}

// Other programs that have the drive open are named before the question.
func TestWarnOfReaders(t *testing.T) {
	wav := filepath.Join(t.TempDir(), "a.wav")
	require.NoError(t, writeTestWAV(wav, 5*44100, false))
	for args, warned := range map[string]bool{"burn --yes " + wav: true, "blank --yes": true, "close": true, "info": false} {
		var errs strings.Builder
		d := &hostDevice{
			Transport: sim.New(sim.Config{Disc: sim.NewDisc(sim.CDRW80)}), path: "/dev/sr0", requested: "/dev/sg1",
			readers: []host.Holder{{PID: 4711, Name: "gvfsd-cdda"}, {PID: 12, Name: "vlc"}},
		}
		a := &app{out: &errs, err: &errs, env: func(string) string { return "" }, hooks: hooks{host: &hostSystem{
			Open: func(context.Context, string, *host.Options) (scsi.Transport, error) { return d, nil },
		}}}
		a.run(append(strings.Fields(args), "--device", "/dev/sg1"))
		assert.Contains(t, errs.String(), "/dev/sg1 is the same drive as /dev/sr0")
		assert.Equal(t, warned, strings.Contains(errs.String(), "Warning: /dev/sg1 is also open in gvfsd-cdda (process 4711), vlc (process 12):"), errs.String())
	}
}

// A disc that the system doesn't release, without showing where it is mounted.
func TestOpenHostUnmounts(t *testing.T) {
	for _, mounts := range [][]string{nil, {"/Volumes/Audio CD"}} {
		var errs strings.Builder
		busy := true
		h := &hostSystem{
			Open: func(context.Context, string, *host.Options) (scsi.Transport, error) {
				if busy {
					return nil, fmt.Errorf("open: %w", &host.MountedError{Path: "disk4", Mounts: mounts})
				}
				return sim.New(sim.Config{}), nil
			},
			Unmount: func(context.Context, string) error { busy = false; return nil },
		}
		a := (&app{err: &errs, hooks: hooks{host: h}}).connect()
		_, err := openAs(t, a, "disk4", mustExist)
		code, _ := verdict(err)
		assert.Equal(t, exitNoDrive, code)
		a.flags.unmount = true
		_, err = openAs(t, a, "disk4", mustExist)
		require.NoError(t, err)
		want := "The disc in disk4 is unmounted."
		if mounts != nil {
			want = "The disc at /Volumes/Audio CD is unmounted."
		}
		assert.Contains(t, errs.String(), want)
	}
}

// Without a backend the message blames the build.
func TestRealHost(t *testing.T) {
	a := (&app{}).connect()
	_, err := openAs(t, a, "/dev/redbook-none", mustExist)
	code, _ := verdict(err)
	assert.Equal(t, exitNoDrive, code)
	if errors.Is(err, errors.ErrUnsupported) {
		assert.ErrorContains(t, err, "this build reaches only simulated drives")
	} else {
		assert.ErrorContains(t, err, "no such drive")
	}
}
