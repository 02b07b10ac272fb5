package mp3

import (
	"errors"
	"io"
	"slices"
)

// checks is what can be checked of frames without decoding them.
type checks struct {
	side sideInfo

	right, wrong int64     // frames by their own checksum
	sums         []Problem // those with a wrong one
	found        problems  // frames that contradict themselves or their neighbors

	// The main data of all frames since the last gap is one stream. known is how much of
	// it is there, as far as main_data_begin can reach back; used is up to where frames
	// use it.
	at, known, used int64
}

// gap is called for bytes that aren't frames: what follows can't use what came before,
// unless they are a single frame with a damaged header, see Decoder.rescue.
func (c *checks) gap(lost int64) {
	c.known, c.used = 0, 0
	if lost == 1 {
		c.known = reservoirMax
	}
}

// frame checks a frame, whose number is n.
func (c *checks) frame(n int64, p piece) {
	at := Problem{Kind: Damaged, Offset: p.off, Bytes: p.size, Position: n, Frames: 1}
	h, data := p.head, p.data
	if len(data) < h.mainOffset() {
		c.found.add(at)
		c.gap(0)
		return
	}
	if h.crc {
		if crcRight(h, data) {
			c.right++
		} else if c.wrong++; len(c.sums) < maxProblems {
			c.sums = append(c.sums, at)
		}
	}
	offset := h.mainOffset()
	main := int64(len(data) - offset)
	err := c.side.parse(h, data[offset-h.sideBytes():offset])
	begin := c.at - int64(c.side.begin)
	if err != nil {
		c.found.add(at)
		c.used = 0
	} else {
		bits := int64(0)
		for gr := range h.granules() {
			for ch := range h.channels() {
				bits += int64(c.side.gr[gr][ch].bits)
			}
		}
		end := begin*8 + bits
		switch {
		case int64(c.side.begin) > c.known:
			at.Kind = Severed
			c.found.add(at)
		case begin*8 < c.used || end > (c.at+main)*8:
			// Two frames would share main data, or this one needs that of later ones.
			c.found.add(at)
		}
		c.used = end
	}
	c.at += main
	c.known = min(c.known+main, reservoirMax)
}

// trusted reports whether the checksums of frames are valid: some programs write other
// values, or none, into their place.
func (c *checks) trusted() bool { return c.right > c.wrong }

// list returns all that was found.
func (c *checks) list() []Problem {
	list := c.found.list
	if c.trusted() {
		for _, p := range c.sums {
			if !slices.ContainsFunc(list, func(q Problem) bool { return q.Kind != Altered && q.Offset <= p.Offset && p.Offset < q.Offset+q.Bytes }) {
				list = append(list, p)
			}
		}
	}
	return list
}

// sums compares the checksums that LAME and others write into the header of the file:
// one of the music, one of the header itself.
func (s *scan) sums() error {
	found := &s.checks.found
	if s.tagAt < 0 || !s.tag.summed {
		return nil
	}
	if !s.tag.right && s.tag.exact {
		found.add(Problem{Kind: HeaderAltered, Offset: s.tagAt, Bytes: s.info.start - s.tagAt})
	}
	if s.tag.music == 0 || !s.tag.right && s.tag.exact {
		return nil // unknown: other programs leave 0
	}
	// Some count a tag at the end as music.
	ends := []int64{s.tagAt + s.tag.length, s.f.end}
	slices.Sort(ends)
	var c uint16
	at := s.info.start
	for _, end := range ends {
		if end < at || end > s.f.v.size {
			continue
		}
		var err error
		if c, err = s.f.v.sum(c, at, end); err != nil {
			return err
		}
		if at = end; c == s.tag.music {
			s.info.Summed = end >= s.last
			return nil
		}
	}
	found.add(Problem{Kind: Altered, Offset: s.info.start, Bytes: s.f.end - s.info.start})
	return nil
}

// sum continues a checksum over the bytes from at to end.
func (v *view) sum(c uint16, at, end int64) (uint16, error) {
	buf := make([]byte, 1<<16)
	for at < end {
		n, err := v.r.ReadAt(buf[:min(int64(len(buf)), end-at)], at)
		if n == 0 && err != nil {
			return c, &Error{Offset: at, Err: err}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return c, &Error{Offset: at, Err: err}
		}
		c = musicCRC(c, buf[:n])
		at += int64(n)
	}
	return c, nil
}
