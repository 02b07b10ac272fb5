package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// served is a simulated drive that is offered to other programs.
type served struct {
	flags    *globals
	talk     *talk
	data     *results
	stop     *stopper
	device   *device // what was opened and must be closed
	drive    *sim.Drive
	unit     scsi.Transport // the drive, with --trace around it
	target   *iscsi.Target
	listener net.Listener
	changed  chan struct{} // the disc may have changed: its file must be updated

	sessions atomic.Int32 // initiators that are logged in

	hands sync.Mutex // held while the disc is being changed
}

// newServed creates the drive, with the disc of a file in it unless path is "".
func newServed(a *app, path string) (*served, error) {
	config, err := a.hooks.simConfig(&a.flags)
	if err != nil {
		return nil, err
	}
	if config.Clock == "" {
		// A kernel doesn't wait by the drive's clock, so the clock must run by itself.
		config.Clock = "accelerated"
	}
	config.MaxTransfer = serveTransfer
	d := &device{name: simPrefix + path}
	log, err := opening{access: a.drives}.openTrace(d)
	if err != nil {
		return nil, err
	}
	if path != "" {
		if config.Disc, err = sim.OpenDisc(path); err != nil {
			return nil, errors.Join(discFileError(path, err), d.close())
		}
	}
	s := &served{
		flags: &a.flags, talk: a.talk, data: a.data, stop: a.stop,
		device: d, drive: sim.New(config), changed: make(chan struct{}, 1),
	}
	d.closers = append(d.closers, s.takeOut, s.drive.Close)
	s.unit = a.hooks.decorate(&noticing{s.drive, s.notice}, log)
	return s, nil
}

// takeOut removes the disc from the drive and closes its file.
func (s *served) takeOut() error {
	if disc := s.drive.Eject(); disc != nil {
		return disc.Close()
	}
	return nil
}

// close closes everything, after the last request has ended.
func (s *served) close() error {
	s.hands.Lock()
	defer s.hands.Unlock()
	return s.device.close()
}

// warmUp waits until the drive has reported its power-on and recognized its disc: some
// initiators give up at the first unit attention.
func (s *served) warmUp(ctx context.Context) error {
	for {
		err := command.TestUnitReady{}.Do(ctx, s.drive)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, scsi.KeyUnitAttention) && !errors.Is(err, asc.BecomingReady) {
			return nil // ready, or without a disc
		}
		if err := s.drive.Sleep(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
}

// run serves until the context ends and the drive has no command in progress. A second
// signal doesn't wait for that.
func (s *served) run(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() {
		keeping, stop := context.WithCancel(ctx)
		var keeper sync.WaitGroup
		keeper.Go(func() { s.keepTrue(keeping) })
		err := s.target.Serve(ctx, s.listener)
		stop()
		keeper.Wait()
		ended <- err
	}()
	select {
	case err := <-ended:
		if err != nil {
			return fail(exitFailed, "", "%w", err)
		}
		return nil
	case <-s.stop.hurry:
		s.device.closers = nil // the drive has them; the file is up to date
		return fail(exitCanceled, "", "stopped while the drive was working, which to the disc is a power failure")
	}
}

// notice reports that the disc may have changed.
func (s *served) notice() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// keepTrue updates the disc's file whenever the disc may have changed. Work that was started
// with IMMED then reaches the file without another command.
func (s *served) keepTrue(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.changed:
		}
		if err := s.drive.Settle(ctx); err != nil && ctx.Err() == nil {
			s.talk.warn("%v", err)
		}
	}
}

// noticing is a drive that reports when a command may have changed the disc.
type noticing struct {
	*sim.Drive
	notice func()
}

// Unwrap gives scsi.As access to the drive's other interfaces.
func (n *noticing) Unwrap() scsi.Transport { return n.Drive }

// Do sends the command on.
func (n *noticing) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	res, err := n.Drive.Do(ctx, req)
	switch req.CDB[0] {
	case command.OpSynchronizeCache, command.OpReserveTrack, command.OpRepairTrack, command.OpCloseTrackSession, command.OpBlank, command.OpStartStopUnit:
		n.notice()
	}
	return res, err
}

// event prints who connects and disconnects.
func (s *served) event(e iscsi.Event) {
	switch e := e.(type) {
	case iscsi.SessionStarted:
		if !e.Discovery {
			s.sessions.Add(1)
			s.talk.note("%s has connected to the drive.", e.Initiator)
		}
	case iscsi.SessionEnded:
		if e.Discovery {
			return
		}
		if s.sessions.Add(-1) == 0 {
			s.drive.NexusLoss()
		}
		s.notice()
		why := "."
		if e.Err != nil {
			why = fmt.Sprintf(": %v", e.Err)
		}
		s.talk.note("%s has disconnected%s", e.Initiator, why)
	case iscsi.Refused:
		s.talk.note("%v was refused: %v", e.Remote, e.Err)
	}
}
