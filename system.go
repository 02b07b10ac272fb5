package redbook

import (
	"context"
	"errors"
	"runtime"

	"github.com/redbook-audio/redbook/power"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

// System is the part of the operating system that this package uses for drives. A program
// with drives elsewhere, or a test, provides its own. List and Open must be set.
type System struct {
	List    func(ctx context.Context) ([]host.Info, error)
	Open    func(ctx context.Context, path string, opts *host.Options) (scsi.Transport, error)
	Unmount func(ctx context.Context, path string) error
	Rescan  func(ctx context.Context, path string) error // host.Rescan; nil does nothing
	// Standby reports whether a long burn may be cut short, like power.LimitedByStandby;
	// nil means never.
	Standby func() bool
}

// thisComputer is the default System.
var thisComputer = System{
	List: host.List,
	Open: func(ctx context.Context, path string, opts *host.Options) (scsi.Transport, error) {
		d, err := host.Open(ctx, path, opts)
		if err != nil {
			return nil, err // not a nil *host.Device in an interface
		}
		return d, nil
	},
	Unmount: host.Unmount,
	Rescan:  host.Rescan,
	Standby: power.LimitedByStandby,
}

// lookBeside reports that looking needs no exclusive use. On Windows the user of a drive
// locks others out; elsewhere a drive is free only if it can be opened exclusively.
const lookBeside = runtime.GOOS == "windows"

// open opens a real drive exclusively, which a mounted disc prevents: then a caller that
// only looks opens it shared, and for others the disc is unmounted if requested.
func (o *Opener) open(ctx context.Context, name string) (scsi.Transport, error) {
	s := o.system()
	opts := host.Options{Client: o.client(), Look: lookBeside && o.Look}
	t, err := s.Open(ctx, name, &opts)
	mounted, ok := errors.AsType[*host.MountedError](err)
	switch {
	case ok && o.Unmount && s.Unmount != nil:
		if err := s.Unmount(ctx, name); err != nil {
			return nil, err
		}
		o.notify(Notice{Kind: noticeUnmounted, Name: name, Mounts: mounted.Mounts})
		t, err = s.Open(ctx, name, &opts)
	case ok && o.Look:
		opts.Shared = true
		t, err = s.Open(ctx, name, &opts)
	}
	if err != nil {
		return nil, err
	}
	o.opened(t)
	return t, nil
}

// opened sends the notices about a drive that was just opened.
func (o *Opener) opened(t scsi.Transport) {
	if d, ok := t.(interface {
		Path() string
		Requested() string
	}); ok && d.Path() != d.Requested() {
		o.notify(Notice{Kind: noticeSameDrive, Name: d.Requested(), Path: d.Path()})
	}
	if d, ok := t.(interface{ Warnings() []string }); ok && !o.Look {
		for _, w := range d.Warnings() {
			o.notify(Notice{Kind: noticeSystem, Text: w})
		}
	}
}

// keepAwake is the hook of burn.Options for a real drive. Dangers that the system doesn't
// inhibit become an error, and so a note in the report.
func keepAwake(notify func(Notice)) func(ctx context.Context, reason string) (release func() error, err error) {
	return func(ctx context.Context, reason string) (func() error, error) {
		lock, err := power.KeepAwake(ctx, reason)
		if err != nil {
			return nil, err
		}
		notify(Notice{Kind: noticeAwake, Text: lock.String()})
		return lock.Release, lock.Exposed()
	}
}
