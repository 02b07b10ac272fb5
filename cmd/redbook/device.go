package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// simPrefix begins the name of a simulated drive: sim:FILE is one with the disc of
// FILE in it, sim: alone is one with nothing in it.
const simPrefix = "sim:"

// device is a drive that was opened for a command.
type device struct {
	name      string // as --device has it
	drive     *mmc.Drive
	simulated bool
	created   bool      // the disc file is new
	disc      *sim.Disc // of a simulated drive; nil if there is none in it
	changed   bool      // what is on the disc, and the disc stays in
	closers   []func() error
}

// openMode says what a command wants of a device.
type openMode int

const (
	mustExist   openMode = 0
	makeMissing openMode = 1 // a disc file that isn't there becomes a blank 80-minute CD-R, as burn does
	justLook    openMode = 2 // reading is all: a mounted disc may stay mounted
)

// withDevice opens the drive, runs do with it and gives everything back. What goes
// wrong while closing joins the error of do: a disc file that could not be written
// is a failed burn.
func (a *app) withDevice(ctx context.Context, mode openMode, do func(ctx context.Context, d *device) error) (err error) {
	d, err := a.openDevice(ctx, mode)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, d.close())
		a.rescan(ctx, d)
	}()
	return do(ctx, d)
}

// openDevice finds the drive that --device names, or the only one there is.
func (a *app) openDevice(ctx context.Context, mode openMode) (*device, error) {
	name := a.flags.device
	if name == "" {
		var err error
		if name, err = a.onlyDrive(); err != nil {
			return nil, err
		}
	}
	d := &device{name: name}
	log, err := a.openTrace(d)
	if err != nil {
		return nil, err
	}
	t, err := a.openTransport(ctx, d, mode)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.closers = append(d.closers, t.Close)
	if d.drive, err = mmc.Open(ctx, a.decorate(t, log)); err != nil {
		return nil, errors.Join(a.openError(name, err), d.close())
	}
	return d, nil
}

// openTransport opens what a name stands for. It is the one place that tells the
// kinds of names apart.
func (a *app) openTransport(ctx context.Context, d *device, mode openMode) (scsi.Transport, error) {
	if path, ok := strings.CutPrefix(d.name, simPrefix); ok {
		return a.openSim(d, path, mode)
	}
	if a.flags.personality != "" || a.flags.realtime {
		return nil, usage("--personality and --realtime are for simulated drives (sim:FILE), and %s isn't one", d.name)
	}
	return a.openHost(ctx, d.name, mode)
}

// decorate puts around the device what tests and --trace ask for.
func (a *app) decorate(t scsi.Transport, log *slog.Logger) scsi.Transport {
	if a.hooks.transport != nil {
		t = a.hooks.transport(t)
	}
	if log != nil {
		t = scsi.NewTrace(t, log)
	}
	return t
}

// simConfig is the simulated drive that the flags ask for.
func (a *app) simConfig() (config sim.Config, err error) {
	if a.flags.personality != "" {
		if config.Personality, err = sim.PersonalityByName(a.flags.personality); err != nil {
			return config, fail(exitUsage, "redbook sim personalities lists them.",
				"--personality: there is no simulated drive %q", a.flags.personality)
		}
	}
	if a.flags.realtime {
		config.Clock = sim.ClockReal
	}
	return config, nil
}

// openSim puts the disc of a file into a simulated drive.
func (a *app) openSim(d *device, path string, mode openMode) (scsi.Transport, error) {
	config, err := a.simConfig()
	if err != nil {
		return nil, err
	}
	d.simulated = true
	// Where tray and lock end with the process, an empty drive is the only way to
	// see what a command does without a disc.
	if path == "" {
		return sim.New(config), nil
	}
	disc, err := sim.OpenDisc(path)
	if errors.Is(err, fs.ErrNotExist) && mode&makeMissing != 0 {
		disc, err = sim.CreateDisc(path, sim.CDR80)
		d.created = err == nil
	}
	if err != nil {
		return nil, discFileError(path, err)
	}
	d.disc = disc
	config.Disc = disc
	drive := sim.New(config)
	// Closers run in reverse: a disc can be closed only when it is in no drive.
	d.closers = append(d.closers, disc.Close, func() error { drive.Eject(); return nil })
	if d.created {
		a.note("%s is new: a blank 80-minute CD-R, simulated.", path)
	}
	return drive, nil
}

// discFileError says what is wrong with the file of a simulated disc.
func discFileError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isFolder(filepath.Dir(path)):
		return fail(exitNoDrive, "", "there is no folder %s for a simulated disc", filepath.Dir(path))
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitNoDrive, "To make a blank one: redbook sim new "+quote(path),
			"there is no simulated disc %s", path)
	case errors.Is(err, sim.ErrNotDisc):
		return fail(exitNoDrive, "Take the name of a simulated disc, or a new one: redbook sim new NAME",
			"%w", err)
	}
	return fail(exitNoDrive, "", "%w", err)
}

// isFolder reports whether path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// openError says why a device isn't one that can be used.
func (a *app) openError(name string, err error) error {
	if errors.Is(err, mmc.ErrNotMMC) {
		return fail(exitNoDrive, "redbook drives lists the drives there are.", "%s is not a CD drive: %w", name, err)
	}
	if errors.Is(err, context.Canceled) {
		return fail(exitCancelled, "", "cancelled before anything was done")
	}
	return fail(exitNoDrive, a.adviceFor(burn.Wrap(burn.PhasePlan, 0, 0, err)), "%s: %w", name, err)
}

// close gives back whatever was opened, the last first.
func (d *device) close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i]())
	}
	d.closers = nil
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing %s: %w", d.name, err)
	}
	return nil
}

// deviceFlag is how the device is named on a command line, for advice: with a leading
// blank, empty for the only drive there is.
func (a *app) deviceFlag() string {
	if a.flags.device == "" || a.flags.device == a.env("REDBOOK_DEVICE") {
		return ""
	}
	return " --device " + quote(a.flags.device)
}

// quote makes a word safe to paste into a shell.
func quote(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n'\"\\$&|;<>()*?[]`!#~") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
