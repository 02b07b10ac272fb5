package sweep

import (
	"math/rand/v2"

	"github.com/redbook-audio/redbook/sim"
)

// modern is the personality that every scenario runs on.
const modern = "modern"

// How many runs have several faults.
const (
	seededRuns   = 5000
	seededAtOnce = 1500
)

// allPoints calls yield for every run of the sweep.
func allPoints(yield func(point)) error {
	for _, sc := range everyScenario {
		trace, err := cleanTrace(sc, modern)
		if err != nil {
			return err
		}
		faultPoints(sc, trace, yield)
		interruptPoints(sc, modern, trace, yield)
	}
	for _, p := range sim.Personalities() {
		if p.Name == modern {
			continue
		}
		if err := personalityPoints(scenarios[0], p.Name, yield); err != nil {
			return err
		}
		if err := streamPoints(p.Name, yield); err != nil {
			return err
		}
	}
	if err := seededPoints(scenarios, seededRuns, yield); err != nil {
		return err
	}
	return seededPoints(atOnce, seededAtOnce, yield)
}

// faultPoints are every command, every kind, every mode. Scenarios share much of their
// course with the first one of their recording method: the points that it runs in full, the
// others run in part, except for the core kinds and for every kind once.
func faultPoints(sc *scenario, trace []sentCommand, yield func(point)) {
	reference := sc == scenarios[0] || sc == atOnce[0]
	for i, c := range trace {
		for _, k := range kinds {
			if k.fits != nil && !k.fits(c) || sc.sparse > 1 && !k.core && i%sc.sparse != 0 {
				continue
			}
			faultsAt(k, c, func(f fault) {
				at := c
				switch {
				case reference || k.core:
				case sc.burns() && c.writes == 0 && c.op != opWrite:
					at.alike = max(at.alike, alikeStarts)
				case f.mode != once:
					at.alike = max(at.alike, alikeModes)
				case !acts(c.op):
					at.alike = max(at.alike, alikeKinds)
				}
				thinned(at, yield)(point{sc: sc, drive: modern, faults: []fault{f}})
			})
		}
	}
}

// faultsAt returns a kind at a command with each of its arguments, in each mode. With a
// permanent fault only few lengths of a short reply differ.
func faultsAt(k *kind, c sentCommand, yield func(fault)) {
	args := []int{0}
	if k.args != nil {
		args = k.args(c)
	}
	for _, arg := range args {
		for m := once; m <= everything; m++ {
			if m != once && (k.once || k.harm || k.args != nil && arg != 0 && arg != 4 && arg != c.n/2) {
				continue
			}
			f := fault{op: c.op, nth: c.nth, kind: k, arg: arg, mode: m}
			if k.harm {
				f.harm = c.writes
			}
			yield(f)
		}
	}
}

// interruptPoints are Ctrl-C at every command, once and twice.
func interruptPoints(sc *scenario, drive string, trace []sentCommand, yield func(point)) {
	for _, c := range trace {
		yield := thinned(c, yield)
		for _, k := range []*kind{cancelKind, hurryKind} {
			yield(point{sc: sc, drive: drive, cancel: &fault{op: c.op, nth: c.nth, kind: k}})
		}
	}
}

// personalityPoints are the core kinds at every command of a burn on another kind of drive.
func personalityPoints(sc *scenario, name string, yield func(point)) error {
	trace, err := cleanTrace(sc, name)
	if err != nil {
		return err
	}
	yield(point{sc: sc, drive: name})
	for _, c := range trace {
		if !changes(c.op) && c.op != opCueSheet && c.op != opModeSelect {
			c.alike = max(c.alike, alikeAsking)
		}
		yield := thinned(c, yield)
		for _, k := range kinds {
			if k.core && (k.fits == nil || k.fits(c)) {
				yield(point{sc: sc, drive: name, faults: []fault{{op: c.op, nth: c.nth, kind: k}}})
			}
		}
	}
	interruptPoints(sc, name, trace, yield)
	return nil
}

// seededPoints have two to four faults.
func seededPoints(list []*scenario, runs uint64, yield func(point)) error {
	for seed := range runs {
		r := rand.New(rand.NewPCG(seed, 9))
		p := point{sc: list[r.IntN(len(list))], drive: modern}
		trace, err := cleanTrace(p.sc, p.drive)
		if err != nil {
			return err
		}
		for want := 2 + r.IntN(3); len(p.faults) < want; {
			c, k := trace[r.IntN(len(trace))], kinds[r.IntN(len(kinds))]
			if k.fits != nil && !k.fits(c) || k.harm {
				continue
			}
			f := fault{op: c.op, nth: c.nth, kind: k}
			if k.args != nil {
				list := k.args(c)
				if len(list) == 0 {
					continue
				}
				f.arg = list[r.IntN(len(list))]
			}
			if r.IntN(4) == 0 && !k.once {
				f.mode = opcode
			}
			p.faults = append(p.faults, f)
		}
		yield(p)
	}
	return nil
}

// sampled reports whether a run belongs to one in n. The name decides, by its 32-bit FNV-1a
// hash, so new runs don't move the others.
func sampled[T string | []byte](name T, n uint32) bool {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h%n == 0
}
