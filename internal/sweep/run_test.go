package sweep

import (
	"context"
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/sim"
)

// result is a run with everything that the truths check.
type result struct {
	facts
	p        point
	out      outcome
	in       *injector
	before   state // the disc before the job
	now      state // when the job had returned
	later    state // when all background operations had ended
	locked   bool
	owner    string
	took     time.Duration // by the drive's clock
	panicked string
	hung     bool // it never returned
	invalid  error
}

// state is what is on a disc, read directly.
type state struct {
	sim.DiscSummary
	tracks   []sim.Track
	sessions []sim.Session
}

func stateOf(d *sim.Disc) state {
	return state{DiscSummary: d.Summary(), tracks: d.Tracks(), sessions: d.Sessions()}
}

// patience is how long a run may take by the computer's clock: it takes a millisecond, or
// forever.
const patience = 2 * time.Minute

// run does one run. The injector is kept even if the job panics.
func run(p point, record bool) (*result, error) {
	disc := sim.NewDisc(p.sc.media)
	personality, err := sim.PersonalityByName(p.drive)
	if err != nil {
		return nil, err
	}
	// The disc is made on a drive without oddities: every personality gets the same one.
	if p.sc.prepare != nil {
		maker := sim.New(sim.Config{Disc: disc})
		if err := p.sc.prepare(&raw{drive: maker}); err != nil {
			return nil, fmt.Errorf("%s: prepare: %w", p.name(), err)
		}
		maker.Eject()
	}
	drive := sim.New(sim.Config{Personality: personality, Disc: disc})
	r := &result{p: p, before: stateOf(disc)}
	r.in = &injector{lowest: math.MaxInt32, drive: drive, record: record, faults: append([]fault(nil), p.faults...)}
	r.in.hit = make([]bool, len(r.in.faults))
	r.in.ledger.test = p.sc.job.test
	r.start()
	if r.hung {
		return r, nil
	}
	r.settle(disc)
	r.violate(disc)
	drive.Eject()
	return r, disc.Close()
}

// start runs the job, in a goroutine that is abandoned if it never ends.
func (r *result) start() {
	d, err := openDrive(r.in)
	if err != nil {
		r.panicked = fmt.Sprintf("open: %v", err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j := r.p.sc.job
	j.hurry = make(chan struct{})
	r.in.cancel, r.in.hurry, r.in.cancelAt = cancel, sync.OnceFunc(func() { close(j.hurry) }), r.p.cancel
	begun := r.in.drive.Now()
	done := make(chan struct{})
	r.in.armed = true
	go func() {
		defer close(done)
		defer func() {
			if v := recover(); v != nil {
				r.panicked = fmt.Sprint(v)
				if v != errEndless {
					r.panicked += "\n" + string(debug.Stack())
				}
			}
		}()
		r.out = j.start(ctx, d)
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		r.hung = true
		return
	}
	r.in.armed = false
	r.took = r.in.drive.Now().Sub(begun)
}

// settle examines the disc as it is now, and as it is after the drive has finished its
// operations.
func (r *result) settle(disc *sim.Disc) {
	own := &raw{drive: r.in.drive}
	r.owner, _ = r.in.drive.Owner()
	own.poke() // the next command completes an operation that has ended in the background
	r.now = stateOf(disc)
	_ = r.in.drive.Sleep(context.Background(), 12*time.Hour)
	own.poke()
	r.later = stateOf(disc)
	locked, err := own.locked()
	r.locked = locked
	r.invalid = err
	if e := r.in.drive.Err(); e != nil {
		r.invalid = e
	}
}

var (
	tracesMu sync.Mutex
	traces   = map[string][]sentCommand{}
)

// cleanTrace is the commands of a run without a fault.
func cleanTrace(sc *scenario, drive string) ([]sentCommand, error) {
	tracesMu.Lock()
	defer tracesMu.Unlock()
	key := sc.name + "/" + drive
	if t, ok := traces[key]; ok {
		return t, nil
	}
	r, err := run(point{sc: sc, drive: drive}, true)
	if err != nil {
		return nil, err
	}
	t := r.in.trace
	markAlike(t)
	traces[key] = t
	return t, nil
}

// startOf returns where a track of the disc begins, or 0.
func (r *result) startOf(number int) lba {
	for _, t := range r.later.tracks {
		if t.Number == number {
			return t.Start
		}
	}
	return 0
}
