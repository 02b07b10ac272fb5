package engine

import (
	"context"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// pulse wraps the transport of a job and sends Progress when it is due: before each command
// and during each pause, whichever part sends or pauses. It sends nothing while a single
// command runs.
type pulse struct {
	scsi.Transport
	clock scsi.Clock
	m     *meter
}

// Unwrap returns the wrapped transport.
func (p *pulse) Unwrap() scsi.Transport { return p.Transport }

// Do sends Progress if it is due and passes the command on.
func (p *pulse) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	p.m.tick()
	return p.Transport.Do(ctx, req)
}

// Now returns the drive's time.
func (p *pulse) Now() time.Time { return p.clock.Now() }

// Sleep pauses, in parts if events are due meanwhile.
func (p *pulse) Sleep(ctx context.Context, d time.Duration) error {
	for p.m.active {
		p.m.tick()
		due := p.m.last.Add(eventEvery).Sub(p.clock.Now())
		if due <= 0 || d <= due {
			break
		}
		if err := p.clock.Sleep(ctx, due); err != nil {
			return err
		}
		d -= due // prevents an endless loop with a clock that stands still
	}
	return p.clock.Sleep(ctx, d)
}
