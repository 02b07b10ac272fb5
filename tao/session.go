package tao

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// session is one stay at a drive, from locking it to unlocking it. Writer and the
// functions of this package are all built on it. Only the goroutine that talks to
// the drive uses it.
type session struct {
	d     *mmc.Drive
	t     scsi.Transport
	clock scsi.Clock
	o     *Options
	m     *meter
	rep   *Report
	began time.Time

	// calm is the caller's context without its cancellation: what has begun is
	// brought to its end. hurry is the same for waiting, and Options.Hurry ends it.
	calm, hurry context.Context
	undo        []func() error // what to take back at the end, in reverse order
	tray        bool           // the tray may be locked
	guard       bool           // from the first track to the end of the closing
	swapped     error          // another disc is in the drive
	wasReset    bool           // lock and speed have to be set again
	noLock      bool           // the drive doesn't know PREVENT ALLOW MEDIUM REMOVAL
	suspect     bool           // the drive reported an error that may mean nothing
	touched     bool           // something may be on the disc that wasn't before

	can      mmc.TAOSupport
	disc     Disc
	found    mmc.DiscInformation // as the disc was before
	bufe     bool
	chunk    int // sectors of one WRITE
	fifo     *fifo
	quiet    []byte  // a chunk of digital silence
	laid     []laid  // the tracks that are on the disc now, by this session
	floor    toc.LBA // end of what was written before: nothing may start below
	closed   bool
	blank    bool // the disc was blank when it was looked at last
	lost     bool // the drive is gone: there is no point in asking it anything
	noBuffer bool // the drive has no READ BUFFER CAPACITY
}

// laid is a track that was written.
type laid struct {
	number  int
	start   toc.LBA
	sectors toc.Sectors // that the drive accepted
	audio   toc.Sectors // of those from the source
	control toc.Control
	source  pcm.Source
	row     int // in Report.Tracks
	shown   mmc.TrackInformation
	burnt   time.Duration // first WRITE to the end of the flush, drive time
}

// hurryContext ends when the channel is closed, and for no other reason.
type hurryContext struct {
	context.Context
	stop <-chan struct{}
}

func (h hurryContext) Done() <-chan struct{} { return h.stop }

func (h hurryContext) Err() error {
	select {
	case <-h.stop:
		return context.Canceled
	default:
		return nil
	}
}

// newSession prepares everything that needs no command.
func newSession(ctx context.Context, d *mmc.Drive, o *Options) *session {
	t := d.Transport()
	clock := scsi.ClockOf(t)
	s := &session{
		d: d, t: t, clock: clock, o: o, m: newMeter(o.OnEvent, clock), began: clock.Now(),
		calm: context.WithoutCancel(ctx),
		rep: &Report{
			Version: ReportVersion, Drive: d.Inquiry().String(), MCN: o.MCN, TestWrite: o.TestWrite,
			SpeedAsked: o.Speed, DriveMin: -1,
			Verified: Verification{Asked: o.Verify, Result: VerifyNotDone},
		},
	}
	s.hurry = s.calm
	if o.Hurry != nil {
		s.hurry = hurryContext{s.calm, o.Hurry}
	}
	s.chunk = chunkSectors(t.Limits())
	return s
}

// chunkSectors is how much one WRITE carries: what the transport allows, 64 KiB at
// most.
func chunkSectors(l scsi.Limits) int {
	if l.MaxTransfer <= 0 {
		return safeSectors
	}
	return max(1, min(l.MaxTransfer/toc.SectorSize, safeSectors))
}

// warn puts a warning into the report and tells it.
func (s *session) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.rep.Warnings = append(s.rep.Warnings, text)
	s.m.send(Warned{Text: text})
}

// later remembers what to take back at the end.
func (s *session) later(f func() error) { s.undo = append(s.undo, f) }

// seize takes the drive: from other programs, from sleep, and from the eject
// button. What was taken is given back by release, also after an error.
func (s *session) seize(ctx context.Context) error {
	s.m.phase(PhasePrepare, ActionPreparing, 0)
	if err := s.exclusive(ctx); err != nil {
		return fail(PhasePrepare, 0, 0, err)
	}
	s.keepAwake(ctx)
	if err := s.ready(ctx, readyTimeout); err != nil {
		return fail(PhasePrepare, 0, 0, err)
	}
	s.tray = true
	return fail(PhasePrepare, 0, 0, s.lockTray(ctx))
}

// lockTray keeps the disc in. A drive that can't do that is not an obstacle.
func (s *session) lockTray(ctx context.Context) error {
	err := s.d.Lock(ctx)
	if err != nil && refused(err) {
		s.noLock = true
		s.warn("the drive can't lock its tray (%v): don't press its button", err)
		return nil
	}
	return err
}

// exclusive takes the drive from other programs, where the system can do that.
func (s *session) exclusive(ctx context.Context) error {
	l, ok := scsi.As[scsi.Locker](s.t)
	if !ok {
		return nil
	}
	err := l.Lock(ctx, s.o.ClientName, s.o.Force)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	s.later(l.Unlock)
	return nil
}

// keepAwake asks the caller's hook to hold off sleep.
func (s *session) keepAwake(ctx context.Context) {
	if s.o.KeepAwake == nil {
		return
	}
	release, err := s.o.KeepAwake(ctx, "burning an audio CD")
	if err != nil {
		s.warn("the computer may go to sleep during the burn: %v", err)
	}
	if release != nil {
		s.later(release)
	}
}

// readyTimeout is how long a drive may take until its disc is known: old ones with
// a bad disc need minutes.
const readyTimeout = 300 * time.Second

// unlockTries is how often the tray is unlocked before giving up: the command
// changes nothing when it comes twice, and a drive that stays locked is a nuisance
// until it is switched off.
const unlockTries = 4

// unlockTray lets the tray go, and is not put off by the first error.
func (s *session) unlockTray() error {
	var err error
	for range unlockTries {
		if err = s.d.Unlock(s.calm); err == nil {
			return nil
		}
	}
	if s.noLock && refused(err) {
		return nil
	}
	return fmt.Errorf("the tray stays locked: %w", err)
}

// release gives everything back, and opens the tray if that is asked for.
func (s *session) release() error {
	var errs []error
	if s.tray {
		s.tray = false
		err := s.unlockTray()
		errs = append(errs, err)
		if s.o.Eject && err == nil && !s.lost {
			if err := s.d.Eject(s.calm); err != nil {
				s.warn("the tray could not be opened: %v", err)
			}
		}
	}
	for i := len(s.undo) - 1; i >= 0; i-- {
		errs = append(errs, s.undo[i]())
	}
	s.undo = nil
	return fail(PhaseRelease, 0, 0, errors.Join(errs...))
}

// refused reports whether the drive said that it doesn't know or won't do this
// command: nothing has changed.
func refused(err error) bool {
	var se *scsi.SenseError
	return errors.As(err, &se) && se.Key == scsi.KeyIllegalRequest && !se.Deferred
}

// untold reports whether err says that the drive doesn't tell or can't do this: an
// answer, where something else was hoped for.
func untold(err error) bool {
	return refused(err) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, io.ErrUnexpectedEOF)
}

// gone reports whether err says that there is nothing left to talk to. A command
// that was not sent because the caller's context had ended says nothing of the kind.
func gone(err error) bool {
	var te *scsi.TransportError
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	return errors.As(err, &te) || errors.Is(err, scsi.FamilyMediumNotPresent)
}

// notReady reports whether err is a current NOT READY that passes by itself: the
// drive is still busy.
func notReady(err error) bool {
	var se *scsi.SenseError
	if !errors.As(err, &se) || se.Deferred || se.Key != scsi.KeyNotReady {
		return false
	}
	switch se.Code {
	case scsi.CodeBecomingReady, scsi.CodeFormatInProgress, scsi.CodeOperationInProgress, scsi.CodeLongWriteInProgress:
		return true
	}
	return false
}
