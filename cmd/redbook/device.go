package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// simPrefix begins the name of a simulated drive: sim:FILE is one with the disc of
// FILE in it, sim: alone is one with nothing in it.
const simPrefix = redbook.SimPrefix

// device is a drive that was opened for a command.
type device struct {
	opened *redbook.Drive

	name      string // as --device has it
	drive     *mmc.Drive
	simulated bool
	created   bool      // the disc file is new
	disc      *sim.Disc // of a simulated drive; nil if there is none in it
	refused   bool      // nothing was done with the disc: a file that was made for it goes again
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
	d, err := opening{a, mode}.open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, d.close())
		if d.created && d.refused {
			err = errors.Join(err, os.Remove(strings.TrimPrefix(d.name, simPrefix)))
		}
	}()
	return do(ctx, d)
}

// opening is how a command gets its drive.
type opening struct {
	*app
	mode openMode
}

// opener opens drives as the flags say.
func (a opening) opener() *redbook.Opener {
	return &redbook.Opener{
		Look: a.mode&justLook != 0, Create: a.mode&makeMissing != 0, Unmount: a.flags.unmount,
		System: a.hooks.host, OnNotice: a.notice,
	}
}

// open finds the drive that --device names, or the only one there is.
func (a opening) open(ctx context.Context) (*device, error) {
	o := a.opener()
	name := a.flags.device
	if name == "" {
		var err error
		if name, err = a.onlyDrive(ctx); err != nil {
			return nil, err
		}
	}
	d := &device{name: name}
	if err := a.simulate(o, name); err != nil {
		return nil, err
	}
	log, err := a.openTrace(d)
	if err != nil {
		return nil, err
	}
	if a.mode&justLook == 0 {
		if err := a.holdDrive(d); err != nil {
			return nil, errors.Join(err, d.close())
		}
	}
	o.Wrap = func(t scsi.Transport) scsi.Transport { return a.hooks.decorate(t, log) }
	if d.opened, err = o.Open(ctx, name); err != nil {
		return nil, errors.Join(a.failure(name, err), d.close())
	}
	d.closers = append(d.closers, d.opened.Close)
	d.drive, d.simulated = d.opened.MMC(), d.opened.Simulated()
	d.created, d.disc = d.opened.Created(), d.opened.SimDisc()
	return d, nil
}

// simulate takes over the flags that are for simulated drives.
func (a opening) simulate(o *redbook.Opener, name string) (err error) {
	if strings.HasPrefix(name, simPrefix) {
		o.Sim, err = a.flags.simConfig()
		return err
	}
	if a.flags.personality != "" || a.flags.realtime {
		return usage("--personality and --realtime work only with simulated drives (sim:FILE), not with %s", name)
	}
	return nil
}

// decorate puts around the device what tests and --trace ask for.
func (h *hooks) decorate(t scsi.Transport, log *slog.Logger) scsi.Transport {
	if h.transport != nil {
		t = h.transport(t)
	}
	if log != nil {
		t = scsi.NewTrace(t, log)
	}
	return t
}

// simConfig is the simulated drive that the flags ask for.
func (g *globals) simConfig() (config sim.Config, err error) {
	if g.personality != "" {
		if config.Personality, err = sim.PersonalityByName(g.personality); err != nil {
			return config, fail(exitUsage, "To list them: redbook sim personalities",
				"--personality %q: no such simulated drive", g.personality)
		}
	}
	if g.realtime {
		config.Clock = sim.ClockReal
	}
	return config, nil
}

// discFileError says what is wrong with the file of a simulated disc.
func discFileError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isFolder(filepath.Dir(path)):
		return fail(exitNoDrive, "Make the folder first, or name another one.", "%s: there is no folder %s for the simulated disc", path, filepath.Dir(path))
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitNoDrive, "To make a blank one: redbook sim new "+quote(path),
			"no such simulated disc: %s", path)
	case errors.Is(err, sim.ErrNotDisc):
		return fail(exitNoDrive, "Name the file of a simulated disc, or make one: redbook sim new FILE",
			"%w", err)
	case diskFull(err):
		return fail(exitFailed, "", "%w", err)
	}
	return fail(exitNoDrive, "", "%w", err)
}

// isFolder reports whether path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// failure says why a device isn't one that can be used.
func (a opening) failure(name string, err error) error {
	e, ok := errors.AsType[*redbook.OpenError](err)
	if !ok {
		return fail(exitNoDrive, "", "%w", err)
	}
	switch err := e.Err; {
	case e.Step == redbook.OpenDisc:
		return discFileError(strings.TrimPrefix(name, simPrefix), err)
	case e.Step == redbook.OpenDevice:
		return hostError(name, err)
	case errors.Is(err, mmc.ErrNotMMC):
		return fail(exitNoDrive, "To list the drives: redbook drives", "%s is not a CD drive: %w", name, err)
	case errors.Is(err, context.Canceled):
		return fail(exitCancelled, "", "canceled before anything was done")
	default:
		return fail(exitNoDrive, a.adviceFor(burn.Wrap(burn.PhasePlan, 0, 0, err)), "%s: %w", name, err)
	}
}

// close gives back whatever was opened, the last first.
func (d *device) close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i]())
	}
	d.closers = nil
	return errors.Join(errs...)
}

// deviceFlag is how the device is named on a command line, for advice: with a leading
// blank, empty for the only drive there is.
func (a *app) deviceFlag() string {
	if a.flags.device == "" || a.flags.device == a.deviceSet {
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
