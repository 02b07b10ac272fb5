package whole

import (
	"encoding/binary"
	"fmt"
)

// box is an atom of an MP4 or QuickTime file: size (4), name (4), and 8 bytes of size
// if the first is 1. Size 0 reaches to the end.
type box struct {
	name        string
	start       int64 // of the content
	end         int64
	headerStart int64
}

// nextBox reads the header at byte at; ok is false where none can be.
func (f *file) nextBox(at, limit int64) (b box, ok bool, err error) {
	p, err := f.upTo(at, 16)
	if err != nil || len(p) < 8 || at+8 > limit {
		return b, false, err
	}
	size := int64(binary.BigEndian.Uint32(p))
	b = box{name: string(p[4:8]), start: at + 8, headerStart: at}
	if !printable(p[4:8]) {
		return b, false, nil
	}
	switch {
	case size == 1 && len(p) >= 16:
		size = int64(binary.BigEndian.Uint64(p[8:]))
		b.start = at + 16
	case size == 0:
		size = limit - at
	}
	if size < b.start-at || size > 1<<56 {
		return b, false, nil
	}
	b.end = at + size
	return b, true, nil
}

// mp4 is what the boxes of a file say about its first track of sound.
type mp4 struct {
	*file
	a          Account
	movie      bool // there was a moov
	fragments  int
	fragmented bool // moov has an mvex: the audio is in fragments
	index      bool // an mfra ends a file of fragments
	fragFrames int64
	perSample  map[uint32]int64 // default duration of a sample in fragments, by track
	fragTrack  uint32           // that a fragment is about
	fragSample int64            // duration of a sample in it
	sound      bool
	extent     int64 // byte after the last sample by the tables
	movieScale int64 // units of a second in mvhd
	track      mp4Track
}

// topBoxes may stand at the top level.
var topBoxes = map[string]bool{
	"ftyp": true, "moov": true, "mdat": true, "free": true, "skip": true, "wide": true, "uuid": true, "meta": true,
	"moof": true, "mfra": true, "sidx": true, "ssix": true, "styp": true, "prft": true, "emsg": true, "udta": true,
}

// maxBoxes is how many boxes may stand beside each other: fragments of a tenth of a second
// for a day. None of them is kept.
const maxBoxes = 2_000_000

// walkMP4 goes through the boxes at the top level. All of them must be whole; the
// tables in moov must point into the file.
func walkMP4(f *file) (Account, error) {
	m := &mp4{file: f, a: Account{Frames: -1}, perSample: map[uint32]int64{}}
	at := f.base
	for n := 0; at < f.size; n++ {
		if n == maxBoxes {
			return m.a, fail(at, ErrLarge, "it has more than %d boxes", maxBoxes)
		}
		if err := f.stop(); err != nil {
			return m.a, err
		}
		b, ok, err := f.nextBox(at, f.size)
		if err != nil {
			return m.a, err
		}
		if !ok || b.name == "ftyp" && at > f.base || m.movie && b.end > f.size && !topBoxes[b.name] {
			break
		}
		if b.end > f.size && !topBoxes[b.name] {
			return m.a, fail(at, ErrDamaged, "no box begins where one should")
		}
		if b.end > f.size {
			return m.a, f.short(fmt.Sprintf("box %q", b.name), b.end)
		}
		if err := m.top(b, at); err != nil {
			return m.a, err
		}
		at = b.end
	}
	return m.finish(at)
}

// maxMovie is more than the index of a day of sound takes, with pictures. ffmpeg keeps it in
// memory, and the time that it takes for the tags in it grows with their square.
const maxMovie = 64 << 20

// top looks at a box of the file, which begins at byte at.
func (m *mp4) top(b box, at int64) error {
	switch b.name {
	case "moov":
		if b.end-at > maxMovie {
			return fail(at, ErrDamaged, "its index (moov) takes more than %d MB", maxMovie>>20)
		}
		m.movie = true
		return m.inside(b, 0)
	case "moof":
		m.fragments++
		return m.inside(b, 0)
	case "mfra":
		m.index = true
	}
	return nil
}

func (m *mp4) finish(at int64) (Account, error) {
	if !m.movie {
		return m.a, fail(m.size, ErrTruncated, "its index (moov) is missing: the file was not written to its end")
	}
	if m.extent > m.size {
		return m.a, m.short("the audio", m.extent)
	}
	t := &m.track
	// Delay that no edit list states: that of AAC is 2112, of HE-AAC twice that, and a
	// frame of either may be dropped at both ends.
	const delays = 3.0 / 20
	if m.sound && t.total > 0 && t.scale > 0 {
		m.a.Frames, m.a.Rate = t.total, int(t.scale)
		m.a.Slack = int64(delays * float64(t.scale))
		if t.edited && t.from < t.total {
			m.a.Frames, m.a.Slack, m.a.Most = t.total-t.from, max(t.longest-1, 0), t.total-t.from+max(t.longest-1, 0)
			if t.coding == "mp4a" { // decoders of HE-AAC disagree about its delay
				m.a.Slack, m.a.Most = 3*t.longest, t.total+2*t.longest
			}
			if length := t.length * t.scale / max(m.movieScale, 1); length > 0 && m.movieScale > 0 {
				m.a.Frames = min(m.a.Frames, length)
			}
		}
		m.a.Proven = true
	}
	if m.fragmented || m.fragments > 0 {
		m.a.Frames, m.a.Proven = -1, m.index
		if t.scale > 0 && m.fragFrames > 0 {
			m.a.Frames, m.a.Rate, m.a.Slack = m.fragFrames, int(t.scale), int64(delays*float64(t.scale))
		}
	}
	return m.a, m.tail(at, &m.a)
}

// maxDepth is how deep boxes may stand in boxes.
const maxDepth = 8

// inside goes through the boxes in a box.
func (m *mp4) inside(parent box, depth int) error {
	at := parent.start
	for n := 0; ; n++ {
		b, ok, err := m.nextBox(at, parent.end)
		if err != nil || !ok {
			return err
		}
		if n == maxChunks {
			return fail(at, ErrLarge, "box %q holds more than %d boxes", parent.name, maxChunks)
		}
		if b.end > parent.end {
			return fail(b.headerStart, ErrDamaged, "box %q reaches beyond the one it is in", b.name)
		}
		if err := m.box(b, depth); err != nil {
			return err
		}
		at = b.end
	}
}

func (m *mp4) box(b box, depth int) error {
	if depth >= maxDepth {
		return nil
	}
	switch b.name {
	case "trak":
		if m.sound { // the first track of sound is burned
			return nil
		}
		t := &mp4Track{mp4: m}
		if err := t.inside(b, depth+1); err != nil || !t.sound {
			return err
		}
		m.sound, m.track = true, *t
		m.extent = max(m.extent, t.extent)
		return nil
	case "mvhd":
		p, err := m.need(b.start, 24, "box \"mvhd\"")
		if err == nil {
			off := 12
			if p[0] == 1 {
				off = 20
			}
			m.movieScale = int64(binary.BigEndian.Uint32(p[off:]))
		}
		return err
	case "mvex":
		m.fragmented = true
		return m.inside(b, depth+1)
	case "traf":
		return m.inside(b, depth+1)
	case "trex":
		// 0-3 version and flags  4-7 track  8-11 description  12-15 duration of a sample
		p, err := m.need(b.start, 16, "box \"trex\"")
		if err == nil {
			m.perSample[binary.BigEndian.Uint32(p[4:])] = int64(binary.BigEndian.Uint32(p[12:]))
		}
		return err
	case "tfhd":
		return m.fragmentHeader(b)
	case "trun":
		return m.run(b)
	}
	return nil
}

// fragmentHeader reads the default duration of samples: flags in bytes 1-3, track,
// then fields by flags.
func (m *mp4) fragmentHeader(b box) error {
	p, err := m.need(b.start, int(min(b.end-b.start, 28)), "box \"tfhd\"")
	if err != nil || len(p) < 8 {
		return err
	}
	flags, off := binary.BigEndian.Uint32(p), 8
	m.fragTrack = binary.BigEndian.Uint32(p[4:])
	m.fragSample = m.perSample[m.fragTrack]
	if flags&1 != 0 {
		off += 8
	}
	if flags&2 != 0 {
		off += 4
	}
	if flags&8 != 0 && len(p) >= off+4 {
		m.fragSample = int64(binary.BigEndian.Uint32(p[off:]))
	}
	return nil
}

// run adds the durations of a run of samples.
func (m *mp4) run(b box) error {
	if m.fragTrack != m.track.id {
		return nil
	}
	p, err := m.need(b.start, int(min(b.end-b.start, 8)), "box \"trun\"")
	if err != nil || len(p) < 8 {
		return err
	}
	flags, count := binary.BigEndian.Uint32(p), int64(binary.BigEndian.Uint32(p[4:]))
	at := b.start + 8
	for _, bit := range []uint32{1, 4} {
		if flags&bit != 0 {
			at += 4
		}
	}
	if flags&0x100 == 0 {
		m.fragFrames += count * m.fragSample
		return nil
	}
	step := int64(0)
	for _, bit := range []uint32{0x100, 0x200, 0x400, 0x800} {
		if flags&bit != 0 {
			step += 4
		}
	}
	if at+count*step > b.end {
		return fail(b.headerStart, ErrDamaged, "box \"trun\" lists more samples than it holds")
	}
	for range count {
		p, err := m.need(at, 4, "box \"trun\"")
		if err != nil {
			return err
		}
		m.fragFrames += int64(binary.BigEndian.Uint32(p))
		at += step
	}
	return nil
}

// mp4Track is one trak.
type mp4Track struct {
	*mp4
	id     uint32
	sound  bool
	scale  int64
	total  int64 // durations of all samples in units of scale
	extent int64

	coding  string
	longest int64 // duration of a sample
	edited  bool  // there is an edit list of one entry
	from    int64 // where it begins, in units of scale
	length  int64 // and how long it is, in units of the movie
}

func (t *mp4Track) inside(parent box, depth int) error {
	at := parent.start
	for n := 0; ; n++ {
		b, ok, err := t.nextBox(at, parent.end)
		if err != nil || !ok {
			return err
		}
		if n == maxChunks {
			return fail(at, ErrLarge, "box %q holds more than %d boxes", parent.name, maxChunks)
		}
		if b.end > parent.end {
			return fail(b.headerStart, ErrDamaged, "box %q reaches beyond the one it is in", b.name)
		}
		switch b.name {
		case "mdia", "minf", "stbl", "edts":
			if depth < maxDepth {
				err = t.inside(b, depth+1)
			}
		default:
			err = t.leaf(b)
		}
		if err != nil {
			return err
		}
		at = b.end
	}
}

func (t *mp4Track) leaf(b box) error {
	be := binary.BigEndian
	p, err := t.upTo(b.start, int(min(b.end-b.start, 32)))
	if err != nil {
		return err
	}
	switch {
	case b.name == "tkhd" && len(p) >= 24 && p[0] == 1:
		t.id = be.Uint32(p[20:])
	case b.name == "tkhd" && len(p) >= 16:
		t.id = be.Uint32(p[12:])
	case b.name == "hdlr" && len(p) >= 12:
		t.sound = t.sound || string(p[8:12]) == "soun"
	case b.name == "mdhd" && len(p) >= 24 && p[0] == 1:
		t.scale = int64(be.Uint32(p[20:]))
	case b.name == "mdhd" && len(p) >= 16:
		t.scale = int64(be.Uint32(p[12:]))
	case b.name == "stsd" && len(p) >= 16: // 0-3 version  4-7 entries  8-11 bytes of the first  12-15 its coding
		t.coding = string(p[12:16])
	case b.name == "elst" && len(p) >= 8:
		return t.edits(b, p[0], int64(be.Uint32(p[4:])))
	case b.name == "stts" && len(p) >= 8:
		return t.times(b, int64(be.Uint32(p[4:])))
	case b.name == "stco" && len(p) >= 8:
		return t.offsets(b, int64(be.Uint32(p[4:])), 4)
	case b.name == "co64" && len(p) >= 8:
		return t.offsets(b, int64(be.Uint32(p[4:])), 8)
	}
	return nil
}

// times adds what stts lists: pairs of a count and a duration.
func (t *mp4Track) times(b box, n int64) error {
	if b.start+8+8*n > b.end {
		return fail(b.headerStart, ErrDamaged, "box \"stts\" lists more than it holds")
	}
	for i := range n {
		p, err := t.need(b.start+8+8*i, 8, "box \"stts\"")
		if err != nil {
			return err
		}
		delta := int64(binary.BigEndian.Uint32(p[4:]))
		t.total += int64(binary.BigEndian.Uint32(p)) * delta
		t.longest = max(t.longest, delta)
	}
	return nil
}

// edits reads an edit list: duration in the movie, first time in the track (-1: nothing
// is played), both of 4 bytes or in version 1 of 8, and a rate. One entry that plays is
// what encoders write to have their delay left out; more of them are a film's.
func (t *mp4Track) edits(b box, version byte, n int64) error {
	width := int64(4)
	if version == 1 {
		width = 8
	}
	plays := 0
	for i := range min(n, 16) {
		at := b.start + 8 + i*(2*width+4)
		if at+2*width > b.end {
			break
		}
		p, err := t.need(at, int(2*width), "box \"elst\"")
		if err != nil {
			return err
		}
		length, from := int64(binary.BigEndian.Uint32(p)), int64(int32(binary.BigEndian.Uint32(p[4:])))
		if width == 8 {
			length, from = int64(binary.BigEndian.Uint64(p)), int64(binary.BigEndian.Uint64(p[8:]))
		}
		if from >= 0 {
			plays++
			t.from, t.length = from, length
		}
	}
	t.edited = plays == 1 && n <= 16 && t.from < 1<<32 && t.length < 1<<32
	return nil
}

// offsets finds the last byte that a list of chunks points to. How long the chunk there
// is takes more tables; its first sample must be in the file at least.
func (t *mp4Track) offsets(b box, n, width int64) error {
	if b.start+8+width*n > b.end {
		return fail(b.headerStart, ErrDamaged, "box %q lists more than it holds", b.name)
	}
	for i := range n {
		p, err := t.need(b.start+8+width*i, int(width), "box \"stco\"")
		if err != nil {
			return err
		}
		at := int64(binary.BigEndian.Uint32(p))
		if width == 8 {
			at = int64(min(binary.BigEndian.Uint64(p), 1<<56))
		}
		t.extent = max(t.extent, t.base+at+1)
	}
	return nil
}
