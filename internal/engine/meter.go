package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// meter makes Progress events. Only the goroutine that sends commands uses it.
type meter struct {
	on    func(burn.Event)
	clock scsi.Clock
	cur   burn.Progress
	began time.Time // of this track, or of the closing
	since time.Time // of this phase
	last  time.Time // when Progress was sent
	check time.Time // when due was asked last

	work, done float64 // work in sectors: total, and done before this phase
	part       float64 // sectors of work in this phase
	frac       float64 // of this phase, if the drive reports it; else -1

	rateAt   time.Time // start of the window for Speed
	rateFrom toc.LBA
	nominal  float64 // sectors per second that the drive claims, for estimates
	cast     forecast
	pace     float64 // latest measurement; 0 before the first

	feed         *feeder                 // while tracks are written: what the FIFO holds
	cancel       context.CancelCauseFunc // ends the burn if on panics
	broken       error                   // on has panicked: it isn't called again
	exited       bool                    // on has ended this goroutine: only deferred functions still run
	releaseDrive func()                  // releases the drive then; nil if none was taken
	active       bool                    // a function of this package runs: Progress may be sent
}

func newMeter(on func(burn.Event), clock scsi.Clock) *meter {
	if on == nil {
		on = func(burn.Event) {}
	}
	m := &meter{on: on, clock: clock, frac: -1, active: true}
	m.cur.DriveBuffer = -1
	return m
}

// send sends an event. A handler that panics ends the burn like a cancel: the drive must not
// stay locked, and the program must not crash during a burn.
func (m *meter) send(e burn.Event) {
	if m.broken != nil {
		return
	}
	returned := false
	defer func() {
		switch p := recover(); {
		case p != nil:
			m.broken = fmt.Errorf("Options.OnEvent panicked: %v", p)
		case !returned:
			m.broken, m.exited = errors.New("Options.OnEvent ended its goroutine (runtime.Goexit)"), true
		default:
			return
		}
		if m.cancel != nil {
			m.cancel(m.broken)
		}
	}()
	m.on(e)
	returned = true
}

// guardEvents returns a context that a panic of the handler cancels, and a function for the
// caller to defer. If a handler calls runtime.Goexit, as t.FailNow does, that function only
// releases the drive.
func (m *meter) guardEvents(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	m.cancel, m.active = cancel, true
	if m.broken != nil {
		cancel(m.broken)
	}
	return ctx, func() {
		m.active = false
		if m.exited && m.releaseDrive != nil {
			m.releaseDrive()
		}
		cancel(nil)
	}
}

// addPanic adds the handler's panic to the error of the job it ended.
func (m *meter) addPanic(err error) error {
	if m.broken == nil || errors.Is(err, m.broken) || !errors.Is(err, burn.ErrCanceled) && !errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", err, m.broken)
}

// finished sends the last event and returns the report, with a note if the handler panics.
func (m *meter) finished(r burn.Report, err error) burn.Report {
	before := m.broken
	m.send(burn.Finished{Report: r, Err: err})
	if before == nil && m.broken != nil {
		r.Notes = append(r.Notes, burn.Note{Kind: notekind.EventPanic, Cause: burn.Cause{Err: m.broken}})
	}
	return r
}

// actionOf returns IMAPI's action for a phase.
func actionOf(p burn.Phase) burn.Action {
	switch p {
	case burn.PhasePrepare, burn.PhaseReserve, burn.PhaseStart:
		return burn.ActionPreparing
	case burn.PhaseWrite:
		return burn.ActionWriting
	case burn.PhaseVerify, burn.PhaseRead:
		return burn.ActionVerifying
	}
	return burn.ActionFinishing
}

// expect sets the total work and resets the work done.
func (m *meter) expect(work toc.Sectors) {
	m.work, m.done, m.part, m.cur.Done = float64(work), 0, 0, 0
	m.cur.SectorCount = 0
}

// track begins a new track and starts its time. For a track that is already being prepared
// it only corrects the figures.
func (m *meter) track(number int, start toc.LBA, sectors toc.Sectors) {
	if m.cur.Action != burn.ActionPreparing || m.cur.SectorCount == 0 {
		m.began = m.clock.Now()
	}
	m.cur.Track, m.cur.StartLBA, m.cur.SectorCount = number, start, sectors
	m.cur.LastRead, m.cur.LastWritten = start-1, start-1
}

// phase enters a phase with part sectors of work and reports it.
func (m *meter) phase(p burn.Phase, a burn.Action, part toc.Sectors) {
	m.done += m.part
	m.part, m.frac = float64(part), -1
	now := m.clock.Now()
	if a == burn.ActionFinishing && p == burn.PhaseClose || m.began.IsZero() {
		m.began = now
		m.cur.Track, m.cur.StartLBA, m.cur.SectorCount = 0, 0, 0
	}
	m.since = now
	m.cast.enter(p, now)
	m.cur.Phase, m.cur.Action, m.cur.Speed = p, a, mmc.Speed{}
	m.rateAt, m.rateFrom = now, m.cur.LastWritten
	m.emit(now)
}

// tick sends Progress if it is due; otherwise it costs almost nothing.
func (m *meter) tick() {
	if !m.active {
		return
	}
	now := m.clock.Now()
	step := now.Sub(m.check)
	m.check = now
	// The next call will probably take as long to come as this one did; events must be at
	// most half a second apart.
	if now.Sub(m.last)+step < eventEvery+eventEvery/5 && now.Sub(m.last) < eventEvery {
		return
	}
	m.emit(now)
}

// soFar returns the done share of this phase.
func (m *meter) soFar(now time.Time) float64 {
	switch {
	case m.cur.Action == burn.ActionWriting:
		return m.cur.Fraction()
	case m.frac >= 0:
		return m.frac
	case m.part > 0 && m.nominal > 0:
		return min(now.Sub(m.since).Seconds()*m.nominal/m.part, 0.95)
	}
	return 0
}

func (m *meter) emit(now time.Time) {
	m.last, m.check = now, now
	m.cur.Elapsed = now.Sub(m.began)
	frac := m.soFar(now)
	if m.cur.Action == burn.ActionWriting {
		m.speed(now)
	}
	m.cur.Remaining = m.remaining(now, frac)
	if m.work > 0 {
		m.cur.Done = max(m.cur.Done, min((m.done+frac*m.part)/m.work, 1))
	}
	if m.cur.Left = m.cast.left(now, frac).Round(time.Second); m.cur.Left == 0 {
		m.cur.Left = m.left()
	}
	m.fill()
	m.send(m.cur)
}

// fill adds the state of the FIFO and of the sources.
func (m *meter) fill() {
	m.cur.BufferUsed = 0
	if m.feed != nil {
		m.cur.BufferTotal, m.cur.BufferUsed = m.feed.f.bytes(), m.feed.f.used()
		m.cur.LastRead = max(m.cur.LastRead, m.cur.StartLBA+toc.LBA(m.feed.sectorsRead())-1)
	}
	m.cur.BufferFree = m.cur.BufferTotal - m.cur.BufferUsed
	m.cur.LastRead = max(m.cur.LastRead, m.cur.LastWritten) // the padding of a track cut short isn't read
}

// verifying adopts the progress of a verification.
func (m *meter) verifying(p inspect.VerifyProgress) {
	if p.Track != m.cur.Track {
		m.track(p.Track, p.Start, p.Sectors)
	}
	m.frac = min(float64(p.Done)/float64(max(p.Total, 1)), 1)
	if p.Done >= p.Total && m.active {
		m.emit(m.clock.Now()) // the end is always reported
		return
	}
	m.tick()
}

// speed measures the speed over the last seconds, long enough to smooth the bursts of WRITEs
// that a full buffer causes.
func (m *meter) speed(now time.Time) {
	span := now.Sub(m.rateAt)
	if span < eventEvery {
		return
	}
	m.cur.Speed = mmc.SpeedX(float64(m.cur.LastWritten-m.rateFrom) / span.Seconds() / toc.SectorsPerSecond)
	m.pace = float64(m.cur.Speed.SectorsPerSecond())
	if span > 5*time.Second {
		m.rateAt, m.rateFrom = now, m.cur.LastWritten
	}
}

// left returns how long the rest of the job takes at the measured pace or, before that,
// at the drive's nominal one; 0 if neither is known.
func (m *meter) left() time.Duration {
	rate := m.pace
	if rate <= 0 {
		rate = m.nominal
	}
	if rate <= 0 {
		return 0
	}
	return time.Duration(m.work * (1 - m.cur.Done) / rate * float64(time.Second)).Round(time.Second)
}

func (m *meter) remaining(now time.Time, frac float64) time.Duration {
	if m.cur.Action == burn.ActionWriting {
		left := float64(m.cur.SectorCount) * (1 - frac)
		rate := float64(m.cur.Speed.SectorsPerSecond())
		if rate <= 0 {
			rate = m.nominal
		}
		if rate <= 0 {
			return 0
		}
		return time.Duration(left / rate * float64(time.Second)).Round(time.Second)
	}
	if frac > 0 && frac < 1 {
		return time.Duration(float64(now.Sub(m.since)) * (1 - frac) / frac).Round(time.Second)
	}
	return 0
}

// eventEvery is the interval of Progress: slightly less than half a second, so that a
// slow WRITE in between doesn't exceed it.
const eventEvery = 380 * time.Millisecond
