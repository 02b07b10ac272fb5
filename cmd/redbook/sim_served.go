package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/sim/iscsi"
)

// served is a simulated drive that is offered to others.
type served struct {
	flags    *globals
	talk     *talk
	data     *results
	stop     *stopper
	device   *device // what was opened, to be given back
	drive    *sim.Drive
	unit     scsi.Transport // the drive, with --trace around it
	target   *iscsi.Target
	listener net.Listener
	changed  chan struct{} // the disc may have changed: its file is to be settled

	sessions atomic.Int32 // initiators that are logged in

	hands sync.Mutex // held while somebody changes the disc
}

// newServed makes the drive, with the disc of a file in it unless path is "".
func newServed(a *app, path string) (*served, error) {
	config, err := a.hooks.simConfig(&a.flags)
	if err != nil {
		return nil, err
	}
	if config.Clock == sim.ClockInstant {
		// A kernel waits out of the drive's sight: the clock must run by itself.
		config.Clock = sim.ClockAccelerated
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

// takeOut takes the disc that is in the drive now out of it, and closes its file.
func (s *served) takeOut() error {
	if disc := s.drive.Eject(); disc != nil {
		return disc.Close()
	}
	return nil
}

// close gives everything back, after whoever still has a hand in the drive.
func (s *served) close() error {
	s.hands.Lock()
	defer s.hands.Unlock()
	return s.device.close()
}

// warmUp waits until the drive has told that it was switched on and its disc is
// known: some initiators give up on the first unit attention.
func (s *served) warmUp(ctx context.Context) error {
	for {
		err := mmc.TestUnitReady{}.Do(ctx, s.drive)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, scsi.KeyUnitAttention) && !errors.Is(err, scsi.CodeBecomingReady) {
			return nil // ready, or there is no disc
		}
		if err := s.drive.Sleep(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
}

// run serves until the context ends, and no command is in the drive any more. A
// second signal doesn't wait for that.
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
		s.device.closers = nil // the drive has them; the file is true as it is
		return fail(exitCancelled, "", "stopped while the drive was working, which to the disc is a power failure")
	}
}

// notice says that the disc may have changed.
func (s *served) notice() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// keepTrue makes the disc's file true again whenever the disc may have changed:
// what was begun with IMMED reaches the file without another command.
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

// noticing is a drive that tells when a command may have changed the disc.
type noticing struct {
	*sim.Drive
	notice func()
}

// Unwrap makes what else the drive can do visible to scsi.As.
func (n *noticing) Unwrap() scsi.Transport { return n.Drive }

// Do sends the command on.
func (n *noticing) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	res, err := n.Drive.Do(ctx, req)
	switch req.Opcode() {
	case mmc.OpSynchronizeCache, mmc.OpReserveTrack, mmc.OpRepairTrack, mmc.OpCloseTrackSession, mmc.OpBlank, mmc.OpStartStopUnit:
		n.notice()
	}
	return res, err
}

// event tells who comes and goes.
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
