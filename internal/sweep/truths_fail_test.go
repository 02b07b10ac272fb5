package sweep

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// spoil makes a good run violate one truth.
var spoil = map[string]func(r *result){
	"panic":               func(r *result) { r.panicked = "index out of range" },
	"hang":                func(r *result) { r.panicked = errEndless.Error() },
	"too-slow":            func(r *result) { r.took = 31 * time.Minute },
	"write-repeated":      func(r *result) { r.in.ledger.repeated = "LBA 0" },
	"success-wrong-audio": func(r *result) { r.wrong = "track 1" },
	"other-disc": func(r *result) {
		r.in.swapped = sim.NewDisc(sim.CDR80)
		r.in.must(closedDisc(&raw{drive: sim.New(sim.Config{Disc: r.in.swapped})}))
	},
	"success-wrong-disc": func(r *result) { r.perfect = false },
	"deferred-swallowed": func(r *result) { r.in.deferred = true },
	"perfect-failed":     func(r *result) { r.out.verdict = failed },
	"perfect-unconfirmed": func(r *result) {
		r.out.verdict, r.p.faults, r.in.hit = unconfirmed, []fault{{kind: kinds[0]}}, []bool{true}
	},
	"closed-wrong":        func(r *result) { r.out.closed = no },
	"appendable-wrong":    func(r *result) { r.out.appendable = yes },
	"track-missing":       func(r *result) { r.out.onDisc = r.out.onDisc[1:] },
	"track-invented":      func(r *result) { r.out.onDisc = append(r.out.onDisc, shown{number: 9}) },
	"track-state":         func(r *result) { r.out.onDisc[1].state = no },
	"not-begun-but-there": func(r *result) { r.out.rows[2].state = rowNotBegun },
	"ok-but-not-there":    func(r *result) { r.fresh[0].State = "open" },
	"lost-not-told":       func(r *result) { r.later.Lost = true },
	"text-missing": func(r *result) {
		sc := *r.p.sc
		sc.job.text = titles()
		r.p.sc = &sc
	},
	"says-nothing":   func(r *result) { r.out.listed, r.out.closed = false, unknown },
	"denies-writing": func(r *result) { r.out.claimsNothing = true },
	"tray-locked":    func(r *result) { r.locked = true },
	"drive-kept":     func(r *result) { r.owner = "sweep" },
	"phase-implausible": func(r *result) {
		r.out.err, r.out.stage, r.in.fired, r.in.at = errCable, stageBefore, 1, stageClose
	},
	"place-implausible":     func(r *result) { r.out.err, r.out.onWrite, r.out.track = errCable, true, 2 },
	"verdict-and-error":     func(r *result) { r.out.err = errCable },
	"verify-failed-rows-ok": func(r *result) { r.out.verdict = verifyFailed },
	"row-length":            func(r *result) { r.out.rows[0].sectors += 3 + 150 },
	"no-category":           func(r *result) { r.out.hasCategory = false },
	"finished-not-once":     func(r *result) { r.out.finishedOnce = false },
	"simulator":             func(r *result) { r.invalid = errors.New("broken") },
}

// TestTruthsCanFail: each truth detects its violation.
func TestTruthsCanFail(t *testing.T) {
	for _, truth := range truths {
		r, err := run(point{sc: scenarios[0], drive: modern}, false)
		require.NoError(t, err)
		require.Empty(t, truth.broken(r), truth.class)
		require.Contains(t, spoil, truth.class)
		spoil[truth.class](r)
		require.NotEmpty(t, truth.broken(r), truth.class)
	}
}

// TestLedger: which WRITEs may be sent again.
func TestLedger(t *testing.T) {
	for _, tt := range []struct {
		point    string
		repeated bool
	}{
		{"plain/modern/2A.3/2-04-08/once", false},        // certainly not accepted
		{"plain/modern/2A.3/unsent/once", false},         // never sent
		{"plain/modern/2A.3/2-04-07/once", false},        // the drive is asked first
		{"plain/modern/2A.3/3-0C-00.deferred/op", false}, // ends the burn
	} {
		p, err := parsePoint(tt.point)
		require.NoError(t, err)
		r, err := run(p, false)
		require.NoError(t, err)
		require.Equal(t, tt.repeated, r.in.ledger.repeated != "", tt.point)
	}
	for _, tt := range []struct {
		first    attempt
		asked    bool
		repeated bool
	}{
		{attempt{answer: notTaken}, false, false},
		{attempt{answer: ask}, false, true},
		{attempt{answer: ask}, true, false},
		{attempt{answer: ask, taken: true}, true, true},
		{attempt{answer: ask, taken: true, full: true}, true, false},
		{attempt{answer: ask, taken: true, full: true}, false, true},
		{attempt{answer: final}, true, true},
		{attempt{answer: final, taken: true}, false, true},
	} {
		tt.first.from, tt.first.to = 0, 27
		l := ledger{attempts: []attempt{tt.first}}
		if tt.asked {
			l.asked++
		}
		l.written(writeAt(0, 27), 27, final, false)
		require.Equal(t, tt.repeated, l.repeated != "", "%+v", tt)
		l = ledger{attempts: []attempt{tt.first}}
		l.written(writeAt(27, 27), 27, final, false)
		require.Empty(t, l.repeated, "the following WRITE is not a repetition")
	}
}
