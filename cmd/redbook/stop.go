package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"
)

// stopper turns signals into an orderly end. The first SIGINT (Ctrl-C), SIGTERM or other
// signal that ends programs (endings) cancels the context, and the current work ends in a
// safe state. The second one closes hurry: waiting stops, but the drive is always
// unlocked. Further signals change nothing.
type stopper struct {
	ctx          context.Context
	hurry        chan struct{}
	cancel       context.CancelFunc
	once         sync.Once
	quit         func()
	ignoreHangup atomic.Bool // until the end of the terminal
}

// sameRequest is the time in which further signals are the same request as the first. The
// program timeout, for one, sends its signal to the process and again to its group: the
// second must not end the wait for the drive. It is shorter than the time in which anyone
// presses a key twice, so that no press is lost.
const sameRequest = 50 * time.Millisecond

// newStopper listens until stop is called. It calls first and second at most once, each
// from its own goroutine. The end of a session counts as a signal; power.Ending reports it
// on systems that have no signal for it. Signals less than gap after the first don't count.
func newStopper(session <-chan struct{}, gap time.Duration, first, second func()) *stopper {
	s := &stopper{hurry: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	signals := make(chan os.Signal, 4)
	done := make(chan struct{})
	signal.Notify(signals, endings()...)
	unpiped()
	s.quit = func() {
		signal.Stop(signals)
		close(done)
	}
	go s.listen(signals, session, done, gap, first, second)
	return s
}

// listen counts the signals until done.
func (s *stopper) listen(signals <-chan os.Signal, session, done <-chan struct{}, gap time.Duration, first, second func()) {
	var began time.Time
	for n := 0; ; {
		select {
		case <-done:
			return
		case <-session:
			session = nil // once is enough
		case got := <-signals:
			if hangup(got) && s.ignoreHangup.Load() || n == 1 && time.Since(began) < gap {
				continue
			}
		}
		switch n++; n {
		case 1:
			began = time.Now()
			first()
			s.cancel()
		case 2:
			second()
			close(s.hurry)
		}
	}
}

// stop ends listening; signals have their default effect again.
func (s *stopper) stop() { s.once.Do(func() { s.quit(); s.cancel(); restoreSignals() }) }

// surviveTerminal lets a burn continue after the end of its terminal or ssh session. It also
// disables Ctrl-Z, which would stop the program with the laser on.
func (s *stopper) surviveTerminal() {
	s.ignoreHangup.Store(true)
	ignoreStopSignals()
}
