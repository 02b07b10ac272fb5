package mp3

import (
	"errors"
	"io"
	"slices"
)

// checks verifies frames without decoding them.
type checks struct {
	side sideInfo

	right, wrong int64     // frames with a correct and a wrong checksum
	sums         []Problem // frames with a wrong checksum
	found        problems  // frames that contradict themselves or their neighbors

	// The main data of all frames since the last gap is one stream, of which at bytes have
	// passed. known is how many of the last ones exist, up to the reach of main_data_begin;
	// used is the bit up to which frames use it.
	at, known, used int64
}

// gap is called for bytes that aren't frames. The next frame can't use earlier main data,
// unless the gap is a single frame with a damaged header (see Decoder.rescue).
func (c *checks) gap(lost int64) {
	c.known, c.used = 0, 0
	if lost == 1 {
		c.known = reservoirMax
	}
}

// frame checks frame n.
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
			// This frame uses main data of the previous frame, or of the next one.
			c.found.add(at)
		}
		c.used = end
	}
	c.at += main
	c.known = min(c.known+main, reservoirMax)
}

// trusted reports whether the checksums of frames are meaningful: some programs write other
// values instead.
func (c *checks) trusted() bool { return c.right > c.wrong }

// list returns the problems found.
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

// sums verifies the checksums of the audio and of the header that LAME and others write into
// the header of the file.
func (s *scan) sums() error {
	found := &s.checks.found
	if s.tagAt < 0 || !s.tag.summed {
		return nil
	}
	if !s.tag.right && s.tag.exact {
		found.add(Problem{Kind: HeaderAltered, Offset: s.tagAt, Bytes: s.info.start - s.tagAt})
	}
	if s.tag.music == 0 || !s.tag.right && s.tag.exact {
		return nil // 0: not computed
	}
	// Some encoders include a tag at the end.
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

// sum continues checksum c over the bytes from at to end.
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
