package ogg

// Length returns the number of samples in the packet that begins with start, its first 255
// bytes at most. audio is false for a header. It is called for each packet in order.
type Length func(start []byte) (samples int64, audio bool)

// tally counts the samples of the packets to compare them with the positions of the pages.
type tally struct {
	length Length
	placed bool  // a page with audio has stated its position
	at     int64 // the last stated position
	since  int64 // samples of the packets that ended after it
	open   int64 // samples of the current packet, which may continue on the next page
	audio  bool  // the current packet contains audio
	excess int64 // samples by which the last position exceeds the packets
	sum    int64 // end of the audio, computed from the first position and all packets
	most   int64 // samples of the longest packet
	gap    error // a page number is missing, and no position has proved yet that audio isn't
	from   int64 // byte at which the page after the gap begins
	gaps   []int64
}

// trimmed returns the number of samples that the end position cuts off, or 0 if that is at
// most a packet.
func (t *tally) trimmed(end int64) int64 {
	if n := t.sum - end; t.most > 0 && n > t.most {
		return n
	}
	return 0
}

// maxGaps limits the wrong page numbers in one stream.
const maxGaps = 10_000

// allowGap provisionally accepts a page with a wrong number: the position of this page or a
// later one must prove that nothing is missing, or else err is returned then. It returns
// false if the page can't be accepted.
func (t *tally) allowGap(page Page, err error) bool {
	if t == nil || t.gap != nil || len(t.gaps) == maxGaps {
		return false
	}
	t.gap, t.from = err, page.Start
	return true
}

// add counts the packets of a page and compares their sum with its position.
func (t *tally) add(page Page) error {
	off, begins, ended := 0, page.Flags&Continued == 0, false
	for _, n := range page.Segments {
		if begins {
			t.open, t.audio = t.length(page.Body[off : off+int(n)])
		}
		if t.gap != nil && !t.audio { // positions don't count headers, so they can't prove anything
			return t.gap
		}
		off += int(n)
		if begins = n < 255; begins {
			t.since += t.open
			t.sum += t.open
			t.most = max(t.most, t.open)
			ended = ended || t.audio
		}
	}
	if page.Granule == -1 {
		return nil
	}
	excess := page.Granule - t.at - t.since
	if t.gap != nil && excess != 0 {
		return t.gap
	}
	if t.gap != nil {
		t.gaps, t.gap = append(t.gaps, t.from), nil
	}
	// The first position is arbitrary: the stream may be cut out of a longer one.
	if t.excess = 0; t.placed || page.Flags&Last != 0 {
		t.excess = max(excess, 0)
	} else if ended {
		t.sum = page.Granule
	}
	t.at, t.since, t.placed = page.Granule, 0, t.placed || ended
	return nil
}
