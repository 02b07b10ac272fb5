package mp3

import "io"

// Decoder delivers the audio of a file as Scan has found it: exactly Info.Frames samples
// of each channel, trimmed, whatever the state of the file. Make one with NewDecoder. It
// isn't safe for concurrent use; several may read one file.
type Decoder struct {
	r      io.ReaderAt
	f      framer
	par    *parallel // while segments are decoded in parallel
	info   Info
	frames *frameDecoder

	skip  int64     // samples per channel still to be dropped
	left  int64     // samples per channel still to be delivered
	have  []float32 // decoded, not delivered
	room  [2 * 2 * lines]float32
	lost  int64 // MPEG frames of a gap still to be concealed
	last  header
	count int64 // MPEG frames so far
	problems
	err error
}

// NewDecoder makes a decoder of a file that Scan has accepted. It reads nothing yet.
func NewDecoder(r io.ReaderAt, info Info) *Decoder {
	d := &Decoder{
		r:        r,
		f:        framer{v: newView(r, info.size), pos: info.start, end: info.end, head: info.head, free: info.free, sync: -1},
		info:     info,
		frames:   newFrameDecoder(),
		skip:     info.skip,
		left:     info.Frames,
		problems: problems{list: make([]Problem, 0, maxProblems)},
	}
	d.frames.crc = info.Protected
	d.par = newParallel(d)
	return d
}

// Close ends decoding ahead. The file must stay open until then.
func (d *Decoder) Close() {
	if d.par != nil {
		d.par.close()
		d.par = nil
	}
}

// Next returns the next samples, channels interleaved, full scale being 1.0; lossy coding
// may exceed that. They are whole frames, at least one, and valid until the next call.
// After the last ones it returns io.EOF; if the file has changed since it was scanned, the
// error is an *Error.
func (d *Decoder) Next() ([]float32, error) {
	if d.err == nil {
		d.err = d.fill()
	}
	if d.err != nil {
		return nil, d.err
	}
	have := d.have
	d.have = nil
	return have, nil
}

// Concealed lists the places that were concealed, up to where Next has come: the first
// hundred. Neighboring frames are one Problem.
func (d *Decoder) Concealed() []Problem { return append([]Problem(nil), d.problems.list...) }

// ConcealedFrames counts all MPEG frames that were concealed.
func (d *Decoder) ConcealedFrames() int64 { return d.problems.total }

// fill decodes one MPEG frame and trims it.
func (d *Decoder) fill() error {
	ch := int64(d.info.Channels)
	for len(d.have) == 0 {
		if d.left <= 0 {
			return io.EOF
		}
		if err := d.decode(); err != nil {
			return err
		}
		n := min(d.skip, int64(len(d.have))/ch)
		d.skip -= n
		d.have = d.have[n*ch:]
		n = min(d.left, int64(len(d.have))/ch)
		d.left -= n
		d.have = d.have[:n*ch]
	}
	return nil
}

// decode puts the next MPEG frame into have, or a segment of them.
func (d *Decoder) decode() error {
	if d.par != nil {
		if s, ok := d.par.get(); ok {
			d.count += s.frames
			d.have = s.out
			return nil
		}
		if err := d.resume(); err != nil {
			return err
		}
	}
	h := d.info.head
	out := d.room[:h.samples()*h.channels()]
	for d.lost == 0 {
		p, err := d.f.next()
		switch {
		case err != nil:
			return err
		case p.done:
			return &Error{Offset: p.off, Reason: "fewer MPEG frames than before", Err: ErrTruncated}
		case p.data == nil:
			rescued, err := d.startGap(p, out)
			if err != nil {
				return err
			}
			if rescued {
				d.count++
				d.have = out
				return nil
			}
			continue
		}
		d.last = p.head
		if why := d.frames.decode(p.head, p.data, out); why != nil {
			kind := Damaged
			if why == errReservoir {
				kind = Severed
			}
			d.add(Problem{Kind: kind, Offset: p.off, Bytes: p.size, Position: d.info.position(d.count), Frames: 1})
		}
		d.count++
		d.have = out
		return nil
	}
	d.lost--
	d.frames.conceal(h, out)
	d.count++
	d.have = out
	return nil
}

// resume continues with one frame after the other. It restores the state for the next one
// by decoding from the beginning of the file.
func (d *Decoder) resume() error {
	d.Close()
	n := d.count
	fresh := NewDecoder(d.r, d.info)
	fresh.Close()
	d.f, d.frames, d.last, d.lost, d.count, d.problems = fresh.f, fresh.frames, header{}, 0, 0, fresh.problems
	for d.count < n {
		if err := d.decode(); err != nil {
			return err
		}
	}
	return nil
}

// startGap notes a gap and drops what the following frames can't use. A gap as long as one
// frame like the previous one may be a frame with a damaged header: if the rest can be
// decoded, that conceals the gap, and the following frames have their reservoir.
func (d *Decoder) startGap(p piece, out []float32) (rescued bool, err error) {
	if p.off == d.info.gapAt {
		p.lost = d.info.gapFrames
	}
	n := Problem{Kind: Foreign, Offset: p.off, Bytes: p.size, Position: d.info.position(d.count), Frames: p.lost}
	if p.lost > 0 {
		n.Kind = Lost
	}
	d.add(n)
	d.lost = p.lost
	if p.lost == 1 {
		if rescued, err = d.rescue(p, out); rescued || err != nil {
			d.lost = 0
			return rescued, err
		}
	}
	if p.lost > 0 {
		d.frames.forget()
	}
	return false, nil
}

// rescue decodes the frame in a gap with the header of the previous one.
func (d *Decoder) rescue(p piece, out []float32) (bool, error) {
	h := d.last
	if d.count == 0 || h.free() {
		return false, nil
	}
	if h.padding = 0; int64(h.size(0)) != p.size {
		h.padding = 1
	}
	if int64(h.size(0)) != p.size {
		return false, nil
	}
	data, err := d.f.v.at(p.off, int(p.size))
	if err != nil || int64(len(data)) < p.size {
		return false, err
	}
	if d.frames.decode(h, data, out) != nil {
		d.frames.forget()
	}
	return true, nil
}
