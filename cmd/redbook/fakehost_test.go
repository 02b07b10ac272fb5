package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/internal/iscsi/iscsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
)

// fakeDrive is a drive of a simulated computer. A drive that can be opened is a simulated
// one provided by redbook sim serve.
type fakeDrive struct {
	host.Info
	Port  string // the file with the port of sim serve
	Fails string // or the error of opening: permission, busy, unsupported
}

// fakeHost reads a computer's drives from a JSON file, or returns one without drives.
func fakeHost(path string) *hostSystem {
	var drives []*fakeDrive
	if path != "none" {
		b, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(b, &drives)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(99)
		}
	}
	find := func(path string) (*fakeDrive, error) {
		for _, d := range drives {
			if d.Path == path {
				return d, nil
			}
		}
		return nil, fmt.Errorf("open %s: no such drive: %w", path, fs.ErrNotExist)
	}
	return &hostSystem{
		List: func(context.Context) ([]host.Info, error) {
			var list []host.Info
			for _, d := range drives {
				if d.Fails == "unsupported" {
					return nil, errors.ErrUnsupported
				}
				list = append(list, d.Info)
			}
			return list, nil
		},
		Open: func(ctx context.Context, path string, opts *host.Options) (scsi.Transport, error) {
			d, err := find(path)
			if err != nil {
				return nil, err
			}
			return d.open(ctx, opts)
		},
		Unmount: func(_ context.Context, path string) error {
			d, err := find(path)
			if err == nil {
				d.Mounts = nil
			}
			return err
		},
	}
}

func (d *fakeDrive) open(ctx context.Context, opts *host.Options) (scsi.Transport, error) {
	switch d.Fails {
	case "permission":
		return nil, fmt.Errorf("open %s: the drive belongs to group cdrom: %w", d.Path, fs.ErrPermission)
	case "busy":
		return nil, fmt.Errorf("open %s: %w", d.Path, &scsi.LockedError{Owner: "wodim (process 4711)"})
	case "unsupported":
		return nil, errors.ErrUnsupported
	}
	if len(d.Mounts) > 0 && (opts == nil || !opts.Shared) {
		return nil, &host.MountedError{Path: d.Path, Mounts: d.Mounts}
	}
	port, err := os.ReadFile(d.Port)
	if err != nil {
		return nil, err
	}
	t, err := iscsitest.Dial(ctx, "127.0.0.1:"+strings.TrimSpace(string(port)), iscsi.DefaultName)
	if err != nil {
		return nil, err
	}
	return &hasty{t, time.Now(), 50}, nil
}

// hasty is a drive whose clock runs faster, like that of sim serve: scripts don't wait for
// a drive to spin up or for a disc to be changed.
type hasty struct {
	*iscsitest.Initiator
	start  time.Time
	factor time.Duration
}

func (h *hasty) Now() time.Time { return h.start.Add(time.Since(h.start) * h.factor) }

func (h *hasty) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d / h.factor)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
