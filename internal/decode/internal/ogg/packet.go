package ogg

import (
	"cmp"
	"errors"
	"io"
	"slices"
)

// Packet is one packet of a logical stream.
type Packet struct {
	Data    []byte // good until the next call
	Start   int64  // byte of the file at which the page begins where it ends
	Granule int64  // of that page if this is the last packet that ends on it, else -1
	Last    bool   // nothing follows: the page is marked as the last one
}

// Limits on packets. What a tag holds beyond the first is dropped, since pictures
// may be in it; a packet of audio that reaches it is damaged.
const (
	MaxHeader = 16 << 20
	MaxPacket = 1 << 20
)

// Packets returns the packets of the first logical stream in a file. Pages of other
// streams that are mixed in are left out.
type Packets struct {
	pages    pages
	serial   uint32
	seq      uint32
	firstSeq uint32
	begun    bool
	headers  int // packets for which MaxHeader holds

	page    Page
	at, off int    // in page.Segments and page.Body
	part    []byte // of a packet that goes on
	ended   bool
	sound   int     // streams of sound so far
	again   int     // pages that repeat the one before
	early   int     // pages that are marked as the last one, and are not
	gaps    []int64 // bytes at which a page begins before which only a number is missing
	tally   *tally  // nil if nothing is compared
}

// NewPackets reads the file of size bytes from byte base on. The first headers packets
// may be long.
func NewPackets(r io.ReaderAt, base, size int64, headers int) *Packets {
	return &Packets{pages: pages{r: r, at: base, size: size}, headers: headers}
}

// Allow accepts pages whose number is not the next one, at the bytes that Scan found.
func (p *Packets) Allow(gaps []int64) { p.gaps = gaps }

// At is the byte of the file where the page begins that was read last.
func (p *Packets) At() int64 { return p.page.Start }

// Next returns the next packet, io.EOF after the last.
func (p *Packets) Next() (Packet, error) {
	p.part = p.part[:0]
	open := false // a packet has begun on an earlier page
	for {
		if p.at >= len(p.page.Segments) {
			if err := p.turn(open); err != nil {
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

// Stream returns the content of the next packet, which may be of any length, or io.EOF after
// the last. It must be read to its end before anything else of p is used.
func (p *Packets) Stream() (io.Reader, error) {
	for p.at >= len(p.page.Segments) {
		if err := p.turn(false); err != nil {
			return nil, err
		}
	}
	return &packetReader{p: p}, nil
}

// packetReader reads a packet page by page.
type packetReader struct {
	p    *Packets
	rest []byte // of the page
	open bool   // the packet has begun
	err  error
}

// Read returns the next bytes of the packet.
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

// fill takes what the next page holds; io.EOF is the end of the packet.
func (r *packetReader) fill() error {
	p := r.p
	if p.at >= len(p.page.Segments) {
		if err := p.turn(r.open); err != nil {
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

// packet returns what was collected.
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

// collect adds segments of the page to the packet; true at its end.
func (p *Packets) collect() (bool, error) {
	for p.at < len(p.page.Segments) {
		n := int(p.page.Segments[p.at])
		limit := MaxPacket
		if p.headers > 0 {
			limit = MaxHeader
		}
		if len(p.part)+n > cap(p.part) && len(p.part) >= MaxPacket {
			p.part = slices.Grow(p.part, limit-len(p.part)) // at once, or each step becomes garbage
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

// turn goes to the next page of the stream. open means that a packet continues there.
func (p *Packets) turn(open bool) error {
	for {
		page, err := p.pages.next()
		var broken *PageError
		if errors.As(err, &broken) && p.mayEndAt(broken) {
			err = io.EOF // what other programs append, such as tags
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
			// Multiplexed streams all begin before any of them continues.
			return fail(page.Start, ErrChained, "another Ogg stream follows")
		case p.begun && page.Serial != p.serial:
			p.hear(page)
			continue
		}
		return p.accept(page, open)
	}
}

// hear counts a page if a stream of sound begins with it.
func (p *Packets) hear(page Page) {
	if page.Flags&First != 0 && Codec(page.Body) != "" {
		p.sound++
	}
}

// mayEndAt reports whether the stream may end where a page is broken: after its last
// page, or without one if a tag follows there.
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

// accept makes sure that a page continues the one before.
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
		p.hear(page)
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

// onlyNumber reports whether only the number of a page is wrong, and nothing is missing
// before it. A packet that continues there could lose its middle.
func (p *Packets) onlyNumber(page Page, open bool) bool {
	if open || page.Flags&Continued != 0 {
		return false
	}
	_, known := slices.BinarySearch(p.gaps, page.Start)
	return known || p.tally.mayGap(page, p.wrongNumber(page))
}

func (p *Packets) wrongNumber(page Page) error {
	return fail(page.Start, ErrDamaged, "Ogg page %d follows page %d", page.Sequence, p.seq)
}

// Extent is what Scan found.
type Extent struct {
	Begin   int64   // granule position of the first page that has one
	End     int64   // granule position of the end
	Skipped int64   // bytes that belong to no page, between pages
	Open    bool    // no page is marked as the last one
	Again   int     // pages that repeat the one before, byte for byte
	Early   int     // pages that are marked as the last one, and are not
	Sound   int     // streams of sound; all but the first are mixed in
	Tail    int64   // byte of the file after the last page
	Excess  int64   // how many samples more than the packets hold the last position counts
	Trimmed int64   // samples that the last position cuts off, 0 if they are at most a packet
	Gaps    []int64 // bytes at which pages begin whose number is wrong, though nothing is missing
}

// Scan reads the whole file once: every page must be whole and in order. length, which may
// be nil, measures the packets: with it a page with a wrong number is accepted if the
// positions prove that nothing is missing. stop is asked now and then.
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
		if err := p.turn(p.goesOn()); err == io.EOF {
			e.Skipped, e.Open, e.Sound, e.Tail = p.pages.skipped, !p.ended, p.sound, p.pages.at
			e.Again, e.Early = p.again, p.early
			if p.tally != nil {
				e.Excess, e.Trimmed, e.Gaps, err = p.tally.excess, p.tally.trimmed(e.End), p.tally.gaps, p.tally.gap
			} else {
				err = nil
			}
			return e, cmp.Or(err, p.placed(e.End, most))
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

// placed refuses a last page whose position can't be the end of the audio: the rest would
// not be played. most is the highest position of any page.
func (p *Packets) placed(end, most int64) error {
	switch {
	case end < most:
		return fail(p.page.Start, ErrDamaged, "the last page of the Ogg stream states position %d, but a page before it %d", end, most)
	case p.page.Granule == -1 && p.endsAnother():
		return fail(p.page.Start, ErrDamaged, "the last page of the Ogg stream doesn't state its position")
	}
	return nil
}

// goesOn reports whether the last packet of the page isn't complete.
func (p *Packets) goesOn() bool {
	n := len(p.page.Segments)
	return n > 0 && p.page.Segments[n-1] == 255
}
