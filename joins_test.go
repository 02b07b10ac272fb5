package redbook_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// concert is one recording: strings that slide and beat, without repetition.
func concert(seconds int) []byte {
	n := seconds * pcm.CDDA.SampleRate * 4
	return wholeConcert()[:n:n]
}

// wholeConcert is made once: sines cost more than the burns.
var wholeConcert = sync.OnceValue(func() []byte {
	var b []byte
	for i := range 26 * pcm.CDDA.SampleRate {
		t := float64(i) / 44100
		l := 5000*math.Sin(2*math.Pi*(200*t+13*t*t)) + 3000*math.Sin(2*math.Pi*(331*t+7*math.Sin(3*t)))
		r := 4000*math.Sin(2*math.Pi*(150*t+17*t*t)) + 2000*math.Sin(2*math.Pi*(497*t+5*math.Sin(2*t)))
		b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, uint16(int16(l))), uint16(int16(r)))
	}
	return b
})

// cuts makes files of samples, one for each track.
func cuts(t *testing.T, tracks ...[]byte) (files []string) {
	t.Helper()
	dir := t.TempDir()
	for i, data := range tracks {
		name := filepath.Join(dir, fmt.Sprintf("%d.wav", i+1))
		w, err := wav.Create(name, pcm.CDDA, nil)
		require.NoError(t, err)
		_, err = w.Write(data)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		files = append(files, name)
	}
	return files
}

// joinBench has four files: the first three are one recording, cut on sector boundaries,
// and the last one is another.
func joinBench(t *testing.T) (b *bench, length [4]int) {
	t.Helper()
	all := concert(16)
	length = [4]int{5*44100 + 11, 5*44100 + 300, 5 * 44100, 5 * 44100}
	one, two := length[0]*4, (length[0]+length[1])*4
	b = newBench(t)
	b.files = cuts(t, all[:one], all[one:two], all[two:two+length[2]*4], concert(5))
	return b, length
}

func TestTracksThatRunOn(t *testing.T) {
	b, length := joinBench(t)
	b.with(t, "", func(d *redbook.Drive) {
		var plan redbook.Plan
		report, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
			ReadBack: redbook.ReadBackFull,
			Confirm:  func(_ context.Context, p *redbook.Plan) error { plan = *p; return nil },
		})
		require.NoError(t, err)
		assert.Equal(t, []redbook.Need{"runs-on"}, plan.Needs)
		assert.Equal(t, []int{2, 3}, plan.Joins)
		assert.Equal(t, []int{4}, plan.Seams, "the last file has sound from its start on, but is another recording")
		assert.Equal(t, burn.ModeSAO, report.Mode)
		second := length[0] / toc.SamplesPerSector
		third := (length[0] + length[1]) / toc.SamplesPerSector
		end := (length[0] + length[1] + length[2] + toc.SamplesPerSector - 1) / toc.SamplesPerSector
		for i, start := range []int{0, second, third, end + toc.PregapSectors} {
			assert.EqualValues(t, start, report.Tracks[i].Start, "track %d", i+1)
		}
		again, err := redbook.Verify(t.Context(), d, b.load(t), nil)
		require.NoError(t, err)
		assert.Len(t, again.Verified.Tracks, 4)
	})
}

// Several drives join the same tracks as one.
func TestTracksThatRunOnInSeveralDrives(t *testing.T) {
	b, _ := joinBench(t)
	b.with(t, "", func(d *redbook.Drive) {
		other := &bench{disc: "sim:" + filepath.Join(t.TempDir(), "other.disc")}
		other.with(t, "", func(e *redbook.Drive) {
			results := redbook.BurnAll(t.Context(), []*redbook.Drive{d, e}, b.load(t), &redbook.AllOptions{
				ConfirmAll: func(_ context.Context, plans []*redbook.Plan, _ []error) error {
					for _, p := range plans {
						assert.Equal(t, []int{2, 3}, p.Joins)
						assert.Equal(t, []int{4}, p.Seams)
					}
					return nil
				},
			})
			for _, r := range results {
				require.NoError(t, r.Err)
				assert.Equal(t, burn.ModeSAO, r.Report.Mode)
			}
		})
	})
}

// Options and lengths that rule out a join.
func TestTracksThatStayApart(t *testing.T) {
	if testing.Short() {
		t.Skip("burns a disc for each option")
	}
	for name, o := range map[string]redbook.Options{
		"mode":           {Mode: redbook.ModeTAO},
		"an open disc":   {NoClose: true},
		"one by one":     {OneByOne: true},
		"close anyway":   {CloseOnCancel: true},
		"reserve always": {Reserve: burn.ReserveAlways},
	} {
		b, _ := joinBench(t)
		b.with(t, "", func(d *redbook.Drive) {
			var plan redbook.Plan
			o.ReadBack = redbook.ReadBackNone
			o.Confirm = func(_ context.Context, p *redbook.Plan) error { plan = *p; return nil }
			report, err := redbook.Burn(t.Context(), d, b.load(t), &o)
			require.NoError(t, err, name)
			assert.Equal(t, burn.ModeTAO, report.Mode, name)
			assert.Equal(t, []int{2, 3, 4}, plan.Seams, name)
			assert.Empty(t, plan.Joins, name)
		})
	}
	// --pause 2 is the same pause everywhere.
	b, _ := joinBench(t)
	b.with(t, "", func(d *redbook.Drive) {
		var plan redbook.Plan
		_, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
			Pause: toc.PregapSectors, ReadBack: redbook.ReadBackNone,
			Confirm: func(_ context.Context, p *redbook.Plan) error { plan = *p; return nil },
		})
		require.NoError(t, err)
		for _, track := range plan.Tracks[1:] {
			assert.EqualValues(t, toc.PregapSectors, track.Pause)
		}
	})
}

// A drive without session-at-once writes the tracks track-at-once, after a warning.
func TestRunsOnWithoutSAO(t *testing.T) {
	for _, personality := range []string{"sao-unknown", "sao-refused"} {
		b, _ := joinBench(t)
		b.with(t, personality, func(d *redbook.Drive) {
			var last redbook.Plan
			var without []redbook.Need
			report, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
				ReadBack:   redbook.ReadBackNone,
				Confirm:    func(_ context.Context, p *redbook.Plan) error { last = *p; return nil },
				OnFallback: func(_ error, needs []redbook.Need) { without = needs },
			})
			require.NoError(t, err, personality)
			assert.Equal(t, burn.ModeTAO, report.Mode)
			assert.Equal(t, []redbook.Need{"runs-on"}, without)
			if personality == "sao-unknown" { // the other one refused late, after the plan was shown
				assert.Equal(t, []int{2, 3, 4}, last.Seams)
			}
			assert.False(t, last.CanJoin)
		})
	}
}
