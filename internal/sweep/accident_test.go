package sweep

import (
	"fmt"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// accidentKinds happen to the drive between two commands: the drive carries out the command
// in its new state.
func accidentKinds() []*kind {
	happens := func(name string, what func(i *injector)) *kind {
		return &kind{name: name, once: true, accident: true, do: func(x *exchange, _ *fault) (scsi.Result, error) {
			what(x.i)
			return x.honest()
		}}
	}
	swap := func(name string, make func() *sim.Disc) *kind {
		k := happens(name, func(i *injector) {
			if i.seen[opSetSpeed] == 0 && !i.changed {
				return // after other faults this command may come earlier: it is the disc of the job
			}
			if i.drive.Eject() == nil {
				return
			}
			i.swapped = make()
			i.other = stateOf(i.swapped)
			i.must(i.drive.Insert(i.swapped))
		})
		k.swaps = true
		k.fits = func(c sentCommand) bool { return c.looked } // before, it is the job's disc
		return k
	}
	return []*kind{
		swap("swapped", func() *sim.Disc { return sim.NewDisc(sim.CDR80) }),
		swap("swapped-open", func() *sim.Disc {
			disc := sim.NewDisc(sim.CDRW80)
			maker := &raw{drive: sim.New(sim.Config{Disc: disc})}
			if err := maker.steps(maker.mode(0), maker.track(longTrack)); err != nil {
				panic(err)
			}
			maker.drive.Eject()
			return disc
		}),
		happens("reset", func(i *injector) { i.drive.Reset() }),
		// Linux's libata consumes the unit attention of a reset that it caused itself.
		happens("reset-quiet", func(i *injector) {
			i.drive.Reset()
			i.swallow()
		}),
		happens("power", func(i *injector) { i.drive.PowerCycle() }),
		happens("button", func(i *injector) { i.drive.PressEject() }),
		happens("taken-out", func(i *injector) { i.drive.Eject() }),
		happens("put-in-again", func(i *injector) {
			if disc := i.drive.Eject(); disc != nil {
				i.must(i.drive.Insert(disc))
			}
		}),
	}
}

// swallow consumes the unit attentions, as another program does.
func (i *injector) swallow() {
	for range 4 {
		own := raw{drive: i.drive}
		own.poke()
	}
}

// must is for calls that can't fail unless the simulator is wrong.
func (i *injector) must(err error) {
	if err != nil {
		panic(err)
	}
}

// oddKinds are answers that violate the standards.
func oddKinds() []*kind {
	in := func(c sentCommand) bool { return c.dir == scsi.DataIn && c.n > 0 }
	goodWith := func(sense []byte) func(x *exchange, _ *fault) (scsi.Result, error) {
		return func(x *exchange, _ *fault) (scsi.Result, error) {
			res, err := x.honest()
			if err == nil && res.Status == scsi.Good {
				res.Sense = append([]byte(nil), sense...)
			}
			return res, err
		}
	}
	transferred := func(n func(x *exchange, got int) int) func(x *exchange, _ *fault) (scsi.Result, error) {
		return func(x *exchange, _ *fault) (scsi.Result, error) {
			res, err := x.honest()
			if err == nil && res.Status == scsi.Good {
				res.N = n(x, res.N)
			}
			return res, err
		}
	}
	track := func(name string, change func(b []byte)) *kind {
		return &kind{name: name, fits: only(opTrackInfo), garbage: true, do: func(x *exchange, _ *fault) (scsi.Result, error) {
			res, err := x.honest()
			if err == nil && res.Status == scsi.Good && res.N >= 32 {
				change(x.req.Data[:res.N])
			}
			return res, err
		}}
	}
	return []*kind{
		// The sense data of an earlier command, left in the host's buffer.
		{name: "good-sense", do: goodWith(fixed(triple("3/0C/00"))), harmless: true},
		{name: "good-sense-desc", do: goodWith(descriptor(triple("3/0C/00"))), harmless: true},
		{name: "good-attention", do: goodWith(fixed(triple("6/28/00"))), harmless: true},
		// More than requested, by the count; the rest of the buffer keeps its contents.
		{name: "longer", fits: in, lie: true, do: transferred(func(x *exchange, _ int) int { return len(x.req.Data) })},
		{name: "too-long", do: transferred(func(x *exchange, _ int) int { return len(x.req.Data) + 512 }), lie: true},
		{name: "residue-negative", fits: func(c sentCommand) bool { return c.dir != scsi.NoData }, do: transferred(func(*exchange, int) int { return -1 }), garbage: true},
		track("nwa-invalid", func(b []byte) { b[7] &^= 1 }),
		track("nwa-zero", func(b []byte) { clear(b[12:16]) }),
		track("lra", func(b []byte) { b[7] |= 2; copy(b[28:32], []byte{0, 0, 1, 44}) }),
		track("damaged", func(b []byte) { b[5] |= 0x20 }),
		track("blank", func(b []byte) { b[6] |= 0x40 }),
		track("no-size", func(b []byte) { clear(b[24:28]) }),
		track("no-free", func(b []byte) { clear(b[16:20]) }),
		track("data-track", func(b []byte) { b[5] |= 4 }),
	}
}

// strange reports whether the disc in the drive is certainly or possibly another than the
// job's: the drive answers for another one.
func (r *result) strange() bool {
	return r.hit(func(f *fault) bool { return f.kind.swaps })
}

// A disc inserted meanwhile is another user's: not a sector may be written to it.
func otherDisc(r *result) string {
	if d := r.in.swapped; d != nil {
		if s := stateOf(d); !sameState(r.in.other, s) {
			return fmt.Sprintf("the other disc has %d tracks, not %d, finalized %v, lost %v", len(s.tracks), len(r.in.other.tracks), s.Finalized, s.Lost)
		}
	}
	return ""
}
