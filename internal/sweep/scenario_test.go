package sweep

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// scenario is a job on a disc in a certain state.
type scenario struct {
	name  string
	media sim.Media
	job   job
	// prepare makes the disc, before any fault; nil leaves it blank.
	prepare func(d *raw) error
	// wrong is a verification of a disc that differs from the sources.
	wrong  bool
	sparse int // of the kinds that are not core only every n-th point is run; 0 and 1 mean all
}

// burns reports whether the job records tracks.
func (s *scenario) burns() bool { return s.job.what == "burn" || s.job.what == "writer" }

// Sources are made once, without repetition: a sector in the wrong place is noticed.
var (
	source1   = noise(1, 300*588-5) // the last sector is not full
	source2   = noise(2, 100*588)   // shorter than four seconds: padded
	source3   = noise(3, 301*588)
	longTrack = noise(4, 66*27*588) // more than 64 WRITEs
	otherEnd  = spoiled(source3)
	three     = []pcm.Source{source1, source2, source3}
	two       = three[:2]
)

func noise(seed uint64, frames int64) pcm.Source {
	b := make([]byte, frames*4)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i+4 <= len(b); i += 4 {
		binary.LittleEndian.PutUint32(b[i:], r.Uint32())
	}
	return pcm.FromBytes(fmt.Sprintf("noise %d", seed), pcm.CDDA, b)
}

// spoiled is a source with one sample changed in the middle.
func spoiled(src pcm.Source) pcm.Source {
	b := audioOf(src, 0)
	b[len(b)/2] ^= 1
	return pcm.FromBytes("spoiled", pcm.CDDA, b)
}

// scenarios are the jobs of the sweep.
var scenarios = []*scenario{
	{name: "plain", media: sim.CDR80, job: job{what: "burn", sources: three}},
	{name: "reserve", media: sim.CDR80, job: job{what: "burn", sources: two, reserve: true}},
	{name: "cdrw", media: sim.CDRW80, job: job{what: "burn", sources: two}},
	{name: "append", media: sim.CDR80, job: job{what: "burn", sources: two, append: true}, prepare: openSession},
	{name: "next-session", media: sim.CDR80, job: job{what: "burn", sources: two[1:], append: true, multi: true}, prepare: multiSession},
	{name: "no-close", media: sim.CDR80, job: job{what: "burn", sources: two, noClose: true}},
	{name: "test-write", media: sim.CDR80, job: job{what: "burn", sources: two, test: true}},
	{name: "full-verify", media: sim.CDR80, job: job{what: "burn", sources: two, full: true}},
	{name: "long", media: sim.CDR80, job: job{what: "burn", sources: []pcm.Source{longTrack, source2}}, sparse: 5},
	{name: "writer", media: sim.CDR80, job: job{what: "writer", sources: two}},
	{name: "close", media: sim.CDR80, job: job{what: "close"}, prepare: openSession},
	{name: "close-torn", media: sim.CDR80, job: job{what: "close"}, prepare: tornTrack},
	{name: "blank", media: sim.CDRW80, job: job{what: "blank"}, prepare: closedDisc},
	{name: "verify", media: sim.CDR80, job: job{what: "verify", sources: two}, prepare: closedDisc},
	{name: "verify-wrong", media: sim.CDR80, job: job{what: "verify", sources: []pcm.Source{source1, otherEnd}, full: true}, prepare: closedOther, wrong: true},
}

func scenarioNamed(name string) (*scenario, bool) {
	for _, s := range everyScenario {
		if s.name == name {
			return s, true
		}
	}
	return nil, false
}

// Contents of discs before the job.

func openSession(d *raw) error {
	return d.steps(d.mode(0), d.track(source1), d.track(source2))
}

func multiSession(d *raw) error {
	return d.steps(d.mode(3), d.track(source1), d.close())
}

func closedDisc(d *raw) error {
	return d.steps(d.mode(0), d.track(source1), d.track(source2), d.close())
}

func closedOther(d *raw) error {
	return d.steps(d.mode(0), d.track(source1), d.track(source3), d.close())
}

func tornTrack(d *raw) error {
	return d.steps(d.mode(0), d.track(source1), d.tear(source2))
}

// raw burns with its own CDBs: a disc can be made without the engine.
type raw struct {
	drive *sim.Drive
	next  lba
}

func (d *raw) steps(list ...func() error) error {
	for _, step := range list {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// do sends a command, past the unit attentions of a new drive and the time until a disc is
// ready.
func (d *raw) do(dir scsi.Direction, data []byte, cdb ...byte) ([]byte, error) {
	req := scsi.Request{CDBLen: len(cdb), Dir: dir, Data: data, Name: fmt.Sprintf("%02Xh", cdb[0]), Timeout: time.Hour}
	copy(req.CDB[:], cdb)
	for range 200 {
		res, err := d.drive.Do(context.Background(), &req)
		if err != nil {
			return nil, err
		}
		if res.Status == scsi.Good {
			return data[:res.N], nil
		}
		if s := res.Sense; len(s) < 14 || s[0] < 0x72 && s[2] != 2 && s[2] != 6 {
			return nil, fmt.Errorf("%s: % X", req.Name, res.Sense)
		}
		_ = d.drive.Sleep(context.Background(), time.Second)
	}
	return nil, fmt.Errorf("%s: the drive stays busy", req.Name)
}

func (d *raw) mode(multi byte) func() error {
	return func() error {
		page := make([]byte, 60)
		copy(page[8:], []byte{0x05, 0x32, 0x41, 0x00 | multi<<6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 150})
		_, err := d.do(scsi.DataOut, page, opModeSelect, 0x10, 0, 0, 0, 0, 0, 0, byte(len(page)), 0)
		return err
	}
}

func (d *raw) write(src pcm.Source) error {
	data := padded(src)
	for len(data) > 0 {
		n := min(len(data)/sectorSize, 27)
		at := uint32(d.next)
		_, err := d.do(scsi.DataOut, data[:n*sectorSize], opWrite, 0, byte(at>>24), byte(at>>16), byte(at>>8), byte(at), 0, 0, byte(n), 0)
		if err != nil {
			return err
		}
		data, d.next = data[n*sectorSize:], d.next+lba(n)
	}
	return nil
}

func (d *raw) track(src pcm.Source) func() error {
	return func() error {
		if err := d.write(src); err != nil {
			return err
		}
		_, err := d.do(scsi.NoData, nil, opSync, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		d.next += 152
		return err
	}
}

func (d *raw) close() func() error {
	return func() error {
		_, err := d.do(scsi.NoData, nil, opClose, 0, 2, 0, 0, 0, 0, 0, 0, 0)
		return err
	}
}

// tear leaves a track as a power failure does.
func (d *raw) tear(src pcm.Source) func() error {
	return func() error {
		if err := d.write(src); err != nil {
			return err
		}
		_ = d.drive.Sleep(context.Background(), 10*time.Second) // much of it reaches the disc
		d.drive.PowerCycle()
		return nil
	}
}

// poke sends TEST UNIT READY.
func (d *raw) poke() {
	req := scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"}
	_, _ = d.drive.Do(context.Background(), &req)
}

// locked asks the drive whether the tray is locked: page 2Ah, byte 6, bit 1.
func (d *raw) locked() (bool, error) {
	b, err := d.do(scsi.DataIn, make([]byte, 64), opModeSense, 8, 0x2A, 0, 0, 0, 0, 0, 64, 0)
	if err != nil || len(b) < 15 {
		return false, err
	}
	page := b[8+int(b[7]):]
	return len(page) > 6 && page[6]&2 != 0, nil
}

// audioOf returns the bytes of a source, with silence up to n sectors.
func audioOf(src pcm.Source, n sectors) []byte {
	r, err := src.Open()
	if err != nil {
		panic(err)
	}
	defer r.Close()
	b := make([]byte, 0, int(n)*sectorSize+64)
	chunk := make([]byte, 64<<10)
	for {
		got, err := r.Read(chunk)
		b = append(b, chunk[:got]...)
		if err != nil {
			break
		}
	}
	if short := int(n)*sectorSize - len(b); short > 0 {
		b = append(b, make([]byte, short)...)
	}
	return b
}

var (
	paddedMu sync.Mutex
	paddings = map[pcm.Source][]byte{}
)

// padded is the required content of a track with this source: whole sectors, at least four
// seconds.
func padded(src pcm.Source) []byte {
	paddedMu.Lock()
	defer paddedMu.Unlock()
	b := paddings[src]
	if b == nil {
		b = audioOf(src, max(sectors(pcm.Sectors(src)), 300))
		paddings[src] = b
	}
	return b
}
