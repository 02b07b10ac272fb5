package ogg

import (
	"cmp"
	"errors"
	"io"
	"slices"
)

// Packet is one packet of a logical stream.
type Packet struct {
	Data    []byte // valid until the next call
	Start   int64  // byte of the file at which the page begins on which the packet ends
	Granule int64  // position of that page if no other packet ends on it, else -1
	Last    bool   // last packet of a page marked as the last one
}

// Limits on packets, in bytes. The rest of a longer header is dropped, since tags may contain
// pictures. A longer packet of audio is an error.
const (
	MaxHeader = 16 << 20
	MaxPacket = 1 << 20
)

// Packets reads the packets of the first logical stream in a file. It skips the pages of
// other, multiplexed streams.
type Packets struct {
	pages    pages
	serial   uint32
	seq      uint32
	firstSeq uint32
	begun    bool
	headers  int // number of packets for which MaxHeader applies

	page    Page
	at, off int    // indexes into page.Segments and page.Body
	part    []byte // beginning of an incomplete packet
	ended   bool
	sound   int     // audio streams so far
	again   int     // pages that repeat the previous one
	early   int     // pages marked as the last one that aren't
	gaps    []int64 // positions of pages with a wrong number before which no audio is missing
	tally   *tally  // nil if positions aren't checked
}

// NewPackets reads a file of size bytes from byte base. For the first headers packets the
// limit is MaxHeader, for the others MaxPacket.
func NewPackets(r io.ReaderAt, base, size int64, headers int) *Packets {
	return &Packets{pages: pages{r: r, at: base, size: size}, headers: headers}
}

// Allow accepts pages with a wrong number at the positions Extent.Gaps of Scan.
func (p *Packets) Allow(gaps []int64) { p.gaps = gaps }

// At returns the position of the current page in the file.
func (p *Packets) At() int64 { return p.page.Start }

// Next returns the next packet, or io.EOF after the last.
func (p *Packets) Next() (Packet, error) {
	p.part = p.part[:0]
	open := false // a packet has begun on an earlier page
	for {
		if p.at >= len(p.page.Segments) {
			if err := p.nextPage(open); err != nil {
				return Packet{}, err
			}
		}
		whole, err := p.collect()
		if err != nil {
			return Packet{}, err
		}
		if whole {
			return p.packet(), nil
		}
		open = open || p.at > 0
	}
}

// Stream returns a reader of the next packet, which may have any length, or io.EOF after the
// last. The reader must be read to its end before p is used again.
func (p *Packets) Stream() (io.Reader, error) {
	for p.at >= len(p.page.Segments) {
		if err := p.nextPage(false); err != nil {
			return nil, err
		}
	}
	return &packetReader{p: p}, nil
}

// packetReader reads a packet page by page.
type packetReader struct {
	p    *Packets
	rest []byte // unread bytes of the page
	open bool   // the packet has begun
	err  error
}

// Read implements io.Reader.
func (r *packetReader) Read(b []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.err = r.fill()
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// fill takes the part of the packet on the next page. It returns io.EOF at the end of the
// packet.
func (r *packetReader) fill() error {
	p := r.p
	if p.at >= len(p.page.Segments) {
		if err := p.nextPage(r.open); err != nil {
			return err
		}
	}
	p.part = p.part[:0]
	whole, err := p.collect()
	r.rest, r.open = p.part, r.open || p.at > 0
	if err == nil && whole {
		p.headers--
		return io.EOF
	}
	return err
}

// packet returns the collected packet.
func (p *Packets) packet() Packet {
	p.headers--
	out := Packet{Data: p.part, Start: p.page.Start, Granule: -1}
	if !p.endsAnother() {
		out.Granule = p.page.Granule
		out.Last = p.page.Flags&Last != 0
	}
	return out
}

// endsAnother reports whether one more packet ends on this page.
func (p *Packets) endsAnother() bool {
	for _, s := range p.page.Segments[p.at:] {
		if s < 255 {
			return true
		}
	}
	return false
}

// collect appends segments of the page to the packet. It returns true at the end of the
// packet.
func (p *Packets) collect() (bool, error) {
	for p.at < len(p.page.Segments) {
		n := int(p.page.Segments[p.at])
		limit := MaxPacket
		if p.headers > 0 {
			limit = MaxHeader
		}
		if len(p.part)+n > cap(p.part) && len(p.part) >= MaxPacket {
			p.part = slices.Grow(p.part, limit-len(p.part)) // to the limit at once: fewer copies
		}
		if len(p.part)+n <= limit {
			p.part = append(p.part, p.page.Body[p.off:p.off+n]...)
		} else if p.headers <= 0 {
			return false, fail(p.page.Start, ErrDamaged, "a packet of more than %d bytes", limit)
		}
		p.at++
		p.off += n
		if n < 255 {
			return true, nil
		}
	}
	return false, nil
}

// nextPage moves to the next page of the stream. open means that a packet continues there.
func (p *Packets) nextPage(open bool) error {
	for {
		page, err := p.pages.next()
		var broken *PageError
		if errors.As(err, &broken) && p.mayEndAt(broken) {
			err = io.EOF // data appended by other programs, such as tags
		}
		if err == io.EOF && open {
			if !p.ended {
				return fail(p.pages.at, ErrTruncated, "the Ogg stream ends inside a packet")
			}
			return fail(p.page.Start, ErrDamaged, "the last packet of the Ogg stream has no end")
		}
		if err == io.EOF && !p.begun {
			return fail(p.pages.at, ErrTruncated, "the Ogg stream has no pages")
		}
		if err != nil {
			return err
		}
		switch {
		case p.begun && page.Serial == p.serial && page.Sequence == p.seq && page.Sum == p.page.Sum:
			p.again++
			continue
		case p.begun && page.Flags&First != 0 && (p.ended || p.seq > p.firstSeq || page.Serial == p.serial):
			// In a multiplexed file, all streams begin before any of them continues.
			return fail(page.Start, ErrChained, "another Ogg stream follows")
		case p.begun && page.Serial != p.serial:
			p.countAudio(page)
			continue
		}
		return p.accept(page, open)
	}
}

// countAudio counts a page if an audio stream begins with it.
func (p *Packets) countAudio(page Page) {
	if page.Flags&First != 0 && Codec(page.Body) != "" {
		p.sound++
	}
}

// mayEndAt reports whether the stream may end at a broken page: after the page marked as the
// last one or, if none is, before a tag.
func (p *Packets) mayEndAt(broken *PageError) bool {
	if p.ended {
		return true
	}
	if !p.begun || !errors.Is(broken.Err, ErrDamaged) {
		return false
	}
	var b [8]byte
	n, _ := p.pages.r.ReadAt(b[:], broken.Byte)
	for _, tag := range []string{"TAG", "APETAGEX", "ID3"} {
		if n >= len(tag) && string(b[:len(tag)]) == tag {
			return true
		}
	}
	return false
}

// accept makes page the current one after checking that it continues the previous one.
func (p *Packets) accept(page Page, open bool) error {
	switch {
	case !p.begun && page.Flags&First == 0:
		return fail(page.Start, ErrDamaged, "the Ogg stream begins in its middle")
	case p.ended && page.Sequence != p.seq+1:
		return fail(page.Start, ErrDamaged, "the Ogg stream continues past its last page")
	case p.begun && page.Sequence != p.seq+1 && p.pages.broken != nil:
		return p.pages.broken
	case p.begun && page.Sequence != p.seq+1 && !p.onlyNumber(page, open):
		return p.wrongNumber(page)
	case open != (page.Flags&Continued != 0):
		return fail(page.Start, ErrDamaged, "a packet of the Ogg stream is incomplete")
	}
	if !p.begun {
		p.firstSeq = page.Sequence
		p.countAudio(page)
	}
	if p.ended {
		p.early++
	}
	p.page, p.at, p.off = page, 0, 0
	p.begun, p.serial, p.seq = true, page.Serial, page.Sequence
	p.ended = page.Flags&Last != 0
	p.pages.broken = nil
	return nil
}

// onlyNumber reports whether the page only has a wrong number and nothing is missing before
// it. It returns false if a packet continues there, since the middle of it could be missing.
func (p *Packets) onlyNumber(page Page, open bool) bool {
	if open || page.Flags&Continued != 0 {
		return false
	}
	_, known := slices.BinarySearch(p.gaps, page.Start)
	return known || p.tally.allowGap(page, p.wrongNumber(page))
}

func (p *Packets) wrongNumber(page Page) error {
	return fail(page.Start, ErrDamaged, "Ogg page %d follows page %d", page.Sequence, p.seq)
}

// Extent describes the pages of a stream, as Scan found them.
type Extent struct {
	Begin   int64   // first granule position other than 0
	End     int64   // granule position of the end
	Skipped int64   // bytes between pages that belong to none
	Open    bool    // the last page isn't marked as the last one
	Again   int     // pages that repeat the previous one
	Early   int     // pages marked as the last one that aren't
	Sound   int     // audio streams; all but the first are skipped
	Tail    int64   // byte of the file after the last page
	Excess  int64   // samples by which the last position exceeds the packets
	Trimmed int64   // samples that the last position cuts off; 0 for at most a packet
	Gaps    []int64 // positions of pages with a wrong number before which nothing is missing
}

// Scan reads the whole file once and checks that every page is intact and in order. length,
// which may be nil, measures the packets; with it, a page with a wrong number is accepted if
// the positions prove that nothing is missing. Scan calls stop regularly and returns its
// error.
func Scan(r io.ReaderAt, base, size int64, length Length, stop func() error) (e Extent, err error) {
	p := NewPackets(r, base, size, 0)
	if length != nil {
		p.tally = &tally{length: length}
	}
	most := int64(0)
	for n := 0; ; n++ {
		if n%64 == 0 {
			if err := stop(); err != nil {
				return e, err
			}
		}
		if err := p.nextPage(p.endsInsidePacket()); err == io.EOF {
			e.Skipped, e.Open, e.Sound, e.Tail = p.pages.skipped, !p.ended, p.sound, p.pages.at
			e.Again, e.Early = p.again, p.early
			if p.tally != nil {
				e.Excess, e.Trimmed, e.Gaps, err = p.tally.excess, p.tally.trimmed(e.End), p.tally.gaps, p.tally.gap
			} else {
				err = nil
			}
			return e, cmp.Or(err, p.checkEnd(e.End, most))
		} else if err != nil {
			return e, err
		}
		if p.tally != nil {
			if err := p.tally.add(p.page); err != nil {
				return e, err
			}
		}
		if p.page.Granule != -1 {
			e.End = p.page.Granule
		}
		if most = max(most, p.page.Granule); e.Begin == 0 {
			e.Begin = most
		}
	}
}

// checkEnd rejects a last page whose position can't be the end of the audio, since players
// would skip the rest. most is the highest position of any page.
func (p *Packets) checkEnd(end, most int64) error {
	switch {
	case end < most:
		return fail(p.page.Start, ErrDamaged, "the last page of the Ogg stream states position %d, but a page before it %d", end, most)
	case p.page.Granule == -1 && p.endsAnother():
		return fail(p.page.Start, ErrDamaged, "the last page of the Ogg stream doesn't state its position")
	}
	return nil
}

// endsInsidePacket reports whether the last packet of the page continues on the next one.
func (p *Packets) endsInsidePacket() bool {
	n := len(p.page.Segments)
	return n > 0 && p.page.Segments[n-1] == 255
}
