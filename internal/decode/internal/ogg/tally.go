package ogg

// Length returns the samples of the packet that begins with start, which holds up to 255
// bytes of it, or false for a header. It is asked for each packet in turn.
type Length func(start []byte) (samples int64, audio bool)

// tally counts the samples of the packets, to compare them with the positions that the
// pages state.
type tally struct {
	length Length
	placed bool  // a page with audio has stated its position
	at     int64 // the position stated last
	since  int64 // samples of the packets that ended after it
	open   int64 // samples of the packet that continues on the next page
	audio  bool  // the packet is one of audio
	excess int64 // how many samples more than there are the last position counts
	sum    int64 // where the audio ends by its first position and all packets
	most   int64 // samples of the longest packet
	gap    error // the number of a page is missing, and no position has shown yet whether audio is
	from   int64 // byte at which the page after it begins
	gaps   []int64
}

// trimmed is how many samples the position of the end cuts off, if it is more than a packet.
func (t *tally) trimmed(end int64) int64 {
	if n := t.sum - end; t.most > 0 && n > t.most {
		return n
	}
	return 0
}

// maxGaps is how many numbers may be missing in one stream.
const maxGaps = 10_000

// mayGap reports whether nothing may be missing before a page although its number is not
// the next one. The position of this page or a later one must prove it.
func (t *tally) mayGap(page Page, err error) bool {
	if t == nil || t.gap != nil || len(t.gaps) == maxGaps {
		return false
	}
	t.gap, t.from = err, page.Start
	return true
}

// add counts the packets of a page, and compares their sum with its position.
func (t *tally) add(page Page) error {
	off, begins, ended := 0, page.Flags&Continued == 0, false
	for _, n := range page.Segments {
		if begins {
			t.open, t.audio = t.length(page.Body[off : off+int(n)])
		}
		if t.gap != nil && !t.audio { // nothing counts what headers hold
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
	// The first position may count from anywhere: the stream may be a piece of a longer one.
	if t.excess = 0; t.placed || page.Flags&Last != 0 {
		t.excess = max(excess, 0)
	} else if ended {
		t.sum = page.Granule
	}
	t.at, t.since, t.placed = page.Granule, 0, t.placed || ended
	return nil
}
