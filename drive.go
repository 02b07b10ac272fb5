package redbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/sim"
)

// simPrefix begins the name of a simulated drive.
const simPrefix = "sim:"

// Drive is an open CD drive, with or without a disc in it. Only one goroutine at a time
// may use it: a burn that finds another one in progress fails with burn.ErrLocked. Close
// releases it.
type Drive struct {
	name      string
	drive     *mmc.Drive
	simulated bool
	disc      *sim.Disc
	changed   bool // the contents of the disc, which stays in the drive
	opener    Opener
	closers   []func() error
}

// Opener opens drives. The zero value is usable; Open is an Opener that creates the file
// of a simulated disc if it doesn't exist.
type Opener struct {
	// Look opens the drive for reading only: a mounted disc may stay mounted.
	Look bool
	// Create creates the file of a simulated disc, a blank 80-minute CD-R, if it doesn't
	// exist.
	Create bool
	// Unmount unmounts a mounted disc, unless Look is set.
	Unmount bool
	// Client is the name under which other programs see the user of the drive; "" is
	// burn.DefaultClientName.
	Client string
	// Sim is the simulated drive for sim: names. Its Disc is ignored.
	Sim sim.Config
	// Wrap, if not nil, wraps the device before the first command. In a test,
	// scsi.As[*sim.Drive] gives the simulated drive, for its AddFault.
	Wrap func(scsi.Transport) scsi.Transport
	// System, if not nil, replaces this computer.
	System *System
	// OnNotice, if not nil, is called with information for the user, on the goroutine of
	// the call that caused it.
	OnNotice func(Notice)
}

// NoticeKind is the subject of a [Notice]: one of these words.
//
//   - "created": the file Name of a simulated disc was created.
//   - "unmounted": the disc in the drive Name was unmounted from Mounts.
//   - "same": Name is the same drive as Path, which is used.
//   - "system": the system can't provide everything that was requested: Text.
//   - "awake": the computer is kept awake: Text describes how.
//   - "may-sleep": the computer may go to sleep while the disc in Name is read: Err.
//   - "still-awake": the request to stay awake can't be withdrawn: Err.
//   - "stale": the desktop may show the previous state of the disc in Name: Err.
type NoticeKind string

const (
	noticeCreated    NoticeKind = "created"
	noticeUnmounted  NoticeKind = "unmounted"
	noticeSameDrive  NoticeKind = "same"
	noticeSystem     NoticeKind = "system"
	noticeAwake      NoticeKind = "awake"
	noticeMaySleep   NoticeKind = "may-sleep"
	noticeStillAwake NoticeKind = "still-awake"
	noticeStale      NoticeKind = "stale"
)

// Notice is information for the user that doesn't stop the call.
type Notice struct {
	Kind   NoticeKind // determines which of the other fields are set
	Name   string     // of the drive, as it was opened
	Path   string     // of the device
	Mounts []string   // folders
	Text   string     // in plain English
	Err    error
}

// ErrNoDrive reports that this computer has no CD drive. It matches burn.ErrNoDrive too.
var ErrNoDrive = engine.Name(errors.New("no CD drive was found"), burn.ErrNoDrive)

// ChoiceError reports that the computer has several drives and none was named.
type ChoiceError struct{ Drives []host.Info }

// Error names the drives.
func (e *ChoiceError) Error() string {
	names := make([]string, len(e.Drives))
	for i, d := range e.Drives {
		names[i] = d.Path
	}
	return "there is more than one CD drive: " + strings.Join(names, ", ")
}

// The steps of Open.
const (
	openDisc   = "disc"
	openDevice = "device"
	openDrive  = "drive"
)

// OpenError reports a drive that can't be opened, and why. It matches burn.ErrNoDrive, or
// burn.ErrCanceled if ctx has ended, and the reason: fs.ErrNotExist, fs.ErrPermission,
// scsi.ErrLocked, host.ErrNotOptical, mmc.ErrNotMMC, sim.ErrNotDisc, sim.ErrHeld, or
// errors.ErrUnsupported on systems without drive support.
type OpenError struct {
	Name string
	// Step is "disc" (opening the file of a simulated disc), "device" (opening the operating
	// system's device) or "drive" (identifying the device).
	Step string
	Err  error
}

// Error returns "open NAME: reason".
func (e *OpenError) Error() string {
	reason := e.Err.Error()
	for _, op := range []string{"open", "create"} { // of an fs.PathError, which repeats the name
		reason = strings.TrimPrefix(reason, op+" "+strings.TrimPrefix(e.Name, simPrefix)+": ")
	}
	return fmt.Sprintf("open %s: %s", e.Name, reason)
}

// Unwrap returns the reason.
func (e *OpenError) Unwrap() error { return e.Err }

// Open opens a drive. "sim:FILE" is a simulated drive with the disc of FILE in it, which
// is created if it doesn't exist, and "sim:" alone one without a disc; any other name is a
// real drive, such as "/dev/sr0", "D:" or "ioreg:..."; "" is the only drive of this
// computer. The error is an *OpenError or, for "", that of Opener.Find.
func Open(ctx context.Context, name string) (*Drive, error) {
	return (&Opener{Create: true}).Open(ctx, name)
}

// Open opens a drive like the function Open, as the Opener's fields request.
func (o *Opener) Open(ctx context.Context, name string) (*Drive, error) {
	if name == "" {
		var err error
		if name, err = o.Find(ctx); err != nil {
			return nil, err
		}
	}
	d := &Drive{name: name, opener: *o}
	step := openDevice
	var t scsi.Transport
	var err error
	if path, ok := strings.CutPrefix(name, simPrefix); ok {
		step, d.simulated = openDisc, true
		t, err = d.insert(path)
	} else {
		t, err = o.open(ctx, name)
	}
	if err == nil {
		d.closers = append(d.closers, t.Close)
		if o.Wrap != nil {
			t = o.Wrap(t)
		}
		step = openDrive
		d.drive, err = mmc.Open(ctx, t)
	}
	if err != nil {
		if cerr := d.Close(); cerr != nil {
			err = errors.Join(err, cerr)
		}
		return nil, &OpenError{Name: name, Step: step, Err: categorized(err, burn.ErrNoDrive)}
	}
	return d, nil
}

// Find returns the name of the only drive of this computer. The error is ErrNoDrive, a
// *ChoiceError, or matches errors.ErrUnsupported on systems without drive support. All but
// the *ChoiceError match burn.ErrNoDrive.
func (o *Opener) Find(ctx context.Context) (string, error) {
	drives, err := o.system().List(ctx)
	switch {
	case err != nil:
		return "", fmt.Errorf("looking for CD drives: %w", categorized(err, burn.ErrNoDrive))
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
	// Tray and lock exist only as long as the process, so an empty drive is the only way
	// to try a command without a disc.
	if path == "" {
		return sim.New(config), nil
	}
	created := false
	disc, err := sim.OpenDisc(path)
	if errors.Is(err, fs.ErrNotExist) && d.opener.Create {
		disc, err = sim.CreateDisc(path, sim.CDR80)
		created = err == nil
	}
	if err != nil {
		return nil, err
	}
	d.disc, config.Disc = disc, disc
	drive := sim.New(config)
	// Closers run in reverse order: a disc can be closed only when it is in no drive.
	d.closers = append(d.closers, disc.Close, func() error { drive.Eject(); return nil })
	if created {
		d.opener.notify(Notice{Kind: noticeCreated, Name: path})
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

func (o *Opener) notify(n Notice) {
	if o.OnNotice != nil {
		o.OnNotice(n)
	}
}

// Name returns the name that was opened.
func (d *Drive) Name() string { return d.name }

// MMC returns the drive for packages tao and sao. It works until Close.
func (d *Drive) MMC() *mmc.Drive { return d.drive }

// SimDisc returns the disc in a simulated drive; nil if the drive is a real one or was
// opened without a disc.
func (d *Drive) SimDisc() *sim.Disc { return d.disc }

// Readers returns the other programs that have the drive open, as far as the system
// reports them. One that reads during a burn can ruin the disc.
func (d *Drive) Readers() []host.Holder {
	if given(d, true) != nil {
		return nil
	}
	if t, ok := scsi.As[interface{ Holders() []host.Holder }](d.drive.Transport()); ok {
		return t.Holders()
	}
	return nil
}

// limitedByStandby reports whether the computer may go to sleep during a burn in spite of
// requests not to (power.LimitedByStandby). It is false for a simulated drive.
func (d *Drive) limitedByStandby() bool {
	standby := d.opener.system().Standby
	return !d.simulated && standby != nil && standby()
}

// rescanTime is how long a desktop may take to examine a disc that was written.
const rescanTime = 5 * time.Second

// Close releases the drive. Further calls have no effect. The error joins all failures: a
// simulated disc whose file could not be written is a failed burn. Close makes the system
// read a changed disc again: otherwise a desktop would still show a blank one.
func (d *Drive) Close() error {
	if d == nil {
		return nil
	}
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

// rescan makes the system read the disc again. Nothing depends on it.
func (d *Drive) rescan() {
	rescan := d.opener.system().Rescan
	if d.simulated || !d.changed || rescan == nil {
		return
	}
	d.changed = false
	ctx, cancel := context.WithTimeout(context.Background(), rescanTime)
	defer cancel()
	if err := rescan(ctx, d.name); err != nil {
		d.opener.notify(Notice{Kind: noticeStale, Name: d.name, Err: err})
	}
}

// awake returns the hook that keeps the machine awake: the caller's or, for a real drive,
// ours.
func (d *Drive) awake(given func(context.Context, string) (func() error, error)) func(context.Context, string) (func() error, error) {
	if given != nil || d.simulated {
		return given
	}
	return keepAwake(d.opener.notify)
}

// awakeToRead keeps the machine awake while a disc is read. Sleep only ends the reading,
// so a refusal by the system is just a notice.
func (d *Drive) awakeToRead(ctx context.Context, given func(context.Context, string) (func() error, error)) (release func()) {
	keep := d.awake(given)
	if keep == nil {
		return func() {}
	}
	let, err := keep(ctx, "reading an audio CD")
	if err != nil {
		d.opener.notify(Notice{Kind: noticeMaySleep, Name: d.name, Err: err})
	}
	return func() {
		if let == nil {
			return
		}
		if err := let(); err != nil {
			d.opener.notify(Notice{Kind: noticeStillAwake, Name: d.name, Err: err})
		}
	}
}
