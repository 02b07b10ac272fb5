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
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// simPrefix begins the name of a simulated drive: sim:FILE is a drive with the disc FILE,
// sim: alone is an empty drive.
const simPrefix = "sim:"

// device is a drive that was opened for a command.
type device struct {
	opened *redbook.Drive

	name      string // as given to --device
	drive     *mmc.Drive
	simulated bool
	created   bool      // the disc file is new
	disc      *sim.Disc // of a simulated drive; nil if it is empty
	refused   bool      // nothing was done with the disc: a file that was created for it is removed
	discFull  bool      // the file of the disc could not be written when it was closed
	closers   []func() error
}

// openMode is how a command uses a device.
type openMode int

const (
	mustExist   openMode = 0
	makeMissing openMode = 1 // a disc file that doesn't exist becomes a blank 80-minute CD-R, as for burn
	justLook    openMode = 2 // read only: a mounted disc may stay mounted
)

// access opens the drives of this computer, and simulated ones.
type access struct {
	flags    *globals
	hooks    *hooks
	talk     *talk
	advise   *adviser
	journals *journals

	trace *slog.Logger // for a command that uses two drives; nil if each drive has its own file
}

// with opens the drive for a command and runs do with it.
func (ac *access) with(ctx context.Context, mode openMode, do func(ctx context.Context, d *device) error) error {
	return opening{access: ac, mode: mode}.with(ctx, do)
}

// look is like with, for drives that are only read.
func (ac *access) look() opening { return opening{access: ac, mode: justLook} }

// opening is how a command opens its drive.
type opening struct {
	*access
	mode openMode
	tap  *slog.Logger // receives the commands besides --trace; may be nil
	nth  int          // number of the copy; its trace has its own name
}

// with opens the drive, runs do with it and closes everything. An error while closing is
// joined to that of do: a disc file that could not be written is a failed burn.
func (o opening) with(ctx context.Context, do func(ctx context.Context, d *device) error) (err error) {
	d, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		err = d.closeAfter(err)
		if d.created && d.refused {
			err = errors.Join(err, os.Remove(strings.TrimPrefix(d.name, simPrefix)))
		}
	}()
	return do(ctx, d)
}

// closeAfter closes everything after err. A full disk under a simulated disc is detected only
// here; the burn saw a hardware error.
func (d *device) closeAfter(err error) error {
	closing := d.close()
	if f, ok := errors.AsType[*failure](err); ok && d.discFull {
		f.next = strings.Replace(f.next, adviceHardware.text, "Make room on the disk that holds the simulated disc.", 1)
		f.topic = "disk-full"
	}
	return errors.Join(err, closing)
}

// opener returns an Opener for the flags.
func (o opening) opener() *redbook.Opener {
	return &redbook.Opener{
		Look: o.mode&justLook != 0, Create: o.mode&makeMissing != 0, Unmount: o.flags.unmount,
		System: o.hooks.host, OnNotice: o.notice,
	}
}

// open opens the drive that --device names, or the only one.
func (o opening) open(ctx context.Context) (*device, error) {
	r := o.opener()
	name := o.flags.device
	if name == "" {
		var err error
		if name, err = o.onlyDrive(ctx); err != nil {
			return nil, err
		}
	}
	d := &device{name: name}
	if err := o.simulate(r, name); err != nil {
		return nil, err
	}
	log, err := o.openTrace(d)
	if err != nil {
		return nil, err
	}
	if o.mode&justLook == 0 {
		if err := o.journals.hold(d); err != nil {
			return nil, errors.Join(err, d.close())
		}
	}
	r.Wrap = func(t scsi.Transport) scsi.Transport {
		t = o.hooks.decorate(t, log)
		if o.tap != nil {
			t = scsi.NewTrace(t, o.tap)
		}
		return t
	}
	r.OnNotice = func(n redbook.Notice) {
		d.created = d.created || n.Kind == "created"
		o.notice(n)
	}
	path, simulated := strings.CutPrefix(name, simPrefix)
	missing := simulated && path != "" && !exists(path)
	if d.opened, err = r.Open(ctx, name); err != nil {
		var removed error
		if e, ok := errors.AsType[*redbook.OpenError](err); ok && missing && e.Step != "disc" && exists(path) {
			removed = os.Remove(path) // it was made, and the drive wasn't opened
		}
		return nil, errors.Join(o.failure(name, err), d.close(), removed)
	}
	d.closers = append(d.closers, func() error {
		err := d.opened.Close()
		d.discFull = d.simulated && diskFull(err)
		return err
	})
	d.drive, d.simulated, d.disc = d.opened.MMC(), simulated, d.opened.SimDisc()
	return d, nil
}

// simulate applies the flags for simulated drives.
func (o opening) simulate(r *redbook.Opener, name string) (err error) {
	if strings.HasPrefix(name, simPrefix) {
		r.Sim, err = o.hooks.simConfig(o.flags)
		if err == nil && isArchive(o.flags.personality) {
			o.talk.note("The simulated drive is a %s, as far as %s describes it. For details: redbook sim personalities %s",
				r.Sim.Personality.Summary, baseName(o.flags.personality), quote(o.flags.personality))
		}
		return err
	}
	if o.flags.personality != "" || o.flags.realtime {
		return usage("--personality and --realtime work only with simulated drives (sim:FILE), not with %s", name)
	}
	return nil
}

// decorate wraps the device for tests and for --trace.
func (h *hooks) decorate(t scsi.Transport, log *slog.Logger) scsi.Transport {
	if h.transport != nil {
		t = h.transport(t)
	}
	if log != nil {
		t = scsi.NewTrace(t, log)
	}
	return t
}

// simConfig returns the simulated drive that the flags describe.
func (h *hooks) simConfig(g *globals) (config sim.Config, err error) {
	if config.Personality, err = personalityOf(g.personality); err != nil {
		return config, err
	}
	if g.realtime {
		config.Clock = "real"
		if h.haste > 0 {
			config.Clock, config.Factor = "accelerated", h.haste
		}
	}
	return config, nil
}

// discFileError describes what is wrong with the file of a simulated disc.
func discFileError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isFolder(filepath.Dir(path)):
		return fail(exitNoDrive, "Make the folder first, or name another one.", "%s: the folder %s for the simulated disc does not exist", path, filepath.Dir(path))
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitNoDrive, "To make a blank one: redbook sim new "+quote(path),
			"no such simulated disc: %s", path)
	case errors.Is(err, sim.ErrNotDisc):
		return fail(exitNoDrive, "Name the file of a simulated disc, or make one: redbook sim new FILE",
			"%w", err)
	case diskFull(err):
		return fail(exitFailed, "", "%w", err)
	case errors.Is(err, sim.ErrHeld):
		return explain("drive-in-use", fail(exitNoDrive, "Wait until that program is done, or end it.", "%w", err))
	}
	next := ""
	if isFolder(path) {
		next = "Name the file of a simulated disc in it: --device sim:FILE"
	}
	if errors.Is(err, fs.ErrPermission) {
		next = "redbook must be able to write to the file of a simulated disc, even to look at it. Copy it to a folder of yours."
		if !exists(path) {
			next = "Name a file in a folder that you can write to: --device sim:FILE"
		}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok { // which may be about a temporary file beside it
		return fail(exitNoDrive, next, "%s: %w", path, e.Err)
	}
	return fail(exitNoDrive, next, "%w", err)
}

// isFolder reports whether path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// isFile reports whether name exists and is not a folder.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// failure describes why a device can't be used.
func (o opening) failure(name string, err error) error {
	e, ok := errors.AsType[*redbook.OpenError](err)
	if !ok {
		return fail(exitNoDrive, "", "%w", err)
	}
	switch err := e.Err; {
	case e.Step == "disc":
		return discFileError(strings.TrimPrefix(name, simPrefix), err)
	case e.Step == "device":
		return hostError(name, err)
	case errors.Is(err, mmc.ErrNotMMC):
		return explain("no-drive", fail(exitNoDrive, "To list the drives: redbook drives", "%s is not a CD drive: %w", name, err))
	case errors.Is(err, context.Canceled):
		return fail(exitCanceled, "", "canceled before the drive was opened")
	default:
		next := o.advise.about(engine.Wrap(burn.PhasePlan, 0, 0, err))
		return explain(next.topic, fail(exitNoDrive, next.text, "%s: %w", name, err))
	}
}

// close closes everything that was opened, in reverse order.
func (d *device) close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i]())
	}
	d.closers = nil
	return errors.Join(errs...)
}
