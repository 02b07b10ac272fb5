package redbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/power"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/sim"
)

// SimPrefix begins the name of a simulated drive: sim:FILE is one with the disc of FILE
// in it, sim: alone is one with nothing in it.
const SimPrefix = "sim:"

// Drive is a CD drive that was opened, with or without a disc in it. It is for one
// goroutine at a time. Close gives it back.
type Drive struct {
	name      string
	drive     *mmc.Drive
	simulated bool
	created   bool
	disc      *sim.Disc
	changed   bool // what is on the disc, and the disc stays in
	opener    Opener
	closers   []func() error
}

// Opener opens drives. Its zero value is usable; Open is one that makes a simulated disc
// whose file isn't there.
type Opener struct {
	// Look is for reading only: a mounted disc may stay mounted.
	Look bool
	// Create makes a blank 80-minute CD-R of a simulated disc whose file doesn't exist.
	Create bool
	// Unmount unmounts a disc that is mounted, where Look isn't set.
	Unmount bool
	// Client is the name under which other programs see who has the drive; "" is
	// burn.DefaultClientName.
	Client string
	// Sim is the simulated drive for sim: names. Its Disc is not used.
	Sim sim.Config
	// Wrap, if not nil, puts something around the device before the first command.
	Wrap func(scsi.Transport) scsi.Transport
	// System, if not nil, stands for this computer.
	System *System
	// OnNotice, if not nil, is told what a person should know, on the goroutine of the
	// call that it is about.
	OnNotice func(Notice)
}

// NoticeKind is what a Notice is about.
type NoticeKind string

const (
	NoticeCreated   NoticeKind = "created"   // the file Name of a simulated disc was made
	NoticeUnmounted NoticeKind = "unmounted" // the disc in Name was unmounted from Mounts
	NoticeSameDrive NoticeKind = "same"      // Name is the same drive as Path, which is used
	NoticeSystem    NoticeKind = "system"    // the system can't give all that was asked for: Text
	NoticeAwake     NoticeKind = "awake"     // Grants keep the computer awake
	NoticeStale     NoticeKind = "stale"     // the desktop may show the disc as it was: Err
)

// Notice is something that a person should know and that stops nothing.
type Notice struct {
	Kind   NoticeKind
	Name   string
	Path   string
	Mounts []string
	Text   string
	Grants []power.Grant
	Err    error
}

// ErrNoDrive is the error where this computer has no CD drive.
var ErrNoDrive = errors.New("no CD burner was found")

// ChoiceError is the error where nobody said which of several drives is meant.
type ChoiceError struct{ Drives []host.Info }

// Error names them.
func (e *ChoiceError) Error() string {
	names := make([]string, len(e.Drives))
	for i, d := range e.Drives {
		names[i] = d.Path
	}
	return "there is more than one CD burner: " + strings.Join(names, ", ")
}

// OpenStep is what Open was doing.
type OpenStep string

const (
	OpenDisc   OpenStep = "disc"   // opening the file of a simulated disc
	OpenDevice OpenStep = "device" // opening the operating system's device
	OpenDrive  OpenStep = "drive"  // asking the device what it is
)

// OpenError is a drive that can't be opened, and why. errors.Is finds what package host,
// sim or mmc says: fs.ErrNotExist, fs.ErrPermission, scsi.ErrLocked, mmc.ErrNotMMC,
// sim.ErrNotDisc, errors.ErrUnsupported where a system has no drives for us.
type OpenError struct {
	Name string
	Step OpenStep
	Err  error
}

func (e *OpenError) Error() string { return fmt.Sprintf("open %s: %v", e.Name, e.Err) }

// Unwrap gives the reason.
func (e *OpenError) Unwrap() error { return e.Err }

// Open opens a drive: "sim:FILE" a simulated one with the disc of FILE in it, which is
// made if it isn't there; any other name a real one, such as "/dev/sr0", "D:" or
// "ioreg:..."; "" the only one of this computer. The error is ErrNoDrive, a *ChoiceError
// or an *OpenError.
func Open(ctx context.Context, name string) (*Drive, error) {
	return (&Opener{Create: true}).Open(ctx, name)
}

// Open opens a drive, as the function Open does.
func (o *Opener) Open(ctx context.Context, name string) (*Drive, error) {
	if name == "" {
		var err error
		if name, err = o.Find(ctx); err != nil {
			return nil, err
		}
	}
	d := &Drive{name: name, opener: *o}
	step := OpenDevice
	var t scsi.Transport
	var err error
	if path, ok := strings.CutPrefix(name, SimPrefix); ok {
		step, d.simulated = OpenDisc, true
		t, err = d.insert(path)
	} else {
		t, err = o.open(ctx, name)
	}
	if err == nil {
		d.closers = append(d.closers, t.Close)
		if o.Wrap != nil {
			t = o.Wrap(t)
		}
		step = OpenDrive
		d.drive, err = mmc.Open(ctx, t)
	}
	if err != nil {
		if cerr := d.Close(); cerr != nil {
			err = errors.Join(err, cerr)
		}
		return nil, &OpenError{Name: name, Step: step, Err: err}
	}
	return d, nil
}

// Find gives the name of the only drive of this computer. The error is ErrNoDrive, a
// *ChoiceError, or what the system says.
func (o *Opener) Find(ctx context.Context) (string, error) {
	drives, err := o.system().List(ctx)
	switch {
	case err != nil:
		return "", fmt.Errorf("looking for CD burners: %w", err)
	case len(drives) == 0:
		return "", ErrNoDrive
	case len(drives) > 1:
		return "", &ChoiceError{drives}
	}
	return drives[0].Path, nil
}

// insert makes a simulated drive with the disc of a file in it.
func (d *Drive) insert(path string) (scsi.Transport, error) {
	config := d.opener.Sim
	config.Disc = nil
	// Where tray and lock end with the process, an empty drive is the only way to
	// see what a command does without a disc.
	if path == "" {
		return sim.New(config), nil
	}
	disc, err := sim.OpenDisc(path)
	if errors.Is(err, fs.ErrNotExist) && d.opener.Create {
		disc, err = sim.CreateDisc(path, sim.CDR80)
		d.created = err == nil
	}
	if err != nil {
		return nil, err
	}
	d.disc, config.Disc = disc, disc
	drive := sim.New(config)
	// Closers run in reverse: a disc can be closed only when it is in no drive.
	d.closers = append(d.closers, disc.Close, func() error { drive.Eject(); return nil })
	if d.created {
		d.opener.tell(Notice{Kind: NoticeCreated, Name: path})
	}
	return drive, nil
}

func (o *Opener) system() *System {
	if o.System != nil {
		return o.System
	}
	return &thisComputer
}

func (o *Opener) client() string {
	if o.Client != "" {
		return o.Client
	}
	return burn.DefaultClientName
}

func (o *Opener) tell(n Notice) {
	if o.OnNotice != nil {
		o.OnNotice(n)
	}
}

// Name is what the drive was opened as.
func (d *Drive) Name() string { return d.name }

// MMC is the drive as package mmc has it, for single commands. It works until Close.
func (d *Drive) MMC() *mmc.Drive { return d.drive }

// Simulated reports whether the drive is a simulated one.
func (d *Drive) Simulated() bool { return d.simulated }

// Created reports whether Open has made the file of the simulated disc.
func (d *Drive) Created() bool { return d.created }

// SimDisc is the disc in a simulated drive; nil if the drive is a real one or was opened
// without a disc.
func (d *Drive) SimDisc() *sim.Disc { return d.disc }

// Readers are the programs that have the drive open beside this one, as far as the system
// shows them. One that reads during a burn can ruin the disc.
func (d *Drive) Readers() []host.Holder {
	if t, ok := scsi.As[interface{ Holders() []host.Holder }](d.drive.Transport()); ok {
		return t.Holders()
	}
	return nil
}

// LimitedByStandby reports whether the computer may fall asleep during a burn although it
// is asked not to (power.LimitedByStandby). A simulated drive doesn't mind.
func (d *Drive) LimitedByStandby() bool {
	standby := d.opener.system().Standby
	return !d.simulated && standby != nil && standby()
}

// rescanTime is how long a desktop is given to look at a disc that was written.
const rescanTime = 5 * time.Second

// Close gives the drive back. The error joins everything that went wrong: a simulated disc
// whose file could not be written is a failed burn. The system is made to look at a disc
// that was changed, so that a desktop doesn't go on showing a blank one.
func (d *Drive) Close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i]())
	}
	d.closers = nil
	d.rescan()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing %s: %w", d.name, err)
	}
	return nil
}

// rescan has the system look at the disc anew. Nothing depends on it.
func (d *Drive) rescan() {
	rescan := d.opener.system().Rescan
	if d.simulated || !d.changed || rescan == nil {
		return
	}
	d.changed = false
	ctx, cancel := context.WithTimeout(context.Background(), rescanTime)
	defer cancel()
	if err := rescan(ctx, d.name); err != nil {
		d.opener.tell(Notice{Kind: NoticeStale, Name: d.name, Err: err})
	}
}

// awake is the hook that keeps the machine awake: the caller's, or for a real drive ours.
func (d *Drive) awake(given func(context.Context, string) (func() error, error)) func(context.Context, string) (func() error, error) {
	if given != nil || d.simulated {
		return given
	}
	return keepAwake(d.opener.tell)
}
