package whole

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Identifiers of EBML elements (RFC 8794, RFC 9559).
const (
	idEBML        = 0x1A45DFA3
	idSegment     = 0x18538067
	idInfo        = 0x1549A966
	idScale       = 0x2AD7B1
	idDuration    = 0x4489
	idTracks      = 0x1654AE6B
	idTrackEntry  = 0xAE
	idTrackType   = 0x83
	idCodec       = 0x86
	idCodecData   = 0x63A2
	idSeekHead    = 0x114D9B74
	idCues        = 0x1C53BB6B
	idChapters    = 0x1043A770
	idTags        = 0x1254C367
	idCluster     = 0x1F43B675
	idTimestamp   = 0xE7
	idSimpleBlock = 0xA3
	idBlockGroup  = 0xA0
	idBlock       = 0xA1
	idAttachments = 0x1941A469
	unknownLength = -1
)

// element is an EBML element: identifier, size, content.
type element struct {
	id         uint32
	start, end int64 // of the content; end is negative if the writer didn't know the size
}

// nextElement reads the element header at byte at; ok is false if none can be there.
func (f *file) nextElement(at int64) (e element, ok bool, err error) {
	p, err := f.upTo(at, 12)
	if err != nil || len(p) == 0 || p[0] == 0 {
		return e, false, err
	}
	n := bits.LeadingZeros8(p[0]) + 1
	if n > 4 || len(p) < n+1 || p[n] == 0 {
		return e, false, nil
	}
	for _, c := range p[:n] {
		e.id = e.id<<8 | uint32(c)
	}
	m := bits.LeadingZeros8(p[n]) + 1
	if len(p) < n+m {
		return e, false, nil
	}
	size := uint64(p[n]) & (1<<(8-m) - 1)
	all := size == 1<<(8-m)-1
	for _, c := range p[n+1 : n+m] {
		size = size<<8 | uint64(c)
		all = all && c == 0xFF
	}
	e.start = at + int64(n+m)
	e.end = e.start + int64(min(size, 1<<56))
	if all {
		e.end = unknownLength
	}
	return e, true, nil
}

// matroska is what the elements of a file state.
type matroska struct {
	*file
	a        Account
	scale    uint64  // nanoseconds per unit
	duration float64 // in units of scale
	sound    bool    // an audio track was found
	others   bool    // other tracks were found, which may be longer
	open     bool    // the writer didn't know a size
	begun    bool    // a cluster was found
	start    float64 // time of its first block, in units of scale
	tables   int64   // bytes of tags, chapters and indexes
}

// maxTables exceeds the size of the tags, chapters and indexes of any recording. ffmpeg keeps
// all of them in memory, where each entry takes several times its size.
const maxTables = 16 << 20

// walkMatroska reads the segment and its direct children, all of which must be complete.
func walkMatroska(f *file) (Account, error) {
	m := &matroska{file: f, a: Account{Frames: -1}, scale: 1e6}
	e, ok, err := f.nextElement(f.base)
	if err != nil || !ok || e.end < 0 {
		return m.a, err
	}
	s, ok, err := f.nextElement(e.end)
	if err != nil {
		return m.a, err
	}
	if !ok || s.id != idSegment {
		return m.a, fail(min(e.end, f.size), ErrTruncated, "no segment follows the header")
	}
	end := f.size
	if s.end >= 0 {
		if end = s.end; end > f.size {
			return m.a, f.short("the segment", end)
		}
	}
	m.open = s.end < 0
	at, err := m.segment(s.start, end)
	if err != nil {
		return m.a, err
	}
	return m.finish(at)
}

// segment reads the elements in the segment, and returns where they end.
func (m *matroska) segment(at, end int64) (int64, error) {
	for at < end {
		if err := m.stop(); err != nil {
			return at, err
		}
		e, ok, err := m.nextElement(at)
		if err != nil {
			return at, err
		}
		if !ok {
			if m.open {
				return at, fail(at, ErrTruncated, "the file ends inside an element, or is damaged here")
			}
			return at, fail(at, ErrDamaged, "no element begins where one should")
		}
		if e.id == idEBML { // another file, after one of unknown size
			return at, nil
		}
		if e.id == idCluster && !m.begun {
			if err := m.firstBlock(e.start, end); err != nil {
				return at, err
			}
		}
		if e.end < 0 { // a cluster of unknown size: read its children as if they were here
			m.open = true
			at = e.start
			continue
		}
		if e.end > end {
			return at, m.short("an element of the segment", e.end)
		}
		switch e.id {
		case idSeekHead, idCues, idChapters, idTags:
			if m.tables += e.end - e.start; m.tables > maxTables {
				return at, fail(at, ErrDamaged, "its tags, chapters and indexes take more than %d MB", maxTables>>20)
			}
		case idInfo, idTracks:
			if err := m.inside(e, 0, &track{}); err != nil {
				return at, err
			}
		case idAttachments:
			if err := m.attached(e); err != nil {
				return at, err
			}
		}
		at = e.end
	}
	return at, nil
}

// maxAttachment is the limit on a single allocation of ffmpeg (see decode.ffmpegBlock). Above
// it, ffmpeg fails with a misleading message.
const maxAttachment = 32 << 20

// attached rejects attachments that are too large.
func (m *matroska) attached(all element) error {
	for at := all.start; at < all.end; {
		e, ok, err := m.nextElement(at)
		if err != nil || !ok || e.end < 0 {
			return err
		}
		if e.end-e.start > maxAttachment {
			return fail(at, ErrLarge, "a file that is attached to it, such as a picture, has %d MB, which ffmpeg would load at once: remove it, for instance with mkvpropedit",
				(e.end-e.start)/1e6)
		}
		at = e.end
	}
	return nil
}

// firstBlock determines when the audio begins: at the timestamp of the first cluster plus
// that of its first block, 16 bits after the track number. Decoders begin there, but the
// duration counts from 0.
func (m *matroska) firstBlock(at, end int64) error {
	m.begun = true
	for range 16 {
		e, ok, err := m.nextElement(at)
		if err != nil || !ok || at >= end {
			return err
		}
		switch e.id {
		case idTimestamp:
			m.start = float64(m.number(e))
		case idBlockGroup:
			at = e.start
			continue
		case idSimpleBlock, idBlock:
			p, err := m.upTo(e.start, 12)
			if err != nil || len(p) == 0 {
				return err
			}
			if n := bits.LeadingZeros8(p[0]) + 1; len(p) >= n+2 {
				m.start += float64(int16(binary.BigEndian.Uint16(p[n:])))
			}
			return nil
		}
		if e.end < 0 {
			return nil
		}
		at = e.end
	}
	return nil
}

// track is the content of a TrackEntry.
type track struct {
	kind  uint64
	codec string
	data  element
}

// inside reads the children of an element.
func (m *matroska) inside(parent element, depth int, t *track) error {
	for at := parent.start; at < parent.end; {
		e, ok, err := m.nextElement(at)
		if err != nil {
			return err
		}
		if !ok || e.end < 0 || e.end > parent.end {
			return fail(at, ErrDamaged, "an element reaches beyond the one it is in")
		}
		switch e.id {
		case idTrackEntry:
			if depth > maxDepth {
				return nil
			}
			inner := &track{}
			if err := m.inside(e, depth+1, inner); err != nil {
				return err
			}
			if err := m.entry(inner); err != nil {
				return err
			}
		case idScale:
			m.scale = m.number(e)
		case idTrackType:
			t.kind = m.number(e)
		case idDuration:
			m.duration = m.float(e)
		case idCodec:
			p, _ := m.upTo(e.start, int(min(e.end-e.start, 32)))
			t.codec = string(p)
		case idCodecData:
			t.data = e
		}
		at = e.end
	}
	return nil
}

// entry uses the stream info of a FLAC track, which is in its codec data: fLaC, a block
// header, and 34 bytes.
func (m *matroska) entry(t *track) error {
	if t.kind != 2 || m.sound {
		m.others = true
		return nil
	}
	m.sound = true
	p, err := m.upTo(t.data.start, 42)
	if err != nil || t.codec != "A_FLAC" || t.data.end-t.data.start < 42 || len(p) < 42 || string(p[:4]) != "fLaC" {
		return err
	}
	info := p[8:]
	m.a.setStreamInfo(info)
	return nil
}

// setStreamInfo sets length and checksum from the stream info of FLAC: from byte 10, rate (20
// bits), channels - 1 (3), bits - 1 (5) and samples (36); from byte 18, the MD5.
func (a *Account) setStreamInfo(p []byte) {
	n := binary.BigEndian.Uint64(p[10:])
	if frames := int64(n & (1<<36 - 1)); frames > 0 {
		a.Frames, a.Rate = frames, 0
	}
	copy(a.MD5[:], p[18:34])
	if a.MD5 != [16]byte{} {
		a.Bits = int(n>>36&31) + 1
	}
}

func (m *matroska) number(e element) (n uint64) {
	p, _ := m.upTo(e.start, int(min(e.end-e.start, 8)))
	for _, c := range p {
		n = n<<8 | uint64(c)
	}
	return n
}

func (m *matroska) float(e element) float64 {
	p, _ := m.upTo(e.start, int(min(e.end-e.start, 8)))
	switch len(p) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(p)))
	case 8:
		return math.Float64frombits(binary.BigEndian.Uint64(p))
	}
	return 0
}

// finish returns the account. The duration is that of the longest track, usually in
// milliseconds.
func (m *matroska) finish(at int64) (Account, error) {
	const ms = 1000
	d := (m.duration - m.start) * float64(m.scale) / 1e6
	switch {
	case m.a.Frames >= 0: // exact, from FLAC's stream info
		m.a.Proven = true
	case m.others && d > 0:
		m.a.Proven = true
	case d > 0 && d < 1e12:
		m.a.Frames, m.a.Rate, m.a.Slack = int64(d), ms, 150
		m.a.Proven = true
	}
	if m.open && m.a.Bits == 0 {
		m.a.Proven = m.a.Proven && m.duration > 0
	}
	return m.a, m.tail(at, &m.a)
}
