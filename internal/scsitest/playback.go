package scsitest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// ErrMismatch matches every error of a Playback for a command, or an end, other than
// the next in the script.
var ErrMismatch = errors.New("the script has something else")

// MismatchError describes how a command differs from the script.
type MismatchError struct {
	Index int    // index of the exchange in the script, from 0
	Diff  string // how the command differs
}

// Error returns the place and the difference.
func (e *MismatchError) Error() string { return fmt.Sprintf("exchange %d: %s", e.Index, e.Diff) }

// Is makes errors.Is(err, ErrMismatch) true.
func (e *MismatchError) Is(target error) bool { return target == ErrMismatch }

// Playback is a Transport that answers from a script. Each command must be the next one
// of the script: the same CDB, direction and length, and the same data-out if the
// script has it. Another command fails with a *MismatchError in a *scsi.TransportError,
// and so does every later one. Close fails if the script was not played to its end.
//
// A Playback is a scsi.Clock too: each exchange advances it by its duration, and Sleep
// by its argument, so polling takes no real time.
type Playback struct {
	// Fill, if set, returns the data-in of exchanges for which the script holds only a
	// hash (the audio of a trace); the data must have that hash. Without Fill such a
	// command fails.
	Fill func(cdb []byte, p []byte) error

	mu     sync.Mutex
	script []Exchange
	next   int
	failed error
	now    time.Time
}

// NewPlayback returns a Playback of a script.
func NewPlayback(script ...Exchange) *Playback {
	p := &Playback{now: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, ex := range script {
		p.script = append(p.script, ex.clone())
	}
	return p
}

// Do answers with the next exchange of the script.
func (p *Playback) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	notSent := func(err error) (scsi.Result, error) {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Sent: scsi.SentNo, Err: err}
	}
	if err := ctx.Err(); err != nil {
		return notSent(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed == nil {
		p.failed = p.compare(req)
	}
	if p.failed != nil {
		return notSent(p.failed)
	}
	ex := p.script[p.next]
	p.next++
	p.now = p.now.Add(ex.Took)
	n, err := p.transfer(ex, req)
	if err != nil {
		p.failed = err
		return notSent(err)
	}
	res := scsi.Result{Status: ex.Status, Sense: bytes.Clone(ex.Sense), N: n}
	return res, ex.Err
}

// compare checks req against the next exchange without consuming it.
func (p *Playback) compare(req *scsi.Request) error {
	if p.next == len(p.script) {
		got := describe(req.Name, req.CDB[:min(max(req.CDBLen, 0), len(req.CDB))])
		return &MismatchError{Index: p.next, Diff: "got " + got + ", want no more commands"}
	}
	if err := p.script[p.next].difference(req); err != nil {
		return &MismatchError{Index: p.next, Diff: err.Error()}
	}
	return nil
}

// transfer copies the data-in of ex and returns the number of bytes transferred.
func (p *Playback) transfer(ex Exchange, req *scsi.Request) (int, error) {
	if req.Dir != scsi.DataIn {
		return ex.transferred(req.Dir, len(req.Data), 0), nil
	}
	clear(req.Data)
	if ex.InHash == "" {
		return ex.transferred(req.Dir, len(req.Data), copy(req.Data, ex.In)), nil
	}
	n := ex.transferred(req.Dir, len(req.Data), len(req.Data))
	if p.Fill == nil {
		return 0, fmt.Errorf("exchange %d: %v: %w", p.next-1, ex, errNoData)
	}
	if err := p.Fill(bytes.Clone(ex.CDB), req.Data[:n]); err != nil {
		return 0, fmt.Errorf("exchange %d: %v: %w", p.next-1, ex, err)
	}
	if got := traceHash(req.Data[:n]); got != ex.InHash {
		diff := fmt.Sprintf("%v: Fill made data-in of hash %s, want %s", ex, got, ex.InHash)
		return 0, &MismatchError{Index: p.next - 1, Diff: diff}
	}
	return n, nil
}

// Limits returns the zero value: unknown.
func (p *Playback) Limits() scsi.Limits { return scsi.Limits{} }

// Close fails if a command did not match, or if exchanges are left over. The errors
// match ErrMismatch.
func (p *Playback) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return p.failed
	}
	if left := len(p.script) - p.next; left > 0 {
		diff := fmt.Sprintf("%d of %d exchanges are left over, the next is %v", left, len(p.script), p.script[p.next])
		return &MismatchError{Index: p.next, Diff: diff}
	}
	return nil
}

// Left returns how many exchanges have not been played yet.
func (p *Playback) Left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.script) - p.next
}

// Now returns the script's own time. It starts at the beginning of the year 2000.
func (p *Playback) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// Sleep advances the script's time by d immediately.
func (p *Playback) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(max(d, 0))
	return nil
}
