package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
)

// stopper turns signals into an orderly end. The first SIGINT (Ctrl-C), SIGTERM or other
// signal that ends programs (endings) cancels the context, and whatever runs finishes to a safe state. The second one closes hurry:
// waiting stops, but unlocking the drive is never skipped. More change nothing.
type stopper struct {
	ctx    context.Context
	hurry  chan struct{}
	cancel context.CancelFunc
	once   sync.Once
	quit   func()
}

// newStopper listens until its stop is called. first and second are told, each at
// most once, from a goroutine of its own. A session that ends counts as a signal; it
// is closed where the system has no signal for that (power.Ending).
func newStopper(session <-chan struct{}, first, second func()) *stopper {
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
	go func() {
		for n := 0; ; {
			select {
			case <-done:
				return
			case <-session:
				session = nil // once is enough
			case <-signals:
			}
			switch n++; n {
			case 1:
				first()
				s.cancel()
			case 2:
				second()
				close(s.hurry)
			}
		}
	}()
	return s
}

// stop ends listening; signals have their default effect again.
func (s *stopper) stop() { s.once.Do(func() { s.quit(); s.cancel() }) }
