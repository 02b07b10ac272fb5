package sweep

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// kind is a way in which a command can fail.
type kind struct {
	name string
	fits func(c sentCommand) bool // commands that it applies to; nil means all
	do   func(x *exchange, f *fault) (scsi.Result, error)
	core bool // one of the few that every personality gets

	lie      bool // the drive gives a false answer that looks correct
	garbage  bool // the answer is false, and its bytes show it
	harmless bool // the command is carried out, and the answer says so
	harm     bool // a sector written before becomes silence
	once     bool // it makes no sense after this time
	accident bool // it happens to the drive, whatever the command
	swaps    bool // another disc is in the drive afterwards
	args     func(c sentCommand) []int
}

// triples are the standard's errors that a drive may answer instead of carrying the command
// out (MMC-6 annex F and the error matrix of real drives).
var triples = []string{
	"2/04/00", "2/04/01", "2/04/02", "2/04/03", "2/04/04", "2/04/07", "2/04/08", "2/04/09", "2/04/1A",
	"2/30/00", "2/3A/00", "2/3A/01", "2/3A/02", "2/3E/00", "2/53/02",
	"3/02/00", "3/02/FF", "3/03/00", "3/06/00", "3/0C/00", "3/0C/07", "3/0C/09", "3/0C/0A", "3/10/00", "3/11/00", "3/11/05", "3/15/02",
	"3/30/02", "3/31/00", "3/51/00", "3/57/00", "3/72/00", "3/72/01", "3/72/02", "3/73/00", "3/73/02", "3/73/03", "3/73/04", "3/73/05",
	"4/05/00", "4/08/00", "4/08/03", "4/09/00", "4/09/02", "4/15/01", "4/1B/00", "4/3E/02", "4/44/00", "4/47/00", "4/65/00",
	"5/1A/00", "5/20/00", "5/21/00", "5/21/02", "5/24/00", "5/25/00", "5/26/00", "5/2C/00", "5/2C/04", "5/30/05", "5/30/06", "5/4B/00",
	"5/53/02", "5/55/00", "5/63/00", "5/64/00", "5/72/03", "5/72/04", "5/72/05",
	"6/28/00", "6/29/00", "6/29/04", "6/2A/01", "6/2E/00", "6/2F/00", "6/3F/00", "6/3F/01", "6/5A/01", "6/5E/00",
	"7/27/00", "8/64/00", "9/80/00", "B/00/00", "B/06/00", "B/08/00", "B/08/03", "B/47/00", "B/4B/00", "B/4E/00", "D/00/00", "E/1D/00",
}

// coreTriples go to every personality.
var coreTriples = map[string]bool{
	"2/04/07": true, "2/04/08": true, "2/3A/01": true, "3/0C/00": true, "4/3E/02": true, "5/24/00": true, "6/28/00": true, "6/29/00": true,
}

// harmlessTriples mean that the command was carried out (SPC-4 4.5.6).
var harmlessTriples = []string{"0/00/00", "1/17/01", "1/73/01"}

// afterTriples answer a command that was carried out all the same.
var afterTriples = []string{
	"2/04/01", "2/04/07", "2/04/08", "2/3E/00", "3/02/FF", "3/0C/00", "3/72/00", "3/72/01", "3/72/02", "3/73/03",
	"4/08/03", "4/3E/02", "5/24/00", "5/2C/00", "5/72/03", "5/72/04", "6/28/00", "6/29/00", "6/2A/01", "6/2E/00", "B/00/00", "B/08/00",
}

// deferredTriples belong to an earlier command.
var deferredTriples = []string{"1/18/08", "3/0C/00", "3/0C/09", "3/73/03", "4/09/01", "4/3E/02", "B/47/00"}

// kinds is every kind of fault.
var kinds = makeKinds()

var kindByName = func() map[string]*kind {
	m := map[string]*kind{}
	for _, k := range kinds {
		if m[k.name] != nil {
			panic("two kinds are called " + k.name)
		}
		m[k.name] = k
	}
	return m
}()

func makeKinds() []*kind {
	var all []*kind
	all = append(all, senseKinds()...)
	all = append(all, deferredKinds()...)
	all = append(all, statusKinds()...)
	all = append(all, lostKinds()...)
	all = append(all, dataKinds()...)
	all = append(all, writeKinds()...)
	all = append(all, accidentKinds()...)
	return append(all, oddKinds()...)
}

// senseKinds are current errors.
func senseKinds() []*kind {
	var all []*kind
	for _, t := range triples {
		all = append(all, &kind{name: dashed(t), do: says(fixed(triple(t))), core: coreTriples[t]})
	}
	for _, t := range harmlessTriples {
		all = append(all, &kind{name: dashed(t), do: saysAfter(fixed(triple(t))), harmless: true})
		all = append(all, &kind{name: dashed(t) + ".before", do: says(fixed(triple(t))), lie: true})
	}
	for _, t := range afterTriples {
		s := triple(t)
		all = append(all, &kind{
			name: dashed(t) + ".after", fits: doing, do: saysAfter(fixed(s)),
			core: t == "2/04/07" || t == "4/3E/02", lie: s[0] == 2 || s[0] == 5 || s[0] == 6,
		})
	}
	for _, t := range []string{"2/04/08", "3/0C/00", "5/24/00", "6/29/00", "B/00/03"} {
		all = append(all, &kind{name: dashed(t) + ".desc", do: says(descriptor(triple(t)))})
	}
	all = append(all,
		&kind{name: "sense.none", do: says(nil)},
		&kind{name: "sense.zero", do: says(make([]byte, 18))},
		&kind{name: "sense.short", do: says([]byte{0x70, 0})},
		&kind{name: "sense.FF", do: says(filled(18, 0xFF))})
	return all
}

// deferredKinds report an error of an earlier command. With harm, a sector written before
// becomes silence.
func deferredKinds() []*kind {
	var all []*kind
	for _, t := range deferredTriples {
		s := triple(t)
		all = append(all, &kind{name: dashed(t) + ".deferred", do: says(deferred(fixed(s))), core: t == "3/0C/00"})
		all = append(all, &kind{name: dashed(t) + ".deferred-after", fits: doing, do: saysAfter(deferred(fixed(s)))})
	}
	s := triple("3/0C/00")
	behind := func(c sentCommand) bool { return c.writes > 0 }
	return append(all,
		&kind{name: "3-0C-00.deferred-desc", do: says(deferred(descriptor(s)))},
		&kind{name: "3-0C-00.harm", fits: behind, do: says(deferred(fixed(s))), harm: true},
		&kind{name: "3-0C-00.harm-desc", fits: behind, do: says(deferred(descriptor(s))), harm: true},
		&kind{name: "3-0C-00.harm-data", fits: and(behind, only(opRequestSense)), do: replies(deferred(fixed(s))), harm: true},
		&kind{name: "4-09-01.harm-data", fits: and(behind, only(opRequestSense)), do: replies(deferred(fixed(triple("4/09/01")))), harm: true},
		&kind{name: "6-28-00.data", fits: only(opRequestSense), do: replies(fixed(triple("6/28/00")))},
		&kind{name: "6-29-00.data", fits: only(opRequestSense), do: replies(fixed(triple("6/29/00")))},
		&kind{name: "2-04-08.data", fits: only(opRequestSense), do: replies(fixed(triple("2/04/08")))})
}

// statusKinds are the other ways to end a command.
func statusKinds() []*kind {
	var all []*kind
	for _, s := range []struct {
		name   string
		status scsi.Status
	}{
		{"busy", scsi.Busy}, {"task-set-full", scsi.TaskSetFull}, {"reservation-conflict", scsi.ReservationConflict}, {"task-aborted", 0x40},
	} {
		all = append(all, &kind{name: s.name, core: s.status == scsi.Busy, do: func(x *exchange, _ *fault) (scsi.Result, error) {
			x.wipe()
			return scsi.Result{Status: s.status}, nil
		}})
	}
	return append(all, &kind{name: "busy.after", fits: doing, lie: true, do: func(x *exchange, _ *fault) (scsi.Result, error) {
		if res, err := x.honest(); err != nil || res.Status != scsi.Good {
			return res, err
		}
		return scsi.Result{Status: scsi.Busy}, nil
	}})
}

// errCable is the cause of a lost command.
var errCable = errors.New("the cable is loose")

// lostKinds return no status. The timeouts take as long as the host allows.
func lostKinds() []*kind {
	lost := func(sent scsi.Sent, cause error) func(x *exchange, _ *fault) (scsi.Result, error) {
		return func(x *exchange, _ *fault) (scsi.Result, error) {
			if errors.Is(cause, os.ErrDeadlineExceeded) {
				x.wait()
			}
			x.wipe()
			return scsi.Result{}, &scsi.TransportError{Op: x.req.Name, Sent: sent, Err: cause}
		}
	}
	after := func(cause error) func(x *exchange, f *fault) (scsi.Result, error) {
		end := lost(scsi.SentUnknown, cause)
		return func(x *exchange, f *fault) (scsi.Result, error) {
			if res, err := x.honest(); err != nil || res.Status != scsi.Good {
				return res, err
			}
			return end(x, f)
		}
	}
	return []*kind{
		{name: "unsent", do: lost(scsi.SentNo, errCable)},
		{name: "lost", do: lost(scsi.SentUnknown, errCable), core: true},
		{name: "lost.after", fits: doing, do: after(errCable), core: true},
		{name: "timeout", do: lost(scsi.SentUnknown, os.ErrDeadlineExceeded)},
		{name: "timeout.after", fits: doing, do: after(os.ErrDeadlineExceeded)},
	}
}

// dataKinds affect the reply of a command.
func dataKinds() []*kind {
	in := func(c sentCommand) bool { return c.dir == scsi.DataIn && c.n > 0 }
	mangle := func(change func(b []byte)) func(x *exchange, f *fault) (scsi.Result, error) {
		return func(x *exchange, _ *fault) (scsi.Result, error) {
			res, err := x.honest()
			if err == nil && res.Status == scsi.Good {
				change(x.req.Data[:res.N])
			}
			return res, err
		}
	}
	return []*kind{
		{name: "nothing", do: nothing, core: true, lie: true},
		{name: "short", fits: in, args: lengths, garbage: true, do: func(x *exchange, f *fault) (scsi.Result, error) {
			res, err := x.honest()
			if err == nil && res.N > f.arg {
				clear(x.req.Data[f.arg:res.N])
				res.N = f.arg
			}
			return res, err
		}},
		{name: "cut", fits: in, args: cuts, garbage: true, do: func(x *exchange, f *fault) (scsi.Result, error) {
			res, err := x.honest() // for buses that can't count
			if err == nil && res.N > f.arg {
				clear(x.req.Data[f.arg:res.N])
			}
			return res, err
		}},
		{name: "all-FF", fits: in, garbage: true, do: mangle(func(b []byte) {
			for i := range b {
				b[i] = 0xFF
			}
		})},
		{name: "USBS", fits: in, garbage: true, do: mangle(func(b []byte) {
			// Bridges overwrite the end of a reply with their own status block.
			copy(b[max(len(b)-13, 0):], "USBS\x12\x34\x56\x78\x00\x00\x00\x00\x00")
		})},
		{name: "noise", fits: in, garbage: true, do: mangle(func(b []byte) {
			for i, v := 0, uint32(len(b))*2654435761+1; i < len(b); i++ {
				v = v*1664525 + 1013904223
				b[i] = byte(v >> 24)
			}
		})},
	}
}

// writeKinds affect how much of a WRITE the drive accepted.
func writeKinds() []*kind {
	write := only(opWrite)
	return []*kind{
		{name: "residual", fits: write, do: func(x *exchange, _ *fault) (scsi.Result, error) {
			blocks := blocksOf(x.req)
			if blocks < 2 {
				return x.honest()
			}
			cdb := x.req.CDB
			binary.BigEndian.PutUint16(x.req.CDB[7:], uint16(blocks/2))
			res, err := x.send(x.req.Data[:len(x.req.Data)/blocks*(blocks/2)])
			x.req.CDB = cdb
			return res, err
		}},
		{name: "residual-none", fits: write, do: func(x *exchange, _ *fault) (scsi.Result, error) {
			return scsi.Result{}, nil
		}},
		{name: "residual-all", fits: write, lie: true, do: func(x *exchange, _ *fault) (scsi.Result, error) {
			res, err := x.honest() // accepted, and the bus reports that nothing was transferred
			res.N = 0
			return res, err
		}},
	}
}

// nothing answers GOOD without effect: data-in is zeros.
func nothing(x *exchange, _ *fault) (scsi.Result, error) {
	x.wipe()
	return scsi.Result{N: len(x.req.Data)}, nil
}

// says answers CHECK CONDITION instead of carrying out the command.
func says(sense []byte) func(x *exchange, _ *fault) (scsi.Result, error) {
	return func(x *exchange, _ *fault) (scsi.Result, error) {
		x.wipe()
		return scsi.Result{Status: scsi.CheckCondition, Sense: append([]byte(nil), sense...)}, nil
	}
}

// saysAfter answers CHECK CONDITION to a command that was carried out. A refusal of the
// drive itself stays.
func saysAfter(sense []byte) func(x *exchange, f *fault) (scsi.Result, error) {
	return func(x *exchange, _ *fault) (scsi.Result, error) {
		res, err := x.honest()
		if err != nil || res.Status != scsi.Good {
			return res, err
		}
		res.Status, res.Sense = scsi.CheckCondition, append([]byte(nil), sense...)
		return res, nil
	}
}

// replies is GOOD with these data.
func replies(data []byte) func(x *exchange, _ *fault) (scsi.Result, error) {
	return func(x *exchange, _ *fault) (scsi.Result, error) {
		x.wipe()
		return scsi.Result{N: copy(x.req.Data, data)}, nil
	}
}

// wipe fulfills the contract of a Transport: bytes that did not arrive are zero.
func (x *exchange) wipe() {
	if x.req.Dir == scsi.DataIn {
		clear(x.req.Data)
	}
}

// wait waits as long as the host allows.
func (x *exchange) wait() {
	d := x.req.Timeout
	if d <= 0 {
		d = scsi.DefaultTimeout
	}
	_ = x.i.drive.Sleep(x.ctx, d+time.Second) // only the clock matters
}

// lengths are all lengths of a reply; for audio those near its ends.
func lengths(c sentCommand) []int {
	var list []int
	for n := range c.n {
		if c.op != opReadCD || n < 8 || n == c.n/2 || n >= c.n-2 || n%sectorSize == 0 && (n <= 2*sectorSize || n >= c.n-2*sectorSize) {
			list = append(list, n)
		}
	}
	return list
}

func cuts(c sentCommand) []int {
	var list []int
	for _, n := range []int{0, 2, 4, 8, 12, 16, 24, c.n / 2, c.n - 1} {
		if n < c.n && (len(list) == 0 || n > list[len(list)-1]) {
			list = append(list, n)
		}
	}
	return list
}

// The commands that a kind applies to.

func doing(c sentCommand) bool { return acts(c.op) }

func only(op byte) func(c sentCommand) bool { return func(c sentCommand) bool { return c.op == op } }

func and(f, g func(c sentCommand) bool) func(c sentCommand) bool {
	return func(c sentCommand) bool { return f(c) && g(c) }
}

// Sense data, composed here and not by the package under test.

func triple(text string) [3]byte {
	var s [3]byte
	if _, err := fmt.Sscanf(text, "%X/%X/%X", &s[0], &s[1], &s[2]); err != nil {
		panic(text)
	}
	return s
}

func dashed(t string) string {
	b := []byte(t)
	for i := range b {
		if b[i] == '/' {
			b[i] = '-'
		}
	}
	return string(b)
}

func fixed(s [3]byte) []byte {
	b := make([]byte, 18)
	b[0], b[2], b[7], b[12], b[13] = 0x70, s[0], 10, s[1], s[2]
	return b
}

func descriptor(s [3]byte) []byte { return []byte{0x72, s[0], s[1], s[2], 0, 0, 0, 0} }

func deferred(b []byte) []byte {
	b[0]++
	return b
}

func filled(n int, v byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = v
	}
	return b
}
