package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/filelock"
)

// ErrBusy matches the error for a job or a drive that another process uses.
var ErrBusy = errors.New("another redbook is working on it")

// file is the part of os.File that a Keeper needs; tests simulate a full disk with it.
type file interface {
	io.WriterAt
	Sync() error
	Truncate(size int64) error
	Close() error
}

// Keeper appends to a journal and locks it against other processes. Its methods do
// nothing on a nil Keeper, which is a burn without a journal, and after Close and Finish.
//
// It is safe for concurrent use.
type Keeper struct {
	mu     sync.Mutex
	f      file // nil after Close and Finish
	path   string
	gone   bool // Finish has removed the file
	at     int64
	unlock func() error
	err    error
	plan   planState
	mode   burn.Mode    // of the plan
	last   *burn.Report // of this run; nil before its end
	now    func() time.Time
}

// planState is whether a burn has begun: a plan is in the journal.
type planState uint8

const (
	planNone    planState = iota
	planMade              // by this run
	planResumed           // by an earlier run: tracks are on the disc, even if this run writes nothing
)

// Create makes a journal. An existing file is an error that matches fs.ErrExist.
func Create(path string, b *Begin) (*Keeper, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	k, err := keep(f, path)
	if err == nil {
		err = k.begin(b)
	}
	if err != nil {
		if k != nil {
			err = errors.Join(err, k.unlock())
		}
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return k, nil
}

// keep locks a file for a Keeper.
func keep(f *os.File, path string) (*Keeper, error) {
	unlock, free, err := filelock.Take(f, path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: locking it: %w", path, err)
	case !free:
		return nil, fmt.Errorf("%s: %w", path, ErrBusy)
	}
	return &Keeper{f: f, path: path, unlock: unlock, now: time.Now}, nil
}

// begin writes the magic and the first record.
func (k *Keeper) begin(b *Begin) error {
	line, err := compose(&record{Time: k.now().UTC(), Begin: b})
	if err != nil {
		return err
	}
	k.append(append([]byte(magic), line...))
	return k.err
}

// Reopen opens the journal of an interrupted job to finish it, and records on which device,
// such as redbook.Drive.Name. It cuts off everything past the last whole record. The error
// matches ErrBusy if another process works on it, and is otherwise that of Read.
func Reopen(path, device string) (*Keeper, *Job, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	k, err := keep(f, path)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	j, err := k.reopen(f)
	if err != nil {
		return nil, nil, errors.Join(err, k.Close())
	}
	k.write(&record{Resumed: &resumed{Device: device}})
	return k, j, nil
}

func (k *Keeper) reopen(f *os.File) (*Job, error) {
	if same, err := os.Stat(k.path); err != nil {
		return nil, err // its last owner has just removed it
	} else if info, err := f.Stat(); err != nil || !os.SameFile(info, same) {
		return nil, &os.PathError{Op: "open", Path: k.path, Err: os.ErrNotExist}
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return k.resume(b)
}

// resume continues the journal with this content.
func (k *Keeper) resume(b []byte) (*Job, error) {
	j, err := jobOf(k.path, b)
	if err != nil {
		return nil, err
	}
	k.at = int64(len(b)) - j.Torn
	if j.Torn > 0 {
		k.err = k.f.Truncate(k.at)
	}
	if j.Plan != nil {
		k.plan, k.mode = planResumed, j.Plan.Mode
	}
	return j, nil
}

// Event records an event of a burn or its resumption: it is burn.Options.OnEvent, or is called
// by it. redbook.Options.Journal calls it.
func (k *Keeper) Event(e burn.Event) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	stream := k.mode == burn.ModeSAO // nothing is recorded about its tracks while the laser is on
	switch e := e.(type) {
	case burn.Planned:
		k.plan, k.mode = max(k.plan, planMade), e.Plan.Mode
		k.write(&record{Plan: &planned{e.Plan}})
	case burn.TrackStarted:
		if !stream {
			k.write(&record{Started: &started{Row: e.Row, Number: e.Track, Start: e.Start, Sectors: e.Sectors}})
		}
	case burn.TrackFinished:
		if !stream {
			k.write(&record{Track: &confirmed{Row: e.Row, Report: e.Report}})
		}
	case burn.SessionClosed:
		k.write(&record{Closed: &closed{e.Appendable}})
	case burn.Finished:
		k.last = &e.Report
		k.write(&record{End: &End{Verdict: e.Report.Verdict, Failure: e.Report.Failure, After: e.Report.After}})
	}
}

// write appends a record and syncs it.
func (k *Keeper) write(r *record) {
	if k.err != nil || k.f == nil {
		return // a record after a gap would be wrong
	}
	r.Time = k.now().UTC()
	line, err := compose(r)
	if err != nil {
		k.err = err
		return
	}
	k.append(line)
}

func (k *Keeper) append(b []byte) {
	if _, err := k.f.WriteAt(b, k.at); err != nil {
		// A full disk: a partial record would hide later ones.
		k.err = errors.Join(err, k.f.Truncate(k.at))
		return
	}
	k.err = k.f.Sync()
	k.at += int64(len(b))
}

// Err returns why the journal is incomplete, or nil. The burn continues anyway.
func (k *Keeper) Err() error {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// Path returns the path of the journal's file.
func (k *Keeper) Path() string {
	if k == nil {
		return ""
	}
	return k.path
}

// Close ends the journal and keeps it, to be resumed.
func (k *Keeper) Close() error {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.close()
}

// close is Close while mu is locked.
func (k *Keeper) close() error {
	if k.f == nil {
		return nil
	}
	err := errors.Join(k.unlock(), k.f.Close())
	k.f = nil
	return err
}

// Finish ends the journal after the burn. It removes the journal of a burn that did not begin,
// or that left nothing to finish, and otherwise keeps it like Close; kept reports which.
func (k *Keeper) Finish() (kept bool, err error) {
	if k == nil {
		return false, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.f == nil { // the path may be that of another journal by now
		return k.path != "" && !k.gone, nil
	}
	if k.unfinished() {
		return true, k.close()
	}
	// Removed while it is locked, so that no process can resume it meanwhile. Windows
	// doesn't remove an open file.
	err = os.Remove(k.path)
	closeErr := k.close()
	if err != nil {
		err = os.Remove(k.path)
	}
	k.gone = err == nil
	return false, errors.Join(err, closeErr)
}

// unfinished reports whether Resume could do something: tracks are on the disc, or may
// be, the disc isn't finalized, and not everything succeeded.
func (k *Keeper) unfinished() bool {
	r := k.last
	switch {
	case r == nil:
		return k.plan != planNone
	case r.Verdict == burn.VerdictSuccess || r.Verdict == burn.VerdictTestWrite || r.TestWrite:
		return false
	case r.After.Status.Known() && r.Closed != nil && *r.Closed && r.Appendable != nil && !*r.Appendable:
		return false
	case k.plan == planResumed:
		return true
	}
	for _, t := range r.Tracks {
		if t.Status != burn.TrackNotBegun && t.Status != burn.TrackChanged {
			return r.Mode != burn.ModeSAO
		}
	}
	return false
}
