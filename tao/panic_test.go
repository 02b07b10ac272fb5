package tao_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// bomb is an event handler that panics at the nth event.
type bomb struct {
	n, at int
	kind  string   // of the event that it panicked at
	after int      // events that came later
	all   []string // what each event was
}

func (p *bomb) on(e burn.Event) {
	what := fmt.Sprintf("%T", e)
	if progress, is := e.(burn.Progress); is {
		what += string(progress.Phase)
	}
	p.all = append(p.all, what)
	if p.n++; p.n == p.at {
		p.kind = fmt.Sprintf("%T", e)
		panic("boom")
	}
	if p.n > p.at && p.at > 0 {
		p.after++
	}
}

// moments are the events of a run to panic at: of each kind and phase in a row the
// first, the second and the last.
func (p *bomb) moments() []int {
	var list []int
	for i, what := range p.all {
		far := func(d int) bool { return i-d < 0 || i-d >= len(p.all) || p.all[i-d] != what }
		if far(1) || far(2) || far(-1) {
			list = append(list, i+1)
		}
	}
	return list
}

// noted reports whether a report says that the handler panicked.
func noted(r burn.Report) bool {
	for _, n := range r.Notes {
		if n.Kind == burn.NoteEventPanic {
			return true
		}
	}
	return false
}

// A handler that panics at any event: the caller lives, the handler isn't called
// again, the burn ends as after a cancel, the drive is free, and the report says why.
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
			return burn.Verify(context.Background(), b.drive, album(), &burn.VerifyOptions{OnEvent: on})
		},
		"Blank": func(b *bench, on func(burn.Event)) (burn.Report, error) {
			_, err := tao.Burn(context.Background(), b.drive, album(), nil)
			require.NoError(t, err)
			return burn.Blank(context.Background(), b.drive, &burn.BlankOptions{OnEvent: on, Type: mmc.BlankMinimal})
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
				require.NotEmpty(t, p.kind)
				kinds[p.kind]++
				require.Zero(t, p.after, "not called again")
				require.True(t, noted(r), "event %d, %s: %+v", at, p.kind, r.Notes)
				require.False(t, b.trayLocked(), "event %d, %s", at, p.kind)
				owner, ownerErr := b.Owner()
				require.NoError(t, ownerErr)
				require.Empty(t, owner)
				for _, tr := range b.disc.Tracks() {
					require.Equal(t, sim.TrackComplete, tr.State, "event %d, %s", at, p.kind)
				}
				if err != nil {
					is(t, err, burn.ErrCancelled, context.Canceled)
					require.Contains(t, err.Error(), "boom")
					require.Equal(t, burn.VerdictCancelled, r.Verdict)
				}
				if name == "Burn" {
					require.Empty(t, b.wrongTracks(r, album()), "event %d, %s", at, p.kind)
					require.Equal(t, b.disc.Summary().Finalized, r.Closed)
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

// The same with a Writer: the member that was running ends, and Release closes what
// is there and gives the drive back.
func TestEventHandlerPanicsInAWriter(t *testing.T) {
	ctx := context.Background()
	for at := 1; ; at++ {
		b := newBench(t, "modern", sim.CDR80)
		p := &bomb{at: at}
		w := tao.NewWriter(&burn.Options{OnEvent: p.on, Verify: disc.VerifyQuick})
		require.NoError(t, w.SetRecorder(ctx, b.drive))
		if err := w.Prepare(ctx); err != nil {
			require.NotEmpty(t, p.kind)
			is(t, err, burn.ErrCancelled)
			require.Contains(t, err.Error(), "boom")
			require.False(t, b.trayLocked())
			require.True(t, b.disc.Blank())
			continue
		}
		written := 0
		for _, tr := range album() {
			row, err := w.AddAudioTrack(ctx, tr.Source)
			if err != nil {
				require.NotEmpty(t, p.kind)
				is(t, err, burn.ErrCancelled)
			}
			if row.Sectors > 0 {
				written++
			}
		}
		r, err := w.Release(ctx)
		require.False(t, b.trayLocked(), "event %d, %s", at, p.kind)
		require.Len(t, b.disc.Tracks(), written)
		require.Equal(t, written > 0, b.disc.Summary().Finalized)
		if p.kind == "" {
			require.NoError(t, err)
			break
		}
		require.True(t, noted(r), "event %d, %s", at, p.kind)
		require.Zero(t, p.after)
	}
}

// Where there is no drive yet, too.
func TestEventHandlerPanicsWithoutADrive(t *testing.T) {
	ctx := context.Background()
	on := func(burn.Event) { panic("boom") }
	r, err := tao.Burn(ctx, nil, album(), &burn.Options{OnEvent: on})
	is(t, err, burn.ErrNoRecorder)
	require.True(t, noted(r))
	is(t, burn.Check(ctx, album(), &burn.Options{OnEvent: on}), burn.ErrCancelled)
	b := newBench(t, "modern", sim.CDR80)
	_, err = tao.MakePlan(ctx, b.drive, album(), &burn.Options{OnEvent: on})
	is(t, err, burn.ErrCancelled)
	require.Contains(t, err.Error(), "boom")
}
