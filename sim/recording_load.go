package sim

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Fact is a known property of a real drive.
type Fact struct {
	Name  string // such as "write speeds, CD-R"
	Value string // in words, for users
	From  string // the file of the archive, or "all" of them; "" if it is that of the default personality
}

// ErrNotTrial matches the error for a file that isn't an archive of redbook try.
var ErrNotTrial = errors.New("not an archive of redbook try")

// The limits on an archive: a real one is a hundred times smaller.
const (
	maxTotal   = 64 << 20 // of all entries together
	maxEntries = 200
)

// LoadPersonality makes a personality of an archive that redbook try has made: names,
// features, mode pages, speeds, and what the drive did while it was tried. Everything else
// is that of the default personality. The facts name both kinds; programs that only test
// don't need them. The error matches ErrNotTrial or is that of the file.
func LoadPersonality(path string) (Personality, []Fact, error) {
	z, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = ErrNotTrial
	}
	if err != nil {
		return Personality{}, nil, fmt.Errorf("sim: %s: %w", path, err)
	}
	defer z.Close()
	r := &trialReader{path: path, left: maxTotal, refused: map[string]refused{}}
	files := slices.Clone(z.File)
	slices.SortStableFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range files[:min(len(files), maxEntries)] {
		if err := r.entry(f); err != nil {
			return Personality{}, nil, fmt.Errorf("sim: %s: %s: %w", path, f.Name, err)
		}
	}
	if len(r.rec.Inquiry) < 36 {
		return Personality{}, nil, fmt.Errorf("sim: %s: %w: no drive has given its name in it", path, ErrNotTrial)
	}
	p, facts := r.personality()
	if err := p.check(); err != nil {
		return Personality{}, nil, fmt.Errorf("sim: %s: %w: %w", path, ErrNotTrial, err)
	}
	return p, facts, nil
}

// trialReader goes through the commands of an archive.
type trialReader struct {
	path string
	file string // the file being read
	left int64  // bytes that may still be read
	rec  recording
	from map[string]string // for each fact, the file that shows it first

	disc     recordedDisc
	selected bool // MODE SELECT was sent: the pages are a host's
	sped     bool // so is the speed
	seen     behavior
	refused  map[string]refused
}

// refused is an opcode, or a question, and its outcomes.
type refused struct {
	sense  string
	worked bool
}

// traceLine is one command, as scsi.NewTrace writes it.
type traceLine struct {
	Message string `json:"msg"`
	CDB     string `json:"cdb"`
	Status  *int   `json:"status"`
	Out     string `json:"out"`
	In      string `json:"in"`
	Sense   string `json:"sense"`
	Len     int    `json:"len"`
	N       int    `json:"n"`
}

// exchange is a command and its answer in bytes.
type exchange struct {
	cdb, out, in []byte
	alloc        int
	good, busy   bool
	sense        sense
	descriptor   bool
}

// entry reads one file of the archive.
func (r *trialReader) entry(f *zip.File) error {
	trace, report := strings.HasSuffix(f.Name, ".jsonl"), strings.HasSuffix(f.Name, "-burn.json")
	if !trace && !report {
		return nil
	}
	open, err := f.Open()
	if err != nil {
		return err
	}
	defer open.Close()
	r.file = f.Name
	in := &io.LimitedReader{R: open, N: r.left}
	defer func() { r.left = in.N }()
	if report {
		return r.report(in)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var line traceLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("%w: %w", ErrNotTrial, err)
		}
		if x, ok := line.exchange(); ok {
			r.exchange(&x)
		}
	}
	return lines.Err()
}

// exchange decodes the fields; ok is false for a command without an answer.
func (l *traceLine) exchange() (x exchange, ok bool) {
	var errs [4]error
	x.cdb, errs[0] = hex.DecodeString(l.CDB)
	x.out, errs[1] = hex.DecodeString(l.Out)
	x.in, errs[2] = hex.DecodeString(l.In)
	raw, err := hex.DecodeString(l.Sense)
	errs[3] = err
	if errors.Join(errs[:]...) != nil || l.Status == nil || len(x.cdb) < 6 {
		return x, false
	}
	x.cdb = append(x.cdb, make([]byte, 16)...)[:16]
	x.alloc, x.good, x.busy = l.Len, *l.Status == 0, *l.Status == 8
	x.sense, x.descriptor = decodeSense(raw)
	return x, true
}

// decodeSense reads key, ASC and ASCQ in either format (SPC-4 4.5).
func decodeSense(b []byte) (s sense, descriptor bool) {
	switch {
	case len(b) >= 14 && b[0]&0x7E == 0x70:
		return sense{key: b[2] & 15, asc: b[12], ascq: b[13], deferred: b[0]&1 != 0}, false
	case len(b) >= 4 && b[0]&0x7E == 0x72:
		return sense{key: b[1] & 15, asc: b[2], ascq: b[3], deferred: b[0]&1 != 0}, true
	}
	return sense{}, false
}

func (s sense) text() string { return fmt.Sprintf("%X/%02X/%02X", s.key, s.asc, s.ascq) }

// fact notes the source of a fact; the first file counts.
func (r *trialReader) fact(name string) {
	if r.from == nil {
		r.from = map[string]string{}
	}
	if _, ok := r.from[name]; !ok {
		r.from[name] = r.file
	}
}

// exchange evaluates one command.
func (r *trialReader) exchange(x *exchange) {
	r.outcome(fmt.Sprintf("op %02X", x.cdb[0]), x)
	switch {
	case x.sense.key == 2 && x.sense.asc == 0x3A:
		r.disc = recordedDisc{}
	case x.sense.key == 6 && x.sense.asc == 0x29:
		r.selected, r.sped = false, false // the pages are as after power-on
	}
	if x.cdb[0] == 0x51 && x.good && len(x.in) >= 3 && x.cdb[1]&7 == 0 {
		r.disc = recordedDisc{Present: true, Erasable: x.in[2]&0x10 != 0, Status: min(x.in[2]&3, 2)}
	}
	switch x.cdb[0] {
	case 0x12:
		r.inquiry(x)
	case 0x46:
		r.configuration(x)
	case 0x55:
		r.selected = r.selected || x.good
	case 0xB6, 0xBB:
		r.sped = r.sped || x.good
	case 0x5A:
		r.modePages(x)
	case 0xAC:
		r.performance(x)
	}
	r.seen.watch(r, x)
}

// outcome notes whether a question is refused always.
func (r *trialReader) outcome(what string, x *exchange) {
	o := r.refused[what]
	o.worked = o.worked || x.good
	if x.sense.key == 5 && o.sense == "" {
		o.sense = x.sense.text()
	}
	r.refused[what] = o
}

// state is the recording with the disc that is in the drive now.
func (r *trialReader) state() *recordedState {
	for i := range r.rec.States {
		if r.rec.States[i].Disc == r.disc {
			return &r.rec.States[i]
		}
	}
	r.rec.States = append(r.rec.States, recordedState{Disc: r.disc, Performance: map[string][]byte{}})
	return &r.rec.States[len(r.rec.States)-1]
}

func (r *trialReader) inquiry(x *exchange) {
	vital := x.cdb[1]&1 != 0
	if vital && x.cdb[2] == 0 {
		r.outcome(askedVital, x)
	}
	switch {
	case !x.good:
	case !vital && len(x.in) >= 36 && len(x.in) > len(r.rec.Inquiry):
		r.rec.Inquiry = x.in
		r.fact("names")
	case vital && len(x.in) >= 4 && x.in[1] == x.cdb[2]:
		if r.rec.Vital == nil {
			r.rec.Vital = map[byte][]byte{}
		}
		r.rec.Vital[x.cdb[2]] = x.in
		r.fact("vital product data")
	}
}

func (r *trialReader) configuration(x *exchange) {
	whole := x.good && len(x.in) >= 8 && int64(be32(x.in))+4 == int64(len(x.in))
	if !whole || x.cdb[1]&3 != 0 || be16(x.cdb[2:]) != 0 || len(recordedFeatures(x.in)) == 0 {
		return
	}
	if s := r.state(); s.Configuration == nil {
		s.Configuration = x.in
		r.fact("features and profiles")
	}
}

// modePages takes the pages of a drive that no host has set.
func (r *trialReader) modePages(x *exchange) {
	control, code := x.cdb[2]>>6, x.cdb[2]&0x3F
	if code == 0x3F {
		r.outcome(askedPages, x)
	}
	if !x.good || control == 3 || x.cdb[3] != 0 || len(x.in) < 10 || be16(x.in)+2 != len(x.in) {
		return
	}
	head := 8 + be16(x.in[6:])
	if head > len(x.in) {
		return
	}
	s := r.state()
	pages := &s.Pages[control]
	if pages.Pages == nil {
		pages.Pages, pages.Header = map[byte][]byte{}, x.in[:head]
	}
	for at := head; at+2 <= len(x.in); {
		end := at + 2 + int(x.in[at+1])
		if end > len(x.in) || x.in[at]&0x40 != 0 {
			return
		}
		code := x.in[at] & 0x3F
		if _, ok := pages.Pages[code]; !ok && (code != 0x05 || !r.selected || control != 0) {
			page := x.in[at:end]
			if code == 0x2A && r.sped {
				page = unset(page)
			}
			pages.Pages[code] = page
			r.fact("mode pages")
		}
		at = end
	}
}

// unset is page 2Ah with the highest speed in place of one selected by a host.
func unset(page []byte) []byte {
	page = slices.Clone(page)
	for _, at := range []int{20, 28} {
		if len(page) >= at+2 {
			copy(page[at:], page[18:20])
		}
	}
	return page
}

func (r *trialReader) performance(x *exchange) {
	name := performanceName(x.cdb[1], x.cdb[10])
	r.outcome(askedPerformance+name, x)
	if !x.good || len(x.in) < 8 || int64(be32(x.in))+4 != int64(len(x.in)) {
		return
	}
	if s := r.state(); s.Performance[name] == nil {
		s.Performance[name] = x.in
		r.fact("performance")
	}
}

// report takes the result of reading back: the offset of the samples.
func (r *trialReader) report(in io.Reader) error {
	var doc struct {
		Verified struct {
			OffsetKnown bool `json:"read_offset_known"`
			Offset      int  `json:"read_offset"`
		} `json:"verification"`
	}
	if err := json.NewDecoder(in).Decode(&doc); err != nil {
		return fmt.Errorf("%w: %w", ErrNotTrial, err)
	}
	if v := doc.Verified; v.OffsetKnown && max(v.Offset, -v.Offset) < 10*588 {
		r.seen.offset = v.Offset
		r.fact("read offset")
	}
	return nil
}
