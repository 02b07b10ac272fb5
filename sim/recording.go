package sim

import "slices"

// recording holds the replies of a real drive to redbook try. A simulated drive with a
// recording repeats them: its names, features, mode pages and speeds. Where the recording
// lacks a reply, the drive answers like any other.
type recording struct {
	Inquiry []byte
	Vital   map[byte][]byte // vital product data by page
	States  []recordedState
	// Refused has the sense that answered a question instead of data, by the name of the
	// question.
	Refused map[string]string
}

// recordedState holds the replies of a drive with one kind of disc in it.
type recordedState struct {
	Disc          recordedDisc
	Configuration []byte            // all features
	Pages         [3]recordedPages  // current, changeable, default
	Performance   map[string][]byte // by type
}

// recordedDisc is the kind of disc in a drive.
type recordedDisc struct {
	Present  bool
	Erasable bool
	Status   byte // 0 blank, 1 appendable, 2 finalized
}

// recordedPages is a reply to MODE SENSE(10) for all pages.
type recordedPages struct {
	Header []byte // with the block descriptors
	Pages  map[byte][]byte
}

// state returns the recording for the kind of disc nearest to the one in the drive, and
// whether it is the same kind. r may be nil.
func (r *recording) state(d recordedDisc, has func(*recordedState) bool) (s *recordedState, same bool) {
	if r == nil {
		return nil, false
	}
	best := -1
	for i := range r.States {
		if !has(&r.States[i]) {
			continue
		}
		o, score := r.States[i].Disc, 0
		if o.Present == d.Present {
			score += 4
		}
		if o.Erasable == d.Erasable {
			score += 2
		}
		if o.Status == d.Status {
			score++
		}
		if score > best {
			s, best = &r.States[i], score
		}
	}
	return s, s != nil && s.Disc == d
}

// discKind is the disc in the drive, as recordings distinguish discs.
func (c *core) discKind() recordedDisc {
	if !c.ready() {
		return recordedDisc{}
	}
	st := c.state()
	return recordedDisc{Present: true, Erasable: st.Media.Erasable, Status: discStatus(st) & 3}
}

// refusal is the sense with which the recorded drive refused a question.
func (c *core) refusal(question string) (s sense, ok bool) {
	if c.p.recording == nil {
		return senseGood, false
	}
	text, ok := c.p.recording.Refused[question]
	if !ok {
		return senseGood, false
	}
	return senseOf(text), true
}

// The names of questions in Recording.Refused.
const (
	askedVital       = "vital product data"
	askedPages       = "all mode pages"
	askedPerformance = "performance "
)

// recordedInquiry is the recorded reply to INQUIRY.
func (i *identity) recordedInquiry(c *call, alloc int) (s sense, ok bool) {
	r := i.p.recording
	switch {
	case r == nil:
	case c.cdb[1]&1 == 0 && c.cdb[2] == 0 && len(r.Inquiry) >= 36:
		return c.reply(r.Inquiry, alloc), true
	case c.cdb[1]&1 != 0:
		if s, ok := i.refusal(askedVital); ok {
			return s, true
		}
		if page, ok := r.Vital[c.cdb[2]]; ok {
			return c.reply(page, alloc), true
		}
		if len(r.Vital) > 0 {
			return atCDB(2, -1), true
		}
	}
	return senseGood, false
}

// recordedFeature is a feature descriptor as it was sent.
type recordedFeature struct {
	code int
	all  []byte
}

// recordedFeatures splits the reply to GET CONFIGURATION.
func recordedFeatures(reply []byte) (list []recordedFeature) {
	for at := 8; at+4 <= len(reply); {
		end := at + 4 + int(reply[at+3])
		if end > len(reply) {
			break
		}
		list = append(list, recordedFeature{be16(reply[at:]), reply[at:end]})
		at = end
	}
	return list
}

// recordedConfiguration is GET CONFIGURATION of a recorded drive. With a disc of a kind
// that wasn't recorded, current features are those of other drives.
func (i *identity) recordedConfiguration(request byte, start int) (reply []byte, ok bool) {
	s, same := i.p.recording.state(i.discKind(), func(s *recordedState) bool { return len(s.Configuration) >= 8 })
	if s == nil {
		return nil, false
	}
	b := slices.Clone(s.Configuration[:8])
	if !same {
		put16(b[6:], i.profile())
	}
	for _, f := range recordedFeatures(s.Configuration) {
		d := slices.Clone(f.all)
		if !same {
			i.refresh(f.code, d)
		}
		if f.code == featureMastering && len(d) > 4 {
			d[4] &^= rawWriting // this drive refuses it, so a host must not choose it
		}
		filler := f.code == 0 && d[2]&2 == 0 // empty descriptors at the end
		if f.code < start && !filler || request == 1 && d[2]&1 == 0 || request == 2 && (f.code != start || filler) {
			continue
		}
		b = append(b, d...)
	}
	put32(b, int32(len(b)-4))
	return b, true
}

// refresh sets the current bit of a descriptor for the disc in the drive.
func (i *identity) refresh(code int, d []byte) {
	if code == featureProfiles {
		for at := 4; at+4 <= len(d); at += 4 {
			d[at+2] &^= 1
			if be16(d[at:]) == i.profile() {
				d[at+2] |= 1
			}
		}
		return
	}
	for _, f := range featuresBD {
		if f.code == code && code != 0 {
			d[2] &^= 1
			if i.isCurrent(f.when) {
				d[2] |= 1
			}
			return
		}
	}
}

// recordedPage is a mode page of a recorded drive with the disc in it, and the header
// before it.
func (m *modes) recorded(control byte) *recordedPages {
	s, _ := m.p.recording.state(m.discKind(), func(s *recordedState) bool { return len(s.Pages[control].Pages) > 0 })
	if s == nil {
		return nil
	}
	return &s.Pages[control]
}

// recordedCapabilities is the recorded page 2Ah with the state of this drive: the lock,
// and the speed selected by the host.
func (m *modes) recordedCapabilities(page []byte) []byte {
	b := slices.Clone(page)
	if len(b) > 6 {
		b[6] &^= 0x02
		if m.tray.locked() {
			b[6] |= 0x02
		}
	}
	if m.spindle.asked == 0 {
		return b
	}
	if len(b) >= 16 {
		put16(b[14:], int(m.spindle.readKBps))
	}
	if len(b) >= 22 {
		put16(b[20:], m.spindle.speed.KBps)
	}
	if len(b) >= 30 {
		b[27] = 0
		if m.spindle.speed.Mode == cav {
			b[27] = 1
		}
		put16(b[28:], m.spindle.speed.KBps)
	}
	return b
}

// pages gives the mode pages after power-on, those of other drives, the recorded values. A host may change the same bits as on other drives: many drives accept
// more changes than they report.
func (r *recording) pages(pages modePages) {
	of := func(control byte) map[byte][]byte {
		// The first state is that of the drive as found, before any setting.
		for i := range r.States {
			if p := r.States[i].Pages[control].Pages; len(p) > 0 {
				return p
			}
		}
		return nil
	}
	current, changeable, initial := of(0), of(1), of(2)
	if current == nil {
		return
	}
	for code := range pages {
		if _, ok := current[code]; !ok && code != 0x05 {
			delete(pages, code) // the drive doesn't have it
		}
	}
	for code, value := range current {
		if code == 0x2A || code == 0x05 && len(value) < leastPage05 {
			continue
		}
		p := pages[code]
		if p == nil {
			p = &modePage{changeable: append(slices.Clone(value[:2]), make([]byte, len(value)-2)...)}
			pages[code] = p
		}
		p.changeable = resized(p.changeable, len(value))
		p.current, p.initial = slices.Clone(value), slices.Clone(value)
		if d := initial[code]; len(d) == len(value) {
			p.initial = d
		}
		p.shown = changeable[code]
	}
}

// leastPage05 is the length of page 05h up to the audio pause. Track-at-once needs at
// least that much.
const leastPage05 = 16

// resized is a page of another length.
func resized(page []byte, n int) []byte {
	b := make([]byte, n)
	copy(b, page)
	b[1] = byte(n - 2)
	return b
}

// recordedPerformance is the reply to GET PERFORMANCE.
func (s *spindle) recordedPerformance(how, kind byte) (reply []byte, ok bool) {
	name := performanceName(how, kind)
	state, _ := s.p.recording.state(s.discKind(), func(s *recordedState) bool { return len(s.Performance[name]) >= 8 })
	if state == nil {
		return nil, false
	}
	return state.Performance[name], true
}

// performanceName is a form of GET PERFORMANCE: its type, and byte 1 of the CDB.
func performanceName(how, kind byte) string { return hexName(kind) + "/" + hexName(how) }

func hexName(b byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[b>>4], digits[b&15]})
}
