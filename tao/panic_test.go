package tao_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// bomb is an event handler that panics at one event.
type bomb struct {
	at    moment
	kind  string         // kind of the event at which it panicked
	after int            // number of later events
	seen  map[string]int // how many of each
	order []string       // the kind of each event
}

// A moment is the nth event of a kind. The number of Progress events depends on the speed of
// the machine, so events can't simply be numbered.
type moment struct {
	what string
	nth  int
}

func (p *bomb) on(e burn.Event) {
	what := fmt.Sprintf("%T", e)
	if progress, is := e.(burn.Progress); is {
		what += fmt.Sprint(progress.Phase, progress.Track)
	}
	if p.kind != "" {
		p.after++
	}
	if p.seen == nil {
		p.seen = map[string]int{}
	}
	p.seen[what]++
	p.order = append(p.order, what)
	if p.at == (moment{what, p.seen[what]}) {
		p.kind = fmt.Sprintf("%T", e)
		panic("boom")
	}
}

// moments returns the events of a run at which to panic: the first, the second and the last of
// each kind, phase and track.
func (p *bomb) moments() (list []moment) {
	nth := map[string]int{}
	for _, what := range p.order {
		nth[what]++
		if nth[what] <= 2 || nth[what] == p.seen[what] {
			list = append(list, moment{what, nth[what]})
		}
	}
	return list
}

// noted reports whether a report notes that the handler panicked.
func noted(r burn.Report) bool {
	for _, n := range r.Notes {
		if n.Kind == notekind.EventPanic {
			return true
		}
	}
	return false
}

// If a handler panics at any event, the caller survives, the handler isn't called again, the
// burn ends as after a cancel, the drive is free, and the report contains the reason.
func TestEventHandlerPanics(t *testing.T) {
	jobs := map[string]func(b *bench, on func(burn.Event)) (burn.Report, error){
		"Burn": func(b *bench, on func(burn.Event)) (burn.Report, error) {
			return tao.Burn(context.Background(), b.drive, album(), &burn.Options{OnEvent: on, Verify: disc.VerifyQuick})
		},
		"CloseDisc": func(b *bench, on func(burn.Event)) (burn.Report, error) {
			_, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{NoClose: true})
			require.NoError(t, err)
			return tao.CloseDisc(context.Background(), b.drive, &burn.CloseOptions{OnEvent: on})
		},
		"Verify": func(b *bench, on func(burn.Event)) (burn.Report, error) {
			_, err := tao.Burn(context.Background(), b.drive, album(), nil)
			require.NoError(t, err)
			return tao.Verify(context.Background(), b.drive, album(), &burn.VerifyOptions{OnEvent: on})
		},
		"Blank": func(b *bench, on func(burn.Event)) (burn.Report, error) {
			_, err := tao.Burn(context.Background(), b.drive, album(), nil)
			require.NoError(t, err)
			return tao.Blank(context.Background(), b.drive, &burn.BlankOptions{OnEvent: on, Type: mmc.BlankMinimal})
		},
	}
	for name, job := range jobs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kinds := map[string]int{}
			var clean bomb
			_, err := job(newBench(t, "modern", sim.CDRW80), clean.on)
			require.NoError(t, err)
			for _, at := range clean.moments() {
				b := newBench(t, "modern", sim.CDRW80)
				p := &bomb{at: at}
				r, err := job(b, p.on)
				if p.kind == "" && strings.HasPrefix(at.what, "burn.Progress") {
					continue // a faster run than the first had fewer events
				}
				require.NotEmpty(t, p.kind, "%v", at)
				kinds[p.kind]++
				require.Zero(t, p.after, "not called again")
				require.True(t, noted(r), "event %v, %s: %+v", at, p.kind, r.Notes)
				require.False(t, b.trayLocked(), "event %v, %s", at, p.kind)
				owner, ownerErr := b.Owner()
				require.NoError(t, ownerErr)
				require.Empty(t, owner)
				for _, tr := range b.disc.Tracks() {
					require.Equal(t, "complete", tr.State, "event %v, %s", at, p.kind)
				}
				if err != nil {
					is(t, err, burn.ErrCanceled, context.Canceled)
					require.Contains(t, err.Error(), "boom")
					require.Equal(t, burn.VerdictCanceled, r.Verdict)
				}
				if name == "Burn" {
					require.Empty(t, b.wrongTracks(r, album()), "event %v, %s", at, p.kind)
					require.Equal(t, b.disc.Summary().Finalized, r.Closed != nil && *r.Closed)
				}
			}
			require.Equal(t, 1, kinds["burn.Finished"])
			require.Positive(t, kinds["burn.Progress"])
			if name == "Burn" {
				for _, kind := range []string{"Checking", "Planned", "TrackStarted", "TrackFinished", "SessionClosed"} {
					require.Positive(t, kinds["burn."+kind], kind)
				}
			}
		})
	}
}

// countdown is a handler that panics at the nth event.
type countdown struct {
	n     int
	kind  string
	after int
}

func (c *countdown) on(e burn.Event) {
	if c.n--; c.n == 0 {
		c.kind = fmt.Sprintf("%T", e)
		panic("boom")
	}
	if c.n < 0 {
		c.after++
	}
}

// The same with a Writer: the running member ends, and Release closes the session and releases
// the drive.
// With -short: at every third event.
func TestEventHandlerPanicsInAWriter(t *testing.T) {
	ctx, step := context.Background(), 1
	if testing.Short() {
		step = 3
	}
	for at := 1; ; at += step {
		b := newBench(t, "modern", sim.CDR80)
		p := &countdown{n: at}
		w := tao.NewWriter(&burn.Options{OnEvent: p.on, Verify: disc.VerifyQuick})
		require.NoError(t, w.SetRecorder(ctx, b.drive))
		if err := w.Prepare(ctx); err != nil {
			require.NotEmpty(t, p.kind)
			is(t, err, burn.ErrCanceled)
			require.Contains(t, err.Error(), "boom")
			require.False(t, b.trayLocked())
			require.True(t, b.disc.Summary().Blank)
			continue
		}
		written := 0
		for _, tr := range album() {
			row, err := w.AddAudioTrack(ctx, tr.Source)
			if err != nil {
				require.NotEmpty(t, p.kind)
				is(t, err, burn.ErrCanceled)
			}
			if row.Sectors > 0 {
				written++
			}
		}
		r, err := w.Release(ctx)
		require.False(t, b.trayLocked(), "event %v, %s", at, p.kind)
		require.Len(t, b.disc.Tracks(), written)
		require.Equal(t, written > 0, b.disc.Summary().Finalized)
		if p.kind == "" {
			require.NoError(t, err)
			break
		}
		require.True(t, noted(r), "event %v, %s", at, p.kind)
		require.Zero(t, p.after)
	}
}

// A panic without a drive is handled too.
func TestEventHandlerPanicsWithoutADrive(t *testing.T) {
	ctx := context.Background()
	on := func(burn.Event) { panic("boom") }
	r, err := tao.Burn(ctx, nil, album(), &burn.Options{OnEvent: on})
	is(t, err, burn.ErrNoRecorder)
	require.True(t, noted(r))
	b := newBench(t, "modern", sim.CDR80)
	_, err = tao.MakePlan(ctx, b.drive, album(), &burn.Options{OnEvent: on})
	is(t, err, burn.ErrCanceled)
	require.Contains(t, err.Error(), "boom")
}
